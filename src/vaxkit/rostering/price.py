"""What a roster costs: people missing first, then changes, wishes not met, nights and shifts above somebody's share.

Somebody's share of the shifts is the demand divided by the days on which people can work at all, rounded up; the same for nights
among those who can work nights. Shares depend on the problem alone, so that a roster's price can be looked up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from vaxkit.rostering.check import gaps
from vaxkit.rostering.problem import Duty, Problem, Worker


@dataclass(frozen=True, slots=True)
class Price:
    """`missing` people come before everything else; `rest` is the weighted sum of what follows."""

    missing: int
    changes: int
    wishes: int
    nights_over: int
    shifts_over: int
    rest: int


@dataclass(frozen=True, slots=True)
class Shares:
    """The most shifts and nights of each worker that cost nothing."""

    shifts: dict[str, int]
    nights: dict[str, int]


def priced(problem: Problem, duties: Collection[Duty]) -> Price:
    """The price of these duties."""
    shares, kept = share_out(problem), set(duties)
    shifts = Counter(duty.who for duty in duties)
    nights = Counter(duty.who for duty in duties if problem.shift[duty.shift].is_night)
    changes = sum(duty not in kept for duty in problem.former)
    wishes = sum(unmet(worker, duties) for worker in problem.workers)
    nights_over = sum(max(0, nights[who] - share) for who, share in shares.nights.items())
    shifts_over = sum(max(0, shifts[who] - share) for who, share in shares.shifts.items())
    weights = problem.weights
    rest = (
        weights.change * changes + weights.wish * wishes + weights.night * nights_over + weights.shift * shifts_over
    )  # fmt: skip
    missing = sum(gap.people for gap in gaps(problem, duties))
    return Price(missing, changes, wishes, nights_over, shifts_over, rest)


def unmet(worker: Worker, duties: Collection[Duty]) -> int:
    """How many of somebody's wishes these duties do not meet."""
    own = {(duty.on, duty.shift) for duty in duties if duty.who == worker.id}
    days = {on for on, _shift in own}
    return sum(
        (((wish.on, wish.shift) in own) if wish.shift else wish.on in days) != wish.wants
        for wish in worker.wishes
    )


def share_out(problem: Problem) -> Shares:
    """Everybody's share of shifts and of nights."""
    days: dict[str, set[object]] = {worker.id: set() for worker in problem.workers}
    nights: dict[str, set[object]] = {worker.id: set() for worker in problem.workers}
    for duty in problem.possible():
        days[duty.who].add(duty.on)
        if problem.shift[duty.shift].is_night:
            nights[duty.who].add(duty.on)
    of_night = {shift.id: shift.is_night for shift in problem.shifts}
    all_shifts = sum(problem.wanted.values())
    all_nights = sum(people for (_on, shift, _role), people in problem.wanted.items() if of_night[shift])
    return Shares(_shared(all_shifts, days), _shared(all_nights, nights))


def _shared(whole: int, able: dict[str, set[object]]) -> dict[str, int]:
    together = sum(len(days) for days in able.values())
    return {who: -(-whole * len(days) // together) if together else 0 for who, days in able.items()}
