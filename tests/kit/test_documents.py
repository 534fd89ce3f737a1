"""Resident numbers: as they stand in rosters, judged by GB 11643 and by nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxkit.identity import (
    Problem,
    ResidentNumber,
    check_digit,
    check_resident_number,
    mask_last_four,
    mask_number,
)
from vaxkit.identity.problems import PROBLEMS
from vaxkit.vocabulary import Sex

ON = date(2021, 5, 19)
STANDARD_WOMAN = "11010519491231002X"  # the two examples printed in GB 11643-1999
STANDARD_MAN = "440524188001010014"


def code(raw: object, on: date = ON) -> str:
    found = check_resident_number(raw, on=on)
    assert isinstance(found, Problem)
    assert found.reason == PROBLEMS[found.code]
    return found.code


def read(raw: object, on: date = ON) -> ResidentNumber:
    found = check_resident_number(raw, on=on)
    assert isinstance(found, ResidentNumber)
    return found


def test_the_examples_of_the_standard() -> None:
    assert check_digit("11010519491231002") == "X"
    assert check_digit("44052418800101001") == "4"
    assert read(STANDARD_WOMAN) == ResidentNumber(STANDARD_WOMAN, date(1949, 12, 31), Sex.FEMALE)
    assert read(STANDARD_MAN) == ResidentNumber(STANDARD_MAN, date(1880, 1, 1), Sex.MALE)  # no age cap
    assert read(STANDARD_WOMAN).area_code == "110105"


@pytest.mark.parametrize(
    "raw",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "110105-19491231-002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "'11010519491231002X",
        "11010519491231002X\u200b",
        "\ufeff11010519491231002X\n",
        "11010519491231002×",
        "11010519491231002Х",  # Cyrillic
    ],
)
def test_the_same_number_however_it_was_typed(raw: str) -> None:
    assert read(raw).number == STANDARD_WOMAN


def test_the_old_form_of_fifteen_digits_is_upgraded_and_says_so() -> None:
    for raw in ("110105491231002", 110105491231002, 110105491231002.0, "110105491231002.0"):
        assert read(raw) == ResidentNumber(STANDARD_WOMAN, date(1949, 12, 31), Sex.FEMALE, upgraded=True)
    assert code("110105491331002") == "id.birth_date"


def test_an_area_that_nobody_knows_is_no_reason_to_refuse() -> None:
    number = "99999919500307002"
    assert read(number + check_digit(number)).area_code == "999999"


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (None, "id.missing"),
        ("", "id.missing"),
        (" \u3000 ", "id.missing"),
        (1.1011719600101e17, "id.float"),
        ("1.1011719600101E+17", "id.float"),
        ("1.10105E17", "id.float"),
        (110105194912310000, "id.float"),
        ("110105194912310000.0", "id.float"),
        (110105491231002.5, "id.float"),
        (float("nan"), "id.float"),
        (float("inf"), "id.float"),
        ("110***********002X", "id.masked"),
        ("1101051949123100XX", "id.characters"),
        ("X11010519491231002", "id.characters"),
        ("护照E12345678", "id.characters"),
        ("不详", "id.missing"),
        (10**30 + 1, "id.length"),
        (-110105194912310, "id.characters"),
        (True, "id.characters"),
        (date(1949, 12, 31), "id.characters"),
        ("11010519491231002", "id.length"),
        ("11010519491231002XX"[:17] + "0X", "id.length"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢٤", "id.characters"),  # other scripts' digits
        ("110105194902290021", "id.birth_date"),
        ("110105194900000021", "id.birth_date"),
        ("110105000012310021", "id.birth_date"),
        ("110105194912310021", "id.check_digit"),
    ],
)
def test_what_is_refused_and_why(raw: object, problem: str) -> None:
    assert code(raw) == problem


def test_a_birth_date_may_be_today_but_not_tomorrow() -> None:
    assert read(STANDARD_WOMAN, on=date(1949, 12, 31)).born_on == date(1949, 12, 31)
    assert code(STANDARD_WOMAN, on=date(1949, 12, 30)) == "id.birth_future"


def test_a_number_never_shows_itself_in_a_log_by_accident() -> None:
    assert repr(read(STANDARD_WOMAN)) == "ResidentNumber(**************002X)"
    assert mask_number(STANDARD_WOMAN) == mask_last_four("002X") == "**************002X"
    assert mask_last_four("") == ""
    assert mask_number("123456789") == "*********"
    assert mask_number("") == ""


def test_a_check_digit_needs_seventeen_digits() -> None:
    for wrong in (
        "",
        "1234567890123456",
        "123456789012345678",
        "1101051949123100X",
        "１１０１０５１９４９１２３１００２",
    ):
        with pytest.raises(ValueError, match="exactly 17 digits"):
            check_digit(wrong)


FIRST17 = st.builds(
    lambda area, born, sequence: f"{area:06d}{born:%Y%m%d}{sequence:03d}",
    st.integers(0, 999_999),
    st.dates(date(1800, 1, 1), ON),
    st.integers(0, 999),
)


@given(FIRST17)
def test_whatever_is_built_by_the_rule_is_read_back(first17: str) -> None:
    number = read(first17 + check_digit(first17))
    assert number.number[:17] == first17
    assert f"{number.born_on:%Y%m%d}" == first17[6:14]
    assert number.sex is (Sex.MALE if first17[16] in "13579" else Sex.FEMALE)
    assert not number.upgraded


@given(FIRST17, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(first17: str, place: int, shift: int) -> None:
    number = first17 + check_digit(first17)
    old = 10 if number[place] == "X" else int(number[place])
    wrong = number[:place] + str((old + shift) % 10) + number[place + 1 :]
    if wrong != number:
        assert isinstance(check_resident_number(wrong, on=ON + timedelta(days=365_000)), Problem)


@given(FIRST17, st.integers(0, 15))
def test_two_neighbours_exchanged_are_always_found(first17: str, place: int) -> None:
    number = first17 + check_digit(first17)
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if wrong != number:
        assert isinstance(check_resident_number(wrong, on=ON + timedelta(days=365_000)), Problem)


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.binary(), st.booleans()))
def test_nothing_in_a_cell_raises(raw: object) -> None:
    assert isinstance(check_resident_number(raw, on=ON), (ResidentNumber, Problem))


def test_nor_does_a_figure_too_long_to_be_written_down() -> None:
    assert code(10**5000 + 1) == "id.length"
