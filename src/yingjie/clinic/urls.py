"""Addresses of this module."""

from yingjie.clinic import board_views, desk_views, screening_views, station_views, views
from yingjie.foundation.access.gates import route

urlpatterns = [
    route("", views.home, name="clinic"),
    route("choose/", views.choose, name="clinic_choose"),
    route("entrance/", desk_views.entrance, name="station_entrance"),
    route("entrance/keep-out/", desk_views.keep_out, name="station_keep_out"),
    route("registration/", desk_views.registration, name="station_registration"),
    route("consent/<uuid:visit_id>/", desk_views.consent, name="station_consent"),
    route("screening/", screening_views.screening, name="station_screening"),
    route("screening/<uuid:visit_id>/", screening_views.screen_one, name="station_screen"),
    route("screening/<uuid:visit_id>/decide/", screening_views.decide, name="station_decide"),
    route("vaccination/", station_views.vaccination, name="station_vaccination"),
    route("vaccination/queue/", station_views.queue, name="station_queue"),
    route("vaccination/<uuid:visit_id>/", station_views.vaccinate, name="station_vaccinate"),
    route("vaccination/<uuid:visit_id>/vial/", station_views.vial, name="station_vial"),
    route("vaccination/<uuid:visit_id>/set-aside/", station_views.set_aside, name="station_set_aside"),
    route("vaccination/<uuid:visit_id>/ask/", board_views.ask_override, name="station_ask_override"),
    route("overrides/", board_views.overrides, name="clinic_overrides"),
    route("overrides/<uuid:override_id>/", board_views.answer_override, name="clinic_answer_override"),
    route("observation/", station_views.observation, name="station_observation"),
    route("observation/list/", station_views.observation_list, name="station_observation_list"),
    route("observation/<uuid:visit_id>/reaction/", station_views.reaction, name="station_reaction"),
    route("visits/<uuid:visit_id>/turn-away/", desk_views.turn_away, name="clinic_turn_away"),
    route("visits/<uuid:visit_id>/withdraw/", desk_views.withdraw, name="clinic_withdraw"),
    route("visits/<uuid:visit_id>/ticket/", desk_views.ticket, name="clinic_ticket"),
    route("visits/<uuid:visit_id>/slip/", views.slip, name="clinic_slip"),
    route("visits/<uuid:visit_id>/given-to/", views.receive, name="clinic_receive"),
    route("board/<uuid:site_id>/queue/", board_views.queue_board, name="clinic_board_queue"),
    route(
        "board/<uuid:site_id>/observation/", board_views.observation_board, name="clinic_board_observation"
    ),
    route("flow/<uuid:site_id>/", board_views.flow, name="clinic_flow"),
    route("day/<uuid:site_id>/", views.day, name="clinic_day"),
    route("doses/<uuid:person_id>/<uuid:dose_id>/correct/", views.correct, name="clinic_correct"),
    route(
        "day/doses/<uuid:person_id>/<uuid:dose_id>/correct/",
        views.correct_at_site,
        name="clinic_correct_at_site",
    ),
]
