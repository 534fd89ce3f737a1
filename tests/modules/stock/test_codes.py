"""Trace codes, as scanners and hands put them in."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingjie.stock.codes import GROUP_SEPARATOR, TraceCode, UnreadableCode, read

GTIN = "06901234567892"


@pytest.mark.parametrize(
    "scanned",
    [
        "81234567000000000001",
        " 8123 4567 0000 0000 0001\r\n",
        "8123-4567-0000-0000-0001",
        "]C181234567000000000001",
        "８１２３４５６７０００００００００００１",
    ],
)
def test_twenty_digits_beginning_with_8(scanned: str) -> None:
    assert read(scanned) == TraceCode("national", "81234567000000000001", product_digits="8123456")


@pytest.mark.parametrize(
    "scanned",
    [
        f"]d201{GTIN}17220331102021AB{GROUP_SEPARATOR}21SN0001",
        f"01{GTIN}17220331102021AB{GROUP_SEPARATOR}21SN0001",
        f"01{GTIN}21SN0001{GROUP_SEPARATOR}17220331102021AB",
        f"{GROUP_SEPARATOR}01{GTIN}17220331102021AB<GS>21SN0001",
        f"(01){GTIN}(17)220331(10)2021AB(21)SN0001",
        f"(01) {GTIN} (10) 2021AB (17) 220331 (21) SN0001",
        f"（01）{GTIN}（17）220331（10）2021AB（21）SN0001",
        f"]d101{GTIN}17220331102021AB^21SN0001",
        f"01{GTIN}102021AB|1722033121SN0001",
        f"01{GTIN}102021AB{{FNC1}}1722033121SN0001",
        f"01{GTIN}102021AB~21SN0001~17220331",
    ],
)
def test_a_gs1_element_string(scanned: str) -> None:
    assert read(scanned) == TraceCode(
        "gs1", f"01{GTIN}21SN0001", gtin=GTIN, serial="SN0001", lot="2021AB", expires_on=date(2022, 3, 31)
    )


def test_day_00_is_the_last_of_the_month() -> None:
    assert read(f"01{GTIN}1724020021S").expires_on == date(2024, 2, 29)


def test_a_makers_own_code_is_kept_in_capitals() -> None:
    assert read("abC-123/4") == TraceCode("maker", "ABC-123/4")


@pytest.mark.parametrize(
    "scanned",
    [
        "",
        "  ",
        "12",
        "http://x?y=1 2",
        "疫苗追溯码0001",
        f"01{GTIN}10LOT",
        f"01{GTIN}17220331102021AB21SN0001",  # the separator was swallowed: lot and serial cannot be told apart
        f"01{GTIN}172213312" + "1S",
        "A" * 41,
        f"01{GTIN}21" + "S" * 21,
    ],
)
def test_what_names_no_pack_is_not_taken(scanned: str) -> None:
    with pytest.raises(UnreadableCode):
        read(scanned)


def test_a_wrong_check_digit_is_no_gtin_and_the_text_a_makers_own_code() -> None:
    assert read("010690123456789121SN1").kind == "maker"


@given(st.text(max_size=80))
def test_anything_is_read_or_refused_and_read_again_the_same(scanned: str) -> None:
    try:
        found = read(scanned)
    except UnreadableCode:
        return
    assert 0 < len(found.key) <= 40
    assert read(found.key).key == found.key


serials = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", min_size=1, max_size=20)
lots = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=20)


@given(serials, lots, st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.permutations(["10", "17", "21"]))
def test_every_order_of_elements_says_the_same(
    serial: str, lot: str, expires_on: date, order: list[str]
) -> None:
    value = {"10": lot + GROUP_SEPARATOR, "17": f"{expires_on:%y%m%d}", "21": serial + GROUP_SEPARATOR}
    text = f"01{GTIN}" + "".join(code + value[code] for code in order)
    found = read(text)
    assert (found.serial, found.lot, found.expires_on) == (serial, lot, expires_on)
    assert re.fullmatch(r"01\d{14}21.+", found.key)
