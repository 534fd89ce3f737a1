"""In which order an officer goes from door to door: grid by grid, then as the address counts (lane, building, unit, room).

No map is asked and no distance is known: the order is that of the numbers in the address as numbers ("9号楼" before "10号楼"),
Chinese numerals before a counting word among them ("三单元"). Whoever has no address comes last in their grid. People of one
household stand together. An honest list for a village or a residential quarter; not a route across the country.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_PART = re.compile(r"\d+|[^\W\d_]+")
_COUNTED = "号栋幢座楼单元层室户组队排巷弄里区门院"
_NUMERAL = re.compile(rf"[零〇一二两三四五六七八九十百]+(?=[{_COUNTED}])")
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}

Key = tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Door:
    """Somebody to call on: `key` is theirs alone, `household` "" where nobody else is known to live with them."""

    key: str
    area: str
    address: str
    household: str = ""


def walk(stops: Iterable[Door]) -> list[tuple[Door, ...]]:
    """The doors in walking order, each with those who are called on there (by key). A household whose people stand under two
    addresses is one door, at the first of them."""
    doors: dict[str, list[Door]] = {}
    for stop in sorted(stops, key=lambda each: (*_place(each), each.key)):
        doors.setdefault(stop.household or stop.key, []).append(stop)
    return [tuple(sorted(there, key=lambda each: each.key)) for there in doors.values()]


def address_key(address: str) -> Key:
    """What addresses are ordered by: their words and numbers, one after the other, numbers before words."""
    plain = unicodedata.normalize("NFKC", address).replace(" ", "")
    plain = _NUMERAL.sub(lambda found: str(_value(found.group())), plain)
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in _PART.findall(plain))


def _place(stop: Door) -> tuple[str, bool, Key]:
    return stop.area, not stop.address.strip(), address_key(stop.address)


def _value(numeral: str) -> int:
    """A Chinese numeral below a thousand; digit by digit where it has no tens (二〇一 is 201)."""
    if not set(numeral) & {"十", "百"}:
        return int("".join(str(_DIGITS[sign]) for sign in numeral))
    total, held = 0, 0
    for sign in numeral:
        if sign in "十百":
            total += max(held, 1) * (10 if sign == "十" else 100)
            held = 0
        else:
            held = _DIGITS[sign]
    return total + held
