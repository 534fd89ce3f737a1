"""Whether rings cross: exact, with whole numbers. Segments are looked up by the squares of a grid through which they pass, so that
ordinary boundaries cost little more than their length; what would cost far more is refused instead of waited for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import isqrt

Point = tuple[int, int]
Segment = tuple[Point, Point]


class TooTangled(ValueError):
    """The rings wind so much that looking at them would take too long."""


def crossing(rings: Sequence[Sequence[Point]], work: int = 4_000_000) -> Point | None:
    """A point near which a ring meets itself or crosses another, None where none does. Rings are closed (first = last). Different
    rings may touch in a point. Raises TooTangled."""
    segments = [
        (ring, at, (points[at], points[at + 1]))
        for ring, points in enumerate(rings)
        for at in range(len(points) - 1)
    ]
    squares: dict[Point, list[int]] = defaultdict(list)
    xs = [point[0] for ring in rings for point in ring]
    ys = [point[1] for ring in rings for point in ring]
    if not xs:
        return None
    side = max(max(xs) - min(xs), max(ys) - min(ys)) // max(1, isqrt(len(segments))) + 1
    left = work
    for index, (_ring, _at, segment) in enumerate(segments):
        for square in _squares(segment, side):
            squares[square].append(index)
            left -= len(squares[square])
            if left < 0:
                raise TooTangled(f"{len(segments)} segments")
    for near in squares.values():
        for second, index in enumerate(near):
            for other in near[:second]:
                found = _clash(segments[other], segments[index], rings)
                if found:
                    return found
    return None


def turn(a: Point, b: Point, c: Point) -> int:
    """Positive where a → b → c turns to the left (y upwards)."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def inside(point: Point, ring: Sequence[Point]) -> int:
    """1 inside, 0 on the ring, -1 outside."""
    odd = False
    y = point[1]
    for at in range(len(ring) - 1):
        a, b = ring[at], ring[at + 1]
        if _on(point, a, b):
            return 0
        if (a[1] > y) != (b[1] > y) and (turn(a, b, point) > 0) == (b[1] > a[1]):
            odd = not odd
    return 1 if odd else -1


def _squares(segment: Segment, side: int) -> list[Point]:
    """Every square of the grid through which a segment passes (and some beside it)."""
    (x0, y0), (x1, y1) = sorted(segment)
    found = []
    for column in range(x0 // side, x1 // side + 1):
        begins, ends = max(x0, column * side), min(x1, (column + 1) * side)
        if x1 == x0:
            low, high = sorted((y0, y1))
        else:
            heights = sorted(y0 + (y1 - y0) * (x - x0) // (x1 - x0) for x in (begins, ends))
            low, high = heights[0], heights[1] + 1
        found += [(column, row) for row in range(low // side, high // side + 1)]
    return found


def _clash(
    first: tuple[int, int, Segment], second: tuple[int, int, Segment], rings: Sequence[Sequence[Point]]
) -> Point | None:
    (ring, at, (a, b)), (other, there, (c, d)) = first, second
    if ring == other:
        last = len(rings[ring]) - 2
        if there - at == 1 or (at == 0 and there == last and last > 1):
            # Neighbours share one end; they clash only where the ring turns back on itself.
            shared, before, after = (b, a, d) if there - at == 1 else (a, b, c)
            back = (before[0] - shared[0]) * (after[0] - shared[0]) + (before[1] - shared[1]) * (
                after[1] - shared[1]
            )
            return shared if turn(before, shared, after) == 0 and back > 0 else None
        return _meeting(a, b, c, d, touching=True)
    return _meeting(a, b, c, d, touching=False)


def _meeting(a: Point, b: Point, c: Point, d: Point, *, touching: bool) -> Point | None:
    """A point near the meeting of two segments; where they only touch, only if asked. Segments that lie on each other meet."""
    abc, abd, cda, cdb = turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)
    if abc == abd == 0:
        begins, ends = max(min(a, b), min(c, d)), min(max(a, b), max(c, d))
        return begins if begins < ends or (touching and begins == ends) else None
    if (abc > 0) != (abd > 0) and (cda > 0) != (cdb > 0) and abc and abd and cda and cdb:
        return ((a[0] + b[0] + c[0] + d[0]) // 4, (a[1] + b[1] + c[1] + d[1]) // 4)
    if touching:
        for point, begins, ends in ((c, a, b), (d, a, b), (a, c, d), (b, c, d)):
            if _on(point, begins, ends):
                return point
    return None


def _on(point: Point, a: Point, b: Point) -> bool:
    return (
        turn(a, b, point) == 0
        and min(a[0], b[0]) <= point[0] <= max(a[0], b[0])
        and min(a[1], b[1]) <= point[1] <= max(a[1], b[1])
    )
