"""Making, changing and cancelling sessions."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from yingjie.areas import queries as areas
from yingjie.bookings import refusals, supply
from yingjie.bookings.models import KINDS, Booking, Session, Slot
from yingjie.bookings.rules import rules
from yingjie.bookings.seats import give_back
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.sites import queries as sites
from yingjie.vaccines.queries import group_of, product

SLOTS_MOST = 96
_CHECKED = "of a site that was checked"


@transaction.atomic
def open_session(
    *,
    by: Actor,
    site_id: UUID,
    from_at: datetime,
    until_at: datetime,
    products: Collection[str],
    minutes: int = 30,
    seats: int,
    kind: str = "ordinary",
    title: str = "",
    area_code: str = "",
    unit_id: UUID | None = None,
    offline_percent: int | None = None,
    extra_percent: int = 0,
    giving_way: Collection[UUID] = (),
) -> Session:
    """Open a session with `seats` every `minutes`, at any hour and across midnight. A special one is for an area or a unit,
    and none of its seats can be taken online. Sessions `giving_way` are moved or cancelled in the same transaction by whoever
    asks, and may lie at that hour until then. Raises NotFound, NoSlots, SessionOverlaps, SiteNotReady, BadInput."""
    at = sites.site(by, site_id, "bookings.change")
    _must_fit(from_at, until_at, minutes, seats)
    if until_at <= clock.now():
        raise BadInput(what=_("This session would be over already; check day and hours."))
    codes = sorted({product(code).code for code in products})
    groups = {group_of(code) for code in codes}
    if not codes or kind not in KINDS or (kind == "special" and not (area_code or unit_id)):
        raise BadInput(what=_("Say which vaccine, and for whom a special session is."))
    if len(groups) > 1:
        raise BadInput(what=_("Vaccines of two campaigns need a session each."))
    not_ready = sites.may_open_session(by, site_id, clock.day_of(from_at))
    if not_ready is not None:
        raise not_ready
    _must_not_overlap(site_id, from_at, until_at, kind, giving_way)
    chosen = rules().offline_percent if offline_percent is None else offline_percent
    session = Session.objects.unscoped(_CHECKED).create(
        site_id=at.id,
        on=clock.day_of(from_at),
        from_at=from_at,
        until_at=until_at,
        kind=kind,
        title=title.strip()[:80],
        area_id=area_code or None,
        unit_id=unit_id,
        group=groups.pop(),
        products=codes,
        offline_percent=100 if kind == "special" else min(chosen, 100),
        extra_percent=min(extra_percent, rules().extra_percent_most),
        made_by=by.signature,
        made_at=clock.now(),
    )
    Slot.objects.unscoped(_CHECKED).bulk_create(_slots(session, minutes, seats))
    supply.recount(at.id)
    session.refresh_from_db()
    facts = {"on": str(session.on), "seats": seats, "kind": kind}
    record(by=by, verb="bookings.open_session", subject=session, area_code=at.area_code, facts=facts)
    return session


def change_seats(*, by: Actor, session_id: UUID, seats: int) -> Session:
    """Give every time of arrival that is still to come another number of seats. Raises NotFound, SeatsTaken, SessionClosed."""
    with transaction.atomic():
        session, at = _held(by, session_id)
        rows = Slot.objects.unscoped(_CHECKED)
        for slot in lock(rows, site_id=session.site_id, session_id=session.pk, until_at__gt=clock.now()):
            extra = _extra(seats, session.extra_percent)
            if slot.taken > seats + extra:
                raise refusals.SeatsTaken(time=hour(slot.at), taken=slot.taken)
            slot.seats, slot.extra = seats, extra
            slot.online_seats = max(_online(seats + extra, session.offline_percent), slot.online_taken)
            slot.save(update_fields=["seats", "extra", "online_seats"])
        facts = {"on": str(session.on), "seats": seats}
        record(by=by, verb="bookings.change_session", subject=session, area_code=at.area_code, facts=facts)
    supply.recount(session.site_id)
    return session


def cancel_session(*, by: Actor, session_id: UUID, because: str) -> int:
    """Cancel a session. Everybody with a place loses it, and stands on its page with what to do next. Returns how many.

    Raises NotFound, SessionClosed, BadInput."""
    now = clock.now()
    with transaction.atomic():
        session, at = _held(by, session_id)
        session.state, session.cancelled_at, session.cancelled_because = (
            "cancelled",
            now,
            because.strip()[:200],
        )
        session.save(update_fields=["state", "cancelled_at", "cancelled_because"])
        booked = Booking.objects.unscoped(_CHECKED).filter(
            site_id=session.site_id, session_id=session.pk, state="booked"
        )
        # The counters go with the bookings; who had come keeps seat and place on record.
        ended = booked.values_list("slot_id", "channel")
        give_back([(slot_id, session.pk, channel == "online") for slot_id, channel in ended if slot_id])
        n = booked.update(
            state="cancelled",
            ended_at=now,
            ended_by=by.signature,
            because=session.cancelled_because,
        )
        facts = {"on": str(session.on), "people": n}
        record(by=by, verb="bookings.cancel_session", subject=session, area_code=at.area_code, facts=facts)
    supply.recount(session.site_id)
    return n


def measured_extra(site_id: UUID) -> tuple[int, int, int]:
    """(percent to give out beyond the seats, people who did not come, people expected) by what happened at a site in the days
    of the no-show rule; 0 percent where too few were expected to tell."""
    since = clock.today() - timedelta(days=rules().misses_days)
    rows = Booking.objects.unscoped("only counted").filter(
        site_id=site_id, on__gte=since, on__lte=clock.today()
    )
    asked = rows.filter(channel__in=("online", "desk", "list"))
    missed = asked.filter(state="missed").count()
    expected = missed + asked.filter(state="attended").count()
    if expected < rules().extra_after:
        return 0, missed, expected
    return min(missed * 100 // expected, rules().extra_percent_most), missed, expected


def hour(moment: datetime) -> str:
    """14:30"""
    return f"{moment.astimezone(clock.CAMPAIGN_ZONE):%H:%M}"


def _must_fit(from_at: datetime, until_at: datetime, minutes: int, seats: int) -> None:
    length = until_at - from_at
    if length <= timedelta(0) or minutes < 5 or seats < 1 or length > SLOTS_MOST * timedelta(minutes=minutes):
        raise refusals.NoSlots(most=SLOTS_MOST)


def _must_not_overlap(
    site_id: UUID, from_at: datetime, until_at: datetime, kind: str, giving_way: Collection[UUID]
) -> None:
    """Two ordinary sessions at once would count one room twice; a special one may run beside."""
    rows = (
        Session.objects.unscoped(_CHECKED)
        .filter(site_id=site_id, state="open", kind=kind)
        .exclude(pk__in=giving_way)
    )
    other = rows.filter(from_at__lt=until_at, until_at__gt=from_at).first()
    if other is not None and kind == "ordinary":
        raise refusals.SessionOverlaps(from_at=hour(other.from_at), until_at=hour(other.until_at))


def _slots(session: Session, minutes: int, seats: int) -> list[Slot]:
    found, at = [], session.from_at
    extra = _extra(seats, session.extra_percent)
    while at < session.until_at:
        until_at = min(at + timedelta(minutes=minutes), session.until_at)
        online = _online(seats + extra, session.offline_percent)
        found.append(
            Slot(
                site_id=session.site_id,
                session=session,
                at=at,
                until_at=until_at,
                seats=seats,
                extra=extra,
                online_seats=online,
            )
        )
        at = until_at
    return found


def _extra(seats: int, percent: int) -> int:
    return seats * percent // 100


def _online(seats: int, offline_percent: int) -> int:
    """The seats that may be taken online; what is kept for others is rounded up."""
    return seats * (100 - offline_percent) // 100


def _held(by: Actor, session_id: UUID) -> tuple[Session, sites.SiteRow]:
    seen = Session.objects.visible_to(by, "bookings.change").filter(pk=session_id).first()
    if seen is None:
        raise NotFound()
    rows = Session.objects.unscoped(_CHECKED)
    session = lock(rows, site_id=seen.site_id, pk=session_id)[0]
    if session.state != "open":
        raise refusals.SessionClosed()
    return session, sites.site(by, seen.site_id, "bookings.change")


def seats_in_all(session_id: UUID) -> int:
    rows = Slot.objects.unscoped(_CHECKED).filter(session_id=session_id)
    return rows.aggregate(n=Sum("seats"))["n"] or 0


def for_whom(session: Session) -> str:
    """The name of the area or unit that a special session is for."""
    if session.unit is not None:
        return session.unit.name
    return areas.places([session.area_id])[session.area_id] if session.area_id else ""
