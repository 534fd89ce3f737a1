"""The rules of 包保 and 敲门行动, and what can be said at a door: data/mobilising.yaml and data/talking_points.yaml, each checked
against its schema when it is first read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from vaxkit.responsibility import Rules, Rung
from vaxkit.ruledata.loader import read_beside, text_of
from vaxkit.vocabulary import Text

_DATA = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True)
class Mobilising:
    """`least` to `most` people an officer, unless said otherwise; `rounds` as vaxkit takes them; `rungs` in words; from which hour
    a visit is one of the evening; within how many days a doctor's word is asked for; every how many days somebody deferred is asked
    how they are; within how many a complaint is answered; how many of theirs an officer shall at least win over;
    the groups that go first."""

    least: int
    most: int
    rounds: Rules
    rungs: Mapping[str, Text]
    evening_from: int
    review_days: int
    check_days: int
    complaint_days: int
    to_win: int
    lead_groups: tuple[str, ...]

    def rung_said(self, code: str) -> str:
        return said(self.rungs[code]) if code in self.rungs else ""


@dataclass(frozen=True)
class Point:
    """One thing to say, of a reason or a product ("" the other)."""

    reason: str
    product: str
    words: Text
    source: Text | None
    source_on: date | None

    @property
    def text(self) -> str:
        return said(self.words)

    @property
    def said_by(self) -> str:
        return said(self.source) if self.source else ""


@dataclass(frozen=True)
class TalkingPoints:
    version: int
    on: date
    points: tuple[Point, ...]

    def of_reason(self, reason: str) -> list[Point]:
        return [point for point in self.points if reason and point.reason == reason]

    def of_product(self, product: str) -> list[Point]:
        return [point for point in self.points if product and point.product == product]


def said(words: Text) -> str:
    """In the language of the page."""
    return words.in_((get_language() or "zh")[:2])


@cache
def mobilising() -> Mobilising:
    raw = read_beside(_DATA / "mobilising.yaml")
    rules = Rules(
        ladder=tuple(Rung(row["code"], row["visits"]) for row in raw["ladder"]),
        days=raw["days"],
        evening_after=raw["evening_after"],
        refusals=raw["refusals"],
        most=raw["most"],
    )
    rungs = {row["code"]: text_of(row) for row in raw["ladder"]}
    officers = raw["officers"]
    return Mobilising(
        officers["least"], officers["most"], rules, rungs, raw["evening_from"], raw["review_days"],
        raw["check_days"], raw["complaint_days"], officers["to_win"], tuple(raw["lead_groups"]),
    )  # fmt: skip


@cache
def talking_points() -> TalkingPoints:
    raw = read_beside(_DATA / "talking_points.yaml")
    return TalkingPoints(
        raw["version"], date.fromisoformat(raw["on"]), tuple(_point(row) for row in raw["points"])
    )


def _point(row: Mapping[str, Any]) -> Point:
    source = row.get("source")
    return Point(
        reason=row.get("reason", ""),
        product=row.get("product", ""),
        words=text_of(row),
        source=text_of(source) if source else None,
        source_on=date.fromisoformat(source["on"]) if source else None,
    )
