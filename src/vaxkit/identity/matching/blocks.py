"""Which pairs are worth comparing: people who share a key with a row, and owners of numbers one slip away.

A row is looked for by phone, by address, by name + birth date, name + village, birth date + village, by the
household its own household was found in, and, when its number is wrong, by every correct number one slip away.
Rows whose number is sound but in nobody's record are looked for by name + birth date, and, among people
without a sound number, by all keys.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from vaxkit.identity.matching import slips, written
from vaxkit.identity.matching.fields import born_on_of
from vaxkit.identity.matching.sides import Positions, Prints, Side, mixed

KeysOf = Callable[[Sequence[str]], Sequence[bytes]]
PairFrame = pl.DataFrame  # columns "row" and "person", both positions


def candidates(
    rows: Side,
    people: Side,
    open_rows: Positions,
    decided: npt.NDArray[np.bool_],
    *,
    weak_people: Positions | None,
    expected_home: Prints | None,
    largest_block: int,
    keys_of: KeysOf | None = None,
) -> PairFrame:
    """Distinct pairs for the rows `open_rows`. `decided` says which of them hold a sound number that nobody has;
    `weak_people` are the people without a sound number (None: there are none)."""
    weak, strong = open_rows[~decided], open_rows[decided]
    found = _by_name(rows, people, open_rows)
    found += _by_place(rows, people, weak, None, expected_home, largest_block)
    found += _by_halves(rows, people, weak)
    found.append(_by_slips(rows, people, weak, keys_of))
    if len(strong) and weak_people is not None and len(weak_people):
        found += _by_place(rows, people, strong, weak_people, expected_home, largest_block)
        found.append(_by_slips_of_people(rows, people, strong, weak_people))
    return pl.concat(found).unique()


def _by_name(rows: Side, people: Side, at: Positions) -> list[PairFrame]:
    """Name and birth date, name and phone, name and address, however many share the second."""
    name, own = people.name_print, rows.name_print[at]
    found = [
        equal_keys(mixed(own, _birth(rows, at)), at, mixed(name, _birth(people, None)), None),
        equal_keys(mixed(own, rows.address_print[at]), at, mixed(name, people.address_print), None),
    ]
    for one in range(rows.phones.shape[1]):
        for other in range(people.phones.shape[1]):
            phone = mixed(name, people.phones[:, other])
            found.append(equal_keys(mixed(own, rows.phones[at, one]), at, phone, None))
    return found


def _by_place(
    rows: Side,
    people: Side,
    at: Positions,
    among: Positions | None,
    expected_home: Prints | None,
    largest: int,
) -> list[PairFrame]:
    """Phone; address; village and name; village and birth date; the household of the row's household."""
    here = slice(None) if among is None else among
    village, own = people.village[here], rows.village[at]
    found = [
        equal_keys(mixed(own, rows.name_print[at]), at, mixed(village, people.name_print[here]), among),
        equal_keys(mixed(own, _birth(rows, at)), at, mixed(village, _birth(people, among)), among),
        equal_keys(rows.address_print[at], at, people.address_print[here], among, largest),
    ]
    for one in range(rows.phones.shape[1]):
        for other in range(people.phones.shape[1]):
            found.append(equal_keys(rows.phones[at, one], at, people.phones[here, other], among, largest))
    found += _by_merged_villages(rows, people, at, among)
    if expected_home is not None:
        found.append(equal_keys(expected_home[at], at, people.household[here], among, largest))
    return found


def _by_merged_villages(rows: Side, people: Side, at: Positions, among: Positions | None) -> list[PairFrame]:
    """Name, and birth date, in the villages that the row's village was, or has taken in."""
    if rows.merged_villages is None:
        return []
    here = slice(None) if among is None else among
    own = pl.DataFrame({"village": rows.village[at], "at": np.arange(len(at), dtype=np.uint32)})
    there = own.join(rows.merged_villages, on="village")
    where, village = there["at"].to_numpy(), there["into"].to_numpy()
    row, home = at[where], people.village[here]
    return [
        equal_keys(mixed(village, rows.name_print[row]), row, mixed(home, people.name_print[here]), among),
        equal_keys(mixed(village, _birth(rows, row)), row, mixed(home, _birth(people, among)), among),
    ]


def _by_halves(rows: Side, people: Side, at: Positions) -> list[PairFrame]:
    """Name and one half of the number (its first eight digits, or the nine after them): for several slips."""
    if not len(at) or people.has_keys or not rows.has_numbers:
        return []
    text = rows.number.gather(pl.Series(at))
    left = text.str.slice(0, 8).cast(pl.UInt64, strict=False).fill_null(0).to_numpy()
    right = text.str.slice(-10, 9).cast(pl.UInt64, strict=False).fill_null(0).to_numpy()
    high, low = np.divmod(people.held // np.uint64(11), np.uint64(10**9))
    name, own = people.name_print, rows.name_print[at]
    return [
        equal_keys(mixed(own, left), at, mixed(name, high), None),
        equal_keys(mixed(own, right), at, mixed(name, low), None),
    ]


def _by_slips(rows: Side, people: Side, at: Positions, keys_of: KeysOf | None) -> PairFrame:
    """People whose number is one slip away from a row's wrong one."""
    if not len(at) or not rows.has_numbers or (people.has_keys and keys_of is None):
        return _nobody()
    text = rows.number.gather(pl.Series(at))
    row, correct = slips.corrections(
        written.matrix(text, 19), text.str.len_chars().to_numpy().astype(np.int64)
    )
    if people.has_keys and keys_of is not None:
        prints = pl.Series(list(keys_of(slips.spelled(correct))), dtype=pl.Binary).hash().to_numpy()
    else:
        prints = correct
    return equal_keys(prints, at[row], people.number_print, None)


def _by_slips_of_people(rows: Side, people: Side, at: Positions, among: Positions) -> PairFrame:
    """The other way round: the wrong number is the registry's."""
    if not people.has_numbers or people.has_keys:
        return _nobody()
    text = people.number.gather(pl.Series(among))
    person, correct = slips.corrections(
        written.matrix(text, 19), text.str.len_chars().to_numpy().astype(np.int64)
    )
    return equal_keys(rows.number_print[at], at, correct, among[person])


def _birth(side: Side, at: Positions | None) -> Prints:
    """Birth days as fingerprints (shifted, so that 0 stays free for "unknown")."""
    if at is None:
        days = side.born if not (side.born == written.NO_DAY).any() else born_on_of(side, _all(side))
    else:
        days = born_on_of(side, at)
    return np.where(days == written.NO_DAY, 0, days.astype(np.int64) + 10**6).astype(np.uint64)


def _all(side: Side) -> Positions:
    return np.arange(side.height, dtype=np.uint32)


def equal_keys(
    row_keys: Prints, at: Positions, keys: Prints, among: Positions | None = None, largest: int | None = None
) -> PairFrame:
    """Pairs of rows `at` and people `among` (None: all) with equal keys other than 0, people of keys that more
    than `largest` share left out."""
    if not len(at) or not len(keys):
        return _nobody()
    left = pl.DataFrame({"key": row_keys, "row": at.astype(np.uint32)}).filter(pl.col("key") != 0)
    person = np.arange(len(keys), dtype=np.uint32) if among is None else among.astype(np.uint32)
    wanted = left["key"].unique()
    right = pl.DataFrame({"key": keys, "person": person}).filter(pl.col("key").is_in(wanted.implode()))
    if largest is not None:
        right = right.filter(pl.len().over("key") <= largest)
    return left.join(right, on="key").select("row", "person")


def _nobody() -> PairFrame:
    return pl.DataFrame(schema={"row": pl.UInt32, "person": pl.UInt32})
