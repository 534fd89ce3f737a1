"""When an answer may turn into another one though nothing was recorded, and which doses of other groups it looks at.

For whoever keeps answers: between the days and ages named here the same facts give the same answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from vaxkit.immunization.model import Antigen, RuleSet, SeriesDose, SkipKind
from vaxkit.immunization.periods import Period, add_period
from vaxkit.immunization.policy import PolicySet

_DAY = timedelta(days=1)
_YEAR_BEFORE = Period(months=-12)
_SEASONS_BACK = 10
_REOPENING: WeakKeyDictionary[RuleSet, frozenset[Period]] = WeakKeyDictionary()
_NAMED: WeakKeyDictionary[RuleSet, frozenset[Period]] = WeakKeyDictionary()
_DAYS: WeakKeyDictionary[RuleSet, tuple[date, ...]] = WeakKeyDictionary()
_WAITS: WeakKeyDictionary[RuleSet, frozenset[Period]] = WeakKeyDictionary()
_ASKED: WeakKeyDictionary[RuleSet, dict[str, frozenset[str]]] = WeakKeyDictionary()


def named_ages(rules: RuleSet) -> frozenset[Period]:
    """Every age that some rule names."""
    kept = _NAMED.get(rules)
    if kept is None:
        kept = _NAMED[rules] = frozenset(_ages(rules))
    return kept


def reopening_ages(rules: RuleSet) -> frozenset[Period]:
    """The ages at which a dose may be asked for of somebody for whom nothing was next."""
    kept = _REOPENING.get(rules)
    if kept is None:
        kept = _REOPENING[rules] = frozenset(_reopening(rules))
    return kept


def named_days(rules: RuleSet) -> tuple[date, ...]:
    """The days on which a row begins to hold or no longer does, and on which a season begins or is over, in order."""
    kept = _DAYS.get(rules)
    if kept is None:
        kept = _DAYS[rules] = tuple(sorted(set(_days(rules))))
    return kept


def named_waits(rules: RuleSet) -> frozenset[Period]:
    """The times after a dose after which another one may not be needed."""
    kept = _WAITS.get(rules)
    if kept is None:
        kept = _WAITS[rules] = frozenset(
            row.interval
            for dose in _doses(rules)
            for skip in dose.skips
            for part in skip.sets
            for row in part.conditions
            if row.kind is SkipKind.INTERVAL and row.interval is not None
        )
    return kept


def asked_about(rules: RuleSet, group: str) -> frozenset[str]:
    """The vaccines whose doses matter for a group though they may have been given for another: those that hold one of its
    antigens, conflict with them, or are asked for by an interval or a count."""
    kept = _ASKED.setdefault(rules, {})
    if group not in kept:
        antigens = set(rules.groups[group].antigens)
        own = {
            code
            for code, row in rules.vaccines.items()
            if any(part.antigen in antigens for part in row.associations)
        }
        named = {row.previous for row in rules.conflicts if row.current in own}
        for antigen in antigens:
            for dose in (dose for series in rules.antigens[antigen].series for dose in series.doses):
                for wait in (*dose.intervals, *dose.allowable_intervals):
                    named |= wait.from_most_recent
                for skip in dose.skips:
                    named.update(
                        code for part in skip.sets for row in part.conditions for code in row.vaccines
                    )
        kept[group] = frozenset(own | named)
    return kept[group]


def _doses(rules: RuleSet) -> Iterator[SeriesDose]:
    for antigen in rules.antigens.values():
        for series in antigen.series:
            yield from series.doses


def _ages(rules: RuleSet) -> Iterator[Period]:
    yield from _reopening(rules)
    for antigen in rules.antigens.values():
        for dose in (dose for series in antigen.series for dose in series.doses):
            for age in dose.ages:
                yield from _of(
                    age, "absolute_minimum", "minimum", "earliest_recommended", "latest_recommended"
                )
            for wait in (*dose.intervals, *dose.allowable_intervals):
                yield from wait.when.ages() if wait.when is not None else ()
            for vaccine in (*dose.preferable, *dose.allowable):
                yield from vaccine.when.ages() if vaccine.when is not None else ()
                yield from _of(vaccine, "begin_age", "end_age")
    for vaccine_held in rules.vaccines.values():
        for part in vaccine_held.associations:
            yield from _of(part, "begin_age", "end_age")


def _reopening(rules: RuleSet) -> Iterator[Period]:
    for antigen in rules.antigens.values():
        for bar in (*antigen.contraindications, *antigen.vaccine_contraindications):
            yield from _of(bar, "begin_age", "end_age")
            for vaccine in bar.vaccines:
                yield from _of(vaccine, "begin_age", "end_age")
        for series in antigen.series:
            yield from _of(series.select, "minimum_age_to_start", "maximum_age_to_start")
            for indication in series.indications:
                yield from _of(indication, "begin_age", "end_age")
            for dose in series.doses:
                for age in dose.ages:
                    yield from _of(age, "maximum")
                for part in (part for skip in dose.skips for part in skip.sets):
                    yield from part.when.ages() if part.when is not None else ()
                    for row in part.conditions:
                        yield from _of(row, "begin_age", "end_age") if row.kind is SkipKind.AGE else ()


def _of(row: Any, *names: str) -> Iterator[Period]:
    yield from (age for name in names if (age := getattr(row, name)) is not None)


def _days(rules: RuleSet) -> Iterator[date]:
    limited = [row for antigen in rules.antigens.values() for row in _limited(antigen)]
    limited += rules.preferences if isinstance(rules, PolicySet) else ()
    for row in limited:
        if row.effective_on is not None:
            yield row.effective_on
        if row.cessation_on is not None:
            yield row.cessation_on + _DAY
    for dose in _doses(rules):
        season = dose.season
        ends = [] if season is None else [season.begin_on, season.end_on and season.end_on + _DAY]
        for day in ends:
            for _ in range(_SEASONS_BACK):  # an earlier year is asked about as if its season were in the data
                if day is not None:
                    yield day
                    day = add_period(day, _YEAR_BEFORE)


def _limited(antigen: Antigen) -> Iterator[Any]:
    """Rows that hold from a day on or until a day."""
    yield from (*antigen.contraindications, *antigen.vaccine_contraindications, *antigen.series)
    for series in antigen.series:
        yield from series.indications
        for dose in series.doses:
            yield from (*dose.ages, *dose.intervals, *dose.allowable_intervals)
            yield from (*dose.preferable, *dose.allowable, *dose.inadvertent)
            yield from (part for skip in dose.skips for part in skip.sets)
