"""Emergency drills 应急演练: what data/drills.yaml says of them, and their rows.

drills_of(actor, site_id)       the newest first
last_drill(actor, site_id)      the newest and whether another one is due
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language

from vaxkit.vocabulary import Text
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.sites.models import Drill

_DATA = Path(__file__).parent / "data" / "drills.yaml"


@dataclass(frozen=True)
class Term:
    """A scenario, or a time that is taken; `within_seconds` None: as it comes."""

    code: str
    words: Text
    within_seconds: int | None = None

    @property
    def title(self) -> str | Promise:
        return _said(self.words)


@dataclass(frozen=True)
class Time:
    """How long something took in a drill."""

    title: str | Promise
    seconds: int
    is_slow: bool

    @property
    def said(self) -> str:
        return f"{self.seconds // 60}:{self.seconds % 60:02}"


@dataclass(frozen=True)
class DrillRow:
    id: UUID
    site_id: UUID
    on: date
    scenario: str | Promise
    led_by: str
    people: tuple[str, ...]
    times: tuple[Time, ...]
    finding: str
    correct_by_on: date | None
    correction: str
    corrected_at: datetime | None
    corrected_by: str

    @property
    def is_open(self) -> bool:
        return bool(self.finding) and self.corrected_at is None

    @property
    def is_late(self) -> bool:
        return self.is_open and self.correct_by_on is not None and self.correct_by_on < clock.today()


def drills_of(actor: Actor, site_id: UUID, most: int = 50) -> list[DrillRow]:
    rows = Drill.objects.visible_to(actor).filter(site_id=site_id).order_by("-on", "-pk")
    return [_row(row) for row in rows[:most]]


def drill(actor: Actor, drill_id: UUID) -> DrillRow:
    """Raises NotFound."""
    row = Drill.objects.visible_to(actor).filter(pk=drill_id).first()
    if row is None:
        raise NotFound()
    return _row(row)


def last_drill(actor: Actor, site_id: UUID) -> tuple[DrillRow | None, bool]:
    """(the newest drill, whether another one is due)."""
    found = drills_of(actor, site_id, 1)
    if not found:
        return None, True
    return found[0], clock.today() - found[0].on > timedelta(days=within_days())


def within_days() -> int:
    """A drill longer ago than this many days is another one due."""
    return int(_raw()["within_days"])


@cache
def scenarios() -> Mapping[str, Term]:
    return _terms("scenarios")


@cache
def times() -> Mapping[str, Term]:
    return _terms("times")


def _row(row: Drill) -> DrillRow:
    return DrillRow(
        id=row.pk, site_id=row.site_id, on=row.on, scenario=scenarios()[row.scenario].title, led_by=row.led_by,
        people=tuple(row.people), times=_times(row.seconds), finding=row.finding, correct_by_on=row.correct_by_on,
        correction=row.correction, corrected_at=row.corrected_at, corrected_by=row.corrected_by,
    )  # fmt: skip


def _times(seconds: Mapping[str, int]) -> tuple[Time, ...]:
    return tuple(
        Time(
            term.title, seconds[code], term.within_seconds is not None and seconds[code] > term.within_seconds
        )
        for code, term in times().items()
        if code in seconds
    )


def _terms(name: str) -> Mapping[str, Term]:
    rows = _raw()[name]
    return {
        row["code"]: Term(row["code"], Text(row["zh"], row["en"]), row.get("within_seconds")) for row in rows
    }


@cache
def _raw() -> dict[str, Any]:
    raw: dict[str, Any] = yaml.safe_load(_DATA.read_text("utf-8"))
    return raw


def _in_language(words: Text) -> str:
    return words.in_(get_language() or "zh")


_said = lazy(_in_language, str)
