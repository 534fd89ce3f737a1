"""After a disturbance: whoever is not affected stays where they are, the others get the best of what is left.

A site closes, a batch comes late, a session loses seats: write the problem as it is now, hand over the old plan, and
everybody whose session, seat and dose still stand is held. A household is held or moved as one.
"""

import numpy as np

from vaxkit.assignment.booking import Book, Stay
from vaxkit.assignment.hubs import hubs
from vaxkit.assignment.plan import LEFT, Plan
from vaxkit.assignment.problem import Ints, Problem
from vaxkit.assignment.seating import Held
from vaxkit.assignment.solve import solve
from vaxkit.assignment.units import homes

Kind = tuple[tuple[int, int, int], ...]


def replan(problem: Problem, session: Ints, later: Ints, product: Ints) -> Plan:
    """A plan for `problem` in which people keep their old sessions wherever that is still possible.

    Per person of `problem`: the old `session` and `later` session, by index into its sessions (-1: had none, or it is gone;
    `later`
    -2: after the plan), and the old `product` (-1: none). Where fewer seats or doses are left than people hold, the
    heaviest weights keep theirs. Raises Impossible as `solve` does.
    """
    return solve(problem, held=hold(problem, session, later, product))


def hold(problem: Problem, session: Ints, later: Ints, product: Ints) -> Held:
    """Who stays, booked."""
    _names, home = np.unique(homes(problem, np.arange(len(session))), return_inverse=True)
    stays = _may_stay(problem, session, later, product)
    stays = _whole_households(home, stays & _with_their_own(home, session))
    # Whoever is pinned keeps or gets that session first, then the heaviest weights.
    order = np.lexsort((np.arange(len(stays)), -problem.people.weight, problem.people.pinned < 0))
    free = np.array(_with_pins(problem, stays)[0].seats, dtype=np.int64)
    stays = _with_a_seat(problem, session, later, stays, order, free)
    while True:  # until nobody who goes leaves a dose behind that was set aside for them
        book, pins = _with_pins(problem, stays)
        kept = _whole_households(home, _with_a_dose(problem, book, session, later, product, stays, order))
        if np.array_equal(kept, stays):
            break
        stays = kept
    for kind, stay in pins:
        book.free(kind, stay)
    for index, count in zip(*np.unique(session[stays], return_counts=True), strict=True):
        book.seats[int(index)] -= int(count)
    inside = stays & (later >= 0)
    for index, count in zip(*np.unique(later[inside], return_counts=True), strict=True):
        book.seats[int(index)] -= int(count)
    return Held(
        session=np.where(stays, session, LEFT), later=np.where(stays, later, LEFT),
        mask=np.where(stays, np.int64(1) << np.maximum(product, 0), 0), book=book,
    )  # fmt: skip


def _with_pins(problem: Problem, stays: np.ndarray) -> tuple[Book, list[tuple[Kind, Stay]]]:
    """A book in which pins that are new have their seats and doses, and what they took."""
    book, people = Book(problem, hubs(problem)), problem.people
    taken: list[tuple[Kind, Stay]] = []
    for who in np.flatnonzero((people.pinned >= 0) & ~stays).tolist():
        wish = (int(people.products[who]), int(people.next_after[who]), int(people.next_until[who]))
        if stay := book.seat((wish,), int(people.pinned[who]), 1):
            taken.append(((wish,), stay))
    return book, taken


def _may_stay(problem: Problem, session: Ints, later: Ints, product: Ints) -> np.ndarray:
    """Whose old session still suits them, seats and doses not counted."""
    people, sessions = problem.people, problem.sessions
    if not len(sessions.ids):
        return np.zeros(len(people), dtype=bool)
    had = (session >= 0) & (product >= 0)
    at = np.maximum(session, 0)
    site, day, bit = sessions.site[at], sessions.day[at], np.int64(1) << np.maximum(product, 0)
    fits = had & (day >= people.earliest) & (day <= people.latest) & (people.products & bit != 0)
    fits &= (people.sites == 0) | (people.sites >> site & 1 == 1)
    fits &= problem.reachable()[people.place, site] & (problem.km[people.place, site] <= people.farthest)
    fits &= (sessions.products[at] == 0) | (sessions.products[at] & bit != 0)
    fits &= (people.pinned < 0) | (people.pinned == session)
    follows = people.next_until > 0
    next_at = np.maximum(later, 0)
    days = sessions.day[next_at] - day
    inside = (later >= 0) & (sessions.site[next_at] == site)
    inside &= (days >= people.next_after) & (days <= people.next_until)
    beyond = (later == -2) & (day + people.next_until > problem.last_day)
    found: np.ndarray = fits & (~follows | inside | beyond)
    return found


def _with_their_own(home: Ints, session: Ints) -> np.ndarray:
    """Who has the session that all of the household have. (They may not: it was too large to come together, and is not now.)"""
    least = np.full(int(home.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    most = np.full(len(least), np.iinfo(np.int64).min)
    np.minimum.at(least, home, session)
    np.maximum.at(most, home, session)
    found: np.ndarray = (least == most)[home]
    return found


def _whole_households(home: Ints, stays: np.ndarray) -> np.ndarray:
    """A household of which one must move, moves."""
    leaves = np.zeros(int(home.max(initial=-1)) + 1, dtype=bool)
    leaves[home[~stays]] = True
    found: np.ndarray = stays & ~leaves[home]
    return found


def _with_a_seat(
    problem: Problem, session: Ints, later: Ints, stays: np.ndarray, order: Ints, seats: Ints
) -> np.ndarray:
    """Where a session has fewer seats than people, the first of the order keep them."""
    who = np.r_[order[stays[order]], order[(stays & (later >= 0))[order]]]
    count = int(stays.sum())
    at = np.r_[session[who[:count]], later[who[count:]]]
    by_session = np.argsort(at, kind="stable")
    ranked = at[by_session]
    starts = (
        np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]]) if len(ranked) else np.zeros(0, dtype=np.int64)
    )
    rank = np.arange(len(ranked)) - np.repeat(starts, np.diff(np.r_[starts, len(ranked)]))
    kept = stays.copy()
    kept[who[by_session[rank >= seats[ranked]]]] = False
    return kept


def _with_a_dose(
    problem: Problem, book: Book, session: Ints, later: Ints, product: Ints, stays: np.ndarray, order: Ints
) -> np.ndarray:
    """Book the doses of those who stay, day by day; whoever finds none does not stay."""
    sessions = problem.sessions
    kept = stays.copy()
    for at in (session, later):
        who = order[(kept & (at >= 0))[order]]
        if not len(who):
            continue
        base = int(sessions.day.min())
        days = int(sessions.day.max()) - base + 1
        cell = (sessions.site[at[who]] * days + sessions.day[at[who]] - base) * len(
            problem.products
        ) + product[who]
        key = np.argsort(cell, kind="stable")
        cells, starts = np.unique(cell[key], return_index=True)
        for wanted, start, end in zip(
            cells.tolist(), starts.tolist(), np.r_[starts[1:], len(cell)].tolist(), strict=True
        ):
            place, bit = divmod(wanted, len(problem.products))
            given = book.stock[place // days].give(place % days + base, 1 << bit, end - start)
            kept[who[key[start + given : end]]] = False
    return kept
