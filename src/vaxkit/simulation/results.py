"""What simulated days say: frozen values with their uncertainty, and their plain document for JSON.

An `Estimate` is a mean over replications with the 95 % confidence interval of that mean (Student) and the
range in which 95 % of single days lie: the first says how well we know, the second what tomorrow may bring.
Quantiles are taken within each day (the smallest value that the share does not exceed), then averaged.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from vaxkit.simulation import layout as lay
from vaxkit.simulation.layout import Floats, Outcome, Program
from vaxkit.simulation.plan import SitePlan, Station
from vaxkit.vocabulary import Text


@dataclass(frozen=True, slots=True)
class Estimate:
    """`mean` with its 95 % interval `low`..`high` (None with one replication), and 95 % of days `least`..`most`.

    All are None when no day had a value (nobody came to that station).
    """

    mean: float | None
    low: float | None = None
    high: float | None = None
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Values at the points in time `SimulationResult.minutes`: the mean day and the level 95 % of days keep."""

    mean: tuple[float, ...]
    most: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Times:
    """Minutes of a day's people: their mean, quantiles and the longest."""

    mean: Estimate
    p50: Estimate
    p90: Estimate
    p95: Estimate
    longest: Estimate


@dataclass(frozen=True, slots=True)
class Spread(Times):
    """The same with the pooled distribution: how many fell into each minute (the last: or longer)."""

    histogram: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PriorityWait:
    """What the people of one priority wait: at a station those who were served there, in total those who went all the way.

    `groups` are the ids of the groups of that priority, `title` their names; `stay` is None at a station.
    """

    priority: int
    groups: tuple[str, ...]
    title: Text
    people: Estimate
    wait: Times
    stay: Times | None = None


@dataclass(frozen=True, slots=True)
class StationResult:
    """One station. `utilisation` is service over the servers on duty from minute 0 to the last departure; `priorities` is
    empty where the plan has one priority only or nobody waits."""

    id: str
    title: Text
    kind: str
    arrived: Estimate
    started: Estimate
    finished: Estimate
    balked: Estimate
    reneged: Estimate
    turned_away: Estimate
    no_vaccine: Estimate
    inside_at_end: Estimate
    wait: Spread
    waited_share: Estimate
    kept_promise: Estimate
    service: Estimate
    utilisation: Estimate
    longest_queue: Estimate
    last_departure: Estimate
    outcomes: Mapping[str, Estimate]
    priorities: tuple[PriorityWait, ...]
    queue: Series
    busy: Series


@dataclass(frozen=True, slots=True)
class StockResult:
    """`wasted` doses were left in vials that had to be thrown away; `spoiled` ones were lost in handling."""

    id: str
    doses: Estimate
    vials: Estimate
    wasted: Estimate
    spoiled: Estimate
    waste_share: Estimate


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """What a plan brings, over `replications` days. Minutes, people, doses; see `docs/how-to/simulate-a-site.md`.

    `priorities` are in the order in which people are called; empty where the plan has one priority only.
    """

    title: Text
    replications: int
    seed: int
    zero: float
    booked: Estimate
    no_shows: Estimate
    came: Estimate
    late: Estimate
    completed: Estimate
    left_early: Estimate
    inside_at_end: Estimate
    stay: Spread
    wait: Spread
    last_leaves: Estimate
    overtime: Estimate
    most_inside: Estimate
    priorities: tuple[PriorityWait, ...]
    stations: tuple[StationResult, ...]
    stocks: tuple[StockResult, ...]
    minutes: tuple[float, ...]
    on_site: Series
    zones: Mapping[str, Series]

    def station(self, id: str) -> StationResult:
        """The result of that station. Raises KeyError."""
        for station in self.stations:
            if station.id == id:
                return station
        raise KeyError(id)


def collect(plan: SitePlan, program: Program, out: Outcome, *, seed: int) -> SimulationResult:
    """The result in the kernel's arrays."""
    site = out.site
    station = out.station
    bins = out.bins.sum(axis=0)
    count = len(plan.stations)
    left = station[:, :, [lay.ST_BALKED, lay.ST_RENEGED, lay.ST_TURNED_AWAY, lay.ST_NO_VACCINE]].sum((1, 2))
    overtime = np.maximum(site[:, lay.SI_LAST_LEAVES] - plan.ends, 0.0) if plan.ends is not None else None
    members: dict[str, list[int]] = {}
    for row, place in enumerate(plan.stations):
        if place.kind != "preparation":
            members.setdefault(place.zone, []).append(row)
    present = out.queue + out.busy
    return SimulationResult(
        title=plan.title,
        replications=len(site),
        seed=seed,
        zero=plan.zero,
        booked=estimate(site[:, lay.SI_BOOKED]),
        no_shows=estimate(site[:, lay.SI_NO_SHOW]),
        came=estimate(site[:, lay.SI_CAME]),
        late=estimate(site[:, lay.SI_LATE]),
        completed=estimate(site[:, lay.SI_COMPLETED]),
        left_early=estimate(left),
        inside_at_end=estimate(site[:, lay.SI_INSIDE]),
        stay=_spread(site, lay.SI_RECORDED, lay.SI_STAY_SUM, lay.SI_STAY_50, bins[count + 1]),
        wait=_spread(site, lay.SI_RECORDED, lay.SI_WAIT_SUM, lay.SI_WAIT_50, bins[count]),
        last_leaves=estimate(site[:, lay.SI_LAST_LEAVES]),
        overtime=estimate(overtime) if overtime is not None else Estimate(None),
        most_inside=estimate(out.on_site.max(axis=1)),
        priorities=_priorities(plan, out, count, stays=True),
        stations=tuple(
            _station(plan, program, out, row, place, bins[row]) for row, place in enumerate(plan.stations)
        ),
        stocks=tuple(_stock(stock.id, out.stock[:, row]) for row, stock in enumerate(plan.stocks)),
        minutes=tuple(program.series_every * point for point in range(program.series_points)),
        on_site=_series(out.on_site),
        zones={zone: _series(present[:, :, rows].sum(axis=2)) for zone, rows in members.items()},
    )


def estimate(values: Any) -> Estimate:
    """Mean, interval of the mean and range of single days of one value a replication; NaN days are left out."""
    found = np.asarray(values, np.float64)
    found = found[~np.isnan(found)]
    if not found.size:
        return Estimate(None)
    mean = float(found.mean())
    if found.size == 1:
        return Estimate(mean, None, None, mean, mean)
    half = student(found.size - 1) * float(found.std(ddof=1)) / math.sqrt(found.size)
    least, most = np.quantile(found, (0.025, 0.975))
    return Estimate(mean, mean - half, mean + half, float(least), float(most))


def student(freedom: int, level: float = 0.95) -> float:
    """The two-sided quantile of Student's distribution (Hill's expansion; exact to 0.5 % from 3 degrees on)."""
    z = NormalDist().inv_cdf(0.5 + level / 2)
    if freedom == 1:
        return math.tan(math.pi * level / 2)
    if freedom == 2:
        return math.sqrt(2 * level**2 / (1 - level**2))
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / float(freedom) ** (power + 1) for power, term in enumerate(terms))


def as_document(value: Any) -> Any:
    """A result as plain values for JSON: dataclasses and mappings as objects, numbers rounded to 6 digits."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: as_document(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_document(below) for key, below in value.items()}
    if isinstance(value, tuple | list):
        return [as_document(below) for below in value]
    if isinstance(value, float):
        return None if not math.isfinite(value) else float(f"{value:.7g}")
    return value


def _station(
    plan: SitePlan, program: Program, out: Outcome, row: int, place: Station, bins: Any
) -> StationResult:
    data = out.station[:, row]
    with np.errstate(divide="ignore", invalid="ignore"):
        waited = data[:, lay.ST_WAITED] / data[:, lay.ST_RECORDED]
        service = data[:, lay.ST_SERVICE_SUM] / data[:, lay.ST_STARTED]
        kept = out.kept[:, row].sum(axis=1)
        promised = kept[:, 1] / kept[:, 0] if place.promise is not None else np.array([math.nan])
        until = np.minimum(data[:, lay.ST_LAST_END], plan.stops)
        if math.isfinite(plan.stops):
            until = np.where(data[:, lay.ST_INSIDE] > 0, plan.stops, until)
        on_duty = _server_minutes(place, until)
        busy_share = np.where(on_duty > 0, data[:, lay.ST_SERVICE_SUM] / on_duty, math.nan)
    if place.kind not in ("service", "preparation"):
        busy_share = np.array([math.nan])
    first = int(program.outcome_from[row])
    return StationResult(
        id=place.id,
        title=place.title,
        kind=place.kind,
        arrived=estimate(data[:, lay.ST_ARRIVED]),
        started=estimate(data[:, lay.ST_STARTED]),
        finished=estimate(data[:, lay.ST_FINISHED]),
        balked=estimate(data[:, lay.ST_BALKED]),
        reneged=estimate(data[:, lay.ST_RENEGED]),
        turned_away=estimate(data[:, lay.ST_TURNED_AWAY]),
        no_vaccine=estimate(data[:, lay.ST_NO_VACCINE]),
        inside_at_end=estimate(data[:, lay.ST_INSIDE]),
        wait=_spread(data, lay.ST_RECORDED, lay.ST_WAIT_SUM, lay.ST_WAIT_50, bins),
        waited_share=estimate(waited),
        kept_promise=estimate(promised),
        service=estimate(service),
        utilisation=estimate(busy_share),
        longest_queue=estimate(data[:, lay.ST_QUEUE_MAX]),
        last_departure=estimate(data[:, lay.ST_LAST_END]),
        outcomes={
            way.id: estimate(out.outcomes[:, first + number])
            for number, way in enumerate(place.ways)
            if len(place.ways) > 1
        },
        priorities=_priorities(plan, out, row) if place.kind in ("service", "gate") else (),
        queue=_series(out.queue[:, :, row]),
        busy=_series(out.busy[:, :, row]),
    )


def _server_minutes(place: Station, until: Floats) -> Floats:
    """Minutes of servers on duty from 0 to each of `until`."""
    total = np.zeros_like(until)
    levels = place.levels()
    for row, (start, servers) in enumerate(levels):
        end = levels[row + 1][0] if row + 1 < len(levels) else math.inf
        total += servers * np.maximum(np.minimum(until, end) - max(start, 0.0), 0.0)
    return total


def _spread(data: Any, number: int, total: int, first: int, bins: Any) -> Spread:
    times = _times(data, number, total, first)
    return Spread(times.mean, times.p50, times.p90, times.p95, times.longest, _trimmed(bins.tolist()))


def _times(data: Any, number: int, total: int, first: int) -> Times:
    """Mean, median, 90 %, 95 % and the longest, from these columns of `data`, a row a day; days with nobody are left out."""
    some = data[:, number] > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(some, data[:, total] / data[:, number], math.nan)
    return Times(
        estimate(mean), *(estimate(np.where(some, data[:, first + row], math.nan)) for row in range(4))
    )


def _priorities(plan: SitePlan, out: Outcome, row: int, *, stays: bool = False) -> tuple[PriorityWait, ...]:
    """Row `row` of the levels, by priority; with `stays` the row after it holds the stays of the same people."""
    found = []
    for level in range(out.level.shape[2]):
        priority = sorted({group.priority for group in plan.groups})[level]
        groups = [group for group in plan.groups if group.priority == priority]
        columns = lay.LV_RECORDED, lay.LV_SUM, lay.LV_50
        wait, stay = (out.level[:, place, level] for place in (row, row + 1 if stays else row))
        found.append(
            PriorityWait(
                priority,
                tuple(group.id for group in groups),
                Text(
                    "、".join(group.title.zh for group in groups),
                    ", ".join(group.title.en for group in groups),
                ),
                estimate(wait[:, lay.LV_RECORDED]),
                _times(wait, *columns),
                _times(stay, *columns) if stays else None,
            )
        )
    return tuple(found)


def _trimmed(bins: Iterable[int]) -> tuple[int, ...]:
    found = list(bins)
    while len(found) > 1 and found[-1] == 0:
        found.pop()
    return tuple(found)


def _series(values: Any) -> Series:
    return Series(
        tuple(np.round(values.mean(axis=0), 4).tolist()),
        tuple(np.quantile(values, 0.95, axis=0, method="inverted_cdf").tolist()),
    )


def _stock(id: str, data: Any) -> StockResult:
    used = data[:, lay.SK_DOSES] + data[:, lay.SK_WASTED] + data[:, lay.SK_SPOILED]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(used > 0, 1 - data[:, lay.SK_DOSES] / used, math.nan)
    return StockResult(
        id,
        estimate(data[:, lay.SK_DOSES]),
        estimate(data[:, lay.SK_VIALS]),
        estimate(data[:, lay.SK_WASTED]),
        estimate(data[:, lay.SK_SPOILED]),
        estimate(share),
    )
