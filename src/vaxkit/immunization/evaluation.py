"""4.4 Evaluate the immunization history against one series (Figure 4-6)."""

from __future__ import annotations

from vaxkit.immunization.answers import DoseStatus, Params, TrailStep
from vaxkit.immunization.case import AntigenCase, Judged, Progress
from vaxkit.immunization.compiled import CompiledSeries
from vaxkit.immunization.judging import judge, unfit
from vaxkit.immunization.person import GivenDose
from vaxkit.immunization.skipping import CompleteGroups, Moment, can_skip


def evaluate_series(
    antigen: AntigenCase, series: CompiledSeries, complete_groups: CompleteGroups
) -> Progress:
    """Walk the antigen's doses along the target doses of `series`."""
    case = antigen.case
    progress = Progress(series, trail=[] if case.with_trail else None)
    for dose in antigen.records:
        reason = unfit(case, dose)
        if reason is not None:
            progress.judged.append(Judged(dose, DoseStatus.SUBSTANDARD, (reason,)))
            continue
        before = case.history[: case.history.index(dose)]
        _pass_skipped(antigen, progress, dose, before, complete_groups)
        if progress.exhausted:
            reason = case.because("series.complete", series.rule.basis)
            progress.judged.append(Judged(dose, DoseStatus.EXTRANEOUS, (reason,)))
            continue
        target = series.doses[progress.position]
        judged = judge(case, progress, target, dose, before)
        progress.judged.append(judged)
        if judged.status is DoseStatus.VALID:
            progress.satisfied.append((target.rule.number, judged))
            if not target.rule.recurring:
                progress.position += 1
    return progress


def _pass_skipped(
    antigen: AntigenCase,
    progress: Progress,
    dose: GivenDose,
    before: tuple[GivenDose, ...],
    complete_groups: CompleteGroups,
) -> None:
    """6.2: move past the target doses that need not be given at this dose's day."""
    moment = Moment(dose.on, dose.on, before, dose.vaccine)
    while not progress.exhausted:
        target = progress.series.doses[progress.position]
        skips = target.evaluation_skips
        found = can_skip(antigen.case, progress, skips, moment, complete_groups) if skips else None
        if found is None:
            return
        progress.position += 1
        progress.skipped += 1
        if progress.trail is not None:
            facts: Params = {"dose": dose.id, "on": dose.on, "series": progress.series.rule.name}
            outcome = f"target dose {target.rule.number} skipped: {found.description}"
            progress.trail.append(TrailStep("Table 6-11", progress.series.rule.antigen, facts, outcome))
