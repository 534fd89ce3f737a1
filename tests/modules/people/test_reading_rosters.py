"""The pure parts of reading a roster: names, columns, cells, fates. No database."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import RFC_4122, UUID

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.modules.people.conftest import number
from vaxkit.identity import mask_phone
from yingjie.foundation.tabular.cells import kept, restored
from yingjie.people import bulk_loading, refusals
from yingjie.people.readings import reading
from yingjie.people.roster import columns, vocabulary
from yingjie.people.roster.reasons import reason

ON = date(2021, 5, 1)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("单红梅", "shanhongmei shm hongmei hm"),
        ("仇大海", "qiudahai qdh dahai dh"),
        ("解放", "xiefang xf fang f"),
        ("查良", "zhaliang zl liang l"),
        ("任我行", "renwoxing rwx woxing wx"),
        ("曾国强", "zengguoqiang zgq guoqiang gq"),
        ("尉迟恭", "yuchigong ycg gong g"),
        ("欧阳锋", "ouyangfeng oyf feng f"),
        ("单", "dan d"),
        ("买买提·艾力", "maimaitiaili mmtal"),
        ("Anna Li", "annali annali"),
        ("", " "),
    ],
)
def test_reading(name: str, found: str) -> None:
    assert reading(name) == found


@given(st.text(max_size=80))
def test_reading_fits_its_column_and_is_latin(name: str) -> None:
    found = reading(name)
    assert len(found) <= 160
    assert found.isascii()


@pytest.mark.parametrize(
    ("labels", "fields"),
    [
        (("序号", "姓名", "公民身份号码", "手机号码"), ("", "name", "number", "phone")),
        (("户主姓名", "户主身份证号", "姓名", "身份证"), ("", "", "name", "number")),
        (("乡镇（街道）", "村(居)委会", "所属网格"), ("town", "village", "grid")),
        (("联系电话", "备用电话", "监护人电话"), ("phone", "phone", "")),
        (("姓名", "姓名"), ("name", "")),
        (("基本信息 / 姓名", "基本信息 / 身份证号"), ("name", "number")),
        (("Name", "ID number", "Village"), ("name", "number", "village")),
        (("品名", "规格"), ("", "")),
    ],
)
def test_columns_by_heading(labels: tuple[str, ...], fields: tuple[str, ...]) -> None:
    assert columns.propose(labels, [], ON) == fields


def test_columns_by_content() -> None:
    sample = [["x1", number(1), "王秀英", 19900000001], ["x2", number(3), "李红", "19900000002"]]
    assert columns.propose(("a", "b", "c", "d"), sample, ON) == ("", "number", "name", "phone")
    assert columns.propose(("a", "b"), [["棉签", "一包"]], ON) == ("", "")


def test_override_moves_a_field_that_stands_once() -> None:
    labels, fields = ("姓名", "曾用名"), ("name", "")
    assert columns.override(labels, fields, {"曾用名": "name"}) == ("", "name")
    assert columns.override(labels, fields, {"#1": "ignore"}) == ("", "")
    with pytest.raises(refusals.UnknownColumn):
        columns.override(labels, fields, {"#3": "name"})
    with pytest.raises(refusals.UnknownField):
        columns.override(labels, fields, {"姓名": "nick"})


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(date(1900, 1, 1), date(2099, 1, 1)),
    st.datetimes(datetime(1900, 1, 1), datetime(2099, 1, 1)),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=40),
    st.just("\x01i7"),
)


@given(CELLS)
def test_cells_come_back_with_their_types(cell: Any) -> None:
    back = restored(kept(cell))
    assert (type(back), back) == (type(cell), cell)


def test_every_reason_has_its_words() -> None:
    for code, (weight, words) in vocabulary.reasons().items():
        assert weight in ("refused", "doubtful", "changed", "note", "word"), code
        assert words.zh, code
        assert words.en, code
    said = reason("number.twice", line=7)
    assert said == {
        "code": "number.twice",
        "weight": "refused",
        "zh": "与第 7 行身份证号相同，只入一次。",
        "en": "Same number as line 7; it is entered once.",
    }


def test_ids_and_masks_by_the_column_are_those_of_one() -> None:
    ids = bulk_loading.uuid7s(5_000)
    assert ids == sorted(set(ids)) and {UUID(each).version for each in ids} == {7}
    assert {UUID(each).variant for each in ids} == {RFC_4122} and bulk_loading.uuid7s(0) == []
    numbers = ["19900000001", "010-69961234", "69961234", "12345", "29900000001", "010-69961234-801"]
    assert bulk_loading._masks(pl.Series(numbers)).to_list() == [mask_phone(number) for number in numbers]
