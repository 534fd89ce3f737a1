"""Where the heading of a table is, and which rows are not data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingjie.foundation.tabular.cells import Cell, label_key
from yingjie.foundation.tabular.headers import find, row_kind

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
