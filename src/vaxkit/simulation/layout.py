"""The shapes that plan compiler, kernel and results share: arrays of one program, columns of its outcome.

A program is a site plan turned into plain arrays (`compiling.compile_plan`). Times are minutes after the
plan's zero. Stations, groups, distributions, arrival sources and stocks are numbered as in the plan.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Words: TypeAlias = NDArray[np.uint64]
Ranks: TypeAlias = NDArray[np.int8]

# Distributions.
FIXED, EXPONENTIAL, TRIANGULAR, UNIFORM, LOGNORMAL, NORMAL, GAMMA, EMPIRICAL, MIXTURE = range(9)

# Stations.
SERVICE, DELAY, GATE, PREPARATION = range(4)

# Arrival sources.
APPOINTMENTS, WALK_INS, BUSES, STREAM = range(4)

# What a random number is for. Each purpose of each person has a stream of its own, so that changing a
# staffing leaves every person's luck as it was (common random numbers).
P_SERVICE, P_OUTCOME, P_PATIENCE, P_BALK, P_WALK, P_SPOILED, P_SHIFT, P_SHOW, P_GROUP, P_GAP = range(10)

# Events, in the order in which they happen when they fall on the same instant. Site arrivals come last.
E_END, E_SHIFT, E_BATCH, E_GATE, E_RENEGE, E_WALK = range(6)

# Columns of one station's row of one replication. "Recorded" people are those who came to the site at or
# after the plan's `warm_up`; the other columns count everybody.
(
    ST_RECORDED,
    ST_WAIT_SUM,
    ST_WAIT_50,
    ST_WAIT_90,
    ST_WAIT_95,
    ST_WAIT_MAX,
    ST_ARRIVED,
    ST_STARTED,
    ST_FINISHED,
    ST_SERVICE_SUM,
    ST_LAST_END,
    ST_QUEUE_MAX,
    ST_BALKED,
    ST_RENEGED,
    ST_TURNED_AWAY,
    ST_NO_VACCINE,
    ST_INSIDE,
    ST_WAITED,
) = range(18)
ST_COLUMNS = 18

# Columns of the site's row of one replication.
(
    SI_BOOKED,
    SI_NO_SHOW,
    SI_CAME,
    SI_LATE,
    SI_COMPLETED,
    SI_INSIDE,
    SI_NOT_YET,
    SI_RECORDED,
    SI_STAY_SUM,
    SI_STAY_50,
    SI_STAY_90,
    SI_STAY_95,
    SI_STAY_MAX,
    SI_WAIT_SUM,
    SI_WAIT_50,
    SI_WAIT_90,
    SI_WAIT_95,
    SI_WAIT_MAX,
    SI_LAST_LEAVES,
) = range(19)
SI_COLUMNS = 19

# Columns of one priority level's row of one replication, at a station, in the wait of the whole way, in the stay.
LV_RECORDED, LV_SUM, LV_50, LV_90, LV_95, LV_MAX = range(6)
LV_COLUMNS = 6

# Columns of one stock's row of one replication.
SK_DOSES, SK_VIALS, SK_WASTED, SK_SPOILED = range(4)
SK_COLUMNS = 4

# Bins of the pooled distributions of waiting and staying: one minute each, the last holds everything longer.
BINS = 361


class Program(NamedTuple):
    """A compiled site plan: only arrays of numbers, in the order in which the kernel reads them."""

    # distributions
    dist_kind: Ints
    dist_number: Floats  # [distribution, (a, b, c, at least, at most)]
    dist_from: Ints  # [distribution + 1] rows of `pool_*`
    pool_value: Floats  # an empirical value, or a mixture's part
    pool_cumulative: Floats
    # stations
    kind: Ints
    stream: Words
    room: Ints  # waiting places, -1 without limit
    service: Ints  # [station, group] distribution
    patience: Ints  # distribution or -1
    final: Ints  # 1: a delay after which everybody leaves
    servers: Ints  # at the very start
    change_from: Ints  # [station + 1] rows of `change_*`
    change_at: Floats
    change_to: Ints
    outcome_from: Ints  # [station + 1] rows of `outcome_*`
    outcome_cumulative: Floats
    outcome_next: Ints  # station or -1 for leaving
    outcome_service: Ints  # distribution that replaces the station's, or -1
    outcome_walk: Ints  # distribution or -1
    balk_from: Ints
    balk_queue: Ints
    balk_share: Floats
    gate_size: Ints
    gate_every: Floats  # 0: a group is let in when full
    gate_first: Floats
    gate_longest: Floats
    # preparation
    supply: Ints  # station -> the preparation station it needs, or -1
    serves: Ints  # preparation station -> the station it supplies, or -1
    batch_from: Ints  # [station + 1] rows of `batch_at`
    batch_at: Floats
    batch_items: Ints  # preparation station -> items; -1: as many as come, -2: as many as are booked
    # stock
    stock: Ints  # station -> stock or -1
    vial_doses: Ints
    vials: Ints  # -1 without limit
    vial_minutes: Floats
    spoiled: Floats
    # groups
    priority: Ints  # group -> level, 0 first
    levels: int
    # arrivals
    source_kind: Ints
    source_stream: Words
    source_entry: Ints
    source_number: Floats  # [source, (no-show share, never before, gap minutes, at most, until)]
    source_shift: Ints  # distribution or -1
    source_gap: Ints  # distribution or -1
    group_from: Ints  # [source + 1] rows of `group_*`
    group_of: Ints
    group_cumulative: Floats
    slot_from: Ints  # [source + 1] rows of `slot_*`
    slot_at: Floats
    slot_until: Floats
    slot_size: Floats  # people, or people a minute for walk-ins
    # the day
    closes: float
    horizon: float
    warm_up: float
    cyclic: int
    expected: int  # people, a guess to reserve room
    # what is watched
    series_every: float
    series_points: int
    promise: Floats  # minutes, per station
    bucket_minutes: float
    buckets: int


class Outcome(NamedTuple):
    """What the kernel writes: one row for each replication, pooled histograms for each block."""

    station: Floats  # [replication, station, ST_COLUMNS]
    site: Floats  # [replication, SI_COLUMNS]
    stock: Floats  # [replication, stock, SK_COLUMNS]
    outcomes: Ints  # [replication, outcome] recorded or not: everybody
    queue: NDArray[np.int32]  # [replication, point, station]
    busy: NDArray[np.int32]  # [replication, point, station]
    on_site: NDArray[np.int32]  # [replication, point]
    kept: Ints  # [replication, station, bucket, (came to the line and were served or gave up, served within the promise)]
    bins: Ints  # [block, station + 2, BINS] waits per station, total wait, stay
    level: (
        Floats  # [replication, station + 2, level, LV_COLUMNS]; no level at all where the plan has one only
    )
