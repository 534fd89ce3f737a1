"""Prices at which what everybody takes is what there is, and the bound that any prices prove.

Whatever the prices of seats and doses, what everybody would pay if they took their cheapest way, less the worth of all that is
for sale, is a lower bound of the cost of every feasible plan (Lagrangian duality; Geoffrion 1974). The best prices are found by
Newton's method on the same function softened at a temperature (choices by `choosing.valued`, supply by a logistic curve), which
comes down step by step. A seat serves a first dose, a later dose or nobody, so a session's seats are worth max(p - burden, r, 0).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vaxkit.assignment import choosing
from vaxkit.assignment.choices import Choices, Graph
from vaxkit.assignment.problem import Problem

Floats = NDArray[np.float64]

#: Newton steps end at this share of the demand in the wrong place, or after so many: more where they look at few arcs.
CLOSE = 0.01
STEPS, MOST_STEPS, ARCS = 8, 24, 150_000
#: Conjugate gradients: at most so many, and down to this share of the residual.
DIRECTIONS = 30
RESIDUAL = 0.02
#: A price moves at most so many temperatures in one step: beyond, the curve is another one.
FARTHEST = 4.0


class Supply:
    """What is for sale: free seats per session and all doses per batch; those settled are bought with the rest."""

    def __init__(self, problem: Problem, choices: Choices, seats: Floats, doses: Floats) -> None:
        found = choices.hubs
        self._hubs, self._has_later = len(found.site), choices.has_later
        self._hub = np.repeat(np.arange(self._hubs), np.diff(found.starts))
        self._seats = seats[found.sessions]
        self._burden = problem.sessions.burden[found.sessions].astype(np.float64)
        self._doses = doses
        of_hubs = np.bincount(self._hub, self._seats, self._hubs).astype(np.float64)
        parts = [of_hubs] * (1 + self._has_later) + [self._doses]
        #: Per price: all there is.
        self.whole = np.concatenate(parts)

    def parts(self, prices: Floats) -> tuple[Floats, Floats, Floats]:
        """Prices of first seats, later seats (nothing where no dose follows) and batches."""
        first = self._hubs
        later = first * (1 + self._has_later)
        return prices[:first], prices[first:later], prices[later:]

    def settled(self, prices: Floats) -> tuple[Floats, float]:
        """The nearest prices that can prove a bound, and what everything is worth at them."""
        first, later, batch = (part.copy() for part in self.parts(prices))
        later, batch = np.maximum(later, 0.0), np.maximum(batch, 0.0)
        seat = np.maximum(first[self._hub] - self._burden, later[self._hub] if self._has_later else 0.0)
        lowest = np.full(self._hubs, np.inf)
        np.minimum.at(lowest, self._hub, self._burden + seat)
        worth = _dot(self._seats, np.maximum(seat, 0.0)) + _dot(self._doses, batch)
        return np.concatenate([np.maximum(first, lowest), later, batch]), worth

    def softened(self, prices: Floats, temperature: float) -> tuple[float, Floats, "Bend"]:
        """Worth, amounts sold per price, and how these change with the prices."""
        first, later, batch = self.parts(prices)
        a = (first[self._hub] - self._burden) / temperature
        b = later[self._hub] / temperature if self._has_later else np.full_like(a, -np.inf)
        top = np.maximum(np.maximum(a, b), 0.0)
        ea, eb = np.exp(a - top), np.exp(b - top)
        total = ea + eb + np.exp(-top)
        x, y = ea / total, eb / total
        z = batch / temperature
        share = 1.0 / (1.0 + np.exp(-np.clip(z, -60.0, 60.0)))
        worth = temperature * (
            _dot(self._seats, top + np.log(total)) + _dot(self._doses, np.logaddexp(0.0, z))
        )
        sold = [self._by_hub(x), self._by_hub(y), self._doses * share]
        own = [self._by_hub(x * (1 - x)), self._by_hub(y * (1 - y)), self._doses * share * (1 - share)]
        mixed = None
        if self._has_later:
            mixed = self._by_hub(x * y) / temperature
        else:
            del sold[1], own[1]
        return worth, np.concatenate(sold), Bend(np.concatenate(own) / temperature, mixed)

    def _by_hub(self, shares: Floats) -> Floats:
        return np.bincount(self._hub, self._seats * shares, self._hubs).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Bend:
    """Second derivatives of the worth: of each price with itself, and of a hub's first seats with its later ones."""

    own: Floats
    mixed: Floats | None

    def times(self, turn: Floats) -> Floats:
        found = self.own * turn
        if self.mixed is not None:
            hubs = len(self.mixed)
            found[:hubs] -= self.mixed * turn[hubs : 2 * hubs]
            found[hubs : 2 * hubs] -= self.mixed * turn[:hubs]
        return found


class Balance:
    """Prices of a graph whose top nodes hold `units`; `settled` is wanted besides, per price and node, so far down as they are.

    `part` of the supply is there for them.
    """

    def __init__(
        self, graph: Graph, supply: Supply, units: Floats, settled: Floats, part: float = 1.0
    ) -> None:
        self._graph, self._supply, self._part = graph, supply, part
        #: The value of every price and node when last looked at.
        self.value = np.zeros(len(graph))
        self._flow, self._turn, self._answer = (np.zeros(len(graph)) for _ in range(3))
        arcs = len(graph.one)
        self.share = np.zeros(arcs)
        self._wanted = np.zeros(len(graph))
        self._wanted[: len(graph) - len(units)] = settled[: len(graph) - len(units)]
        self._wanted[len(graph) - len(units) :] = units
        self._certain = float(settled.sum())
        self._busy, self._nodes = np.zeros(len(graph.sums), dtype=np.int64), 0
        self._few = np.zeros(len(graph.starts), dtype=np.int64)
        self._few_one, self._few_two = np.zeros(arcs, dtype=np.int64), np.zeros(arcs, dtype=np.int64)
        self._few_share = np.zeros(arcs)
        self._end = graph.prices
        self._steps = min(max(ARCS // max(arcs, 1), STEPS), MOST_STEPS)
        self.units = float(units.sum())
        #: The prices found last.
        self.prices = np.zeros(graph.prices - 1)
        #: Share of the demand that was in the wrong place before the last step.
        self.misplaced = 0.0

    def bound(self, prices: Floats) -> tuple[float, Floats]:
        """What is proven at prices, and the prices, made fit for proof."""
        fit, worth = self._supply.settled(prices)
        return self._paid(fit, 0.0) - self._part * worth, fit

    def found(self, prices: Floats, temperature: float, close: float = CLOSE) -> Floats:
        """The prices at a temperature, from nearby ones: Newton's method with a line search."""
        reached, sold, bend = self._at(prices, temperature)
        self.prices = prices
        for _step in range(self._steps):
            wanted = self._demand()
            excess = wanted - sold
            self.misplaced = float(np.abs(excess).sum() / max(wanted.sum() - self._certain, 1e-9))
            if self.misplaced <= close:
                break
            farthest = FARTHEST * temperature
            turn = np.clip(self._newton(excess, wanted, bend, temperature), -farthest, farthest)
            slope, step = _dot(excess, turn), 1.0
            while True:
                tried = self.prices + step * turn
                reached_there, sold, bend = self._at(tried, temperature)
                if reached_there >= reached + 0.02 * step * slope or step < 0.01:
                    break
                step *= 0.4
            self.prices, reached = tried, reached_there
        return self.prices

    def flows(self, prices: Floats, temperature: float) -> Floats:
        """What goes through every price and node at a temperature; `share` is left filled."""
        self._at(prices, temperature)
        self._demand()
        return self._flow

    def _paid(self, prices: Floats, temperature: float) -> float:
        graph = self._graph
        self.value[1 : self._end] = prices
        choosing.valued(
            graph.starts, graph.sums, graph.one, graph.two, graph.cost, temperature, self.value, self.share
        )
        return _dot(self._wanted, self.value)

    def _at(self, prices: Floats, temperature: float) -> tuple[float, Floats, Bend]:
        worth, sold, bend = self._supply.softened(prices, temperature)
        part = self._part
        scaled = Bend(part * bend.own, None if bend.mixed is None else part * bend.mixed)
        return self._paid(prices, temperature) - part * worth, part * sold, scaled

    def _demand(self) -> Floats:
        graph = self._graph
        self._flow[:] = self._wanted
        self._nodes = choosing.carried(
            graph.starts, graph.sums, graph.one, graph.two, graph.cost, self.share, self._flow,
            self._busy, self._few, self._few_one, self._few_two, self._few_share,
        )  # fmt: skip
        return self._flow[1 : self._end].copy()

    def _newton(self, excess: Floats, wanted: Floats, bend: Bend, temperature: float) -> Floats:
        """Newton's direction by conjugate gradients, scaled by the diagonal."""
        # By itself no price then wants to move farther than is allowed, and the others reckon with that.
        ridge = np.abs(excess) / (FARTHEST * temperature)
        ridge += 1e-3 * self._part * self._supply.whole / temperature + 1e-9
        scale: Floats = 1.0 / (0.7 * wanted / temperature + bend.own + ridge)
        turn = np.zeros_like(excess)
        rest: Floats = excess.copy()
        step: Floats = np.multiply(scale, rest)
        along: Floats = step.copy()
        measure = first = _dot(rest, step)
        for _direction in range(DIRECTIONS):
            curved: Floats = self._bent(along, temperature) + bend.times(along) + ridge * along
            curvature = _dot(along, curved)
            if curvature <= 0.0:
                break
            length = measure / curvature
            turn += length * along
            rest -= length * curved
            step = np.multiply(scale, rest)
            new = _dot(rest, step)
            if new < RESIDUAL * first:
                break
            along = np.add(step, (new / measure) * along)
            measure = new
        return turn

    def _bent(self, along: Floats, temperature: float) -> Floats:
        self._turn[1 : self._end] = along
        choosing.bent(
            self._end, self._nodes, self._busy, self._few, self._graph.sums, self._few_one, self._few_two, self._few_share,
            self._flow, temperature, self._turn, self._answer,
        )  # fmt: skip
        found: Floats = -self._answer[1 : self._end]
        return found


def _dot(one: Floats, two: Floats) -> float:
    """Not the library's own product: that one shares the sum out over threads, and its last bits depend on how many there are."""
    return float(np.multiply(one, two).sum())
