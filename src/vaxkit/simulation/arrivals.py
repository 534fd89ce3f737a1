"""Who comes to the site and when, for one replication: appointments, walk-ins, buses, streams.

Each source numbers its own people; a person's luck hangs on the source's name and this number.
"""

from __future__ import annotations

import math

import numpy as np

from vaxkit.compiled import compiled
from vaxkit.simulation.layout import (
    APPOINTMENTS,
    BUSES,
    EMPIRICAL,
    P_GAP,
    P_GROUP,
    P_SHIFT,
    P_SHOW,
    STREAM,
    WALK_INS,
    Floats,
    Ints,
    Program,
    Words,
)
from vaxkit.simulation.streams import child, draw, drawn, mixed, purpose_key, unit

_NONE = np.uint64(0)


@compiled
def arrivals(
    pr: Program, key: np.uint64, at: Floats, people: Words, group: Ints, entry: Ints, counts: Ints
) -> int:
    """Fill the four arrays with the people who come, source by source; returns how many there are.

    `counts` receives (booked, no-shows). When the arrays are too short the number returned is larger than
    they are and the arrays are to be made longer: the same call then gives the same people.
    """
    dk, dn, df, pv, pc = pr.dist_kind, pr.dist_number, pr.dist_from, pr.pool_value, pr.pool_cumulative
    slot_at, slot_until, slot_size = pr.slot_at, pr.slot_until, pr.slot_size
    group_of, group_cumulative = pr.group_of, pr.group_cumulative
    room = at.size
    found = 0
    booked = 0
    absent = 0
    for source in range(pr.source_kind.size):
        source_key = mixed(key ^ pr.source_stream[source])
        kind = pr.source_kind[source]
        shift, gap = pr.source_shift[source], pr.source_gap[source]
        most, until = pr.source_number[source, 3], pr.source_number[source, 4]
        apart = pr.source_number[source, 2]
        absent_share = pr.source_number[source, 0]
        earliest = pr.source_number[source, 1]
        number = 0
        before = found
        first_slot, end_slot = pr.slot_from[source], pr.slot_from[source + 1]
        if kind in (APPOINTMENTS, BUSES):
            for slot in range(first_slot, end_slot):
                bus_key = child(source_key, -2 - (slot - first_slot))
                late = 0.0
                if kind == BUSES and shift >= 0:
                    late = draw(shift, purpose_key(bus_key, _NONE, P_SHIFT, 0), dk, dn, df, pv, pc)
                for seat in range(int(slot_size[slot])):
                    person = child(source_key, number)
                    number += 1
                    if absent_share > 0.0 and unit(purpose_key(person, _NONE, P_SHOW, 0)) < absent_share:
                        absent += 1
                        continue
                    when = slot_at[slot]
                    if kind == BUSES:
                        when += late + seat * apart
                    elif shift >= 0:
                        luck = purpose_key(person, _NONE, P_SHIFT, 0)
                        if dk[shift] < EMPIRICAL:
                            a, b, c = dn[shift, 0], dn[shift, 1], dn[shift, 2]
                            when += drawn(dk[shift], a, b, c, dn[shift, 3], dn[shift, 4], luck)
                        else:
                            when += draw(shift, luck, dk, dn, df, pv, pc)
                    if found < room:
                        at[found] = max(when, earliest)
                        people[found] = person
                    found += 1
            booked += number
        elif kind == WALK_INS:
            # A Poisson stream of changing rate: steps of a unit-rate stream, laid over the summed rate.
            slot = first_slot
            done = 0.0
            reached = 0.0
            while slot < end_slot:
                person = child(source_key, number)
                number += 1
                reached -= math.log(unit(purpose_key(person, _NONE, P_GAP, 0)))
                while slot < end_slot:
                    here = (slot_until[slot] - slot_at[slot]) * slot_size[slot]
                    if reached < done + here:
                        break
                    done += here
                    slot += 1
                if slot < end_slot:
                    if found < room:
                        at[found] = slot_at[slot] + (reached - done) / slot_size[slot]
                        people[found] = person
                    found += 1
        elif kind == STREAM:
            when = earliest
            while number < most:
                person = child(source_key, number)
                luck = purpose_key(person, _NONE, P_GAP, 0)
                if dk[gap] < EMPIRICAL:
                    a, b, c = dn[gap, 0], dn[gap, 1], dn[gap, 2]
                    when += drawn(dk[gap], a, b, c, dn[gap, 3], dn[gap, 4], luck)
                else:
                    when += draw(gap, luck, dk, dn, df, pv, pc)
                if when >= until:
                    break
                number += 1
                if absent_share > 0.0 and unit(purpose_key(person, _NONE, P_SHOW, 0)) < absent_share:
                    absent += 1
                    continue
                if found < room:
                    at[found] = when
                    people[found] = person
                found += 1
        door = pr.source_entry[source]
        first_group, end_group = pr.group_from[source], pr.group_from[source + 1]
        for person_row in range(before, min(found, room)):
            row = first_group
            if end_group - first_group > 1:
                share = unit(purpose_key(people[person_row], _NONE, P_GROUP, 0))
                while row < end_group - 1 and share >= group_cumulative[row]:
                    row += 1
            group[person_row] = group_of[row]
            entry[person_row] = door
    counts[0] = booked
    counts[1] = absent
    return found


@compiled
def in_order(at: Floats, order: Ints, spare: Ints, n: int) -> bool:
    """Put into `order` the rows of `at[:n]` by time, equal times by row. False when they already were."""
    sorted_already = True
    for i in range(n):
        order[i] = i
        if i > 0 and at[i] < at[i - 1]:
            sorted_already = False
    if sorted_already:
        return False
    width = 1
    while width < n:
        for low in range(0, n, 2 * width):
            middle = min(low + width, n)
            high = min(low + 2 * width, n)
            left, right = low, middle
            for k in range(low, high):
                if left < middle and (right >= high or at[order[left]] <= at[order[right]]):
                    spare[k] = order[left]
                    left += 1
                else:
                    spare[k] = order[right]
                    right += 1
        for k in range(n):
            order[k] = spare[k]
        width *= 2
    return True
