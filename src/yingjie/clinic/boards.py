"""What the screens on the wall show: numbers, and names of which only the family name can be read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from yingjie.clinic import queries
from yingjie.clinic.queries import VisitView
from yingjie.clinic.wording import PLACE_TITLES
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.web.registry import Words

#: A call is large on the board for so long, then it stands among the others.
FRESH = timedelta(minutes=1)
#: As many lines as can be read at five metres.
LINES = 12


@dataclass(frozen=True)
class Called:
    """Somebody who is called: their number and masked name, where to, whether just now."""

    number: int
    zone: str
    name: str
    station: Words
    place: str
    is_fresh: bool


@dataclass(frozen=True)
class Seat:
    number: int
    name: str
    until: datetime | None
    minutes: int
    is_free: bool


def masked(name: str) -> str:
    """李*兰, 张*: the first sign, and the last one of whoever has three or more."""
    signs = name.strip()
    if len(signs) < 2:
        return signs
    return f"{signs[0]}*" if len(signs) == 2 else f"{signs[0]}*{signs[-1]}"


def called(actor: Actor, site_id: UUID) -> list[Called]:
    """Who was called and has not been served, the last call first."""
    now = clock.now()
    rows = [row for row in queries.waiting(actor, site_id, CALLABLE) if row.called_at is not None]
    rows.sort(key=lambda row: row.called_at or now, reverse=True)
    return [_called(row, now) for row in rows[:LINES]]


def observed(actor: Actor, site_id: UUID) -> dict[str, Any]:
    """Everybody under observation, whoever may leave first at the top."""
    now = clock.now()
    rows = [row for row in queries.observed(actor, site_id) if row.state == "observed"]
    seats = [
        Seat(row.number, masked(row.name), row.observe_until, row.minutes_left(now), row.may_leave(now))
        for row in rows
    ]
    return {"seats": seats[: 3 * LINES], "free": sum(seat.is_free for seat in seats), "people": len(seats)}


CALLABLE = ("ticketed", "checked_in", "registered", "consented", "with_doctor", "screened")


def _called(row: VisitView, now: datetime) -> Called:
    station, _sep, place = row.called_to.partition(":")
    is_fresh = row.called_at is not None and now - row.called_at < FRESH
    return Called(row.number, row.zone, masked(row.name), PLACE_TITLES.get(station, station), place, is_fresh)
