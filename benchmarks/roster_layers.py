"""Where the time of a roster's import goes, layer by layer: `make bench WHAT=roster_layers` (`--people 50000`).

The functions that do each layer's work are timed from outside, by the clock and by this process's own processor time; what is
left between the two is waiting for the database or for the child that reads the file. Layers inside others are told under them.
"Deferred" is the check of foreign keys, which PostgreSQL does when the transaction ends.
"""

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import roster_import as bench
from roster_import import temporary_cluster

Spent = defaultdict[str, list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=50_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, temporary_cluster() as server:
        bench._start_django(server.url)
        county, _roster, _truth = bench._files(Path(folder), options.people)
        bench._make_areas(county)
        by = bench._actor()
        spent: Spent = defaultdict(lambda: [0.0, 0.0])
        watch(spent)
        for file, name in (("county.csv", "into an empty ledger"), ("roster.csv", "against the ledger")):
            spent.clear()
            took, made = bench.timed(lambda file=file: imported(by, Path(folder) / file, spent))  # type: ignore[misc]
            print(
                f"\n{name}: {took:.1f} s for {sum(made[0].counts.values()):,} lines; the limit {limit(Path(folder) / file):.1f} s"
            )
            for layer, (wall, cpu) in spent.items():
                print(f"  {layer:58} {wall:7.2f} s  {100 * wall / took:5.1f} %   processor {cpu:6.2f} s")


def limit(path: Path) -> float:
    return bench.timed(lambda: bench.bare(path))[0]


def imported(by: Any, path: Path, spent: Spent) -> Any:
    from django.db import connection, transaction

    from yingjie.people.actions import commit_import, propose_import

    made = timed(spent, "propose", propose_import)(
        by=by, area_code=bench.COUNTY, path=path, file_name=path.name
    )

    def commit() -> dict[str, int]:
        with transaction.atomic():
            counts = commit_import(by=by, import_id=made.pk)
            with connection.cursor() as cursor:
                timed(spent, "  commit: deferred checks of foreign keys", cursor.execute)(
                    "SET CONSTRAINTS ALL IMMEDIATE"
                )
        return counts

    made.counts = timed(spent, "commit", commit)()
    return made, {}


def watch(spent: Spent) -> None:
    """Put a clock around the functions that do the work."""
    from yingjie.foundation.crypto.keyring import Keyring
    from yingjie.people import (
        bulk_loading,
        ledger_frame,
        roster_again,
        roster_judging,
        roster_reading,
        roster_writing,
    )
    from yingjie.people.roster import judging

    for place, name, layer in (
        (roster_reading, "from_file", "  propose: file into lines"), (roster_judging, "_with_keys", "  propose: blind indexes"),
        (ledger_frame, "of_area", "  propose: the ledger into columns"), (judging, "matched", "  propose: match"),
        (judging, "judged", "  judge"), (roster_judging, "pressed", "  propose: pages pressed"),
        (roster_again, "fingerprint", "  fingerprint of the ledger"), (bulk_loading, "claim", "  commit: keys of numbers claimed"),
        (bulk_loading, "enter", "  commit: new people"), (bulk_loading, "readings", "    of which readings of names"),
        (roster_writing, "_change", "  commit: changed people"), (Keyring, "encrypt_all", "    of which encryption of fields"),
    ):  # fmt: skip
        setattr(place, name, timed(spent, layer, getattr(place, name)))
    copy = bulk_loading._copy

    def copied(table: str, *given: Any) -> None:
        timed(spent, f"    of which COPY into {table}", copy)(table, *given)

    bulk_loading._copy = copied  # type: ignore[assignment]


def timed(spent: Spent, layer: str, work: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(work)
    def clocked(*given: Any, **named: Any) -> Any:
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            return work(*given, **named)
        finally:
            spent[layer][0] += time.perf_counter() - wall
            spent[layer][1] += time.process_time() - cpu

    return clocked


if __name__ == "__main__":
    main()
