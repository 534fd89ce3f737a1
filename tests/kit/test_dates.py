"""Dates: read when there is one reading, a problem when there is none or more than one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxkit.identity import Problem, parse_date

DAY = date(1950, 3, 7)


@pytest.mark.parametrize(
    "raw",
    [
        "1950.3.7",
        "1950-03-07",
        "1950/3/7",
        "1950年3月7日",
        "1950年03月07号",
        "1950 年 3 月 7 日",
        "19500307",
        19500307,
        19500307.0,
        "19500307.0",
        18329,
        18329.0,
        18329.75,
        "18329",
        "１９５０．３．７",
        "１９５０年３月７日",
        "1950。3。7",
        "1950—3—7",
        "1950.3.7.",
        "1950-03-07 00:00:00",
        "1950-03-07T08:30:00",
        "1950/3/7 8:30",
        date(1950, 3, 7),
        datetime(1950, 3, 7, 23, 59),
        datetime(1950, 3, 7, 1, tzinfo=UTC),
    ],
)
def test_one_day_in_many_hands(raw: object) -> None:
    assert parse_date(raw) == DAY
    assert type(parse_date(raw)) is date


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (None, "date.missing"),
        ("", "date.missing"),
        ("　", "date.missing"),
        ("3/7/1950", "date.ambiguous"),
        ("07.03.1950", "date.ambiguous"),
        ("50.3.7", "date.ambiguous"),
        ("50年3月7日", "date.ambiguous"),
        ("1950.3", "date.incomplete"),
        ("1950年3月", "date.incomplete"),
        ("1950", "date.incomplete"),
        (1950, "date.incomplete"),
        (195003, "date.incomplete"),
        ("3月7日", "date.incomplete"),
        ("1950-02-30", "date.not_real"),
        ("2021年13月1日", "date.not_real"),
        ("20210229", "date.not_real"),
        ("13/13/1950", "date.not_real"),
        (60, "date.not_real"),
        ("农历三月初七", "date.lunar"),
        ("1950年闰3月7日", "date.lunar"),
        ("不详", "date.unreadable"),
        (0, "date.unreadable"),
        (-5, "date.unreadable"),
        (10**12, "date.unreadable"),
        (10**30, "date.unreadable"),
        (float("nan"), "date.unreadable"),
        (float("inf"), "date.unreadable"),
        (True, "date.unreadable"),
        ([], "date.unreadable"),
        ("9" * 5000, "date.unreadable"),
    ],
)
def test_what_cannot_be_read(raw: object, code: str) -> None:
    found = parse_date(raw)
    assert isinstance(found, Problem)
    assert found.code == code


def test_day_and_month_are_told_apart_only_when_they_can_be() -> None:
    assert parse_date("13/7/1950") == date(1950, 7, 13)
    assert parse_date("7/13/1950") == date(1950, 7, 13)
    assert parse_date("7/7/1950") == date(1950, 7, 7)


def test_serial_numbers_step_over_the_day_that_never_was() -> None:
    assert [parse_date(serial) for serial in (1, 59, 61)] == [
        date(1900, 1, 1),
        date(1900, 2, 28),
        date(1900, 3, 1),
    ]
    assert parse_date(44335) == date(2021, 5, 19)
    assert parse_date(73_050) == date(2099, 12, 31)


@given(st.dates(date(1880, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_back_from_every_form(day: date) -> None:
    forms = ("{0.year}.{0.month}.{0.day}", "{0:%Y-%m-%d}", "{0.year}年{0.month}月{0.day}日", "{0:%Y%m%d}")
    assert {parse_date(form.format(day)) for form in forms} == {day}


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.binary()))
def test_nothing_in_a_cell_raises(raw: object) -> None:
    assert isinstance(parse_date(raw), (date, Problem))
