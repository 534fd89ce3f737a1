"""A list that a village or unit hands in, as it came: a spreadsheet of any kind, or text pasted into the page."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from vaxkit.identity import parse_date
from vaxkit.vocabulary import Problem
from yingjie.bookings.refusals import ListEmpty
from yingjie.foundation.tabular.cells import as_text
from yingjie.foundation.tabular.labelled import understood
from yingjie.foundation.tabular.reading import read
from yingjie.people.finding import Sought

_DATA: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "data" / "list_columns.yaml").read_text("utf-8")
)
LABELS: dict[str, list[str]] = _DATA["labels"]
_SPLIT = re.compile(r"[\s,，;；、|]+")
_NUMBER = re.compile(r"[0-9A-Za-z]{6,}")
_PHONE = re.compile(r"1\d{10}")


@dataclass(frozen=True)
class ListedLine:
    """A line: its number in the file, its cells as text, and what they say of somebody."""

    nth: int
    cells: tuple[str, ...]
    sought: Sought


@dataclass(frozen=True)
class Handed:
    columns: tuple[str, ...]
    lines: tuple[ListedLine, ...]


def from_file(path: str | Path) -> Handed:
    """The first visible sheet. Raises ListEmpty, and what reading a file raises."""
    known = [label for labels in LABELS.values() for label in labels]
    sheet = read(path, known_labels=known).sheet()
    columns = tuple(column.label for column in sheet.columns)
    fields = understood(columns, LABELS)
    if "name" not in fields and "number" not in fields:
        raise ListEmpty()
    lines = tuple(
        _line(row.number, [as_text(cell).strip() for cell in row.cells], fields)
        for row in sheet.rows
        if row.kind == "data"
    )
    return _some(columns, lines)


def from_text(text: str) -> Handed:
    """A person a line, in any order: name, number, phone, with blanks or commas between. Raises ListEmpty."""
    return _some((), tuple(_pasted(text)))


def _some(columns: Sequence[str], lines: tuple[ListedLine, ...]) -> Handed:
    if not lines:
        raise ListEmpty()
    return Handed(tuple(columns), lines)


def _pasted(text: str) -> Iterator[ListedLine]:
    for nth, raw in enumerate(text.splitlines(), 1):
        parts = [part for part in _SPLIT.split(raw) if part]
        if not parts:
            continue
        phones = [part for part in parts if _PHONE.fullmatch(part)]
        numbers = [
            part
            for part in parts
            if part not in phones and _NUMBER.fullmatch(part) and re.search(r"\d", part)
        ]
        names = [part for part in parts if part not in phones and part not in numbers]
        sought = Sought(
            number=numbers[0] if numbers else "", phone=phones[0] if phones else "", name="".join(names)[:64]
        )
        yield ListedLine(nth, tuple(parts), sought)


def _line(nth: int, cells: Sequence[str], fields: Sequence[str]) -> ListedLine:
    said = {field: cell for field, cell in zip(fields, cells, strict=False) if field}
    born = parse_date(said.get("birth", "")) if said.get("birth") else None
    sought = Sought(
        number=said.get("number", ""), phone=said.get("phone", ""), name="".join(said.get("name", "").split())[:64],
        birth_on=None if isinstance(born, Problem) else born, address=said.get("address", ""),
    )  # fmt: skip
    return ListedLine(nth, tuple(cells), sought)
