"""Small problems to the optimum: the whole model, households, doses and later doses included, for OR-Tools' CP-SAT.

Variables are counts: units of a group per session, doses of a batch per (day, wish), later doses per (session, wish, product). The
solver runs on one thread with a deterministic limit, so the same problem gives the same plan anywhere.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from ortools.sat.python import cp_model

from vaxkit.assignment.booking import BEYOND, NONE, Stay
from vaxkit.assignment.choices import Choices
from vaxkit.assignment.problem import Problem, person_cost

Wish = tuple[int, int, int]
Counts = dict[tuple[int, int], list[cp_model.IntVar]]


@dataclass(frozen=True, slots=True)
class Exact:
    """Units per (group, session) with their wishes settled, ready to be booked; per (session, wish) the product and later session
    of those that are there for certain; and the proven bound, pins not counted."""

    stays: list[tuple[int, Stay]]
    certain: dict[tuple[int, Wish], list[tuple[int, int]]]
    bound: float


class Model:
    def __init__(self, problem: Problem, choices: Choices) -> None:
        self._problem, self._choices = problem, choices
        self._hubs, self._units, self._groups = choices.hubs, choices.units, choices.groups
        self.model = cp_model.CpModel()
        self.cost: list[cp_model.LinearExprT] = []
        self._seats: defaultdict[int, list[cp_model.LinearExprT]] = defaultdict(list)
        #: Doses wanted: (site, day, products) → amounts.
        self._doses: defaultdict[tuple[int, int, int], list[cp_model.LinearExprT]] = defaultdict(list)
        self.comes: dict[tuple[int, int], cp_model.IntVar] = {}
        self.later: dict[tuple[int, Wish], list[tuple[cp_model.IntVar, int, int]]] = {}

    def build(self, seats: list[int], settled: Mapping[tuple[int, Wish], int]) -> None:
        """All variables and rules, given the free seats per session and what is wanted whatever happens."""
        wishes = self._visits(seats)
        for key, count in settled.items():
            wishes[key].append(count)
        for (session, wish), amounts in wishes.items():
            if wish[2]:
                self._following(session, wish, amounts)
            else:
                self._doses[self._where(session, self.mask(session, wish[0]))] += amounts
        for session, amounts in self._seats.items():
            self.model.add(sum(amounts) <= seats[session])
        self._supply(self._problem.batches.doses.tolist())

    def _visits(self, seats: list[int]) -> defaultdict[tuple[int, Wish], list[cp_model.LinearExprT]]:
        wishes: defaultdict[tuple[int, Wish], list[cp_model.LinearExprT]] = defaultdict(list)
        by_group: defaultdict[int, list[cp_model.IntVar]] = defaultdict(list)
        for group, hub in zip(*(column.tolist() for column in self._choices.pairs()), strict=True):
            kind = self.kind(group)
            for session in self._hubs.at(hub).tolist():
                most = min(int(self._groups.units[group]), seats[session] // len(kind))
                if most <= 0 or not all(self.mask(session, wanted) for wanted, _a, _b in kind):
                    continue
                units = self.model.new_int_var(0, most, f"g{group}s{session}")
                self.comes[group, session] = units
                by_group[group].append(units)
                self.cost.append(units * self._price(group, session))
                self._seats[session].append(units * len(kind))
                for wish in kind:
                    wishes[session, wish].append(units)
        for group, count in enumerate(self._groups.units.tolist()):
            stay = sum(by_group[group])
            self.model.add(stay <= count)
            weight = int(self._units.weight[self._groups.example[group]])
            self.cost.append((count - stay) * (weight * self._problem.costs.left_over))
        return wishes

    def kind(self, group: int) -> tuple[Wish, ...]:
        return self._units.kinds[int(self._units.kind[self._groups.example[group]])]

    def _price(self, group: int, session: int) -> int:
        """Cost of one whole unit in a session, in whole units of cost."""
        members = self._units.people_of(int(self._groups.example[group])).tolist()
        return sum(person_cost(self._problem, who, session) for who in members)

    def _following(self, session: int, wish: Wish, amounts: list[cp_model.LinearExprT]) -> None:
        """First doses of which another must follow: each gets a product and, inside the plan, a later session."""
        wanted, after, until = wish
        site, day = int(self._problem.sessions.site[session]), int(self._problem.sessions.day[session])
        ways: list[tuple[cp_model.IntVar, int, int]] = []
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
                doses = self.model.new_int_var(0, len(self._problem.people), f"s{session}p{product}l{later}")
                ways.append((doses, bit, later))
                self._doses[self._where(session, bit)].append(doses)
                if later >= 0:
                    self._doses[self._where(later, bit)].append(doses)
                    self._seats[later].append(doses)
        self.model.add(sum(way[0] for way in ways) == sum(amounts))
        self.later[session, wish] = ways

    def _supply(self, doses: list[int]) -> None:
        batches = self._problem.batches
        given: defaultdict[int, list[cp_model.IntVar]] = defaultdict(list)
        for number, ((site, day, mask), amounts) in enumerate(self._doses.items()):
            shares = []
            for batch in range(len(batches.site)):
                usable = batches.first_day[batch] <= day <= batches.last_day[batch]
                if (
                    batches.site[batch] == site
                    and usable
                    and mask >> int(batches.product[batch]) & 1
                    and doses[batch] > 0
                ):
                    share = self.model.new_int_var(0, doses[batch], f"d{number}b{batch}")
                    shares.append(share)
                    given[batch].append(share)
            self.model.add(sum(amounts) == sum(shares))
        for batch, shares in given.items():
            self.model.add(sum(shares) <= doses[batch])

    def mask(self, session: int, wanted: int) -> int:
        own = int(self._problem.sessions.products[session])
        return wanted & own if own else wanted

    def _where(self, session: int, mask: int) -> tuple[int, int, int]:
        sessions = self._problem.sessions
        return int(sessions.site[session]), int(sessions.day[session]), mask


def solve_exactly(model: Model, effort: float) -> Exact | None:
    """Run the solver with a deterministic limit. None where it found nothing in time."""
    model.model.minimize(sum(model.cost))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = effort
    status = solver.solve(model.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    ways = {
        key: [(bit, later) for doses, bit, later in options for _one in range(solver.value(doses))]
        for key, options in model.later.items()
    }
    stays: list[tuple[int, Stay]] = []
    for (group, session), units in model.comes.items():
        for _unit in range(solver.value(units)):
            masks, laters = [], []
            for wish in model.kind(group):
                mask, later = ways[session, wish].pop() if wish[2] else (model.mask(session, wish[0]), NONE)
                masks.append(mask)
                laters.append(later)
            stays.append((group, Stay(session, 1, tuple(masks), tuple(laters))))
    return Exact(stays, ways, solver.best_objective_bound)
