"""What of bookings follows a person when two records become one: appointments, numbers of a day, the standby queue, lines of lists.

An appointment holds a seat and a dose. Where both records hold one for the same dose, or a number on the same day, somebody has to
say which one is given up before they are merged: nothing is cancelled behind anybody's back.
"""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yingjie.bookings.models import Booking, ListLine, Standby, Ticket
from yingjie.foundation.access.scoping import ScopedQuerySet
from yingjie.foundation.refusals import Refusal
from yingjie.people import following

_LOCKED = "of two people who are locked to become one"


class AppointmentsOnBoth(Refusal):
    code = "bookings.appointments_on_both"
    reason = _("Both records have an appointment for the same dose, or a number for the same day.")
    next_step = _("Cancel one of the two, then merge.")


def no_two_seats(kept: UUID, gone: UUID) -> None:
    """Raises AppointmentsOnBoth."""
    bookings = Booking.objects.unscoped(_LOCKED).filter(state="booked")
    tickets = Ticket.objects.unscoped(_LOCKED).exclude(state="given_up")
    standbys = Standby.objects.unscoped(_LOCKED).filter(state__in=("waiting", "called"))
    held: tuple[tuple[ScopedQuerySet[Any], tuple[str, ...]], ...] = (
        (bookings, ("group", "number")), (tickets, ("on",)), (standbys, ("on",)),
    )  # fmt: skip
    for rows, once in held:
        mine = set(rows.filter(person_id=kept).values_list(*once))
        if mine & set(rows.filter(person_id=gone).values_list(*once)):
            raise AppointmentsOnBoth()


MOVER = following.mover(Booking, Ticket, Standby, mentioned=[(ListLine, "person_id")], settle=no_two_seats)
