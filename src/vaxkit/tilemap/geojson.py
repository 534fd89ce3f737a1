"""Boundaries that somebody brings: GeoJSON after RFC 7946, read, checked and matched to the areas they are meant for.

Refused with a code, a reason and the way on: what is no GeoJSON, another reference system than WGS 84 (RFC 7946, section 4),
shapes that are no areas, rings that are open, too short or cross themselves, holes outside their area, an area twice or unknown.
Rings that run the wrong way round (section 3.1.6 wants the outer ones counter-clockwise) are turned, and how many is told: older
programs write them so and mean the same area.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any

from vaxkit.tilemap.crossing import Point, TooTangled, crossing, inside
from vaxkit.vocabulary import Text

#: Whole units of a degree: about a centimetre. Everything is counted in them, so that checks are exact.
UNITS = 10_000_000
Ring = tuple[Point, ...]
#: An area: polygons, each its outer ring and its holes. Closed; outer rings counter-clockwise, holes clockwise (y to the north).
Shape = tuple[tuple[Ring, ...], ...]


@dataclass(frozen=True, slots=True)
class Limits:
    bytes: int = 8_000_000
    features: int = 2_000
    positions: int = 200_000


class Unusable(ValueError):
    """The file cannot be used. `code`, `reason` and `next_step` are for whoever brought it; `where` names the feature."""

    def __init__(self, code: str, reason: Text, next_step: Text, where: str = "") -> None:
        super().__init__(f"{code}: {where}{': ' if where else ''}{reason.en} {next_step.en}")
        self.code, self.reason, self.next_step, self.where = code, reason, next_step, where


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Code of an area → its shape, codes sorted. `missing`: areas for which the file has none. `turned`: rings that ran the
    wrong way round. `positions`: how many there are in all."""

    shapes: Mapping[str, Shape]
    missing: tuple[str, ...]
    turned: int
    positions: int


def read(data: bytes, wanted: Mapping[str, Sequence[str]], limits: Limits | None = None) -> Boundaries:
    """The boundaries in a file for the areas of `wanted` (code → the names by which it is known). Raises Unusable."""
    limits = limits or Limits()
    features = _features(data, limits)
    shapes: dict[str, Shape] = {}
    turned = positions = 0
    for number, feature in enumerate(features, start=1):
        where = _called(feature, number)
        code = _matched(feature, wanted, where)
        if code in shapes:
            raise _refused("map.twice", where, area=code)
        rings = list(_polygons(feature.get("geometry"), where))
        positions += sum(len(ring) for polygon in rings for ring in polygon)
        if positions > limits.positions:
            raise _refused("map.too_many", where, most=limits.positions)
        shapes[code], some = _right_way_round(rings)
        turned += some
        _check(shapes[code], where)
    if not shapes:
        raise _refused("map.empty", "")
    return Boundaries(
        dict(sorted(shapes.items())), tuple(sorted(set(wanted) - set(shapes))), turned, positions
    )


def _features(data: bytes, limits: Limits) -> list[dict[str, Any]]:
    if len(data) > limits.bytes:
        raise _refused("map.too_large", "", most=limits.bytes // 1_000_000)
    try:
        raw = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise _refused("map.not_json", "") from None
    if not isinstance(raw, dict) or raw.get("type") not in ("FeatureCollection", "Feature"):
        raise _refused("map.not_geojson", "")
    if raw.get("crs") is not None and "CRS84" not in str(raw["crs"]):
        raise _refused("map.other_projection", "")
    features = [raw] if raw["type"] == "Feature" else raw.get("features")
    if not isinstance(features, list) or not all(
        isinstance(each, dict) and each.get("type") == "Feature" for each in features
    ):
        raise _refused("map.not_geojson", "")
    if len(features) > limits.features:
        raise _refused("map.too_many_features", "", most=limits.features)
    return features


def _said(feature: dict[str, Any]) -> list[str]:
    """What a feature says about itself: its id and the plain values of its properties."""
    properties = feature.get("properties")
    values = [feature.get("id"), *(properties.values() if isinstance(properties, dict) else ())]
    return [str(value).strip() for value in values if isinstance(value, str | int) and str(value).strip()]


def _called(feature: dict[str, Any], number: int) -> str:
    properties = feature.get("properties")
    name = properties.get("name") if isinstance(properties, dict) else None
    return str(name)[:40] if name else f"#{number}"


def _matched(feature: dict[str, Any], wanted: Mapping[str, Sequence[str]], where: str) -> str:
    """The one area that a feature means: by code (trailing zeros and the country's 156 in front may stand), else by name."""
    said = _said(feature)
    codes = {code for code in wanted if any(_is_code(value, code) for value in said)}
    if not codes:
        codes = {code for code, names in wanted.items() if set(names) & set(said)}
    if len(codes) > 1:
        raise _refused("map.several", where, codes=", ".join(sorted(codes)))
    if not codes:
        raise _refused("map.unknown", where)
    return codes.pop()


def _is_code(value: str, code: str) -> bool:
    bare = value.removeprefix("156") if value.startswith("156" + code[:2]) else value
    return bare == code or (
        bare.startswith(code) and len(bare) in (6, 9, 12) and not bare[len(code) :].strip("0")
    )


def _polygons(geometry: object, where: str) -> Iterator[tuple[Ring, ...]]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind == "Polygon":
        coordinates = [coordinates]
    elif kind != "MultiPolygon":
        raise _refused("map.no_area", where)
    if not isinstance(coordinates, list) or not coordinates:
        raise _refused("map.no_area", where)
    for polygon in coordinates:
        if not isinstance(polygon, list) or not polygon:
            raise _refused("map.no_area", where)
        yield tuple(_ring(ring, where) for ring in polygon)


def _ring(raw: object, where: str) -> Ring:
    if not isinstance(raw, list) or len(raw) < 4:
        raise _refused("map.short_ring", where)
    points = [_position(each, where) for each in raw]
    if points[0] != points[-1]:
        raise _refused("map.open_ring", where)
    kept = [point for at, point in enumerate(points) if at == 0 or point != points[at - 1]]
    if len(kept) < 4:
        raise _refused("map.short_ring", where)
    return tuple(kept)


def _position(raw: object, where: str) -> Point:
    if not isinstance(raw, list) or not 2 <= len(raw) <= 4:
        raise _refused("map.bad_position", where)
    for value, most in zip(raw, (180, 90), strict=False):
        plain = isinstance(value, int | float) and not isinstance(value, bool)
        if not plain or abs(value) > most or not isfinite(value):
            raise _refused("map.bad_position", where)
    return round(raw[0] * UNITS), round(raw[1] * UNITS)


def doubled_area(ring: Sequence[Point]) -> int:
    """Twice the area, positive where the ring runs counter-clockwise (y to the north)."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


def _right_way_round(polygons: Sequence[tuple[Ring, ...]]) -> tuple[Shape, int]:
    found, turned = [], 0
    for polygon in polygons:
        rings = []
        for place, ring in enumerate(polygon):
            wrong = (doubled_area(ring) > 0) != (place == 0)
            turned += wrong
            rings.append(tuple(reversed(ring)) if wrong else ring)
        found.append(tuple(rings))
    return tuple(found), turned


def _check(shape: Shape, where: str) -> None:
    rings = [ring for polygon in shape for ring in polygon]
    try:
        at = crossing(rings)
    except TooTangled:
        raise _refused("map.tangled", where) from None
    if at is not None:
        raise _refused("map.crosses", where, at=_degrees(at))
    for outer, *holes in shape:
        for hole in holes:
            out = next((point for point in hole if inside(point, outer) < 0), None)
            if out is not None:
                raise _refused("map.hole_outside", where, at=_degrees(out))


def _degrees(point: Point) -> str:
    return f"{point[0] / UNITS:.5f}, {point[1] / UNITS:.5f}"


_BETTER = Text("请在制图软件中修正后重新上传。", "Mend it in the program that drew it and upload it again.")
_WHY: dict[str, tuple[Text, Text]] = {
    "map.too_large": (
        Text("文件超过 {most} MB。", "The file is larger than {most} MB."),
        Text("请先简化边界，或分地区上传。", "Simplify the boundaries first, or upload it in parts."),
    ),
    "map.not_json": (
        Text("文件不是 JSON 文本。", "The file is not JSON text."),
        Text("请导出为 GeoJSON（UTF-8）后上传。", "Export it as GeoJSON (UTF-8) and upload that."),
    ),
    "map.not_geojson": (
        Text(
            "文件不是 GeoJSON 要素集（RFC 7946）。",
            "The file is not a GeoJSON feature collection (RFC 7946).",
        ),
        Text("请导出为 GeoJSON 要素集。", "Export it as a GeoJSON feature collection."),
    ),
    "map.other_projection": (
        Text("坐标系不是 WGS 84 经纬度。", "The coordinates are not WGS 84 longitude and latitude."),
        Text("请转换为 WGS 84（EPSG:4326）后导出。", "Convert it to WGS 84 (EPSG:4326) and export it again."),
    ),
    "map.too_many_features": (
        Text("要素超过 {most} 个。", "There are more than {most} features."),
        Text("每次只上传一个地区的下一级边界。", "Upload the areas right below one area at a time."),
    ),
    "map.too_many": (
        Text("坐标点超过 {most} 个。", "There are more than {most} positions."),
        Text("请先简化边界。", "Simplify the boundaries first."),
    ),
    "map.empty": (
        Text("文件中没有要素。", "The file holds no feature."),
        Text("请检查导出的图层。", "Check which layer was exported."),
    ),
    "map.unknown": (
        Text(
            "不知道是哪个地区：代码、名称都对不上。",
            "It is not known which area this is: no code or name fits.",
        ),
        Text(
            "请在属性中写统计代码（code）或与本系统一致的名称（name）；不属于本地区的要素请删去。",
            "Write the statistics code (code) or the name used here (name) into its properties; leave out what lies elsewhere.",
        ),
    ),
    "map.several": (
        Text("可能是几个地区：{codes}。", "It may mean several areas: {codes}."),
        Text("请在属性中写统计代码（code）。", "Write the statistics code (code) into its properties."),
    ),
    "map.twice": (
        Text("地区 {area} 出现两次。", "Area {area} stands twice."),
        Text("请合并为一个要素（MultiPolygon）。", "Join them into one feature (MultiPolygon)."),
    ),
    "map.no_area": (
        Text("不是面（Polygon 或 MultiPolygon）。", "It is no area (Polygon or MultiPolygon)."),
        Text("请只导出面状边界。", "Export boundaries as areas only."),
    ),
    "map.short_ring": (
        Text("边界环不足四个点。", "A ring has fewer than four positions."),
        _BETTER,
    ),
    "map.open_ring": (
        Text("边界环首尾不相接。", "A ring is not closed: its last position is not its first."),
        _BETTER,
    ),
    "map.bad_position": (
        Text("坐标不是有效的经纬度。", "A position is no longitude and latitude."),
        Text("请检查坐标系和数值。", "Check the reference system and the numbers."),
    ),
    "map.crosses": (
        Text("边界在 {at} 附近自相交。", "The boundary crosses itself near {at}."),
        _BETTER,
    ),
    "map.tangled": (
        Text("边界过于曲折，无法检查。", "The boundary winds too much to be checked."),
        Text("请先简化边界。", "Simplify the boundaries first."),
    ),
    "map.hole_outside": (
        Text("内环在 {at} 附近超出外环。", "A hole reaches outside its area near {at}."),
        _BETTER,
    ),
}
CODES = tuple(_WHY)


def _refused(code: str, where: str, **values: object) -> Unusable:
    reason, next_step = _WHY[code]
    return Unusable(code, reason.filled(**values), next_step, where)
