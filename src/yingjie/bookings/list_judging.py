"""What becomes of each line of a list, before anything is booked: asked at once for all of them, a handful of queries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yingjie.bookings.models import Booking
from yingjie.bookings.queries import SessionRow, slots
from yingjie.bookings.verdicts import GOOD, verdict
from yingjie.doses.upcoming import Upcoming, upcoming
from yingjie.foundation.access.actor import Actor
from yingjie.people import queries as people
from yingjie.people.unit_queries import staff


@dataclass(frozen=True)
class Line:
    """A line for judging: who it means (None: nobody of the actor's), and whether its number could be read at all."""

    nth: int
    person_id: UUID | None
    readable: bool = True


@dataclass(frozen=True)
class Fate:
    """A word of models.VERDICTS, the day that it names, the dose it is about."""

    word: str
    day: date | None = None
    number: int | None = None


@dataclass(frozen=True)
class _Facts:
    briefs: Mapping[UUID, people.PersonBrief]
    due: Mapping[UUID, Upcoming]
    booked: Collection[tuple[UUID, int]]
    at_unit: Collection[UUID] | None


def judge(actor: Actor, session: SessionRow, area_code: str, lines: Sequence[Line]) -> dict[int, Fate]:
    """The fate of each line by its number, in the order of the list: first come, first served, as far as seats and doses last."""
    ids = {line.person_id for line in lines if line.person_id is not None}
    facts = _Facts(
        briefs=people.briefs(ids),
        due=upcoming(ids, session.on, group=session.group),
        booked=_booked(ids, session.group),
        at_unit={row.person_id for row in staff(actor, session.unit_id)} if session.unit_id else None,
    )
    seats_free = sum(slot.seats + slot.extra - slot.taken for slot in slots([session.id]))
    doses_free, seen, good, firsts = session.doses_left, set[UUID](), 0, 0
    fates = {}
    for line in lines:
        fate = _fate(line, session, area_code, facts, seen)
        if line.person_id is not None:
            seen.add(line.person_id)
        if fate.word == GOOD and fate.number == 1 and firsts >= doses_free - session.kept < doses_free:
            fate = Fate("kept", None, fate.number)
        if fate.word == GOOD:
            good, firsts = good + 1, firsts + (fate.number == 1)
            if good > seats_free:
                fate = Fate("over_capacity", None, fate.number)
            elif good > doses_free:
                fate = Fate("no_doses", None, fate.number)
        fates[line.nth] = fate
    return fates


def _fate(line: Line, session: SessionRow, area_code: str, facts: _Facts, seen: set[UUID]) -> Fate:
    if line.person_id is None:
        return Fate("not_in_ledger" if line.readable else "unreadable")
    if line.person_id in seen:
        return Fate("duplicate")
    if facts.at_unit is not None and line.person_id not in facts.at_unit:
        return Fate("not_for_unit")
    within = session.area_code if session.kind == "special" and session.area_code else area_code
    if facts.at_unit is None and not facts.briefs[line.person_id].area_code.startswith(within):
        return Fate("foreign")
    found = verdict(facts.due[line.person_id], session.on, session.products)
    word = "not_offered" if found.word == "too_late" else found.word
    if word == GOOD and (line.person_id, found.number) in facts.booked:
        return Fate("already_booked", None, found.number)
    return Fate(word, found.day, found.number)


def _booked(ids: Collection[UUID], group: str) -> set[tuple[UUID, int]]:
    rows = Booking.objects.unscoped("of people whom the caller was authorised for").filter(
        person_id__in=ids, group=group, state="booked"
    )
    return set(rows.order_by().values_list("person_id", "number"))
