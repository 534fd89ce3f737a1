"""How many people a site needs, and what load the people it has can bear.

    smallest_staffing(plan, Promise(15, 0.9))   fewest servers per station (and hour) that keep the promise
    bearable_load(plan, Promise(15, 0.9))       how many times the planned arrivals the plan's staff bears

A promise is kept where the share of people who wait `minutes` at most, among all who begin to wait in that
hour over all simulated days, is `probability` at least; `simulate` days, the same people in each trial, so
that answers are comparable and the same for one seed.

The search starts from theory: expected arrivals of each hour are followed through the site as a fluid
(walks and service times shift them), and each hour is staffed by itself as a steady queue (Erlang C with the
square-root rule; "stationary, independent, period by period"). Simulation then corrects it: hours that
break the promise get more, the rest is taken away one at a time as long as every promise holds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from vaxkit.faults import Fault, Faulty, nearest
from vaxkit.simulation import engine
from vaxkit.simulation import layout as lay
from vaxkit.simulation.approximations import servers_for
from vaxkit.simulation.compiling import compile_plan
from vaxkit.simulation.layout import Floats
from vaxkit.simulation.plan import Shift, SitePlan, Slot, Source
from vaxkit.vocabulary import Text

_MOST_SERVERS = 10_000
_MOST_ROUNDS = 60
_HOUR = 60.0


@dataclass(frozen=True, slots=True)
class Promise:
    """Wait `minutes` at most, kept for this share of people in every hour."""

    minutes: float
    probability: float

    def __post_init__(self) -> None:
        if self.minutes < 0 or not 0 < self.probability < 1:
            raise ValueError("a promise needs minutes of 0 or more and a probability between 0 and 1")


@dataclass(frozen=True, slots=True)
class HourNeed:
    """Servers of one station in one hour (minutes after zero), and how they keep the promise.

    `by_theory` is the first guess; `with_one_less` what share one server fewer would keep in the worst hour
    of the station (None: not tried, there is only one).
    """

    start: float
    end: float
    servers: int
    by_theory: int
    people: float
    kept: float | None


@dataclass(frozen=True, slots=True)
class StationNeed:
    """One station's need. `binding` is the hour with the least to spare, `with_one_less` the share that would
    be kept there with one server fewer: below the promise, that is why this many are needed."""

    id: str
    title: Text
    hours: tuple[HourNeed, ...]
    binding: float
    kept: float | None
    with_one_less: float | None


@dataclass(frozen=True, slots=True)
class Staffing:
    """The smallest staffing found. `feasible` is False when some hour cannot be kept by any number of servers
    (people wait for something else, such as items or a gate). `server_hours` counts all stations and hours."""

    promise: Promise
    stations: tuple[StationNeed, ...]
    server_hours: float
    binding: str
    feasible: bool
    simulated: int
    plan: SitePlan
    explanation: Text


@dataclass(frozen=True, slots=True)
class Load:
    """What a staffing bears: `factor` x the planned arrivals keeps the promise, `breaks_at` does not, at
    `binding` first. `people` is what comes on a day of that factor."""

    promise: Promise
    factor: float
    breaks_at: float
    people: float
    binding: str
    explanation: Text


def smallest_staffing(
    plan: SitePlan,
    promise: Promise | Mapping[str, Promise],
    *,
    replications: int = 60,
    seed: int = 1,
    hourly: bool = False,
    threads: int | None = None,
    tell: Callable[[int], None] | None = None,
) -> Staffing:
    """The fewest servers with which every hour of every named station keeps its promise.

    `promise` holds for all service stations, or names stations. With `hourly` each hour gets its own number,
    otherwise one number holds all day. "Fewest" is local: no station (hour) can give up one server.
    Raises Faulty when a named station has no servers. `tell` hears how many staffings were tried; what it raises ends the search.
    """
    promises = _promises(plan, promise)
    trial = _Trial(plan, promises, replications, seed, threads, tell)
    people, guess = trial.theory(hourly)
    staff = {id: list(row) for id, row in guess.items()}
    feasible = _enough(trial, staff, hourly)
    tried = _taken_away(trial, staff, hourly) if feasible else {}
    kept = trial.kept(staff)
    needs = []
    for id in promises:
        place = plan.station(id)
        hours = tuple(
            HourNeed(
                start=row * _HOUR,
                end=(row + 1) * _HOUR,
                servers=staff[id][row],
                by_theory=guess[id][row],
                people=round(float(people[id][row]), 2),
                kept=kept[id][row],
            )
            for row in range(trial.hours)
            if kept[id][row] is not None
        )
        spare = min(hours, key=lambda hour: hour.kept if hour.kept is not None else 2.0, default=None)
        needs.append(
            StationNeed(
                id,
                place.title,
                hours,
                spare.start if spare else 0.0,
                spare.kept if spare else None,
                tried.get(id),
            )
        )
    hours_open = {id: [row for row in range(trial.hours) if kept[id][row] is not None] for id in promises}
    total = float(sum(staff[id][row] for id in promises for row in hours_open[id]))
    margin = {
        need.id: (need.kept if need.kept is not None else 2.0) - promises[need.id].probability
        for need in needs
    }
    binding = min(margin, key=lambda id: margin[id])
    first = next(iter(promises.values()))
    return Staffing(
        first, tuple(needs), total, binding, feasible, trial.runs, trial.staffed(staff),
        _explained(plan, promises, needs, binding, feasible, hourly),
    )  # fmt: skip


def bearable_load(
    plan: SitePlan,
    promise: Promise | Mapping[str, Promise],
    *,
    replications: int = 60,
    seed: int = 1,
    threads: int | None = None,
    precision: float = 0.02,
) -> Load:
    """How many times the planned arrivals the plan's own staff bears, to `precision`, by bisection.

    Numbers of appointments and seats are rounded. `factor` is 0 when even 1 % of the arrivals is too much.
    """
    promises = _promises(plan, promise)

    def worst(factor: float) -> tuple[float, str]:
        trial = _Trial(_scaled(plan, factor), promises, replications, seed, threads)
        return trial.worst(None)

    low, high = 0.0, 1.0
    where = ""
    while high < 64:
        margin, where = worst(high)
        if margin < 0:
            break
        low, high = high, high * 2
    while high - low > precision * max(low, 0.05) / 2:
        middle = (low + high) / 2
        margin, there = worst(middle)
        if margin < 0:
            high, where = middle, there
        else:
            low = middle
    planned = sum(_people(source) * (1 - source.no_show) for source in _scaled(plan, low).sources)
    factor, breaks_at = round(low, 4), round(high, 4)
    place = plan.station(where).title if where else Text("", "")
    rule = next(iter(promises.values()))
    say = Text(
        f"现有人员可承担约 {planned:.0f} 人（计划量的 {factor:.2f} 倍），{rule.probability:.0%} 的人等待不超过 {rule.minutes:g} 分钟；"  # noqa: E501
        f"到 {breaks_at:.2f} 倍时“{place.zh}”最先守不住。",
        f"The staff bears some {planned:.0f} people ({factor:.2f} x the plan), {rule.probability:.0%} of whom wait "
        f"{rule.minutes:g} minutes at most; at {breaks_at:.2f} x {place.en} is the first to fail.",
    )
    return Load(rule, factor, breaks_at, round(planned, 1), where, say)


class _Trial:
    """One plan under one promise: tries staffings on the same simulated days."""

    def __init__(
        self,
        plan: SitePlan,
        promises: Mapping[str, Promise],
        replications: int,
        seed: int,
        threads: int | None,
        tell: Callable[[int], None] | None = None,
    ) -> None:
        self.plan, self.promises = plan, promises
        self.replications, self.seed, self.threads = replications, seed, threads
        self.tell = tell
        self.minutes = {id: promise.minutes for id, promise in promises.items()}
        self.hours = compile_plan(plan, self.minutes).buckets
        self.row = {station.id: row for row, station in enumerate(plan.stations)}
        self.runs = 0
        self.reachable = True  # whether servers without end keep every promise

    def theory(self, hourly: bool) -> tuple[dict[str, Floats], dict[str, list[int]]]:
        """People who come to each station in each hour when nobody waits, and the servers theory gives them.

        The flow is read off simulated days with ample staff: that is the fluid offered to each station.
        """
        ample = {id: [_MOST_SERVERS] * self.hours for id in self.promises}
        counts = self._counts(ample)
        started = counts[:, :, 0]
        self.reachable = all(
            counts[self.row[id], hour, 1] >= promise.probability * counts[self.row[id], hour, 0]
            for id, promise in self.promises.items()
            for hour in range(self.hours)
        )
        people: dict[str, Floats] = {}
        guess: dict[str, list[int]] = {}
        for id, promise in self.promises.items():
            service = self.plan.station(id).service
            variability = service.variance / service.mean**2 if service.mean > 0 else 0.0
            people[id] = started[self.row[id]] / self.replications
            need = [
                servers_for(
                    count / _HOUR, max(service.mean, 1e-9), promise.minutes, promise.probability, variability
                )
                for count in people[id].tolist()
            ]
            guess[id] = need if hourly else [max(need)] * self.hours
        return people, guess

    def staffed(self, staff: Mapping[str, Sequence[int]]) -> SitePlan:
        """The plan with these servers hour by hour (the last hour's stay)."""
        places = tuple(
            replace(place, shifts=_shifts(staff[place.id]), breaks=(), always=0, stay=True)
            if place.id in staff
            else place
            for place in self.plan.stations
        )
        return replace(self.plan, stations=places)

    def kept(self, staff: Mapping[str, Sequence[int]] | None) -> dict[str, list[float | None]]:
        """The share kept, by station and hour; None where nobody began to wait."""
        counts = self._counts(staff)
        return {
            id: [
                None if counts[self.row[id], hour, 0] == 0 else float(counts[self.row[id], hour, 1] / counts[self.row[id], hour, 0])
                for hour in range(self.hours)
            ]
            for id in self.promises
        }  # fmt: skip

    def worst(self, staff: Mapping[str, Sequence[int]] | None) -> tuple[float, str]:
        """The least margin over the promise (negative: broken) and its station."""
        kept = self.kept(staff)
        margins = [
            (share - self.promises[id].probability, id)
            for id, row in kept.items()
            for share in row
            if share is not None
        ]
        return min(margins, default=(1.0, next(iter(self.promises))))

    def without(
        self, staff: Mapping[str, Sequence[int]], id: str, cell: Sequence[int], servers: int
    ) -> tuple[float | None, bool]:
        """The worst share at station `id` with so few servers in these hours, and whether every promise holds."""
        trying = {**staff, id: [servers if row in cell else now for row, now in enumerate(staff[id])]}
        kept = self.kept(trying)
        works = all(
            share is None or share >= self.promises[name].probability
            for name, row in kept.items()
            for share in row
        )
        return min((share for share in kept[id] if share is not None), default=None), works

    def _counts(self, staff: Mapping[str, Sequence[int]] | None) -> Floats:
        self.runs += 1
        if self.tell:
            self.tell(self.runs)
        plan = self.plan if staff is None else self.staffed(staff)
        program = compile_plan(plan, self.minutes)
        out = engine.run(program, count=self.replications, seed=self.seed, threads=self.threads)
        total: Floats = out.kept.sum(axis=0).astype(np.float64)
        # Whoever gave up, was turned away or never got served has not been kept waiting briefly: the station fails.
        failed = out.station[:, :, [lay.ST_RENEGED, lay.ST_TURNED_AWAY, lay.ST_BALKED, lay.ST_INSIDE]].sum(
            (0, 2)
        )
        for row in range(len(failed)):
            if failed[row] and total.shape[1]:
                busiest = int(total[row, :, 0].argmax())
                total[row, busiest, 0] += failed[row]
        return total


def _enough(trial: _Trial, staff: dict[str, list[int]], hourly: bool) -> bool:
    """Add servers where a promise breaks until none does. False when more servers do not help."""
    if not trial.reachable:
        return False
    for _ in range(_MOST_ROUNDS):
        kept = trial.kept(staff)
        broken = [
            (id, hour)
            for id, row in kept.items()
            for hour, share in enumerate(row)
            if share is not None and share < trial.promises[id].probability
        ]
        if not broken:
            return True
        seen: set[tuple[str, int]] = set()
        for id, hour in broken:
            # An hour also suffers from what the hour before left over: help both.
            for row in range(trial.hours) if not hourly else {max(hour - 1, 0), hour}:
                if (id, row) not in seen:
                    seen.add((id, row))
                    staff[id][row] += max(1, staff[id][row] // 16)
    return False


def _taken_away(trial: _Trial, staff: dict[str, list[int]], hourly: bool) -> dict[str, float | None]:
    """Take servers away, the best staffed station first, until nobody can be spared anywhere.

    Returns, for each station, the worst share one server fewer would keep there (None: it has only one).
    """
    cells = [[row] for row in range(trial.hours)] if hourly else [list(range(trial.hours))]
    found: dict[str, float | None] = {}
    spared = True
    stride = True
    while spared:
        spared = False
        found = dict.fromkeys(trial.promises)
        for id in sorted(trial.promises, key=lambda name: -sum(staff[name])):
            for cell in cells:
                low, high = 0, staff[id][cell[0]]  # `high` works; `low` does not, or is nobody at all
                step = 1
                while high - low > 1:
                    middle = max(high - step, (low + high) // 2)
                    share, works = trial.without(staff, id, cell, middle)
                    if works:
                        high, step, spared = middle, step * 2 if stride else 1, True
                    else:
                        low = middle
                        if middle == high - 1 and share is not None:
                            found[id] = min(share, found[id] or 1.0)
                for row in cell:
                    staff[id][row] = high
        stride = False
    return found


def _promises(plan: SitePlan, promise: Promise | Mapping[str, Promise]) -> dict[str, Promise]:
    staffed = {place.id: place for place in plan.stations if place.kind == "service"}
    wanted = dict.fromkeys(staffed, promise) if isinstance(promise, Promise) else dict(promise)
    unknown = [id for id in wanted if id not in staffed]
    if unknown or not wanted:
        named = ", ".join(unknown)
        raise Faulty(
            [
                Fault(
                    f"stations.{named}" if named else "stations",
                    Text("没有配备人员的岗位", "there is no station with servers"),
                    nearest(named, staffed)
                    if staffed
                    else Text("请加一个 service 岗位。", "Add a service station."),
                )
            ]
        )
    promise = wanted
    return {place.id: promise[place.id] for place in staffed.values() if place.id in promise}


def _shifts(servers: Sequence[int]) -> tuple[Shift, ...]:
    """One shift for each run of equal hours; the first begins long before."""
    found: list[Shift] = []
    for hour, number in enumerate(servers):
        start = hour * _HOUR if hour else -1e6
        if found and found[-1].servers == number:
            found[-1] = replace(found[-1], end=(hour + 1) * _HOUR)
        else:
            found.append(Shift(start, (hour + 1) * _HOUR, number))
    return tuple(found)


def _scaled(plan: SitePlan, factor: float) -> SitePlan:
    """The plan with that many times the arrivals."""
    sources = []
    for source in plan.sources:
        if source.kind == "stream":
            sources.append(_scaled_stream(source, factor))
        elif source.kind == "walk_ins":
            sources.append(
                replace(source, slots=tuple(replace(slot, size=slot.size * factor) for slot in source.slots))
            )
        else:
            sources.append(replace(source, slots=_rounded(source.slots, factor)))
    return replace(plan, sources=tuple(sources))


def _scaled_stream(source: Source, factor: float) -> Source:
    assert source.between is not None
    between = source.between
    if between.kind in ("empirical", "mixture"):
        raise Faulty(
            [
                Fault(
                    f"arrivals.{source.id}",
                    Text(
                        f"到达间隔是 {between.kind}，不能按倍数放大",
                        f"its gaps are {between.kind} and cannot be scaled",
                    ),
                    Text(
                        "改用指数、固定等间隔分布，或改成预约。",
                        "Use exponential or fixed gaps, or appointments.",
                    ),
                )
            ]
        )
    numbers = tuple(number / factor for number in between.numbers)
    low = None if between.at_least is None else between.at_least / factor
    scaled = replace(between, numbers=numbers, at_least=low, at_most=between.at_most / factor)
    return replace(source, between=scaled, number=math.floor(source.number * factor))


def _rounded(slots: Sequence[Slot], factor: float) -> tuple[Slot, ...]:
    """Whole people whose running total stays within half a person of the exact one."""
    found = []
    exact = 0.0
    given = 0
    for slot in slots:
        exact += slot.size * factor
        size = math.floor(exact + 0.5) - given
        given += size
        found.append(replace(slot, size=float(size)))
    return tuple(found)


def _people(source: Source) -> float:
    if source.kind == "walk_ins":
        return sum((slot.end - slot.start) * slot.size / 60 for slot in source.slots)
    if source.kind == "stream":
        mean = source.between.mean if source.between else 1.0
        return min(source.number, (source.until - max(source.never_before, 0.0)) / mean)
    return sum(slot.size for slot in source.slots)


def _explained(
    plan: SitePlan,
    promises: Mapping[str, Promise],
    needs: Sequence[StationNeed],
    binding: str,
    feasible: bool,
    hourly: bool,
) -> Text:
    zh: list[str] = []
    en: list[str] = []
    for need in needs:
        rule = promises[need.id]
        numbers = [hour.servers for hour in need.hours] or [0]
        words = (
            "、".join(f"{_clock(plan, hour.start)} {hour.servers}" for hour in need.hours)
            if hourly
            else str(max(numbers))
        )
        kept = "–" if need.kept is None else f"{need.kept:.1%}"
        less = need.with_one_less
        zh.append(
            f"{need.title.zh}：{words} 人；最紧的 {_clock(plan, need.binding)} 起一小时，{kept} 的人等待不超过 {rule.minutes:g} 分钟"  # noqa: E501
            + (
                ""
                if less is None
                else f"；少一人时最低 {less:.1%}，低于 {rule.probability:.0%}"
                if less < rule.probability
                else "；少一人会使别处守不住"
            )
        )
        en.append(
            f"{need.title.en}: {words.replace('、', ', ')}; in the tightest hour, from {_clock(plan, need.binding)}, {kept} wait {rule.minutes:g} minutes at most"  # noqa: E501
            + (
                ""
                if less is None
                else f"; with one fewer {less:.1%} at worst, below {rule.probability:.0%}"
                if less < rule.probability
                else "; one fewer here breaks a promise elsewhere"
            )
        )
    place = plan.station(binding).title
    if feasible:
        zh.append(f"最先守不住的工位：{place.zh}。")
        en.append(f"The station that binds: {place.en}.")
    else:
        zh.append(
            f"加人也守不住：在“{place.zh}”等的不是人手（可能是疫苗抽取、放行或座位）。请放宽承诺或改流程。"
        )
        en.append(
            f"More servers do not help: at {place.en} people wait for something else (items, a gate, seats). Relax the promise or change the way."  # noqa: E501
        )
    return Text("\n".join(zh), "\n".join(en))


def _clock(plan: SitePlan, minute: float) -> str:
    whole = int(plan.zero + minute) % 1440
    return f"{whole // 60:02d}:{whole % 60:02d}"
