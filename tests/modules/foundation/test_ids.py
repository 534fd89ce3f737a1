"""Rows made together sort in the order in which they were made, whatever the hands that make them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import RFC_4122

from yingjie.foundation.ids import uuid7

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_ids_of_one_millisecond_keep_the_order_in_which_they_were_made() -> None:
    made = [uuid7(NOON) for _nth in range(5_000)]
    assert made == sorted(made) and len(set(made)) == 5_000
    assert {(each.version, each.variant) for each in made} == {(7, RFC_4122)}
    assert {each.int >> 80 for each in made} == {int(NOON.timestamp() * 1000)}


def test_an_earlier_moment_sorts_before_a_later_one_also_when_it_is_told_afterwards() -> None:
    later, earlier = uuid7(NOON), uuid7(NOON - timedelta(milliseconds=1))
    assert earlier < later


def test_hands_at_the_same_moment_never_make_the_same_id() -> None:
    with ThreadPoolExecutor(4) as hands:
        made = [
            each
            for some in hands.map(lambda _n: [uuid7(NOON) for _m in range(500)], range(8))
            for each in some
        ]
    assert len(set(made)) == 4_000


def test_chance_makes_them_repeat() -> None:
    assert uuid7(NOON, Random(1)) == uuid7(NOON, Random(1)) != uuid7(NOON, Random(2))
