"""A household moves together, in part, or becomes two; and whoever is put into a household must be able to live there."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from tests.modules import campaign
from tests.modules.people.conftest import EVERY, OTHER, OTHER_TOWN, TOWN, VILLAGE, Register, number
from tests.modules.people.test_imports import refused
from tests.modules.people.test_ugly_rosters import dump
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.refusals import NotFound
from yingjie.people import actions, person_page, queries, refusals
from yingjie.people.models import Household, Person


@pytest.fixture
def family(register: Register, lead: Actor) -> list[Person]:
    """Head, wife, child: one household with a row of its own."""
    house = uuid4()
    people = [
        register(1, name="王大", household_id=house, household_role="head", address="一区3号"),
        register(2, name="李二", household_id=house, household_role="spouse", address="一区3号"),
        register(5, name="王小", number=number(5, "20100101"), household_id=house, household_role="child"),
    ]
    actions.set_household_address(by=lead, person_id=people[0].pk, address="一区3号")
    return people


def roles(lead: Actor, person: Person) -> list[tuple[str, str]]:
    home = person_page.household_view(lead, person.pk)
    return [(one.name, role) for one, role in home.members] if home else []


def test_a_whole_household_moves_and_comes_back(family: list[Person], lead: Actor) -> None:
    head, wife, child = family
    before = sorted(
        Person.objects.unscoped(EVERY).values_list(
            "pk", "area_id", "household_id", "household_role", "address"
        )
    )
    actions.move_household(
        by=lead,
        person_id=wife.pk,
        member_ids=[one.pk for one in family],
        area_code=OTHER,
        address="新村9号",
        on=clock.today(),
    )
    home = person_page.household_view(lead, child.pk)
    assert home is not None
    assert (home.address, home.head_id) == ("新村9号", head.pk)
    assert roles(lead, head) == [("王大", "head"), ("李二", "spouse"), ("王小", "child")]
    assert set(Person.objects.unscoped(EVERY).values_list("area_id", "address")) == {(OTHER, "新村9号")}
    yesterday = queries.counted_on(date(2021, 1, 1)).counts(lead, code=TOWN, digits=12)
    assert yesterday == {VILLAGE: 3}
    for one in family:
        actions.undo_change(by=lead, person_id=one.pk)
    after = sorted(
        Person.objects.unscoped(EVERY).values_list(
            "pk", "area_id", "household_id", "household_role", "address"
        )
    )
    assert after == before
    assert roles(lead, wife)[0] == ("王大", "head")


def test_a_part_moves_under_another_head_and_the_rest_stays(family: list[Person], lead: Actor) -> None:
    head, wife, child = family
    actions.move_household(
        by=lead,
        person_id=head.pk,
        member_ids=[wife.pk, child.pk],
        area_code=OTHER,
        head_id=wife.pk,
        on=clock.today(),
    )
    assert roles(lead, wife) == [("李二", "head"), ("王小", "child")]
    assert roles(lead, head) == [("王大", "head")]
    assert Household.objects.unscoped(EVERY).count() == 2


def test_a_household_becomes_two(family: list[Person], lead: Actor) -> None:
    head, wife, child = family
    actions.split_household(by=lead, person_id=head.pk, member_ids=[head.pk, child.pk])
    assert roles(lead, child) == [("王大", "head"), ("王小", "child")]
    assert roles(lead, wife) == [("李二", "spouse")]
    left = person_page.household_view(lead, wife.pk)
    assert left is not None and left.head_id is None, "nobody has said yet who heads those who stay"


def test_what_is_refused_changes_nothing(family: list[Person], lead: Actor, register: Register) -> None:
    head, wife, _child = family
    alone, everybody = register(7, name="赵七"), [one.pk for one in family]
    foreign = register(9, name="钱九", area_code=f"{OTHER_TOWN}001")
    move, split, before = actions.move_household, actions.split_household, dump()
    moved = {"by": lead, "person_id": head.pk, "area_code": OTHER}
    refused(refusals.NobodyChosen, move, **moved, member_ids=[])
    refused(refusals.NotSameHousehold, move, **moved, member_ids=[wife.pk, alone.pk])
    refused(refusals.HeadNotAmong, move, **moved, member_ids=[wife.pk], head_id=head.pk)
    refused(refusals.AlreadyThere, move, **(moved | {"area_code": VILLAGE}), member_ids=everybody)
    refused(refusals.AreaClosed, move, **(moved | {"area_code": f"{OTHER_TOWN}001"}), member_ids=everybody)
    refused(refusals.RegisteredTooLate, move, **moved, member_ids=everybody, on=date(2999, 1, 1))
    refused(refusals.AddressTooLong, move, **moved, member_ids=everybody, address="长" * 121)
    refused(NotFound, move, **moved, member_ids=[foreign.pk])
    refused(refusals.NobodyStays, split, by=lead, person_id=head.pk, member_ids=everybody)
    refused(refusals.NotSameHousehold, split, by=lead, person_id=alone.pk, member_ids=[alone.pk])
    assert dump() == before


def test_nobody_is_put_into_a_household_that_is_not_there(
    family: list[Person], lead: Actor, register: Register
) -> None:
    theirs, there = uuid4(), f"{OTHER_TOWN}001"
    register(9, name="钱九", area_code=there, household_id=theirs)
    elsewhere = uuid4()
    register(11, name="孙十", area_code=OTHER, household_id=elsewhere)
    alone, before = register(7, name="赵七"), dump()
    change = actions.change
    refused(refusals.HouseholdUnknown, change, by=lead, person_id=alone.pk, household_id=uuid4())
    refused(refusals.HouseholdUnknown, change, by=lead, person_id=alone.pk, household_id=theirs)
    refused(refusals.HouseholdElsewhere, change, by=lead, person_id=alone.pk, household_id=elsewhere)
    refused(refusals.HouseholdElsewhere, change, by=system("t"), person_id=alone.pk, household_id=theirs)
    assert dump() == before
    change(by=lead, person_id=alone.pk, household_id=family[0].household_id, household_role="other")
    assert len(roles(lead, alone)) == 4


def test_the_pages_move_and_split(family: list[Person], client: Client) -> None:
    campaign.sign_in(client, "town_lead", TOWN)
    head, wife, child = family
    url = f"/people/{head.pk}/household/"
    assert "王小" in client.get(f"{url}move/").content.decode()
    gave = {
        "member_ids": [str(wife.pk), str(child.pk)],
        "head_id": "",
        "address": "",
        "area_code": OTHER,
        "on": "2021-05-01",
    }
    for wrong in ({"member_ids": []}, {"member_ids": [str(uuid4())]}, {"head_id": str(head.pk)}, {"on": "x"}, {"on": "2999-01-01"},
                  {"area_code": "110117"}, {"address": "长" * 500}):  # fmt: skip
        assert client.post(f"{url}move/", gave | wrong).status_code in (400, 409), wrong
    assert client.post(f"{url}move/", gave)["Location"] == url
    assert Person.objects.unscoped(EVERY).get(pk=wife.pk).household_role == "head"
    alone = client.get(f"{url}split/")
    assert alone.status_code == 200
    assert (
        client.post(f"{url}split/", {"member_ids": [str(head.pk)], "head_id": "", "address": ""}).status_code
        == 400
    )
    village = Client()
    campaign.sign_in(village, "village_officer", OTHER)
    assert village.get(f"{url}move/").status_code == 404
