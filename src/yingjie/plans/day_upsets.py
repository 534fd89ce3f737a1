"""What may go wrong with a day, as copies of its plan. Pure: document in, document out.

under(kind, document)     the plan when vaccine is late, the neighbouring site is closed, staff are ill, people rush in after
                          news, it rains heavily, or reactions cluster
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping
from typing import Any

from yingjie.plans.day_document import said
from yingjie.plans.day_editing import minute

Document = dict[str, Any]
#: Vaccine for that share of those expected; more people where the neighbour is closed; of the staff who are ill; of those with a
#: place who stay away in rain, and after reactions; of the usual people who come unasked in rain.
THERE, MORE, ILL, WET, AFRAID, UNASKED = 0.5, 1.5, 0.3, 0.4, 0.3, 0.3
#: A rush: twice as many more unasked as usual, at least half as many as have a place, in the first hours.
RUSH_HOURS, RUSH_LEAST = 3, 0.5
#: The pause after reactions: an hour, two hours after the beginning.
PAUSE_AFTER, PAUSE = 120, 60


def under(kind: str, document: Mapping[str, Any]) -> Document:
    """A copy of the plan. Raises KeyError for a kind that is not one of KINDS."""
    found: Document = copy.deepcopy(dict(document))
    _UPSETS[kind](found)
    return found


def _vaccine_late(document: Document) -> None:
    for stock in document["stocks"]:
        needed = math.ceil(_expected(document) * THERE / stock["doses_per_vial"])
        stock["vials"] = min(stock["vials"], needed)


def _site_closed(document: Document) -> None:
    for source in document["arrivals"]:
        if source["kind"] == "appointments":
            source["number"] = [math.ceil(number * MORE) for number in source["number"]]
    _unasked(document, MORE)


def _staff_sick(document: Document) -> None:
    for station in document["stations"]:
        if isinstance(station.get("servers"), list):
            for shift in station["servers"]:
                shift["servers"] = max(
                    min(1, shift["servers"]), shift["servers"] - math.ceil(shift["servers"] * ILL)
                )


def _rush(document: Document) -> None:
    booked, usual = _booked(document), _expected(document) - _booked(document)
    more = max(2 * usual, booked * RUSH_LEAST)
    begins = _begins(document)
    ends = min(begins + 60 * RUSH_HOURS, minute(document["ends"]))
    hours = max(1, ends - begins) / 60
    rate = {"from": said(begins), "until": said(ends), "per_hour": round(more / hours, 3)}
    document["arrivals"].append({"id": "rush", "kind": "walk_ins", "rates": [rate]})


def _rain(document: Document) -> None:
    _stay_away(document, WET)
    _unasked(document, UNASKED)


def _aefi_cluster(document: Document) -> None:
    _stay_away(document, AFRAID)
    _unasked(document, 1 - AFRAID)
    stops = _begins(document) + PAUSE_AFTER
    for station in document["stations"]:
        if station["id"] == "vaccination" and isinstance(station.get("servers"), list):
            rows = [each for shift in station["servers"] for each in _cut(shift, stops, stops + PAUSE)]
            station["servers"] = rows or station["servers"]


def _cut(shift: Mapping[str, Any], begins: int, ends: int) -> list[dict[str, Any]]:
    """A shift without the minutes between."""
    first, last = minute(shift["from"]), minute(shift["until"])
    parts = ((first, min(last, begins)), (max(first, ends), last))
    return [{**shift, "from": said(one), "until": said(other)} for one, other in parts if one < other]


def _stay_away(document: Document, share: float) -> None:
    for source in document["arrivals"]:
        if source["kind"] == "appointments":
            source["no_show"] = round(1 - (1 - source["no_show"]) * (1 - share), 4)


def _unasked(document: Document, factor: float) -> None:
    for source in document["arrivals"]:
        if source["kind"] == "walk_ins":
            for rate in source["rates"]:
                rate["per_hour"] = round(rate["per_hour"] * factor, 3)


def _begins(document: Mapping[str, Any]) -> int:
    """When vaccination begins."""
    shifts = [
        minute(shift["from"]) for station in document["stations"] if station["id"] == "vaccination"
        for shift in (station["servers"] if isinstance(station.get("servers"), list) else ())
    ]  # fmt: skip
    return min(shifts, default=480)


def _booked(document: Mapping[str, Any]) -> float:
    return float(sum(sum(each["number"]) for each in document["arrivals"] if each["kind"] == "appointments"))


def _expected(document: Mapping[str, Any]) -> float:
    """With a place and unasked."""
    unasked = sum(
        rate["per_hour"] * (minute(rate["until"]) - minute(rate["from"])) / 60
        for each in document["arrivals"] if each["kind"] == "walk_ins" for rate in each["rates"]
    )  # fmt: skip
    return _booked(document) + float(unasked)


_UPSETS: Mapping[str, Callable[[Document], None]] = {
    "vaccine_late": _vaccine_late, "site_closed": _site_closed, "staff_sick": _staff_sick, "rush": _rush, "rain": _rain,
    "aefi_cluster": _aefi_cluster,
}  # fmt: skip
KINDS = tuple(_UPSETS)
