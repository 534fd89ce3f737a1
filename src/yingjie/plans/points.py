"""Where sites and villages lie: points of sites as somebody measured them, middles of villages from the boundaries that were
brought.

ways(county)          every way of a county, measured where both ends are known
set_points(by, …)     what somebody measured
rows(actor)           the sites with their points, for the page
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from vaxkit.tilemap.geojson import UNITS
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.journal.actions import record
from yingjie.oversight import boundaries
from yingjie.plans import refusals
from yingjie.plans.models import SitePoint
from yingjie.plans.queries import CHANGE
from yingjie.plans.ways import Point, Ways, middle
from yingjie.sites import queries as sites

_WHY = "where sites lie is public, as their addresses are"


@dataclass(frozen=True)
class PointRow:
    """`source`: measured, boundary (the middle of its village) or "" where nothing is known."""

    site_id: UUID
    area_code: str
    name: str
    address: str
    point: Point | None
    source: str
    by: str
    at: datetime | None


def ways(county: str) -> Ways:
    """Of all sites of a county (six digits), and its villages."""
    near = [site for site in sites.sites(system("plans")) if site.area_code.startswith(county)]
    villages = _middles(county)
    measured = {row.pk: (row.longitude, row.latitude) for row in SitePoint.objects.unscoped(_WHY)}
    own = {site.id: villages[site.area_code[:12]] for site in near if site.area_code[:12] in villages}
    known = own | {site.id: measured[site.id] for site in near if site.id in measured}
    return Ways({site.id: site.area_code for site in near}, known, villages)


def rows(actor: Actor) -> list[PointRow]:
    """The sites that the actor may see plans of."""
    seen = sites.sites(actor, "plans.view")
    measured = {row.pk: row for row in SitePoint.objects.unscoped(_WHY)}
    villages: dict[str, Point] = {}
    for county in sorted({site.area_code[:6] for site in seen}):
        villages |= _middles(county)
    found = []
    for site in seen:
        row = measured.get(site.id)
        middle_of_village = villages.get(site.area_code[:12])
        point = (row.longitude, row.latitude) if row else middle_of_village
        source = "measured" if row else "boundary"
        found.append(
            PointRow(
                site.id, site.area_code, site.name, site.address, point, source if point else "", row.by if row else "",
                row.at if row else None,
            )
        )  # fmt: skip
    return found


@transaction.atomic
def set_points(*, by: Actor, given: Mapping[UUID, Point | None]) -> int:
    """Measured points of sites; None takes one away. Returns how many changed. Raises NotFound, NotOnEarth."""
    changed = 0
    for site_id, point in given.items():
        site = sites.site(by, site_id, CHANGE)
        rows = SitePoint.objects.unscoped(_WHY)
        before = rows.filter(site_id=site_id).first()
        if (before and (before.longitude, before.latitude)) == point:
            continue
        if point is None:
            rows.filter(site_id=site_id).delete()
        else:
            if not (73 <= point[0] <= 136 and 3 <= point[1] <= 54):
                raise refusals.NotOnEarth(site=site.name)
            told = {
                "longitude": point[0],
                "latitude": point[1],
                "by": by.signature,
                "at": clock.now(),
            }
            rows.update_or_create(site_id=site_id, defaults=told)
        facts = {"site": site.name, "point": list(point) if point else None}
        record(by=by, verb="plans.point", subject=("site", site_id), area_code=site.area_code, facts=facts)
        changed += 1
    return changed


def _middles(county: str) -> dict[str, Point]:
    """Middles of the villages whose townships' boundaries were brought."""
    found: dict[str, Point] = {}
    for town in areas.children(system("plans"), county):
        for code, shape in boundaries.shapes(town.code).items():
            x, y = middle(shape)
            found[code[:12]] = (x / UNITS, y / UNITS)
    return found
