"""Equal tiles for areas whose boundaries nobody knows.

`in_order`: the areas stand along one line that winds through the grid in bands: down a column of the band, up the next. Two areas
whose codes follow each other always share a side, and the areas of one parent always hang together in one piece. Official codes
follow each other inside their parent, so a township's villages stay together whatever is missing between them.

`around`: where the centres of the areas are known (from boundaries that were brought), every area takes the tile nearest to its
place, so that the sum of the squared distances is the least there is. Areas that stand on a grid already stay exactly as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

#: Width to height of a screen.
SCREEN = Fraction(16, 9)


@dataclass(frozen=True, slots=True)
class Tile:
    """A place on the grid, columns from the left and rows from the top, both from 0."""

    column: int
    row: int

    def touches(self, other: Tile) -> bool:
        """Whether the two share a side."""
        return abs(self.column - other.column) + abs(self.row - other.row) == 1


def in_order(codes: Collection[str], *, group: int = 1, shape: Fraction = SCREEN) -> dict[str, Tile]:
    """A tile for each code, codes sorted. `group`: how many areas usually belong together (the villages of a township): the bands
    are as high as makes so many nearly a square. `shape`: width to height of the whole."""
    ordered = sorted(set(codes))
    width, band = _width(len(ordered), shape), max(1, _root(group))
    return {code: _along(place, len(ordered), width, band) for place, code in enumerate(ordered)}


def around(centres: Mapping[str, tuple[int, int]]) -> dict[str, Tile]:
    """A tile for each area from its centre (x to the right, y down, any unit), codes sorted. Of the grids that fit the shape of the
    whole the one is taken in which the areas move least; a tile left empty counts as a tenth of a move by one tile."""
    ordered = sorted(centres)
    if not ordered:
        return {}
    left, top = min(x for x, _y in centres.values()), min(y for _x, y in centres.values())
    wide, high = (max(each[axis] for each in centres.values()) - low for axis, low in ((0, left), (1, top)))
    found = []
    for width, height in _grids(len(ordered), wide, high):
        places = [
            (_scaled(centres[code][0] - left, wide, width), _scaled(centres[code][1] - top, high, height))
            for code in ordered
        ]
        tiles = [Tile(column, row) for row in range(height) for column in range(width)]
        moved, chosen = _nearest(places, tiles)
        found.append((moved + (len(tiles) - len(ordered)) * _FINE * _FINE // 10, width, chosen))
    _cost, _width_taken, best = min(found, key=lambda each: each[:2])
    return dict(zip(ordered, best, strict=True))


def _root(number: int) -> int:
    """The square root to the nearest whole number."""
    low = isqrt(max(0, number))
    return low + (number - low * low > low)


def _width(number: int, shape: Fraction) -> int:
    """Columns of the grid. Odd: then every band ends at its lower edge, beside the beginning of the next."""
    return min(
        range(1, number + 2, 2),
        key=lambda width: abs(Fraction(min(width, number), -(-number // width) or 1) - shape),
        default=1,
    )


def _along(place: int, number: int, width: int, band: int) -> Tile:
    """The tile at a place of the winding line. The last band is only as high as it has to be."""
    which, inside = divmod(place, width * band)
    height = min(band, -(-(number - which * width * band) // width))
    column, step = divmod(inside, height)
    row = step if column % 2 == 0 else height - 1 - step
    return Tile(width - 1 - column if which % 2 else column, which * band + row)


_FINE = 1_000


def _scaled(offset: int, extent: int, tiles: int) -> int:
    """An offset in thousandths of a tile, so that the extent reaches from the first tile to the last."""
    return offset * (tiles - 1) * _FINE // extent if extent else (tiles - 1) * _FINE // 2


def _grids(number: int, wide: int, high: int) -> list[tuple[int, int]]:
    """(columns, rows) with room for all and at most as much again, those nearest to the shape of the whole."""
    room = 2 * number if number <= _MANY else number * 6 // 5
    fitting = [
        (width, height)
        for width in range(1, number + 1)
        for height in range(-(-number // width), max(-(-number // width), room // width) + 1)
    ]
    fitting.sort(key=lambda each: (abs((each[0] - 1) * high - (each[1] - 1) * wide), each[0] * each[1]))
    return fitting[: _GRIDS if number <= _MANY else 1]


_GRIDS, _MANY = 6, 100


def _nearest(places: list[tuple[int, int]], tiles: list[Tile]) -> tuple[int, list[Tile]]:
    """(the sum of the squared moves, a tile for each place). Tiles that stay empty cost nothing."""
    # Paid for only where boundaries are known: most counties have none.
    import numpy as np
    from ortools.graph.python import linear_sum_assignment

    at = np.array([(tile.column * _FINE, tile.row * _FINE) for tile in tiles], np.int64)
    away = np.zeros((len(tiles), len(tiles)), np.int64)
    away[: len(places)] = ((np.array(places, np.int64)[:, None, :] - at[None, :, :]) ** 2).sum(axis=2)
    left, right = (each.ravel().astype(np.int32) for each in np.indices(away.shape))
    solver = linear_sum_assignment.SimpleLinearSumAssignment()
    solver.add_arcs_with_cost(left, right, away.ravel())
    solver.solve()
    return solver.optimal_cost(), [tiles[solver.right_mate(each)] for each in range(len(places))]
