"""Coverage by unit, by line and by area, both ways (块抓条保): one count of an area's people, told by where they live and by
the line that answers for the unit that counts for them. A person counts once under an area and at most once under a line, so both
ways add up to the same people; whoever is at no unit, or at one for which no line answers, stands under "no line".
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from vaxkit.coverage.figures import Coverage
from yingjie.areas import queries as areas
from yingjie.areas import unit_queries
from yingjie.areas.queries import AreaRow
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import campaign
from yingjie.outreach.closings import Asked, Statement, here, relation, run
from yingjie.outreach.queries import NEXT_LENGTH, home
from yingjie.people.models import Employment, Person
from yingjie.people.residents import in_ledger

NO_LINE = "none"


@dataclass(frozen=True)
class Standing:
    """People and where they stand: `offered` are the people whom a dose is offered (the denominator), `first` of them had a dose,
    `full` the whole course; `terms` are those not done, by term."""

    people: int = 0
    offered: int = 0
    first: int = 0
    full: int = 0
    terms: Mapping[str, int] = field(default_factory=dict)

    @property
    def first_rate(self) -> Coverage:
        return Coverage(self.first, self.offered)

    @property
    def full_rate(self) -> Coverage:
        return Coverage(self.full, self.offered)

    @property
    def to_do(self) -> int:
        return self.terms.get("to_do", 0)

    @classmethod
    def of(cls, term: str, has_dose: bool, number: int) -> "Standing":
        """So many people who stand alike."""
        is_done = term in ("done", "elsewhere_proved")
        offered = number if term != "not_offered" else 0
        terms = {} if is_done else {term: number}
        return cls(number, offered, number if has_dose else 0, number if is_done else 0, terms)

    def plus(self, other: "Standing") -> "Standing":
        terms = {
            code: self.terms.get(code, 0) + other.terms.get(code, 0) for code in {*self.terms, *other.terms}
        }
        return Standing(
            self.people + other.people, self.offered + other.offered, self.first + other.first, self.full + other.full, terms
        )  # fmt: skip


@dataclass(frozen=True)
class LineBoard:
    """The board of an area. `by_line`: line code (NO_LINE last) → standing; `by_area`: code one level below ("" for people in
    none) → standing, of the line chosen or of everybody; `units` counts the units of each line in the area."""

    area: AreaRow
    line: str
    by_line: Mapping[str, Standing]
    by_area: Mapping[str, Standing]
    area_names: Mapping[str, str]
    units: Mapping[str, int]

    @property
    def total(self) -> Standing:
        return _sum(self.by_line.values())


def board(actor: Actor, area_code: str, line: str = "") -> LineBoard:
    """Everybody of an area by line and, for one line or all, by the areas one level below. One SQL for the people.

    Raises NotFound for an area where the actor does not see people.
    """
    if not actor.sees("outreach.view", area_code):
        raise NotFound()
    people = Person.objects.visible_to(actor, "outreach.view").filter(
        in_ledger(clock.today()), area__code__startswith=area_code
    )
    digits = {"digits": NEXT_LENGTH.get(len(area_code), 16)}
    counted = _counted(here(people), _LINE_AND_PLACE, digits, wide=len(area_code) <= 6)
    listed = {row.code: row.name for row in areas.children(actor, area_code)} or {area_code: ""}
    by_line: dict[str, Standing] = {code: Standing() for code in (*unit_queries.lines(), NO_LINE)}
    by_area: dict[str, Standing] = {code: Standing() for code in listed}
    for (of_line, place), standing in counted.items():
        by_line[of_line] = by_line[of_line].plus(standing)
        if line in ("", of_line):
            owner = place if place in listed else area_code if area_code in listed else ""
            by_area[owner] = by_area.get(owner, Standing()).plus(standing)
    units: dict[str, int] = {}
    for row in unit_queries.units(actor, unit_queries.Narrowed(area_code=area_code)):
        units[row.line or NO_LINE] = units.get(row.line or NO_LINE, 0) + 1
    if not actor.may(
        "outreach.view", area_code
    ):  # of other lines the actor knows nothing, which is not that there is nobody
        by_line = {code: standing for code, standing in by_line.items() if standing.people or units.get(code)}
    return LineBoard(areas.path(area_code)[-1], line, by_line, by_area, listed, units)


def of_own_lines(actor: Actor) -> Standing | None:
    """Where the people of the lines stand that the actor answers for; None for whoever answers for none."""
    if not any(held.line_code for held in actor.scopes("outreach.view")):
        return None
    return board(actor, home(actor)).total


def of_units(unit_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """The standing of everybody who is at each of these units, wherever they live: counts, for whoever may see the units."""
    if not unit_ids:
        return {}
    at = Employment.objects.unscoped("counts of units that the caller may see").filter(
        unit_id__in=unit_ids, until_on__isnull=True
    )
    people = Person.objects.unscoped("counts of units that the caller may see").filter(
        in_ledger(clock.today()), pk__in=at.values("person_id")
    )
    found = _counted(here(people), _UNIT, {"units": list(unit_ids)})
    return {unit_id: standing for (unit_id,), standing in found.items()}


def standings(actor: Actor, unit_id: UUID) -> dict[UUID, tuple[str, int]]:
    """Person → (term, dose to come or doses had) of a unit's people whom the actor may see."""
    at = Employment.objects.visible_to(actor).filter(unit_id=unit_id, until_on__isnull=True)
    people = Person.objects.visible_to(actor).filter(in_ledger(clock.today()), pk__in=at.values("person_id"))
    found = relation(here(people), Asked(clock.today(), campaign.last_of_course()))
    rows = run(Statement(f"SELECT person_id, term, dose FROM ({found.sql}) t", found.parameters))
    return {person_id: (term, dose) for person_id, term, dose in rows}


_EMPLOYED = "LEFT JOIN people_employment e ON e.person_id = t.person_id AND e.main AND e.until_on IS NULL"
_LINE_AND_PLACE = (
    f"coalesce(u.line_id, '{NO_LINE}'), left(t.area_id, %(digits)s)",
    f"{_EMPLOYED} LEFT JOIN areas_unit u ON u.id = e.unit_id",
)
_UNIT = (
    "e.unit_id",
    "JOIN people_employment e ON e.person_id = t.person_id AND e.until_on IS NULL AND e.unit_id = ANY(%(units)s)",
)


def _counted(
    people: list[Any], by: tuple[str, str], more: Mapping[str, Any], *, wide: bool = False
) -> dict[tuple[Any, ...], Standing]:
    """Standings by the columns of `by`, (columns, joins)."""
    columns, joins = by
    found = relation(people, Asked(clock.today(), campaign.last_of_course()), wide=wide)
    sql = f"SELECT {columns}, t.term, t.doses > 0, count(*) FROM ({found.sql}) t {joins} GROUP BY {columns}, t.term, t.doses > 0"
    counted: dict[tuple[Any, ...], Standing] = {}
    for *key, term, has_dose, number in run(Statement(sql, {**found.parameters, **more})):
        counted[tuple(key)] = counted.get(tuple(key), Standing()).plus(Standing.of(term, has_dose, number))
    return counted


def _sum(standings: Collection[Standing]) -> Standing:
    total = Standing()
    for each in standings:
        total = total.plus(each)
    return total
