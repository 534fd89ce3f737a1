"""Generated rosters whose truth is known: small ones of the benchmarks' generators, with the bounds they must meet."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from vaxkit.identity.matching import Columns, match
from vaxkit.identity.matching.scores import score

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


@pytest.mark.parametrize(
    ("generator", "seed", "recall", "recall_bad"),
    [
        ("plain", 11, 0.998, 0.985),
        ("field", 12, 0.993, 0.975),
        ("grid", 13, 0.993, 0.985),
        ("unit", 14, 0.985, 0.93),
        ("harsh", 15, 0.987, 0.98),
        ("unit2", 16, 0.985, 0.95),
        ("migrants", 17, 0.985, 0.965),
    ],
)
def test_links_against_the_truth(
    generator: str, seed: int, recall: float, recall_bad: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`recall_bad`: of rows whose number is missing or mistyped; one that is somebody else's is asked about."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from roster_generator import generate

    registry, roster, truth = generate(generator, seed, 5_000)
    answer = match(Columns.of(roster), Columns.of(registry))
    whole, own = (score(answer.verdicts, part) for part in (truth, truth.filter(~pl.col("others_number"))))
    assert whole.wrong <= 1  # precision 0.9995 and more, among some 4,400 links
    assert whole.recall >= recall
    assert own.recall_bad_number is not None and own.recall_bad_number >= recall_bad
    assert whole.review_share <= 0.01
    rows = truth.join(answer.verdicts, on="id", suffix="_found")
    others = rows.filter("others_number").filter(pl.col("verdict") == "same")
    assert others.filter(pl.col("person").ne_missing(pl.col("person_found"))).is_empty()
    again = rows.filter(pl.col("duplicate_of").is_not_null()).join(
        truth.select(duplicate_of="id", first="person"), on="duplicate_of"
    )
    assert again.filter(pl.col("person").is_not_null() & (pl.col("person") != pl.col("first"))).height <= 1
