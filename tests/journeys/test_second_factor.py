"""The second factor and the passwords that are given out: who needs one, who may leave it, what is taken."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.test import Client

from tests.journeys.accounts import (
    HOME,
    LOGIN,
    OFFICE,
    PASSWORD,
    code_of,
    journal,
    person,
    set_up_second_factor,
    sign_in,
    signs_in,
    where,
    with_second_factor,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["administrator", "county_lead", "town_lead"])
def test_a_role_that_sees_protected_data_sets_up_the_second_factor_before_anything_else(role: str) -> None:
    person("li", role, "110117")
    browser = Client()
    sign_in(browser, "li")
    for address in (
        "/",
        HOME,
        "/settings/users/",
        "/settings/journal/",
        "/jobs/",
        "/account/second-factor/",
        "/account/password/",
    ):
        assert where(browser.get(address)) == "/account/second-factor/activate/", address
    fragment = browser.get("/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"]) == (403, "/account/second-factor/activate/")
    set_up_second_factor(browser)
    assert browser.get(HOME).status_code == 200
    assert ("account.add_second_factor", "li", "li") in journal()


def test_the_code_is_asked_for_at_the_next_sign_in() -> None:
    person("li", "town_lead", "110117001")
    first = Client()
    sign_in(first, "li")
    secret = set_up_second_factor(first)
    browser = Client()
    assert where(sign_in(browser, "li")) == "/account/second-factor/authenticate/"
    assert where(browser.get(HOME)).startswith(LOGIN)
    assert browser.post("/account/second-factor/authenticate/", {"code": "000000"}).status_code == 200
    assert where(browser.get(HOME)).startswith(LOGIN)
    cache.clear()
    assert where(browser.post("/account/second-factor/authenticate/", {"code": code_of(secret)})) == "/"
    assert browser.get(HOME).status_code == 200


def test_a_wrong_code_counts_like_a_wrong_password() -> None:
    person("li", "town_lead", "110117001")
    secret = with_second_factor("li")
    browser = Client(REMOTE_ADDR=OFFICE)
    sign_in(browser, "li")
    tries = [
        browser.post("/account/second-factor/authenticate/", {"code": f"{n:06}"}).status_code
        for n in range(8)
    ]
    assert tries == [200] * 7 + [429]
    cache.clear()
    assert browser.post("/account/second-factor/authenticate/", {"code": code_of(secret)}).status_code == 429
    assert sign_in(Client(REMOTE_ADDR=OFFICE), "li").status_code == 429


def test_a_recovery_code_lets_in_once() -> None:
    user = person("li", "town_lead", "110117001")
    with_second_factor("li")
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    browser = Client()
    sign_in(browser, "li")
    assert where(browser.post("/account/second-factor/authenticate/", {"code": code})) == "/"
    again = Client()
    sign_in(again, "li")
    assert again.post("/account/second-factor/authenticate/", {"code": code}).status_code == 200
    assert where(again.get(HOME)).startswith(LOGIN)


def test_who_needs_the_second_factor_cannot_remove_it() -> None:
    person("li", "town_lead", "110117001")
    browser = Client()
    sign_in(browser, "li")
    set_up_second_factor(browser)
    for answer in (
        browser.get("/account/second-factor/deactivate/"),
        browser.post("/account/second-factor/deactivate/"),
    ):
        assert answer.status_code == 403
        assert "access.second_factor_needed" in answer.content.decode()
    assert Authenticator.objects.filter(user__username="li", type="totp").count() == 1


def test_who_does_not_need_it_may_have_it_and_remove_it() -> None:
    person("wang", "village_officer", "110117001001")
    browser = Client()
    sign_in(browser, "wang")
    set_up_second_factor(browser)
    assert where(browser.post("/account/second-factor/deactivate/")) == "/account/second-factor/"
    assert Authenticator.objects.count() == 0
    assert ("account.remove_second_factor", "wang", "wang") in journal()


def test_the_secret_of_the_second_factor_is_kept_encrypted() -> None:
    person("li", "town_lead", "110117001")
    browser = Client()
    sign_in(browser, "li")
    secret = set_up_second_factor(browser)
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept
    assert kept.startswith("k1.")


def test_a_password_that_was_given_out_is_changed_before_anything_else() -> None:
    person("wang", "village_officer", "110117001001", must_change_password=True)
    browser = Client()
    sign_in(browser, "wang")
    for address in ("/", HOME, "/account/second-factor/", "/account/second-factor/activate/", "/jobs/"):
        assert where(browser.get(address)) == "/account/password/", address
    assert browser.get("/account/password/").status_code == 200
    assert browser.get("/account/logout/").status_code == 200
    new = "Another-orchard-19"
    browser.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert browser.get(HOME).status_code == 200
    assert not signs_in(Client(), "wang")
    assert signs_in(Client(), "wang", new)
    assert ("account.change_password", "wang", "wang") in journal()


@pytest.mark.parametrize("weak", ["short-1A", "1234567890", "password123", "wang-village"])
def test_a_weak_password_is_not_taken(weak: str) -> None:
    person("wang-village", "village_officer", "110117001001", must_change_password=True)
    browser = Client()
    sign_in(browser, "wang-village")
    answer = browser.post(
        "/account/password/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    )
    assert answer.status_code == 200
    assert where(browser.get(HOME)) == "/account/password/"
