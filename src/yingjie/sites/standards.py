"""What a site of a kind is laid out like and must have, read from `data/readiness.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language

from vaxkit.vocabulary import Text

_DATA = Path(__file__).parent / "data" / "readiness.yaml"
_VACCINATING = ("clinic", "temporary", "mobile", "special")


@dataclass(frozen=True)
class Place:
    """A zone of a standard layout."""

    room: str
    letter: str = ""
    seats: int = 0
    stations: int = 0


@dataclass(frozen=True)
class Item:
    """A line of the checklist. `told`: what answers it from the entered facts; "" where somebody must look."""

    code: str
    words: Text
    group: str
    kinds: tuple[str, ...]
    told: str = ""
    blocks: bool = False

    @property
    def title(self) -> str | Promise:
        return _said(self.words)


@dataclass(frozen=True)
class Gear:
    """A kind of equipment: `base` pieces a site and `per` open station of a room."""

    code: str
    words: Text
    kinds: tuple[str, ...]
    base: int
    per: Mapping[str, int]
    blocks: bool = False

    @property
    def title(self) -> str | Promise:
        return _said(self.words)

    def wanted(self, stations: Mapping[str, int]) -> int:
        """Pieces for a site with so many open stations by room."""
        return self.base + sum(pieces * stations.get(room, 0) for room, pieces in self.per.items())


@dataclass(frozen=True)
class Remedy:
    """Something of the emergency kit; `least` pieces; `expires`: it has a last good day."""

    code: str
    words: Text
    least: int
    expires: bool = True

    @property
    def title(self) -> str | Promise:
        return _said(self.words)


def layout(kind: str) -> tuple[Place, ...]:
    """The standard layout of a kind of site; () for a store."""
    return tuple(Place(**row) for row in _raw()["layouts"].get(kind, ()))


@cache
def checklist() -> Mapping[str, Item]:
    return {
        row["code"]: Item(
            row["code"], _text(row), row["group"], _kinds(row), row.get("told", ""), row.get("blocks", False)
        )
        for row in _raw()["checklist"]
    }


@cache
def equipment() -> Mapping[str, Gear]:
    return {
        row["code"]: Gear(
            row["code"], _text(row), _kinds(row), row.get("base", 0), row.get("per", {}), row.get("blocks", False)
        )
        for row in _raw()["equipment"]
    }  # fmt: skip


@cache
def kit() -> Mapping[str, Remedy]:
    rows = _raw()["kit"]
    return {
        row["code"]: Remedy(row["code"], _text(row), row["least"], row.get("expires", True)) for row in rows
    }


@cache
def groups() -> Mapping[str, Text]:
    return {row["code"]: _text(row) for row in _raw()["groups"]}


def items_for(kind: str) -> list[Item]:
    """The checklist of a kind of site, in the order of the data."""
    return [item for item in checklist().values() if kind in item.kinds]


def gear_for(kind: str) -> list[Gear]:
    return [gear for gear in equipment().values() if kind in gear.kinds]


def inspected_within_days() -> int:
    return int(_raw()["inspected_within_days"])


def kit_warning_days() -> int:
    return int(_raw()["kit_warning_days"])


def opening() -> Mapping[str, str]:
    """What a point that stands against a day does: block or warn, by its code."""
    found: Mapping[str, str] = _raw()["opening"]
    return found


def group_title(code: str) -> str | Promise:
    return _said(groups()[code])


def _kinds(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(row.get("kinds", _VACCINATING))


def _text(row: Mapping[str, Any]) -> Text:
    return Text(row["zh"], row["en"])


@cache
def _raw() -> dict[str, Any]:
    raw: dict[str, Any] = yaml.safe_load(_DATA.read_text("utf-8"))
    return raw


def _in_language(words: Text) -> str:
    return words.in_((get_language() or "zh")[:2])


_said = lazy(_in_language, str)
