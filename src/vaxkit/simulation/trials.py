"""Staffings tried on the same simulated days: what the search for the smallest one, and for the load a staffing bears, stand on."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from vaxkit.faults import Fault, Faulty, nearest
from vaxkit.simulation import engine
from vaxkit.simulation.approximations import servers_for
from vaxkit.simulation.compiling import compile_plan
from vaxkit.simulation.layout import Floats
from vaxkit.simulation.plan import Shift, SitePlan
from vaxkit.vocabulary import Text

_MOST_SERVERS = 10_000
HOUR = 60.0
#: Fresh days on which an answer is corrected, as a multiple of the days of the search.
FRESH, SEED_APART = 5, 0x5EED
#: People a day of whom an hour is judged by itself.
FEWEST = 1.0


@dataclass(frozen=True, slots=True)
class Promise:
    """Wait `minutes` at most, kept for this share of people in every hour."""

    minutes: float
    probability: float

    def __post_init__(self) -> None:
        if self.minutes < 0 or not 0 < self.probability < 1:
            raise ValueError("a promise needs minutes of 0 or more and a probability between 0 and 1")


@dataclass(frozen=True, slots=True)
class Kept:
    """The share of people who waited as promised, and half of its 95 % interval."""

    share: float
    half: float


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
        fewest: float = FEWEST,
    ) -> None:
        self.plan, self.promises = plan, promises
        self.replications, self.seed, self.threads = replications, seed, threads
        self.tell, self.fewest = tell, fewest
        self.minutes = {id: promise.minutes for id, promise in promises.items()}
        self.hours = compile_plan(plan, self.minutes).buckets
        self.row = {station.id: row for row, station in enumerate(plan.stations)}
        self.runs = 0
        self.unreachable: list[str] = []  # stations at which servers without end do not keep the promise

    def theory(self, hourly: bool) -> tuple[dict[str, Floats], dict[str, list[int]]]:
        """People who come to each station in each hour when nobody waits, and the servers theory gives them.

        The flow is read off simulated days with ample staff: that is the fluid offered to each station.
        """
        ample = {id: [_MOST_SERVERS] * self.hours for id in self.promises}
        counts = self._counts(ample)
        started = counts.sum(axis=0)[:, :, 0]
        self.unreachable = [
            id
            for id, row in self._judged(counts).items()
            if any(each is not None and each.share < self.promises[id].probability for each in row)
        ]
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

    def judged(self, staff: Mapping[str, Sequence[int]] | None) -> dict[str, list[Kept | None]]:
        """The share kept, by station and hour; None where (nearly) nobody began to wait: fewer than `FEWEST` a day are counted
        with the hour before, or the first that has more."""
        return self._judged(self._counts(staff))

    def kept(self, staff: Mapping[str, Sequence[int]] | None) -> dict[str, list[float | None]]:
        """The shares alone."""
        return {
            id: [None if each is None else each.share for each in row]
            for id, row in self.judged(staff).items()
        }

    def _judged(self, counts: Floats) -> dict[str, list[Kept | None]]:
        return {id: _shares(counts[:, self.row[id]], self.fewest * self.replications) for id in self.promises}

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
    ) -> tuple[Kept | None, bool, bool]:
        """With so few servers in these hours: what the worst hour of station `id` keeps, whether every promise holds, and
        whether one is broken so clearly that other days would not hold it either."""
        trying = {**staff, id: [servers if row in cell else now for row, now in enumerate(staff[id])]}
        judged = self.judged(trying)
        works = all(
            each is None or each.share >= self.promises[name].probability
            for name, row in judged.items()
            for each in row
        )
        known = [each for each in judged[id] if each is not None]
        clearly = any(
            each is not None and each.share + each.half < self.promises[name].probability
            for name, row in judged.items()
            for each in row
        )
        return min(known, key=lambda each: each.share, default=None), works, clearly

    def _counts(self, staff: Mapping[str, Sequence[int]] | None) -> Floats:
        """[day, station, hour, (came to the line, served within the promise)]"""
        self.runs += 1
        if self.tell:
            self.tell(self.runs)
        plan = self.plan if staff is None else self.staffed(staff)
        program = compile_plan(plan, self.minutes)
        out = engine.run(program, count=self.replications, seed=self.seed, threads=self.threads)
        # Shifts may reach beyond the plan's own hours; whoever comes then counts with the last.
        found = np.zeros((self.replications, len(plan.stations), self.hours, 2))
        found[:] = out.kept[:, :, : self.hours]
        found[:, :, -1] += out.kept[:, :, self.hours :].sum(axis=2)
        return found


def _shares(counts: Floats, fewest: float) -> list[Kept | None]:
    """By hour, of the [day, hour, 2] counts of one station."""
    people = counts[:, :, 0].sum(axis=0)
    if not people.sum():
        return [None] * len(people)
    busy = [hour for hour, number in enumerate(people) if number >= fewest] or [int(people.argmax())]
    found: list[Kept | None] = [None] * len(people)
    for nth, hour in enumerate(busy):
        first = 0 if nth == 0 else hour
        end = busy[nth + 1] if nth + 1 < len(busy) else len(people)
        came, kept = counts[:, first:end].sum(axis=1).T
        share = float(kept.sum() / came.sum())
        # Days are independent, people of one day are not: the error of a ratio of sums over days.
        error = math.sqrt(float(((kept - share * came) ** 2).sum())) / float(came.sum())
        found[hour] = Kept(share, 1.96 * error)
    return found


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
