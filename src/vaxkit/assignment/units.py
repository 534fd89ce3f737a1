"""From people to units to groups, exactly.

A *unit* goes together: a household whose windows meet, or one person. A *group* is all units that are alike in everything the plan
can tell apart: place, permitted sites, window, products wanted, following dose, and what each day costs them. The optimum
over groups is the optimum over people; a county of half a million people has some ten thousand groups.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vaxkit.assignment.problem import Ints, Problem

ALL = (1 << 62) - 1


@dataclass(frozen=True, slots=True)
class Units:
    """One row per unit; `members[starts[u] : starts[u + 1]]` are its people, in the order of its kind's entries."""

    members: Ints
    starts: Ints
    size: Ints
    place: Ints
    sites: Ints
    farthest: NDArray[np.float64]
    first: Ints
    last: Ints
    #: What the members want, as an index into `kinds`.
    kind: Ints
    #: Sum of weights: all members', and of those already due on `first`.
    weight: Ints
    due_weight: Ints
    #: Cost of lateness that is certain on `first`, and the fingerprint of dues after `first`.
    sunk: Ints
    later_dues: NDArray[np.uint64]
    #: Every kind of unit: for each member its products and the window of its following dose.
    kinds: tuple[tuple[tuple[int, int, int], ...], ...]

    def people_of(self, unit: int) -> Ints:
        found: Ints = self.members[self.starts[unit] : self.starts[unit + 1]]
        return found


@dataclass(frozen=True, slots=True)
class Groups:
    """`of[u]` is the group of unit u; `example` and `units` are per group: a unit to stand for it, and how many there are. Groups
    that want the same at the same time, wherever they live, are of one `course`, for which `course_example` stands."""

    of: Ints
    example: Ints
    units: Ints
    course: Ints
    course_example: Ints


def units(problem: Problem, among: Ints) -> Units:
    """The units of the people `among` (indexes), households kept together where one session can suit them all."""
    people = problem.people
    home = homes(problem, among)
    wanted, triples = _wanted(problem, among)
    order = np.lexsort((among, wanted, home))
    members, sorted_home, wanted = among[order], home[order], wanted[order]
    starts = np.flatnonzero(np.r_[True, sorted_home[1:] != sorted_home[:-1]])
    ends = np.r_[starts[1:], len(members)]
    kind, kinds = _kinds(wanted, triples, starts, ends)
    first = np.maximum.reduceat(people.earliest[members], starts)
    weight = people.weight[members]
    due = np.maximum(people.due[members], problem.first_day)
    unit_first = np.repeat(first, ends - starts)
    is_due = due <= unit_first
    sites = np.where(people.sites[members] == 0, ALL, people.sites[members])
    return Units(
        members=members,
        starts=np.r_[starts, len(members)],
        size=ends - starts,
        place=people.place[members][starts],
        sites=np.bitwise_and.reduceat(sites, starts),
        farthest=np.minimum.reduceat(people.farthest[members], starts),
        first=first,
        last=np.minimum.reduceat(people.latest[members], starts),
        kind=kind,
        weight=np.add.reduceat(weight, starts),
        due_weight=np.add.reduceat(np.where(is_due, weight, 0), starts),
        sunk=np.add.reduceat(np.where(is_due, weight * (unit_first - due), 0), starts),
        later_dues=np.add.reduceat(np.where(is_due, np.uint64(0), _mixed(due, weight)), starts),
        kinds=kinds,
    )


def groups(found: Units) -> Groups:
    """Units that are alike, together."""
    course_example, course = _alike(
        found.first,
        found.last,
        found.kind,
        found.weight,
        found.due_weight,
        found.sunk,
        found.later_dues.view(np.int64),
    )
    example, of = _alike(course, found.place, found.sites, found.farthest.view(np.int64))
    return Groups(
        of=of, example=example, units=np.bincount(of, minlength=len(example)), course=course[example],
        course_example=course_example,
    )  # fmt: skip


def _alike(*columns: Ints) -> tuple[Ints, Ints]:
    """Rows that are alike in all columns, together: a row to stand for each class, and the class of every row."""
    key = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        key = _mix(key * np.uint64(0x9E3779B97F4A7C15) + column.astype(np.int64).view(np.uint64))
    _keys, example, of = np.unique(key, return_index=True, return_inverse=True)
    for column in columns:
        if not np.array_equal(column[example][of], column):
            raise ArithmeticError("two different classes have one fingerprint")
    return example.astype(np.int64), of.astype(np.int64)


def numbered(names: Ints) -> tuple[Ints, int]:
    """Numbers from 0 for names that are numbers themselves, and how many; names that are small stay as they are."""
    most = int(names.max(initial=-1)) + 1
    if most <= 4 * len(names) and names.min(initial=0) >= 0:
        return names, most
    found, number = np.unique(names, return_inverse=True)
    return number.astype(np.int64), len(found)


def homes(problem: Problem, among: Ints) -> Ints:
    """A number per unit for the people `among`. A household stays together if all live at one place and some session suits them
    all: its day, site, products and the way by everybody's rules, and seats for all of them. Otherwise everybody comes alone, and
    so does whoever is pinned."""
    people = problem.people
    alone: Ints = -1 - among
    if not len(among):
        return alone
    home = np.where(
        (people.household[among] < 0) | (people.pinned[among] >= 0), alone, people.household[among]
    )
    order = np.argsort(home, kind="stable")
    at = among[order]
    starts = np.flatnonzero(np.r_[True, home[order][1:] != home[order][:-1]])
    sizes = np.diff(np.r_[starts, len(at)])
    places = people.place[at]
    meets = np.minimum.reduceat(places, starts) == np.maximum.reduceat(places, starts)
    asked = np.flatnonzero(meets & (sizes > 1))
    meets[asked] = _some_session_suits(problem, at, starts, sizes, asked)
    home[order] = np.where(np.repeat(meets, sizes), home[order], alone[order])
    return home


def _some_session_suits(
    problem: Problem, at: Ints, starts: Ints, sizes: Ints, asked: Ints
) -> NDArray[np.bool_]:
    """For each household asked about (people `at`, from `starts`): whether any session suits all its members."""
    people, sessions = problem.people, problem.sessions
    found = np.zeros(len(asked), dtype=bool)
    if not len(asked) or not len(sessions.day):
        return found
    first = np.maximum.reduceat(people.earliest[at], starts)[asked]
    last = np.minimum.reduceat(people.latest[at], starts)[asked]
    own = np.bitwise_and.reduceat(np.where(people.sites[at] == 0, ALL, people.sites[at]), starts)[asked]
    farthest = np.minimum.reduceat(people.farthest[at], starts)[asked]
    place = people.place[at][starts][asked]
    sites = problem.reachable()[place] & (problem.km[place] <= farthest[:, None])
    sites &= (own[:, None] >> np.arange(len(problem.sites))) & 1 == 1
    # Households of one size that want the same products ask for the same sessions.
    wish = np.zeros(len(asked), dtype=np.uint64)
    if sessions.products.any():
        wish = np.add.reduceat(_mixed(people.products[at], people.products[at]), starts)[asked]
    bags, example, bag = np.unique(
        _mix(wish + sizes[asked].astype(np.uint64)), return_index=True, return_inverse=True
    )
    base, days = int(sessions.day.min()), int(sessions.day.max() - sessions.day.min()) + 1
    low, high = np.clip(first - base, 0, days), np.clip(last - base + 1, 0, days)
    for number in range(len(bags)):
        here = np.flatnonzero(bag == number)
        household = asked[example[number]]
        fits = sessions.seats >= sizes[household]
        for mask in set(
            people.products[at[starts[household] : starts[household] + sizes[household]]].tolist()
        ):
            fits &= (sessions.products == 0) | (sessions.products & mask != 0)
        until = np.zeros((len(problem.sites), days + 1), dtype=np.int64)
        np.add.at(until, (sessions.site[fits], sessions.day[fits] - base + 1), 1)
        until = np.cumsum(until, axis=1)
        inside = until[:, np.maximum(high[here], low[here])] > until[:, low[here]]
        found[here] = (sites[here] & inside.T).any(axis=1)
    return found


def _wanted(problem: Problem, among: Ints) -> tuple[Ints, list[tuple[int, int, int]]]:
    """Per person an index into the list of what people want: products and the window of a following dose."""
    people = problem.people
    columns = (people.products[among], people.next_after[among], people.next_until[among])
    prints = _mixed(columns[0], columns[1] * 100_000 + columns[2])
    _found, at, which = np.unique(prints, return_index=True, return_inverse=True)
    triples = [(int(columns[0][row]), int(columns[1][row]), int(columns[2][row])) for row in at]
    return which.astype(np.int64), triples


def _kinds(
    wanted: Ints, triples: list[tuple[int, int, int]], starts: Ints, ends: Ints
) -> tuple[Ints, tuple[tuple[tuple[int, int, int], ...], ...]]:
    """Per unit an index into the list of kinds. Members stand in one order everywhere, so alike units have alike rows."""
    # A sum of well-mixed numbers: the fingerprint of a bag.
    together = np.add.reduceat(_mixed(wanted, wanted + 1), starts)
    _all, example, kind = np.unique(together, return_index=True, return_inverse=True)
    kinds = tuple(tuple(triples[index] for index in wanted[starts[unit] : ends[unit]]) for unit in example)
    return kind.astype(np.int64), kinds


def _mixed(a: Ints, b: Ints) -> NDArray[np.uint64]:
    return _mix(_mix(a.astype(np.int64).view(np.uint64)) + b.astype(np.int64).view(np.uint64))


def _mix(value: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of splitmix64 (Steele, Lea, Flood 2014): every bit of the input moves every bit of the output."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))
