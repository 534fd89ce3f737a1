"""Chapter 5: which series are relevant for a patient."""

from __future__ import annotations

from vaxkit.immunization.case import Case, in_force
from vaxkit.immunization.compiled import CompiledAntigen, CompiledSeries
from vaxkit.immunization.model import Indication, Series, SeriesKind


def relevant_series(case: Case, antigen: CompiledAntigen) -> tuple[CompiledSeries, ...]:
    """5.1 Select Relevant Patient Series."""
    return tuple(series for series in antigen.series if is_relevant(case, series.rule))


def is_relevant(case: Case, series: Series) -> bool:
    """Table 5-5: gender, then standard and evaluation-only series for all, risk series by an indication."""
    if series.genders and case.patient.sex.lower() not in series.genders:
        return False
    if not in_force(series.effective_on, series.cessation_on, case.on):
        return False
    return series.kind is not SeriesKind.RISK or any(applies(case, row) for row in series.indications)


def applies(case: Case, indication: Indication) -> bool:
    """Table 5-4: the indication describes an active observation and the patient is of its age."""
    return (
        indication.observation in case.active
        and case.within(indication.begin_age, indication.end_age, case.on)
        and in_force(indication.effective_on, indication.cessation_on, case.on)
    )
