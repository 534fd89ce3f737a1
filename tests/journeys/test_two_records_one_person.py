"""Two records of one person, both with doses, visits and plans, become one; nothing is lost; and they are two again exactly."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from django.db import connection

from tests.modules import campaign, visits
from yingjie.clinic.models import Visit
from yingjie.doses import actions as doses
from yingjie.doses.claims import HandedIn, Told
from yingjie.doses.models import Dose, DoseClaim, Standing
from yingjie.foundation import clock
from yingjie.outreach import actions as outreach
from yingjie.outreach import plan_actions
from yingjie.outreach.models import Attempt, CarePlan, CarePlanNote
from yingjie.people import doubles, refusals, reviews
from yingjie.people.models import Doubt, Person

lead = campaign.actor("town_lead")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"


def test_everything_of_both_is_the_one_persons_and_parts_again(pair: tuple[Person, Person, UUID]) -> None:
    _known, _bare, doubt = pair
    before = everything()
    reviews.decide(by=lead, doubt_id=doubt, answer="same")
    (kept,) = people()
    rows = Dose.objects.unscoped(campaign.ALL).order_by("given_on", "voided_at")
    assert {row.person_id for row in rows} == {kept}
    live = [(row.number, row.given_on, row.counts_as) for row in rows if row.voided_at is None]
    assert live == [(1, date(2021, 4, 1), 1), (2, date(2021, 4, 25), 2)]
    (twice,) = [row for row in rows if row.voided_at is not None]
    assert (twice.given_on, bool(twice.void_reason)) == (
        date(2021, 4, 1),
        True,
    )
    assert Standing.objects.unscoped(campaign.ALL).get(group="COVID-19").doses_counted == 2
    assert sorted(DoseClaim.objects.unscoped(campaign.ALL).values_list("state", flat=True)) == [
        "accepted", "accepted", "refused",
    ]  # fmt: skip
    assert set(Attempt.objects.unscoped(campaign.ALL).values_list("person_id", flat=True)) == {kept}
    assert sorted(CarePlan.objects.unscoped(campaign.ALL).values_list("state", flat=True)) == [
        "closed",
        "open",
    ]
    assert set(CarePlanNote.objects.unscoped(campaign.ALL).values_list("person_id", flat=True)) == {kept}
    assert sorted(Visit.objects.unscoped(campaign.ALL).values_list("state", flat=True)) == [
        "registered",
        "turned_away",
    ]
    reviews.undo_decision(by=lead, doubt_id=doubt)
    assert different(before, everything()) == []


def test_what_was_recorded_since_stays_with_whoever_was_kept(pair: tuple[Person, Person, UUID]) -> None:
    _known, _bare, doubt = pair
    reviews.decide(by=lead, doubt_id=doubt, answer="same")
    (kept,) = people()
    outreach.record_attempt(by=campaign.maker, person_id=kept, outcome="agreed")
    reviews.undo_decision(by=lead, doubt_id=doubt)
    assert len(people()) == 2
    assert Attempt.objects.unscoped(campaign.ALL).get(outcome="agreed").person_id == kept


def test_a_merge_is_not_undone_over_a_record_that_was_changed_since(
    pair: tuple[Person, Person, UUID],
) -> None:
    _known, _bare, doubt = pair
    reviews.decide(by=lead, doubt_id=doubt, answer="same")
    dose = Dose.objects.unscoped(campaign.ALL).get(given_on=date(2021, 4, 25))
    doses.correct(by=lead, person_id=dose.person_id, dose_id=dose.pk, reason="登记错误")
    before = everything()
    with pytest.raises(refusals.DecisionBuiltUpon):
        reviews.undo_decision(by=lead, doubt_id=doubt)
    assert different(before, everything()) == []


# ---- below the fold


@pytest.fixture
def pair(db: None) -> object:
    """王秀英 with a number and 王秀英 without: one dose elsewhere is on both records, another on the second alone."""
    with clock.at(campaign.NOON):
        campaign.tree()
        site = campaign.site()
        campaign.lot(site)
        from yingjie.people import actions

        known = campaign.person(1, name="王秀英", birth_on=date(1970, 1, 1))
        actions.change(by=lead, person_id=known.pk, phones=("19900000001",), address="幸福街7号")
        bare = actions.register(
            by=lead, area_code=campaign.VILLAGE, name="王秀英", without_document="unknown", birth_on=date(1970, 1, 1),
            sex="male", phones=("19900000001",), address="幸福街7号", registered_on=date(2021, 1, 1),
        )  # fmt: skip
        for at, person in enumerate((known, bare)):
            _elsewhere(person, 1, date(2021, 4, 1), str(at))
            outreach.record_attempt(by=campaign.maker, person_id=person.pk, outcome="thinking")
            plan_actions.open_plan(by=campaign.maker, person_id=person.pk)
            visits.registered(site.pk, person.pk)
        _elsewhere(bare, 2, date(2021, 4, 25), "2")
        assert doubles.look_for_doubles(by=lead, area_code=campaign.TOWN) == 1
        yield known, bare, Doubt.objects.unscoped(campaign.ALL).get().pk


def _elsewhere(person: Person, number: int, on: date, name: str) -> None:
    told = Told(campaign.BIBP, number, on, "浙江省杭州市")
    made = doses.claim(
        by=campaign.maker, person_id=person.pk, told=told, handed_in=[HandedIn("a.pdf", PDF + name.encode())]
    )
    doses.accept(by=campaign.maker, claim_id=made.pk, verified_by="proof")


def people() -> list[UUID]:
    return list(Person.objects.unscoped(campaign.ALL).values_list("pk", flat=True))


def everything() -> dict[str, list[tuple[str]]]:
    """Every row of every table, but for the journal, the job queue and the notes of whom a write touched."""
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            if not name.startswith(("journal_", "procrastinate_", "oversight_touched")):
                # How often a standing was written says nothing of where somebody stands.
                cursor.execute(f"SELECT (to_jsonb(t) - 'revision')::text FROM \"{name}\" t ORDER BY 1")
                found[name] = cursor.fetchall()
    return found


def different(one: dict[str, list[tuple[str]]], other: dict[str, list[tuple[str]]]) -> list[object]:
    return [(name, set(one[name]) ^ set(other[name])) for name in one if one[name] != other[name]]
