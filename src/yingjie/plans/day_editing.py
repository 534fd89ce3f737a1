"""A copy of a day's plan with other staff, arrivals or shares. Pure: document in, document out.

grid(document)                 servers by station and hour, as the editing form shows them
edited(document, changes)      Changes applied; nothing else of the document moves
differences(before, after)     what a variant does otherwise, as (kind, station or source, hour or None, before, after)
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from yingjie.plans.day_document import levels_of, said


@dataclass(frozen=True)
class Changes:
    """`servers`: station → hour of the day → people. `numbers`: appointments by source, one a slot. `walk_in_percent` of those that
    were; `no_show_percent`: shares as percentages (None: as it was). `vials`: None as it was."""

    servers: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    numbers: Mapping[str, Sequence[int]] = field(default_factory=dict)
    walk_in_percent: int | None = None
    no_show_percent: int | None = None
    vials: int | None = None


@dataclass(frozen=True)
class Grid:
    """`hours` of the day, and for each station with staff its servers at the middle of each of them."""

    hours: tuple[int, ...]
    rows: tuple[tuple[str, Mapping[str, str], tuple[int, ...]], ...]


def minute(text: str) -> int:
    """ "08:30" → 510."""
    hour, _colon, rest = text.partition(":")
    return int(hour) * 60 + int(rest)


def grid(document: Mapping[str, Any]) -> Grid:
    """Servers by hour from the plan's opening to its end."""
    staffed = [row for row in document["stations"] if isinstance(row.get("servers"), list)]
    begins = min((minute(each["from"]) for row in staffed for each in row["servers"]), default=480)
    ends = max(
        [minute(document["ends"])] + [minute(each["until"]) for row in staffed for each in row["servers"]]
    )
    hours = tuple(range(begins // 60, -(-ends // 60)))
    rows = tuple(
        (row["id"], row["title"], tuple(_at(row["servers"], hour) for hour in hours)) for row in staffed
    )
    return Grid(hours, rows)


def slots(source: Mapping[str, Any]) -> list[tuple[str, int]]:
    """The times of an appointments source with how many are expected."""
    first, every = minute(source["first"]), source["every"]
    return [(said(first + nth * every), number) for nth, number in enumerate(source["number"])]


def edited(document: Mapping[str, Any], changes: Changes) -> dict[str, Any]:
    """The document with the changes."""
    found: dict[str, Any] = copy.deepcopy(dict(document))
    for station in found["stations"]:
        if station["id"] in changes.servers:
            station["servers"] = _shifts(changes.servers[station["id"]])
    for source in found["arrivals"]:
        if source["id"] in changes.numbers:
            source["number"] = list(changes.numbers[source["id"]])
        if source["kind"] == "appointments" and changes.no_show_percent is not None:
            source["no_show"] = changes.no_show_percent / 100
        if source["kind"] == "walk_ins" and changes.walk_in_percent is not None:
            for rate in source["rates"]:
                rate["per_hour"] = round(rate["per_hour"] * changes.walk_in_percent / 100, 3)
    if changes.vials is not None:
        for stock in found["stocks"]:
            stock["vials"] = changes.vials
    return found


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """What was changed, as (kind, whose id, as it was, as it is), in the order of the document."""
    found = []
    old = {row["id"]: row for row in before["stations"]}
    for row in after["stations"]:
        was = old.get(row["id"])
        if was is not None and was.get("servers") != row.get("servers"):
            found.append(("staff", row["id"], _spoken(was.get("servers")), _spoken(row.get("servers"))))
    sources = {row["id"]: row for row in before["arrivals"]}
    for row in after["arrivals"]:
        was = sources.get(row["id"])
        if was is None or was == row:
            continue
        if row["kind"] == "walk_ins":
            found.append(("walk_ins", row["id"], f"{_a_day(was):.0f}", f"{_a_day(row):.0f}"))
        elif row["kind"] == "appointments":
            if was["number"] != row["number"]:
                found.append(("booked", row["id"], str(sum(was["number"])), str(sum(row["number"]))))
            if was["no_show"] != row["no_show"]:
                found.append(("no_show", row["id"], f"{was['no_show']:.0%}", f"{row['no_show']:.0%}"))
    vials = [(was["vials"], now["vials"]) for was, now in zip(before["stocks"], after["stocks"], strict=True)]
    found += [("vials", "vaccine", str(was), str(now)) for was, now in vials if was != now]
    return found


def _at(servers: Sequence[Mapping[str, Any]], hour: int) -> int:
    middle = hour * 60 + 30
    return sum(each["servers"] for each in servers if minute(each["from"]) <= middle < minute(each["until"]))


def _shifts(by_hour: Mapping[int, int]) -> list[dict[str, Any]]:
    levels = levels_of([(hour * 60, hour * 60 + 60, people) for hour, people in sorted(by_hour.items())])
    rows = [{"from": said(b), "until": said(e), "servers": people} for b, e, people in levels if people]
    first = min(by_hour)
    return rows or [{"from": said(first * 60), "until": said(first * 60 + 60), "servers": 0}]


def _spoken(servers: Any) -> str:
    if not isinstance(servers, list):
        return str(servers)
    numbers = sorted({each["servers"] for each in servers})
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"


def _a_day(source: Mapping[str, Any]) -> float:
    return float(sum(
        rate["per_hour"] * (minute(rate["until"]) - minute(rate["from"])) / 60 for rate in source["rates"]
    ))  # fmt: skip
