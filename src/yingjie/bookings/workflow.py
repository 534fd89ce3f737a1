"""Bookings, tickets and people standing by, as tables. `docs/workflows/booking.md` and its neighbours are printed from here."""

from vaxkit.workflow import Step, Workflow

#: `missed` is not the end: whoever comes late the same day is welcome, as far as seats and doses last.
BOOKING = Workflow(
    name="booking",
    states=("booked", "attended", "missed", "cancelled", "moved"),
    initial="booked",
    finals=("attended", "cancelled", "moved"),
    steps=(
        Step("arrive", ("booked", "missed"), "attended"),
        Step("miss", ("booked",), "missed"),
        Step("cancel", ("booked",), "cancelled"),
        Step("move", ("booked",), "moved"),
        Step("come_late", ("missed",), "moved"),
    ),
)

TICKET = Workflow(
    name="ticket",
    states=("waiting", "called", "used", "given_up"),
    initial="waiting",
    finals=("used", "given_up"),
    steps=(
        Step("call", ("waiting",), "called"),
        Step("use", ("waiting", "called"), "used"),
        Step("give_up", ("waiting", "called"), "given_up"),
    ),
)

STANDBY = Workflow(
    name="standby",
    states=("waiting", "called", "came", "declined", "over"),
    initial="waiting",
    finals=("came", "declined", "over"),
    steps=(
        Step("call", ("waiting",), "called"),
        Step("come", ("waiting", "called"), "came"),
        Step("decline", ("waiting", "called"), "declined"),
        Step("end", ("waiting", "called"), "over"),
    ),
)
