"""Addresses of this module."""

from yingjie.foundation.access.gates import route
from yingjie.outreach import views

urlpatterns = [
    route("reasons/", views.reasons, name="outreach_reasons"),
    route("reasons/<str:area_code>/", views.reasons, name="outreach_reasons_in"),
    route("people/<uuid:person_id>/", views.record, name="outreach_record"),
]
