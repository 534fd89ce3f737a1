"""Addresses of this module."""

from yingjie.foundation.access.gates import route
from yingjie.reminders import views

urlpatterns = [
    route("", views.reminders, name="reminders"),
    route("new/", views.new, name="reminder_new"),
    route("messages/", views.messages_of, name="reminder_messages"),
    route("messages/told/", views.told, name="reminder_told"),
    route("notices/", views.notices_of, name="reminder_notices"),
    route("notices/<str:area_code>/", views.notices_of, name="reminder_notices_in"),
    route("notices/<str:area_code>/print/", views.notices_sheet, name="reminder_notices_sheet"),
    route("receipts/", views.take_receipts, name="reminder_receipts"),
    route("people/<uuid:person_id>/wish/", views.wish, name="reminder_wish"),
    route("<uuid:reminder_id>/", views.reminder, name="reminder"),
    route("<uuid:reminder_id>/stop/", views.stop, name="reminder_stop"),
    route("<uuid:reminder_id>/sheet.xlsx", views.sheet, name="reminder_sheet"),
]
