"""The accounts of a demo: every role, on the page of a demo instance only, and they open the door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from yingjie.areas.divisions import Division
from yingjie.demo import accounts, actions, population
from yingjie.demo.history import ZONE
from yingjie.demo.population import generate
from yingjie.foundation import clock
from yingjie.foundation.access.actor import system
from yingjie.foundation.access.models import User
from yingjie.foundation.access.queries import actor_for
from yingjie.foundation.access.roles import ROLES
from yingjie.web.account import demo_accounts

TODAY = date(2026, 11, 20)

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings: Any, monkeypatch: pytest.MonkeyPatch, pinggu: list[Division]) -> Iterator[None]:
    """A demo instance with a very small county."""
    settings.YINGJIE_DEMO = True
    monkeypatch.setitem(population.PEOPLE, "small", 220)
    with clock.at(datetime(2026, 11, 20, 14, 5, tzinfo=ZONE)):
        actions.bring_in(by=system("demo"), county=generate("small", 1, TODAY, pinggu))
        yield


def test_every_role_has_an_account_that_holds_it(demo: None) -> None:
    assert {account.role for account in accounts.ACCOUNTS} == set(ROLES)
    for account in accounts.ACCOUNTS:
        user = User.objects.get(username=account.username)
        assert user.check_password(accounts.PASSWORD)
        assert not user.must_change_password
        held = actor_for(user).held
        assert [each.role for each in held] == [account.role]
        assert (held[0].site_id is not None) == (account.node == "site")


def test_the_page_shows_them_with_the_code_of_the_moment(demo: None) -> None:
    shown = {account.username: account for account in demo_accounts()}
    assert list(shown) == [account.username for account in accounts.ACCOUNTS]
    assert shown["county"].area == "平谷区"
    assert shown["grid"].area.startswith("东高村镇 · ")
    assert shown["registrar"].area == "平谷体育中心大型临时接种点"
    for account in shown.values():
        user = User.objects.get(username=account.username)
        assert bool(account.code) == actor_for(user).needs_second_factor
        if account.code:
            second = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
            assert TOTP(second).validate_code(account.code)


def test_a_newcomer_signs_in_as_county_lead(demo: None) -> None:
    client = Client()
    known = next(account for account in demo_accounts() if account.username == "county")
    page = client.get("/account/login/").content.decode()
    assert known.username in page and known.password in page
    asked = client.post("/account/login/", {"login": known.username, "password": known.password})
    assert asked.status_code == 302 and "authenticate" in asked["Location"]
    known = next(account for account in demo_accounts() if account.username == "county")
    signed_in = client.post(asked["Location"], {"code": known.code})
    assert signed_in.status_code == 302 and signed_in["Location"] == "/"
    assert client.get("/").status_code == 200


def test_nothing_is_shown_in_a_real_instance(demo: None, settings: Any) -> None:
    settings.YINGJIE_DEMO = False
    assert list(accounts.shown()) == []
    assert demo_accounts() == []


def test_nothing_is_shown_before_the_county_is_there(settings: Any) -> None:
    settings.YINGJIE_DEMO = True
    assert list(accounts.shown()) == []
