"""What the ledger says about a day at a site: facts and their samples, not yet a plan.

basis(actor, site, on)     DayBasis: places given out, how people kept them lately, who comes unasked, how long turns took, who
                           is on duty, how many doses lie there

Of the last `LOOK_BACK` days. People are counted, never named.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from vaxkit.simulation.observed import Finished, Observed, service_minutes
from yingjie.bookings import queries as bookings
from yingjie.bookings.models import Booking
from yingjie.bookings.models.people import ASKED
from yingjie.clinic.models import ENDED_WITHOUT, Visit
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.sites import layout_queries, roster_queries
from yingjie.sites.queries import SiteRow
from yingjie.stock import queries as stock

LOOK_BACK = 28
#: Visits that are looked at for the length of turns.
MOST_VISITS = 4000
_WHY = "counted for a site that was checked"
#: station → the role that serves there
ROLES = {"registration": "registrar", "screening": "screening_doctor", "vaccination": "vaccinator"}


@dataclass(frozen=True)
class Slot:
    """People with a place from a minute of the day on."""

    minute: int
    lasts: int
    people: int
    seats: int


@dataclass(frozen=True)
class Duty:
    """So many people in a role from a minute of the day until another."""

    role: str
    begins: int
    ends: int
    people: int


@dataclass(frozen=True)
class DayBasis:
    """`sessions`: the slots of each; `kept` and `missed` places of the last weeks; `walk_ins` by hour of the day, people a day;
    `turns`: service minutes by station; `stays`: minutes under observation; `stations` and `seats` by room; `hours` are minutes of
    the day; `doses` by doses in a vial."""

    on: date
    hours: tuple[tuple[int, int], ...]
    sessions: tuple[tuple[Slot, ...], ...]
    kept: int
    missed: int
    lateness: tuple[float, ...]
    walk_ins: Mapping[int, float]
    days_seen: int
    turns: Mapping[str, Observed]
    stays: tuple[float, ...]
    screened: int
    sent_away: int
    duties: tuple[Duty, ...]
    stations: Mapping[str, int]
    seats: Mapping[str, int]
    doses: Mapping[int, int] = field(default_factory=dict)


def basis(actor: Actor, site: SiteRow, on: date) -> DayBasis:
    """The facts behind a day at a site. The actor's right to the site was checked by the caller; figures of other modules are
    read by the product, since a plan tells no person's name."""
    product = system("plans")
    since = min(on, clock.today()) - timedelta(days=LOOK_BACK)
    kept, missed, lateness = _appointments(site.id, since)
    visits = _visits(site.id, since)
    walk_ins, days = _walk_ins(site.id, since, visits)
    screened, away = _sent_away(site.id, since)
    openings = layout_queries.openings(site, on, on)
    return DayBasis(
        on=on,
        hours=tuple((_minute(each.opens_at, on), _minute(each.closes_at, on)) for each in openings),
        sessions=_sessions(site.id, on),
        kept=kept,
        missed=missed,
        lateness=lateness,
        walk_ins=walk_ins,
        days_seen=days,
        turns={name: service_minutes(rows) for name, rows in _turns(visits).items()},
        stays=_stays(visits),
        screened=screened,
        sent_away=away,
        duties=_duties(product, site.id, on),
        stations=layout_queries.stations_by_room(product, site.id),
        seats=_seats(product, site.id),
        doses=_doses(product, site.id, on),
    )


def _sessions(site_id: UUID, on: date) -> tuple[tuple[Slot, ...], ...]:
    held = bookings.sessions([site_id], on, on)
    by_session: dict[UUID, list[Slot]] = {row.id: [] for row in held}
    for slot in bookings.slots(list(by_session)):
        lasts = round((slot.until_at - slot.at).total_seconds() / 60)
        by_session[slot.session_id].append(
            Slot(_minute(slot.at, on), lasts, slot.taken, slot.seats + slot.extra)
        )
    return tuple(tuple(rows) for rows in by_session.values() if rows)


def _appointments(site_id: UUID, since: date) -> tuple[int, int, tuple[float, ...]]:
    """Places kept and not kept, and how many minutes after their time people came."""
    rows = Booking.objects.unscoped(_WHY).filter(
        site_id=site_id,
        on__gte=since,
        on__lt=clock.today(),
        channel__in=ASKED,
        state__in=("attended", "missed"),
    )
    kept, late = 0, []
    found = list(rows.order_by("-at").values_list("state", "at", "arrived_at")[:MOST_VISITS])
    for state, at, arrived_at in found:
        if state == "attended" and arrived_at is not None:
            kept += 1
            late.append((arrived_at - at).total_seconds() / 60)
    return kept, len(found) - kept, tuple(sorted(minutes for minutes in late if -180 <= minutes <= 180))


def _visits(site_id: UUID, since: date) -> list[dict[str, Any]]:
    rows = Visit.objects.unscoped(_WHY).filter(
        site_id=site_id, on__gte=since, on__lt=clock.today(), taken_back_at__isnull=True
    )
    columns = ("on", "trail", "vaccinated_at", "vaccinated_by", "left_at", "left_early_reason")
    return list(rows.order_by("-on", "-number").values(*columns)[:MOST_VISITS])


def _walk_ins(
    site_id: UUID, since: date, visits: Iterable[Mapping[str, Any]]
) -> tuple[dict[int, float], int]:
    """People who came unasked by the hour, on the average day on which anybody came."""
    days = len({row["on"] for row in visits})
    rows = Booking.objects.unscoped(_WHY).filter(
        site_id=site_id,
        on__gte=since,
        on__lt=clock.today(),
        channel__in=("walk_in", "ticket"),
        state="attended",
    )
    came = [at.astimezone(clock.CAMPAIGN_ZONE) for at in rows.values_list("arrived_at", flat=True) if at]
    days = max(days, len({at.date() for at in came}))
    hours = Counter(at.hour for at in came)
    return {hour: people / days for hour, people in sorted(hours.items())} if days else {}, days


def _turns(visits: Iterable[Mapping[str, Any]]) -> dict[str, list[Finished]]:
    """Registration with consent, screening, the needle: since when the person was there, who served, when it was done."""
    found: dict[str, list[Finished]] = defaultdict(list)
    for row in visits:
        at: dict[str, tuple[datetime, str]] = {}
        for step in row["trail"]:
            at[step["step"]] = (datetime.fromisoformat(step["at"]), step["by"])
        ways = (
            ("registration", "check_in", "consent"),
            ("screening", "consent", "screen"),
            ("vaccination", "screen", "vaccinate"),
        )
        for station, before, done in ways:
            if before in at and done in at:
                found[station].append(Finished(at[done][1], at[before][0], at[done][0]))
    return found


def _stays(visits: Iterable[Mapping[str, Any]]) -> tuple[float, ...]:
    minutes = [
        (row["left_at"] - row["vaccinated_at"]).total_seconds() / 60
        for row in visits
        if row["left_at"] and row["vaccinated_at"] and not row["left_early_reason"]
    ]
    return tuple(each for each in minutes if 1 <= each <= 120)


def _sent_away(site_id: UUID, since: date) -> tuple[int, int]:
    """Visits that ended, and how many of them without a dose."""
    rows = Visit.objects.unscoped(_WHY).filter(
        site_id=site_id, on__gte=since, on__lt=clock.today(), taken_back_at__isnull=True
    )
    ended = rows.filter(state__in=(*ENDED_WITHOUT, "left", "to_hospital"))
    return ended.count(), ended.filter(state__in=ENDED_WITHOUT).count()


def _duties(actor: Actor, site_id: UUID, on: date) -> tuple[Duty, ...]:
    counted = Counter(
        (row.role, row.shift.begins, row.shift.ends) for row in roster_queries.on_duty(actor, site_id, on, on)
    )
    return tuple(Duty(*key, people) for key, people in sorted(counted.items()))


def _seats(actor: Actor, site_id: UUID) -> dict[str, int]:
    seats: Counter[str] = Counter()
    for zone in layout_queries.zones(actor, site_id):
        seats[zone.room] += zone.seats
    return dict(seats)


def _doses(actor: Actor, site_id: UUID, on: date) -> dict[int, int]:
    found: Counter[int] = Counter()
    for row in stock.balances(actor, site_id):
        if row.suspended_at is None and not row.is_expired(on) and row.usable:
            packs = [each.doses_per_vial for each in row.product.presentations]
            found[min(packs, default=1)] += row.usable
    return dict(found)


def _minute(at: datetime, on: date) -> int:
    """Minutes after the midnight with which the day begins."""
    begins = datetime.combine(on, datetime.min.time(), clock.CAMPAIGN_ZONE)
    return round((at - begins).total_seconds() / 60)
