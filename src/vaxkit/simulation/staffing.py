"""How many people a site needs, and what load the people it has can bear.

    smallest_staffing(plan, Promise(15, 0.9))   fewest servers per station (and hour) that keep the promise
    bearable_load(plan, Promise(15, 0.9))       how many times the planned arrivals the plan's staff bears

A promise is kept where the share of people who wait `minutes` at most, among all who begin to wait in that
hour over all simulated days, is `probability` at least; the same people come in each trial, so that answers
are comparable and the same for one seed. Who gives up, balks or finds no room was not kept. An hour in which
fewer than one person a day comes is counted with the hour before.

The search starts from theory: expected arrivals of each hour are followed through the site as a fluid
(walks and service times shift them), and each hour is staffed by itself as a steady queue (Erlang C with the
square-root rule; "stationary, independent, period by period"). Simulation then corrects it: hours that
break the promise get more, the rest is taken away one at a time as long as every promise holds. An answer that
was chosen on some days fits these days: it is therefore corrected on several times as many fresh ones, and confirmed on
several times as many again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from vaxkit.simulation.loads import Load, bearable_load
from vaxkit.simulation.plan import SitePlan
from vaxkit.simulation.trials import FRESH, HOUR, SEED_APART, Kept, Promise, Trial, promises_of
from vaxkit.vocabulary import Text

__all__ = ["HourNeed", "Load", "Promise", "Staffing", "StationNeed", "bearable_load", "smallest_staffing"]

_MOST_ROUNDS = 60
_MOST_DAYS = 3000  # of fresh ones, unless more were asked for


@dataclass(frozen=True, slots=True)
class HourNeed:
    """Servers of one station in one hour (minutes after zero), and how they keep the promise.

    `by_theory` is the first guess; `half` that of the 95 % interval of `kept` (None: too few people to judge this hour by itself).
    """

    start: float
    end: float
    servers: int
    by_theory: int
    people: float
    kept: float | None
    half: float | None


@dataclass(frozen=True, slots=True)
class StationNeed:
    """One station's need. `binding` is the hour with the least to spare, `with_one_less` the share that the worst hour would
    keep with one server fewer: below the promise, that is why this many are needed (None: there is only one). `close`: hours
    in which the simulated days cannot tell one fewer from the promise, so that it may do as well (0.0: all day)."""

    id: str
    title: Text
    hours: tuple[HourNeed, ...]
    binding: float
    kept: float | None
    with_one_less: float | None
    close: tuple[float, ...]


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
    promises = promises_of(plan, promise)
    trial = Trial(plan, promises, replications, seed, threads, tell)
    people, guess = trial.theory(hourly)
    staff = {id: list(row) for id, row in guess.items()}
    feasible = _enough(trial, staff, hourly)
    tried: dict[str, tuple[Kept, list[int]]] = {}
    if feasible:
        _taken_away(trial, staff, hourly)
        for number, times in enumerate((FRESH, FRESH * FRESH), 1):
            before = {id: list(row) for id, row in staff.items()}
            days = min(replications * times, max(replications, _MOST_DAYS))
            fresh = Trial(plan, promises, days, seed + number * SEED_APART, threads, tell)
            fresh.runs = trial.runs
            feasible = _enough(fresh, staff, hourly)
            # The last days only confirm; where they find the promise broken, they look around what was added.
            if feasible and number == 1:
                tried = _taken_away(fresh, staff, hourly)
            elif feasible and staff != before:
                tried |= _taken_away(fresh, staff, hourly, _added(before, staff))
            trial = fresh
    kept = trial.judged(staff)
    needs = []
    for id in promises:
        place = plan.station(id)
        hours = tuple(
            HourNeed(
                start=row * HOUR,
                end=(row + 1) * HOUR,
                servers=staff[id][row],
                by_theory=guess[id][row],
                people=round(float(people[id][row]), 2),
                kept=each.share if each else None,
                half=each.half if each else None,
            )
            for row in _open(kept[id])
            for each in [kept[id][row]]
        )
        less, close = tried.get(id, (None, []))
        spare = min(hours, key=lambda hour: hour.kept if hour.kept is not None else 2.0, default=None)
        needs.append(
            StationNeed(
                id,
                place.title,
                hours,
                spare.start if spare else 0.0,
                spare.kept if spare else None,
                less.share if less else None,
                tuple(row * HOUR for row in close),
            )
        )
    total = float(sum(staff[id][row] for id in promises for row in _open(kept[id])))
    margin = {
        need.id: (need.kept if need.kept is not None else 2.0) - promises[need.id].probability
        for need in needs
    }
    binding = min(trial.unreachable or margin, key=lambda id: margin[id])
    first = next(iter(promises.values()))
    return Staffing(
        first, tuple(needs), total, binding, feasible, trial.runs, trial.staffed(staff),
        _explained(plan, promises, needs, binding, feasible, hourly),
    )  # fmt: skip


def _enough(trial: Trial, staff: dict[str, list[int]], hourly: bool) -> bool:
    """Add servers where a promise breaks until none does. False when more servers do not help."""
    if trial.unreachable:
        return False
    for done in range(_MOST_ROUNDS):
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
            # An hour also suffers from what the hour before left over, and answers for those with hardly anybody: help all.
            for row in range(trial.hours) if not hourly else _together(kept[id], hour):
                if (id, row) not in seen:
                    seen.add((id, row))
                    staff[id][row] += max(1, staff[id][row] * (1 + done // 8) // 16)
    return False


def _together(kept: Sequence[float | None], hour: int) -> list[int]:
    """The hour, the one before, and the hours beside it that are counted with it."""
    first, end = hour, hour + 1
    while first > 0 and kept[first - 1] is None:
        first -= 1
    while end < len(kept) and kept[end] is None:
        end += 1
    return list(range(max(first - 1, 0), end))


def _open(kept: Sequence[Kept | None]) -> range:
    """From the first hour in which somebody begins to wait to the last."""
    some = [row for row, each in enumerate(kept) if each is not None]
    return range(some[0], some[-1] + 1) if some else range(0)


def _added(before: Mapping[str, Sequence[int]], staff: Mapping[str, Sequence[int]]) -> set[tuple[str, int]]:
    """Stations and hours that got more, and the hours beside these."""
    return {
        (id, near)
        for id, row in staff.items()
        for hour, servers in enumerate(row)
        if servers != before[id][hour]
        for near in (hour - 1, hour, hour + 1)
    }


def _taken_away(
    trial: Trial,
    staff: dict[str, list[int]],
    hourly: bool,
    only: Collection[tuple[str, int]] | None = None,
) -> dict[str, tuple[Kept, list[int]]]:
    """Take servers away, the best staffed station first, until nobody can be spared anywhere (or in these hours `only`).

    Returns, for each station with several, the least that any hour keeps with one server fewer, and the hours in which one
    fewer is too close to the promise for these days to tell.
    """
    cells = [[row] for row in range(trial.hours)] if hourly else [list(range(trial.hours))]
    found: dict[str, tuple[Kept, list[int]]] = {}
    spared = True
    stride = True
    while spared:
        spared = False
        found = {}
        for id in sorted(trial.promises, key=lambda name: -sum(staff[name])):
            for cell in cells:
                if only is not None and not any((id, row) in only for row in cell):
                    continue
                low, high = 0, staff[id][cell[0]]  # `high` works; `low` does not, or is nobody at all
                step = 1
                while high - low > 1:
                    middle = max(high - step, (low + high) // 2)
                    worst, works, clearly = trial.without(staff, id, cell, middle)
                    if works:
                        high, step, spared = middle, step * 2 if stride else 1, True
                    else:
                        low = middle
                        if middle == high - 1 and worst is not None:
                            least, close = found.get(id, (worst, []))
                            close += [] if clearly else cell[:1]
                            found[id] = min(worst, least, key=lambda kept: kept.share), close
                for row in cell:
                    staff[id][row] = high
        stride = False
    return found


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
        half = next((hour.half for hour in need.hours if hour.start == need.binding), None)
        kept = "–" if need.kept is None else f"{need.kept:.1%} ± {half or 0.0:.1%}"
        less = need.with_one_less
        zh.append(
            f"{need.title.zh}：{words} 人；最紧的 {_clock(plan, need.binding)} 起一小时，"
            f"{kept} 的人等待不超过 {rule.minutes:g} 分钟"
            + (
                ""
                if less is None
                else f"；少一人时最低 {less:.1%}，低于 {rule.probability:.0%}"
                if less < rule.probability
                else "；少一人会使别处守不住"
            )
            + _close(plan, need, hourly).zh
        )
        en.append(
            f"{need.title.en}: {words.replace('、', ', ')}; in the tightest hour, from {_clock(plan, need.binding)}, "
            f"{kept} wait {rule.minutes:g} minutes at most"
            + (
                ""
                if less is None
                else f"; with one fewer {less:.1%} at worst, below {rule.probability:.0%}"
                if less < rule.probability
                else "; one fewer here breaks a promise elsewhere"
            )
            + _close(plan, need, hourly).en
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
            f"More servers do not help: at {place.en} people wait for something else (items, a gate, seats). "
            "Relax the promise or change the way."
        )
    return Text("\n".join(zh), "\n".join(en))


def _close(plan: SitePlan, need: StationNeed, hourly: bool) -> Text:
    """Where one fewer may do as well; empty where the simulated days are sure."""
    if not need.close:
        return Text("", "")
    hours = [_clock(plan, start) for start in need.close] if hourly else []
    return Text(
        f"（{'、'.join(hours)}差别很小，模拟天数不足以分清：少一人或许也行）",
        f" (so close{' at ' if hours else ''}{', '.join(hours)} that these days cannot tell: one fewer may do as well)",
    )


def _clock(plan: SitePlan, minute: float) -> str:
    whole = int(plan.zero + minute) % 1440
    return f"{whole // 60:02d}:{whole % 60:02d}"
