"""敲门行动: whom an officer calls on today, in walking order, and where everybody else of theirs stands.

Nothing here is stored. Where somebody stands follows from doses and health (`closings`), from the visits made (vaxkit's
`rounds`), from appointments and from what they asked for. A person's page at the door may be read by whoever records visits where
they live, and by the officer whose they are.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from vaxkit import responsibility
from vaxkit.responsibility import Attempt as Made
from vaxkit.responsibility import Next, State, Stop
from vaxkit.vocabulary import Status
from yingjie.areas import queries as areas
from yingjie.bookings import queries as bookings
from yingjie.doses import queries as doses
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import campaign, closings, complaints, duties
from yingjie.outreach.closings import OPEN_TERMS
from yingjie.outreach.duties import OfficerRow
from yingjie.outreach.mobilising import mobilising
from yingjie.outreach.models import Attempt, Charge, DoctorsWord, HomeRequest
from yingjie.outreach.unvaccinated import HEALTH
from yingjie.outreach.words import HEALTH_REASONS
from yingjie.people import queries as people
from yingjie.people.models import Person
from yingjie.people.queries import PersonBrief, age_on
from yingjie.people.residents import in_ledger

#: Where somebody stands in the rounds: to be called on today, at another time, and why nobody calls.
STATES = (
    "call",
    "later",
    "agreed",
    "booked",
    "home",
    "doctor",
    "away",
    "not_due",
    "contraindicated",
    "stopped",
    "rests",
)
_SCOPED = "of people who are the officer's, or whom the caller may see"


@dataclass(frozen=True)
class Call:
    """One person of a round. `state` is a word of STATES; `on` the day from which they are called on (or looked at again), None
    where that is not known; `rung` who goes next; `reason` the newest one heard, HEALTH where the reader is not told which."""

    person_id: UUID
    name: str
    sex: str
    age: int
    area_code: str
    place: str
    address: str
    household: str
    dose: int
    status: str
    state: str
    on: date | None
    rung: str
    number: int
    evening: bool
    refusals: int
    stop: Stop | None
    outcome: str
    reason: str
    visited_at: datetime | None
    booked_at: datetime | None = None

    @property
    def is_today(self) -> bool:
        return self.state == "call"

    @property
    def visited_on(self) -> date | None:
        return clock.day_of(self.visited_at) if self.visited_at else None


@dataclass(frozen=True)
class Door:
    """People of one household who are called on together; `number` counts the doors in walking order."""

    number: int
    address: str
    place: str
    calls: tuple[Call, ...]


@dataclass(frozen=True)
class Round:
    """An officer's day: doors of today by day and in the evening, and everybody else."""

    officer: OfficerRow
    doors: tuple[Door, ...]
    evening: tuple[Door, ...]
    others: tuple[Call, ...]
    visited_today: int

    @property
    def people(self) -> int:
        return sum(len(door.calls) for door in (*self.doors, *self.evening))


def reach(actor: Actor, person_id: UUID) -> PersonBrief:
    """Somebody at whose door the actor may stand: where they record visits or look after health, or one of their own. Raises
    NotFound."""
    found = people.briefs([person_id]).get(person_id)
    if found is None or found.left_on is not None:
        raise NotFound()
    here = actor.may("outreach.record", found.area_code) or actor.may("people.health", found.area_code)
    if not here and not is_own(actor, person_id):
        raise NotFound()
    return found


def is_own(actor: Actor, person_id: UUID) -> bool:
    """Whether the account behind the actor is the person's officer."""
    if actor.is_system:
        return False
    rows = Charge.objects.unscoped("one's own").filter(person_id=person_id, until_on__isnull=True)
    return rows.filter(officer__member__account=actor.name).exists()


def round_of(actor: Actor, officer_id: UUID) -> Round:
    """The day of an officer: of an officer with people of their own, or of a leader, to whom come those whom the officers below did
    not win over. Raises NotFound."""
    row = duties.officer(actor, officer_id)
    told = is_told(actor, row)
    mine = calls(_ids_of(row), told=told)
    rungs = rungs_of(row)
    own = {charge.person_id for charge in duties.charges(row.id)}
    # Who has a leader as their officer has nobody else to call on them.
    due = [call for call in mine if call.is_today and (call.rung in rungs or call.person_id in own)]
    if row.kind != "leader":
        due = [call for call in due if call.rung in rungs]
    due_ids = {call.person_id for call in due}
    others = [call for call in mine if call.person_id not in due_ids and call.person_id in own]
    by_day, by_evening = (
        _doors([each for each in due if not each.evening]),
        _doors([each for each in due if each.evening]),
    )
    return Round(row, by_day, by_evening, tuple(others), _visited_today(mine))


def is_told(actor: Actor, row: OfficerRow) -> bool:
    """Whether the actor is told which health reason somebody gave: whoever records visits there."""
    return actor.may("outreach.record", row.area_code) or duties.is_own(actor, row)


def rungs_of(row: OfficerRow) -> tuple[str, ...]:
    """On which rungs of the ladder somebody stands; a county's leaders on none."""
    if row.kind != "leader":
        return ("officer",)
    if len(row.area_code) < duties.TOWN_DIGITS:
        return ()
    return ("village",) if len(row.area_code) >= duties.VILLAGE_DIGITS else ("township",)


def call(actor: Actor, person_id: UUID) -> Call:
    """Where one person stands. Raises NotFound."""
    reach(actor, person_id)
    found = calls([person_id], told=True)
    if not found:
        raise NotFound()
    return found[0]


def calls(person_ids: Collection[UUID], *, told: bool) -> list[Call]:
    """Where people stand, in walking order, for whoever may see them. A handful of queries for any number."""
    rows = _terms(person_ids)
    ids = [row[0] for row in rows]
    known = Person.objects.unscoped(_SCOPED).in_bulk(ids)
    made = _attempts(ids)
    begun = dict(_live(ids).values_list("person_id", "from_on"))
    today = clock.today()
    due = doses.statuses({key: known[key].birth_on for key in ids}, today) if ids else {}
    booked = {row.person_id: row.at for row in bookings.bookings_of(ids, live=True)}
    home = _at_home(ids)
    words, resting = _words(ids), complaints.resting(ids)
    places = areas.places({person.area_id for person in known.values()})
    found = []
    for key, term, dose, last_on in rows:
        person, history = known[key], made.get(key, [])
        nxt = responsibility.rounds(
            [_made(each) for each in history], mobilising().rounds, begin=begun.get(key, today), since=last_on
        )
        status = due[key].value
        state, on = _state(term, status, nxt, today, booked.get(key), words.get(key))
        if key in home and state in ("call", "later", "agreed"):
            state, on = "home", home[key]
        if key in resting and state not in ("contraindicated", "stopped"):
            state, on = "rests", None
        newest = history[-1] if history else None
        reason = next((each.reason for each in reversed(history) if each.reason), "")
        found.append(
            Call(
                key, person.name, person.sex, age_on(person.birth_on, today), person.area_id, places.get(person.area_id, ""),
                person.address, str(person.household_id or ""), dose, status if term == "to_do" else term, state, on, nxt.rung,
                nxt.number, nxt.evening, nxt.refusals, nxt.stop, newest.outcome if newest else "",
                reason if told or reason not in HEALTH_REASONS else HEALTH, newest.at if newest else None, booked.get(key),
            )
        )  # fmt: skip
    order = {stop.key: at for at, stop in enumerate(_walked(found))}
    return sorted(found, key=lambda each: order[str(each.person_id)])


def called_by_leaders(row: OfficerRow) -> set[UUID]:
    """People of a leader's area whom somebody has called on, in the present charge: only they can have come up the ladder."""
    rows = Charge.objects.unscoped(_SCOPED).filter(
        person__area__code__startswith=row.area_code, until_on__isnull=True, person__attempts__isnull=False
    )
    return set(rows.values_list("person_id", flat=True))


def household(actor: Actor, household_id: UUID) -> set[UUID]:
    """Who lives together, of those at whose doors the actor may stand."""
    rows = Person.objects.unscoped(_SCOPED).filter(household_id=household_id, left_on__isnull=True)
    return {
        person_id
        for person_id, area_code in rows.values_list("pk", "area_id")
        if actor.may("outreach.record", area_code) or is_own(actor, person_id)
    }


def doctors_list(actor: Actor) -> list[tuple[Call, date, str]]:
    """Who waits for a doctor's word where the actor may say it, by the day: (person, day, asked by)."""
    waiting = DoctorsWord.objects.visible_to(actor, "people.health").filter(state="waiting")
    rows = {row.person_id: row for row in waiting.order_by("review_on", "pk")[:500]}
    found = calls(list(rows), told=True)
    return sorted(
        ((each, rows[each.person_id].review_on, rows[each.person_id].asked_by) for each in found),
        key=lambda each: each[1],
    )


def words_due(actor: Actor) -> int:
    """How many wait for a doctor's word whose day has come."""
    rows = DoctorsWord.objects.visible_to(actor, "people.health").filter(
        state="waiting", review_on__lte=clock.today()
    )
    return rows.count()


def _ids_of(row: OfficerRow) -> set[UUID]:
    own = {charge.person_id for charge in duties.charges(row.id)}
    return own | called_by_leaders(row) if row.kind == "leader" and rungs_of(row) else own


def _terms(person_ids: Collection[UUID]) -> list[tuple[UUID, str, int, date | None]]:
    """Person, term, dose to come, day of the last one; only those who are still open."""
    if not person_ids:
        return []
    rows = Person.objects.unscoped(_SCOPED).filter(in_ledger(clock.today()), pk__in=list(person_ids))
    found = closings.relation(closings.here(rows), closings.Asked(clock.today(), campaign.last_of_course()))
    sql = f"SELECT t.person_id, t.term, t.dose, t.last_on FROM ({found.sql}) t WHERE t.term = ANY(%(open)s)"
    return closings.run(closings.Statement(sql, {**found.parameters, "open": list(OPEN_TERMS)}))


def _attempts(ids: Sequence[UUID]) -> dict[UUID, list[Attempt]]:
    made: dict[UUID, list[Attempt]] = {}
    for row in Attempt.objects.unscoped(_SCOPED).filter(person_id__in=ids).order_by("at", "pk"):
        made.setdefault(row.person_id, []).append(row)
    return made


def _made(row: Attempt) -> Made:
    return Made(
        clock.day_of(row.at),
        row.outcome,
        row.rung,
        row.by_evening,
        row.next_on,
        row.evening,
        row.stop,
        row.asked,
    )


def _live(ids: Sequence[UUID]) -> QuerySet[Charge]:
    rows: QuerySet[Charge] = Charge.objects.unscoped(_SCOPED)
    return rows.filter(person_id__in=ids, until_on__isnull=True)


def _at_home(ids: Sequence[UUID]) -> dict[UUID, date | None]:
    """Who asked for a vaccination at home → the day that was promised, None while there is none."""
    rows = HomeRequest.objects.unscoped(_SCOPED).filter(person_id__in=ids, state__in=("asked", "arranged"))
    return dict(rows.values_list("person_id", "arranged_on"))


def _words(ids: Sequence[UUID]) -> dict[UUID, date]:
    rows = DoctorsWord.objects.unscoped(_SCOPED).filter(person_id__in=ids, state="waiting")
    return dict(rows.values_list("person_id", "review_on"))


def _state(
    term: str, status: str, nxt: Next, today: date, booked: datetime | None, word: date | None
) -> tuple[str, date | None]:
    """The word and the day. What forbids a dose goes before what was said, a place that is booked before a visit."""
    if term == "contraindicated":
        return "contraindicated", None
    if nxt.state is State.STOPPED:
        return "stopped", None
    if booked is not None and clock.day_of(booked) >= today:
        return "booked", clock.day_of(booked)
    if word is not None or term == "deferred" or nxt.state is State.DOCTOR:
        return "doctor", word or nxt.on
    if status == Status.NOT_YET_DUE:
        return "not_due", None
    if term == "away" and nxt.on is not None and (nxt.on > today or nxt.number == 1):
        return "away", nxt.on if nxt.number > 1 else None
    if nxt.on is not None and nxt.on <= today:
        return "call", nxt.on
    return ("agreed" if nxt.state is State.AGREED else "later"), nxt.on


def _walked(found: Iterable[Call]) -> list[responsibility.Door]:
    doors = responsibility.walk(_stop(each) for each in found)
    return [stop for door in doors for stop in door]


def _stop(each: Call) -> responsibility.Door:
    return responsibility.Door(str(each.person_id), each.area_code, each.address, each.household)


def _doors(due: Sequence[Call]) -> tuple[Door, ...]:
    by_key = {str(each.person_id): each for each in due}
    doors = []
    for number, stops in enumerate(responsibility.walk(_stop(each) for each in due), 1):
        there = tuple(by_key[stop.key] for stop in stops)
        doors.append(Door(number, there[0].address, there[0].place, there))
    return tuple(doors)


def _visited_today(mine: Sequence[Call]) -> int:
    today = clock.today()
    return sum(each.visited_on == today for each in mine)
