"""Everybody's choices as one graph, and what it does at given prices. Compiled: a county has half a million arcs.

A node is a choice among arcs (it costs what its cheapest arc costs) or a sum of what stands below it (a household pays for all its
members). An arc costs a fixed sum and what its two ends cost; an end is a price or a node further down (0: nothing). At a
temperature > 0 a choice is softened: units spread over its arcs by exp(-cost / temperature), which makes the whole differentiable,
twice; at 0 it is the plain minimum. Arcs that carry next to nothing are left out of derivatives (`carried`).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vaxkit.compiled import compiled_and_kept

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
#: A choice this many temperatures dearer than the best is not made; of a share below this nothing is carried; an arc that carries
#: fewer units than this is left out of derivatives.
FARTHEST = 30.0
LEAST_SHARE = 1e-7
LEAST_FLOW = 1e-3
#: When units are dealt: amounts below this are forgotten, and a way must have this share of what the best way has.
LEAST_DUE, NEAR = 1e-4, 0.05


@compiled_and_kept
def valued(
    starts: Ints,
    sums: Bools,
    one: Ints,
    two: Ints,
    cost: Floats,
    temperature: float,
    value: Floats,
    share: Floats,
) -> None:
    """Fill the value of every node (those of the prices stand before them) and the share of every arc."""
    prices = value.size - (starts.size - 1)
    for node in range(starts.size - 1):
        low, high = starts[node], starts[node + 1]
        least, total, which = math.inf, 0.0, low
        if low == high:  # nobody comes here: its arcs were taken away
            value[prices + node] = 0.0
            continue
        if sums[node]:
            for arc in range(low, high):
                total += cost[arc] * value[one[arc]]
            value[prices + node] = total
            continue
        for arc in range(low, high):
            each = cost[arc] + value[one[arc]] + value[two[arc]]
            share[arc] = each
            if each < least:
                least, which = each, arc
        if temperature == 0.0:
            for arc in range(low, high):
                share[arc] = 0.0
            share[which] = 1.0
            value[prices + node] = least
            continue
        for arc in range(low, high):
            excess = (share[arc] - least) / temperature
            share[arc] = math.exp(-excess) if excess < FARTHEST else 0.0
            total += share[arc]
        for arc in range(low, high):
            share[arc] /= total
        value[prices + node] = least - temperature * math.log(total)


@compiled_and_kept
def reached(starts: Ints, one: Ints, two: Ints, marks: Bools) -> None:
    """Mark all prices and nodes below those that are marked."""
    prices = marks.size - (starts.size - 1)
    for node in range(starts.size - 2, -1, -1):
        if marks[prices + node]:
            for arc in range(starts[node], starts[node + 1]):
                marks[one[arc]] = True
                marks[two[arc]] = True


@compiled_and_kept
def carried(
    starts: Ints, sums: Bools, one: Ints, two: Ints, cost: Floats, share: Floats, flow: Floats,
    busy: Ints, few: Ints, few_one: Ints, few_two: Ints, few_share: Floats,
) -> int:  # fmt: skip
    """How much goes through every node and price (`flow` of the top nodes is given, the rest is filled), and what derivatives look
    at: the nodes through which something goes, from the top, and their arcs that carry something, one after the other; those of
    `busy[n]` end at `few[n + 1]`. Returns how many such nodes there are."""
    prices = flow.size - (starts.size - 1)
    count, nodes = 0, 0
    for node in range(starts.size - 2, -1, -1):
        here = flow[prices + node]
        if here == 0.0:
            continue
        for arc in range(starts[node], starts[node + 1]):
            part = cost[arc] if sums[node] else share[arc]
            if part > LEAST_SHARE:
                amount = here * part
                flow[one[arc]] += amount
                flow[two[arc]] += amount
                if amount > LEAST_FLOW:
                    few_one[count], few_two[count], few_share[count] = one[arc], two[arc], part
                    count += 1
        busy[nodes] = node
        nodes += 1
        few[nodes] = count
    flow[0] = 0.0
    return nodes


@compiled_and_kept
def bent(
    prices: int, nodes: int, busy: Ints, few: Ints, sums: Bools, one: Ints, two: Ints, share: Floats, flow: Floats,
    temperature: float, turn: Floats, answer: Floats,
) -> None:  # fmt: skip
    """How `flow` changes when the prices change along `turn`; `turn` is filled upwards, then `answer` downwards."""
    turn[0] = 0.0
    answer[:prices] = 0.0
    for at in range(nodes - 1, -1, -1):
        total = 0.0
        for arc in range(few[at], few[at + 1]):
            total += share[arc] * (turn[one[arc]] + turn[two[arc]])
        turn[prices + busy[at]] = total
        answer[prices + busy[at]] = 0.0
    for at in range(nodes):
        node = busy[at]
        here, change, slope = flow[prices + node] / temperature, answer[prices + node], turn[prices + node]
        for arc in range(few[at], few[at + 1]):
            part = change
            if not sums[node]:
                part += here * (slope - turn[one[arc]] - turn[two[arc]])
            part *= share[arc]
            answer[one[arc]] += part
            answer[two[arc]] += part
    answer[0] = 0.0


@compiled_and_kept
def dealt(
    starts: Ints, sums: Bools, one: Ints, two: Ints, share: Floats, prices: int, roots: Ints, units: Ints,
    scale: Floats, due: Floats, outer: Ints, inner: Ints,
) -> None:  # fmt: skip
    """Whole units of the choices `roots` onto arcs, so that what everything gets never strays far from its share.

    A root's arc leads to a choice (its `one`) whose arcs are the places. Unit by unit, the place is taken that is furthest behind
    what is `due` to it, seats and doses weighed by `scale` (1 / what goes there in all). `outer` and `inner` receive the two
    arcs of every unit, one root after the other; -1 in `inner`: the arc led to nothing.
    """
    done = 0
    for at in range(roots.size):
        node, count = roots[at] - prices, units[at]
        for arc in range(starts[node], starts[node + 1]):
            below, amount = one[arc] - prices, count * share[arc]
            if amount < LEAST_DUE:
                continue
            due[two[arc]] += amount
            due[one[arc]] += amount
            for leaf in range(starts[below], starts[below + 1]) if below >= 0 else range(0):
                end, part = one[leaf] - prices, amount * share[leaf]
                if part < LEAST_DUE:
                    continue
                due[two[leaf]] += part
                due[one[leaf]] += part
                if end >= 0 and sums[end]:
                    for use in range(starts[end], starts[end + 1]):
                        due[one[use]] += part * share[use]
        for _unit in range(count):
            best, best_outer, best_inner = -math.inf, starts[node], -1
            enough = NEAR * _largest(share, starts[node], starts[node + 1])
            for arc in range(starts[node], starts[node + 1]):
                if share[arc] < enough:
                    continue
                below = one[arc] - prices
                gain = scale[two[arc]] * (2.0 * due[two[arc]] - 1.0) + scale[one[arc]] * (
                    2.0 * due[one[arc]] - 1.0
                )
                if below < 0:
                    if gain > best:
                        best, best_outer, best_inner = gain, arc, -1
                    continue
                well = NEAR * _largest(share, starts[below], starts[below + 1])
                for leaf in range(starts[below], starts[below + 1]):
                    if share[leaf] < well:
                        continue
                    end = one[leaf] - prices
                    more = gain + scale[two[leaf]] * (2.0 * due[two[leaf]] - 1.0)
                    if end >= 0 and sums[end]:
                        for use in range(starts[end], starts[end + 1]):
                            more += scale[one[use]] * share[use] * (2.0 * due[one[use]] - share[use])
                    else:
                        more += scale[one[leaf]] * (2.0 * due[one[leaf]] - 1.0)
                    if more > best:
                        best, best_outer, best_inner = more, arc, leaf
            outer[done], inner[done] = best_outer, best_inner
            done += 1
            due[two[best_outer]] -= 1.0
            due[one[best_outer]] -= 1.0
            if best_inner >= 0:
                due[two[best_inner]] -= 1.0
                due[one[best_inner]] -= 1.0
                end = one[best_inner] - prices
                if end >= 0 and sums[end]:
                    for use in range(starts[end], starts[end + 1]):
                        due[one[use]] -= share[use]


@compiled_and_kept
def _largest(share: Floats, low: int, high: int) -> float:
    found = 0.0
    for arc in range(low, high):
        found = max(found, share[arc])
    return found
