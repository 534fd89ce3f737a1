"""How well verdicts agree with a known truth: the figures of the benchmarks, for anybody's files."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Scores:
    """Counts of rows; shares of what their names say.

    wrong       linked without asking, to nobody or somebody else in truth
    missed      known people not linked without asking: of these `in_review` are in the review queue, `lost` were
                taken for new
    """

    rows: int
    known: int
    linked: int
    right: int
    wrong: int
    missed: int
    in_review: int
    lost: int
    precision: float
    recall: float
    recall_bad_number: float | None
    """Of rows that the truth calls `bad_number`; None where it does not say."""
    review_share: float

    @property
    def mistakes(self) -> int:
        return self.wrong + self.missed


def score(verdicts: pl.DataFrame, truth: pl.DataFrame) -> Scores:
    """`truth`: id, person (null: new) and, perhaps, bad_number (true or false); ids of both kinds as in `verdicts`.
    Rows that the truth does not name are left out."""
    rows = truth.join(verdicts.select("id", "verdict", found="person"), on="id", how="inner")
    known = rows.filter(pl.col("person").is_not_null())
    sure = rows.filter(pl.col("verdict") == "same")
    right = sure.filter(pl.col("person") == pl.col("found"))
    bad = known.filter("bad_number").height if "bad_number" in known.columns else 0
    missed = known.height - right.height
    lost = known.filter(pl.col("verdict") == "new").height
    return Scores(
        rows=rows.height,
        known=known.height,
        linked=sure.height,
        right=right.height,
        wrong=sure.height - right.height,
        missed=missed,
        in_review=missed
        - lost
        - sure.filter(pl.col("person").is_not_null() & (pl.col("person") != pl.col("found"))).height,
        lost=lost,
        precision=right.height / sure.height if sure.height else 1.0,
        recall=right.height / known.height if known.height else 1.0,
        recall_bad_number=right.filter("bad_number").height / bad if bad else None,
        review_share=rows.filter(pl.col("verdict") == "doubtful").height / rows.height
        if rows.height
        else 0.0,
    )
