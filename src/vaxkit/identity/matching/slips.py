"""Which correct resident numbers lie one slip away from a wrong one: one digit, two neighbours swapped, one digit
left out or put in. For whole columns at once; numbers are held as whole numbers.

A number of 17 digits n and a check character c (0-10, X is 10) is held as n * 11 + c. GB 11643's check digit
finds every single wrong digit and every swap of neighbours, so a correct number never lies one such slip from
another correct one.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from vaxkit.identity.documents import WEIGHTS

Prints = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]
_WEIGHTS: Final = np.array([*WEIGHTS, 1], np.int64)
_INVERSE: Final = np.array([0, 1, 6, 4, 3, 9, 2, 8, 7, 5, 10], np.int64)
_TENS: Final = 10 ** np.arange(16, -1, -1, dtype=np.int64)


def corrections(text: npt.NDArray[np.uint8], length: npt.NDArray[np.int64]) -> tuple[Rows, Prints]:
    """Pairs (row, correct number) one slip away. `text` is rows of at least 19 bytes padded with spaces, `length`
    their lengths; rows of other lengths than 17 to 19 give nothing."""
    found: list[tuple[Rows, Prints]] = []
    for size, correct in ((18, _of_18), (17, _of_17), (19, _of_19)):
        at = np.flatnonzero(length == size)
        if len(at):
            row, made = correct(_digits(text[at, :size]))
            found.append((at[row], made))
    if not found:
        return np.zeros(0, np.int64), np.zeros(0, np.uint64)
    return np.concatenate([row for row, _ in found]), np.concatenate([made for _, made in found])


def held(text: npt.NDArray[np.uint8]) -> Prints:
    """Rows of 18 bytes as whole numbers; 0 where a byte is no digit (or X at the end)."""
    digits = _digits(text)
    plain = ((digits >= 0) & (digits <= 9)).all(axis=1) | (
        ((digits[:, :17] >= 0) & (digits[:, :17] <= 9)).all(axis=1) & (digits[:, 17] == 10)
    )
    return np.where(plain, _whole(digits), 0).astype(np.uint64)


def spelled(numbers: Prints) -> list[str]:
    """The numbers as texts of 18 characters."""
    return [f"{number // 11:017d}{'0123456789X'[number % 11]}" for number in numbers.tolist()]


def _digits(text: npt.NDArray[np.uint8]) -> Rows:
    """0-9, 10 for X, -1 for anything else."""
    digits = text.astype(np.int64) - 48
    digits[(digits < 0) | (digits > 9)] = -1
    digits[text == ord("X")] = 10
    return digits


def _whole(digits: Rows) -> Rows:
    return (digits[:, :17] @ _TENS) * 11 + digits[:, 17]


def _unread(digits: Rows) -> npt.NDArray[np.bool_]:
    """Places that cannot stand as they are: no digit, or an X that is not last."""
    wrong = digits < 0
    wrong[:, :-1] |= digits[:, :-1] == 10
    return wrong


def _of_18(digits: Rows) -> tuple[Rows, Prints]:
    wrong = _unread(digits)
    count = wrong.sum(axis=1)
    known = np.where(wrong, 0, digits)
    total = known @ _WEIGHTS
    rows: list[Rows] = []
    made: list[Prints] = []
    for place in range(18):
        may = (count == 0) | ((count == 1) & wrong[:, place])
        needed = (1 - (total - known[:, place] * _WEIGHTS[place])) * _INVERSE[_WEIGHTS[place]] % 11
        may &= (needed != digits[:, place]) & ((needed <= 9) | (place == 17))
        _take(known, may, {place: needed}, rows, made)
    for place in range(16):
        one, two = known[:, place], known[:, place + 1]
        shift = (two - one) * (_WEIGHTS[place] - _WEIGHTS[place + 1])
        may = (count == 0) & (one != two) & ((total + shift) % 11 == 1)
        _take(known, may, {place: two, place + 1: one}, rows, made)
    readable = (count == 0) | (
        (count == 1) & (digits[:, 16] == 10)
    )  # an X may have come before the last digit
    last, before = digits[:, 17], np.where(digits[:, 16] == 10, 10, known[:, 16])
    may = readable & (last >= 0) & (last <= 9) & (before != last)
    may &= (total - known[:, 16] * _WEIGHTS[16] - last + last * _WEIGHTS[16] + before) % 11 == 1
    _take(known, may, {16: last, 17: before}, rows, made)
    return np.concatenate(rows), np.concatenate(made)


def _of_17(digits: Rows) -> tuple[Rows, Prints]:
    may = ~_unread(digits).any(axis=1)
    rows: list[Rows] = []
    made: list[Prints] = []
    known = np.where(digits < 0, 0, digits)
    for place in range(18):
        longer = np.insert(known, place, 0, axis=1)
        needed = (1 - longer @ _WEIGHTS) * _INVERSE[_WEIGHTS[place]] % 11
        fits = may & ((needed <= 9) | (place == 17)) & (longer[:, 16] <= 9)
        _take(longer, fits, {place: needed}, rows, made)
    return np.concatenate(rows), np.concatenate(made)


def _of_19(digits: Rows) -> tuple[Rows, Prints]:
    may = _unread(digits).sum(axis=1) <= 1
    rows: list[Rows] = []
    made: list[Prints] = []
    for place in range(19):
        shorter = np.delete(digits, place, axis=1)
        fits = may & ~_unread(shorter).any(axis=1) & (np.maximum(shorter, 0) @ _WEIGHTS % 11 == 1)
        _take(shorter, fits, {}, rows, made)
    return np.concatenate(rows), np.concatenate(made)


def _take(
    digits: Rows, fits: npt.NDArray[np.bool_], change: dict[int, Rows], rows: list[Rows], made: list[Prints]
) -> None:
    at = np.flatnonzero(fits)
    corrected = digits[at]
    for place, values in change.items():
        corrected[:, place] = values[at]
    rows.append(at)
    made.append(_whole(corrected).astype(np.uint64))
