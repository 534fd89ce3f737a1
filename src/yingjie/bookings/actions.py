"""Giving a place, moving it, giving it up, coming. Everything that takes a seat goes through `seats.take`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from yingjie.bookings import refusals, seats, supply
from yingjie.bookings.models import Booking, Session, Slot, Ticket
from yingjie.bookings.queries import live_of, misses_of
from yingjie.bookings.rules import rules
from yingjie.bookings.seats import Wanted
from yingjie.bookings.session_actions import for_whom, hour
from yingjie.bookings.verdicts import GOOD, Verdict, verdict
from yingjie.bookings.workflow import BOOKING, TICKET
from yingjie.doses.beside import standing_due
from yingjie.doses.upcoming import Upcoming, upcoming
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.ids import uuid7
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotAllowed, NotFound, Refusal
from yingjie.people import queries as people
from yingjie.people.unit_queries import belong
from yingjie.sites import queries as sites

_CHECKED = "of a person or site that was checked"


@dataclass(frozen=True)
class Arrival:
    """How somebody came: `as_booked` today and here; `other_day` or `other_site` with a place there, which is given back;
    `unlisted` without any. `booking_id` is the row that now says that they came, `number` the dose, `ticket` the day's number
    or None."""

    kind: str
    booking_id: UUID
    number: int
    ticket: int | None = None


def book(*, by: Actor, person_id: UUID, slot_id: UUID, channel: str = "desk") -> UUID:
    """Give a person a place. Whoever looks after the person ("bookings.book") or sits at the site's desk ("bookings.desk") may.

    Returns the booking's id. Raises SlotFull, NoDoses, KeptForLater, SessionClosed, SlotOver, AlreadyBooked, NotDueThen,
    TooLateThen, CourseComplete, DeferredThen, NotOffered, NotForYou, NotOfUnit, NotFound, NotAllowed.
    """
    slot = _slot(slot_id)
    person = _person(person_id)
    _may_book(by, person, slot.site_id)
    number = due_number(person.id, slot)
    wanted = Wanted(uuid7(), person_id, number, slot.session_id, slot_id, channel, by.title or by.name)
    supply.recount(slot.site_id, force=False)
    with transaction.atomic():
        take_one(wanted, slot)
        facts = {"person": str(person_id), "number": number, "on": str(clock.day_of(slot.at))}
        record(
            by=by,
            verb="bookings.book",
            subject=("booking", wanted.id),
            area_code=person.area_code,
            facts=facts,
        )
    return wanted.id


def move(*, by: Actor, booking_id: UUID, slot_id: UUID) -> UUID:
    """Move a booking to another time: the new place is taken and the old one given back, or nothing happens.

    Returns the new booking's id. Raises NoBooking and what `book` raises."""
    slot = _slot(slot_id)
    supply.recount(slot.site_id, force=False)
    with transaction.atomic():
        old, person = _mine(by, booking_id, slot.session_id)
        number = due_number(person.id, slot)
        new_id = exchange(old, slot, number, by.title or by.name, old.channel)
        facts = {"person": str(person.id), "number": number, "on": str(clock.day_of(slot.at))}
        record(
            by=by, verb="bookings.move", subject=("booking", new_id), area_code=person.area_code, facts=facts
        )
    return new_id


@transaction.atomic
def cancel(*, by: Actor, booking_id: UUID, because: str = "") -> None:
    """Give a place up. Raises NoBooking, NotFound, NotAllowed."""
    row, person = _mine(by, booking_id)
    end(row, "cancel", by.title or by.name, because)
    facts = {"person": str(person.id), "number": row.number, "on": str(row.on)}
    record(by=by, verb="bookings.cancel", subject=row, area_code=person.area_code, facts=facts)


@transaction.atomic
def arrive(*, by: Actor, site_id: UUID, person_id: UUID) -> Arrival:
    """Somebody has come to the site. Never refused: facts are recorded. A place that they have on another day or at another
    site for the same dose is given back. Coming again changes nothing. For whoever registers at the site; the caller journals
    the visit."""
    at = sites.site(by, site_id, "clinic.register")
    now, today = clock.now(), clock.today()
    rows = Booking.objects.unscoped(_CHECKED)
    live = {"person_id": person_id, "state__in": ("booked", "missed", "attended")}
    held_by = rows.filter(person_id=person_id, state__in=("booked", "missed"), on__gte=today)
    seats.hold(held_by.values_list("session_id", flat=True))
    mine = lock(rows, **live)
    here = [row for row in mine if row.site_id == at.id and row.on == today]
    held = _use_ticket(at.id, person_id, now)
    came = next((row for row in here if row.state == "attended"), None)
    if came is not None:
        return Arrival("as_booked" if came.slot_id else "unlisted", came.pk, came.number, held)
    missed = [row for row in here if row.state == "missed"]
    expected = next((row for row in here if row.state == "booked"), next(iter(missed), None))
    if expected is not None:
        for row in missed:  # whoever comes late on a place of a later time did not stay away
            if row is not expected:
                row.state, row.ended_at = BOOKING.advance(row.state, "come_late"), now
                row.save(update_fields=["state", "ended_at"])
                if row.slot_id and row.session_id:
                    seats.give_back([(row.slot_id, row.session_id, row.channel == "online")], doses=0)
        expected.state, expected.arrived_at = BOOKING.advance(expected.state, "arrive"), now
        expected.save(update_fields=["state", "arrived_at"])
        return Arrival("as_booked", expected.pk, expected.number, held)
    group = standing_due(person_id, today).group
    kind, others = "unlisted", [row for row in mine if row.state == "booked" and row.group == group]
    for row in others:
        kind = "other_site" if row.site_id != at.id else "other_day"
        end(row, "move", by.title or by.name, at.name)
    number = (
        others[0].number if others else (upcoming([person_id], today, group=group)[person_id].number or 1)
    )
    made = rows.create(
        person_id=person_id, group=group, number=number, site_id=at.id, on=today, at=now, channel="walk_in",
        state="attended", booked_at=now, booked_by=by.signature, arrived_at=now,
    )  # fmt: skip
    return Arrival(kind, made.pk, number, held)


def sweep(*, by: Actor, site_id: UUID, on: date | None = None) -> int:
    """Whoever has not come `late_minutes` after their time did not keep it: their seats go to the times still to come the same
    day, as extra seats. Again: changes nothing. Returns how many."""
    at = sites.site(by, site_id, "bookings.desk")
    now = clock.now()
    until = now - timedelta(minutes=rules().late_minutes)
    with transaction.atomic():
        late = Booking.objects.unscoped(_CHECKED).filter(site_id=at.id, state="booked", at__lt=until)
        late = late.filter(on=on) if on else late
        seats.hold(late.values_list("session_id", flat=True).distinct())
        gone = list(late.select_for_update().order_by("pk"))
        for row in gone:
            row.state = BOOKING.advance(row.state, "miss")
            row.ended_at, row.ended_by = now, by.signature
        Booking.objects.unscoped(_CHECKED).bulk_update(
            gone, ["state", "ended_at", "ended_by"], batch_size=1000
        )
        released = _release(at.id, [row for row in gone if row.session_id])
        if gone:
            facts = {"people": len(gone), "released": released}
            record(by=by, verb="bookings.sweep", subject=("site", at.id), area_code=at.area_code, facts=facts)
    if gone:
        supply.recount(at.id)
    return len(gone)


def due_number(person_id: UUID, slot: Slot, due: Upcoming | None = None) -> int:
    """The dose that a place at this time is for; `due`: where the person stands on that day, where it was asked. Raises the refusal
    of whatever stands against it."""
    on = clock.day_of(slot.at)
    session: Session = slot.session
    if session.state != "open":
        raise refusals.SessionClosed()
    if slot.until_at <= clock.now():
        raise refusals.SlotOver(time=hour(slot.at))
    must_be_for(session, person_id, on)
    found = verdict(due or upcoming([person_id], on, group=session.group)[person_id], on, session.products)
    if found.word != GOOD:
        raise refusal_of(found)
    return found.number or 1


def must_be_for(session: Session, person_id: UUID, on: date) -> None:
    """A special session is for the people of its unit, or of its area, alone. Raises NotOfUnit, NotForYou."""
    if session.kind != "special":
        return
    if session.unit_id is not None:
        if person_id not in belong([person_id], session.unit_id, on):
            raise refusals.NotOfUnit(name=_person(person_id).name, unit=for_whom(session))
    elif session.area_id and not _person(person_id).area_code.startswith(session.area_id):
        raise refusals.NotForYou(whom=for_whom(session))


def refusal_of(found: Verdict) -> Refusal:
    """The refusal behind a verdict."""
    if found.word == "complete":
        return refusals.CourseComplete()
    if found.word == "deferred" and found.day is not None:
        return refusals.DeferredThen(until=found.day)
    if found.word == "not_due" and found.day is not None:
        return refusals.NotDueThen(earliest_on=found.day)
    if found.word == "too_late" and found.day is not None:
        return refusals.TooLateThen(latest_on=found.day)
    return refusals.NotOffered()


def take_one(wanted: Wanted, slot: Slot) -> None:
    """One place, or the refusal. A count of doses that has grown old is made anew first; a slot seen to be full is not even
    locked."""
    if slot.taken >= slot.seats + slot.extra:
        raise refusals.SlotFull(time=hour(slot.at))
    supply.recount(slot.site_id, force=False)
    answer = seats.take([wanted], clock.now())[wanted.id]
    if answer != seats.TAKEN:
        raise refused(answer, wanted, slot)


def refused(answer: str, wanted: Wanted, slot: Slot) -> Refusal:
    """The refusal behind an answer of seats.take."""
    if answer == seats.ALREADY:
        there = live_of(wanted.person_id, wanted.number, slot.session.group)
        return refusals.AlreadyBooked(on=there.on if there else "", site=there.site_name if there else "")
    if answer == seats.CLOSED:
        return refusals.SessionClosed()
    if answer == seats.NO_DOSES and wanted.number == 1 and supply.held_for_later(slot.site_id):
        answer = seats.KEPT
    known = {
        seats.FULL: refusals.SlotFull,
        seats.FULL_ONLINE: refusals.OnlineFull,
        seats.NO_DOSES: refusals.NoDoses,
        seats.KEPT: refusals.KeptForLater,
    }
    return known[answer](time=hour(slot.at))


def exchange(old: Booking, slot: Slot, number: int, by: str, channel: str) -> UUID:
    """A new place for an old one, in the caller's transaction; raising undoes both."""
    end(old, "move", by, "")
    wanted = Wanted(uuid7(), old.person_id, number, slot.session_id, slot.pk, channel, by)
    take_one(wanted, slot)
    return wanted.id


def end(row: Booking, step: str, by: str, because: str) -> None:
    """End a locked booking and give its seat back. Raises NoBooking."""
    if row.state not in BOOKING.step(step).sources:
        raise refusals.NoBooking()
    row.state = BOOKING.advance(row.state, step)
    row.ended_at, row.ended_by, row.because = clock.now(), by[:80], because.strip()[:200]
    row.save(update_fields=["state", "ended_at", "ended_by", "because"])
    if row.slot_id and row.session_id:
        seats.give_back([(row.slot_id, row.session_id, row.channel == "online")])


def must_not_be_barred(person_id: UUID) -> None:
    """Whoever did not keep places several times cannot book ahead for a while. Raises Barred."""
    must_not_have_missed(
        misses_of([person_id], clock.today() - timedelta(days=rules().misses_days)).get(person_id, [])
    )


def must_not_have_missed(missed: Sequence[date]) -> None:
    """`missed`: the days of the last while on which they did not come, the last first. Raises Barred."""
    limit = rules()
    if len(missed) >= limit.misses:
        until = missed[0] + timedelta(days=limit.barred_days)
        if clock.today() < until:
            raise refusals.Barred(misses=len(missed), until=until)


def _use_ticket(site_id: UUID, person_id: UUID, now: datetime) -> int | None:
    """The number of whoever checks in, which is then done with; None without a ticket. Whoever comes again keeps theirs."""
    rows = Ticket.objects.unscoped(_CHECKED)
    held = lock(rows.exclude(state="given_up"), person_id=person_id, site_id=site_id, on=clock.day_of(now))
    for row in held:
        if row.state != "used":
            row.state, row.ended_at = TICKET.advance(row.state, "use"), now
            row.save(update_fields=["state", "ended_at"])
    return held[0].number if held else None


def _release(site_id: UUID, gone: Sequence[Booking]) -> int:
    """Seats of people who did not come become extra seats of the next time of the same session. Returns how many."""
    released = 0
    counts: dict[UUID, int] = {}
    for row in gone:
        if row.session_id:
            counts[row.session_id] = counts.get(row.session_id, 0) + 1
    for session_id, n in sorted(counts.items()):
        rows = Slot.objects.unscoped(_CHECKED)
        coming = (
            rows.filter(site_id=site_id, session_id=session_id, until_at__gt=clock.now())
            .order_by("at")
            .first()
        )
        if coming is not None:
            coming.extra += n
            coming.save(update_fields=["extra"])
            released += n
    return released


def _slot(slot_id: UUID) -> Slot:
    rows = Slot.objects.unscoped("times of arrival are public")
    found = rows.select_related("session").filter(pk=slot_id).first()
    if found is None:
        raise NotFound()
    return found


def _person(person_id: UUID) -> people.PersonBrief:
    found = people.briefs([person_id]).get(person_id)
    if found is None:
        raise NotFound()
    return found


def _may_book(by: Actor, person: people.PersonBrief, site_id: UUID) -> None:
    if by.may("bookings.book", person.area_code):
        return
    if not by.may("bookings.desk"):
        raise NotAllowed()
    sites.site(by, site_id, "bookings.desk")


def _mine(by: Actor, booking_id: UUID, *sessions: UUID) -> tuple[Booking, people.PersonBrief]:
    """The booking of somebody for whom the actor may book, locked after its session (and others that the action will need)."""
    rows = Booking.objects.unscoped(_CHECKED)
    seen = rows.filter(pk=booking_id).first()
    if seen is None:
        raise NotFound()
    person = _person(seen.person_id)
    try:
        _may_book(by, person, seen.site_id)
    except NotAllowed:
        raise NotFound() from None
    seats.hold([seen.session_id, *sessions])
    return lock(rows, person_id=seen.person_id, pk=booking_id)[0], person
