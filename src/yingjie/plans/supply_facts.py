"""What sites hold, what is wanted of them and what they can give, from the ledger; and what a store can deliver.

Wanted: places given out on their day; people to whom a dose is due and who have no place, on the day recommended, at the site of
their township (where it has none, at the county's site with the most places a day). Nobody counts twice. Whoever may have one of
several products is counted with the first of theirs of which the site will have a dose left, else a store. Held: usable, neither
suspended nor expired, less what people with a place today will still be given; and what is confirmed to be on its way, from the
first day on.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from vaxkit.allocation.supply import Batch, Demand, SiteSupply
from yingjie.bookings.models import Booking
from yingjie.doses.upcoming import upcoming
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.plans import assigning_facts, points
from yingjie.plans.ways import Ways
from yingjie.sites import layout_queries
from yingjie.sites import queries as sites
from yingjie.sites.queries import SiteRow
from yingjie.stock import queries as stock
from yingjie.stock.models import TransferLine
from yingjie.vaccines.queries import CAMPAIGN_GROUP

#: Doses a day where a site does not say how many people an hour it can take.
USUAL_CAPACITY = 200
_WHY = "counted for sites that were checked"


@dataclass(frozen=True)
class Lot:
    """Usable doses of a lot at a place."""

    lot_id: UUID
    number: str
    product: str
    doses: int
    expires_on: date
    pack: int


@dataclass(frozen=True)
class Wanted:
    """Somebody who is expected at a site on a day, for one of these products."""

    site: str
    on: date
    is_first: bool
    products: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """`supplies` call a site by its name; `lots` by site, the soonest to expire first; `stores` are places that only deliver."""

    sites: dict[str, SiteRow]
    stores: dict[str, SiteRow]
    supplies: tuple[SiteSupply, ...]
    lots: dict[str, tuple[Lot, ...]]
    products: dict[str, str]
    ways: Ways


@dataclass(frozen=True)
class Held:
    """What there is, whoever wants it; by name of the site. `booked`: places given out from today on."""

    sites: dict[str, SiteRow]
    stores: dict[str, SiteRow]
    lots: dict[str, tuple[Lot, ...]]
    coming: dict[str, list[Batch]]
    capacity: dict[str, dict[date, int]]
    booked: list[Wanted]


def held(area_code: str, first: date, days: int) -> Held:
    """Of every site at or below an area, for so many days. It names nobody: the product counts for whoever may see the area's
    plans, a keeper of vaccine too, who sees no list of people."""
    product = system("plans")
    last = first + timedelta(days=days - 1)
    near = [site for site in sites.sites(product) if site.area_code.startswith(area_code)]
    named = {name_of(site, near): site for site in near}
    given = {name: site for name, site in named.items() if site.kind != "store"}
    stores = {name: site for name, site in named.items() if site.kind == "store"}
    booked = _booked(given, min(first, clock.today()), last)
    today: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for each in booked:
        if each.on < first:
            today[each.site].append(each.products)
    return Held(
        given, stores, {name: _lots(product, site, first, today[name]) for name, site in named.items()},
        _on_their_way(given, first), {name: capacity_of(site, first, days) for name, site in given.items()}, booked,
    )  # fmt: skip


def facts(area_code: str, first: date, days: int) -> Facts:
    """That, and everybody who wants a dose in these days, each at the site where they are expected."""
    there = held(area_code, first, days)
    given, stores, lots, coming, capacity = (
        there.sites,
        there.stores,
        there.lots,
        there.coming,
        there.capacity,
    )
    last = first + timedelta(days=days - 1)
    wanted = [each for each in there.booked if each.on >= first] + _due(
        area_code, given, capacity, first, last
    )
    demand = _demand(wanted, lots, coming)
    supplies = tuple(
        SiteSupply(
            name, (*at_hand(lots[name]), *coming[name]), demand[name], usual_capacity=0, capacity=capacity[name]
        )
        for name in given
    )  # fmt: skip
    codes = {batch.product for site in supplies for batch in site.batches}
    codes |= {lot.product for rows in lots.values() for lot in rows}
    codes |= {code for each in demand.values() for code in each}
    return Facts(
        given, stores, supplies, lots, {code: code for code in sorted(codes)}, points.ways(area_code[:6])
    )


def name_of(site: SiteRow, rows: list[SiteRow]) -> str:
    """What a site is called among others: with its code where two have one name."""
    return site.name if sum(each.name == site.name for each in rows) == 1 else f"{site.name} {site.code}"


def _lots(actor: Actor, site: SiteRow, first: date, today: Sequence[tuple[str, ...]]) -> tuple[Lot, ...]:
    """What may be given from `first` on, the soonest to expire first. `today`: products of those who are still expected before."""
    rows = [
        Lot(row.lot_id, row.lot_number, row.product.code, row.usable, row.expires_on,
            min((each.doses_per_vial for each in row.product.presentations), default=1))
        for row in stock.balances(actor, site.id)
        if row.usable and row.suspended_at is None and not row.is_expired(min(first, clock.today()))
    ]  # fmt: skip
    rows.sort(key=lambda lot: (lot.expires_on, lot.number))
    left = {lot.lot_id: lot.doses for lot in rows}
    for products in today:
        theirs = (lot.lot_id for code in products for lot in rows if lot.product == code and left[lot.lot_id])
        taken = next(theirs, None)
        if taken is not None:
            left[taken] -= 1
    return tuple(
        replace(lot, doses=left[lot.lot_id]) for lot in rows if left[lot.lot_id] and lot.expires_on >= first
    )


def at_hand(lots: Sequence[Lot]) -> list[Batch]:
    return [Batch(lot.product, lot.doses, lot.expires_on, None, str(lot.lot_id)) for lot in lots]


def _on_their_way(given: Mapping[str, SiteRow], first: date) -> dict[str, list[Batch]]:
    """Confirmed by whoever sent it; what was refused at the door only waits to be called back."""
    names = {site.id: name for name, site in given.items()}
    rows = TransferLine.objects.unscoped(_WHY).filter(
        transfer__to_site_id__in=list(names), transfer__state="sent", lot__suspended_at__isnull=True, lot__expires_on__gte=first
    )  # fmt: skip
    found: dict[str, list[Batch]] = {name: [] for name in given}
    columns = ("transfer__to_site_id", "lot__product_id", "lot__expires_on", "doses_sent")
    sent = rows.exclude(transfer__decision="refused").order_by("lot__expires_on", "pk")
    for site_id, product, expires_on, doses in sent.values_list(*columns):
        found[names[site_id]].append(Batch(product, doses, expires_on, first))
    return found


def capacity_of(site: SiteRow, first: date, days: int) -> dict[date, int]:
    """Doses a day by opening hours; a site without hours gives none."""
    found: Counter[date] = Counter()
    for each in layout_queries.openings(site, first, first + timedelta(days=days - 1)):
        hours = (each.closes_at - each.opens_at).total_seconds() / 3600
        found[each.on] += round(hours * site.seats_per_hour) if site.seats_per_hour else 0
        if not site.seats_per_hour:
            found[each.on] = USUAL_CAPACITY
    return {first + timedelta(days=step): found[first + timedelta(days=step)] for step in range(days)}


def _booked(given: Mapping[str, SiteRow], since: date, last: date) -> list[Wanted]:
    """People with a place to whom a dose may then be given."""
    names = {site.id: name for name, site in given.items()}
    rows = Booking.objects.unscoped(_WHY).filter(
        site_id__in=list(names), state="booked", on__range=(since, last), group=CAMPAIGN_GROUP
    )
    booked = list(rows.order_by("on", "pk").values_list("person_id", "site_id", "on", "number"))
    due = upcoming({row[0] for row in booked}, last)
    return [
        Wanted(names[site_id], on, number == 1, due[person_id].products)
        for person_id, site_id, on, number in booked
        if person_id in due and due[person_id].products
    ]


def _due(
    area_code: str, given: Mapping[str, SiteRow], capacity: Mapping[str, Mapping[date, int]], first: date, last: date
) -> list[Wanted]:  # fmt: skip
    """People without a place to whom a dose is due, at the site where they are expected; whoever is visited at home gets one of its
    doses too."""
    people, _out = assigning_facts.candidates(system("plans"), area_code, first, last, at_home=True)
    towns = {each.village_code[:9] for each in people}
    expected = {town: site_of(town, given, capacity) for town in towns}
    return [
        Wanted(expected[each.village_code[:9]], each.due_on, each.number == 1, each.products)
        for each in people
        if each.products and expected[each.village_code[:9]]
    ]


def _demand(
    wanted: Sequence[Wanted], lots: Mapping[str, Sequence[Lot]], coming: Mapping[str, Sequence[Batch]]
) -> dict[str, dict[str, Demand]]:
    """By site and product: later doses first, then by day; each person once."""
    left: Counter[tuple[str, str]] = Counter()
    anywhere = {lot.product for rows in lots.values() for lot in rows}
    stored: Counter[str] = Counter()
    for place, rows in lots.items():
        for lot in rows:
            stored[lot.product] += 0 if place in coming else lot.doses
    for site, batches in coming.items():
        for batch in (*at_hand(lots[site]), *batches):
            left[site, batch.product] += batch.doses
    counted: dict[str, dict[str, tuple[Counter[date], Counter[date]]]] = {
        name: defaultdict(lambda: (Counter(), Counter())) for name in coming
    }
    for each in sorted(wanted, key=lambda one: (one.is_first, one.on, one.site, one.products)):
        code = next((code for code in each.products if left[each.site, code] > 0), "")
        if code:
            left[each.site, code] -= 1
        else:
            theirs = [code for code in each.products if stored[code] > 0]
            theirs += [code for code in each.products if code in anywhere]
            code = (theirs or each.products)[0]
            stored[code] -= 1
        counted[each.site][code][each.is_first][each.on] += 1
    return {
        name: {code: Demand(due=dict(later), first=dict(new)) for code, (later, new) in products.items()}
        for name, products in counted.items()
    }


def site_of(town: str, given: Mapping[str, SiteRow], capacity: Mapping[str, Mapping[date, int]]) -> str:
    """Where people of a township are expected: its site with the most places, else the county's; "" where there is none."""
    own = [name for name, site in given.items() if site.area_code.startswith(town)]
    return max(own or list(given), key=lambda name: (sum(capacity[name].values()), name), default="")
