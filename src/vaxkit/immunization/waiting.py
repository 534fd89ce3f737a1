"""6.5 and 6.6: intervals, preferable and allowable, and the days from which they are counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from vaxkit.immunization.answers import DoseStatus
from vaxkit.immunization.case import Case, Progress
from vaxkit.immunization.model import IntervalRule
from vaxkit.immunization.person import GivenDose

_COUNTED_FROM = (DoseStatus.VALID, DoseStatus.NOT_VALID)


def reference_day(
    case: Case, progress: Progress, rule: IntervalRule, before: Sequence[GivenDose]
) -> date | None:
    """CALCDTINT-1, -2, -8 and -9: the day from which an interval runs, None when there is no such dose or day.
    `before` are the doses given until then."""
    if rule.from_previous:
        for item in reversed(progress.judged):
            if item.status in _COUNTED_FROM and not item.inadvertent:
                return item.dose.on
        return None
    if rule.from_target_dose is not None:
        for number, item in reversed(progress.satisfied):
            if number == rule.from_target_dose:
                return item.dose.on
        return None
    if rule.from_most_recent:
        return _most_recent(progress, rule.from_most_recent, before)
    if rule.from_observation is not None:
        seen = case.active.get(rule.from_observation)
        return seen.on if seen is not None else None
    return None


def _most_recent(progress: Progress, vaccines: frozenset[str], before: Sequence[GivenDose]) -> date | None:
    inadvertent = {item.dose.id for item in progress.judged if item.inadvertent}
    days = [dose.on for dose in before if dose.vaccine in vaccines and dose.id not in inadvertent]
    return max(days, default=None)
