"""Notes on doses that count although something was not as it should be (`remarks`): late, another maker, too near to
another vaccine, before the age was opened. They change nothing; they are shown and can be looked into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from vaxkit.immunization.answers import Because, DoseStatus, DoseVerdict
from vaxkit.immunization.case import in_force
from vaxkit.immunization.gaps import too_close
from vaxkit.immunization.model import Basis
from vaxkit.immunization.offers import dose_of
from vaxkit.immunization.periods import add_period
from vaxkit.immunization.person import GivenDose, Patient
from vaxkit.immunization.policy import PolicySet

_DAY = timedelta(days=1)
_NOTED = ("interval.grace", "interval.allowed", "age.grace", "vaccine.allowable", "vaccine.less_volume")


def remarks(
    rules: PolicySet,
    patient: Patient,
    doses: Sequence[GivenDose],
    others: Sequence[GivenDose],
    verdicts: Sequence[DoseVerdict],
) -> dict[str, tuple[Because, ...]]:
    """Notes by dose id, only for doses that have some."""
    given = {dose.id: dose for dose in doses}
    found: dict[str, tuple[Because, ...]] = {}
    before: DoseVerdict | None = None
    for verdict in sorted(verdicts, key=lambda row: row.on):
        dose = given[verdict.dose_id]
        notes = [row for row in verdict.reasons[1:] if row.code in _NOTED]
        if verdict.status is DoseStatus.VALID:
            notes.extend(_late(rules, verdict, before))
            notes.extend(_other_maker(rules, verdict, before, given))
            before = verdict
        near = too_close(rules, dose, others, patient.birth_on)
        if near is not None:
            notes.append(near)
        if notes:
            found[verdict.dose_id] = tuple(notes)
    return found


def _late(rules: PolicySet, verdict: DoseVerdict, before: DoseVerdict | None) -> Iterator[Because]:
    dose = dose_of(rules, verdict.series, verdict.target_dose_number or 0)
    if dose is None or before is None:
        return
    for row in dose.intervals:
        if row.from_previous and row.latest_recommended is not None and row.when is None:
            last = add_period(before.on, row.latest_recommended) - _DAY
            if verdict.on > last and in_force(row.effective_on, row.cessation_on, verdict.on):
                facts: dict[str, str | int | date] = {"days": (verdict.on - before.on).days, "last_on": last}
                yield _because(rules, "interval.late", row.basis, facts)


def _other_maker(
    rules: PolicySet, verdict: DoseVerdict, before: DoseVerdict | None, given: dict[str, GivenDose]
) -> Iterator[Because]:
    """Only within the primary course: boosters have rules of their own for which product follows which."""
    if before is None or rules.stages.get((verdict.series, verdict.target_dose_number or 0)) != "primary":
        return
    here, there = given[verdict.dose_id].vaccine, given[before.dose_id].vaccine
    if here != there:
        yield _because(rules, "product.other_maker", None, {"vaccine": here, "before": there})


def _because(rules: PolicySet, code: str, basis: Basis | None, facts: dict[str, str | int | date]) -> Because:
    source = rules.documents.get(basis.document) if basis is not None else None
    return Because(code, facts, source, basis)
