"""Generated rosters whose truth is known: small ones of the benchmarks' generators, with the bounds they must meet."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from vaxkit.identity.matching import Columns, match

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


@pytest.mark.parametrize(
    ("generator", "seed", "recall", "recall_bad"),
    [
        ("plain", 11, 0.998, 0.98),
        ("field", 12, 0.985, 0.92),
        ("grid", 13, 0.98, 0.93),
        ("unit", 14, 0.98, 0.85),
    ],
)
def test_links_against_the_truth(
    generator: str, seed: int, recall: float, recall_bad: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from roster_generator import generate

    registry, roster, truth = generate(generator, seed, 5_000)
    answer = match(Columns.of(roster), Columns.of(registry))
    rows = truth.join(answer.verdicts, on="id", suffix="_found")
    sure = rows.filter(pl.col("verdict") == "same")
    right = sure.filter(pl.col("person") == pl.col("person_found"))
    known = rows.filter(pl.col("person").is_not_null())
    bad = known.filter("bad_number")
    bad_right = right.filter("bad_number")
    assert sure.height - right.height <= 1  # precision 0.9995 and more, among some 4,400 links
    assert right.height / known.height >= recall
    assert bad_right.height / bad.height >= recall_bad
    assert rows.filter(pl.col("verdict") == "doubtful").height / rows.height <= 0.01
    again = rows.filter(pl.col("duplicate_of").is_not_null()).join(
        truth.select(duplicate_of="id", first="person"), on="duplicate_of"
    )
    assert again.filter(pl.col("person").is_not_null() & (pl.col("person") != pl.col("first"))).height <= 1
