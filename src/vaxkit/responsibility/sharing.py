"""Households to officers, so that every household with somebody to reach has exactly one and the load is fair.

What counts, in this order (a better figure higher up is never given away for any further down):

    1. people of households that no officer may take            as few as can be
    2. people below an officer's least number                    as few as can be
    3. households whose officer changes                          as few as can be (a family knows whom to call)
    4. the way: own unit or grid 0, same village 1, same township 2, times the people
    5. the unevenness: the sum of the squared loads

Never broken: an officer's most, who may take whom (the township), and the officer whom somebody named ("pinned"). The search
starts from the nearest officer with room and improves by moving one household or exchanging two until nothing improves: the
answer is a local optimum, the same for the same input in any order. Everybody has an officer wherever the officers' most, less
the largest household but one person each, is enough for all; where every household has one person, the first two counts are
the best there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vaxkit.vocabulary import Text

FAR = 99


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
    """One township's households and officers, numbered; `at[h]` is the officer of household h, -1 for none."""

    def __init__(self, homes: Sequence[Household], officers: Sequence[Officer], village_digits: int) -> None:
        self.homes, self.officers = homes, officers
        self.way = [[_way(home, each, village_digits) for each in officers] for home in homes]
        number = {each.key: at for at, each in enumerate(officers)}
        self.before = [number.get(home.officer, -1) for home in homes]
        self.pinned = [number.get(home.pinned, -1) for home in homes]
        for home, pin in zip(homes, self.pinned, strict=True):
            if home.pinned and pin < 0:
                raise ValueError(f"the officer named for {home.key} is of another township")
        self.at = [-1] * len(homes)
        self.load = [0] * len(officers)

    def solved(self) -> _Town:
        self._begin()
        while self._moved() or self._exchanged():
            pass
        return self

    def _begin(self) -> None:
        """The named first, then the kept, then by the way; the largest households first, who fit worst later."""
        for at, pin in enumerate(self.pinned):
            if pin >= 0:
                self._put(at, pin)
        order = sorted(range(len(self.homes)), key=lambda at: (-self.homes[at].people, at))
        for at in order:
            if self.at[at] < 0 and self.before[at] >= 0 and self._fits(at, self.before[at]):
                self._put(at, self.before[at])
        for at in order:
            if self.at[at] < 0:
                free = [o for o in range(len(self.officers)) if self._fits(at, o)]
                if free:
                    self._put(at, min(free, key=lambda o: (self.way[at][o], self.load[o], o)))

    def _fits(self, at: int, officer: int, without: int = 0) -> bool:
        return self.load[officer] - without + self.homes[at].people <= self.officers[officer].most

    def _put(self, at: int, officer: int) -> None:
        if self.at[at] >= 0:
            self.load[self.at[at]] -= self.homes[at].people
        self.at[at] = officer
        if officer >= 0:
            self.load[officer] += self.homes[at].people

    def _value(
        self, placed: Sequence[tuple[int, int]], loads: dict[int, int]
    ) -> tuple[int, int, int, int, int]:
        """What counts, of these households at these officers and of these officers' loads; smaller is better."""
        unmet = sum(self.homes[h].people for h, o in placed if o < 0)
        below = sum(max(0, self.officers[o].least - load) for o, load in loads.items())
        changed = sum(o != self.before[h] for h, o in placed if self.before[h] >= 0 and o >= 0)
        way = sum(self.way[h][o] * self.homes[h].people for h, o in placed if o >= 0)
        return unmet, below, changed, way, sum(load * load for load in loads.values())

    def _better(self, moves: Sequence[tuple[int, int]]) -> bool:
        """Do the moves (household, officer) if they make the whole better."""
        old = [(h, self.at[h]) for h, _o in moves]
        touched = {o for _h, o in (*old, *moves) if o >= 0}
        before = {o: self.load[o] for o in touched}
        after = dict(before)
        for (h, there), (_h, here) in zip(old, moves, strict=True):
            if there >= 0:
                after[there] -= self.homes[h].people
            if here >= 0:
                after[here] += self.homes[h].people
        if any(after[o] > self.officers[o].most and after[o] > before[o] for o in touched):
            return False
        if self._value(moves, after) >= self._value(old, before):
            return False
        for h, o in moves:
            self._put(h, o)
        return True

    def _moved(self) -> bool:
        improved = False
        for h in range(len(self.homes)):
            if self.pinned[h] < 0:
                for o in range(len(self.officers)):
                    improved |= o != self.at[h] and self._better([(h, o)])
        return improved

    def _exchanged(self) -> bool:
        """Exchange two households, or let one take another's place that goes to a third officer or waits."""
        improved = False
        free = [h for h, pin in enumerate(self.pinned) if pin < 0]
        for nth, h in enumerate(free):
            for other in free[nth + 1 :]:
                if self.at[h] != self.at[other] and self._may_help(h, other):
                    improved |= self._better([(h, self.at[other]), (other, self.at[h])])
        for h in [h for h in free if self.at[h] < 0]:
            improved |= self._room_made(h, free)
        return improved

    def _may_help(self, h: int, other: int) -> bool:
        """Whether exchanging two households can be better at all: said quickly, for most pairs cannot."""
        a, b = self.at[h], self.at[other]
        p, q = self.homes[h].people, self.homes[other].people
        if a < 0 or b < 0 or self.before[h] == b or self.before[other] == a:
            return True
        if (p - q) * (self.load[a] - self.load[b]) > 0:  # the larger household would leave the fuller officer
            return True
        way = self.way
        return way[h][b] * p + way[other][a] * q < way[h][a] * p + way[other][b] * q

    def _room_made(self, h: int, free: Sequence[int]) -> bool:
        for other in free:
            here = self.at[other]
            if here < 0:
                continue
            for o in range(len(self.officers)):
                if o != here and self._better([(h, here), (other, o)]):
                    return True
        return False

    def why(self, at: int) -> Why:
        home, chosen = self.homes[at], self.at[at]
        if self.pinned[at] >= 0:
            return Why.PINNED
        if self.before[at] == chosen:
            return Why.KEPT
        if home.unit and home.unit == self.officers[chosen].unit:
            return Why.SAME_UNIT
        return _WAYS[self.way[at][chosen]]


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
            officer = town.at[at]
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
