"""Contraindications that bar for a time only, and the day on which they are looked at again.

A deferral does not change what is next; it says when. After the day of review the person returns to the due list by
herself. The screening doctor's own end (`Observation.until`) goes before the default of the rule (`review_after`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from vaxkit.immunization.case import in_force
from vaxkit.immunization.model import Antigen, Contraindication, RuleSet
from vaxkit.immunization.periods import Period, add_period
from vaxkit.immunization.person import Observation, Patient

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Deferral:
    """A deferral that holds: the rule, the observation, the day of review (None: no day is known)."""

    rule: Contraindication
    observation: Observation
    review_on: date | None


def deferrals(rules: RuleSet, group: str, patient: Patient, on: date) -> tuple[Deferral, ...]:
    """The deferrals that hold on the day `on`, the one with the latest review first."""
    found = [
        Deferral(row, seen, review_on)
        for antigen in rules.groups[group].antigens
        for row, seen in _applying(rules.antigens[antigen], patient, on)
        if (review_on := _review(row, seen)) is None or on < review_on
    ]
    return tuple(sorted(found, key=lambda row: row.review_on or date.max, reverse=True))


def without_deferred(rules: RuleSet, group: str, patient: Patient, on: date) -> Patient:
    """The patient without the observations that only defer her on that day: what is next apart from them."""
    deferred = {
        seen
        for antigen in rules.groups[group].antigens
        for _, seen in _applying(rules.antigens[antigen], patient, on)
    }
    if not deferred:
        return patient
    return replace(patient, observations=tuple(row for row in patient.observations if row not in deferred))


def barred_products(rules: RuleSet, group: str, patient: Patient, on: date) -> frozenset[str]:
    """The products that something known of the person bars for her (Table 7-6)."""
    known = {row.code for row in patient.observations if row.applies(on)}
    return frozenset(
        item.vaccine
        for antigen in rules.groups[group].antigens
        for row in rules.antigens[antigen].vaccine_contraindications
        if row.observation in known
        and _of_age(patient, row.begin_age, row.end_age, on)
        and in_force(row.effective_on, row.cessation_on, on)
        for item in row.vaccines
        if _of_age(patient, item.begin_age, item.end_age, on)
    )


def _of_age(patient: Patient, begin: Period | None, end: Period | None, on: date) -> bool:
    old_enough = begin is None or add_period(patient.birth_on, begin) <= on
    return old_enough and (end is None or on < add_period(patient.birth_on, end))


def _applying(antigen: Antigen, patient: Patient, on: date) -> Iterator[tuple[Contraindication, Observation]]:
    for seen in patient.observations:
        if not seen.applies(on):
            continue
        for row in antigen.contraindications:
            if (
                row.deferral
                and row.observation == seen.code
                and _of_age(patient, row.begin_age, row.end_age, on)
                and in_force(row.effective_on, row.cessation_on, on)
            ):
                yield row, seen


def _review(row: Contraindication, seen: Observation) -> date | None:
    if seen.until is not None:
        return seen.until + _DAY
    if row.review_after is None or seen.on is None:
        return None
    return add_period(seen.on, row.review_after)
