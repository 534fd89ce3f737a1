"""Addresses of this module."""

from yingjie.foundation.access.gates import route
from yingjie.outreach import (
    check_views,
    lead_group_views,
    mobilise_urls,
    plan_views,
    unvaccinated_views,
    views,
)

urlpatterns = [
    *mobilise_urls.urlpatterns,
    route("reasons/", views.reasons, name="outreach_reasons"),
    route("reasons/<str:area_code>/", views.reasons, name="outreach_reasons_in"),
    route("reasons/<str:area_code>/reasons.xlsx", views.reasons_file, name="outreach_reasons_file"),
    route("lead-groups/", lead_group_views.board, name="outreach_lead_groups"),
    route("lead-groups/<str:area_code>/", lead_group_views.board, name="outreach_lead_groups_in"),
    route("lead-groups/<str:area_code>/groups.xlsx", lead_group_views.file, name="outreach_lead_groups_file"),
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
    route("checks/", check_views.lines, name="outreach_checks"),
    route("checks/new/", check_views.new_list, name="outreach_new_list"),
    route("checks/assign/", check_views.assign, name="outreach_assign"),
    route("checks/lines/<uuid:item_id>/", check_views.check, name="outreach_check"),
    route("checks/<uuid:list_id>/", check_views.check_list, name="outreach_check_list"),
    route("checks/<uuid:list_id>/report/", check_views.report, name="outreach_report"),
    route("checks/<uuid:list_id>/reopen/", check_views.reopen, name="outreach_reopen"),
    route("checks/<uuid:list_id>/report.xlsx", check_views.report_file, name="outreach_report_file"),
    route("plans/", plan_views.plan_list, name="outreach_plans"),
    route("plans/make/", plan_views.bulk_plans, name="outreach_bulk_plans"),
    route("plans/take-back/", plan_views.take_back, name="outreach_take_back_plans"),
    route("plans/<uuid:plan_id>/", plan_views.plan, name="outreach_plan"),
    route("plans/<uuid:plan_id>/sheet/", plan_views.plan_sheet, name="outreach_plan_sheet"),
    route("plans/<uuid:plan_id>/change/", plan_views.change_plan, name="outreach_change_plan"),
    route("plans/<uuid:plan_id>/close/", plan_views.close_plan, name="outreach_close_plan"),
    route("people/<uuid:person_id>/plan/", plan_views.open_plan, name="outreach_open_plan"),
    route("people/<uuid:person_id>/", views.record, name="outreach_record"),
]
