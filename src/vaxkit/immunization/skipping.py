"""6.2 and 7.1: conditional skip, the times when a target dose is not needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from vaxkit.immunization.answers import DoseStatus
from vaxkit.immunization.applying import meets
from vaxkit.immunization.case import Case, Progress, in_force
from vaxkit.immunization.model import ConditionalSkip, CountLogic, SkipCondition, SkipKind, SkipSet
from vaxkit.immunization.periods import add_period
from vaxkit.immunization.person import GivenDose

CompleteGroups = Callable[[frozenset[str]], bool]


@dataclass(frozen=True, slots=True)
class Moment:
    """When a skip is asked: `on` is the conditional skip reference date (CONDSKIP-2), `anchor_on` decides which sets
    are in force, `before` are the doses given until then, `given` the vaccine of the dose that is judged."""

    on: date
    anchor_on: date
    before: Sequence[GivenDose]
    given: str | None = None


def can_skip(
    case: Case,
    progress: Progress,
    skips: tuple[ConditionalSkip, ...],
    moment: Moment,
    complete_groups: CompleteGroups,
) -> SkipSet | None:
    """Table 6-11: the set that lets the target dose be skipped, None when it is needed."""
    for skip in skips:
        sets = [row for row in skip.sets if in_force(row.effective_on, row.cessation_on, moment.anchor_on)]
        met = [row for row in sets if set_is_met(case, progress, row, moment, complete_groups)]
        if met and (not skip.every or len(met) == len(sets)):
            return met[0]
    return None


def set_is_met(
    case: Case, progress: Progress, row: SkipSet, moment: Moment, complete_groups: CompleteGroups
) -> bool:
    """Table 6-10; and the set's own condition, which may stand alone."""
    on = max(
        moment.on, moment.anchor_on
    )  # an earliest day that has passed says nothing about who she is today
    if not row.conditions:
        return row.when is not None and meets(case, progress, row, on, given=moment.given)
    answers = (condition_is_met(case, progress, item, moment, complete_groups) for item in row.conditions)
    met = all(answers) if row.every else any(answers)
    return met and meets(case, progress, row, on, given=moment.given)


def condition_is_met(
    case: Case, progress: Progress, row: SkipCondition, moment: Moment, complete_groups: CompleteGroups
) -> bool:
    """Tables 6-6 (age), 6-7 (completed series), 6-8 (interval) and 6-9 (vaccine count)."""
    if row.kind is SkipKind.AGE:
        return case.within(row.begin_age, row.end_age, moment.on)
    if row.kind is SkipKind.COMPLETED_SERIES:
        return complete_groups(row.series_groups)
    if row.kind is SkipKind.INTERVAL:
        previous = progress.judged[-1].dose.on if progress.judged else None
        return (
            previous is not None
            and row.interval is not None
            and moment.on >= add_period(previous, row.interval)
        )
    return _count_is_met(row, counted_doses(case, progress, row, moment))


def counted_doses(case: Case, progress: Progress, row: SkipCondition, moment: Moment) -> int:
    """CONDSKIP-1: how many doses of the condition's vaccines, ages and days were given (or counted). Without vaccines
    named all those of the antigen are meant, none of other diseases."""
    doses: Sequence[GivenDose] = moment.before
    if not row.vaccines:
        own = case.records.get(progress.series.rule.antigen, ())
        doses = [dose for dose in moment.before if dose in own]
    if row.valid_only:
        doses = [item.dose for item in progress.judged if item.status is DoseStatus.VALID]
    return sum(
        (not row.vaccines or dose.vaccine in row.vaccines)
        and case.within(row.begin_age, row.end_age, dose.on)
        and (row.begin_on is None or row.begin_on <= dose.on)
        and (row.end_on is None or dose.on < row.end_on)
        for dose in doses
    )


def _count_is_met(row: SkipCondition, count: int) -> bool:
    wanted = row.dose_count or 0
    if row.count_logic is CountLogic.GREATER_THAN:
        return count > wanted
    if row.count_logic is CountLogic.LESS_THAN:
        return count < wanted
    return count == wanted
