"""A person's page and its forms, households, guardians, health, changes and gaps; and that nothing of another township's people
shows on any of them."""

from __future__ import annotations

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
    row,
)
from tests.modules.people.test_pages import signed_in
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotAllowed, NotFound, Refusal
from yingjie.people import actions, gap_queries, person_page, refusals
from yingjie.people.models import Gap, Person

SYSTEM = system("test")
PERMIT, TAIWAN, PASSPORT = "H12345678", "12345678", "E12345678"


@pytest.fixture(autouse=True)
def no_second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yingjie.foundation.access.middleware.is_mfa_enabled", lambda *_: True)


@pytest.fixture
def client(county: str) -> Client:
    return signed_in("town_lead", TOWN)


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
