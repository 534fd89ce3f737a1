"""The aggregated network: groups → (site, day, kind) → sessions → seats, with a way round for those who are left over.

Solved by OR-Tools' minimum-cost flow. Stock, later doses and households are not in it: they enter as prices (`prices.py`),
so that its optimum less what the prices charge for is a proven lower bound of every feasible plan (Lagrangian relaxation).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from vaxkit.assignment.problem import Ints, Problem
from vaxkit.assignment.units import Groups, Units

#: Costs inside the network are multiplied by this, so that a household's cost per head is a whole number up to six heads.
SCALE = 60


@dataclass(frozen=True, slots=True)
class Hubs:
    """The distinct (site, day) pairs that have sessions, in the order of site, then day."""

    site: Ints
    day: Ints
    #: Sessions of hub h: `sessions[starts[h] : starts[h + 1]]`, the least burdensome first.
    sessions: Ints
    starts: Ints

    def at(self, hub: int) -> Ints:
        found: Ints = self.sessions[self.starts[hub] : self.starts[hub + 1]]
        return found

    def of_window(self, site: int, first: int, last: int) -> range:
        """The hubs of a site from day to day."""
        low, high = np.searchsorted(self.site, [site, site + 1])
        days = self.day[low:high]
        return range(
            int(low + np.searchsorted(days, first)), int(low + np.searchsorted(days, last, side="right"))
        )


@dataclass(frozen=True, slots=True)
class Doors:
    """The distinct (hub, kind) pairs that some group may use, with the arcs group → door."""

    hub: Ints
    kind: Ints
    #: Per arc: group, door and cost per head (× SCALE) without prices.
    arc_group: Ints
    arc_door: Ints
    arc_cost: Ints


@dataclass(frozen=True, slots=True)
class Flow:
    """People on each arc of `Doors`, and the cost, not scaled."""

    arcs: Ints
    cost: float


def hubs(problem: Problem) -> Hubs:
    sessions = problem.sessions
    order = np.lexsort((np.arange(len(sessions.day)), sessions.burden, sessions.day, sessions.site))
    site, day = sessions.site[order], sessions.day[order]
    new = np.r_[True, (site[1:] != site[:-1]) | (day[1:] != day[:-1])] if len(order) else np.zeros(0, bool)
    starts = np.flatnonzero(new)
    return Hubs(
        site=site[starts], day=day[starts], sessions=order.astype(np.int64),
        starts=np.r_[starts, len(order)].astype(np.int64),
    )  # fmt: skip


def kind_may_enter(problem: Problem, found: Hubs, units: Units) -> NDArray[np.bool_]:
    """Which kinds of unit a (site, day) has a session and, in principle, a batch for. Shape (kinds, hubs)."""
    masks = sorted({wanted for kind in units.kinds for wanted, _a, _b in kind})
    row = {mask: index for index, mask in enumerate(masks)}
    has_batch = np.zeros((len(masks), len(found.site)), dtype=bool)
    batches = problem.batches
    for batch in range(len(batches.site)):
        if batches.doses[batch] <= 0:
            continue
        low, high = int(batches.first_day[batch]), int(batches.last_day[batch])
        here = (found.site == batches.site[batch]) & (found.day >= low) & (found.day <= high)
        for mask in masks:
            if mask >> int(batches.product[batch]) & 1:
                has_batch[row[mask]] |= here
    session_masks = problem.sessions.products
    may = np.zeros((len(units.kinds), len(found.site)), dtype=bool)
    for index, kind in enumerate(units.kinds):
        wanted = {mask for mask, _a, _b in kind}
        fits = np.ones(len(session_masks), dtype=bool)
        for mask in wanted:
            fits &= (session_masks == 0) | (session_masks & mask != 0)
        fits &= problem.sessions.seats >= len(kind)
        any_session = np.add.reduceat(fits[found.sessions].astype(np.int64), found.starts[:-1]) > 0
        may[index] = any_session & np.logical_and.reduce([has_batch[row[mask]] for mask in wanted])
    return may


def doors(problem: Problem, found: Hubs, units: Units, groups: Groups) -> Doors:
    """All arcs from groups to (site, day, kind)."""
    example = groups.example
    ways, reach = problem.journeys(), problem.reachable()
    place = units.place[example]
    sites = np.arange(len(problem.sites))
    ok = reach[place] & (problem.km[place] <= units.farthest[example][:, None])
    ok &= (units.sites[example][:, None] >> sites[None, :]) & 1 == 1
    group, site = np.nonzero(ok)
    span = int(found.day.max() - found.day.min()) + 2 if len(found.day) else 1
    base = int(found.day.min()) if len(found.day) else 0
    key = found.site * span + (found.day - base)
    first = np.clip(units.first[example][group] - base, 0, span - 1)
    last = np.clip(units.last[example][group] - base, -1, span - 2)
    low = np.searchsorted(key, site * span + first)
    count = np.maximum(np.searchsorted(key, site * span + last, side="right") - low, 0)
    group, way = np.repeat(group, count), np.repeat(ways[place[group], site], count)
    hub = np.repeat(low - (np.cumsum(count) - count), count) + np.arange(count.sum())
    kind = units.kind[example][group]
    entered = kind_may_enter(problem, found, units)[kind, hub] if len(hub) else np.zeros(0, dtype=bool)
    group, hub, way, kind = group[entered], hub[entered], way[entered], kind[entered]
    kinds = len(units.kinds)
    pairs, door = np.unique(hub * kinds + kind, return_inverse=True)
    late = _lateness(problem, units, example[group], found.day[hub])
    size = units.size[example][group]
    cost = SCALE * way + (SCALE * late) // size
    return Doors(
        hub=pairs // kinds, kind=pairs % kinds, arc_group=group.astype(np.int64),
        arc_door=door.reshape(-1).astype(np.int64), arc_cost=cost.astype(np.int64),
    )  # fmt: skip


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


class Network:
    """The arcs once; solved again and again with other charges, on all arcs or on those worth looking at."""

    def __init__(
        self, problem: Problem, found: Hubs, units: Units, groups: Groups, entrances: Doors, seats: Ints
    ) -> None:
        self._problem, self._hubs, self._doors, self._seats = problem, found, entrances, seats
        example = groups.example
        self.people: Ints = groups.units * units.size[example]
        #: What being left over costs, per head; not scaled.
        self.left_price = (
            SCALE * problem.costs.left_over * units.weight[example] // units.size[example] / SCALE
        )
        self._door, self._session = _door_sessions(problem, found, units, entrances)
        self.hub_seats = np.add.reduceat(seats[found.sessions], found.starts[:-1])
        #: The burden of each hub's worst hour.
        self.most_burden = np.maximum.reduceat(
            problem.sessions.burden[found.sessions], found.starts[:-1]
        ).astype(np.float64)
        #: Arcs in the order of their groups: those of group g are `by_group[group_starts[g] : group_starts[g + 1]]`.
        self.by_group = np.argsort(entrances.arc_group, kind="stable")
        self.group_starts = np.searchsorted(entrances.arc_group[self.by_group], np.arange(len(example) + 1))

    def solve(
        self, charges: NDArray[np.float64], *, among: Ints | None = None, limits: Ints | None = None
    ) -> Flow:
        """The cheapest flow when a head entering door d pays `charges[d]` more. `among`: only these arcs; `limits`: heads
        per door."""
        entrances, n_groups, n_doors = self._doors, len(self.people), len(self._doors.hub)
        chosen = np.arange(len(entrances.arc_group)) if among is None else among
        n_sessions = len(self._seats)
        inward, outward = n_groups, n_groups + n_doors
        session0 = outward + n_doors
        sink = session0 + n_sessions
        around = sink + 1
        big = int(self.people.sum())
        group = entrances.arc_group[chosen]
        all_groups, all_doors = np.arange(n_groups), np.arange(n_doors)
        sessions = session0 + np.arange(n_sessions)
        price = np.floor(charges * SCALE).astype(np.int64)
        burden = SCALE * self._problem.sessions.burden[self._session]
        left = np.rint(self.left_price * SCALE).astype(np.int64)
        parts = (
            (group, inward + entrances.arc_door[chosen], self.people[group], entrances.arc_cost[chosen]),
            (
                inward + all_doors,
                outward + all_doors,
                np.full(n_doors, big) if limits is None else limits,
                price,
            ),
            (outward + self._door, session0 + self._session, np.full(len(self._door), big), burden),
            (sessions, np.full(n_sessions, sink), self._seats, np.zeros(n_sessions, np.int64)),
            (all_groups, np.full(n_groups, around), self.people, left),
            (np.array([around]), np.array([sink]), np.array([big]), np.array([0])),
        )
        solver = min_cost_flow.SimpleMinCostFlow()
        solver.add_arcs_with_capacity_and_unit_cost(
            *(np.concatenate(column) for column in zip(*parts, strict=True))
        )
        supply = np.zeros(around + 1, dtype=np.int64)
        supply[:n_groups] = self.people
        supply[sink] = -big
        solver.set_nodes_supplies(np.arange(len(supply)), supply)
        status = solver.solve()
        if status != solver.OPTIMAL:
            raise ArithmeticError(
                f"the flow solver said {status}: costs too large for whole-number arithmetic"
            )
        arcs = np.zeros(len(entrances.arc_group), dtype=np.int64)
        arcs[chosen] = solver.flows(np.arange(len(chosen)))
        return Flow(arcs=arcs, cost=solver.optimal_cost() / SCALE)

    def cheapest(self, per_arc: NDArray[np.float64]) -> tuple[float, Ints]:
        """If every group took its cheapest way at these costs per head: what all would pay, and the arc each takes (-1: none)."""
        arcs = np.full(len(self.people), -1, dtype=np.int64)
        price = self.left_price.copy()
        starts = self.group_starts[:-1]
        some = np.flatnonzero(self.group_starts[1:] > starts)
        if len(some):
            ordered = per_arc[self.by_group]
            least = np.minimum.reduceat(ordered, starts[some])
            count = self.group_starts[some + 1] - starts[some]
            is_least = np.flatnonzero(ordered == np.repeat(least, count))
            owner = np.repeat(np.arange(len(some)), count)[is_least]
            first = is_least[np.r_[True, owner[1:] != owner[:-1]]]
            comes = least < price[some]
            price[some[comes]] = least[comes]
            arcs[some[comes]] = self.by_group[first[comes]]
        return float(price @ self.people), arcs

    def spread(self, per_arc: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
        """Heads per door when every group spreads over its ways by exp(-cost / temperature)."""
        starts = self.group_starts[:-1]
        some = np.flatnonzero(self.group_starts[1:] > starts)
        count = self.group_starts[some + 1] - starts[some]
        ordered = per_arc[self.by_group]
        least = np.minimum(np.minimum.reduceat(ordered, starts[some]), self.left_price[some])
        weight = np.exp((np.repeat(least, count) - ordered) / temperature)
        total = np.add.reduceat(weight, starts[some]) + np.exp((least - self.left_price[some]) / temperature)
        heads = weight * np.repeat(self.people[some] / total, count)
        door = self._doors.arc_door[self.by_group]
        found: NDArray[np.float64] = np.bincount(door, weights=heads, minlength=len(self._doors.hub)).astype(
            np.float64
        )
        return found

    def seats_worth(self, hub_prices: NDArray[np.float64]) -> float:
        """What all seats are worth at these prices, the burden of the hour taken off."""
        hub = np.repeat(np.arange(len(self._hubs.site)), np.diff(self._hubs.starts))
        gain = np.maximum(hub_prices[hub] - self._problem.sessions.burden[self._hubs.sessions], 0)
        return float(gain @ self._seats[self._hubs.sessions])

    def marginal_burden(self, flow: Flow) -> NDArray[np.float64]:
        """Per hub, the burden of the next free seat; infinite where all are taken."""
        heads = np.bincount(
            self._doors.hub[self._doors.arc_door], weights=flow.arcs, minlength=len(self._hubs.site)
        )
        found = np.full(len(self._hubs.site), np.inf)
        for hub in range(len(found)):
            sessions = self._hubs.at(hub)
            filled = np.cumsum(self._seats[sessions])
            free = np.flatnonzero(filled > heads[hub])
            if len(free):
                found[hub] = self._problem.sessions.burden[sessions[free[0]]]
        return found


def _door_sessions(problem: Problem, found: Hubs, units: Units, entrances: Doors) -> tuple[Ints, Ints]:
    """Which sessions each door leads to: those of its hub whose products suit every member of its kind."""
    masks = problem.sessions.products
    count = found.starts[entrances.hub + 1] - found.starts[entrances.hub]
    door = np.repeat(np.arange(len(entrances.hub)), count)
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    session = found.sessions[found.starts[entrances.hub][door] + offset]
    keep = np.ones(len(door), dtype=bool)
    if masks.any():
        for index, kind in enumerate(units.kinds):
            mine = entrances.kind[door] == index
            for mask in {wanted for wanted, _a, _b in kind}:
                keep[mine] &= (masks[session[mine]] == 0) | (masks[session[mine]] & mask != 0)
    return door[keep], session[keep]
