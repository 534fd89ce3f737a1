"""What sites hold, what is wanted of them and what they can give, from the ledger; and what a store can deliver.

Wanted: places given out on their day; people to whom a dose is due and who have no place, on the day recommended, at the site of
their township (where it has none, at the county's site with the most places a day).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from vaxkit.allocation.supply import Batch, Demand, SiteSupply
from yingjie.bookings.models import Booking
from yingjie.doses.upcoming import upcoming
from yingjie.foundation.access.actor import Actor, system
from yingjie.plans import assigning_facts, points
from yingjie.plans.ways import Ways
from yingjie.sites import layout_queries
from yingjie.sites import queries as sites
from yingjie.sites.queries import SiteRow
from yingjie.stock import coming
from yingjie.stock import queries as stock
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
class Facts:
    """`supplies` call a site by its name; `lots` by site, the soonest to expire first; `stores` are places that only deliver."""

    sites: dict[str, SiteRow]
    stores: dict[str, SiteRow]
    supplies: tuple[SiteSupply, ...]
    lots: dict[str, tuple[Lot, ...]]
    products: dict[str, str]
    ways: Ways


def facts(by: Actor, area_code: str, first: date, days: int) -> Facts:
    """Of every site at or below an area, for so many days. The actor's right was checked by the caller."""
    product = system("plans")
    last = first + timedelta(days=days - 1)
    near = [site for site in sites.sites(product) if site.area_code.startswith(area_code)]
    named = {name_of(site, near): site for site in near}
    given = {name: site for name, site in named.items() if site.kind != "store"}
    stores = {name: site for name, site in named.items() if site.kind == "store"}
    lots = {name: _lots(product, site, first) for name, site in named.items()}
    capacity = {name: capacity_of(site, first, days) for name, site in given.items()}
    demand = _demand(by, area_code, given, capacity, lots, first, last)
    supplies = tuple(
        SiteSupply(
            name, (*_at_hand(lots[name]), *_on_their_way(product, site, first)), demand[name], usual_capacity=0,
            capacity=capacity[name],
        )
        for name, site in given.items()
    )  # fmt: skip
    codes = {lot.product for rows in lots.values() for lot in rows} | {
        code for each in demand.values() for code in each
    }
    return Facts(
        given, stores, supplies, lots, {code: code for code in sorted(codes)}, points.ways(area_code[:6])
    )


def name_of(site: SiteRow, rows: list[SiteRow]) -> str:
    """What a site is called among others: with its code where two have one name."""
    return site.name if sum(each.name == site.name for each in rows) == 1 else f"{site.name} {site.code}"


def _lots(actor: Actor, site: SiteRow, on: date) -> tuple[Lot, ...]:
    rows = [
        Lot(row.lot_id, row.lot_number, row.product.code, row.usable, row.expires_on,
            min((each.doses_per_vial for each in row.product.presentations), default=1))
        for row in stock.balances(actor, site.id)
        if row.usable and row.suspended_at is None and not row.is_expired(on)
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda lot: (lot.expires_on, lot.number)))


def _at_hand(lots: tuple[Lot, ...]) -> list[Batch]:
    return [Batch(lot.product, lot.doses, lot.expires_on) for lot in lots]


def _on_their_way(actor: Actor, site: SiteRow, first: date) -> list[Batch]:
    return [
        Batch(line.product.code, line.sent, assigning_facts.ALWAYS, first + timedelta(days=1))
        for sent in coming.transfers_of(actor, site.id) if sent.state == "sent" and sent.to_id == site.id and not sent.is_refused
        for line in sent.lines
    ]  # fmt: skip


def capacity_of(site: SiteRow, first: date, days: int) -> dict[date, int]:
    """Doses a day by opening hours; a site without hours gives none."""
    found: Counter[date] = Counter()
    for each in layout_queries.openings(site, first, first + timedelta(days=days - 1)):
        hours = (each.closes_at - each.opens_at).total_seconds() / 3600
        found[each.on] += round(hours * site.seats_per_hour) if site.seats_per_hour else 0
        if not site.seats_per_hour:
            found[each.on] = USUAL_CAPACITY
    return {first + timedelta(days=step): found[first + timedelta(days=step)] for step in range(days)}


def _demand(
    by: Actor, area_code: str, given: dict[str, SiteRow], capacity: dict[str, dict[date, int]],
    lots: dict[str, tuple[Lot, ...]], first: date, last: date,
) -> dict[str, dict[str, Demand]]:  # fmt: skip
    counted: dict[str, dict[str, tuple[Counter[date], Counter[date]]]] = {
        name: defaultdict(lambda: (Counter(), Counter())) for name in given
    }
    has = {name: {lot.product for lot in rows} for name, rows in lots.items()}
    names = {site.id: name for name, site in given.items()}
    rows = Booking.objects.unscoped(_WHY).filter(
        site_id__in=list(names), state="booked", on__range=(first, last), group=CAMPAIGN_GROUP
    )
    booked = list(rows.values_list("person_id", "site_id", "on", "number"))
    due = upcoming({row[0] for row in booked}, last)
    for person_id, site_id, on, number in booked:
        code = _product(due[person_id].products, has[names[site_id]]) if person_id in due else ""
        if code:
            counted[names[site_id]][code][number == 1][on] += 1
    people, _out = assigning_facts.candidates(by, area_code, first, last)
    by_town: dict[str, str] = {}
    for each in people:
        town = each.village_code[:9]
        if town not in by_town:
            by_town[town] = site_of(town, given, capacity)
        code = _product(each.products, has[by_town[town]]) if by_town[town] else ""
        if code:
            counted[by_town[town]][code][each.number == 1][each.due_on] += 1
    return {
        name: {code: Demand(due=dict(later), first=dict(new)) for code, (later, new) in products.items()}
        for name, products in counted.items()
    }


def _product(products: tuple[str, ...], here: set[str]) -> str:
    """What somebody will want there: one of theirs that the site has, else their first."""
    return next((code for code in products if code in here), products[0] if products else "")


def site_of(town: str, given: Mapping[str, SiteRow], capacity: Mapping[str, Mapping[date, int]]) -> str:
    """Where people of a township are expected: its site with the most places, else the county's; "" where there is none."""
    own = [name for name, site in given.items() if site.area_code.startswith(town)]
    return max(own or list(given), key=lambda name: (sum(capacity[name].values()), name), default="")
