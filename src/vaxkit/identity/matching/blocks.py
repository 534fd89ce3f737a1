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
from vaxkit.identity.matching.compare import born_on_of
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
    weak = open_rows[~decided]
    found = _by_all_keys(rows, people, weak, None, expected_home, largest_block)
    found.append(_by_slips(rows, people, weak, keys_of))
    strong = open_rows[decided]
    if len(strong):
        found.append(
            _joined(_name_birth(rows, strong, rows), strong, _name_birth(people, None, people), None)
        )
        if weak_people is not None and len(weak_people):
            found += _by_all_keys(rows, people, strong, weak_people, expected_home, largest_block)
            found.append(_by_slips_of_people(rows, people, strong, weak_people))
    return pl.concat(found).unique()


def _by_all_keys(
    rows: Side,
    people: Side,
    at: Positions,
    among: Positions | None,
    expected_home: Prints | None,
    largest: int,
) -> list[PairFrame]:
    if not len(at):
        return [_nobody()]
    found = []
    here = slice(None) if among is None else among
    name, village = people.name_print[here], people.village[here]
    row_name, row_village = rows.name_print[at], rows.village[at]
    for one in range(rows.phones.shape[1]):
        for other in range(people.phones.shape[1]):
            phone, row_phone = people.phones[here, other], rows.phones[at, one]
            found.append(_joined(row_phone, at, phone, among, largest))
            found.append(_joined(mixed(row_name, row_phone), at, mixed(name, phone), among))
    address, row_address = people.address_print[here], rows.address_print[at]
    found.append(_joined(row_address, at, address, among, largest))
    found.append(_joined(mixed(row_name, row_address), at, mixed(name, address), among))
    found.append(_joined(mixed(row_name, row_village), at, mixed(name, village), among))
    birth, row_birth = _birth(people, among, people), _birth(rows, at, rows)
    found.append(_joined(mixed(row_name, row_birth), at, mixed(name, birth), among))
    found.append(_joined(mixed(row_village, row_birth), at, mixed(village, birth), among))
    if expected_home is not None:
        found.append(_joined(expected_home[at], at, people.household[here], among, largest))
    return found


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
    return _joined(prints, at[row], people.number_print, None)


def _by_slips_of_people(rows: Side, people: Side, at: Positions, among: Positions) -> PairFrame:
    """The other way round: the wrong number is the registry's."""
    if not people.has_numbers or people.has_keys:
        return _nobody()
    text = people.number.gather(pl.Series(among))
    person, correct = slips.corrections(
        written.matrix(text, 19), text.str.len_chars().to_numpy().astype(np.int64)
    )
    return _joined(rows.number_print[at], at, correct, among[person])


def _name_birth(side: Side, at: Positions | None, of: Side) -> Prints:
    name = side.name_print if at is None else side.name_print[at]
    return mixed(name, _birth(side, at, of))


def _birth(side: Side, at: Positions | None, of: Side) -> Prints:
    """Birth days as fingerprints (shifted, so that 0 stays free for "unknown")."""
    if at is None:
        days = side.born if not (side.born == written.NO_DAY).any() else born_on_of(side, _all(side))
    else:
        days = born_on_of(side, at)
    return np.where(days == written.NO_DAY, 0, days.astype(np.int64) + 10**6).astype(np.uint64)


def _all(side: Side) -> Positions:
    return np.arange(side.height, dtype=np.uint32)


def _joined(
    row_keys: Prints, at: Positions, keys: Prints, among: Positions | None, largest: int | None = None
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
