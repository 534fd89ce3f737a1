"""A staff sheet as a county keeps it: which of its columns says what, and its lines in the product's words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from vaxkit.identity import parse_date
from yingjie.foundation.refusals import Refusal
from yingjie.foundation.tabular.cells import as_text
from yingjie.foundation.tabular.labelled import understood
from yingjie.foundation.tabular.reading import read
from yingjie.foundation.tabular.unreadable import UnreadableFile
from yingjie.people.imports import unreadable
from yingjie.staff import rules
from yingjie.staff.words import KINDS

MOST = 5_000
_DATA: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "data" / "sheet_columns.yaml").read_text("utf-8")
)
_BETWEEN = re.compile(r"[\s,，;；、/|]+")
_DAYS = ("joined_on", "valid_from", "valid_until")


class SheetWithoutNames(Refusal):
    code = "staff.sheet_without_names"
    reason = _("No column of names was found in this file, or it holds no line.")
    next_step = _("Send the sheet with its header; the columns are found by their names.")
    status = 400


class SheetTooLong(Refusal):
    code = "staff.sheet_too_long"
    reason = _("The sheet has more than {most} lines.")
    next_step = _("Send it in parts, for example one for each township.")
    status = 400


@dataclass(frozen=True)
class StaffLine:
    """A line: its number in the file, its cells as they came, what they say, and the columns that nobody could read."""

    number: int
    cells: tuple[str, ...]
    said: Mapping[str, Any]
    unread: tuple[str, ...]

    def text(self, field: str) -> str:
        return str(self.said.get(field, ""))


@dataclass(frozen=True)
class StaffSheet:
    columns: tuple[str, ...]
    lines: tuple[StaffLine, ...]


def read_sheet(path: str | Path) -> StaffSheet:
    """The first visible sheet. Raises SheetWithoutNames, SheetTooLong, FileUnreadable."""
    labels = _DATA["labels"]
    try:
        sheet = read(path, known_labels=[label for known in labels.values() for label in known]).sheet()
        rows = [
            (row.number, [as_text(cell).strip() for cell in row.cells])
            for row in sheet.rows
            if row.kind == "data"
        ]
    except UnreadableFile as broken:
        raise unreadable(broken) from broken
    columns = tuple(column.label for column in sheet.columns)
    fields = understood(columns, labels)
    if "name" not in fields or not rows:
        raise SheetWithoutNames()
    if len(rows) > MOST:
        raise SheetTooLong(most=MOST)
    return StaffSheet(columns, tuple(_line(number, cells, columns, fields) for number, cells in rows))


def _line(number: int, cells: list[str], columns: tuple[str, ...], fields: tuple[str, ...]) -> StaffLine:
    said: dict[str, Any] = {}
    unread = []
    for column, field, cell in zip(columns, fields, cells, strict=False):
        if not field or not cell:
            continue
        value = _value(field, cell)
        if value is None:
            unread.append(f"{column}: {cell}"[:80])
        else:
            said[field] = value
    return StaffLine(number, tuple(cells), said, tuple(unread))


def _value(field: str, cell: str) -> Any:
    """In the product's words; None where it cannot be read."""
    if field in _DAYS:
        parsed = parse_date(cell)
        return parsed if isinstance(parsed, date) else None
    if field == "roles":
        codes = [_code("roles", word) for word in _BETWEEN.split(cell) if word]
        return None if None in codes else tuple(dict.fromkeys(codes))
    if field in ("kind", "qualification", "certificate"):
        return _code(field, cell)
    return "".join(cell.split()) if field in ("name", "phone", "account", "number") else cell[:80]


def _code(field: str, word: str) -> str | None:
    """A code's own title in either language, a word of the data, or one that contains it."""
    plain = "".join(word.split()).casefold()
    known = _words(field)
    if plain in known:
        return known[plain]
    held = sorted((each for each in known if each in plain), key=len)
    return known[held[-1]] if held else None


@cache
def _words(field: str) -> Mapping[str, str]:
    found = {str(word).casefold(): code for word, code in _DATA["words"][field].items()}
    if field == "kind":
        return found | {code: code for code in KINDS}
    terms = {"qualification": rules.qualifications, "roles": rules.roles, "certificate": rules.certificates}[
        field
    ]()
    for code, term in terms.items():
        for title in (code, term.words.zh, term.words.en):
            found["".join(title.split()).casefold()] = code
    return found
