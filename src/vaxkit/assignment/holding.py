"""Who stays where they are while others are planned anew: whoever still has a session, a seat and a dose. A household is held
or moved as one."""

import numpy as np
from numpy.typing import NDArray

from vaxkit.assignment.booking import BEYOND, Book, Stay
from vaxkit.assignment.hubs import Hubs, hubs
from vaxkit.assignment.plan import LEFT
from vaxkit.assignment.problem import Ints, Problem
from vaxkit.assignment.seating import Held
from vaxkit.assignment.units import homes, numbered

Kind = tuple[tuple[int, int, int], ...]


def hold(problem: Problem, session: Ints, later: Ints, product: Ints) -> Held:
    """Who stays, booked."""
    found, households = hubs(problem), _Households(problem, session)
    stays = households.whole(_may_stay(problem, session, later, product))
    free = np.array(_with_pins(problem, found, stays)[0].seats, dtype=np.int64)
    stays = _with_a_seat(problem, session, later, stays, free)
    while True:  # until nobody who goes leaves a dose behind that was set aside for them
        book, pins = _with_pins(problem, found, stays)
        kept = households.whole(_with_a_dose(problem, book, session, later, product, stays))
        if np.array_equal(kept, stays):
            break
        stays = kept
    for kind, stay in pins:
        book.free(kind, stay)
    held = Held(
        session=np.where(stays, session, LEFT), later=np.where(stays, later, LEFT),
        product=np.where(stays, product, LEFT), book=book,
    )  # fmt: skip
    book.seats = (problem.sessions.seats - held.seats(len(book.seats))).tolist()
    return held


class _Households:
    """Households as wholes: one of which one must move, moves. Only those are looked at of which somebody moves or somebody has
    another session: a county has far more of the others."""

    def __init__(self, problem: Problem, session: Ints) -> None:
        people = problem.people
        self._problem, self._session = problem, session
        together = (people.household >= 0) & (people.pinned < 0)
        self._who = np.flatnonzero(together)
        self._home, self._count = numbered(people.household[self._who])
        at, some = session[self._who], np.full(self._count, LEFT)
        some[self._home] = at
        #: Households whose members do not all have one session. (It was too large to come together, and may not be now.)
        self._torn = np.zeros(self._count, dtype=bool)
        self._torn[self._home[at != some[self._home]]] = True

    def whole(self, stays: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Those who stay, without the households of which somebody does not."""
        leaves = self._torn.copy()
        leaves[self._home[~stays[self._who]]] = True
        asked = self._who[leaves[self._home]]
        _names, home = np.unique(homes(self._problem, asked), return_inverse=True)
        least = np.full(len(_names), np.iinfo(np.int64).max)
        most, moves = np.full(len(_names), np.iinfo(np.int64).min), np.zeros(len(_names), dtype=bool)
        np.minimum.at(least, home, self._session[asked])
        np.maximum.at(most, home, self._session[asked])
        moves[home[~stays[asked]]] = True
        kept = stays.copy()
        kept[asked] &= ~(moves | (least != most))[home]
        return kept


def _first(problem: Problem, who: Ints) -> Ints:
    """Who keeps a seat or dose first: whoever is pinned, then the heaviest weights, then the order of the problem."""
    people = problem.people
    found: Ints = who[np.lexsort((who, -people.weight[who], people.pinned[who] < 0))]
    return found


def _with_pins(
    problem: Problem, found: Hubs, stays: NDArray[np.bool_]
) -> tuple[Book, list[tuple[Kind, Stay]]]:
    """A book in which pins that are new have their seats and doses, and what they took."""
    book, people = Book(problem, found), problem.people
    taken: list[tuple[Kind, Stay]] = []
    for who in np.flatnonzero((people.pinned >= 0) & ~stays).tolist():
        wish = (int(people.products[who]), int(people.next_after[who]), int(people.next_until[who]))
        if stay := book.seat((wish,), int(people.pinned[who]), 1):
            taken.append(((wish,), stay))
    return book, taken


def _may_stay(problem: Problem, session: Ints, later: Ints, product: Ints) -> NDArray[np.bool_]:
    """Whose old session still suits them, seats and doses not counted."""
    people, sessions = problem.people, problem.sessions
    if not len(sessions.ids):
        return np.zeros(len(people), dtype=bool)
    at = np.maximum(session, 0)
    site, day, bit = sessions.site[at], sessions.day[at], np.int64(1) << np.maximum(product, 0)
    fits = (session >= 0) & (product >= 0)
    fits &= (day >= people.earliest) & (day <= people.latest) & (people.products & bit != 0)
    fits &= problem.reachable()[people.place, site]
    # What nobody asks for is not looked up half a million times.
    if people.sites.any():
        fits &= (people.sites == 0) | (people.sites >> site & 1 == 1)
    if not np.isposinf(people.farthest).all():
        fits &= problem.km[people.place, site] <= people.farthest
    if sessions.products.any():
        fits &= (sessions.products[at] == 0) | (sessions.products[at] & bit != 0)
    if (people.pinned >= 0).any():
        fits &= (people.pinned < 0) | (people.pinned == session)
    if not people.next_until.any():
        return fits
    next_at = np.maximum(later, 0)
    days = sessions.day[next_at] - day
    inside = (later >= 0) & (sessions.site[next_at] == site)
    inside &= (days >= people.next_after) & (days <= people.next_until)
    beyond = (later == BEYOND) & (day + people.next_until > problem.last_day)
    fits &= (people.next_until == 0) | inside | beyond
    return fits


def _with_a_seat(
    problem: Problem, session: Ints, later: Ints, stays: NDArray[np.bool_], seats: Ints
) -> NDArray[np.bool_]:
    """Where a session has fewer seats than people, the first keep theirs; first doses before later ones."""
    follows = stays & (later >= 0)
    wanted = np.bincount(session[stays], minlength=len(seats)) + np.bincount(
        later[follows], minlength=len(seats)
    )
    short = wanted > seats
    kept = stays.copy()
    if not short.any():
        return kept
    first = _first(problem, np.flatnonzero(stays & short[session]))
    second = _first(problem, np.flatnonzero(follows & short[later]))
    who, at = np.r_[first, second], np.r_[session[first], later[second]]
    by_session = np.argsort(at, kind="stable")
    ranked = at[by_session]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    rank = np.arange(len(ranked)) - np.repeat(starts, np.diff(np.r_[starts, len(ranked)]))
    kept[who[by_session[rank >= seats[ranked]]]] = False
    return kept


def _with_a_dose(
    problem: Problem, book: Book, session: Ints, later: Ints, product: Ints, stays: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Book the doses of those who stay, day by day; whoever finds none does not stay."""
    sessions, products = problem.sessions, len(problem.products)
    kept = stays.copy()
    if not kept.any():
        return kept
    base = int(sessions.day.min())
    days = int(sessions.day.max()) - base + 1
    for at in (session, later):
        who = np.flatnonzero(kept & (at >= 0))
        cell = ((sessions.site * days + sessions.day - base) * products)[at[who]] + product[who]
        wanted = np.bincount(cell, minlength=1)
        for number in np.flatnonzero(wanted).tolist():
            place, bit = divmod(number, products)
            given = book.stock[place // days].give(place % days + base, 1 << bit, int(wanted[number]))
            if given < wanted[number]:
                kept[_first(problem, who[cell == number])[given:]] = False
    return kept
