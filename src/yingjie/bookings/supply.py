"""How many doses a site's sessions may promise: those at hand, those on their way that arrive in time, less those promised
already and those held back for later doses.

    recount(site_id)         writes each session's `places`; under a lock, and at most once in so many seconds unless forced
    hold_back(site_id, …)    what is to be held back for later doses, as whoever reckons it tells; it stands until told anew

A promise once made stands: where vaccine is held, expires or does not come, `places` never falls below what is taken; the site is
then `short` by so many doses, and its pages say so.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Q, Sum

from yingjie.bookings.models import Booking, DosesCounted, LaterKept, Session, Slot
from yingjie.bookings.rules import rules
from yingjie.bookings.sharing import Kept, Need, Supply, less, share
from yingjie.doses.queries import given_at_sites
from yingjie.foundation import clock
from yingjie.stock.models import Balance, TransferLine

_OF_SITE = "sessions of a site share its doses, whoever asks for a place"


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


@transaction.atomic
def hold_back(site_id: UUID, rows: Sequence[Kept], percent: int, as_of: datetime) -> None:
    """From now on hold back so much of what is free at a site, at most `percent` of it, for people who had no place `as_of` then.
    Called by whoever reckons them; whoever let it be reckoned was authorised there."""
    counts = DosesCounted.objects.unscoped(_OF_SITE)
    counts.bulk_create([DosesCounted(site_id=site_id)], ignore_conflicts=True)
    held = counts.select_for_update().get(site_id=site_id)
    held.later_at, held.later_percent = as_of, percent
    held.save(update_fields=["later_at", "later_percent"])
    LaterKept.objects.unscoped(_OF_SITE).filter(site_id=site_id).delete()
    LaterKept.objects.unscoped(_OF_SITE).bulk_create(
        LaterKept(site_id=site_id, on=row.on, products=sorted(row.products), people=row.people, doses=row.doses)
        for row in rows if row.people
    )  # fmt: skip
    _recount(held, clock.now())


def unpromised(site_id: UUID) -> int:
    """The doses at hand that nobody has a promise of and that are not held back, whatever the sessions' seats."""
    now = clock.now()
    supplies, on_their_way = _supplies(site_id, now)
    booked = (
        Booking.objects.unscoped(_OF_SITE)
        .filter(site_id=site_id, state="booked", on__gte=clock.day_of(now))
        .count()
    )
    at_hand = sum(each.doses for each in supplies) - on_their_way
    return max(0, at_hand - _waiting(site_id, now, supplies).booked - booked - held_for_later(site_id))


def held_for_later(site_id: UUID) -> int:
    """The doses of a site that are held back for later doses, as last counted."""
    rows = DosesCounted.objects.unscoped(_OF_SITE).filter(site_id=site_id)
    return rows.values_list("kept", flat=True).first() or 0


def _recount(counted: DosesCounted, now: datetime) -> None:
    site_id = counted.site_id
    sessions = Session.objects.unscoped(_OF_SITE)
    # Locked in the order of seats.TAKE: nobody takes a place between the count and what follows from it.
    open_ones = list(
        sessions.select_for_update().filter(site_id=site_id, state="open", until_at__gt=now).order_by("pk")
    )
    supplies, on_their_way = _supplies(site_id, now)
    needs = [_waiting(site_id, now, supplies), *_needs(site_id, open_ones, now)]
    shares = share(supplies, needs, _kept(counted, now), counted.later_percent)
    for session in open_ones:
        places, kept = session.taken + shares.more[session.pk], shares.kept[session.pk]
        if (places, kept) != (session.places, session.kept):
            session.places, session.kept = places, kept
            session.save(update_fields=["places", "kept"])
    counted.at, counted.short, counted.kept = now, shares.short, shares.held
    counted.on_hand = sum(each.doses for each in supplies) - on_their_way
    counted.on_their_way = on_their_way
    counted.promised = sum(need.booked for need in needs)
    counted.save(update_fields=["at", "short", "kept", "on_hand", "on_their_way", "promised"])


def _kept(counted: DosesCounted, now: datetime) -> list[Kept]:
    """Of the days to come, less those who were given a place since it was told. Nothing is held back on the day itself: by then
    places are for whoever comes."""
    if counted.later_at is None:
        return []
    today = clock.day_of(now)
    rows = LaterKept.objects.unscoped(_OF_SITE).filter(site_id=counted.site_id, on__gt=today)
    told = [
        Kept(on, frozenset(products), people, doses)
        for on, products, people, doses in rows.order_by("on", "pk").values_list(
            "on", "products", "people", "doses"
        )
    ]
    since = Booking.objects.unscoped(_OF_SITE).filter(
        site_id=counted.site_id, number__gt=1, state="booked", on__gt=today, booked_at__gt=counted.later_at
    )
    return less(told, dict(since.order_by().values_list("on").annotate(n=Count("pk")))) if told else []


def _needs(site_id: UUID, sessions: Sequence[Session], now: datetime) -> list[Need]:
    """In the order of time."""
    booked = Booking.objects.unscoped(_OF_SITE).filter(site_id=site_id, state="booked")
    counts = booked.filter(session_id__in=[each.pk for each in sessions]).order_by().values_list("session_id")
    held = {
        session_id: (n, firsts)
        for session_id, n, firsts in counts.annotate(n=Count("pk"), firsts=Count("pk", filter=Q(number=1)))
    }
    slots = Slot.objects.unscoped(_OF_SITE).filter(site_id=site_id, session__in=sessions, until_at__gt=now)
    room = dict(
        slots.order_by().values_list("session_id").annotate(n=Sum(F("seats") + F("extra") - F("taken")))
    )
    return [
        Need(
            each.pk,
            each.on,
            frozenset(each.products),
            held.get(each.pk, (0, 0))[0],
            room.get(each.pk, 0),
            held.get(each.pk, (0, 0))[1],
            each.kind == "ordinary",
        )
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
