"""Addresses of this module for the staff."""

from yingjie.bookings import day_views, list_views, views
from yingjie.foundation.access.gates import route

urlpatterns = [
    route("", views.calendar, name="bookings"),
    route("sites/<uuid:site_id>/new/", views.new_session, name="booking_session_new"),
    route("sessions/<uuid:session_id>/", views.session, name="booking_session"),
    route("sessions/<uuid:session_id>/seats/", views.change_seats, name="booking_session_seats"),
    route("sessions/<uuid:session_id>/cancel/", views.cancel_session, name="booking_session_cancel"),
    route("sessions/<uuid:session_id>/lists/new/", list_views.new_list, name="booking_list_new"),
    route("lists/", list_views.lists, name="booking_lists"),
    route("lists/<uuid:booking_list_id>/", list_views.booking_list, name="booking_list"),
    route("lists/<uuid:booking_list_id>/submit/", list_views.submit, name="booking_list_submit"),
    route("lists/<uuid:booking_list_id>/returned.xlsx", list_views.returned, name="booking_list_returned"),
    route("people/<uuid:person_id>/", views.person, name="booking_person"),
    route("people/<uuid:person_id>/take/", views.take, name="booking_take"),
    route("people/<uuid:person_id>/give-up/", views.give_up, name="booking_give_up"),
    route("sites/<uuid:site_id>/day/", day_views.day, name="booking_day"),
    route("sites/<uuid:site_id>/call/", day_views.call, name="booking_call"),
    route("sites/<uuid:site_id>/sweep/", day_views.sweep, name="booking_sweep"),
    route("tickets/<uuid:ticket_id>/", day_views.ticket, name="booking_ticket"),
    route("tickets/<uuid:ticket_id>/give-up/", day_views.give_up_ticket, name="booking_ticket_give_up"),
    route("sites/<uuid:site_id>/standby/", day_views.standby, name="booking_standby"),
    route(
        "sites/<uuid:site_id>/standby/<uuid:person_id>/", day_views.call_nearest, name="booking_call_nearest"
    ),
    route("standby/<uuid:standby_id>/<slug:step>/", day_views.answer, name="booking_standby_answer"),
]
