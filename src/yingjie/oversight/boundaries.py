"""Boundaries of one's own: brought, looked at, taken away. They lie on the map and change no figure.

bring(...)   a file for the areas right below one takes the place of the last
drop(...)    the map goes back to tiles
shapes(...)  what is drawn; layer(...) what is known of the file
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from vaxkit.tilemap import Boundaries, Unusable, read, thinned
from vaxkit.tilemap.geojson import Shape
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.journal.actions import record
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.oversight.models import Boundary, MapLayer

CHANGE = "areas.change"
_DRAWN = "boundaries are drawn for whoever may see the counts of their area, which the map checks"


class BoundariesUnusable(Refusal):
    """What `vaxkit.tilemap` says about the file, in its own words; its code is among the
    facts."""

    code = "oversight.boundaries_unusable"
    status = 400

    def __init__(self, unusable: Unusable) -> None:
        super().__init__(where=unusable.where, map_code=unusable.code)
        self.unusable = unusable

    def say_reason(self) -> str:
        said = self.unusable.reason.in_(get_language() or "zh")
        return f"{self.unusable.where}: {said}" if self.unusable.where else said

    def say_next_step(self) -> str:
        return self.unusable.next_step.in_(get_language() or "zh")


@dataclass(frozen=True)
class Layer:
    """What is known of a file: `missing` are the names of the areas for which it has no boundary."""

    file_name: str
    boundaries: int
    missing: tuple[str, ...]
    positions: int
    positions_kept: int
    rings_turned: int
    by: str
    at: datetime


@transaction.atomic
def bring(*, by: Actor, area_code: str, file_name: str, data: bytes) -> Layer:
    """Raises NotFound, NotAllowed, BoundariesUnusable; nothing is kept of a file that cannot be used."""
    names = _names(by, area_code)
    try:
        found = read(data, names)
    except Unusable as unusable:
        raise BoundariesUnusable(unusable) from unusable
    kept = thinned(found.shapes)
    MapLayer.objects.visible_to(by, CHANGE).filter(area_id=area_code).delete()
    layer = MapLayer.objects.create(
        area_id=area_code, file_name=file_name[:120], sha256=sha256(data).hexdigest(), positions=found.positions,
        positions_kept=_positions(kept), rings_turned=found.turned, by=by.signature, at=clock.now(),
    )  # fmt: skip
    Boundary.objects.bulk_create(
        Boundary(layer=layer, area_id=code, shape=shape) for code, shape in sorted(kept.items())
    )
    facts = {"file": layer.file_name, "areas": len(kept), "missing": len(found.missing)}
    record(by=by, verb="oversight.bring_boundaries", subject=layer, area_code=area_code, facts=facts)
    return _layer(layer, found, names)


@transaction.atomic
def drop(*, by: Actor, area_code: str) -> None:
    """Raises NotFound, NotAllowed."""
    _names(by, area_code)
    rows = MapLayer.objects.visible_to(by, CHANGE).filter(area_id=area_code)
    layer = rows.first()
    if layer is None:
        raise NotFound()
    record(
        by=by, verb="oversight.drop_boundaries", subject=layer, area_code=area_code, facts={"file": layer.file_name}
    )  # fmt: skip
    rows.delete()


def shapes(area_code: str) -> dict[str, Shape]:
    """The boundaries right below an area, for a page that checked who looks."""
    rows = Boundary.objects.unscoped(_DRAWN).filter(layer__area_id=area_code, area__closed_on__isnull=True)
    return {code: _shape(raw) for code, raw in rows.order_by("area_id").values_list("area_id", "shape")}


def layer(actor: Actor, area_code: str) -> Layer | None:
    """Raises NotFound."""
    if not actor.may(CHANGE, area_code):
        raise NotFound()
    found = MapLayer.objects.visible_to(actor, CHANGE).filter(area_id=area_code).first()
    if found is None:
        return None
    names = areas.names([row.code for row in areas.children(system("oversight"), area_code)])
    known = shapes(area_code)
    return _told(found, len(known), tuple(name for code, name in names.items() if code not in known))


def _names(by: Actor, area_code: str) -> dict[str, list[str]]:
    """The areas right below, with the names by which they are known. Raises NotFound, NotAllowed."""
    areas.area(by, area_code)
    by.require(CHANGE, area_code)
    return areas.known_names(by, area_code)


def _positions(found: dict[str, Shape]) -> int:
    return sum(len(ring) for shape in found.values() for polygon in shape for ring in polygon)


def _layer(row: MapLayer, found: Boundaries, names: dict[str, list[str]]) -> Layer:
    return _told(row, len(found.shapes), tuple(names[code][0] for code in found.missing))


def _told(row: MapLayer, boundaries: int, missing: tuple[str, ...]) -> Layer:
    return Layer(
        row.file_name,
        boundaries,
        missing,
        row.positions,
        row.positions_kept,
        row.rings_turned,
        row.by,
        row.at,
    )


def _shape(raw: Any) -> Shape:
    return tuple(tuple(tuple((x, y) for x, y in ring) for ring in polygon) for polygon in raw)
