"""People of a neighbouring township never leak: not through a page, a list, an export, a file, a search, a refusal or an import.

Two townships share families, workplaces, movers and a visitor. Whoever works in ours asks for everything there is, by every address
with own and with foreign parameters, follows every link and opens every file; nobody finds a word of the neighbours'.
"""

from collections.abc import Iterator
from urllib.parse import quote

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

#: One role of each reach (a township, a village, a site): the others read a part of the same pages through the same queries.
ASKED = ("town_lead", "village_officer")

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
        answers = list(viewer.crawl(county.ours.values))
        answers += viewer.trespass(county.ours.values, county.theirs.values)
        assert _leaks(county, answers) == [], role
        assert [str(each) for each in answers if each.status == 500] == [], role
        if role in (*IN_A_VILLAGE, "town_lead"):
            assert _diagnoses(answers) == [], role


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


@pytest.fixture
def county(db: None) -> Iterator[County]:
    with clock.at(campaign.NOON):
        yield two_townships.build()


def _viewer(role: str, county: County, town: str = OURS) -> Viewer:
    """Somebody with that role in a township, one of its villages or at its site, signed in."""
    side = county.ours if town == OURS else county.theirs
    site = side.values["site_id"][0] if role in AT_A_SITE else None
    area = OUR_VILLAGE if role in IN_A_VILLAGE else town
    client = Client(raise_request_exception=False)
    user = world.user_with(role, area, f"{role}-{area}", site)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["yingjie_language"] = "zh-hans"
    return Viewer(role, client)


def _leaks(county: County, answers: list[Answer]) -> list[str]:
    """Every word of the neighbours' in an answer, unless it was in the question or an exception allows it."""
    everybody = county.theirs.secrets | county.gone.secrets
    strict = everybody | county.visitor.secrets
    at_the_desk = EXCEPTIONS["visitor"][0]
    return [
        f"{answer}: {label}"
        for answer in answers
        for label, word in (everybody if answer.route in at_the_desk else strict).items()
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
