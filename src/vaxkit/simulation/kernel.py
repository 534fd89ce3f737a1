"""The event loop: one day at one site.

One heap holds what is scheduled: (instant, key), the key packing kind of event, person and station, so that
things of one instant happen in a fixed order. Site arrivals stand in a sorted list beside it. Every event is
worked off in three moves:

    1. the event itself changes a count and says which station may serve somebody next (`calling`) and who
       moves on (a small ring of `(person, station, mode)`);
    2. as long as the calling station has a free server and somebody waits, that person starts; then the
       ring is emptied: people leave a station, arrive at the next, wait, or start;
    3. what was scheduled on the way enters the heap, the first entry into the hole left by the event.

Nothing here draws from a generator with state; see `streams`. What a day leaves is summed up in `summing`.

`day` is one long function on purpose. Its arrays and counts are local names: numba counts references to arrays
that are handed on or reached through a tuple, and an event has only some 45 nanoseconds; a heap, a ring and
lines in functions of their own would pay that on every event, and hand back half a dozen counts each. Inlining
(`inline="always"`) does not save that: with the lines inlined the loop took 1.13 times as long, with the draws as
well 1.55 times (2026-11-22). What is asked seldom stands in `moments`.
"""

from __future__ import annotations

import math

import numpy as np

from vaxkit.compiled import compiled
from vaxkit.simulation.layout import (
    DELAY,
    E_BATCH,
    E_END,
    E_GATE,
    E_RENEGE,
    E_SHIFT,
    E_WALK,
    EMPIRICAL,
    GATE,
    P_BALK,
    P_OUTCOME,
    P_PATIENCE,
    P_SERVICE,
    P_SPOILED,
    P_WALK,
    PREPARATION,
    SI_BOOKED,
    SI_CAME,
    SI_COMPLETED,
    SI_INSIDE,
    SI_LAST_LEAVES,
    SI_LATE,
    SI_NOT_YET,
    SI_RECORDED,
    SK_DOSES,
    SK_SPOILED,
    SK_VIALS,
    SK_WASTED,
    ST_ARRIVED,
    ST_BALKED,
    ST_FINISHED,
    ST_INSIDE,
    ST_LAST_END,
    ST_NO_VACCINE,
    ST_QUEUE_MAX,
    ST_RECORDED,
    ST_RENEGED,
    ST_SERVICE_SUM,
    ST_STARTED,
    ST_TURNED_AWAY,
    ST_WAIT_SUM,
    ST_WAITED,
    Floats,
    Ints,
    Outcome,
    Program,
    Ranks,
    Words,
)
from vaxkit.simulation.moments import (
    KIND,
    PERSON,
    PERSON_MASK,
    STATION,
    bucket_of,
    items_wanted,
    next_tick,
    point_after,
    without_the_gone,
)
from vaxkit.simulation.streams import child, draw, drawn, mixed, purpose_key, unit

_ARRIVE, _READY, _START, _LEAVE = range(4)  # what happens to whoever stands in the ring
_NEVER = math.inf


@compiled
def day(
    pr: Program,
    key: np.uint64,
    row: int,
    n: int,
    at: Floats,
    people: Words,
    group: Ints,
    entry: Ints,
    waits: Floats,
    ranks: Ranks,
    limit: int,
    out: Outcome,
) -> None:
    kind = pr.kind
    stations = kind.size
    station_row = out.station[row]
    site_row = out.site[row]
    levels = pr.levels
    horizon, warm_up = pr.horizon, pr.warm_up
    dk, dn, df, pv, pc = pr.dist_kind, pr.dist_number, pr.dist_from, pr.pool_value, pr.pool_cumulative

    # Items of preparation are numbered after the people.
    item_first = np.zeros(stations, np.int64)
    item_end = np.zeros(stations, np.int64)
    next_item = np.zeros(stations, np.int64)
    every = n
    batches = 0
    for s in range(stations):
        if kind[s] == PREPARATION:
            item_first[s] = every
            next_item[s] = every
            every += items_wanted(pr, s, n, int(site_row[SI_BOOKED]))
            item_end[s] = every
            batches += pr.batch_from[s + 1] - pr.batch_from[s]

    enqueued = np.empty(every)
    waited = np.zeros(n)
    chosen = np.empty(n, np.int64)
    waiting_at = np.full(every, -1, np.int64)
    deadline = np.empty(n)
    behind = np.empty(every, np.int64)
    visit = np.zeros(n if pr.cyclic else 1, np.int64)

    busy = np.zeros(stations, np.int64)
    servers = pr.servers.copy()
    queue = np.zeros(stations, np.int64)  # all who wait at a station, be it for a server or for an item
    # Rows 0..stations-1: who waits for a server (or at a gate); further rows: who waits for an item.
    head = np.full((2 * stations, levels), -1, np.int64)
    tail = np.full((2 * stations, levels), -1, np.int64)
    tokens = np.zeros(stations, np.int64)
    gate_due = np.full(stations, _NEVER)
    stocks = pr.vials.size
    open_doses = np.zeros(stocks, np.int64)
    open_until = np.zeros(stocks)
    vials_left = pr.vials.copy()
    stock_row = out.stock[row]

    cap = 4 * every + batches + 4 * stations + 64
    ht = np.empty(cap)
    hk = np.empty(cap, np.int64)
    push_t = np.empty(3 * every + batches + 4 * stations + 64)
    push_k = np.empty(push_t.size, np.int64)
    ring_size = 64
    while ring_size < every + 64:
        ring_size *= 2
    ring_mask = ring_size - 1
    ring_p = np.empty(ring_size, np.int64)
    ring_s = np.empty(ring_size, np.int64)
    ring_m = np.empty(ring_size, np.int64)
    points = pr.series_points
    step = pr.series_every
    later = np.zeros((stations + 1, points + 2), np.int32)  # changes of series that no event will bring
    point = 0
    next_point = 0.0 if points > 0 else _NEVER
    m = pushes = 0
    arrived = np.zeros(stations, np.int64)
    started = np.zeros(stations, np.int64)
    seen = np.zeros(stations, np.int64)
    kept_waiting = np.zeros(stations, np.int64)
    most_waiting = np.zeros(stations, np.int64)
    still_final = np.zeros(stations, np.int64)
    taken = np.zeros(pr.outcome_next.size, np.int64)
    wait_sum = np.zeros(stations)
    service_sum = np.zeros(stations)
    last_end = np.zeros(stations)
    inside = completed = finished = 0
    last_leaves = 0.0
    alive = every
    nxt = 0
    hole = False
    t = 0.0
    for s in range(stations):
        for batch in range(pr.batch_from[s], pr.batch_from[s + 1]):
            push_t[pushes] = pr.batch_at[batch]
            push_k[pushes] = (E_BATCH << KIND) | (batch << PERSON) | s
            pushes += 1
        if pr.change_from[s] < pr.change_from[s + 1]:
            push_t[pushes] = pr.change_at[pr.change_from[s]]
            push_k[pushes] = (E_SHIFT << KIND) | (pr.change_from[s] << PERSON) | s
            pushes += 1

    # Names of their own: reaching into the tuple inside the loop would count references each time.
    balk_from = pr.balk_from
    balk_queue = pr.balk_queue
    balk_share = pr.balk_share
    batch_from = pr.batch_from
    bucket_minutes = pr.bucket_minutes
    buckets = pr.buckets
    change_at = pr.change_at
    change_from = pr.change_from
    change_to = pr.change_to
    closes = pr.closes
    cyclic = pr.cyclic
    final = pr.final
    gate_every = pr.gate_every
    gate_first = pr.gate_first
    gate_longest = pr.gate_longest
    gate_size = pr.gate_size
    outcome_cumulative = pr.outcome_cumulative
    outcome_from = pr.outcome_from
    outcome_next = pr.outcome_next
    outcome_service = pr.outcome_service
    outcome_walk = pr.outcome_walk
    patience = pr.patience
    priority = pr.priority
    promise = pr.promise
    room = pr.room
    serves = pr.serves
    service = pr.service
    spoiled = pr.spoiled
    stock_of = pr.stock
    stream_of = pr.stream
    supply = pr.supply
    vial_doses = pr.vial_doses
    vial_minutes = pr.vial_minutes
    busy_series = out.busy
    kept = out.kept
    on_site_series = out.on_site
    outcomes = out.outcomes
    queue_series = out.queue

    while True:
        # --- 3. what was scheduled enters the heap
        if m + pushes + 8 > cap:
            # Full of people who no longer wait where their patience would have ended: these go. (A longer
            # heap would have to be a new array, and arrays that change in the loop are counted each round.)
            m = without_the_gone(ht, hk, m, hole, waiting_at, deadline, gate_due)
            hole = False
        z = 0
        while z < pushes or hole:
            if z < pushes:
                x, xk = push_t[z], push_k[z]
                z += 1
                if not hole:
                    a = m
                    m += 1
                    while a > 0:
                        b = (a - 1) >> 1
                        if ht[b] < x or (ht[b] == x and hk[b] <= xk):
                            break
                        ht[a], hk[a] = ht[b], hk[b]
                        a = b
                    ht[a], hk[a] = x, xk
                    continue
            else:
                m -= 1
                x, xk = ht[m], hk[m]
            # The root is empty: sink (x, xk) from there.
            hole = False
            ht[m] = _NEVER  # so that a lone child has a sister to be compared with
            hk[m] = 0
            a = 0
            b = 1
            while b < m:
                # Without a branch: which child is the smaller cannot be foreseen.
                b += (ht[b + 1] < ht[b]) | ((ht[b + 1] == ht[b]) & (hk[b + 1] < hk[b]))
                if ht[b] > x or (ht[b] == x and hk[b] >= xk):
                    break
                ht[a], hk[a] = ht[b], hk[b]
                a = b
                b = 2 * a + 1
            ht[a], hk[a] = x, xk
        pushes = 0

        # --- what happens next
        if alive == 0:
            break
        due = ht[0] if m > 0 else _NEVER
        coming = at[nxt] if nxt < n else _NEVER
        t = min(due, coming)
        if t == _NEVER or t > horizon:
            break
        while next_point <= t:
            for s in range(stations):
                queue_series[row, point, s] = queue[s]
                busy_series[row, point, s] = busy[s]
            on_site_series[row, point] = inside
            point += 1
            next_point = step * point if point < points else _NEVER

        # --- 1. the event
        calling = -1
        ring = 0
        rings = 0
        if due <= coming:
            hole = True
            event = hk[0]
            what = event >> KIND
            p = (event >> PERSON) & PERSON_MASK
            s = event & STATION
            if what == E_END:
                busy[s] -= 1
                if kind[s] != DELAY:
                    calling = s
                ring_p[0], ring_s[0], ring_m[0] = p, s, _LEAVE
                rings = 1
            elif what == E_WALK:
                ring_p[0], ring_s[0], ring_m[0] = p, s, _ARRIVE
                rings = 1
            elif what == E_RENEGE:
                if waiting_at[p] == s and deadline[p] == t:
                    waiting_at[p] = -1
                    queue[s] -= 1
                    station_row[s, ST_RENEGED] += 1
                    alive -= 1
                    inside -= 1
                    if buckets > 0 and at[p] >= warm_up:
                        kept[row, s, bucket_of(enqueued[p], bucket_minutes, buckets), 0] += 1
            elif what == E_SHIFT:
                servers[s] = change_to[p]
                calling = s
                if p + 1 < change_from[s + 1]:
                    push_t[0] = change_at[p + 1]
                    push_k[0] = (E_SHIFT << KIND) | ((p + 1) << PERSON) | s
                    pushes = 1
            elif what == E_BATCH:
                size = item_end[s] - next_item[s]
                if p < batch_from[s + 1] - 1:
                    whole = item_end[s] - item_first[s]
                    parts = batch_from[s + 1] - batch_from[s]
                    size = min(size, (whole + parts - 1) // parts)
                for _ in range(size):
                    ring_p[rings], ring_s[rings], ring_m[rings] = next_item[s], s, _ARRIVE
                    next_item[s] += 1
                    rings += 1
            else:
                if gate_due[s] == t:
                    gate_due[s] = _NEVER
                    for _ in range(min(queue[s], gate_size[s])):
                        p = head[s, 0]
                        head[s, 0] = behind[p]
                        queue[s] -= 1
                        ring_p[rings], ring_s[rings], ring_m[rings] = p, s, _START
                        rings += 1
                    if queue[s] > 0 and gate_every[s] > 0.0:
                        gate_due[s] = next_tick(t, gate_first[s], gate_every[s])
                        push_t[0] = gate_due[s]
                        push_k[0] = (E_GATE << KIND) | s
                        pushes = 1
        else:
            p = nxt
            nxt += 1
            if t > closes:
                site_row[SI_LATE] += 1
                alive -= 1
            else:
                site_row[SI_CAME] += 1
                inside += 1
                ring_p[0], ring_s[0], ring_m[0] = p, entry[p], _ARRIVE
                rings = 1

        # --- 2. who starts, who moves
        while calling >= 0 or ring < rings:
            if calling >= 0:
                s = calling
                p = -1
                if queue[s] > 0 and busy[s] < servers[s]:
                    # Short things are written out where they happen: a call would count references to arrays.
                    for level in range(levels):
                        p = head[s, level]
                        while p >= 0 and waiting_at[p] != s:
                            p = behind[p]  # left the line before
                        if p >= 0:
                            head[s, level] = behind[p]
                            break
                        head[s, level] = -1
                if p < 0:
                    calling = -1
                    continue
                waiting_at[p] = -1
                queue[s] -= 1
                mode = _START
            else:
                p, s, mode = ring_p[ring & ring_mask], ring_s[ring & ring_mask], ring_m[ring & ring_mask]
                ring += 1
            who = people[p] if p < n else child(mixed(key ^ stream_of[s]), p - item_first[s])

            while True:  # one person (or item) as far as it gets at this instant
                stream = stream_of[s]
                nth = visit[p] if cyclic and p < n else 0
                line = -1  # the line in which to wait

                if mode == _LEAVE:
                    last_end[s] = t
                    if p >= n:
                        # An item is ready: the first who waits for one gets it.
                        alive -= 1
                        s = serves[s]
                        for level in range(levels):
                            p = head[stations + s, level]
                            while p >= 0 and waiting_at[p] != s:
                                p = behind[p]
                            if p >= 0:
                                head[stations + s, level] = behind[p]
                                break
                            head[stations + s, level] = -1
                        if p < 0:
                            tokens[s] += 1
                            break
                        waiting_at[p] = -1
                        queue[s] -= 1
                        who = people[p]
                        mode = _READY
                        continue
                    way = chosen[p]
                    target = outcome_next[way]
                    if target < 0:
                        alive -= 1
                        inside -= 1
                        finished += 1
                        last_leaves = max(t, last_leaves)
                        if at[p] >= warm_up:
                            waits[stations, completed] = waited[p]
                            waits[stations + 1, completed] = t - at[p]
                            if levels > 1:
                                ranks[stations, completed] = priority[group[p]]
                            completed += 1
                        break
                    if outcome_walk[way] >= 0:
                        dist = outcome_walk[way]
                        luck = purpose_key(who, stream, P_WALK, nth)
                        if dk[dist] < EMPIRICAL:
                            a0, b0, c0 = dn[dist, 0], dn[dist, 1], dn[dist, 2]
                            far = drawn(dk[dist], a0, b0, c0, dn[dist, 3], dn[dist, 4], luck)
                        else:
                            far = draw(dist, luck, dk, dn, df, pv, pc)
                        push_t[pushes] = t + far
                        push_k[pushes] = (E_WALK << KIND) | (p << PERSON) | target
                        pushes += 1
                        break
                    s = target
                    stream = stream_of[s]
                    mode = _ARRIVE

                if mode == _ARRIVE:
                    arrived[s] += 1
                    enqueued[p] = t
                    if p < n and cyclic:
                        visit[p] += 1
                        nth = visit[p]
                    if kind[s] == GATE:
                        if head[s, 0] < 0:
                            head[s, 0] = p
                        else:
                            behind[tail[s, 0]] = p
                        tail[s, 0] = p
                        behind[p] = -1
                        queue[s] += 1
                        most_waiting[s] = max(most_waiting[s], queue[s])
                        if gate_every[s] == 0.0 and queue[s] >= gate_size[s]:
                            gate_due[s] = _NEVER
                            queue[s] = 0
                            p = head[s, 0]
                            head[s, 0] = -1
                            while p >= 0:
                                z = rings & ring_mask
                                ring_p[z], ring_s[z], ring_m[z] = p, s, _START
                                rings += 1
                                p = behind[p]
                        elif queue[s] == 1:
                            # A gate with a timetable opens when somebody stands there, else its time passes unseen.
                            gate_due[s] = t + gate_longest[s]
                            if gate_every[s] > 0.0:
                                gate_due[s] = next_tick(t, gate_first[s], gate_every[s])
                            push_t[pushes] = gate_due[s]
                            push_k[pushes] = (E_GATE << KIND) | s
                            pushes += 1
                        break
                    wants_item = p < n and supply[s] >= 0
                    must_wait = kind[s] != DELAY and (
                        busy[s] >= servers[s] or (wants_item and tokens[s] == 0)
                    )
                    if must_wait and p < n:
                        if room[s] >= 0 and queue[s] >= room[s]:
                            station_row[s, ST_TURNED_AWAY] += 1
                            alive -= 1
                            inside -= 1
                            if buckets > 0 and at[p] >= warm_up:
                                kept[row, s, bucket_of(t, bucket_minutes, buckets), 0] += 1
                            break
                        share = 0.0
                        for rule in range(balk_from[s], balk_from[s + 1]):
                            if queue[s] >= balk_queue[rule]:
                                share = balk_share[rule]
                        if share > 0.0 and unit(purpose_key(who, stream, P_BALK, nth)) < share:
                            station_row[s, ST_BALKED] += 1
                            alive -= 1
                            inside -= 1
                            if buckets > 0 and at[p] >= warm_up:
                                kept[row, s, bucket_of(t, bucket_minutes, buckets), 0] += 1
                            break
                        if patience[s] >= 0:
                            dist = patience[s]
                            luck = purpose_key(who, stream, P_PATIENCE, nth)
                            if dk[dist] < EMPIRICAL:
                                a0, b0, c0 = dn[dist, 0], dn[dist, 1], dn[dist, 2]
                                far = drawn(dk[dist], a0, b0, c0, dn[dist, 3], dn[dist, 4], luck)
                            else:
                                far = draw(dist, luck, dk, dn, df, pv, pc)
                            deadline[p] = t + far
                            push_t[pushes] = deadline[p]
                            push_k[pushes] = (E_RENEGE << KIND) | (p << PERSON) | s
                            pushes += 1
                    line = s
                    if wants_item:
                        if tokens[s] > 0:
                            tokens[s] -= 1
                        else:
                            line = stations + s
                    if not must_wait:
                        line = -1

                if mode == _READY and busy[s] >= servers[s]:
                    line = s
                if line >= 0:
                    level = priority[group[p]] if p < n else 0
                    if head[line, level] < 0:
                        head[line, level] = p
                    else:
                        behind[tail[line, level]] = p
                    tail[line, level] = p
                    behind[p] = -1
                    waiting_at[p] = s
                    queue[s] += 1
                    most_waiting[s] = max(most_waiting[s], queue[s])
                    break

                # mode is START
                stock = stock_of[s]
                if stock >= 0:
                    tries = 0
                    while True:
                        if open_doses[stock] > 0 and t >= open_until[stock]:
                            stock_row[stock, SK_WASTED] += open_doses[stock]
                            open_doses[stock] = 0
                        if open_doses[stock] == 0:
                            if vials_left[stock] == 0:
                                tries = -1
                                break
                            vials_left[stock] -= 1
                            stock_row[stock, SK_VIALS] += 1
                            open_doses[stock] = vial_doses[stock]
                            open_until[stock] = t + vial_minutes[stock]
                        open_doses[stock] -= 1
                        if spoiled[stock] > 0.0:
                            lost = purpose_key(who, stream, P_SPOILED, nth)
                            if unit(child(lost, tries)) < spoiled[stock]:
                                stock_row[stock, SK_SPOILED] += 1
                                tries += 1
                                continue
                        stock_row[stock, SK_DOSES] += 1
                        break
                    if tries < 0:
                        station_row[s, ST_NO_VACCINE] += 1
                        alive -= 1
                        inside -= 1
                        break
                started[s] += 1
                if p >= n or at[p] >= warm_up:
                    wait = t - enqueued[p]
                    if seen[s] < limit:
                        waits[s, seen[s]] = wait
                        if levels > 1:
                            ranks[s, seen[s]] = priority[group[p]] if p < n else 0
                    seen[s] += 1
                    wait_sum[s] += wait
                    kept_waiting[s] += wait > 0.0
                    if p < n:
                        waited[p] += wait
                    if buckets > 0:
                        bucket = bucket_of(enqueued[p], bucket_minutes, buckets)
                        kept[row, s, bucket, 0] += 1
                        if wait <= promise[s]:
                            kept[row, s, bucket, 1] += 1
                if p < n:
                    way = outcome_from[s]
                    end_way = outcome_from[s + 1]
                    if end_way - way > 1:
                        share = unit(purpose_key(who, stream, P_OUTCOME, nth))
                        while way < end_way - 1 and share >= outcome_cumulative[way]:
                            way += 1
                    chosen[p] = way
                    taken[way] += 1
                    if kind[s] == GATE:
                        mode = _LEAVE
                        continue
                    dist = outcome_service[way]
                    if dist < 0:
                        dist = service[s, group[p]]
                else:
                    dist = service[s, 0]
                luck = purpose_key(who, stream, P_SERVICE, nth)
                if dk[dist] < EMPIRICAL:
                    a0, b0, c0 = dn[dist, 0], dn[dist, 1], dn[dist, 2]
                    took = drawn(dk[dist], a0, b0, c0, dn[dist, 3], dn[dist, 4], luck)
                else:
                    took = draw(dist, luck, dk, dn, df, pv, pc)
                end = t + took
                if final[s] == 0:
                    service_sum[s] += end - t
                    busy[s] += 1
                    push_t[pushes] = end
                    push_k[pushes] = (E_END << KIND) | (p << PERSON) | s
                    pushes += 1
                    break
                # Nobody waits for the end of a last stay: it is written down at once.
                alive -= 1
                inside -= 1
                service_sum[s] += min(end, horizon) - t
                if points > 0:
                    a = point_after(t, step, points)
                    b = point_after(end, step, points)
                    later[s, a] += 1
                    later[s, b] -= 1
                    later[stations, a] += 1
                    later[stations, b] -= 1
                if end > horizon:
                    still_final[s] += 1
                    break
                last_end[s] = max(end, last_end[s])
                finished += 1
                last_leaves = max(end, last_leaves)
                if at[p] >= warm_up:
                    waits[stations, completed] = waited[p]
                    waits[stations + 1, completed] = end - at[p]
                    if levels > 1:
                        ranks[stations, completed] = priority[group[p]]
                    completed += 1
                break

    # --- the day is over: who still stands there has waited in vain, if he has waited longer than was promised
    if buckets > 0:
        for p in range(n):
            s = waiting_at[p]
            if s >= 0 and at[p] >= warm_up and min(t, horizon) - enqueued[p] > promise[s]:
                kept[row, s, bucket_of(enqueued[p], bucket_minutes, buckets), 0] += 1
    if horizon < _NEVER:
        for a in range(m):
            if hk[a] >> KIND == E_END:
                service_sum[hk[a] & STATION] -= ht[a] - horizon
    for s in range(stations):
        station_row[s, ST_RECORDED] = seen[s]
        station_row[s, ST_WAIT_SUM] = wait_sum[s]
        station_row[s, ST_WAITED] = kept_waiting[s]
        station_row[s, ST_ARRIVED] = arrived[s]
        station_row[s, ST_STARTED] = started[s]
        station_row[s, ST_FINISHED] = started[s] - busy[s] - still_final[s]
        station_row[s, ST_SERVICE_SUM] = service_sum[s]
        station_row[s, ST_LAST_END] = last_end[s]
        station_row[s, ST_QUEUE_MAX] = most_waiting[s]
        station_row[s, ST_INSIDE] = queue[s] + busy[s] + still_final[s]
        running = 0
        for a in range(points):
            if a >= point:
                queue_series[row, a, s] = queue[s]
                busy_series[row, a, s] = busy[s]
            running += later[s, a]
            busy_series[row, a, s] += running
    running = 0
    for a in range(points):
        if a >= point:
            on_site_series[row, a] = inside
        running += later[stations, a]
        on_site_series[row, a] += running
    for stock in range(stocks):
        stock_row[stock, SK_WASTED] += open_doses[stock]
    outcomes[row, :] = taken
    site_row[SI_COMPLETED] = finished
    site_row[SI_LAST_LEAVES] = last_leaves
    site_row[SI_INSIDE] = inside + still_final.sum()
    site_row[SI_NOT_YET] = n - nxt
    site_row[SI_RECORDED] = completed
