"""A problem made ready (pins booked, units and groups built, choices found), and plans written from who sits where."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from vaxkit.assignment.booking import BEYOND, Book, settled
from vaxkit.assignment.choices import Choices, Wish
from vaxkit.assignment.hubs import hubs
from vaxkit.assignment.plan import LEFT, Plan, cost_of
from vaxkit.assignment.problem import Ints, Problem
from vaxkit.assignment.refused import Impossible
from vaxkit.assignment.rules import pin_problem
from vaxkit.assignment.stock import Free, free_of
from vaxkit.assignment.units import Groups, Units, groups, units
from vaxkit.vocabulary import Text


@dataclass(frozen=True, slots=True)
class Held:
    """People who stay where they are: session, session of the next dose and product per person (-1: free), and the book in which
    they are booked."""

    session: Ints
    later: Ints
    product: Ints
    book: Book

    def seats(self, sessions: int) -> Ints:
        """How many they take, per session."""
        found = np.zeros(sessions, dtype=np.int64)
        for at in (self.session, self.later):
            found += np.bincount(at[at >= 0], minlength=sessions)
        return found

    def mask(self) -> Ints:
        """The product per person as a bit; 0: free."""
        found: Ints = np.where(self.product >= 0, np.int64(1) << np.maximum(self.product, 0), 0)
        return found


def nothing_held(problem: Problem) -> Held:
    free = np.full(len(problem.people), LEFT, dtype=np.int64)
    return Held(free, free, free, Book(problem, hubs(problem)))


class Crew:
    """A problem with its pins booked, its units, groups and choices; writes plans.

    Whoever is held or pinned has a seat for certain, but which batch serves them, and for pins which later session, is open.
    `seats` are what is left when those held have theirs, and pins their first ones; `free` are the doses left by those held and by
    pins that no dose follows. `book` has one way of serving them all, `base` only those held.
    """

    def __init__(self, problem: Problem, held: Held | None = None) -> None:
        self.problem = problem
        self.held = held or nothing_held(problem)
        self.base, self.hubs = self.held.book, self.held.book.hubs
        self.session, self.later, self.mask = (
            self.held.session.copy(),
            self.held.later.copy(),
            self.held.mask(),
        )
        self.pins: Ints = np.flatnonzero((problem.people.pinned >= 0) & (self.session == LEFT))
        self._followed = problem.people.next_until[self.pins] > 0
        self._check_pins()
        self.seats: Ints = self._seats()
        self.book = self.base.copy()
        #: A pin for which the simple way found nothing; the exact road may.
        self.unbooked: Impossible | None = self._book_pins()
        self._waiting = free = np.flatnonzero(self.session == LEFT)
        self.pinned_cost = cost_of(problem, self.session, np.flatnonzero(self.session != LEFT))
        self.nobody = not len(free) or not len(self.hubs.site)
        if self.nobody:
            return
        self.units: Units = units(problem, free)
        self.groups: Groups = groups(self.units)
        self.choices = Choices(
            problem, self.hubs, self.units, self.groups, self.seats, self.free.doses, self._settled_at_hubs()
        )

    def plan(self, book: Book, session: Ints, later: Ints, mask: Ints) -> Plan:
        """The plan of who sits where; `session`, `later` and `mask` per person, pins included. Its bound is not known yet."""
        batch, later_batch = _batches(self.problem, book, session, later, mask)
        cost = self.pinned_cost + cost_of(self.problem, session, self._waiting)
        return Plan(session, batch, later, later_batch, cost, 0.0)

    def wish(self, who: int) -> Wish:
        people = self.problem.people
        return int(people.products[who]), int(people.next_after[who]), int(people.next_until[who])

    def settled(self) -> dict[tuple[int, Wish], int]:
        """Doses wanted whatever happens by those held or pinned, per session and wish."""
        found: Counter[tuple[int, Wish]] = Counter()
        products = len(self.problem.products)
        for at in (self.held.session, self.held.later):
            comes = np.flatnonzero(at >= 0)
            count = np.bincount(at[comes] * products + self.held.product[comes])
            cells = np.flatnonzero(count)
            for cell, many in zip(cells.tolist(), count[cells].tolist(), strict=True):
                found[cell // products, (1 << cell % products, 0, 0)] += many
        found.update((int(self.problem.people.pinned[who]), self.wish(who)) for who in self.pins.tolist())
        return dict(found)

    def _check_pins(self) -> None:
        for who in self.pins.tolist():
            session = int(self.problem.people.pinned[who])
            if broken := pin_problem(self.problem, who, session):
                raise _impossible_pin(self.problem, who, session, broken)

    def _seats(self) -> Ints:
        sessions, pinned = len(self.problem.sessions.seats), self.problem.people.pinned[self.pins]
        left: Ints = (
            self.problem.sessions.seats - self.held.seats(sessions) - np.bincount(pinned, minlength=sessions)
        )
        for who, session in zip(self.pins.tolist(), pinned.tolist(), strict=True):
            if left[session] < 0:
                raise _impossible_pin(self.problem, who, session, None)
        return left

    def _book_pins(self) -> Impossible | None:
        """The simple way: one after the other, those without a later dose first. What these leave is `free`."""
        self.session[self.pins] = self.problem.people.pinned[self.pins]
        unbooked = self._book_one_by_one(self.pins[~self._followed])
        self.free: Free = free_of(self.book.stock, len(self.problem.batches.doses))
        return unbooked or self._book_one_by_one(self.pins[self._followed])

    def _book_one_by_one(self, pins: Ints) -> Impossible | None:
        for who in pins.tolist():
            session = int(self.session[who])
            stay = self.book.seat((self.wish(who),), session, 1)
            if stay is None:
                return _impossible_pin(self.problem, who, session, None)
            self.later[who], self.mask[who] = stay.later[0], stay.masks[0]
        return None

    def _settled_at_hubs(self) -> dict[tuple[int, Wish], int]:
        """What is wanted of the free doses whatever happens, per hub and wish: by people of the book whom several batches can
        serve, and by pins that a dose follows."""
        hub_of = np.empty(len(self.problem.sessions.seats), dtype=np.int64)
        hub_of[self.hubs.sessions] = np.repeat(np.arange(len(self.hubs.site)), np.diff(self.hubs.starts))
        found = Counter(
            (int(hub_of[self.session[who]]), self.wish(who)) for who in self.pins[self._followed].tolist()
        )
        for (site, (day, mask)), count in self.free.wanted.items():
            # Whoever wants it is in a session of that site and day that gives it; any hub that does has the same batches for it.
            hubs = self.hubs.of_window(site, day, day)
            hub = next(at for at in hubs if not self.hubs.mask[at] or not mask & ~int(self.hubs.mask[at]))
            found[hub, (mask, 0, 0)] += count
        return dict(found)


def _batches(problem: Problem, book: Book, session: Ints, later: Ints, mask: Ints) -> tuple[Ints, Ints]:
    """Which batch everybody's doses come from: those of one site, day and wish share what was set aside for them."""
    sessions = problem.sessions
    batch = np.full(len(session), LEFT, dtype=np.int64)
    later_batch = np.full(len(session), LEFT, dtype=np.int64)
    first, second = np.flatnonzero(session >= 0), np.flatnonzero(later > BEYOND)
    second = second[later[second] >= 0]
    who, at = np.r_[first, second], np.r_[session[first], later[second]]
    if not len(who):
        return batch, later_batch
    wishes = np.unique([wish for stock in book.stock for _day, wish in stock.used] or [0])
    wish = np.searchsorted(wishes, mask[who])
    base = int(sessions.day.min())
    days = int(sessions.day.max()) - base + 1
    cell = ((sessions.site * days + sessions.day - base) * len(wishes))[at] + wish
    served = [settled(book, number) for number in range(len(problem.sites))]
    count = np.bincount(cell)
    rows_of_cell = np.full(len(count), LEFT, dtype=np.int64)
    shared: list[list[tuple[int, int]]] = []
    for number in np.flatnonzero(count).tolist():
        place, which = divmod(number, len(wishes))
        given = served[place // days][place % days + base, int(wishes[which])]
        if len(given) == 1:
            rows_of_cell[number] = given[0][0]
        else:
            shared.append(given)
    rows_of = rows_of_cell[cell]
    # Only where several batches serve one cell are its people counted out.
    several = np.flatnonzero(rows_of == LEFT)
    order = several[np.argsort(cell[several], kind="stable")]
    rows, counts = np.array([row for given in shared for row in given], dtype=np.int64).reshape(-1, 2).T
    rows_of[order] = np.repeat(rows, counts)
    batch[first] = rows_of[: len(first)]
    later_batch[second] = rows_of[len(first) :]
    return batch, later_batch


def _impossible_pin(problem: Problem, who: int, session: int, broken: Text | None) -> Impossible:
    why = broken or Text("没有空位或疫苗", "no seat or dose is left")
    person, name = problem.people.ids[who], problem.sessions.ids[session]
    return Impossible(
        "assignment.pin",
        Text(f"{person} 被固定到 {name}，但{why.zh}。", f"{person} is pinned to {name}, but {why.en}."),
        Text("取消这一固定，或改选场次。", "Take the pin away or choose another session."),
    )
