"""Villages that a line does not say itself: a title over its group, a cell merged or left empty below the first, "same as above".

A page is a frame of cells (`c0`, `c1`, … as `tabular.cells.kept` texts) with the lines' numbers in `line`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from yingjie.people.roster import vocabulary
from yingjie.people.roster.columns import ColumnMap
from yingjie.people.roster.places import Places

_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_ORDINAL = re.compile(r"^(?:第?[一二三四五六七八九十\d]{1,3}[、.．:：)）]\s*)+")
_PARTS = re.compile(r"[\s:：,，;；/|]+")
_YEAR = re.compile(r"^\d{4}年(?:度|\d{1,2}月(?:\d{1,2}日)?)?")
LONGEST_TITLE = 60


def village_in(text: str, places: Places, *, whole: bool) -> str:
    """The words of a title that name one village of the area for sure: "崔家庄村（共35户）", "填报单位：崔家庄村".

    With `whole` they are all the title says; otherwise more may follow ("崔家庄村2021年摸底表"). "" where there are none."""
    text = _ORDINAL.sub("", _BRACKETS.sub(" ", text[:LONGEST_TITLE]).strip())
    for part in (text, *_PARTS.split(text)):
        if len(part) > 1 and places.is_village(part):
            return part
    if whole:
        return ""
    for part in _PARTS.split(text):
        found = _longest_place(_YEAR.sub("", part), places)
        if found:
            return found
    return ""


def _longest_place(text: str, places: Places) -> str:
    """The longest beginning of a text that is a place, if that place is a village: 金海湖镇… is not the village 金海."""
    for length in range(min(len(text), 30), 1, -1):
        answer = places.inside.resolve(text[:length], mistypes=False)
        if answer.kind != "none":
            return text[:length] if places.is_village(text[:length]) else ""
    return ""


@dataclass
class Filled:
    """A page with its places, and which lines got theirs how: `down` and `titled` (line → title) say it in words."""

    page: pl.DataFrame
    titles: list[int] = field(default_factory=list)
    down: list[int] = field(default_factory=list)
    titled: dict[int, str] = field(default_factory=dict)


class FromAbove:
    """Fills the places of one sheet, page after page."""

    def __init__(
        self, columns: ColumnMap, places: Places | None = None, title: str = ""
    ) -> None:  # fmt: skip
        self._above = {"town": (), "village": columns.places("town"), "grid": columns.places("village")}
        self._at = [(name, place) for name in self._above for place in columns.places(name)]
        self._as_above = [place for name in ("address", "household") for place in columns.places(name)]
        self._village = columns.places("village")
        self._number = columns.places("number") or columns.places("name")
        self._places, self._title = places, title
        self._is_sparse: bool | None = None
        self._last: dict[int, str | None] = {}

    def fill(self, page: pl.DataFrame) -> Filled:
        filled = Filled(page)
        if self._village and self._places is not None:
            self._below_titles(filled)
        if self._is_sparse is None:
            self._is_sparse = not self._title and self._looks_sparse(filled.page)
        ditto = list(vocabulary.words("ditto"))
        for name, place in self._at:
            cells = filled.page[f"c{place}"]
            if self._is_sparse or place in self._last or cells.is_in(ditto).any():
                self._down(filled, page, name, place, set(ditto))
        for place in self._as_above:
            self._repeated(filled, place, set(ditto))
        return filled

    # --- titles ----------------------------------------------------------------------------------------

    def _below_titles(self, filled: Filled) -> None:
        """Rows with one cell that names a village are the titles of the lines below them."""
        page, name = filled.page, f"c{self._village[0]}"
        cells = [column for column in page.columns if column != "line"]
        alone = page.select(pl.sum_horizontal(pl.col(cells).is_not_null()) == 1).to_series()
        begins: list[int] = []
        if alone.any():
            texts = page.select(pl.coalesce(cells)).to_series()
            for at in alone.arg_true().to_list():
                village = village_in(str(texts[at]), self._places, whole=True)  # type: ignore[arg-type]
                # A village alone in its own column may be the first cell of a group of merged ones.
                if village and page[name][at] is None:
                    begins.append(at)
                    filled.titles.append(page["line"][at])
                    self._fill_until(filled, at, name)
                    self._title, self._from = village, at + 1
        self._fill_until(filled, page.height, name)
        self._from = 0

    _from = 0

    def _fill_until(self, filled: Filled, until: int, name: str) -> None:
        if not self._title or until <= self._from:
            return
        page = filled.page
        part = page[name].slice(self._from, until - self._from)
        empty = part.is_null()
        if empty.any():
            lines = page["line"].slice(self._from, until - self._from).filter(empty).to_list()
            filled.titled.update(dict.fromkeys(lines, self._title))
            cells = page[name].scatter((empty.arg_true() + self._from).to_list(), self._title)
            filled.page = page.with_columns(cells.alias(name))

    # --- cells left empty ------------------------------------------------------------------------------

    def _down(self, filled: Filled, written: pl.DataFrame, name: str, place: int, ditto: set[str]) -> None:
        column: list[str | None] = filled.page[f"c{place}"].to_list()
        above: list[Sequence[str | None]] = [written[f"c{each}"].to_list() for each in self._above[name]]
        last, lines, titles = self._last.get(place), filled.page["line"], set(filled.titles)
        for at, cell in enumerate(column):
            is_ditto = cell in ditto
            if cell is not None and not is_ditto:
                last = cell
            elif lines[at] in titles or (not is_ditto and any(each[at] is not None for each in above)):
                last = None  # another village begins, whose grid the line does not say
            elif last is not None and (is_ditto or self._is_sparse):
                column[at] = last
                if place in self._village:
                    filled.down.append(lines[at])
        self._last[place] = last
        filled.page = filled.page.with_columns(pl.Series(f"c{place}", column, dtype=pl.String))

    def _repeated(self, filled: Filled, place: int, ditto: set[str]) -> None:
        """ "Same as above" in a column in which an empty cell means nothing."""
        column: list[str | None] = filled.page[f"c{place}"].to_list()
        if ditto.isdisjoint(column):
            self._last[place] = column[-1] if column else self._last.get(place)
            return
        last = self._last.get(place)
        for at, cell in enumerate(column):
            column[at] = last = last if cell in ditto else cell
        self._last[place] = last
        filled.page = filled.page.with_columns(pl.Series(f"c{place}", column, dtype=pl.String))

    def _looks_sparse(self, page: pl.DataFrame) -> bool:
        """Fewer than half of the first lines name a village, and the first of them does."""
        if not self._village or not self._number:
            return False
        villages, numbers = page[f"c{self._village[0]}"][:500], page[f"c{self._number[0]}"][:500]
        named = villages.filter(numbers.is_not_null())
        return len(named) > 2 and named[0] is not None and (len(named) - named.null_count()) * 2 < len(named)
