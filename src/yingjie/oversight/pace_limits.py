"""What the days left can give at the sites of an area: seats by hours, vaccinators by rosters, doses at hand and coming.

at_sites(actor, area_code, days)   site by site: a site's spare vaccinators help nobody at another
together(sites, days)              the days of some of them
fit(rooms, per_day)                a day's task against what a day can give on average, and what is too little for it
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vaxkit.targets import Limit
from yingjie.foundation.access.actor import Actor
from yingjie.sites import hours, roster_queries
from yingjie.sites import queries as sites
from yingjie.sites.hours import DAY, Stretch
from yingjie.sites.queries import SiteRow
from yingjie.stock import coming
from yingjie.stock.queries import usable_doses

#: Doses that one vaccinator gives in an hour of duty: the county's own planning figure (three minutes each), no regulation's.
DOSES_AN_HOUR = 20
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SiteRoom:
    """A site's days: `seats` by its hours, `staff` doses by its published roster (None: no roster that day). A store has neither.
    `is_unstated`: it does not say how many people an hour it takes, so its seats are 0."""

    area_code: str
    name: str
    is_unstated: bool
    seats: tuple[int, ...]
    staff: tuple[int | None, ...]
    on_hand: int
    arriving: int


@dataclass(frozen=True)
class Room:
    """A day: `staff` is None where no site has a published roster. A site without one counts with its seats."""

    on: date
    seats: int
    staff: int | None
    arriving: int


@dataclass(frozen=True)
class Rooms:
    days: tuple[Room, ...]
    on_hand: int
    unstated: tuple[str, ...]

    @property
    def says_nothing(self) -> bool:
        return not any(day.seats for day in self.days)

    @property
    def arriving(self) -> int:
        return sum(day.arriving for day in self.days)


@dataclass(frozen=True)
class Fit:
    """Doses a day on average over the days left, rounded down, against the day's task. `limit` is what is least, where that is less
    than the task; None: all of it suffices, or nothing is known."""

    per_day: int
    seats: int | None
    staff: int | None
    supply: int
    limit: Limit | None


def at_sites(actor: Actor, area_code: str, days: Sequence[date]) -> list[SiteRoom]:
    """The sites in an area that the actor may see, for days in a row of which the first is today."""
    near = [row for row in sites.sites(actor) if row.area_code.startswith(area_code) and row.is_open(days[0])]
    ids = [row.id for row in near]
    on_hand, arriving = usable_doses(actor, ids), coming.doses_on_their_way(actor, ids)
    return [
        SiteRoom(
            row.area_code,
            row.name,
            row.kind != "store" and not row.seats_per_hour,
            tuple(_seats(row, day) for day in days),
            _staff(actor, row, days),
            on_hand.get(row.id, 0),
            arriving.get(row.id, 0),
        )
        for row in near
    ]


def together(found: Iterable[SiteRoom], days: Sequence[date]) -> Rooms:
    """What is on its way counts from tomorrow, as it does for appointments."""
    some = list(found)
    lands = min(1, len(days) - 1)
    rooms = []
    for nth, day in enumerate(days):
        known = any(each.staff[nth] is not None for each in some)
        hands = sum(_either(each.staff[nth], each.seats[nth]) for each in some) if known else None
        seats = sum(each.seats[nth] for each in some)
        rooms.append(Room(day, seats, hands, sum(each.arriving for each in some) if nth == lands else 0))
    unstated = tuple(each.name for each in some if each.is_unstated)
    return Rooms(tuple(rooms), sum(each.on_hand for each in some), unstated)


def fit(rooms: Rooms, per_day: int) -> Fit:
    number = max(1, len(rooms.days))
    seats = None if rooms.says_nothing else sum(day.seats for day in rooms.days) // number
    known = [day.staff for day in rooms.days if day.staff is not None]
    staff = sum(known) // len(known) if known else None
    supply = (rooms.on_hand + rooms.arriving) // number
    room = {Limit.SUPPLY: supply}
    room |= {Limit.STAFF: staff} if staff is not None else {}
    room |= {Limit.CAPACITY: seats} if seats is not None else {}
    least = min(room, key=lambda each: room[each])
    return Fit(per_day, seats, staff, supply, least if room[least] < per_day else None)


def _either(staff: int | None, seats: int) -> int:
    return seats if staff is None else staff


def _seats(site: SiteRow, day: date) -> int:
    """The people whom a site can take on a day, by its hours; 0 where it does not say how many an hour."""
    if not site.seats_per_hour or not site.is_open(day):
        return 0
    minutes = sum(stretch.ends - stretch.begins for stretch in hours.stretches(site.hours, day.weekday()))
    return site.seats_per_hour * minutes // 60


def _staff(actor: Actor, site: SiteRow, days: Sequence[date]) -> tuple[int | None, ...]:
    """Doses that the vaccinators on a site's published rosters give while it is open."""
    published = [row for row in roster_queries.rosters(actor, site.id) if row.state == "published"]
    covered = [day for day in days if any(row.first_on <= day <= row.last_on for row in published)]
    if not covered:
        return (None,) * len(days)
    minutes = dict.fromkeys(covered, 0)
    for duty in roster_queries.on_duty(actor, site.id, covered[0] - _DAY, covered[-1]):
        if duty.role == "vaccinator":
            for later in (0, 1):
                day = duty.on + _DAY * later
                if day in minutes:
                    shift = Stretch(duty.shift.begins - DAY * later, duty.shift.ends - DAY * later)
                    minutes[day] += _shared(shift, hours.stretches(site.hours, day.weekday()))
    return tuple(minutes[day] * DOSES_AN_HOUR // 60 if day in minutes else None for day in days)


def _shared(shift: Stretch, opened: Sequence[Stretch]) -> int:
    """Minutes of a shift, inside one day, in which the site is open; what lies after midnight is the next day's."""
    begins, ends = max(0, shift.begins), min(shift.ends, DAY)
    return sum(max(0, min(ends, each.ends) - max(begins, each.begins)) for each in opened)
