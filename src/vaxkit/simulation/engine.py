"""Running a program: replications over threads, each block of them in one call of the compiled kernel.

Numba keeps the machine code of `_entry` on disk. It would not notice a change of the files whose functions
are linked into it, so a checksum of these sources is a constant of the closure and thereby part of the key.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files

import numpy as np

from vaxkit.simulation import layout
from vaxkit.simulation.compiled import compiled_and_kept
from vaxkit.simulation.kernel import replications
from vaxkit.simulation.layout import Outcome, Program

_LINKED = ("arrivals.py", "compiled.py", "kernel.py", "layout.py", "streams.py")


@cache
def _entry() -> Callable[[Program, int, int, int, int, Outcome], int]:
    here = files("vaxkit.simulation")
    stamp = 0
    for name in _LINKED:
        stamp = zlib.crc32((here / name).read_bytes(), stamp)

    def entry(program: Program, seed: int, first: int, last: int, block: int, out: Outcome) -> int:
        replications(program, seed, first, last, block, out)
        return stamp

    return compiled_and_kept(entry)


def run(program: Program, *, count: int, seed: int, threads: int | None = None) -> Outcome:
    """Run `count` replications. The outcome depends on program, count and seed, never on `threads`.

    `threads` None: one for each core. Memory: some 20 kB a replication for a site of five stations.
    """
    threads = max(1, min(threads or os.cpu_count() or 1, count))
    size = max(1, min(50, -(-count // (4 * threads))))
    blocks = [(first, min(first + size, count)) for first in range(0, count, size)]
    out = _room(program, count, threads)
    entry = _entry()
    seed &= (1 << 62) - 1
    if threads == 1:
        entry(program, seed, 0, count, 0, out)
        return out
    entry(program, seed, 0, 0, 0, out)  # loads or compiles once, not in every thread
    waiting = iter(blocks)

    def work(thread: int) -> None:
        for first, last in waiting:  # each block is taken by one thread; the rows do not overlap
            entry(program, seed, first, last, thread, out)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    return out


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
    )
