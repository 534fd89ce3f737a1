"""Solve an assignment problem.

1. Pins are booked first. The rest become units and groups (`units.py`) and a graph of their choices (`choices.py`).
2. A small problem is solved exactly, all rules at once (`exact.py`).
3. A large one is priced and dealt (`market.py`): prices at which what everybody wants is what there is, units dealt by them.
4. The best bound of all roads is the proof.
"""

from dataclasses import replace

import numpy as np

from vaxkit.assignment.booking import NONE, Stay
from vaxkit.assignment.choices import Choices
from vaxkit.assignment.exact import Model, seatings
from vaxkit.assignment.plan import Plan
from vaxkit.assignment.problem import Problem
from vaxkit.assignment.seating import Crew, Held

#: Up to so many pairs of a group and a session the whole model is solved exactly; so many nodes of the solver's tree at most.
FEW, NODES = 12_000, 400
#: Nodes for a window of a plan (`repair.py`).
WINDOW_NODES = 20
#: Up to so many, it is tried where the prices leave more than this gap.
SOME, WIDE = 40_000, 0.002
#: Not so where more people than this are planned anew: somebody waits for it.
HURRY = 100_000


def solve(problem: Problem, *, held: Held | None = None) -> Plan:
    """Assign everybody who can be assigned at least cost, with a proven bound. Deterministic.

    `held` are people who stay where they are (`replan.py`). Raises Impossible for a pin that breaks a rule or finds no seat
    or dose.
    """
    crew = Crew(problem, held)
    if crew.nobody and crew.unbooked:
        # Only those are there who must come, and the simple way does not seat them; there may be another.
        if not (exact := _exactly(crew, None)):
            raise crew.unbooked
        return replace(exact[0], bound=float(exact[0].cost))
    if crew.nobody:
        plan = crew.plan(crew.book, crew.session, crew.later, crew.mask)
        return replace(plan, bound=float(plan.cost))
    plans: list[tuple[Plan, float]] = []
    size = seatings(crew.choices)
    if size <= (SOME if crew.unbooked else FEW) and (exact := _exactly(crew, crew.choices)):
        plans.append(exact)
    if not plans and crew.unbooked:
        raise crew.unbooked
    if not crew.unbooked and (not plans or _gap(plans[0]) > 0):
        plans.append(_priced(crew))
    hurried = held is not None and len(problem.people) > HURRY
    if (
        FEW < size <= SOME
        and not hurried
        and _gap(plans[0]) > WIDE
        and (exact := _exactly(crew, crew.choices))
    ):
        plans.append(exact)
    best = min((plan for plan, _bound in plans), key=lambda plan: plan.cost)
    bound = max(bound for _plan, bound in plans)
    if not held and _gap((best, bound)) > WIDE:
        from vaxkit.assignment.repair import repaired  # it holds people, as this does, by way of a crew

        best = repaired(problem, best, _window)
    return replace(best, bound=min(bound, float(best.cost)))


def _exactly(crew: Crew, choices: Choices | None, nodes: int = NODES) -> tuple[Plan, float] | None:
    """The whole model, as far as the effort goes: a plan and its bound. Without choices: of those alone who must come."""
    model = Model(crew.problem, crew.hubs, choices)
    model.build(crew.seats.tolist(), crew.settled())
    found = model.solved(nodes)
    if found is None:
        return None
    book = crew.base.copy()
    session, later, mask = crew.held.session.copy(), crew.held.later.copy(), crew.held.mask()
    for who in crew.pins.tolist():
        at, wish = int(crew.problem.people.pinned[who]), crew.wish(who)
        product, after = found.certain[at, wish].pop() if wish[2] else (model.mask(at, wish[0]), NONE)
        book.take(Stay(at, 1, (product,), (after,)))
        session[who], later[who], mask[who] = at, after, product
    if choices is None:
        return crew.plan(book, session, later, mask), found.bound + crew.pinned_cost
    order = np.argsort(crew.groups.of, kind="stable")
    next_unit = np.searchsorted(crew.groups.of[order], np.arange(len(crew.groups.example))).tolist()
    for group, stay in found.stays:
        book.take(stay)
        members = crew.units.people_of(int(order[next_unit[group]]))
        next_unit[group] += 1
        session[members], later[members], mask[members] = stay.session, stay.later, stay.masks
    return crew.plan(book, session, later, mask), found.bound + crew.pinned_cost


def _window(problem: Problem, held: Held) -> Plan:
    """Those who are not held, exactly if they are few; else as they come."""
    crew = Crew(problem, held)
    exact = None
    if not crew.nobody and seatings(crew.choices) <= FEW:
        exact = _exactly(crew, crew.choices, WINDOW_NODES)
    return exact[0] if exact else crew.plan(crew.book, crew.session, crew.later, crew.mask)


def _gap(found: tuple[Plan, float]) -> float:
    plan, bound = found
    return (plan.cost - bound) / max(bound, 1.0)


def _priced(crew: Crew) -> tuple[Plan, float]:
    # The compiled kernels are imported only by those who need them: loading numba takes longer than a small problem.
    from vaxkit.assignment.market import Market

    market = Market(crew)
    plan = market.plan()
    return plan, market.bound + crew.pinned_cost
