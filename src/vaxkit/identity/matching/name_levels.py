"""How two names compare: Chinese names sign by sign, other names by edits."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA

from vaxkit.identity.matching import written
from vaxkit.identity.matching.levels import NameLevel
from vaxkit.identity.matching.sides import Positions, Side
from vaxkit.identity.matching.sounds import sounds, variants

_WIDTH: Final = 6
_BLANK: Final = ord(" ")
_TITLE: Final = (
    r"^([\x{4E00}-\x{9FFF}])(?:[老大二三四五六七八九小幺]?(?:爷爷?|奶奶|婆婆?|伯伯?|叔叔?|婶[婶子]?|嫂子?|娘|妈妈?|姨[妈娘]?|姑[妈姑]?|舅舅?|汉|爹)|"
    r"[老][大二三四五六七八九幺]|氏|某某?|师傅|老师|医生|主任|书记|老板|先生|女士|同志|大哥|大姐)$"
)
_LAST_OF_TITLES: Final = np.array(
    [ord(sign) for sign in "爷奶婆伯叔婶子嫂娘妈姨姑舅汉爹大二三四五六七八九幺氏某傅师生任记板士志哥姐"],
    np.uint32,
)
_FIRST_OF_NICKNAMES: Final = np.array([ord(sign) for sign in "小老阿"], np.uint32)
_NICKNAME: Final = r"^[小老阿]([\x{4E00}-\x{9FFF}])$"
Levels = npt.NDArray[np.int8]


def name_levels(rows: Side, people: Side, row: Positions, person: Positions) -> Levels:
    """NameLevel of rows[row[i]] and people[person[i]]."""
    levels = np.full(len(row), NameLevel.DIFFER, np.int8)
    print_a, print_b = rows.name_print[row], people.name_print[person]
    same = (print_a == print_b) & (print_a != 0)
    at = np.flatnonzero(~same)
    levels[at] = unlike_levels(
        rows.name.gather(pl.Series(row[at])), people.name.gather(pl.Series(person[at]))
    )
    levels[(print_a == 0) | (print_b == 0)] = NameLevel.MISSING
    levels[same] = NameLevel.SAME
    _part_by_marks(rows, people, row, person, levels)
    return levels


def _part_by_marks(rows: Side, people: Side, row: Positions, person: Positions, levels: Levels) -> None:
    """王强1 is not 王强2: a mark that differs counts as a sign that differs."""
    if rows.name_mark is None or people.name_mark is None:
        return
    one, other = rows.name_mark[row], people.name_mark[person]
    apart = (one != 0) & (other != 0) & (one != other)
    levels[apart & np.isin(levels, (NameLevel.SAME, NameLevel.VARIANT))] = NameLevel.ONE_SIGN


def unlike_levels(a: pl.Series, b: pl.Series) -> Levels:
    """NameLevel of pairs of names that are not equal as written."""
    left, right = written.signs(a, _WIDTH), written.signs(b, _WIDTH)
    length_a, length_b = (left != _BLANK).sum(axis=1), (right != _BLANK).sum(axis=1)
    alike = _alike(left, right)
    levels = _equal_lengths(alike, left, right, length_a)
    first = alike[:, 0]
    levels[(length_a != length_b)] = NameLevel.DIFFER
    levels[(length_a != length_b) & first] = NameLevel.SURNAME_ONLY
    shorter, longer = np.minimum(length_a, length_b), np.maximum(length_a, length_b)
    dropped = np.flatnonzero(first & (longer - shorter == 1) & (shorter >= 2))
    levels[dropped[_edits(a, b, dropped) == 1]] = NameLevel.MISPLACED
    titles = np.flatnonzero(
        (_may_be_title(left, length_a) | _may_be_title(right, length_b)) & (levels != NameLevel.VARIANT)
    )
    untold = titles[_untold(a, b, titles)]
    levels[untold] = NameLevel.UNTOLD
    spoken = _other_script(left) | _other_script(right) | (longer >= _WIDTH)
    spelled = np.flatnonzero(spoken)
    if len(spelled):
        levels[spelled] = _spelled(a.gather(spelled), b.gather(spelled))
    return levels


def _alike(left: npt.NDArray[np.uint32], right: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Signs that are equal, variants of each other, or of one sound."""
    table = variants()
    top = np.uint32(len(table) - 1)
    alike: npt.NDArray[np.bool_] = (left == right) | (
        table[np.minimum(left, top)] == table[np.minimum(right, top)]
    )
    rest = np.nonzero(~alike & (left != _BLANK) & (right != _BLANK))
    alike[rest] = sounds(left[rest]) == sounds(right[rest])
    return alike


def _equal_lengths(
    alike: npt.NDArray[np.bool_],
    left: npt.NDArray[np.uint32],
    right: npt.NDArray[np.uint32],
    length: npt.NDArray[np.int64],
) -> Levels:
    unlike = (~alike).sum(axis=1)
    first = alike[:, 0]
    given = alike[:, 1:].all(axis=1)
    swapped = (
        first & (unlike == 2) & (left[:, 1] == right[:, 2]) & (left[:, 2] == right[:, 1]) & (length == 3)
    )
    levels = np.where(first, NameLevel.SURNAME_ONLY, NameLevel.DIFFER).astype(np.int8)
    levels[first & (unlike == 1)] = np.where(length >= 3, NameLevel.ONE_SIGN, NameLevel.LONE_SIGN)[
        first & (unlike == 1)
    ]
    levels[swapped] = NameLevel.MISPLACED
    other = np.flatnonzero(~first & (length >= 2) & (length <= 4))
    levels[other[_turned(left[other], right[other], length[other])]] = NameLevel.VARIANT
    levels[~first & given & (length >= 2)] = NameLevel.GIVEN_SAME
    levels[unlike == 0] = NameLevel.VARIANT
    return levels


def _turned(
    left: npt.NDArray[np.uint32], right: npt.NDArray[np.uint32], length: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Names of which one has its family name, of one sign or two, written last."""
    made = np.zeros(len(length), np.bool_)
    at = np.flatnonzero(left.sum(axis=1) == right.sum(axis=1))  # the same signs in another order
    for size in (2, 3, 4):
        one, other = left[at, :size], right[at, :size]
        for by in range(1, size):
            made[at] |= (length[at] == size) & (np.roll(one, by, axis=1) == other).all(axis=1)
    return made


def _may_be_title(signs: npt.NDArray[np.uint32], length: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    last = signs[np.arange(len(signs)), np.clip(length - 1, 0, _WIDTH - 1)]
    may: npt.NDArray[np.bool_] = (
        np.isin(last, _LAST_OF_TITLES) | np.isin(signs[:, 0], _FIRST_OF_NICKNAMES)
    ) & (length >= 2)
    return may


def stands_for(short: pl.Expr, name: pl.Expr) -> pl.Expr:
    """Whether `short` is a title (王大爷) or a nickname (小兰) that fits the whole `name`."""
    titled, called = short.str.extract(_TITLE), short.str.extract(_NICKNAME)
    return name.str.starts_with(titled).fill_null(False) | name.str.contains(called, literal=True).fill_null(
        False
    )


def _untold(a: pl.Series, b: pl.Series, at: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Which of the pairs `at` have a title or a nickname on one side that fits the name on the other."""
    both = pl.DataFrame({"a": a.gather(at), "b": b.gather(at)})
    one, other = pl.col("a"), pl.col("b")
    return np.flatnonzero(both.select(stands_for(one, other) | stands_for(other, one)).to_series().to_numpy())


def _edits(a: pl.Series, b: pl.Series, at: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    if not len(at):
        return np.zeros(0, np.int32)
    return process.cpdist(a.gather(at).to_list(), b.gather(at).to_list(), scorer=OSA.distance, dtype=np.int32)


def _other_script(signs: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Names with Latin letters or a middle dot, such as those of minorities and foreigners."""
    found: npt.NDArray[np.bool_] = ((signs < 0x3400) & (signs != _BLANK)).any(axis=1)
    return found


def _spelled(a: pl.Series, b: pl.Series) -> Levels:
    """Long names by edits: one slip in six signs is a variant, in three a near name; words in another order, or
    left out, are near too."""
    bare_a, bare_b = a.str.replace_all(r"[ ·.'-]", ""), b.str.replace_all(r"[ ·.'-]", "")
    edits = process.cpdist(bare_a.to_list(), bare_b.to_list(), scorer=OSA.distance, dtype=np.int32)
    longer = np.maximum(bare_a.str.len_chars().to_numpy(), bare_b.str.len_chars().to_numpy())
    parts_a, parts_b = _parts(a), _parts(b)
    within = np.array(
        [bool(x) and bool(y) and (x <= y or y <= x) for x, y in zip(parts_a, parts_b, strict=True)]
    )
    levels = np.full(len(a), NameLevel.DIFFER, np.int8)
    levels[within | (edits * 3 <= longer)] = NameLevel.ONE_SIGN
    levels[edits * 6 <= longer] = NameLevel.VARIANT
    return levels


def _parts(names: pl.Series) -> list[set[str]]:
    return [set(parts) - {""} for parts in names.str.replace_all(r"[ .-]", "·").str.split("·").to_list()]
