"""What the ledger says about a daily load: who is still to be vaccinated and where, how long turns take, which clinics there
are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from vaxkit.campaign.siting import Clinic, Turn
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.people.group_counts import Group, members
from yingjie.plans import points
from yingjie.plans.assigning_facts import AT_HOME
from yingjie.plans.day_document import USUAL_TURNS
from yingjie.plans.models import Scenario
from yingjie.plans.supply_facts import capacity_of
from yingjie.sites import layout_queries
from yingjie.sites import queries as sites
from yingjie.vaccines.queries import CAMPAIGN_GROUP

#: A week tells what a clinic can take on an average day.
WEEK = 7
_WHY = "figures of turns, of sites in the area that the actor may plan for"


@dataclass(frozen=True)
class SitingFacts:
    """`due`: people to whom a dose can be given within the days; of them `at_home` cannot go out, `far` live farther from every
    site than asked. `turns` with their source; `measured`: villages whose ways are measured."""

    due: int
    at_home: int
    far: int
    clinics: tuple[Clinic, ...]
    turns: dict[str, Turn]
    seen_at: str
    villages: int
    measured: int


# A person without a standing may have the first dose. Per village: whom a dose can be given to until a day, and who is at home.
_DUE = """
    SELECT left(g.area_id, 12), p.mobility = ANY(%s), count(*)
    FROM ({members}) g JOIN people_person p ON p.id = g.id
    LEFT JOIN doses_standing s ON s.person_id = g.id AND s."group" = %s
    WHERE s.person_id IS NULL
          OR (s.next_number IS NOT NULL AND s.earliest_on <= %s AND NOT s.is_contraindicated
              AND (s.deferred_until IS NULL OR s.deferred_until <= %s))
    GROUP BY 1, 2
"""


def siting_facts(actor: Actor, area_code: str, days: int, far_km: int) -> SitingFacts:
    """Of an area whose right was checked: people from 3 years on who live there, for so many days."""
    today = clock.today()
    ways = points.ways(area_code[:6])
    near = [
        site
        for site in sites.sites(system("plans"))
        if site.area_code.startswith(area_code) and site.kind != "store"
    ]
    counted = _due(actor, area_code, today, today + timedelta(days=days))
    reach = {
        village: min((ways.km(village, site.id) for site in near), default=float("inf"))
        for village in {village for village, _home in counted}
    }
    clinics = tuple(_clinic(site, today) for site in near if site.kind in ("clinic", "temporary"))
    turns, seen_at = turns_seen(near)
    return SitingFacts(
        sum(counted.values()), sum(n for (_v, home), n in counted.items() if home),
        sum(n for (village, home), n in counted.items() if not home and reach[village] > far_km and near),
        tuple(each for each in clinics if each.people_a_day), turns, seen_at, len(reach),
        sum(any(ways.is_measured(village, site.id) for site in near) for village in reach),
    )  # fmt: skip


def _due(actor: Actor, area_code: str, today: date, until: date) -> dict[tuple[str, bool], int]:
    found: dict[tuple[str, bool], int] = {}
    for sql, parameters in members(actor, area_code, today, Group(3, None, "", True), "plans.view"):
        with connection.cursor() as cursor:
            cursor.execute(
                _DUE.format(members=sql), [list(AT_HOME), *parameters, CAMPAIGN_GROUP, until, until]
            )
            for village, home, people in cursor.fetchall():
                key = (village, bool(home))
                found[key] = found.get(key, 0) + people
    return found


def _clinic(site: sites.SiteRow, today: date) -> Clinic:
    product = system("plans")
    capacity = capacity_of(site, today + timedelta(days=1), WEEK)
    stations = layout_queries.stations_by_room(product, site.id)
    seats = sum(zone.seats for zone in layout_queries.zones(product, site.id) if zone.room == "observation")
    return Clinic(site.name, round(sum(capacity.values()) / WEEK), stations, seats, site.kind)


def turns_seen(near: Sequence[sites.SiteRow]) -> tuple[dict[str, Turn], str]:
    """As seen at the site whose day was drawn up last with turns of its own; the usual ones else, and for what was not seen."""
    turns = {name: Turn(*each) for name, each in USUAL_TURNS.items()}
    rows = Scenario.objects.unscoped(_WHY).filter(
        site_id__in=[site.id for site in near], based_on__isnull=True
    )
    for site_id, basis in rows.order_by("-made_at").values_list("site_id", "basis")[:20]:
        seen: dict[str, Any] = {
            name: basis[name] for name in turns if basis.get(name, {}).get("source") == "seen"
        }
        if seen:
            turns |= {name: Turn(each["mean"], each["sd"]) for name, each in seen.items()}
            return turns, next(site.name for site in near if site.id == site_id)
    return turns, ""
