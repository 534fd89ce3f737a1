"""From a flow to a plan: units take real seats and real doses, and the plan says for every person which."""

from dataclasses import dataclass

import numpy as np

from vaxkit.assignment.booking import BEYOND, Book, settled
from vaxkit.assignment.exact import Model, solve_exactly
from vaxkit.assignment.network import Doors, Flow, Hubs, doors, hubs
from vaxkit.assignment.plan import LEFT, Plan, cost_of
from vaxkit.assignment.problem import Ints, Problem
from vaxkit.assignment.refused import Impossible
from vaxkit.assignment.room import Booked, Ways, make_room
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


def nothing_held(problem: Problem, book: Book) -> Held:
    people = len(problem.people)
    free, none = np.full(people, LEFT, dtype=np.int64), np.zeros(people, dtype=np.int64)
    return Held(free, free.copy(), none, book)


class Crew:
    """A problem with its pins booked, its units and groups built and its doors found; makes plans of flows."""

    def __init__(self, problem: Problem, held: Held | None = None) -> None:
        self.problem = problem
        self.hubs: Hubs = hubs(problem)
        self._book = held.book if held else Book(problem, self.hubs)
        self._fixed = held or nothing_held(problem, self._book)
        self._book_pins()
        free = np.flatnonzero(self._fixed.session == LEFT)
        self.pinned_cost = cost_of(problem, self._fixed.session) - problem.costs.left_over * int(
            problem.people.weight[free].sum()
        )
        self.nobody = not len(free) or not len(self.hubs.site)
        if self.nobody:
            return
        self.units: Units = units(problem, free)
        self.groups: Groups = groups(self.units)
        self.doors: Doors = doors(problem, self.hubs, self.units, self.groups)
        count = len(self.groups.example)
        order = np.lexsort((self.doors.arc_cost, self.doors.arc_group))
        self._arcs, self._arc_starts = (
            order,
            np.searchsorted(self.doors.arc_group[order], np.arange(count + 1)),
        )
        order = np.argsort(self.groups.of, kind="stable")
        self._units, self._unit_starts = order, np.searchsorted(self.groups.of[order], np.arange(count + 1))

    def free_seats(self) -> Ints:
        return np.array(self._book.seats, dtype=np.int64)

    def free_doses(self) -> Ints:
        return _rooms(self.problem, self._book)

    def plan(self, flow: Flow | None, *, thoroughly: bool = False) -> tuple[Plan, Ints]:
        """Book the flow and write the plan (None: only the pins). Returns it with the doses left in each batch.

        `thoroughly`: others are asked to move before anybody is left over.
        """
        book = self._book.copy()
        return self._written(book, self._seated(book, flow, thoroughly) if flow is not None else [])

    def optimum(self, effort: float) -> tuple[Plan, float] | None:
        """The exact road for small problems: a plan and its bound, pins included."""
        model = Model(self.problem, self.hubs, self.units, self.groups, self.doors)
        model.build(self._book.seats, self.free_doses().tolist())
        kinds = [self.units.kinds[int(self.units.kind[unit])] for unit in self.groups.example]
        found = solve_exactly(model, kinds, effort)
        if found is None:
            return None
        book = self._book.copy()
        for _group, stay in found.stays:
            book.take(stay)
        return self._written(book, found.stays)[0], found.bound + self.pinned_cost

    def _written(self, book: Book, stays: list[Booked]) -> tuple[Plan, Ints]:
        session, later, mask = self._fixed.session.copy(), self._fixed.later.copy(), self._fixed.mask.copy()
        next_unit = self._unit_starts.tolist()
        for group, stay in stays:
            taken = self._units[next_unit[group] : next_unit[group] + stay.units]
            next_unit[group] += stay.units
            start = self.units.starts[taken]
            for member, (wanted, after) in enumerate(zip(stay.masks, stay.later, strict=True)):
                who = self.units.members[start + member]
                session[who], later[who], mask[who] = stay.session, after, wanted
        batch, later_batch = self._batches(book, session, later, mask)
        plan = Plan(session, batch, later, later_batch, cost_of(self.problem, session), 0.0, 0)
        return plan, _rooms(self.problem, book)

    def _seated(self, book: Book, flow: Flow, thoroughly: bool) -> list[Booked]:
        """Book all groups: first as the flow says, then whoever is left through any door, then by asking others to move."""
        size = self.units.size[self.groups.example]
        weight = self.units.weight[self.groups.example] / size
        ways = Ways(self.hubs, self.units.kinds, self.doors, self._arcs, self._arc_starts)
        stays: list[Booked] = []
        waiting: list[tuple[int, int]] = []
        for group in np.lexsort((np.arange(len(size)), -size, -weight)).tolist():
            arcs = self._arcs[self._arc_starts[group] : self._arc_starts[group + 1]]
            flows = flow.arcs[arcs]
            left = int(self.groups.units[group])
            for arc in np.flatnonzero(flows).tolist():
                wanted = int(flows[arc]) // int(size[group])
                left -= ways.through(book, stays, group, int(arcs[arc]), wanted)
            if left:
                waiting.append((group, left))
        still: list[int] = []
        for group, left in waiting:
            for arc in ways.of(group):
                left -= ways.through(book, stays, group, arc, left)
            still += [group] * left
        return make_room(book, stays, still, ways) if thoroughly else stays

    def _book_pins(self) -> None:
        people = self.problem.people
        for who in np.flatnonzero((people.pinned >= 0) & (self._fixed.session == LEFT)).tolist():
            session = int(people.pinned[who])
            broken = pin_problem(self.problem, who, session)
            kind = ((int(people.products[who]), int(people.next_after[who]), int(people.next_until[who])),)
            stay = None if broken else self._book.seat(kind, session, 1)
            if stay is None:
                raise _impossible_pin(self.problem, who, session, broken)
            fixed = self._fixed
            fixed.session[who], fixed.later[who], fixed.mask[who] = stay.session, stay.later[0], stay.masks[0]

    def _batches(self, book: Book, session: Ints, later: Ints, mask: Ints) -> tuple[Ints, Ints]:
        """Which batch everybody's doses come from: those of one site, day and wish share what was set aside for them."""
        sessions = self.problem.sessions
        batch = np.full(len(session), LEFT, dtype=np.int64)
        later_batch = np.full(len(session), LEFT, dtype=np.int64)
        first, second = np.flatnonzero(session >= 0), np.flatnonzero(later > BEYOND)
        second = second[later[second] >= 0]
        who = np.r_[first, second]
        at = np.r_[session[first], later[second]]
        site, day, wish = sessions.site[at], sessions.day[at], mask[who]
        order = np.lexsort((np.arange(len(who)), wish, day, site))
        keys = list(zip(site[order].tolist(), day[order].tolist(), wish[order].tolist(), strict=True))
        drawn: list[Ints] = []
        given = [settled(book, number) for number in range(len(self.problem.sites))]
        for site_, day_, wish_ in dict.fromkeys(keys):
            rows = given[site_][(day_, wish_)]
            drawn.append(np.repeat([row for row, _n in rows], [many for _row, many in rows]))
        rows_in_order = np.concatenate(drawn) if drawn else np.zeros(0, dtype=np.int64)
        rows_of = np.empty(len(who), dtype=np.int64)
        rows_of[order] = rows_in_order
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
