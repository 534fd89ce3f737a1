"""Where counts come from: the kept sums where they answer, else the rows. Both say the same, to the last person, at any instant.

    source = kept.source("110117", on, cut_off_at)
    source.residents(offered), source.by_line(offered), source.by_category(offered), or all three: source.everybody(offered)
    source.doses(reported_until)

The kept sums answer for a day and a moment of which there is a step of the same day before it: today's, and those of past days as
they were known then. From the sums of that step, what changed since is taken away again; then whoever was touched between the step
and the moment is counted from the rows. Nobody is counted twice: what they added at the step is taken away first.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Protocol

from django.db import connection

from vaxkit.coverage import AGE_BANDS
from yingjie.areas.models import AreaChange
from yingjie.oversight import counting, kept_steps
from yingjie.oversight.counting import PACE_DAYS, Doses, People, Told
from yingjie.oversight.models import KeptStep
from yingjie.people.queries import years_before
from yingjie.vaccines.queries import Course

VILLAGE_DIGITS = 12
#: More people than this between a step and the moment are not worth counting apart.
MOST_TOUCHED = 5000
OF_VILLAGES = {"line": "person", "group": "group"}


class Source(Protocol):
    """Counts of an area, a day and a cut-off, as `counting` gives them."""

    def residents(self, offered: Course, digits: int = VILLAGE_DIGITS) -> dict[tuple[str, str], People]: ...

    def by_line(self, offered: Course) -> dict[str, People]: ...

    def by_category(self, offered: Course) -> dict[str, People]: ...

    def everybody(self, offered: Course) -> Told: ...

    def doses(self, reported_until: datetime | None) -> Doses: ...


@dataclass(frozen=True)
class Rows:
    """Counted from the rows themselves."""

    code: str
    on: date
    cut_off_at: datetime

    def residents(self, offered: Course, digits: int = VILLAGE_DIGITS) -> dict[tuple[str, str], People]:
        return counting.residents(self.code, offered, self.on, self.cut_off_at, digits=digits)

    def by_line(self, offered: Course) -> dict[str, People]:
        return counting.by_line(self.code, offered, self.on, self.cut_off_at)

    def by_category(self, offered: Course) -> dict[str, People]:
        return counting.by_category(self.code, offered, self.on, self.cut_off_at)

    def everybody(self, offered: Course) -> Told:
        return counting.everybody(self.code, offered, self.on, self.cut_off_at)

    def doses(self, reported_until: datetime | None) -> Doses:
        return counting.doses(self.code, self.on, self.cut_off_at, reported_until)


def source(code: str, on: date, cut_off_at: datetime) -> Source:
    """Inside one snapshot: the sums and those who are touched belong together."""
    step = _step(code, on, cut_off_at)
    return Rows(code, on, cut_off_at) if step is None else Kept(code, on, cut_off_at, step)


def _step(code: str, on: date, cut_off_at: datetime) -> KeptStep | None:
    """The step to begin at; None where the rows must be asked."""
    step = kept_steps.newest(cut_off_at)
    if step is None or step.on != on or len(code) > VILLAGE_DIGITS:
        return None
    later = KeptStep.objects.filter(number__gt=step.number).order_by("number").first()
    if later is None:
        return None if kept_steps.is_touched_much() else step
    if later.people > MOST_TOUCHED:
        return None
    # A village that became part of another has no figures of its own any more, on past days either.
    merged = AreaChange.objects.unscoped("whether figures are still those of the same areas")
    return None if merged.filter(kind="merge", at__gt=step.at).exists() else step


@dataclass(frozen=True)
class Kept:
    """From the kept sums. `recent` of lines and groups is not kept: nobody reports it."""

    code: str
    on: date
    cut_off_at: datetime
    step: KeptStep
    asked: dict[str, Any] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "asked", {"code": f"{self.code}%", "step": self.step.number, "on": self.on})

    def residents(self, offered: Course, digits: int = VILLAGE_DIGITS) -> dict[tuple[str, str], People]:
        if digits > VILLAGE_DIGITS or (old_enough := self.old_enough(offered)) is None:
            return Rows(self.code, self.on, self.cut_off_at).residents(offered, digits)
        by = (f"left(area, {digits:d})", "band")
        later = self.on - timedelta(PACE_DAYS - 1)
        recent = {(area, band): people for area, band, people, *_of in self.sums("first", by, since=later)}
        return {
            (area, band): People(
                people if band in old_enough else 0, first, full, int(recent.get((area, band), 0))
            )
            for area, band, people, first, full in self.sums("place", by)
        }

    def by_line(self, offered: Course) -> dict[str, People]:
        found = self._by("line", offered)
        return Rows(self.code, self.on, self.cut_off_at).by_line(offered) if found is None else found

    def by_category(self, offered: Course) -> dict[str, People]:
        found = self._by("group", offered)
        return Rows(self.code, self.on, self.cut_off_at).by_category(offered) if found is None else found

    def everybody(self, offered: Course) -> Told:
        return Told(self.residents(offered), self.by_line(offered), self.by_category(offered))

    def doses(self, reported_until: datetime | None) -> Doses:
        by = ("area", "state")
        to_date = {(area, number): doses for area, number, doses, *_of in self.sums("dose", by) if doses}
        given = self.sums("given", by, since=self.on, until=self.on)
        today = {(area, number): doses for area, number, doses, *_of in given if doses}
        late: dict[tuple[str, date, int], int] = {}
        if reported_until is not None:
            people = counting.late_people(self.on, self.cut_off_at, reported_until)
            if people:
                late = counting.doses(self.code, self.on, self.cut_off_at, reported_until, people).late
        return Doses(to_date, today, late)

    def _by(self, what: str, offered: Course) -> dict[str, People] | None:
        """By line or by group, of the sums that stand for the whole of a county or a township."""
        old_enough = self.old_enough(offered)
        if old_enough is None:
            return None
        kind = f"{what}6" if len(self.code) <= 6 else f"{what}9" if len(self.code) == 9 else OF_VILLAGES[what]
        found: defaultdict[str, People] = defaultdict(People)
        by = ("category" if what == "group" else "line", "band")
        for name, band, people, first, full in self.sums(kind, by):
            found[name] = found[name].plus(People(people if band in old_enough else 0, first, full))
        return {name: people for name, people in found.items() if people != People()}

    def old_enough(self, offered: Course) -> set[str] | None:
        """The bands of those who have reached the age offered; None where that age begins within a band."""
        if offered.born_until is None:
            return set()
        begins = [years_before(self.on, band.age_from) for band in AGE_BANDS]
        if offered.born_until not in begins:
            return None
        return {band.code for band, born in zip(AGE_BANDS, begins, strict=True) if born <= offered.born_until}

    def sums(
        self, kind: str, by: tuple[str, ...], since: date = date.min, until: date = date.max
    ) -> list[tuple[Any, ...]]:
        """(…, people, with a first dose, with a full course) of a kind of sums, by columns."""
        cells, asked = self.cells(kind, since, until)
        group = ", ".join(str(n + 1) for n in range(len(by)))
        with connection.cursor() as cursor:
            cursor.execute(_SUMS.format(by=", ".join(by), cells=cells, group=group), asked)
            return cursor.fetchall()

    def cells(self, kind: str, since: date, until: date) -> tuple[str, dict[str, Any]]:
        """(SQL, parameters) of the sums of a kind as they are at the moment, in several rows where something changed since the
        step."""
        few = [each for each in self._few if each[0] == kind]
        then = _NOW if kept_steps.newest() == self.step else _THEN
        asked = {**self.asked, "kind": kind, "since": since, "until": until, **_columns(few)}
        return _CELLS.format(cells=then, few=_FEW if few else ""), asked

    @cached_property
    def _few(self) -> list[tuple[Any, ...]]:
        sql, parameters = kept_steps.corrections(self.step, self.on, self.cut_off_at)
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return [row for row in cursor.fetchall() if row[1].startswith(self.code)]


def _columns(rows: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return dict(zip(_FEW_COLUMNS, map(list, zip(*rows, strict=True)), strict=True)) if rows else {}


_SUMS = """
    SELECT {by}, sum(people)::bigint, sum(people * (state & 1))::bigint, sum(people * (state & 2) / 2)::bigint
    FROM ({cells}) x GROUP BY {group}
"""
_CELLS = """
    SELECT * FROM ({cells}) c WHERE kind = %(kind)s AND area LIKE %(code)s AND day BETWEEN %(since)s AND %(until)s {few}
"""
_NOW = "SELECT kind, area, band, line, category, state, day, site, people FROM oversight_keptcell"
_THEN = """
    SELECT c.kind, c.area, c.band, c.line, c.category, c.state, c.day, c.site, c.people - coalesce(k.by, 0) AS people
    FROM oversight_keptcell c LEFT JOIN (
        SELECT cell, sum(by) AS by FROM oversight_keptchange WHERE step > %(step)s GROUP BY 1
    ) k ON k.cell = c.id
"""
_FEW_COLUMNS = ("kinds", "areas", "bands", "lines", "categories", "states", "days", "at_sites", "changes")
_FEW = """
    UNION ALL SELECT * FROM unnest(
        %(kinds)s::text[], %(areas)s::text[], %(bands)s::text[], %(lines)s::text[], %(categories)s::text[], %(states)s::smallint[],
        %(days)s::date[], %(at_sites)s::text[], %(changes)s::bigint[]
    ) AS few (kind, area, band, line, category, state, day, site, people) WHERE day BETWEEN %(since)s AND %(until)s
"""
