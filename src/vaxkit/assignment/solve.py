"""The whole road: pins, units, groups, prices, flow, booking, and the proof.

1. People with a pin are booked first. The rest become units and groups (`units.py`).
2. The network (`network.py`) is solved under prices (`prices.py`) until the flow oversells nothing worth speaking of.
3. Its flow is booked unit by unit where seats and doses really are (`booking.py`): households whole, heaviest weights first;
   whoever finds the door closed tries their other doors, the cheapest first.
4. The best bound of all rounds is the proof.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vaxkit.assignment.network import SCALE, Flow, Network
from vaxkit.assignment.plan import Plan
from vaxkit.assignment.prices import Floats, Market, Prices, seat_prices
from vaxkit.assignment.problem import Ints, Problem
from vaxkit.assignment.seating import Crew, Held

ROUNDS = 4
#: The search stops when the plan is proven to be this close to the best.
GOOD_ENOUGH = 0.002
#: Temperatures of the ascent, in shares of what a head costs on average, and rounds at each; stage by stage.
STAGES = (
    ((0.25, 10), (0.12, 10), (0.06, 20), (0.03, 40), (0.015, 60)),
    ((0.008, 60), (0.004, 80)),
    ((0.03, 40), (0.015, 80)),
)
#: How often what is left over is dealt again, and the gain below which it is not worth another flow.
DEALS = 2
WORTHWHILE = 0.0005
#: Up to so many arcs the whole model is solved exactly, with so much effort (CP-SAT's deterministic seconds).
FEW_ARCS = 3_000
EFFORT = 4.0
#: From so many arcs on, the network is solved on the promising ones first.
MANY_ARCS = 400_000
ARCS_PER_GROUP = 4


class _Search:
    """The best plan and the best bound so far, and the road to better ones."""

    def __init__(self, problem: Problem, crew: Crew) -> None:
        seats = crew.free_seats()
        self.crew = crew
        self.network = Network(problem, crew.hubs, crew.units, crew.groups, crew.doors, seats)
        self.market = Market(problem, crew.hubs, crew.units, crew.doors, self.network, crew.free_doses())
        self.bound, self.flows = -np.inf, 0
        self.best: Plan | None = None
        self._best_flow: Flow | None = None
        self.hub_prices = np.zeros(len(crew.hubs.site))

    def first(self) -> None:
        """The network as if doses and later seats did not matter."""
        flow, reached = self._flow(np.zeros(len(self.crew.doors.hub)))
        self.bound = reached + self.crew.pinned_cost
        self._keep(flow)
        self.prices = Prices(self.hub_prices, self.market.start().batch)

    def next(self, stage: Sequence[tuple[float, int]], good_enough: float) -> None:
        """Better prices; then the network within the limits that deal out the doses by them."""
        head = max(self.bound / float(self.network.people.sum()), 1.0)
        schedule = [(share * head, rounds) for share, rounds in stage]
        self.prices, reached = self.market.ascend(self.prices, schedule)
        self.bound = max(self.bound, reached + self.crew.pinned_cost)
        hub = self.prices.hub if self.market.has_later else np.zeros_like(self.prices.hub)
        limits = self.market.limits(self.prices, schedule[-1][0])
        for _deal in range(DEALS):
            flow, _reached = self._flow(hub[self.crew.doors.hub], limits)
            before = self.best.cost if self.best else np.inf
            left = self._keep(flow)
            heads = np.bincount(self.crew.doors.arc_door, weights=flow.arcs, minlength=len(limits)).astype(
                np.int64
            )
            dealt = self.market.dealt_again(heads, limits, left)
            if self.best is None or self.best.cost > before * (1 - WORTHWHILE) or self.is_good(good_enough):
                break
            limits = dealt

    def exactly(self) -> None:
        """The whole model, where it is small enough."""
        if found := self.crew.optimum(EFFORT):
            plan, bound = found
            self.bound = max(self.bound, bound)
            if self.best is None or plan.cost < self.best.cost:
                self.best = plan

    def is_good(self, good_enough: float) -> bool:
        assert self.best is not None
        return self.best.cost - self.bound <= good_enough * self.bound

    def thoroughly(self) -> None:
        """The best flow once more, with room made for those it leaves over."""
        if self._best_flow is not None and self.best is not None and self.best.left_over:
            plan, _left = self.crew.plan(self._best_flow, thoroughly=True)
            if plan.cost < self.best.cost:
                self.best = plan

    def _keep(self, flow: Flow) -> Ints:
        """Book a flow and remember it if it is the best; the doses that it leaves, per batch."""
        plan, left = self.crew.plan(flow)
        if self.best is None or plan.cost < self.best.cost:
            self.best, self._best_flow = plan, flow
        return left

    def _flow(self, charges: Floats, limits: Ints | None = None) -> tuple[Flow, float]:
        """A flow and a bound of the optimum over all arcs (the optimum itself where all were used)."""
        arcs = self.crew.doors
        per_arc = arcs.arc_cost / SCALE + charges[arcs.arc_door]
        if len(per_arc) <= MANY_ARCS:
            flow = self.network.solve(charges, limits=limits)
            self.flows += 1
            self.hub_prices = seat_prices(self.crew.hubs, self.network, arcs, flow, per_arc)
            return flow, flow.cost
        among: Ints | None = None
        bound = -np.inf
        for _attempt in range(3):
            priced = per_arc + self.hub_prices[arcs.hub[arcs.arc_door]]
            promising = _promising(self.network, priced, len(self.network.people))
            among = promising if among is None else np.union1d(among, promising)
            flow = self.network.solve(charges, among=among, limits=limits)
            self.flows += 1
            self.hub_prices = seat_prices(self.crew.hubs, self.network, arcs, flow, per_arc)
            paid, _arcs = self.network.cheapest(per_arc + self.hub_prices[arcs.hub[arcs.arc_door]])
            bound = max(bound, paid - self.network.seats_worth(self.hub_prices))
            if flow.cost - bound <= 0.0005 * bound:
                break
        return flow, bound


def solve(
    problem: Problem, *, rounds: int = ROUNDS, good_enough: float = GOOD_ENOUGH, held: Held | None = None
) -> Plan:
    """Assign everybody who can be assigned at least cost, with a proven bound. Deterministic.

    `rounds` limits how often prices are set and the network is solved; `held` are people who stay where they are (`replan.py`).
    Raises Impossible for a pin that breaks a rule or finds no seat or dose.
    """
    crew = Crew(problem, held)
    if crew.nobody:
        plan, _left = crew.plan(None)
        return replace(plan, bound=float(plan.cost))
    search = _Search(problem, crew)
    search.first()
    for stage in STAGES[: max(rounds - 1, 0)]:
        if search.is_good(good_enough):
            break
        search.next(stage, good_enough)
    search.thoroughly()
    if len(crew.doors.arc_group) <= FEW_ARCS and not search.is_good(0.0):
        search.exactly()
    assert search.best is not None
    return replace(search.best, bound=min(search.bound, float(search.best.cost)), rounds=search.flows)


def _promising(network: Network, priced: Floats, groups: int) -> Ints:
    """The arcs nearest to their group's cheapest, some per group on average."""
    starts = network.group_starts[:-1]
    some = np.flatnonzero(network.group_starts[1:] > starts)
    ordered = priced[network.by_group]
    least = np.minimum.reduceat(ordered, starts[some])
    excess = ordered - np.repeat(least, network.group_starts[some + 1] - starts[some])
    enough = min(ARCS_PER_GROUP * groups, len(excess) - 1)
    found: Ints = network.by_group[excess <= np.partition(excess, enough)[enough]]
    return found
