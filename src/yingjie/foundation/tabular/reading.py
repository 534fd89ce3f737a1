"""Read a spreadsheet from a stranger: what it is, its sheets, their columns, and their rows one after
another.

    book = read("roster.xls", known_labels=["姓名", "身份证号", "电话"])
    for row in book.sheets[0].rows:
        row.number, row.cells, row.kind

Nothing of the file is parsed in this process. `read` surveys it in a child (kind, sheets, first rows),
which keeps a workbook open for the first sheet that is asked for by the page: it is unpacked and parsed once.
Iterating again starts another child that streams the sheet, so a million rows need no more memory here
than a hundred, and the rows may be walked as often as needed. Every failure, including the child's
death, is an `UnreadableFile`.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from . import channel
from .cells import Cell
from .headers import HEAD_ROWS, Header, Span, find, row_kind
from .unreadable import UnreadableFile

_STAY_OPEN = ("xlsx", "xlsb", "xls", "ods")
"""Workbooks, which a child that surveyed them keeps open for the first sheet that is asked for."""
_SOURCE_ROOT = Path(__file__).resolve().parents[3]
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from yingjie.foundation.tabular.child import main; main()"
)


@dataclass(frozen=True)
class Limits:
    """How much a file may ask for. `rows` counts filled rows of one sheet; `silence_seconds` is how
    long the child may work without sending anything."""

    file_bytes: int = 300 * 1024 * 1024
    unpacked_bytes: int = 2 * 1024**3
    memory_bytes: int = 1536 * 1024**2
    cpu_seconds: int = 180
    silence_seconds: float = 180.0
    sheets: int = 100
    rows: int = 1_200_000
    columns: int = 500


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its position from 0, its label, and the label's parts where the header
    has several rows.
    """

    index: int
    label: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A filled row. `number` is the row's number as the spreadsheet shows it (from 1). `cells` has one
    entry per column.

    `kind`: "data", "total", "note" or "header" (repeated); nothing is left out, so that every row can
    have its fate.
    """

    number: int
    cells: tuple[Cell, ...]
    kind: str = "data"


@dataclass(frozen=True)
class Page:
    """Some thousand filled rows as columns, at least as many as the sheet has: rows far down may be wider than those that were
    looked at. `numbers` as in `Row`; `columns` hold each cell as `cells.kept` text; which rows are data is for the reader to ask of
    those that say nothing (`Sheet.kind_of`)."""

    numbers: list[int]
    columns: list[list[str | None]]


@dataclass(frozen=True)
class Source:
    """What the file is: `kind` "xlsx", "xlsb", "xls", "ods", "html", "xml" or "csv"; encoding and delimiter for text."""

    path: Path
    kind: str
    encoding: str | None
    delimiter: str | None
    bytes: int


class _Open:
    """A child that has surveyed a file and keeps it open for one more order. It is gone when the last sheet that knows it is."""

    def __init__(self, child: subprocess.Popen[bytes], scratch: tempfile.TemporaryDirectory[str]) -> None:
        self._child, self._scratch, self._is_free = child, scratch, True
        self._end = weakref.finalize(self, _end, child, scratch)

    def close(self) -> None:
        self._end()

    def take(self) -> bool:
        """Whether the child is still free; it is not any more after that."""
        is_free, self._is_free = self._is_free and self._child.poll() is None, False
        return is_free

    def frames(
        self, path: Path, limits: Limits, sheet: str, stamp: tuple[int, int], page: int
    ) -> Iterator[Any]:
        if _stamp(path, limits) != stamp:
            raise UnreadableFile("file.changed")
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(json.dumps({"sheet": sheet, "page": page}).encode() + b"\n")
            self._child.stdin.flush()
            yield from _until_end(self._child, limits)
        except BrokenPipeError as death:
            raise UnreadableFile("file.too_heavy") from death
        finally:
            self._end()


def _end(child: subprocess.Popen[bytes], scratch: tempfile.TemporaryDirectory[str]) -> None:
    child.kill()
    child.wait()
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            stream.close()
    scratch.cleanup()


@dataclass(frozen=True)
class Sheet:
    """One sheet. `header_row_index` is the index (from 0) of the header's last row, None if there
    is no header. `from_1904`: a bare figure that is a day counts from 1904 (cells formatted as days arrive as days). `tall`: the
    areas merged over several rows, whose value stands in each of them.
    """

    name: str
    hidden: bool
    columns: tuple[Column, ...]
    header: Header | None
    source: Source
    limits: Limits
    head: tuple[tuple[int, tuple[Cell, ...]], ...] = field(repr=False)
    stamp: tuple[int, int] = field(repr=False, default=(0, 0))
    hidden_rows: frozenset[int] = field(repr=False, default=frozenset())
    from_1904: bool = False
    tall: tuple[Span, ...] = field(repr=False, default=())
    child: _Open | None = field(repr=False, default=None, compare=False)

    @property
    def header_row_index(self) -> int | None:
        return self.header.last if self.header else None

    @property
    def titles(self) -> tuple[str, ...]:
        """The texts that stand above the header, in order; a file often says there whose roster it is."""
        above = self.header.first if self.header else 0
        return tuple(str(c) for index, row in self.head if index < above for c in row if c is not None)

    @property
    def sample(self) -> tuple[Row, ...]:
        """The first data rows, without reading the file again."""
        return tuple(row for row in map(self._row, self.head) if row is not None and row.kind == "data")

    @property
    def rows(self) -> Iterator[Row]:
        """All filled rows below the header, in order, read anew from the file each time."""
        for frame in _frames(self.source.path, self.limits, sheet=self.name, stamp=self.stamp):
            if frame[0] == "rows":
                for indexed in frame[1]:
                    row = self._row(indexed)
                    if row is not None:
                        yield row

    def pages(self, size: int = 20_000) -> Iterator[Page]:
        """All filled rows below the header as columns, some thousand at a time, read anew from the file."""
        first = self.header.last if self.header else -1
        width = len(self.columns)
        for frame in self._paged(size):
            if frame[0] != "page":
                continue
            numbers, columns = frame[1], frame[2]
            cut = sum(1 for index in numbers[: first + 1] if index <= first)
            if len(numbers) > cut:
                columns = [column[cut:] for column in columns]
                columns += [[None] * (len(numbers) - cut) for _ in range(width - len(columns))]
                yield Page([index + 1 for index in numbers[cut:]], columns)

    def _paged(self, size: int) -> Iterator[Any]:
        """From the child that still has the file open, the first time; from a fresh one after that."""
        if self.child is not None and self.child.take():
            return self.child.frames(self.source.path, self.limits, self.name, self.stamp, size)
        return _frames(self.source.path, self.limits, sheet=self.name, stamp=self.stamp, page=size)

    def kind_of(self, cells: Sequence[Cell]) -> str:
        """The kind of a row (see `Row`) of which the page has told nothing."""
        return row_kind(cells, self.header)

    def _row(self, indexed: tuple[int, Any]) -> Row | None:
        index, cells = indexed
        if (self.header is not None and index <= self.header.last) or not cells:
            return None
        width = max(len(self.columns), len(cells))
        return Row(index + 1, tuple(cells) + (None,) * (width - len(cells)), row_kind(cells, self.header))


@dataclass(frozen=True)
class Workbook:
    """A file that can be read. Empty sheets are left out; hidden ones are there and say so."""

    source: Source
    sheets: tuple[Sheet, ...]

    def sheet(self, name: str | None = None) -> Sheet:
        """The named sheet, or the first visible one. Raises UnreadableFile if there is no such sheet."""
        if name is None:
            return next((sheet for sheet in self.sheets if not sheet.hidden), self.sheets[0])
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise UnreadableFile("file.no_such_sheet", sheet=name)


def read(path: str | Path, *, limits: Limits = Limits(), known_labels: Collection[str] = ()) -> Workbook:
    """Survey a file. Raises UnreadableFile (see `unreadable.MESSAGES` for the codes)."""
    path = Path(path).absolute()
    stamp = _stamp(path, limits)
    source: Source | None = None
    sheets: list[Sheet] = []
    scratch = tempfile.TemporaryDirectory(prefix="tabular-")
    child = _start(path, limits, None, scratch.name, 0)
    opened = _Open(child, scratch)
    for frame in _until_end(child, limits):
        if frame[0] == "facts":
            source = Source(path, frame[1], frame[2], frame[3], stamp[0])
        elif frame[0] == "sheet" and source is not None:
            _, name, hidden, merged, rows, beyond, from_1904, tall = frame
            if any(rows):
                made = _sheet(name, hidden, merged, rows, source, limits, known_labels, stamp)
                more = {
                    "hidden_rows": frozenset(beyond),
                    "from_1904": from_1904,
                    "tall": tuple(map(tuple, tall)),
                }
                sheets.append(replace(made, **more, child=opened if source.kind in _STAY_OPEN else None))
    if source is None or not sheets:
        raise UnreadableFile("file.no_rows")
    if source.kind not in _STAY_OPEN:
        opened.close()
    return Workbook(source, tuple(sheets))


def _sheet(
    name: str,
    hidden: bool,
    merged: list[Any],
    rows: list[list[Cell]],
    source: Source,
    limits: Limits,
    known_labels: Collection[str],
    stamp: tuple[int, int],
) -> Sheet:
    header = find(rows, known_labels, merged)
    parts = header.parts if header else ()
    width = max(len(parts), max(len(row) for row in rows))
    columns = tuple(
        Column(i, " / ".join(parts[i]) if i < len(parts) else "", parts[i] if i < len(parts) else ())
        for i in range(width)
    )
    head = tuple((index, tuple(row)) for index, row in enumerate(rows[:HEAD_ROWS]))
    return Sheet(name, hidden, columns, header, source, limits, head, stamp)


def _stamp(path: Path, limits: Limits) -> tuple[int, int]:
    try:
        facts = path.stat()
    except OSError as error:
        raise UnreadableFile("file.missing") from error
    if not path.is_file():
        raise UnreadableFile("file.missing")
    if facts.st_size == 0:
        raise UnreadableFile("file.empty")
    if facts.st_size > limits.file_bytes:
        mega = 1024 * 1024
        raise UnreadableFile(
            "file.too_large", size_mb=-(-facts.st_size // mega), limit_mb=max(1, limits.file_bytes // mega)
        )
    return facts.st_size, facts.st_mtime_ns


def _frames(
    path: Path, limits: Limits, *, sheet: str | None, stamp: tuple[int, int], page: int = 0
) -> Iterator[Any]:
    """Frames of a fresh child, which is gone when this generator is: ended, exhausted or abandoned."""
    if _stamp(path, limits) != stamp:
        raise UnreadableFile("file.changed")
    with tempfile.TemporaryDirectory(prefix="tabular-") as scratch:
        child = _start(path, limits, sheet, scratch, page)
        try:
            yield from _until_end(child, limits)
        finally:
            child.kill()
            child.wait()
            if child.stdout is not None:
                child.stdout.close()


def _until_end(child: subprocess.Popen[bytes], limits: Limits) -> Iterator[Any]:
    while True:
        frame = _next_frame(child, limits)
        if frame[0] == "unreadable":
            raise UnreadableFile(frame[1], **frame[2])
        if frame[0] == "end":
            return
        yield frame


def _start(path: Path, limits: Limits, sheet: str | None, scratch: str, page: int) -> subprocess.Popen[bytes]:
    order = {
        "path": str(path),
        "sheet": sheet,
        "page": page,
        "stay": sheet is None,
        "scratch": scratch,
        "memory_bytes": limits.memory_bytes,
        "cpu_seconds": limits.cpu_seconds,
        "unpacked_bytes": limits.unpacked_bytes,
        "sheets": limits.sheets,
        "rows": limits.rows,
        "columns": limits.columns,
    }
    return subprocess.Popen(
        # -I: no user site, no environment, no current directory; the child needs no key and gets none.
        [sys.executable, "-I", "-c", _START, str(_SOURCE_ROOT), json.dumps(order)],
        stdin=subprocess.PIPE if sheet is None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        close_fds=True,
        cwd=scratch,
        env={"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2"},
        start_new_session=True,
        bufsize=0,
    )


def _next_frame(child: subprocess.Popen[bytes], limits: Limits) -> Any:
    deadline = time.monotonic() + limits.silence_seconds
    try:
        length = channel.frame_length(_exactly(child, 4, deadline))
        return channel.decode(_exactly(child, length, deadline))
    except (EOFError, TimeoutError, ValueError) as death:
        raise UnreadableFile("file.too_heavy") from death


def _exactly(child: subprocess.Popen[bytes], count: int, deadline: float) -> bytes:
    assert child.stdout is not None
    descriptor = child.stdout.fileno()
    parts: list[bytes] = []
    while count:
        patience = deadline - time.monotonic()
        if patience <= 0 or not select.select([descriptor], [], [], patience)[0]:
            raise TimeoutError
        part = os.read(descriptor, min(count, 1024 * 1024))
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
