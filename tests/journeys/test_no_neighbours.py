"""People of a neighbouring township never leak: not through a page, a list, an export, a file, a search, a refusal or an import.

Two townships share families, workplaces, movers and a visitor. Whoever works in ours asks for everything there is, by every address
with own and with foreign parameters, follows every link and opens every file; nobody finds a word of the neighbours'.
"""

from collections.abc import Iterator
from urllib.parse import quote
from uuid import UUID

import pytest
from django.test import Client

from tests.architecture import world
from tests.journeys import two_townships
from tests.journeys.crawl import Answer, Viewer, same_but_for
from tests.journeys.two_townships import OUR_VILLAGE, OURS, THEIRS, County
from tests.modules import campaign
from yingjie.foundation import clock
from yingjie.people.models import IdentityDocument, Person

AT_A_SITE = ("site_lead", "registrar", "vaccinator", "observer")
IN_A_VILLAGE = ("village_officer", "grid_worker")

#: The neighbours who may be shown somewhere: on which addresses, and why. Everything else is a leak.
EXCEPTIONS = {
    "visitor": (
        ("clinic", "clinic_day", "clinic_slip", "station_registration", "station_vaccination", "station_queue",
         "station_vaccinate", "station_observation", "station_observation_list", "clinic_turn_away"),
        "whoever stood at the desk of our own site is on that site's day, wherever they live",
    ),
}  # fmt: skip

#: One role of each reach (a township, a village): the others read a part of the same pages through the same queries.
ASKED = ("town_lead", "village_officer", "grid_worker")
BRIEFLY = ("grid_worker",)

#: Words by which a page would say what somebody is ill with (the conditions of two of our own people).
DIAGNOSES = (
    "未控制的癫痫",
    "自身免疫病",
    "uncontrolled-epilepsy",
    "Uncontrolled epilepsy",
    "Autoimmune",
    "病情说明",
)

#: Lists with a search box.
SEARCHED = ("/people/", "/people/gaps/", "/outreach/plans/", "/outreach/unvaccinated/", "/outreach/checks/", "/units/",
            "/people/changes/", "/people/review/", "/doses/elsewhere/")  # fmt: skip


def test_whoever_works_in_ours_finds_nobody_of_theirs(county: County) -> None:
    for role in ASKED:
        viewer = _viewer(role, county)
        viewer.briefly = role in BRIEFLY
        answers = list(viewer.crawl(county.ours.values))
        answers += viewer.trespass(county.ours.values, county.theirs.values)
        assert _leaks(county, answers) == [], role
        assert [str(each) for each in answers if each.status == 500] == [], role
        if role in (*IN_A_VILLAGE, "town_lead"):
            assert _diagnoses(answers) == [], role


def test_a_line_finds_nobody_outside_the_line(county: County) -> None:
    """The line that answers for factories sees who counts at one, in either township, and nobody else of them."""
    client = _signed_in("line_lead", two_townships.COUNTY)
    viewer = Viewer("line_lead", client, briefly=True)
    values = {
        name: [*county.ours.values.get(name, ())[:1], *found[:1]]
        for name, found in county.theirs.values.items()
    }
    mine = [county.ours.people["guardian"].row.pk, county.theirs.people["planned"].row.pk]
    answers = list(viewer.crawl(values | {"person_id": mine}))
    everybody = [each.row.pk for side in (county.ours, county.theirs) for each in side.people.values()]
    others = {name: found for name, found in values.items() if name != "unit_id"}
    answers += viewer.trespass(
        {}, others | {"person_id": [pk for pk in everybody if pk not in _of_line(county)]}
    )
    told = "\n".join(each.text for each in answers if each.status == 200)
    for side in (county.ours, county.theirs):
        assert side.people["guardian"].name in told
        assert side.words["a unit's contact"] in told
    secrets = county.visitor.secrets | county.gone.secrets
    for side in (county.ours, county.theirs):
        secrets |= {label: word for label, word in side.words.items() if label not in WORDS_OF_THE_LINE}
        for somebody in side.people.values():
            secrets |= somebody.secrets if somebody.row.pk not in _of_line(county) else {}
    assert _found(answers, secrets) == []
    assert [str(each) for each in answers if each.status == 500] == []
    assert _diagnoses(answers) == []


def test_the_neighbours_themselves_find_what_is_hidden_from_us(county: County) -> None:
    """What keeps the other sentences honest: the words that are looked for do stand on the pages of those whose people they are."""
    answers = list(_viewer("town_lead", county, THEIRS).crawl(county.theirs.values))
    told = "\n".join(each.text for each in answers if each.status == 200)
    secrets = county.theirs.secrets
    never = {"number", "phone"}  # whole ones are not on any page without a purpose
    unseen = [label for label, word in secrets.items() if word not in told and label.split()[0] not in never]
    assert {label for label in unseen if not label.startswith("id of")} == NOT_ON_PAGES
    nobody_of_ours = [label for label, word in county.ours.people["waiting"].secrets.items() if word in told]
    assert nobody_of_ours == []


@pytest.mark.parametrize("role", ["town_lead", "grid_worker"])
def test_a_search_for_a_neighbour_is_answered_as_one_for_nobody(county: County, role: str) -> None:
    viewer, them = _viewer(role, county), county.theirs.people["waiting"]
    nobody = campaign.identity_number(them.row.birth_on, 998)
    pairs = (
        (them.name, "轩辕无名"),
        (them.name[:2], "轩辕"),
        ("tantaijingming", "xuanyuanwuming"),
        ("ttjm", "xywm"),
        (them.number[-4:], nobody[-4:]),
        (them.number, nobody),
        (them.phone, "19900009999"),
    )
    for theirs, nobodys in pairs:
        for url in SEARCHED:
            found, empty = (viewer.get(f"{url}?q={quote(term)}") for term in (theirs, nobodys))
            assert same_but_for(found, theirs) == same_but_for(empty, nobodys), (url, theirs)
        found, empty = (
            viewer.post("/people/find/", {"text": term, "query": ""}) for term in (theirs, nobodys)
        )
        assert same_but_for(found, theirs) == same_but_for(empty, nobodys), theirs


def test_a_refusal_says_of_a_neighbours_number_only_that_it_is_taken(county: County) -> None:
    viewer, them, mine = (
        _viewer("town_lead", county),
        county.theirs.people["waiting"],
        county.ours.people["waiting"],
    )
    before = _ledger()
    birth, sex = them.row.birth_on.isoformat(), them.row.sex
    card = {"kind": "resident_card", "number": them.number}
    typed = {"area_code": OUR_VILLAGE, "name": "路人", "birth_on": birth, "sex": sex, "phones": "", **card}
    asked = [
        viewer.post("/people/new/", typed),
        viewer.post(f"/people/{mine.row.pk}/number/", card),
        viewer.post(f"/people/{mine.row.pk}/documents/add/", card),
        viewer.post(
            "/people/take-in/", {"area_code": OUR_VILLAGE, "name": "路人", "on": "2021-05-01", **card}
        ),
        viewer.post(
            f"/people/{mine.row.pk}/household/join/", {"other": them.row.pk, "other_id": them.row.pk}
        ),
        viewer.post(
            f"/people/{mine.row.pk}/guardians/add/", {"guardian_id": them.row.pk, "relation": "other"}
        ),
        viewer.post(f"/units/{county.ours.values['unit_id'][0]}/staff/add/", {"number": them.number}),
    ]
    hidden = {label: word for label, word in county.theirs.secrets.items() if word != them.number}
    for answer in asked:
        assert answer.status in (200, 400, 404, 409), answer
        said = {label for label, word in hidden.items() if word in answer.text and word not in answer.url}
        # The mask of the number that was just typed tells nobody anything; an id that was typed may stand in its field.
        assert said <= {f"last four of {them.name}", f"id of {them.name}"}, (answer, said)
        assert "丙村" not in answer.text and "兴谷" not in answer.text, answer
    assert _ledger() == before


# ---- below the fold

#: The neighbours' words that none of their own pages shows: a whole phone and a note on health ask for more than a task force may
#: see, and a child that joined a household has its address.
NOT_ON_PAGES = {"a guardian's phone", "note on a condition", "address of 端木幼听雪"}


#: What is written about the units of the line and about those who work there.
WORDS_OF_THE_LINE = {
    "a unit's contact", "a unit's phone", "position", "where a dose was given",
    "an officer",  # who answers in the village for somebody of the line
}  # fmt: skip


@pytest.fixture
def county(db: None) -> Iterator[County]:
    with clock.at(campaign.NOON):
        yield two_townships.build()


def _viewer(role: str, county: County, town: str = OURS) -> Viewer:
    """Somebody with that role in a township, one of its villages or at its site, signed in."""
    side = county.ours if town == OURS else county.theirs
    site = side.values["site_id"][0] if role in AT_A_SITE else None
    return Viewer(role, _signed_in(role, OUR_VILLAGE if role in IN_A_VILLAGE else town, site))


def _signed_in(role: str, area: str, site: UUID | None = None) -> Client:
    client = Client(raise_request_exception=False)
    user = world.user_with(role, area, f"{role}-{area}", site)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["yingjie_language"] = "zh-hans"
    return client


def _of_line(county: County) -> set[UUID]:
    """Who counts at the two factories."""
    return {
        side.people[role].row.pk for side in (county.ours, county.theirs) for role in ("guardian", "planned")
    }


def _leaks(county: County, answers: list[Answer]) -> list[str]:
    """Every word of the neighbours' in an answer, unless it was in the question or an exception allows it."""
    everybody = county.theirs.secrets | county.gone.secrets
    strict = everybody | county.visitor.secrets
    at_the_desk = [each for each in answers if each.route in EXCEPTIONS["visitor"][0]]
    others = [each for each in answers if each.route not in EXCEPTIONS["visitor"][0]]
    return _found(at_the_desk, everybody) + _found(others, strict)


def _found(answers: list[Answer], secrets: dict[str, str]) -> list[str]:
    return [
        f"{answer}: {label}"
        for answer in answers
        for label, word in secrets.items()
        if word in answer.text and word not in answer.url
    ]


def _diagnoses(answers: list[Answer]) -> list[str]:
    """Where one's own people's diagnoses stand. The rules of a vaccine name conditions, but nobody who has them."""
    rules = ("policy", "policies", "policy_new", "products")
    return [
        f"{each}: {word}"
        for each in answers
        if each.route not in rules
        for word in DIAGNOSES
        if word in each.text
    ]


def _ledger() -> list[object]:
    people = Person.objects.unscoped(campaign.ALL).order_by("pk").values()
    return [*people, *IdentityDocument.objects.unscoped(campaign.ALL).order_by("pk").values()]
