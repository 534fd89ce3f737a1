"""A target is shared so that every sum agrees: by hand-made cases, and for anything Hypothesis thinks of."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxkit.targets import Day, Hand, Impossible, Limit, across, decompose, project, share, share_of

WEIGHTS = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 5_000), min_size=1, max_size=9
)


def test_the_largest_remainders_take_what_is_left() -> None:
    # 100 over 10 : 15 : 5 villages of 30 is 33.3, 50, 16.7.
    assert share(100, {"a": 10, "b": 15, "c": 5}) == {"a": 33, "b": 50, "c": 17}


def test_equal_remainders_go_to_the_larger_then_to_the_smaller_code() -> None:
    assert share(4, {"a": 3, "b": 3, "c": 3}) == {"a": 2, "b": 1, "c": 1}
    assert share(3, {"a": 1, "b": 3}) == {"a": 1, "b": 2}
    assert share(5, {"small": 3, "large": 7}) == {"small": 1, "large": 4}


def test_parts_set_by_hand_stay_and_the_rest_is_shared_without_them() -> None:
    assert share(100, {"a": 10, "b": 15, "c": 5}, {"b": 70}) == {"a": 20, "b": 70, "c": 10}
    assert share(100, {"a": 10}, {"b": 0}) == {"a": 100, "b": 0}


def test_more_by_hand_than_there_is_is_refused_with_the_excess() -> None:
    with pytest.raises(Impossible) as refused:
        share(50, {"a": 10, "b": 15}, {"a": 30, "b": 25})
    assert refused.value.code == "targets.hand_above"
    assert "55" in refused.value.reason.en and "5 more" in refused.value.reason.en


def test_something_left_and_nobody_to_take_it_is_refused() -> None:
    with pytest.raises(Impossible) as refused:
        share(50, {"a": 0, "b": 15}, {"b": 45})
    assert refused.value.code == "targets.nobody_left"
    assert share(0, {"a": 0}) == {"a": 0}


@pytest.mark.parametrize(
    ("people", "wanted", "least"),
    [(144, "0.95", 137), (100, "0.95", 95), (101, "0.95", 96), (7, "1.2", 9), (0, "0.9", 0)],
)
def test_a_share_of_people_is_the_least_number_that_reaches_it(people: int, wanted: str, least: int) -> None:
    assert share_of(people, Fraction(wanted)) == least


@given(st.integers(0, 100_000), WEIGHTS)
def test_the_sum_is_the_total_and_nobody_is_further_than_one_from_the_exact_share(
    total: int, weights: dict[str, int]
) -> None:
    if not sum(weights.values()):
        return
    parts = share(total, weights)
    assert sum(parts.values()) == total
    for key, part in parts.items():
        assert abs(part - Fraction(total * weights[key], sum(weights.values()))) < 1


@given(st.integers(0, 10_000), WEIGHTS)
def test_who_has_more_people_never_gets_less(total: int, weights: dict[str, int]) -> None:
    if not sum(weights.values()):
        return
    parts = share(total, weights)
    ordered = sorted(weights, key=lambda key: weights[key])
    assert all(parts[a] <= parts[b] or weights[a] == weights[b] for a, b in pairwise(ordered))


PARENTS = {"t1": "c", "t2": "c", "v1": "t1", "v2": "t1", "v3": "t2", "g1": "v1", "g2": "v1"}
PEOPLE = {"g1": 120, "g2": 80, "v1": 7, "v2": 93, "v3": 200, "c": 10}


def test_every_level_adds_up_to_the_level_above() -> None:
    found = decompose("c", 460, PARENTS, PEOPLE)
    assert found["c"].people == 510
    for key, node in found.items():
        below = [child for child, parent in PARENTS.items() if parent == key]
        if below:
            assert node.target == node.itself + sum(found[child].target for child in below), key
    assert (found["v1"].itself, found["c"].itself) == (6, 9)
    assert all(node.target == node.by_people for node in found.values())


def test_a_cell_set_by_hand_keeps_its_figure_and_the_siblings_give() -> None:
    found = decompose("c", 460, PARENTS, PEOPLE, {"v2": Hand(90, "工地集中")})
    assert (
        found["v2"].target == 90 and found["v2"].hand == Hand(90, "工地集中") and found["v2"].by_people == 84
    )
    assert found["t1"].target == found["t1"].by_people == found["v1"].target + 90


def test_the_level_where_figures_by_hand_do_not_fit_is_named() -> None:
    with pytest.raises(Impossible) as refused:
        decompose("c", 460, PARENTS, PEOPLE, {"t1": Hand(100, "x"), "v2": Hand(101, "y")})
    assert (refused.value.code, refused.value.key) == ("targets.hand_above", "t1")


def test_a_hand_on_the_root_is_the_total() -> None:
    assert decompose("c", 460, PARENTS, PEOPLE, {"c": Hand(510, "全员")})["c"].target == 510


@pytest.mark.parametrize("parents", [{"a": "b", "b": "a"}, {"a": "elsewhere"}, {"c": "a", "a": "c"}])
def test_what_is_no_tree_is_refused(parents: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        decompose("c", 1, parents, {})


@given(st.integers(0, 5_000), st.lists(st.integers(0, 300), min_size=7, max_size=7))
def test_any_tree_agrees_on_every_level(total: int, counts: list[int]) -> None:
    people = dict(zip(PARENTS, counts, strict=True))
    if not sum(counts):
        return
    found = decompose("c", total, PARENTS, people)
    for key in ("c", "t1", "t2", "v1"):
        below = [child for child, parent in PARENTS.items() if parent == key]
        assert found[key].target == found[key].itself + sum(found[child].target for child in below)


def test_areas_and_lines_both_agree() -> None:
    people = {
        ("v1", "education"): 30,
        ("v1", "none"): 70,
        ("v2", "education"): 5,
        ("v2", "none"): 45,
        ("v2", "police"): 3,
    }
    found = across({"v1": 95, "v2": 50}, {"education": 33, "none": 109, "police": 3}, people)
    assert found.keys() == people.keys()
    assert sum(n for (area, _), n in found.items() if area == "v1") == 95
    assert {line: sum(n for (_, at), n in found.items() if at == line) for line in ("education", "none", "police")} == {
        "education": 33, "none": 109, "police": 3,
    }  # fmt: skip


def test_margins_that_differ_or_cannot_be_met_are_refused() -> None:
    with pytest.raises(Impossible) as refused:
        across({"v1": 5}, {"police": 4}, {("v1", "police"): 9})
    assert refused.value.code == "targets.margins_differ"
    with pytest.raises(Impossible) as refused:
        across({"v1": 5, "v2": 5}, {"police": 8, "none": 2}, {("v1", "police"): 9, ("v2", "none"): 9})
    assert refused.value.code == "targets.crosswise"
    assert refused.value.key in {"v1", "v2", "police", "none"}


CELLS = st.lists(st.lists(st.integers(0, 400), min_size=4, max_size=4), min_size=1, max_size=6)


@given(CELLS, st.fractions(0, 1))
def test_any_matrix_of_one_share_agrees_both_ways_and_each_cell_is_within_one(
    cells: list[list[int]], wanted: Fraction
) -> None:
    people = {(f"v{r}", f"l{c}"): n for r, row in enumerate(cells) for c, n in enumerate(row) if n}
    if not people:
        return
    rows = {f"v{r}": sum(row) for r, row in enumerate(cells)}
    columns = {f"l{c}": sum(row[c] for row in cells) for c in range(4)}
    total = share_of(sum(rows.values()), wanted)
    areas, lines = share(total, rows), share(total, columns)
    found = across(areas, lines, people)
    for area, target in areas.items():
        assert sum(n for (at, _), n in found.items() if at == area) == target
    for line, target in lines.items():
        assert sum(n for (_, at), n in found.items() if at == line) == target
    assert all(n >= 0 for n in found.values())


LEAVES, LINES = ("g1", "g2", "v2", "v3"), ("edu", "health", "none")
HANDS = st.dictionaries(st.sampled_from(sorted(PARENTS)), st.integers(0, 400), max_size=4)
LINE_HANDS = st.dictionaries(st.sampled_from(LINES), st.integers(0, 300), max_size=2)


@given(
    st.lists(st.lists(st.integers(0, 90), min_size=3, max_size=3), min_size=4, max_size=4),
    st.integers(0, 1_100), HANDS, LINE_HANDS,
)  # fmt: skip
def test_with_cells_set_by_hand_every_sum_agrees_down_the_tree_and_across_lines_or_it_is_refused(
    cells: list[list[int]], total: int, hands: dict[str, int], line_hands: dict[str, int]
) -> None:
    """As somebody from outside would add it up: every level, every area's cells, every line's cells, the whole."""
    held = {
        (leaf, line): n
        for leaf, row in zip(LEAVES, cells, strict=True)
        for line, n in zip(LINES, row, strict=True)
        if n
    }
    people = {leaf: sum(row) for leaf, row in zip(LEAVES, cells, strict=True)}
    by_hand = {key: Hand(target, "x") for key, target in hands.items()}
    try:
        found = decompose("c", total, PARENTS, people, by_hand)
        rows = {key: node.itself for key, node in found.items() if node.itself}
        here = {key: n for key, n in held.items() if key[0] in rows}
        here |= {(key, "none"): 1 for key in rows.keys() - {area for area, _line in here}}
        weights = {
            line: sum(n for (_area, at), n in here.items() if at == line)
            for line in {at for _area, at in here}
        }
        lines = share(
            sum(rows.values()), weights, {line: n for line, n in line_hands.items() if line in weights}
        )
        crossed = across(rows, lines, here)
    except Impossible as refused:
        assert refused.code.startswith("targets.") and refused.reason.zh and refused.next_step.zh
        return
    assert found["c"].target == total == sum(crossed.values())
    for key, node in found.items():
        below = [child for child, parent in PARENTS.items() if parent == key]
        assert node.target == node.itself + sum(found[child].target for child in below)
        assert sum(n for (area, _line), n in crossed.items() if area == key) == node.itself
        if key in by_hand:
            assert node.target == hands[key]
    for line, target in lines.items():
        assert sum(n for (_area, at), n in crossed.items() if at == line) == target
        if line in line_hands:
            assert target == line_hands[line]


@given(st.integers(0, 60), st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6),
       st.integers(0, 40), st.integers(0, 60))  # fmt: skip
def test_the_limit_named_is_the_narrowest_of_the_day(
    target: int, given_days: list[tuple[int, int, int]], on_hand: int, waiting: int
) -> None:
    days = [
        Day(date(2021, 6, 1) + timedelta(nth), seats, staff, arriving)
        for nth, (seats, staff, arriving) in enumerate(given_days)
    ]
    found = project(0, target, on_hand, waiting, days)
    store, left, done = on_hand, waiting, 0
    for day, expected in zip(days, found.days, strict=True):
        store += day.arriving
        room = {
            Limit.TARGET: target - done, Limit.PEOPLE: left, Limit.SUPPLY: store, Limit.STAFF: day.staff,
            Limit.CAPACITY: day.capacity,
        }  # fmt: skip
        assert expected.doses == min(n for n in room.values() if n is not None) == room[expected.limit]
        done, store, left = done + expected.doses, store - expected.doses, left - expected.doses
    assert (found.finishes_on is not None) is (done >= target)
