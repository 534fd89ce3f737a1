"""People who stand in the roster more than once."""

from __future__ import annotations

import numpy as np
import polars as pl

from vaxkit.identity.matching import written
from vaxkit.identity.matching.fields import born_on_of
from vaxkit.identity.matching.sides import Prints, Side, mixed


def duplicates(rows: Side, verdicts: pl.DataFrame) -> pl.Series:
    """For each row the smallest id among the rows of the same person; null for that row itself and for people
    who stand here once.

    Rows linked to one person are of one person. New rows are, when they have one number; without a number, when
    name, birth date or phone, village and sex are all equal.
    """
    frame = pl.DataFrame({"id": rows.ids, "key": _keys(rows, verdicts)})
    several = frame.filter(pl.Series(_twice(frame["key"])))
    first = several.group_by("key").agg(first=pl.col("id").min())
    joined = frame.join(first, on="key", how="left", maintain_order="left")
    return (
        joined.select(pl.when(pl.col("first") != pl.col("id")).then(pl.col("first")))
        .to_series()
        .alias("duplicate_of")
    )


def _twice(keys: pl.Series) -> pl.Series:
    """Which keys stand more than once; 0 never counts."""
    return keys.is_duplicated() & (keys != 0)


def _keys(rows: Side, verdicts: pl.DataFrame) -> Prints:
    same = (verdicts["verdict"] == "same").to_numpy()
    person = (verdicts["person"].to_numpy() + 2).astype(np.uint64)
    keys = np.where(same, person, rows.number_print)
    bare = np.flatnonzero((keys == 0) & (rows.name_print != 0)).astype(np.uint32)
    if len(bare):
        days = born_on_of(rows, bare)
        birth = np.where(days == written.NO_DAY, 0, days.astype(np.int64) + 10**6).astype(np.uint64)
        mark = np.where(birth != 0, birth, rows.phones[bare, 0])
        place = np.where(rows.village[bare] != 0, rows.village[bare], np.uint64(1))
        sex = rows.sex[bare].astype(np.uint64) + np.uint64(1)
        name = rows.name_print[bare]
        if rows.name_mark is not None:
            name = name ^ rows.name_mark[bare]
        keys[bare] = mixed(mixed(name, mark), mixed(place, sex))
    return keys
