"""How large a plan's day is before it is simulated: people, visits to stations, and the time at which the first may come."""

from __future__ import annotations

import math
import random

from vaxkit.simulation.plan import Distribution, SitePlan, Source

#: A day of so many visits takes some seconds.
MOST_VISITS = 50_000_000
_DRAWS = 400


def people_of(source: Source) -> float:
    """How many people a source sends on the average day, those included who do not come."""
    if source.kind == "walk_ins":
        return sum((slot.end - slot.start) * slot.size / 60 for slot in source.slots)
    if source.kind == "stream" and source.between is not None:
        gap = _mean_of_cut(source.between)
        time = max(source.until - max(source.never_before, 0.0), 0.0)
        return min(source.number, time / gap if gap > 0 else math.inf)
    return sum(slot.size for slot in source.slots)


def begins(source: Source) -> float:
    """When the first person of a source is planned, lateness aside."""
    if source.kind == "stream":
        return source.never_before
    return max(min((slot.start for slot in source.slots), default=0.0), source.never_before)


def visits_of(plan: SitePlan) -> float:
    """How many times people come to a station on the average day, if nobody gives up. Infinite where nobody can leave."""
    coming = {station.id: 0.0 for station in plan.stations}
    for source in plan.sources:
        coming[source.entry] += people_of(source)
    shares = {
        s.id: {id: sum(w.share for w in s.ways if w.next == id) for id in {w.next for w in s.ways if w.next}}
        for s in plan.stations
    }
    total = 0.0
    weight = dict.fromkeys(coming, 1.0)  # visits that one visit to a station stands for
    # One station after the other is taken out of the net: who leads there leads to where it leads, and stands for its visits.
    for id in list(coming):
        here, each = shares.pop(id), weight.pop(id)
        back = here.pop(id, 0.0)
        if back >= 1.0:
            return math.inf
        each /= 1.0 - back
        for name, before in shares.items():
            share = before.pop(id, 0.0)
            weight[name] += share * each
            for after, part in here.items():
                if share:
                    before[after] = before.get(after, 0.0) + share * part / (1.0 - back)
        total += coming[id] * each
        for after, part in here.items():
            coming[after] += coming[id] * part / (1.0 - back)
    return total


def _mean_of_cut(dist: Distribution) -> float:
    """The mean of minutes between two people with the cuts of the plan; from some hundred draws where a cut may matter."""
    if (
        dist.at_most == math.inf
        and dist.at_least is None
        and dist.kind not in ("normal", "empirical", "mixture")
    ):
        return dist.mean
    luck = random.Random(1)
    return math.fsum(_drawn(dist, luck) for _ in range(_DRAWS)) / _DRAWS


def _drawn(dist: Distribution, luck: random.Random) -> float:
    n = dist.numbers
    match dist.kind:
        case "exponential" | "shifted_exponential":
            x = n[0] + luck.expovariate(1.0) * n[1]
        case "triangular":
            x = luck.triangular(n[0], n[2], n[1])
        case "uniform":
            x = luck.uniform(n[0], n[1])
        case "lognormal":
            spread = math.log1p((n[1] / n[0]) ** 2)
            x = luck.lognormvariate(math.log(n[0]) - spread / 2, math.sqrt(spread))
        case "normal":
            x = luck.gauss(n[0], n[1])
        case "gamma":
            x = n[0] if n[1] == 0 else luck.gammavariate((n[0] / n[1]) ** 2, n[1] ** 2 / n[0])
        case "empirical":
            x = luck.choices(dist.values, dist.shares)[0]
        case "mixture":
            return _drawn(luck.choices(dist.parts, dist.shares)[0], luck)
        case _:
            x = n[0]
    return min(max(x, dist.at_least if dist.at_least is not None else 0.0), dist.at_most)
