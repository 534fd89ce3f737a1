"""Small random worlds, and the best that is possible in them found by trying everything."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

import numpy as np

from vaxkit.assignment.problem import Batches, Costs, People, Problem, Sessions, person_cost
from vaxkit.assignment.rules import pin_problem

FIRST_DAY = 100


def ints(values: Any) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def random_world(
    seed: int, *, people: int = 5, places: int = 2, sites: int = 2, days: int = 4, products: int = 2,
    seats: tuple[int, int] = (1, 3), doses: tuple[int, int] = (1, 4), following: bool = False, pins: float = 0.0,
) -> Problem:  # fmt: skip
    """A tight little county: few seats, few doses, households, windows, some sessions for one product only."""
    rng = np.random.default_rng(seed)
    sessions = [
        (s, d, k) for s in range(sites) for d in range(days) for k in range(2) if rng.random() < 0.6
    ] or [(0, 0, 0)]
    n = len(sessions)
    own = [0 if rng.random() < 0.7 else int(rng.integers(1, 2**products)) for _ in sessions]
    held = sites * products
    arrives = FIRST_DAY + rng.integers(0, days, held)
    earliest = FIRST_DAY + rng.integers(0, days, people)
    home = rng.integers(0, max(1, people // 2), people)
    home_place = rng.integers(0, places, max(1, people // 2))
    follows = rng.random(people) < (0.4 if following else 0.0)
    found = Problem(
        places=tuple(f"v{i}" for i in range(places)),
        sites=tuple(f"s{i}" for i in range(sites)),
        products=tuple(f"q{i}" for i in range(products)),
        km=rng.integers(1, 10, (places, sites)).astype(float),
        sessions=Sessions(
            ids=tuple(f"s{s}d{d}k{k}" for s, d, k in sessions),
            site=ints([s for s, _d, _k in sessions]),
            day=ints([FIRST_DAY + d for _s, d, _k in sessions]),
            minute=ints([480 + 60 * k for _s, _d, k in sessions]),
            seats=ints(rng.integers(*seats, n, endpoint=True)),
            products=ints(own),
            burden=ints([3 * k for _s, _d, k in sessions]),
        ),
        batches=Batches(
            site=ints(rng.integers(0, sites, held)),
            product=ints(rng.integers(0, products, held)),
            doses=ints(rng.integers(*doses, held)),
            first_day=ints(arrives),
            last_day=ints(arrives + rng.integers(0, days, held)),
        ),
        people=People(
            ids=tuple(f"p{i}" for i in range(people)),
            place=ints(home_place[home]),
            household=ints(home),
            products=ints(rng.integers(1, 2**products, people)),
            earliest=ints(earliest),
            latest=ints(earliest + rng.integers(0, days, people)),
            due=ints(earliest - rng.integers(-1, 2, people)),
            weight=ints(rng.integers(1, 3, people)),
            sites=ints([0 if rng.random() < 0.7 else int(rng.integers(1, 2**sites)) for _ in range(people)]),
            farthest=np.where(rng.random(people) < 0.2, 5.0, np.inf),
            next_after=ints(follows * 1),
            next_until=ints(follows * 2),
            pinned=ints([-1] * people),
        ),
        first_day=FIRST_DAY,
        last_day=FIRST_DAY + days - 1,
        costs=Costs(per_km=10, per_day_late=8, left_over=1000),
    )
    return with_pins(found, pins, rng)


def with_pins(problem: Problem, share: float, rng: np.random.Generator) -> Problem:
    """The same with some people insisting on a session that their rules allow."""
    pinned = problem.people.pinned.copy()
    for who in np.flatnonzero(rng.random(len(pinned)) < share).tolist():
        open_to = [s for s in range(len(problem.sessions.ids)) if pin_problem(problem, who, s) is None]
        pinned[who] = rng.choice(open_to) if open_to else -1
    return replace(problem, people=replace(problem.people, pinned=pinned))


def together(problem: Problem) -> list[list[int]]:
    """Households that some session could suit as one; the others' people, and those with a pin, one by one."""
    people = problem.people
    homes: defaultdict[int, list[int]] = defaultdict(list)
    for who in range(len(people)):
        alone = people.household[who] < 0 or people.pinned[who] >= 0
        homes[-1 - who if alone else int(people.household[who])].append(who)
    found = []
    for members in homes.values():
        one = len(set(people.place[members].tolist())) == 1 and any(
            problem.sessions.seats[session] >= len(members)
            and all(pin_problem(problem, who, session) is None for who in members)
            for session in range(len(problem.sessions.ids))
        )
        found += [members] if one else [[who] for who in members]
    return found


def cheapest_of_all(problem: Problem) -> int | None:
    """The cost of the best plan there is, by trying every session, batch and later session for everybody; None: there is none."""
    best = _Everything(problem).best
    return None if best == 1 << 60 else best


class _Everything:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.units = together(problem)
        self.seats = problem.sessions.seats.tolist()
        self.doses = problem.batches.doses.tolist()
        self.best = 1 << 60
        self._next_unit(0, 0)

    def _left(self, who: int) -> int:
        return self.problem.costs.left_over * int(self.problem.people.weight[who])

    def _next_unit(self, unit: int, cost: int) -> None:
        if unit == len(self.units):
            self.best = min(self.best, cost)
            return
        members = self.units[unit]
        pinned = int(self.problem.people.pinned[members[0]])
        for session in range(len(self.seats)) if pinned < 0 else [pinned]:
            if all(pin_problem(self.problem, who, session) is None for who in members):
                self._next_member(unit, 0, session, cost)
        if pinned < 0:
            self._next_unit(unit + 1, cost + sum(self._left(who) for who in members))

    def _next_member(self, unit: int, member: int, session: int, cost: int) -> None:
        if cost >= self.best:
            return
        if member == len(self.units[unit]):
            self._next_unit(unit + 1, cost)
            return
        who = self.units[unit][member]
        price = person_cost(self.problem, who, session)
        for product in self._take(who, session, None):
            if not self.problem.people.next_until[who]:
                self._next_member(unit, member + 1, session, cost + price)
                continue
            for _later in self._laters(who, session, product):
                self._next_member(unit, member + 1, session, cost + price)

    def _take(self, who: int, session: int, product: int | None) -> Any:
        """Each way to take a seat and a dose; given back before the next."""
        problem, day = self.problem, int(self.problem.sessions.day[session])
        batches, own = problem.batches, int(problem.sessions.products[session])
        for batch in range(len(self.doses)):
            kind = int(batches.product[batch])
            fits = problem.people.products[who] >> kind & 1 and (not own or own >> kind & 1)
            here = batches.site[batch] == problem.sessions.site[session]
            usable = batches.first_day[batch] <= day <= batches.last_day[batch]
            if (
                self.seats[session]
                and self.doses[batch]
                and fits
                and here
                and usable
                and product in (None, kind)
            ):
                self.seats[session] -= 1
                self.doses[batch] -= 1
                yield kind
                self.seats[session] += 1
                self.doses[batch] += 1

    def _laters(self, who: int, session: int, product: int) -> Any:
        people, sessions = self.problem.people, self.problem.sessions
        day = int(sessions.day[session])
        if day + people.next_until[who] > self.problem.last_day:
            yield None
        for later in range(len(self.seats)):
            days = int(sessions.day[later]) - day
            same_site = sessions.site[later] == sessions.site[session]
            if same_site and people.next_after[who] <= days <= people.next_until[who]:
                yield from self._take(who, later, product)
