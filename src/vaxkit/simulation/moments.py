"""What the event loop asks seldom, or with plain numbers: when a gate opens next, to which hour or point of a series an instant
belongs, how many items a preparation makes, and which events have lost their meaning."""

from __future__ import annotations

import math

from vaxkit.compiled import compiled
from vaxkit.simulation.layout import E_GATE, E_RENEGE, PREPARATION, Floats, Ints, Program

#: The key of an event: kind, person and station (or number of a shift, a batch) in one whole number.
KIND, PERSON, STATION = 52, 12, 4095
PERSON_MASK = (1 << 40) - 1


@compiled
def kind_is_preparation(pr: Program, s: int) -> bool:
    return bool(pr.kind[s] == PREPARATION)


@compiled
def items_wanted(pr: Program, s: int, people: int, booked: int) -> int:
    """How many items preparation station `s` makes on a day on which so many come and were booked."""
    wanted = pr.batch_items[s]
    if wanted == -1:
        return people
    return booked if wanted == -2 else wanted


@compiled
def next_tick(t: float, first: float, every: float) -> float:
    """When a gate that lets in at `first` and every so many minutes does so next, after `t`."""
    if t < first:
        return first
    number = math.floor((t - first) / every)
    while first + every * number <= t:
        number += 1
    return first + every * number


@compiled
def bucket_of(t: float, minutes: float, buckets: int) -> int:
    """The hour (or other bucket) of an instant; the first holds what was before minute 0, the last what comes later."""
    return max(int(min(t / minutes, buckets - 1.0)), 0)


@compiled
def point_after(t: float, step: float, points: int) -> int:
    """The first point of the series that lies after `t`; there is none before minute 0."""
    if t < 0.0:
        return 0
    if t >= step * points:
        return points + 1
    point = int(t / step) + 1
    if step * point <= t:
        point += 1
    elif step * (point - 1) > t:
        point -= 1
    return min(point, points + 1)


@compiled
def without_the_gone(
    ht: Floats, hk: Ints, m: int, hole: bool, waiting_at: Ints, deadline: Floats, gate_due: Floats
) -> int:
    """Heaps anew the events that still mean something; how many there are. With `hole` the root is none."""
    left = 0
    for z in range(m):
        x, xk = ht[z], hk[z]
        what = xk >> KIND
        p = (xk >> PERSON) & PERSON_MASK
        s = xk & STATION
        gone = what == E_RENEGE and not (waiting_at[p] == s and deadline[p] == x)
        gone |= what == E_GATE and gate_due[s] != x
        if gone or (hole and z == 0):
            continue
        a = left
        left += 1
        while a > 0:
            b = (a - 1) >> 1
            if ht[b] < x or (ht[b] == x and hk[b] <= xk):
                break
            ht[a], hk[a] = ht[b], hk[b]
            a = b
        ht[a], hk[a] = x, xk
    return left
