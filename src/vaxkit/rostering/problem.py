"""What is to be staffed, by whom, under which rules. Days are dates, times are whole minutes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

DAY = 24 * 60
#: A shift is a night when it is worked between midnight and this minute.
NIGHT_UNTIL = 5 * 60
NOON = 12 * 60


@dataclass(frozen=True, slots=True)
class Shift:
    """`begins` is a minute of its day; `ends` above 1440 lies on the next day."""

    id: str
    begins: int
    ends: int
    name: str = ""

    @property
    def minutes(self) -> int:
        return self.ends - self.begins

    @property
    def is_night(self) -> bool:
        return self.begins < NIGHT_UNTIL or self.ends > DAY

    @property
    def is_morning(self) -> bool:
        return not self.is_night and self.begins < NOON


@dataclass(frozen=True, slots=True)
class Demand:
    """So many people in a role, in a shift, on the day on which it begins."""

    on: date
    shift: str
    role: str
    people: int


@dataclass(frozen=True, slots=True)
class Ability:
    """Somebody may stand in a role, from a day until a day, both included; None: without end. Where it takes a certificate,
    these are its days."""

    role: str
    from_on: date = date.min
    until_on: date = date.max

    def covers(self, on: date) -> bool:
        return self.from_on <= on <= self.until_on


@dataclass(frozen=True, slots=True)
class Span:
    """Days, both included."""

    from_on: date
    until_on: date

    def covers(self, on: date) -> bool:
        return self.from_on <= on <= self.until_on


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody would like to work (`wants`), or rather not, on a day; in one shift, or in any ("")."""

    on: date
    shift: str = ""
    wants: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Duty:
    """Somebody works a shift of a day in a role."""

    on: date
    shift: str
    role: str
    who: str


@dataclass(frozen=True, slots=True)
class Worker:
    """`worked` are shifts before the first day, which count for rest and rows; `week_minutes` None: as the rules say."""

    id: str
    name: str = ""
    abilities: tuple[Ability, ...] = ()
    away: tuple[Span, ...] = ()
    wishes: tuple[Wish, ...] = ()
    worked: tuple[tuple[date, str], ...] = ()
    week_minutes: int | None = None

    def is_away(self, on: date) -> bool:
        return any(span.covers(on) for span in self.away)

    def may_fill(self, role: str, on: date) -> bool:
        return any(ability.role == role and ability.covers(on) for ability in self.abilities)


@dataclass(frozen=True, slots=True)
class Rules:
    """What nobody's duties may break. None switches a rule off.

    `rest_minutes` lie between the end of a shift and the beginning of the next; `days_in_row` and `nights_in_row` bound days and
    nights one after another; `week_minutes` bound Monday to Sunday; `morning_after_night` False: after a night no shift before
    noon of the next day.
    """

    rest_minutes: int | None = 11 * 60
    days_in_row: int | None = 6
    nights_in_row: int | None = 3
    week_minutes: int | None = 44 * 60
    morning_after_night: bool = False


@dataclass(frozen=True, slots=True)
class Weights:
    """What one of each costs, after the gaps: a duty of the former roster given up, a wish not met, a night or a shift above
    somebody's share."""

    change: int = 10
    wish: int = 5
    night: int = 4
    shift: int = 2


@dataclass(frozen=True)
class Problem:
    """`pins` stand whatever it costs; `former` is the roster that is to change as little as possible."""

    first_on: date
    last_on: date
    shifts: tuple[Shift, ...]
    roles: tuple[str, ...]
    demands: tuple[Demand, ...]
    workers: tuple[Worker, ...]
    rules: Rules = Rules()
    pins: tuple[Duty, ...] = ()
    former: tuple[Duty, ...] = ()
    weights: Weights = Weights()
    role_names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def days(self) -> tuple[date, ...]:
        return tuple(
            self.first_on + timedelta(days=step) for step in range((self.last_on - self.first_on).days + 1)
        )

    @cached_property
    def shift(self) -> Mapping[str, Shift]:
        return {shift.id: shift for shift in self.shifts}

    @cached_property
    def worker(self) -> Mapping[str, Worker]:
        return {worker.id: worker for worker in self.workers}

    @cached_property
    def wanted(self) -> Mapping[tuple[date, str, str], int]:
        """People by day, shift and role; demands for the same add up."""
        found: dict[tuple[date, str, str], int] = {}
        for demand in self.demands:
            key = (demand.on, demand.shift, demand.role)
            found[key] = found.get(key, 0) + demand.people
        return found

    def week_minutes(self, worker: Worker) -> int | None:
        return self.rules.week_minutes if worker.week_minutes is None else worker.week_minutes

    def possible(self) -> Iterator[Duty]:
        """Every duty that somebody could take, looking at abilities and absence alone."""
        for (on, shift, role), people in self.wanted.items():
            if people:
                for worker in self.workers:
                    if worker.may_fill(role, on) and not worker.is_away(on):
                        yield Duty(on, shift, role, worker.id)
