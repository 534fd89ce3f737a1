"""The plan of a morning and what came of it in the evening, told apart by cause so that the parts always add up (计划与当日对比).

    doses given − doses planned = the sum of all causes

A plan is the smallest of what is asked for (the booked, or what the pace asks where that is more), seats and vaccine. In the
evening everybody who was booked when the plan was frozen is one of: vaccinated, absent, cancelled, unwilling, deferred, turned
away, still expected. Whoever was vaccinated without standing in that plan counts against the part of it that was not booked. Where
fewer came than that part, what is known of the day explains it, in this order and never more than is missing: no vaccine, no staff,
what a person stated (weather, system, other), and then nothing: fewer came. A site that did not open has that one cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from vaxkit.vocabulary import Text


class Bound(StrEnum):
    """What the plan of a row came down to."""

    BOOKED = "booked"
    PACE = "pace"
    SEATS = "seats"
    VACCINE = "vaccine"

    @property
    def text(self) -> Text:
        return _BOUNDS[self]


class Cause(StrEnum):
    """Why fewer doses were given than planned, or more, in the order of a table."""

    CLOSED = "closed"
    NO_VACCINE = "no_vaccine"
    NO_STAFF = "no_staff"
    WEATHER = "weather"
    SYSTEM = "system"
    OTHER = "other"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    DEFERRED = "deferred"
    TURNED_AWAY = "turned_away"
    EXPECTED = "expected"
    FEWER_CAME = "fewer_came"
    UNBOOKED = "unbooked"

    @property
    def text(self) -> Text:
        return _CAUSES[self]


#: What a person may state.
STATED = (Cause.WEATHER, Cause.SYSTEM, Cause.OTHER)


@dataclass(frozen=True, slots=True)
class Planned:
    """A row of the plan. `seats` and `on_hand` None where nobody knows; `staff` are vaccinators on duty. Raises ValueError for a
    count below 0."""

    booked: int
    asked: int
    seats: int | None = None
    on_hand: int | None = None
    staff: int = 0

    def __post_init__(self) -> None:
        if min(self.booked, self.asked, self.seats or 0, self.on_hand or 0, self.staff) < 0:
            raise ValueError("plans are counts from 0")

    @property
    def doses(self) -> int:
        return self._smallest()[0]

    @property
    def bound(self) -> Bound:
        return self._smallest()[1]

    def _smallest(self) -> tuple[int, Bound]:
        found = (self.booked, Bound.BOOKED) if self.booked >= self.asked else (self.asked, Bound.PACE)
        if self.seats is not None and self.seats < found[0]:
            found = self.seats, Bound.SEATS
        if self.on_hand is not None and self.on_hand < found[0]:
            found = self.on_hand, Bound.VACCINE
        return found


@dataclass(frozen=True, slots=True)
class Happened:
    """What became of a row. `fates` are those booked in the plan who were not vaccinated, by cause (NO_SHOW, CANCELLED, REFUSED,
    DEFERRED, TURNED_AWAY, EXPECTED). `had` are the doses that could be used in all (None: nobody knows), `staff` the vaccinators
    who came, `stated` what a person stated, by cause. Raises ValueError for a count below 0."""

    given: int
    fates: Mapping[Cause, int] = field(default_factory=dict)
    is_closed: bool = False
    had: int | None = None
    staff: int | None = None
    stated: Mapping[Cause, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (
            min(self.given, self.had or 0, self.staff or 0, *self.fates.values(), *self.stated.values(), 0)
            < 0
        ):
            raise ValueError("facts are counts from 0")


def causes(plan: Planned, day: Happened) -> dict[Cause, int]:
    """Cause → doses, negative for doses that were not given, in the order of `Cause`; zeros are left out. They add up to
    `day.given - plan.doses`."""
    missing = day.given - plan.doses
    if day.is_closed:
        return {Cause.CLOSED: missing} if missing else {}
    found: dict[Cause, int] = {cause: -people for cause, people in day.fates.items() if people}
    rest = missing - sum(found.values())
    if rest > 0:
        found[Cause.UNBOOKED] = rest
    elif rest < 0:
        found |= _explained(plan, day, -rest)
    return {cause: found[cause] for cause in Cause if found.get(cause)}


def together(rows: list[dict[Cause, int]]) -> dict[Cause, int]:
    """The sums of several rows; a cause whose parts cancel out is left out."""
    sums = {cause: sum(row.get(cause, 0) for row in rows) for cause in Cause}
    return {cause: doses for cause, doses in sums.items() if doses}


def _explained(plan: Planned, day: Happened, short: int) -> dict[Cause, int]:
    """`short` doses told apart by what is known of the day."""
    found: dict[Cause, int] = {}
    known: list[tuple[Cause, int]] = []
    if day.had is not None:
        known.append((Cause.NO_VACCINE, max(0, plan.doses - day.had)))
    if day.staff is not None and plan.staff:
        known.append((Cause.NO_STAFF, plan.doses * max(0, plan.staff - day.staff) // plan.staff))
    known += [(cause, day.stated.get(cause, 0)) for cause in STATED]
    for cause, at_most in known:
        part = min(short, at_most)
        if part:
            found[cause] = -part
            short -= part
    if short:
        found[Cause.FEWER_CAME] = -short
    return found


def as_json(plan: Planned) -> dict[str, Any]:
    return {
        "booked": plan.booked, "asked": plan.asked, "seats": plan.seats, "on_hand": plan.on_hand, "staff": plan.staff,
    }  # fmt: skip


_BOUNDS = {
    Bound.BOOKED: Text("按预约", "the booked"),
    Bound.PACE: Text("按任务", "the pace"),
    Bound.SEATS: Text("号源", "seats"),
    Bound.VACCINE: Text("疫苗", "vaccine"),
}
_CAUSES = {
    Cause.CLOSED: Text("未开诊", "site closed"),
    Cause.NO_VACCINE: Text("缺疫苗", "no vaccine"),
    Cause.NO_STAFF: Text("缺人手", "no staff"),
    Cause.WEATHER: Text("天气", "weather"),
    Cause.SYSTEM: Text("系统", "system"),
    Cause.OTHER: Text("其他说明", "other, as stated"),
    Cause.NO_SHOW: Text("预约未到", "booked, did not come"),
    Cause.CANCELLED: Text("取消改期", "cancelled or moved"),
    Cause.REFUSED: Text("到场不种", "came, declined"),
    Cause.DEFERRED: Text("暂缓禁忌", "deferred on medical grounds"),
    Cause.TURNED_AWAY: Text("到场未种", "came, no dose"),
    Cause.EXPECTED: Text("尚未完成", "still expected"),
    Cause.FEWER_CAME: Text("未约来人少", "fewer came unbooked"),
    Cause.UNBOOKED: Text("未约多种", "came unbooked"),
}
