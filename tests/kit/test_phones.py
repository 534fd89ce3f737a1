"""Phones: one cell, several people, many spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxkit.identity import Phone, PhoneKind, Problem, check_phone, mask_phone, split_phones

MOTHER, SON = "19900001234", "19900005678"


def numbers(raw: object) -> list[str]:
    return [phone.number if isinstance(phone, Phone) else phone.code for phone in split_phones(raw)]


@pytest.mark.parametrize(
    "raw",
    [
        "19900001234",
        19900001234,
        19900001234.0,
        "19900001234.0",
        "199 0000 1234",
        "199-0000-1234",
        "１９９００００１２３４",
        "+86 19900001234",
        "0086-199-0000-1234",
        "8619900001234",
        "019900001234",
        "'19900001234",
    ],
)
def test_the_same_mobile_however_it_was_typed(raw: object) -> None:
    assert split_phones(raw) == (Phone(MOTHER, PhoneKind.MOBILE),)


@pytest.mark.parametrize(
    "raw",
    [
        "19900001234,19900005678",
        "19900001234、19900005678",
        "19900001234；19900005678",
        "19900001234/19900005678",
        "19900001234 19900005678",
        "19900001234\n19900005678",
        "1990000123419900005678",
        "19900001234或19900005678",
        "19900001234、19900005678、19900001234",
    ],
)
def test_two_mobiles_in_one_cell(raw: str) -> None:
    assert numbers(raw) == [MOTHER, SON]


def test_the_words_beside_a_phone_are_kept() -> None:
    assert split_phones("19900001234（本人）/儿子：199 0000 5678") == (
        Phone(MOTHER, PhoneKind.MOBILE, "本人"),
        Phone(SON, PhoneKind.MOBILE, "儿子"),
    )


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("010-69961234", "010-69961234"),
        ("01069961234", "010-69961234"),
        ("010 6996 1234", "010-69961234"),
        ("（010）69961234", "010-69961234"),
        ("0318-6543210", "0318-6543210"),
        ("69961234", "69961234"),
        ("010-69961234-801", "010-69961234-801"),
        ("010-69961234转801", "010-69961234-801"),
    ],
)
def test_landlines(raw: str, number: str) -> None:
    assert split_phones(raw) == (Phone(number, PhoneKind.LANDLINE),)


def test_a_good_phone_beside_a_bad_one_is_not_lost() -> None:
    assert numbers("19900001234 1990000567") == [MOTHER, "phone.length"]
    assert numbers("无、19900005678") == [SON]
    assert numbers("联系不上、19900005678") == ["phone.characters", SON]


@pytest.mark.parametrize(
    ("raw", "codes"),
    [
        (None, []),
        ("", []),
        ("  ", []),
        ("1990000123", ["phone.length"]),
        ("199000012345", ["phone.length"]),
        ("12345678901", ["phone.length"]),
        ("199****1234", ["phone.masked"]),
        ("1.99E+10", ["phone.float"]),
        (1.5, ["phone.float"]),
        (float("nan"), ["phone.float"]),
        (10**30, ["phone.length"]),
        ("不详", []),
        ("联系不上", ["phone.characters"]),
        (True, ["phone.characters"]),
    ],
)
def test_what_cannot_be_read(raw: object, codes: list[str]) -> None:
    assert numbers(raw) == codes


def test_one_phone_where_only_one_may_stand() -> None:
    assert check_phone("") is None
    assert check_phone(MOTHER) == Phone(MOTHER, PhoneKind.MOBILE)
    two = check_phone(f"{MOTHER}、{SON}")
    assert isinstance(two, Problem)
    assert two.code == "phone.several"


def test_masks() -> None:
    assert mask_phone(MOTHER) == "199****1234"
    assert mask_phone("010-69961234") == "010*******34"
    assert mask_phone("12345") == "*****"
    assert repr(Phone(MOTHER, PhoneKind.MOBILE, "本人")) == "Phone(199****1234, mobile)"


@given(st.lists(st.integers(13_000_000_000, 19_999_999_999).map(str), max_size=5, unique=True))
def test_any_list_of_mobiles_survives_being_put_in_one_cell(mobiles: list[str]) -> None:
    for between in ("、", " ", ";", "\n", ""):
        assert numbers(between.join(mobiles)) == mobiles


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.binary()))
def test_nothing_in_a_cell_raises(raw: object) -> None:
    assert isinstance(split_phones(raw), tuple)


def test_nor_does_a_figure_too_long_to_be_written_down() -> None:
    assert numbers(10**5000) == ["phone.length"]
