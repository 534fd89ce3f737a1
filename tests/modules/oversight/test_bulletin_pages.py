"""The bulletin's pages as people meet them: read, drill down, issue, download, and what a foreign area looks like."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from tests.modules.oversight.tiny_county import COUNTY, FIRST, NORTH, SOUTH, moment
from yingjie.foundation import clock
from yingjie.foundation.access.actor import system
from yingjie.foundation.access.models import Grant, User
from yingjie.foundation.access.queries import actor_for
from yingjie.foundation.documents.report import Table
from yingjie.oversight import actions, queries, web_entries
from yingjie.oversight.models import Bulletin
from yingjie.oversight.paper import report
from yingjie.people.models import Person

pytestmark = pytest.mark.django_db
DAY = clock.today() - timedelta(days=1)


@pytest.fixture(autouse=True)
def town(people: Callable[..., list[Person]], doses: Callable[..., object]) -> Iterator[None]:
    residents = people(40, FIRST)
    people(3, NORTH)
    doses(residents[:10], 1, DAY)
    yield


def signed_in(role: str, code: str, language: str = "en") -> Client:
    user = User.objects.create(username=role, display_name=role, created_at=clock.now(), area_code=code)
    Grant.objects.create(user=user, role=role, area_code=code, from_on=clock.today(), granted_by="test")
    TOTP.activate(user, generate_totp_secret())
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["yingjie_language"] = language
    return client


def test_the_navigation_leads_to_todays_bulletin_of_ones_own_area() -> None:
    client = signed_in("village_officer", FIRST)
    assert client.get("/reports/").headers["Location"] == f"/reports/{FIRST}/{clock.today()}/"
    chosen = client.get("/reports/", {"area": FIRST, "on": str(DAY)})
    assert chosen.headers["Location"] == f"/reports/{FIRST}/{DAY}/"


WORDS = {"en": ["Draft", "Not placed in a village", "10 / 43"], "zh-hans": ["草稿", "未落到村", "排名办法"]}


@pytest.mark.parametrize(("language", "words"), WORDS.items())
def test_the_page_of_a_day(language: str, words: list[str]) -> None:
    page = signed_in("town_lead", NORTH, language).get(f"/reports/{NORTH}/{DAY}/").content.decode()
    for word in [*words, f"/reports/{FIRST}/{DAY}/", f"/reports/{NORTH}/{DAY}/issue/", "23.3%"]:
        assert word in page


QUIET = {"en": "Nobody to vaccinate in the ledger yet", "zh-hans": "台账中暂无应接种人员"}


@pytest.mark.parametrize(("language", "words"), QUIET.items())
def test_areas_with_nobody_stand_last_and_the_sum_agrees(language: str, words: str) -> None:
    page = signed_in("town_lead", NORTH, language).get(f"/reports/{NORTH}/{DAY}/").content.decode()
    table = page[page.index("<table") : page.index("</table")]
    place = [
        table.index(said)
        for said in ("甲村", WORDS[language][1][:3], 'class="is-bare"', words, "乙村", "<tfoot")
    ]
    assert place == sorted(place)
    assert table.count(words) == 1
    assert "丙村" not in page and "乙村" not in page[page.index("data-chart") : page.index("<details")]


def test_areas_with_nobody_stand_last_on_paper_too() -> None:
    content = queries.draft(system("test"), NORTH, DAY)
    assert [(line.name, line.is_bare) for line in content.lines] == [
        ("甲村", False),
        ("乙村", True),
        ("", False),
    ]
    table = next(part for part in report(content, "en").body if isinstance(part, Table))
    assert [row[1] for row in table.rows] == ["甲村", "Not placed in a village", "乙村"]
    assert table.note == "1 area with nobody to vaccinate in the ledger yet stands last."
    assert table.totals is not None
    for column in range(2, 8):
        assert sum(row[column] for row in table.rows) == table.totals[column]


def test_people_lead_to_the_ledger_for_who_may_see_it() -> None:
    address, link = f"/reports/{COUNTY}/{DAY}/", f"/people/?area={NORTH}"
    assert link in signed_in("county_lead", COUNTY).get(address).content.decode()
    assert link not in signed_in("site_lead", COUNTY).get(address).content.decode()


def test_a_village_page_has_no_link_below_and_its_officer_no_button_to_issue() -> None:
    page = signed_in("village_officer", FIRST).get(f"/reports/{FIRST}/{DAY}/").content.decode()
    assert "25.0%" in page
    assert "/issue/" not in page and f"/reports/{NORTH}/" not in page


def test_issuing_freezes_and_shows_the_number() -> None:
    client = signed_in("town_lead", NORTH)
    there = f"/reports/{NORTH}/{DAY}/"
    assert "What will be issued" in client.get(there + "issue/").content.decode()
    answer = client.post(there + "issue/", {"cut_off": "", "problems": "late van", "plan": ""}, follow=True)
    page = answer.content.decode()
    assert "Bulletin No. 1 is issued." in page and f"No. 1 of {DAY.year}" in page and "late van" in page
    assert there + "issue/" not in page
    again = client.post(there + "issue/", {})
    assert (again.status_code, "oversight.already_issued" in again.content.decode()) == (409, True)
    assert Bulletin.objects.unscoped("test").count() == 1
    assert f'href="{there}"' in client.get("/reports/archive/").content.decode()


def test_a_time_of_the_day_is_the_cut_off() -> None:
    signed_in("town_lead", NORTH).post(f"/reports/{NORTH}/{DAY}/issue/", {"cut_off": "09:30"})
    assert Bulletin.objects.unscoped("test").get().cut_off_at == moment(DAY, 9) + timedelta(minutes=30)


def test_files_carry_the_name_of_area_and_day() -> None:
    client = signed_in("town_lead", NORTH, "zh-hans")
    answer = client.get(f"/reports/{NORTH}/{DAY}/bulletin.xlsx")
    assert answer.content[:2] == b"PK"
    assert f'filename="bulletin-{NORTH}-{DAY}.xlsx"' in answer.headers["Content-Disposition"]
    assert client.get(f"/reports/{NORTH}/{DAY}/bulletin.exe").status_code == 404


def test_foreign_areas_and_impossible_days_are_not_found() -> None:
    client = signed_in("town_lead", NORTH)
    foreign = [f"{SOUTH}/{DAY}/{rest}" for rest in ("", "issue/", "bulletin.pdf")]
    for address in (*foreign, f"{COUNTY}/{DAY}/", f"{NORTH}/2021-13-01/"):
        assert client.get(f"/reports/{address}").status_code == 404, address
    assert client.post(f"/reports/{SOUTH}/{DAY}/issue/").status_code == 404
    assert client.get(f"/reports/{NORTH}/{clock.today() + timedelta(days=1)}/").status_code == 409


def test_a_vaccinator_has_no_bulletins() -> None:
    client = signed_in("vaccinator", COUNTY)
    assert [client.get(f"/reports/{rest}").status_code for rest in ("", f"{COUNTY}/{DAY}/", "archive/")] == [
        403
    ] * 3


def test_today_shows_the_coverage_and_the_bulletin_that_waits() -> None:
    signed_in("town_lead", NORTH)
    lead = actor_for(User.objects.get())
    bars = list(web_entries.coverage(lead))
    assert [(bar.done, bar.total) for bar in bars] == [(10, 43), (0, 43)]
    assert [line.url for line in web_entries.to_issue(lead)] == [f"/reports/{NORTH}/{clock.today()}/"]
    actions.issue(by=lead, area_code=NORTH, on=clock.today())
    assert list(web_entries.to_issue(lead)) == []
    assert queries.not_issued(lead, clock.today() + timedelta(days=1)) != []
