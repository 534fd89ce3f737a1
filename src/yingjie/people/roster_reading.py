"""From a file, or from the pages kept of it, to lines: which sheets, which columns, which rows speak of somebody."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from yingjie.foundation.tabular import reading
from yingjie.foundation.tabular.cells import Cell, kept, restored
from yingjie.people import refusals
from yingjie.people.roster import columns as column_rules
from yingjie.people.roster.columnar import SCHEMA, ColumnReader
from yingjie.people.roster.columns import ColumnMap
from yingjie.people.roster.lines import Places
from yingjie.people.roster.pages import LINES, opened, pressed
from yingjie.people.roster.reasons import reason, reason_text

SHEET_STEP = 2_000_000
"""Lines of the second sheet are numbered from here on, those of the third from twice this: a line is one number."""
EVERY_SHEET = "*"
Step = Callable[[int], None]


@dataclass(frozen=True)
class Part:
    """A sheet of the file and its columns."""

    sheet: str
    columns: ColumnMap
    remembered: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet, "labels": list(self.columns.labels), "fields": list(self.columns.fields),
            "remembered": self.remembered,
        }  # fmt: skip


@dataclass
class Roster:
    """What was read: all lines as one frame (`columnar.SCHEMA`), and the cells of each page, pressed, in the same order."""

    parts: list[Part]
    lines: pl.DataFrame
    cells: list[bytes]
    left_out: int = 0
    hidden: int = 0


@dataclass
class _Gathered:
    frames: list[pl.DataFrame] = field(default_factory=list)
    cells: list[bytes] = field(default_factory=list)
    left_out: int = 0
    hidden: int = 0
    done: int = 0


def sheets_of(
    path: str | Path, wanted: str, remembered: Callable[[Sequence[str]], Sequence[str] | None], on: date,
    mapping: Mapping[str, str] | None = None,
) -> tuple[list[tuple[reading.Sheet, Part]], list[str]]:  # fmt: skip
    """The sheets to read with their columns, and the names of the others. `wanted`: a name, "*" for every sheet of people, "" for
    the one whose headings say most. Raises UnreadableFile, ColumnsNotUnderstood, PeopleSideBySide, UnknownColumn,
    UnknownField."""
    book = reading.read(path, known_labels=column_rules.KNOWN_LABELS)
    shown = [sheet for sheet in book.sheets if not sheet.hidden] or list(book.sheets)
    if wanted == EVERY_SHEET:
        parts = [_part(sheet, remembered, on, mapping) for sheet in shown]
        chosen = [
            (sheet, part) for sheet, part in zip(shown, parts, strict=True) if _is_of_people(part.columns)
        ]
        if not chosen:
            raise _not_understood(parts[0])
    else:
        best = book.sheet(wanted) if wanted else max(shown, key=lambda sheet: _said(sheet, on))
        part = _part(best, remembered, on, mapping)
        if not _is_of_people(part.columns):
            raise _not_understood(part)
        chosen = [(best, part)]
    for sheet, part in chosen:
        _must_be_one_list(sheet, part, on, mapping)
    taken = {sheet.name for sheet, _part in chosen}
    return chosen, [sheet.name for sheet in shown if sheet.name not in taken]


def looked_at(
    path: str | Path, wanted: str, remembered: Callable[[Sequence[str]], Sequence[str] | None], on: date,
    mapping: Mapping[str, str] | None = None,
) -> tuple[tuple[reading.Sheet, Part], list[str]]:  # fmt: skip
    """The wanted sheet, else the one whose headings say most, with its columns, understood or not; the names of all sheets."""
    book = reading.read(path, known_labels=column_rules.KNOWN_LABELS)
    shown = [sheet for sheet in book.sheets if not sheet.hidden] or list(book.sheets)
    best = book.sheet(wanted) if wanted else max(shown, key=lambda sheet: _said(sheet, on))
    return (best, _part(best, remembered, on, mapping)), [sheet.name for sheet in shown]


def from_file(
    chosen: Sequence[tuple[reading.Sheet, Part]], places: Places, on: date, step: Step | None
) -> Roster:
    """Every line of the sheets."""
    gathered = _Gathered()
    for at, (sheet, part) in enumerate(chosen):
        reader = ColumnReader(part.columns, places, on)
        down = _FillDown(part.columns)
        for page in sheet.pages(LINES):
            columns, filled = down.fill(page.columns)
            frame = reader.read(page.numbers, columns)
            frame = _noted(frame, filled, page.numbers)
            lines = _of_somebody(frame, page, part.columns, sheet)
            gathered.left_out += frame.height - lines.height
            gathered.hidden += (
                sum(number in sheet.hidden_rows for number in lines["line"]) if sheet.hidden_rows else 0
            )
            _gather(gathered, lines, page.numbers, columns, at)
            if step:
                step(gathered.done)
    return _whole(gathered, [part for _sheet, part in chosen])


def from_pages(
    pages: Iterable[bytes], parts: list[Part], places: Places, on: date, step: Step | None
) -> Roster:
    """The lines of a roster read anew from the pages kept of it, with other columns."""
    gathered = _Gathered()
    readers = [ColumnReader(part.columns, places, on) for part in parts]
    downs = [_FillDown(part.columns) for part in parts]
    for content in pages:
        frame = opened(content)
        at = int(frame["line"][0]) // SHEET_STEP if frame.height else 0
        numbers = (frame["line"] % SHEET_STEP).to_list()
        stored = [frame[f"c{place}"].to_list() for place in range(len(parts[at].columns.labels))]
        columns, filled = downs[at].fill(stored)
        read = _noted(readers[at].read(numbers, columns), filled, numbers)
        _gather(gathered, read, numbers, columns, at)
        if step:
            step(gathered.done)
    return _whole(gathered, parts)


def preview(
    sheet: reading.Sheet, part: Part, places: Places, on: date, lines: int = 20
) -> list[tuple[int, list[Cell], dict[str, Any]]]:
    """The first lines of a sheet: number, cells as they stand, and what is read from them by field."""
    rows = sheet.sample[:lines]
    width = len(part.columns.labels)
    cells = [[*row.cells, *[None] * width][:width] for row in rows]
    columns = [[kept(row[at]) for row in cells] for at in range(width)]
    frame = (
        ColumnReader(part.columns, places, on).read([row.number for row in rows], columns) if rows else None
    )
    read = {row["line"]: row for row in frame.iter_rows(named=True)} if frame is not None else {}
    return [(row.number, list(line), read[row.number]) for row, line in zip(rows, cells, strict=True)]


def _gather(
    gathered: _Gathered,
    lines: pl.DataFrame,
    numbers: Sequence[int],
    columns: Sequence[Sequence[str | None]],
    at: int,
) -> None:
    cells = pl.DataFrame(
        {f"c{place}": pl.Series(column, dtype=pl.String) for place, column in enumerate(columns)}
    )
    cells = cells.with_columns(line=pl.Series(numbers, dtype=pl.UInt32))
    cells = (
        cells.join(lines.select("line"), on="line", how="semi", maintain_order="left")
        if lines.height < cells.height
        else cells
    )
    step = pl.col("line") + at * SHEET_STEP
    gathered.done += lines.height
    if lines.height:
        gathered.frames.append(lines.with_columns(line=step.cast(pl.UInt32)))
        gathered.cells.append(pressed(cells.with_columns(line=step.cast(pl.UInt32))))


def _whole(gathered: _Gathered, parts: list[Part]) -> Roster:
    lines = pl.concat(gathered.frames) if gathered.frames else pl.DataFrame(schema=SCHEMA)
    return Roster(parts, lines, gathered.cells, gathered.left_out, gathered.hidden)


def _said(sheet: reading.Sheet, on: date) -> int:
    return sum(map(bool, column_rules.propose([c.label for c in sheet.columns], [], on)))


def _part(
    sheet: reading.Sheet, remembered: Callable[[Sequence[str]], Sequence[str] | None], on: date,
    mapping: Mapping[str, str] | None,
) -> Part:  # fmt: skip
    labels = tuple(column.label[:80] for column in sheet.columns)
    known = remembered(labels) or _sent_back(labels, remembered)
    fields = tuple(known) if known else column_rules.propose(labels, [row.cells for row in sheet.sample], on)
    return Part(sheet.name, ColumnMap(labels, column_rules.override(labels, fields, mapping)), bool(known))


def _sent_back(
    labels: tuple[str, ...], remembered: Callable[[Sequence[str]], Sequence[str] | None]
) -> Sequence[str] | None:
    """The columns of lines that did not load and come again: those of their file, between the line's number and the reason."""
    own = ["" if label == f"#{at}" else label for at, label in enumerate(labels[1:-1], 1)]
    known = remembered(own) if own else None
    return ("", *known, "") if known else None


def _must_be_one_list(sheet: reading.Sheet, part: Part, on: date, mapping: Mapping[str, str] | None) -> None:
    """Two lists side by side are not read by half, unless somebody has said what the columns are. Raises PeopleSideBySide."""
    if mapping or part.remembered:
        return
    labels, fields = part.columns.labels, part.columns.fields
    others = column_rules.second_numbers(labels, fields, [row.cells for row in sheet.sample], on)
    if others:
        places = sorted([fields.index("number"), *others])
        said = "、".join(f"#{place + 1} {labels[place]}" for place in places)
        raise refusals.PeopleSideBySide(columns=said)


def _is_of_people(columns: ColumnMap) -> bool:
    return columns.has("name") or columns.has("number")


def _not_understood(part: Part) -> refusals.ColumnsNotUnderstood:
    return refusals.ColumnsNotUnderstood(labels=", ".join(filter(None, part.columns.labels[:30])) or "–")


def _of_somebody(
    lines: pl.DataFrame, page: reading.Page, columns: ColumnMap, sheet: reading.Sheet
) -> pl.DataFrame:
    """The lines that speak of somebody: not totals, signatures, repeated headings, nor rows of a running number only."""
    bare = lines.filter(pl.col("document").is_null())["line"]
    if not len(bare):
        return lines
    at = {number: index for index, number in enumerate(page.numbers)}
    ours = [place for place, known in enumerate(columns.fields) if known]
    out: list[int] = []
    for number in bare.to_list():
        cells = [restored(column[at[number]]) for column in page.columns]
        if all(cells[place] is None for place in ours) or sheet.kind_of(cells) != "data":
            out.append(number)
    return lines.filter(~pl.col("line").is_in(out)) if out else lines


def _noted(lines: pl.DataFrame, filled: Sequence[int], numbers: Sequence[int]) -> pl.DataFrame:
    """The lines whose place was taken from above say so."""
    if not filled:
        return lines
    here = pl.Series([numbers[at] for at in filled], dtype=pl.UInt32)
    note = pl.lit(reason_text(reason("place.filled_down")))
    said = pl.concat_str("said", note, separator=", ", ignore_nulls=True)
    return lines.with_columns(said=pl.when(pl.col("line").is_in(here.implode())).then(said).otherwise("said"))


class _FillDown:
    """Villages that stand in the first line of their group only, as in a list whose merged cells were lost on the way."""

    def __init__(self, columns: ColumnMap) -> None:
        self._above = {"town": (), "village": columns.places("town"), "grid": columns.places("village")}
        self._at = [(name, place) for name in self._above for place in columns.places(name)]
        self._village = columns.places("village")
        self._number = columns.places("number") or columns.places("name")
        self._is_sparse: bool | None = None
        self._last: dict[int, str | None] = {}

    def fill(self, columns: Sequence[Sequence[str | None]]) -> tuple[list[Sequence[str | None]], list[int]]:
        """The columns with the places filled, and the positions of lines whose village was. Decided by the first page."""
        made = list(columns)
        if self._is_sparse is None:
            self._is_sparse = self._looks_sparse(columns)
        if not self._is_sparse:
            return made, []
        filled: list[int] = []
        for name, place in self._at:
            last, column = self._last.get(place), list(columns[place])
            above = [columns[each] for each in self._above[name]]
            for at, cell in enumerate(column):
                if cell is not None:
                    last = cell
                elif any(each[at] is not None for each in above):
                    last = None  # another village begins, whose grid the line does not say
                elif last is not None:
                    column[at] = last
                    if place in self._village:
                        filled.append(at)
            self._last[place], made[place] = last, column
        return made, filled

    def _looks_sparse(self, columns: Sequence[Sequence[str | None]]) -> bool:
        """Fewer than half of the first lines name a village, and the first of them does."""
        if not self._village or not self._number:
            return False
        villages, numbers = columns[self._village[0]][:500], columns[self._number[0]][:500]
        lines = [village for village, number in zip(villages, numbers, strict=True) if number is not None]
        named = sum(village is not None for village in lines)
        return len(lines) > 2 and lines[0] is not None and named * 2 < len(lines)
