"""Every address × every role × own, foreign, anonymous: what is answered, in access_matrix.csv.

The table is the product's promise. A change of code that changes an answer fails here; `make matrix` writes the table anew, and the
difference is read before it is committed. Whatever the table says, foreign rows are never shown and nothing ever breaks.
"""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.architecture import world
from tests.modules import campaign

from yingjie.foundation import clock
from yingjie.foundation.access.gates import PUBLIC, route
from yingjie.foundation.access.roles import ROLES

TABLE = Path(__file__).with_name("access_matrix.csv")
COLUMNS = ["address", "permission", "who", "own", "foreign"]


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


def address(pattern: URLPattern, side: world.Side) -> str:
    names = pattern.pattern.converters
    missing = [name for name in names if name not in side.values]
    assert not missing, f"tests/architecture/world.py knows no example for {missing} of {pattern.name}"
    return reverse(str(pattern.name), kwargs={name: side.values[name] for name in names})


def ask(client: Client, url: str) -> str:
    """The answer to GET, or to an empty POST where only that is allowed. Nothing asked here stays in the database."""
    with transaction.atomic():
        response = client.get(url)
        said = str(response.status_code)
        if response.status_code == 405:
            response = client.post(url, {})
            said = f"POST {response.status_code}"
        if response.status_code in (301, 302) and "/account/login" in response["Location"]:
            said = said.replace("302", "sign-in")
        transaction.set_rollback(True)
    return said


@pytest.mark.django_db
def test_the_matrix_is_as_promised() -> None:
    rows = list(matrix())
    broken = [row for row in rows if "500" in row["own"] or "500" in row["foreign"]]
    assert broken == []
    if os.environ.get("YINGJIE_WRITE_MATRIX"):
        with TABLE.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    with TABLE.open(encoding="utf-8", newline="") as file:
        promised = list(csv.DictReader(file))
    assert rows == promised, "an answer changed: read `make matrix` and its diff"


def matrix() -> Iterator[dict[str, str]]:
    own, foreign = world.build()
    people = world.users()
    with clock.at(campaign.NOON):
        clients: dict[str, Client] = {"anonymous": Client(raise_request_exception=False)}
        for role, user in people.items():
            clients[role] = Client(raise_request_exception=False)
            clients[role].force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        for pattern in sorted(patterns(), key=lambda pattern: str(pattern.name)):
            permission = getattr(pattern.callback, "permission", "library")
            for who, client in clients.items():
                yield {
                    "address": str(pattern.name),
                    "permission": permission,
                    "who": who,
                    "own": ask(client, address(pattern, own)),
                    "foreign": ask(client, address(pattern, foreign)) if pattern.pattern.converters else "",
                }


def promised() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_role_and_nobody_at_all_is_asked() -> None:
    assert {row["who"] for row in promised()} == {"anonymous", *ROLES}


def test_foreign_rows_are_never_shown() -> None:
    """Exceptions are named here, each with its reason."""
    allowed: set[str] = {
        "policy",  # rules are the same text for everybody; no person stands in it
        "booking_session",  # sessions and free places are public; who has one is shown to the session's own site alone
        "booking_list_new",  # a village hands in its own people for any session of the county
        "plans_script_pattern",  # a script that comes with the program, by its name
        "plans_siting_file",  # the same figures of one's own area as a file; the address names only the kind of file
        "policy_activate",  # whoever may switch a policy on may read its form; none belongs to an area
    }
    shown = {
        row["address"]
        for row in promised()
        if row["foreign"].endswith(("200", "302")) and row["who"] != "anonymous"
    }
    assert shown - allowed == set()


def test_strangers_see_the_sign_in_and_nothing_else() -> None:
    for row in promised():
        if row["who"] == "anonymous" and row["permission"] not in (PUBLIC, "library"):
            assert row["own"].endswith("sign-in"), row
            assert row["foreign"] in ("", row["own"]), row


def test_every_address_of_ours_has_a_name_and_a_gate() -> None:
    for pattern in patterns():
        assert pattern.name, pattern
        if pattern.callback.__module__.startswith("yingjie."):
            assert hasattr(pattern.callback, "permission"), pattern.name


def test_a_view_without_a_permission_fails_at_import() -> None:
    from django.core.exceptions import ImproperlyConfigured

    with pytest.raises(ImproperlyConfigured, match="names no permission"):
        route("open/", lambda request: None, name="open")  # type: ignore[arg-type, return-value]
