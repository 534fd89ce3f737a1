"""A plan into arrays: names become numbers, distributions a table, shifts a list of changes."""

from __future__ import annotations

import itertools
import math
import zlib
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from vaxkit.simulation import layout
from vaxkit.simulation.layout import Floats, Ints, Program
from vaxkit.simulation.plan import Distribution, SitePlan, Source, Station, Way

_KINDS = {"service": layout.SERVICE, "delay": layout.DELAY, "gate": layout.GATE}
_KINDS["preparation"] = layout.PREPARATION
_SOURCES = {"appointments": layout.APPOINTMENTS, "walk_ins": layout.WALK_INS}
_SOURCES |= {"buses": layout.BUSES, "stream": layout.STREAM}
_MOST_POINTS = 600
_MOST_PEOPLE = 5_000_000


class _Distributions:
    """The table of distributions, one row each; equal ones share a row."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, float, float, float, float, float]] = []
        self.first = [0]
        self.values: list[float] = []
        self.cumulative: list[float] = []
        self._known: dict[tuple[Distribution, bool], int] = {}

    def add(self, dist: Distribution | None, *, signed: bool = False) -> int:
        """Its row; -1 for None. Minutes are cut at 0 unless `signed`."""
        if dist is None:
            return -1
        if (dist, signed) in self._known:
            return self._known[dist, signed]
        parts = [float(self.add(part, signed=signed)) for part in dist.parts]
        low = dist.at_least if dist.at_least is not None else (-math.inf if signed else 0.0)
        kind, a, b, c = _numbers(dist)
        self.values += parts or list(dist.values)
        self.cumulative += _cumulative(dist.shares)
        self.first.append(len(self.values))
        self.rows.append((kind, a, b, c, low, dist.at_most))
        self._known[dist, signed] = len(self.rows) - 1
        return len(self.rows) - 1


def _numbers(dist: Distribution) -> tuple[int, float, float, float]:
    n = (*dist.numbers, 0.0, 0.0, 0.0)
    match dist.kind:
        case "fixed":
            return layout.FIXED, n[0], 0.0, 0.0
        case "exponential" | "shifted_exponential":
            return layout.EXPONENTIAL, n[0], n[1], 0.0
        case "triangular":
            return layout.TRIANGULAR, n[0], n[1], n[2]
        case "uniform":
            return layout.UNIFORM, n[0], n[1], 0.0
        case "normal":
            return layout.NORMAL, n[0], n[1], 0.0
        case "lognormal":
            spread = math.log1p((n[1] / n[0]) ** 2)
            return layout.LOGNORMAL, math.log(n[0]) - spread / 2, math.sqrt(spread), 0.0
        case "gamma":
            if n[1] == 0.0:
                return layout.FIXED, n[0], 0.0, 0.0
            return layout.GAMMA, (n[0] / n[1]) ** 2, n[1] ** 2 / n[0], 0.0
        case "empirical":
            return layout.EMPIRICAL, 0.0, 0.0, 0.0
    return layout.MIXTURE, 0.0, 0.0, 0.0


def compile_plan(plan: SitePlan, promises: Mapping[str, float] | None = None) -> Program:
    """The program of a plan. `promises` (station id -> minutes) are watched hour by hour."""
    table = _Distributions()
    number = {station.id: row for row, station in enumerate(plan.stations)}
    group_number = {group.id: row for row, group in enumerate(plan.groups)}
    ways = [_ways(station) for station in plan.stations]
    changes = [station.levels() for station in plan.stations]
    promised = {s.id: s.promise for s in plan.stations if s.promise is not None} | dict(promises or {})
    priorities = sorted({group.priority for group in plan.groups})
    span = _span(plan)
    every = max(plan.series_every, math.ceil(span / _MOST_POINTS))
    releases = [station.releases for station in plan.stations]
    every_way = [way for row in ways for way in row]
    gates = [station.gate for station in plan.stations]
    stock_of = {stock.station: row for row, stock in enumerate(plan.stocks)}
    suppliers = {station.supplies: row for row, station in enumerate(plan.stations) if station.supplies}

    service = [
        [table.add(station.service_for.get(group.id, station.service)) for group in plan.groups]
        for station in plan.stations
    ]
    patience = [table.add(station.patience) for station in plan.stations]
    way_service = [table.add(way.service) for way in every_way]
    way_walk = [table.add(way.walk) for way in every_way]
    shift = [table.add(source.shift, signed=True) for source in plan.sources]
    gap = [table.add(source.between) for source in plan.sources]
    if not table.rows:
        table.add(Distribution("fixed", (0.0,)))

    return Program(
        dist_kind=_ints(row[0] for row in table.rows),
        dist_number=np.array([row[1:] for row in table.rows], np.float64).reshape(-1, 5),
        dist_from=_ints(table.first),
        pool_value=_floats(table.values),
        pool_cumulative=_floats(table.cumulative),
        kind=_ints(_KINDS[station.kind] for station in plan.stations),
        stream=_streams(station.id for station in plan.stations),
        room=_ints(-1 if s.room is None else s.room for s in plan.stations),
        service=np.array(service, np.int64).reshape(len(plan.stations), len(plan.groups)),
        patience=_ints(patience),
        final=_ints(
            s.kind == "delay" and all(way.next is None for way in row)
            for s, row in zip(plan.stations, ways, strict=True)
        ),
        servers=_ints(row[0][1] for row in changes),
        change_from=_starts(len(row) - 1 for row in changes),
        change_at=_floats(when for row in changes for when, _ in row[1:]),
        change_to=_ints(servers for row in changes for _, servers in row[1:]),
        outcome_from=_starts(len(row) for row in ways),
        outcome_cumulative=_floats(x for row in ways for x in _cumulative([way.share for way in row])),
        outcome_next=_ints(-1 if way.next is None else number[way.next] for way in every_way),
        outcome_service=_ints(way_service),
        outcome_walk=_ints(way_walk),
        balk_from=_starts(len(s.balk) for s in plan.stations),
        balk_queue=_ints(rule.queue for s in plan.stations for rule in s.balk),
        balk_share=_floats(rule.share for s in plan.stations for rule in s.balk),
        gate_size=_ints(gate.size if gate else 0 for gate in gates),
        gate_every=_floats(gate.every if gate else 0.0 for gate in gates),
        gate_first=_floats(gate.first if gate else 0.0 for gate in gates),
        gate_longest=_floats(gate.longest if gate else 0.0 for gate in gates),
        supply=_ints(suppliers.get(s.id, -1) for s in plan.stations),
        serves=_ints(number[s.supplies] if s.supplies else -1 for s in plan.stations),
        batch_from=_starts(r.batches if r else 0 for r in releases),
        batch_at=_floats(r.first + i * r.every for r in releases if r for i in range(r.batches)),
        batch_items=_ints(
            0 if r is None else {"who_come": -1, "booked": -2}.get(str(r.items)) or int(r.items)
            for r in releases
        ),
        stock=_ints(stock_of.get(s.id, -1) for s in plan.stations),
        vial_doses=_ints(stock.doses_per_vial for stock in plan.stocks),
        vials=_ints(-1 if stock.vials is None else stock.vials for stock in plan.stocks),
        vial_minutes=_floats(stock.open_minutes for stock in plan.stocks),
        spoiled=_floats(stock.spoiled for stock in plan.stocks),
        priority=_ints(priorities.index(group.priority) for group in plan.groups),
        levels=len(priorities),
        source_kind=_ints(_SOURCES[source.kind] for source in plan.sources),
        source_stream=_streams(source.id for source in plan.sources),
        source_entry=_ints(number[source.entry] for source in plan.sources),
        source_number=np.array(
            [(s.no_show, _from(s), s.gap, min(s.number, _MOST_PEOPLE), s.until) for s in plan.sources],
            np.float64,
        ).reshape(-1, 5),
        source_shift=_ints(shift),
        source_gap=_ints(gap),
        group_from=_starts(len(source.groups) for source in plan.sources),
        group_of=_ints(group_number[id] for source in plan.sources for id, _ in source.groups),
        group_cumulative=_floats(
            x for source in plan.sources for x in _cumulative([share for _, share in source.groups])
        ),
        slot_from=_starts(len(source.slots) for source in plan.sources),
        slot_at=_floats(slot.start for source in plan.sources for slot in source.slots),
        slot_until=_floats(slot.end for source in plan.sources for slot in source.slots),
        slot_size=_floats(
            slot.size / 60.0 if source.kind == "walk_ins" else slot.size
            for source in plan.sources
            for slot in source.slots
        ),
        closes=float(plan.closes),
        horizon=float(plan.stops),
        warm_up=float(plan.warm_up),
        cyclic=int(_has_cycle(ways, number)),
        expected=int(sum(_expected(source) for source in plan.sources)) + 1,
        series_every=float(every),
        series_points=max(int(span / every), 0) + 1,
        promise=_floats(promised.get(s.id, math.inf) for s in plan.stations),
        bucket_minutes=60.0,
        buckets=min(int(span // 60) + 1, 48) if promised else 0,
    )


def _ways(station: Station) -> tuple[Way, ...]:
    return station.ways


def _span(plan: SitePlan) -> float:
    """Minutes that the series cover: until some hours after the last planned thing."""
    ends = [slot.end for source in plan.sources for slot in source.slots]
    ends += [slot.start for source in plan.sources for slot in source.slots]
    ends += [_stream_end(source) for source in plan.sources if source.kind == "stream"]
    ends += [shift.end for station in plan.stations for shift in station.shifts]
    ends += [plan.ends or 0.0]
    last = min(max((end for end in ends if math.isfinite(end)), default=0.0), plan.closes)
    return min(last + 180.0, plan.stops)


def _from(source: Source) -> float:
    """Nobody of the source is inside before this instant; a stream begins at it."""
    if source.kind == "stream" and source.never_before == -math.inf:
        return 0.0
    return source.never_before


def _stream_end(source: Source) -> float:
    mean = source.between.mean if source.between else 0.0
    reach = _from(source) + (source.number * mean if math.isfinite(source.number) else math.inf)
    return min(reach, source.until)


def _expected(source: Source) -> float:
    """People, with room for chance."""
    if source.kind == "walk_ins":
        mean = sum((slot.end - slot.start) * slot.size / 60 for slot in source.slots)
        return mean + 6 * math.sqrt(mean) + 16
    if source.kind == "stream":
        if math.isfinite(source.number):
            return source.number
        gap = source.between.mean if source.between else 1.0
        mean = (source.until - _from(source)) / max(gap, 1e-6)
        return mean + 6 * math.sqrt(max(mean, 0.0)) + 16
    return sum(slot.size for slot in source.slots)


def _has_cycle(ways: Sequence[tuple[Way, ...]], number: Mapping[str, int]) -> bool:
    """Whether somebody can come to one station twice."""
    left = {
        row: {number[way.next] for way in found if way.next is not None} for row, found in enumerate(ways)
    }
    while left:
        ends = [row for row, targets in left.items() if not targets & left.keys()]
        if not ends:
            return True
        for row in ends:
            del left[row]
    return False


def _streams(names: Iterable[str]) -> layout.Words:
    """A key of each name: the same in every plan, so that adding a station changes nobody's luck elsewhere."""
    found = [zlib.crc32(name.encode()) << 32 | zlib.adler32(name.encode()) for name in names]
    return np.array(found, np.uint64)


def _cumulative(shares: Sequence[float]) -> list[float]:
    total = math.fsum(shares)
    return [sum_ / total for sum_ in itertools.accumulate(shares)]


def _ints(values: Iterable[int]) -> Ints:
    return np.array([int(value) for value in values], np.int64)


def _floats(values: Iterable[float]) -> Floats:
    return np.array([float(value) for value in values], np.float64)


def _starts(counts: Iterable[int]) -> Ints:
    return np.cumsum([0, *counts]).astype(np.int64)
