"""What pages of appointments show, put together for templates."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from vaxkit.identity import mask_name
from yingjie.areas import queries as areas
from yingjie.areas import unit_queries as units
from yingjie.bookings import list_queries, queries, supply
from yingjie.bookings.models import DosesCounted
from yingjie.bookings.proposals import Proposal, proposals
from yingjie.bookings.queries import Expected, SessionRow, SlotRow
from yingjie.bookings.words import CHANNELS
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.people import queries as people
from yingjie.sites.models import Site
from yingjie.vaccines.queries import product, products
from yingjie.vaccines.wording import said

_PUBLIC = "sites and their sessions are public"


@dataclass(frozen=True)
class SiteBrief:
    id: UUID
    name: str
    kind: str
    area_code: str
    address: str


@dataclass(frozen=True)
class DayColumn:
    on: date
    is_today: bool
    sessions: tuple[tuple[SessionRow, str], ...]


@dataclass(frozen=True)
class DoseState:
    """How the doses of a site stand against what is promised."""

    on_hand: int
    on_their_way: int
    promised: int
    short: int


def sites(actor: Actor | None, area_code: str = "") -> list[SiteBrief]:
    """Every open site of the actor's county where people are vaccinated; those at which they hold a role of a site first."""
    code = area_code or (actor.home_code() if actor else "")
    rows = Site.objects.unscoped(_PUBLIC).filter(area__code__startswith=code[:6], closed_on__isnull=True)
    found = [
        SiteBrief(row.pk, row.name, row.kind, row.area_id, row.address)
        for row in rows.exclude(kind="store").order_by("area_id", "code")
    ]
    if actor is not None:
        found.sort(key=lambda row: not row.area_code.startswith(actor.home_code()[:9]))
    own = {held.site_id for held in actor.held if held.site_id} if actor else set()
    return sorted(found, key=lambda row: row.id not in own)


def chosen(rows: list[SiteBrief], asked: str) -> SiteBrief | None:
    return next((row for row in rows if str(row.id) == asked), rows[0] if rows else None)


def week(site_id: UUID, on: date) -> list[DayColumn]:
    """The seven days of a week with their sessions."""
    monday, sunday = queries.weeks(on)
    found = queries.sessions([site_id], monday, sunday, with_cancelled=True)
    today = clock.today()
    days = [monday + timedelta(days=n) for n in range(7)]
    return [
        DayColumn(day, day == today, tuple((row, vaccines(row)) for row in found if row.on == day))
        for day in days
    ]


def vaccines(row: SessionRow) -> str:
    return " / ".join(str(said(product(code).short_title)) for code in row.products)


def for_whom(row: SessionRow) -> str:
    """The village or unit of a special session, "" for everybody."""
    if row.unit_id is not None:
        return units.names([row.unit_id])[row.unit_id].name
    return areas.places([row.area_code])[row.area_code] if row.area_code and row.kind == "special" else ""


def doses(site_id: UUID) -> DoseState:
    """The last count; made anew where it is old."""
    supply.recount(site_id, force=False)
    row = DosesCounted.objects.unscoped("counts of a site").filter(site_id=site_id).first()
    return DoseState(row.on_hand, row.on_their_way, row.promised, row.short) if row else DoseState(0, 0, 0, 0)


def product_choices() -> list[tuple[str, Any]]:
    return [(row.code, said(row.short_title)) for row in products()]


def session_page(actor: Actor, session_id: UUID) -> dict[str, Any]:
    """Everything of a session's page: who is expected only for whoever works at its site. Raises NotFound."""
    row = queries.session(session_id)
    site = site_of(row.site_id)
    sees = actor.may("bookings.desk", site.area_code, site.id) or actor.may(
        "bookings.change", site.area_code, site.id
    )
    expected = queries.expected(actor, session_id) if sees else []
    return {
        "row": row,
        "site": site,
        "vaccines": vaccines(row),
        "for_whom": for_whom(row),
        "slots": queries.slots([session_id]),
        "expected": [(each, CHANNELS[each.channel]) for each in expected],
        "sees": sees,
        "next_steps": next_steps(expected) if row.state == "cancelled" else {},
        "lists": list_queries.lists(actor, session_id=session_id) if actor.may("bookings.submit") else [],
        "doses": doses(row.site_id),
        "may_change": row.state == "open"
        and not row.is_over
        and actor.may("bookings.change", site.area_code, site.id),
        "may_submit": row.state == "open" and not row.is_over and actor.may("bookings.submit"),
    }


def next_steps(expected: list[Expected]) -> list[tuple[Expected, Proposal | None]]:
    """Whoever lost their place with a session, each with the first free time that would suit; None where they have one again
    or there is none."""
    found: list[tuple[Expected, Proposal | None]] = []
    for each in expected:
        if each.state == "cancelled":
            again = queries.live_of(each.person_id)
            times = proposals(each.person_id, online=False, most=1).times if again is None else ()
            found.append((each, times[0] if times else None))
    return found


def site_of(site_id: UUID) -> SiteBrief:
    """Raises NotFound."""
    row = Site.objects.unscoped(_PUBLIC).filter(pk=site_id).first()
    if row is None:
        raise NotFound()
    return SiteBrief(row.pk, row.name, row.kind, row.area_id, row.address)


def times_by_day(times: tuple[Proposal, ...]) -> list[tuple[date, list[tuple[str, str, list[Proposal]]]]]:
    """Proposals as pages show them: day → site (name, address) → times."""
    days: dict[date, dict[UUID, list[Proposal]]] = {}
    for each in times:
        days.setdefault(each.on, {}).setdefault(each.site_id, []).append(each)
    return [
        (on, [(rows[0].site_name, rows[0].address, rows) for rows in by_site.values()])
        for on, by_site in days.items()
    ]


def resident(person_id: UUID) -> str:
    """How the residents' page calls somebody: masked."""
    return mask_name(people.briefs([person_id])[person_id].name)


def free_by_site(
    rows: list[SiteBrief],
) -> list[tuple[SiteBrief, list[tuple[SessionRow, str, list[SlotRow]]]]]:
    """Public: each site with its sessions to come and their times."""
    today = clock.today()
    found = queries.sessions([row.id for row in rows], today, today + timedelta(days=6))
    coming = [row for row in found if not row.is_over and row.kind == "ordinary"]
    times: dict[UUID, list[SlotRow]] = {}
    for slot in queries.slots([row.id for row in coming]):
        times.setdefault(slot.session_id, []).append(slot)
    return [
        (site, [(row, vaccines(row), times.get(row.id, [])) for row in coming if row.site_id == site.id])
        for site in rows
    ]
