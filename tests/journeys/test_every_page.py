"""What holds for every page: nothing inline, no way to sign up alone or to be led elsewhere, the language one chose."""

import re

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.journeys.accounts import (
    HOME,
    LOGIN,
    PASSWORD,
    person,
    sign_in,
    where,
)
from yingjie.foundation.access import actions
from yingjie.foundation.access.models import User
from yingjie.foundation.access.queries import actor_for
from yingjie.foundation.journal.models import Entry
from yingjie.web import registry
from yingjie.web.registry import DemoAccount

pytestmark = pytest.mark.django_db


def test_every_answer_carries_a_policy_without_inline_code() -> None:
    person("wang", "village_officer", "110117001001")
    browser = Client(raise_request_exception=False)
    answers = [
        browser.get(LOGIN),
        browser.get("/nowhere/"),
        browser.get("/"),
        browser.post(LOGIN, {}),
        browser.get("/static/web/app.css"),
    ]
    sign_in(browser, "wang")
    answers += [browser.get("/"), browser.get("/settings/users/"), browser.get(HOME), browser.get("/jobs/")]
    for answer in answers:
        policy = answer["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "style-src 'self'" in policy
        assert "unsafe-inline" not in policy
        assert "unsafe-eval" not in policy
        assert "frame-ancestors 'none'" in policy


def test_pages_hold_no_inline_style_or_script() -> None:
    person("wang", "village_officer", "110117001001")
    browser = Client()
    pages = [browser.get(LOGIN)]
    sign_in(browser, "wang")
    pages += [browser.get("/"), browser.get(HOME)]
    for page in pages:
        text = page.content.decode()
        assert not re.search(
            r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)(?![^>]*application/json)", text
        )


@pytest.mark.parametrize(
    "address",
    ["/account/signup/", "/accounts/signup/", "/account/password/reset/", "/account/email/", "/signup/"],
)
def test_nobody_signs_up_or_resets_a_password_by_themselves(address: str) -> None:
    assert Client().get(address).status_code == 404
    assert Client().post(address, {"username": "me", "password1": PASSWORD}).status_code == 404
    assert User.objects.count() == 0


@pytest.mark.parametrize(
    "there",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "http:///elsewhere.example",
    ],
)
def test_signing_in_and_switching_language_never_lead_to_another_site(there: str) -> None:
    person("wang", "village_officer", "110117001001")
    assert where(sign_in(Client(), "wang", next=there)) == "/"
    assert where(Client().post("/language/", {"language": "en", "next": there})) == "/"
    browser = Client()
    sign_in(browser, "wang")
    assert where(browser.post("/account/logout/", {"next": there})) == LOGIN


def test_the_language_switch_keeps_the_page() -> None:
    person("wang", "village_officer", "110117001001")
    browser = Client()
    sign_in(browser, "wang")
    page = "/settings/profile/?a=1"
    assert f'name="next" value="{page}"' in browser.get(page).content.decode()
    assert where(browser.post("/language/", {"language": "en", "next": page})) == page
    assert 'lang="en"' in browser.get(page).content.decode()


def test_a_user_meets_their_own_language_on_a_computer_that_knows_none() -> None:
    user = person("smith", "village_officer", "110117001001")
    actions.choose_language(by=actor_for(user), language="en")
    browser = Client()
    assert 'lang="zh-Hans"' in browser.get(LOGIN).content.decode()
    sign_in(browser, "smith")
    assert 'lang="en"' in browser.get(HOME).content.decode()
    chosen = Client()
    chosen.cookies["yingjie_language"] = "zh-hans"
    sign_in(chosen, "smith")
    assert 'lang="zh-Hans"' in chosen.get(HOME).content.decode()


def test_a_real_instance_never_shows_demo_accounts(
    settings: LazySettings, demo_provider: DemoAccount
) -> None:
    settings.YINGJIE_DEMO = False
    assert demo_provider.password not in Client().get(LOGIN).content.decode()
    settings.YINGJIE_DEMO = True
    assert demo_provider.password in Client().get(LOGIN).content.decode()


def test_a_form_from_elsewhere_is_not_taken() -> None:
    person("wang", "village_officer", "110117001001")
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(LOGIN, {"login": "wang", "password": PASSWORD})
    assert answer.status_code == 403
    assert "刷新" in answer.content.decode()
    assert Entry.objects.filter(verb="account.sign_in").count() == 0


@pytest.fixture
def demo_provider(monkeypatch: pytest.MonkeyPatch) -> DemoAccount:
    account = DemoAccount("Township", "Town", "demo-town", "Demo-password-2021")
    monkeypatch.setattr(registry.current, "demo", [lambda: [account]])
    return account
