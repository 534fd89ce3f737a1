"""Write spreadsheets that open cleanly, print cleanly, and never run anything.

    write_xlsx(path, [SheetSpec("名单", [ColumnSpec("姓名"), ColumnSpec("剂次", kind="integer")], rows)],
    created_at=now)

Text is always written as text: a name that begins with = + - @ stays a name. Rows may be any iterable
and are written in constant memory. The same sheets with the same `created_at` give the same bytes.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Literal

import xlsxwriter

from .cells import as_text

Kind = Literal["text", "integer", "decimal", "percent", "date", "moment", "any"]
Value = str | int | float | Decimal | bool | date | datetime | None

ROW_LIMIT = 1_048_576
TEXT_LIMIT = 32_767
_FONT = "宋体"
_WIDE_FROM = 95.0  # characters; wider sheets are printed landscape
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "\n")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*%?")
_FORBIDDEN_IN_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


@dataclass(frozen=True)
class ColumnSpec:
    """A column to be written. `width` in characters of the default font (a Chinese character counts
    two); None: from label and kind. `kind` "any" writes each cell by its own type; `digits` are the
    places of decimal and percent."""

    label: str
    width: float | None = None
    kind: Kind = "text"
    digits: int = 1


@dataclass(frozen=True)
class SheetSpec:
    """A sheet to be written: heading lines above, header, rows, a totals row, notes below.

    `marked` are indexes of rows to be highlighted. `red_heading` prints the first heading line large and red.
    """

    title: str
    columns: Sequence[ColumnSpec]
    rows: Iterable[Sequence[Value]]
    heading_lines: Sequence[str] = ()
    notes: Sequence[str] = ()
    totals: Sequence[Value] | None = None
    marked: frozenset[int] = frozenset()
    autofilter: bool = True
    landscape: bool | None = None
    red_heading: bool = False
    page_footer: str = ""


def display_width(text: str) -> float:
    """Width of text in a spreadsheet, in characters: wide characters count two."""
    return float(sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text))


def write_xlsx(target: str | Path | IO[bytes], sheets: Sequence[SheetSpec], *, created_at: datetime) -> None:
    """Write a workbook. Raises ValueError if there is no sheet or one has more rows than a sheet can hold."""
    if not sheets:
        raise ValueError("a workbook needs at least one sheet")
    book = xlsxwriter.Workbook(
        str(target) if isinstance(target, Path) else target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    book.set_properties({"created": created_at.replace(tzinfo=None, microsecond=0)})
    looks = _Looks(book)
    used: set[str] = set()
    try:
        for spec in sheets:
            _write_sheet(book, looks, spec, _sheet_title(spec.title, used))
    finally:
        book.close()


def write_csv(
    target: str | Path | IO[str],
    columns: Sequence[str | ColumnSpec],
    rows: Iterable[Sequence[Value]],
    *,
    protect_long_numbers: bool = True,
) -> None:
    """Write CSV in UTF-8 with a byte order mark, so that Excel and WPS read Chinese.

    Text that a spreadsheet would take for a formula gets a leading apostrophe. With
    `protect_long_numbers`, text of twelve digits or more gets a trailing tab: otherwise Excel rounds
    identity numbers. An open text stream is written to as it is (its encoding is the caller's).
    """
    if isinstance(target, (str, Path)):
        with Path(target).open("w", encoding="utf-8-sig", newline="") as stream:
            write_csv(stream, columns, rows, protect_long_numbers=protect_long_numbers)
        return
    writer = csv.writer(target, lineterminator="\r\n")
    labels = [column.label if isinstance(column, ColumnSpec) else column for column in columns]
    writer.writerow([_csv_text(label, protect_long_numbers) for label in labels])
    for row in rows:
        writer.writerow([_csv_text(value, protect_long_numbers) for value in row])


def _csv_text(value: Value, protect_long_numbers: bool) -> str:
    if not isinstance(value, str):
        return str(value) if isinstance(value, Decimal) else as_text(value)
    if value.startswith(_FORMULA_START) and not _PLAIN_NUMBER.fullmatch(value) and value != "-":
        return "'" + value
    if protect_long_numbers and len(value) >= 12 and re.fullmatch(r"\d+[Xx]?", value):
        return value + "\t"
    return value


class _Looks:
    """The cell formats of one workbook, made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[Any, ...], Any] = {}
        self.heading = self._add(font_size=16, align="center", valign="vcenter")
        self.red = self._add(font_size=20, align="center", valign="vcenter", font_color="#C8161D", bold=True)
        self.line = self._add(font_size=10, align="left", valign="vcenter", font_color="#555555")
        self.header = self._add(
            bold=True, align="center", valign="vcenter", text_wrap=True, border=1, border_color="#8A8A8A",
            bg_color="#DCE6F1",
        )  # fmt: skip
        self.note = self._add(font_size=10, align="left", valign="top", text_wrap=True, font_color="#555555")

    def _add(self, **properties: Any) -> Any:
        return self._book.add_format({"font_name": _FONT, "font_size": 11, **properties})

    def cell(self, kind: str, digits: int, *, marked: bool, total: bool) -> Any:
        key = (kind, digits, marked, total)
        if key not in self._made:
            places = "." + "0" * digits if digits else ""
            number = {
                "text": "@",
                "integer": "#,##0",
                "decimal": "#,##0" + places,
                "percent": "0" + places + "%",
                "date": "yyyy-mm-dd",
                "moment": "yyyy-mm-dd hh:mm",
            }.get(kind, "General")
            colour = {"bg_color": "#EDEDED"} if total else {"bg_color": "#FFF2CC"} if marked else {}
            align = "left" if kind in ("text", "any") else "right"
            self._made[key] = self._add(
                num_format=number,
                border=1,
                border_color="#BFBFBF",
                valign="vcenter",
                align=align,
                bold=total,
                **colour,
            )
        return self._made[key]


def _sheet_title(title: str, used: set[str]) -> str:
    clean = _FORBIDDEN_IN_TITLE.sub(" ", title).strip(" '")[:31] or "Sheet"
    name, number = clean, 2
    while name.casefold() in used:
        suffix = f" ({number})"
        name, number = clean[: 31 - len(suffix)] + suffix, number + 1
    used.add(name.casefold())
    return name


def _write_sheet(book: Any, looks: _Looks, spec: SheetSpec, title: str) -> None:
    sheet = book.add_worksheet(title)
    last_column = max(len(spec.columns) - 1, 0)
    widths = [_width(column) for column in spec.columns]
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    header_row = row = _write_heading(sheet, looks, spec, last_column)
    lines = max((_lines(column.label, widths[index]) for index, column in enumerate(spec.columns)), default=1)
    sheet.set_row(row, 15.0 * lines + 6)
    for index, column in enumerate(spec.columns):
        sheet.write_string(row, index, column.label, looks.header)
    for position, values in enumerate(spec.rows):
        row += 1
        if row >= ROW_LIMIT - len(spec.notes) - 2:
            raise ValueError(f"sheet “{title}” has more rows than a spreadsheet can hold")
        _write_row(sheet, looks, spec, row, values, marked=position in spec.marked, total=False)
    last_data = row
    if spec.totals is not None:
        row += 1
        _write_row(sheet, looks, spec, row, spec.totals, marked=False, total=True)
    for note in spec.notes:
        row += 1
        lines = _lines(note, sum(widths) or 10)
        sheet.set_row(row, 15.0 * lines)
        _across(sheet, row, last_column, note, looks.note)
    sheet.freeze_panes(header_row + 1, 0)
    if spec.autofilter and spec.columns and last_data > header_row:
        sheet.autofilter(header_row, 0, last_data, last_column)
    _set_up_print(sheet, spec, header_row, sum(widths))


def _write_heading(sheet: Any, looks: _Looks, spec: SheetSpec, last_column: int) -> int:
    for row, line in enumerate(spec.heading_lines):
        is_title = row == 0 or (spec.red_heading and row == 1)
        look = looks.red if spec.red_heading and row == 0 else looks.heading if is_title else looks.line
        sheet.set_row(row, 34 if look is looks.red else 28 if is_title else 18)
        _across(sheet, row, last_column, line, look)
    return len(spec.heading_lines)


def _across(sheet: Any, row: int, last_column: int, text: str, look: Any) -> None:
    if last_column:
        sheet.merge_range(row, 0, row, last_column, "", look)
    sheet.write_string(row, 0, text[:TEXT_LIMIT], look)


def _set_up_print(sheet: Any, spec: SheetSpec, header_row: int, width: float) -> None:
    sheet.set_paper(9)  # A4
    if spec.landscape or (spec.landscape is None and width > _WIDE_FROM):
        sheet.set_landscape()
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header_row)
    left = spec.page_footer.replace("&", "&&")[:180]
    sheet.set_footer((f"&L&8{' ' if left[:1].isdigit() else ''}{left}" if left else "") + "&R&8 &P / &N")


def _width(column: ColumnSpec) -> float:
    if column.width is not None:
        return column.width
    least = {"text": 10.0, "any": 12.0, "date": 12.0, "moment": 17.0}.get(column.kind, 9.0)
    return min(max(least, display_width(column.label) + 4), 40.0)


def _lines(text: str, width: float) -> int:
    return max(1, sum(-(-int(display_width(line) or 1) // max(int(width), 1)) for line in text.split("\n")))


def _write_row(
    sheet: Any,
    looks: _Looks,
    spec: SheetSpec,
    row: int,
    values: Sequence[Value],
    *,
    marked: bool,
    total: bool,
) -> None:
    if len(values) != len(spec.columns):
        raise ValueError(f"sheet “{spec.title}”: {len(values)} cells for {len(spec.columns)} columns")
    for index, (column, value) in enumerate(_pairs(spec.columns, values)):
        kind = _kind_of(value) if column.kind == "any" else column.kind
        look = looks.cell(kind, column.digits, marked=marked, total=total)
        if value is None:
            sheet.write_blank(row, index, None, look)
        elif isinstance(value, bool):
            sheet.write_boolean(row, index, value, look)
        elif isinstance(value, (int, float, Decimal)):
            sheet.write_number(row, index, value, look)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, index, value.replace(tzinfo=None), look)
        elif isinstance(value, date):
            sheet.write_datetime(row, index, value, look)
        else:
            text = value if len(value) <= TEXT_LIMIT else value[: TEXT_LIMIT - 1] + "…"
            sheet.write_string(row, index, text, look)


def _pairs(columns: Sequence[ColumnSpec], values: Sequence[Value]) -> Iterator[tuple[ColumnSpec, Value]]:
    return zip(columns, values, strict=True)


def _kind_of(value: Value) -> str:
    if isinstance(value, datetime):
        return "moment"
    if isinstance(value, date):
        return "date"
    return "text" if isinstance(value, str) else "any"
