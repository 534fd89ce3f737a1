"""Queues in closed form: exact where theory is exact, first guesses for staffing elsewhere.

Rates are per minute, times in minutes. `load` is arrival rate x mean service (erlangs).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist


def erlang_b(servers: int, load: float) -> float:
    """Share of arrivals that find all servers busy and leave (M/G/c/c)."""
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Share of arrivals that must wait (M/M/c); 1 when the load is not below the servers."""
    if load >= servers:
        return 1.0
    blocked = erlang_b(servers, load)
    return servers * blocked / (servers - load * (1 - blocked))


def mean_wait(servers: int, rate: float, mean: float, variability: float = 1.0) -> float:
    """Mean wait of M/M/c, scaled by (1 + squared coefficient of variation of service) / 2: exact for one server
    (Pollaczek-Khinchine), Lee and Longton's approximation for several."""
    load = rate * mean
    if load >= servers:
        return math.inf
    return erlang_c(servers, load) * mean / (servers - load) * (1 + variability) / 2


def kept_share(servers: int, rate: float, mean: float, promise: float, variability: float = 1.0) -> float:
    """Share who wait `promise` minutes at most: exact for M/M/c, with stretched exponential tail elsewhere."""
    load = rate * mean
    if load >= servers:
        return 0.0
    speed = (servers - load) / mean * 2 / (1 + variability)
    return 1 - erlang_c(servers, load) * math.exp(-speed * promise)


def servers_for(
    rate: float, mean: float, promise: float, probability: float, variability: float = 1.0
) -> int:
    """The smallest number of servers that keeps a steady stream's wait under `promise` for `probability` of people.

    The search starts at the square-root rule and walks to the exact number.
    """
    load = rate * mean
    if load <= 0:
        return 1
    servers = max(1, math.floor(load) + 1)
    guess = max(servers, round(load + NormalDist().inv_cdf(max(probability, 0.5)) * math.sqrt(load)))
    servers = guess
    while servers > 1 and kept_share(servers - 1, rate, mean, promise, variability) >= probability:
        servers -= 1
    while kept_share(servers, rate, mean, promise, variability) < probability:
        servers += 1
    return servers


def priority_waits(servers: int, rates: Sequence[float], mean: float) -> list[float]:
    """Mean wait of each priority in M/M/c where nobody is interrupted (Cobham 1954); `rates` with the first served first."""
    busy = erlang_c(servers, sum(rates) * mean) * mean / servers
    found, load = [], 0.0
    for rate in rates:
        before, load = load, load + rate * mean / servers
        found.append(busy / ((1 - before) * (1 - load)) if load < 1 else math.inf)
    return found


def abandonment(servers: int, rate: float, mean: float, patience: float) -> tuple[float, float]:
    """M/M/c+M (Erlang A): share who give up, and mean time in the line of all who come (served or not)."""
    weights = [1.0]
    state = 0
    total = 1.0
    lost = 0.0
    queue = 0.0
    while True:
        state += 1
        out = min(state, servers) / mean + max(state - servers, 0) / patience
        weight = weights[-1] * rate / out
        weights.append(weight)
        total += weight
        queue += max(state - servers, 0) * weight
        lost += max(state - servers, 0) / patience * weight
        if state > servers and weight < total * 1e-17:
            return lost / total / rate, queue / total / rate
