"""Find the real header of a sheet made by people: below title lines, spread over merged cells, repeated
per page.

All functions are pure and work on the first rows of a sheet. A caller that knows its fields passes
their labels as vocabulary; then the row that speaks most of it is the header. Without a vocabulary the
shape decides.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from .cells import Cell, as_text, label_key

Span = tuple[
    int, int, int, int
]  # first row, first column, last row, last column; all from 0, last ones included

NEAR_ROWS = 60
HEAD_ROWS = 400
"""Headings are looked for in the first rows; where none speaks the vocabulary, in those below as well."""
_LABEL_LENGTH = 40
_TOTALS = re.compile(
    r"^(合计|总计|小计|共计|累计|汇总|(grand|sub)?totals?)(人数|户数|数|(共)?\d+[人户名条]?)?$", re.I
)
_TOTALS_LAST = re.compile(r"(合计|总计|小计|共计|累计|汇总)(人数|户数|数)?$")
_COUNTED = re.compile(r"(总|共|合计)?((总|共|合计)?(户|人)(数|口)?\d+(人|户|名)?)+")
_SEALED = re.compile(r"[（(](公章|盖章|签章|章|签字|签名|手印)[)）][:：]?$")
_FIGURE = re.compile(r"(共|计|合计)?\d+(\.\d+)?(人|户|名|条|个|人次|%)?(\d+(人|户|名|条|个))?")
_NOTES = re.compile(
    r"^(注|备注|说明|填表|制表|填报|审核|审批|复核|校对|录入|负责人|单位负责人|联系人|联系电话|经办|日期|单位盖章|单位|村负责人|村主任|村书记|主任|书记|"
    r"签字|签名|盖章|note)",
    re.I,
)
_PAPER = re.compile(
    r"以下(空白|无正文|无内容)|\d{0,4}年\d{0,2}月\d{0,2}日|(第\d*页)?[，,/、]?(共\d*页)?|第\d+页|[（(]?续表?\d*[)）]?|[（(]?(公章|盖章|签章|章)[)）]?|[-—]\d+[-—]|"
    r"(接|转)(上|下)页"
)
"""What stands on paper only: page numbers, an empty date to be filled in, a place for a seal."""


_STEMS = "甲乙丙丁戊己庚辛壬癸"
"""Columns are numbered with these as well as with 1, 2, 3."""


@dataclass(frozen=True)
class Header:
    """Where the header is and what it says. `first`/`last` are row indexes from 0; `parts` per
    column, outer first; `titles` stand above it.
    """

    first: int
    last: int
    parts: tuple[tuple[str, ...], ...]
    titles: frozenset[str] = frozenset()

    @cached_property
    def keys(self) -> tuple[frozenset[str], ...]:
        """What the labels of each column say, for comparing."""
        return tuple(frozenset(map(label_key, parts)) for parts in self.parts)

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(" / ".join(parts) for parts in self.parts)


def find(
    rows: Sequence[Sequence[Cell]], known_labels: Collection[str] = (), merged: Sequence[Span] = ()
) -> Header | None:
    """The header among the first rows of a sheet, or None if there is none.

    `rows` are the sheet's first rows in order (index 0 = first row of the sheet), `merged` its merged areas.
    """
    known = {label_key(label) for label in known_labels}
    filled = _fill(rows, merged)
    best = _by_vocabulary(filled, known, 0, NEAR_ROWS)
    if best is None:
        best = _by_vocabulary(filled, known, NEAR_ROWS, HEAD_ROWS)
    if best is None:
        best = _by_shape(rows[: 2 * NEAR_ROWS])
    if best is None:
        return None
    first, last = _extent(rows, filled, best, merged, known)
    titles = frozenset(str(cell) for row in rows[:first] for cell in row if isinstance(cell, str))
    return Header(first, last, _join(rows, filled, first, last), titles)


def row_kind(row: Sequence[Cell], header: Header | None) -> str:
    """ "data", "total" (a totals line), "header" (the header again, or column numbers), or "note"
    (signature, remarks).
    """
    filled = [(index, cell) for index, cell in enumerate(row) if cell is not None]
    if not filled:
        return "data"
    first = as_text(filled[0][1])
    key = label_key(first)
    if isinstance(filled[0][1], str) and _TOTALS.match(key) and filled[0][0] <= 3:
        return "total"
    if _is_total([cell for _, cell in filled]):
        return "total"
    if (
        (len(filled) <= 3 or 2 * sum(_is_signed(cell) for _, cell in filled) >= len(filled))
        and _NOTES.match(key)
        and (len(first) > 12 or re.search("[:：]", first) or len(filled) == 1)
    ):
        return "note"
    if len(filled) <= 3 and all(_is_paper(cell) for _, cell in filled):
        return "note"
    if header is not None and len(filled) <= 2 and all(cell in header.titles for _, cell in filled):
        return "header"
    if header is not None and len(filled) >= 2:
        keys = header.keys
        same = sum(index < len(keys) and label_key(as_text(cell)) in keys[index] for index, cell in filled)
        if same >= 2 and same * 3 >= len(filled) * 2:
            return "header"
    if len(filled) >= 3 and [as_text(cell) for _, cell in filled] in (
        [str(n + 1) for n in range(len(filled))],
        list(_STEMS[: len(filled)]),
    ):
        return "header"
    return "data"


def _is_total(cells: Sequence[Cell]) -> bool:
    """ "某村小计：" and figures, or a village, "合计" and figures: nothing in the row but sums, their word and at most one more."""
    texts = [as_text(cell) for cell in cells]
    words = [text for text in texts if not _FIGURE.fullmatch("".join(text.split()))]
    if len(words) > 2 or any(sum(sign.isdigit() for sign in text) >= 11 for text in texts):
        return False
    keys = [label_key(word) for word in words]
    return any(_TOTALS.match(key) or _COUNTED.fullmatch(key) for key in keys) or (
        len(keys) == 1 and _TOTALS_LAST.search(keys[0]) is not None
    )


def _is_paper(cell: Cell) -> bool:
    text = "".join(as_text(cell).split())
    return _is_signed(cell) or _PAPER.fullmatch(text) is not None or _SEALED.search(text) is not None


def _is_signed(cell: Cell) -> bool:
    """ "审核人（签字）：": a place for somebody to sign."""
    text = as_text(cell)
    return text.endswith((":", "：")) and _NOTES.match(label_key(text)) is not None


def _by_vocabulary(
    rows: Sequence[Sequence[Cell]], known: Collection[str], first: int, end: int
) -> int | None:
    best, best_hits = None, 1
    for index, row in enumerate(rows[first:end], first):
        keys = [label_key(cell) for cell in row if isinstance(cell, str)]
        hits = len(set(keys) & set(known))
        if hits > best_hits and hits * 4 >= len(set(keys)):
            best, best_hits = index, hits
    return best


def _by_shape(rows: Sequence[Sequence[Cell]]) -> int | None:
    """The first row of short, different texts that is about as wide as the rows below it."""
    widths = [sum(cell is not None for cell in row) for row in rows]
    for index, row in enumerate(rows[:NEAR_ROWS]):
        texts = [cell for cell in row if isinstance(cell, str) and len(cell) <= _LABEL_LENGTH]
        below = sorted(width for width in widths[index + 1 :] if width)
        usual = below[len(below) // 2] if below else 2
        if widths[index] < 2 or len(texts) < widths[index] or len(set(texts)) < len(texts) * 0.7:
            continue
        if widths[index] < 0.6 * usual or any(_is_value(text) for text in texts):
            continue
        if _comes_again(row, rows[index + 1 :]):
            continue
        return index
    return None


def _comes_again(row: Sequence[Cell], below: Sequence[Sequence[Cell]]) -> bool:
    """Whether a cell of the row stands in the same column below: then it is data in a table without headings."""
    return any(
        cell is not None and any(column < len(other) and other[column] == cell for other in below)
        for column, cell in enumerate(row)
    )


def _is_value(text: str) -> bool:
    """Text that is data rather than a label: mostly digits, or a date."""
    digits = sum(character.isdigit() for character in text)
    return digits >= 4 and digits * 2 >= len(text)


def _extent(
    rows: Sequence[Sequence[Cell]],
    filled: Sequence[Sequence[Cell]],
    best: int,
    merged: Sequence[Span],
    known: Collection[str],
) -> tuple[int, int]:
    first = last = best
    while first > 0 and best - first < 2 and _groups(rows, filled, first - 1, first, merged):
        first -= 1
    while last + 1 < len(rows) and last - best < 2 and _belongs_below(rows, last, merged, known):
        last += 1
    return first, last


def _groups(
    rows: Sequence[Sequence[Cell]],
    filled: Sequence[Sequence[Cell]],
    above: int,
    row: int,
    merged: Sequence[Span],
) -> bool:
    """True if the row above names groups of the columns in `row` (and is not a title over everything)."""
    if any(top <= above and bottom == row for top, _, bottom, _ in merged):
        return True
    own = [cell for cell in rows[above] if cell is not None]
    if len(own) < 2 or not all(isinstance(cell, str) and not _is_value(cell) for cell in own):
        return False
    if any(re.search("[:：]", as_text(cell)) for cell in own):
        return False  # "填报单位：…  日期：…" stands above many tables and names no columns
    return len(own) < sum(cell is not None for cell in rows[row]) or (any(
        top == above and left < right for top, left, _, right in merged
    ) and len(set(filled[above])) > 2)  # fmt: skip


def _belongs_below(
    rows: Sequence[Sequence[Cell]], last: int, merged: Sequence[Span], known: Collection[str]
) -> bool:
    below = rows[last + 1]
    texts = [(index, cell) for index, cell in enumerate(below) if cell is not None]
    if not texts or not all(isinstance(cell, str) and len(cell) <= _LABEL_LENGTH for _, cell in texts):
        return False
    if any(_is_value(as_text(cell)) for _, cell in texts):
        return False
    if any(top <= last and bottom == last + 1 for top, _, bottom, _ in merged):
        return True
    wide = [(left, right) for top, left, bottom, right in merged if bottom == last and left < right]
    if len(texts) > 1 and all(any(left <= index <= right for left, right in wide) for index, _ in texts):
        return True  # year, month, day below one wide cell
    upper = rows[last]
    under_gap = [index for index, _ in texts if index >= len(upper) or upper[index] is None]
    gap_below = [
        i for i, cell in enumerate(upper) if cell is not None and (i >= len(below) or below[i] is None)
    ]
    hits = sum(label_key(as_text(cell)) in known for _, cell in texts)
    return bool(under_gap) and bool(gap_below) and (hits >= 1 or not known) and len(texts) >= 2


def _fill(rows: Sequence[Sequence[Cell]], merged: Sequence[Span]) -> list[list[Cell]]:
    filled = [list(row) for row in rows]
    for top, left, bottom, right in merged:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        for row in filled[top : bottom + 1]:
            for column in range(left, min(right + 1, len(row))):
                row[column] = rows[top][left]
    return filled


def _join(
    rows: Sequence[Sequence[Cell]], filled: Sequence[Sequence[Cell]], first: int, last: int
) -> tuple[tuple[str, ...], ...]:
    width = max(len(row) for row in rows[first : last + 1])
    columns: list[tuple[str, ...]] = []
    group = [""] * (last - first)
    for column in range(width):
        parts: list[str] = []
        starts_anew = False
        for depth, index in enumerate(range(first, last + 1)):
            text = as_text(filled[index][column]) if column < len(filled[index]) else ""
            if index < last:
                # A text file cannot merge: a group's name then covers the empty cells to its right.
                if text:
                    group[depth], starts_anew = text, True
                elif not starts_anew and column < len(filled[last]) and filled[last][column] is not None:
                    text = group[depth]
            text = " ".join(text.split())
            if text and text not in parts:
                parts.append(text)
        columns.append(tuple(parts))
    while columns and not columns[-1]:
        columns.pop()
    return tuple(columns)
