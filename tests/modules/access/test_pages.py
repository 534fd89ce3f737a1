"""The pages about users, one's own account and the journal, through their addresses."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import LazySettings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from tests.modules import campaign
from yingjie.areas.models import Area
from yingjie.foundation import clock
from yingjie.foundation.access import actions
from yingjie.foundation.access.actor import system
from yingjie.foundation.access.models import Grant, User
from yingjie.foundation.jobs.actions import run_job
from yingjie.foundation.jobs.models import Job
from yingjie.foundation.journal.actions import record
from yingjie.foundation.journal.models import Entry
from yingjie.web import registry
from yingjie.web.journal_pages import verbs
from yingjie.web.journal_words import WORDS

pytestmark = pytest.mark.django_db
PASSWORD = "plum-Orchard-83"
# How a verb stands where it is recorded: at `record` itself, or handed to a room's own function that calls it.
RECORDED = re.compile(r'(?:verb=|_own\(|_about\(|_journal\([a-z, ]+|VERIFY = )"([a-z_]+\.[a-z_]+)"')


def test_a_new_user_is_made_with_a_role_and_a_password_shown_once(boss: Client) -> None:
    answer = boss.post(
        "/settings/users/new/",
        {
            "username": "mf.wang",
            "display_name": "王某",
            "role": "village_officer",
            "area_code": "110117101201",
        },
    )
    password = given_password(answer)
    assert "no-store" in answer["Cache-Control"]
    user = User.objects.get(username="mf.wang")
    assert password not in boss.get(f"/settings/users/{user.pk}/").content.decode()
    theirs = Client()
    theirs.post("/account/login/", {"login": "mf.wang", "password": password})
    assert theirs.get("/")["Location"] == "/account/password/"


def test_an_account_whose_role_is_refused_is_not_made(boss: Client) -> None:
    for area_code, status in (("110115", 403), ("99", 403), ("1101", 403), ("abc", 400)):
        answer = boss.post(
            "/settings/users/new/",
            {"username": "new", "display_name": "x", "role": "observer", "area_code": area_code},
        )
        assert answer.status_code == status, area_code
        assert 'value="new"' in answer.content.decode()
    assert not User.objects.filter(username="new").exists()


def test_a_code_that_no_area_has_is_said_where_the_areas_are_known(
    boss: Client, areas: dict[str, str]
) -> None:
    given = {"username": "new", "display_name": "x", "role": "observer", "area_code": "110117999"}
    answer = boss.post("/settings/users/new/", given)
    assert answer.status_code == 400
    assert "没有这个代码的区域" in answer.content.decode()
    assert boss.post("/settings/users/new/", given | {"area_code": "110117101"}).status_code == 200
    assert "马坊地区" in boss.get("/settings/users/").content.decode()


def test_the_list_shows_whom_the_actor_manages(boss: Client) -> None:
    account("mf.wang", "observer", "110117101")
    account("dx.zhao", "observer", "110115")
    text = boss.get("/settings/users/").content.decode()
    assert "mf.wang" in text
    assert "dx.zhao" not in text
    assert "mf.wang" not in boss.get("/settings/users/?q=zhao").content.decode()


def test_a_role_is_granted_and_ended(boss: Client) -> None:
    user = account("mf.wang", "observer", "110117101")
    there = f"/settings/users/{user.pk}/"
    answer = boss.post(
        f"{there}roles/", {"role": "registrar", "area_code": "110117101", "until_on": "2999-01-01"}
    )
    assert (answer.status_code, answer["Location"]) == (302, there)
    grant = Grant.objects.get(user=user, role="registrar")
    assert str(grant.until_on) == "2999-01-01"
    text = boss.get(there).content.decode()
    assert "登记员" in text
    assert "2999-01-01（周二）" in text
    assert boss.post(f"{there}roles/{grant.pk}/end/").status_code == 302
    assert list(user.grants.values_list("role", flat=True)) == ["observer"]


def test_a_role_is_granted_at_a_site_and_shown_with_it(boss: Client) -> None:
    campaign.tree()
    site = campaign.site("S1", name="滨河接种点")
    user = account("mf.wang", "observer", "110117101")
    there = f"/settings/users/{user.pk}/"
    assert f'<option value="{site.pk}">滨河接种点</option>' in boss.get(there).content.decode()
    given = {"role": "registrar", "area_code": campaign.TOWN, "site_id": str(site.pk)}
    assert boss.post(f"{there}roles/", given).status_code == 302
    assert Grant.objects.get(user=user, role="registrar").site_id == site.pk
    assert Entry.objects.get(verb="access.grant_role", facts__role="registrar").facts["site"] == str(site.pk)
    assert "滨河接种点" in boss.get(there).content.decode()
    assert "滨河接种点" in boss.get("/settings/users/").content.decode()
    made = {"username": "bh.li", "display_name": "李某", **given}
    assert boss.post("/settings/users/new/", made).status_code == 200
    assert Grant.objects.get(user__username="bh.li").site_id == site.pk


def test_a_site_that_is_not_the_actors_or_not_in_the_area_is_refused(boss: Client) -> None:
    campaign.tree()
    for code, parent in (("110115", "1101"), ("110115001", "110115"), ("110117002", "110117")):
        Area.objects.create(code=code, name=code, level="town", parent_id=parent, pinyin="")
    foreign, own = campaign.site("S9", area_code="110115001"), campaign.site("S1")
    user = account("mf.wang", "observer", "110117101")
    there = f"/settings/users/{user.pk}/"
    assert foreign.name not in boss.get(there).content.decode()
    for site_id, area_code, why in (
        (foreign.pk, campaign.TOWN, "不在您的管理范围"),
        (foreign.pk, "110115001", "不在您的管理范围"),
        (own.pk, "110117002", "不在该区域内"),
        ("x", campaign.TOWN, "不在您的管理范围"),
    ):
        given = {"role": "registrar", "area_code": area_code, "site_id": str(site_id)}
        answer = boss.post(f"{there}roles/", given)
        assert (answer.status_code, why in answer.content.decode()) == (400, True), (site_id, area_code)
        made = {"username": "bh.li", "display_name": "李某", **given}
        assert boss.post("/settings/users/new/", made).status_code == 400
    assert list(user.grants.values_list("role", flat=True)) == ["observer"]
    assert not User.objects.filter(username="bh.li").exists()


def test_a_role_with_wrong_days_is_said_at_the_field(boss: Client) -> None:
    user = account("mf.wang", "observer", "110117101")
    given = {"role": "registrar", "area_code": "110117101", "from_on": "2021-05-02", "until_on": "2021-05-01"}
    answer = boss.post(f"/settings/users/{user.pk}/roles/", given)
    assert answer.status_code == 400
    assert "截止日期早于开始日期" in answer.content.decode()
    assert user.grants.count() == 1


def test_password_second_factor_and_closing(boss: Client) -> None:
    user = account("mf.wang", "town_lead", "110117101")
    TOTP.activate(user, generate_totp_secret())
    there = f"/settings/users/{user.pk}/"
    password = given_password(boss.post(f"{there}password/"))
    user.refresh_from_db()
    assert user.check_password(password)
    assert user.must_change_password
    assert boss.post(f"{there}second-factor/").status_code == 302
    assert not user.authenticator_set.exists()
    assert boss.post(f"{there}close/").status_code == 302
    user.refresh_from_db()
    assert not user.is_active
    assert "已停用" in boss.get(there).content.decode()
    assert boss.post(f"{there}open/").status_code == 302
    user.refresh_from_db()
    assert user.is_active


def test_a_foreign_users_pages_are_not_found_and_nothing_changes(boss: Client) -> None:
    user = account("dx.zhao", "observer", "110115")
    before = User.objects.filter(pk=user.pk).values().get()
    grant = user.grants.get()
    there = f"/settings/users/{user.pk}/"
    assert boss.get(there).status_code == 404
    for what in ("password/", "second-factor/", "close/", "open/", f"roles/{grant.pk}/end/"):
        assert boss.post(there + what).status_code == 404, what
    assert boss.post(f"{there}roles/", {"role": "observer", "area_code": "110117"}).status_code == 404
    assert User.objects.filter(pk=user.pk).values().get() == before
    assert user.grants.get().until_on is None


def test_who_administers_nothing_opens_none_of_these_pages(client: Client) -> None:
    user = account("mf.wang", "village_officer", "110117101201")
    client.force_login(user)
    for address in (
        "/settings/users/",
        "/settings/users/new/",
        f"/settings/users/{user.pk}/",
        "/settings/journal/",
    ):
        assert client.get(address).status_code == 403, address
    assert client.post("/settings/journal/verification/").status_code == 403
    navigation = client.get("/settings/profile/").content.decode()
    assert "/settings/users/" not in navigation
    assert "/settings/journal/" not in navigation


def test_what_changes_something_is_never_done_by_following_a_link(boss: Client) -> None:
    user = account("mf.wang", "observer", "110117101")
    there = f"/settings/users/{user.pk}/"
    for what in (
        "roles/",
        "password/",
        "second-factor/",
        "close/",
        "open/",
        f"roles/{user.grants.get().pk}/end/",
    ):
        assert boss.get(there + what).status_code == 405, what
    assert boss.get("/settings/journal/verification/").status_code == 405
    assert boss.get("/settings/profile/language/").status_code == 405


def test_names_are_shown_and_never_executed(boss: Client) -> None:
    user = account("mf.wang", "observer", "110117101", display_name='<script>alert("x")</script>')
    for address in ("/settings/users/", f"/settings/users/{user.pk}/"):
        assert "<script>alert" not in boss.get(address).content.decode()


def test_ones_own_page_and_language(client: Client) -> None:
    client.force_login(account("mf.wang", "village_officer", "110117101201"))
    text = client.get("/settings/profile/").content.decode()
    assert "村（社区）干部" in text
    assert "110117101201" in text
    answer = client.post("/settings/profile/language/", {"language": "en"})
    assert answer.cookies["yingjie_language"].value == "en"
    assert User.objects.get(username="mf.wang").language == "en"
    assert "Village officer" in client.get("/settings/profile/").content.decode()
    assert client.post("/settings/profile/language/", {"language": "xx"}).status_code == 400
    assert User.objects.get(username="mf.wang").language == "en"


def test_the_journal_in_plain_words_filtered_and_below_ones_area_only(boss: Client) -> None:
    account("mf.wang", "observer", "110117101")
    account("dx.zhao", "observer", "110115")
    text = boss.get("/settings/journal/").content.decode()
    assert "授予 mf.wang 留观护士角色" in text
    assert "系统（test）" in text
    assert "dx.zhao" not in text
    assert rows(boss.get("/settings/journal/?verb=access.grant_role&subject=mf.wang")) == 1
    assert rows(boss.get("/settings/journal/?actor=boss")) == Entry.objects.filter(actor="boss").count()
    assert rows(boss.get("/settings/journal/?on=2001-01-01")) == 0
    assert rows(boss.get(f"/settings/journal/?on={clock.today()}&verb=access.grant_role")) == 2


def test_a_day_of_the_journal_is_a_day_of_the_campaign(boss: Client) -> None:
    midnight = clock.now().astimezone(clock.CAMPAIGN_ZONE).replace(
        hour=0, minute=0, second=0, microsecond=0
    ) - timedelta(days=40)
    for moment in (midnight - timedelta(seconds=1), midnight, midnight + timedelta(hours=23, minutes=59)):
        with clock.at(moment):
            record(by=system("test"), verb="areas.rename", subject=("area", "110117"), area_code="110117")
    assert rows(boss.get(f"/settings/journal/?on={midnight:%Y-%m-%d}")) == 2


def test_the_journal_is_verified_in_the_background(boss: Client, anchors: Path) -> None:
    account("mf.wang", "observer", "110117101")
    answer = boss.post("/settings/journal/verification/")
    job = Job.objects.get(kind="journal.verify")
    assert answer["Location"] == f"/jobs/{job.pk}/"
    entries = Entry.objects.count()
    run_job(str(job.pk))
    text = boss.get("/settings/journal/").content.decode()
    assert f"已校验 {entries} 条" in text
    assert 'href="/settings/journal/"' in boss.get(f"/jobs/{job.pk}/").content.decode()


def test_a_broken_journal_is_said_with_its_places(boss: Client, anchors: Path) -> None:
    account("mf.wang", "observer", "110117101")
    entry = Entry.objects.filter(verb="access.create_user").latest("number")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER journal_is_append_only")
        cursor.execute("UPDATE journal_entry SET actor = 'nobody' WHERE id = %s", [entry.pk])
        cursor.execute("ALTER TABLE journal_entry ENABLE TRIGGER journal_is_append_only")
    boss.post("/settings/journal/verification/")
    run_job(str(Job.objects.get(kind="journal.verify").pk))
    text = boss.get("/settings/journal/").content.decode()
    assert f"第 {entry.chain} 链第 {entry.number} 条：被改动" in text


def test_every_verb_that_is_recorded_has_its_words() -> None:
    sources = Path(registry.__file__).parents[1]
    recorded = {verb for path in sources.rglob("*.py") for verb in RECORDED.findall(path.read_text("utf-8"))}
    assert {
        "people.reveal",
        "people.remap_import",
        "account.sign_in",
        "demo.people",
        "journal.verify",
    } <= recorded
    assert sorted(recorded - set(registry.current.journal)) == []
    assert set(WORDS) <= set(registry.current.journal)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_filter_calls_every_verb_by_a_whole_title_of_its_own(language: str) -> None:
    with translation.override(language):
        titles = [str(title) for _verb, title in verbs(system("test"))]
        assert [title for title in titles if set(title) & set("{}“”：") or not title] == []
    assert len(set(titles)) == len(titles)


def test_an_entry_without_the_facts_that_its_words_name_is_said_by_its_title(boss: Client) -> None:
    record(by=system("test"), verb="areas.rename", subject=("area", "110117"), area_code="110117")
    text = boss.get("/settings/journal/?verb=areas.rename").content.decode()
    assert re.search(r"<td[^>]*>[^<]*更名区划", text), text


# ------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def boss() -> Client:
    """The administrator of the county, signed in with the second factor set up."""
    user = account("boss", "administrator", "110117")
    TOTP.activate(user, generate_totp_secret())
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture(autouse=True)
def no_areas(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where no module knows areas; `areas` brings two."""
    monkeypatch.setattr(registry.current, "areas", [])


@pytest.fixture
def areas(no_areas: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    names = {"110117": "平谷区", "110117101": "马坊地区"}
    monkeypatch.setattr(
        registry.current, "areas", [lambda codes: {code: names[code] for code in codes if code in names}]
    )
    return names


@pytest.fixture
def anchors(settings: LazySettings, tmp_path: Path) -> Path:
    settings.YINGJIE_ANCHORS = tmp_path / "anchors.jsonl"
    return settings.YINGJIE_ANCHORS


def account(username: str, role: str, area_code: str, display_name: str = "Somebody") -> User:
    user = actions.create_user(
        by=system("test"),
        username=username,
        display_name=display_name,
        password=PASSWORD,
        must_change_password=False,
    )
    actions.grant_role(by=system("test"), user_id=user.pk, role=role, area_code=area_code)
    user.refresh_from_db()
    return user


def given_password(answer: HttpResponse) -> str:
    assert answer.status_code == 200, answer.status_code
    found = re.findall(r'<code class="password-once">([^<]+)</code>', answer.content.decode())
    return str(found[1])


def rows(answer: HttpResponse) -> int:
    return answer.content.decode().count("<tr data-row")
