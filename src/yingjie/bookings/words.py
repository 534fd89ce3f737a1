"""Words on screen for what is stored as words."""

from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: Verdict → (title, what to do).
VERDICTS = {
    "good": (_("Can be booked"), ""),
    "booked": (_("Has a place"), ""),
    "not_in_ledger": (
        _("Not in your ledger"),
        _("Check number and name, or enter the person in the ledger first."),
    ),
    "unreadable": (
        _("Number cannot be read"),
        _("Compare it with the identity card; a spreadsheet may have rounded it."),
    ),
    "ambiguous": (_("Several people bear this name"), _("Give the identity number.")),
    "foreign": (_("Lives outside this list's area"), _("Hand them in with the list of where they live.")),
    "duplicate": (_("Twice on this list"), _("Nothing is to be done; the first line counts.")),
    "already_booked": (_("Has a place already"), _("Nothing is to be done, or move that booking.")),
    "not_due": (_("Not due yet"), _("Put them on a list for that day or later.")),
    "complete": (_("No further dose due"), _("Nothing is to be done.")),
    "deferred": (_("Put off"), _("Put them on a list for that day or later.")),
    "contraindicated": (_("Must not be vaccinated"), _("Do not send this person.")),
    "not_offered": (_("This session's vaccine does not fit"), _("Choose a session with another vaccine.")),
    "over_capacity": (_("No seat left"), _("Choose another session.")),
    "no_doses": (_("No vaccine left"), _("Choose another day; places open when vaccine comes.")),
    "kept": (
        _("What is left is kept for later doses"),
        _("Choose another day; what nobody took is free on the day itself."),
    ),
    "not_for_unit": (_("Not at this unit"), _("Enter them at the unit first.")),
}
CHANNELS = {
    "online": pgettext_lazy("booking", "Online"),
    "desk": pgettext_lazy("booking", "By staff"),
    "list": pgettext_lazy("booking", "On a list"),
    "ticket": pgettext_lazy("booking", "Ticket of the day"),
    "standby": pgettext_lazy("booking", "Stood by"),
    "walk_in": pgettext_lazy("booking", "Came unlisted"),
}
#: State of a booking → (title, tone, icon) as registered with the shell.
STATES = {
    "booked": (pgettext_lazy("booking", "Expected"), "indigo", "calendar-event"),
    "attended": (pgettext_lazy("booking", "Came"), "green", "check"),
    "missed": (pgettext_lazy("booking", "Did not come"), "orange", "user-x"),
    "cancelled": (pgettext_lazy("booking", "Cancelled"), "grey", "x"),
    "moved": (pgettext_lazy("booking", "Moved"), "grey", "arrow-right"),
}
SOURCES = {
    "ledger": pgettext_lazy("list", "From the ledger"),
    "file": pgettext_lazy("list", "Spreadsheet"),
    "pasted": pgettext_lazy("list", "Pasted"),
}


def said_verdict(word: str, day: date | None) -> str:
    """A verdict with the day that it names."""
    title = str(VERDICTS[word][0])
    if day is None:
        return title
    return str(_("{verdict} until {day}")).format(verdict=title, day=day.isoformat())


TICKET_STATES = {
    "waiting": (pgettext_lazy("ticket", "Waiting"), "blue", "clock"),
    "called": (pgettext_lazy("ticket", "Called"), "indigo", "speakerphone"),
    "used": (pgettext_lazy("ticket", "Checked in"), "green", "check"),
    "given_up": (pgettext_lazy("ticket", "Given up"), "grey", "x"),
}
STANDBY_STATES = {
    "waiting": (pgettext_lazy("standby", "Stands by"), "blue", "clock"),
    "called": (pgettext_lazy("standby", "Called"), "indigo", "phone"),
    "came": (pgettext_lazy("standby", "Came"), "green", "check"),
    "declined": (pgettext_lazy("standby", "Cannot come"), "grey", "x"),
    "over": (pgettext_lazy("standby", "Over"), "grey", "x"),
}
