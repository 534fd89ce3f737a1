"""Documents other than the resident card: each by its own rules, and what a wrong number may have meant."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxkit.identity import (
    Document,
    DocumentKind,
    Problem,
    check_digit,
    check_document,
    corrections,
    kind_of,
)
from vaxkit.identity.problems import PROBLEMS
from vaxkit.vocabulary import Sex

ON = date(2026, 5, 19)


def sound(first17: str) -> str:
    return first17 + check_digit(first17)


HONG_KONG = sound("81000019790305012")
TAIWAN = sound("83000019881111003")
FOREIGN = "911124198108030024"  # the specimen of the 2023 card
DEMO = sound("99999919500307123")


@pytest.mark.parametrize(
    ("raw", "kind", "number"),
    [
        (HONG_KONG, DocumentKind.HK_MACAO_TAIWAN_RESIDENCE, HONG_KONG),
        (f" {TAIWAN[:6]} {TAIWAN[6:]}", DocumentKind.HK_MACAO_TAIWAN_RESIDENCE, TAIWAN),
        (FOREIGN, DocumentKind.FOREIGN_RESIDENCE, FOREIGN),
        (DEMO, DocumentKind.RESIDENT_CARD, DEMO),
        ("can 1101 8１0308 01", DocumentKind.FOREIGN_RESIDENCE_OLD, "CAN110181030801"),
        ("h12345678", DocumentKind.HK_MACAO_PERMIT, "H12345678"),
        ("Ｍ１２３４５６７８０１", DocumentKind.HK_MACAO_PERMIT, "M1234567801"),
        ("12345678", DocumentKind.TAIWAN_PERMIT, "12345678"),
        ("1234567890(B)", DocumentKind.TAIWAN_PERMIT, "1234567890B"),
        ("E 1234 5678", DocumentKind.CHINESE_PASSPORT, "E12345678"),
        ("EA1234567", DocumentKind.CHINESE_PASSPORT, "EA1234567"),
        ("G12345678", DocumentKind.CHINESE_PASSPORT, "G12345678"),
        ("c01x00t47", DocumentKind.FOREIGN_PASSPORT, "C01X00T47"),
    ],
)
def test_each_kind_in_one_written_form(raw: str, kind: DocumentKind, number: str) -> None:
    read = check_document(raw, kind, on=ON)
    assert isinstance(read, Document)
    assert (read.kind, read.number) == (kind, number)
    assert kind_of(raw, on=ON)[0] is kind or kind is DocumentKind.HK_MACAO_PERMIT
    assert kind in kind_of(raw, on=ON)


def test_the_foreign_card_tells_birth_and_sex_as_the_resident_card_does() -> None:
    assert check_document(FOREIGN, DocumentKind.FOREIGN_RESIDENCE, on=ON) == Document(
        DocumentKind.FOREIGN_RESIDENCE, FOREIGN, date(1981, 8, 3), Sex.FEMALE
    )


@pytest.mark.parametrize(
    ("raw", "kind", "code"),
    [
        (DEMO, DocumentKind.FOREIGN_RESIDENCE, "id.wrong_kind"),
        (DEMO, DocumentKind.HK_MACAO_TAIWAN_RESIDENCE, "id.wrong_kind"),
        (FOREIGN, DocumentKind.RESIDENT_CARD, "id.wrong_kind"),
        (HONG_KONG[:-1] + "9", DocumentKind.HK_MACAO_TAIWAN_RESIDENCE, "id.check_digit"),
        ("911124198113030024", DocumentKind.FOREIGN_RESIDENCE, "id.birth_date"),
        (1.1e17, DocumentKind.RESIDENT_CARD, "id.float"),
        ("A12345678", DocumentKind.HK_MACAO_PERMIT, "document.hk_macao_permit"),
        ("1234567", DocumentKind.TAIWAN_PERMIT, "document.taiwan_permit"),
        ("CAN11018103080", DocumentKind.FOREIGN_RESIDENCE_OLD, "document.foreign_residence_old"),
        ("E1234567", DocumentKind.CHINESE_PASSPORT, "document.chinese_passport"),
        ("ABCDEF", DocumentKind.FOREIGN_PASSPORT, "document.foreign_passport"),
        (None, DocumentKind.FOREIGN_PASSPORT, "document.missing"),
        ("　", DocumentKind.TAIWAN_PERMIT, "document.missing"),
    ],
)
def test_what_is_wrong_is_named(raw: object, kind: DocumentKind, code: str) -> None:
    found = check_document(raw, kind, on=ON)
    assert isinstance(found, Problem)
    assert (found.code, found.reason) == (code, PROBLEMS[code])


def test_kinds_are_proposed_even_for_a_number_with_a_slip() -> None:
    assert kind_of(DEMO[:-1] + ("0" if DEMO[-1] != "0" else "1"), on=ON) == (DocumentKind.RESIDENT_CARD,)
    assert kind_of("", on=ON) == ()
    assert kind_of("王建国", on=ON) == ()


def test_a_document_never_shows_its_number() -> None:
    read = check_document(FOREIGN, DocumentKind.FOREIGN_RESIDENCE, on=ON)
    assert FOREIGN not in repr(read)


@given(
    st.dates(date(1930, 1, 1), date(2020, 1, 1)), st.integers(0, 999), st.integers(0, 17), st.integers(1, 9)
)
def test_a_slip_is_always_among_its_corrections(born: date, sequence: int, at: int, by: int) -> None:
    card = sound(f"999999{born:%Y%m%d}{sequence:03d}")
    digits = "0123456789"
    wrong = (
        card[:at] + (digits[(int(card[at]) + by) % 10] if card[at] != "X" else digits[by]) + card[at + 1 :]
    )
    found = {correction.number: correction for correction in corrections(wrong, on=ON)}
    assert (found[card].slip, found[card].place) == ("digit", at + 1)
    short, long = card[:at] + card[at + 1 :], card[:at] + digits[by] + card[at:]
    assert card in {correction.number for correction in corrections(short, on=ON)}
    assert card in {correction.number for correction in corrections(long, on=ON)}
    if at < 17 and card[at] != card[at + 1]:
        swapped = card[:at] + card[at + 1] + card[at] + card[at + 2 :]
        named = {correction.number: correction for correction in corrections(swapped, on=ON)}
        assert named[card].slip == "swapped"
    assert corrections(card, on=ON) == ()
