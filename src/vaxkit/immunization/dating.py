"""7.4 and 7.5: the dates of the next target dose (`next_dates`).

Rows of rules may hold for some people only (`When`), and people change: who is 59 when asked may be 60 on the day in
question. So the days ahead are cut where an age is reached, and the first stretch that holds its own earliest day
gives the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from vaxkit.immunization.answers import Because
from vaxkit.immunization.applying import meets
from vaxkit.immunization.case import AntigenCase, Case, Progress, in_force, season_of
from vaxkit.immunization.compiled import CompiledDose
from vaxkit.immunization.judging import age_rule
from vaxkit.immunization.model import AgeRule, IntervalRule
from vaxkit.immunization.periods import Period, add_period
from vaxkit.immunization.relevance import indicated_later, is_relevant
from vaxkit.immunization.waiting import reference_day

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of one target dose (Table 7-13) and what they come from. `bounded`: at least one rule says from when
    (FORECASTDTCAN-1). `maximum_on` is the first day that is too late."""

    earliest_on: date
    earliest_by: Because
    bounded: bool
    recommended_on: date
    unadjusted_recommended_on: date
    past_due_on: date | None
    unadjusted_past_due_on: date | None
    latest_on: date | None
    maximum_on: date | None
    priority: bool


def next_dates(antigen: AntigenCase, progress: Progress, target: CompiledDose) -> Dates:
    """The dates of `target` for this person."""
    case = antigen.case
    begin = case.on
    for end in _turning_days(case, target):
        found = _dates(antigen, progress, target, begin)
        if _first_day(found, begin, case) < end:
            return _not_before(found, begin, case)
        begin = end
    return _not_before(_dates(antigen, progress, target, begin), begin, case)


def _turning_days(case: Case, target: CompiledDose) -> list[date]:
    """The days after the one asked for on which the patient reaches an age that rows of the target dose name."""
    ages = {age for row in target.rule.intervals if row.when is not None for age in row.when.ages()}
    return sorted(day for day in {case.age_on(age) for age in ages} if day > case.on)


def _first_day(dates: Dates, begin: date, case: Case) -> date:
    return dates.earliest_on if begin == case.on else max(dates.earliest_on, begin)


def _not_before(dates: Dates, begin: date, case: Case) -> Dates:
    first = _first_day(dates, begin, case)
    if first == dates.earliest_on:
        return dates
    past_due = max(first, dates.past_due_on) if dates.past_due_on is not None else None
    by = case.because("earliest.age_rule", dates.earliest_by.basis, on=first)
    return replace(
        dates,
        earliest_on=first,
        earliest_by=by,
        recommended_on=max(first, dates.recommended_on),
        past_due_on=past_due,
    )


def _dates(antigen: AntigenCase, progress: Progress, target: CompiledDose, at: date) -> Dates:
    """Table 7-13, FORECASTDT-1 to -6, with FORECASTDTCAN-1, by the rows that hold for the patient on the day `at`."""
    case = antigen.case
    ages = age_rule(target, case.on)
    rules = _rules(case, progress, target, at)
    waits = _waits(case, progress, rules)
    candidate = _candidate_earliest(antigen, progress, target, waits)
    earliest_on, earliest_by = candidate or _without_candidate(case, ages)
    recommended = _latest([(since, rule.earliest_recommended) for since, rule in waits])
    if ages is not None and ages.earliest_recommended is not None:
        recommended = case.age_on(ages.earliest_recommended)
    unadjusted = recommended or earliest_on
    last = _latest([(since, rule.latest_recommended) for since, rule in waits])
    if ages is not None and ages.latest_recommended is not None:
        last = case.age_on(ages.latest_recommended)
    past_due = last - _DAY if last is not None else None
    maximum_on = case.age_on(ages.maximum) if ages is not None and ages.maximum is not None else None
    return Dates(
        earliest_on=earliest_on,
        earliest_by=earliest_by,
        bounded=candidate is not None,
        recommended_on=max(earliest_on, unadjusted),
        unadjusted_recommended_on=unadjusted,
        past_due_on=max(earliest_on, past_due) if past_due is not None else None,
        unadjusted_past_due_on=past_due,
        latest_on=maximum_on - _DAY if maximum_on is not None else None,
        maximum_on=maximum_on,
        priority=bool(rules) and all(row.overrides for row in rules),
    )


def _rules(case: Case, progress: Progress, target: CompiledDose, at: date) -> list[IntervalRule]:
    """The preferable intervals in force (RELEVANT-2) that hold for this person."""
    return [
        row
        for row in target.rule.intervals
        if in_force(row.effective_on, row.cessation_on, case.on) and meets(case, progress, row, at)
    ]


def _waits(case: Case, progress: Progress, rules: Sequence[IntervalRule]) -> list[tuple[date, IntervalRule]]:
    """Intervals with the day each runs from; those without such a day do not matter."""
    days = ((reference_day(case, progress, rule, case.history), rule) for rule in rules)
    return [(since, rule) for since, rule in days if since is not None]


def _latest(rows: list[tuple[date, Period | None]]) -> date | None:
    return max((add_period(since, period) for since, period in rows if period is not None), default=None)


def _candidate_earliest(
    antigen: AntigenCase, progress: Progress, target: CompiledDose, waits: list[tuple[date, IntervalRule]]
) -> tuple[date, Because] | None:
    """FORECASTDTCAN-1: the latest of minimum age, minimum intervals, conflicts, season and last dose; and which. None
    when there is none of them.

    Where the data give an absolute minimum only, a dose before it would not count: it stands for the minimum.
    """
    case = antigen.case
    ages = age_rule(target, case.on)
    birth = case.patient.birth_on
    found: list[tuple[date, Because]] = []
    youngest = (ages.minimum or ages.absolute_minimum) if ages is not None else None
    if ages is not None and youngest is not None:
        on = case.age_on(youngest)
        found.append((on, case.because("earliest.age", ages.basis, minimum=youngest.text, on=on)))
    for since, rule in waits:
        least = rule.minimum or rule.absolute_minimum
        if least is not None:
            on = add_period(since, least)
            why = case.because("earliest.interval", rule.basis, minimum=least.text, since=since, on=on)
            found.append((on, why))
    found.extend(_conflict_ends(case, target))
    if not is_relevant(case, progress.series.rule):
        later = indicated_later(case, progress.series.rule)
        if later is not None:
            on, indication = later
            age = indication.begin_age.text if indication.begin_age is not None else ""
            why = case.because(
                "indication.later", indication.basis, minimum=age, on=on, title=indication.title
            )
            found.append((on, why))
    season = season_of(target.rule.season, case.on)
    if season is not None and season.begin_on is not None:
        on = season.begin_on
        found.append((on, case.because("earliest.season", target.rule.basis, on=on)))
    if progress.judged:
        on = progress.judged[-1].dose.on
        found.append((on, case.because("earliest.last_dose", on=on)))
    if not found:
        return None
    return max(((birth, case.because("earliest.birth")), *found), key=lambda row: row[0])


def _without_candidate(case: Case, ages: AgeRule | None) -> tuple[date, Because]:
    """The earliest day where no rule says from when: that of the recommended age, else of birth."""
    if ages is None or ages.earliest_recommended is None:
        return case.patient.birth_on, case.because("earliest.birth")
    on = case.age_on(ages.earliest_recommended)
    return on, case.because("earliest.age", ages.basis, minimum=ages.earliest_recommended.text, on=on)


def _conflict_ends(case: Case, target: CompiledDose) -> list[tuple[date, Because]]:
    """CALCDTCONFLICT-3: when the vaccines of the next target dose are free of conflicts with doses given."""
    found = []
    for vaccine in target.preferable:
        for conflict in case.rules.conflicts.get(vaccine, ()):
            for dose in case.history:
                if dose.vaccine == conflict.previous:
                    on = add_period(dose.on, conflict.end)
                    why = case.because(
                        "earliest.conflict", conflict.basis, vaccine=dose.vaccine, since=dose.on, on=on
                    )
                    found.append((on, why))
    return found
