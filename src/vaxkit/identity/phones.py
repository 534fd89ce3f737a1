"""Phones as they stand in one cell of a roster: several at once, with spaces, notes and country codes.

Numbers of mainland China only. A mobile has 11 digits and starts with 13-19; a landline has 7 or 8 digits
and, if written, an area code of 3 or 4 digits that starts with 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from vaxkit.identity.cells import tidy, without_gaps
from vaxkit.identity.problems import problem
from vaxkit.vocabulary import Problem

_BETWEEN = re.compile(r"[,，、;；/|\n\r\t]+|或|和")
_MOBILE = re.compile(r"(?:(?:\+|00)?86|0)?(1[3-9]\d{9})")
_MOBILES_IN_A_ROW = re.compile(r"(?:1[3-9]\d{9}){2,}")
_LANDLINE = re.compile(r"(?:(?:\+|00)86)?(0(?:10|2\d|[3-9]\d{2}))?([2-9]\d{6,7})")
_EXTENSION = re.compile(r"(?:转|#|ext\.?)\s*(\d{1,6})$|(?<=\d{7})\s*[-–—]\s*(\d{1,5})$", re.IGNORECASE)
_WORDS = re.compile(r"[一-鿿A-Za-z]+")
_NOTE = re.compile(r"[一-鿿A-Za-z:：()（）\[\]【】]+")


_NO_PHONE_WORDS = (
    "无 暂无 没有 空 未提供 未填 未留 未知 不详 不清楚 不知道 没有电话 无电话 无手机 没手机 没有手机 同上 "
    "停机 空号 已停机 拒绝提供 N A NA NULL NONE"
)
_NO_PHONES = frozenset(_NO_PHONE_WORDS.split())
"""What people write where there is no phone."""


class PhoneKind(StrEnum):
    MOBILE = "mobile"
    LANDLINE = "landline"


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone in one written form: "19900001234", "010-69961234", "69961234", "010-69961234-801".

    `note` is what stood beside it in words ("儿子"), or "". Its `repr` is masked.
    """

    number: str
    kind: PhoneKind
    note: str = ""

    def __repr__(self) -> str:
        return f"Phone({mask_phone(self.number)}, {self.kind.value})"


def split_phones(raw: object) -> tuple[Phone | Problem, ...]:
    """Every phone in a cell (text, int, float or None) in the order written, each once; () for an empty cell.

    What cannot be read stays in its place as a Problem: phone.characters, phone.length, phone.masked,
    phone.float.
    """
    if raw is None:
        return ()
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        return (problem("phone.characters"),)
    if isinstance(raw, float):
        if not raw.is_integer() or not 0 < raw < 10**15:
            return (problem("phone.float"),)
        raw = int(raw)
    if isinstance(raw, int) and not 0 < raw < 10**15:
        return (problem("phone.length"),)
    found: dict[str, Phone | Problem] = {}
    for piece in _BETWEEN.split(_tidy_lines(str(raw))):
        for phone in _read_piece(piece.strip()):
            found.setdefault(phone.number if isinstance(phone, Phone) else f"{phone.code} {piece}", phone)
    return tuple(found.values())


def check_phone(raw: object) -> Phone | Problem | None:
    """The only phone in a cell, None for an empty cell; phone.several for more than one."""
    found = split_phones(raw)
    if not found:
        return None
    return found[0] if len(found) == 1 else problem("phone.several")


def mask_phone(number: str) -> str:
    """A mobile as 199****1234; any other as its first three signs, stars, and its last two."""
    if re.fullmatch(r"1\d{10}", number):
        return number[:3] + "****" + number[7:]
    if len(number) < 7:
        return "*" * len(number)
    return number[:3] + "*" * (len(number) - 5) + number[-2:]


def _tidy_lines(raw: str) -> str:
    """`raw` tidied line by line, so that a line break still parts two phones; a trailing ".0" of a figure
    goes."""
    lines = [tidy(line) for line in raw.splitlines()]
    return "\n".join(re.sub(r"^(\d+)\.0+$", r"\1", line) for line in lines if line)


def _read_piece(piece: str) -> list[Phone | Problem]:
    if not piece.strip("#*.-—() ") or (_NOTE.sub("", piece) == "" and without_gaps(piece) in _NO_PHONES):
        return []
    piece = piece.rstrip("#*. ")
    whole = _read_one(piece)
    if isinstance(whole, Phone):
        return [whole]
    digits = without_gaps(_NOTE.sub("", piece))
    if _MOBILES_IN_A_ROW.fullmatch(digits):
        numbers = [digits[at : at + 11] for at in range(0, len(digits), 11)]
        notes = _notes_of(piece, len(numbers))
        return [Phone(number, PhoneKind.MOBILE, note) for number, note in zip(numbers, notes, strict=True)]
    parts = [part for part in re.split(r"\s+", piece) if part]
    read = [_read_one(part) for part in parts]
    if len(parts) > 1 and any(isinstance(phone, Phone) for phone in read):
        return read
    return [whole]


def _notes_of(piece: str, count: int) -> list[str]:
    """The words of several mobiles in a row, where they stand before each of them or after each; "" where that is not plain."""
    words = ["".join(_WORDS.findall(part)) for part in re.split(r"[\d+][\d\s+-]*", piece)]
    if len(words) == count + 1:
        if words[0] and not words[-1]:
            return words[:-1]
        if words[-1] and not words[0]:
            return words[1:]
    return [""] * count


def _read_one(piece: str) -> Phone | Problem:
    extension_at = _EXTENSION.search(piece)
    mobile = _MOBILE.fullmatch(without_gaps(_NOTE.sub("", piece)))
    extension = ""
    if extension_at is not None and mobile is None:
        extension = extension_at[1] or extension_at[2]
        piece = piece[: extension_at.start()]
    note = "".join(_WORDS.findall(piece))
    digits = without_gaps(_NOTE.sub("", piece))
    if mobile := _MOBILE.fullmatch(digits):
        return Phone(mobile[1], PhoneKind.MOBILE, note)
    if landline := _LANDLINE.fullmatch(digits):
        number = "-".join(part for part in (landline[1], landline[2], extension) if part)
        return Phone(number, PhoneKind.LANDLINE, note)
    if "*" in digits:
        return problem("phone.masked")
    if re.fullmatch(r"\d+(\.\d+)?E\+?\d+", without_gaps(piece), re.IGNORECASE):
        return problem("phone.float")
    return problem("phone.length" if re.fullmatch(r"\+?\d+", digits) else "phone.characters")
