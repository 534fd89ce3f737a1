"""Doors and the art of making room: somebody without a seat or dose gets one when somebody else can go elsewhere.

The network does not see doses and households; what it promised cannot always be booked. Before anybody is left over, those who hold
what they need are asked, one unit at a time, whether another door is open to them.
"""

from collections import defaultdict
from dataclasses import dataclass, replace

from vaxkit.assignment.booking import Book, Stay
from vaxkit.assignment.network import Doors, Hubs
from vaxkit.assignment.problem import Ints

Booked = tuple[int, Stay]
"""A group and so many of its units in one session."""

#: For how many units room is made at most: a crowd without doses is not helped by asking around.
MOST_UNITS = 300
#: For one unit: how many of its doors are tried, and how many others are asked at each.
DOORS_TRIED = 24
OTHERS_ASKED = 40


@dataclass(frozen=True, slots=True)
class Ways:
    """The doors of every group, the cheapest first."""

    hubs: Hubs
    kinds: tuple[tuple[tuple[int, int, int], ...], ...]
    doors: Doors
    arcs: Ints
    arc_starts: Ints

    def of(self, group: int) -> list[int]:
        """The arcs of a group, the cheapest first."""
        found: list[int] = self.arcs[self.arc_starts[group] : self.arc_starts[group + 1]].tolist()
        return found

    def hub(self, arc: int) -> int:
        return int(self.doors.hub[self.doors.arc_door[arc]])

    def kind(self, arc: int) -> tuple[tuple[int, int, int], ...]:
        return self.kinds[int(self.doors.kind[self.doors.arc_door[arc]])]

    def through(self, book: Book, stays: list[Booked], group: int, arc: int, units: int) -> int:
        """Book up to so many units of a group through one door. Returns how many."""
        kind, left = self.kind(arc), units
        for session in self.hubs.at(self.hub(arc)).tolist() if units else ():
            while left > 0 and (stay := book.seat(kind, session, left)) is not None:
                stays.append((group, stay))
                left -= stay.units
            if not left:
                break
        return units - left


def make_room(book: Book, stays: list[Booked], waiting: list[int], ways: Ways) -> list[Booked]:
    """Seat one unit of each group in `waiting` where somebody else can move for it. Returns all stays; deterministic."""
    if not waiting:
        return stays
    room = _Room(book, stays, ways)
    hopeless: set[int] = set()
    for group in waiting[:MOST_UNITS]:
        if group not in hopeless and not room.made_for(group):
            hopeless.add(group)
    return [booked for booked in room.stays if booked[1].units]


class _Room:
    def __init__(self, book: Book, stays: list[Booked], ways: Ways) -> None:
        self._book, self._ways = book, ways
        self.stays = stays
        hub_of = {
            session: hub for hub in range(len(ways.hubs.site)) for session in ways.hubs.at(hub).tolist()
        }
        self._hub_of = hub_of
        self._at: defaultdict[int, list[int]] = defaultdict(list)
        for index, (_group, stay) in enumerate(stays):
            self._at[hub_of[stay.session]].append(index)

    def made_for(self, group: int) -> bool:
        """Whether a unit of the group was seated, on somebody else's seat or without further ado."""
        for arc in self._ways.of(group)[:DOORS_TRIED]:
            if self._seat(group, arc):
                return True
            hub = self._ways.hub(arc)
            # Those who were booked last gave way least: they were the flow's last choice here.
            for index in self._at[hub][-1 : -OTHERS_ASKED - 1 : -1]:
                if self._moves_for(index, group, arc):
                    return True
        return False

    def _moves_for(self, index: int, group: int, arc: int) -> bool:
        other, stay = self.stays[index]
        if other == group or not stay.units:
            return False
        kind = self._ways.kind(self._ways.of(other)[0])
        one = replace(stay, units=1)
        self._book.free(kind, one)
        before = len(self.stays)
        if self._seat(group, arc):
            here = self._hub_of[stay.session]
            for way in self._ways.of(other)[:DOORS_TRIED]:
                if self._ways.hub(way) != here and self._seat(other, way):
                    self.stays[index] = (other, replace(stay, units=stay.units - 1))
                    return True
            while len(self.stays) > before:
                self._unseat()
        self._book.take(one)
        return False

    def _seat(self, group: int, arc: int) -> bool:
        before = len(self.stays)
        if not self._ways.through(self._book, self.stays, group, arc, 1):
            return False
        for index in range(before, len(self.stays)):
            self._at[self._hub_of[self.stays[index][1].session]].append(index)
        return True

    def _unseat(self) -> None:
        group, stay = self.stays.pop()
        self._at[self._hub_of[stay.session]].pop()
        self._book.free(self._ways.kind(self._ways.of(group)[0]), stay)
