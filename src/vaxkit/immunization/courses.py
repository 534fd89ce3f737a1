"""The primary course: which doses it has, and whether a person's is complete and by which dose (`course_of`).

What belongs to it is data: the doses of stage "primary" of the series a person is on (Ad5 one, KCONVAC two, Zifivax three),
and the skips that say `completes` (one dose after an infection). A dose that is merely not offered completes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from vaxkit.immunization.answers import DoseStatus, DoseVerdict
from vaxkit.immunization.case import in_force
from vaxkit.immunization.model import SkipContext
from vaxkit.immunization.offers import dose_of
from vaxkit.immunization.person import Patient
from vaxkit.immunization.policy import PolicySet
from vaxkit.immunization.when import Facts, holds

PRIMARY = "primary"


@dataclass(frozen=True, slots=True)
class PrimaryCourse:
    """The primary course of one person: its series, the numbers of its target doses there, and the dose that completed
    it (None, None: not complete)."""

    series: str = ""
    numbers: tuple[int, ...] = ()
    completed_by: str | None = None
    completed_on: date | None = None

    @property
    def is_complete(self) -> bool:
        return self.completed_on is not None


def course_numbers(rules: PolicySet, series: str) -> tuple[int, ...]:
    """The numbers of the target doses that make the primary course of a series; none for an unknown one."""
    return tuple(
        sorted(
            number for (name, number), stage in rules.stages.items() if name == series and stage == PRIMARY
        )
    )


def course_of(
    rules: PolicySet,
    patient: Patient,
    series: str,
    verdicts: Sequence[DoseVerdict],
    products: Mapping[str, str],
) -> PrimaryCourse:
    """Whether the primary course is complete, from the verdicts of an answer. `products` by dose id.

    Complete with the first dose that counts as the last of the primary doses or as a later one, or after which a skip
    that completes the course stands for every primary dose that is left.
    """
    numbers = course_numbers(rules, series)
    course = PrimaryCourse(series, numbers)
    if not numbers:
        return course
    counted: list[tuple[date, str]] = []
    for verdict in sorted(verdicts, key=lambda row: (row.on, row.target_dose_number or 0)):
        if verdict.status is not DoseStatus.VALID or verdict.target_dose_number is None:
            continue
        counted.append((verdict.on, products.get(verdict.dose_id, "")))
        left = [number for number in numbers if number > verdict.target_dose_number]
        if all(_is_done_without(rules, patient, series, number, counted) for number in left):
            return PrimaryCourse(series, numbers, verdict.dose_id, verdict.on)
    return course


def _is_done_without(
    rules: PolicySet, patient: Patient, series: str, number: int, counted: Sequence[tuple[date, str]]
) -> bool:
    """Whether a skip that completes the course stands for the dose on the day of the last one counted."""
    dose = dose_of(rules, series, number)
    on = counted[-1][0]
    rows = [
        row
        for skip in (dose.skips if dose is not None else ())
        if skip.context is not SkipContext.EVALUATION
        for row in skip.sets
        if row.completes and in_force(row.effective_on, row.cessation_on, on)
    ]
    if not rows:
        return False
    observed: dict[str, date | None] = {}
    for seen in patient.observations:
        if seen.applies(on):
            day = observed.get(seen.code)
            observed[seen.code] = seen.on if day is None or (seen.on is not None and seen.on > day) else day
    facts = Facts(patient.birth_on, on, observed, None, tuple(counted), on)
    return any(holds(row.when, facts) for row in rows)
