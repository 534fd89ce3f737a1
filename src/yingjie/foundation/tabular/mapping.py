"""Which column of a stranger's sheet is which field of ours: a proposal with confidence, to be confirmed or corrected.

    fields = [FieldSpec("name", ("姓名", "名字"), required=True), FieldSpec("number", ("身份证号",), looks=is_number)]
    mapping = propose(sheet.columns, sheet.sample, fields).overridden({"户主": "name", "备注": ""})
    mapping.column_of("number")

Labels speak first, contents second: a label that says "电话" above a column of names is doubted. Each field gets one
column at most, each column one field. A mapping is plain data (`to_dict`, `from_dict`), so it can be kept and reused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, replace
from typing import Any, Literal

from .cells import Cell, label_key
from .reading import Column, Row

Why = Literal["label", "part_of_label", "contents", "label_and_contents", "chosen", "none"]

LEAST_CONFIDENCE = 0.5
_SAMPLE = 200


@dataclass(frozen=True)
class FieldSpec:
    """A field the caller wants: `labels` are what people call it, `looks` answers whether one cell could be it."""

    name: str
    labels: tuple[str, ...]
    looks: Callable[[Cell], bool] | None = None
    required: bool = False


@dataclass(frozen=True)
class Match:
    """What one column was taken for. `confidence` from 0 to 1; `field` None means the column is not used."""

    index: int
    label: str
    field: str | None
    confidence: float
    why: Why


@dataclass(frozen=True)
class Mapping:
    """One match per column of the sheet, in the sheet's order."""

    matches: tuple[Match, ...]

    def column_of(self, field: str) -> int | None:
        """The position of the column that holds the field."""
        return next((match.index for match in self.matches if match.field == field), None)

    def missing(self, fields: Sequence[FieldSpec]) -> tuple[str, ...]:
        """Required fields that no column holds."""
        return tuple(field.name for field in fields if field.required and self.column_of(field.name) is None)

    def values(self, row: Row) -> dict[str, Cell]:
        """The row's cells by field."""
        return {m.field: row.cells[m.index] for m in self.matches if m.field and m.index < len(row.cells)}

    def overridden(self, choices: Dictionary[str, str]) -> Mapping:
        """With the user's choices: column label (or letter, "C") to field name, "" for none of them.

        Raises KeyError with the label that is no column of the sheet.
        """
        matches = list(self.matches)
        for label, field in choices.items():
            position = self._position(label)
            for index, match in enumerate(matches):
                if field and match.field == field and index != position:
                    matches[index] = replace(match, field=None, confidence=0.0, why="none")
            matches[position] = replace(matches[position], field=field or None, confidence=1.0, why="chosen")
        return Mapping(tuple(matches))

    def _position(self, label: str) -> int:
        key = label_key(label)
        for wanted in (lambda m: m.label == label, lambda m: key in _keys(m.label.split(" / "))):
            for position, match in enumerate(self.matches):
                if wanted(match):
                    return position
        if re.fullmatch(r"[A-Za-z]{1,3}", label):
            index = 0
            for letter in label.upper():
                index = index * 26 + ord(letter) - 64
            for position, match in enumerate(self.matches):
                if match.index == index - 1:
                    return position
        raise KeyError(label)

    def to_dict(self) -> dict[str, Any]:
        return {"matches": [vars(match) for match in self.matches]}

    @classmethod
    def from_dict(cls, data: Dictionary[str, Any]) -> Mapping:
        return cls(tuple(Match(**match) for match in data["matches"]))


def parse_choices(texts: Sequence[str]) -> dict[str, str]:
    """["姓名=name", "备注="] as {"姓名": "name", "备注": ""}. Raises ValueError for text without an equals sign."""
    choices: dict[str, str] = {}
    for text in texts:
        label, sign, field = text.rpartition("=")
        if not sign or not label.strip():
            raise ValueError(text)
        choices[label.strip()] = field.strip()
    return choices


def vocabulary(fields: Sequence[FieldSpec]) -> list[str]:
    """All labels of the fields: what `reading.read` wants as `known_labels`."""
    return [label for field in fields for label in field.labels]


def propose(columns: Sequence[Column], sample_rows: Sequence[Row], fields: Sequence[FieldSpec]) -> Mapping:
    """The likeliest field of each column. Best matches first; ties go to the earlier column, then the earlier field."""
    offers: list[tuple[float, int, int, Why]] = []
    for position, column in enumerate(columns):
        cells = [row.cells[column.index] for row in sample_rows[:_SAMPLE] if column.index < len(row.cells)]
        filled = [cell for cell in cells if cell is not None]
        for order, field in enumerate(fields):
            confidence, why = _confidence(column, filled, field)
            if confidence >= LEAST_CONFIDENCE:
                offers.append((-confidence, position, order, why))
    found: dict[int, tuple[float, int, Why]] = {}
    taken: set[int] = set()
    for negative, position, order, why in sorted(offers):
        if position not in found and order not in taken:
            found[position] = (-negative, order, why)
            taken.add(order)
    nothing: tuple[float, int | None, Why] = (0.0, None, "none")
    matches = []
    for position, column in enumerate(columns):
        confidence, chosen, why = found.get(position, nothing)
        name = fields[chosen].name if chosen is not None else None
        matches.append(Match(column.index, column.label, name, round(confidence, 3), why))
    return Mapping(tuple(matches))


def _confidence(column: Column, filled: Sequence[Cell], field: FieldSpec) -> tuple[float, Why]:
    said = _label_confidence(column, field)
    if field.looks is None or not filled:
        return said
    share = sum(1 for cell in filled if field.looks(cell)) / len(filled)
    if said[0] == 0.0:
        return (0.65 * share, "contents") if share >= 0.8 else (0.0, "none")
    if share >= 0.8:
        return (min(1.0, said[0] + 0.1), "label_and_contents")
    return (said[0] * (0.55 if share < 0.2 else 0.85), said[1])


def _label_confidence(column: Column, field: FieldSpec) -> tuple[float, Why]:
    wanted = _keys(field.labels)
    whole = label_key(column.label)
    if whole in wanted:
        return (0.95, "label")
    parts = _keys(column.parts)
    if parts and parts[-1] in wanted:
        return (0.9, "label")
    if parts and any(part in wanted for part in parts):
        return (0.7, "part_of_label")
    inside = max((len(key) / len(whole) for key in wanted if len(key) >= 2 and key in whole), default=0.0)
    return (0.5 + 0.3 * inside, "part_of_label") if inside else (0.0, "none")


def _keys(labels: Sequence[str]) -> list[str]:
    return [key for key in map(label_key, labels) if key]
