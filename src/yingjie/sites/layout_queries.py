"""Reads of a site's layout and hours: zones, stations, and when it is open.

zones(actor, site_id)               open zones, in the order in which people walk through
stations(actor, site_id, "vaccination")
openings(site, first_on, last_on)   stretches of time in which it is open; one that crosses midnight belongs to its first day
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.sites import hours
from yingjie.sites.models import ROOMS, SpecialDay, Station, Zone

if TYPE_CHECKING:
    from yingjie.sites.queries import SiteRow


@dataclass(frozen=True)
class ZoneRow:
    id: UUID
    room: str
    letter: str
    seats: int
    stations: tuple[int, ...] = ()


@dataclass(frozen=True)
class StationRow:
    id: UUID
    zone_id: UUID
    room: str
    letter: str
    number: int


@dataclass(frozen=True)
class Opening:
    """A stretch of time in which a site is open, of the day on which it begins."""

    on: date
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class SpecialDayRow:
    id: UUID
    on: date
    hours: str
    reason: str


def zones(actor: Actor, site_id: UUID) -> list[ZoneRow]:
    """The open zones of a site with the numbers of their stations."""
    rows = Zone.objects.visible_to(actor).filter(site_id=site_id, closed_at__isnull=True)
    numbers: dict[UUID, list[int]] = {}
    for station in stations(actor, site_id):
        numbers.setdefault(station.zone_id, []).append(station.number)
    found = [ZoneRow(row.pk, row.room, row.letter, row.seats, tuple(numbers.get(row.pk, ()))) for row in rows]
    return sorted(found, key=lambda zone: (ROOMS.index(zone.room), zone.letter))


def stations(actor: Actor, site_id: UUID, room: str = "") -> list[StationRow]:
    """The open stations of a site, or those of one room."""
    rows = Station.objects.visible_to(actor).filter(site_id=site_id, closed_at__isnull=True)
    if room:
        rows = rows.filter(room=room)
    found = [
        StationRow(row.pk, row.zone_id, row.room, row.zone.letter, row.number)
        for row in rows.select_related("zone")
    ]
    return sorted(found, key=lambda station: (ROOMS.index(station.room), station.number))


def stations_by_room(actor: Actor, site_id: UUID) -> dict[str, int]:
    return dict(Counter(station.room for station in stations(actor, site_id)))


def openings(site: SiteRow, first_on: date, last_on: date) -> list[Opening]:
    """When the site is open on these days, both included. Nothing before it opened, from its closing on, or where the hours were
    not written so that they can be read."""
    special = {
        row.on: row.hours
        for row in SpecialDay.objects.unscoped("of a site that was checked").filter(
            site_id=site.id, on__range=(first_on, last_on)
        )
    }
    found = []
    for step in range((last_on - first_on).days + 1):
        on = first_on + timedelta(days=step)
        if site.is_open(on):
            found += [_opening(on, stretch) for stretch in _stretches(special.get(on, site.hours), on)]
    return found


def special_days(actor: Actor, site_id: UUID, since: date) -> list[SpecialDayRow]:
    rows = SpecialDay.objects.visible_to(actor).filter(site_id=site_id, on__gte=since).order_by("on")
    return [SpecialDayRow(row.pk, row.on, row.hours, row.reason) for row in rows]


def _stretches(text: str, on: date) -> tuple[hours.Stretch, ...]:
    try:
        return hours.stretches(text, on.weekday())
    except hours.HoursUnreadable:
        return ()


def _opening(on: date, stretch: hours.Stretch) -> Opening:
    midnight = datetime.combine(on, time(), clock.CAMPAIGN_ZONE)
    return Opening(
        on, midnight + timedelta(minutes=stretch.begins), midnight + timedelta(minutes=stretch.ends)
    )
