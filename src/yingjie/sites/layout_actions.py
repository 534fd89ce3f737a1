"""Writes of a site's layout: zones, stations, special days, how many people it takes."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.sites import hours, refusals, standards
from yingjie.sites.models import ROOMS, Site, SpecialDay, Station, Zone
from yingjie.sites.standards import Place

_WHY = "of a site that was checked"


@transaction.atomic
def lay_out(*, by: Actor, site_id: UUID, places: Sequence[Place] | None = None) -> list[Zone]:
    """Set up the zones and stations of a site that has none: the standard layout of its kind, or these. Zones that it has already
    stay as they are. Raises NotFound, UnknownWord."""
    site = locked(by, site_id)
    there = set(
        Zone.objects.unscoped(_WHY).filter(site=site, closed_at__isnull=True).values_list("room", "letter")
    )
    wanted = standards.layout(site.kind) if places is None else places
    made = [_set_up(site, place) for place in wanted if (place.room, place.letter) not in there]
    if made:
        facts = {"zones": [str(zone) for zone in made]}
        record(by=by, verb="sites.lay_out", subject=site, area_code=site.area_id, facts=facts)
    return made


@transaction.atomic
def open_zone(
    *, by: Actor, site_id: UUID, room: str, letter: str = "", seats: int = 0, stations: int = 0
) -> Zone:
    """Add a zone with so many stations. Raises NotFound, UnknownWord, ZoneThere."""
    site = locked(by, site_id)
    letter = letter.strip().upper()[:4]
    try:
        with transaction.atomic():
            zone = _set_up(site, Place(room, letter, seats, stations))
    except IntegrityError as clash:
        if "site_has_each_zone_once" not in str(clash):
            raise
        raise refusals.ZoneThere(zone=f"{room} {letter}".strip()) from clash
    facts = {"zone": str(zone), "stations": stations}
    record(by=by, verb="sites.open_zone", subject=site, area_code=site.area_id, facts=facts)
    return zone


@transaction.atomic
def change_zone(*, by: Actor, zone_id: UUID, seats: int, stations: int) -> Zone:
    """How many seats and stations a zone has. Stations with the highest numbers close first. Raises NotFound."""
    site, zone = _zone(by, zone_id)
    open_now = list(zone.stations.unscoped(_WHY).filter(closed_at__isnull=True).order_by("number"))
    for station in open_now[stations:]:
        station.closed_at = clock.now()
        station.save(update_fields=["closed_at"])
    _add_stations(site, zone, stations - len(open_now))
    zone.seats = seats
    zone.save(update_fields=["seats"])
    facts = {"zone": str(zone), "seats": seats, "stations": stations}
    record(by=by, verb="sites.change_zone", subject=site, area_code=site.area_id, facts=facts)
    return zone


@transaction.atomic
def close_zone(*, by: Actor, zone_id: UUID) -> Zone:
    """Give a zone up. Raises NotFound, ZoneInUse."""
    site, zone = _zone(by, zone_id)
    if zone.stations.unscoped(_WHY).filter(closed_at__isnull=True).exists():
        raise refusals.ZoneInUse()
    zone.closed_at = clock.now()
    zone.save(update_fields=["closed_at"])
    facts = {"zone": str(zone)}
    record(by=by, verb="sites.close_zone", subject=site, area_code=site.area_id, facts=facts)
    return zone


@transaction.atomic
def set_special_day(
    *, by: Actor, site_id: UUID, on: date, hours_text: str = "", reason: str = ""
) -> SpecialDay:
    """Other hours on one day; "" closes the site on it. Raises NotFound, HoursUnreadable."""
    site = locked(by, site_id)
    hours.weekly(hours_text)
    given = {"hours": hours_text.strip(), "reason": reason.strip()[:120]}
    found, _made = SpecialDay.objects.unscoped(_WHY).update_or_create(site=site, on=on, defaults=given)
    facts = {"on": str(on), **given}
    record(by=by, verb="sites.special_day", subject=site, area_code=site.area_id, facts=facts)
    return found


@transaction.atomic
def drop_special_day(*, by: Actor, site_id: UUID, on: date) -> None:
    """Back to the usual hours on that day. Raises NotFound."""
    site = locked(by, site_id)
    gone, _what = SpecialDay.objects.unscoped(_WHY).filter(site=site, on=on).delete()
    if not gone:
        raise NotFound()
    facts = {"on": str(on)}
    record(by=by, verb="sites.usual_day", subject=site, area_code=site.area_id, facts=facts)


def locked(by: Actor, site_id: UUID, permission: str = "sites.change") -> Site:
    """The site, locked, where the actor holds the permission. Raises NotFound."""
    if not Site.objects.visible_to(by, permission).filter(pk=site_id).exists():
        raise NotFound()
    return lock(Site.objects.unscoped("found under the permission above"), pk=site_id)[0]


def _zone(by: Actor, zone_id: UUID) -> tuple[Site, Zone]:
    rows = Zone.objects.visible_to(by, "sites.change").filter(pk=zone_id, closed_at__isnull=True)
    zone = rows.first()
    if zone is None:
        raise NotFound()
    return locked(by, zone.site_id), zone


def _set_up(site: Site, place: Place) -> Zone:
    if place.room not in ROOMS:
        raise refusals.UnknownWord(word=place.room)
    if place.stations < 0 or place.seats < 0:
        raise BadInput(what=_("A number of seats or stations is not below zero."))
    zone = Zone(site=site, room=place.room, letter=place.letter, seats=place.seats)
    zone.save(force_insert=True)
    _add_stations(site, zone, place.stations)
    return zone


def _add_stations(site: Site, zone: Zone, more: int) -> None:
    """Stations are numbered through the room, over all its zones, and take the lowest numbers that are free."""
    taken = set(
        Station.objects.unscoped(_WHY)
        .filter(site=site, room=zone.room, closed_at__isnull=True)
        .values_list("number", flat=True)
    )
    free = (number for number in range(1, len(taken) + more + 1) if number not in taken)
    rows = [Station(site=site, zone=zone, room=zone.room, number=next(free)) for _nth in range(more)]
    Station.objects.unscoped(_WHY).bulk_create(rows)
