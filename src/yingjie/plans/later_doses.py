"""Later doses of a county, reckoned and kept: whether everybody who was given a dose will get the next one in time.

reckon(by, county)             from the ledger of now; every hour, and when somebody asks. What it finds is held back:
                               places and doses of the days to come, for people who have no place yet
hold_at_most(by, county, …)    how much of what is free may be held back
found(actor, code)             what was last reckoned, as the actor may see it
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vaxkit.campaign.reserving import Reserved, reserve
from yingjie.areas import queries as areas
from yingjie.bookings import supply
from yingjie.bookings.queries import HeldBack, held_back
from yingjie.bookings.sharing import Kept
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.jobs.registry import hourly
from yingjie.foundation.journal.actions import record
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.plans.later_facts import LaterFacts, later_facts
from yingjie.plans.models import LaterDoses
from yingjie.plans.queries import COUNTY, VIEW
from yingjie.sites import queries as sites

#: Who may say how much is held back.
DECIDE = "plans.share_doses"
_WHY = "of a county whose plans the actor may see"


@dataclass(frozen=True)
class Short:
    """`lacks`: doses, staff or seats."""

    site: str
    site_id: UUID
    by: date
    people: int
    lacks: str
    products: tuple[str, ...]


@dataclass(frozen=True)
class WeekOf:
    """A site in the week of a Monday: people with a day kept, of so many places; `delay` its longest, in days."""

    site: str
    monday: date
    kept: int
    booked: int
    seats: int
    staff: int | None
    short: int

    @property
    def room(self) -> int:
        return self.seats if self.staff is None else min(self.seats, self.staff)

    @property
    def is_staff_short(self) -> bool:
        return self.staff is not None and self.staff < self.seats


@dataclass(frozen=True)
class Later:
    """What the page and Today show: of the sites that the actor may see. `held` by name of the site; `held_percent` at most."""

    county: str
    county_name: str
    at: datetime
    short: tuple[Short, ...]
    weeks: tuple[WeekOf, ...]
    people: int
    overdue: int
    delays: tuple[tuple[str, int], ...]
    held: Mapping[str, HeldBack]
    held_percent: int

    @property
    def lacking(self) -> int:
        return sum(row.people for row in self.short)


def reckon(*, by: Actor, county: str) -> None:
    """Reckon a county from the ledger of now. Raises NotFound. No entry in the journal: nothing was decided."""
    if not (by.is_system or by.may(VIEW)) or len(county) != COUNTY or not areas.names({county}):
        raise NotFound()
    as_of = clock.now()
    facts = later_facts(county, clock.today() + timedelta(days=1))
    kept = reserve(facts.laters, facts.room, facts.doses, facts.first, facts.days)
    row, _made = LaterDoses.objects.unscoped(_WHY).update_or_create(
        area_id=county, defaults={"told": _told(facts, kept), "at": clock.now()}
    )
    # A site at a time, each in a transaction of its own: two sites' sessions locked at once could meet a booking that has the other
    # one first.
    for name, site in facts.sites.items():
        holds = [
            Kept(each.on, frozenset(each.products), each.people, each.doses)
            for each in kept.holds
            if each.site == name
        ]
        supply.hold_back(site.id, holds, row.held_percent, as_of)


def hold_at_most(*, by: Actor, county: str, percent: int) -> None:
    """From now on hold back at most so much of what is free at the county's sites; 0: nothing. Raises NotFound, NotAllowed,
    BadInput."""
    if county not in counties(by):
        raise NotFound()
    by.require(DECIDE, county)
    if not 0 <= percent <= 100:
        raise BadInput(what=_("Give a share from 0 to 100."))
    with transaction.atomic():
        LaterDoses.objects.unscoped(_WHY).update_or_create(
            area_id=county,
            defaults={"held_percent": percent},
            create_defaults={"held_percent": percent, "told": _NOTHING, "at": clock.now()},
        )
        record(
            by=by,
            verb="plans.hold_for_later",
            subject=("area", county),
            area_code=county,
            facts={"percent": percent},
        )
    reckon(by=by, county=county)


@hourly
def every_county() -> None:
    """Where there are sites at all."""
    product = system("plans")
    for county in sorted({site.area_code[:COUNTY] for site in sites.sites(product)}):
        if len(county) == COUNTY:
            reckon(by=product, county=county)


def counties(actor: Actor) -> list[str]:
    """The counties of which the actor may see plans."""
    return sorted({held.area_code[:COUNTY] for held in actor.scopes(VIEW) if len(held.area_code) >= COUNTY})


def found(actor: Actor, county: str) -> Later | None:
    """What was last reckoned of a county, None where nobody has. Raises NotFound."""
    if county not in counties(actor):
        raise NotFound()
    row = LaterDoses.objects.unscoped(_WHY).filter(area_id=county).first()
    if row is None:
        return None
    mine = {str(site.id) for site in sites.sites(actor, VIEW)}
    held = held_back([UUID(each["id"]) for each in row.told["sites"] if each["id"] in mine])
    told: dict[str, Any] = row.told
    rows = [each for each in told["sites"] if each["id"] in mine]
    names = {each["name"]: UUID(each["id"]) for each in rows}
    short = tuple(
        Short(each["site"], names[each["site"]], date.fromisoformat(each["by"]), each["people"], each["lacks"],
              tuple(each["products"]))
        for each in told["short"] if each["site"] in names
    )  # fmt: skip
    weeks = tuple(
        WeekOf(each["name"], date.fromisoformat(week["monday"]), week["kept"], week["booked"], week["seats"], week["staff"],
               week["short"])
        for each in rows for week in each["weeks"]
    )  # fmt: skip
    return Later(
        county, areas.names({county}).get(county, county), row.at, short, weeks, sum(each["people"] for each in rows),
        told["overdue"], tuple((each["name"], each["delay"]) for each in rows),
        {each["name"]: held.get(UUID(each["id"]), HeldBack(0, 0)) for each in rows}, row.held_percent,
    )  # fmt: skip


_NOTHING: dict[str, Any] = {"sites": [], "short": [], "overdue": 0}


def _told(facts: LaterFacts, kept: Reserved) -> dict[str, Any]:
    """The days as weeks: seats and staff are what is free for later doses in that week; staff is null where nobody planned it."""
    people: Counter[str] = Counter()
    for later in facts.laters:
        people[later.site] += later.people
    return {
        "first": str(facts.first), "days": facts.days, "overdue": facts.overdue,
        "sites": [
            {
                "id": str(site.id), "name": name, "people": people[name], "delay": kept.latest_delay(name),
                "weeks": _weeks(facts, kept, name),
            }
            for name, site in sorted(facts.sites.items())
        ],
        "short": [
            {"site": row.site, "products": list(row.products), "by": str(row.by), "people": row.people, "lacks": row.lacks}
            for row in kept.short if row.site in facts.sites
        ],
    }  # fmt: skip


def _weeks(facts: LaterFacts, kept: Reserved, name: str) -> list[dict[str, Any]]:
    found: dict[date, dict[str, Any]] = {}
    for step in range(facts.days):
        on = facts.first + timedelta(days=step)
        monday = on - timedelta(days=on.weekday())
        week = found.setdefault(
            monday,
            {"monday": str(monday), "kept": 0, "booked": 0, "seats": 0, "staff": None, "short": 0},
        )
        room = facts.room[name, on]
        week["kept"] += kept.kept.get((name, on), 0)
        week["booked"] += facts.booked.get((name, on), 0)
        week["seats"] += room.seats
        if room.staff is not None:
            week["staff"] = (week["staff"] or 0) + room.staff
        week["short"] += sum(row.people for row in kept.short if (row.site, row.by) == (name, on))
    return list(found.values())
