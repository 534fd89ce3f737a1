"""A program of whole numbers, solved by OR-Tools' SCIP: counts with a price each, and rules over sums of them."""

import math
from collections import Counter
from dataclasses import dataclass

from ortools.linear_solver import pywraplp

#: How often each of which counts: (times, number of the count).
Terms = list[tuple[int, int]]

#: The solver keeps rules to a millionth and prices are whole, so a bound this little above a whole number proves no more than it.
_LOOSE = 1e-2
_SETTINGS = "limits/totalnodes = {nodes}\nlp/threads = 1\nrandomization/randomseedshift = 1\n"


@dataclass(frozen=True, slots=True)
class Solved:
    values: list[int]
    bound: float


class Program:
    """Counts from 0 to a most each; the sum of their prices and of `cost` shall be least."""

    def __init__(self) -> None:
        self._most: list[int] = []
        self._price: list[int] = []
        self._rules: list[tuple[Terms, int | None, int | None]] = []
        self.cost = 0

    def __len__(self) -> int:
        return len(self._most)

    def count(self, most: int, price: int = 0) -> int:
        """A new count; returns its number."""
        self._most.append(most)
        self._price.append(price)
        return len(self._most) - 1

    def rule(self, terms: Terms, *, least: int | None = None, most: int | None = None) -> None:
        """The sum of the terms lies between `least` and `most` (None: no limit). A count may stand in it more than once."""
        self._rules.append((terms, least, most))

    def least(self, nodes: int) -> Solved | None:
        """The best found within so many nodes, and what nothing can be better than; None: nothing was found. Deterministic."""
        solver = pywraplp.Solver.CreateSolver("SCIP")
        counts = [solver.IntVar(0, most, "") for most in self._most]
        objective = solver.Objective()
        for count, price in zip(counts, self._price, strict=True):
            objective.SetCoefficient(count, price)
        objective.SetOffset(self.cost)
        objective.SetMinimization()
        for terms, least, most in self._rules:
            low = -solver.infinity() if least is None else least
            rule = solver.Constraint(low, solver.infinity() if most is None else most)
            together: Counter[int] = Counter()
            for times, number in terms:
                together[number] += times
            for number, times in together.items():
                rule.SetCoefficient(counts[number], times)
        solver.SetSolverSpecificParametersAsString(_SETTINGS.format(nodes=nodes))
        closely = pywraplp.MPSolverParameters()
        closely.SetDoubleParam(closely.RELATIVE_MIP_GAP, 0.0)
        status = solver.Solve(closely)
        if status not in (solver.OPTIMAL, solver.FEASIBLE):
            return None
        values = [round(count.solution_value()) for count in counts]
        cost = self.cost + sum(price * value for price, value in zip(self._price, values, strict=True))
        bound = math.ceil(objective.BestBound() - _LOOSE - 1e-9 * abs(cost))
        return Solved(values, float(min(bound, cost)))
