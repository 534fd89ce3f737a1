"""8.4 to 8.6: points for the series of one series group that compete."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from vaxkit.immunization.answers import DoseStatus
from vaxkit.immunization.applying import applies
from vaxkit.immunization.case import END, Case
from vaxkit.immunization.forecasting import Outcome
from vaxkit.immunization.judging import age_rule
from vaxkit.immunization.periods import add_period

Points = dict[str, int]


def score_complete(outcomes: Sequence[Outcome]) -> Points:
    """Table 8-7."""
    points = _zero(outcomes)
    _award_best(points, outcomes, lambda row: row.valid_doses, 1)
    return points


def score_in_process(case: Case, outcomes: Sequence[Outcome]) -> Points:
    """Table 8-9."""
    points = _zero(outcomes)
    for row in outcomes:
        name = row.series.rule.name
        points[name] += 2 if row.series.rule.select.product_path and _all_valid(row) else -2
        points[name] += 3 if is_completable(case, row) else -3
    _award_best(points, outcomes, lambda row: row.valid_doses, 2)
    _award_best(points, outcomes, lambda row: -_remaining(row), 2)
    _award_best(points, outcomes, lambda row: -_finish(case, row).toordinal(), 1)
    return points


def score_no_valid_doses(case: Case, outcomes: Sequence[Outcome]) -> Points:
    """Table 8-11, SELECTB-14: a series without a start date does not start earliest."""
    points = _zero(outcomes)
    for row in outcomes:
        name = row.series.rule.name
        points[name] += 1 if is_completable(case, row) else -1
        points[name] += -1 if row.series.rule.select.product_path else 1
    _award_best(points, outcomes, lambda row: -(row.answer.start_on or END).toordinal(), 1)
    return points


def _zero(outcomes: Sequence[Outcome]) -> Points:
    return {row.series.rule.name: 0 for row in outcomes}


def _award_best(
    points: Points, outcomes: Sequence[Outcome], value: Callable[[Outcome], int], award: int
) -> None:
    """Award the one with the highest value; none when several share it; take from the others."""
    values = {row.series.rule.name: value(row) for row in outcomes}
    best = max(values.values())
    shared = sum(number == best for number in values.values()) > 1
    for name, number in values.items():
        if number < best:
            points[name] -= award
        elif not shared:
            points[name] += award


def _all_valid(row: Outcome) -> bool:
    """SELECTB-2."""
    return all(item.status is DoseStatus.VALID for item in row.progress.judged)


def _remaining(row: Outcome) -> int:
    """SELECTB-5: the number of target doses not satisfied."""
    return len(row.series.doses) - row.position


def _finish(case: Case, row: Outcome) -> date:
    """SELECTB-12 (and SELECTB-11): the earliest day plus the latest minimum interval of the remaining doses; the end of
    time when the series cannot be completed."""
    if not is_completable(case, row):
        return END
    return forecast_finish(case, row) or END


def forecast_finish(case: Case, row: Outcome) -> date | None:
    """SELECTB-12."""
    start = row.answer.earliest_on
    if start is None:
        return None
    finish = start
    for dose in row.series.doses[row.position + 1 :]:
        for rule in dose.rule.intervals:
            if rule.minimum is not None and applies(case, row.progress, rule, case.on):
                finish = max(finish, add_period(start, rule.minimum))
    return finish


def is_completable(case: Case, row: Outcome) -> bool:
    """SELECTB-3: the forecast finish date lies before the maximum age of the last target dose."""
    finish = forecast_finish(case, row)
    if finish is None:
        return False
    ages = age_rule(row.series.doses[-1], case.on)
    return ages is None or ages.maximum is None or finish < case.age_on(ages.maximum)
