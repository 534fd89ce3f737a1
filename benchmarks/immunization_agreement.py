"""A million random histories by the batch and by the interpreter, piece by piece, so that a run may stop and go on.

    .venv/bin/python benchmarks/immunization_agreement.py [--histories 1000000] [--seed 41]
                                                          [--progress FILE] [--seconds 240]

Every piece is some thousand histories on one day of `immunization_batch.DAYS`, judged by both; everything that both say is
compared (`immunization_batch.compare`). One process. Exit code 0: all were compared and none differs; 1: a difference, told
with how to see it again; 3: the seconds are over and pieces are left. With --progress finished pieces are kept, a line each,
together with a digest of engine, rules and generator: after a change of any of them they are compared anew.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import immunization_batch
import immunization_histories
from immunization_batch import DAYS, compare

import vaxkit.immunization
import vaxkit.ruledata

PIECE = 5_000


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--histories", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=41)
    parser.add_argument("--progress", type=Path)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    options = parser.parse_args()
    code, begun = digest(), time.monotonic()
    done = kept(options.progress, code)
    jobs = list(pieces(options.histories, options.seed))
    for on, seed in jobs:
        if (on.isoformat(), seed) in done:
            continue
        if time.monotonic() - begun > options.seconds:
            print(f"{len(done) * PIECE:,} of {len(jobs) * PIECE:,} histories compared, no difference so far")
            sys.exit(3)
        alone, difference = compare((on, seed, PIECE))
        if difference:
            sys.exit(difference)
        done[on.isoformat(), seed] = alone
        if options.progress is not None:
            with options.progress.open("a") as file:
                print(json.dumps([code, on.isoformat(), seed, PIECE, alone]), file=file)
    print(
        f"{len(jobs) * PIECE:,} random histories on {len(DAYS)} days (seed {options.seed}), batch and interpreter: "
        f"0 differences; {sum(done.values()):,} were handed over"
    )


def pieces(histories: int, seed: int) -> Iterator[tuple[date, int]]:
    """Day and seed of each piece; every day has as many."""
    for nth in range(-(-histories // (PIECE * len(DAYS)))):
        for on in DAYS:
            yield on, seed * 100_000 + nth * len(DAYS) + DAYS.index(on)


def kept(progress: Path | None, code: str) -> dict[tuple[str, int], int]:
    """(day, seed) → how many were handed over, of the pieces that this same code has finished."""
    if progress is None or not progress.exists():
        return {}
    rows = [json.loads(line) for line in progress.read_text().splitlines()]
    return {(on, seed): alone for made_by, on, seed, size, alone in rows if (made_by, size) == (code, PIECE)}


def digest() -> str:
    """What the answers are made by: the engine, China's policies, the generator of histories."""
    engine, data = (Path(package.__file__ or "").parent for package in (vaxkit.immunization, vaxkit.ruledata))
    files = [
        path for path in engine.glob("*.py") if path.name != "wording.py"
    ]  # reasons are compared, not their words
    files = [*files, *(data / "china" / "policies").glob("*.yaml")]
    files += [Path(module.__file__ or "") for module in (immunization_batch, immunization_histories)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(files))).hexdigest()[:16]


if __name__ == "__main__":
    main()
