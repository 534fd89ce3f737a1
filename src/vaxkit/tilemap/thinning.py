"""Fewer positions, for a screen. The rings are cut where three areas meet; each piece of border is thinned once (Ramer, 1972;
Douglas and Peucker, 1973) and used by the areas on both sides, so that no gap opens between neighbours. Whatever would then cross
itself or shrink to nothing keeps more of its positions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from vaxkit.tilemap.crossing import Point, TooTangled, crossing
from vaxkit.tilemap.geojson import Ring, Shape

#: The longer side of the whole in so many steps: finer than a wall screen can show.
STEPS = 3_000


def thinned(shapes: Mapping[str, Shape], steps: int = STEPS) -> dict[str, Shape]:
    """The same areas with fewer positions; the borders of neighbours stay the same line."""
    points = [point for shape in shapes.values() for polygon in shape for ring in polygon for point in ring]
    if not points:
        return {}
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    tolerance = max(max(xs) - min(xs), max(ys) - min(ys)) // steps
    corners = _corners(shapes)
    while tolerance > 0:
        found = {code: _shape(shape, corners, tolerance) for code, shape in shapes.items()}
        if all(_is_sound(shape) for shape in found.values()):
            return found
        tolerance //= 4
    return dict(shapes)


def _corners(shapes: Mapping[str, Shape]) -> set[Point]:
    """Where borders begin and end: positions whose neighbours differ from area to area."""
    beside: dict[Point, set[Point]] = defaultdict(set)
    for shape in shapes.values():
        for polygon in shape:
            for ring in polygon:
                for a, b in pairwise(ring):
                    beside[a].add(b)
                    beside[b].add(a)
    return {point for point, others in beside.items() if len(others) > 2}


def _shape(shape: Shape, corners: set[Point], tolerance: int) -> Shape:
    return tuple(tuple(_ring(ring, corners, tolerance) for ring in polygon) for polygon in shape)


def _ring(ring: Ring, corners: set[Point], tolerance: int) -> Ring:
    """A ring without corners (an island) is cut at its outermost positions, the same for whoever has it."""
    open_ring = ring[:-1]
    cuts = [at for at, point in enumerate(open_ring) if point in corners]
    if len(cuts) < 2:
        ends = {min(open_ring), max(open_ring)} | ({open_ring[cuts[0]]} if cuts else set())
        cuts = [at for at, point in enumerate(open_ring) if point in ends]
    kept: list[Point] = []
    for begins, ends_at in zip(cuts, [*cuts[1:], cuts[0] + len(open_ring)], strict=True):
        piece = [open_ring[at % len(open_ring)] for at in range(begins, ends_at + 1)]
        kept += _piece(piece, tolerance)[:-1]
    return (*kept, kept[0])


def _piece(piece: Sequence[Point], tolerance: int) -> list[Point]:
    """Thinned the same way from whichever end it is read."""
    if list(piece) > list(reversed(piece)):
        return list(reversed(_thin(list(reversed(piece)), tolerance)))
    return _thin(list(piece), tolerance)


def _thin(piece: list[Point], tolerance: int) -> list[Point]:
    keep = {0, len(piece) - 1}
    spans = [(0, len(piece) - 1)]
    while spans:
        begins, ends = spans.pop()
        away, at = max(
            ((_away(piece[each], piece[begins], piece[ends]), each) for each in range(begins + 1, ends)),
            default=(0, 0),
        )
        if away > tolerance * tolerance:
            keep.add(at)
            spans += [(begins, at), (at, ends)]
    return [piece[at] for at in sorted(keep)]


def _away(point: Point, a: Point, b: Point) -> int:
    """The square of the distance of a point from the line through a and b, or from a where that is the same point."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    if not length:
        return (point[0] - a[0]) ** 2 + (point[1] - a[1]) ** 2
    across = dx * (point[1] - a[1]) - dy * (point[0] - a[0])
    return across * across // length


def _is_sound(shape: Shape) -> bool:
    rings = [ring for polygon in shape for ring in polygon]
    try:
        return all(len(ring) >= 4 for ring in rings) and crossing(rings) is None
    except TooTangled:
        return False
