"""Addresses of this module."""

from yingjie.foundation.access.gates import route
from yingjie.outreach import unvaccinated_views, views

urlpatterns = [
    route("reasons/", views.reasons, name="outreach_reasons"),
    route("reasons/<str:area_code>/", views.reasons, name="outreach_reasons_in"),
    route("unvaccinated/", unvaccinated_views.unvaccinated_ledger, name="outreach_unvaccinated"),
    route("unvaccinated/views/", unvaccinated_views.save_view, name="outreach_save_view"),
    route(
        "unvaccinated/views/<uuid:view_id>/forget/",
        unvaccinated_views.forget_view,
        name="outreach_forget_view",
    ),
    route("unvaccinated/lists/", unvaccinated_views.lists, name="outreach_lists"),
    route("unvaccinated/lists/make/", unvaccinated_views.issue, name="outreach_issue_lists"),
    route(
        "unvaccinated/lists/<str:area_code>/", unvaccinated_views.village_list, name="outreach_village_newest"
    ),
    route(
        "unvaccinated/lists/<str:area_code>/<str:on>/",
        unvaccinated_views.village_list,
        name="outreach_village_list",
    ),
    route(
        "unvaccinated/lists/<str:area_code>/<str:on>/list.xlsx",
        unvaccinated_views.village_file,
        name="outreach_village_file",
    ),
    route("people/<uuid:person_id>/", views.record, name="outreach_record"),
]
