"""Chapter 5: which series are relevant for a patient."""

from __future__ import annotations

from datetime import date

from vaxkit.immunization.case import Case, in_force
from vaxkit.immunization.compiled import CompiledAntigen, CompiledSeries
from vaxkit.immunization.model import Indication, Series, SeriesKind


def relevant_series(case: Case, antigen: CompiledAntigen) -> tuple[CompiledSeries, ...]:
    """5.1 Select Relevant Patient Series.

    When none is, the risk series for which the patient has an indication but is still too young: she is told from
    when it holds instead of nothing.
    """
    found = tuple(series for series in antigen.series if is_relevant(case, series.rule))
    return found or tuple(series for series in antigen.series if indicated_later(case, series.rule))


def is_relevant(case: Case, series: Series) -> bool:
    """Table 5-5: gender, then standard and evaluation-only series for all, risk series by an indication."""
    if not _may_concern(case, series):
        return False
    return series.kind is not SeriesKind.RISK or any(
        indication_applies(case, row) for row in series.indications
    )


def indicated_later(case: Case, series: Series) -> tuple[date, Indication] | None:
    """The first day from which an indication for an active observation will hold, and the indication; None when there
    is none ahead."""
    ahead = [
        (case.age_on(row.begin_age), row)
        for row in series.indications
        if series.kind is SeriesKind.RISK
        and row.observation in case.active
        and row.begin_age is not None
        and case.on < case.age_on(row.begin_age)
        and _may_concern(case, series)
    ]
    return min(ahead, key=lambda found: found[0], default=None)


def _may_concern(case: Case, series: Series) -> bool:
    """The first row of Table 5-5 (gender), and the days on which the series holds."""
    fits = not series.genders or case.patient.sex.lower() in series.genders
    return fits and in_force(series.effective_on, series.cessation_on, case.on)


def indication_applies(case: Case, indication: Indication) -> bool:
    """Table 5-4: the indication describes an active observation and the patient is of its age."""
    return (
        indication.observation in case.active
        and case.within(indication.begin_age, indication.end_age, case.on)
        and in_force(indication.effective_on, indication.cessation_on, case.on)
    )
