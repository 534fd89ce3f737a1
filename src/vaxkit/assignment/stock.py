"""Which batch serves whom: an exact matching of doses wanted to doses there, kept up to date as people come and go.

At one site a demand is (day, products that will do); a batch can serve it if it is one of those products and usable on that
day. The
matching is a flow between demands and batches. It takes from the batch that expires first, and rearranges what it gave before
whenever that lets one more person be served (augmenting paths: Ford, Fulkerson 1956), so "no dose left" is never said too early.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from vaxkit.assignment.problem import Batches, Ints

Demand = tuple[int, int]
"""Day and products (bits)."""


@dataclass(slots=True)
class SiteStock:
    """The doses of one site. `usable(b)` batches are indexes of its own lists, in the order in which they expire."""

    products: Sequence[int]
    first: Sequence[int]
    last: Sequence[int]
    room: list[int]
    #: The row of `Batches` behind each, for the plan's own account.
    rows: Sequence[int]
    used: dict[Demand, dict[int, int]] = field(default_factory=dict)
    _fitting: dict[Demand, tuple[int, ...]] = field(default_factory=dict)
    #: Demands that found no dose even by rearranging. What is given to others cannot change that; what comes back can.
    _dry: set[Demand] = field(default_factory=set)

    def fitting(self, demand: Demand) -> tuple[int, ...]:
        """The batches that can serve a demand, the first to expire first."""
        if (known := self._fitting.get(demand)) is None:
            day, products = demand
            known = self._fitting[demand] = tuple(
                batch
                for batch, product in enumerate(self.products)
                if products >> product & 1 and self.first[batch] <= day <= self.last[batch]
            )
        return known

    def give(self, day: int, products: int, doses: int) -> int:
        """Set doses aside for a day. Returns how many could be, which may be fewer."""
        demand = (day, products)
        if demand in self._dry:
            return 0
        fitting = self.fitting(demand)
        left = doses
        for batch in fitting:
            left -= self._move_in(demand, batch, left)
        while left > 0 and fitting:
            gained = self._rearranged(demand, fitting, left)
            if not gained:
                break
            left -= gained
        if left > 0:
            self._dry.add(demand)
        return doses - left

    def take_back(self, day: int, products: int, doses: int) -> None:
        """Undo `give`; from the batches that keep longest first."""
        self._dry.clear()
        held = self.used.get((day, products), {})
        for batch in sorted(held, reverse=True):
            back = min(doses, held[batch])
            held[batch] -= back
            self.room[batch] += back
            doses -= back
        if doses:
            raise ArithmeticError("more doses came back than were given")

    def split(self) -> tuple[list[int], dict[Demand, int]]:
        """What is left of every batch when those have theirs whom nothing else can serve, and the demands of the others."""
        left = list(self.room)
        open_to: dict[Demand, int] = {}
        for demand, held in self.used.items():
            if len(self.fitting(demand)) > 1 and (count := sum(held.values())):
                open_to[demand] = count
                for batch, doses in held.items():
                    left[batch] += doses
        return left, open_to

    def copy(self) -> "SiteStock":
        used = {demand: dict(held) for demand, held in self.used.items()}
        return SiteStock(
            self.products,
            self.first,
            self.last,
            list(self.room),
            self.rows,
            used,
            self._fitting,
            set(self._dry),
        )

    def _move_in(self, demand: Demand, batch: int, doses: int) -> int:
        taken = min(self.room[batch], doses)
        if taken > 0:
            self.room[batch] -= taken
            held = self.used.setdefault(demand, {})
            held[batch] = held.get(batch, 0) + taken
        return max(taken, 0)

    def _rearranged(self, demand: Demand, fitting: Sequence[int], doses: int) -> int:
        """Free some doses of a fitting batch by serving others from elsewhere, and take them. Returns how many."""
        came_from: dict[int, tuple[int, Demand] | None] = dict.fromkeys(fitting)
        queue = deque(fitting)
        while queue:
            batch = queue.popleft()
            if self.room[batch] > 0:
                return self._shift(demand, batch, came_from, doses)
            for other, held in self.used.items():
                if held.get(batch, 0) <= 0:
                    continue
                for target in self.fitting(other):
                    if target not in came_from:
                        came_from[target] = (batch, other)
                        queue.append(target)
        return 0

    def _shift(
        self, demand: Demand, end: int, came_from: dict[int, tuple[int, Demand] | None], doses: int
    ) -> int:
        path: list[tuple[int, int, Demand]] = []
        batch = end
        while (step := came_from[batch]) is not None:
            source, other = step
            path.append((source, batch, other))
            batch = source
        amount = min([doses, self.room[end], *(self.used[other][source] for source, _to, other in path)])
        for source, target, other in path:
            held = self.used[other]
            held[source] -= amount
            held[target] = held.get(target, 0) + amount
        self.room[end] -= amount
        start = self.used.setdefault(demand, {})
        start[batch] = start.get(batch, 0) + amount
        return amount


@dataclass(frozen=True, slots=True)
class Free:
    """What a book leaves: doses per batch, when those have theirs whom no other batch can serve; and what the others of the book
    want, whichever batch it comes from, per site and demand."""

    doses: Ints
    wanted: dict[tuple[int, Demand], int]


def free_of(stocks: Sequence[SiteStock], batches: int) -> Free:
    """What a book leaves, of `batches` in all."""
    doses = np.zeros(batches, dtype=np.int64)
    wanted: dict[tuple[int, Demand], int] = {}
    for site, stock in enumerate(stocks):
        left, open_to = stock.split()
        doses[list(stock.rows)] = left
        wanted |= {(site, demand): count for demand, count in open_to.items()}
    return Free(doses, wanted)


def by_site(batches: Batches, sites: int) -> list[SiteStock]:
    """The stock of every site, untouched."""
    found: list[SiteStock] = []
    for site in range(sites):
        rows = [int(row) for row in (batches.site == site).nonzero()[0]]
        rows.sort(key=lambda row: (int(batches.last_day[row]), int(batches.first_day[row]), row))
        found.append(
            SiteStock(
                products=[int(batches.product[row]) for row in rows],
                first=[int(batches.first_day[row]) for row in rows],
                last=[int(batches.last_day[row]) for row in rows],
                room=[int(batches.doses[row]) for row in rows],
                rows=rows,
            )
        )
    return found
