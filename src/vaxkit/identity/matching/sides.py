"""One side of a match, ready to compare: columns in one written form, and a fingerprint of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from vaxkit.identity.matching import written
from vaxkit.identity.matching.columns import Columns

Prints = npt.NDArray[np.uint64]
Positions = npt.NDArray[np.uint32]
_TOWNSHIP: Final = np.uint64(1000)
_NOT_HELD: Final = np.uint64(1 << 63)


@dataclass
class Side:
    """The rows of one table by position. A fingerprint of 0 means that the field is empty."""

    columns: Columns
    prefixes: list[str]
    asked: Positions | None = None
    """Rows whose addresses will be looked at; None: all. Addresses cost the most to write in one form."""
    dragged: npt.NDArray[np.bool_] | None = None
    """Rows whose number counts up from another row's, see `columns_gone_wrong`; None: not one."""
    merged_villages: pl.DataFrame | None = None
    """Columns `village` (here) and `into` (on the other side) of those that are one place; see `columns_gone_wrong`."""

    @property
    def height(self) -> int:
        return self.columns.height

    @cached_property
    def ids(self) -> pl.Series:
        return self.columns.frame["id"]

    @cached_property
    def _names(self) -> tuple[pl.Series, pl.Series | None]:
        return written.names(self.columns.frame["name"])

    @property
    def name(self) -> pl.Series:
        return self._names[0]

    @cached_property
    def name_print(self) -> Prints:
        return fingerprint(self.name)

    @cached_property
    def name_mark(self) -> Prints | None:
        """What tells namesakes apart (王强1, 王强2); None where nobody has such a mark."""
        marks = self._names[1]
        return None if marks is None else fingerprint(marks)

    @cached_property
    def _numbers(self) -> tuple[pl.Series, npt.NDArray[np.bool_]]:
        return written.numbers(self.columns.frame["number"])

    @property
    def number(self) -> pl.Series:
        return self._numbers[0]

    @property
    def upgraded(self) -> npt.NDArray[np.bool_]:
        """Rows whose number was written in 15 digits."""
        return self._numbers[1]

    @cached_property
    def held(self) -> Prints:
        """Numbers of 18 characters as whole numbers, see `written.held_numbers`; 0 for all others."""
        return written.held_numbers(self.number)

    @cached_property
    def number_print(self) -> Prints:
        """Fingerprint of the number; of its key where this table has keys."""
        keys = self.columns.frame["number_key"]
        if not self.has_keys:
            made = self.held
            rest = np.flatnonzero(made == 0)
            if len(rest):
                made = made.copy()
                other = fingerprint(self.number.gather(rest))
                made[rest] = np.where(other != 0, other | _NOT_HELD, 0)
            return made
        made = keys.hash().to_numpy().copy()
        made[keys.is_null().to_numpy()] = 0
        return made

    @cached_property
    def number_there(self) -> npt.NDArray[np.bool_]:
        """Rows with a number in clear."""
        there: npt.NDArray[np.bool_] = (self.held != 0) | (self.number != "").to_numpy()
        return there

    @cached_property
    def has_keys(self) -> bool:
        return self.columns.frame["number_key"].null_count() < self.height

    @cached_property
    def has_numbers(self) -> bool:
        """Whether any number stands here in clear."""
        return bool(self.columns.frame["number"].null_count() < self.height)

    @cached_property
    def unsound(self) -> npt.NDArray[np.bool_]:
        """Rows without a number that decides: none, or one that does not pass its own check."""
        if not self.has_numbers:
            sound: npt.NDArray[np.bool_] = self.columns.frame["number_sound"].fill_null(True).to_numpy()
            unsound: npt.NDArray[np.bool_] = (self.number_print == 0) | ~sound
            return unsound
        return ~self.sound_among(np.arange(self.height, dtype=np.uint32))

    def sound_among(self, at: Positions) -> npt.NDArray[np.bool_]:
        """Which of the rows `at` hold a number that passes its check (other documents count as sound)."""
        if not self.has_numbers:
            return ~self.unsound[at]
        held = self.held[at]
        sound = written.sound_numbers(held)
        rest = np.flatnonzero(held == 0)
        if len(rest):
            sound[rest] = other_document(self.number.gather(pl.Series(at[rest])))
        return sound if self.dragged is None else sound & ~self.dragged[at]

    @cached_property
    def born(self) -> npt.NDArray[np.int32]:
        """Days since 1970, from the column alone; NO_DAY where it is empty."""
        days = self.columns.frame["born_on"].to_physical()
        return days.fill_null(int(written.NO_DAY)).to_numpy()

    @cached_property
    def sex(self) -> npt.NDArray[np.int8]:
        """1 male, 2 female, 0 unknown."""
        sex = self.columns.frame["sex"]
        return (
            (sex == "male").fill_null(False).cast(pl.Int8)
            + (sex == "female").fill_null(False).cast(pl.Int8) * 2
        ).to_numpy()

    @cached_property
    def phones(self) -> Prints:
        return written.phones(self.columns.frame["phones"])

    @cached_property
    def village(self) -> Prints:
        return written.villages(self.columns.frame["village"])

    @cached_property
    def _addresses(self) -> tuple[pl.Series, npt.NDArray[np.int32] | None]:
        """Addresses in one form, of the rows `asked` only, and where each row's stands."""
        raw = self.columns.frame["address"]
        if self.asked is None:
            return written.addresses(raw, self.prefixes), None
        place = np.zeros(self.height, np.int32)
        place[self.asked] = np.arange(len(self.asked), dtype=np.int32)
        return written.addresses(raw.gather(pl.Series(self.asked)), self.prefixes), place

    def address_at(self, at: Positions) -> pl.Series:
        text, place = self._addresses
        return text.gather(pl.Series(at if place is None else place[at]))

    @cached_property
    def address_print(self) -> Prints:
        made = fingerprint(self._addresses[0])
        if self.asked is None:
            return made
        whole = np.zeros(self.height, np.uint64)
        whole[self.asked] = made
        return whole

    @cached_property
    def sample(self) -> Positions:
        """About 200,000 rows, the same ones in whatever order the table comes: for counting what is common."""
        every = max(1, self.height // 200_000)
        return np.flatnonzero(self.ids.hash().to_numpy() % np.uint64(every) == 0).astype(np.uint32)

    @cached_property
    def household(self) -> Prints:
        return fingerprint(self.columns.frame["household"].fill_null(""))


def fingerprint(text: pl.Series) -> Prints:
    """64 bits per text, 0 for an empty one. Two different texts share one with a chance of 5e-20."""
    made = text.hash().to_numpy()
    empty = (text == "").to_numpy()
    if empty.any():
        made = made.copy()
        made[empty] = 0
    return made


def other_document(text: pl.Series) -> npt.NDArray[np.bool_]:
    """Which numbers begin with a letter, as permits and passports do."""
    return text.str.contains(r"^[A-Z]{1,3}\d").to_numpy()


def present(values: Prints, among: Prints) -> npt.NDArray[np.bool_]:
    """Which of a few `values` (0 never) stand among many."""
    wanted = pl.Series(values).unique()
    found = pl.Series(among).unique() if len(among) < len(values) else pl.Series(among)
    found = found.filter(found.is_in(wanted.implode()))
    made: npt.NDArray[np.bool_] = pl.Series(values).is_in(found.unique().implode()).to_numpy() & (values != 0)
    return made


def one_place(a: Prints, b: Prints, merged: pl.DataFrame) -> npt.NDArray[np.bool_]:
    """Which pairs of villages stand in `merged`, see `Side.merged_villages`."""
    pairs = mixed(merged["village"].to_numpy(), merged["into"].to_numpy())
    found: npt.NDArray[np.bool_] = np.isin(mixed(a, b), pairs)
    return found


def township(village: Prints) -> Prints:
    return village // _TOWNSHIP


def mixed(one: Prints, other: Prints) -> Prints:
    """A fingerprint of two fields together; 0 where either is empty."""
    made: Prints = (one * np.uint64(0x9E3779B97F4A7C15)) ^ (other + np.uint64(0x7F4A7C15)) * np.uint64(
        0xC2B2AE3D27D4EB4F
    )
    made *= (one != 0) & (other != 0)
    return made
