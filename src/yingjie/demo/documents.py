"""Identity numbers and phones of invented people: valid in form, false at a glance, never drawn twice.

* An identity number starts with 999999, a region nobody was ever given (999998 … for a county of more than 499
  villages). Then birth date, three digits that are odd for men and even for women, and a right check digit
  (GB 11643-1999, ISO 7064 MOD 11-2). The three digits stand for the village, and within a village no two people of one
  sex share a birthday: so numbers are unique without asking any other village.
* A phone is 199 0000 0000 plus the person's ordinal: 19900000000, 19900000001, …; half a million people end at
  19900499999. Nothing in the product dials; no real number is printed.
"""

from __future__ import annotations

from datetime import date
from functools import cache

REGION = 999_999
VILLAGES_PER_REGION = 499
PHONE_BASE = 19_900_000_000
MOST_PEOPLE = 1_000_000
"""Phones stay within 19900xxxxxx."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"


def _weighted(digits: str, start: int) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS[start:], strict=False))


@cache
def _birthday(birth_on: date) -> tuple[str, int]:
    digits = birth_on.strftime("%Y%m%d")
    return digits, _weighted(digits, 6)


@cache
def _frame(village_ordinal: int, male: bool) -> tuple[str, str, int]:
    """Region and sequence of all men (women) of one village, and their share of the check sum."""
    region = str(REGION - village_ordinal // VILLAGES_PER_REGION)
    pair = village_ordinal % VILLAGES_PER_REGION + 1  # 1 to 499: 001/002 … 997/998
    sequence = f"{2 * pair - male:03d}"
    return region, sequence, _weighted(region, 0) + _weighted(sequence, 14)


def identity_number(village_ordinal: int, birth_on: date, *, male: bool) -> str:
    """The 18 characters for the one man (woman) of this village born on that day."""
    region, sequence, frame_sum = _frame(village_ordinal, male)
    digits, date_sum = _birthday(birth_on)
    return f"{region}{digits}{sequence}{_CHECK_DIGITS[(frame_sum + date_sum) % 11]}"


def phone(ordinal: int) -> str:
    """Eleven digits, 19900000000 and up."""
    if not 0 <= ordinal < MOST_PEOPLE:
        raise ValueError(f"no invented phone for person {ordinal}")
    return str(PHONE_BASE + ordinal)


def is_invented_number(number: str) -> bool:
    """Whether an identity number is one of the demo's."""
    return number.startswith("9999")


def is_invented_phone(number: str) -> bool:
    """Whether a phone is one of the demo's."""
    return number.startswith("19900")
