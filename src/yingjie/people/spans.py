"""Where one person counted, as a list of spans in the order of time; and what a move, an end or a return makes of it. Pure.

The list is the whole truth about a person at one moment of knowing. Whoever changes it gives back a new list; what was in the old
one and is not in the new one was believed and is no longer (`restating` writes that down).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

Spans = tuple["Span", ...]


@dataclass(frozen=True)
class Span:
    """In `area` from `from_on` (None: as long as anybody knows) until the day before `until_on` (None: still)."""

    area: str
    from_on: date | None
    until_on: date | None
    birth_on: date
    ended_by: str = ""

    @property
    def begins(self) -> date:
        return max(self.from_on or self.birth_on, self.birth_on)


class OutOfOrder(ValueError):
    """A day that does not fit behind what is known already; `earliest` is the first that would."""

    def __init__(self, earliest: date) -> None:
        super().__init__(earliest)
        self.earliest = earliest


def moved(spans: Spans, area: str, on: date) -> Spans:
    """Lives in `area` from `on`. A move on the very day on which the last span began replaces it. Raises OutOfOrder."""
    before, last = _open(spans, on)
    new = Span(area, on, None, last.birth_on)
    if on == last.begins:
        return (*before, replace(new, from_on=last.from_on))
    return (*before, replace(last, until_on=on, ended_by="moved"), new)


def ended(spans: Spans, on: date, ended_by: str) -> Spans:
    """Does not count from `on`. Raises OutOfOrder."""
    before, last = _open(spans, on)
    return (*before, replace(last, until_on=on, ended_by=ended_by))


def struck(spans: Spans) -> Spans:
    """Never counted at all: entered by mistake."""
    last = spans[-1]
    return (replace(last, from_on=None, until_on=last.birth_on, ended_by="corrected"),)


def returned(spans: Spans, area: str, on: date) -> Spans:
    """Counts again, from `on`. Raises OutOfOrder for a day before the end."""
    last = spans[-1]
    if last.until_on is None or on < last.until_on:
        raise OutOfOrder(last.until_on or last.begins)
    kept = spans if last.until_on > last.begins else spans[:-1]
    return (*kept, Span(area, on, None, last.birth_on))


def came_on(spans: Spans, on: date | None) -> Spans:
    """The day of coming to the present place, said anew; the place before ends on that day where it led here without a break."""
    before, last = spans[:-1], spans[-1]
    if on is not None and on < last.birth_on:
        raise OutOfOrder(last.birth_on)
    if last.until_on is not None and on is not None and on > last.until_on:
        raise OutOfOrder(last.begins)
    if before:
        former = before[-1]
        if on is None or on <= former.begins:
            raise OutOfOrder(former.begins)
        if former.ended_by == "moved":
            before = (*before[:-1], replace(former, until_on=on))
        elif former.until_on is not None and on < former.until_on:
            raise OutOfOrder(former.until_on)
    return (*before, replace(last, from_on=on))


def left_on(spans: Spans, on: date | None) -> Spans:
    """The day of the end, said anew (None: it has not ended)."""
    last = spans[-1]
    if on is not None and on < last.begins:
        raise OutOfOrder(last.begins)
    return (*spans[:-1], replace(last, until_on=on, ended_by=last.ended_by if on else ""))


def born_on(spans: Spans, on: date) -> Spans:
    """Another birth date. Days of coming before it move to it. Raises OutOfOrder where a span ended before it."""
    if any(span.until_on is not None and span.until_on < on for span in spans):
        raise OutOfOrder(min(span.until_on for span in spans if span.until_on is not None))
    return tuple(
        replace(span, birth_on=on, from_on=None if span.from_on is None else max(span.from_on, on))
        for span in spans
    )


def to_json(spans: Spans) -> list[dict[str, Any]]:
    return [
        {
            "area": span.area, "from": _day(span.from_on), "until": _day(span.until_on), "birth": _day(span.birth_on),
            "ended_by": span.ended_by,
        }
        for span in spans
    ]  # fmt: skip


def from_json(kept: Iterable[dict[str, Any]]) -> Spans:
    return tuple(
        Span(
            row["area"], _read(row["from"]), _read(row["until"]), date.fromisoformat(row["birth"]), row["ended_by"]
        )
        for row in kept
    )  # fmt: skip


def _open(spans: Spans, on: date) -> tuple[Spans, Span]:
    last = spans[-1]
    if on < last.begins or (last.until_on is not None and on > last.until_on):
        raise OutOfOrder(last.begins)
    return spans[:-1], last


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _read(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
