"""One person's doses against one course: `evaluate`.

The shape (facts in, results per dose, forecast, reasons) is that of a CDSi engine; the inside follows the
guide's few rules: a dose too soon after the one before does not count and is repeated, a late one counts,
nothing is restarted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from vaxkit.immunization.periods import add_period
from vaxkit.immunization.reasons import Reason
from vaxkit.immunization.schedule import AgeBand, DoseRule, Schedule
from vaxkit.vocabulary import Source, Status


class Verdict(StrEnum):
    VALID = "valid"
    NOT_VALID = "not_valid"
    EXTRANEOUS = "extraneous"


@dataclass(frozen=True, slots=True)
class GivenDose:
    """A dose that was given: product code and day. `key` is the caller's own mark, returned untouched."""

    product: str
    on: date
    key: str = ""


@dataclass(frozen=True, slots=True)
class DoseResult:
    """What became of one dose: `number` is the dose of the course it counts as, None when it does not count;
    `reason` decided the verdict, `notes` are flags that changed nothing."""

    dose: GivenDose
    verdict: Verdict
    reason: Reason
    number: int | None = None
    notes: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome. `dose_results` are in order of date.

    `next_number` is None when the course is complete. `earliest_on` (None: nothing more to give, or no age
    group applies), `recommended_on`, and `overdue_on`, the FIRST day on which it is overdue (None: never),
    do not depend on the day asked for. `products` are the codes offered next, best first. `valid_doses`
    counts doses that count.
    """

    schedule: str
    dose_results: tuple[DoseResult, ...]
    status: Status
    valid_doses: int
    next_number: int | None
    earliest_on: date | None
    recommended_on: date | None
    overdue_on: date | None
    completed_on: date | None
    products: tuple[str, ...]
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Forecast:
    earliest_on: date | None
    recommended_on: date | None
    overdue_on: date | None
    products: tuple[str, ...]
    because: tuple[Reason, ...]


def status_on(*, complete: bool, earliest_on: date | None, overdue_on: date | None, on: date) -> Status:
    """The status on the day `on` from dates that were kept: complete, not_yet_due, due or overdue.

    Someone to whom no age group applies (`earliest_on` None) is not_yet_due.
    """
    if complete:
        return Status.COMPLETE
    if earliest_on is None or on < earliest_on:
        return Status.NOT_YET_DUE
    return Status.OVERDUE if overdue_on is not None and on >= overdue_on else Status.DUE


def evaluate(birth_on: date, doses: Sequence[GivenDose], schedule: Schedule, on: date) -> Evaluation:
    """Judge every dose and say what is next.

    Doses may come in any order; all of them count as facts, also those after `on`. Only `status` depends on
    `on`.
    """
    results = _judge(birth_on, doses, schedule)
    counted = [result for result in results if result.verdict is Verdict.VALID]
    complete = len(counted) == len(schedule.doses)
    forecast = _finished(counted, schedule) if complete else _next(birth_on, results, schedule)
    return Evaluation(
        schedule=schedule.code,
        dose_results=results,
        status=status_on(
            complete=complete, earliest_on=forecast.earliest_on, overdue_on=forecast.overdue_on, on=on
        ),
        valid_doses=len(counted),
        next_number=None if complete else len(counted) + 1,
        earliest_on=forecast.earliest_on,
        recommended_on=forecast.recommended_on,
        overdue_on=forecast.overdue_on,
        completed_on=counted[-1].dose.on if complete else None,
        products=forecast.products,
        because=forecast.because,
    )


def _judge(birth_on: date, doses: Sequence[GivenDose], schedule: Schedule) -> tuple[DoseResult, ...]:
    results: list[DoseResult] = []
    for dose in sorted(doses, key=lambda given: (given.on, given.product, given.key)):
        number = 1 + sum(result.verdict is Verdict.VALID for result in results)
        results.append(_judge_one(birth_on, dose, number, results, schedule))
    return tuple(results)


def _judge_one(
    birth_on: date, dose: GivenDose, number: int, before: Sequence[DoseResult], schedule: Schedule
) -> DoseResult:
    def refused(code: str, source: Source | None = None, **params: int | str | date) -> DoseResult:
        return DoseResult(dose, Verdict.NOT_VALID, Reason(code, params, source))

    if dose.on < birth_on:
        return refused("dose.before_birth")
    if not schedule.counts(dose.product):
        return refused("product.not_of_course", schedule.source)
    if dose.on < add_period(birth_on, schedule.absolute_minimum_age):
        return refused("age.too_young", schedule.source, minimum=schedule.absolute_minimum_age)
    anchor = _anchor(before)
    if anchor is not None and anchor.dose.on == dose.on:
        return refused("dose.same_day")
    if number > len(schedule.doses):
        return DoseResult(dose, Verdict.EXTRANEOUS, Reason("course.already_complete", {}, schedule.source))
    notes: list[Reason] = []
    if not schedule.offered_to(birth_on, dose.on):
        notes.append(Reason("age.before_policy", {}, schedule.ages[0].source))
    if anchor is not None:
        rule = _rule(number, anchor, schedule)
        days = (dose.on - anchor.dose.on).days
        least = rule.absolute_minimum_interval or rule.minimum_interval
        if least is not None and dose.on < add_period(anchor.dose.on, least):
            return refused("interval.too_short", rule.source, days=days, minimum=least)
        notes += _interval_notes(rule, anchor.dose.on, dose.on)
        if anchor.dose.product != dose.product:
            notes.append(Reason("product.other_maker", {}, schedule.source))
    return DoseResult(dose, Verdict.VALID, Reason("dose.counts", {"number": number}), number, tuple(notes))


def _anchor(results: Sequence[DoseResult]) -> DoseResult | None:
    """The dose from which the next interval runs: the last that counts or was given too soon after
    another."""
    for result in reversed(results):
        if result.verdict is Verdict.VALID or result.reason.code == "interval.too_short":
            return result
    return None


def _rule(number: int, anchor: DoseResult, schedule: Schedule) -> DoseRule:
    too_early = anchor.verdict is Verdict.NOT_VALID
    return schedule.repeat if too_early and schedule.repeat is not None else schedule.doses[number - 1]


def _interval_notes(rule: DoseRule, before: date, on: date) -> list[Reason]:
    days = (on - before).days
    recommended = rule.recommended_interval or rule.minimum_interval
    if recommended is not None and on < add_period(before, recommended):
        return [Reason("interval.short_but_counts", {"days": days, "recommended": recommended}, rule.source)]
    if rule.latest_interval is not None and on > add_period(before, rule.latest_interval):
        return [
            Reason("interval.late_but_counts", {"days": days, "latest": rule.latest_interval}, rule.source)
        ]
    return []


def _finished(counted: Sequence[DoseResult], schedule: Schedule) -> _Forecast:
    params: dict[str, int | str | date] = {"doses": len(schedule.doses), "on": counted[-1].dose.on}
    return _Forecast(None, None, None, (), (Reason("course.complete", params, schedule.source),))


def _next(birth_on: date, results: Sequence[DoseResult], schedule: Schedule) -> _Forecast:
    anchor = _anchor(results)
    number = 1 + sum(result.verdict is Verdict.VALID for result in results)
    because: list[Reason] = []
    earliest, recommended, latest = date.min, date.min, None
    rule = schedule.doses[0] if anchor is None else _rule(number, anchor, schedule)
    if anchor is None:
        because.append(Reason("next.first", {}, rule.source))
    else:
        minimum = rule.minimum_interval or "0 days"
        earliest = add_period(anchor.dose.on, minimum)
        recommended = add_period(anchor.dose.on, rule.recommended_interval or minimum)
        latest = add_period(anchor.dose.on, rule.latest_interval) if rule.latest_interval else None
        because.append(_why_after(anchor, number, minimum, earliest, rule))
    opened = _opening(birth_on, earliest, schedule)
    if opened is None:
        return _Forecast(None, None, None, (), (*because, Reason("age.none", {}, schedule.source)))
    opened_on, band = opened
    if opened_on > earliest:
        because.append(_why_age(birth_on, opened_on, band))
    overdue = None
    if latest is not None:
        latest = max(latest, opened_on)
        overdue = latest + timedelta(days=1)
        because.append(Reason("next.latest", {"latest_on": latest}, rule.source))
    products = _offered(band, anchor, schedule)
    return _Forecast(opened_on, max(recommended, opened_on), overdue, products, tuple(because))


def _why_after(anchor: DoseResult, number: int, minimum: str, earliest: date, rule: DoseRule) -> Reason:
    params: dict[str, int | str | date] = {"on": anchor.dose.on, "minimum": minimum, "earliest": earliest}
    if anchor.verdict is Verdict.NOT_VALID:
        return Reason("next.repeat", params, rule.source)
    return Reason("next.after", {**params, "previous": number - 1, "number": number}, rule.source)


def _opening(birth_on: date, not_before: date, schedule: Schedule) -> tuple[date, AgeBand] | None:
    """The first day from `not_before` on which an age band offers the course, and that band."""
    best: tuple[date, AgeBand] | None = None
    for band in schedule.ages:
        first = band.first_day(birth_on)
        if first is None:
            continue
        day = max(first, not_before)
        if band.covers(birth_on, day) and (best is None or day < best[0]):
            best = (day, band)
    return best


def _why_age(birth_on: date, day: date, band: AgeBand) -> Reason:
    if day == add_period(birth_on, band.minimum_age):
        return Reason("age.from", {"minimum": band.minimum_age, "from_on": day}, band.source)
    return Reason("age.policy_from", {"from_on": day}, band.source)


def _offered(band: AgeBand, anchor: DoseResult | None, schedule: Schedule) -> tuple[str, ...]:
    """The products of the band; the one given before comes first (one product for the whole course in
    principle)."""
    offered = band.products or schedule.products
    if anchor is not None and anchor.dose.product in offered:
        return (anchor.dose.product, *(code for code in offered if code != anchor.dose.product))
    return offered
