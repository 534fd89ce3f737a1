"""Staffings tried on the same simulated days: what the search for the smallest one, and for the load a staffing bears, stand on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from vaxkit.faults import Fault, Faulty, nearest
from vaxkit.simulation import engine
from vaxkit.simulation import layout as lay
from vaxkit.simulation.approximations import servers_for
from vaxkit.simulation.compiling import compile_plan
from vaxkit.simulation.layout import Floats
from vaxkit.simulation.plan import Shift, SitePlan
from vaxkit.vocabulary import Text

_MOST_SERVERS = 10_000
HOUR = 60.0


@dataclass(frozen=True, slots=True)
class Promise:
    """Wait `minutes` at most, kept for this share of people in every hour."""

    minutes: float
    probability: float

    def __post_init__(self) -> None:
        if self.minutes < 0 or not 0 < self.probability < 1:
            raise ValueError("a promise needs minutes of 0 or more and a probability between 0 and 1")


class Trial:
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
                    count / HOUR, max(service.mean, 1e-9), promise.minutes, promise.probability, variability
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


def promises_of(plan: SitePlan, promise: Promise | Mapping[str, Promise]) -> dict[str, Promise]:
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
        start = hour * HOUR if hour else -1e6
        if found and found[-1].servers == number:
            found[-1] = replace(found[-1], end=(hour + 1) * HOUR)
        else:
            found.append(Shift(start, (hour + 1) * HOUR, number))
    return tuple(found)
