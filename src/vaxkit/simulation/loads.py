"""What load a plan's own staff bears under a promise: the arrivals are scaled until it breaks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from vaxkit.faults import Fault, Faulty
from vaxkit.simulation.plan import SitePlan, Slot, Source
from vaxkit.simulation.sizes import people_of
from vaxkit.simulation.trials import Promise, Trial, promises_of
from vaxkit.vocabulary import Text


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
    promises = promises_of(plan, promise)

    def worst(factor: float) -> tuple[float, str]:
        trial = Trial(_scaled(plan, factor), promises, replications, seed, threads)
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
    planned = sum(people_of(source) * (1 - source.no_show) for source in _scaled(plan, low).sources)
    factor, breaks_at = round(low, 4), round(high, 4)
    place = plan.station(where).title if where else Text("", "")
    rule = next(iter(promises.values()))
    say = Text(
        f"现有人员可承担约 {planned:.0f} 人（计划量的 {factor:.2f} 倍），"
        f"{rule.probability:.0%} 的人等待不超过 {rule.minutes:g} 分钟；"
        f"到 {breaks_at:.2f} 倍时“{place.zh}”最先守不住。",
        f"The staff bears some {planned:.0f} people ({factor:.2f} x the plan), {rule.probability:.0%} of whom wait "
        f"{rule.minutes:g} minutes at most; at {breaks_at:.2f} x {place.en} is the first to fail.",
    )
    return Load(rule, factor, breaks_at, round(planned, 1), where, say)


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
    return replace(
        source,
        between=scaled,
        number=math.floor(source.number * factor) if math.isfinite(source.number) else math.inf,
    )


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
