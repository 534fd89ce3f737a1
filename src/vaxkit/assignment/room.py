"""Placing by hand those whom the deal left waiting, and making room for them.

A unit comes by its cheapest open way. Where no way is open, those who hold what it needs are asked, one unit at a time, whether
another way is open to them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

import numpy as np

from vaxkit.assignment.booking import Book, Stay
from vaxkit.assignment.hubs import Hubs
from vaxkit.assignment.problem import Ints
from vaxkit.assignment.units import Groups, Units

#: For how many units room is made at most: a crowd without doses is not helped by asking around.
MOST_UNITS = 200
#: For one unit: how many of its hubs are tried, and how many others are asked at each.
HUBS_TRIED = 24
OTHERS_ASKED = 40
#: So many where others are held: there are few to ask.
MORE_ASKED = 400

Ways = Callable[[int], list[int]]
"""The hubs of a group, the cheapest first."""


class Room:
    """Who sits where, while it is being changed: `session` per unit, `later` and `mask` per person, and the book."""

    def __init__(
        self, book: Book, hubs: Hubs, units: Units, groups: Groups, ways: Ways, session: Ints, later: Ints, mask: Ints
    ) -> None:  # fmt: skip
        self._book, self._hubs, self._units, self._groups, self._ways = book, hubs, units, groups, ways
        self.session, self._later, self._mask = session, later, mask
        self._hub_of = np.empty(len(book.seats), dtype=np.int64)
        self._hub_of[hubs.sessions] = np.repeat(np.arange(len(hubs.site)), np.diff(hubs.starts))
        self._sessions = [hubs.at(hub).tolist() for hub in range(len(hubs.site))]
        self._known: dict[int, list[int]] = {}
        self._asked = 0

    def place(self, waiting: Iterable[int]) -> list[int]:
        """Each unit by its cheapest open way, in the order given. Returns those for whom there is none."""
        closed: set[tuple[int, int]] = set()
        still = []
        for unit in waiting:
            kind = int(self._units.kind[unit])
            for hub in self._of(int(self._groups.of[unit])):
                if (hub, kind) in closed:
                    continue
                if self._seat(unit, hub):
                    break
                # Nobody gives anything back meanwhile: what is closed to one of a kind is closed to all.
                closed.add((hub, kind))
            else:
                still.append(unit)
        return still

    def make(self, waiting: list[int], asked: int) -> None:
        """Seat units where somebody else can move for them, of whom so many are asked; deterministic."""
        if not 0 < len(waiting) <= MOST_UNITS:
            return
        self._asked = asked
        hopeless: set[int] = set()
        at: defaultdict[int, list[int]] = defaultdict(list)
        seated = np.flatnonzero(self.session >= 0)
        for unit, hub in zip(seated.tolist(), self._hub_of[self.session[seated]].tolist(), strict=True):
            at[hub].append(unit)
        for unit in waiting:
            group = int(self._groups.of[unit])
            if group not in hopeless and not self._made_for(unit, at):
                hopeless.add(group)

    def _of(self, group: int) -> list[int]:
        if group not in self._known:
            self._known[group] = self._ways(group)
        return self._known[group]

    def _made_for(self, unit: int, at: defaultdict[int, list[int]]) -> bool:
        for hub in self._of(int(self._groups.of[unit]))[:HUBS_TRIED]:
            if self._seat(unit, hub):
                at[hub].append(unit)
                return True
            for other in at[hub][-1 : -self._asked - 1 : -1]:
                if self._moves_for(other, unit, hub, at):
                    return True
        return False

    def _moves_for(self, other: int, unit: int, hub: int, at: defaultdict[int, list[int]]) -> bool:
        if self._groups.of[other] == self._groups.of[unit]:
            return False
        stay = self._stay(other)
        self._book.free(self._kind(other), stay)
        if self._seat(unit, hub):
            for way in self._of(int(self._groups.of[other]))[:HUBS_TRIED]:
                if way != hub and self._seat(other, way):
                    at[hub].remove(other)
                    at[hub].append(unit)
                    at[way].append(other)
                    return True
            self._book.free(self._kind(unit), self._stay(unit))
            self._write(unit, None)
        self._book.take(stay)
        return False

    def _seat(self, unit: int, hub: int) -> bool:
        size, seats = int(self._units.size[unit]), self._book.seats
        for session in self._sessions[hub]:
            if seats[session] >= size and (stay := self._book.seat(self._kind(unit), session, 1)) is not None:
                self._write(unit, stay)
                return True
        return False

    def _kind(self, unit: int) -> tuple[tuple[int, int, int], ...]:
        return self._units.kinds[int(self._units.kind[unit])]

    def _stay(self, unit: int) -> Stay:
        members = self._units.people_of(unit)
        return Stay(
            int(self.session[unit]),
            1,
            tuple(self._mask[members].tolist()),
            tuple(self._later[members].tolist()),
        )

    def _write(self, unit: int, stay: Stay | None) -> None:
        members = self._units.people_of(unit)
        self.session[unit] = stay.session if stay else -1
        self._later[members] = stay.later if stay else -1
        self._mask[members] = stay.masks if stay else 0
