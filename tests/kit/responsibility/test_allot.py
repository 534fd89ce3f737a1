"""Every household with somebody to reach has exactly one officer: by cases, by trying everything, and for anything at random."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxkit.responsibility import Choice, Household, Officer, Shortage, Why, allot

TOWN, VILLAGE = "110117001", "110117001001"
GRID, OTHER_GRID, OTHER_VILLAGE = f"{VILLAGE}01", f"{VILLAGE}02", "110117001002"


def test_the_nearest_officer_with_room_answers() -> None:
    homes = [Household("a", 3, GRID), Household("b", 2, OTHER_GRID), Household("c", 2, OTHER_VILLAGE)]
    officers = [Officer("grid", GRID), Officer("village", VILLAGE), Officer("town", TOWN)]
    found = allot(homes, officers)
    assert found.choices == (
        Choice("a", "grid", Why.SAME_GRID),
        Choice("b", "village", Why.SAME_VILLAGE),
        Choice("c", "town", Why.SAME_TOWNSHIP),
    )
    assert (found.loads, found.left) == ({"grid": 3, "village": 2, "town": 2}, ())


def test_a_colleague_of_the_unit_comes_before_a_neighbour() -> None:
    found = allot(
        [Household("a", 1, GRID, unit="school")],
        [Officer("near", VILLAGE), Officer("head", OTHER_VILLAGE, unit="school")],
    )
    assert found.choices == (Choice("a", "head", Why.SAME_UNIT),)


def test_who_answers_already_goes_on_even_from_afar() -> None:
    found = allot(
        [Household("a", 2, GRID, officer="far")], [Officer("near", GRID), Officer("far", OTHER_VILLAGE)]
    )
    assert (found.choices, found.changed) == ((Choice("a", "far", Why.KEPT),), 0)


def test_an_officer_who_is_gone_is_replaced_and_counted_as_a_change() -> None:
    found = allot([Household("a", 2, GRID, officer="gone")], [Officer("near", GRID)])
    assert (found.choices, found.changed) == ((Choice("a", "near", Why.SAME_GRID),), 1)


def test_a_cap_that_shrank_moves_as_few_as_it_must() -> None:
    homes = [Household(f"h{n}", 2, GRID, officer="old") for n in range(4)]
    found = allot(homes, [Officer("old", GRID, most=5), Officer("new", GRID, most=5)])
    assert (found.loads, found.changed) == ({"new": 4, "old": 4}, 2)


def test_named_by_hand_stays_even_above_the_cap() -> None:
    homes = [
        Household("a", 5, GRID, pinned="x"),
        Household("b", 4, GRID, pinned="x"),
        Household("c", 1, GRID),
    ]
    found = allot(homes, [Officer("x", GRID), Officer("y", GRID)])
    assert [choice.officer for choice in found.choices] == ["x", "x", "y"]
    assert found.choices[0].why is Why.PINNED


def test_the_least_number_of_an_officer_is_reached_if_it_can_be() -> None:
    homes = [Household(f"h{n}", 1, GRID) for n in range(6)]
    found = allot(homes, [Officer("near", GRID), Officer("far", OTHER_VILLAGE, least=2)])
    assert (found.loads, found.below_least) == ({"near": 4, "far": 2}, ())
    few = allot(homes[:1], [Officer("near", GRID), Officer("far", OTHER_VILLAGE, least=2)])
    assert few.below_least == ("far",)


def test_too_few_officers_are_told_with_how_many_more_would_do() -> None:
    homes = [Household(f"h{n:02}", 3, GRID) for n in range(6)]
    found = allot(homes, [Officer("only", GRID)])
    assert (found.loads, len(found.left)) == ({"only": 6}, 4)
    assert found.short == (Shortage(TOWN, 12, 2),)
    assert allot(homes, []).short == (Shortage(TOWN, 18, 3),)


def test_where_officers_are_too_few_they_answer_for_their_neighbours() -> None:
    """A large household from afar does not take the room of people who live next door."""
    near = [Household(f"near{n}", 1, GRID) for n in range(7)]
    found = allot([*near, Household("afar", 7, OTHER_VILLAGE)], [Officer("x", GRID)])
    assert {choice.household for choice in found.choices} == {home.key for home in near}
    assert found.left == ("afar",)


def test_nobody_crosses_the_townships_border() -> None:
    found = allot([Household("a", 1, "110117002001")], [Officer("x", VILLAGE)])
    assert (found.left, found.loads) == (("a",), {"x": 0})
    county = allot([Household("a", 1, "110117002001")], [Officer("x", "110117")])
    assert county.choices == (Choice("a", "x", Why.SAME_TOWNSHIP),)


@pytest.mark.parametrize(
    ("homes", "officers"),
    [
        ([Household("a", 1, GRID), Household("a", 1, GRID)], []),
        ([Household("a", 0, GRID)], []),
        ([Household("a", 1, GRID, pinned="x")], []),
        ([Household("a", 1, GRID, pinned="x")], [Officer("x", "110117002001")]),
        ([], [Officer("x", GRID, least=8)]),
    ],
)
def test_input_that_contradicts_itself_is_refused(homes: list[Household], officers: list[Officer]) -> None:
    with pytest.raises(ValueError):
        allot(homes, officers)


AREAS = st.sampled_from([GRID, OTHER_GRID, VILLAGE, OTHER_VILLAGE])
HOMES = st.lists(st.tuples(st.integers(1, 4), AREAS, st.sampled_from(["", "", "o0", "o1", "o9"])), max_size=5)
OFFICERS = st.lists(st.tuples(AREAS, st.integers(0, 3), st.integers(3, 7)), max_size=3)


def _input(
    homes: list[tuple[int, str, str]], officers: list[tuple[str, int, int]]
) -> tuple[list[Household], list[Officer]]:
    return (
        [Household(f"h{n}", people, area, officer=now) for n, (people, area, now) in enumerate(homes)],
        [Officer(f"o{n}", area, least=least, most=most) for n, (area, least, most) in enumerate(officers)],
    )


def _counts(homes: list[Household], officers: list[Officer], chosen: dict[str, str]) -> tuple[int, int, int]:
    loads = {
        each.key: sum(home.people for home in homes if chosen.get(home.key) == each.key) for each in officers
    }
    known = {each.key for each in officers}
    return (
        sum(home.people for home in homes if home.key not in chosen),
        sum(max(0, each.least - loads[each.key]) for each in officers),
        sum(
            home.key in chosen and chosen[home.key] != home.officer for home in homes if home.officer in known
        ),
    )


@given(HOMES, OFFICERS)
def test_single_people_reach_the_best_of_everything_that_could_be_tried(
    homes_said: list[tuple[int, str, str]], officers_said: list[tuple[str, int, int]]
) -> None:
    homes, officers = _input([(1, area, now) for _people, area, now in homes_said], officers_said)
    best = min(
        _counts(homes, officers, chosen)
        for some in product([None, *(each.key for each in officers)], repeat=len(homes))
        if _fits(homes, officers, chosen := {h.key: o for h, o in zip(homes, some, strict=True) if o})
    )
    found = allot(homes, officers)
    made = _counts(homes, officers, {choice.household: choice.officer for choice in found.choices})
    assert made[:2] == best[:2]


@given(HOMES, OFFICERS)
def test_everybody_has_an_officer_where_there_is_room_for_the_largest_household(
    homes_said: list[tuple[int, str, str]], officers_said: list[tuple[str, int, int]]
) -> None:
    homes, officers = _input(homes_said, officers_said)
    largest = max((home.people for home in homes), default=1)
    if sum(home.people for home in homes) <= sum(max(0, each.most - largest + 1) for each in officers):
        assert allot(homes, officers).left == ()


def _fits(homes: list[Household], officers: list[Officer], chosen: dict[str, str]) -> bool:
    return all(
        sum(home.people for home in homes if chosen.get(home.key) == each.key) <= each.most
        for each in officers
    )


@given(HOMES, OFFICERS, st.randoms())
def test_everybody_once_caps_kept_and_the_same_in_any_order(
    homes_said: list[tuple[int, str, str]], officers_said: list[tuple[str, int, int]], chance: object
) -> None:
    homes, officers = _input(homes_said, officers_said)
    found = allot(homes, officers)
    assert sorted([choice.household for choice in found.choices] + list(found.left)) == sorted(
        h.key for h in homes
    )
    assert all(found.loads[each.key] <= each.most for each in officers)
    chance.shuffle(homes)  # type: ignore[attr-defined]
    chance.shuffle(officers)  # type: ignore[attr-defined]
    assert allot(homes, officers).choices == found.choices
