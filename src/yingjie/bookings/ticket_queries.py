"""Reads of tickets and of people who stand by, and who could be called for doses that would go to waste."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from uuid import UUID

from django.db.models import QuerySet

from yingjie.areas import queries as areas
from yingjie.bookings import supply
from yingjie.bookings.models import Booking, Standby, Ticket, TicketDay
from yingjie.bookings.queries import SessionRow, sessions
from yingjie.bookings.verdicts import GOOD, verdict
from yingjie.doses.upcoming import upcoming
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.people import queries as people
from yingjie.people.models import Person, Phone
from yingjie.people.residents import in_ledger
from yingjie.sites import queries as sites

_OF_SITE = "of a site that was checked"
_LOOKED_AT = 2000


@dataclass(frozen=True)
class TicketRow:
    id: UUID
    person_id: UUID
    name: str
    number: int
    state: str
    given_at: datetime
    called_at: datetime | None
    site_id: UUID
    on: date


@dataclass(frozen=True)
class TicketState:
    """A site's day of tickets: how many can still be given out, and how far calling has come."""

    given: int
    called: int
    left: int
    seats_left: int
    doses_left: int


@dataclass(frozen=True)
class StandbyRow:
    """Somebody who stands by, or (`id` None) could be called: near, at home, and a dose is due to them today."""

    id: UUID | None
    person_id: UUID
    name: str
    age: int
    place: str
    phone: str
    dose: int | None
    state: str
    asked: bool
    since_at: datetime | None


def sessions_now(site_id: UUID, on: date | None = None) -> list[SessionRow]:
    """The open sessions of a site that run on a day (today), ordinary ones; one that began the evening before is among them."""
    day = on or clock.today()
    found = sessions([site_id], date.fromordinal(day.toordinal() - 1), day)
    return [
        row
        for row in found
        if row.kind == "ordinary" and clock.day_of(row.until_at) >= day and not row.is_over
    ]


def ticket_state(actor: Actor, site_id: UUID) -> TicketState:
    """Today's tickets at a site of the actor's. Raises NotFound."""
    at = sites.site(actor, site_id, "bookings.view")
    rows = TicketDay.objects.unscoped(_OF_SITE).filter(site_id=at.id, on=clock.today())
    given, called = rows.values_list("last_number", "last_called").first() or (0, 0)
    now = sessions_now(at.id)
    seats = sum(max(0, row.free) for row in now)
    # A session promises no more doses than it has seats: what lies in the fridge beyond that is counted apart.
    doses = sum(row.doses_left for row in now)
    return TicketState(given, called, min(seats, doses), seats, max(doses, supply.unpromised(at.id)))


def tickets(actor: Actor, site_id: UUID, on: date | None = None) -> list[TicketRow]:
    """The tickets of a day (today) at a site, by number."""
    rows = Ticket.objects.visible_to(actor).filter(site_id=site_id, on=on or clock.today())
    return _tickets(rows.order_by("number"))


def ticket(actor: Actor, ticket_id: UUID) -> TicketRow | None:
    """One ticket, for printing; None where it is not the actor's to see."""
    found = _tickets(Ticket.objects.visible_to(actor).filter(pk=ticket_id))
    return found[0] if found else None


def waiting_tickets(site_id: UUID, on: date) -> list[TicketRow]:
    """Who has a number and was not called, by number."""
    rows = Ticket.objects.unscoped(_OF_SITE).filter(site_id=site_id, on=on, state="waiting")
    return _tickets(rows.order_by("number"))


def standing_by(actor: Actor, site_id: UUID, on: date | None = None) -> list[StandbyRow]:
    """Who stands by at a site on a day (today), the longest first."""
    rows = list(
        Standby.objects.visible_to(actor)
        .filter(site_id=site_id, on=on or clock.today())
        .order_by("state", "since_at", "pk")
    )
    due = upcoming([row.person_id for row in rows], on or clock.today())
    said = _said({row.person_id for row in rows})
    return [
        StandbyRow(
            row.pk, row.person_id, *said[row.person_id], due[row.person_id].number, row.state, row.asked, row.since_at
        )
        for row in rows
        if row.person_id in said
    ]  # fmt: skip


def nearest(actor: Actor, site_id: UUID, products: Collection[str], most: int = 20) -> list[StandbyRow]:
    """Whom to call for `most` doses that would go to waste today: to whom a dose of these products is due, who is at home and
    has no place yet; of the site's own village first, then of its township, never of another; the eldest first. Raises
    NotFound."""
    at = sites.site(actor, site_id, "bookings.desk")
    chosen = _near(at, products, most)
    said = _said(set(chosen))
    return [StandbyRow(None, key, *said[key], number, "", False, None) for key, number in chosen.items()]


def around(site_area: str) -> str:
    """The area whose people a site may call: its township's, or all of the county whose site it is."""
    return site_area[:9]


def _near(at: sites.SiteRow, products: Collection[str], most: int) -> dict[UUID, int | None]:
    """Person → dose, the nearest first, of those who live around the site."""
    today = clock.today()
    rows = Person.objects.unscoped("a site calls its neighbours").filter(
        in_ledger(today), area__code__startswith=around(at.area_code), whereabouts="here"
    )
    near = rows.order_by("birth_on", "pk").values_list("pk", "area_id")[:_LOOKED_AT]
    in_order = [key for key, _area in sorted(near, key=lambda row: -_shared(row[1], at.area_code))]
    due = upcoming(in_order, today)
    busy = _busy(in_order, today)
    fitting = (
        (key, due[key].number)
        for key in in_order
        if key not in busy and due[key].is_due and verdict(due[key], today, products).word == GOOD
    )
    return dict(islice(fitting, most))


def _busy(ids: Sequence[UUID], today: date) -> set[UUID]:
    """Who has a place to come, came today, or stands by already."""
    rows = Booking.objects.unscoped(_OF_SITE).filter(person_id__in=ids)
    booked = set(rows.filter(state="booked").values_list("person_id", flat=True))
    came = set(rows.filter(state="attended", on=today).values_list("person_id", flat=True))
    waits = Standby.objects.unscoped(_OF_SITE).filter(person_id__in=ids, on=today).exclude(state="over")
    return booked | came | set(waits.values_list("person_id", flat=True))


def _shared(code: str, other: str) -> int:
    """How many signs two codes share from the front: the more, the nearer."""
    n = 0
    for one, two in zip(code, other, strict=False):
        if one != two:
            break
        n += 1
    return n


def _said(ids: set[UUID]) -> dict[UUID, tuple[str, int, str, str]]:
    """Name, age, place and masked first phone."""
    briefs = people.briefs(ids)
    places = areas.places({brief.area_code for brief in briefs.values()})
    phones = Phone.objects.unscoped(_OF_SITE).filter(person_id__in=ids).order_by("-order", "-id")
    first = dict(phones.values_list("person_id", "masked"))
    return {
        key: (brief.name, brief.age, places.get(brief.area_code, ""), first.get(key, ""))
        for key, brief in briefs.items()
    }


def _tickets(rows: QuerySet[Ticket]) -> list[TicketRow]:
    found = list(rows)
    briefs = people.briefs({row.person_id for row in found})
    return [
        TicketRow(
            row.pk, row.person_id, briefs[row.person_id].name, row.number, row.state, row.given_at, row.called_at,
            row.site_id, row.on,
        )
        for row in found
    ]  # fmt: skip
