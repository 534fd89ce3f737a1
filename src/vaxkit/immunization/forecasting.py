"""Chapter 7: what is next in one series (`outcome_of`)."""

from __future__ import annotations

from dataclasses import dataclass

from vaxkit.immunization.answers import Because, Param, Params, SeriesAnswer, SeriesStatus, TrailStep
from vaxkit.immunization.applying import meets
from vaxkit.immunization.barriers import barred_vaccines, evidence_of_immunity, series_barrier
from vaxkit.immunization.case import AntigenCase, Case, Progress, in_force, season_of
from vaxkit.immunization.compiled import CompiledDose, CompiledSeries
from vaxkit.immunization.dating import Dates, next_dates
from vaxkit.immunization.evaluation import evaluate_series
from vaxkit.immunization.judging import age_rule
from vaxkit.immunization.model import VaccineRule
from vaxkit.immunization.skipping import Moment, can_skip
from vaxkit.immunization.wording import sentence


@dataclass(slots=True)
class Outcome:
    """One relevant series evaluated and forecast."""

    series: CompiledSeries
    progress: Progress
    answer: SeriesAnswer
    position: int

    @property
    def valid_doses(self) -> int:
        """SELECTB-21: the count of satisfied target doses."""
        return len(self.progress.satisfied)


def outcome_of(antigen: AntigenCase, series: CompiledSeries) -> Outcome:
    """Evaluate and forecast one series; kept, so that other series may ask whether it is complete."""
    kept = antigen.outcomes.get(series.rule.name)
    if kept is None:
        antigen.in_work.add(series.rule.name)
        progress = evaluate_series(antigen, series, lambda groups: complete_in(antigen, groups))
        answer, position = forecast_series(antigen, progress)
        kept = Outcome(series, progress, answer, position)
        antigen.outcomes[series.rule.name] = kept
        antigen.in_work.discard(series.rule.name)
    assert isinstance(kept, Outcome)
    return kept


def complete_in(antigen: AntigenCase, groups: frozenset[str]) -> bool:
    """Table 6-7: whether a relevant series of these series groups is complete. A series that is being worked on itself
    is not."""
    return any(
        outcome_of(antigen, series).answer.status is SeriesStatus.COMPLETE
        for series in antigen.relevant
        if series.rule.select.group in groups and series.rule.name not in antigen.in_work
    )


def forecast_series(antigen: AntigenCase, progress: Progress) -> tuple[SeriesAnswer, int]:
    """7.1 to 7.6: the status of the series and the dates of its next target dose; and the index of that dose."""
    answer, position = _forecast(antigen, progress)
    if progress.trail is not None:
        progress.trail.extend(_steps(answer))
    return answer, position


def _steps(answer: SeriesAnswer) -> tuple[TrailStep, ...]:
    """The decisions of chapter 7 for the trail."""
    antigen, name = answer.series.antigen, answer.series.name
    why = {row.code: sentence(row, "en") for row in answer.because}
    need = TrailStep("Table 7-10", antigen, {"series": name, **why}, answer.status.value)
    if answer.earliest_on is None or answer.recommended_on is None:
        return (need,)
    days: dict[str, Param] = {
        "series": name,
        "earliest": answer.earliest_on,
        "recommended": answer.recommended_on,
    }
    if answer.past_due_on is not None:
        days["past due"] = answer.past_due_on
    if answer.latest_on is not None:
        days["latest"] = answer.latest_on
    return need, TrailStep("Table 7-13", antigen, days, f"dose {answer.dose_number}")


def _forecast(antigen: AntigenCase, progress: Progress) -> tuple[SeriesAnswer, int]:
    case, series = antigen.case, progress.series
    position = progress.position
    moment = Moment(case.on, case.on, case.history)
    position = _pass_skipped(antigen, progress, position, moment)
    barred = barred_vaccines(antigen)
    while True:
        status, why = _need(antigen, progress, position, barred)
        if status is not None:
            answer = SeriesAnswer(series.rule, status, products_barred=frozenset(barred), because=(why,))
            return answer, position
        target = series.doses[position]
        dates = next_dates(antigen, progress, target)
        if dates.maximum_on is not None and dates.earliest_on >= dates.maximum_on:
            why = case.because("aged_out.before", target.rule.basis, maximum_on=dates.maximum_on)
            return SeriesAnswer(series.rule, SeriesStatus.AGED_OUT, because=(why,)), position
        later = _pass_skipped(antigen, progress, position, Moment(dates.earliest_on, case.on, case.history))
        if later == position:
            return _answer(antigen, progress, target, dates, barred), position
        position = later


def _pass_skipped(antigen: AntigenCase, progress: Progress, position: int, moment: Moment) -> int:
    """7.1 and 7.6.1: the first target dose from `position` on that is needed at that moment."""
    doses = progress.series.doses
    while position < len(doses):
        skips = doses[position].forecast_skips
        found = (
            can_skip(antigen.case, progress, skips, moment, lambda groups: complete_in(antigen, groups))
            if skips
            else None
        )
        if found is None:
            break
        if progress.trail is not None:
            facts: Params = {"on": moment.on, "series": progress.series.rule.name}
            outcome = f"target dose {doses[position].rule.number} skipped: {found.description}"
            progress.trail.append(TrailStep("Table 6-11 (7.1)", progress.series.rule.antigen, facts, outcome))
        position += 1
    return position


def _need(
    antigen: AntigenCase, progress: Progress, position: int, barred: dict[str, Because]
) -> tuple[SeriesStatus | None, Because]:
    """Table 7-10, up to the maximum age: a status other than "not complete" with its reason, or None."""
    case, rule = antigen.case, progress.series.rule
    if position >= len(rule.doses):
        if progress.satisfied:
            last = progress.satisfied[-1][1].dose.on
            return SeriesStatus.COMPLETE, case.because("series.complete_on", rule.basis, on=last)
        return SeriesStatus.NOT_RECOMMENDED, case.because("history.sufficient", rule.basis)
    immune = evidence_of_immunity(case, antigen.antigen.rule.immunity)
    if immune is not None:
        return SeriesStatus.IMMUNE, immune
    barrier = series_barrier(antigen, progress.series, barred)
    if barrier is not None:
        return SeriesStatus.CONTRAINDICATED, barrier
    target = progress.series.doses[position]
    season = season_of(target.rule.season, case.on)
    if season is not None and season.end_on is not None and case.on > season.end_on:
        return SeriesStatus.NOT_RECOMMENDED, case.because(
            "season.over", target.rule.basis, end_on=season.end_on
        )
    ages = age_rule(target, case.on)
    if ages is not None and ages.maximum is not None and case.on >= case.age_on(ages.maximum):
        return SeriesStatus.AGED_OUT, case.because("aged_out", ages.basis, maximum=ages.maximum.text)
    return None, case.because("next.dose", target.rule.basis)


def _answer(
    antigen: AntigenCase,
    progress: Progress,
    target: CompiledDose,
    dates: Dates,
    barred: dict[str, Because],
) -> SeriesAnswer:
    case, rule = antigen.case, progress.series.rule
    number = _dose_number(progress)
    return SeriesAnswer(
        series=rule,
        status=SeriesStatus.NOT_COMPLETE,
        dose_number=number,
        earliest_on=dates.earliest_on,
        start_on=dates.earliest_on if dates.bounded else None,
        recommended_on=dates.recommended_on,
        past_due_on=dates.past_due_on,
        latest_on=dates.latest_on,
        unadjusted_recommended_on=dates.unadjusted_recommended_on,
        unadjusted_past_due_on=dates.unadjusted_past_due_on,
        products_preferred=tuple(
            dict.fromkeys(
                row.vaccine
                for row in target.rule.preferable
                if row.forecast and row.vaccine not in barred and _suits_forecast(case, progress, row, dates)
            )
        ),
        products_allowed=tuple(
            dict.fromkeys(
                row.vaccine
                for row in (*target.rule.preferable, *target.rule.allowable)
                if row.vaccine not in barred and _suits_forecast(case, progress, row, dates)
            )
        ),
        products_barred=frozenset(barred),
        guidance=_guidance(antigen, progress),
        priority=dates.priority,
        because=_told(case, target, number, dates),
    )


def _told(case: Case, target: CompiledDose, number: int, dates: Dates) -> tuple[Because, ...]:
    """What is next and what each day comes from."""
    told = [case.because("next.dose", target.rule.basis, number=number), dates.earliest_by]
    if dates.recommended_on != dates.earliest_on:
        told.append(case.because("recommended", target.rule.basis, on=dates.recommended_on))
    if dates.past_due_on is not None:
        told.append(case.because("past_due", target.rule.basis, on=dates.past_due_on))
    if dates.latest_on is not None:
        told.append(case.because("latest", target.rule.basis, on=dates.latest_on))
    return tuple(told)


def _suits_forecast(case: Case, progress: Progress, row: VaccineRule, dates: Dates) -> bool:
    """FORECASTRECVAC-1: of an age for it on the earliest or the recommended day."""
    return in_force(row.effective_on, row.cessation_on, case.on) and any(
        case.within(row.begin_age, row.end_age, on) and meets(case, progress, row, max(on, case.on))
        for on in (dates.earliest_on, dates.recommended_on)
    )


def _guidance(antigen: AntigenCase, progress: Progress) -> tuple[str, ...]:
    """FORECASTGUIDANCE-1: of the series, of the indications and of the contraindications of which something is known."""
    rule, bars = progress.series.rule, antigen.antigen.rule
    told = [(row.observation, row.guidance) for row in rule.indications]
    told += [
        (row.observation, row.guidance) for row in (*bars.contraindications, *bars.vaccine_contraindications)
    ]
    return (
        *rule.guidance,
        *dict.fromkeys(words for code, words in told if words and code in antigen.case.active),
    )


def _dose_number(progress: Progress) -> int:
    """FORECASTDN-1: satisfied target doses plus 1; of seasonal ones only those of this season."""
    return 1 + sum(item.numbered for _, item in progress.satisfied)
