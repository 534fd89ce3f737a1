"""Addresses of this module."""

from yingjie.foundation.access.gates import route
from yingjie.staff import import_views, views

urlpatterns = [
    route("", views.staff, name="staff"),
    route("new/", views.new_member, name="staff_new"),
    route("import/", import_views.propose, name="staff_import"),
    route("import/take-in/", import_views.take_in, name="staff_import_take_in"),
    route("import/refused/", import_views.refused, name="staff_import_refused"),
    route("trainings/", views.trainings, name="trainings"),
    route("trainings/new/", views.new_training, name="training_new"),
    route("trainings/<uuid:training_id>/", views.training, name="training"),
    route("trainings/<uuid:training_id>/invite/", views.invite, name="training_invite"),
    route("trainings/<uuid:training_id>/assess/", views.assess, name="training_assess"),
    route("trainings/<uuid:training_id>/close/", views.close_training, name="training_close"),
    route("certificates/<uuid:certificate_id>/revoke/", views.revoke, name="certificate_revoke"),
    route("<uuid:member_id>/", views.member, name="staff_member"),
    route("<uuid:member_id>/change/", views.change_member, name="staff_change"),
    route("<uuid:member_id>/certify/", views.certify, name="staff_certify"),
]
