"""The tables of bookings, a file per subject."""

from yingjie.bookings.models.lists import LIST_STATES, VERDICTS, BookingList, ListLine
from yingjie.bookings.models.people import ASKED, CHANNELS, Booking, Standby, Ticket, TicketDay
from yingjie.bookings.models.public import Knock, PhoneCode, TextMessage
from yingjie.bookings.models.sessions import KINDS, STATES, DosesCounted, LaterKept, Session, Slot

__all__ = [
    "ASKED",
    "CHANNELS",
    "KINDS",
    "LIST_STATES",
    "STATES",
    "VERDICTS",
    "Booking",
    "BookingList",
    "DosesCounted",
    "Knock",
    "LaterKept",
    "ListLine",
    "PhoneCode",
    "Session",
    "Slot",
    "Standby",
    "TextMessage",
    "Ticket",
    "TicketDay",
]
