"""Service times out of the moments at which steps were finished.

A clinic writes down when somebody was done at a station, not when their turn began. The turn began at the later of two moments:
when the person was there (done with the step before), and when whoever serves was done with the last one. What is found this way
contains the short pause between two people, as a plan's service time should; a pause of its own (`longest`) is left out, and so
are moments that were written together (`least`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Finished:
    """One person's step: who served, since when the person was there, when it was done."""

    server: str
    there_at: datetime
    done_at: datetime


@dataclass(frozen=True, slots=True)
class Observed:
    """Minutes of the turns that can be used, in the order of the moments, and how many could not."""

    minutes: tuple[float, ...]
    left_out: int


def service_minutes(
    finished: Iterable[Finished], *, least: float = 0.1, longest: float = 30.0, most: int = 5000
) -> Observed:
    """Turns of `least` to `longest` minutes, the last `most` of them. The order of `finished` does not matter."""
    last: dict[str, datetime] = {}
    minutes: list[float] = []
    left_out = 0
    for row in sorted(finished, key=lambda row: (row.done_at, row.there_at, row.server)):
        began = max(row.there_at, last.get(row.server, row.there_at))
        last[row.server] = row.done_at
        lasted = (row.done_at - began).total_seconds() / 60
        if least <= lasted <= longest:
            minutes.append(lasted)
        else:
            left_out += 1
    return Observed(tuple(minutes[-most:]), left_out)
