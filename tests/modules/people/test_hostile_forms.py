"""Every form of the ledger, of areas and of outreach, sent by a clumsy hand and by a hostile one: never a fault of the
program, never a half-done thing, and a refusal in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tests.architecture import world
from tests.journeys.crawl import patterns
from tests.modules import campaign
from yingjie.foundation import clock

MODULES = ("yingjie.people", "yingjie.areas", "yingjie.outreach")
NASTY = (
    "", " ", "x", "-1", "0", "99999999999999999999", "1e309", "NaN", "2021-02-30", "0000-00-00", "9999-12-31",
    "<script>alert(1)</script>",
    "' OR 1=1 --", "\x00", "长" * 5000, "𠅤\u202e\ufeff", "../../etc/passwd", "00000000-0000-0000-0000-000000000000", "110117",
)  # fmt: skip
FIELDS = [
    "name",     "number",     "kind",     "without_document",     "sex",     "birth_on",     "phones",     "address",
    "household_role",     "area_code",     "area",     "on",     "reason",     "from_on",     "until_on",     "moved_in_on",
    "left_on",     "word",     "place",     "code",     "mobility",     "owner",     "owner_name",     "other_id",
    "role",     "relation",     "guardian_id",     "phone",     "note",     "finding",     "known_from",     "missing_in",
    "text",     "query",     "answer",     "first",     "guardian",     "member_ids",     "head_id",     "purpose",
    "title",     "outcome",     "measures",     "obstacles",     "next_step",     "next_on",     "officer",     "ids",
    "sender",     "due_at",     "although_missing",     "contact",     "contact_phone",     "line",     "position",
    "into",     "everything",     "file",     "sheet",     "step",
]  # fmt: skip

QUESTIONS = [
    "q",     "area",     "page",     "size",     "sort",     "state",     "after",     "before",     "dose",     "line",
    "list",     "roster",     "kind",     "on",     "cols",     "export",     "fate",     "age",     "term",     "reason",
    "officer",     "match",     "finding",     "goal",     "known",
]  # fmt: skip


@pytest.fixture
def sides(db: None) -> Iterator[tuple[world.Side, world.Side]]:
    with clock.at(campaign.NOON):
        yield world.build()


def urls(side: world.Side) -> Iterator[str]:
    for pattern in patterns():
        if pattern.callback.__module__.startswith(MODULES):
            known = {name: side.values[name] for name in pattern.pattern.converters if name in side.values}
            if len(known) == len(pattern.pattern.converters):
                yield reverse(str(pattern.name), kwargs=known)


def some(at: int, count: int = 3) -> list[str]:
    """The worst of them at every address, and some others in turn."""
    return ["\x00", *(NASTY[(at * count + nth) % len(NASTY)] for nth in range(count))]


def client_of(role: str, area: str) -> Client:
    client = Client(raise_request_exception=False)
    user = world.user_with(role, area, f"{role}-hostile")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_nothing_that_is_typed_breaks_a_form(sides: tuple[world.Side, world.Side]) -> None:
    client, own = client_of("county_lead", "110117"), sides[0]
    broken = []
    for at, url in enumerate(urls(own)):
        for nasty in some(at):
            with transaction.atomic():
                answer = client.post(url, dict.fromkeys(FIELDS, nasty))
                if answer.status_code >= 500:
                    broken.append((url, nasty[:30], answer.status_code))
                transaction.set_rollback(True)
    assert broken == []


def test_no_address_breaks_over_its_question(sides: tuple[world.Side, world.Side]) -> None:
    client, own = client_of("county_lead", "110117"), sides[0]
    names = QUESTIONS
    broken = []
    for at, url in enumerate(urls(own)):
        for nasty in some(at, 2):
            answer = client.get(url, dict.fromkeys(names, nasty))
            if answer.status_code >= 500:
                broken.append((url, nasty[:30], answer.status_code))
    assert broken == []


def test_an_enormous_body_and_a_foreign_file_are_refused_in_words(
    sides: tuple[world.Side, world.Side], tmp_path: Path
) -> None:
    client = client_of("county_lead", "110117")
    files = {
        "empty": b"",
        "binary": bytes(range(256)) * 40,
        "zip": b"PK\x03\x04broken",
        "text": "只有一行".encode(),
        "page": b"<html><table></table>",
    }
    for name, content in files.items():
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(content)
        for url in (
            "/people/imports/new/",
            "/outreach/checks/new/",
            f"/units/{sides[0].values['unit_id']}/staff/",
        ):
            with path.open("rb") as sent, transaction.atomic():
                given = {
                    "file": sent,
                    "area_code": world.OWN_TOWN,
                    "title": "t",
                    "due_at": "2021-07-01T12:00",
                }
                assert client.post(url, given).status_code < 500, (url, name)
                transaction.set_rollback(True)
    many = {"ids": [str(n) for n in range(5000)]}
    assert client.post("/outreach/plans/make/", many).status_code in (400, 404, 413)


def test_the_same_button_twice_does_it_once(sides: tuple[world.Side, world.Side]) -> None:
    """Two tabs: what was done in the first is refused, or changes nothing, in the second."""
    client, own = client_of("county_lead", "110117"), sides[0]
    person = own.values["person_id"]
    twice = {
        f"/people/{person}/leave/": {"on": "2021-05-01", "reason": ""},
        f"/people/gaps/{own.values['gap_id']}/settle/": {"finding": "mistake", "note": ""},
        f"/people/review/{own.values['doubt_id']}/answer/": {"answer": "out"},
        f"/outreach/plans/{own.values['plan_id']}/close/": {"outcome": "other", "note": ""},
        f"/outreach/people/{person}/plan/": {"next_step": "x"},
        f"/outreach/checks/{own.values['list_id']}/report/": {"although_missing": "1"},
        f"/units/{own.values['unit_id']}/close/": {},
    }
    for url, given in twice.items():
        with transaction.atomic():
            assert client.post(url, given).status_code in (200, 302), url
            before = rows()
            second = client.post(url, given)
            assert second.status_code < 500, url
            assert rows() == before, url
            transaction.set_rollback(True)


def rows() -> dict[str, list[tuple[str]]]:
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            if name.startswith(("people_", "outreach_", "areas_")):
                cursor.execute(f'SELECT t::text FROM "{name}" t ORDER BY 1')
                found[name] = cursor.fetchall()
    return found
