"""Addresses of this module."""

from yingjie.clinic import station_views, views
from yingjie.foundation.access.gates import route

urlpatterns = [
    route("", views.home, name="clinic"),
    route("choose/", views.choose, name="clinic_choose"),
    route("registration/", station_views.registration, name="station_registration"),
    route("vaccination/", station_views.vaccination, name="station_vaccination"),
    route("vaccination/queue/", station_views.queue, name="station_queue"),
    route("vaccination/<uuid:visit_id>/", station_views.vaccinate, name="station_vaccinate"),
    route("vaccination/<uuid:visit_id>/vial/", station_views.vial, name="station_vial"),
    route("observation/", station_views.observation, name="station_observation"),
    route("observation/list/", station_views.observation_list, name="station_observation_list"),
    route("visits/<uuid:visit_id>/turn-away/", station_views.turn_away, name="clinic_turn_away"),
    route("visits/<uuid:visit_id>/slip/", views.slip, name="clinic_slip"),
    route("day/<uuid:site_id>/", views.day, name="clinic_day"),
    route("doses/<uuid:person_id>/<uuid:dose_id>/correct/", views.correct, name="clinic_correct"),
    route(
        "day/doses/<uuid:person_id>/<uuid:dose_id>/correct/",
        views.correct_at_site,
        name="clinic_correct_at_site",
    ),
]
