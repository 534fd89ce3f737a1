"""From prices to places: whole units to hubs, seats, doses and later doses, as the softened choices share them out.

Units are dealt one by one so that no hub and no kind of dose ever strays far from its share (`choosing.dealt`); then everything is
booked where it really is. Whoever finds no seat or dose after all comes back as waiting, to be placed by hand (`room.py`).
"""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from vaxkit.assignment import choosing
from vaxkit.assignment.booking import BEYOND, NONE, Book
from vaxkit.assignment.choices import Choices, Floats, Graph
from vaxkit.assignment.problem import Ints, Problem

#: Products (bits), later hub (BEYOND, NONE), and for how many people.
Share = list[int]


@dataclass(slots=True)
class Dealt:
    """Per unit its session (-1: waiting); per (hub, type) how its people are served: products and later sessions, in order."""

    session: Ints
    hub: Ints
    served: dict[tuple[int, int], list[tuple[int, int, int]]] = field(default_factory=dict)


class Dealer:
    """Deals a problem's units once. `graph` has the nodes of the choices; `share` and `flow` are its own, at the end."""

    def __init__(
        self, problem: Problem, choices: Choices, graph: Graph, book: Book, share: Floats, flow: Floats
    ) -> None:
        self._problem, self._choices, self._book = problem, choices, book
        self._graph, self._share, self._flow = graph, share, flow
        found = choices.hubs
        self._site, self._day, self._mask = found.site.tolist(), found.day.tolist(), found.mask.tolist()
        self._later_seats = [
            int(sum(book.seats[session] for session in found.at(hub))) for hub in range(len(found.site))
        ]
        self._later_taken = [0] * len(found.site)
        self._pools: dict[tuple[int, int], list[Share]] = {}
        self._short: defaultdict[int, dict[int, int]] = defaultdict(dict)

    def dealt(self) -> Dealt:
        hub = self._hubs_of_units()
        self._book_all(hub)
        for at in sorted(self._short):
            self._drop_short(hub, at)
        session = self._packed(hub)
        return Dealt(session, hub, self._later_sessions())

    def _hubs_of_units(self) -> Ints:
        """Per unit the hub it is dealt to; -1: left over."""
        choices, groups, graph = self._choices, self._choices.groups, self._graph
        weigh = np.zeros(len(graph))
        weigh[choices.first_seats] = 1.0 / np.maximum(self._flow[choices.first_seats], 1.0)
        types = choices.type_node[choices.type_node >= 0]
        weigh[types] = 1.0 / np.maximum(self._flow[types], 1.0)
        roots = choices.top + np.arange(len(groups.example))
        _outer, inner = self._deal(roots, groups.units, weigh)
        hub = np.full(len(inner), -1, dtype=np.int64)
        comes = inner >= 0
        hub[comes] = choices.hub_of_door[graph.one[inner[comes]] - choices.first_door]
        by_unit = np.empty_like(hub)
        by_unit[np.argsort(groups.of, kind="stable")] = hub
        return by_unit

    def _deal(self, roots: Ints, units: Ints, weigh: Floats) -> tuple[Ints, Ints]:
        graph, total = self._graph, int(units.sum())
        outer, inner = np.zeros(total, dtype=np.int64), np.zeros(total, dtype=np.int64)
        shares = np.where(np.repeat(graph.sums, np.diff(graph.starts)), graph.cost, self._share)
        choosing.dealt(
            graph.starts, graph.sums, graph.one, graph.two, shares, graph.prices, roots, units, weigh,
            np.zeros(len(graph)), outer, inner,
        )  # fmt: skip
        return outer, inner

    def _heads(self, hub: Ints) -> Ints:
        """People per hub and type."""
        choices = self._choices
        comes = np.flatnonzero(hub >= 0)
        kinds = len(choices.members)
        pairs, count = np.unique(hub[comes] * kinds + choices.units.kind[comes], return_counts=True)
        found = np.zeros((len(self._day), len(choices.types)), dtype=np.int64)
        np.add.at(found, pairs // kinds, count[:, None] * choices.members[pairs % kinds])
        return found

    def _book_all(self, hub: Ints) -> None:
        heads = self._heads(hub)
        splits = self._following(heads)
        for at, column in zip(*(part.tolist() for part in np.nonzero(heads)), strict=True):
            mask, _after, until = self._choices.types[column]
            count = int(heads[at, column])
            if until:
                booked = self._book_following(at, column, splits.get((at, column), []), count)
            else:
                own = mask & self._mask[at] if self._mask[at] else mask
                given = self._book.stock[self._site[at]].give(self._day[at], own, count)
                booked = [[own, NONE, given]]
            self._pools[at, column] = booked
            if (short := count - sum(share[2] for share in booked)) > 0:
                self._short[at][column] = short

    def _following(self, heads: Ints) -> dict[tuple[int, int], list[tuple[int, int, int]]]:
        """Per (hub, type) of first doses that another follows: product, later hub and for how many."""
        choices, graph = self._choices, self._graph
        columns = [column for column, (_m, _a, until) in enumerate(choices.types) if until]
        if not columns:
            return {}
        hub, which = np.nonzero(heads[:, columns])
        column = np.array(columns)[which]
        roots = choices.type_node[hub, column]
        # Late hubs have the fewest ways out; they are dealt first.
        order = np.lexsort((hub, -choices.hubs.day[hub]))
        hub, column, roots = hub[order], column[order], roots[order]
        weigh = np.zeros(len(graph))
        for nodes in (np.arange(len(graph))[choices.later_seats], choices.dose_node[choices.dose_node >= 0]):
            weigh[nodes] = 1.0 / np.maximum(self._flow[nodes], 1.0)
        units = heads[hub, column]
        outer, inner = self._deal(roots, units, weigh)
        product_of = np.zeros(len(graph), dtype=np.int64)
        _hub, product = np.nonzero(choices.dose_node >= 0)
        product_of[choices.dose_node[choices.dose_node >= 0]] = product
        later = graph.one[inner] - choices.later_seats.start
        later[graph.one[inner] == 0] = BEYOND
        root = np.repeat(np.arange(len(roots)), units)
        products, laters = len(self._problem.products), len(self._day) - BEYOND
        key = (root * products + product_of[graph.two[outer]]) * laters + later - BEYOND
        keys, count = np.unique(key, return_counts=True)
        rows = np.stack(
            [keys // (products * laters), keys // laters % products, keys % laters + BEYOND], axis=1
        )
        found: defaultdict[tuple[int, int], list[tuple[int, int, int]]] = defaultdict(list)
        for (number, product, after), many in zip(rows.tolist(), count.tolist(), strict=True):
            found[int(hub[number]), int(column[number])].append((product, after, many))
        return found

    def _book_following(
        self, hub: int, column: int, split: list[tuple[int, int, int]], count: int
    ) -> list[Share]:
        """First doses and those that follow, as they were dealt; what does not fit, with any product and any later hub that has
        room, the emptiest first."""
        booked = [self._with_next(hub, 1 << product, later, many) for product, later, many in split]
        rest = count - sum(share[2] for share in booked)
        if rest:
            for bit, later in self._ways_to_follow(hub, column):
                booked.append(self._with_next(hub, bit, later, rest))
                rest -= booked[-1][2]
                if not rest:
                    break
        return [share for share in booked if share[2]]

    def _with_next(self, hub: int, bit: int, later: int, count: int) -> Share:
        stock, day = self._book.stock[self._site[hub]], self._day[hub]
        if later >= 0:
            count = min(count, self._later_seats[later] - self._later_taken[later])
        given = stock.give(day, bit, count)
        then = stock.give(self._day[later], bit, given) if later >= 0 else given
        if then < given:
            stock.take_back(day, bit, given - then)
        if later >= 0:
            self._later_taken[later] += then
        return [bit, later, then]

    def _ways_to_follow(self, hub: int, column: int) -> list[tuple[int, int]]:
        """Products and later hubs (or BEYOND) of a type at a hub, the emptiest hubs first."""
        mask, after, until = self._choices.types[column]
        day, found = self._day[hub], self._choices.hubs
        hubs = list(found.of_window(self._site[hub], day + after, day + until))
        hubs.sort(key=lambda later: (self._later_taken[later] - self._later_seats[later], later))
        own = mask & self._mask[hub] if self._mask[hub] else mask
        beyond = [BEYOND] if day + until > self._problem.last_day else []
        return [
            (1 << product, later)
            for later in hubs + beyond
            for product in range(len(self._problem.products))
            if own >> product & 1 and (later < 0 or not self._mask[later] or self._mask[later] >> product & 1)
        ]

    def _drop_short(self, hub: Ints, at: int) -> None:
        """At a hub that lacks doses, the lightest units that want them wait."""
        short, units = self._short[at], self._choices.units
        here = np.flatnonzero(hub == at)
        order = np.lexsort((here, units.size[here], units.weight[here] / units.size[here]))
        for unit in here[order].tolist():
            members = self._choices.members[units.kind[unit]]
            if not short:
                break
            if any(members[column] for column in short):
                hub[unit] = -1
                self._give_back(at, unit)

    def _give_back(self, at: int, unit: int) -> None:
        """A unit does not come after all: its doses, and the seats and doses after them, are free again."""
        short = self._short[at]
        for column, many in enumerate(self._choices.members[self._choices.units.kind[unit]].tolist()):
            missing = min(many, short.get(column, 0))
            if missing:
                short[column] -= missing
                if not short[column]:
                    del short[column]
            many -= missing
            pool = self._pools.get((at, column), [])
            while many:
                share = pool[-1]
                part = min(many, share[2])
                self._free(at, share, part)
                share[2] -= part
                many -= part
                if not share[2]:
                    pool.pop()

    def _free(self, at: int, share: Share, count: int) -> None:
        mask, later, _many = share
        stock = self._book.stock[self._site[at]]
        stock.take_back(self._day[at], mask, count)
        if later >= 0:
            stock.take_back(self._day[later], mask, count)
            self._later_taken[later] -= count

    def _packed(self, hub: Ints) -> Ints:
        """Units to sessions, the least burdensome first and the largest units first; later doses keep the last seats."""
        choices, units, seats = self._choices, self._choices.units, self._book.seats
        session = np.full(len(hub), -1, dtype=np.int64)
        order = np.lexsort((np.arange(len(hub)), -units.weight, -units.size, hub))
        order = order[hub[order] >= 0]
        starts = np.searchsorted(hub[order], np.arange(len(self._day) + 1))
        for at in range(len(self._day)):
            here = order[starts[at] : starts[at + 1]]
            if not len(here):
                continue
            sizes, first = np.unique(-units.size[here], return_index=True)
            queues = [
                (int(-size), here[low:high])
                for size, low, high in zip(sizes, first, np.r_[first[1:], len(here)], strict=True)
            ]
            keep = self._later_taken[at]
            free = [seats[number] for number in choices.hubs.at(at).tolist()]
            for position in range(len(free) - 1, -1, -1):
                kept = min(keep, free[position])
                free[position] -= kept
                keep -= kept
            for number, room in zip(choices.hubs.at(at).tolist(), free, strict=True):
                for index, (size, queue) in enumerate(queues):
                    fit = min(len(queue), room // size)
                    if fit:
                        session[queue[:fit]] = number
                        queues[index] = (size, queue[fit:])
                        room -= fit * size
                        seats[number] -= fit * size
            for _size, queue in queues:
                for unit in queue.tolist():
                    hub[unit] = -1
                    self._give_back(at, unit)
        return session

    def _later_sessions(self) -> dict[tuple[int, int], list[tuple[int, int, int]]]:
        """Seats for later doses, the most burdensome hours first; hubs become sessions."""
        seats, hubs = self._book.seats, self._choices.hubs
        found: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
        for key, pool in self._pools.items():
            rows = found[key] = []
            for mask, later, count in pool:
                if later < 0:
                    rows.append((mask, later, count))
                    continue
                for number in reversed(hubs.at(later).tolist()):
                    part = min(count, seats[number])
                    if part:
                        seats[number] -= part
                        count -= part
                        rows.append((mask, number, part))
                if count:
                    raise ArithmeticError("a later dose was promised a seat that is not there")
        return found
