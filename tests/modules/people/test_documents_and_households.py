"""A person's documents, household, guardians, groups, phones: each verb with its refusals."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.modules.people.conftest import (
    COUNTY,
    EVERY,
    OTHER,
    OTHER_TOWN,
    TOWN,
    VILLAGE,
    Register,
    actor,
    number,
    row,
)
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.refusals import NotFound
from yingjie.people import actions, codelists, gap_queries, person_page, queries, refusals
from yingjie.people.models import DOCUMENT_KINDS, Household, IdentityDocument, Person, Phone

SYSTEM = system("test")
PERMIT, TAIWAN, PASSPORT = "H12345678", "12345678", "E12345678"


# --- documents -------------------------------------------------------------------------------------


def test_kinds_of_documents_are_those_of_the_checks() -> None:
    from vaxkit.identity.kinds import DocumentKind

    assert tuple(kind.value for kind in DocumentKind) == DOCUMENT_KINDS


def test_several_documents_and_each_number_is_somebodys(register: Register, lead: Actor) -> None:
    first, second = register(1), register(3)
    actions.add_document(by=lead, person_id=first.pk, kind="hk_macao_permit", number="h 1234 5678")
    with pytest.raises(refusals.AlreadyRegistered):
        actions.add_document(by=lead, person_id=second.pk, kind="hk_macao_permit", number=PERMIT)
    with pytest.raises(refusals.HasThatDocument):
        actions.add_document(by=lead, person_id=first.pk, kind="hk_macao_permit", number="H87654321")
    actions.add_document(by=lead, person_id=second.pk, kind="taiwan_permit", number=TAIWAN)
    for text, found in ((PERMIT, first), (TAIWAN, second), (number(1), first), (PERMIT[-4:], first)):
        assert first.pk != second.pk and found.pk in [each.id for each in queries.search(lead, text)], text
    assert queries.find_by_number(lead, PERMIT).id == first.pk  # type: ignore[union-attr]
    assert queries.person(lead, first.pk).masked_number.endswith(number(1)[-4:])
    actions.remove_document(by=lead, person_id=first.pk, kind="hk_macao_permit")
    actions.add_document(by=lead, person_id=second.pk, kind="hk_macao_permit", number=PERMIT)
    with pytest.raises(refusals.LastDocument):
        actions.remove_document(by=lead, person_id=first.pk, kind="resident_card")


def test_newborn_without_a_document_gets_one_later(lead: Actor) -> None:
    born = clock.today() - timedelta(days=3)
    given = {"by": lead, "area_code": VILLAGE, "name": "王小宝"}
    with pytest.raises(refusals.NumberUnreadable):
        actions.register(**given)
    with pytest.raises(refusals.DocumentNeeded):
        actions.register(**given, without_document="newborn", birth_on=born)
    baby = actions.register(**given, without_document="newborn", birth_on=born, sex="female")
    assert (baby.without_document, IdentityDocument.objects.unscoped(EVERY).count()) == ("newborn", 0)
    assert queries.ledger_counts(lead, TOWN, born) == {VILLAGE: 1}
    assert [line.kind for line in person_page.timeline(lead, baby.pk)] == ["born"]
    actions.correct_birth(by=lead, person_id=baby.pk, birth_on=born - timedelta(days=1), reason="出生证明")
    card = number(2, f"{born - timedelta(days=1):%Y%m%d}")
    with pytest.raises(refusals.BirthDiffers):
        actions.add_document(
            by=lead, person_id=baby.pk, kind="resident_card", number=number(2, f"{born:%Y%m%d}")
        )
    actions.add_document(by=lead, person_id=baby.pk, kind="resident_card", number=card)
    assert row(baby).without_document == ""
    with pytest.raises(refusals.BirthSaidByNumber):
        actions.correct_birth(by=lead, person_id=baby.pk, birth_on=born, reason="再改")


def test_foreigner_is_entered_by_passport_with_birth_and_sex(lead: Actor) -> None:
    made = actions.register(
        by=lead, area_code=VILLAGE, name="John Smith", number="AB1234567", kind="foreign_passport",
        birth_on=date(1980, 1, 2), sex="male",
    )  # fmt: skip
    assert queries.person(lead, made.pk).document_kind == "foreign_passport"
    assert [found.id for found in queries.search(lead, "ab1234567")] == [made.pk]


# --- taken in from another area --------------------------------------------------------------------


def test_who_left_another_area_is_taken_in_by_number_and_name_and_nobody_else(
    register: Register, lead: Actor, there: str
) -> None:
    person = register(1, name="王秀英", address="一区 3 号", phones=("19900001234",))
    neighbour, today = actor("town_lead", OTHER_TOWN), clock.today()
    asked = {"by": neighbour, "area_code": there, "on": today}
    with pytest.raises(refusals.RegisteredElsewhere) as told:
        actions.take_in(number=number(1), name="王秀英", **asked)
    assert "王秀英" not in str(told.value) and VILLAGE not in str(told.value)
    with pytest.raises(refusals.NobodyLeft):
        actions.take_in(number=number(1), name="王秀芳", **asked)
    with pytest.raises(refusals.NobodyLeft):
        actions.take_in(number=number(3), name="王秀英", **asked)
    with pytest.raises(refusals.AlreadyRegistered):
        actions.take_in(number=number(1), name="王秀英", by=lead, area_code=OTHER, on=today)
    actions.leave(by=lead, person_id=person.pk, on=today - timedelta(days=2))
    actions.take_in(number=number(1), name="王秀英", **asked)
    assert (row(person).area_id, row(person).left_on, row(person).address) == (there, None, "")
    with pytest.raises(NotFound):
        queries.person(lead, person.pk)
    with pytest.raises(refusals.NotYoursToUndo):
        actions.undo_change(by=neighbour, person_id=person.pk)
    page = person_page.person_page(neighbour, person.pk)
    arrived, left = page.timeline
    assert (arrived.kind, arrived.at_place, arrived.to_place != "") == ("arrived", "", True)
    assert (left.kind, left.at_place, left.by, left.reason, left.facts) == ("left", "", "", "", {})
    former = gap_queries.changes(lead)
    assert [(each.kind, each.name, each.person_id, each.to_place) for each in former] == [
        ("arrived", "王*英", None, ""), ("left", "王*英", None, ""),
    ]  # fmt: skip
    county = gap_queries.changes(actor("county_lead", COUNTY))
    assert {each.name for each in county} == {"王秀英"}


# --- households and guardians ----------------------------------------------------------------------


def test_household_is_founded_joined_headed_and_left(register: Register, lead: Actor) -> None:
    house = uuid4()
    father = register(1, name="王大", household_id=house, household_role="head", address="一区 3 号")
    mother = register(2, name="李二", household_id=house, household_role="spouse")
    son = register(3, number=number(3, "19900101"), name="王小", household_id=house, household_role="child")

    def members(person: Person) -> list[tuple[str, str]]:
        home = person_page.household_view(lead, person.pk)
        return [(one.name, role) for one, role in home.members] if home else []

    assert members(son) == [("王大", "head"), ("李二", "spouse"), ("王小", "child")]
    actions.change_head(by=lead, person_id=mother.pk)
    assert members(son) == [("李二", "head"), ("王大", "other"), ("王小", "child")]
    assert Household.objects.unscoped(EVERY).get().head_id == mother.pk
    actions.found_household(by=lead, person_id=son.pk, address="二区 1 号")
    assert members(son) == [("王小", "head")]
    assert members(father) == [("李二", "head"), ("王大", "other")]
    actions.join_household(by=lead, person_id=father.pk, other_id=son.pk, role="parent")
    assert members(son) == [("王小", "head"), ("王大", "parent")]
    assert row(father).address == "二区 1 号"
    actions.set_household_address(by=lead, person_id=son.pk, address="二区 2 号")
    assert row(father).address == "二区 2 号"
    actions.leave_household(by=lead, person_id=father.pk)
    assert row(father).household_id is None
    far = register(5, area_code=OTHER)
    with pytest.raises(refusals.HouseholdElsewhere):
        actions.join_household(by=lead, person_id=far.pk, other_id=son.pk, role="other")


def test_guardians_are_of_minors_and_of_ones_own_people_or_named(
    register: Register, lead: Actor, there: str
) -> None:
    child = register(1, number=number(1, "20150101"), name="王小明")
    mother, stranger = register(2, name="李二"), register(4, area_code=there, name="赵外人")
    actions.add_guardian(by=lead, person_id=child.pk, relation="mother", guardian_id=mother.pk)
    actions.add_guardian(by=lead, person_id=child.pk, relation="father", name="王大", phone="19900001234")
    with pytest.raises(refusals.GuardianUnknown):
        actions.add_guardian(by=lead, person_id=child.pk, relation="other", guardian_id=stranger.pk)
    with pytest.raises(refusals.NotAMinor):
        actions.add_guardian(by=lead, person_id=mother.pk, relation="other", name="谁")
    page = person_page.person_page(lead, child.pk)
    shown = [(one.relation, one.person.name if one.person else one.name, one.phone) for one in page.guardians]
    assert shown == [("mother", "李二", ""), ("father", "王大", "199****1234")]
    assert [one.name for one in person_page.person_page(lead, mother.pk).wards] == ["王小明"]
    actions.move(by=SYSTEM, person_id=mother.pk, area_code=there)
    page = person_page.person_page(lead, child.pk)
    assert [(one.person, one.name) for one in page.guardians] == [(None, ""), (None, "王大")]
    neighbour = actor("town_lead", OTHER_TOWN)
    assert person_page.person_page(neighbour, mother.pk).wards == ()


# --- what is true for a time -----------------------------------------------------------------------


def test_groups_phones_and_mobility(register: Register, lead: Actor) -> None:
    person = register(1, phones=("19900001234",))
    actions.add_category(by=lead, person_id=person.pk, code="teacher", from_on=date(2020, 9, 1))
    with pytest.raises(refusals.AlreadySo):
        actions.add_category(by=lead, person_id=person.pk, code="teacher")
    with pytest.raises(refusals.UnknownWord):
        actions.add_category(by=lead, person_id=person.pk, code="wizard")
    with pytest.raises(refusals.OutOfOrder):
        actions.end_category(by=lead, person_id=person.pk, code="teacher", until_on=date(2020, 8, 31))
    actions.end_category(by=lead, person_id=person.pk, code="teacher")
    actions.set_mobility(by=lead, person_id=person.pk, mobility="housebound")
    actions.add_phone(by=lead, person_id=person.pk, number="199 0000 5678", owner="child", owner_name="王小")
    page = person_page.person_page(lead, person.pk)
    assert [(one.masked, one.owner, one.owner_name) for one in page.phones] == [
        ("199****1234", "", ""), ("199****5678", "child", "王小"),
    ]  # fmt: skip
    actions.order_phones(by=lead, person_id=person.pk, phone_ids=[page.phones[1].id, page.phones[0].id])
    assert [one.owner for one in person_page.person_page(lead, person.pk).phones] == ["child", ""]
    with pytest.raises(NotFound):
        actions.order_phones(by=lead, person_id=person.pk, phone_ids=[uuid4()])
    assert Phone.objects.unscoped(EVERY).count() == 2
    assert page.person.mobility == "housebound"
    assert codelists.categories()["teacher"].zh == "教职工"
