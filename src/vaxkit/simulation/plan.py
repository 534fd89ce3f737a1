"""A site plan as frozen values: what `reading.read_plan` makes of a document, and `compiling` of arrays.

All times are minutes after the plan's zero; shares lie in 0..1. Whoever builds a plan in code writes the
document (a mapping, see the JSON schema) and reads it, so that every plan passes the same checks.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from vaxkit.vocabulary import Text


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution of minutes. `kind` and `numbers` as in the document; cut to `at_least`..`at_most`."""

    kind: str
    numbers: tuple[float, ...] = ()
    values: tuple[float, ...] = ()
    shares: tuple[float, ...] = ()
    parts: tuple[Distribution, ...] = ()
    at_least: float | None = None
    at_most: float = math.inf

    @property
    def mean(self) -> float:
        """The mean, before cutting at the bounds."""
        n = self.numbers
        if self.kind == "fixed":
            return n[0]
        if self.kind in ("exponential", "shifted_exponential"):
            return n[0] + n[1]
        if self.kind == "triangular":
            return (n[0] + n[1] + n[2]) / 3
        if self.kind == "uniform":
            return (n[0] + n[1]) / 2
        if self.kind in ("lognormal", "normal", "gamma"):
            return n[0]
        means = self.values if self.kind == "empirical" else tuple(part.mean for part in self.parts)
        return sum(share * mean for share, mean in zip(self.shares, means, strict=True))

    @property
    def variance(self) -> float:
        """The variance, before cutting at the bounds."""
        n = self.numbers
        if self.kind == "fixed":
            return 0.0
        if self.kind in ("exponential", "shifted_exponential"):
            return n[1] ** 2
        if self.kind == "triangular":
            a, c, b = n
            return (a * a + b * b + c * c - a * b - a * c - b * c) / 18
        if self.kind == "uniform":
            return (n[1] - n[0]) ** 2 / 12
        if self.kind in ("lognormal", "normal", "gamma"):
            return n[1] ** 2
        if self.kind == "empirical":
            squares = sum(share * value**2 for share, value in zip(self.shares, self.values, strict=True))
        else:
            squares = sum(
                share * (part.variance + part.mean**2)
                for share, part in zip(self.shares, self.parts, strict=True)
            )
        return squares - self.mean**2


@dataclass(frozen=True, slots=True)
class Shift:
    """So many servers more from `start` until `end` (a break: so many fewer)."""

    start: float
    end: float
    servers: int


@dataclass(frozen=True, slots=True)
class Way:
    """One outcome at a station: how often, where to next (None leaves the site), how far, how long it takes."""

    id: str
    title: Text
    share: float
    next: str | None
    walk: Distribution | None = None
    service: Distribution | None = None


@dataclass(frozen=True, slots=True)
class Balk:
    """With so many waiting or more, this share turns round."""

    queue: int
    share: float


@dataclass(frozen=True, slots=True)
class Gate:
    """People are let in by groups of `size`: when so many stand there or the first stood `longest` minutes,
    or, when `every` is given, every so many minutes from `first`."""

    size: int
    longest: float = 0.0
    every: float = 0.0
    first: float = 0.0


@dataclass(frozen=True, slots=True)
class Releases:
    """Work for a preparation: `items` ("who_come", "booked" or a number) in `batches` equal batches, the first
    at `first`, then every `every` minutes; the last holds the rest."""

    items: str | int
    first: float
    every: float
    batches: int


@dataclass(frozen=True, slots=True)
class Station:
    """One place of the site. `kind`: "service" (servers and a line), "delay" (no servers, nobody waits),
    "gate" (lets in groups) or "preparation" (makes items that the station `supplies` needs)."""

    id: str
    title: Text
    kind: str
    zone: str
    service: Distribution
    service_for: Mapping[str, Distribution] = field(default_factory=dict)
    ways: tuple[Way, ...] = ()
    shifts: tuple[Shift, ...] = ()
    breaks: tuple[Shift, ...] = ()
    always: int = 0
    stay: bool = True
    room: int | None = None
    patience: Distribution | None = None
    balk: tuple[Balk, ...] = ()
    gate: Gate | None = None
    supplies: str | None = None
    releases: Releases | None = None
    promise: float | None = None

    def levels(self) -> tuple[tuple[float, int], ...]:
        """The servers over time as (from, servers) steps, the first from minus infinity.

        With `stay`, who is there at the end of the last shift stays until everybody is served.
        """
        if not self.shifts:
            steps = {-math.inf: self.always}
        else:
            steps = {-math.inf: 0}
            for shift in self.shifts:
                steps[shift.start] = steps.get(shift.start, 0) + shift.servers
                steps[shift.end] = steps.get(shift.end, 0) - shift.servers
        last = max((shift.end for shift in self.shifts if shift.servers), default=math.inf)
        for pause in self.breaks:
            steps[pause.start] = steps.get(pause.start, 0) - pause.servers
            steps[pause.end] = steps.get(pause.end, 0) + pause.servers
        there = 0
        found: list[tuple[float, int]] = []
        for when in sorted(steps):
            if self.stay and when >= last:
                break
            there += steps[when]
            level = max(there, 0)
            if not found or found[-1][1] != level:
                found.append((when, level))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Stock:
    """The vials of a station: doses in each, how many vials (None: enough), minutes a vial may stand open, and
    the share of doses that spoil."""

    id: str
    station: str
    doses_per_vial: int
    vials: int | None = None
    open_minutes: float = math.inf
    spoiled: float = 0.0


@dataclass(frozen=True, slots=True)
class Slot:
    """For appointments and buses: `size` people at `start`; for walk-ins: `size` people an hour until `end`."""

    start: float
    end: float
    size: float


@dataclass(frozen=True, slots=True)
class Source:
    """People who come: "appointments", "walk_ins", "buses" or a "stream" with a distribution between two."""

    id: str
    kind: str
    entry: str
    groups: tuple[tuple[str, float], ...]
    slots: tuple[Slot, ...] = ()
    shift: Distribution | None = None
    between: Distribution | None = None
    no_show: float = 0.0
    never_before: float = -math.inf
    gap: float = 0.0
    number: float = math.inf
    until: float = math.inf


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    title: Text
    priority: int = 0


@dataclass(frozen=True, slots=True)
class SitePlan:
    """A whole day at one site. `ends` is the planned end: what lasts longer is overtime."""

    title: Text
    stations: tuple[Station, ...]
    sources: tuple[Source, ...]
    groups: tuple[Group, ...]
    stocks: tuple[Stock, ...] = ()
    zero: float = 0.0  # minutes after midnight of minute 0, for showing clock times
    closes: float = math.inf
    ends: float | None = None
    stops: float = math.inf
    warm_up: float = -math.inf
    series_every: float = 5.0

    def station(self, id: str) -> Station:
        """The station of that id. Raises KeyError."""
        for station in self.stations:
            if station.id == id:
                return station
        raise KeyError(id)
