"""Tiles for areas without boundaries: the same places every time, neighbours beside each other."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from vaxkit.tilemap import Tile, around, by_edges, by_size, by_thirds, drawn_tiles, in_order

codes = st.sets(st.integers(1, 999).map(lambda n: f"110117{n:03d}"), min_size=1, max_size=120)


@given(codes, st.integers(1, 40), st.randoms(use_true_random=False))
def test_the_same_areas_stand_in_the_same_places_in_whatever_order_they_come(some, group, chance) -> None:
    shuffled = list(some)
    chance.shuffle(shuffled)
    assert in_order(shuffled, group=group) == in_order(some, group=group)


@given(codes, st.integers(1, 40))
def test_areas_whose_codes_follow_each_other_share_a_side_and_nobody_shares_a_tile(some, group) -> None:
    found = in_order(some, group=group)
    assert list(found) == sorted(some) and len(set(found.values())) == len(some)
    tiles = list(found.values())
    assert all(one.touches(other) for one, other in pairwise(tiles))
    assert min(tile.column for tile in tiles) == min(tile.row for tile in tiles) == 0


@given(st.lists(st.integers(1, 30), min_size=1, max_size=12))
def test_the_villages_of_a_township_hang_together(sizes) -> None:
    villages = [f"{town:03d}{village:03d}" for town, size in enumerate(sizes) for village in range(size)]
    found = in_order(villages, group=sum(sizes) // len(sizes))
    for town in range(len(sizes)):
        mine = {tile for code, tile in found.items() if code.startswith(f"{town:03d}")}
        reached = {min(mine, key=lambda tile: (tile.row, tile.column))}
        while more := {tile for tile in mine - reached if any(tile.touches(other) for other in reached)}:
            reached |= more
        assert reached == mine


def test_a_county_is_about_as_wide_as_a_screen() -> None:
    found = drawn_tiles(in_order([f"{n:03d}" for n in range(18)], group=4))
    assert (found.width, found.height) == (500, 400)
    assert drawn_tiles({}).figures == {}


@given(st.integers(1, 9), st.integers(1, 7), st.integers(1, 5000), st.integers(-900, 900))
def test_areas_that_stand_on_a_grid_stay_as_they_are(width, height, pitch, begin) -> None:
    centres = {
        f"{row}{column}": (begin + column * pitch, begin + row * pitch)
        for row in range(height)
        for column in range(width)
    }
    assert around(centres) == {
        f"{row}{column}": Tile(column, row) for row in range(height) for column in range(width)
    }


def test_neighbours_keep_their_sides() -> None:
    # A cross: the four arms stay around the middle.
    found = around({"n": (50, 0), "w": (0, 50), "m": (50, 50), "e": (100, 50), "s": (50, 100)})
    assert all(found["m"].touches(found[arm]) for arm in "nwes") and len(set(found.values())) == 5
    assert around({}) == {}


def test_figures_fall_into_classes_the_worst_first() -> None:
    shares = by_edges([40, 60, 80])
    assert [shares.of(each) for each in (None, 0, 40, 79, 80, 100)] == [None, 0, 1, 2, 3, 3]
    assert [shares.bounds(n) for n in range(4)] == [(None, 40), (40, 60), (60, 80), (80, None)]
    left = by_size([0, 3, 180, 412])
    assert left.edges == (1, 200, 400) and left.falling
    assert [left.of(each) for each in (412, 200, 1, 0)] == [0, 1, 2, 3]
    assert left.bounds(0) == (400, None) and left.bounds(3) == (None, 1)
    assert by_size([]).edges == (1,)
    places = by_thirds(18)
    assert [places.of(each) for each in (1, 6, 7, 12, 13, 18)] == [2, 2, 1, 1, 0, 0]


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=50))
def test_counts_have_few_classes_and_each_count_one(figures) -> None:
    found = by_size(figures)
    assert 2 <= found.count <= 6
    for figure in figures:
        low, high = found.bounds(found.of(figure))
        assert (low is None or low <= figure) and (high is None or figure < high)
