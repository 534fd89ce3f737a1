"""Words of reminders on the screen."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

FATE_TITLES = {
    "no_phone": _("No phone in the ledger"),
    "said_no": _("Want no messages"),
    "not_asked": _("Did not agree to messages yet"),
    "declined": _("Refused at the last visit"),
    "rests": _("Left in peace by word of the task force"),
    "booked": _("Have an appointment"),
    "told_lately": _("Were reminded a short while ago"),
}
STATUSES = (
    ("reminder-planned", pgettext_lazy("reminder", "Planned"), "grey", "clock"),
    ("reminder-sending", pgettext_lazy("reminder", "Being sent"), "blue", "send"),
    ("reminder-done", pgettext_lazy("reminder", "Sent out"), "green", "circle-check"),
    ("reminder-stopped", pgettext_lazy("reminder", "Stopped"), "slate", "hand-stop"),
    ("message-waiting", pgettext_lazy("message", "Waiting"), "grey", "clock"),
    ("message-claimed", pgettext_lazy("message", "Leaving"), "blue", "send"),
    ("message-sent", pgettext_lazy("message", "Sent"), "indigo", "send"),
    ("message-ready", pgettext_lazy("message", "To hand out"), "yellow", "phone"),
    ("message-delivered", pgettext_lazy("message", "Delivered"), "green", "circle-check"),
    ("message-failed", pgettext_lazy("message", "Refused by the service"), "red", "circle-x"),
    ("message-given_up", pgettext_lazy("message", "Given up"), "orange", "alert-triangle"),
    ("message-dropped", pgettext_lazy("message", "Not sent"), "slate", "ban"),
    ("message-named", pgettext_lazy("message", "In the household's message"), "outline", "users"),
)
VIA_TITLES = {
    "desk": _("at a desk"),
    "visit": _("at a visit"),
    "phone": _("on the phone"),
    "message": _("by message"),
}
NOTICE_TITLES = {"chat": _("For the chat group"), "loudspeaker": _("For the loudspeaker")}
PROBLEM_TITLES = {
    "no longer": _("It does not concern them any more."),
    "said no": _("They said that they want no messages."),
    "stopped": _("The reminder was stopped."),
    "no phone": _("The phone is gone from the ledger."),
    "unreachable": _("The text message service cannot be reached."),
    "no answer": _("The text message service gave no answer for it."),
}
VERBS = {
    "reminders.start": (_("sent a reminder to {people} people in {messages} messages"), _("sent a reminder")),
    "reminders.stop": (_("stopped a reminder; {messages} messages stayed"), _("stopped a reminder")),
    "reminders.finish": (_("a reminder is sent out"),),
    "reminders.wish_no": (_("noted that somebody wants no messages"),),
    "reminders.wish_yes": (_("noted that somebody agrees to messages"),),
    "reminders.stop_phone": (_("a phone answered that it wants no messages"),),
    "reminders.mark_told": (_("handed out {messages} messages by hand"), _("handed out messages by hand")),
    "reminders.take_sheet": (
        _("took the messages of a reminder with their phones ({messages})"),
        _("took messages with their phones"),
    ),
}
