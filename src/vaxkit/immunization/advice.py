"""`advise`: what a campaign tells one person on one day, from the policies in force.

The engine (`assess`) judges the doses and says what is next. Around it stand what policies add: deferrals with their day
of review, gaps to other vaccines, which product comes first, the birthday that brings a person back to the list, and
notes on doses that count although something about them was not as it should be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from operator import itemgetter

from vaxkit.immunization.answers import Because, DoseStatus, DoseVerdict, Forecast, SeriesStatus
from vaxkit.immunization.assessing import assess
from vaxkit.immunization.courses import PrimaryCourse, course_of
from vaxkit.immunization.deferrals import Deferral, barred_products, deferrals, without_deferred
from vaxkit.immunization.gaps import free_from
from vaxkit.immunization.narrowing import narrowed
from vaxkit.immunization.offers import (
    Offers,
    Position,
    by_preference,
    dose_of,
    first_offered,
    offered_rows,
    offers,
)
from vaxkit.immunization.periods import add_period
from vaxkit.immunization.person import GivenDose, Patient
from vaxkit.immunization.policy import PolicySet
from vaxkit.immunization.remarks import remarks
from vaxkit.immunization.turning import asked_about, reopening_ages
from vaxkit.vocabulary import Status


@dataclass(frozen=True, slots=True)
class Advice:
    """The answer for one person. `doses` are verdicts in order of day, `remarks` notes by dose id.

    `status` is one of complete, due, overdue, not_yet_due, deferred, contraindicated. The dates are None unless something
    is next; `past_due_on` and `latest_on` are the last days in time. `products` may be given next, those that come first
    first; `preferred` are those that the policy puts first (all, when it does not). `review_on` ends a deferral.
    `reopens_on`: nothing is next now, but from that birthday on. `target` is the number of the dose in its series,
    `next_dose_number` is the count of doses that count, plus 1. `course` says whether the primary course is complete and
    by which dose.
    """

    on: date
    status: Status
    series: str
    doses: tuple[DoseVerdict, ...]
    doses_counted: int
    next_dose_number: int | None = None
    target: int | None = None
    stage: str = ""
    earliest_on: date | None = None
    recommended_on: date | None = None
    past_due_on: date | None = None
    latest_on: date | None = None
    products: tuple[str, ...] = ()
    preferred: tuple[str, ...] = ()
    review_on: date | None = None
    reopens_on: date | None = None
    because: tuple[Because, ...] = ()
    remarks: Mapping[str, tuple[Because, ...]] = field(default_factory=dict)
    course: PrimaryCourse = field(default_factory=PrimaryCourse)


_CLOSED = {SeriesStatus.COMPLETE: Status.COMPLETE, SeriesStatus.CONTRAINDICATED: Status.CONTRAINDICATED}


def advise(
    rules: PolicySet,
    patient: Patient,
    doses: Sequence[GivenDose],
    on: date,
    *,
    others: Sequence[GivenDose] = (),
    group: str = "",
) -> Advice:
    """Doses of the campaign in any order, `others` doses of other vaccines; all are facts, as for `assess`. `group` "": that of the
    campaign. Raises KeyError for a group that the rules do not have."""
    group = group or rules.main_group
    free = without_deferred(rules, group, patient, on)
    doses = [*doses, *(dose for dose in others if dose.vaccine in asked_about(rules, group))]
    judging = narrowed(rules, free, doses, group)
    forecast = assess(judging, free, doses, on, groups=(group,)).groups.get(group)
    if forecast is None:
        reopens_on = _reopens(judging, free, doses, on, group)
        return Advice(
            on, Status.NOT_YET_DUE, "", (), 0, reopens_on=reopens_on, because=(Because("series.none"),)
        )
    forecast = replace(forecast, doses=_one_each(forecast, rules.groups[group].antigens))
    counted = [row for row in forecast.doses if row.status is DoseStatus.VALID]
    series = forecast.series[0] if forecast.series else ""
    products = {dose.id: dose.vaccine for dose in doses}
    advice = Advice(
        on=on,
        status=_CLOSED.get(forecast.status, Status.NOT_YET_DUE),
        series=series,
        doses=forecast.doses,
        doses_counted=len(counted),
        because=forecast.because,
        remarks=remarks(rules, patient, doses, others, forecast.doses),
        course=course_of(rules, patient, series, forecast.doses, products),
    )
    if forecast.status is SeriesStatus.NOT_COMPLETE:
        return _open(rules, patient, free, doses, others, forecast, advice)
    if forecast.status is SeriesStatus.CONTRAINDICATED:
        return advice
    return replace(advice, reopens_on=_reopens(judging, free, doses, on, group))


def _one_each(forecast: Forecast, antigens: Sequence[str]) -> tuple[DoseVerdict, ...]:
    """One verdict a dose, also where it was judged for several antigens: the one that decides."""
    if len(antigens) == 1:
        return forecast.doses
    found: dict[str, DoseVerdict] = {}
    for row in forecast.doses:
        if row.status is forecast.status_of(row.dose_id):
            found.setdefault(row.dose_id, row)
    return tuple(found.values())


def _open(
    rules: PolicySet,
    patient: Patient,
    free: Patient,
    doses: Sequence[GivenDose],
    others: Sequence[GivenDose],
    forecast: Forecast,
    advice: Advice,
) -> Advice:
    """Something is next: from when, until when, with what."""
    on = advice.on
    earliest, because = forecast.earliest_on or on, list(forecast.because)
    series, target = _target(rules, forecast)
    earliest = max(earliest, first_offered(rules, series, target, patient) or earliest)
    gap = free_from(rules, forecast.group, others, patient.birth_on, on)
    if gap is not None and gap[0] > earliest:
        earliest = gap[0]
        because.append(gap[1])
    held = deferrals(rules, forecast.group, patient, on)
    review_on = held[0].review_on if held else None
    deferred = bool(held) and (review_on is None or review_on > max(on, earliest))
    if held:
        because.extend(_told(rules, row) for row in held)
        earliest = max(earliest, review_on or earliest)
    past_due = forecast.past_due_on
    status = Status.NOT_YET_DUE if earliest > on else Status.DUE
    if past_due is not None and on > past_due and status is Status.DUE:
        status = Status.OVERDUE
    day = max(earliest, on)
    offered = _offered(rules, free, doses, forecast, (series, target), day, on)
    if not offered.products:
        later = _first_with_product(rules, free, doses, forecast, (series, target), day, on)
        if later is None:
            return _without_product(rules, free, forecast, (series, target), advice)
        earliest, offered, why = later
        because.append(why)
        status = Status.NOT_YET_DUE
    return replace(
        advice,
        status=Status.DEFERRED if deferred else status,
        next_dose_number=forecast.next_dose_number,
        target=target or None,
        stage=rules.stages.get((series, target), ""),
        earliest_on=earliest,
        recommended_on=max(earliest, forecast.recommended_on or earliest),
        past_due_on=max(earliest, past_due) if past_due is not None else None,
        latest_on=forecast.latest_on,
        products=offered.products,
        preferred=offered.first,
        review_on=review_on,
        because=tuple(because),
    )


def _target(rules: PolicySet, forecast: Forecast) -> tuple[str, int]:
    """The target dose that is next: its series and number there."""
    for row in forecast.because:
        if row.code == "next.dose" and row.basis is not None and row.basis.document in rules.targets:
            return rules.targets[row.basis.document]
    return (forecast.series[0] if forecast.series else "", 0)


def _offered(
    rules: PolicySet,
    patient: Patient,
    doses: Sequence[GivenDose],
    forecast: Forecast,
    target: tuple[str, int],
    day: date,
    on: date,
) -> Offers:
    """The products of the next dose; for the very first dose those of every course that begins with it."""
    given = {dose.id: dose.vaccine for dose in doses}
    valid = sorted((row for row in forecast.doses if row.status is DoseStatus.VALID), key=lambda row: row.on)
    position = Position(
        counted=tuple((row.on, given[row.dose_id]) for row in valid),
        by_target={row.target_dose_number: given[row.dose_id] for row in valid if row.target_dose_number},
        last_dose_on=max((row.on for row in forecast.doses), default=None),
    )
    targets = [target]
    if not given and target[1] == 1:
        targets += _beside(rules, forecast.group, target[0], patient)
    barred = barred_products(rules, forecast.group, patient, on)
    return offers(rules, patient, targets, position, on, day, barred)


def _first_with_product(
    rules: PolicySet,
    patient: Patient,
    doses: Sequence[GivenDose],
    forecast: Forecast,
    target: tuple[str, int],
    day: date,
    on: date,
) -> tuple[date, Offers, Because] | None:
    """The birthday after `day` from which some product may be given for the dose, what may be, and why then; None when none
    ever may."""
    dose = dose_of(rules, *target)
    rows = offered_rows(dose) if dose is not None else ()
    ages = {age for row in rows if row.when is not None for age in row.when.ages()}
    ages |= {row.begin_age for row in rows if row.begin_age is not None}
    for birthday, age in sorted(
        ((add_period(patient.birth_on, age), age) for age in ages), key=itemgetter(0)
    ):
        found = _offered(rules, patient, doses, forecast, target, birthday, on) if birthday > day else None
        if found is not None and found.products:
            return birthday, found, Because("earliest.age", {"minimum": age.text, "on": birthday})
    return None


def _without_product(
    rules: PolicySet, patient: Patient, forecast: Forecast, target: tuple[str, int], advice: Advice
) -> Advice:
    """A next dose for which nothing may be given is not asked for: no list should have a person whom no station could serve."""
    dose = dose_of(rules, *target)
    barred = barred_products(rules, forecast.group, patient, advice.on)
    if dose is not None and any(row.vaccine in barred for row in offered_rows(dose)):
        return replace(advice, status=Status.CONTRAINDICATED, because=(Because("products.barred"),))
    status = Status.COMPLETE if advice.course.is_complete else Status.NOT_YET_DUE
    return replace(advice, status=status, because=(Because("products.none"),))


def _beside(rules: PolicySet, group: str, chosen: str, patient: Patient) -> list[tuple[str, int]]:
    """The first doses of the courses that could be begun as well as the one chosen: of its antigen, kind and series group."""
    for name in rules.groups[group].antigens:
        series = by_preference(rules.antigens[name].series)
        own = next((row for row in series if row.name == chosen), None)
        if own is not None:
            return [
                (row.name, 1)
                for row in series
                if row is not own
                and (row.kind, row.select.group) == (own.kind, own.select.group)
                and (not row.genders or patient.sex in row.genders)
            ]
    return []


def _told(rules: PolicySet, row: Deferral) -> Because:
    text = row.rule.text
    facts: dict[str, str | date] = {"observation": row.observation.code}
    if text is not None:
        facts |= {"title": text.zh, "text_zh": text.zh, "text_en": text.en}
    if row.review_on is not None:
        facts["review_on"] = row.review_on
    basis = row.rule.basis
    source = rules.documents.get(basis.document) if basis is not None else None
    return Because("contraindicated.deferral", facts, source, basis)


def _reopens(
    rules: PolicySet, patient: Patient, doses: Sequence[GivenDose], on: date, group: str
) -> date | None:
    """The day on which a person for whom nothing is next comes back to the list because she reaches an age."""
    for birthday in sorted({add_period(patient.birth_on, age) for age in reopening_ages(rules)}):
        if birthday > on:
            then = assess(rules, patient, doses, birthday, groups=(group,)).groups.get(group)
            if then is not None and then.status is SeriesStatus.NOT_COMPLETE and then.earliest_on is not None:
                return max(then.earliest_on, birthday)
    return None
