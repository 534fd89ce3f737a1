"""Mending a plan of the prices where a few people are left over: windows of it are solved anew, exactly.

Where a session holds hardly more than one household, seats lie free in ones and twos and a household of three finds no place. Then
those who sit at one of its sites in its days are taken out, everybody else is held, and they are all placed anew together with
those left over; what comes out cheaper is kept.
"""

from collections.abc import Callable

import numpy as np

from vaxkit.assignment.holding import hold
from vaxkit.assignment.plan import LEFT, Plan
from vaxkit.assignment.problem import Ints, Problem
from vaxkit.assignment.seating import Held
from vaxkit.assignment.units import ALL

#: Only where no more people than this are left over, in plans of no more than so many people.
MOST_LEFT, MOST_PEOPLE = 60, 60_000
#: So many people are taken out of a window at most; so many windows are tried, and so many in a row without gain.
WINDOW, WINDOWS, IN_VAIN = 90, 40, 10

Solver = Callable[[Problem, Held], Plan]


def repaired(problem: Problem, plan: Plan, solver: Solver) -> Plan:
    """The plan, or a cheaper one."""
    if not 0 < plan.left_over <= MOST_LEFT or len(plan.session) > MOST_PEOPLE:
        return plan
    tried: set[tuple[int, int]] = set()
    in_vain = 0
    for _window in range(WINDOWS):
        window = _next_window(problem, plan, tried)
        if window is None or in_vain == IN_VAIN:
            break
        tried.add(window)
        better = _anew(problem, plan, _inside(problem, plan, *window), solver)
        in_vain = 0 if better.cost < plan.cost else in_vain + 1
        plan = better if better.cost < plan.cost else plan
    return plan


def _next_window(problem: Problem, plan: Plan, tried: set[tuple[int, int]]) -> tuple[int, int] | None:
    """A person left over and a site, nearest sites first, that were not tried."""
    waiting = np.flatnonzero(plan.session == LEFT).tolist()
    near = {who: _sites(problem, who) for who in waiting}
    for turn in range(len(problem.sites)):
        for who in waiting:
            if turn < len(near[who]) and (who, near[who][turn]) not in tried:
                return who, near[who][turn]
    return None


def _sites(problem: Problem, who: int) -> list[int]:
    people, place = problem.people, int(problem.people.place[who])
    allowed = int(people.sites[who]) or ALL
    km = problem.km[place]
    found = problem.reachable()[place] & (km <= people.farthest[who])
    found &= np.array([bool(allowed >> site & 1) for site in range(len(km))])
    return [int(site) for site in np.argsort(km, kind="stable") if found[site]]


def _inside(problem: Problem, plan: Plan, who: int, site: int) -> Ints:
    """Those who sit at the site in the person's days, the first of them in time."""
    sessions, people = problem.sessions, problem.people
    suits = (
        (sessions.site == site)
        & (sessions.day >= people.earliest[who])
        & (sessions.day <= people.latest[who])
    )
    inside = np.flatnonzero((plan.session >= 0) & (people.pinned < 0))
    inside = inside[suits[plan.session[inside]]]
    day = sessions.day[plan.session[inside]]
    order = np.lexsort((plan.session[inside], day))
    found: Ints = inside[order][:WINDOW]
    # Sessions are taken whole: half a session's people can hardly change places.
    last = plan.session[found[-1:]]
    return found if len(found) < WINDOW else found[plan.session[found] != last]


def _anew(problem: Problem, plan: Plan, taken: Ints, solver: Solver) -> Plan:
    product = np.where(plan.batch >= 0, problem.batches.product[plan.batch], LEFT)
    session, later = plan.session.copy(), plan.later.copy()
    for column in (session, later, product):
        column[taken] = LEFT
    return solver(problem, hold(problem, session, later, product))
