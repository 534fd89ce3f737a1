"""Trace codes as scanners give them: what kind of code it is, the key it is kept under, and what it says about its pack.

Three kinds are met (facts: 药品追溯码, NMPAB/T 1004-2019 era): the 20 digits of "码上放心" beginning with 8; a GS1 DataMatrix with
(01) GTIN, (17) expiry, (10) lot, (21) serial; and a maker's own code. Pure functions of the scanned text.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

GROUP_SEPARATOR = "\x1d"
#: Scanners that cannot send the separator send one of these in its place.
_SEPARATORS = re.compile(r"\x1d|<GS>|\{GS\}|\\x1d|␝", re.IGNORECASE)
_SYMBOLOGY = re.compile(r"^\](?:d2|C1|Q3|e0)")
_BRACKETED = re.compile(r"\((\d{2,4})\)")
_FIXED = {"01": 14, "02": 14, "11": 6, "13": 6, "15": 6, "17": 6}
_VARIABLE = ("10", "21", "240", "30", "37")
_OWN = re.compile(r"^[0-9A-Za-z./_-]{6,40}$")
LONGEST_SERIAL = 20


class UnreadableCode(ValueError):
    """What was scanned is no trace code."""


@dataclass(frozen=True)
class TraceCode:
    """A code as read. `key` names the smallest pack and is what a vial is found by; the rest is "" or None where the code does
    not say it."""

    kind: str
    key: str
    gtin: str = ""
    serial: str = ""
    lot: str = ""
    expires_on: date | None = None
    product_digits: str = ""


def read(scanned: str) -> TraceCode:
    """Read what a scanner or a hand put in. Raises UnreadableCode."""
    text = _SYMBOLOGY.sub("", scanned.strip().strip("\r\n\t"))
    digits = re.sub(r"[ \-]", "", text)
    if re.fullmatch(r"8\d{19}", digits):
        return TraceCode("national", digits, product_digits=digits[:7])
    elements = _elements(text)
    if elements is not None:
        return _gs1(elements)
    if _OWN.match(text):
        return TraceCode("maker", text.upper())
    raise UnreadableCode(scanned)


def _gs1(elements: dict[str, str]) -> TraceCode:
    gtin, serial = elements["01"], elements.get("21", "")
    if not serial:
        raise UnreadableCode("a GS1 code without its serial number (21) names no single pack")
    if len(serial) > LONGEST_SERIAL:
        raise UnreadableCode("a serial number of more than 20 signs")
    expires_on = _expiry(elements["17"]) if "17" in elements else None
    return TraceCode(
        "gs1",
        f"01{gtin}21{serial}",
        gtin=gtin,
        serial=serial,
        lot=elements.get("10", ""),
        expires_on=expires_on,
    )


def _elements(text: str) -> dict[str, str] | None:
    """The element string taken apart by its application identifiers, or None where it is none (it must hold a true GTIN)."""
    found = _bracketed(text) if text.startswith("(") else _plain(_SEPARATORS.sub(GROUP_SEPARATOR, text))
    if found is None or not _is_gtin(found.get("01", "")):
        return None
    return found


def _bracketed(text: str) -> dict[str, str] | None:
    parts = _BRACKETED.split(text)
    return (
        dict(zip(parts[1::2], (value.strip() for value in parts[2::2]), strict=True))
        if not parts[0]
        else None
    )


def _plain(text: str) -> dict[str, str] | None:
    found: dict[str, str] = {}
    rest = text.lstrip(GROUP_SEPARATOR)
    while rest:
        if rest[:2] in _FIXED:
            length = _FIXED[rest[:2]]
            value, found_in = rest[2 : 2 + length], rest[:2]
            if len(value) < length or not value.isdigit():
                return None
            rest = rest[2 + length :].lstrip(GROUP_SEPARATOR)
        else:
            found_in = next((code for code in _VARIABLE if rest.startswith(code)), "")
            if not found_in:
                return None
            value, _, rest = rest[len(found_in) :].partition(GROUP_SEPARATOR)
            if not value:
                return None
        if found_in in found:
            return None
        found[found_in] = value
    return found


def _is_gtin(text: str) -> bool:
    """14 digits with the right check digit (weights 3 and 1 from the right)."""
    if not re.fullmatch(r"\d{14}", text):
        return False
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(text[:13]))
    return (10 - total % 10) % 10 == int(text[13])


def _expiry(text: str) -> date:
    """YYMMDD; day 00 means the last day of the month (GS1 General Specifications 3.4.7)."""
    year, month, day = 2000 + int(text[:2]), int(text[2:4]), int(text[4:])
    try:
        return date(year, month, day or monthrange(year, month)[1])
    except ValueError as wrong:  # monthrange: IllegalMonthError is a ValueError
        raise UnreadableCode("an expiry that is no day") from wrong
