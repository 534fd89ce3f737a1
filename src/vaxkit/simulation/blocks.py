"""A block of replications: for each, who comes, their day, and what it leaves, into rows of the outcome."""

from __future__ import annotations

import numpy as np

from vaxkit.compiled import compiled
from vaxkit.simulation.arrivals import arrivals, in_order
from vaxkit.simulation.kernel import day
from vaxkit.simulation.layout import SI_BOOKED, SI_NO_SHOW, Outcome, Program
from vaxkit.simulation.moments import items_wanted, kind_is_preparation
from vaxkit.simulation.streams import child, mixed
from vaxkit.simulation.summing import summed_up


@compiled
def replications(pr: Program, seed: int, first: int, last: int, block: int, out: Outcome) -> None:
    """Run replications `first` to `last` - 1 into their rows of `out`; `block` is this block's row of bins."""
    stations = pr.kind.size
    room = pr.expected + 64
    at = np.empty(room)
    people = np.empty(room, np.uint64)
    group = np.empty(room, np.int64)
    entry = np.empty(room, np.int64)
    order = np.empty(room, np.int64)
    spare = np.empty(room, np.int64)
    counts = np.empty(2, np.int64)
    waits = np.empty((stations + 2, room))
    ranks = np.empty((stations + 1, room if pr.levels > 1 else 1), np.int8)  # the priority of whoever waited
    for replication in range(first, last):
        key = child(mixed(np.uint64(seed)), replication)
        n = arrivals(pr, key, at, people, group, entry, counts)
        if n > room:
            room = n + n // 8
            at = np.empty(room)
            people = np.empty(room, np.uint64)
            group = np.empty(room, np.int64)
            entry = np.empty(room, np.int64)
            order = np.empty(room, np.int64)
            spare = np.empty(room, np.int64)
            n = arrivals(pr, key, at, people, group, entry, counts)
        longest = n
        for s in range(stations):
            if kind_is_preparation(pr, s):
                longest = max(longest, items_wanted(pr, s, n, counts[0]))
        # How many waits of a station are kept for its quantiles: all, unless people come back very often.
        limit = longest
        if pr.cyclic:
            limit *= max(4, min(64, 2_000_000 // max(longest, 1)))
        if limit > waits.shape[1]:
            waits = np.empty((stations + 2, limit + limit // 8))
        if pr.levels > 1 and ranks.shape[1] < waits.shape[1]:
            ranks = np.empty((stations + 1, waits.shape[1]), np.int8)
        if in_order(at, order, spare, n):
            old_at, old_people, old_group, old_entry = at.copy(), people.copy(), group.copy(), entry.copy()
            for i in range(n):
                j = order[i]
                at[i], people[i] = old_at[j], old_people[j]
                group[i], entry[i] = old_group[j], old_entry[j]
        out.site[replication, SI_BOOKED] = counts[0]
        out.site[replication, SI_NO_SHOW] = counts[1]
        day(pr, key, replication, n, at, people, group, entry, waits, ranks, limit, out)
        summed_up(pr, replication, block, waits, ranks, limit, out)
