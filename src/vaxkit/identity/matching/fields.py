"""Field by field: how the rows of one side compare with people of the other, for many pairs at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA

from vaxkit.identity.matching import written
from vaxkit.identity.matching.levels import (
    FIELDS,
    AddressLevel,
    BirthLevel,
    HomeLevel,
    NumberLevel,
    PhoneLevel,
    SexLevel,
    VillageLevel,
)
from vaxkit.identity.matching.name_levels import name_levels
from vaxkit.identity.matching.sides import Positions, Prints, Side, one_place, other_document, township

Levels = npt.NDArray[np.int8]
Days = npt.NDArray[np.int32]
_COMPARED = np.isin(np.arange(16), [*range(NumberLevel.SAME, NumberLevel.TWO + 1), NumberLevel.CUT])
"""By NumberLevel: numbers that are equal or near, so that the date inside them has been compared with them."""


@dataclass
class Numbers:
    """Document numbers of pairs on one side: held as whole numbers (0: not of 18 signs), where their texts are,
    whether they pass their check, whether they were written in 15 digits."""

    held: Prints
    texts: pl.Series
    at: Positions
    sound: npt.NDArray[np.bool_]
    upgraded: npt.NDArray[np.bool_]
    there: npt.NDArray[np.bool_]
    dragged: npt.NDArray[np.bool_] | None = None

    def text(self, where: npt.NDArray[np.int64]) -> pl.Series:
        return self.texts.gather(pl.Series(self.at[where]))


def numbers_at(side: Side, at: Positions, clear: pl.Series | None = None) -> Numbers:
    """The numbers of the rows `at`; `clear` brings them where the side itself holds keys only."""
    if clear is None:
        there = side.number_there[at]
        dragged = None if side.dragged is None else side.dragged[at]
        return Numbers(
            side.held[at], side.number, at, side.sound_among(at), side.upgraded[at], there, dragged
        )
    text, upgraded = written.numbers(clear)
    held = written.held_numbers(text)
    sound = written.sound_numbers(held) | other_document(text)
    everyone = np.arange(len(text), dtype=np.uint32)
    return Numbers(held, text, everyone, sound, upgraded, (text != "").to_numpy())


def number_levels(one: Numbers, other: Numbers, same: npt.NDArray[np.bool_]) -> Levels:
    """NumberLevel of each pair; `same` says which are equal by fingerprint (keys included)."""
    levels = np.full(len(same), NumberLevel.DIFFER_UNSOUND, np.int8)
    both = one.there & other.there
    levels[one.sound & other.sound] = NumberLevel.DIFFER
    full = (one.held != 0) & (other.held != 0) & ~same
    at = np.flatnonzero(full & (levels != NumberLevel.DIFFER))
    if len(at):
        levels[at] = _slips_of_18(one, other, at)
    levels[full & _cut(one.held, other.held)] = NumberLevel.CUT
    rest = np.flatnonzero(both & ~same & ((one.held == 0) | (other.held == 0)))
    if len(rest):
        levels[rest] = _slips_of_others(one, other, rest, levels[rest])
    for side in (one, other):
        if side.dragged is not None:
            levels[side.dragged] = NumberLevel.DRAGGED
    levels[~both] = NumberLevel.MISSING
    levels[same] = np.where(one.upgraded != other.upgraded, NumberLevel.UPGRADED, NumberLevel.SAME)[same]
    return levels


def _slips_of_18(one: Numbers, other: Numbers, at: npt.NDArray[np.int64]) -> Levels:
    left, right = written.digits_of(one.held[at]), written.digits_of(other.held[at])
    unlike = left != right
    count = unlike.sum(axis=1)
    made = np.full(len(at), NumberLevel.DIFFER_UNSOUND, np.int8)
    made[count == 2] = NumberLevel.TWO
    two = np.flatnonzero(count == 2)
    made[two[_crossed(unlike[two], left[two], right[two])]] = NumberLevel.SWAPPED
    made[count == 1] = NumberLevel.ONE_DIGIT
    some = np.flatnonzero((count == 3) | (count == 4))
    if len(some):
        near = osa(one.text(at[some]), other.text(at[some])) <= 2
        made[some[near]] = NumberLevel.TWO
    return made


def _cut(one: Prints, other: Prints) -> npt.NDArray[np.bool_]:
    """Whether one of two held numbers is the other with 000 for its last three figures."""
    a, b = one // np.uint64(11), other // np.uint64(11)
    zeros = [(held % np.uint64(11 * 100)) == 0 for held in (one, other)]
    cut: npt.NDArray[np.bool_] = (a // np.uint64(100) == b // np.uint64(100)) & (zeros[0] != zeros[1])
    return cut


def _crossed(
    unlike: npt.NDArray[np.bool_], left: npt.NDArray[np.uint8], right: npt.NDArray[np.uint8]
) -> npt.NDArray[np.bool_]:
    """Rows in which two unlike neighbours are each other's."""
    swapped = unlike[:, :-1] & (left[:, :-1] == right[:, 1:]) & (left[:, 1:] == right[:, :-1])
    crossed: npt.NDArray[np.bool_] = swapped.any(axis=1)
    return crossed


def _slips_of_others(one: Numbers, other: Numbers, at: npt.NDArray[np.int64], levels: Levels) -> Levels:
    """Numbers of another length, and those of other documents (which have no check digit: families often hold
    neighbouring ones, so that a near one says little)."""
    a, b = one.text(at), other.text(at)
    foreign_a, foreign_b = other_document(a), other_document(b)
    edits = osa(a, b)
    made = levels.copy()
    made[edits == 2] = NumberLevel.TWO
    made[edits == 1] = np.where(foreign_a & foreign_b, NumberLevel.TWO, NumberLevel.LENGTH)[edits == 1]
    made[foreign_a != foreign_b] = NumberLevel.OTHER_KIND
    return made


def osa(a: pl.Series, b: pl.Series) -> npt.NDArray[np.int32]:
    """Edits between two texts, neighbours swapped counting as one."""
    return process.cpdist(a.to_list(), b.to_list(), scorer=OSA.distance, workers=1, dtype=np.int32)


def birth_levels(a: Days, b: Days) -> Levels:
    levels = np.zeros(len(a), np.int8)
    known = (a != written.NO_DAY) & (b != written.NO_DAY)
    levels[known & (a == b)] = BirthLevel.SAME
    at = np.flatnonzero(known & (a != b))
    year_a, month_a, day_a = _parts(a[at])
    year_b, month_b, day_b = _parts(b[at])
    years, months, days = year_a == year_b, month_a == month_b, day_a == day_b
    unlike = np.where(years, BirthLevel.YEAR, BirthLevel.DIFFER).astype(np.int8)
    unlike[_moons_apart(a[at], b[at], day_a, day_b)] = BirthLevel.MOON
    first = ((month_a == 1) & (day_a == 1)) | ((month_b == 1) & (day_b == 1))
    unlike[years & first] = BirthLevel.YEAR_ONLY
    unlike[(years & months) | (years & days) | (months & days)] = BirthLevel.TWO_PARTS
    unlike[years & (month_a == day_b) & (day_a == month_b)] = BirthLevel.SWAPPED
    levels[at] = unlike
    return levels


def _moons_apart(
    a: Days, b: Days, day_a: npt.NDArray[np.int64], day_b: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Whether the earlier date may be the later one's in the old calendar, whose months have 30 days at most and whose new
    year falls three to seven weeks after ours."""
    gap = np.abs(a.astype(np.int64) - b)
    apart: npt.NDArray[np.bool_] = (gap >= 18) & (gap <= 53) & (np.where(a < b, day_a, day_b) <= 30)
    return apart


def _parts(days: Days) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    day = days.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    return (
        month.astype("datetime64[Y]").astype(np.int64),
        month.astype(np.int64) % 12 + 1,
        (day - month.astype("datetime64[D]")).astype(np.int64) + 1,
    )


def sex_levels(a: npt.NDArray[np.int8], b: npt.NDArray[np.int8]) -> Levels:
    levels = np.where(a == b, SexLevel.SAME, SexLevel.DIFFER).astype(np.int8)
    levels[(a == 0) | (b == 0)] = SexLevel.MISSING
    return levels


def phone_levels(a: Prints, b: Prints) -> Levels:
    """The best level among all phones of both sides."""
    levels = np.full(len(a), PhoneLevel.DIFFER, np.int8)
    for one in range(a.shape[1]):
        for other in range(b.shape[1]):
            left, right = a[:, one], b[:, other]
            there = (left != 0) & (right != 0)
            levels[there & (left == right)] = PhoneLevel.SAME
            maybe = np.flatnonzero(there & (levels == PhoneLevel.DIFFER))
            near = maybe[_one_slip(left[maybe], right[maybe])]
            levels[near] = PhoneLevel.NEAR
    levels[~(a != 0).any(axis=1) | ~(b != 0).any(axis=1)] = PhoneLevel.MISSING
    return levels


def _one_slip(a: Prints, b: Prints) -> npt.NDArray[np.bool_]:
    """Whether two mobile numbers differ in one digit or in two swapped neighbours."""
    gap = np.where(a > b, a - b, b - a)
    powers = 10 ** np.arange(11, dtype=np.uint64)
    steps = (powers[:, None] * np.arange(1, 10, dtype=np.uint64)[None, :]).ravel()
    swaps = (powers[:10, None] * (9 * np.arange(1, 10, dtype=np.uint64))[None, :]).ravel()
    likely = np.isin(gap, np.unique(np.concatenate([steps, swaps]))) & (np.minimum(a, b) >= 10**10)
    made = np.zeros(len(a), np.bool_)
    at = np.flatnonzero(likely)
    if len(at):
        left = ((a[at, None] // powers[None, :]) % 10).astype(np.uint8)
        right = ((b[at, None] // powers[None, :]) % 10).astype(np.uint8)
        unlike = left != right
        count = unlike.sum(axis=1)
        made[at] = (count == 1) | ((count == 2) & _crossed(unlike, left, right))
    return made


def address_levels(
    a: pl.Series, b: pl.Series, same: npt.NDArray[np.bool_], one_village: npt.NDArray[np.bool_]
) -> Levels:
    levels = np.full(len(same), AddressLevel.DIFFER, np.int8)
    at = np.flatnonzero(~same)
    left, right = a.gather(at), b.gather(at)
    blank = ((left == "") | (right == "")).to_numpy()
    both = pl.DataFrame({"a": left, "b": right})
    within = both.select(pl.col("a").str.ends_with(pl.col("b")) | pl.col("b").str.ends_with(pl.col("a")))
    # An address that breaks off before the house number says no more than the village.
    short = both.select(pl.col("a").str.starts_with(pl.col("b")) | pl.col("b").str.starts_with(pl.col("a")))
    house_a, house_b = left.str.extract(r"(\d+)\D*$"), right.str.extract(r"(\d+)\D*$")
    house = (house_a == house_b).fill_null(False).to_numpy() & one_village[at]
    levels[at[within.to_series().to_numpy() | house]] = AddressLevel.SIMILAR
    levels[at[blank | short.to_series().to_numpy()]] = AddressLevel.MISSING
    levels[same] = AddressLevel.SAME
    return levels


def village_levels(a: Prints, b: Prints, merged: pl.DataFrame | None = None) -> Levels:
    levels = np.full(len(a), VillageLevel.DIFFER, np.int8)
    levels[township(a) == township(b)] = VillageLevel.TOWNSHIP
    if merged is not None:
        levels[one_place(a, b, merged)] = VillageLevel.MERGED
    levels[a == b] = VillageLevel.SAME
    levels[(a == 0) | (b == 0)] = VillageLevel.MISSING
    return levels


def home_levels(expected: Prints, household: Prints) -> Levels:
    levels = np.where(expected == household, HomeLevel.SAME, HomeLevel.DIFFER).astype(np.int8)
    levels[(expected == 0) | (household == 0)] = HomeLevel.MISSING
    return levels


@dataclass
class Pairs:
    """Pairs of positions, and the levels of every field beside them."""

    row: Positions
    person: Positions
    levels: dict[str, Levels]
    unsound_row: npt.NDArray[np.bool_]
    told_birth: npt.NDArray[np.bool_]
    """Pairs in which a birth date that the row tells beside its number is the person's."""


def compare_pairs(
    rows: Side,
    people: Side,
    row: Positions,
    person: Positions,
    *,
    clear: pl.Series | None = None,
    expected_home: Prints | None = None,
    fields: Sequence[str] = tuple(FIELDS),
) -> Pairs:
    """Compare rows[row[i]] with people[person[i]]. `clear` holds the people's numbers per pair where `people`
    has keys only; `expected_home` the household per row in which the row's own household was found."""
    village = village_levels(rows.village[row], people.village[person], rows.merged_villages)
    levels: dict[str, Levels] = {"village": village}
    unsound, told = np.zeros(len(row), np.bool_), np.zeros(len(row), np.bool_)
    held: tuple[Prints, Prints] | None = None
    if "number" in fields:
        one, other = numbers_at(rows, row), numbers_at(people, person, clear)
        held, unsound = (one.held, other.held), ~one.sound
        by_print = rows.number_print[row]
        same = (by_print == people.number_print[person]) & (by_print != 0)
        levels["number"] = number_levels(one, other, same)
    if "name" in fields:
        levels["name"] = name_levels(rows, people, row, person)
    if "birth" in fields:
        levels["birth"] = _births(rows, people, row, person, held, levels.get("number"))
        if held is not None:
            levels["birth"] = _without_wrong_numbers(
                rows, people, row, person, levels, (one.sound, other.sound)
            )
        told = (rows.born[row] != written.NO_DAY) & (rows.born[row] == born_on_of(people, person))
    if "sex" in fields:
        levels["sex"] = sex_levels(rows.sex[row], people.sex[person])
    if "phone" in fields:
        levels["phone"] = phone_levels(rows.phones[row], people.phones[person])
    if "address" in fields:
        address_a, address_b = rows.address_print[row], people.address_print[person]
        levels["address"] = address_levels(
            rows.address_at(row),
            people.address_at(person),
            (address_a == address_b) & (address_a != 0),
            (village == VillageLevel.SAME) | (village == VillageLevel.MERGED),
        )
    if "home" in fields and expected_home is not None:
        levels["home"] = home_levels(expected_home[row], people.household[person])
    elif "home" in fields:
        levels["home"] = np.zeros(len(row), np.int8)
    return Pairs(row, person, levels, unsound, told)


def born_on_of(rows: Side, row: Positions) -> Days:
    """Birth days of rows: the column's, else that inside the number."""
    born = rows.born[row]
    empty = np.flatnonzero(born == written.NO_DAY)
    if len(empty) and rows.has_numbers:
        born = born.copy()
        born[empty] = written.birth_days(rows.held[row[empty]])
    return born


def _births(
    rows: Side,
    people: Side,
    row: Positions,
    person: Positions,
    held: tuple[Prints, Prints] | None,
    levels: Levels | None,
) -> Levels:
    """Birth dates count for themselves unless they only repeat the number that was compared already. Without
    `held`, only those of the columns count."""
    if held is None or levels is None:
        return birth_levels(rows.born[row], people.born[person])
    made = birth_levels(born_on_of(rows, row), born_on_of(people, person))
    compared = np.flatnonzero(_COMPARED[levels])
    row_held, person_held = held[0][compared], held[1][compared]
    own = _repeats(rows.born[row[compared]], row_held, person_held)
    own &= _repeats(people.born[person[compared]], person_held, row_held)
    repeated = compared[own & (made[compared] != BirthLevel.MISSING)]
    made[repeated] = BirthLevel.IN_NUMBER
    return made


def _without_wrong_numbers(
    rows: Side,
    people: Side,
    row: Positions,
    person: Positions,
    levels: dict[str, Levels],
    sound: tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]],
) -> Levels:
    """A birth date that stands only in a number which is wrong all over is as wrong as the number: it may agree, but that
    it differs says nothing more."""
    birth = levels["birth"]
    odd = np.isin(levels["number"], (NumberLevel.DIFFER_UNSOUND, NumberLevel.DRAGGED)) & (
        birth != BirthLevel.SAME
    )
    only = (rows.born[row] == written.NO_DAY) & ~sound[0]
    only |= (people.born[person] == written.NO_DAY) & ~sound[1]
    return np.where(odd & only, np.int8(BirthLevel.MISSING), birth)


def _repeats(born: Days, held: Prints, other: Prints) -> npt.NDArray[np.bool_]:
    """Whether a birth date only repeats its own number, or stands beside one that is not in clear."""
    hidden = (held == 0) & (other != 0)
    own: npt.NDArray[np.bool_] = (born == written.NO_DAY) | hidden | (born == written.birth_days(held))
    return own
