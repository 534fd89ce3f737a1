"""What the stories of signing in stand on: people with accounts, a browser at an office, second factors, the journal."""

import re

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.http import HttpResponse
from django.test import Client, TestCase

from yingjie.foundation.access import actions
from yingjie.foundation.access.actor import system
from yingjie.foundation.access.models import User
from yingjie.foundation.journal.models import Entry

PASSWORD = "plum-Orchard-83"
LEAD = system("test")
LOGIN = "/account/login/"
HOME = "/settings/profile/"  # a page that everybody who has signed in may open
OFFICE, ELSEWHERE = "10.3.0.7", "10.3.0.8"


def person(
    username: str, role: str = "", area_code: str = "110117", must_change_password: bool = False
) -> User:
    user = actions.create_user(
        by=LEAD,
        username=username,
        display_name=f"User {username}",
        password=PASSWORD,
        must_change_password=must_change_password,
    )
    if role:
        actions.grant_role(by=LEAD, user_id=user.pk, role=role, area_code=area_code)
    user.refresh_from_db()
    return user


def sign_in(browser: Client, username: str, password: str = PASSWORD, **more: str) -> HttpResponse:
    return browser.post(LOGIN, {"login": username, "password": password, **more})


def signs_in(browser: Client, username: str, password: str = PASSWORD) -> bool:
    sign_in(browser, username, password)
    return browser.get(HOME).status_code == 200


def where(answer: HttpResponse) -> str:
    assert answer.status_code == 302, answer.status_code
    return answer["Location"]


def anonymous(answer: HttpResponse) -> str:
    """The page without what must differ: the token of the form and the name that was typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return re.sub(r'value="(wang|nobody|left)"', "", text)


def set_up_second_factor(browser: Client) -> str:
    page = browser.get("/account/second-factor/activate/")
    if page.status_code == 302:
        raise AssertionError(page["Location"])
    secret = re.search(r'id="authenticator_secret" value="(\w+)"', page.content.decode())
    assert secret
    with TestCase.captureOnCommitCallbacks(execute=True):
        done = browser.post("/account/second-factor/activate/", {"code": code_of(secret[1])})
    assert where(done) == "/account/second-factor/codes/"
    assert browser.get(where(done)).status_code == 200
    return secret[1]


def code_of(secret: str) -> str:
    _before, now, _after = yield_hotp_counters_from_time()
    return format_hotp_value(hotp_value(secret, now))


def with_second_factor(username: str) -> str:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    secret = generate_totp_secret()
    TOTP.activate(User.objects.get(username=username), secret)
    return secret


def entries() -> list[Entry]:
    return list(Entry.objects.filter(verb__startswith="account.").order_by("at", "id"))


def journal() -> list[tuple[str, str, str]]:
    return [(entry.verb, entry.actor, entry.facts["username"]) for entry in entries()]
