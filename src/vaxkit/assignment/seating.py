"""A problem made ready (pins booked, units and groups built, choices found), and plans written from who sits where."""

from dataclasses import dataclass

import numpy as np

from vaxkit.assignment.booking import BEYOND, Book, settled
from vaxkit.assignment.choices import Choices
from vaxkit.assignment.hubs import Hubs, hubs
from vaxkit.assignment.plan import LEFT, Plan, cost_of
from vaxkit.assignment.problem import Ints, Problem
from vaxkit.assignment.refused import Impossible
from vaxkit.assignment.rules import pin_problem
from vaxkit.assignment.units import Groups, Units, groups, units
from vaxkit.vocabulary import Text


@dataclass(frozen=True, slots=True)
class Held:
    """People who stay where they are: session, session of the next dose and products per person (-1, -1, 0: free), and the book in
    which they are booked."""

    session: Ints
    later: Ints
    mask: Ints
    book: Book


def nothing_held(problem: Problem) -> Held:
    people = len(problem.people)
    free, none = np.full(people, LEFT, dtype=np.int64), np.zeros(people, dtype=np.int64)
    return Held(free, free.copy(), none, Book(problem, hubs(problem)))


class Crew:
    """A problem with its pins booked, its units, groups and choices; writes plans."""

    def __init__(self, problem: Problem, held: Held | None = None) -> None:
        self.problem = problem
        self.fixed = held or nothing_held(problem)
        self.book = self.fixed.book
        self.hubs: Hubs = self.book.hubs
        self._book_pins()
        free = np.flatnonzero(self.fixed.session == LEFT)
        self.pinned_cost = cost_of(problem, self.fixed.session) - problem.costs.left_over * int(
            problem.people.weight[free].sum()
        )
        self.nobody = not len(free) or not len(self.hubs.site)
        if self.nobody:
            return
        self.seats: Ints = np.array(self.book.seats, dtype=np.int64)
        self.doses: Ints = _rooms(problem, self.book)
        self.units: Units = units(problem, free)
        self.groups: Groups = groups(self.units)
        self.choices = Choices(problem, self.hubs, self.units, self.groups, self.doses)

    def plan(self, book: Book, session: Ints, later: Ints, mask: Ints) -> Plan:
        """The plan of who sits where; `session`, `later` and `mask` per person, pins included. Its bound is not known yet."""
        batch, later_batch = _batches(self.problem, book, session, later, mask)
        return Plan(session, batch, later, later_batch, cost_of(self.problem, session), 0.0)

    def _book_pins(self) -> None:
        people, fixed = self.problem.people, self.fixed
        for who in np.flatnonzero((people.pinned >= 0) & (fixed.session == LEFT)).tolist():
            session = int(people.pinned[who])
            broken = pin_problem(self.problem, who, session)
            kind = ((int(people.products[who]), int(people.next_after[who]), int(people.next_until[who])),)
            stay = None if broken else self.book.seat(kind, session, 1)
            if stay is None:
                raise _impossible_pin(self.problem, who, session, broken)
            fixed.session[who], fixed.later[who], fixed.mask[who] = stay.session, stay.later[0], stay.masks[0]


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
    wishes, wish = np.unique(mask[who], return_inverse=True)
    base = int(sessions.day.min())
    days = int(sessions.day.max()) - base + 1
    cell = ((sessions.site * days + sessions.day - base) * len(wishes))[at] + wish
    order = np.argsort(cell, kind="stable")
    given = [settled(book, number) for number in range(len(problem.sites))]
    rows: list[int] = []
    counts: list[int] = []
    for number in np.unique(cell).tolist():
        place, which = divmod(number, len(wishes))
        for row, many in given[place // days][(place % days + base, int(wishes[which]))]:
            rows.append(row)
            counts.append(many)
    rows_of = np.empty(len(who), dtype=np.int64)
    rows_of[order] = np.repeat(np.array(rows), counts)
    batch[first] = rows_of[: len(first)]
    later_batch[second] = rows_of[len(first) :]
    return batch, later_batch


def _rooms(problem: Problem, book: Book) -> Ints:
    """Doses not spoken for, per batch."""
    doses = np.zeros(len(problem.batches.doses), dtype=np.int64)
    for stock in book.stock:
        doses[list(stock.rows)] = stock.room
    return doses


def _impossible_pin(problem: Problem, who: int, session: int, broken: Text | None) -> Impossible:
    why = broken or Text("没有空位或疫苗", "no seat or dose is left")
    person, name = problem.people.ids[who], problem.sessions.ids[session]
    return Impossible(
        "assignment.pin",
        Text(f"{person} 被固定到 {name}，但{why.zh}。", f"{person} is pinned to {name}, but {why.en}."),
        Text("取消这一固定，或改选场次。", "Take the pin away or choose another session."),
    )
