"""Rest rules, standard shifts and needs, read from `data/rostering.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from vaxkit.rostering.problem import DAY, Rules
from vaxkit.vocabulary import Text

_DATA = Path(__file__).parent / "data" / "rostering.yaml"


@dataclass(frozen=True)
class StandardShift:
    """`share`: which part of the stations is open in it."""

    code: str
    words: Text
    begins: int
    ends: int
    share: float


@dataclass(frozen=True)
class StandardNeed:
    """One person a station of `room`, or `base` people; `watches`: how many people one person keeps an eye on at once (0: it is not
    that kind of work)."""

    role: str
    base: int = 0
    room: str = ""
    watches: int = 0

    def people(self, stations: dict[str, int], share: float) -> int:
        """At least one where there is any station."""
        count = stations.get(self.room, 0)
        return self.base if not self.room else max(1, round(count * share)) if count else 0


@cache
def rules() -> Rules:
    row = _raw()["rules"]

    def minutes(hours: float | None) -> int | None:
        return None if hours is None else round(hours * 60)

    return Rules(
        minutes(row["rest_hours"]), row["days_in_row"], row["nights_in_row"], minutes(row["week_hours"]),
        row["morning_after_night"],
    )  # fmt: skip


def shifts(pattern: str) -> list[StandardShift]:
    """`around_the_clock` or `daytime`."""
    found = []
    for row in _raw()["shifts"][pattern]:
        begins, ends = _minutes(row["begins"]), _minutes(row["ends"])
        ends = ends if ends > begins else ends + DAY
        found.append(StandardShift(row["code"], Text(row["zh"], row["en"]), begins, ends, row["share"]))
    return found


def patterns() -> tuple[str, ...]:
    return tuple(_raw()["shifts"])


@cache
def needs() -> tuple[StandardNeed, ...]:
    return tuple(StandardNeed(**row) for row in _raw()["needs"])


def late_after_minutes() -> int:
    return int(_raw()["late_after_minutes"])


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


@cache
def _raw() -> dict[str, Any]:
    raw: dict[str, Any] = yaml.safe_load(_DATA.read_text("utf-8"))
    return raw
