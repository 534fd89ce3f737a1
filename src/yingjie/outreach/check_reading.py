"""A list pushed from above, as it came: which of its columns says what, and its lines. Nothing of it is thrown away, because it
goes back in the same layout."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from vaxkit.identity import parse_date
from yingjie.foundation.refusals import Refusal
from yingjie.foundation.tabular.cells import Cell, as_text
from yingjie.foundation.tabular.reading import Sheet, read

#: What a column may say → the labels by which senders call it, blanks aside; a label that only contains one of them comes second.
LABELS: dict[str, tuple[str, ...]] = {
    "number": (
        "身份证号",
        "身份证号码",
        "公民身份号码",
        "证件号码",
        "证件号",
        "身份证",
        "idnumber",
        "identitynumber",
    ),
    "name": ("姓名", "名字", "name"),
    "phone": ("手机号", "手机号码", "联系电话", "联系方式", "电话", "手机", "phone"),
    "birth": ("出生日期", "出生年月", "生日", "birthdate"),
    "town": ("乡镇", "街道", "乡镇街道", "镇街", "所属乡镇", "township"),
    "village": ("村", "社区", "村居", "村（社区）", "所属村", "所属社区", "村社区", "village"),
    "address": ("住址", "地址", "现住址", "居住地址", "详细地址", "家庭住址", "address"),
    "finding": (
        "核查结果",
        "排查结果",
        "核实结果",
        "核查情况",
        "核实情况",
        "落实情况",
        "反馈情况",
        "反馈",
        "finding",
        "result",
    ),
    "note": ("备注", "说明", "note", "remarks"),
    "checker": ("核查人", "排查人", "核实人", "checkedby"),
    "checked_on": ("核查时间", "核查日期", "核实时间", "checkedon"),
}


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
    known = [label for labels in LABELS.values() for label in labels]
    sheet = read(path, known_labels=known).sheet()
    columns = tuple(column.label for column in sheet.columns)
    fields = understood(columns)
    if "name" not in fields and "number" not in fields:
        raise ListWithoutNames()
    return ReadList(sheet.name[:40], sheet.titles, columns, fields, tuple(_lines(sheet)))


def understood(columns: Sequence[str]) -> tuple[str, ...]:
    """What each column says, "" where nothing is understood; every field once."""
    plain = ["".join(label.split()).casefold() for label in columns]
    found = [""] * len(columns)
    for exact in (True, False):
        for field, labels in LABELS.items():
            if field not in found:
                for place, label in enumerate(plain):
                    if not found[place] and any(label == each if exact else each in label for each in labels):
                        found[place] = field
                        break
    return tuple(found)


def birth_day(text: str) -> date | None:
    parsed = parse_date(text) if text else None
    return parsed if isinstance(parsed, date) else None


def _lines(sheet: Sheet) -> list[ReadLine]:
    return [ReadLine(row.number, row.kind, tuple(row.cells)) for row in sheet.rows]
