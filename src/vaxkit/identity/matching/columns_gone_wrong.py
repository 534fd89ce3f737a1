"""What happened to whole columns and whole villages of a file, and not to one row: numbers dragged down, villages merged."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vaxkit.identity.matching.sides import Positions, Prints, Side

LEAST_MOVERS: Final = 5
LEAST_SHARE: Final = 0.2
"""A village counts as merged with another when at least so many of its certain rows, and this share, are registered there."""


def dragged(rows: Side, open_rows: Positions) -> npt.NDArray[np.bool_] | None:
    """Which of `open_rows` hold a number that is one more, read as a whole number, than that of a row of another name. Two
    sound numbers never are (the check figure goes down as the number goes up), but a spreadsheet's fill handle counts so."""
    if not rows.has_numbers or not len(open_rows):
        return None
    counted = _counted(rows.held)
    own = counted[open_rows]
    wanted = pl.DataFrame({"row": open_rows[own != 0], "before": own[own != 0] - np.uint64(1)})
    everyone = pl.DataFrame({"before": counted, "other": np.arange(rows.height, dtype=np.uint32)})
    asked = wanted["before"].unique()
    found = wanted.join(everyone.filter(pl.col("before").is_in(asked.implode())), on="before")
    row, other = found["row"].to_numpy(), found["other"].to_numpy()
    row = row[rows.name_print[row] != rows.name_print[other]]
    if not len(row):
        return None
    made = np.zeros(rows.height, np.bool_)
    made[row] = True
    return made


def merged_villages(here: Prints, there: Prints) -> pl.DataFrame | None:
    """Villages of certain pairs, row's and person's: columns `village` and `into` of those that differ again and again;
    None where there are none."""
    apart = (here != there) & (here != 0) & (there != 0)
    if not apart.any():
        return None
    pairs = pl.DataFrame({"village": here[apart], "into": there[apart]})
    found = pairs.group_by("village", "into").len().filter(pl.col("len") >= LEAST_MOVERS)
    if not found.height:
        return None
    wanted = found["village"].unique()
    total = pl.DataFrame({"village": here}).filter(pl.col("village").is_in(wanted.implode()))
    found = found.join(total.group_by("village").agg(of=pl.len()), on="village")
    found = found.filter(pl.col("len") >= LEAST_SHARE * pl.col("of")).select("village", "into")
    return found.sort("village", "into") if found.height else None


def _counted(held: Prints) -> Prints:
    """Held numbers (n * 11 + c) as the 18 figures read; 0 for those that end with X and for none."""
    n, c = np.divmod(held, np.uint64(11))
    return np.where((c < 10) & (held != 0), n * np.uint64(10) + c, np.uint64(0))
