"""Problems to the optimum: the whole model, households, doses and later doses included, for OR-Tools' SCIP.

Variables are counts: units of a group per session, doses of a batch per (day, wish), later doses per (session, wish, product). The
solver runs on one thread and stops after so many nodes, never by the clock, so the same problem gives the same plan anywhere.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vaxkit.assignment.booking import BEYOND, NONE, Stay
from vaxkit.assignment.choices import Choices
from vaxkit.assignment.hubs import Hubs
from vaxkit.assignment.integers import Program, Terms
from vaxkit.assignment.problem import Problem, person_cost

Wish = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Exact:
    """Units per (group, session) with their wishes settled, ready to be booked; per (session, wish) the product and later session
    of those that are there for certain; and the proven bound, pins not counted."""

    stays: list[tuple[int, Stay]]
    certain: dict[tuple[int, Wish], list[tuple[int, int]]]
    bound: float


def seatings(choices: Choices) -> int:
    """How many pairs of a group and a session the model has: its size, about."""
    _group, hub = choices.pairs()
    return int(np.diff(choices.hubs.starts)[hub].sum())


class Model:
    """The whole problem as an integer program. Without choices: of those alone who are settled."""

    def __init__(self, problem: Problem, found: Hubs, choices: Choices | None) -> None:
        self._problem, self._hubs, self._choices = problem, found, choices
        self.program = Program()
        self._seats: defaultdict[int, Terms] = defaultdict(list)
        #: Doses wanted: (site, day, products) → amounts, and how many whatever happens.
        self._doses: defaultdict[tuple[int, int, int], Terms] = defaultdict(list)
        self._settled: defaultdict[tuple[int, int, int], int] = defaultdict(int)
        self._comes: dict[tuple[int, int], int] = {}
        self._kinds: dict[int, tuple[Wish, ...]] = {}
        self._later: dict[tuple[int, Wish], list[tuple[int, int, int]]] = {}

    def build(self, seats: list[int], settled: Mapping[tuple[int, Wish], int]) -> None:
        """All variables and rules, given the free seats per session and what is wanted whatever happens."""
        wishes = self._visits(self._choices, seats) if self._choices is not None else {}
        for session, wish in dict.fromkeys([*wishes, *settled]):
            amounts, certain = wishes.get((session, wish), []), settled.get((session, wish), 0)
            if wish[2]:
                self._following(session, wish, amounts, certain)
            else:
                where = self._where(session, self.mask(session, wish[0]))
                self._doses[where] += amounts
                self._settled[where] += certain
        for session, taken in self._seats.items():
            self.program.rule(taken, most=seats[session])
        self._supply(self._problem.batches.doses.tolist())

    def _visits(self, choices: Choices, seats: list[int]) -> dict[tuple[int, Wish], Terms]:
        wishes: defaultdict[tuple[int, Wish], Terms] = defaultdict(list)
        by_group: defaultdict[int, Terms] = defaultdict(list)
        left = (choices.units.weight[choices.groups.example] * self._problem.costs.left_over).tolist()
        counts = choices.groups.units.tolist()
        for group, hub in zip(*(column.tolist() for column in choices.pairs()), strict=True):
            kind = self._kinds[group] = choices.kind(group)
            for session in self._hubs.at(hub).tolist():
                most = min(counts[group], seats[session] // len(kind))
                if most <= 0 or not all(self.mask(session, wanted) for wanted, _a, _b in kind):
                    continue
                members = choices.units.people_of(int(choices.groups.example[group])).tolist()
                price = sum(person_cost(self._problem, who, session) for who in members)
                units = self.program.count(most, price - left[group])
                self._comes[group, session] = units
                by_group[group].append((1, units))
                self._seats[session].append((len(kind), units))
                for wish, times in Counter(kind).items():
                    wishes[session, wish].append((times, units))
        for group, comes in by_group.items():
            self.program.rule(comes, most=counts[group])
        self.program.cost += sum(count * price for count, price in zip(counts, left, strict=True))
        return wishes

    def _following(self, session: int, wish: Wish, amounts: Terms, certain: int) -> None:
        """First doses of which another must follow: each gets a product and, inside the plan, a later session."""
        wanted, after, until = wish
        site, day = int(self._problem.sessions.site[session]), int(self._problem.sessions.day[session])
        ways: list[tuple[int, int, int]] = []
        for product in range(len(self._problem.products)):
            bit = 1 << product
            if not self.mask(session, wanted) & bit:
                continue
            options = [
                later
                for hub in self._hubs.of_window(site, day + after, day + until)
                for later in self._hubs.at(hub).tolist()
                if self.mask(later, bit)
            ]
            options += [BEYOND] if day + until > self._problem.last_day else []
            for later in options:
                doses = self.program.count(len(self._problem.people))
                ways.append((doses, bit, later))
                self._doses[self._where(session, bit)].append((1, doses))
                if later >= 0:
                    self._doses[self._where(later, bit)].append((1, doses))
                    self._seats[later].append((1, doses))
        served = [(-1, way[0]) for way in ways]
        self.program.rule(amounts + served, least=-certain, most=-certain)
        self._later[session, wish] = ways

    def _supply(self, doses: list[int]) -> None:
        batches = self._problem.batches
        given: defaultdict[int, Terms] = defaultdict(list)
        for (site, day, mask), amounts in self._doses.items():
            shares: Terms = []
            for batch in range(len(batches.site)):
                usable = batches.first_day[batch] <= day <= batches.last_day[batch]
                wanted = batches.site[batch] == site and mask >> int(batches.product[batch]) & 1
                if wanted and usable and doses[batch] > 0:
                    share = self.program.count(doses[batch])
                    shares.append((-1, share))
                    given[batch].append((1, share))
            certain = self._settled[site, day, mask]
            self.program.rule(amounts + shares, least=-certain, most=-certain)
        for batch, taken in given.items():
            self.program.rule(taken, most=doses[batch])

    def mask(self, session: int, wanted: int) -> int:
        own = int(self._problem.sessions.products[session])
        return wanted & own if own else wanted

    def _where(self, session: int, mask: int) -> tuple[int, int, int]:
        sessions = self._problem.sessions
        return int(sessions.site[session]), int(sessions.day[session]), mask

    def solved(self, nodes: int) -> Exact | None:
        """Run the solver over so many nodes at most. None where it found nothing."""
        found = self.program.least(nodes)
        if found is None:
            return None
        value = found.values
        ways = {
            key: [(bit, later) for doses, bit, later in options for _one in range(value[doses])]
            for key, options in self._later.items()
        }
        stays: list[tuple[int, Stay]] = []
        for (group, session), units in self._comes.items():
            for _unit in range(value[units]):
                masks, laters = [], []
                for wish in self._kinds[group]:
                    chosen = (self.mask(session, wish[0]), NONE)
                    mask, later = ways[session, wish].pop() if wish[2] else chosen
                    masks.append(mask)
                    laters.append(later)
                stays.append((group, Stay(session, 1, tuple(masks), tuple(laters))))
        return Exact(stays, ways, found.bound)
