"""From a problem to a roster: as few people missing as can be, then as little change, unmet wishes and unfairness as can be.

    roster = solve(problem, seed=1)
    roster.duties, roster.gaps, roster.is_best

The same problem and seed give the same roster: effort is counted in the solver's own steps, not in seconds, and one thread is used
unless more are asked for. `Watch` lets another thread stop the search; what was found until then is given back.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from threading import Lock

from ortools.sat.python import cp_model

from vaxkit.rostering.check import Break, broken_rules, gaps
from vaxkit.rostering.model import Model
from vaxkit.rostering.price import Price, priced
from vaxkit.rostering.problem import Demand, Duty, Problem
from vaxkit.vocabulary import Text

#: Solver steps ("deterministic seconds") for each of the two rounds.
EFFORT = 12.0


class PinsBreakRules(ValueError):
    """What was pinned breaks the rules by itself; `breaks` says which."""

    def __init__(self, breaks: list[Break]) -> None:
        super().__init__("; ".join(each.words.en for each in breaks))
        self.breaks = tuple(breaks)


class Stopped(Exception):
    """The search was stopped before anything was found."""


@dataclass(frozen=True)
class Roster:
    """`is_best`: nothing better exists; otherwise the search ended first. `fewest_missing`: fewer gaps are impossible."""

    duties: tuple[Duty, ...]
    gaps: tuple[Demand, ...]
    price: Price
    is_best: bool
    fewest_missing: bool


class Watch:
    """Held by whoever may want to stop a search that runs in another thread."""

    def __init__(self) -> None:
        self._lock, self.stopped = Lock(), False
        self._solver: cp_model.CpSolver | None = None

    def stop(self) -> None:
        with self._lock:
            self.stopped = True
            if self._solver is not None:
                self._solver.stop_search()

    def take(self, solver: cp_model.CpSolver | None) -> None:
        with self._lock:
            self._solver = solver


def solve(
    problem: Problem, *, seed: int = 1, threads: int = 1, effort: float = EFFORT, watch: Watch | None = None
) -> Roster:
    """A roster with as few gaps as possible. Raises PinsBreakRules, Stopped."""
    if breaks := broken_rules(problem, problem.pins):
        raise PinsBreakRules(breaks)
    search = _Search(Model(problem), seed, threads, effort, watch or Watch())
    fewest, sure = search.least("missing")
    search.model.cp.add(search.model.missing <= fewest)
    _rest, best = search.least("rest")
    duties = tuple(sorted(search.found))
    return Roster(duties, tuple(gaps(problem, duties)), priced(problem, duties), sure and best, sure)


def fewest_missing(
    problem: Problem, *, seed: int = 1, threads: int = 1, effort: float = EFFORT, near: Collection[Duty] = ()
) -> tuple[int, bool, list[Duty]]:
    """How many people are missing at the least, whether that is proven, and duties with no more missing: the first round alone.
    `near`: duties to begin from."""
    plain = replace(problem, former=(), workers=tuple(replace(each, wishes=()) for each in problem.workers))
    search = _Search(Model(plain), seed, threads, effort, Watch())
    search.found = list(near) or search.found
    return *search.least("missing"), search.found


class _Search:
    """Two rounds over one model; the first one's roster is where the second begins."""

    def __init__(self, model: Model, seed: int, threads: int, effort: float, watch: Watch) -> None:
        self.model, self.found = model, list(model.problem.pins)
        self._seed, self._threads, self._effort, self._watch = seed, threads, effort, watch

    def least(self, what: str) -> tuple[int, bool]:
        """(the least found, whether it is proven)."""
        if self._watch.stopped:
            return self._value(what), False
        cp, aim = self.model.cp, getattr(self.model, what)
        cp.minimize(aim)
        cp.clear_hints()  # type: ignore[no-untyped-call]  # the library left it untyped
        chosen = set(self.found)
        for duty, taken in self.model.takes.items():
            cp.add_hint(taken, int(duty in chosen))
        solver = cp_model.CpSolver()
        solver.parameters.random_seed = self._seed
        solver.parameters.num_workers = self._threads
        # Without the full linear relaxation a plain count of hands against shifts is not seen, and gaps are never proven.
        solver.parameters.linearization_level = 2
        solver.parameters.max_deterministic_time = self._effort
        self._watch.take(solver)
        status = solver.solve(cp)
        self._watch.take(None)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return self._value(what), False
        self.found = [duty for duty, taken in self.model.takes.items() if solver.boolean_value(taken)]
        return round(solver.objective_value), status == cp_model.OPTIMAL

    def _value(self, what: str) -> int:
        price = priced(self.model.problem, self.found)
        return price.missing if what == "missing" else price.rest


def words_of(breaks: tuple[Break, ...]) -> Text:
    """All of them in one line."""
    return Text("".join(each.words.zh for each in breaks), " ".join(each.words.en for each in breaks))
