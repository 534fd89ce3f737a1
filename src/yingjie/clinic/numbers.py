"""The day's numbers, zones and who came: what the visit shares with the site and with appointments."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count

from yingjie.clinic.models import SiteDay, Visit
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.locks import lock

#: Where a site named no zones of its own.
ZONES = ("A", "B")
BEFORE_THE_NEEDLE = ("registered", "consented", "with_doctor", "screened", "verified")


@dataclass(frozen=True)
class Number:
    number: int
    ticket_id: UUID | None = None


def next_number(by: Actor, site_id: UUID, on: date, person_id: UUID) -> Number:
    """The day's next number at a site; its counter stays locked until the transaction ends: two desks never call out the same."""
    day = _lock_day(site_id, on)
    day.last_number += 1
    day.save(update_fields=["last_number"])
    return Number(day.last_number)


def arrived(by: Actor, visit: Visit) -> None:
    """Tell appointments who came."""


def zones(site_id: UUID) -> tuple[str, ...]:
    return ZONES


def quietest_zone(site_id: UUID, on: date) -> str:
    """The zone in which fewest people wait, the first of those."""
    rows = Visit.objects.unscoped("counts of a site that was checked").filter(
        site_id=site_id, on=on, state__in=BEFORE_THE_NEEDLE
    )
    waiting = dict(rows.order_by().values_list("zone").annotate(people=Count("pk")))
    return min(zones(site_id), key=lambda zone: waiting.get(zone, 0))


def _lock_day(site_id: UUID, on: date) -> SiteDay:
    rows = SiteDay.objects.unscoped("of a site that was checked")
    found = lock(rows, site_id=site_id, on=on)
    if not found:
        rows.bulk_create([SiteDay(site_id=site_id, on=on)], ignore_conflicts=True)
        found = lock(rows, site_id=site_id, on=on)
    return found[0]
