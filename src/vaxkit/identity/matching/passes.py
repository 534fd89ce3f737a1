"""The whole match, in two passes: exact numbers first, then everything that the number does not decide.

Pass one joins on the document number. A row whose sound number one person has, under the same name, is that
person; nothing else is looked at. Pass two takes the open rows: number missing, wrong, nobody's, or somebody's of
another name. `blocks` finds whom to compare them with, `fields` compares every field, `scoring` weighs,
`verdicts` decides.

Memory: 1,000,000 rows against 1,000,000 people were measured at a peak of 1.3 GB of the whole process, both
tables included; pairs are compared at most `PAIRS_AT_ONCE` at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vaxkit.identity.matching import written
from vaxkit.identity.matching.blocks import KeysOf, candidates, equal_keys
from vaxkit.identity.matching.columns import Columns
from vaxkit.identity.matching.columns_gone_wrong import dragged
from vaxkit.identity.matching.fields import Pairs, birth_levels, born_on_of, compare_pairs
from vaxkit.identity.matching.learning import Learnt, learn, some_of
from vaxkit.identity.matching.levels import FIELDS, BirthLevel, NameLevel, NumberLevel
from vaxkit.identity.matching.scoring import Borrowed, posteriors, score_pairs
from vaxkit.identity.matching.sides import Positions, Prints, Side
from vaxkit.identity.matching.weights import DEFAULT, Weights

NumbersOf = Callable[[Sequence[Any]], Sequence[str | None]]
PAIRS_AT_ONCE: Final = 1_000_000


class Verdict(StrEnum):
    SAME = "same"
    DOUBTFUL = "doubtful"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Matches:
    """What became of every row.

    verdicts    one line per row, in the roster's order: id, verdict ("same", "doubtful", "new"), person (the
                registry's id for "same", the likeliest one for "doubtful", else null), probability of that
                person, why (see `WHY`), duplicate_of (the smallest id of the roster's rows of the same person,
                null for that row itself and for single rows)
    candidates  one line per compared person of the rows that the number alone did not settle, the five
                likeliest: id, person, rank, probability, bits, margin and the level of each field
    learnt      the rates the file showed
    prefixes    what was left off the addresses of both sides (province, city, county)
    """

    verdicts: pl.DataFrame
    candidates: pl.DataFrame
    learnt: Learnt
    prefixes: tuple[str, ...] = ()


WHY: Final = (
    "number_and_name",  # one sound number, one name
    "weighed",  # by the probability of all findings together
    "number_other_name",  # one number, but another name
    "other_number",  # everything but a number that is somebody else's or nobody's
    "taken",  # another row has the better claim on this person
    "number_unknown",  # a sound number that nobody has, and nobody alike
    "nobody_alike",
    "number_of_other",  # one number, but somebody else is likelier than its owner
)


def match(
    roster: Columns,
    registry: Columns,
    *,
    weights: Weights = DEFAULT,
    numbers_of: NumbersOf | None = None,
    keys_of: KeysOf | None = None,
) -> Matches:
    """Find each row of `roster` in `registry`; see `Columns` for what both hold and `Matches` for the answer.

    Where the registry has `number_key` instead of numbers, `roster` must bring keys of its numbers too (with the
    numbers in clear beside them, so that they can be checked). `numbers_of(ids)` then gives the numbers of the
    few people that are compared (None where unknown), and `keys_of(numbers)` the keys of corrected numbers;
    without the first near misses of numbers are not seen, without the second fewer of them are looked for.
    Raises ValueError when only one side has keys.
    """
    from vaxkit.identity.matching.verdicts import decide

    prefixes = written.address_prefixes(roster.frame["address"], registry.frame["address"])
    rows, people = Side(roster, prefixes), Side(registry, prefixes)
    if rows.has_keys != people.has_keys and rows.height and people.height:
        raise ValueError("number_key must be there on both sides or on neither")
    first = _first_pass(rows, people)
    new = first.open_rows[first.decided]
    learnt = learn(
        rows, people, weights, row=first.linked, person=first.owner[first.linked].astype(np.uint32), new=new
    )
    home = expected_homes(rows, people, first.owner, first.settled)
    found = candidates(
        rows, people, first.open_rows, first.decided,
        weak_people=_weak_people(people, first.claimed) if len(new) else None,
        expected_home=home, largest_block=weights.largest_block, keys_of=keys_of,
    )  # fmt: skip
    owned = _owned(rows, people, first)
    pairs = _compared(rows, people, pl.concat([found, owned]).unique(), home, numbers_of)
    contested = np.zeros(rows.height, np.bool_)
    contested[first.contested] = True
    borrowed = Borrowed(contested, contested & (rows.born == written.NO_DAY))
    scores = score_pairs(people, pairs, weights, learnt, borrowed)
    ranked = posteriors(pairs, scores, weights, learnt, first.claimed, people.ids)
    return decide(rows, people, weights, learnt, first, pairs, ranked)


@dataclass(frozen=True, slots=True)
class FirstPass:
    """What the numbers alone say: positions and masks of rows."""

    owner: npt.NDArray[np.int64]
    """For each row the position of the one person with its number; NOBODY, or SEVERAL."""
    settled: npt.NDArray[np.bool_]
    """Rows whose one owner has their name."""
    linked: Positions
    """Rows with one owner."""
    contested: Positions
    """Those among them whose owner has another name."""
    open_rows: Positions
    decided: npt.NDArray[np.bool_]
    """Of the open rows: those with a sound number that nobody has."""
    claimed: npt.NDArray[np.bool_]
    """People whom a settled row is linked to."""


def _first_pass(rows: Side, people: Side) -> FirstPass:
    with ThreadPoolExecutor(2) as pool:  # the two sides at the same time
        list(pool.map(_prepare, (rows, people)))
    owner = owners(rows, people)
    owned = owner >= 0
    linked = np.flatnonzero(owned).astype(np.uint32)
    settled = owned.copy()
    name = rows.name_print[linked]
    settled[linked] = (name == people.name_print[owner[linked]]) & (name != 0)
    settled[_born_otherwise(rows, people, owner, settled)] = False
    open_rows = np.flatnonzero(~settled).astype(np.uint32)
    rows.dragged = dragged(rows, open_rows)
    decided = rows.sound_among(open_rows) & (owner[open_rows] == NOBODY)
    claimed = np.zeros(people.height, np.bool_)
    claimed[owner[settled]] = True
    asked = ~settled
    asked[linked[some_of(rows.number_print[linked])]] = True
    rows.asked = np.flatnonzero(asked).astype(np.uint32)
    return FirstPass(
        owner,
        settled,
        linked,
        np.flatnonzero(owned & ~settled).astype(np.uint32),
        open_rows,
        decided,
        claimed,
    )


def _born_otherwise(
    rows: Side, people: Side, owner: npt.NDArray[np.int64], settled: npt.NDArray[np.bool_]
) -> Positions:
    """Settled rows that tell a wholly different birth date: a namesake's number, perhaps."""
    at = np.flatnonzero(settled & (rows.born != written.NO_DAY)).astype(np.uint32)
    person = owner[at].astype(np.uint32)
    apart = rows.born[at] != people.born[person]
    at, person = at[apart], person[apart]
    levels = birth_levels(rows.born[at], born_on_of(people, person))
    otherwise: Positions = at[levels == BirthLevel.DIFFER]
    return otherwise


def _owned(rows: Side, people: Side, first: FirstPass) -> pl.DataFrame:
    """Open rows with the owners of their number: of another name, or several of them."""
    contested = first.contested
    one = pl.DataFrame({"row": contested, "person": first.owner[contested].astype(np.uint32)})
    several = np.flatnonzero(first.owner == SEVERAL).astype(np.uint32)
    return pl.concat([one, equal_keys(rows.number_print[several], several, people.number_print)])


NOBODY: Final = -1
SEVERAL: Final = -2


def owners(rows: Side, people: Side) -> npt.NDArray[np.int64]:
    """For each row the position of the one person with its number; NOBODY, or SEVERAL."""
    made = np.full(rows.height, NOBODY, np.int64)
    left = pl.DataFrame({"key": rows.number_print, "row": np.arange(rows.height, dtype=np.uint32)})
    right = pl.DataFrame({"key": people.number_print, "person": np.arange(people.height, dtype=np.uint32)})
    both = left.join(right.filter(pl.col("key") != 0), on="key")
    row = both["row"].to_numpy()
    made[row] = both["person"].to_numpy()
    if np.count_nonzero(made != NOBODY) != len(row):
        made[np.bincount(row, minlength=rows.height) > 1] = SEVERAL
    return made


def _prepare(side: Side) -> None:
    """Make the fingerprints that every match needs; the two sides are made at the same time."""
    _ = side.number_print, side.name_print, side.phones, side.village


def expected_homes(
    rows: Side, people: Side, owner: npt.NDArray[np.int64], settled: npt.NDArray[np.bool_]
) -> Prints | None:
    """For each row the registry household in which its own roster household was found; 0 where unknown."""
    if rows.columns.frame["household"].null_count() == rows.height:
        return None
    if people.columns.frame["household"].null_count() == people.height:
        return None
    at = np.flatnonzero(settled)
    found = pl.DataFrame({"mine": rows.household[at], "theirs": people.household[owner[at]]})
    found = found.filter((pl.col("mine") != 0) & (pl.col("theirs") != 0))
    usual = (
        found.group_by("mine", "theirs")
        .len()
        .sort(["mine", "len", "theirs"], descending=[False, True, False])
        .unique("mine", keep="first", maintain_order=True)
    )
    mine = pl.DataFrame({"mine": rows.household})
    return mine.join(usual, on="mine", how="left", maintain_order="left")["theirs"].fill_null(0).to_numpy()


def _weak_people(people: Side, claimed: npt.NDArray[np.bool_]) -> Positions:
    """People nobody is linked to yet who have no sound number."""
    rest = np.flatnonzero(~claimed).astype(np.uint32)
    weak = people.unsound[rest] if people.has_keys else ~people.sound_among(rest)
    return rest[weak]


def _compared(
    rows: Side, people: Side, at: pl.DataFrame, home: Prints | None, numbers_of: NumbersOf | None
) -> Pairs:
    """All pairs compared, PAIRS_AT_ONCE at a time."""
    at = at.sort("row", "person")
    parts = []
    for start in range(0, max(1, at.height), PAIRS_AT_ONCE):
        part = at.slice(start, PAIRS_AT_ONCE)
        row, person = part["row"].to_numpy(), part["person"].to_numpy()
        clear = _clear(people, person, numbers_of)
        parts.append(compare_pairs(rows, people, row, person, clear=clear, expected_home=home))
    if len(parts) == 1:
        return parts[0]
    return Pairs(
        np.concatenate([part.row for part in parts]),
        np.concatenate([part.person for part in parts]),
        {field: np.concatenate([part.levels[field] for part in parts]) for field in FIELDS},
        np.concatenate([part.unsound_row for part in parts]),
        np.concatenate([part.told_birth for part in parts]),
    )


def _clear(people: Side, person: Positions, numbers_of: NumbersOf | None) -> pl.Series | None:
    """The compared people's numbers, each asked for once."""
    if not people.has_keys or numbers_of is None:
        return None
    asked, back = np.unique(person, return_inverse=True)
    numbers = list(numbers_of(people.ids.gather(pl.Series(asked)).to_list()))
    return pl.Series(numbers, dtype=pl.String).fill_null("").gather(pl.Series(back.astype(np.uint32)))


__all__ = ["DEFAULT", "Matches", "NameLevel", "NumberLevel", "Verdict", "Weights", "match"]
