"""Addresses of this module."""

from yingjie.foundation.access.gates import route
from yingjie.people import import_views, review_urls, views

urlpatterns = [
    *review_urls.urlpatterns,
    route("", views.people, name="people"),
    route("find/", views.find, name="people_find"),
    route("new/", views.register, name="person_new"),
    route("imports/", import_views.imports, name="imports"),
    route("imports/new/", import_views.new_import, name="import_new"),
    route("imports/<uuid:import_id>/", import_views.show_import, name="import"),
    route("imports/<uuid:import_id>/columns/", import_views.remap, name="import_columns"),
    route("imports/<uuid:import_id>/commit/", import_views.commit, name="import_commit"),
    route("imports/<uuid:import_id>/discard/", import_views.discard, name="import_discard"),
    route("imports/<uuid:import_id>/undo/", import_views.undo, name="import_undo"),
    route("imports/<uuid:import_id>/lines.xlsx", import_views.bad_lines, name="import_bad_lines"),
    route("<uuid:person_id>/", views.person, name="person"),
    route("<uuid:person_id>/change/", views.change, name="person_change"),
    route("<uuid:person_id>/number/", views.correct_number, name="person_number"),
    route("<uuid:person_id>/move/", views.move, name="person_move"),
    route("<uuid:person_id>/leave/", views.leave, name="person_leave"),
    route("<uuid:person_id>/reveal/", views.reveal, name="person_reveal"),
]
