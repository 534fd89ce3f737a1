"""A day's waits summed up: quantiles of one replication, and the bins that all of them share."""

from __future__ import annotations

import math

from vaxkit.compiled import compiled
from vaxkit.simulation.layout import (
    BINS,
    DELAY,
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
)


@compiled
def summed_up(pr: Program, row: int, block: int, waits: Floats, limit: int, out: Outcome) -> None:
    """Quantiles of one replication, and its waits and stays into the pooled bins."""
    stations = pr.kind.size
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
            bins[min(int(values[i]), BINS - 1)] += 1
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
