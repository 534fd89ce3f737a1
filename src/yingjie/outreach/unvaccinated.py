"""The unvaccinated ledger 未接种台账 : who has not had a dose, what narrows the list, its rows.

Nothing here is stored: everybody's term follows from doses, visits, whereabouts and conditions (`closings`). A filter that a
person's own row answers narrows the people before; those of the term, the reason and the officer narrow what came of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from yingjie.areas import queries as areas
from yingjie.areas import unit_queries
from yingjie.doses import queries as doses
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.outreach import campaign, lead_groups
from yingjie.outreach.closings import OPEN_TERMS, Asked, Statement, here, relation, run
from yingjie.outreach.models import Attempt, CarePlan
from yingjie.outreach.words import HEALTH_REASONS
from yingjie.people import ledger_queries
from yingjie.people import search as searching
from yingjie.people.models import Employment, Person
from yingjie.people.queries import age_on, years_before
from yingjie.people.residents import in_ledger

HEALTH = "health"
"""The one reason that stands for all health reasons where an actor may not be told which."""
BANDS = ("healthy", "deferred", "contraindicated")
#: The ledger's age bands, and those in which reasons are told.
AGES = {**ledger_queries.AGE_BANDS, "0-17": (0, 17), "60-69": (60, 69), "70-79": (70, 79)}
_ORDERS = {
    "name": "t.pinyin, t.person_id", "age": "t.birth_on DESC, t.person_id", "place": "t.area_id, t.pinyin, t.person_id",
    "visited": "t.heard_at NULLS FIRST, t.person_id",
}  # fmt: skip
_TURNED = {
    "name": "t.pinyin DESC, t.person_id DESC", "age": "t.birth_on, t.person_id", 
    "place": "t.area_id DESC, t.pinyin DESC, t.person_id DESC",
    "visited": "t.heard_at DESC NULLS LAST, t.person_id DESC",
}  # fmt: skip
_CHUNK = 2_000
_SCOPED = "of people who were scoped before"


@dataclass(frozen=True)
class Narrowed:
    """What narrows the list; empty values narrow nothing. `dose` n: those whose next dose is n. `line` "none": without a line.
    `officer` is the name of whoever visited last; `band` what follows from their health, never a diagnosis;
    `group` one of those that go first, or FAMILY."""

    text: str = ""
    area_code: str = ""
    dose: int = 0
    term: str = ""
    reason: str = ""
    officer: str = ""
    line: str = ""
    unit_id: str = ""
    age_band: str = ""
    band: str = ""
    group: str = ""


@dataclass(frozen=True)
class UnvaccinatedRow:
    """One person. `status` is a word of the shell's vocabulary; `reason` HEALTH where the actor is not told which."""

    id: UUID
    name: str
    sex: str
    birth_on: date
    age: int
    area_code: str
    place: str
    address: str
    dose: int
    term: str
    status: str
    reason: str
    officer: str
    visited_at: datetime | None
    unit: str
    line: str
    has_plan: bool

    @property
    def visited_on(self) -> date | None:
        return clock.day_of(self.visited_at) if self.visited_at else None


def count(actor: Actor, narrowed: Narrowed) -> int:
    found = _found(actor, narrowed)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {found.sql}", found.parameters)
        (people,) = cursor.fetchone()
    return int(people)


def rows(actor: Actor, narrowed: Narrowed, sort: str, offset: int, limit: int) -> list[UnvaccinatedRow]:
    """One page, sorted by name, age, place or day of the newest visit ("-" in front turns it round)."""
    found = _found(actor, narrowed)
    sql = f"{_SELECT} {found.sql} ORDER BY {_order(sort)} OFFSET %(offset)s LIMIT %(limit)s"
    with connection.cursor() as cursor:
        cursor.execute(sql, {**found.parameters, "offset": offset, "limit": limit})
        return _shown(actor, cursor.fetchall())


def every(actor: Actor, narrowed: Narrowed, sort: str) -> Iterator[UnvaccinatedRow]:
    """All of them, in constant memory."""
    found = _found(actor, narrowed)
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"{_SELECT} {found.sql} ORDER BY {_order(sort)}", found.parameters)
        while chunk := cursor.fetchmany(_CHUNK):
            yield from _shown(actor, chunk)


def by_dose(actor: Actor, area_code: str) -> dict[int, int]:
    """How many have which dose of the campaign to come next, at or below an area. One SQL."""
    goals = campaign.goals()
    narrowed = Narrowed(area_code=area_code)
    asked = Asked(clock.today(), goals[-1])
    people = relation(here(people_of(actor, narrowed)), asked, wide=_is_wide(actor, narrowed))
    sql = f"SELECT t.dose, count(*) FROM ({people.sql}) t WHERE t.term = ANY(%(open)s) GROUP BY t.dose"
    counted = dict(run(Statement(sql, {**people.parameters, "open": list(OPEN_TERMS)})))
    return {number: counted.get(number, 0) for number in goals}


def standing(actor: Actor, person_id: UUID) -> tuple[str, int, str] | None:
    """(term, dose had or to come, word of status) of one person today; None where they are not in the ledger or not the actor's."""
    people = Person.objects.visible_to(actor, "outreach.view").filter(in_ledger(clock.today()), pk=person_id)
    goal = campaign.last_of_course()
    found = relation(here(people), Asked(clock.today(), goal))
    rows = run(Statement(f"SELECT term, dose, birth_on FROM ({found.sql}) t", found.parameters))
    if not rows:
        return None
    term, dose, birth_on = rows[0]
    if term == "to_do":
        return term, dose, doses.statuses({person_id: birth_on}, clock.today())[person_id].value
    return (
        term,
        dose,
        {"done": "complete", "elsewhere_proved": "complete", "not_offered": "not-due"}.get(term, term),
    )


def officers(actor: Actor, area_code: str) -> list[str]:
    """Whoever visited somebody at or below an area, by name."""
    rows = Attempt.objects.visible_to(actor).filter(person__area__code__startswith=area_code)
    return list(rows.order_by("by").values_list("by", flat=True).distinct()[:400])


def reasons_for(actor: Actor) -> list[str]:
    """The reasons by which this actor may narrow a list of names: health reasons apart only where they are told of a person."""
    known = list(REASON_ORDER)
    if actor.may("outreach.record"):
        return known
    return [*(reason for reason in known if reason not in HEALTH_REASONS), HEALTH]


def people_of(actor: Actor, narrowed: Narrowed) -> QuerySet[Person]:
    """Those whom the actor may see and whom the filters of a person's own row leave."""
    today = clock.today()
    found: QuerySet[Person] = Person.objects.visible_to(actor, "outreach.view").filter(in_ledger(today))
    if narrowed.area_code:
        found = found.filter(area__code__startswith=narrowed.area_code)
    if narrowed.age_band in AGES:
        youngest, eldest = AGES[narrowed.age_band]
        found = found.filter(birth_on__lte=years_before(today, youngest))
        found = found.filter(birth_on__gt=years_before(today, eldest + 1))
    if narrowed.line or narrowed.unit_id:
        found = _at_units(found, narrowed)
    if narrowed.group:
        found = found.filter(pk__in=[key for key, _code in lead_groups.members(found, narrowed.group)])
    return searching.meant(found, narrowed.text, whole_numbers=False) if narrowed.text else found


def _at_units(found: QuerySet[Person], narrowed: Narrowed) -> QuerySet[Person]:
    main = Employment.objects.unscoped(_SCOPED).filter(
        person_id=OuterRef("pk"), main=True, until_on__isnull=True
    )
    if narrowed.unit_id:
        return found.filter(Exists(main.filter(unit_id=narrowed.unit_id)))
    if narrowed.line == "none":
        return found.filter(~Exists(main.filter(unit__line__isnull=False)))
    return found.filter(Exists(main.filter(unit__line_id=narrowed.line)))


_SELECT = "SELECT t.person_id, t.dose, t.term, t.reason, t.heard_at"


def _found(actor: Actor, narrowed: Narrowed) -> Statement:
    """FROM … WHERE … of the people listed: of one dose those to whom it is the next, as `by_dose` counts them, or of the course."""
    goal = campaign.goals()[-1] if narrowed.dose else campaign.last_of_course()
    people = relation(
        here(people_of(actor, narrowed)), Asked(clock.today(), goal), wide=_is_wide(actor, narrowed)
    )
    parameters: dict[str, Any] = {**people.parameters, "open": list(OPEN_TERMS)}
    where = ["t.term = ANY(%(open)s)"]
    if narrowed.dose:
        where.append("t.dose = %(number)s")
        parameters["number"] = narrowed.dose
    if narrowed.term:
        where.append("t.term = %(term)s")
        parameters["term"] = narrowed.term
    if narrowed.band in BANDS:
        where.append(_BAND[narrowed.band])
    if narrowed.reason:
        where.append("t.reason = ANY(%(reasons)s)")
        parameters["reasons"] = sorted(HEALTH_REASONS) if narrowed.reason == HEALTH else [narrowed.reason]
    if narrowed.officer:
        where.append(_BY_OFFICER)
        parameters["officer"] = narrowed.officer
    sql = f"FROM ({people.sql}) t WHERE {' AND '.join(where)}"
    return Statement(sql, parameters)


_BAND = {
    "healthy": "NOT (t.is_contraindicated OR t.is_deferred OR t.heard IN ('medical', 'contraindication'))",
    "deferred": "(t.is_deferred OR t.heard = 'medical') AND NOT (t.is_contraindicated OR t.heard = 'contraindication')",
    "contraindicated": "(t.is_contraindicated OR t.heard = 'contraindication')",
}
_BY_OFFICER = """
    %(officer)s = (SELECT a.by FROM outreach_attempt a WHERE a.person_id = t.person_id ORDER BY a.at DESC, a.id DESC LIMIT 1)
"""


def _is_wide(actor: Actor, narrowed: Narrowed) -> bool:
    """Whether most of the ledger is asked for: a county, by nothing that a person's own row answers."""
    held = min((len(role.area_code) for role in actor.scopes("outreach.view")), default=0)
    by_row = narrowed.text or narrowed.line or narrowed.unit_id or narrowed.age_band or narrowed.group
    return not by_row and len(narrowed.area_code or "0" * held) <= 6


def _order(sort: str) -> str:
    orders = _TURNED if sort.startswith("-") else _ORDERS
    return orders.get(sort.removeprefix("-"), orders["place"])


def _shown(actor: Actor, found: Sequence[tuple[Any, ...]]) -> list[UnvaccinatedRow]:
    """Rows with their people, places, units and newest visits; a handful of queries for any number of them."""
    ids = [row[0] for row in found]
    people = {row.pk: row for row in Person.objects.unscoped(_SCOPED).filter(pk__in=ids)}
    places = areas.places({person.area_id for person in people.values()})
    visits = _newest_visits(ids)
    at_unit = _units(ids)
    planned = set(
        CarePlan.objects.unscoped(_SCOPED).filter(person_id__in=ids).exclude(state="closed").values_list("person_id", flat=True)
    )  # fmt: skip
    today = clock.today()
    due = doses.statuses({key: people[key].birth_on for key, _d, term, *_ in found if term == "to_do"}, today)
    shown = []
    for key, dose, term, reason, _heard_at in found:
        person, (by, at) = people[key], visits.get(key, ("", None))
        unit, line = at_unit.get(key, ("", ""))
        told = reason not in HEALTH_REASONS or actor.may("outreach.record", person.area_id)
        shown.append(
            UnvaccinatedRow(
                id=key, name=person.name, sex=person.sex, birth_on=person.birth_on, age=age_on(person.birth_on, today),
                area_code=person.area_id, place=places.get(person.area_id, person.area_id), address=person.address,
                dose=dose, term=term, status=due[key].value if term == "to_do" else term, reason=reason if told else HEALTH,
                officer=by, visited_at=at, unit=unit, line=line, has_plan=key in planned,
            )
        )  # fmt: skip
    return shown


def _newest_visits(ids: Sequence[UUID]) -> dict[UUID, tuple[str, datetime]]:
    rows = Attempt.objects.unscoped(_SCOPED).filter(person_id__in=ids)
    newest = rows.order_by("person_id", "-at", "-id").distinct("person_id")
    return {row.person_id: (row.by, row.at) for row in newest}


def _units(ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """Person → name and line of the unit that counts for them."""
    rows = Employment.objects.unscoped(_SCOPED).filter(person_id__in=ids, main=True, until_on__isnull=True)
    at = dict(rows.values_list("person_id", "unit_id"))
    units = unit_queries.names(at.values())
    return {key: (units[unit].name, units[unit].line) for key, unit in at.items()}


REASON_ORDER = (
    "afraid", "sees_no_need", "refuses", "family_objects", "chronic_illness", "contraindication", "away_for_work",
    "cannot_be_reached",
)  # fmt: skip
