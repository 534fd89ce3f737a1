"""Signing in, as the people of a county live it: clerks in one office, an administrator with a second factor, a colleague who left.

Everything goes through the product's own addresses and the real sign-in library; helpers are below the fold.
"""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import LazySettings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, TestCase
from django.utils import timezone

from yingjie.foundation import clock
from yingjie.foundation.access import actions
from yingjie.foundation.access.actor import system
from yingjie.foundation.access.models import User
from yingjie.foundation.access.queries import actor_for
from yingjie.foundation.journal.models import Entry
from yingjie.web import registry
from yingjie.web.registry import DemoAccount

pytestmark = pytest.mark.django_db

PASSWORD = "plum-Orchard-83"
LEAD = system("test")
LOGIN = "/account/login/"
HOME = "/settings/profile/"  # a page that everybody who has signed in may open
OFFICE, ELSEWHERE = "10.3.0.7", "10.3.0.8"


def test_a_user_signs_in_with_name_and_password_and_out_again() -> None:
    person("wang", "village_officer", "110117001001")
    browser = Client(REMOTE_ADDR=OFFICE)
    assert where(browser.get(HOME)) == f"{LOGIN}?next=%2Fsettings%2Fprofile%2F"
    assert where(sign_in(browser, "wang", next=HOME)) == HOME
    assert browser.get(HOME).status_code == 200
    assert where(browser.post("/account/logout/")) == LOGIN
    assert where(browser.get(HOME)) == f"{LOGIN}?next=%2Fsettings%2Fprofile%2F"
    assert journal() == [("account.sign_in", "wang", "wang"), ("account.sign_out", "wang", "wang")]
    assert {entry.facts["address"] for entry in entries()} == {OFFICE}
    assert {entry.area_code for entry in entries()} == {"110117001001"}


def test_a_wrong_password_a_wrong_name_and_a_closed_account_look_the_same() -> None:
    person("wang", "village_officer", "110117001001")
    actions.deactivate(by=LEAD, user_id=person("left").pk)
    answers = [sign_in(Client(), name, "not-the-Password-1") for name in ("wang", "nobody", "left")]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({anonymous(answer) for answer in answers}) == 1
    assert "用户名" in answers[0].content.decode()


def test_an_unknown_name_costs_as_much_work_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who measures the time learns nothing either: each way hashes exactly once."""
    person("wang", "village_officer", "110117001001")
    actions.deactivate(by=LEAD, user_id=person("left").pk)
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, given, salt: hashed.append(given) or encode(self, given, salt),
    )
    for name in ("wang", "nobody", "left"):
        sign_in(Client(), name, f"guess for {name}")
    assert hashed == ["guess for wang", "guess for nobody", "guess for left"]


def test_a_failed_try_is_in_the_journal_without_what_was_typed() -> None:
    person("wang", "village_officer", "110117001001")
    sign_in(Client(), "wang", "Secret-typed-here")
    sign_in(Client(), "My-password-in-the-wrong-field", "x")
    assert journal() == [
        ("account.sign_in_failed", "system:sign-in", "wang"),
        ("account.sign_in_failed", "system:sign-in", ""),
    ]
    written = " ".join(str(vars(entry)) for entry in entries())
    assert "Secret-typed-here" not in written
    assert "wrong-field" not in written


def test_eight_failures_pause_this_user_at_this_address_and_nobody_else() -> None:
    person("wang", "village_officer", "110117001001")
    person("zhao", "village_officer", "110117001001")
    office = Client(REMOTE_ADDR=OFFICE)
    answers = [sign_in(office, "wang", f"wrong-{number}").status_code for number in range(8)]
    assert answers == [200] * 7 + [429]
    assert sign_in(office, "wang").status_code == 429
    assert signs_in(Client(REMOTE_ADDR=OFFICE), "zhao")
    assert signs_in(Client(REMOTE_ADDR=ELSEWHERE), "wang")
    assert not signs_in(Client(REMOTE_ADDR=OFFICE), "wang")


def test_the_pause_counts_a_name_in_capitals_as_the_same_name() -> None:
    person("wang", "village_officer", "110117001001")
    tries = ["wang", "Wang", "WANG", " wang", "wAng", "waNg", "wanG", "WAng"]
    answers = [sign_in(Client(REMOTE_ADDR=OFFICE), name, "wrong").status_code for name in tries]
    assert answers == [200] * 7 + [429]


def test_the_pause_ends_after_a_quarter_of_an_hour_even_if_somebody_goes_on_guessing() -> None:
    person("wang", "village_officer", "110117001001")
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        for number in range(8):
            sign_in(Client(REMOTE_ADDR=OFFICE), "wang", f"wrong-{number}")
    with time_machine.travel(start + timedelta(minutes=14), tick=False):
        assert not signs_in(Client(REMOTE_ADDR=OFFICE), "wang")
    with time_machine.travel(start + timedelta(minutes=15, seconds=1), tick=False):
        assert signs_in(Client(REMOTE_ADDR=OFFICE), "wang")


def test_the_pause_is_explained_in_both_languages_and_written_down_once() -> None:
    person("wang", "village_officer", "110117001001")
    for number in range(12):
        answer = sign_in(Client(REMOTE_ADDR=OFFICE), "wang", f"wrong-{number}")
    assert answer.status_code == 429
    assert "请等 15 分钟" in answer.content.decode()
    english = Client(REMOTE_ADDR=OFFICE)
    english.cookies["yingjie_language"] = "en"
    assert "Wait 15 minutes" in sign_in(english, "wang").content.decode()
    verbs = [verb for verb, _actor, _account in journal()]
    assert verbs == ["account.sign_in_failed"] * 7 + ["account.locked_out"]


def test_a_session_ends_with_the_browser_and_after_twelve_hours_however_busy() -> None:
    person("wang", "village_officer", "110117001001")
    browser = Client()
    answer = sign_in(browser, "wang")
    cookie = answer.cookies["sessionid"]
    assert (cookie["max-age"], cookie["expires"], cookie["httponly"], cookie["samesite"]) == (
        "",
        "",
        True,
        "Lax",
    )
    kept = Session.objects.get(session_key=browser.session.session_key).expire_date - timezone.now()
    assert timedelta(hours=11, minutes=59) < kept <= timedelta(hours=12)
    began = clock.now()
    with clock.at(began + timedelta(hours=11, minutes=59)):
        busy = browser.session
        busy["touched"] = True
        busy.save()
        assert browser.get(HOME).status_code == 200
    with clock.at(began + timedelta(hours=12, seconds=1)):
        assert where(browser.get(HOME)) == f"{LOGIN}?next=%2Fsettings%2Fprofile%2F"


def test_the_session_key_changes_at_sign_in() -> None:
    person("wang", "village_officer", "110117001001")
    browser = Client()
    planted = browser.session
    planted["planted"] = "by somebody else"
    planted.save()
    browser.cookies["sessionid"] = planted.session_key
    sign_in(browser, "wang")
    assert browser.session.session_key != planted.session_key
    assert not Session.objects.filter(session_key=planted.session_key).exists()


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


def test_a_closed_account_cannot_sign_in_and_its_live_session_ends() -> None:
    user = person("wang", "village_officer", "110117001001")
    browser = Client()
    sign_in(browser, "wang")
    assert browser.get(HOME).status_code == 200
    actions.deactivate(by=LEAD, user_id=user.pk)
    assert where(browser.get(HOME)).startswith(LOGIN)
    assert not signs_in(Client(), "wang")


def test_a_new_password_from_the_administrator_ends_the_sessions_of_the_old_one() -> None:
    user = person("wang", "village_officer", "110117001001")
    browser = Client()
    sign_in(browser, "wang")
    actions.set_password(by=LEAD, user_id=user.pk, password="Given-out-once-44")
    assert where(browser.get(HOME)).startswith(LOGIN)


def test_a_role_until_yesterday_gives_nothing_today() -> None:
    user = person("auditor")
    today = clock.today()
    actions.grant_role(by=LEAD, user_id=user.pk, role="auditor", area_code="110117", from_on=today - timedelta(9),
                       until_on=today)  # fmt: skip
    with_second_factor("auditor")
    browser = Client()
    browser.force_login(user)
    assert browser.get("/settings/journal/").status_code == 200
    with clock.at(clock.now() + timedelta(days=1)):
        assert actor_for(user).held == ()
        later = Client()
        later.force_login(user)
        assert later.get("/settings/journal/").status_code == 403


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


# ------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def clean_cache() -> None:
    cache.clear()


@pytest.fixture
def demo_provider(monkeypatch: pytest.MonkeyPatch) -> DemoAccount:
    account = DemoAccount("Township", "Town", "demo-town", "Demo-password-2021")
    monkeypatch.setattr(registry.current, "demo", [lambda: [account]])
    return account


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
