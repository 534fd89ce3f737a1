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
    """A tile for each area from its centre (x to the right, y down, any unit), codes sorted."""
    ordered = sorted(centres)
    if not ordered:
        return {}
    xs, ys = [centres[code][0] for code in ordered], [centres[code][1] for code in ordered]
    width, height = _grid(len(ordered), max(xs) - min(xs), max(ys) - min(ys))
    tiles = [Tile(column, row) for row in range(height) for column in range(width)]
    places = [
        (_scaled(x - min(xs), max(xs) - min(xs), width), _scaled(y - min(ys), max(ys) - min(ys), height))
        for x, y in zip(xs, ys, strict=True)
    ]
    return dict(zip(ordered, _nearest(places, tiles), strict=True))


def _root(number: int) -> int:
    """The square root to the nearest whole number."""
    low = isqrt(max(0, number))
    return low + (number - low * low > low)


def _width(number: int, shape: Fraction) -> int:
    """Columns of the grid. Odd: then every band ends at its lower edge, beside the beginning of the next."""
    width = max(1, isqrt(int(number * shape)))
    return width if width % 2 else width + 1


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


def _grid(number: int, wide: int, high: int) -> tuple[int, int]:
    """Columns and rows with room for all, nearest to the given extents; of equally near ones the one with least room to spare."""

    def badness(width: int) -> tuple[int, int]:
        height = -(-number // width)
        return abs((width - 1) * high - (height - 1) * wide), width * height - number

    best = min(range(1, number + 1), key=badness)
    return best, -(-number // best)


def _nearest(places: list[tuple[int, int]], tiles: list[Tile]) -> list[Tile]:
    # Paid for only where boundaries are known: most counties have none.
    from ortools.graph.python import linear_sum_assignment

    solver = linear_sum_assignment.SimpleLinearSumAssignment()
    for left in range(len(tiles)):
        for right, tile in enumerate(tiles):
            away = 0  # a tile that stays empty costs nothing
            if left < len(places):
                x, y = places[left]
                away = (x - tile.column * _FINE) ** 2 + (y - tile.row * _FINE) ** 2
            solver.add_arc_with_cost(left, right, away)
    solver.solve()
    return [tiles[solver.right_mate(left)] for left in range(len(places))]
