"""Give bad rows back: the sender's own columns, only the rows that need work, and why, in the last column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from .cells import Cell
from .reading import Limits, Sheet, Workbook, read
from .unreadable import UnreadableFile
from .writing import ColumnSpec, SheetSpec, Value, display_width, write_xlsx

REASON_LABEL = "退回原因 Reason"
ROW_LABEL = "原行号 Row"


@dataclass(frozen=True)
class RowReason:
    """Why a row was not taken: the sheet's name ("" for text files), its row number as shown, and the words."""

    sheet: str
    number: int
    zh: str
    en: str


def append_reasons(
    original: str | Path | Workbook,
    rows_with_reasons: Iterable[RowReason],
    out: str | Path | IO[bytes],
    *,
    created_at: datetime,
    limits: Limits | None = None,
    known_labels: Iterable[str] = (),
) -> int:
    """Write the named rows of `original` as XLSX: same columns, then the row's number, then the reason in both
    languages, last. Several reasons for a row are joined. Returns how many rows were written.

    The file is read again as `reading.read` reads it (pass the same `known_labels`, or the Workbook itself).
    Raises UnreadableFile; raises KeyError if a sheet or row named in a reason is not in the file.
    """
    book = original if isinstance(original, Workbook) else read(
        original, limits=limits or Limits(), known_labels=list(known_labels)
    )  # fmt: skip
    reasons: dict[str, dict[int, list[str]]] = {}
    for reason in rows_with_reasons:
        words = f"{reason.zh}\n{reason.en}" if reason.en else reason.zh
        reasons.setdefault(reason.sheet, {}).setdefault(reason.number, []).append(words)
    unknown = set(reasons) - {sheet.name for sheet in book.sheets}
    if unknown:
        raise KeyError(sorted(unknown)[0])
    if not reasons:
        raise UnreadableFile("file.no_rows")
    written: dict[str, set[int]] = {name: set() for name in reasons}
    sheets = [
        SheetSpec(
            title=sheet.name or "1",
            columns=_columns(sheet),
            rows=_rows(sheet, reasons[sheet.name], written[sheet.name]),
        )
        for sheet in book.sheets
        if sheet.name in reasons
    ]
    write_xlsx(out, sheets, created_at=created_at)
    for name, numbers in reasons.items():
        for number in sorted(set(numbers) - written[name]):
            raise KeyError((name, number))
    return sum(len(numbers) for numbers in written.values())


def _columns(sheet: Sheet) -> list[ColumnSpec]:
    columns = []
    for column in sheet.columns:
        samples = [row.cells[column.index] for row in sheet.sample[:30]]
        longest = max((display_width(str(cell)) for cell in samples if cell is not None), default=8.0)
        width = min(max(longest, display_width(column.label), 8.0) + 2, 40.0)
        columns.append(ColumnSpec(column.label, width, "any"))
    return [*columns, ColumnSpec(ROW_LABEL, 12.0, "integer"), ColumnSpec(REASON_LABEL, 60.0)]


def _rows(sheet: Sheet, reasons: dict[int, list[str]], written: set[int]) -> Iterator[list[Value]]:
    width = len(sheet.columns)
    for row in sheet.rows:
        if row.number in reasons:
            written.add(row.number)
            cells: list[Cell] = [*row.cells[:width], *[None] * (width - len(row.cells))]
            yield [*cells, row.number, "\n".join(reasons[row.number])]
