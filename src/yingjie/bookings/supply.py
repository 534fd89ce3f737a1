"""How many doses a site's sessions may promise: those at hand, those on their way that arrive in time, less those promised
already.

    share(supplies, needs)   pure: who gets what, earlier sessions first, what is promised already before anything new
    recount(site_id)         writes each session's `places`; under a lock, and at most once in so many seconds unless forced

A promise once made stands: where vaccine is held, expires or does not come, `places` never falls below what is taken; the site is
then `short` by so many doses, and its pages say so.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Sum

from yingjie.bookings.models import Booking, DosesCounted, Session, Slot
from yingjie.bookings.rules import rules
from yingjie.doses.queries import given_at_sites
from yingjie.foundation import clock
from yingjie.stock.models import Balance, TransferLine

_OF_SITE = "sessions of a site share its doses, whoever asks for a place"


@dataclass
class Supply:
    """Doses of one product that can be given from `from_on` to `until_on`, both days included."""

    product: str
    doses: int
    from_on: date
    until_on: date


@dataclass(frozen=True)
class Need:
    """A session with `booked` people who have a promise, and `room` for more. Its products in any order."""

    session_id: UUID
    on: date
    products: frozenset[str]
    booked: int
    room: int


@dataclass
class Shares:
    """`more`: how many further doses each session may promise. `short`: doses promised that are nowhere."""

    more: dict[UUID, int] = field(default_factory=dict)
    short: int = 0


def share(supplies: Sequence[Supply], needs: Sequence[Need]) -> Shares:
    """Give doses to sessions in the order of `needs`, those that expire first before others; promises before room."""
    left = [Supply(each.product, each.doses, each.from_on, each.until_on) for each in supplies]
    left.sort(key=lambda each: (each.until_on, each.from_on, each.product))
    found = Shares()
    for need in needs:
        found.short += need.booked - _drawn(left, need, need.booked)
    for need in needs:
        found.more[need.session_id] = _drawn(left, need, need.room)
    return found


def _drawn(left: list[Supply], need: Need, wanted: int) -> int:
    drawn = 0
    for supply in left:
        if supply.product in need.products and supply.from_on <= need.on <= supply.until_on:
            some = min(supply.doses, wanted - drawn)
            supply.doses -= some
            drawn += some
    return drawn


def recount(site_id: UUID, *, force: bool = True) -> None:
    """Share the doses of a site out anew. `force=False`: only where the last count is old, and not while another is at it."""
    now = clock.now()
    rows = DosesCounted.objects.unscoped(_OF_SITE)
    if (
        not force
        and rows.filter(site_id=site_id, at__gt=now - timedelta(seconds=rules().recount_seconds)).exists()
    ):
        return
    rows.bulk_create([DosesCounted(site_id=site_id)], ignore_conflicts=True)
    with transaction.atomic():
        held = rows.select_for_update(skip_locked=not force).filter(site_id=site_id).first()
        if held is not None:
            _recount(held, now)


def unpromised(site_id: UUID) -> int:
    """The doses at hand that nobody has a promise of, whatever the sessions' seats."""
    now = clock.now()
    supplies, on_their_way = _supplies(site_id, now)
    booked = (
        Booking.objects.unscoped(_OF_SITE)
        .filter(site_id=site_id, state="booked", on__gte=clock.day_of(now))
        .count()
    )
    at_hand = sum(each.doses for each in supplies) - on_their_way
    return max(0, at_hand - _waiting(site_id, now, supplies).booked - booked)


def _recount(counted: DosesCounted, now: datetime) -> None:
    site_id = counted.site_id
    sessions = Session.objects.unscoped(_OF_SITE)
    # Locked in the order of seats.TAKE: nobody takes a place between the count and what follows from it.
    open_ones = list(
        sessions.select_for_update().filter(site_id=site_id, state="open", until_at__gt=now).order_by("pk")
    )
    supplies, on_their_way = _supplies(site_id, now)
    needs = [_waiting(site_id, now, supplies), *_needs(site_id, open_ones, now)]
    shares = share(supplies, needs)
    for session in open_ones:
        places = session.taken + shares.more[session.pk]
        if places != session.places:
            session.places = places
            session.save(update_fields=["places"])
    counted.at, counted.short = now, shares.short
    counted.on_hand = sum(each.doses for each in supplies) - on_their_way
    counted.on_their_way = on_their_way
    counted.promised = sum(need.booked for need in needs)
    counted.save(update_fields=["at", "short", "on_hand", "on_their_way", "promised"])


def _needs(site_id: UUID, sessions: Sequence[Session], now: datetime) -> list[Need]:
    """In the order of time."""
    booked = Booking.objects.unscoped(_OF_SITE).filter(site_id=site_id, state="booked")
    held = dict(
        booked.filter(session_id__in=[each.pk for each in sessions])
        .order_by()
        .values_list("session_id")
        .annotate(n=Count("pk"))
    )
    slots = Slot.objects.unscoped(_OF_SITE).filter(site_id=site_id, session__in=sessions, until_at__gt=now)
    room = dict(
        slots.order_by().values_list("session_id").annotate(n=Sum(F("seats") + F("extra") - F("taken")))
    )
    return [
        Need(each.pk, each.on, frozenset(each.products), held.get(each.pk, 0), room.get(each.pk, 0))
        for each in sorted(sessions, key=lambda each: (each.from_at, each.pk))
    ]


def _waiting(site_id: UUID, now: datetime, supplies: Sequence[Supply]) -> Need:
    """Those who came today and have not had their dose yet: it is still in the stock, and it is theirs."""
    today = clock.day_of(now)
    came = Booking.objects.unscoped(_OF_SITE).filter(site_id=site_id, on=today, state="attended").count()
    given = given_at_sites([site_id], today).get(site_id, 0)
    return Need(site_id, today, frozenset(each.product for each in supplies), max(0, came - given), 0)


def _supplies(site_id: UUID, now: datetime) -> tuple[list[Supply], int]:
    """What is at hand, what is confirmed to be on its way, and how many doses the latter are."""
    today = clock.day_of(now)
    rows = Balance.objects.unscoped(_OF_SITE).filter(
        site_id=site_id,
        state="usable",
        doses__gt=0,
        lot__suspended_at__isnull=True,
        lot__expires_on__gte=today,
    )
    at_hand: Counter[tuple[str, date]] = Counter()
    for product, until_on, doses in rows.values_list("lot__product_id", "lot__expires_on", "doses"):
        at_hand[product, until_on] += doses
    found = [Supply(product, doses, today, until_on) for (product, until_on), doses in at_hand.items()]
    # Confirmed by whoever sent it, not yet by whoever receives it: it may be promised from the next day on. What was refused at
    # the door only waits to be called back.
    sent = TransferLine.objects.unscoped(_OF_SITE).filter(
        transfer__to_site_id=site_id,
        transfer__state="sent",
        lot__suspended_at__isnull=True,
        lot__expires_on__gte=today,
    )
    sent = sent.exclude(transfer__decision="refused")
    coming = [
        Supply(product, doses, today + timedelta(days=1), until_on)
        for product, until_on, doses in sent.values_list("lot__product_id", "lot__expires_on", "doses_sent")
    ]
    return found + coming, sum(each.doses for each in coming)
