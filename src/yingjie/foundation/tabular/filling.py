"""Write a few cells into somebody else's spreadsheet and leave everything else as it was: styles, merges, widths, formulas, other
sheets; of a text table its encoding, delimiter and line ends.

    filled(content, "Sheet1", {(5, 6): "在辖区内"})       row as the spreadsheet shows it (from 1), column from 0 → text

An XLSX is a zip of XML parts: only that of the one sheet is written anew, and in it only the cells named. What cannot be done so
without a doubt (an old XLS, an ODS, a part written in an unusual way) is told with CannotFill; the caller makes a new sheet then.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from xml.parsers import expat
from xml.sax.saxutils import escape

from .kinds import detect
from .plaintext import Dialect, examine
from .unpack import check_archive, worksheet_parts
from .unreadable import UnreadableFile

Cells = Mapping[tuple[int, int], str]
_LARGEST_PART = 96 * 1024 * 1024
_UNPACKED_BYTES = 1024**3
_ROW = re.compile(r"<row\b([^>]*?)(/>|>(.*?)</row>)", re.S)
_CELL = re.compile(r"<c\b([^>]*?)(/>|>(.*?)</c>)", re.S)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ATTRIBUTE = re.compile(r'\b(r|s)="([^"]*)"')


class CannotFill(ValueError):
    """This file is written in a way in which single cells cannot be filled."""


def filled(content: bytes, sheet: str, cells: Cells, *, like: Mapping[int, int] | None = None) -> bytes:
    """The file with these texts in these cells. `like`: for a column that the file does not have, the column whose look its cells
    take. Raises CannotFill."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "given"
        path.write_bytes(content)
        try:
            kind = detect(path)
            if kind == "text":
                return _text(path, cells)
            if kind == "xlsx":
                check_archive(path, unpacked_bytes=_UNPACKED_BYTES)
                return _workbook(path, sheet, cells, like or {})
        except UnreadableFile as unreadable:
            raise CannotFill(kind) from unreadable
    raise CannotFill(kind)


def _workbook(path: Path, sheet: str, cells: Cells, like: Mapping[int, int]) -> bytes:
    part = worksheet_parts(path).get(sheet, "")
    made = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        if part not in source.namelist() or source.getinfo(part).file_size > _LARGEST_PART:
            raise CannotFill(part)
        for member in source.infolist():
            old = source.read(member)
            target.writestr(member, _sheet(old, cells, like) if member.filename == part else old)
    return made.getvalue()


def _sheet(old: bytes, cells: Cells, like: Mapping[int, int]) -> bytes:
    try:
        text = old.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CannotFill("encoding") from error
    if "<!DOCTYPE" in text or "<!--" in text or "<sheetData" not in text:
        raise CannotFill("part")
    by_row: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for (row, column), value in cells.items():
        by_row[row][column] = value
    seen: set[int] = set()

    def row_filled(found: re.Match[str]) -> str:
        number = _number(found[1])
        seen.add(number)
        wanted = by_row.get(number)
        return _row(found, number, wanted, like) if wanted else found[0]

    start, end = text.index("<sheetData"), text.rindex("</sheetData>") if "</sheetData>" in text else -1
    if end < 0:
        raise CannotFill("no rows")
    body = _ROW.sub(row_filled, text[start:end])
    if not set(by_row) <= seen:
        raise CannotFill("row")
    new = text[:start] + body + text[end:]
    parser = expat.ParserCreate()
    try:
        parser.Parse(new.encode("utf-8"), True)
    except expat.ExpatError as error:
        raise CannotFill("part") from error
    return new.encode("utf-8")


def _row(found: re.Match[str], number: int, wanted: dict[int, str], like: Mapping[int, int]) -> str:
    """A row with the wanted cells in their places; a cell keeps its look."""
    kept: dict[int, str] = {}
    looks: dict[int, str] = {}
    for cell in _CELL.finditer(found[3] or ""):
        named = dict(_ATTRIBUTE.findall(cell[1]))
        column = _column(named.get("r", ""))
        if "<f" in (cell[3] or "") and column in wanted:
            raise CannotFill("formula")  # another part lists the formulas
        kept[column], looks[column] = cell[0], named.get("s", "")
    for column, value in wanted.items():
        look = looks.get(column) or looks.get(like.get(column, -1), "")
        style = f' s="{look}"' if look else ""
        text = escape(_CONTROL.sub("", value))
        where = f"{_letters(column)}{number}"
        kept[column] = f'<c r="{where}"{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    attributes = re.sub(r'\sspans="[^"]*"', "", found[1])
    return f"<row{attributes}>{''.join(kept[column] for column in sorted(kept))}</row>"


def _number(attributes: str) -> int:
    found = re.search(r'\br="(\d+)"', attributes)
    if found is None:
        raise CannotFill("row number")
    return int(found[1])


def _column(reference: str) -> int:
    letters = reference.rstrip("0123456789")
    if not letters or not letters.isalpha():
        raise CannotFill("cell reference")
    at = 0
    for letter in letters.upper():
        at = at * 26 + ord(letter) - 64
    return at - 1


def _letters(column: int) -> str:
    found, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        found = chr(65 + digit) + found
    return found


def _text(path: Path, cells: Cells) -> bytes:
    """Encoding, delimiter, mark at the beginning and line ends stay; a cell is quoted where it must be."""
    dialect: Dialect = examine(path)
    raw = path.read_bytes()
    mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
    encoding = "utf-8" if dialect.encoding == "utf-8-sig" else dialect.encoding
    text = raw.removeprefix(mark).decode(encoding)
    head, lines = "", text
    for _ in range(dialect.skip_lines):
        first, _end, lines = lines.partition("\n")
        head += first + "\n"
    ends = "\r\n" if "\r\n" in text else "\n"
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=dialect.delimiter, lineterminator=ends)
    last = max(row for row, _column in cells)
    for number, record in enumerate(
        csv.reader(io.StringIO(lines, newline=""), delimiter=dialect.delimiter), 1
    ):
        wanted = (
            {column: value for (row, column), value in cells.items() if row == number}
            if number <= last
            else {}
        )
        width = max([len(record), *(column + 1 for column in wanted)])
        writer.writerow([wanted.get(at, record[at] if at < len(record) else "") for at in range(width)])
    return mark + (head + made.getvalue()).encode(encoding, "replace")
