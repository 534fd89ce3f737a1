"""Which column is which: by label, by contents, and by the user's word."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingjie.foundation.tabular.cells import Cell, label_key
from yingjie.foundation.tabular.headers import find, looks_like_header, row_kind
from yingjie.foundation.tabular.mapping import FieldSpec, Mapping, parse_choices, propose, vocabulary
from yingjie.foundation.tabular.reading import Column, Row


def is_number(cell: Cell) -> bool:
    return isinstance(cell, str) and re.fullmatch(r"\d{17}[\dXx]", cell) is not None


def is_phone(cell: Cell) -> bool:
    return re.fullmatch(r"1\d{10}", str(cell)) is not None


FIELDS = (
    FieldSpec("name", ("姓名", "名字"), required=True),
    FieldSpec("number", ("身份证号", "身份证号码"), is_number, required=True),
    FieldSpec("phone", ("联系电话", "手机"), is_phone),
    FieldSpec("address", ("住址",)),
)


def sheet(labels: list[str], *rows: tuple[Cell, ...]) -> tuple[list[Column], list[Row]]:
    return [Column(i, text, (text,)) for i, text in enumerate(labels)], [
        Row(i + 2, row) for i, row in enumerate(rows)
    ]


def test_labels_are_understood_in_any_dress() -> None:
    columns, rows = sheet(
        ["姓　名＊", "【身份证号】：", "联系电话(必填)", "现住址"],
        ("甲", "999999196001010046", "19900001234", "村口"),
    )
    mapping = propose(columns, rows, FIELDS)
    assert [match.field for match in mapping.matches] == ["name", "number", "phone", "address"]
    assert [match.why for match in mapping.matches] == [
        "label",
        "label_and_contents",
        "label_and_contents",
        "part_of_label",
    ]
    assert mapping.values(rows[0]) == {
        "name": "甲", "number": "999999196001010046", "phone": "19900001234", "address": "村口",
    }  # fmt: skip


def test_contents_speak_where_labels_do_not() -> None:
    columns, rows = sheet(
        ["A", "B"], ("999999196001010046", "19900001234"), ("99999919600101002X", "19900001235")
    )
    mapping = propose(columns, rows, FIELDS)
    assert [(match.field, match.confidence, match.why) for match in mapping.matches] == [
        ("number", 0.65, "contents"), ("phone", 0.65, "contents"),
    ]  # fmt: skip
    assert mapping.missing(FIELDS) == ("name",)


def test_a_label_whose_contents_disagree_is_doubted() -> None:
    columns, rows = sheet(["身份证号", "x"], ("19900001234", "999999196001010046"))
    told = [(match.field, match.confidence, match.why) for match in propose(columns, rows, FIELDS).matches]
    assert told == [("phone", 0.65, "contents"), ("number", 0.65, "contents")]


def test_the_user_has_the_last_word() -> None:
    columns, rows = sheet(["户主", "姓名", "备注"], ("甲", "乙", "丙"))
    mapping = propose(columns, rows, FIELDS).overridden(parse_choices(["户主=name", "C=address"]))
    assert [(match.field, match.why) for match in mapping.matches] == [
        ("name", "chosen"), (None, "none"), ("address", "chosen"),
    ]  # fmt: skip
    assert mapping.overridden({"户主": ""}).column_of("name") is None
    with pytest.raises(KeyError, match="没有这一列"):
        mapping.overridden({"没有这一列": "name"})
    with pytest.raises(ValueError, match="no sign"):
        parse_choices(["no sign"])


def test_a_mapping_can_be_kept() -> None:
    columns, rows = sheet(["姓名", "手机"], ("甲", "19900001234"))
    mapping = propose(columns, rows, FIELDS)
    assert Mapping.from_dict(json.loads(json.dumps(mapping.to_dict()))) == mapping


labels = st.sampled_from([*vocabulary(FIELDS), "备注", "A", "", "年龄", "联系电话2"])


@given(
    st.lists(labels, max_size=8),
    st.lists(st.lists(st.one_of(st.none(), st.integers(), st.text()), max_size=8), max_size=4),
)
def test_every_field_has_one_column_at_most(names: list[str], rows: list[list[Cell]]) -> None:
    columns, _ = sheet(names)
    mapping = propose(columns, [Row(i, tuple(row)) for i, row in enumerate(rows)], FIELDS)
    used = [match.field for match in mapping.matches if match.field]
    assert len(used) == len(set(used))
    assert [match.index for match in mapping.matches] == list(range(len(names)))


cells = st.one_of(
    st.none(), st.text(max_size=6), st.integers(), st.sampled_from(["姓名", "身份证号", "联系电话"])
)


@given(st.lists(st.lists(cells, max_size=6), max_size=12))
def test_header_search_never_fails_and_stays_inside(rows: list[list[Cell]]) -> None:
    header = find(rows, ["姓名", "身份证号", "联系电话"], [(0, 0, 1, 2), (3, 1, 40, 9)])
    if header is not None:
        assert 0 <= header.first <= header.last < len(rows)
    assert all(row_kind(row, header) in ("data", "total", "note", "header") for row in rows)


@given(st.text())
def test_a_label_key_is_stable(text: str) -> None:
    assert label_key(label_key(text)) == label_key(label_key(label_key(text)))


def test_looks_like_header() -> None:
    assert looks_like_header(["序号", "姓 名", "身份证号"], ["姓名", "身份证号"])
    assert not looks_like_header(["1", "张三", "999999196001010046"], ["姓名", "身份证号"])


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (["合 计", None, 5], "total"), ([None, "小计", 3, 4], "total"), (["合计生", "男", 20], "data"),
        (["注：本表一式两份"], "note"), (["制表人：张三", None, "审核人：李四"], "note"),
        ([1, 2, 3, 4], "header"), (["张三", 3], "data"),
    ],
)  # fmt: skip
def test_kinds_of_rows(row: list[Cell], kind: str) -> None:
    assert row_kind(row, None) == kind
