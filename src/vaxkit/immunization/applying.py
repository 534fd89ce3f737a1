"""Whether a row of rules applies: in force on the day, and its `When` holds for this person (`applies`)."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from vaxkit.immunization.case import Case, Progress, in_force
from vaxkit.immunization.when import Facts, When, holds


class Row(Protocol):
    """A row of a rule set that may be limited to days and people."""

    @property
    def effective_on(self) -> date | None: ...
    @property
    def cessation_on(self) -> date | None: ...
    @property
    def when(self) -> When | None: ...


def applies(case: Case, progress: Progress, row: Row, on: date, *, given: str | None = None) -> bool:
    """Table 3-5, and the condition of the row. `on` is the day of the dose, or the day asked for."""
    return in_force(row.effective_on, row.cessation_on, on) and meets(case, progress, row, on, given=given)


def meets(case: Case, progress: Progress, row: Row, on: date, *, given: str | None = None) -> bool:
    """The condition of the row alone, on the day `on`."""
    return row.when is None or holds(row.when, facts_of(case, progress, on, given))


def facts_of(case: Case, progress: Progress, on: date, given: str | None) -> Facts:
    """What conditions may ask, as known on the day `on`. Kept while the series stands as it does: many rows ask the same."""
    state = (on, given, len(progress.satisfied), len(progress.judged))
    if progress.known is not None and progress.known[0] == state:
        return progress.known[1]
    facts = Facts(
        birth_on=case.patient.birth_on,
        on=on,
        observed=_observed(case, on),
        given=given,
        counted=tuple((item.dose.on, item.dose.vaccine) for _, item in progress.satisfied),
        last_dose_on=progress.judged[-1].dose.on if progress.judged else None,
    )
    progress.known = (state, facts)
    return facts


def _observed(case: Case, on: date) -> dict[str, date | None]:
    """The latest day of each observation that applies on the day."""
    found = case.observed.get(on)
    if found is None:
        found = case.observed[on] = {}
        for row in case.patient.observations:
            if row.applies(on):
                day = found.get(row.code)
                found[row.code] = row.on if day is None or (row.on is not None and row.on > day) else day
    return found
