"""Chapter 8: which series are best for one antigen (`best_series`)."""

from __future__ import annotations

from collections.abc import Sequence

from vaxkit.immunization.answers import DoseStatus, Params, SeriesStatus, TrailStep
from vaxkit.immunization.case import AntigenCase, Case
from vaxkit.immunization.forecasting import Outcome, outcome_of
from vaxkit.immunization.model import SeriesKind
from vaxkit.immunization.scoring import Points, score_complete, score_in_process, score_no_valid_doses


def best_series(antigen: AntigenCase, trail: list[TrailStep] | None = None) -> tuple[Outcome, ...]:
    """8.1 to 8.8: the best series, at most one for each series group."""
    groups: dict[str, list[Outcome]] = {}
    for series in antigen.relevant:
        groups.setdefault(series.rule.select.group, []).append(outcome_of(antigen, series))
    prioritized: dict[str, Outcome] = {}
    for name in sorted(groups):
        chosen = prioritized_series(antigen.case, groups[name], trail)
        if chosen is not None:
            prioritized[name] = chosen
    best = tuple(row for row in prioritized.values() if is_best(row, prioritized))
    antigen.replaced = tuple(
        row for row in prioritized.values() if row.series.rule.kind is SeriesKind.STANDARD and row not in best
    )
    if trail is not None and prioritized:
        facts: Params = {"prioritized": tuple(row.series.rule.name for row in prioritized.values())}
        names = ", ".join(row.series.rule.name for row in best) or "none"
        trail.append(TrailStep("Table 8-14", antigen.antigen.rule.name, facts, names))
    return best


def is_best(row: Outcome, prioritized: dict[str, Outcome]) -> bool:
    """Table 8-14: whether the prioritized series of a group is also a best series."""
    if row.answer.status is SeriesStatus.COMPLETE:
        return True
    equivalent = [prioritized[group] for group in row.series.rule.equivalent_groups if group in prioritized]
    if any(other.answer.status is SeriesStatus.COMPLETE for other in equivalent):
        return False
    kind = row.series.rule.kind
    if kind is SeriesKind.EVALUATION_ONLY:
        return False
    return kind is SeriesKind.RISK or all(
        other.series.rule.kind is not SeriesKind.RISK for other in equivalent
    )


def prioritized_series(
    case: Case, outcomes: Sequence[Outcome], trail: list[TrailStep] | None = None
) -> Outcome | None:
    """8.1 to 8.7: the one series of a series group to go by."""
    scorable = scorable_series(case, outcomes)
    defaults = [row for row in outcomes if row.series.rule.select.default]
    single = single_series(scorable, defaults)
    if trail is not None and outcomes:
        facts: Params = {
            "group": outcomes[0].series.rule.select.group_name,
            "relevant": tuple(row.series.rule.name for row in outcomes),
            "scorable": tuple(row.series.rule.name for row in scorable),
        }
        name = single.series.rule.name if single is not None else "to be scored"
        trail.append(TrailStep("Table 8-3", outcomes[0].series.rule.antigen, facts, name))
    if single is not None or not scorable:
        return single
    return _scored(case, scorable, trail)


def scorable_series(case: Case, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """SELECTB-24 and SELECTSCORE-2. Priorities are held against those of series with a start date only: one that says
    of nobody her age from when it starts competes by its score."""
    barred = SeriesStatus.CONTRAINDICATED
    all_barred = all(row.answer.status is barred for row in outcomes)
    candidates = [row for row in outcomes if all_barred or row.answer.status is not barred]
    dated = [row for row in outcomes if has_start_date(row)] or outcomes
    first = min((row.series.rule.select.priority for row in dated), default="A")
    started = any(row.valid_doses for row in outcomes)
    has_default = any(row.series.rule.select.default for row in outcomes)
    found = []
    for row in candidates:
        kind = row.series.rule.kind
        if kind is SeriesKind.RISK:
            suits = row.series.rule.select.priority <= first
        elif kind is SeriesKind.EVALUATION_ONLY:
            suits = row.answer.status is SeriesStatus.COMPLETE
        else:
            suits = _started_in_time(case, row) or (not started and not has_default)
        if suits:
            found.append(row)
    return found


def has_start_date(row: Outcome) -> bool:
    """Whether the data say from what age the series starts for this patient: its first target dose that was satisfied,
    or when none was the one that is next, has a minimum age. A series that was not begun and is aged out starts no
    more."""
    if row.progress.satisfied:
        first = row.progress.satisfied[0][0]
        target = next(dose for dose in row.series.doses if dose.rule.number == first)
    elif row.answer.status is SeriesStatus.AGED_OUT or row.position >= len(row.series.doses):
        return False
    else:
        target = row.series.doses[row.position]
    return any(rule.minimum is not None or rule.absolute_minimum is not None for rule in target.rule.ages)


def _started_in_time(case: Case, row: Outcome) -> bool:
    """Whether the first valid dose was given before the maximum age to start."""
    first = next((item for item in row.progress.judged if item.status is DoseStatus.VALID), None)
    latest = row.series.rule.select.maximum_age_to_start
    return first is not None and (latest is None or first.dose.on < case.age_on(latest))


def is_complete(row: Outcome) -> bool:
    """SELECTB-6."""
    return row.answer.status is SeriesStatus.COMPLETE


def is_in_process(row: Outcome) -> bool:
    """SELECTB-16."""
    return bool(row.valid_doses) and row.answer.status is SeriesStatus.NOT_COMPLETE


def single_series(scorable: Sequence[Outcome], defaults: Sequence[Outcome]) -> Outcome | None:
    """Table 8-3: the one series that stands out, None when they must be scored (or there is none)."""
    if not scorable:
        return defaults[0] if len(defaults) == 1 else None
    if len(scorable) == 1:
        return scorable[0]
    complete = [row for row in scorable if is_complete(row)]
    in_process = [row for row in scorable if is_in_process(row)]
    if len(complete) == 1:
        return complete[0]
    if not complete and len(in_process) == 1:
        return in_process[0]
    if not complete and not in_process and len(defaults) == 1:
        return defaults[0]
    return None


def _scored(case: Case, scorable: Sequence[Outcome], trail: list[TrailStep] | None) -> Outcome:
    """8.3 (Table 8-5) to 8.7: the highest score wins, then the best preference."""
    complete = [row for row in scorable if is_complete(row)]
    in_process = [row for row in scorable if is_in_process(row)]
    points: Points
    if complete:
        table, rows, points = "Table 8-7", complete, score_complete(complete)
    elif in_process:
        table, rows, points = "Table 8-9", in_process, score_in_process(case, in_process)
    else:
        rows = list(scorable)
        table, points = "Table 8-11", score_no_valid_doses(case, rows)
    best = min(rows, key=lambda row: (-points[row.series.rule.name], _preference(row)))
    if trail is not None:
        trail.append(TrailStep(table, best.series.rule.antigen, dict(points), best.series.rule.name))
    return best


def _preference(row: Outcome) -> int:
    """SELECTBEST-2: 1 is best, none is last."""
    preference = row.series.rule.select.preference
    return preference if preference is not None else 1_000
