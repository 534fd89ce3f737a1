"""Prices for what is scarce: a seat on a (site, day), a dose of a batch.

Whatever the prices, what everybody would pay if they took their cheapest way, less the worth of all that is for sale, is a
lower bound
of the cost of every feasible plan (Lagrangian duality; Geoffrion 1974). The network's own optimum gives exact prices of seats
(`seat_prices`, complementary slackness); those of doses, which the network cannot see, are found by ascent: what was oversold gets
dearer, what was left gets cheaper (subgradient, Polyak's step towards a level that comes down when it proves too high).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vaxkit.assignment.network import SCALE, Doors, Flow, Hubs, Network
from vaxkit.assignment.problem import Ints, Problem
from vaxkit.assignment.units import Units

Floats = NDArray[np.float64]
NEVER = 1e12


@dataclass(frozen=True, slots=True)
class Prices:
    """Per hub and seat, per batch and dose; not scaled, all ≥ 0. Seats' prices are those above the network's own."""

    hub: Floats
    batch: Floats


@dataclass(frozen=True, slots=True)
class Later:
    """Per hub: what a dose to follow costs, and where it is given from which batch (-1: after the plan)."""

    price: Floats
    hub: Ints
    batch: Ints


@dataclass(frozen=True, slots=True)
class Tariff:
    """What it costs at given prices to serve a member of each type at each hub, shape (hubs, types), and per (type, product) the
    dose that follows, where one must."""

    price: Floats
    later: dict[tuple[int, int], Later]


class Market:
    """Sets tariffs, counts what would be bought, raises and lowers prices."""

    def __init__(
        self, problem: Problem, found: Hubs, units: Units, entrances: Doors, network: Network, doses: Ints
    ) -> None:
        self._problem, self._hubs, self._doors, self._network = problem, found, entrances, network
        self._doses = doses.astype(np.float64)
        self._types = sorted({wish for kind in units.kinds for wish in kind})
        number = {wish: index for index, wish in enumerate(self._types)}
        #: How many members of each type a unit of each kind has.
        self._members = np.zeros((len(units.kinds), len(self._types)))
        for index, kind in enumerate(units.kinds):
            for wish in kind:
                self._members[index, number[wish]] += 1
        self._size = self._members.sum(axis=1)
        self.has_later = any(until for _p, _after, until in self._types)
        self._dearest = 4.0 * problem.costs.left_over * int(units.weight.max(initial=1))
        self._usable = self._usable_batches()
        self._is_usable = np.zeros((len(doses), len(found.site)), dtype=bool)
        for batch, here in enumerate(self._usable):
            self._is_usable[batch, here] = True

    def start(self, hub: Floats | None = None) -> Prices:
        prices = np.zeros(len(self._hubs.site)) if hub is None else hub
        return Prices(prices, np.zeros(len(self._doses)))

    def tariff(self, prices: Prices, later_seats: Floats) -> Tariff:
        """The cheapest way to serve each type at each hub, the first seat not counted; `later_seats`: per hub, of doses to
        follow."""
        hubs, products = len(self._hubs.site), len(self._problem.products)
        by_product = np.full((hubs, products), np.inf)
        chosen = np.full((hubs, products), -1, dtype=np.int64)
        # Dearest first, and of equals the one that keeps longest: the last to write is the cheapest, soonest to expire.
        for batch in np.lexsort((-self._problem.batches.last_day, -prices.batch)).tolist():
            here = self._usable[batch]
            by_product[here, self._problem.batches.product[batch]] = prices.batch[batch]
            chosen[here, self._problem.batches.product[batch]] = batch
        price = np.full((hubs, len(self._types)), np.inf)
        later: dict[tuple[int, int], Later] = {}
        for column, (wanted, after, until) in enumerate(self._types):
            for product in _bits(wanted, products):
                total = by_product[:, product]
                if until:
                    found = self._later(total + later_seats, chosen[:, product], after, until)
                    later[column, product] = found
                    total = total + found.price
                price[:, column] = np.minimum(price[:, column], total)
        return Tariff(price, later)

    def charges(self, tariff: Tariff) -> Floats:
        """Per door and head, not scaled: what serving its kind costs beyond the seat."""
        price = np.minimum(np.where(np.isfinite(tariff.price), tariff.price, NEVER), self._dearest)
        kind = self._doors.kind
        found: Floats = (price[self._doors.hub] * self._members[kind]).sum(axis=1) / self._size[kind]
        return found

    def worth(self, prices: Prices) -> float:
        """Of all doses; seats are priced by the network."""
        return float(prices.batch @ self._doses)

    def bound(self, prices: Prices) -> float:
        """What is proven at these prices, if everybody takes their cheapest way."""
        paid, _arcs = self._network.cheapest(self._per_arc(prices, self._tariff(prices)))
        return paid - self.worth(prices) - self._network.seats_worth(prices.hub)

    def taken(self, prices: Prices, tariff: Tariff, heads: Floats, temperature: float) -> Prices:
        """Seats per hub and doses per batch that so many heads per door take, spread over batches that cost nearly the same."""
        hubs = len(self._hubs.site)
        seats = np.bincount(self._doors.hub, weights=heads, minlength=hubs).astype(np.float64)
        doses = np.zeros(len(self._doses))
        for column, share in self._shares(prices, tariff, self._wishes(heads), temperature):
            doses += share.sum(axis=1)
            for later, coming in self._following(tariff, column, share):
                seats += np.bincount(later.hub[later.hub >= 0], weights=coming, minlength=hubs)
                doses += np.bincount(later.batch[later.hub >= 0], weights=coming, minlength=len(doses))
        return Prices(seats, doses)

    def limits(self, prices: Prices, temperature: float) -> Ints:
        """How many heads may come through each door so that doses cannot run out: every batch dealt out, whole, in proportion to
        what is taken of it at these prices."""
        tariff = self._tariff(prices)
        heads = self._network.spread(self._per_arc(prices, tariff), temperature)
        wishes, taken = self._wishes(heads), self.taken(prices, tariff, heads, temperature)
        stretch = self._doses / np.maximum(taken.batch, 1e-9)
        room = np.minimum(self._network.hub_seats / np.maximum(taken.hub, 1e-9), 1.0)
        allowed = np.zeros_like(wishes)
        for column, share in self._shares(prices, tariff, wishes, temperature):
            allowed[:, column] = (share * stretch[:, None]).sum(axis=0)
            for later, coming in self._following(tariff, column, share):
                inside = np.flatnonzero(later.hub >= 0)
                tight = np.minimum(stretch[later.batch[inside]], room[later.hub[inside]])
                short = np.minimum(tight, 1.0) if len(inside) else tight
                allowed[inside, column] -= coming * np.maximum(1.0 - short, 0.0)
        return self._whole_units(heads, np.maximum(allowed, 0.0))

    def dealt_again(self, heads: Ints, limits: Ints, left: Ints) -> Ints:
        """New limits after a flow: what came through each door, and where the old limit was in the way a share of the doses
        left."""
        short = np.where((heads >= limits) & (limits > 0), heads, 0).astype(np.float64)
        wishes = self._wishes(short)
        allowed = np.zeros_like(wishes)
        product = self._problem.batches.product
        for batch in np.flatnonzero(left > 0).tolist():
            suits = np.array([bool(wanted >> int(product[batch]) & 1) for wanted, _a, _b in self._types])
            asking = wishes[np.ix_(self._usable[batch], suits)]
            if asking.sum() > 0:
                allowed[np.ix_(self._usable[batch], suits)] += left[batch] * asking / asking.sum()
        return heads + self._whole_units(short, allowed)

    def _whole_units(self, heads: Floats, allowed: Floats) -> Ints:
        """Heads per door if (hub, type) gets `allowed` doses and doors share them in proportion to `heads`, in whole units."""
        wishes, size = self._wishes(heads), self._size[self._doors.kind]
        rate = np.divide(allowed, wishes, out=np.zeros_like(wishes), where=wishes > 1e-9)
        needs = self._members[self._doors.kind] > 0
        least = np.where(needs, rate[self._doors.hub], np.inf).min(axis=1)
        # Doors in a row are rounded together: with many small ones, rounding each down would waste what it should deal out.
        running = np.floor(np.cumsum(heads / size * least) + 1e-6)
        found: Ints = (np.diff(running, prepend=0.0) * size).astype(np.int64)
        return found

    def _wishes(self, heads: Floats) -> Floats:
        """Doses wanted per hub and type when so many heads come through each door."""
        wishes = np.zeros((len(self._hubs.site), len(self._types)))
        kind = self._doors.kind
        np.add.at(wishes, self._doors.hub, (heads / self._size[kind])[:, None] * self._members[kind])
        return wishes

    def _shares(
        self, prices: Prices, tariff: Tariff, wishes: Floats, temperature: float
    ) -> Iterator[tuple[int, Floats]]:
        """Per type, the doses that each batch gives at each hub, shape (batches, hubs)."""
        product = self._problem.batches.product
        for column, (wanted, _after, until) in enumerate(self._types):
            cost = np.where(
                self._is_usable & (wanted >> product[:, None] & 1 == 1), prices.batch[:, None], np.inf
            )
            for choice in _bits(wanted, len(self._problem.products)) if until else ():
                cost[product == choice] += tariff.later[column, choice].price[None, :]
            least = cost.min(axis=0)
            share = np.exp(-(cost - np.where(np.isfinite(least), least, 0.0)) / temperature)
            share *= wishes[:, column] / np.maximum(share.sum(axis=0), 1e-300)
            yield column, share

    def _following(self, tariff: Tariff, column: int, share: Floats) -> Iterator[tuple[Later, Floats]]:
        """The doses that follow those of a type: per product where, and how many at each hub that needs one inside the plan."""
        product = self._problem.batches.product
        for (of, choice), later in tariff.later.items():
            if of == column:
                yield later, share[product == choice].sum(axis=0)[later.hub >= 0]

    def ascend(self, prices: Prices, schedule: Sequence[tuple[float, int]]) -> tuple[Prices, float]:
        """The prices at the last temperature, and the best bound proven on the way. Deterministic.

        At a temperature everybody spreads over their ways (a softened minimum), which keeps demand from jumping between ways that
        cost the same; prices move by temperature × log(demand / supply), as in iterative proportional fitting (Sinkhorn 1967).
        """
        highest = self.bound(prices)
        seats, doses = self._network.hub_seats + 1e-3, self._doses + 1e-3
        for temperature, rounds in schedule:
            for _round in range(rounds):
                tariff = self._tariff(prices)
                heads = self._network.spread(self._per_arc(prices, tariff), temperature)
                taken = self.taken(prices, tariff, heads, temperature)
                prices = Prices(
                    np.maximum(prices.hub + temperature * np.log((taken.hub + 1e-3) / seats), 0),
                    np.maximum(prices.batch + temperature * np.log((taken.batch + 1e-3) / doses), 0),
                )
            highest = max(highest, self.bound(prices))
        return prices, highest

    def _tariff(self, prices: Prices) -> Tariff:
        """With later seats at what the dearest hour of a hub leaves of its price, so that the bound holds whichever hour
        they take."""
        return self.tariff(prices, np.maximum(prices.hub - self._network.most_burden, 0))

    def _per_arc(self, prices: Prices, tariff: Tariff) -> Floats:
        """Cost per head of each arc, all prices included; not scaled."""
        door = self.charges(tariff) + prices.hub[self._doors.hub]
        found: Floats = self._doors.arc_cost / SCALE + door[self._doors.arc_door]
        return found

    def _later(self, total: Floats, chosen: Ints, after: int, until: int) -> Later:
        """For each hub, the cheapest later hub of the same site within the window; free beyond the plan's end."""
        found = self._hubs
        price = np.full(len(total), np.inf)
        where = np.full(len(total), -1, dtype=np.int64)
        for hub, (site, day) in enumerate(zip(found.site.tolist(), found.day.tolist(), strict=True)):
            if day + until > self._problem.last_day:
                price[hub] = 0.0
                continue
            window = found.of_window(site, day + after, day + until)
            if len(window):
                cheapest = window.start + int(np.argmin(total[window.start : window.stop]))
                if np.isfinite(total[cheapest]):
                    price[hub], where[hub] = total[cheapest], cheapest
        return Later(price, where, np.where(where >= 0, chosen[where], -1))

    def _usable_batches(self) -> list[Ints]:
        batches, found = self._problem.batches, self._hubs
        return [
            np.flatnonzero(
                (found.site == batches.site[batch])
                & (found.day >= batches.first_day[batch])
                & (found.day <= batches.last_day[batch])
                & (self._doses[batch] > 0)
            )
            for batch in range(len(batches.site))
        ]


def _bits(mask: int, width: int) -> list[int]:
    return [bit for bit in range(width) if mask >> bit & 1]


def seat_prices(found: Hubs, network: Network, entrances: Doors, flow: Flow, per_arc: Floats) -> Floats:
    """The prices of seats that an optimal flow proves, per hub: the largest ones that keep every used way its group's cheapest.

    Difference constraints p[a] ≤ p[b] + min over groups using a of (cost of b − cost of a), solved by Bellman and Ford.
    """
    hubs = len(found.site)
    hub_of_arc = entrances.hub[entrances.arc_door]
    # No seat is worth more than being left over.
    ceiling = np.minimum(network.marginal_burden(flow), network.left_price.max(initial=0.0))
    used = np.flatnonzero(flow.arcs > 0)
    left = network.left_price[entrances.arc_group[used]] - per_arc[used]
    np.minimum.at(ceiling, hub_of_arc[used], left)
    weight = np.full((hubs, hubs), np.inf)
    starts = network.group_starts
    group = entrances.arc_group[used]
    count = starts[group + 1] - starts[group]
    source = np.repeat(used, count)
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    target = network.by_group[np.repeat(starts[group], count) + offset]
    np.minimum.at(weight, (hub_of_arc[source], hub_of_arc[target]), per_arc[target] - per_arc[source])
    prices = ceiling
    for _round in range(hubs):
        lower = np.minimum(prices, (weight + prices[None, :]).min(axis=1))
        if np.allclose(lower, prices, atol=1e-9):
            break
        prices = lower
    found_prices: Floats = np.maximum(prices, 0.0)
    return found_prices
