"""People to sessions: the product beside the bare aggregated flow (goals J4-b and J4-c).

    make bench WHAT=assignment            half a million people, 617 villages, 16 sites, 14 days
    make bench WHAT=assignment ARGS="--people 100000"

The instance is drawn from a seed: villages at their four nearest sites, six-day windows, four categories with their own products
and weights, weekly batches, households that register together. Every plan is checked person by person before its time counts.
The bare flow is OR-Tools on the aggregated classes without doses and households: the least work that any answer needs.
"""

import argparse
import statistics
import time
from dataclasses import replace

import numpy as np

from vaxkit.assignment.check import broken_rules
from vaxkit.assignment.network import Network, doors, hubs
from vaxkit.assignment.problem import Batches, Costs, People, Problem, Sessions
from vaxkit.assignment.replan import replan
from vaxkit.assignment.solve import solve
from vaxkit.assignment.units import groups, units

VILLAGES, SITES, DAYS, BLOCKS = 617, 16, 14, 8
PRODUCTS = ("A", "B", "C")
#: Products (bits) and weight of each category.
CATEGORIES = ((0b011, 4), (0b001, 3), (0b110, 2), (0b111, 1))


def county(people: int, *, households: bool, doses: bool, seed: int = 5) -> Problem:
    """A county on a square of 40 km."""
    rng = np.random.default_rng(seed)
    village, site = rng.random((VILLAGES, 2)) * 40, rng.random((SITES, 2)) * 40
    km = np.hypot(*(village[:, None, axis] - site[None, :, axis] for axis in (0, 1)))
    place = np.repeat(np.arange(VILLAGES), rng.multinomial(people, rng.dirichlet(np.full(VILLAGES, 3))))
    sizes = rng.choice(5, size=people, p=[0.15, 0.25, 0.3, 0.2, 0.1]) + 1
    home = np.unique(place * people + np.repeat(np.arange(people), sizes)[:people], return_inverse=True)[1]
    window = rng.integers(0, 5, int(home.max()) + 1)[home] * 2
    category = rng.integers(0, 4, people)
    size = rng.dirichlet(np.full(SITES, 6))
    nothing, always = np.zeros(people, dtype=np.int64), np.full(people, -1, dtype=np.int64)
    cells = SITES * DAYS * BLOCKS
    batches = [
        (s, p, int(size[s] * people * share * 1.2 / 2), week * 7, week * 7 + 9)
        for s in range(SITES)
        for p, share in enumerate((0.5, 0.3, 0.2))
        for week in range(2)
    ]
    if not doses:
        batches = [(s, p, people, 0, DAYS) for s in range(SITES) for p in range(3)]
    columns = np.array(batches, dtype=np.int64).T
    return Problem(
        places=tuple(map(str, range(VILLAGES))),
        sites=tuple(map(str, range(SITES))),
        products=PRODUCTS,
        km=km,
        sessions=Sessions(
            ids=tuple(map(str, range(cells))),
            site=np.repeat(np.arange(SITES), DAYS * BLOCKS),
            day=np.tile(np.repeat(np.arange(DAYS), BLOCKS), SITES),
            minute=np.tile(480 + 60 * np.arange(BLOCKS), SITES * DAYS),
            seats=np.round(np.repeat(size, DAYS * BLOCKS) * people * 1.25 / (DAYS * BLOCKS)).astype(np.int64),
            products=np.zeros(cells, dtype=np.int64),
            burden=np.tile(rng.integers(0, 5, BLOCKS), SITES * DAYS),
        ),
        batches=Batches(*columns),
        people=People(
            ids=np.arange(people), place=place, household=home if households else always,
            products=np.array([bits for bits, _w in CATEGORIES])[category], earliest=window, latest=window + 5, due=window,
            weight=np.array([weight for _b, weight in CATEGORIES])[category], sites=nothing,
            farthest=np.full(people, np.inf), next_after=nothing, next_until=nothing, pinned=always,
        ),
        first_day=0, last_day=DAYS - 1, costs=Costs(per_km=10, per_day_late=2, left_over=10_000), nearest_sites=4,
    )  # fmt: skip


def bare(problem: Problem) -> float:
    """Seconds of the solver alone on the aggregated classes, people one by one, doses for everybody."""
    alone = replace(
        problem, people=replace(problem.people, household=np.full(len(problem.people), -1, dtype=np.int64))
    )
    alone = replace(
        alone, people=replace(alone.people, products=np.ones(len(problem.people), dtype=np.int64))
    )
    found = units(alone, np.arange(len(alone.people)))
    classes, cells = groups(found), hubs(alone)
    entrances = doors(alone, cells, found, classes)
    network = Network(alone, cells, found, classes, entrances, alone.sessions.seats)
    started = time.perf_counter()
    network.solve(np.zeros(len(entrances.hub)))
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for households, doses in ((False, False), (False, True), (True, True)):
        problem = county(options.people, households=households, doses=doses)
        full, floor, again = [], [], []
        for _round in range(options.rounds):
            floor.append(bare(problem))
            started = time.perf_counter()
            plan = solve(problem)
            full.append(time.perf_counter() - started)
            again.append(_replanned(problem, plan))
        if broken := broken_rules(problem, plan):
            raise SystemExit(f"not a plan: {broken[:5]}")
        ratios = [a / b for a, b in zip(full, floor, strict=True)]
        print(
            f"{options.people} people, households={households}, doses={doses}: gap {plan.gap:.4%}, left over {plan.left_over}; "
            f"{statistics.median(full):.2f} s = {statistics.median(ratios):.1f} × the bare flow "
            f"(goal ≤ 5; {min(ratios):.1f}–{max(ratios):.1f})"
        )
        kept = [share for share, _seconds in again]
        times = [seconds / whole for (_share, seconds), whole in zip(again, full, strict=True)]
        print(
            f"    one site closed: {min(kept):.2%} of the unaffected keep their session (goal ≥ 90 %), "
            f"{statistics.median(times):.2f} × a full solve (goal ≤ 0.3)"
        )


def _replanned(problem: Problem, plan) -> tuple[float, float]:
    """Close the third site: the share of people of other sites who keep their session, and the seconds it took."""
    closed = problem.sessions.site == 3
    after = replace(
        problem, sessions=replace(problem.sessions, seats=np.where(closed, 0, problem.sessions.seats))
    )
    product = np.where(plan.batch >= 0, problem.batches.product[plan.batch], -1)
    started = time.perf_counter()
    new = replan(after, plan.session, plan.later, product)
    seconds = time.perf_counter() - started
    if broken := broken_rules(after, new):
        raise SystemExit(f"not a plan: {broken[:5]}")
    stays = (plan.session >= 0) & ~closed[plan.session]
    return float((new.session[stays] == plan.session[stays]).mean()), seconds


if __name__ == "__main__":
    main()
