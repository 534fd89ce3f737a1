"""Boundaries that somebody brings: what is taken, what is refused and why, and that thinning keeps neighbours together."""

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaxkit.tilemap import Limits, Unusable, drawn_shapes, read, thinned
from vaxkit.tilemap.crossing import TooTangled, crossing, inside
from vaxkit.tilemap.geojson import CODES, doubled_area

AREAS = {"110117001": ["滨河街道"], "110117002": ["兴谷街道", "兴谷"]}
SQUARE = [[117.0, 40.0], [117.1, 40.0], [117.1, 40.1], [117.0, 40.1], [117.0, 40.0]]
BESIDE = [[117.1, 40.0], [117.2, 40.0], [117.2, 40.1], [117.1, 40.1], [117.1, 40.0]]


def feature(ring: object, kind: str = "Polygon", **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": ring}}


def file(*features: object, **more: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def refusal(data: bytes, **limits: int) -> str:
    with pytest.raises(Unusable) as refused:
        read(data, AREAS, Limits(**limits))
    assert refused.value.reason.zh and refused.value.next_step.en and refused.value.code in CODES
    return refused.value.code


def test_areas_are_matched_by_code_or_name_and_rings_turned() -> None:
    wrong = feature([SQUARE[::-1]], code="110117001000")
    found = read(file(wrong, feature([[BESIDE]], "MultiPolygon", name="兴谷")), AREAS)
    assert list(found.shapes) == ["110117001", "110117002"]
    assert (found.turned, found.positions, found.missing) == (1, 10, ())
    assert all(doubled_area(shape[0][0]) > 0 for shape in found.shapes.values())
    one = read(file(feature([SQUARE], gb="156110117001")), AREAS)
    assert one.missing == ("110117002",)


def test_what_cannot_be_used_says_why() -> None:
    bow = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]
    touching = [[0, 0], [4, 0], [4, 4], [2, 0], [0, 4], [0, 0]]
    spike = [[0, 0], [2, 0], [4, 0], [3, 0], [3, 3], [0, 0]]
    outside = [[118, 41], [118, 41.1], [118.1, 41], [118, 41]]
    named = {"code": "110117001"}
    assert refusal(b"not json") == refusal(b"\xff\xfe") == "map.not_json"
    assert refusal(b"[1]") == refusal(b'{"type":"Topology"}') == refusal(file(3)) == "map.not_geojson"
    assert refusal(file()) == "map.empty"
    assert refusal(file(crs={"properties": {"name": "EPSG:4490"}})) == "map.other_projection"
    assert refusal(file(feature([SQUARE], **named)), bytes=20) == "map.too_large"
    assert refusal(file(feature([SQUARE], **named)), features=0) == "map.too_many_features"
    assert refusal(file(feature([SQUARE], **named)), positions=4) == "map.too_many"
    assert refusal(file(feature([SQUARE], name="马坊镇"))) == "map.unknown"
    assert refusal(file(feature([SQUARE], a="110117001", b="110117002"))) == "map.several"
    assert refusal(file(feature([SQUARE], **named), feature([BESIDE], **named))) == "map.twice"
    assert refusal(file(feature([SQUARE], "LineString", **named))) == "map.no_area"
    assert refusal(file(feature([], **named))) == "map.no_area"
    assert refusal(file(feature([SQUARE[:3]], **named))) == "map.short_ring"
    assert refusal(file(feature([SQUARE[:4]], **named))) == "map.open_ring"
    for position in ([200, 40], ["117", 40], [10**400, 1], [float("nan"), 1], 7, [1], [True, 1]):
        assert refusal(file(feature([[position, *SQUARE[1:]]], **named))) == "map.bad_position"
    for ring in (bow, touching, spike):
        assert refusal(file(feature([ring], **named))) == "map.crosses"
    assert refusal(file(feature([SQUARE, outside], **named))) == "map.hole_outside"
    assert refusal(b"[" * 100_000) == "map.not_json"


def test_a_winding_that_takes_too_long_is_not_waited_for() -> None:
    comb = [(x, (x % 2) * 100) for x in range(2001)]
    ring = [*comb, (1000, -100), comb[0]]
    assert crossing([ring]) is None
    with pytest.raises(TooTangled):
        crossing([ring], work=1000)


@given(st.lists(st.tuples(st.integers(-30, 30), st.integers(-30, 30)), min_size=3, max_size=9, unique=True))
def test_crossings_are_those_that_comparing_every_pair_finds(points) -> None:
    ring = [*points, points[0]]
    assert (crossing([ring]) is not None) == _crosses_somewhere(ring)


def _crosses_somewhere(ring: list[tuple[int, int]]) -> bool:
    """With fractions of lines, every pair of segments that are no neighbours; and neighbours that fold back."""
    segments = list(pairwise(ring))
    for first in range(len(segments)):
        for second in range(first + 1, len(segments)):
            (a, b), (c, d) = segments[first], segments[second]
            if second - first == 1 or (first == 0 and second == len(segments) - 1):
                shared = b if second - first == 1 else a
                p, q = (a, d) if shared == b else (b, c)
                u, v = (p[0] - shared[0], p[1] - shared[1]), (q[0] - shared[0], q[1] - shared[1])
                if u[0] * v[1] == u[1] * v[0] and u[0] * v[0] + u[1] * v[1] > 0:
                    return True
            elif _meet(a, b, c, d):
                return True
    return False


def _meet(a, b, c, d) -> bool:
    def side(p, q, r):
        cross = (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
        return (cross > 0) - (cross < 0)

    def within(p, q, r):
        return min(p[0], q[0]) <= r[0] <= max(p[0], q[0]) and min(p[1], q[1]) <= r[1] <= max(p[1], q[1])

    s = side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)
    if s[0] != s[1] and s[2] != s[3]:
        return True
    pairs = zip(s, ((a, b, c), (a, b, d), (c, d, a), (c, d, b)), strict=True)
    return any(each == 0 and within(*points) for each, points in pairs)


@settings(max_examples=30)
@given(st.lists(st.integers(-400_000, 400_000), min_size=20, max_size=60))
def test_neighbours_keep_one_border_when_it_is_thinned(wiggles) -> None:
    # Two areas side by side; the border between them winds, the rest is straight.
    step = 20_000_000 // len(wiggles)
    border = [(0, 0), *((each, step * (at + 1)) for at, each in enumerate(wiggles)), (0, 30_000_000)]
    west = (*border, (-20_000_000, 30_000_000), (-20_000_000, 0), border[0])
    east = (*reversed(border), (20_000_000, 0), (20_000_000, 30_000_000), border[-1])
    found = thinned({"w": ((tuple(reversed(west)),),), "e": ((tuple(reversed(east)),),)}, steps=50)
    rings = [set(found[code][0][0]) for code in ("w", "e")]
    shared = {point for point in border if point in rings[0]}
    assert shared == {point for point in border if point in rings[1]}
    assert {(0, 0), (0, 30_000_000)} <= shared
    assert all(crossing([shape[0][0]]) is None for shape in found.values())


def test_names_stand_inside_and_north_is_up() -> None:
    hook = [[0, 0], [1, 0], [1, 1], [0.9, 1], [0.9, 0.1], [0, 0.1], [0, 0]]
    found = read(file(feature([SQUARE], code="110117001"), feature([BESIDE], code="110117002")), AREAS)
    drawing = drawn_shapes(found.shapes)
    assert drawing.width > drawing.height == 900
    assert drawing.figures["110117001"].x < drawing.figures["110117002"].x
    bent = read(file(feature([hook], code="110117001")), AREAS).shapes["110117001"]
    figure = drawn_shapes({"h": bent}, 1000, 1000).figures["h"]
    ring = [(round(x * 1000), round(y * 1000)) for x, y in hook]
    assert inside((figure.x, 1000 - figure.y), ring) >= 0
    assert drawn_shapes({}).figures == {}
