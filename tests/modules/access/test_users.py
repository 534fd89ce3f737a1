"""Accounts and roles: who may give what to whom, and what is refused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from yingjie.config import settings as product
from yingjie.foundation import clock
from yingjie.foundation.access import actions, queries
from yingjie.foundation.access.actor import Actor, Held, system
from yingjie.foundation.access.models import Grant, User
from yingjie.foundation.access.passwords import LETTERS, new_password
from yingjie.foundation.access.queries import actor_for
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotAllowed, NotFound, Refusal

pytestmark = pytest.mark.django_db

PASSWORD = "plum-Orchard-83"
PINGGU, DAXING, MAFANG, VILLAGE = "110117", "110115", "110117101", "110117101201"


def test_the_product_hashes_passwords_with_argon2() -> None:
    assert product.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert product.DEBUG is False


def test_an_administrator_makes_an_account_with_a_role_in_their_area() -> None:
    by = administrator(PINGGU)
    made = actions.create_user(by=by, username=" MF.Wang ", display_name=" Wang ", password=PASSWORD)
    actions.grant_role(by=by, user_id=made.pk, role="town_lead", area_code=MAFANG)
    row = queries.user(by, made.pk)
    assert (row.username, row.display_name, row.must_change_password, row.is_active) == (
        "mf.wang",
        "Wang",
        True,
        True,
    )
    assert [(grant.role, grant.area_code, grant.from_on, grant.until_on) for grant in row.grants] == [
        ("town_lead", MAFANG, clock.today(), None)
    ]
    made.refresh_from_db()
    assert actor_for(made).held == (Held("town_lead", MAFANG),)


@pytest.mark.parametrize(
    "username", ["", "a", "-wang", "wang li", "wa\nng", "王某", "a" * 65, "wang'--", "<b>x</b>"]
)
def test_a_name_that_cannot_be_typed_everywhere_is_refused(username: str) -> None:
    refused("access.bad_username", lambda: make(administrator(PINGGU), username))


def test_the_names_behind_user_names_in_one_query(django_assert_num_queries: Any) -> None:
    for username in ("wang", "li"):
        make(administrator(PINGGU), username)
    User.objects.filter(username="wang").update(display_name="王某")
    with django_assert_num_queries(1):
        found = queries.display_names(["wang", "wang", "li", "system:demo", "nobody"])
    assert found == {"wang": "王某", "li": User.objects.get(username="li").display_name}


def test_two_names_that_differ_in_capitals_only_are_one() -> None:
    make(administrator(PINGGU), "wang")
    refused("access.username_taken", lambda: make(administrator(PINGGU), "WANG"))


@pytest.mark.parametrize("password", ["short", "1234567890123", "password123", "wang.mafang"])
def test_a_weak_password_is_refused(password: str) -> None:
    by = administrator(PINGGU)
    refused(
        "access.weak_password",
        lambda: actions.create_user(by=by, username="wang.mafang", display_name="Wang", password=password),
    )


def test_passwords_given_out_are_strong_and_never_the_same() -> None:
    made = {new_password() for _ in range(200)}
    assert len(made) == 200
    assert all(len(each) == 19 and set(each) <= set(LETTERS) | {"-"} for each in made)


@pytest.mark.parametrize(
    "area_code", ["", "11", DAXING, "11011", "1101171", "county", "110117101201' OR 1=1"]
)
def test_nobody_grants_beyond_the_area_that_they_manage(area_code: str) -> None:
    by = administrator(PINGGU)
    user = make(by, "wang")
    code = "not_allowed" if area_code in ("11", DAXING) else "access.bad_area_code"
    refused(
        code, lambda: actions.grant_role(by=by, user_id=user.pk, role="administrator", area_code=area_code)
    )


def test_the_administrator_of_a_township_grants_nothing_on_the_county() -> None:
    by = administrator(MAFANG)
    user = make(by, "wang")
    refused(
        "not_allowed", lambda: actions.grant_role(by=by, user_id=user.pk, role="observer", area_code=PINGGU)
    )
    actions.grant_role(by=by, user_id=user.pk, role="observer", area_code=VILLAGE)
    assert Grant.objects.get(user=user).area_code == VILLAGE


def test_an_administrator_may_add_a_role_in_their_own_area_to_themselves_and_none_outside() -> None:
    me = account("boss", "administrator", PINGGU)
    refused(
        "not_allowed",
        lambda: actions.grant_role(by=actor_for(me), user_id=me.pk, role="county_lead", area_code=DAXING),
    )
    refused(
        "not_allowed",
        lambda: actions.grant_role(by=actor_for(me), user_id=me.pk, role="administrator", area_code="11"),
    )
    actions.grant_role(by=actor_for(me), user_id=me.pk, role="county_lead", area_code=PINGGU)
    assert actor_for(me).may("people.reveal", MAFANG)


def test_without_administration_nothing_can_be_done() -> None:
    user = account("wang", "village_officer", VILLAGE)
    held = Grant.objects.get(user=user)
    by = actor_for(account("lead", "county_lead", PINGGU))
    for attempt in [*verbs(by, user, held), lambda: queries.user(by, user.pk), lambda: make(by, "new")]:
        refused("not_allowed", attempt)


def test_a_foreign_account_is_not_found_by_any_verb() -> None:
    user = account("wang", "village_officer", VILLAGE)
    held = Grant.objects.get(user=user)
    by = administrator(DAXING)
    for attempt in [*verbs(by, user, held, area_code=DAXING), lambda: queries.user(by, user.pk)]:
        refused("not_found", attempt)
    assert queries.users(by) == []
    assert queries.count_users(by) == 0


def test_an_account_with_a_role_outside_is_not_mine_though_it_has_one_inside() -> None:
    user = account("both", "observer", MAFANG)
    actions.grant_role(
        by=system("test"),
        user_id=user.pk,
        role="auditor",
        area_code="11",
        from_on=clock.today() + timedelta(5),
    )
    by = administrator(PINGGU)
    refused("not_found", lambda: actions.set_password(by=by, user_id=user.pk, password=PASSWORD))
    assert queries.users(by) == []
    inside = Grant.objects.get(user=user, area_code=MAFANG)
    actions.end_grant(by=by, grant_id=inside.pk)  # what is held in my area may end, whoever holds it
    assert not Grant.objects.filter(pk=inside.pk).exists()


def test_an_account_without_a_role_is_kept_where_it_was_made_and_later_where_it_last_held_one() -> None:
    user = make(administrator(PINGGU), "wang")
    assert [row.username for row in queries.users(administrator(PINGGU))] == ["wang"]
    assert queries.users(administrator(DAXING)) == []
    refused(
        "not_found",
        lambda: actions.grant_role(
            by=administrator(DAXING), user_id=user.pk, role="observer", area_code=DAXING
        ),
    )
    with clock.at(clock.now() - timedelta(days=3)):
        grant = actions.grant_role(by=system("test"), user_id=user.pk, role="observer", area_code=DAXING)
    actions.end_grant(by=system("test"), grant_id=grant.pk)
    assert queries.users(administrator(PINGGU)) == []
    assert [row.username for row in queries.users(administrator(DAXING))] == ["wang"]


def test_accounts_made_on_the_machine_itself_without_an_area_are_nobodys() -> None:
    make(system("command line"), "loose")
    assert queries.users(administrator(PINGGU)) == []
    assert [row.username for row in queries.users(system("command line"))] == ["loose"]


def test_a_role_ends_at_once() -> None:
    with clock.at(clock.now() - timedelta(days=10)):
        user = account("wang", "village_officer", VILLAGE)
    grant = Grant.objects.get(user=user)
    actions.end_grant(by=administrator(PINGGU), grant_id=grant.pk)
    grant.refresh_from_db()
    assert grant.until_on == clock.today() - timedelta(days=1)
    assert actor_for(user).held == ()
    refused("access.already_ended", lambda: actions.end_grant(by=administrator(PINGGU), grant_id=grant.pk))


def test_a_role_may_begin_later_and_holds_on_its_last_day() -> None:
    user, today = make(administrator(PINGGU), "wang"), clock.today()
    actions.grant_role(by=administrator(PINGGU), user_id=user.pk, role="observer", area_code=MAFANG,
                       from_on=today + timedelta(2), until_on=today + timedelta(4))  # fmt: skip
    held = []
    for days in range(6):
        with clock.at(clock.now() + timedelta(days=days)):
            held.append(bool(actor_for(user).held))
    assert held == [False, False, True, True, True, False]


def test_a_role_that_would_end_before_it_begins_is_refused() -> None:
    user, today = make(administrator(PINGGU), "wang"), clock.today()
    attempt = {"user_id": user.pk, "role": "observer", "area_code": MAFANG, "until_on": today - timedelta(1)}
    refused("access.ends_before_it_begins", lambda: actions.grant_role(by=administrator(PINGGU), **attempt))


def test_the_same_role_twice_is_refused_and_again_after_its_end_is_not() -> None:
    by, today = administrator(PINGGU), clock.today()
    user = make(by, "wang")
    same = {"by": by, "user_id": user.pk, "role": "observer", "area_code": MAFANG}
    actions.grant_role(**same, until_on=today + timedelta(3))
    refused("access.already_held", lambda: actions.grant_role(**same))
    refused("access.already_held", lambda: actions.grant_role(**same, from_on=today + timedelta(3)))
    actions.grant_role(**same, from_on=today + timedelta(4))
    assert Grant.objects.filter(user=user).count() == 2


def test_an_unknown_role_is_refused() -> None:
    user = make(administrator(PINGGU), "wang")
    refused(
        "access.unknown_role",
        lambda: actions.grant_role(
            by=administrator(PINGGU), user_id=user.pk, role="emperor", area_code=PINGGU
        ),
    )


def test_nobody_shuts_themselves_out() -> None:
    me = account("boss", "administrator", PINGGU)
    by, grant = actor_for(me), Grant.objects.get(user=me)
    refused("access.not_on_oneself", lambda: actions.deactivate(by=by, user_id=me.pk))
    refused("access.not_on_oneself", lambda: actions.end_grant(by=by, grant_id=grant.pk))
    refused("access.not_on_oneself", lambda: actions.reset_second_factor(by=by, user_id=me.pk))


def test_the_second_factor_is_reset_with_its_recovery_codes() -> None:
    user = account("wang", "town_lead", MAFANG)
    TOTP.activate(user, generate_totp_secret())
    assert queries.user(administrator(PINGGU), user.pk).has_second_factor is True
    actions.reset_second_factor(by=administrator(PINGGU), user_id=user.pk)
    assert Authenticator.objects.count() == 0
    assert queries.user(administrator(PINGGU), user.pk).has_second_factor is False


def test_an_account_is_closed_and_opened_again() -> None:
    user = account("wang", "observer", MAFANG)
    actions.deactivate(by=administrator(PINGGU), user_id=user.pk)
    assert queries.users(administrator(PINGGU), is_active=True) == []
    actions.reactivate(by=administrator(PINGGU), user_id=user.pk)
    assert [row.username for row in queries.users(administrator(PINGGU), is_active=True)] == ["wang"]


def test_every_verb_is_in_the_journal_below_the_area_and_holds_no_password() -> None:
    by = administrator(PINGGU)
    user = make(by, "wang")
    grant = actions.grant_role(by=by, user_id=user.pk, role="town_lead", area_code=MAFANG)
    actions.set_password(by=by, user_id=user.pk, password="Other-orchard-55")
    actions.reset_second_factor(by=by, user_id=user.pk)
    actions.deactivate(by=by, user_id=user.pk)
    actions.reactivate(by=by, user_id=user.pk)
    actions.end_grant(by=by, grant_id=grant.pk)
    written = list(Entry.objects.order_by("number"))
    assert [entry.verb.removeprefix("access.") for entry in written] == [
        "create_user", "grant_role", "set_password", "reset_second_factor", "deactivate", "reactivate", "end_grant",
    ]  # fmt: skip
    assert all(entry.area_code.startswith(PINGGU) and entry.facts["username"] == "wang" for entry in written)
    assert "rchard" not in str([entry.facts for entry in written])


def test_the_list_is_searched_filtered_sorted_and_paged() -> None:
    for number, (name, role) in enumerate(
        [("wang", "observer"), ("zhao", "registrar"), ("zhang", "observer")]
    ):
        account(name, role, MAFANG, display_name=f"{number} {name.title()}")
    by = administrator(PINGGU)
    assert [row.username for row in queries.users(by)] == ["wang", "zhang", "zhao"]
    assert [row.username for row in queries.users(by, text="ZHA")] == ["zhang", "zhao"]
    assert [row.username for row in queries.users(by, text="0 ")] == ["wang"]
    assert [row.username for row in queries.users(by, text="%")] == []
    assert [row.username for row in queries.users(by, role="observer", sort="-display_name")] == [
        "zhang",
        "wang",
    ]
    assert [row.username for row in queries.users(by, offset=1, limit=1)] == ["zhang"]
    assert queries.count_users(by, role="observer") == 2


# ------------------------------------------------------------------------------------------------------------------------


def administrator(area_code: str) -> Actor:
    return Actor(name=f"admin {area_code}", held=(Held("administrator", area_code),))


def make(by: Actor, username: str) -> User:
    return actions.create_user(by=by, username=username, display_name="Somebody", password=PASSWORD)


def account(username: str, role: str, area_code: str, display_name: str = "Somebody") -> User:
    by = system("test")
    user = actions.create_user(by=by, username=username, display_name=display_name, password=PASSWORD)
    actions.grant_role(by=by, user_id=user.pk, role=role, area_code=area_code)
    user.refresh_from_db()
    return user


def verbs(by: Actor, user: User, held: Grant, area_code: str = VILLAGE) -> list[Callable[[], object]]:
    return [
        lambda: actions.set_password(by=by, user_id=user.pk, password=PASSWORD),
        lambda: actions.deactivate(by=by, user_id=user.pk),
        lambda: actions.reactivate(by=by, user_id=user.pk),
        lambda: actions.reset_second_factor(by=by, user_id=user.pk),
        lambda: actions.grant_role(by=by, user_id=user.pk, role="observer", area_code=area_code),
        lambda: actions.end_grant(by=by, grant_id=held.pk),
    ]


def refused(code: str, attempt: Callable[[], object]) -> None:
    """The refusal has this code, and nothing changed."""
    before = state()
    with pytest.raises(Refusal) as refusal:
        attempt()
    assert refusal.value.code == code
    assert isinstance(refusal.value, NotAllowed) == (code == "not_allowed")
    assert isinstance(refusal.value, NotFound) == (code == "not_found")
    assert str(refusal.value)
    assert state() == before


def state() -> list[object]:
    tables = (
        User.objects.order_by("pk"),
        Grant.objects.order_by("pk"),
        Authenticator.objects.order_by("pk"),
        Entry.objects.order_by("pk"),
    )
    return [list(table.values()) for table in tables]
