"""When the primary course was completed (`completed`): one dose of Ad5, two inactivated, three of the CHO subunit, as the
stages of the policies say. Boosters are beyond it; a course is complete however many boosters are still to come."""

from __future__ import annotations

from datetime import date

from vaxkit.immunization.advice import Advice
from vaxkit.immunization.answers import DoseStatus
from vaxkit.immunization.policy import PolicySet

PRIMARY = "primary"


def last_dose(rules: PolicySet, series: str) -> int:
    """The number of the last primary dose of a series, 0 where it has none."""
    return max(
        (number for (name, number), stage in rules.stages.items() if name == series and stage == PRIMARY),
        default=0,
    )


def completed(rules: PolicySet, advice: Advice) -> tuple[int, date] | None:
    """The number (in its series) and day of the counted dose with which the primary course was complete, None where it is
    not: the first that is its last dose, or a later one where that was not needed."""
    last = last_dose(rules, advice.series)
    if not last:
        return None
    done = [
        (row.on, row.target_dose_number)
        for row in advice.doses
        if row.status is DoseStatus.VALID and row.target_dose_number is not None and row.target_dose_number >= last
    ]
    if not done:
        return None
    on, number = min(done)
    return number, on
