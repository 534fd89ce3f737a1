"""The clock of a live day: while one is played, every page of the demo instance shows its moment.

The player writes a small file into the instance's home and touches it as it goes; `LiveClock` reads it at each request and answers
inside that moment. A file that was not touched for a while belongs to a player that is gone and is ignored. Only a demo
instance has this middleware.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from yingjie.foundation import clock

#: After so long without a touch the player is gone.
STALE = timedelta(seconds=20)


@dataclass(frozen=True)
class Running:
    """The played day began at `began_at` when the machine's clock stood at `since`, and goes `speed` times as fast."""

    began_at: datetime
    since: datetime
    touched: datetime
    speed: float

    def moment(self, now: datetime) -> datetime:
        return self.began_at + (now - self.since) * self.speed


def running(now: datetime) -> Running | None:
    """The day that is being played, or None."""
    try:
        kept = json.loads(_file().read_text("utf-8"))
        began_at, since, touched = (
            datetime.fromisoformat(kept[key]) for key in ("began_at", "since", "touched")
        )
        found = Running(began_at, since, touched, float(kept["speed"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if now - found.touched < STALE else None


def keep(day: Running) -> None:
    """Say that the day is being played; again every few seconds."""
    kept = {"began_at": day.began_at, "since": day.since, "touched": day.touched}
    beside = _file().with_suffix(".new")
    beside.write_text(
        json.dumps({key: at.isoformat() for key, at in kept.items()} | {"speed": day.speed}), "utf-8"
    )
    beside.replace(_file())


def end() -> None:
    _file().unlink(missing_ok=True)


class LiveClock:
    """Answers every request inside the moment of the day that is being played."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = clock.now()
        day = running(now)
        if day is None:
            return self.get_response(request)
        with clock.at(day.moment(now)):
            return self.get_response(request)


def _file() -> Path:
    return Path(settings.YINGJIE_FILES).parent / "live-day.json"
