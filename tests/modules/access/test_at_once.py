"""Two administrators at the same moment, against a real PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from yingjie.foundation.access import actions
from yingjie.foundation.access.actor import Actor, Held, system
from yingjie.foundation.access.models import Grant, User
from yingjie.foundation.journal.queries import verify
from yingjie.foundation.refusals import Refusal

pytestmark = pytest.mark.django_db(transaction=True)

HANDS = 6


def test_the_same_role_granted_by_many_hands_is_held_once() -> None:
    user = actions.create_user(
        by=system("test"), username="wang", display_name="Wang", password="plum-Orchard-83"
    )
    said = at_once(
        lambda hand: actions.grant_role(
            by=administrator(hand), user_id=user.pk, role="observer", area_code="110117"
        )
    )
    # An account without an area is nobody's but the machine's own.
    assert said == ["not_found"] * HANDS
    actions.grant_role(by=system("test"), user_id=user.pk, role="registrar", area_code="110117101")
    said = at_once(
        lambda hand: actions.grant_role(
            by=administrator(hand), user_id=user.pk, role="observer", area_code="110117"
        )
    )
    assert sorted(said) == ["access.already_held"] * (HANDS - 1) + ["done"]
    assert Grant.objects.filter(user=user, role="observer").count() == 1
    assert verify().whole


def test_the_same_name_made_by_many_hands_is_one_account() -> None:
    said = at_once(
        lambda hand: actions.create_user(
            by=administrator(hand), username="wang", display_name=str(hand), password="plum-Orchard-83"
        )
    )
    assert sorted(said) == ["access.username_taken"] * (HANDS - 1) + ["done"]
    assert User.objects.count() == 1


def test_a_role_ended_by_many_hands_ends_once() -> None:
    user = actions.create_user(
        by=system("test"), username="wang", display_name="Wang", password="plum-Orchard-83"
    )
    grant = actions.grant_role(by=system("test"), user_id=user.pk, role="observer", area_code="110117")
    said = at_once(lambda hand: actions.end_grant(by=administrator(hand), grant_id=grant.pk))
    assert sorted(said) == ["done"] + ["not_found"] * (HANDS - 1)


# ------------------------------------------------------------------------------------------------------------------------


def administrator(hand: int) -> Actor:
    return Actor(name=f"hand {hand}", held=(Held("administrator", "110117"),))


def at_once(act: Callable[[int], object]) -> list[str]:
    """What each of the hands was told: "done", or the code of the refusal."""
    together = Barrier(HANDS)

    def one(hand: int) -> str:
        together.wait()
        try:
            act(hand)
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(one, range(HANDS)))
