"""The process that touches a stranger's file. Nothing here runs in the process that serves people.

Started by `reading` with a clean environment, the file as an argument, limits on memory and processor
time, and one way out: frames of plain values on its standard output (see `channel`). Its death is an
answer too.

Frames: ("facts", kind, encoding, delimiter) · ("sheet", name, hidden, merged, rows, hidden row numbers, whether days count from
1904) for each sheet when surveying, or ("rows", [(row index, cells), …]) for the one sheet asked for; asked for by the page it
comes as ("page", [row index, …], [[cell as kept text, …] per column]) · ("end",) · ("unreadable", code, facts).
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
from collections.abc import Iterable, Iterator
from itertools import compress, islice, zip_longest
from pathlib import Path
from typing import Any, BinaryIO

from . import channel, kinds, markup, plaintext, unpack
from .cells import BLANKS, Cell, kept, plain
from .headers import HEAD_ROWS, NEAR_ROWS, Span
from .unreadable import UnreadableFile

_KEPT_SHEETS = 5
_SENT_ROWS = 20_000
_MERGED_LIMIT = 200_000


def main() -> None:
    """Read the order from the arguments, obey it, and leave without clean-up that a broken library
    could hang.
    """
    order = json.loads(sys.argv[2])
    _limit(order)
    out = os.fdopen(os.dup(1), "wb", buffering=1024 * 1024)
    try:
        _obey(order, out)
    except UnreadableFile as refusal:
        channel.send(out, ("unreadable", refusal.code, refusal.facts))
    except MemoryError:
        channel.send(out, ("unreadable", "file.too_heavy", {}))
    out.flush()
    os._exit(0)


def _limit(order: dict[str, Any]) -> None:
    memory, seconds = order["memory_bytes"], order["cpu_seconds"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    size = order["unpacked_bytes"] * 2
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def _obey(order: dict[str, Any], out: BinaryIO) -> None:
    path = Path(order["path"])
    kind = kinds.detect(path)
    if kind == "text":
        _text(path, order, out)
        return
    if kind in ("html", "xml"):
        _tables(path, kind, order, out)
        return
    # Where the parent may want a sheet next, the book stays open: it is unpacked and parsed once.
    with tempfile.TemporaryDirectory(dir=order["scratch"]) as scratch:
        # The library believes extensions, so it gets the right one, whatever the file is called.
        safe = Path(scratch) / f"book.{kind}"
        hidden: dict[str, list[int]] = {}
        from_1904 = kinds.counts_from_1904(path, kind)
        if kind == "xlsx":
            per_part = unpack.looked_through(path, unpacked_bytes=order["unpacked_bytes"])
            if per_part is None:
                per_part = unpack.without_blank_cells(path, safe, unpacked_bytes=order["unpacked_bytes"])
            else:
                safe.symlink_to(path)
            parts = unpack.worksheet_parts(safe) if any(per_part.values()) else {}
            hidden = {name: per_part.get(part, []) for name, part in parts.items()}
        else:
            if kind != "xls":
                unpack.check_archive(path, unpacked_bytes=order["unpacked_bytes"])
            safe.symlink_to(path)
        _workbook(safe, kind, order, hidden, from_1904, out)


def _text(path: Path, order: dict[str, Any], out: BinaryIO) -> None:
    dialect = plaintext.examine(path)
    channel.send(out, ("facts", "csv", dialect.encoding, dialect.delimiter))
    rows: Iterator[list[Cell]] = (
        [plaintext.unquoted(cell.strip(BLANKS)) or None for cell in record]
        for record in plaintext.records(path, dialect)
    )
    if order["sheet"] is None:
        channel.send(out, ("sheet", "", False, [], _head(_checked(rows, "", order)), [], False, []))
    else:
        _send(_checked(rows, "", order), order, out)
    channel.send(out, ("end",))


def _tables(path: Path, kind: str, order: dict[str, Any], out: BinaryIO) -> None:
    found = markup.tables_of(path, kind)
    channel.send(out, ("facts", kind, None, None))
    for table in found[: order["sheets"]]:
        spans = sorted(table.spans)[:_MERGED_LIMIT]
        rows = _checked(_filled(iter(table.rows), spans), table.name, order)
        if order["sheet"] is None:
            near, tall = (
                [span for span in spans if span[0] < HEAD_ROWS],
                [span for span in spans if span[2] > span[0]],
            )
            head = _head(rows)
            channel.send(
                out,
                ("sheet", table.name, table.is_hidden, near, head, table.hidden_rows, table.from_1904, tall),
            )
        elif order["sheet"] == table.name:
            _send(rows, order, out)
    channel.send(out, ("end",))


def _workbook(
    path: Path,
    kind: str,
    order: dict[str, Any],
    hidden_rows: dict[str, list[int]],
    from_1904: bool,
    out: BinaryIO,
) -> None:
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(path)
        channel.send(out, ("facts", kind, None, None))
        metas = [
            meta
            for meta in book.sheets_metadata[: order["sheets"]]
            if meta.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        parsed: dict[str, Any] = {}
        for meta in metas:
            if order["sheet"] not in (None, meta.name):
                continue
            sheet = book.get_sheet_by_name(meta.name)
            spans = _spans(sheet.merged_cell_ranges)
            if order["sheet"] is None:
                hidden = meta.visible != calamine.SheetVisibleEnum.Visible
                near = [span for span in spans if span[0] < HEAD_ROWS]
                beyond = hidden_rows.get(meta.name, [])
                tall = [span for span in spans if span[2] > span[0]]
                head = _head(_checked(_rows(sheet, spans), meta.name, order))
                channel.send(out, ("sheet", meta.name, hidden, near, head, beyond, from_1904, tall))
                if len(metas) <= _KEPT_SHEETS:
                    parsed[meta.name] = (sheet, spans)
            else:
                _send_sheet(sheet, spans, meta.name, order, out)
        if order["sheet"] is None and order["stay"]:
            channel.send(out, ("end",))
            out.flush()
            _next(book, parsed, order, out)
    except calamine.PasswordError as error:
        raise UnreadableFile("file.password") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        too_many_cells = "limit exceeded" in str(error)
        raise UnreadableFile("file.too_heavy" if too_many_cells else "file.broken") from error
    channel.send(out, ("end",))


def _next(book: Any, parsed: dict[str, Any], order: dict[str, Any], out: BinaryIO) -> None:
    """One more order for the open book: a sheet, by the page. Nothing comes when the parent has no use for it any more."""
    line = sys.stdin.readline()
    if not line:
        return
    wanted = order | json.loads(line)
    name = wanted["sheet"]
    sheet, spans = parsed.pop(name, (None, []))
    parsed.clear()
    if sheet is None:
        sheet = book.get_sheet_by_name(name)
        spans = _spans(sheet.merged_cell_ranges)
    _send_sheet(sheet, spans, name, wanted, out)


def _send_sheet(sheet: Any, spans: list[Span], name: str, order: dict[str, Any], out: BinaryIO) -> None:
    if order["page"] and not spans:
        _send_plainly(sheet, name, order, out)
    else:
        _send(_checked(_rows(sheet, spans), name, order), order, out)


def _send_plainly(sheet: Any, name: str, order: dict[str, Any], out: BinaryIO) -> None:
    """The pages of a sheet without merged cells: whole columns at a time, no row looked at by itself."""
    margin = sheet.start[1] if sheet.start else 0
    rows, first, count = sheet.iter_rows(), 0, 0
    while chunk := list(islice(rows, order["page"])):
        columns = [[None] * len(chunk)] * margin + [_texts(column) for column in zip_longest(*chunk)]
        while columns and not any(columns[-1]):
            columns.pop()
        if len(columns) > order["columns"]:
            raise UnreadableFile("file.too_wide", sheet=name, columns=len(columns), limit=order["columns"])
        numbers = list(range(first, first + len(chunk)))
        if not any(None not in column for column in columns):
            filled = [any(row) for row in zip(*columns, strict=True)] if columns else []
            numbers = list(compress(numbers, filled))
            columns = [list(compress(column, filled)) for column in columns]
        first, count = first + len(chunk), count + len(numbers)
        if count > order["rows"]:
            raise UnreadableFile("file.too_long", sheet=name, limit=order["rows"])
        for at in range(0, len(numbers), _SENT_ROWS):
            part = slice(at, at + _SENT_ROWS)
            channel.send(out, ("page", numbers[part], [column[part] for column in columns]))


def _texts(column: Iterable[Any]) -> list[str | None]:
    return [
        (cell.strip(BLANKS) or None)
        if cell.__class__ is str and cell[:1] != "\x01" and "\x00" not in cell
        else kept(plain(cell))
        for cell in column
    ]


def _spans(merged: Any) -> list[Span]:
    found = [(top, left, bottom, right) for (top, left), (bottom, right) in (merged or [])[:_MERGED_LIMIT]]
    return sorted(found)


def _rows(sheet: Any, spans: list[Span]) -> Iterator[list[Cell]]:
    """All rows from the sheet's first, all columns from its first; merged areas filled down."""
    margin: list[Cell] = [None] * (sheet.start[1] if sheet.start else 0)
    return _filled((margin + [plain(cell) for cell in raw] for raw in sheet.iter_rows()), spans)


def _filled(rows: Iterator[list[Cell]], spans: list[Span]) -> Iterator[list[Cell]]:
    """Rows with merged areas filled down their first column.

    Only downwards: a value across several columns is a title or a remark and belongs to the first of them.
    """
    waiting = [span for span in reversed(spans) if span[2] > span[0]]
    active: list[tuple[int, int, Cell]] = []  # last row, column, value
    for index, row in enumerate(rows):
        active = [entry for entry in active if entry[0] >= index]
        for _, column, value in active:
            if column < len(row) and row[column] is None:
                row[column] = value
        while waiting and waiting[-1][0] <= index:
            _, left, bottom, _ = waiting.pop()
            if left < len(row) and row[left] is not None:
                active.append((bottom, left, row[left]))
        yield row


def _head(rows: Iterator[list[Cell]]) -> list[list[Cell]]:
    """The first rows of a sheet, fewer where they are long."""
    head: list[list[Cell]] = []
    characters = 0
    for row in islice(rows, HEAD_ROWS):
        head.append(row)
        characters += sum(len(cell) for cell in row if isinstance(cell, str))
        if len(head) >= NEAR_ROWS and characters > channel.CHARACTERS_PER_FRAME:
            break
    return head


def _checked(rows: Iterator[list[Cell]], name: str, order: dict[str, Any]) -> Iterator[list[Cell]]:
    """Rows without trailing blanks; a sheet wider or longer than allowed is refused, not cut."""
    filled = 0
    for row in rows:
        while row and row[-1] is None:
            row.pop()
        if len(row) > order["columns"]:
            raise UnreadableFile("file.too_wide", sheet=name, columns=len(row), limit=order["columns"])
        filled += bool(row)
        if filled > order["rows"]:
            raise UnreadableFile("file.too_long", sheet=name, limit=order["rows"])
        yield row


def _send(rows: Iterator[list[Cell]], order: dict[str, Any], out: BinaryIO) -> None:
    if order["page"]:
        _send_pages(rows, order["page"], out)
    else:
        _send_rows(rows, out)


def _send_pages(rows: Iterator[list[Cell]], size: int, out: BinaryIO) -> None:
    """Filled rows in pages of at most `size`, turned into columns: the parent then looks at no cell by itself."""
    numbers: list[int] = []
    page: list[list[Cell]] = []
    characters = 0
    for index, row in enumerate(rows):
        if not row:
            continue
        numbers.append(index)
        page.append(row)
        characters += sum(len(cell) for cell in row if isinstance(cell, str))
        if len(page) >= size or characters > channel.PAGE_CHARACTERS:
            channel.send(out, ("page", numbers, _columns(page)))
            numbers, page, characters = [], [], 0
    channel.send(out, ("page", numbers, _columns(page)))


def _columns(page: list[list[Cell]]) -> list[list[str | None]]:
    return [
        [
            cell if cell is None or (cell.__class__ is str and cell[0] != "\x01") else kept(cell)
            for cell in column
        ]
        for column in zip_longest(*page)
    ]


def _send_rows(rows: Iterator[list[Cell]], out: BinaryIO) -> None:
    batch: list[tuple[int, list[Cell]]] = []
    characters = 0
    for index, row in enumerate(rows):
        if not row:
            continue
        batch.append((index, row))
        characters += sum(len(cell) for cell in row if isinstance(cell, str))
        if len(batch) >= channel.ROWS_PER_FRAME or characters > channel.CHARACTERS_PER_FRAME:
            channel.send(out, ("rows", batch))
            batch, characters = [], 0
    channel.send(out, ("rows", batch))
