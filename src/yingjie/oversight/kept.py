"""Where counts come from: the kept sums where they answer, else the rows. Both say the same, to the last person, at any instant.

    source = kept.source("110117", on, cut_off_at)
    source.residents(offered), source.by_line(offered), source.by_category(offered), source.doses(reported_until)

The kept sums answer for a day and a moment of which there is a step of the same day before it: today's, and those of past days as
they were known then. From the sums of that step, what changed since is taken away again; then whoever was touched between the step
and the moment is counted from the rows. Nobody is counted twice: what they added at the step is taken away first.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Protocol

from django.db import connection

from vaxkit.coverage import AGE_BANDS
from yingjie.areas.models import AreaChange
from yingjie.oversight import counting, kept_steps
from yingjie.oversight.counting import PACE_DAYS, Doses, People
from yingjie.oversight.models import KeptStep
from yingjie.people.queries import years_before
from yingjie.vaccines.queries import Course

VILLAGE_DIGITS = 12
#: More people than this between a step and the moment are not worth counting apart.
MOST_TOUCHED = 5000
FIRST, FULL = 1, 2
"""Bits of the state of a sum."""


class Source(Protocol):
    """Counts of an area, a day and a cut-off, as `counting` gives them."""

    def residents(self, offered: Course, digits: int = VILLAGE_DIGITS) -> dict[tuple[str, str], People]: ...

    def by_line(self, offered: Course) -> dict[str, People]: ...

    def by_category(self, offered: Course) -> dict[str, People]: ...

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
        if digits > VILLAGE_DIGITS or (old_enough := self._old_enough(offered)) is None:
            return Rows(self.code, self.on, self.cut_off_at).residents(offered, digits)
        week = self.on - timedelta(PACE_DAYS)
        sums: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
        for area, band, state, people in self._sums("person", (f"left(area, {digits:d})", "band", "state")):
            sums[area, band][state] += people
        recent: Counter[tuple[str, str]] = Counter()
        later = week + timedelta(days=1)
        for area, band, people in self._sums("first", (f"left(area, {digits:d})", "band"), since=later):
            recent[area, band] += people
        return {key: _people(states, key[1] in old_enough, recent[key]) for key, states in sums.items()}

    def by_line(self, offered: Course) -> dict[str, People]:
        found = self._by("person", "line", offered)
        return Rows(self.code, self.on, self.cut_off_at).by_line(offered) if found is None else found

    def by_category(self, offered: Course) -> dict[str, People]:
        found = self._by("group", "category", offered)
        return Rows(self.code, self.on, self.cut_off_at).by_category(offered) if found is None else found

    def doses(self, reported_until: datetime | None) -> Doses:
        to_date: Counter[tuple[str, int]] = Counter()
        today: Counter[tuple[str, int]] = Counter()
        for area, number, doses in self._sums("dose", ("area", "state")):
            to_date[area, number] += doses
        for area, number, is_today, doses in self._sums(
            "given", ("area", "state", "day = %(on)s"), since=self.on
        ):
            today[area, number] += doses if is_today else 0
        late: dict[tuple[str, date, int], int] = {}
        if reported_until is not None:
            people = counting.late_people(self.on, self.cut_off_at, reported_until)
            if people:
                late = counting.doses(self.code, self.on, self.cut_off_at, reported_until, people).late
        return Doses(_without_nothing(to_date), _without_nothing(today), late)

    def _by(self, kind: str, column: str, offered: Course) -> dict[str, People] | None:
        old_enough = self._old_enough(offered)
        if old_enough is None:
            return None
        found: defaultdict[str, People] = defaultdict(People)
        sums: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
        for name, band, state, people in self._sums(kind, (column, "band", "state")):
            sums[name, band][state] += people
        for (name, band), states in sums.items():
            found[name] = found[name].plus(_people(states, band in old_enough, 0))
        return {name: people for name, people in found.items() if people != People()}

    def _old_enough(self, offered: Course) -> set[str] | None:
        """The bands of those who have reached the age offered; None where that age begins within a band."""
        if offered.born_until is None:
            return set()
        begins = [years_before(self.on, band.age_from) for band in AGE_BANDS]
        if offered.born_until not in begins:
            return None
        return {band.code for band, born in zip(AGE_BANDS, begins, strict=True) if born <= offered.born_until}

    def _sums(
        self, kind: str, columns: tuple[str, ...], since: date | None = None
    ) -> Iterator[tuple[Any, ...]]:
        """(columns, people), some of them in several rows: the sums of the step, then what has changed by the moment."""
        named = {"columns": ", ".join(columns), "group": ", ".join(str(n + 1) for n in range(len(columns)))}
        asked = {**self.asked, "kind": kind, "since": since or date.min}
        with connection.cursor() as cursor:
            cursor.execute(_SUMS.format(cells=self._cells, **named), asked)
            yield from cursor.fetchall()
            few = [each for each in self._few if each[0] == kind]
            if few:
                cursor.execute(_SUMS.format(cells=_FEW, **named), asked | _columns(few))
                yield from cursor.fetchall()

    @property
    def _cells(self) -> str:
        return _NOW if kept_steps.newest() == self.step else _THEN

    @cached_property
    def _few(self) -> list[tuple[Any, ...]]:
        sql, parameters = kept_steps.corrections(self.step, self.on, self.cut_off_at)
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return [row for row in cursor.fetchall() if row[1].startswith(self.code)]


def _people(states: Counter[int], is_old_enough: bool, recent: int) -> People:
    return People(
        people=sum(states.values()) if is_old_enough else 0,
        first=sum(people for state, people in states.items() if state & FIRST),
        full=sum(people for state, people in states.items() if state & FULL),
        recent=recent,
    )


def _without_nothing(counted: Counter[tuple[str, int]]) -> dict[tuple[str, int], int]:
    return {key: doses for key, doses in counted.items() if doses}


def _columns(rows: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
    names = ("kinds", "areas", "bands", "lines", "categories", "states", "days", "changes")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


_SUMS = """
    SELECT {columns}, sum(people)::bigint FROM ({cells}) c
    WHERE kind = %(kind)s AND area LIKE %(code)s AND day >= %(since)s GROUP BY {group}
"""
_NOW = "SELECT * FROM oversight_keptcell"
_THEN = """
    SELECT c.kind, c.area, c.band, c.line, c.category, c.state, c.day, c.people - coalesce(k.by, 0) AS people
    FROM oversight_keptcell c LEFT JOIN (
        SELECT cell, sum(by) AS by FROM oversight_keptchange WHERE step > %(step)s GROUP BY 1
    ) k ON k.cell = c.id
"""
_FEW = """
    SELECT * FROM unnest(
        %(kinds)s::text[], %(areas)s::text[], %(bands)s::text[], %(lines)s::text[], %(categories)s::text[], %(states)s::smallint[],
        %(days)s::date[], %(changes)s::bigint[]
    ) AS few (kind, area, band, line, category, state, day, people)
"""
