"""What appointments refuse, why, and what to do next."""

from django.utils.translation import gettext_lazy as _

from yingjie.foundation.refusals import Refusal


class SlotFull(Refusal):
    code = "bookings.full"
    reason = _("All places at {time} are taken.")
    next_step = _("Choose another time or day, or ask to stand by.")


class OnlineFull(Refusal):
    code = "bookings.full_online"
    reason = _("The places at {time} that can be taken online are gone.")
    next_step = _(
        "Choose another time. Some places are kept for people without a smartphone: the village and the site give them out."
    )


class NoDoses(Refusal):
    code = "bookings.no_doses"
    reason = _("There are free seats at {time}, but no more vaccine that is not promised.")
    next_step = _("Choose another day or site; places open again when vaccine is on its way.")


class KeptForLater(Refusal):
    code = "bookings.kept_for_later"
    reason = _(
        "What is still free at {time} is kept for people whose second or later dose is due; this would be a first dose."
    )
    next_step = _(
        "Choose another day or site. Places that nobody took are given out on the day; the task force decides how much is kept."
    )


class SessionClosed(Refusal):
    code = "bookings.session_closed"
    reason = _("This session does not take place.")
    next_step = _("Choose another session.")


class SlotOver(Refusal):
    code = "bookings.slot_over"
    reason = _("The time {time} is over.")
    next_step = _("Choose a later time, or take a ticket at the site.")


class AlreadyBooked(Refusal):
    code = "bookings.already"
    reason = _("There is a booking for this dose already: {on}, {site}.")
    next_step = _("Move that booking, or cancel it first.")


class NotDueThen(Refusal):
    code = "bookings.not_due"
    reason = _("The next dose can be given from {earliest_on} on.")
    next_step = _("Choose a time on or after that day.")


class TooLateThen(Refusal):
    code = "bookings.too_late"
    reason = _("By the rules the next dose may be given until {latest_on} only.")
    next_step = _("Choose an earlier time.")


class CourseComplete(Refusal):
    code = "bookings.complete"
    reason = _("No further dose is due.")
    next_step = _("Nothing is to be booked. If a dose is missing in the record, have it entered first.")


class DeferredThen(Refusal):
    code = "bookings.deferred"
    reason = _("Vaccination is put off until {until}.")
    next_step = _("Book for that day or later, or ask the doctor.")


class NotOffered(Refusal):
    code = "bookings.not_offered"
    reason = _("The vaccine of this session cannot be given as the next dose.")
    next_step = _("Choose a session with another vaccine, or ask at the site.")


class NotForYou(Refusal):
    code = "bookings.special"
    reason = _("This session is for {whom} alone.")
    next_step = _("Choose an ordinary session.")


class NotOfUnit(Refusal):
    code = "bookings.not_of_unit"
    reason = _("This session is for the people of {unit} alone, and {name} is not on its roster.")
    next_step = _("Choose an ordinary session; or have the unit put the person on its roster first.")


class NoBooking(Refusal):
    code = "bookings.no_booking"
    reason = _("This booking has ended already.")
    next_step = _("Look at the list again.")


class Barred(Refusal):
    code = "bookings.barred"
    reason = _("{misses} bookings were not kept; until {until} no place can be booked ahead.")
    next_step = _("Ask to stand by, or take a ticket on the day.")


class SessionOverlaps(Refusal):
    code = "bookings.overlaps"
    reason = _("The site already has a session from {from_at} to {until_at}.")
    next_step = _("Choose another time, or change that session.")


class NoSlots(Refusal):
    code = "bookings.no_slots"
    reason = _(
        "A session needs an end after its beginning, at least one seat, and at most {most} times of arrival."
    )
    next_step = _("Check hours, minutes and seats.")
    status = 400


class SeatsTaken(Refusal):
    code = "bookings.seats_taken"
    reason = _("At {time} {taken} seats are taken already.")
    next_step = _("Leave at least so many seats, or move people first.")


class NoTickets(Refusal):
    code = "bookings.no_tickets"
    reason = _("No ticket is left for today: {why}.")
    next_step = _("Book for another day, or put the person on the standby list.")


#: Why there is no ticket: seats and doses run out apart from each other.
NO_SESSION_NOW = _("no session takes people any more")
NO_SEAT = _("every seat is taken")
NO_DOSE = _("no dose is left that is not promised")


class HasTicket(Refusal):
    code = "bookings.has_ticket"
    reason = _("{name} has ticket no. {number} of today already.")
    next_step = _("Print that ticket again if it is lost.")


class NobodyWaits(Refusal):
    code = "bookings.nobody_waits"
    reason = _("Nobody is left to be called.")
    next_step = _("Nothing is to be done.")


class StandsByAlready(Refusal):
    code = "bookings.stands_by"
    reason = _("{name} stands by today already.")
    next_step = _("Look at the standby list.")


class ListSubmitted(Refusal):
    code = "bookings.list_submitted"
    reason = _("This list was submitted already.")
    next_step = _("Make a new list for more people.")


class ListEmpty(Refusal):
    code = "bookings.list_empty"
    reason = _("Nobody could be read from this list.")
    next_step = _("Give at least a column of identity numbers, or of names.")
    status = 400


class ListTooLong(Refusal):
    code = "bookings.list_too_long"
    reason = _("A list may have {most} lines; this one has {lines}.")
    next_step = _("Hand it in as several lists.")
    status = 400


class TooOften(Refusal):
    code = "bookings.too_often"
    reason = _("This was tried too often.")
    next_step = _("Try again in {minutes} minutes, or call your village or the site.")
    status = 429


class CodeWrong(Refusal):
    code = "bookings.code_wrong"
    reason = _("This code is wrong or too old.")
    next_step = _("Look at the newest message, or ask for another code.")
    status = 400
