"""Every kind of document a person may show, each with its own checks.

    check_document(raw, kind, on=...) -> Document | Problem
    kind_of(raw, on=...) -> the kinds that the text may be, likeliest first

What is checked where:

    resident card, and residence permits of Hong Kong, Macao and Taiwan residents: GB 11643 whole (the permits
    begin with 81, 82, 83: rules of the State Council of 2018-09-01)
    foreign permanent residence card since 2023-12-01: 18 digits that begin with 9, then province (2), country
    (3, ISO 3166 numeric), birth date, sequence, MOD 11-2 check digit as in GB 11643 (rules of the National
    Immigration Administration for reading the 2023 card)
    the card before: 3 letters of the country and 12 digits. Its check digit's rule was not found in a source:
    shape only
    travel permits and passports: shape only, they have no public check digit. Hong Kong and Macao residents' 1
    letter H or M and 8 digits (10 before 2013, with the number of issues); Taiwan residents' 8 digits (10 and
    a letter before 2015); Chinese passports one or two letters and 7 or 8 digits; foreign ones 5 to 9 letters
    and digits (ICAO Doc 9303 keeps nine places)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from vaxkit.identity.cells import tidy, without_gaps
from vaxkit.identity.documents import ResidentNumber, check_digit, check_resident_number, mask_number
from vaxkit.identity.problems import problem
from vaxkit.vocabulary import Problem, Sex, Text


class DocumentKind(StrEnum):
    RESIDENT_CARD = "resident_card"
    HK_MACAO_PERMIT = "hk_macao_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    HK_MACAO_TAIWAN_RESIDENCE = "hk_macao_taiwan_residence"
    FOREIGN_RESIDENCE = "foreign_residence"
    FOREIGN_RESIDENCE_OLD = "foreign_residence_old"
    CHINESE_PASSPORT = "chinese_passport"
    FOREIGN_PASSPORT = "foreign_passport"

    @property
    def text(self) -> Text:
        return _TITLES[self]


@dataclass(frozen=True, slots=True)
class Document:
    """A document number that passed the checks of its kind, in one written form. `born_on` and `sex` are those
    inside the number, where it has them; `upgraded` as for ResidentNumber. Its `repr` is masked."""

    kind: DocumentKind
    number: str
    born_on: date | None = None
    sex: Sex = Sex.UNKNOWN
    upgraded: bool = False

    def __repr__(self) -> str:
        return f"Document({self.kind.value}, {mask_number(self.number)})"


_TITLES: Final = {
    DocumentKind.RESIDENT_CARD: Text("居民身份证", "resident identity card"),
    DocumentKind.HK_MACAO_PERMIT: Text(
        "港澳居民来往内地通行证", "travel permit of Hong Kong and Macao residents"
    ),
    DocumentKind.TAIWAN_PERMIT: Text("台湾居民来往大陆通行证", "travel permit of Taiwan residents"),
    DocumentKind.HK_MACAO_TAIWAN_RESIDENCE: Text(
        "港澳台居民居住证", "residence permit of Hong Kong, Macao and Taiwan residents"
    ),
    DocumentKind.FOREIGN_RESIDENCE: Text(
        "外国人永久居留身份证（2023版）", "foreign permanent residence card (2023)"
    ),
    DocumentKind.FOREIGN_RESIDENCE_OLD: Text(
        "外国人永久居留身份证（旧版15位）", "foreign permanent residence card (old, 15 characters)"
    ),
    DocumentKind.CHINESE_PASSPORT: Text("中国护照", "Chinese passport"),
    DocumentKind.FOREIGN_PASSPORT: Text("外国护照", "foreign passport"),
}
_PROVINCES: Final = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
    ]
)
_SHAPES: Final = {
    DocumentKind.HK_MACAO_PERMIT: re.compile(r"[HM]\d{8}(\d{2})?"),
    DocumentKind.TAIWAN_PERMIT: re.compile(r"\d{8}|\d{10}[A-Z]?"),
    DocumentKind.FOREIGN_RESIDENCE_OLD: re.compile(r"[A-Z]{3}\d{12}"),
    DocumentKind.CHINESE_PASSPORT: re.compile(
        r"E\d{8}|E[A-HJ-NP-Z]\d{7}|G\d{8}|1[45]\d{7}|[DSP]E?\d{7}|[PKH]?[JKH]\d{8}|M[AB]?\d{7,8}"
    ),
    DocumentKind.FOREIGN_PASSPORT: re.compile(r"(?=(?:.*\d){3})[A-Z0-9]{5,9}"),
}
_PROBLEMS: Final = {
    DocumentKind.HK_MACAO_PERMIT: "document.hk_macao_permit",
    DocumentKind.TAIWAN_PERMIT: "document.taiwan_permit",
    DocumentKind.FOREIGN_RESIDENCE_OLD: "document.foreign_residence_old",
    DocumentKind.CHINESE_PASSPORT: "document.chinese_passport",
    DocumentKind.FOREIGN_PASSPORT: "document.foreign_passport",
}


def check_document(raw: object, kind: DocumentKind, *, on: date) -> Document | Problem:
    """Read a number as it stands in a cell as a document of that kind, on the day `on`.

    Problem codes: those of `check_resident_number` for the kinds built on GB 11643, id.wrong_kind when the
    number is sound but of another of those kinds, document.missing, and one code per other kind for a wrong
    shape (document.taiwan_permit, ...).
    """
    if kind in (
        DocumentKind.RESIDENT_CARD,
        DocumentKind.HK_MACAO_TAIWAN_RESIDENCE,
        DocumentKind.FOREIGN_RESIDENCE,
    ):
        return _check_18(raw, kind, on)
    text = normalise_document(raw)
    if not text:
        return problem("document.missing")
    if not _SHAPES[kind].fullmatch(text):
        return problem(_PROBLEMS[kind])
    return Document(kind, text)


def normalise_document(raw: object) -> str:
    """A document number in capitals, half-width, without gaps, dashes and brackets; "" for what is no text or
    whole number."""
    if isinstance(raw, bool) or not isinstance(raw, (str, int)):
        return ""
    return re.sub(r"[()（）\[\]]", "", without_gaps(tidy(str(raw)))).upper()


def kind_of(raw: object, *, on: date) -> tuple[DocumentKind, ...]:
    """The kinds that `raw` may be, likeliest first; () for nothing readable. A number with a wrong check digit
    is still proposed as a resident card, so that the reason can be shown."""
    found = [kind for kind in _BY_CERTAINTY if isinstance(check_document(raw, kind, on=on), Document)]
    if found:
        return tuple(found)
    text = normalise_document(raw)
    alike = re.fullmatch(r"[\dX*]{14,20}", text) is not None
    return (DocumentKind.RESIDENT_CARD,) if alike else ()


_BY_CERTAINTY: Final = (
    DocumentKind.HK_MACAO_TAIWAN_RESIDENCE,
    DocumentKind.FOREIGN_RESIDENCE,
    DocumentKind.RESIDENT_CARD,
    DocumentKind.FOREIGN_RESIDENCE_OLD,
    DocumentKind.CHINESE_PASSPORT,
    DocumentKind.HK_MACAO_PERMIT,
    DocumentKind.TAIWAN_PERMIT,
    DocumentKind.FOREIGN_PASSPORT,
)


def _check_18(raw: object, kind: DocumentKind, on: date) -> Document | Problem:
    read = check_resident_number(raw, on=on)
    if isinstance(read, Problem):
        return read
    if _kind_of_18(read) is not kind:
        return problem("id.wrong_kind")
    return Document(kind, read.number, read.born_on, read.sex, read.upgraded)


def _kind_of_18(read: ResidentNumber) -> DocumentKind:
    number = read.number
    if number[:2] in ("81", "82", "83") and not read.upgraded:
        return DocumentKind.HK_MACAO_TAIWAN_RESIDENCE
    if is_foreign_residence(number) and not read.upgraded:
        return DocumentKind.FOREIGN_RESIDENCE
    return DocumentKind.RESIDENT_CARD


def is_foreign_residence(number: str) -> bool:
    """Whether a sound number of 18 signs is a foreign permanent residence card of 2023: a 9, a province that
    exists, a country code below 900. Numbers with the invented area 999999 are none."""
    return number[0] == "9" and number[1:3] in _PROVINCES and "001" <= number[3:6] < "900"


@dataclass(frozen=True, slots=True)
class Correction:
    """A correct number one slip away from a wrong one. `slip` is "digit", "swapped", "left_out" (the written
    number lacks a digit) or "put_in"; `place` counts from 1 in the corrected number ("put_in": in the
    written one)."""

    number: str
    slip: str
    place: int


def corrections(text: str, *, on: date) -> tuple[Correction, ...]:
    """The correct resident numbers one slip away from `text` whose birth date is real and not after `on`: what
    may have been meant. () for a number that is correct already, or of another length than 17 to 19."""
    written = normalise_document(text)
    tries: list[tuple[str, str, int]] = []
    if len(written) == 18:
        tries += [
            (written[:at] + sign + written[at + 1 :], "digit", at + 1)
            for at in range(18)
            for sign in "0123456789X"
        ]
        tries += [
            (written[:at] + written[at + 1] + written[at] + written[at + 2 :], "swapped", at + 1)
            for at in range(17)
        ]
    elif len(written) == 17:
        tries += [
            (written[:at] + sign + written[at:], "left_out", at + 1)
            for at in range(18)
            for sign in "0123456789X"
        ]
    elif len(written) == 19:
        tries += [(written[:at] + written[at + 1 :], "put_in", at + 1) for at in range(19)]
    if len(written) == 18 and isinstance(check_resident_number(written, on=on), ResidentNumber):
        return ()
    found: dict[str, Correction] = {}
    for number, slip, place in tries:
        if number != written and _is_sound(number, on):
            found.setdefault(number, Correction(number, slip, place))
    return tuple(found.values())


def _is_sound(number: str, on: date) -> bool:
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number) or check_digit(number[:17]) != number[17]:
        return False
    return isinstance(check_resident_number(number, on=on), ResidentNumber)
