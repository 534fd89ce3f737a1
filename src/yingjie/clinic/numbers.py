"""The day's numbers, zones and who came: what the visit shares with the site and with appointments."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from yingjie.bookings import actions as bookings
from yingjie.bookings import ticket_actions
from yingjie.bookings import ticket_queries as tickets
from yingjie.bookings.refusals import HasTicket
from yingjie.clinic.models import SiteDay, Visit
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.locks import lock
from yingjie.sites import layout_queries as layout

#: Where a site named no zones of its own.
ZONES = ("A", "B")
BEFORE_THE_NEEDLE = ("registered", "consented", "with_doctor", "screened", "verified")


@dataclass(frozen=True)
class Number:
    number: int
    ticket_id: UUID | None = None


def next_number(by: Actor, site_id: UUID, on: date, person_id: UUID) -> Number:
    """The number of somebody's day ticket where the site holds sessions today: everybody gets one, and who has no place only while
    seats and doses are left. Elsewhere the day's own counter. It stays locked until the transaction ends and no number is given to
    two: two desks never call out the same. Raises what bookings says of tickets."""
    given = _ticket(by, site_id, on, person_id) if tickets.sessions_now(site_id, on) else None
    day = _lock_day(site_id, on)
    if given is None or _is_taken(site_id, on, given.number):
        given = Number(day.last_number + 1, given.ticket_id if given else None)
    if given.number > day.last_number:
        day.last_number = given.number
        day.save(update_fields=["last_number"])
    return given


def _is_taken(site_id: UUID, on: date, number: int) -> bool:
    rows = Visit.objects.unscoped("numbers of a site that was checked")
    return rows.filter(site_id=site_id, on=on, number=number).exists()


def _ticket(by: Actor, site_id: UUID, on: date, person_id: UUID) -> Number:
    try:
        with transaction.atomic():
            given = ticket_actions.give_ticket(by=by, site_id=site_id, person_id=person_id)
        return Number(given.number, given.pk)
    except HasTicket:
        held = next((row for row in tickets.tickets(by, site_id, on) if row.person_id == person_id), None)
        if held is None:
            raise
        return Number(held.number, held.id)


def arrived(by: Actor, visit: Visit) -> None:
    """Tell appointments who came: never refused, whether they were expected or not."""
    bookings.arrive(by=by, site_id=visit.site_id, person_id=visit.person_id)


def zones(by: Actor, site_id: UUID) -> tuple[str, ...]:
    """The letters of the site's registration zones, A and B where it named none."""
    letters = {
        zone.letter for zone in layout.zones(by, site_id) if zone.room == "registration" and zone.letter
    }
    return tuple(sorted(letters)) or ZONES


def quietest_zone(by: Actor, site_id: UUID, on: date) -> str:
    """The zone in which fewest people wait, the first of those."""
    rows = Visit.objects.unscoped("counts of a site that was checked").filter(
        site_id=site_id, on=on, state__in=BEFORE_THE_NEEDLE
    )
    waiting = dict(rows.order_by().values_list("zone").annotate(people=Count("pk")))
    return min(zones(by, site_id), key=lambda zone: waiting.get(zone, 0))


def _lock_day(site_id: UUID, on: date) -> SiteDay:
    rows = SiteDay.objects.unscoped("of a site that was checked")
    found = lock(rows, site_id=site_id, on=on)
    if not found:
        rows.bulk_create([SiteDay(site_id=site_id, on=on)], ignore_conflicts=True)
        found = lock(rows, site_id=site_id, on=on)
    return found[0]
