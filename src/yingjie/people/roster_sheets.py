"""Which sheets of a file are rosters, and which of their columns is which field."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from yingjie.foundation.tabular import reading
from yingjie.people import refusals
from yingjie.people.roster import columns as column_rules
from yingjie.people.roster.above import village_in
from yingjie.people.roster.columns import ColumnMap
from yingjie.people.roster.pieces import spread
from yingjie.people.roster.places import Places
from yingjie.people.roster.vocabulary import headings

EVERY_SHEET = "*"
Remembered = Callable[[Sequence[str]], Sequence[str] | None]
"""The fields of columns with these headings, as they were understood the last time; None for never."""


@dataclass(frozen=True)
class Part:
    """A sheet of the file and its columns. `title` names the village of the lines whose own the sheet does not say; then the column
    of villages at `added` is ours. `from_1904`: bare figures that are days count from there. `sent_back`: lines that did not load
    the last time, as this program gave them back."""

    sheet: str
    columns: ColumnMap
    remembered: bool = False
    title: str = ""
    added: int | None = None
    from_1904: bool = False
    sent_back: bool = False

    def as_dict(self) -> dict[str, Any]:
        kept = {
            "sheet": self.sheet, "labels": list(self.columns.labels), "fields": list(self.columns.fields),
            "remembered": self.remembered,
        }  # fmt: skip
        return kept | ({"from_1904": True} if self.from_1904 else {})

    @classmethod
    def of_dict(cls, kept: Mapping[str, Any]) -> "Part":
        columns = ColumnMap(tuple(kept["labels"]), tuple(kept["fields"]))
        return cls(
            kept["sheet"], columns, kept.get("remembered", False), from_1904=kept.get("from_1904", False)
        )

    @property
    def own_labels(self) -> list[str]:
        """Of lines that come again: the columns of the file they were part of."""
        return _sent_back(self.columns.labels) or []

    def wider(self, width: int) -> "Part":
        """The part with columns for cells that stand beyond its headings."""
        more = ("",) * (width - len(self.columns.labels))
        return replace(self, columns=ColumnMap(self.columns.labels + more, self.columns.fields + more))


@dataclass(frozen=True)
class Asked:
    """What is known when a file comes: how columns were understood before, the places of the area, today, and what somebody said
    the columns are."""

    remembered: Remembered
    places: Places
    on: date
    mapping: Mapping[str, str] | None = None
    file_name: str = ""


def sheets_of(
    path: str | Path, wanted: str, asked: Asked
) -> tuple[list[tuple[reading.Sheet, Part]], list[str]]:
    """The sheets to read with their columns, and the names of the others. `wanted`: a name, "*" for every sheet of people, "" for
    the one whose headings say most. Raises UnreadableFile, ColumnsNotUnderstood, PeopleOnHiddenSheet, ColumnsSwapped,
    TableAcross, PeopleSideBySide, UnknownColumn, UnknownField."""
    book = reading.read(path, known_labels=column_rules.KNOWN_LABELS)
    shown = _shown(book)
    if wanted == EVERY_SHEET:
        parts = [_part(sheet, asked) for sheet in shown]
        chosen = [
            (sheet, part) for sheet, part in zip(shown, parts, strict=True) if _is_of_people(part.columns)
        ]
        for sheet in [sheet for sheet, _part_of in chosen] or shown:
            _must_be_a_list(sheet, asked)
        if not chosen:
            raise _not_understood(parts[0])
    else:
        best = book.sheet(wanted) if wanted else max(shown, key=lambda sheet: _said(sheet, asked))
        part = _part(best, asked)
        _must_be_a_list(best, asked)
        if not _is_of_people(part.columns):
            _must_speak_of_its_own(best, part, asked)
            if not wanted and (hidden := _hidden_of_people(book, asked)):
                raise refusals.PeopleOnHiddenSheet(sheets="、".join(hidden))
            raise _not_understood(part)
        chosen = [(best, part)]
    for sheet, part in chosen:
        if (
            not asked.mapping
            and sum(map(bool, part.columns.fields)) == 1
            and column_rules.are_headings([row.cells[0] for row in sheet.sample])
        ):
            raise refusals.TableAcross()
        _must_be_one_table(sheet, part)
        _must_be_one_list(sheet, part, asked)
        if not asked.mapping and not part.remembered and (pair := swapped(sheet, part, asked.on)):
            raise refusals.ColumnsSwapped(one=pair[0], other=pair[1])
    taken = {sheet.name for sheet, _part in chosen}
    return chosen, [sheet.name for sheet in shown if sheet.name not in taken]


def looked_at(path: str | Path, wanted: str, asked: Asked) -> tuple[tuple[reading.Sheet, Part], list[str]]:
    """The wanted sheet, else the one whose headings say most, with its columns, understood or not; the names of all sheets. Hidden
    sheets are among them only where no other holds people."""
    book = reading.read(path, known_labels=column_rules.KNOWN_LABELS)
    shown = _shown(book)
    hidden = _hidden_of_people(book, asked)
    if hidden and not any(_is_of_people(_part(sheet, asked).columns) for sheet in shown):
        shown += [sheet for sheet in book.sheets if sheet.name in hidden]
    best = book.sheet(wanted) if wanted else max(shown, key=lambda sheet: _said(sheet, asked))
    return (best, _part(best, asked)), [sheet.name for sheet in shown]


def swapped(sheet: reading.Sheet, part: Part, on: date) -> tuple[str, str] | None:
    """Two headings each of which stands over what belongs under the other."""
    sample = [row.cells for row in sheet.sample]
    found = column_rules.swapped(part.columns.fields, sample, on)
    return (part.columns.labels[found[0]], part.columns.labels[found[1]]) if found else None


def _shown(book: reading.Workbook) -> list[reading.Sheet]:
    return [sheet for sheet in book.sheets if not sheet.hidden] or list(book.sheets)


def _hidden_of_people(book: reading.Workbook, asked: Asked) -> list[str]:
    return [
        sheet.name for sheet in book.sheets if sheet.hidden and sheet.sample and _is_of_people(_part(sheet, asked).columns)
    ]  # fmt: skip


def _said(sheet: reading.Sheet, asked: Asked) -> tuple[bool, int, bool]:
    """How much a sheet says: one with numbers of people more than a summary with many columns."""
    fields = column_rules.propose([c.label for c in sheet.columns], [], asked.on)
    return "number" in fields and bool(sheet.sample), sum(map(bool, fields)), bool(sheet.sample)


def _part(sheet: reading.Sheet, asked: Asked) -> Part:
    labels = tuple(column.label[:80] for column in sheet.columns)
    sample = [row.cells for row in sheet.sample]
    added = None
    back = _sent_back(labels)
    known = asked.remembered(labels) or (asked.remembered(back) if back else None)
    if known and back and len(known) == len(back):
        known = ("", *known, "")
    fields = (
        tuple(known)
        if known
        else spread(
            labels,
            column_rules.propose(labels, sample, asked.on, asked.places.is_village),
            sample,
            asked.on,
        )
    )
    fields = column_rules.override(labels, fields, asked.mapping)
    says_none = _says_none(fields, sample)
    title = _title(sheet, asked) if says_none else ""
    if (
        "village" not in fields
        and (title or _has_titles(sample, asked.places))
        and _is_of_people(ColumnMap(labels, fields))
    ):
        added = len(labels)
        labels, fields = (*labels, headings()["village"][0]), (*fields, "village")
    return Part(sheet.name, ColumnMap(labels, fields), bool(known), title, added, sheet.from_1904, bool(back))


def _says_none(fields: Sequence[str], sample: Sequence[Sequence[Any]]) -> bool:
    """Whether no line that was looked at names a village itself."""
    if "village" not in fields:
        return True
    place = fields.index("village")
    return all(place >= len(line) or line[place] is None for line in sample)


def _has_titles(sample: Sequence[Sequence[Any]], places: Places) -> bool:
    """Whether a row among the first lines holds the name of a village and nothing else."""
    if len(places.area_code) >= 12:
        return False
    alone = [[cell for cell in line if cell is not None] for line in sample]
    return any(
        len(cells) == 1 and isinstance(cells[0], str) and village_in(cells[0], places, whole=True)
        for cells in alone
    )


def _title(sheet: reading.Sheet, asked: Asked) -> str:
    """The village that the titles above the headings, the sheet's name or the file's speak of."""
    if len(asked.places.area_code) >= 12:
        return ""
    texts = (*sheet.titles, sheet.name, Path(asked.file_name).stem)
    found = (village_in(text, asked.places, whole=False) for text in texts)
    return next(filter(None, found), "")


def _sent_back(labels: tuple[str, ...]) -> list[str] | None:
    """The columns of the file whose lines did not load and come again: between the line's number and the reason."""
    if (
        len(labels) < 3
        or column_rules.heading_of(labels[0]) != "line"
        or column_rules.heading_of(labels[-1]) != "reason"
    ):
        return None
    return ["" if label == f"#{at}" else label for at, label in enumerate(labels[1:-1], 1)]


def _must_be_a_list(sheet: reading.Sheet, asked: Asked) -> None:
    """Not a form in which each heading has its answer beside it. Raises FormOfOne."""
    if not asked.mapping and column_rules.is_form([cells for _at, cells in sheet.head]):
        raise refusals.FormOfOne(sheet=sheet.name)


def _must_be_one_table(sheet: reading.Sheet, part: Part) -> None:
    """No table stands above the one whose headings were found. Raises TwoTables."""
    first = sheet.header.first if sheet.header else 0
    above = [cells for at, cells in sheet.head if at < first]
    tables = [at for at, cells in enumerate(above) if column_rules.begins_table(cells, part.columns)]
    if tables and any(sum(cell is not None for cell in cells) >= 2 for cells in above[tables[0] + 1 :]):
        raise refusals.TwoTables(sheet=sheet.name, row=first + 1)


def _must_speak_of_its_own(sheet: reading.Sheet, part: Part, asked: Asked) -> None:
    """A line for a couple, say: nobody is the line's own person. Raises PeopleSideBySide."""
    places = column_rules.lists_of_others(part.columns.labels, [row.cells for row in sheet.sample], asked.on)
    if len(places) > 1:
        said = "、".join(f"#{place + 1} {part.columns.labels[place]}" for place in places)
        raise refusals.PeopleSideBySide(columns=said)


def _must_be_one_list(sheet: reading.Sheet, part: Part, asked: Asked) -> None:
    """Two lists side by side are not read by half, unless somebody has said what the columns are. Raises PeopleSideBySide."""
    if asked.mapping or part.remembered:
        return
    labels, fields = part.columns.labels, part.columns.fields
    places = column_rules.second_people(labels, fields, [row.cells for row in sheet.sample], asked.on)
    if places:
        said = "、".join(f"#{place + 1} {labels[place]}" for place in places)
        raise refusals.PeopleSideBySide(columns=said)


def _is_of_people(columns: ColumnMap) -> bool:
    return columns.has("name") or columns.has("number")


def _not_understood(part: Part) -> refusals.ColumnsNotUnderstood:
    return refusals.ColumnsNotUnderstood(labels=", ".join(filter(None, part.columns.labels[:30])) or "–")
