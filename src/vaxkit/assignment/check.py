"""Does a plan keep every rule? Written person by person and apart from the solver, so that it can be trusted against it."""

from collections import Counter, defaultdict

from vaxkit.assignment.booking import BEYOND
from vaxkit.assignment.plan import LEFT, Plan
from vaxkit.assignment.problem import Problem, person_cost
from vaxkit.assignment.rules import pin_problem


def broken_rules(problem: Problem, plan: Plan) -> list[str]:
    """Every rule that the plan breaks, in words with the names involved; empty for a sound plan."""
    found: list[str] = []
    people, sessions = problem.people, problem.sessions
    seats: Counter[int] = Counter()
    doses: Counter[int] = Counter()
    cost = 0
    for who in range(len(people)):
        session, name = int(plan.session[who]), people.ids[who]
        if session == LEFT:
            cost += problem.costs.left_over * int(people.weight[who])
            if people.pinned[who] >= 0:
                found.append(f"{name} has a pin and was left over")
            continue
        cost += person_cost(problem, who, session)
        seats[session] += 1
        doses[int(plan.batch[who])] += 1
        if broken := pin_problem(problem, who, session):
            found.append(f"{name} in {sessions.ids[session]}: {broken.en}")
        if people.pinned[who] >= 0 and people.pinned[who] != session:
            found.append(f"{name} is not where they are pinned")
        found += _wrong_dose(problem, who, session, int(plan.batch[who]))
        found += _wrong_later(problem, plan, who, seats, doses)
    for session, taken in seats.items():
        if taken > sessions.seats[session]:
            found.append(
                f"session {sessions.ids[session]}: {taken} people for {sessions.seats[session]} seats"
            )
    for batch, taken in doses.items():
        if batch >= 0 and taken > problem.batches.doses[batch]:
            found.append(f"batch {batch}: {taken} doses of {problem.batches.doses[batch]}")
    if cost != plan.cost:
        found.append(f"the plan says it costs {plan.cost}, it costs {cost}")
    if plan.bound > plan.cost + 1e-6:
        found.append("the bound is above the plan's own cost")
    return found + _households(problem, plan)


def _wrong_dose(problem: Problem, who: int, session: int, batch: int) -> list[str]:
    people, sessions, batches = problem.people, problem.sessions, problem.batches
    name, day = people.ids[who], int(sessions.day[session])
    if batch < 0:
        return [f"{name} has a seat and no dose"]
    product = 1 << int(batches.product[batch])
    found = []
    if not product & int(people.products[who]):
        found.append(f"{name} would get the wrong product")
    if sessions.products[session] and not product & int(sessions.products[session]):
        found.append(f"{name} would get a product that {sessions.ids[session]} does not give")
    if batches.site[batch] != sessions.site[session]:
        found.append(f"{name}'s dose lies at another site")
    if not batches.first_day[batch] <= day <= batches.last_day[batch]:
        found.append(f"{name}'s dose is not there or not usable on that day")
    return found


def _wrong_later(
    problem: Problem, plan: Plan, who: int, seats: Counter[int], doses: Counter[int]
) -> list[str]:
    people, sessions, batches = problem.people, problem.sessions, problem.batches
    name, later, after = people.ids[who], int(plan.later[who]), int(people.next_until[who])
    first_day = int(sessions.day[plan.session[who]])
    if not after:
        return [f"{name} has a later dose that nobody asked for"] if later != LEFT else []
    if later == BEYOND:
        inside = first_day + after <= problem.last_day
        return [f"{name}'s next dose falls inside the plan and has no seat"] if inside else []
    if later == LEFT:
        return [f"{name} has no seat for the next dose"]
    seats[later] += 1
    batch = int(plan.later_batch[who])
    doses[batch] += 1
    found = _wrong_dose(problem, who, later, batch)
    days = int(sessions.day[later]) - first_day
    if not people.next_after[who] <= days <= after:
        found.append(f"{name}'s next dose comes after {days} days")
    if sessions.site[later] != sessions.site[plan.session[who]]:
        found.append(f"{name}'s next dose is at another site")
    if batch >= 0 and batches.product[batch] != batches.product[plan.batch[who]]:
        found.append(f"{name}'s next dose is of another product")
    return found


def _households(problem: Problem, plan: Plan) -> list[str]:
    """Households that could come together and do not. Members with a pin go their own way."""
    people = problem.people
    homes: defaultdict[int, list[int]] = defaultdict(list)
    for who in range(len(people)):
        if people.household[who] >= 0 and people.pinned[who] < 0:
            homes[int(people.household[who])].append(who)
    return [
        f"the household of {people.ids[members[0]]} is torn apart"
        for members in homes.values()
        if len({int(plan.session[who]) for who in members}) > 1 and can_come_together(problem, members)
    ]


def can_come_together(problem: Problem, members: list[int]) -> bool:
    """Whether these people live at one place and some session suits them all and has so many seats in all."""
    if len({int(problem.people.place[who]) for who in members}) > 1:
        return False
    return any(
        problem.sessions.seats[session] >= len(members)
        and all(pin_problem(problem, who, session) is None for who in members)
        for session in range(len(problem.sessions.ids))
    )
