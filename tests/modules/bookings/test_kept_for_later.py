"""Places and doses held back for later doses: who gets what of a site's vaccine."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from yingjie.bookings.sharing import Kept, Need, Supply, less, share

DAY = date(2021, 6, 1)
X = frozenset({"x"})
EVER = date(2022, 1, 1)


def on(step: int) -> date:
    return DAY + timedelta(step)


def need(
    step: int,
    room: int,
    *,
    booked: int = 0,
    firsts: int = 0,
    products: frozenset[str] = X,
    for_everybody: bool = True,
) -> Need:
    return Need(uuid4(), on(step), products, booked, room, min(firsts, booked), for_everybody)


def test_places_of_the_day_are_kept_and_doses_of_days_without_a_session() -> None:
    near, wave = need(0, 10), need(3, 10)
    found = share([Supply("x", 20, DAY, EVER)], [near, wave], [Kept(on(3), X, 6, 6), Kept(on(9), X, 8, 8)])
    # 6 with a place in the session, 8 for the day that has none yet: six are left for whoever comes, the earlier session first. Of
    # the eight four may come earlier, where there is room, and four with the wave.
    assert found.held == 14
    assert (found.more[near.session_id], found.kept[near.session_id]) == (10, 4)
    assert (found.more[wave.session_id], found.kept[wave.session_id]) == (10, 10)


def test_a_share_is_left_to_first_doses_and_promises_come_before_all() -> None:
    first, wave = need(0, 10, booked=2), need(2, 10)
    found = share([Supply("x", 12, DAY, EVER)], [first, wave], [Kept(on(2), X, 30, 30)], percent=80)
    assert (found.kept, found.held, found.short) == (Counter({wave.session_id: 8}), 8, 0)
    assert found.more == {first.session_id: 2, wave.session_id: 8}
    # First doses that have their share already do not eat into the rest, however often it is counted.
    first = need(0, 8, booked=4, firsts=2)
    again = share([Supply("x", 12, DAY, EVER)], [first, wave], [Kept(on(2), X, 30, 30)], percent=80)
    assert (again.held, again.more) == (8, {first.session_id: 0, wave.session_id: 8})
    empty = share([Supply("x", 1, DAY, EVER)], [first, wave], [Kept(on(2), X, 30, 30)], percent=80)
    assert (empty.short, empty.held) == (3, 0)


def test_nothing_is_kept_where_it_cannot_be_given() -> None:
    alone, other = need(2, 10, for_everybody=False), need(2, 10, products=frozenset({"y"}))
    found = share(
        [Supply("x", 5, DAY, on(1)), Supply("y", 5, DAY, EVER)], [alone, other], [Kept(on(2), X, 4, 4)]
    )
    assert (found.held, found.more[alone.session_id], found.more[other.session_id]) == (0, 0, 5)
    # In a session for some people alone no seat is held back, but whoever of them has a dose kept may have it there.
    there = share([Supply("x", 4, DAY, EVER)], [alone], [Kept(on(9), X, 4, 4)])
    assert (there.more[alone.session_id], there.kept[alone.session_id]) == (4, 4)


def test_a_place_without_its_dose_is_kept_and_not_promised() -> None:
    """The dose lies in the store: nobody may be promised it here, and nobody else gets the seat."""
    wave = need(2, 10)
    found = share([Supply("x", 3, DAY, on(1))], [wave], [Kept(on(2), X, 4, 0)])
    assert found.more[wave.session_id] == found.held == 0
    there = share([Supply("x", 30, DAY, EVER)], [wave], [Kept(on(2), X, 4, 0)])
    assert (there.kept[wave.session_id], there.more[wave.session_id]) == (4, 10)


def test_whoever_was_given_a_place_meanwhile_is_kept_none() -> None:
    told = [Kept(on(1), X, 3, 3), Kept(on(2), X, 5, 2)]
    assert less(told, {}) == told
    assert less(told, {on(2): 4}) == [told[0], Kept(on(2), X, 1, 0)]
    assert less(told, {on(9): 4}) == [Kept(on(2), X, 4, 1)]
    assert less(told, {on(1): 9}) == []


_NEEDS = st.lists(
    st.builds(need, st.integers(0, 4), st.integers(0, 9), booked=st.integers(0, 4), firsts=st.integers(0, 4),
              products=st.sampled_from([X, frozenset("y"), frozenset("xy")]), for_everybody=st.booleans()),
    max_size=5,
)  # fmt: skip
_SUPPLIES = st.lists(
    st.builds(lambda product, doses, first, days: Supply(product, doses, on(first), on(first + days)),
              st.sampled_from("xy"), st.integers(0, 20), st.integers(0, 3), st.integers(0, 5)),
    max_size=4,
)  # fmt: skip
_KEPT = st.lists(
    st.builds(lambda step, products, people, away: Kept(on(step), products, people, max(0, people - away)),
              st.integers(0, 5), st.sampled_from([X, frozenset("xy")]), st.integers(1, 9), st.integers(0, 9)),
    max_size=4,
)  # fmt: skip


@given(_SUPPLIES, _NEEDS, _KEPT, st.integers(0, 100))
def test_nothing_is_given_twice_whatever_is_kept(
    supplies: list[Supply], needs: list[Need], kept: list[Kept], percent: int
) -> None:
    found, without = share(supplies, needs, kept, percent), share(supplies, needs)
    booked = sum(each.booked for each in needs)
    free = sum(each.doses for each in supplies) - (booked - found.short)
    assert found.short == without.short
    firsts = sum(each.firsts for each in needs)
    for_firsts = math.ceil((free + firsts) * (100 - percent) / 100)
    assert 0 <= found.held <= free - max(0, for_firsts - firsts)
    seated = sum(found.kept.values())
    assert seated <= found.held and sum(found.more.values()) + found.held - seated <= free
    for each in needs:
        more, own = found.more[each.session_id], found.kept[each.session_id]
        assert 0 <= own <= more <= each.room
    if percent == 0:
        assert found.more == without.more


@given(_KEPT, st.dictionaries(st.integers(0, 6).map(on), st.integers(0, 9), max_size=3))
def test_what_is_kept_falls_by_whoever_got_a_place(kept: list[Kept], booked: dict[date, int]) -> None:
    people = sum(row.people for row in kept)
    assert sum(row.people for row in less(kept, booked)) == max(0, people - sum(booked.values()))
