"""A rule set turned into arrays for the batch (`tables_of`).

Days are whole numbers since 1970-01-01, `NONE` is no day. Periods become tables: the day that lies a period after each
day from 1900 to 2100, made with the same roll-forward of days that do not exist. Conditions become clauses of plain
tests, any clause of all its tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from vaxkit.immunization.batch_limits import INFECTION, uncovered
from vaxkit.immunization.model import (
    Antigen,
    Contraindication,
    IntervalRule,
    RuleSet,
    Series,
    SeriesDose,
    SkipContext,
)
from vaxkit.immunization.narrowing import first_products
from vaxkit.immunization.periods import Period
from vaxkit.immunization.policy import PolicySet
from vaxkit.immunization.when import When

Ints = NDArray[np.int32]

EPOCH = date(1970, 1, 1).toordinal()
NONE = np.int32(-(2**31) + 1)
FIRST, LAST = date(1900, 1, 1).toordinal() - EPOCH, date(2100, 12, 31).toordinal() - EPOCH
AGE_FROM, SEEN, INFECTED, GIVEN, AFTER, DOSE_SINCE, LAST_EVENT = range(7)
PREVIOUS, TARGET, OBSERVED = range(3)

# The head of the flat array: where each kind of row begins in it, then how many there are of some.
ENDS, TARGETS, SERIES, AGES, INTERVALS, SPANS, VACCINES, SKIPS, TURNING, WHENS, CLAUSES, TESTS, BARS = range(
    13
)
N_SERIES, N_BARS, _HEAD = range(13, 16)
W_TARGET, W_SERIES, W_AGE, W_INTERVAL, W_SPAN, W_VACCINE, W_SKIP, W_TURNING = 11, 5, 6, 9, 2, 5, 3, 1
W_WHEN, W_CLAUSE, W_TEST, W_BAR = 2, 2, 3, 5


def day_number(day: date | None) -> int:
    """The day as the batch counts it."""
    return int(NONE) if day is None else day.toordinal() - EPOCH


@dataclass(frozen=True, slots=True)
class Tables:
    """The rules of one day as one array, `flat`: a head that says where the rows of each kind begin, then the rows.

    Rows are named by their place in the array (-1: none), periods by that of a table of days. "from, to" are the first
    row and the place behind the last. Columns:

    target    ages from, to; intervals from, to; skips of evaluation from, of forecast from, to; turning from, to; number; spans
    series    targets from, to; preference; default; bits of the products with which it can begin
    age       effective, until; absolute minimum, minimum, earliest and latest recommended
    interval  effective, until; kind, its dose; absolute minimum, minimum, earliest and latest recommended; condition
    span      for each product: vaccines from, to; vaccine: effective, until; ages from, below; condition
    skip      effective, until; condition; turning: an age at which intervals change
    when      clauses from, to; clause: tests from, to; test: kind, argument, whether it must be true
    bar       effective, until; bits of observations; ages from, below
    """

    products: tuple[str, ...]
    observations: tuple[str, ...]
    series: tuple[str, ...]
    flat: Ints
    entries: tuple[int, ...]
    preferences: tuple[int, ...]
    deferral: str
    deferral_mask: int
    uncovered: tuple[str, ...]


_KEPT: WeakKeyDictionary[RuleSet, dict[date, Tables]] = WeakKeyDictionary()


def tables_of(rules: PolicySet, on: date, group: str = "COVID-19") -> Tables:
    """The arrays of `rules` for assessments on the day `on`; kept as long as the rule set lives."""
    kept = _KEPT.setdefault(rules, {})
    if on not in kept:
        kept.clear()
        kept[on] = _Builder(rules, on, group).build()
    return kept[on]


def shifted(months: int, days: int) -> Ints:
    """For each day from 1900 to 2100 the day that lies the period after it (CALCDT-1 to -6)."""
    start = np.arange(FIRST, LAST + 1).astype("datetime64[D]")
    month = start.astype("datetime64[M]")
    of_month = (start - month).astype(np.int64)
    first = (month + months).astype("datetime64[D]")
    length = ((month + months + 1).astype("datetime64[D]") - first).astype(np.int64)
    ends: Ints = (first.astype(np.int64) + np.minimum(of_month, length) + days).astype(np.int32)
    return ends


@dataclass(slots=True)
class _Builder:
    rules: PolicySet
    on: date
    group: str
    periods: dict[tuple[int, int], int] = field(default_factory=dict)
    whens: list[tuple[int, int]] = field(default_factory=list)
    clauses: list[tuple[int, int]] = field(default_factory=list)
    tests: list[tuple[int, int, int]] = field(default_factory=list)
    products: tuple[str, ...] = ()
    observations: tuple[str, ...] = ()

    def build(self) -> Tables:
        beyond = uncovered(self.rules, self.group)
        self.products = tuple(self.rules.vaccines)
        self.observations = tuple(self.rules.observations)
        antigen = self.rules.antigens[self.rules.groups[self.group].antigens[0]]
        targets, ages, intervals, spans, vaccines, skips, turning = ([] for _ in range(7))  # type: ignore[var-annotated]
        series_rows = []
        for series in () if beyond else antigen.series:
            begin = len(targets)
            for dose in series.doses:
                rows = [len(ages), len(intervals), len(skips), 0, len(turning)]
                ages += [self._age(row) for row in dose.ages]
                intervals += [self._interval(row) for row in dose.intervals]
                skips += self._skips(dose, SkipContext.EVALUATION)
                rows[3] = len(skips)
                skips += self._skips(dose, SkipContext.FORECAST)
                turning += [
                    self._period(age)
                    for age in dict.fromkeys(
                        age for row in dose.intervals if row.when is not None for age in row.when.ages()
                    )
                ]
                for product in self.products:
                    spans.append((len(vaccines), 0))
                    found = [row for row in (*dose.preferable, *dose.allowable) if row.vaccine == product]
                    vaccines += [
                        (
                            *self._days(row),
                            self._period(row.begin_age),
                            self._period(row.end_age),
                            self._when(row.when),
                        )
                        for row in found
                    ]
                    spans[-1] = (spans[-1][0], len(vaccines))
                targets.append(
                    (
                        *(rows[0], len(ages), rows[1], len(intervals), rows[2], rows[3], len(skips)),
                        *(rows[4], len(turning), dose.number, len(spans) - len(self.products)),
                    )
                )
            preference = series.select.preference if series.select.preference is not None else 1000
            series_rows.append(
                (begin, len(targets), preference, int(series.select.default), self._bits(series))
            )
        bars = [] if beyond else [self._bar(row) for row in antigen.contraindications if not row.deferral]
        return Tables(
            products=self.products,
            observations=self.observations,
            series=tuple(series.name for series in antigen.series),
            flat=_flat(
                {
                    TARGETS: _array(targets, W_TARGET),
                    SERIES: _array(series_rows, W_SERIES),
                    AGES: _array(ages, W_AGE),
                    INTERVALS: _array(intervals, W_INTERVAL),
                    SPANS: _array(spans, W_SPAN),
                    VACCINES: _array(vaccines, W_VACCINE),
                    SKIPS: _array(skips, W_SKIP),
                    TURNING: _array([(row,) for row in turning], W_TURNING),
                    WHENS: _array(self.whens, W_WHEN),
                    CLAUSES: _array(self.clauses, W_CLAUSE),
                    TESTS: _array(self.tests, W_TEST),
                    BARS: _array(bars, W_BAR),
                    ENDS: np.array(
                        [shifted(*period) for period in self.periods] or [shifted(0, 0)], np.int32
                    ),
                }
            ),
            entries=tuple(row[4] for row in series_rows),
            preferences=tuple(row[2] for row in series_rows),
            deferral=self._deferral(antigen),
            deferral_mask=self._mask(
                row.observation
                for row in (*antigen.contraindications, *antigen.vaccine_contraindications)
                if row.deferral or row.vaccines
            ),
            uncovered=beyond,
        )

    def _deferral(self, antigen: Antigen) -> str:
        """The observation that stands for any deferral with a day of review: one that defers people of every age."""
        for row in antigen.contraindications:
            started = row.effective_on is None or row.effective_on <= self.on
            going = row.cessation_on is None or self.on <= row.cessation_on
            if row.deferral and row.begin_age is None and row.end_age is None and started and going:
                return row.observation
        return ""

    def _days(self, row: object) -> tuple[int, int]:
        begin: date | None = getattr(row, "effective_on")  # noqa: B009
        end: date | None = getattr(row, "cessation_on")  # noqa: B009
        return (day_number(begin) if begin else int(NONE), day_number(end) if end else 2**31 - 1)

    def _period(self, period: Period | None) -> int:
        if period is None:
            return -1
        return self.periods.setdefault((period.months, period.days), len(self.periods))

    def _age(self, row: object) -> tuple[int, ...]:
        names = ("absolute_minimum", "minimum", "earliest_recommended", "latest_recommended")
        return (*self._days(row), *(self._period(getattr(row, name)) for name in names))

    def _interval(self, row: IntervalRule) -> tuple[int, ...]:
        kind, argument = PREVIOUS, 0
        if row.from_target_dose is not None:
            kind, argument = TARGET, row.from_target_dose
        elif row.from_observation is not None:
            kind = OBSERVED
        names = ("absolute_minimum", "minimum", "earliest_recommended", "latest_recommended")
        waits = (self._period(getattr(row, name)) for name in names)
        return (*self._days(row), kind, argument, *waits, self._when(row.when))

    def _skips(self, dose: SeriesDose, context: SkipContext) -> list[tuple[int, ...]]:
        return [
            (*self._days(row), self._when(row.when))
            for skip in dose.skips
            if skip.context in (context, SkipContext.BOTH)
            for row in skip.sets
        ]

    def _bar(self, row: Contraindication) -> tuple[int, ...]:
        mask = self._mask([row.observation])
        return (*self._days(row), mask, self._period(row.begin_age), self._period(row.end_age))

    def _bits(self, series: Series) -> int:
        first = first_products(series)
        return sum(1 << place for place, code in enumerate(self.products) if code in first)

    def _mask(self, codes: Iterable[str]) -> int:
        return sum(1 << self.observations.index(code) for code in set(codes) if code in self.observations)

    def _when(self, when: When | None) -> int:
        """The place of the condition, -1 for none. Two rows with the same condition share it."""
        if when is None:
            return -1
        begin = len(self.clauses)
        for clause in self._either(when, positive=True):
            self.clauses.append((len(self.tests), len(self.tests) + len(clause)))
            self.tests += clause
        self.whens.append((begin, len(self.clauses)))
        return len(self.whens) - 1

    def _either(self, when: When, *, positive: bool) -> list[list[tuple[int, int, int]]]:
        """The condition (or its contrary) as clauses: any of them, of which every test must hold."""
        parts = [*self._plain(when, positive=positive)]
        if when.anyone:
            options = [self._either(part, positive=positive) for part in when.anyone]
            parts.append(
                [clause for option in options for clause in option] if positive else _all_of(options)
            )
        if when.but is not None:
            parts.append(self._either(when.but, positive=not positive))
        if positive:
            return _all_of(parts)
        return [clause for part in parts for clause in part]

    def _plain(self, when: When, *, positive: bool) -> Iterator[list[list[tuple[int, int, int]]]]:
        yes, no = (1, 0) if positive else (0, 1)
        if when.age_from is not None:
            yield [[(AGE_FROM, self._period(when.age_from), yes)]]
        if when.age_before is not None:
            yield [[(AGE_FROM, self._period(when.age_before), no)]]
        if when.observed:
            tests = []
            if when.observed - {INFECTION}:
                tests.append((SEEN, self._mask(when.observed - {INFECTION}), yes))
            if INFECTION in when.observed:
                tests.append((INFECTED, 0, yes))
            yield [[test] for test in tests] if positive else [tests]
        for codes, test in ((when.given, GIVEN), (when.after, AFTER)):
            if codes:
                yield [
                    [
                        (
                            test,
                            sum(1 << self.products.index(code) for code in codes if code in self.products),
                            yes,
                        )
                    ]
                ]
        if when.dose_since:
            yield [[(DOSE_SINCE, 0, yes)]]
        if when.last_event:
            yield [[(LAST_EVENT, 0, yes)]]


def _all_of(parts: Sequence[list[list[tuple[int, int, int]]]]) -> list[list[tuple[int, int, int]]]:
    """Every way to choose one clause of each part, put together."""
    found: list[list[tuple[int, int, int]]] = [[]]
    for part in parts:
        found = [[*clause, *more] for clause in found for more in part]
    return found


def _array(rows: Sequence[Sequence[int]], width: int) -> Ints:
    return np.array([list(row) for row in rows], dtype=np.int64).astype(np.int32).reshape(len(rows), width)


# Columns that name rows, by the kind of row they stand in: (first column, column behind the last, kind named).
_NAMED = (
    (TARGETS, 0, 2, AGES),
    (TARGETS, 2, 4, INTERVALS),
    (TARGETS, 4, 7, SKIPS),
    (TARGETS, 7, 9, TURNING),
    (TARGETS, 10, 11, SPANS),
    (SERIES, 0, 2, TARGETS),
    (SPANS, 0, 2, VACCINES),
    (INTERVALS, 8, 9, WHENS),
    (VACCINES, 4, 5, WHENS),
    (SKIPS, 2, 3, WHENS),
    (WHENS, 0, 2, CLAUSES),
    (CLAUSES, 0, 2, TESTS),
)


def _flat(parts: dict[int, Ints]) -> Ints:
    """Head and rows as one array, with the places of rows instead of their numbers."""
    head = np.zeros(_HEAD, np.int32)
    head[N_SERIES], head[N_BARS] = len(parts[SERIES]), len(parts[BARS])
    place = _HEAD
    for kind, rows in parts.items():
        head[kind] = place
        place += rows.size
    for kind, first, behind, named in _NAMED:
        columns = parts[kind][:, first:behind]
        columns[columns >= 0] = columns[columns >= 0] * parts[named].shape[1] + head[named]
    return np.concatenate([head, *(rows.ravel() for rows in parts.values())]).astype(np.int32)
