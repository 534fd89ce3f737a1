"""Shapes and tiles as the figures of one drawing: outlines in whole units of a view box, and the place for a name in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians

from vaxkit.tilemap.crossing import Point
from vaxkit.tilemap.geojson import UNITS, Shape
from vaxkit.tilemap.tiles import Tile


@dataclass(frozen=True, slots=True)
class Figure:
    """`path` is the outline as an SVG path. A name stands around (x, y) and has `room` units in width."""

    path: str
    x: int
    y: int
    room: int


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    figures: Mapping[str, Figure]


def drawn_tiles(tiles: Mapping[str, Tile], size: int = 100, gap: int = 6) -> Drawing:
    """Each tile a square of `size` with a gap around it; the drawing begins at the first column and row in use."""
    if not tiles:
        return Drawing(size, size, {})
    left, top = min(tile.column for tile in tiles.values()), min(tile.row for tile in tiles.values())
    columns = max(tile.column for tile in tiles.values()) - left + 1
    rows = max(tile.row for tile in tiles.values()) - top + 1
    half = gap // 2
    figures = {}
    for code, tile in tiles.items():
        x, y = (tile.column - left) * size + half, (tile.row - top) * size + half
        side = size - gap
        path = f"M{x} {y}h{side}v{side}h-{side}z"
        figures[code] = Figure(path, x + side // 2, y + side // 2, side)
    return Drawing(columns * size, rows * size, figures)


def drawn_shapes(shapes: Mapping[str, Shape], width: int = 1600, height: int = 900) -> Drawing:
    """The shapes with north up, as large as fits, degrees of longitude shortened as they are at the middle latitude."""
    points = [point for shape in shapes.values() for polygon in shape for ring in polygon for point in ring]
    if not points:
        return Drawing(width, height, {})
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    shorter = cos(radians((south + north) / 2 / UNITS))
    scale = min(width / max(1.0, (east - west) * shorter), height / max(1, north - south))
    used = round((east - west) * shorter * scale), round((north - south) * scale)

    def place(point: Point) -> Point:
        return round((point[0] - west) * shorter * scale), round((north - point[1]) * scale)

    figures = {}
    for code, shape in shapes.items():
        rings = [[place(point) for point in ring] for polygon in shape for ring in polygon]
        path = "".join("M" + "L".join(f"{x} {y}" for x, y in _plain(ring[:-1])) + "z" for ring in rings)
        figures[code] = Figure(path, *_name_place(rings))
    return Drawing(max(1, used[0]), max(1, used[1]), figures)


def _plain(ring: Sequence[Point]) -> list[Point]:
    """Without positions that fall together in the drawing."""
    return [point for at, point in enumerate(ring) if at == 0 or point != ring[at - 1]]


def _name_place(rings: Sequence[Sequence[Point]], lines: int = 15) -> tuple[int, int, int]:
    """(x, y, room): the middle of the longest of some level lines through the inside, the middle ones before the outer."""
    ys = [point[1] for ring in rings for point in ring]
    low, high = min(ys), max(ys)
    best = (0.0, low, 0, 0)
    for number in range(1, lines + 1):
        y = low + (high - low) * number // (lines + 1)
        cuts = sorted(_cuts(rings, y))
        for begins, ends in zip(cuts[::2], cuts[1::2], strict=False):
            # A line near the upper or lower end has no height for the letters.
            worth = (ends - begins) * min(number, lines + 1 - number) / lines
            best = max(best, (worth, y, begins, ends))
    _worth, y, begins, ends = best
    if not ends:
        xs = [point[0] for ring in rings for point in ring]
        return (min(xs) + max(xs)) // 2, (low + high) // 2, max(xs) - min(xs)
    return (begins + ends) // 2, y, ends - begins


def _cuts(rings: Sequence[Sequence[Point]], y: int) -> list[int]:
    """Where a level line just below y crosses the rings."""
    found = []
    for ring in rings:
        for a, b in pairwise(ring):
            if (a[1] > y) != (b[1] > y):
                found.append(a[0] + (b[0] - a[0]) * (y - a[1]) // (b[1] - a[1]))
    return found
