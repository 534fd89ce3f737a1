"""From the sheets of a file, or from the pages kept of it, to lines: what they say, and which rows speak of somebody."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from vaxkit.identity import ResidentNumber, check_resident_number
from yingjie.foundation.tabular import reading
from yingjie.foundation.tabular.cells import Cell, kept, restored
from yingjie.people.refusals import PeopleSideBySide, TwoTables
from yingjie.people.roster.above import Filled, FromAbove
from yingjie.people.roster.columnar import SCHEMA, WEIGHT, ColumnReader
from yingjie.people.roster.columns import ColumnMap, begins_table
from yingjie.people.roster.pages import LINES, opened, pressed
from yingjie.people.roster.places import Places
from yingjie.people.roster.reasons import reason, reason_text
from yingjie.people.roster_sheets import Part

_NUMBER = r"^\s*[0-9]{17}[0-9Xx]\s*$"
SHEET_STEP = 2_000_000
"""Lines of the second sheet are numbered from here on, those of the third from twice this: a line is one number."""
Step = Callable[[int], None]


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


def from_file(
    chosen: Sequence[tuple[reading.Sheet, Part]], places: Places, on: date, step: Step | None
) -> Roster:
    """Every line of the sheets."""
    gathered, parts = _Gathered(), []
    for at, (sheet, part) in enumerate(chosen):
        reader = ColumnReader(part.columns, places, on, part.from_1904)
        above = FromAbove(part.columns, places, part.title)
        width = len(part.columns.labels)
        for page in sheet.pages(LINES):
            cells, shared = _own_names(_frame(page, part), part.columns, sheet.tall)
            _must_hold_no_others(cells, part, on)
            filled = above.fill(cells)
            frame = _with_refusal(_noted(reader.read(filled.page), filled), shared, "name.merged")
            lines = _of_somebody(frame, cells, filled.titles, part.columns, sheet)
            gathered.left_out += frame.height - lines.height
            gathered.hidden += (
                sum(number in sheet.hidden_rows for number in lines["line"]) if sheet.hidden_rows else 0
            )
            width = max(width, cells.width - 1)
            _gather(gathered, lines, filled.page, at)
            if step:
                step(gathered.done)
        parts.append(part.wider(width))
    return _whole(gathered, parts)


def from_pages(
    pages: Iterable[bytes], parts: list[Part], places: Places, on: date, step: Step | None
) -> Roster:
    """The lines of a roster read anew from the pages kept of it, with other columns."""
    gathered = _Gathered()
    readers = [ColumnReader(part.columns, places, on, part.from_1904) for part in parts]
    aboves = [FromAbove(part.columns) for part in parts]
    for content in pages:
        frame = opened(content)
        at = int(frame["line"][0]) // SHEET_STEP if frame.height else 0
        own = [name for name in _names(len(parts[at].columns.labels)) if name in frame.columns]
        filled = aboves[at].fill(frame.select(*own, (pl.col("line") % SHEET_STEP).cast(pl.UInt32)))
        _gather(gathered, _noted(readers[at].read(filled.page), filled), filled.page, at)
        if step:
            step(gathered.done)
    return _whole(gathered, parts)


def preview(
    sheet: reading.Sheet, part: Part, places: Places, on: date, lines: int = 20
) -> list[tuple[int, list[Cell], dict[str, Any]]]:
    """The first lines of a sheet: number, cells as they stand, and what is read from them by field."""
    rows = sheet.sample[: 2 * lines]
    if not rows:
        return []
    width = max(len(row.cells) for row in rows)
    columns = [[kept(row.cells[at]) if at < len(row.cells) else None for row in rows] for at in range(width)]
    filled = FromAbove(part.columns, places, part.title).fill(
        _frame(reading.Page([row.number for row in rows], columns), part)
    )
    reader = ColumnReader(part.columns, places, on, part.from_1904)
    read = {row["line"]: row for row in reader.read(filled.page).iter_rows(named=True)}
    shown = _names(len(part.columns.labels))
    found = [
        (row["line"], [restored(row.get(name)) for name in shown], read[row["line"]])
        for row in filled.page.iter_rows(named=True)
        if row["line"] not in filled.titles
    ]
    return found[:lines]


def _names(width: int) -> list[str]:
    return [f"c{at}" for at in range(width)]


def _frame(page: reading.Page, part: Part) -> pl.DataFrame:
    """The cells of a page as a frame; a column that the sheet does not have stands empty where the part has it."""
    columns: list[Sequence[str | None]] = list(page.columns)
    empty = [None] * len(page.numbers)
    if part.added is not None:
        columns += [empty] * (part.added - len(columns))
        columns.insert(part.added, empty)
    columns += [empty] * (len(part.columns.labels) - len(columns))
    series = [pl.Series(f"c{at}", column, dtype=pl.String) for at, column in enumerate(columns)]
    return pl.DataFrame([*series, pl.Series("line", page.numbers, dtype=pl.UInt32)])


def _own_names(
    cells: pl.DataFrame, columns: ColumnMap, tall: Sequence[tuple[int, int, int, int]]
) -> tuple[pl.DataFrame, list[int]]:
    """A name that is merged over several lines with numbers of their own is the first line's; the numbers of the others."""
    name, number = columns.places("name")[:1], columns.places("number")[:1]
    if not tall or not name or not number:
        return cells, []
    merged = {
        place: {row + 1 for top, left, bottom, _right in tall if left == place for row in range(top + 1, bottom + 1)}
        for place in (*name, *number)
    }  # fmt: skip
    below = pl.col("line").is_in(list(merged[name[0]] - merged[number[0]]))
    shared = cells.filter(below & pl.col(f"c{number[0]}").is_not_null())["line"].to_list()
    here = pl.col("line").is_in(shared)
    emptied = pl.when(here).then(None).otherwise(f"c{name[0]}").alias(f"c{name[0]}")
    return (cells.with_columns(emptied), shared) if shared else (cells, [])


def _must_hold_no_others(cells: pl.DataFrame, part: Part, on: date) -> None:
    """A list that begins far down beside another has no heading here: numbers of people in columns without one, in lines that
    have their own number, or have nothing of their own. Raises PeopleSideBySide."""
    labels, fields = part.columns.labels, part.columns.fields
    own = part.columns.places("number")[:1]
    if part.remembered or not own:
        return
    mine = cells[f"c{own[0]}"]
    for at, name in enumerate(column for column in cells.columns if column != "line"):
        if at < len(labels) and (labels[at] or fields[at]):
            continue
        for row in cells[name].str.contains(_NUMBER).fill_null(False).arg_true():
            is_clear = mine[row] is None or isinstance(
                check_resident_number(mine[row], on=on), ResidentNumber
            )
            found = check_resident_number(cells[name][row], on=on)
            if is_clear and isinstance(found, ResidentNumber) and found.number != mine[row]:
                raise PeopleSideBySide(columns=f"#{own[0] + 1} {labels[own[0]]}、#{at + 1}")


def _with_refusal(lines: pl.DataFrame, numbers: list[int], code: str) -> pl.DataFrame:
    if not numbers:
        return lines
    here = pl.col("line").is_in(numbers)
    told = _with_note(lines, numbers, reason_text(reason(code)))
    return told.with_columns(
        weight=pl.when(here).then(pl.lit(WEIGHT["refused"], pl.Int8)).otherwise("weight")
    )


def _gather(gathered: _Gathered, lines: pl.DataFrame, cells: pl.DataFrame, at: int) -> None:
    if lines.height < cells.height:
        cells = cells.join(lines.select("line"), on="line", how="semi", maintain_order="left")
    step = (pl.col("line") + at * SHEET_STEP).cast(pl.UInt32)
    gathered.done += lines.height
    if lines.height:
        gathered.frames.append(lines.with_columns(step))
        gathered.cells.append(pressed(cells.with_columns(step)))


def _whole(gathered: _Gathered, parts: list[Part]) -> Roster:
    lines = pl.concat(gathered.frames) if gathered.frames else pl.DataFrame(schema=SCHEMA)
    return Roster(parts, lines, gathered.cells, gathered.left_out, gathered.hidden)


def _of_somebody(
    lines: pl.DataFrame, cells: pl.DataFrame, titles: list[int], columns: ColumnMap, sheet: reading.Sheet
) -> pl.DataFrame:
    """The lines that speak of somebody: not titles, totals, signatures, repeated headings, nor rows of a running number only.
    `cells` are those that the lines have themselves."""
    bare = lines["document"].is_null()
    if not bare.any():
        return lines
    ours = [f"c{place}" for place, known in enumerate(columns.fields) if known]
    every, out = _names(cells.width - 1), list(titles)
    for row in cells.filter(bare).iter_rows(named=True):
        if all(row[name] is None for name in ours):
            out.append(row["line"])
            continue
        own = [restored(row[name]) for name in every]
        if sheet.kind_of(own) != "data":
            out.append(row["line"])
        elif begins_table(own, columns):
            raise TwoTables(sheet=sheet.name, row=row["line"])
    return lines.filter(~pl.col("line").is_in(out)) if out else lines


def _noted(lines: pl.DataFrame, filled: Filled) -> pl.DataFrame:
    """The lines whose place was taken from above say so."""
    for title in sorted(set(filled.titled.values())):
        here = [line for line, said in filled.titled.items() if said == title]
        lines = _with_note(lines, here, reason_text(reason("place.from_title", text=title)))
    return _with_note(lines, filled.down, reason_text(reason("place.filled_down"))) if filled.down else lines


def _with_note(lines: pl.DataFrame, numbers: list[int], note: str) -> pl.DataFrame:
    here = pl.Series(numbers, dtype=pl.UInt32)
    said = pl.concat_str("said", pl.lit(note), separator=", ", ignore_nulls=True)
    return lines.with_columns(said=pl.when(pl.col("line").is_in(here.implode())).then(said).otherwise("said"))
