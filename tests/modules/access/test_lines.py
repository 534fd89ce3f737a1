"""A role held for a line (条): what it reaches, and what it does not."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.modules import campaign
from yingjie.areas import unit_actions
from yingjie.areas.models import Area, Unit
from yingjie.foundation.access import actions, refusals
from yingjie.foundation.access.actor import Actor, Held
from yingjie.foundation.access.models import Grant
from yingjie.foundation.access.queries import actor_for
from yingjie.foundation.access.roles import ROLES
from yingjie.foundation.access.scoping import scoped_models
from yingjie.people import queries
from yingjie.people.models import Household, Person, Phone
from yingjie.people.unit_actions import employ

SCHOOLS = Actor("line", (Held("line_lead", campaign.TOWN, line_code="education"),))


@pytest.fixture
def people(db: None) -> tuple[Person, Person, Person]:
    """A teacher who also helps in a shop, a shopkeeper, and somebody at no unit."""
    campaign.places()
    teacher, keeper, other = (
        campaign.person(nth, name=name) for nth, name in enumerate(("甲师", "乙商", "丙民"), 1)
    )
    school, shop = (
        unit_actions.open_unit(by=campaign.maker, area_code=campaign.VILLAGE, name=name, kind=kind)
        for name, kind in (("甲小学", "school"), ("乙店", "shop"))
    )
    employ(by=campaign.maker, person_id=teacher.pk, unit_id=school.pk)
    employ(by=campaign.maker, person_id=teacher.pk, unit_id=shop.pk, main=False)
    employ(by=campaign.maker, person_id=keeper.pk, unit_id=shop.pk)
    return teacher, keeper, other


def test_a_line_sees_its_units_and_people_and_all_areas(people: tuple[Person, Person, Person]) -> None:
    assert [row.name for row in Person.objects.visible_to(SCHOOLS)] == ["甲师"]
    assert [row.name for row in Unit.objects.visible_to(SCHOOLS)] == ["甲小学"]
    assert Area.objects.visible_to(SCHOOLS).filter(code=campaign.OTHER_VILLAGE).exists()
    assert queries.counted_on(campaign.TODAY).counts(SCHOOLS, code="11", digits=9) == {campaign.TOWN: 1}
    shops = Actor("line", (Held("line_lead", campaign.TOWN, line_code="market_supervision"),))
    assert [row.name for row in Person.objects.visible_to(shops)] == ["乙商"], (
        "who helps beside counts under one line"
    )
    elsewhere = Actor("line", (Held("line_lead", "110118", line_code="education"),))
    assert not Person.objects.visible_to(elsewhere).exists()


def test_rows_that_are_no_lines_are_seen_by_no_line(people: tuple[Person, Person, Person]) -> None:
    Household.objects.create(area_id=campaign.VILLAGE)
    assert not Household.objects.visible_to(SCHOOLS).exists()
    assert not Phone.objects.visible_to(SCHOOLS).exclude(person=people[0]).exists()
    both = Actor("both", (*SCHOOLS.held, Held("grid_worker", campaign.OTHER_VILLAGE)))
    assert [row.name for row in Person.objects.visible_to(both)] == ["甲师"]
    for model in scoped_models():
        list(model.objects.visible_to(SCHOOLS)[:1])  # type: ignore[attr-defined]


def test_a_line_is_over_no_area(people: tuple[Person, Person, Person]) -> None:
    assert SCHOOLS.may("people.view")
    assert not SCHOOLS.may("people.view", campaign.VILLAGE)
    assert SCHOOLS.sees("people.view", campaign.VILLAGE)
    assert not SCHOOLS.sees("people.view", "110118001")


def test_a_role_of_lines_is_granted_for_one_and_others_for_none(
    people: tuple[Person, Person, Person],
) -> None:
    by = campaign.maker
    user = actions.create_user(by=by, username="edu", display_name="e", password="correct horse 9 battery")
    held = {"by": by, "user_id": user.pk, "area_code": campaign.TOWN, "from_on": date(2021, 1, 1)}
    for role, line_code, refused in (
        ("line_lead", "", refusals.LineMissing), ("line_lead", "../x", refusals.LineMissing),
        ("town_lead", "education", refusals.NotOfALine),
    ):  # fmt: skip
        with pytest.raises(refused):
            actions.grant_role(**held, role=role, line_code=line_code)
    assert not Grant.objects.exists()
    actions.grant_role(**held, role="line_lead", line_code="education")
    actions.grant_role(**held, role="line_lead", line_code="health")
    with pytest.raises(refusals.AlreadyHeld):
        actions.grant_role(**held, role="line_lead", line_code="health")
    assert {each.line_code for each in actor_for(user).held} == {"education", "health"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(line_code="health").update(line_code="")


def test_a_line_reads_and_writes_nothing() -> None:
    assert {each.partition(".")[2] for each in ROLES["line_lead"].permissions} == {"view"}
