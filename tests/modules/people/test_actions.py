"""One person at a time: entered once, corrected, moved, gone; the number is shown only for a purpose that is written down."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation

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
)
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotAllowed, NotFound, Refusal
from yingjie.people import actions, ledger_queries, queries, refusals
from yingjie.people.models import DocumentKey, IdentityDocument, Person, Phone


def ledger() -> list[tuple[object, ...]]:
    people = Person.objects.unscoped(EVERY).order_by("pk").values_list()
    documents = IdentityDocument.objects.unscoped(EVERY).order_by("pk")
    phones = Phone.objects.unscoped(EVERY).order_by("pk").values_list("pk", "number_index", "order")
    keys = DocumentKey.objects.order_by("pk").values_list()
    return [*people, *documents.values_list("pk", "number_index", "last_four"), *phones, *keys]


def refused(error: type[Refusal], verb: object, **arguments: object) -> Refusal:
    """The refusal; asserts that the ledger and the journal did not change."""
    before = ledger(), Entry.objects.count()
    with pytest.raises(error) as caught:
        verb(**arguments)  # type: ignore[operator]
    assert (ledger(), Entry.objects.count()) == before
    return caught.value


# --- entering --------------------------------------------------------------------------------------


def test_registered_person_has_everything_that_the_number_says(lead: Actor) -> None:
    person = actions.register(
        by=lead, area_code=VILLAGE, name=" 单 红梅 ", number=number(2).lower(), phones=("19900001234", "010-69961234"),
        address="一区 3 号", household_role="head",
    )  # fmt: skip
    assert (person.name, person.pinyin, person.sex, person.birth_on) == (
        "单红梅", "shanhongmei shm hongmei hm", "female", date(1950, 1, 1),
    )  # fmt: skip
    assert (person.area_id, person.registered_on, person.source) == (
        VILLAGE, clock.today(), f"entered by {lead.name}",
    )  # fmt: skip
    document = IdentityDocument.objects.unscoped(EVERY).get()
    assert (document.number, document.last_four) == (number(2), number(2)[-4:])
    assert DocumentKey.objects.get().person_id == person.pk
    phones = Phone.objects.unscoped(EVERY).order_by("order")
    assert [(phone.number, phone.masked) for phone in phones] == [
        ("19900001234", "199****1234"), ("010-69961234", "010*******34"),
    ]  # fmt: skip
    entry = Entry.objects.get(verb="people.register")
    assert (entry.subject_id, entry.area_code, entry.actor) == (str(person.pk), VILLAGE, lead.name)
    assert number(2) not in str(entry.facts)


def test_number_is_encrypted_in_the_table(register: Register) -> None:
    from django.db import connection

    register(1, phones=("19900001234",))
    with connection.cursor() as cursor:
        cursor.execute("SELECT d.number || d.number_index || p.number || p.number_index"
                       " FROM people_identitydocument d, people_phone p")  # fmt: skip
        stored = cursor.fetchone()[0]
    assert number(1) not in stored
    assert "19900001234" not in stored


def test_nobody_is_entered_twice_and_only_insiders_learn_where(register: Register, lead: Actor) -> None:
    register(1, name="王秀英")
    error = refused(
        refusals.AlreadyRegistered, actions.register, by=lead, area_code=OTHER, name="别人", number=number(1)
    )
    assert "王秀英" in error.say_reason()
    assert areas.names([VILLAGE])[VILLAGE] in error.say_reason()
    outsider = actor("town_lead", OTHER_TOWN)
    village = areas.villages_under(outsider, OTHER_TOWN)[0].code
    error = refused(
        refusals.AlreadyRegistered,
        actions.register,
        by=outsider,
        area_code=village,
        name="别人",
        number=number(1),
    )
    assert error.code == "people.already_registered"
    assert "王秀英" not in error.say_reason()
    assert areas.names([VILLAGE])[VILLAGE] not in str(error.as_dict())


def test_what_contradicts_the_number_is_refused(lead: Actor) -> None:
    good = {"by": lead, "area_code": VILLAGE, "name": "王秀英", "number": number(1)}
    for given, error in (
        ({"birth_on": date(1950, 1, 2)}, refusals.BirthDiffers),
        ({"sex": "female"}, refusals.SexDiffers),
        ({"number": number(1)[:-1] + "Y"}, refusals.NumberUnreadable),
        ({"number": "11010119500101001"}, refusals.NumberUnreadable),
        ({"number": ""}, refusals.NumberUnreadable),
        ({"name": "3号"}, refusals.NameUnreadable),
        ({"name": ""}, refusals.NameUnreadable),
        ({"phones": ("123",)}, refusals.PhoneUnreadable),
        ({"household_role": "boss"}, refusals.UnknownRole),
        ({"address": "长" * 121}, refusals.AddressTooLong),
        ({"registered_on": clock.today() + timedelta(days=1)}, refusals.RegisteredTooLate),
        ({"area_code": TOWN}, refusals.AreaNotForPeople),
        ({"area_code": "110117002001"}, refusals.AreaClosed),
        ({"by": actor("grid_worker", TOWN)}, NotAllowed),
    ):
        refused(error, actions.register, **(good | given))
    assert Person.objects.unscoped(EVERY).count() == 0


def test_refusals_of_numbers_speak_the_language_of_the_moment(lead: Actor) -> None:
    error = refused(
        refusals.NumberUnreadable, actions.register, by=lead, area_code=VILLAGE, name="王", number="123"
    )
    with translation.override("en"):
        assert "18 digits" in error.say_reason()
    with translation.override("zh-hans"):
        assert "18位" in error.say_reason()


# --- changing --------------------------------------------------------------------------------------


def test_change_writes_only_what_differs(register: Register, lead: Actor) -> None:
    person = register(1, address="旧址", phones=("19900001234",))
    actions.change(by=lead, person_id=person.pk, name="王秀荣", address="旧址", phones=("19900001234",))
    entry = Entry.objects.get(verb="people.change")
    assert entry.facts == {"changed": ["name"]}
    person.refresh_from_db()
    assert (person.name, person.pinyin, person.address) == ("王秀荣", "wangxiurong wxr xiurong xr", "旧址")
    actions.change(by=lead, person_id=person.pk, phones=("19900005678", "19900001234"))
    masked = Phone.objects.unscoped(EVERY).order_by("order").values_list("masked", flat=True)
    assert list(masked) == ["199****5678", "199****1234"]
    actions.change(by=lead, person_id=person.pk, name="王秀荣")
    assert Entry.objects.filter(verb="people.change").count() == 2


def test_corrected_number_frees_the_old_one(register: Register, lead: Actor) -> None:
    person, other = register(1), register(2)
    actions.correct_number(by=lead, person_id=person.pk, number=number(4, "19480808"))
    person.refresh_from_db()
    assert (person.birth_on, person.sex) == (date(1948, 8, 8), "female")
    assert queries.find_by_number(lead, number(1)) is None
    assert queries.find_by_number(lead, number(4, "19480808")).id == person.pk  # type: ignore[union-attr]
    refused(
        refusals.AlreadyRegistered, actions.correct_number, by=lead, person_id=person.pk, number=number(2)
    )
    register(1)
    assert other.pk != person.pk


def test_move_stays_within_ones_own(register: Register, lead: Actor) -> None:
    person = register(1)
    actions.move(by=lead, person_id=person.pk, area_code=OTHER)
    assert queries.person(lead, person.pk).area_code == OTHER
    assert Entry.objects.get(verb="people.move").facts == {
        "from": VILLAGE, "to": OTHER, "on": clock.today().isoformat(),
    }  # fmt: skip
    refused(refusals.AlreadyThere, actions.move, by=lead, person_id=person.pk, area_code=OTHER)
    refused(refusals.AreaClosed, actions.move, by=lead, person_id=person.pk, area_code="110117002001")
    refused(refusals.AreaNotForPeople, actions.move, by=lead, person_id=person.pk, area_code=TOWN)
    stranger = actor("town_lead", OTHER_TOWN)
    for verb, given in (
        (actions.move, {"area_code": "110117002001"}),
        (actions.change, {"name": "甲乙"}),
        (actions.leave, {"on": clock.today(), "reason": ""}),
        (actions.correct_number, {"number": number(9)}),
    ):
        refused(NotFound, verb, by=stranger, person_id=person.pk, **given)


def test_who_left_does_not_count_and_is_not_changed(register: Register, lead: Actor) -> None:
    person = register(1, moved_in_on=clock.today() - timedelta(days=5))
    yesterday = clock.today() - timedelta(days=1)
    refused(
        refusals.LeavesTooEarly, actions.leave, by=lead, person_id=person.pk, on=clock.today() - timedelta(days=6),
        reason="",
    )  # fmt: skip
    refused(
        refusals.RegisteredTooLate, actions.leave, by=lead, person_id=person.pk,
        on=clock.today() + timedelta(days=1), reason="",
    )  # fmt: skip
    actions.leave(by=lead, person_id=person.pk, on=yesterday, reason="moved, card 999999195001010013")
    assert Entry.objects.get(verb="people.leave").facts["reason"] == "moved, card …"
    assert queries.ledger_counts(lead, TOWN, yesterday - timedelta(days=1)) == {VILLAGE: 1}
    assert queries.ledger_counts(lead, TOWN, yesterday) == {}
    refused(refusals.HasLeft, actions.change, by=lead, person_id=person.pk, name="王")
    refused(refusals.HasLeft, actions.leave, by=lead, person_id=person.pk, on=clock.today(), reason="")


# --- revealing -------------------------------------------------------------------------------------


def test_reveal_is_journalled_with_its_purpose(register: Register, lead: Actor) -> None:
    person = register(1)
    assert actions.reveal(by=lead, person_id=person.pk, purpose="核对证件 110117195001010012") == number(1)
    entry = Entry.objects.get(verb="people.reveal")
    assert (entry.facts, entry.area_code, entry.actor) == ({"purpose": "核对证件 …"}, VILLAGE, lead.name)
    refused(refusals.PurposeMissing, actions.reveal, by=lead, person_id=person.pk, purpose=" ")
    refused(NotFound, actions.reveal, by=actor("town_lead", OTHER_TOWN), person_id=person.pk, purpose="核对")
    refused(
        NotAllowed, actions.reveal, by=actor("village_officer", VILLAGE), person_id=person.pk, purpose="核对"
    )


# --- reading ---------------------------------------------------------------------------------------


def test_person_view_is_masked(register: Register, lead: Actor) -> None:
    person = register(1, phones=("19900001234",))
    view = queries.person(lead, person.pk)
    assert (view.masked_number, view.phones) == ("**************" + number(1)[-4:], ("199****1234",))
    names = areas.names([TOWN, VILLAGE])
    assert view.place == f"{names[TOWN]} · {names[VILLAGE]}"
    assert number(1) not in repr(view)
    with pytest.raises(NotFound):
        queries.person(actor("town_lead", OTHER_TOWN), person.pk)


def test_find_by_number_for_ones_own_and_for_a_station(register: Register, lead: Actor) -> None:
    person = register(1)
    assert queries.find_by_number(lead, number(1)).id == person.pk  # type: ignore[union-attr]
    assert queries.find_by_number(actor("town_lead", OTHER_TOWN), number(1)) is None
    assert Entry.objects.filter(verb="people.look_up").count() == 0
    station = actor("registrar", OTHER_TOWN)
    found = queries.find_by_number(station, number(1), permission="clinic.register")
    assert found is not None
    assert found.id == person.pk
    assert queries.find_by_number(station, number(3), permission="clinic.register") is None
    entries = Entry.objects.filter(verb="people.look_up", actor=station.name).order_by("number")
    assert [entry.facts for entry in entries] == [{"found": True}, {"found": False}]
    with pytest.raises(NotAllowed):
        queries.find_by_number(lead, number(1), permission="clinic.register")
    with pytest.raises(refusals.NumberUnreadable):
        queries.find_by_number(lead, number(1)[:-1] + "Y")


def test_search_by_everything_people_type(register: Register, lead: Actor) -> None:
    register(1, name="单红梅", phones=("19900001234",))
    register(3, name="尉迟春", area_code=OTHER)
    for text in ("单红", "红梅", "shanh", "shm", "Shan Hong", number(1), number(1)[-4:], "199 0000 1234"):
        assert [found.name for found in queries.search(lead, text)] == ["单红梅"], text
    assert [found.name for found in queries.search(lead, "yuchi")] == ["尉迟春"]
    assert queries.search(lead, "红梅", area_code=OTHER) == []
    for text in ("", "  ", "0012345", "%", "_"):
        assert queries.search(lead, text) == [], text
    assert queries.search(actor("town_lead", OTHER_TOWN), number(1)) == []


def test_ledger_counts_by_village_in_two_statements(
    register: Register, lead: Actor, django_assert_num_queries: object
) -> None:
    from yingjie.areas.actions import add_local

    grid = add_local(by=actor("county_lead", COUNTY), parent_code=VILLAGE, name="第一网格")
    register(1)
    register(3, area_code=grid.code)
    register(5, number=number(5, "20200101"), area_code=OTHER)
    today = clock.today()
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert queries.ledger_counts(lead, TOWN, today) == {VILLAGE: 2, OTHER: 1}
    assert queries.ledger_counts(lead, TOWN, today, date(2003, 1, 1)) == {VILLAGE: 2}
    assert queries.ledger_counts(lead, TOWN, today - timedelta(days=1)) == {VILLAGE: 2, OTHER: 1}
    assert queries.ledger_counts(lead, VILLAGE, today) == {VILLAGE: 2}
    assert queries.ledger_counts(actor("town_lead", OTHER_TOWN), COUNTY, today) == {}
    site_lead = actor("site_lead", COUNTY)
    assert queries.ledger_counts(site_lead, COUNTY, today, permission="oversight.view") == {
        VILLAGE: 2,
        OTHER: 1,
    }


def test_briefs_and_household(register: Register, lead: Actor) -> None:
    from uuid import uuid4

    house = uuid4()
    one = register(1, household_id=house)
    two = register(4, number=number(4, "19480101"), household_id=house)
    found = queries.briefs([one.pk, two.pk])
    assert found[two.pk].last_four == number(4, "19480101")[-4:]
    assert [brief.id for brief in queries.household(lead, one.pk)] == [two.pk, one.pk]
    assert found[one.pk].age_on(date(2021, 12, 31)) == 71
    assert queries.age_on(date(2004, 2, 29), date(2021, 2, 28)) == 16
    assert system("test").is_system


def test_merged_village_takes_its_people_along(register: Register) -> None:
    from yingjie.areas.actions import merge

    person = register(1)
    county_lead = actor("county_lead", COUNTY)
    merge(by=county_lead, code=VILLAGE, into=OTHER, on=clock.today(), reason="")
    assert queries.person(county_lead, person.pk).area_code == OTHER


def test_a_given_name_is_found_by_its_reading_alone(register: Register, lead: Actor) -> None:
    for nth, name in enumerate(("王小明", "李晓明", "欧阳晓明", "晓明", "王明", "马小梅"), 1):
        register(nth, name=name)

    def found(text: str) -> list[str]:
        return [row.name for row in queries.search(lead, text)]

    assert found("xiaoming") == ["李晓明", "欧阳晓明", "王小明", "晓明"]
    assert found("xiaom") == ["李晓明", "马小梅", "欧阳晓明", "王小明", "晓明"]
    assert found("xm") == ["李晓明", "马小梅", "欧阳晓明", "王小明", "晓明"]
    assert found("ming") == ["王明", "晓明"]
    assert found("xiao") == ["晓明"], "a short beginning means whole names only"
    assert ledger_queries.count(lead, ledger_queries.Narrowed(text="xm")) == 5
