"""How the journal says what is done here: words of an entry, and of the filter."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "bookings.open_session": (
        _("opened a session on {on} ({seats} seats at each time)"),
        _("opened a session"),
    ),
    "bookings.change_session": (
        _("changed the seats of the session on {on} to {seats}"),
        _("changed a session"),
    ),
    "bookings.cancel_session": (
        _("cancelled the session on {on} ({people} people)"),
        _("cancelled a session"),
    ),
    "bookings.book": (_("booked dose {number} on {on} for a person"), _("booked for a person")),
    "bookings.move": (_("moved a booking of dose {number} to {on}"), _("moved a booking")),
    "bookings.cancel": (_("cancelled a booking of dose {number} on {on}"), _("cancelled a booking")),
    "bookings.book_online": (_("residents booked for themselves"),),
    "bookings.sweep": (_("released the places of {people} people who did not come"), _("released places")),
    "bookings.hand_in_list": (
        _("handed in the list {title} ({good} of {lines} good)"),
        _("handed in a list"),
    ),
    "bookings.submit_list": (
        _("submitted the list {title} ({booked} of {lines} booked)"),
        _("submitted a list"),
    ),
    "bookings.give_ticket": (_("gave out ticket no. {number}"), _("gave out a ticket")),
    "bookings.give_up_ticket": (_("took ticket no. {number} back"), _("took a ticket back")),
    "bookings.call": (_("called the numbers {numbers}"), _("called numbers")),
    "bookings.stand_by": (_("put a person on the standby list of {on}"), _("put a person on a standby list")),
    "bookings.answer_standby": (
        _("noted of a person on standby: {step}"),
        _("noted what became of a person on standby"),
    ),
}
