"""Reads of supply plans."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.refusals import NotFound
from yingjie.plans.models import SupplyPlan
from yingjie.plans.queries import COUNTY
from yingjie.sites import queries as sites
from yingjie.stock.coming import transfer_states


@dataclass(frozen=True)
class SupplyRow:
    id: UUID
    area_code: str
    area_name: str
    first_on: date
    days: int
    told: dict[str, Any] | None
    sent: dict[str, str]
    job_id: UUID | None
    made_by: str
    made_at: datetime
    published_at: datetime | None
    published_by: str


@dataclass(frozen=True)
class Coming:
    """Vaccine that a published plan brings to a site: planned, sent (on its way) or received."""

    site: str
    site_area: str
    product: str
    doses: int
    on: date
    state: str
    published_at: datetime


def coming(actor: Actor) -> list[Coming]:
    """What the published plans of the actor's county bring to whom, the sites of their own township first; of each area the plan
    published last, until a week after its first day. Whoever sees sessions may read it: that is what publishing means."""
    home = actor.home_code()
    rows = SupplyPlan.objects.unscoped("published for everybody of the county").filter(
        area__code__startswith=home[:COUNTY],
        published_at__isnull=False,
        first_on__gt=clock.today() - timedelta(days=7),
    )
    last = {row.area_id: row for row in rows.order_by("published_at")}
    sent = {each for row in last.values() for each in row.sent.values()}
    states = transfer_states(sent)
    at = {str(site.id): site for site in sites.sites(system("plans"))}
    doses: Counter[tuple[str, str, str, date, str, datetime]] = Counter()
    for row in last.values():
        told = row.told or {"moves": (), "site_ids": {}}
        for move in told["moves"]:
            to = at.get(told["site_ids"][move["to"]])
            state = states.get(row.sent.get(str(move["number"]), ""), "planned")
            if to is not None and row.published_at is not None and state != "called_back":
                key = to.name, to.area_code, move["product"], row.first_on, state, row.published_at
                doses[key] += move["doses"]
    found = [
        Coming(site, area, product, n, on, state, published_at)
        for (site, area, product, on, state, published_at), n in doses.items()
    ]
    return sorted(
        found, key=lambda each: (not each.site_area.startswith(home[:9]), each.on, each.site, each.product)
    )


def plans(actor: Actor, most: int = 50) -> list[SupplyRow]:
    """Supply plans of the actor's area, the newest first."""
    rows = list(SupplyPlan.objects.visible_to(actor).order_by("-made_at", "-pk")[:most])
    names = areas.names({row.area_id for row in rows})
    return [_row(row, names) for row in rows]


def plan(actor: Actor, plan_id: UUID) -> SupplyRow:
    """One of them. Raises NotFound."""
    row = SupplyPlan.objects.visible_to(actor).filter(pk=plan_id).first()
    if row is None:
        raise NotFound()
    return _row(row, areas.names({row.area_id}))


def _row(row: SupplyPlan, names: dict[str, str]) -> SupplyRow:
    return SupplyRow(
        row.pk, row.area_id, names.get(row.area_id, row.area_id), row.first_on, row.days, row.told, row.sent, row.job_id,
        row.made_by, row.made_at, row.published_at, row.published_by,
    )  # fmt: skip
