"""What load a plan's own staff bears under a promise: the arrivals are scaled until it breaks."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from vaxkit.simulation.plan import Distribution, SitePlan, Slot, Source
from vaxkit.simulation.sizes import people_of
from vaxkit.simulation.trials import FEWEST, FRESH, SEED_APART, Promise, Trial, promises_of
from vaxkit.vocabulary import Text

_MOST, _DIGITS = 64.0, 5


@dataclass(frozen=True, slots=True)
class Load:
    """What a staffing bears: `factor` x the planned arrivals keeps the promise, `breaks_at` does not, at
    `binding` first. `people` is what comes on a day of that factor. `breaks_at` is infinite, and `binding` empty, when the most
    that is tried is borne."""

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

    Numbers of appointments and seats are rounded. `factor` is 0 when even 1 % of the arrivals is too much. Found on
    `replications` days first, then on several times as many fresh ones.
    """
    promises = promises_of(plan, promise)

    def worst(factor: float, days: int, luck: int) -> tuple[float, str]:
        # The same hours are judged by themselves at every factor.
        scaled = _scaled(plan, factor)
        return Trial(scaled, promises, days, luck, threads, fewest=FEWEST * factor).worst(None)

    def coarse(factor: float) -> tuple[float, str]:
        return worst(factor, replications, seed)

    def fine(factor: float) -> tuple[float, str]:
        return worst(factor, 2 * replications * FRESH, seed + SEED_APART)

    high = 1.0
    while coarse(high)[0] >= 0:
        if high >= _MOST:
            return _boundless(plan, promises)
        high *= 2
    near = _bisected(coarse, 0.0 if high == 1.0 else high / 2, high, precision * 4)[0]
    low, high = round(near * 0.96, _DIGITS), round(near * 1.04 + 0.01, _DIGITS)
    while low > 0 and fine(low)[0] < 0:
        low, high = (round(low * 0.9, _DIGITS), low) if low > 0.02 else (0.0, low)
    while fine(high)[0] >= 0:
        low, high = high, round(high * 1.1, _DIGITS)
    low, high, where = _bisected(fine, low, high, precision)
    planned = _planned(_scaled(plan, low))
    place = plan.station(where).title if where else Text("", "")
    rule = next(iter(promises.values()))
    say = Text(
        f"现有人员可承担约 {planned:.0f} 人（计划量的 {low:.3g} 倍），"
        f"{rule.probability:.0%} 的人等待不超过 {rule.minutes:g} 分钟；"
        f"到 {high:.3g} 倍时“{place.zh}”最先守不住。",
        f"The staff bears some {planned:.0f} people ({low:.3g} x the plan), {rule.probability:.0%} of whom wait "
        f"{rule.minutes:g} minutes at most; at {high:.3g} x {place.en} is the first to fail.",
    )
    return Load(rule, low, high, round(planned, 1), where, say)


def _bisected(
    worst: Callable[[float], tuple[float, str]], low: float, high: float, precision: float
) -> tuple[float, float, str]:
    """Between a factor that holds and one that breaks: two that are near each other, and where the larger breaks."""
    where = ""
    while high - low > precision * max(low, 0.05) / 2 or not where:
        middle = round((low + high) / 2, _DIGITS)  # whole people come: the last digits of a factor may matter
        margin, there = worst(middle)
        if margin < 0:
            high, where = middle, there
        else:
            low = middle
            where = where or (worst(high)[1] if high - low <= precision * max(low, 0.05) / 2 else "")
    return low, high, where


def _planned(plan: SitePlan) -> float:
    return sum(people_of(source) * (1 - source.no_show) for source in plan.sources)


def _boundless(plan: SitePlan, promises: Mapping[str, Promise]) -> Load:
    people = round(_planned(_scaled(plan, _MOST)), 1)
    say = Text(
        f"客流放大到 {_MOST:g} 倍（约 {people:.0f} 人）仍守得住，没有再往上试。",
        f"Even {_MOST:g} x the plan (some {people:.0f} people) keeps the promise; no more was tried.",
    )
    return Load(next(iter(promises.values())), _MOST, math.inf, people, "", say)


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
    scaled = _shorter(source.between, factor)
    return replace(
        source,
        between=scaled,
        number=math.floor(source.number * factor) if math.isfinite(source.number) else math.inf,
    )


def _shorter(gap: Distribution, factor: float) -> Distribution:
    """Every time of the distribution divided by `factor`."""
    return replace(
        gap,
        numbers=tuple(number / factor for number in gap.numbers),
        values=tuple(value / factor for value in gap.values),
        parts=tuple(_shorter(part, factor) for part in gap.parts),
        at_least=None if gap.at_least is None else gap.at_least / factor,
        at_most=gap.at_most / factor,
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
