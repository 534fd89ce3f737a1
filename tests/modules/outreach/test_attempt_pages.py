"""Recording a visit from a person's page, and the page of reasons."""

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from yingjie.areas.models import Area
from yingjie.foundation import clock
from yingjie.foundation.access.actor import system
from yingjie.foundation.access.models import Grant, User
from yingjie.foundation.access.queries import actor_for
from yingjie.outreach import web_entries
from yingjie.outreach.models import Attempt
from yingjie.people.models import Person
from yingjie.vaccines.actions import load_products, load_shipped

TOWN, FIRST, SECOND = "110117001", "110117001001", "110117001002"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town(db: None) -> None:
    Area.objects.create(code=TOWN, name="北镇", level="town", pinyin="")
    for code, name in ((FIRST, "甲村"), (SECOND, "乙村")):
        Area.objects.create(code=code, name=name, level="village", parent_id=TOWN, pinyin="")


def resident(area: str) -> Person:
    return Person.objects.create(
        area_id=area, name="某人", pinyin="", sex="male", birth_on=date(clock.today().year - 75, 1, 1),
        registered_on=date(2021, 1, 1), source="test",
    )  # fmt: skip


@pytest.fixture
def worker() -> User:
    user = User.objects.create(username="grid", display_name="王主任", created_at=clock.now())
    Grant.objects.create(
        user=user, role="grid_worker", area_code=FIRST, from_on=clock.today(), granted_by="test"
    )
    return user


@pytest.fixture
def client(worker: User) -> Client:
    client = Client()
    client.force_login(worker, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["yingjie_language"] = "zh-hans"
    return client


def test_a_visit_is_recorded_from_the_panel(client: Client, worker: User) -> None:
    person = resident(FIRST)
    answer = client.post(
        f"/outreach/people/{person.pk}/", {"outcome": "refused", "reason": "afraid", "note": "怕疼"}
    )
    assert (answer.status_code, str(person.pk) in answer.headers["Location"]) == (302, True)
    panel = web_entries.visits(actor_for(worker), person.pk)
    assert panel and panel.context["form"] is not None
    item = panel.context["items"][0]
    assert (item["title"], item["text"], item["tone"]) == (
        "拒绝 · 担心不良反应",
        "王主任 · 怕疼",
        "red",
    )


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"outcome": "refused"}, 409, "outreach.reason_needed"),
        ({"outcome": ""}, 400, "outreach.unknown_outcome"),
    ],
)
def test_what_is_missing_is_said(client: Client, sent: dict[str, str], status: int, code: str) -> None:
    """Where it was typed, with what was typed: in the panel's place by script, on a page of its own without."""
    person, sent = resident(FIRST), sent | {"note": "怕疼，下周再问"}
    for header, is_whole_page in ({"HX-Request": "true"}, False), ({}, True):
        answer = client.post(f"/outreach/people/{person.pk}/", sent, headers=header)
        said = answer.content.decode()
        assert (answer.status_code, code in said, "怕疼，下周再问" in said) == (status, True, True)
        assert ("<!doctype html>" in said.lower(), said.lstrip().startswith('<div id="visits">')) == (
            is_whole_page,
            not is_whole_page,
        )
        assert ('<option value="refused" selected>' in said) == (sent["outcome"] == "refused")
        assert f'hx-post="/outreach/people/{person.pk}/"' in said
    assert not Attempt.objects.unscoped("test").exists()


def test_a_note_too_long_is_said_at_the_note(client: Client) -> None:
    answer = client.post(
        f"/outreach/people/{resident(FIRST).pk}/", {"outcome": "thinking", "note": "长" * 301}
    )
    said = answer.content.decode()
    assert (answer.status_code, "outreach.unknown_outcome" in said, "field-error" in said) == (
        400,
        False,
        True,
    )
    assert not Attempt.objects.unscoped("test").exists()


def test_a_person_of_elsewhere_is_not_shown_by_a_wrong_entry(client: Client) -> None:
    for sent in {"outcome": ""}, {"outcome": "refused"}:
        answer = client.post(f"/outreach/people/{resident('110117001002').pk}/", sent)
        assert (answer.status_code, "某人" in answer.content.decode()) == (404, False)


def test_by_script_a_recorded_visit_opens_the_persons_page_again(client: Client) -> None:
    person = resident(FIRST)
    answer = client.post(
        f"/outreach/people/{person.pk}/", {"outcome": "agreed"}, headers={"HX-Request": "true"}
    )
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, f"/people/{person.pk}/")
    assert Attempt.objects.unscoped("test").count() == 1
    assert 'hx-target="#visits"' in client.get(answer.headers["HX-Redirect"]).content.decode()


def test_strangers_are_not_found(client: Client) -> None:
    for person_id in (resident(SECOND).pk, uuid4()):
        assert client.post(f"/outreach/people/{person_id}/", {"outcome": "away"}).status_code == 404
    assert client.get(f"/outreach/reasons/{SECOND}/").status_code == 404
    assert not Attempt.objects.unscoped("test").exists()


def test_reasons_are_shown_as_counts_without_names(client: Client) -> None:
    load_products(by=system("test"))
    load_shipped(by=system("test"))
    person = resident(FIRST)
    assert "还没有记录未接种原因" in client.get("/outreach/reasons/").content.decode()
    client.post(f"/outreach/people/{person.pk}/", {"outcome": "thinking", "reason": "sees_no_need"})
    page = client.get("/outreach/reasons/").content.decode()
    assert "认为没必要" in page and "70–79" in page and "某人" not in page
