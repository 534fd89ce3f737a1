"""Shortage and surplus, day by day.

Each day: doses that arrived, less those that expired, are given to people who wait: later doses before first doses, the soonest to
expire first, up to the day's capacity. Who is not served waits for the next day. Everything follows from that; nothing
is estimated.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from vaxkit.allocation.supply import Batch, SiteSupply


@dataclass(frozen=True, slots=True)
class Day:
    """One product at one site on one day, at its end. `short_due` and `short_first` are people who still wait:
    `no_dose` of them for
    want of a dose, the others for want of capacity; `left` are usable doses in store, `expired` those lost that night."""

    site: str
    product: str
    day: date
    used: int
    short_due: int
    short_first: int
    no_dose: int
    left: int
    expired: int


@dataclass(frozen=True, slots=True)
class Forecast:
    days: tuple[Day, ...]

    def of(self, site: str, product: str) -> tuple[Day, ...]:
        return tuple(day for day in self.days if (day.site, day.product) == (site, product))

    @property
    def expired(self) -> int:
        return sum(day.expired for day in self.days)


def forecast(sites: Iterable[SiteSupply], first: date, days: int) -> Forecast:
    """What happens at each site over `days` days from `first` on. Demand dated before `first` waits already on that day."""
    found: list[Day] = []
    for site in sites:
        found += _site(site, first, days)
    return Forecast(tuple(found))


@dataclass(slots=True)
class _Held:
    doses: int
    expires_on: date


class _Shelf:
    """One product at one site: doses in the order of their expiry, and the people who wait (later doses, first doses)."""

    def __init__(self) -> None:
        self.held: list[_Held] = []
        self.waiting = [0, 0]
        self.used = 0

    @property
    def doses(self) -> int:
        return sum(held.doses for held in self.held)

    def give(self, turn: int, doses: int) -> None:
        self.waiting[turn] -= doses
        self.used += doses
        for held in self.held:
            taken = min(held.doses, doses)
            held.doses -= taken
            doses -= taken

    def expire(self, day: date) -> int:
        """Throw away what cannot be used after a day. Returns how many doses."""
        lost = sum(held.doses for held in self.held if held.expires_on <= day)
        self.held = [held for held in self.held if held.expires_on > day]
        return lost


def _site(site: SiteSupply, first: date, days: int) -> list[Day]:
    products = sorted({batch.product for batch in site.batches} | set(site.demand))
    shelves = {product: _Shelf() for product in products}
    coming: defaultdict[date, list[Batch]] = defaultdict(list)
    for batch in site.batches:
        coming[max(batch.arrives_on or first, first)].append(batch)
    found: list[Day] = []
    for day in (first + timedelta(n) for n in range(days)):
        for product, shelf in shelves.items():
            new = [batch for batch in coming[day] if batch.product == product and batch.expires_on >= day]
            shelf.held += [_Held(batch.doses, batch.expires_on) for batch in new]
            shelf.held.sort(key=lambda held: held.expires_on)
            shelf.used = 0
            for turn, people in enumerate(_arrivals(site, product, day, first)):
                shelf.waiting[turn] += people
        _serve(shelves, site.capacity_on(day))
        found += [_evening(site.id, product, day, shelf) for product, shelf in shelves.items()]
    return found


def _arrivals(site: SiteSupply, product: str, day: date, first: date) -> tuple[int, int]:
    demand = site.demand.get(product)
    if demand is None:
        return 0, 0

    def of_day(wanted: Mapping[date, int]) -> int:
        return sum(people for on, people in wanted.items() if on == day or (day == first and on < first))

    return of_day(demand.due), of_day(demand.first)


def _serve(shelves: Mapping[str, _Shelf], capacity: int) -> None:
    """Give the day's doses: later doses of all products before first doses of any."""
    for turn in (0, 1):
        wanted = {product: min(shelf.waiting[turn], shelf.doses) for product, shelf in shelves.items()}
        for product, doses in shared(wanted, capacity).items():
            shelves[product].give(turn, doses)
            capacity -= doses


def shared(wanted: Mapping[str, int], capacity: int) -> dict[str, int]:
    """A capacity shared out in proportion to what is wanted, in whole numbers, never more than wanted (largest remainders)."""
    total = sum(wanted.values())
    if total <= capacity:
        return dict(wanted)
    given = {name: amount * capacity // total for name, amount in wanted.items()}
    by_remainder = sorted(wanted, key=lambda name: (-(wanted[name] * capacity % total), name))
    for name in by_remainder[: capacity - sum(given.values())]:
        given[name] += 1
    return given


def _evening(site: str, product: str, day: date, shelf: _Shelf) -> Day:
    """What the day leaves. Nobody waits for want of a dose while one lies there."""
    waiting = sum(shelf.waiting)
    no_dose = max(0, waiting - shelf.doses)
    expired = shelf.expire(day)
    due, new = shelf.waiting
    return Day(site, product, day, shelf.used, due, new, no_dose, shelf.doses, expired)
