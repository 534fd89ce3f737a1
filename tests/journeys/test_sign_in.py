"""Signing in, as the people of a county live it: clerks in one office, somebody who guesses, a colleague who left.

Everything goes through the product's own addresses and the real sign-in library; helpers are in accounts.py.
"""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests.journeys.accounts import (
    ELSEWHERE,
    HOME,
    LEAD,
    LOGIN,
    OFFICE,
    anonymous,
    entries,
    journal,
    person,
    sign_in,
    signs_in,
    where,
    with_second_factor,
)
from yingjie.foundation import clock
from yingjie.foundation.access import actions
from yingjie.foundation.access.queries import actor_for

pytestmark = pytest.mark.django_db


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
