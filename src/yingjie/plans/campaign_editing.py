"""Deliveries and events of a campaign's plan, changed one by one. Pure: document in, rows out; rows in, document out.

rows_of(document)               the deliveries and the events as the form shows them
edited(document, deliveries, events)   a copy with exactly these; everything else as it was
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: What an event's number is called in the document, and by how much the form's number is divided (percent → share).
AMOUNTS: Mapping[str, tuple[str, int]] = {
    "vaccine_late": ("days", 1),
    "site_closed": ("", 1),
    "staff_sick": ("share", 100),
    "rush": ("factor", 100),
    "rain": ("factor", 100),
    "aefi_cluster": ("share", 100),
}
KINDS = tuple(AMOUNTS)


@dataclass(frozen=True)
class Delivery:
    day: str
    doses: int


@dataclass(frozen=True)
class EventRow:
    """`title` is the scenario's: rows of one title happen together. `amount`: days for late vaccine, else percent."""

    title: str
    kind: str
    first: str
    last: str
    amount: int
    site: str = ""


def rows_of(document: Mapping[str, Any], lang: str) -> tuple[list[Delivery], list[EventRow]]:
    """The deliveries by day; the events in the order of the scenarios."""
    deliveries = [Delivery(each["day"], each["doses"]) for each in document["stock"].get("deliveries", ())]
    events = [
        EventRow(
            scenario["title"][lang], event["kind"], event["from"], event.get("until", event["from"]), _amount(event),
            event.get("site", ""),
        )
        for scenario in document.get("scenarios", ()) for event in scenario["events"]
    ]  # fmt: skip
    return sorted(deliveries, key=lambda row: row.day), events


def edited(
    document: Mapping[str, Any], deliveries: Sequence[Delivery], events: Sequence[EventRow], lang: str
) -> dict[str, Any]:
    """A scenario that was there keeps its titles in both languages; a new one is called the same in both."""
    found: dict[str, Any] = copy.deepcopy(dict(document))
    found["stock"]["deliveries"] = [
        {"day": row.day, "doses": row.doses} for row in sorted(deliveries, key=lambda row: row.day)
    ]
    known = {each["title"][lang]: each for each in document.get("scenarios", ())}
    scenarios: dict[str, dict[str, Any]] = {}
    taken = {each["id"] for each in known.values()}
    for row in events:
        if row.title not in scenarios:
            before = known.get(row.title)
            name = before["id"] if before else _free_name(row.kind, taken)
            taken.add(name)
            title = before["title"] if before else {"zh": row.title, "en": row.title}
            scenarios[row.title] = {"id": name, "title": title, "events": []}
        half_lives = [
            event["half_life_days"] for event in known.get(row.title, {}).get("events", ())
            if event["kind"] == row.kind and "half_life_days" in event
        ]  # fmt: skip
        scenarios[row.title]["events"].append(_event(row, half_lives))
    found["scenarios"] = list(scenarios.values())
    return found


def _event(row: EventRow, half_lives: Sequence[float]) -> dict[str, Any]:
    event: dict[str, Any] = {"kind": row.kind, "from": row.first, "until": row.last}
    name, divisor = AMOUNTS[row.kind]
    if name:
        event[name] = row.amount if divisor == 1 else row.amount / divisor
    if row.kind == "site_closed":
        event["site"] = row.site
    if half_lives:
        event["half_life_days"] = half_lives[0]
    return event


def _amount(event: Mapping[str, Any]) -> int:
    name, divisor = AMOUNTS[event["kind"]]
    return round(event[name] * divisor) if name else 0


def _free_name(kind: str, taken: set[str]) -> str:
    number = 2
    while f"{kind}_{number}" in taken:
        number += 1
    return f"{kind}_{number}"
