"""The rules of a day as arrays for the batch (`tables_of`): how they are laid out is said in `batch_layout`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from vaxkit.immunization.batch_conditions import Conditions
from vaxkit.immunization.batch_layout import (
    _HEAD,
    AGES,
    BARS,
    CLAUSES,
    ENDS,
    INTERVALS,
    N_BARS,
    N_SERIES,
    NONE,
    OBSERVED,
    OFFERS,
    PREVIOUS,
    SERIES,
    SKIPS,
    SPANS,
    TARGET,
    TARGETS,
    TESTS,
    TURNING,
    VACCINES,
    W_AGE,
    W_BAR,
    W_CLAUSE,
    W_INTERVAL,
    W_OFFER,
    W_SERIES,
    W_SKIP,
    W_SPAN,
    W_TARGET,
    W_TEST,
    W_TURNING,
    W_VACCINE,
    W_WHEN,
    WHENS,
    Ints,
    Tables,
    day_number,
    shifted,
)
from vaxkit.immunization.batch_limits import conditions_of, observations_of, uncovered, vaccines_of
from vaxkit.immunization.case import in_force
from vaxkit.immunization.courses import course_numbers
from vaxkit.immunization.model import (
    AgeRule,
    Contraindication,
    IntervalRule,
    RuleSet,
    Series,
    SeriesDose,
    SkipContext,
    VaccineRule,
)
from vaxkit.immunization.narrowing import first_products
from vaxkit.immunization.offers import by_preference, offered_rows
from vaxkit.immunization.policy import PolicySet

_KEPT: WeakKeyDictionary[RuleSet, dict[tuple[date, str], Tables]] = WeakKeyDictionary()


def tables_of(rules: PolicySet, on: date, group: str = "COVID-19") -> Tables:
    """The arrays of `rules` for assessments on the day `on`; kept as long as the rule set lives."""
    kept = _KEPT.setdefault(rules, {})
    if (on, group) not in kept:
        for other in [key for key in kept if key[0] != on]:
            del kept[other]
        kept[on, group] = _build(rules, on, group)
    return kept[on, group]


def _build(rules: PolicySet, on: date, group: str) -> Tables:
    beyond = uncovered(rules, group)
    antigen = rules.antigens[rules.groups[group].antigens[0]]
    products, observations = vaccines_of(rules, antigen.name), observations_of(rules, antigen)
    builder = _Builder(on, Conditions(products, observations))
    series = () if beyond else by_preference(antigen.series)
    for row in series:
        builder.add(row, course_numbers(rules, row.name))
    builder.add_starts(series)
    bars = [] if beyond else _barring(antigen.contraindications)
    barring = (*antigen.contraindications, *antigen.vaccine_contraindications)
    return Tables(
        products=products,
        observations=observations,
        series=tuple(row.name for row in by_preference(antigen.series)),
        flat=_flat(builder.parts(bars)),
        entries=tuple(row[4] for row in builder.series),
        preferences=tuple(row[2] for row in builder.series),
        deferrals=_deferrals(barring, conditions_of(antigen), on),
        deferral_mask=builder.conditions.mask(
            row.observation for row in barring if row.deferral or row.vaccines
        ),
        day_bound=conditions_of(antigen),
        uncovered=beyond,
        ages=tuple(builder.age_rules),
        intervals=tuple(builder.interval_rules),
        bars=tuple(bars),
        targets=tuple(builder.doses),
        offers=tuple(builder.offered),
        starts=tuple(builder.started),
    )


def _barring(rows: Sequence[Contraindication]) -> list[Contraindication]:
    """The bars in the order in which barriers._applying asks them: together by their observations."""
    order = list(dict.fromkeys(row.observation for row in rows))
    return sorted((row for row in rows if not row.deferral), key=lambda row: order.index(row.observation))


def _deferrals(
    barring: Sequence[Contraindication], asked_about: frozenset[str], on: date
) -> dict[str, Contraindication]:
    """The observations that do nothing but defer people of every age, with the one rule that says so."""
    found = {}
    for code in dict.fromkeys(row.observation for row in barring if row.deferral):
        rules = [row for row in barring if row.observation == code]
        plain = (
            len(rules) == 1
            and rules[0].begin_age is None
            and rules[0].end_age is None
            and not rules[0].vaccines
        )
        if plain and code not in asked_about and in_force(rules[0].effective_on, rules[0].cessation_on, on):
            found[code] = rules[0]
    return found


@dataclass(slots=True)
class _Builder:
    """Rows of every kind while they are gathered, and what they stand for."""

    on: date
    conditions: Conditions
    targets: list[list[int]] = field(default_factory=list)
    series: list[tuple[int, ...]] = field(default_factory=list)
    ages: list[tuple[int, ...]] = field(default_factory=list)
    intervals: list[tuple[int, ...]] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    vaccines: list[tuple[int, ...]] = field(default_factory=list)
    skips: list[tuple[int, ...]] = field(default_factory=list)
    turning: list[tuple[int]] = field(default_factory=list)
    offers: list[tuple[int, ...]] = field(default_factory=list)
    age_rules: list[AgeRule] = field(default_factory=list)
    interval_rules: list[IntervalRule] = field(default_factory=list)
    doses: list[tuple[Series, SeriesDose]] = field(default_factory=list)
    offered: list[tuple[VaccineRule, ...]] = field(default_factory=list)
    started: list[tuple[tuple[int, VaccineRule], ...]] = field(default_factory=list)

    def add(self, series: Series, primary: Sequence[int]) -> None:
        begin = len(self.targets)
        for dose in series.doses:
            self._target(dose, is_primary=dose.number in primary)
            self.doses.append((series, dose))
        preference = series.select.preference if series.select.preference is not None else 1000
        first = self.conditions.products_mask(first_products(series))
        self.series.append((begin, len(self.targets), preference, int(series.select.default), first))

    def _target(self, dose: SeriesDose, *, is_primary: bool) -> None:
        row = [len(self.ages)]
        self.ages += [self._age(rule) for rule in dose.ages]
        self.age_rules += dose.ages
        row += [len(self.ages), len(self.intervals)]
        self.intervals += [self._interval(rule) for rule in dose.intervals]
        self.interval_rules += dose.intervals
        row += [len(self.intervals), len(self.skips)]
        self.skips += self._skips(dose, SkipContext.EVALUATION)
        row.append(len(self.skips))
        self.skips += self._skips(dose, SkipContext.FORECAST)
        row += [len(self.skips), len(self.turning)]
        changing = (age for rule in dose.intervals if rule.when is not None for age in rule.when.ages())
        self.turning += [(self.conditions.period(age),) for age in dict.fromkeys(changing)]
        row += [len(self.turning), dose.number, len(self.spans)]
        self._suiting(dose)
        row.append(len(self.offers))
        self._offer(self._preferable(dose))
        self.offered.append(tuple(self._preferable(dose)))
        self.targets.append([*row, len(self.offers), 0, 0, int(is_primary)])

    def _suiting(self, dose: SeriesDose) -> None:
        for product in self.conditions.products:
            begin = len(self.vaccines)
            for row in (*dose.preferable, *dose.allowable):
                if row.vaccine == product:
                    ages = self.conditions.period(row.begin_age), self.conditions.period(row.end_age)
                    self.vaccines.append((*_days(row), *ages, self.conditions.when(row.when)))
            self.spans.append((begin, len(self.vaccines)))

    def _preferable(self, dose: SeriesDose) -> list[VaccineRule]:
        return [row for row in offered_rows(dose) if in_force(row.effective_on, row.cessation_on, self.on)]

    def _offer(self, rows: Iterable[VaccineRule]) -> None:
        period = self.conditions.period
        self.offers += [
            (period(row.begin_age), period(row.end_age), self.conditions.when(row.when)) for row in rows
        ]

    def add_starts(self, series: Sequence[Series]) -> None:
        """For each first dose the products with which the other series begin (advice._offered)."""
        firsts = [place for place, (_, dose) in enumerate(self.doses) if dose.number == 1]
        for place, target in enumerate(self.targets):
            others = [other for other in firsts if other != place] if place in firsts else []
            rows = [(other, row) for other in others for row in self.offered[other]]
            target[13] = len(self.offers)
            self._offer(row for _, row in rows)
            target[14] = len(self.offers)
            self.started.append(tuple(rows))

    def _age(self, row: AgeRule) -> tuple[int, ...]:
        ages = (row.absolute_minimum, row.minimum, row.earliest_recommended, row.latest_recommended)
        least = row.minimum or row.absolute_minimum
        return (*_days(row), *map(self.conditions.period, (*ages, least)))

    def _interval(self, row: IntervalRule) -> tuple[int, ...]:
        kind, argument = PREVIOUS, 0
        if row.from_target_dose is not None:
            kind, argument = TARGET, row.from_target_dose
        elif row.from_observation is not None:
            kind = OBSERVED
        waits = (row.absolute_minimum, row.minimum, row.earliest_recommended, row.latest_recommended)
        periods = map(self.conditions.period, waits)
        least = self.conditions.period(row.minimum or row.absolute_minimum)
        return (*_days(row), kind, argument, *periods, self.conditions.when(row.when), least)

    def _skips(self, dose: SeriesDose, context: SkipContext) -> list[tuple[int, ...]]:
        return [
            (*_days(row), self.conditions.when(row.when), int(row.completes))
            for skip in dose.skips
            if skip.context in (context, SkipContext.BOTH)
            for row in skip.sets
        ]

    def _bar(self, row: Contraindication) -> tuple[int, ...]:
        period = self.conditions.period
        return (
            *_days(row),
            self.conditions.mask([row.observation]),
            period(row.begin_age),
            period(row.end_age),
        )

    def parts(self, bars: Sequence[Contraindication]) -> dict[int, Ints]:
        """Every kind of row as an array, the days that the periods lead to last."""
        barred = _array([self._bar(row) for row in bars], W_BAR)
        periods = self.conditions.periods
        return {
            TARGETS: _array(self.targets, W_TARGET),
            SERIES: _array(self.series, W_SERIES),
            AGES: _array(self.ages, W_AGE),
            INTERVALS: _array(self.intervals, W_INTERVAL),
            SPANS: _array(self.spans, W_SPAN),
            VACCINES: _array(self.vaccines, W_VACCINE),
            SKIPS: _array(self.skips, W_SKIP),
            TURNING: _array(self.turning, W_TURNING),
            WHENS: _array(self.conditions.whens, W_WHEN),
            CLAUSES: _array(self.conditions.clauses, W_CLAUSE),
            TESTS: _array(self.conditions.tests, W_TEST),
            BARS: barred,
            OFFERS: _array(self.offers, W_OFFER),
            ENDS: np.array([shifted(*period) for period in periods] or [shifted(0, 0)], np.int32),
        }


def _days(row: Any) -> tuple[int, int]:
    """From when to when a row holds."""
    begin: date | None = row.effective_on
    end: date | None = row.cessation_on
    return (day_number(begin) if begin else int(NONE), day_number(end) if end else 2**31 - 1)


def _array(rows: Sequence[Sequence[int]], width: int) -> Ints:
    return np.array([list(row) for row in rows], dtype=np.int64).astype(np.int32).reshape(len(rows), width)


# Columns that name rows, by the kind of row they stand in: (first column, column behind the last, kind named).
_NAMED = (
    (TARGETS, 0, 2, AGES),
    (TARGETS, 2, 4, INTERVALS),
    (TARGETS, 4, 7, SKIPS),
    (TARGETS, 7, 9, TURNING),
    (TARGETS, 10, 11, SPANS),
    (TARGETS, 11, 15, OFFERS),
    (SERIES, 0, 2, TARGETS),
    (SPANS, 0, 2, VACCINES),
    (INTERVALS, 8, 9, WHENS),
    (VACCINES, 4, 5, WHENS),
    (SKIPS, 2, 3, WHENS),
    (OFFERS, 2, 3, WHENS),
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
