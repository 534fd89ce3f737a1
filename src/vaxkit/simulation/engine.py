"""Running a program: replications over threads, each block of them in one call of the compiled kernel.

Numba keeps the machine code of `_entry` on disk. It would not notice a change of the files whose functions
are linked into it, so a checksum of these sources is a constant of the closure and thereby part of the key.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from queue import SimpleQueue

import numpy as np

from vaxkit.compiled import compiled_and_kept
from vaxkit.faults import Fault, Faulty
from vaxkit.simulation import layout
from vaxkit.simulation.blocks import replications
from vaxkit.simulation.layout import Outcome, Program
from vaxkit.vocabulary import Text

#: Memory that a run may take.
MOST_BYTES = 4_000_000_000

_LINKED = (
    "compiled.py",
    "simulation/arrivals.py",
    "simulation/blocks.py",
    "simulation/kernel.py",
    "simulation/layout.py",
    "simulation/moments.py",
    "simulation/streams.py",
    "simulation/summing.py",
)


@cache
def _entry() -> Callable[[Program, int, int, int, int, Outcome], int]:
    here = files("vaxkit")
    stamp = 0
    for name in _LINKED:
        stamp = zlib.crc32((here / name).read_bytes(), stamp)

    def entry(program: Program, seed: int, first: int, last: int, block: int, out: Outcome) -> int:
        replications(program, seed, first, last, block, out)
        return stamp

    return compiled_and_kept(entry)


def run(
    program: Program,
    *,
    count: int,
    seed: int,
    threads: int | None = None,
    tell: Callable[[int], None] | None = None,
) -> Outcome:
    """Run `count` replications. The outcome depends on program, count and seed, never on `threads`.

    `threads` None: one for each core. Memory: some 20 kB a replication for a site of five stations. `tell` hears how many are
    done; what it raises ends the run. Raises Faulty when all that would need more than `MOST_BYTES`.
    """
    threads = max(1, min(threads or os.cpu_count() or 1, count))
    threads = max(1, min(threads, int(MOST_BYTES / 2 / _bytes_of_a_day(program))))
    _must_fit(count * _bytes_kept(program) + threads * _bytes_of_a_day(program))
    size = max(1, min(50, -(-count // (4 * threads))))
    blocks = [(first, min(first + size, count)) for first in range(0, count, size)]
    out = _room(program, count, threads)
    entry = _entry()
    seed &= (1 << 62) - 1
    entry(program, seed, 0, 0, 0, out)  # loads or compiles once, not in every thread
    rows: SimpleQueue[int] = SimpleQueue()
    for row in range(threads):
        rows.put(row)

    def work(block: tuple[int, int]) -> int:
        row = rows.get()  # a row of the bins is one thread's at a time; the other rows of a block are its own
        entry(program, seed, *block, row, out)
        rows.put(row)
        return block[1]

    if threads == 1:
        _told(map(work, blocks), tell)
        return out
    with ThreadPoolExecutor(threads) as pool:
        try:
            _told(pool.map(work, blocks), tell)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return out


def _bytes_kept(program: Program) -> int:
    """What a replication leaves, twice the series: the results take a copy of these."""
    stations, levels = program.kind.size, program.levels if program.levels > 1 else 0
    numbers = (
        stations * (layout.ST_COLUMNS + 2 * program.buckets) + (stations + 2) * levels * layout.LV_COLUMNS
    )
    return 8 * numbers + 2 * 4 * program.series_points * (2 * stations + 1)


def _bytes_of_a_day(program: Program) -> int:
    """What a thread needs while it simulates a day: waits of everybody at every station, and the list of events."""
    stations, levels = program.kind.size, program.levels
    items = int(np.maximum(program.batch_items, 0).sum()) + program.expected * (
        1 + (program.batch_items < 0).sum()
    )
    return int((8 + (levels > 1)) * (stations + 2) * items + 250 * items)


def _must_fit(needed: int) -> None:
    if needed > MOST_BYTES:
        much, most = f"{needed / 1e9:,.0f} GB", f"{MOST_BYTES / 1e9:,.0f} GB"
        raise Faulty(
            [
                Fault(
                    "replications",
                    Text(
                        f"约需 {much} 内存，最多 {most}", f"would need some {much} of memory; {most} at most"
                    ),
                    Text(
                        "请减少模拟天数，或把 series_every 改大，或减少人数。",
                        "Simulate fewer days, make series_every larger, or let fewer people come.",
                    ),
                )
            ]
        )


def _told(ends: Iterable[int], tell: Callable[[int], None] | None) -> None:
    for end in ends:
        if tell:
            tell(end)


def _room(program: Program, count: int, threads: int) -> Outcome:
    stations, points = program.kind.size, program.series_points
    return Outcome(
        station=np.zeros((count, stations, layout.ST_COLUMNS)),
        site=np.zeros((count, layout.SI_COLUMNS)),
        stock=np.zeros((count, program.vials.size, layout.SK_COLUMNS)),
        outcomes=np.zeros((count, program.outcome_next.size), np.int64),
        queue=np.zeros((count, points, stations), np.int32),
        busy=np.zeros((count, points, stations), np.int32),
        on_site=np.zeros((count, points), np.int32),
        kept=np.zeros((count, stations, program.buckets, 2), np.int64),
        bins=np.zeros((threads, stations + 2, layout.BINS), np.int64),
        level=np.zeros((count, stations + 2, program.levels if program.levels > 1 else 0, layout.LV_COLUMNS)),
    )
