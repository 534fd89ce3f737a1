"""Addresses of units and lines."""

from yingjie.foundation.access.gates import route
from yingjie.outreach import unit_views

urlpatterns = [
    route("", unit_views.unit_list, name="units"),
    route("lines/", unit_views.lines, name="lines"),
    route("new/", unit_views.new_unit, name="unit_new"),
    route("<uuid:unit_id>/", unit_views.unit, name="unit"),
    route("<uuid:unit_id>/change/", unit_views.change_unit, name="unit_change"),
    route("<uuid:unit_id>/close/", unit_views.close_unit, name="unit_close"),
    route("<uuid:unit_id>/staff/import/", unit_views.import_staff, name="unit_staff"),
    route("<uuid:unit_id>/staff/add/", unit_views.employ, name="unit_employ"),
    route(
        "<uuid:unit_id>/staff/<uuid:person_id>/end/", unit_views.end_employment, name="unit_end_employment"
    ),
]
