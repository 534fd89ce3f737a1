"""From probabilities to one verdict per row, with the guards that no weight may overrule."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from vaxkit.identity.matching import guards
from vaxkit.identity.matching.fields import Pairs
from vaxkit.identity.matching.learning import Learnt
from vaxkit.identity.matching.levels import FIELDS, NameLevel, NumberLevel
from vaxkit.identity.matching.passes import WHY, FirstPass, Matches
from vaxkit.identity.matching.repeats import duplicates
from vaxkit.identity.matching.sides import Prints, Side
from vaxkit.identity.matching.weights import Weights

_SHOWN: Final = 5
SLIPS: Final = (
    NumberLevel.ONE_DIGIT,
    NumberLevel.SWAPPED,
    NumberLevel.LENGTH,
    NumberLevel.TWO,
    NumberLevel.CUT,
)


def decide(
    rows: Side,
    people: Side,
    weights: Weights,
    learnt: Learnt,
    first: FirstPass,
    pairs: Pairs,
    ranked: pl.DataFrame,
) -> Matches:
    levels = pl.DataFrame({field: pairs.levels[field] for field in FIELDS})
    levels = levels.with_columns(told_birth=pl.Series(pairs.told_birth & learnt.tells_births))
    ranked = pl.concat([ranked, levels[ranked["at"]]], how="horizontal")
    best = judged(ranked, weights, people.height, learnt.certain_pairs)
    best = _one_to_one(rows, best)
    verdicts = _all_rows(rows, first, best)
    ids = pl.DataFrame({"row": np.arange(rows.height, dtype=np.uint32), "id": rows.ids})
    shown = ranked.filter(
        (pl.col("rank") == 1)
        | (pl.col("rank") <= _SHOWN)
        & ((pl.col("probability") >= 0.001) | (pl.col("name") == NameLevel.SAME) | guards.SAME_NUMBER)
    )
    return Matches(
        verdicts=_named(rows, people, verdicts),
        candidates=shown.join(ids, on="row", maintain_order="left").select(
            "id",
            pl.col("person").map_batches(lambda at: people.ids.gather(at), return_dtype=people.ids.dtype),
            "rank",
            "probability",
            "bits",
            "margin",
            *FIELDS,
        ),
        learnt=learnt,
        prefixes=tuple(rows.prefixes),
    )


def judged(ranked: pl.DataFrame, weights: Weights, people: int, certain_pairs: int) -> pl.DataFrame:
    """The best candidate of each row with a verdict and why; `people`: how many the registry holds, `certain_pairs`: how
    many rows of the file one number and one name settle."""
    ranked = ranked.with_columns(
        has_owner=guards.SAME_NUMBER.any().over("row"),
        has_rival=guards.rival().any().over("row"),
        **guards.about_owners(),
    )
    best = ranked.filter(pl.col("rank") == 1)
    owned = pl.col("has_owner")
    certain = pl.col("probability") >= weights.certain_at
    likely = pl.col("probability") >= weights.doubtful_at
    owner = guards.SAME_NUMBER & guards.is_owner(weights, certain_pairs)
    person = guards.is_named(weights, certain_pairs) & guards.has_witness(weights, people)
    other = pl.col("number") == NumberLevel.DIFFER
    verdict = (
        pl.when(owned & certain & owner).then(pl.lit("same"))
        .when(owned & certain & guards.is_beside_the_owner(weights, certain_pairs)).then(pl.lit("same"))
        .when(owned).then(pl.lit("doubtful"))
        .when(other & (pl.col("probability") >= 0.5)).then(pl.lit("doubtful"))
        .when(other).then(pl.lit("new"))
        .when(certain & person).then(pl.lit("same"))
        .when(likely).then(pl.lit("doubtful"))
        .otherwise(pl.lit("new"))
    )  # fmt: skip
    why = (
        pl.when(owned & (verdict == "same") & ~guards.SAME_NUMBER).then(pl.lit("weighed"))
        .when(owned & guards.SAME_NUMBER).then(pl.lit("number_other_name"))
        .when(owned).then(pl.lit("number_of_other"))
        .when(other).then(pl.lit("other_number"))
        .otherwise(pl.lit("weighed"))
    )  # fmt: skip
    return best.with_columns(verdict=verdict, why=why)


def _one_to_one(rows: Side, best: pl.DataFrame) -> pl.DataFrame:
    """Rows that differ from each other but claim one person: the likeliest keeps it, the others become doubtful.
    Copies of one row (same name, same number) all keep it."""
    at = best["row"]
    best = best.with_columns(
        name_print=pl.Series(rows.name_print[at.to_numpy()]),
        number_print=pl.Series(rows.number_print[at.to_numpy()]),
        name_mark=pl.Series(_marks(rows)[at.to_numpy()]),
    )
    same = best.filter(pl.col("verdict") == "same")
    first = (
        same.sort(
            ["person", "probability", "bits", "name_print", "number_print"],
            descending=[False, True, True, False, False],
        )
        .unique("person", keep="first", maintain_order=True)
        .select("person", first_name="name_print", first_number="number_print", first_mark="name_mark")
    )
    best = best.join(first, on="person", how="left", maintain_order="left")
    marked_alike = (
        (pl.col("name_mark") == pl.col("first_mark"))
        | (pl.col("name_mark") == 0)
        | (pl.col("first_mark") == 0)
    )
    copy = (
        (pl.col("name_print") == pl.col("first_name"))
        & marked_alike
        & (
            (pl.col("number_print") == pl.col("first_number"))
            | (pl.col("number_print") == 0)
            | (pl.col("first_number") == 0)
            | pl.col("number").is_in(SLIPS)
        )
    )
    taken = (pl.col("verdict") == "same") & ~copy & (pl.col("why") == "weighed")
    return best.with_columns(
        verdict=pl.when(taken).then(pl.lit("doubtful")).otherwise("verdict"),
        why=pl.when(taken).then(pl.lit("taken")).otherwise("why"),
    )


def _marks(rows: Side) -> Prints:
    return np.zeros(rows.height, np.uint64) if rows.name_mark is None else rows.name_mark


def _all_rows(rows: Side, first: FirstPass, best: pl.DataFrame) -> pl.DataFrame:
    """Verdict, person (position, -1 none), probability and why of every row by position."""
    settled = first.settled
    verdict = np.where(settled, 0, 2).astype(np.int8)
    person = np.where(settled, first.owner, -1)
    probability = np.where(settled, 1.0, 0.0)
    why = np.zeros(rows.height, np.int8)
    why[first.open_rows] = np.where(first.decided, 5, 6)
    at = best["row"].to_numpy()
    names = ["same", "doubtful", "new"]
    found = best["verdict"].replace_strict(names, [0, 1, 2], return_dtype=pl.Int8).to_numpy()
    verdict[at] = found
    linked = found < 2
    person[at] = np.where(linked, best["person"].to_numpy().astype(np.int64), -1)
    probability[at] = best["probability"].to_numpy()
    codes = best["why"].replace_strict(WHY, range(len(WHY)), return_dtype=pl.Int8).to_numpy()
    why[at[linked]] = codes[linked]
    return pl.DataFrame(
        {
            "verdict": pl.Series(verdict).replace_strict([0, 1, 2], names, return_dtype=pl.Enum(names)),
            "person": person,
            "probability": probability,
            "why": pl.Series(why).replace_strict(range(len(WHY)), WHY, return_dtype=pl.Enum(WHY)),
        }
    )


def _named(rows: Side, people: Side, verdicts: pl.DataFrame) -> pl.DataFrame:
    """The same with ids instead of positions, and the roster's own duplicates."""
    return pl.DataFrame(
        {
            "id": rows.ids,
            "verdict": verdicts["verdict"],
            "person": _ids(people, verdicts["person"]),
            "probability": verdicts["probability"],
            "why": verdicts["why"],
            "duplicate_of": duplicates(rows, verdicts),
        }
    )


def _ids(people: Side, person: pl.Series) -> pl.Series:
    """The ids of people by position; null for -1."""
    if not people.height:
        return pl.Series("person", [None] * len(person), dtype=people.ids.dtype)
    at = pl.Series(np.maximum(person.to_numpy(), 0).astype(np.uint32))
    frame = pl.DataFrame({"found": people.ids.gather(at), "linked": person >= 0})
    return frame.select(person=pl.when("linked").then("found")).to_series()
