"""A problem as a graph of choices: groups → sites → (day, products) → doses → batches, each level built once for all that share it.

What a unit pays splits into the way (its place and the site) and the rest (its course: what it wants and when). So the days and the
doses of a site are looked at once per course, not once per village: a county's 2.5 million ways of coming are half a million arcs.
The prices below stand for what is scarce: the first seats of a (site, day), the seats for later doses, the doses of a batch.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vaxkit.assignment.hubs import Hubs
from vaxkit.assignment.problem import Ints, Problem
from vaxkit.assignment.units import Groups, Units

Floats = NDArray[np.float64]
Wish = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Graph:
    """Arcs of node n are `starts[n] : starts[n + 1]`; numbers in `one` and `two` count prices first (0: nothing), then nodes."""

    prices: int
    starts: Ints
    sums: NDArray[np.bool_]
    one: Ints
    two: Ints
    cost: Floats

    def __len__(self) -> int:
        """Prices and nodes."""
        return self.prices + len(self.sums)


class _Builder:
    def __init__(self, prices: int) -> None:
        self.prices, self.nodes, self.arcs = prices, 0, 0
        self._starts = [np.zeros(1, dtype=np.int64)]
        self._sums: list[NDArray[np.bool_]] = []
        self._one: list[Ints] = []
        self._two: list[Ints] = []
        self._cost: list[Floats] = []

    def add(self, node: Ints, count: int, one: Ints, two: Ints, cost: Floats, *, sums: bool = False) -> int:
        """`count` new nodes; arcs in the order of `node` (0 … count - 1). Returns the number of the first."""
        first = self.prices + self.nodes
        self._starts.append(self.arcs + np.cumsum(np.bincount(node, minlength=count)))
        self._sums.append(np.full(count, sums))
        self._one.append(one)
        self._two.append(two)
        self._cost.append(cost)
        self.nodes, self.arcs = self.nodes + count, self.arcs + len(one)
        return first

    def graph(self) -> Graph:
        return Graph(
            self.prices, np.concatenate(self._starts).astype(np.int64), np.concatenate(self._sums),
            np.concatenate(self._one).astype(np.int64), np.concatenate(self._two).astype(np.int64),
            np.concatenate(self._cost).astype(np.float64),
        )  # fmt: skip


class Choices:
    """The graph of a problem's groups, with the names of its nodes."""

    def __init__(
        self, problem: Problem, found: Hubs, units: Units, groups: Groups, seats: Ints, doses: Ints,
        settled: Mapping[tuple[int, Wish], int],
    ) -> None:  # fmt: skip
        """`seats`: what is left of each session; `doses`: what is left of each batch; `settled`: how much of that is wanted
        whatever happens, per hub and wish."""
        self.hubs, self.units, self.groups = found, units, groups
        self._doses = doses
        self._problem = problem
        #: The most seats that one session of each hub has left.
        self._largest = (
            np.maximum.reduceat(seats[found.sessions], found.starts[:-1])
            if len(found.site)
            else np.zeros(0, dtype=np.int64)
        )
        self.types: list[Wish] = sorted(
            {wish for kind in units.kinds for wish in kind} | {wish for _hub, wish in settled}
        )
        number = {wish: index for index, wish in enumerate(self.types)}
        #: How many members of each type a unit of each kind has.
        self.members = np.zeros((len(units.kinds), len(self.types)), dtype=np.int64)
        for index, kind in enumerate(units.kinds):
            for wish in kind:
                self.members[index, number[wish]] += 1
        self.has_later = any(until for _mask, _after, until in self.types)
        count = len(found.site)
        self.first_seats = slice(1, 1 + count)
        self.later_seats = slice(1 + count, 1 + count * (1 + self.has_later))
        self.batches = slice(self.later_seats.stop, self.later_seats.stop + len(problem.batches.doses))
        builder = _Builder(self.batches.stop)
        self.dose_node = self._dose_nodes(builder)
        self.type_node = self._type_nodes(builder)
        self._stops(builder)
        self.top = builder.prices + builder.nodes
        self._roots(builder)
        self.graph = builder.graph()
        #: Per price and node: doses settled there.
        self.settled = np.zeros(len(self.graph))
        for (hub, wish), count in settled.items():
            self.settled[self.type_node[hub, number[wish]]] += count

    def _dose_nodes(self, builder: _Builder) -> Ints:
        """Per (hub, product) the choice among the batches there; -1: none."""
        found, batches, products = self.hubs, self._problem.batches, len(self._problem.products)
        usable = (found.site[:, None] == batches.site) & (self._doses > 0)
        usable &= (found.day[:, None] >= batches.first_day) & (found.day[:, None] <= batches.last_day)
        usable &= (found.mask[:, None] == 0) | (found.mask[:, None] >> batches.product & 1 == 1)
        hub, batch = np.nonzero(usable)
        cell = hub * products + batches.product[batch]
        order = np.argsort(cell, kind="stable")
        cells, node = np.unique(cell[order], return_inverse=True)
        first = builder.add(
            node, len(cells), self.batches.start + batch[order], 0 * batch, np.zeros(len(batch))
        )
        table = np.full(len(found.site) * products, -1, dtype=np.int64)
        table[cells] = first + np.arange(len(cells))
        return table.reshape(-1, products)

    def _following(self, builder: _Builder, after: int, until: int) -> Ints:
        """Per (hub, product) the choice among the hubs of a dose that follows, or after the plan's end; -1: none."""
        found, (hubs, products) = self.hubs, self.dose_node.shape
        window, later = found.windows(found.site, found.day + after, found.day + until)
        window, later = window[self._largest[later] > 0], later[self._largest[later] > 0]
        beyond = np.flatnonzero(found.day + until > self._problem.last_day)
        hub = np.repeat(np.r_[window, beyond], products)
        product = np.tile(np.arange(products), len(window) + len(beyond))
        dose = np.r_[self.dose_node[later].reshape(-1), np.zeros(len(beyond) * products, dtype=np.int64)]
        seat = np.repeat(np.r_[self.later_seats.start + later, 0 * beyond], products)
        keep = np.flatnonzero((dose >= 0) & (self.dose_node[hub, product] >= 0))
        cell = (hub * products + product)[keep]
        order = np.argsort(cell, kind="stable")
        cells, node = np.unique(cell[order], return_inverse=True)
        keep = keep[order]
        first = builder.add(node, len(cells), seat[keep], dose[keep], np.zeros(len(keep)))
        table = np.full(hubs * products, -1, dtype=np.int64)
        table[cells] = first + np.arange(len(cells))
        return table.reshape(hubs, products)

    def _type_nodes(self, builder: _Builder) -> Ints:
        """Per (hub, type) the choice among products, with the dose that follows where one must; -1: cannot be served."""
        hubs, products = self.dose_node.shape
        later = {
            (after, until): self._following(builder, after, until)
            for _mask, after, until in self.types if until
        }  # fmt: skip
        table = np.full((hubs, len(self.types)), -1, dtype=np.int64)
        for column, (mask, after, until) in enumerate(self.types):
            wanted = (mask >> np.arange(products) & 1 == 1) & (self.dose_node >= 0)
            if until:
                wanted &= later[after, until] >= 0
            hub, product = np.nonzero(wanted)
            served, node = np.unique(hub, return_inverse=True)
            dose = self.dose_node[hub, product]
            follows = later[after, until][hub, product] if until else None
            one, two = (dose, 0 * dose) if follows is None else (follows, dose)
            table[served, column] = np.arange(len(served)) + builder.add(
                node, len(served), one, two, np.zeros(len(hub))
            )
        return table

    def _stops(self, builder: _Builder) -> None:
        """Doors (hub, kind) and stops (course, site), with the groups' ways to them."""
        problem, units, groups, found = self._problem, self.units, self.groups, self.hubs
        example = groups.example
        place = units.place[example]
        ok = problem.reachable()[place] & (problem.km[place] <= units.farthest[example][:, None])
        ok &= (units.sites[example][:, None] >> np.arange(len(problem.sites))) & 1 == 1
        group, site = np.nonzero(ok)
        pairs, which = np.unique(groups.course[group] * len(problem.sites) + site, return_inverse=True)
        course, at = pairs // len(problem.sites), pairs % len(problem.sites)
        unit = groups.course_example[course]
        stop, hub = found.windows(at, units.first[unit], units.last[unit])
        kind = units.kind[unit][stop]
        enters = self._enters()[hub, kind]
        stop, hub, kind = stop[enters], hub[enters], kind[enters]
        doors, door = np.unique(hub * len(units.kinds) + kind, return_inverse=True)
        first_door = self._doors(builder, doors // len(units.kinds), doors % len(units.kinds))
        open_stops, node = np.unique(stop, return_inverse=True)
        late = _lateness(problem, units, unit[stop], found.day[hub])
        first = builder.add(node, len(open_stops), first_door + door, 0 * door, late.astype(np.float64))
        number = np.full(len(pairs), -1, dtype=np.int64)
        number[open_stops] = first + np.arange(len(open_stops))
        way = number[which] >= 0
        self._ways = group[way], site[way], number[which[way]]
        self.hub_of_door = doors // len(units.kinds)
        self.first_door = first_door

    def _enters(self) -> NDArray[np.bool_]:
        """Which kinds can be served at which hub at all, shape (hubs, kinds)."""
        may: NDArray[np.bool_] = self._largest[:, None] >= self.members.sum(axis=1)
        for column in range(len(self.types)):
            may &= (self.members[:, column] == 0)[None, :] | (self.type_node[:, column] >= 0)[:, None]
        return may

    def _doors(self, builder: _Builder, hub: Ints, kind: Ints) -> int:
        """A unit pays for a seat per head and for each member's dose."""
        size = self.members[kind].sum(axis=1)
        ends = np.concatenate([(self.first_seats.start + hub)[:, None], self.type_node[hub]], axis=1)
        times = np.concatenate([size[:, None], self.members[kind]], axis=1)
        door, _column = np.nonzero(times)
        taken = times > 0
        one = ends[taken]
        return builder.add(door, len(hub), one, 0 * one, times[taken].astype(np.float64), sums=True)

    def _roots(self, builder: _Builder) -> None:
        """The groups: by which site, or left over."""
        problem, units, groups = self._problem, self.units, self.groups
        example = groups.example
        group, site, stop = self._ways
        way = problem.journeys()[units.place[example][group], site] * units.size[example][group]
        left = problem.costs.left_over * units.weight[example]
        everybody = np.arange(len(example))
        owner = np.r_[group, everybody]
        order = np.argsort(owner, kind="stable")
        one = np.r_[stop, 0 * everybody][order]
        builder.add(owner[order], len(example), one, 0 * one, np.r_[way, left][order].astype(np.float64))

    def only(self, some: Ints) -> Graph:
        """The graph with only these groups (ascending) on top, without the arcs of nodes that nobody reaches."""
        from vaxkit.assignment import choosing  # compiled: whoever asks for this has loaded it

        graph = self.graph
        marks = self.settled > 0
        marks[self.top + some] = True
        choosing.reached(graph.starts, graph.one, graph.two, marks)
        found = self._with(np.repeat(marks[graph.prices :], np.diff(graph.starts)))
        below = self.top - graph.prices
        top = np.r_[found.starts[below], found.starts[below + 1 :][some]]
        return Graph(
            graph.prices, np.r_[found.starts[:below], top], np.r_[found.sums[:below], np.zeros(len(some), dtype=bool)],
            found.one, found.two, found.cost,
        )  # fmt: skip

    def thinned(self, share: Floats, flow: Floats, least: float) -> Graph:
        """The graph without the arcs of choices that carry less, and without those of nodes through which nothing goes."""
        graph = self.graph
        node = np.repeat(np.arange(len(graph.sums)), np.diff(graph.starts))
        return self._with((graph.sums[node] | (share >= least)) & (flow[graph.prices :] > 0)[node])

    def _with(self, kept: NDArray[np.bool_]) -> Graph:
        """The graph with only these arcs."""
        graph = self.graph
        starts = np.r_[0, np.cumsum(kept)][graph.starts]
        return Graph(graph.prices, starts, graph.sums, graph.one[kept], graph.two[kept], graph.cost[kept])

    def ways(self, group: int, value: Floats) -> list[int]:
        """The hubs of a group, the cheapest first when nodes cost `value`."""
        graph, found = self.graph, []
        node = self.top - graph.prices + group
        for arc in range(int(graph.starts[node]), int(graph.starts[node + 1])):
            stop = int(graph.one[arc]) - graph.prices
            if stop < 0:
                continue
            for leaf in range(int(graph.starts[stop]), int(graph.starts[stop + 1])):
                door = int(graph.one[leaf])
                cost = float(graph.cost[arc] + graph.cost[leaf] + value[door])
                found.append((cost, int(self.hub_of_door[door - self.first_door])))
        return [hub for _cost, hub in sorted(found)]

    def __len__(self) -> int:
        """How many pairs of a group and a hub there are."""
        stop = self._ways[2] - self.graph.prices
        return int((self.graph.starts[stop + 1] - self.graph.starts[stop]).sum())

    def kind(self, group: int) -> tuple[Wish, ...]:
        """What the units of a group want, member by member."""
        return self.units.kinds[int(self.units.kind[self.groups.example[group]])]

    def pairs(self) -> tuple[Ints, Ints]:
        """Every group with every hub it could come to."""
        graph = self.graph
        group, _site, stop = self._ways
        low = graph.starts[stop - graph.prices]
        count = graph.starts[stop - graph.prices + 1] - low
        leaf = np.arange(count.sum()) + np.repeat(low - (np.cumsum(count) - count), count)
        return np.repeat(group, count), self.hub_of_door[graph.one[leaf] - self.first_door]


def _lateness(problem: Problem, units: Units, unit: Ints, day: Ints) -> Ints:
    """What it costs that whole units come on a day, for lateness alone."""
    people = problem.people
    total = np.zeros(len(unit), dtype=np.int64)
    start, size = units.starts[unit], units.size[unit]
    for member in range(int(size.max()) if len(size) else 0):
        there = np.flatnonzero(size > member)
        person = units.members[start[there] + member]
        due = np.maximum(people.due[person], problem.first_day)
        total[there] += people.weight[person] * np.maximum(day[there] - due, 0)
    return total * problem.costs.per_day_late
