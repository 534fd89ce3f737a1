"""`assess`: everything about one person on one day (chapter 4, the processing model)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from vaxkit.immunization.answers import Assessment, Forecast, TrailStep
from vaxkit.immunization.case import AntigenCase, Case, open_case
from vaxkit.immunization.compiled import CompiledRules, compiled
from vaxkit.immunization.forecasting import Outcome
from vaxkit.immunization.grouping import group_forecast
from vaxkit.immunization.model import RuleSet
from vaxkit.immunization.person import GivenDose, Patient
from vaxkit.immunization.relevance import relevant_series
from vaxkit.immunization.selection import best_series


def assess(
    rules: RuleSet,
    patient: Patient,
    doses: Iterable[GivenDose],
    on: date,
    *,
    groups: Sequence[str] | None = None,
    trail: bool = False,
) -> Assessment:
    """Judge every dose and forecast every vaccine group (or those in `groups`) as of the day `on`.

    Doses may come in any order. Doses dated after `on` are facts like the others. Raises KeyError for a group that the
    rule set does not have.
    """
    looked_up = compiled(rules)
    case = open_case(looked_up, patient, doses, on, with_trail=trail)
    steps: list[TrailStep] | None = [] if trail else None
    found: dict[str, Forecast] = {}
    for name in rules.groups if groups is None else groups:
        group = rules.groups[name]
        replaced: list[Outcome] = []
        best = {antigen: _best(case, looked_up, antigen, replaced, steps) for antigen in group.antigens}
        forecast = group_forecast(case, group, best, replaced)
        if forecast is not None:
            found[name] = forecast
            if steps is not None:
                steps.append(TrailStep("Table 9-2", name, {"series": forecast.series}, forecast.status.value))
    return Assessment(
        on=on,
        rules=f"{rules.code} {rules.version}".strip(),
        doses=tuple(verdict for forecast in found.values() for verdict in forecast.doses),
        groups=found,
        trail=tuple(steps) if steps is not None else (),
        unknown_vaccines=case.unknown,
    )


def _best(
    case: Case, rules: CompiledRules, name: str, replaced: list[Outcome], steps: list[TrailStep] | None
) -> tuple[Outcome, ...]:
    antigen = rules.antigens.get(name)
    if antigen is None:
        return ()
    work = AntigenCase(case, antigen, case.records.get(name, ()), relevant_series(case, antigen))
    if steps is None:
        best = best_series(work)
        replaced.extend(row for row in work.replaced if isinstance(row, Outcome))
        return best
    names = tuple(series.rule.name for series in work.relevant)
    steps.append(
        TrailStep("Table 5-5", name, {"relevant": names}, f"{len(names)} of {len(antigen.series)} series")
    )
    chosen: list[TrailStep] = []
    best = best_series(work, chosen)
    replaced.extend(row for row in work.replaced if isinstance(row, Outcome))
    for outcome in best:
        steps.extend(outcome.progress.trail or ())
    steps.extend(chosen)
    return best
