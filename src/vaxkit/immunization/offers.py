"""Which products may be given next, and which of them come first (`offers`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from vaxkit.immunization.case import in_force
from vaxkit.immunization.model import Series, SeriesDose, VaccineRule
from vaxkit.immunization.periods import add_period
from vaxkit.immunization.person import Patient
from vaxkit.immunization.policy import PolicySet, Preference
from vaxkit.immunization.when import Facts, holds


@dataclass(frozen=True, slots=True)
class Offers:
    """`products` in order, those that come first first; `first` are those that the policy puts first, all of them when
    it puts none first."""

    products: tuple[str, ...]
    first: tuple[str, ...]
    preferences: tuple[Preference, ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    """Where a person stands: the doses counted as (day, product), by number of target dose the product given, the day
    of the last dose."""

    counted: tuple[tuple[date, str], ...]
    by_target: Mapping[int, str]
    last_dose_on: date | None


def offers(
    rules: PolicySet,
    patient: Patient,
    targets: Sequence[tuple[str, int]],
    position: Position,
    on: date,
    day: date,
    barred: Collection[str] = (),
) -> Offers:
    """The products for the next dose, which is one of `targets` (series, number), on the day `day`, by the rules in force
    on the day asked for, `on`; none of those `barred` for the person."""
    facts = Facts(
        birth_on=patient.birth_on,
        on=day,
        observed={row.code: row.on for row in patient.observations if row.applies(on)},
        counted=position.counted,
        last_dose_on=position.last_dose_on,
    )
    suiting = [
        (
            target,
            [
                row.vaccine
                for row in _rows(rules, *target)
                if row.vaccine not in barred and _suits(row, facts, patient, on, day)
            ],
        )
        for target in targets
    ]
    return ranked(rules, suiting, position.by_target, on)


def ranked(
    rules: PolicySet,
    suiting: Sequence[tuple[tuple[str, int], Sequence[str]]],
    by_target: Mapping[int, str],
    on: date,
) -> Offers:
    """The products that suit, by target dose, in the order of the policy's preferences."""
    found: dict[str, None] = {}
    ahead: dict[str, None] = {}
    used: list[Preference] = []
    for (series, number), here in suiting:
        for preference in _preferences(rules, series, number, on):
            chosen = [code for code in _chosen(preference, by_target) if code in here]
            if chosen:
                used.append(preference)
                ahead.update(dict.fromkeys(chosen))
        found.update(dict.fromkeys(here))
    first = _chosen(used[0], by_target) if used else ()
    products = tuple(dict.fromkeys((*ahead, *found)))
    return Offers(products, tuple(code for code in products if not first or code in first), tuple(used))


def _rows(rules: PolicySet, series: str, number: int) -> Sequence[VaccineRule]:
    dose = dose_of(rules, series, number)
    return offered_rows(dose) if dose is not None else ()


def offered_rows(dose: SeriesDose) -> Sequence[VaccineRule]:
    """The products to be named for a dose: those marked so, all preferable ones where none is."""
    return [row for row in dose.preferable if row.forecast] or dose.preferable


def dose_of(rules: PolicySet, series: str, number: int) -> SeriesDose | None:
    """The target dose of that number of a series."""
    for antigen in rules.antigens.values():
        for row in antigen.series:
            if row.name == series:
                return next((dose for dose in row.doses if dose.number == number), None)
    return None


def by_preference(series: Iterable[Series]) -> list[Series]:
    """Series in the order of their preference, those without one last."""
    return sorted(series, key=lambda row: 1000 if row.select.preference is None else row.select.preference)


def first_offered(rules: PolicySet, series: str, number: int, patient: Patient) -> date | None:
    """The first day on which the person was of an age at which the target dose was offered, by any row there ever was;
    None when no row of ages says."""
    dose = dose_of(rules, series, number)
    days = [
        max(add_period(patient.birth_on, row.minimum), row.effective_on or date.min)
        for row in (dose.ages if dose is not None else ())
        if row.minimum is not None
    ]
    return min(days, default=None)


def _suits(row: VaccineRule, facts: Facts, patient: Patient, on: date, day: date) -> bool:
    begin = row.begin_age is None or add_period(patient.birth_on, row.begin_age) <= day
    end = row.end_age is None or day < add_period(patient.birth_on, row.end_age)
    return begin and end and in_force(row.effective_on, row.cessation_on, on) and holds(row.when, facts)


def _preferences(rules: PolicySet, series: str, number: int, on: date) -> Iterator[Preference]:
    for row in rules.preferences:
        if (row.series, row.dose) == (series, number) and in_force(row.effective_on, row.cessation_on, on):
            yield row


def _chosen(preference: Preference, by_target: Mapping[int, str]) -> tuple[str, ...]:
    if preference.same_as_dose is None:
        return preference.products
    given = by_target.get(preference.same_as_dose)
    return (given,) if given is not None else ()
