"""How far people go. Pure.

Between two known points: the straight line times `ROADS`, never less than `NEAR`. Where a point is not known, from the codes of
areas alone: a village and a site in the same village 1 km, in the same township `IN_TOWN`, elsewhere in the county `IN_COUNTY`.
Nobody is sent to another county. Every page that shows a way says which of the two it is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

IN_VILLAGE, IN_TOWN, IN_COUNTY = 1.0, 4.0, 12.0
#: A way on roads is longer than the straight line by about so much; nobody lives nearer than this on average.
ROADS, NEAR = 1.3, 0.3
_EARTH_KM = 6371.0

Point = tuple[float, float]
"""Longitude and latitude in degrees."""


@dataclass(frozen=True)
class Ways:
    """Ways between villages and sites. `areas` of sites; `of_sites` and `of_villages` are the points that are known."""

    areas: Mapping[UUID, str]
    of_sites: Mapping[UUID, Point] = field(default_factory=dict)
    of_villages: Mapping[str, Point] = field(default_factory=dict)

    def km(self, village_code: str, site_id: UUID) -> float:
        """inf where there is no way."""
        estimate = kilometres(village_code, self.areas[site_id])
        if math.isinf(estimate) or not self.is_measured(village_code, site_id):
            return estimate
        return by_road(self.of_villages[village_code[:12]], self.of_sites[site_id])

    def is_measured(self, village_code: str, site_id: UUID) -> bool:
        return village_code[:12] in self.of_villages and site_id in self.of_sites

    def between(self, one: UUID, other: UUID) -> float:
        """Between two sites, whole county at most where a point is not known."""
        if one in self.of_sites and other in self.of_sites:
            return by_road(self.of_sites[one], self.of_sites[other])
        return min(IN_COUNTY, kilometres(self.areas[one].ljust(12, "0"), self.areas[other]))


def kilometres(village_code: str, site_area: str) -> float:
    """An estimate, inf where there is no way."""
    if village_code[:6] != site_area[:6]:
        return math.inf
    if len(site_area) >= 12 and village_code[:12] == site_area[:12]:
        return IN_VILLAGE
    return IN_TOWN if len(site_area) >= 9 and village_code[:9] == site_area[:9] else IN_COUNTY


def by_road(one: Point, other: Point) -> float:
    """Kilometres, rounded to a hundred metres."""
    (x1, y1), (x2, y2) = ((math.radians(lon), math.radians(lat)) for lon, lat in (one, other))
    half = math.sin((y2 - y1) / 2) ** 2 + math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return round(max(NEAR, ROADS * 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(half)))), 1)


def middle(shape: Sequence[Sequence[Sequence[Point]]]) -> Point:
    """The centre of gravity of an area's largest part (its outer ring)."""
    ring = max((polygon[0] for polygon in shape), key=lambda ring: abs(_double_area(ring)))
    double = _double_area(ring)
    if not double:
        return (sum(x for x, _y in ring) / len(ring), sum(y for _x, y in ring) / len(ring))
    pairs = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    x = sum((x1 + x2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs) / (3 * double)
    y = sum((y1 + y2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs) / (3 * double)
    return (x, y)


def _double_area(ring: Sequence[Point]) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True))
