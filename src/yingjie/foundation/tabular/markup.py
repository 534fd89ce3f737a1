"""Tables that web sites and older programs hand out under the name of a spreadsheet: a web page with a table in it, and the XML
workbook of Excel 2003. Both become rows of plain cells and merged areas, as a workbook's sheets are.

Only the text of cells is looked at: no address is followed, no script or style is run, no entity of a document type is believed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from xml.parsers import expat

from .cells import NO_RESULT, Cell, plain
from .headers import Span
from .plaintext import encoding_of
from .unreadable import UnreadableFile

_BLOCK = 1024 * 1024
_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_UNSEEN = frozenset(("script", "style", "head", "title"))
_BROKEN_LINES = frozenset(("br", "p", "div", "li"))
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_LONGEST_SPAN = 65_536


@dataclass
class Table:
    """A table: its rows with the places that merged cells cover left empty, the merged areas, and the rows that are not shown."""

    name: str = ""
    rows: list[list[Cell]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    is_hidden: bool = False
    from_1904: bool = False
    _taken: dict[int, int] = field(default_factory=dict)  # column → the last row that a cell above it covers

    def begin(self, index: int | None = None) -> None:
        """A new row; `index` is its place where rows in between were left out."""
        while index is not None and len(self.rows) < index:
            self.rows.append([])
        self.rows.append([])

    def add(self, cell: Cell, down: int = 0, across: int = 0, at: int | None = None) -> None:
        """The next cell of the row, or the one at a column; it covers so many more rows and columns."""
        if not self.rows:
            self.begin()
        row, top = self.rows[-1], len(self.rows) - 1
        while at is None and self._taken.get(len(row), -1) >= top:
            row.append(None)
        while at is not None and len(row) < at:
            row.append(None)
        left = len(row)
        row.append(cell)
        row.extend([None] * across)
        if down or across:
            self.spans.append((top, left, top + down, left + across))
        if down:
            self._taken.update(dict.fromkeys(range(left, left + across + 1), top + down))


def tables_of(path: Path, kind: str) -> list[Table]:
    """The tables of a file of kind "html" or "xml". Raises UnreadableFile where there are none, or the file is damaged."""
    found = _Page.of(path) if kind == "html" else _Workbook().of(path)
    found = [table for table in found if any(any(cell is not None for cell in row) for row in table.rows)]
    if not found:
        raise UnreadableFile(f"file.{kind}")
    return found


class _Page(HTMLParser):
    """The tables of a web page, each by itself; a table inside a cell of another is a table too."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Table] = []
        self._open: list[Table] = []
        self._cell: list[
            tuple[list[str], int, int] | None
        ] = []  # of each open table: text so far, rows and columns covered
        self._unseen = 0

    @classmethod
    def of(cls, path: Path) -> list[Table]:
        page = cls()
        with path.open(encoding=encoding_of(path), errors="replace", newline="") as stream:
            while block := stream.read(_BLOCK):
                page.feed(block)
        page.close()
        while page._open:
            page._end_table()
        # What lies around other tables, or holds a line of text in a frame, is no list.
        tables = [table for table in page.found if sum(map(any, table.rows)) > 1]
        for at, table in enumerate(tables, 1):
            table.name = table.name or (str(at) if len(tables) > 1 else "")
        return tables

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "table":
            self._open.append(Table())
            self._cell.append(None)
        elif not self._open:
            return
        elif tag == "tr":
            self._end_cell()
            self._open[-1].begin()
            if _HIDDEN.search(said.get("style") or ""):
                self._open[-1].hidden_rows.append(len(self._open[-1].rows))
        elif tag in ("td", "th"):
            self._end_cell()
            self._cell[-1] = ([], _more(said.get("rowspan")), _more(said.get("colspan")))
        elif tag in _BROKEN_LINES and (cell := self._cell[-1]):
            cell[0].append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif self._open and tag in ("td", "th", "tr"):
            self._end_cell()
        elif self._open and tag == "table":
            self._end_table()

    def handle_data(self, data: str) -> None:
        if self._cell and (cell := self._cell[-1]) and not self._unseen:
            # A browser shows every gap of the source as one blank; a line is broken by a tag only.
            cell[0].append(re.sub(r"[ \t\r\n]+", " ", data))

    def _end_cell(self) -> None:
        if cell := self._cell[-1]:
            lines = (line.strip() for line in "".join(cell[0]).split("\n"))
            self._open[-1].add(plain("\n".join(filter(None, lines))), cell[1], cell[2])
        self._cell[-1] = None

    def _end_table(self) -> None:
        self._end_cell()
        self._cell.pop()
        self.found.append(self._open.pop())


class _Workbook:
    """The sheets of an XML workbook of Excel 2003."""

    def __init__(self) -> None:
        self._tables: list[Table] = []
        self._text: list[str] | None = None
        self._cell: dict[str, str] = {}
        self._type, self._value, self._from_1904 = "String", "", False
        self._has_value, self._in_comment = False, False

    def of(self, path: Path) -> list[Table]:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._data
        parser.StartDoctypeDeclHandler = _no_document_type
        try:
            with path.open("rb") as stream:
                parser.ParseFile(stream)
        except expat.ExpatError as error:
            raise UnreadableFile("file.broken") from error
        for table in self._tables:
            table.from_1904 = self._from_1904
        return self._tables

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        said = {name.removeprefix(f"{_SPREADSHEET} "): value for name, value in attributes.items()}
        name = tag.rpartition(" ")[2]
        if name == "Worksheet":
            self._tables.append(Table(said.get("Name", "")))
        elif name == "Row" and self._tables:
            self._tables[-1].begin(_place(said.get("Index")))
            if said.get("Hidden") == "1":
                self._tables[-1].hidden_rows.append(len(self._tables[-1].rows))
        elif name == "Cell":
            self._cell, self._has_value, self._value = said, False, ""
        elif name == "Comment":
            self._in_comment = True
        elif name in ("Data", "Visible", "Date1904") and not self._in_comment:
            self._text, self._type = [], said.get("Type", self._type if name != "Data" else "String")

    def _end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        text = "".join(self._text or ())
        if name == "Comment":
            self._in_comment = False
        elif name == "Data" and not self._in_comment:
            self._value, self._has_value = text, True
        elif name == "Visible" and self._tables:
            self._tables[-1].is_hidden = text in ("SheetHidden", "SheetVeryHidden")
        elif name == "Date1904":
            self._from_1904 = text.strip() in ("", "1", "True", "true")
        elif name == "Cell" and self._tables:
            down, across = _more(self._cell.get("MergeDown"), 0), _more(self._cell.get("MergeAcross"), 0)
            self._tables[-1].add(self._read(), down, across, _place(self._cell.get("Index")))
        if name in ("Data", "Visible", "Date1904"):
            self._text = None

    def _data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _read(self) -> Cell:
        if not self._has_value:
            return NO_RESULT if "Formula" in self._cell else None
        try:
            if self._type == "Number":
                return plain(float(self._value))
            if self._type == "DateTime":
                return datetime.fromisoformat(self._value)
        except ValueError:
            return plain(self._value)
        return self._value == "1" if self._type == "Boolean" else plain(self._value)


def _no_document_type(*_declared: object) -> None:
    raise UnreadableFile("file.broken")  # entities that grow have no place in a list of people


def _more(written: str | None, least: int = 1) -> int:
    """How many more rows or columns a cell covers: a page counts the cell itself, a workbook does not."""
    return (
        min(int(written) - least, _LONGEST_SPAN)
        if written and written.isdecimal() and int(written) > least
        else 0
    )


def _place(written: str | None) -> int | None:
    """Where a row or cell stands, from 0."""
    return int(written) - 1 if written and written.isdecimal() and 0 < int(written) <= 1_048_576 else None
