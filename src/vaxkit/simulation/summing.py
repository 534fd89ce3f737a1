"""A day's waits summed up: quantiles of one replication, of all people and by priority, and the bins that all share."""

from __future__ import annotations

import math

import numpy as np

from vaxkit.compiled import compiled
from vaxkit.simulation.layout import (
    BINS,
    DELAY,
    LV_50,
    LV_RECORDED,
    LV_SUM,
    PREPARATION,
    SI_RECORDED,
    SI_STAY_50,
    SI_STAY_SUM,
    SI_WAIT_50,
    SI_WAIT_SUM,
    ST_RECORDED,
    ST_WAIT_50,
    Floats,
    Outcome,
    Program,
    Ranks,
)


@compiled
def summed_up(
    pr: Program, row: int, block: int, waits: Floats, ranks: Ranks, limit: int, out: Outcome
) -> None:
    """Quantiles of one replication, and its waits and stays into the pooled bins."""
    stations = pr.kind.size
    sorted_out = np.empty(waits.shape[1] if pr.levels > 1 else 1)
    for s in range(stations + 2):
        if s < stations and pr.kind[s] == DELAY:
            continue
        n = (
            min(int(out.station[row, s, ST_RECORDED]), limit)
            if s < stations
            else int(out.site[row, SI_RECORDED])
        )
        values = waits[s]
        bins = out.bins[block, s]
        total = 0.0
        for i in range(n):
            total += values[i]
            bins[int(min(values[i], BINS - 1.0))] += 1
        if pr.levels > 1 and (s >= stations or pr.kind[s] != PREPARATION):
            by_level(values, ranks[min(s, stations)], n, sorted_out, out.level[row, s])
        low = 0
        column = ST_WAIT_50 if s < stations else (SI_WAIT_50 if s == stations else SI_STAY_50)
        for number in range(4):
            x = math.nan
            if n > 0:
                if number < 3:
                    share = 0.5 if number == 0 else (0.9 if number == 1 else 0.95)
                    k = max(math.ceil(share * n) - 1, 0)
                    select(values, low, n - 1, k)
                    low = k
                    x = values[k]
                else:
                    x = values[low]
                    for i in range(low, n):
                        x = max(x, values[i])
            if s < stations:
                out.station[row, s, column + number] = x
            else:
                out.site[row, column + number] = x
        if s >= stations:
            out.site[row, SI_WAIT_SUM if s == stations else SI_STAY_SUM] = total


@compiled
def by_level(values: Floats, ranks: Ranks, n: int, room: Floats, found: Floats) -> None:
    """The first `n` values of each priority level: how many, their sum, quantiles and the largest, into `found`'s rows."""
    first = 0
    for level in range(found.shape[0]):
        end = first
        total = 0.0
        for i in range(n):
            if ranks[i] == level:
                room[end] = values[i]
                total += values[i]
                end += 1
        found[level, LV_RECORDED] = end - first
        found[level, LV_SUM] = total
        low = first
        for number in range(4):
            x = math.nan
            if end > first:
                share = 0.5 if number == 0 else (0.9 if number == 1 else (0.95 if number == 2 else 1.0))
                k = first + max(math.ceil(share * (end - first)) - 1, 0)
                select(room, low, end - 1, k)
                low = k
                x = room[k]
            found[level, LV_50 + number] = x
        first = end


@compiled
def select(values: Floats, low: int, high: int, k: int) -> None:
    """Partly sort `values[low..high]` until row k holds what it would hold if all were sorted (Hoare)."""
    while low < high:
        pivot = values[(low + high) >> 1]
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if k <= j:
            high = j
        elif k >= i:
            low = i
        else:
            return
