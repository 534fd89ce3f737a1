"""A list pushed from above, as it came: which of its columns says what, and its lines. Nothing of it is thrown away, because it
goes back in the same layout."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from vaxkit.identity import parse_date
from yingjie.foundation.refusals import Refusal
from yingjie.foundation.tabular import labelled
from yingjie.foundation.tabular.cells import Cell, as_text
from yingjie.foundation.tabular.reading import Sheet, read
from yingjie.foundation.tabular.unreadable import UnreadableFile
from yingjie.people.imports import unreadable

_DATA: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "data" / "pushed_columns.yaml").read_text("utf-8")
)
#: What a column may say → the labels by which senders call it.
LABELS: dict[str, list[str]] = _DATA["labels"]
ENDINGS: list[str] = _DATA["endings"]


class ListWithoutNames(Refusal):
    code = "outreach.list_without_names"
    reason = _("No column of names and none of identity numbers was found in this file.")
    next_step = _("Send the file as it came, with its header; the columns are found by their names.")
    status = 400


@dataclass(frozen=True)
class ReadLine:
    """A line as it came."""

    number: int
    kind: str
    cells: tuple[Cell, ...]

    def text(self, place: int | None) -> str:
        return "" if place is None or place >= len(self.cells) else as_text(self.cells[place]).strip()


@dataclass(frozen=True)
class ReadList:
    sheet: str
    heading: tuple[str, ...]
    columns: tuple[str, ...]
    fields: tuple[str, ...]
    lines: tuple[ReadLine, ...]

    def place(self, field: str) -> int | None:
        return self.fields.index(field) if field in self.fields else None


def read_list(path: str | Path) -> ReadList:
    """The first visible sheet. Raises ListWithoutNames, and what reading a file raises."""
    sheet = read_sheet(path)
    columns = tuple(column.label for column in sheet.columns)
    fields = understood(columns)
    if "name" not in fields and "number" not in fields:
        raise ListWithoutNames()
    return ReadList(sheet.name[:40], sheet.titles, columns, fields, tuple(_lines(sheet)))


def read_sheet(path: str | Path) -> Sheet:
    """The first visible sheet of a pushed list. Raises FileUnreadable."""
    try:
        return read(path, known_labels=[label for labels in LABELS.values() for label in labels]).sheet()
    except UnreadableFile as broken:
        raise unreadable(broken) from broken


def understood(columns: Sequence[str]) -> tuple[str, ...]:
    """What each column says, "" where nothing is understood; every field once."""
    return labelled.understood(columns, LABELS)


def birth_day(text: str) -> date | None:
    parsed = parse_date(text) if text else None
    return parsed if isinstance(parsed, date) else None


def _lines(sheet: Sheet) -> list[ReadLine]:
    return [ReadLine(row.number, row.kind, tuple(row.cells)) for row in sheet.rows]
