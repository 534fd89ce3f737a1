"""Tickets of the day 发号: as many as there are seats and doses, one per person, called by number; and people who stand by."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from yingjie.bookings import actions, refusals, seats, supply
from yingjie.bookings.models import Booking, Slot, Standby, Ticket, TicketDay
from yingjie.bookings.queries import slots
from yingjie.bookings.seats import Wanted
from yingjie.bookings.ticket_queries import around, sessions_now, waiting_tickets
from yingjie.bookings.verdicts import GOOD, verdict
from yingjie.bookings.workflow import STANDBY, TICKET
from yingjie.doses.upcoming import upcoming
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.ids import uuid7
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.people import queries as people
from yingjie.sites import queries as sites
from yingjie.vaccines.queries import products

_CHECKED = "of a site that was checked"


def give_ticket(*, by: Actor, site_id: UUID, person_id: UUID) -> Ticket:
    """Give whoever stands at the door a number. Whoever has a place today gets one for that; anybody else takes a seat and a
    dose that are still free today. Raises HasTicket, NoTickets, what stands against the dose, NotFound."""
    at = sites.site(by, site_id, "bookings.desk")
    person = people.briefs([person_id]).get(person_id)
    if person is None:
        raise NotFound()
    actions.sweep(by=by, site_id=at.id)
    supply.recount(at.id, force=False)
    with transaction.atomic():
        day = _lock_day(at.id, clock.today())
        booking = _place_today(by, at.id, person)
        ticket = Ticket(
            person_id=person_id, site_id=at.id, booking_id=booking, on=day.on, number=day.last_number + 1, given_at=clock.now(),
            given_by=by.signature,
        )  # fmt: skip
        try:
            with transaction.atomic():
                ticket.save(force_insert=True)
        except IntegrityError as clash:
            if "one_ticket_per_person_and_day" not in str(clash):
                raise
            held = (
                Ticket.objects.unscoped(_CHECKED)
                .filter(person_id=person_id, on=day.on)
                .exclude(state="given_up")
            )
            raise refusals.HasTicket(name=person.name, number=held.get().number) from clash
        day.last_number = ticket.number
        day.save(update_fields=["last_number"])
        facts = {"person": str(person_id), "number": ticket.number}
        record(by=by, verb="bookings.give_ticket", subject=ticket, area_code=at.area_code, facts=facts)
    return ticket


@transaction.atomic
def call(*, by: Actor, site_id: UUID, how_many: int = 1) -> list[int]:
    """Call the next numbers, one or a batch. Returns them. Raises NobodyWaits, NotFound."""
    at = sites.site(by, site_id, "bookings.desk")
    day = _lock_day(at.id, clock.today())
    ids = [row.id for row in waiting_tickets(at.id, day.on)[:how_many]]
    if not ids:
        raise refusals.NobodyWaits()
    rows = list(Ticket.objects.unscoped(_CHECKED).select_for_update().filter(pk__in=ids).order_by("number"))
    for row in rows:
        row.state, row.called_at = TICKET.advance(row.state, "call"), clock.now()
    Ticket.objects.unscoped(_CHECKED).bulk_update(rows, ["state", "called_at"])
    day.last_called = rows[-1].number
    day.save(update_fields=["last_called"])
    facts = {"numbers": [row.number for row in rows]}
    record(by=by, verb="bookings.call", subject=day, area_code=at.area_code, facts=facts)
    return [row.number for row in rows]


@transaction.atomic
def give_up_ticket(*, by: Actor, ticket_id: UUID) -> UUID:
    """Somebody leaves without waiting: their number is done with, seat and dose are free again. Returns the site's id. Raises
    NoBooking, NotFound."""
    seen = Ticket.objects.visible_to(by, "bookings.desk").filter(pk=ticket_id).first()
    if seen is None:
        raise NotFound()
    bookings = Booking.objects.unscoped(_CHECKED)
    seats.hold(bookings.filter(pk=seen.booking_id).values_list("session_id", flat=True))
    booking = lock(bookings, person_id=seen.person_id, pk=seen.booking_id)[0]
    ticket = lock(Ticket.objects.unscoped(_CHECKED), person_id=seen.person_id, pk=ticket_id)[0]
    if ticket.state not in TICKET.step("give_up").sources:
        raise refusals.NoBooking()
    if booking.state == "booked":
        actions.end(booking, "cancel", by.title or by.name, "")
    ticket.state, ticket.ended_at = TICKET.advance(ticket.state, "give_up"), clock.now()
    ticket.save(update_fields=["state", "ended_at"])
    site = sites.site(by, ticket.site_id, "bookings.desk")
    facts = {"person": str(ticket.person_id), "number": ticket.number}
    record(by=by, verb="bookings.give_up_ticket", subject=ticket, area_code=site.area_code, facts=facts)
    return site.id


@transaction.atomic
def stand_by(
    *, by: Actor, site_id: UUID, person_id: UUID, on: date | None = None, asked: bool = True
) -> Standby:
    """Put somebody on the standby list of a site and day. Who did not ask, at the desk with a card, must live around the site.
    Raises StandsByAlready, what stands against the dose, NotFound."""
    at = sites.site(by, site_id, "bookings.desk")
    person = people.briefs([person_id]).get(person_id)
    if person is None or not (asked or person.area_code.startswith(around(at.area_code))):
        raise NotFound()
    day = on or clock.today()
    found = verdict(upcoming([person_id], day)[person_id], day, _products(at.id, day))
    if found.word != GOOD:
        raise actions.refusal_of(found)
    row = Standby(
        person_id=person_id,
        site_id=at.id,
        on=day,
        asked=asked,
        since_at=clock.now(),
        by=by.signature,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as clash:
        raise refusals.StandsByAlready(name=person.name) from clash
    facts = {"person": str(person_id), "on": str(day)}
    record(by=by, verb="bookings.stand_by", subject=row, area_code=at.area_code, facts=facts)
    return row


@transaction.atomic
def answer_standby(*, by: Actor, standby_id: UUID, step: str) -> Standby:
    """`call` somebody who stands by, or write down that they `come`, `decline`; `end` when it is over. Raises NobodyWaits,
    NotFound."""
    seen = Standby.objects.visible_to(by, "bookings.desk").filter(pk=standby_id).first()
    if seen is None:
        raise NotFound()
    row = lock(Standby.objects.unscoped(_CHECKED), person_id=seen.person_id, pk=standby_id)[0]
    if step not in {each.name for each in STANDBY.steps} or row.state not in STANDBY.step(step).sources:
        raise refusals.NobodyWaits()
    now = clock.now()
    row.state = STANDBY.advance(row.state, step)
    if step == "call":
        row.called_at, row.called_by = now, by.signature
    else:
        row.ended_at = now
    row.save(update_fields=["state", "called_at", "called_by", "ended_at"])
    site = sites.site(by, row.site_id, "bookings.desk")
    facts = {"person": str(row.person_id), "step": step}
    record(by=by, verb="bookings.answer_standby", subject=row, area_code=site.area_code, facts=facts)
    return row


def _place_today(by: Actor, site_id: UUID, person: people.PersonBrief) -> UUID:
    """The booking of today behind a ticket: the person's own, or a new one in the first time of arrival with a free seat."""
    mine = Booking.objects.unscoped(_CHECKED).filter(
        person_id=person.id, site_id=site_id, on=clock.today(), state__in=("booked", "attended")
    )
    held = mine.order_by("-at").values_list("pk", flat=True).first()
    if held is not None:
        return held
    sessions = sessions_now(site_id)
    rows = Slot.objects.unscoped(_CHECKED).select_related("session")
    free = [slot for slot in slots([each.id for each in sessions]) if slot.until_at > clock.now()]
    for slot in (each for each in free if each.free > 0):
        whole = rows.get(pk=slot.id)
        number = actions.due_number(person.id, whole)
        wanted = Wanted(uuid7(), person.id, number, slot.session_id, slot.id, "ticket", by.title or by.name)
        answer = seats.take([wanted], clock.now())[wanted.id]
        if answer == seats.TAKEN:
            return wanted.id
        if answer == seats.ALREADY:
            raise actions.refused(answer, wanted, whole)
    if not free:
        raise refusals.NoTickets(why=refusals.NO_SESSION_NOW)
    some = any(each.seats + each.extra > each.taken for each in free)
    raise refusals.NoTickets(why=refusals.NO_DOSE if some else refusals.NO_SEAT)


def _products(site_id: UUID, on: date) -> set[str]:
    """The vaccines of a site's sessions of a day; of none: whatever the rules offer."""
    found: set[str] = set()
    for each in sessions_now(site_id, on):
        found |= set(each.products)
    return found or {row.code for row in products()}


def _lock_day(site_id: UUID, on: date) -> TicketDay:
    """The counter of the site's day, locked: two doors never give out the same number."""
    rows = TicketDay.objects.unscoped(_CHECKED)
    found = lock(rows, site_id=site_id, on=on)
    if not found:
        rows.bulk_create([TicketDay(site_id=site_id, on=on)], ignore_conflicts=True)
        found = lock(rows, site_id=site_id, on=on)
    return found[0]
