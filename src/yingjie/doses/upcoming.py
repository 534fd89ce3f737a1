"""The next dose of many people on a day to come, from kept standings: what appointments ask before they give out a place.

`upcoming(ids, on)` costs three queries for any number of people. Where something turns before that day (a birthday, the end of a
deferral), the one person is judged anew for it. Nothing of a person's health is told, only what follows from it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from vaxkit.immunization.advice import Advice
from vaxkit.immunization.policy import PolicySet
from vaxkit.vocabulary import Status
from yingjie.doses import judging, standings
from yingjie.doses.claim_queries import open_claims
from yingjie.doses.models import Standing
from yingjie.foundation import clock
from yingjie.people.models import Person
from yingjie.vaccines import rules
from yingjie.vaccines.queries import CAMPAIGN_GROUP

_ASKED = "of people whom the caller was authorised for"


@dataclass(frozen=True)
class Upcoming:
    """`number` is the dose that is next, None where none is. `earliest_on` to `latest_on` (None: no end) is its window,
    `recommended_on` the day that the rules put first, `overdue_on` the first that is too late. `reported_elsewhere`: a dose
    waits for its decision."""

    status: Status
    number: int | None
    earliest_on: date | None
    recommended_on: date | None
    overdue_on: date | None
    latest_on: date | None
    deferred_until: date | None
    products: tuple[str, ...]
    reported_elsewhere: bool = False

    @property
    def is_due(self) -> bool:
        return self.status in (Status.DUE, Status.OVERDUE)


def upcoming(person_ids: Collection[UUID], on: date, *, group: str = CAMPAIGN_GROUP) -> dict[UUID, Upcoming]:
    """Where each of these people will stand on `on`, as far as is known today; unknown ids are left out."""
    policies = rules.rules(max(on, clock.today()))
    rows = Standing.objects.unscoped(_ASKED).filter(person_id__in=person_ids, group=group)
    kept = {row["person_id"]: row for row in rows.values("person_id", *standings.COLUMNS)}
    people = Person.objects.unscoped(_ASKED).filter(pk__in=person_ids).order_by()
    told = open_claims(person_ids)
    found: dict[UUID, Upcoming] = {}
    for person_id, birth_on, sex in people.values_list("pk", "birth_on", "sex"):
        row = kept.get(person_id)
        if row is None:
            advice = judging.advice_for_nobody(birth_on, sex, policies, on, group)
        elif row["look_again_on"] is not None and row["look_again_on"] <= on:
            advice = _again(person_id, policies, on, group)
        else:
            found[person_id] = _kept(row, on, person_id in told)
            continue
        found[person_id] = _advised(advice, person_id in told)
    return found


def _again(person_id: UUID, policies: PolicySet, on: date, group: str) -> Advice:
    return judging.advice(standings.facts_of(person_id), policies, on, group)


def _kept(row: dict[str, Any], on: date, told: bool) -> Upcoming:
    return Upcoming(
        status=judging.status_on(row, on),
        number=row["next_number"],
        earliest_on=row["earliest_on"],
        recommended_on=row["recommended_on"],
        overdue_on=row["overdue_on"],
        latest_on=row["latest_on"],
        deferred_until=row["deferred_until"],
        products=tuple(row["products"]),
        reported_elsewhere=told,
    )


def _advised(advice: Advice, told: bool) -> Upcoming:
    return Upcoming(
        status=judging.status_of(advice),
        number=advice.next_dose_number,
        earliest_on=advice.earliest_on,
        recommended_on=advice.recommended_on,
        overdue_on=judging.overdue_on(advice),
        latest_on=advice.latest_on,
        deferred_until=advice.review_on if advice.status is Status.DEFERRED else None,
        products=advice.products,
        reported_elsewhere=told,
    )
