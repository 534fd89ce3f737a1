"""Households to officers, so that every household with somebody to reach has exactly one and the load is fair.

What counts, in this order (a better figure higher up is never given away for any further down):

    1. people of households that no officer may take            as few as can be
    2. people below an officer's least number                    as few as can be
    3. households whose officer changes                          as few as can be (a family knows whom to call)
    4. the way: own unit or grid 0, same village 1, same township 2, times the people
    5. the unevenness: the sum of the squared loads

Never broken: an officer's most, who may take whom (the township), and the officer whom somebody named ("pinned"). The search
starts from the nearest officer with room, near households before those from farther off, and improves by moving one household
or exchanging two until nothing improves: the answer is a local optimum, the same for the same input in any order. Everybody has
an officer wherever the officers' most, less the largest household but one person each, is enough for all; where every household
has one person, the first two counts are the best there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from vaxkit.vocabulary import Text

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Why(StrEnum):
    """Why a household has its officer."""

    PINNED = "pinned"
    KEPT = "kept"
    SAME_UNIT = "same_unit"
    SAME_GRID = "same_grid"
    SAME_VILLAGE = "same_village"
    SAME_TOWNSHIP = "same_township"

    @property
    def text(self) -> Text:
        return _REASONS[self]


_REASONS = {
    Why.PINNED: Text("指定由其包保", "named by hand"),
    Why.KEPT: Text("原包保人，保持不变", "kept from before"),
    Why.SAME_UNIT: Text("同一单位", "of the same unit"),
    Why.SAME_GRID: Text("同一网格", "of the same grid"),
    Why.SAME_VILLAGE: Text("同一村（社区）", "of the same village"),
    Why.SAME_TOWNSHIP: Text("同一乡镇（街道）", "of the same township"),
}
_WAYS = {0: Why.SAME_GRID, 1: Why.SAME_VILLAGE, 2: Why.SAME_TOWNSHIP}


@dataclass(frozen=True, slots=True)
class Household:
    """People who are reached together: `people` to reach (1 or more), where they live (area code), their unit ("" for none),
    the officer whom they have now ("" for none), and the one whom somebody named."""

    key: str
    people: int
    area: str
    unit: str = ""
    officer: str = ""
    pinned: str = ""


@dataclass(frozen=True, slots=True)
class Officer:
    """Who answers: where (an area code: a village's officer answers for its grids too), of which unit, for `least` to `most`."""

    key: str
    area: str
    unit: str = ""
    least: int = 0
    most: int = 7


@dataclass(frozen=True, slots=True)
class Choice:
    household: str
    officer: str
    why: Why


@dataclass(frozen=True, slots=True)
class Shortage:
    """People of a township for whom no officer is left, and how many officers of the usual most would do."""

    area: str
    people: int
    officers: int


@dataclass(frozen=True, slots=True)
class Allotment:
    """`choices` by household; `left` are the households without an officer; `loads` people per officer, everyone's."""

    choices: tuple[Choice, ...]
    left: tuple[str, ...]
    loads: dict[str, int]
    changed: int
    below_least: tuple[str, ...]
    short: tuple[Shortage, ...]


def allot(
    households: Iterable[Household],
    officers: Iterable[Officer],
    *,
    town_digits: int = 9,
    village_digits: int = 12,
) -> Allotment:
    """Raises ValueError for keys that stand twice, people below 1, a pin on an unknown officer or on one of another township."""
    homes = sorted(households, key=lambda home: (home.area, home.key))
    who = sorted(officers, key=lambda officer: (officer.area, officer.key))
    _check(homes, who)
    towns = sorted({home.area[:town_digits] for home in homes})
    parts = [
        _Town(
            [home for home in homes if home.area[:town_digits] == town],
            [each for each in who if each.area[:town_digits] == town or town.startswith(each.area)],
            village_digits,
        ).solved()
        for town in towns
    ]
    return _together(homes, who, parts, town_digits)


class _Town:
    """One township's households and officers, numbered; `at[h]` is the officer of household h, -1 for none.

    A move or an exchange is looked for among all at once, as arrays: the difference that each would make to every count, in the
    order of the counts (`_better`). What is found is done one by one, the first that improves.
    """

    def __init__(self, homes: Sequence[Household], officers: Sequence[Officer], village_digits: int) -> None:
        self.homes, self.officers = homes, officers
        number = {each.key: at for at, each in enumerate(officers)}
        self.people = np.array([home.people for home in homes], dtype=np.int64)
        self.least = np.array([each.least for each in officers], dtype=np.int64)
        self.most = np.array([each.most for each in officers], dtype=np.int64)
        self.way = _ways(homes, officers, village_digits)
        self.before = np.array([number.get(home.officer, -1) for home in homes], dtype=np.int64)
        self.pinned = np.array([number.get(home.pinned, -1) for home in homes], dtype=np.int64)
        for home, pin in zip(homes, self.pinned, strict=True):
            if home.pinned and pin < 0:
                raise ValueError(f"the officer named for {home.key} is of another township")
        self.free = np.flatnonzero(self.pinned < 0)
        self.at = np.full(len(homes), -1, dtype=np.int64)
        self.load = np.zeros(len(officers), dtype=np.int64)

    def solved(self) -> _Town:
        if not len(self.officers):
            return self
        self._begin()
        while self._moved() or self._exchanged():
            pass
        return self

    def _begin(self) -> None:
        """The named first, then the kept, then by the way: whoever lives near takes the room before anybody from farther off, so
        that too few officers are those of their own places. Of equal ways the largest households first, who fit worst later."""
        for at, pin in enumerate(self.pinned):
            if pin >= 0:
                self._put(at, int(pin))
        order = sorted(range(len(self.homes)), key=lambda at: (-self.homes[at].people, at))
        for at in order:
            kept = int(self.before[at])
            if self.at[at] < 0 and kept >= 0 and self.load[kept] + self.people[at] <= self.most[kept]:
                self._put(at, kept)
        for farthest in sorted(_WAYS):
            for at in order:
                if self.at[at] < 0:
                    room = np.flatnonzero(
                        (self.load + self.people[at] <= self.most) & (self.way[at] <= farthest)
                    )
                    if len(room):
                        nearest = np.lexsort((room, self.load[room], self.way[at][room]))
                        self._put(at, int(room[nearest[0]]))

    def _put(self, at: int, officer: int) -> None:
        if self.at[at] >= 0:
            self.load[self.at[at]] -= self.people[at]
        self.at[at] = officer
        if officer >= 0:
            self.load[officer] += self.people[at]

    def _moved(self) -> bool:
        improved = False
        for h in self.free:
            while len(found := np.flatnonzero(self._moves(int(h)))):
                self._put(int(h), int(found[0]))
                improved = True
        return improved

    def _moves(self, h: int) -> Flags:
        """For every officer: whether the whole is better once household h is theirs."""
        here, p = int(self.at[h]), int(self.people[h])
        fits: Flags = self.load + p <= self.most
        if here < 0:
            return fits
        fits[here] = False
        if not fits.any():
            return fits
        below = self._below(self.load + p, self.least) - self._below(self.load, self.least)
        below += int(
            max(0, self.least[here] - self.load[here] + p) - max(0, self.least[here] - self.load[here])
        )
        changed = _changes(self.before[h], np.arange(len(self.officers))) - _changes(self.before[h], here)
        way = (self.way[h] - self.way[h, here]) * p
        uneven = 2 * p * (self.load - self.load[here] + p)
        found: Flags = fits & _better(below, changed, way, uneven)
        return found

    def _exchanged(self) -> bool:
        """Exchange two households, or let one take another's place that goes to a third officer or waits."""
        improved = False
        for nth, h in enumerate(self.free):
            others = self.free[nth + 1 :]
            while len(others) and len(found := np.flatnonzero(self._exchanges(int(h), others))):
                other = int(others[found[0]])
                mine, theirs = int(self.at[h]), int(self.at[other])
                self._put(int(h), -1)
                self._put(other, mine)
                self._put(int(h), theirs)
                others, improved = others[found[0] + 1 :], True
        for waiting in self.free[self.at[self.free] < 0]:
            improved |= self._room_made(int(waiting))
        return improved

    def _exchanges(self, h: int, others: Numbers) -> Flags:
        """For every other household: whether the whole is better once h and it have exchanged their officers."""
        here, p = int(self.at[h]), int(self.people[h])
        there, q = self.at[others], self.people[others]
        load_there = np.where(there >= 0, self.load[there], 0)
        fits: Flags = (there != here) & ((p <= q) | (there < 0) | (load_there + p - q <= self.most[there]))
        if here >= 0:
            fits &= (q <= p) | (self.load[here] + q - p <= self.most[here])
        if not fits.any():
            return fits
        least_there = np.where(there >= 0, self.least[there], 0)
        after_there, load_here = load_there + p - q, int(self.load[here]) if here >= 0 else 0
        after_here, least_here = load_here + q - p, int(self.least[here]) if here >= 0 else 0
        unmet = np.where(there < 0, p - q, 0) + (np.asarray(q - p) if here < 0 else 0)
        below = np.where(
            there >= 0, self._below(after_there, least_there) - self._below(load_there, least_there), 0
        )
        uneven = np.where(there >= 0, after_there**2 - load_there**2, 0)
        if here >= 0:
            below = below + np.maximum(0, least_here - after_here) - max(0, least_here - load_here)
            uneven = uneven + after_here**2 - load_here**2
        before = self.before[others]
        changed = _changes(self.before[h], there) - _changes(self.before[h], here)
        changed = changed + _changes(before, here) - _changes(before, there)
        way = (
            self._ways(h, there) - self._ways(h, here) + self._ways(others, here) - self._ways(others, there)
        )
        found: Flags = fits & _better(unmet, below, changed, way, uneven)
        return found

    def _ways(self, homes: Any, officers: Any) -> Any:
        return np.where(np.asarray(officers) >= 0, self.way[homes, officers] * self.people[homes], 0)

    def _room_made(self, h: int) -> bool:
        """Whether household h, which waits, has got the place of another that went to a third officer."""
        p, room = int(self.people[h]), self.most - self.load
        if not (room > 0).any():
            return False
        placed = self.free[self.at[self.free] >= 0]
        q, here = self.people[placed], self.at[placed]
        for nth in np.flatnonzero((self.load[here] + p - q <= self.most[here]) & (q <= room.max())):
            other, mine = int(placed[nth]), int(here[nth])
            takers = np.flatnonzero(room >= q[nth])
            takers = takers[takers != mine]
            if len(takers):
                self._put(other, int(takers[0]))
                self._put(h, mine)
                return True
        return False

    @staticmethod
    def _below(load: Numbers, least: Numbers) -> Numbers:
        lacking: Numbers = np.maximum(0, least - load)
        return lacking

    def why(self, at: int) -> Why:
        home, chosen = self.homes[at], int(self.at[at])
        if self.pinned[at] >= 0:
            return Why.PINNED
        if self.before[at] == chosen:
            return Why.KEPT
        if home.unit and home.unit == self.officers[chosen].unit:
            return Why.SAME_UNIT
        return _WAYS[int(self.way[at, chosen])]


def _better(*differences: Any) -> Flags:
    """Whether the first difference that is not 0 is below it."""
    better: Any = differences[-1] < 0
    for difference in differences[-2::-1]:
        better = (difference < 0) | ((difference == 0) & better)
    return np.asarray(better)


def _changes(before: Any, officer: Any) -> Any:
    """1 where somebody had another officer before, 0 where none or the same, or nobody takes them now."""
    return ((before >= 0) & (officer >= 0) & (before != officer)).astype(np.int64)


def _ways(homes: Sequence[Household], officers: Sequence[Officer], village_digits: int) -> Numbers:
    """A row per household, a column per officer; worked out once for every place and unit that there is."""
    known: dict[tuple[str, str], list[int]] = {}
    for home in homes:
        if (home.area, home.unit) not in known:
            known[home.area, home.unit] = [_way(home, each, village_digits) for each in officers]
    rows = [known[home.area, home.unit] for home in homes]
    return np.array(rows, dtype=np.int64).reshape(len(homes), len(officers))


def _way(home: Household, officer: Officer, village_digits: int) -> int:
    if home.unit and home.unit == officer.unit:
        return 0
    if len(officer.area) > village_digits and home.area.startswith(officer.area):
        return 0
    return (
        1
        if officer.area[:village_digits] == home.area[:village_digits] and len(officer.area) >= village_digits
        else 2
    )


def _check(homes: Sequence[Household], officers: Sequence[Officer]) -> None:
    for keys in ([home.key for home in homes], [each.key for each in officers]):
        if len(set(keys)) != len(keys):
            raise ValueError("a key stands twice")
    if any(home.people < 1 for home in homes):
        raise ValueError("a household has somebody to reach")
    if any(not 0 <= each.least <= each.most for each in officers):
        raise ValueError("an officer's least lies between 0 and their most")
    known = {each.key for each in officers}
    if any(home.pinned and home.pinned not in known for home in homes):
        raise ValueError("somebody is named who is no officer")


def _together(
    homes: Sequence[Household], officers: Sequence[Officer], towns: Sequence[_Town], town_digits: int
) -> Allotment:
    loads = {each.key: 0 for each in officers}
    choices: list[Choice] = []
    left: list[str] = []
    unmet: dict[str, int] = {}
    changed = 0
    for town in towns:
        for at, home in enumerate(town.homes):
            officer = int(town.at[at])
            if officer < 0:
                left.append(home.key)
                area = home.area[:town_digits]
                unmet[area] = unmet.get(area, 0) + home.people
                continue
            key = town.officers[officer].key
            loads[key] += home.people
            choices.append(Choice(home.key, key, town.why(at)))
            changed += bool(home.officer) and home.officer != key
    usual = max(1, round(sum(each.most for each in officers) / len(officers))) if officers else 7
    return Allotment(
        choices=tuple(sorted(choices, key=lambda choice: choice.household)),
        left=tuple(sorted(left)),
        loads=loads,
        changed=changed,
        below_least=tuple(each.key for each in officers if loads[each.key] < each.least),
        short=tuple(Shortage(area, people, -(-people // usual)) for area, people in sorted(unmet.items())),
    )
