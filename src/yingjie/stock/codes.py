"""Trace codes as scanners give them: what kind of code it is, the key it is kept under, and what it says about its pack.

Three kinds are met (facts: 药品追溯码, NMPAB/T 1004-2019 era): the 20 digits of "码上放心" beginning with 8; GS1 element strings
with (01) GTIN, (17) expiry, (10) lot, (21) serial, taken apart by the library `biip`; and a maker's own code. Pure functions
of the text.

What scanners and keyboards do to a code is undone first: GS1's separator (FNC1) sent as <GS>, {GS}, a caret or a control
picture, the symbol's own prefix (]d2), full-width signs of a Chinese keyboard. Where the separator was swallowed altogether,
nothing is guessed.
"""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from biip import ParseConfig, ParseError
from biip.gs1_messages import GS1Message

GROUP_SEPARATOR = "\x1d"
#: Scanners that cannot send the separator send one of these in its place; none may stand in a GS1 value.
_SEPARATORS = re.compile(r"\x1d|<GS>|\{GS\}|\[GS\]|<FNC1>|\{FNC1\}|\\x1d|␝|[\^|~#]", re.IGNORECASE)
_SYMBOLOGY = re.compile(r"^\](?:d[12]|C1|Q3|e0)")
_BRACKETED = re.compile(r"\s*\((\d{2,4})\)\s*")
_OWN = re.compile(r"^[0-9A-Za-z./_-]{6,40}$")
_TOLERANT = ParseConfig(gs1_element_strings_verify_date=False)
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
    text = _SYMBOLOGY.sub("", unicodedata.normalize("NFKC", scanned).strip())
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
    """The element string taken apart by its application identifiers; None where it does not begin with a true GTIN. Raises
    UnreadableCode where it does, and the rest is no element string."""
    plain = _SEPARATORS.sub(GROUP_SEPARATOR, text).strip(GROUP_SEPARATOR)
    bracketed = _BRACKETED.sub(r"(\1)", text) if text.startswith("(") else ""
    begins = re.match(r"^\(?01\)?(\d{14})", bracketed or plain)
    if begins is None or not _is_gtin(begins[1]):
        return None
    try:
        message = (
            GS1Message.parse_hri(bracketed, config=_TOLERANT)
            if bracketed
            else GS1Message.parse(plain, config=_TOLERANT)
        )
    except (ParseError, ValueError, IndexError) as wrong:
        raise UnreadableCode(text) from wrong
    found = {element.ai.ai: element.value for element in message.element_strings}
    if len(found) != len(message.element_strings):
        raise UnreadableCode("an element that stands twice")
    return found


def _is_gtin(text: str) -> bool:
    """14 digits with the right check digit (weights 3 and 1 from the right)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(text[:13]))
    return (10 - total % 10) % 10 == int(text[13])


def _expiry(text: str) -> date:
    """YYMMDD; day 00 means the last day of the month (GS1 General Specifications 3.4.7)."""
    year, month, day = 2000 + int(text[:2]), int(text[2:4]), int(text[4:])
    try:
        return date(year, month, day or monthrange(year, month)[1])
    except ValueError as wrong:  # monthrange: IllegalMonthError is a ValueError
        raise UnreadableCode("an expiry that is no day") from wrong
