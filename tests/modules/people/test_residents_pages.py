"""A person's page and its forms, households, guardians, health, changes and gaps; and that nothing of another township's people
shows on any of them."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client

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
from tests.modules.people.test_pages import signed_in
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotAllowed, NotFound, Refusal
from yingjie.people import actions, codelists, gap_queries, person_page, queries, refusals
from yingjie.people.models import DOCUMENT_KINDS, Gap, Household, IdentityDocument, Person, Phone

SYSTEM = system("test")
PERMIT, TAIWAN, PASSPORT = "H12345678", "12345678", "E12345678"


@pytest.fixture(autouse=True)
def no_second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yingjie.foundation.access.middleware.is_mfa_enabled", lambda *_: True)


@pytest.fixture
def client(county: str) -> Client:
    return signed_in("town_lead", TOWN)


@pytest.fixture
def there(county: str) -> str:
    """A village of the neighbouring township."""
    return areas.villages_under(SYSTEM, OTHER_TOWN)[0].code


def row(person: Person) -> Person:
    return Person.objects.unscoped(EVERY).get(pk=person.pk)


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


def test_health_is_for_health_officers_and_the_station(register: Register, lead: Actor, there: str) -> None:
    person = register(1)
    officer = actor("health_officer", TOWN)
    for other in (
        lead,
        actor("village_officer", VILLAGE),
        actor("grid_worker", VILLAGE),
        actor("county_lead", COUNTY),
    ):
        with pytest.raises(NotAllowed):
            actions.add_condition(by=other, person_id=person.pk, code="hypertension")
    with pytest.raises(NotFound):
        actions.add_condition(
            by=actor("health_officer", OTHER_TOWN), person_id=person.pk, code="hypertension"
        )
    actions.add_condition(by=officer, person_id=person.pk, code="hypertension", note="服药稳定")
    assert person_page.person_page(lead, person.pk).conditions is None
    assert [one.note for one in person_page.person_page(officer, person.pk).conditions or ()] == ["服药稳定"]
    assert "hypertension" not in str(list(Entry.objects.values_list("facts", flat=True)))
    assert person_page.timeline(lead, person.pk) == ()
    station = actor("vaccinator", OTHER_TOWN)
    assert [one.code for one in person_page.conditions_at_station(station, person.pk)] == ["hypertension"]
    assert Entry.objects.filter(verb="people.look_at_health", actor=station.name).count() == 1
    with pytest.raises(NotAllowed):
        person_page.conditions_at_station(lead, person.pk)
    today = clock.today()
    assert person_page.condition_codes([person.pk], today) == {person.pk: frozenset({"hypertension"})}
    actions.end_condition(by=officer, person_id=person.pk, code="hypertension")
    assert person_page.condition_codes([person.pk], today) == {}


def test_a_village_officer_sees_no_diagnosis_on_any_page(register: Register) -> None:
    person = register(1)
    actions.add_condition(by=actor("health_officer", TOWN), person_id=person.pk, code="hypertension")
    officer, doctor = signed_in("village_officer", VILLAGE), signed_in("health_officer", TOWN)
    for address in ("", "sheet/", "household/"):
        page = officer.get(f"/people/{person.pk}/{address}").content.decode()
        assert "Hypertension" not in page and "Health" not in page
    assert "Hypertension" in doctor.get(f"/people/{person.pk}/").content.decode()
    assert officer.get(f"/people/{person.pk}/conditions/add/").status_code == 403
    assert doctor.get(f"/people/{person.pk}/conditions/add/").status_code == 200


# --- pages -----------------------------------------------------------------------------------------


def test_one_search_box_keeps_numbers_out_of_addresses(client: Client, register: Register) -> None:
    person = register(1, name="单红梅", phones=("19900001234",))
    page = client.get("/people/").content.decode()
    assert page.count('type="search"') == 1
    for text in (number(1), "19900001234"):
        found = client.post("/people/find/", {"text": text, "query": "area=" + OTHER})
        assert found.headers["Location"] == f"/people/{person.pk}/"
    named = client.post("/people/find/", {"text": "红梅", "query": f"area={VILLAGE}&after=x&q=old"})
    assert named.headers["Location"] == f"/people/?area={VILLAGE}&q=%E7%BA%A2%E6%A2%85"
    assert "单红梅" in client.get(named.headers["Location"]).content.decode()
    unknown = client.post("/people/find/", {"text": number(9)})
    assert unknown.status_code == 200 and number(9) not in unknown.content.decode()


def test_ledger_pages_by_its_last_row(client: Client, register: Register) -> None:
    names = ["安一", "白二", "蔡三", "邓四", "冯五"]
    for at, name in enumerate(names):
        for twin in range(6):
            register(2 * (at * 6 + twin) + 1, name=name)
    first = client.get("/people/?size=25").content.decode()
    assert (first.count(">冯五<"), first.count(">邓四<")) == (1, 6)
    import re

    onward = re.search(r'href="(/people/\?size=25&amp;after=[^"]+)"', first)
    assert onward is not None
    second = client.get(onward[1].replace("&amp;", "&")).content.decode()
    assert (second.count(">冯五<"), second.count(">邓四<")) == (5, 0)
    back = re.search(r'href="(/people/\?size=25&amp;before=[^"]+)"', second)
    assert back is not None
    assert "安一" in client.get(back[1].replace("&amp;", "&")).content.decode()
    assert client.get("/people/?after=no-such-row").status_code == 200


def test_every_form_of_a_person_opens_and_acts(client: Client, register: Register) -> None:
    house = uuid4()
    person = register(1, household_id=house, household_role="head", phones=("19900001234",))
    register(4, household_id=house, household_role="spouse")
    base, today = f"/people/{person.pk}/", clock.today().isoformat()
    for address in (
        "", "sheet/", "household/", "change/", "number/", "documents/add/", "move/", "leave/", "death/", "strike/", "back/",
        "days/", "birth/", "whereabouts/", "groups/add/", "phones/add/", "guardians/add/", "household/join/",
        "household/found/", "household/address/",
    ):  # fmt: skip
        assert client.get(base + address).status_code == 200, address
    posted = {
        "change/": {"name": "王秀芳", "address": "二区", "mobility": "helped"},
        "documents/add/": {"kind": "chinese_passport", "number": PASSPORT},
        "whereabouts/": {"word": "away", "on": today, "place": "东莞"},
        "groups/add/": {"code": "teacher"},
        "groups/end/": {"code": "teacher"},
        "phones/add/": {"number": "19900005678", "owner": "child"},
        "household/address/": {"address": "三区"},
        "household/found/": {"address": "四区"},
        "move/": {"area_code": OTHER, "on": today},
        "undo/": {},
        "documents/remove/": {"kind": "chinese_passport"},
        "leave/": {"on": today},
        "back/": {"area_code": VILLAGE, "on": today},
        "death/": {"on": today},
        "days/": {"moved_in_on": today, "left_on": "", "reason": "弄错了"},
        "strike/": {"reason": "重复"},
    }
    for address, given in posted.items():
        answer = client.post(base + address, given)
        assert answer.status_code == 302, (address, answer.content.decode()[:3000])
    assert row(person).left_as == "mistake"
    assert client.get("/people/?state=mistake&group=&where=away").status_code == 200
    page = client.get(base).content.decode()
    assert "Entered by mistake" in page and "Timeline" in page


def test_pages_speak_chinese(register: Register, lead: Actor) -> None:
    person = register(1)
    actions.set_whereabouts(by=lead, person_id=person.pk, word="away")
    page = signed_in("town_lead", TOWN, "zh-hans").get(f"/people/{person.pk}/").content.decode()
    assert "在外务工" in page and "居民身份证" in page


# --- nothing of the neighbours ---------------------------------------------------------------------


def test_neighbours_never_show_on_pages_lists_files_or_in_messages(
    client: Client, register: Register, lead: Actor, there: str
) -> None:
    house = uuid4()
    mine = register(1, name="王自己", household_id=house, household_role="head")
    foreign = register(3, name="赵外人", area_code=there, household_id=house, phones=("19900007777",))
    actions.add_category(by=SYSTEM, person_id=foreign.pk, code="teacher")
    Gap.objects.create(
        area_id=there,
        kind="not_met",
        key="k",
        name="赵缺口",
        address="外村 1 号",
        found_at=clock.now(),
        found_by="t",
    )
    actions.set_whereabouts(by=SYSTEM, person_id=foreign.pk, word="away")
    secret = ("赵外人", "赵缺口", "外村", str(foreign.pk), "199****7777")
    for address in (
        "/people/", "/people/?state=gone", "/people/?group=teacher", "/people/?q=赵外", "/people/?q=zhao",
        f"/people/?area={there}", f"/people/?after={foreign.pk}", f"/people/{mine.pk}/", f"/people/{mine.pk}/household/",
        f"/people/{mine.pk}/sheet/", "/people/changes/", f"/people/changes/?area={there}", "/people/gaps/",
        f"/people/gaps/?area={there}", f"/people/{mine.pk}/household/join/", f"/people/{mine.pk}/guardians/add/",
        "/people/?export=csv", "/people/gaps/?export=csv", "/people/changes/?export=csv",
    ):  # fmt: skip
        answer = client.get(address)
        body = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code == 200, address
        echoed = (
            body.decode("utf-8", "replace")
            .replace(f"after%3D{foreign.pk}", "")
            .replace(f"after={foreign.pk}", "")
        )
        assert not [word for word in secret if word in echoed.replace("q=赵外", "").replace("赵外<", "")], (
            address
        )
    assert number(3)[-4:] not in client.post("/people/find/", {"text": number(3)}).content.decode().replace(
        number(3), ""
    )
    for verb in ("", "change/", "move/", "household/", "sheet/", "whereabouts/", "undo/", "phones/first/"):
        assert client.get(f"/people/{foreign.pk}/{verb}").status_code in (404, 405), verb
        assert client.post(f"/people/{foreign.pk}/{verb}").status_code in (404, 405) or verb in (
            "",
            "household/",
            "sheet/",
        )
    entered = client.post(
        "/people/new/", {"kind": "resident_card", "number": number(3), "name": "谁", "area_code": VILLAGE}
    )
    assert entered.status_code == 409
    assert not [word for word in secret if word in entered.content.decode()]
    with pytest.raises(Refusal):
        actions.join_household(by=lead, person_id=mine.pk, other_id=foreign.pk, role="other")


def test_household_of_who_moved_away_shows_neither_side_to_the_other(
    register: Register, lead: Actor, there: str
) -> None:
    house = uuid4()
    stays = register(1, name="王留", household_id=house, household_role="head")
    goes = register(3, name="王走", household_id=house, household_role="child")
    actions.move(by=SYSTEM, person_id=goes.pk, area_code=there)
    home = person_page.household_view(lead, stays.pk)
    assert home is not None and [one.name for one, _role in home.members] == ["王留"]
    assert person_page.household_view(actor("town_lead", OTHER_TOWN), goes.pk) is None


# --- gaps ------------------------------------------------------------------------------------------


def test_gap_is_noted_once_and_settled_with_a_finding(lead: Actor, client: Client) -> None:
    given = {"by": lead, "area_code": VILLAGE, "kind": "empty_home", "address": "一区 9 号"}
    first = actions.open_gap(**given)
    assert actions.open_gap(**given).pk == first.pk
    assert gap_queries.open_by_village(lead, TOWN) == {VILLAGE: 1}
    assert (
        client.post(
            "/people/gaps/new/", {"kind": "not_met", "area_code": OTHER, "address": "五区"}
        ).status_code
        == 302
    )
    assert "一区 9 号" in client.get("/people/gaps/").content.decode()
    with pytest.raises(NotFound):
        actions.settle_gap(by=actor("town_lead", OTHER_TOWN), gap_id=first.pk, finding="mistake")
    with pytest.raises(refusals.UnknownWord):
        actions.settle_gap(by=lead, gap_id=first.pk, finding="whatever")
    answer = client.post(f"/people/gaps/{first.pk}/settle/", {"finding": "nobody_lives_there"})
    assert answer.status_code == 302
    with pytest.raises(refusals.GapSettled):
        actions.settle_gap(by=lead, gap_id=first.pk, finding="mistake")
    assert gap_queries.open_by_village(lead, TOWN) == {OTHER: 1}
    assert client.get("/people/gaps/?export=xlsx").status_code == 200
    again = actions.open_gap(**given)
    assert again.pk != first.pk


def test_sources_are_compared_as_sets(register: Register, lead: Actor, client: Client) -> None:
    from yingjie.people.models import LedgerSource

    def source(label: str) -> LedgerSource:
        return LedgerSource.objects.create(
            kind="import",
            label=label,
            area_id=TOWN,
            on=clock.today(),
            roster_id=uuid4(),
            by="t",
            at=clock.now(),
        )

    police, grid = source("户籍底册"), source("网格摸排")
    people = [register(sequence, name=f"王{sign}") for sequence, sign in ((1, "一"), (3, "二"), (5, "三"))]
    for person, origin in zip(people, (police, police, grid), strict=True):
        Person.objects.unscoped(EVERY).filter(pk=person.pk).update(origins={"*": origin.pk})
    asked = {"by": lead, "area_code": TOWN, "known_from": str(police.pk), "missing_in": str(grid.pk)}
    assert actions.compare_sources(**asked) == {"opened": 2, "standing": 2, "settled": 0}
    assert actions.compare_sources(**asked) == {"opened": 0, "standing": 2, "settled": 0}
    Person.objects.unscoped(EVERY).filter(pk=people[0].pk).update(origins={"*": grid.pk})
    assert actions.compare_sources(**asked) == {"opened": 0, "standing": 1, "settled": 1}
    rows = gap_queries.gaps(lead, state="open")
    assert [(one.name, one.known_from, one.missing_in, one.person_id) for one in rows] == [
        ("王二", "户籍底册", "网格摸排", people[1].pk)
    ]
    assert actions.compare_sources(**asked | {"known_from": "ledger"}) == {
        "opened": 1,
        "standing": 1,
        "settled": 0,
    }
    with pytest.raises(refusals.SourcesAlike):
        actions.compare_sources(**asked | {"known_from": asked["missing_in"]})
    with pytest.raises(NotAllowed):
        actions.compare_sources(**asked | {"area_code": COUNTY})
    given = {"area_code": TOWN, "known_from": str(police.pk), "missing_in": str(grid.pk)}
    assert client.get("/people/gaps/compare/").status_code == 200
    assert client.post("/people/gaps/compare/", given).status_code == 302
