"""Addresses of officers, rounds and contacts, under the module's own."""

from yingjie.foundation.access.gates import route
from yingjie.outreach import (
    complaint_views,
    contact_views,
    door_views,
    duty_views,
    standing_views,
    watch_views,
    written_views,
)

urlpatterns = [
    route("duties/", duty_views.duty_area, name="outreach_duties"),
    route("duties/officers/<uuid:officer_id>/", duty_views.duty_officer, name="outreach_duty_officer"),
    route(
        "duties/officers/<uuid:officer_id>/change/", duty_views.change_officer, name="outreach_change_officer"
    ),
    route("duties/officers/<uuid:officer_id>/hand-over/", duty_views.hand_over, name="outreach_hand_over"),
    route("duties/proposals/<uuid:allotment_id>/", duty_views.proposal, name="outreach_proposal"),
    route("duties/proposals/<uuid:allotment_id>/decide/", duty_views.decide, name="outreach_decide_proposal"),
    route(
        "duties/proposals/<uuid:allotment_id>/changes.xlsx", duty_views.moves_file, name="outreach_moves_file"
    ),
    route("duties/<str:area_code>/", duty_views.duty_area, name="outreach_duties_in"),
    route("duties/<str:area_code>/appoint/", duty_views.appoint, name="outreach_appoint"),
    route("duties/<str:area_code>/propose/", duty_views.propose, name="outreach_propose"),
    route("duties/<str:area_code>/settle/", duty_views.settle, name="outreach_settle"),
    route("duties/<str:area_code>/officers.xlsx", duty_views.duty_file, name="outreach_duty_file"),
    route("duties/<str:area_code>/ranking/", standing_views.ranking, name="outreach_officer_ranking"),
    route(
        "duties/<str:area_code>/ranking.xlsx",
        standing_views.ranking_file,
        name="outreach_officer_ranking_file",
    ),
    route("teams/", standing_views.support_teams, name="outreach_teams"),
    route("teams/<uuid:officer_id>/people/", standing_views.take_on, name="outreach_take_on"),
    route("people/<uuid:person_id>/officer/", duty_views.give, name="outreach_give"),
    route("round/", door_views.my_round, name="outreach_my_round"),
    route("round/<uuid:officer_id>/", door_views.round_of, name="outreach_round"),
    route("door/<uuid:person_id>/", door_views.door, name="outreach_door"),
    route("door/<uuid:person_id>/times/", door_views.door_times, name="outreach_door_times"),
    route("door/<uuid:person_id>/home/", door_views.door_home, name="outreach_door_home"),
    route("at-home/", door_views.at_home, name="outreach_at_home"),
    route("at-home/<uuid:request_id>/", door_views.at_home_step, name="outreach_at_home_step"),
    route("doctor/", door_views.doctors_list, name="outreach_doctors_list"),
    route("doctor/<uuid:person_id>/", door_views.doctors_word, name="outreach_doctors_word"),
    route("talking-points/", door_views.points, name="outreach_points"),
    route("complaints/", complaint_views.complaint_list, name="outreach_complaints"),
    route("complaints/<uuid:complaint_id>/", complaint_views.complaint, name="outreach_complaint"),
    route(
        "complaints/<uuid:complaint_id>/hand-on/", complaint_views.hand_on, name="outreach_hand_on_complaint"
    ),
    route(
        "people/<uuid:person_id>/complaint/", complaint_views.take_complaint, name="outreach_take_complaint"
    ),
    route("complaints/written/<uuid:written_id>/", written_views.written, name="outreach_written"),
    route("complaints/written/<uuid:written_id>/take/", written_views.take, name="outreach_take_written"),
    route("deferred/", watch_views.watch_list, name="outreach_watches"),
    route("deferred/<uuid:watch_id>/", watch_views.watch, name="outreach_watch"),
    route("deferred/<uuid:watch_id>/change/", watch_views.change_watch, name="outreach_change_watch"),
    route("contacts/", contact_views.contact_calls, name="outreach_contacts"),
    route("contacts/new/", contact_views.new_call, name="outreach_new_call"),
    route("contacts/<uuid:call_id>/", contact_views.contact_call, name="outreach_contact_call"),
    route(
        "contacts/entries/<uuid:contact_id>/", contact_views.report_contact, name="outreach_report_contact"
    ),
]
