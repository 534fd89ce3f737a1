"""The pace: doses a day that the milestones ask for, the doses a day that can be given, and what holds them back.

Nothing here looks at a clock: the days that are left come as values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from vaxkit.vocabulary import Text


class Limit(StrEnum):
    """What decides how many doses a day gives."""

    TARGET = "target"
    PEOPLE = "people"
    SUPPLY = "supply"
    STAFF = "staff"
    CAPACITY = "capacity"

    @property
    def text(self) -> Text:
        return _LIMITS[self]


_LIMITS = {
    Limit.TARGET: Text("任务已完成", "the target is reached"),
    Limit.PEOPLE: Text("到期可种的人", "people who are due"),
    Limit.SUPPLY: Text("疫苗", "vaccine"),
    Limit.STAFF: Text("接种人员", "staff"),
    Limit.CAPACITY: Text("接种点能力", "site capacity"),
}


@dataclass(frozen=True, slots=True)
class Milestone:
    """`target` doses in all by the evening of `on`."""

    on: date
    target: int


@dataclass(frozen=True, slots=True)
class Need:
    """Doses a day from now until one milestone: `left` over `days` working days. None a day when no day is left."""

    milestone: Milestone
    left: int
    days: int
    per_day: int | None


@dataclass(frozen=True, slots=True)
class Day:
    """One working day to come. `capacity` and `staff`: the doses that sites and vaccinators can give, None where nobody knows;
    `arriving`: doses that come that morning; `due`: people who become due that day (those due before stand in `waiting`)."""

    on: date
    capacity: int | None
    staff: int | None
    arriving: int = 0
    due: int = 0


@dataclass(frozen=True, slots=True)
class Expected:
    """Doses that a day gives at best, the limit that stops it there, and what stands in the evening."""

    on: date
    doses: int
    limit: Limit
    total: int
    on_hand: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Projection:
    """The days to come at the best pace. `finishes_on` is None when the days given do not suffice."""

    days: tuple[Expected, ...]
    finishes_on: date | None

    def total_by(self, on: date, before: int) -> int:
        """Doses in all by the evening of `on`; `before`: those given so far."""
        return max((day.total for day in self.days if day.on <= on), default=before)

    def binding(self) -> Limit | None:
        """The limit that holds on most days, None when the target is all that stops them."""
        counted: dict[Limit, int] = {}
        for day in self.days:
            if day.limit is not Limit.TARGET:
                counted[day.limit] = counted.get(day.limit, 0) + 1
        return max(counted, key=lambda limit: (counted[limit], limit), default=None)


def needed(done: int, milestones: Sequence[Milestone], working_days: Sequence[date]) -> tuple[Need, ...]:
    """For each milestone the doses a day that reach it from `done`, rounded up; `working_days` are those left, today's included
    if it still counts. The pace to keep is the largest."""
    days = sorted(set(working_days))
    found = []
    for milestone in sorted(milestones, key=lambda each: each.on):
        left = max(0, milestone.target - done)
        until = sum(day <= milestone.on for day in days)
        per_day = -(-left // until) if until else (0 if not left else None)
        found.append(Need(milestone, left, until, per_day))
    return tuple(found)


def project(done: int, target: int, on_hand: int, waiting: int, days: Sequence[Day]) -> Projection:
    """Give each day as many doses as the narrowest of target, people, vaccine, staff and capacity allows.

    `on_hand`: doses in store this morning, before anything arrives; `waiting`: people due already. When two limits are equally
    narrow the first of that order is named: more vaccine helps nobody when nobody is due. Raises ValueError for negative
    figures or a day that stands twice.
    """
    if (
        min(
            (
                done,
                target,
                on_hand,
                waiting,
                *(n or 0 for d in days for n in (d.capacity, d.staff, d.arriving, d.due)),
            )
        )
        < 0
    ):
        raise ValueError("figures are counts from 0")
    ordered = sorted(days, key=lambda day: day.on)
    if len({day.on for day in ordered}) != len(ordered):
        raise ValueError("a day stands twice")
    found: list[Expected] = []
    finishes = None
    for day in ordered:
        on_hand += day.arriving
        waiting += day.due
        room = {
            Limit.TARGET: max(0, target - done),
            Limit.PEOPLE: waiting,
            Limit.SUPPLY: on_hand,
        }
        room |= {Limit.STAFF: day.staff} if day.staff is not None else {}
        room |= {Limit.CAPACITY: day.capacity} if day.capacity is not None else {}
        limit = min(room, key=lambda each: room[each])
        doses = room[limit]
        done, on_hand, waiting = done + doses, on_hand - doses, waiting - doses
        found.append(Expected(day.on, doses, limit, done, on_hand, waiting))
        if finishes is None and done >= target:
            finishes = day.on
    return Projection(tuple(found), finishes)
