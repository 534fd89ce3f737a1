"""How cold it was: stretches out of range, readings that are missing, the mean kinetic temperature.

A reading says nothing about the time between it and the next one. So an excursion has two lengths: what is certain (from the first
to the last reading out of range) and what is possible (from the last good reading before to the first good one after);
whoever must be called is found with the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from itertools import pairwise
from math import exp, log

from vaxkit.coldchain.handling import ReadingRule

#: Heat of activation over the gas constant, in kelvin, as the pharmacopoeias take it (83.144 kJ/mol over 8.3144 J/mol/K).
ACTIVATION_KELVIN = 10_000.0
ZERO_CELSIUS_KELVIN = 273.15
#: When the morning's and when all readings of a day are owed.
MORNING_OWED, EVENING_OWED = time(12), time(20)


@dataclass(frozen=True, slots=True)
class Reading:
    at: datetime
    celsius: Decimal


@dataclass(frozen=True, slots=True)
class Limits:
    """Both included. At or below `freezing`, vaccine counts as frozen."""

    lowest: Decimal
    highest: Decimal
    freezing: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Excursion:
    """`kind` is "warm", "cold" or "frozen"; `possible_until` is None while no good reading came after."""

    kind: str
    first_at: datetime
    last_at: datetime
    possible_from: datetime
    possible_until: datetime | None
    extreme: Decimal

    @property
    def certain(self) -> timedelta:
        return self.last_at - self.first_at


@dataclass(frozen=True, slots=True)
class MissingReadings:
    """A day on which fewer readings were taken (far enough apart) than are owed."""

    on: date
    owed: int
    found: int


def excursions(readings: Iterable[Reading], limits: Limits) -> tuple[Excursion, ...]:
    """Every stretch out of range, in the order of time. Readings on one side of the range are one stretch till a good one."""
    found: list[Excursion] = []
    run: list[Reading] = []
    good_at: datetime | None = None
    for reading in sorted(readings, key=lambda each: each.at):
        side = _side(reading, limits)
        if run and side != _side(run[0], limits):
            found.append(_excursion(run, good_at, reading.at, limits))
            good_at, run = (good_at if side else reading.at), []
        if side:
            run.append(reading)
        else:
            good_at = reading.at
    if run:
        found.append(_excursion(run, good_at, None, limits))
    return tuple(found)


def missing_readings(
    moments: Iterable[datetime], days: Iterable[date], now: datetime, zone: tzinfo, rule: ReadingRule
) -> tuple[MissingReadings, ...]:
    """The days of `days` on which readings are missing by `now`: one is owed at noon, all of them at 20:00."""
    by_day: dict[date, list[datetime]] = {}
    for moment in sorted(moments):
        by_day.setdefault(moment.astimezone(zone).date(), []).append(moment)
    found = []
    for on in days:
        owed, taken = _owed(on, now.astimezone(zone), rule), _apart(by_day.get(on, []), rule)
        if taken < owed:
            found.append(MissingReadings(on, owed, taken))
    return tuple(found)


def mean_kinetic_celsius(readings: Sequence[Reading]) -> Decimal | None:
    """The one temperature that would have aged the vaccine as much, to a tenth of a degree; each reading holds until the next one.
    None without readings."""
    if not readings:
        return None
    ordered = sorted(readings, key=lambda each: each.at)
    spans = [(later.at - earlier.at).total_seconds() for earlier, later in pairwise(ordered)]
    weights = [*spans, 0.0] if sum(spans) > 0 else [1.0] * len(ordered)
    total = sum(weights)
    mean = (
        sum(
            weight * exp(-ACTIVATION_KELVIN / (float(each.celsius) + ZERO_CELSIUS_KELVIN))
            for each, weight in zip(ordered, weights, strict=True)
        )
        / total
    )
    return Decimal(str(round(-ACTIVATION_KELVIN / log(mean) - ZERO_CELSIUS_KELVIN, 1)))


def _side(reading: Reading, limits: Limits) -> str:
    if reading.celsius > limits.highest:
        return "warm"
    return "cold" if reading.celsius < limits.lowest else ""


def _excursion(
    run: Sequence[Reading], good_at: datetime | None, next_at: datetime | None, limits: Limits
) -> Excursion:
    is_warm = _side(run[0], limits) == "warm"
    extreme = (max if is_warm else min)(each.celsius for each in run)
    kind = "warm" if is_warm else "frozen" if extreme <= limits.freezing else "cold"
    return Excursion(kind, run[0].at, run[-1].at, good_at or run[0].at, next_at, extreme)


def _owed(on: date, now: datetime, rule: ReadingRule) -> int:
    if on > now.date():
        return 0
    if on < now.date() or now.time() >= EVENING_OWED:
        return rule.a_day
    return min(1, rule.a_day) if now.time() >= MORNING_OWED else 0


def _apart(moments: Sequence[datetime], rule: ReadingRule) -> int:
    """How many readings of a day lie at least so many hours apart."""
    taken, last = 0, None
    for moment in moments:
        if last is None or moment - last >= timedelta(hours=rule.hours_apart):
            taken, last = taken + 1, moment
    return taken
