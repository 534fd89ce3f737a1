"""Which column of a roster is which field: by its heading, and where that says nothing, by what stands in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from vaxkit.identity import Phone, ResidentNumber, check_phone, check_resident_number
from vaxkit.identity.cells import is_han
from vaxkit.vocabulary import Text
from yingjie.foundation.tabular.cells import Cell, label_key
from yingjie.people import refusals

IGNORE = ""
_HEADINGS = {
    "name": "姓名|名字|居民姓名|人员姓名|被接种人姓名|受种者姓名|Name|Full name",
    "number": "身份证号|身份证号码|公民身份号码|公民身份证号码|居民身份证号|居民身份证号码|证件号码|证件号|身份证"
    "|身份证件号码|有效证件号码"
    "|ID number|ID|Identity number|ID card",
    "sex": "性别|Sex|Gender",
    "birth_on": "出生日期|出生年月日|出生年月|生日|出生时间|Birth date|Date of birth|DOB|Born",
    "town": "乡镇|街道|乡镇街道|镇街|镇|所属乡镇|所在乡镇|所属街道|乡镇名称|Township|Town",
    "village": "村|社区|行政村|居委会|村居|村社区|所属村|所在村|村名|村委会|村庄|所属社区"
    "|居住村|居委|村居委会|村名称|社区名称|Village|Community",
    "grid": "网格|所属网格|网格名称|网格号|所在网格|片区|Grid",
    "address": "住址|家庭住址|详细地址|现住址|居住地址|地址|现居住地|现居住地址|家庭地址|门牌号|常住地址|实际居住地|Address",
    "phone": "联系电话|手机号|电话|手机|手机号码|电话号码|联系方式|本人电话|联系手机|固定电话|联系电话1|联系电话2|Phone|Mobile",
    "role": "与户主关系|与户主的关系|户主关系|和户主关系|家庭关系|关系|Relation to head|Household role",
    "household": "户号|户编号|户籍号|家庭编号|户口号|户口簿号|户口本号|Household",
}
HEADINGS: dict[str, tuple[str, ...]] = {
    field: tuple(labels.split("|")) for field, labels in _HEADINGS.items()
}
TITLES: dict[str, Text] = {
    "name": Text("姓名", "Name"), "number": Text("身份证号", "Identity number"), "sex": Text("性别", "Sex"),
    "birth_on": Text("出生日期", "Birth date"), "town": Text("乡镇/街道", "Township"), "village": Text("村/社区", "Village"),
    "grid": Text("网格", "Grid"), "address": Text("住址", "Address"), "phone": Text("电话", "Phone"),
    "role": Text("与户主关系", "Place in the household"), "household": Text("户号", "Household number"),
    IGNORE: Text("不导入", "Not imported"),
}  # fmt: skip
KNOWN_LABELS: tuple[str, ...] = (
    *(label for labels in HEADINGS.values() for label in labels), "序号", "备注", "年龄", "民族", "编号", "原因", "行号",
)  # fmt: skip
_FIELD_OF = {label_key(label): field for field, labels in HEADINGS.items() for label in labels}
_PARTS = (
    ("身份证", "number"),
    ("公民身份", "number"),
    ("证件号", "number"),
    ("手机", "phone"),
    ("电话", "phone"),
    ("出生", "birth_on"),
)
_OTHERS = (
    "户主",
    "监护",
    "负责",
    "网格员",
    "网格长",
    "父",
    "母",
    "配偶",
    "紧急",
    "干部",
    "包保",
    "医生",
    "联系人",
)
_ONCE = frozenset(HEADINGS) - {"phone"}


@dataclass(frozen=True)
class ColumnMap:
    """One field per column (IGNORE where it is none of ours), beside the headings as the file has them."""

    labels: tuple[str, ...]
    fields: tuple[str, ...]

    def places(self, field: str) -> list[int]:
        return [index for index, known in enumerate(self.fields) if known == field]

    def has(self, field: str) -> bool:
        return field in self.fields


def propose(labels: Sequence[str], sample: Sequence[Sequence[Cell]], on: date) -> tuple[str, ...]:
    """A field for every column. `sample` are some lines of cells, `on` the day on which numbers are checked."""
    found = [_FIELD_OF.get(_last(label), IGNORE) for label in labels]
    for index, label in enumerate(labels):
        if found[index] == IGNORE:
            found[index] = _by_part(label)
    for field in _ONCE:
        for index in [place for place, known in enumerate(found) if known == field][1:]:
            found[index] = IGNORE
    for field in ("number", "phone", "name"):
        # Short Chinese words alone make no roster: a name is guessed only beside a number.
        if field not in found and (field != "name" or "number" in found):
            _by_content(field, found, labels, sample, on)
    return tuple(found)


def override(
    labels: Sequence[str], fields: Sequence[str], wanted: Mapping[str, str] | None
) -> tuple[str, ...]:
    """The proposal with what somebody said instead: heading (or "#3" for the third column) → field ("" or "ignore": not imported).

    Raises UnknownColumn, UnknownField.
    """
    chosen = list(fields)
    for label, field in (wanted or {}).items():
        field = IGNORE if field in ("ignore", IGNORE) else field
        if field not in TITLES:
            raise refusals.UnknownField(field=field, known=", ".join(HEADINGS))
        index = _place_of(label, labels)
        if field in _ONCE:
            chosen = [IGNORE if known == field else known for known in chosen]
        chosen[index] = field
    return tuple(chosen)


def _place_of(label: str, labels: Sequence[str]) -> int:
    if label.startswith("#") and label[1:].isdigit() and 1 <= int(label[1:]) <= len(labels):
        return int(label[1:]) - 1
    for index, known in enumerate(labels):
        if label == known or label_key(label) in (label_key(known), _last(known)):
            return index
    raise refusals.UnknownColumn(label=label, labels=", ".join(filter(None, labels)))


def _last(label: str) -> str:
    """The innermost heading of a column whose heading has several rows."""
    return label_key(label.rsplit(" / ", 1)[-1])


def _by_part(label: str) -> str:
    key = _last(label)
    if any(word in key for word in _OTHERS):
        return IGNORE
    return next((field for part, field in _PARTS if part in key), IGNORE)


def _by_content(
    field: str, found: list[str], labels: Sequence[str], sample: Sequence[Sequence[Cell]], on: date
) -> None:
    """Give the field to the first free column of which most filled cells look like it."""
    for index, known in enumerate(found):
        cells = [line[index] for line in sample if index < len(line) and line[index] is not None]
        if known != IGNORE or not cells or any(word in label_key(labels[index]) for word in _OTHERS):
            continue
        hits = sum(_looks_like(field, cell, on) for cell in cells)
        if hits * 10 >= len(cells) * 6:
            found[index] = field
            return


def _looks_like(field: str, cell: Cell, on: date) -> bool:
    if field == "number":
        return isinstance(check_resident_number(cell, on=on), ResidentNumber)
    if field == "phone":
        return isinstance(cell, str | int) and isinstance(check_phone(cell), Phone)
    return (
        isinstance(cell, str)
        and 2 <= len(cell) <= 4
        and all(is_han(sign) for sign in cell)
        and _is_name(cell)
    )


def _is_name(text: str) -> bool:
    return not text.endswith(("村", "镇", "乡", "社区", "街道", "族", "网格", "省", "市", "区", "县"))


def in_order(fields: Collection[str]) -> list[str]:
    """Fields in the order in which pages show them."""
    return [field for field in TITLES if field in fields]
