"""Chapter 9: one forecast per vaccine group (`group_forecast`).

Where the specification leaves open how several best series are told as one answer, it is decided here (and written
down in docs/conformance.md): which of several forecasts comes first, which verdict a dose shows, and the dose
number across series.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from vaxkit.immunization.answers import Because, DoseStatus, DoseVerdict, Forecast, SeriesAnswer, SeriesStatus
from vaxkit.immunization.case import Case, Judged
from vaxkit.immunization.forecasting import Outcome
from vaxkit.immunization.model import SeriesKind, VaccineGroup

Best = dict[str, tuple[Outcome, ...]]

_CLOSED = (SeriesStatus.AGED_OUT, SeriesStatus.NOT_RECOMMENDED)
_RANK = {
    SeriesStatus.NOT_COMPLETE: 0,
    SeriesStatus.CONTRAINDICATED: 1,
    SeriesStatus.COMPLETE: 2,
    SeriesStatus.IMMUNE: 3,
    SeriesStatus.NOT_RECOMMENDED: 4,
    SeriesStatus.AGED_OUT: 5,
}
_LATER_IN_LIFE = 6


def group_forecast(
    case: Case, group: VaccineGroup, best: Best, replaced: Sequence[Outcome] = ()
) -> Forecast | None:
    """The forecast to go by, with further ones in `others`; None when no series is relevant. A dose that counted in a
    routine series `replaced` by a risk series has counted: it is told so, and is one of those given."""
    sets = [outcomes for outcomes in _sets(group, best) if outcomes]
    if not sets:
        return None
    sets.sort(key=lambda outcomes: _order(case, group, outcomes))
    chosen, *others = (_blend(case, group, outcomes) for outcomes in sets)
    if not others and not replaced:
        return chosen
    number = _number_across([*sets, replaced], chosen)
    told = chosen.because
    if number is not None and told and told[0].code == "next.dose":
        told = (replace(told[0], params={**told[0].params, "number": number}), *told[1:])
    return replace(
        chosen,
        next_dose_number=number,
        because=told,
        doses=_best_verdicts(chosen, [*others, *(_blend(case, group, [row]) for row in replaced)]),
        others=tuple(others),
    )


def _sets(group: VaccineGroup, best: Best) -> list[list[Outcome]]:
    """FORECASTVG-1: the best series to be seen together: each alone in a single antigen group, else those of one kind."""
    rows = [row for antigen in group.antigens for row in best.get(antigen, ())]
    if len(group.antigens) == 1:
        return [[row] for row in rows]
    risk = [row for row in rows if row.series.rule.kind is SeriesKind.RISK]
    other = [row for row in rows if row.series.rule.kind is not SeriesKind.RISK]
    return [risk, other]


def _order(case: Case, group: VaccineGroup, outcomes: Sequence[Outcome]) -> tuple[int, bool, date]:
    """Which of several forecasts is told first: one that asks for a dose, for a risk before others, then the earlier
    one; a series that starts later in life comes last."""
    status = _status(group, [row.answer for row in outcomes])
    rank = _RANK[status]
    if status is SeriesStatus.NOT_COMPLETE and all(_is_later(case, row) for row in outcomes):
        rank = _LATER_IN_LIFE
    first = min(
        (row.answer.recommended_on for row in outcomes if row.answer.recommended_on), default=date.max
    )
    routine = rank == 0 and any(row.series.rule.kind is not SeriesKind.RISK for row in outcomes)
    return (rank, routine, first)


def _is_later(case: Case, row: Outcome) -> bool:
    """Whether nothing of the series was given yet and the patient is below its minimum age to start."""
    start = row.series.rule.select.minimum_age_to_start
    return not row.valid_doses and start is not None and case.on < case.age_on(start)


def _number_across(sets: Sequence[Sequence[Outcome]], chosen: Forecast) -> int | None:
    """A person with several best series is on one count: every dose that is valid in any of them, plus 1."""
    if chosen.next_dose_number is None:
        return None
    valid = {
        item.dose.id
        for outcomes in sets
        for row in outcomes
        for _, item in row.progress.satisfied
        if item.numbered
    }
    return max(chosen.next_dose_number, len(valid) + 1)


def _best_verdicts(chosen: Forecast, others: Sequence[Forecast]) -> tuple[DoseVerdict, ...]:
    """The verdicts of the chosen series; for a dose that does not count there, those of a best series in which it
    does."""
    found = {(row.dose_id, row.antigen): row for row in chosen.doses}
    for other in others:
        for row in other.doses:
            kept = found.get((row.dose_id, row.antigen))
            if kept is None or (row.status is DoseStatus.VALID and kept.status is not DoseStatus.VALID):
                found[row.dose_id, row.antigen] = row
    return tuple(found.values())


def _blend(case: Case, group: VaccineGroup, outcomes: Sequence[Outcome]) -> Forecast:
    """9.1 to 9.3 (FORECASTVG-2 to -9, FORECASTDN-2)."""
    answers = [row.answer for row in outcomes]
    status = _status(group, answers)
    forecast = Forecast(
        group=group.name,
        status=status,
        series=tuple(row.series.rule.name for row in outcomes),
        guidance=tuple(dict.fromkeys(text for answer in answers for text in answer.guidance)),
        because=_once([row for answer in answers if answer.status is status for row in answer.because]),
        doses=tuple(_verdict(group, row, item) for row in outcomes for item in row.progress.judged),
    )
    due = [answer for answer in answers if answer.status is SeriesStatus.NOT_COMPLETE]
    if status is not SeriesStatus.NOT_COMPLETE:
        return forecast
    barred = frozenset(code for answer in answers for code in answer.products_barred)
    earliest = _earliest(case, group, due)
    past_due = min((row.past_due_on for row in due if row.past_due_on is not None), default=None)
    numbers = [row.dose_number for row in due if row.dose_number is not None]
    dated = replace(
        forecast,
        next_dose_number=min(numbers) if group.administer_full else max(numbers),
        earliest_on=earliest,
        recommended_on=max(min(row.recommended_on for row in due if row.recommended_on), earliest),
        past_due_on=max(past_due, earliest) if past_due is not None else None,
        latest_on=min((row.latest_on for row in due if row.latest_on is not None), default=None),
        products_allowed=_together(group, [row.products_allowed for row in due], barred),
        products_preferred=_together(group, [row.products_preferred for row in due], barred),
        antigens=tuple(row.series.antigen for row in due),
    )
    return replace(dated, because=_told(case, dated, due))


def _told(case: Case, forecast: Forecast, due: Sequence[SeriesAnswer]) -> tuple[Because, ...]:
    """What is next in the group: its number, what its earliest day comes from, and its other days."""
    if len(due) == 1:
        return due[0].because
    first = due[0].because[0]
    told = [replace(first, params={**first.params, "number": forecast.next_dose_number or 1})]
    causes = [row for answer in due for row in answer.because if row.code.startswith("earliest.")]
    told.extend(row for row in causes if row.params.get("on", forecast.earliest_on) == forecast.earliest_on)
    days = (
        ("recommended", forecast.recommended_on),
        ("past_due", forecast.past_due_on),
        ("latest", forecast.latest_on),
    )
    for code, on in days:
        if on is not None and (code, on) != ("recommended", forecast.earliest_on):
            told.append(case.because(code, first.basis, on=on))
    return _once(told)


def _once(rows: Sequence[Because]) -> tuple[Because, ...]:
    return tuple(row for place, row in enumerate(rows) if row not in rows[:place])


def _status(group: VaccineGroup, answers: Sequence[SeriesAnswer]) -> SeriesStatus:
    """SINGLEANTVG-1 and Table 9-4."""
    if len(group.antigens) == 1:
        return answers[0].status
    return multiple_antigen_status([answer.status for answer in answers], group.administer_full)


def multiple_antigen_status(statuses: Sequence[SeriesStatus], administer_full: bool) -> SeriesStatus:
    """Table 9-4. One contraindicated antigen closes the group only when all its antigens are given together, or when
    nothing else is due: else the others can be given without it (DT where pertussis is barred)."""
    seen = set(statuses)
    if SeriesStatus.CONTRAINDICATED in seen and (administer_full or SeriesStatus.NOT_COMPLETE not in seen):
        return SeriesStatus.CONTRAINDICATED
    for status in (*_CLOSED, SeriesStatus.NOT_COMPLETE):
        if status in seen:
            return status
    return SeriesStatus.IMMUNE if seen == {SeriesStatus.IMMUNE} else SeriesStatus.COMPLETE


def _earliest(case: Case, group: VaccineGroup, due: Sequence[SeriesAnswer]) -> date:
    """SINGLEANTVG-2 and MULTIANTVG-1."""
    days = [row.earliest_on for row in due if row.earliest_on is not None]
    if len(group.antigens) == 1:
        return min(days)
    if not any(row.priority for row in due):
        return max(days)
    given = [dose.on for antigen in group.antigens for dose in case.records.get(antigen, ())]
    return max(min(days), max(given, default=min(days)))


def _together(
    group: VaccineGroup, lists: Sequence[tuple[str, ...]], barred: frozenset[str]
) -> tuple[str, ...]:
    """FORECASTVG-9: the products of all due series, without those that any antigen of the group bars; of a group that
    is given in full only those that serve every series due."""
    codes = dict.fromkeys(code for listed in lists for code in listed if code not in barred)
    if not group.administer_full:
        return tuple(codes)
    return tuple(code for code in codes if all(code in listed for listed in lists))


def _verdict(group: VaccineGroup, row: Outcome, item: Judged) -> DoseVerdict:
    return DoseVerdict(
        dose_id=item.dose.id,
        on=item.dose.on,
        group=group.name,
        antigen=row.series.rule.antigen,
        status=item.status,
        reasons=item.reasons,
        target_dose_number=item.number,
        series=row.series.rule.name,
    )
