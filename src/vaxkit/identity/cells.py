"""What every cell of a roster goes through first: full-width to half-width, invisible signs out."""

from __future__ import annotations

import unicodedata

_RADICALS = dict(
    zip(
        map(ord, "⺁⺇⺍⺒⺓⺟⺠⺩⺮⺶⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳"),
        "厂几小巳幺母民王竹羊虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龟龟龟",
        strict=True,
    )
)
"""Radicals that come out of PDF files in the place of the character; NFKC knows the Kangxi block only."""


def tidy(raw: str) -> str:
    """`raw` in Unicode form NFKC without invisible format characters, a leading apostrophe or space at the
    ends."""
    folded = unicodedata.normalize("NFKC", raw).translate(_RADICALS)
    visible = "".join(
        sign
        for sign in folded
        if (unicodedata.category(sign) not in ("Cf", "Cc") or sign in "\t\n\r") and not _is_selector(sign)
    )
    return visible.strip().lstrip("'‘’` ").strip()


def _is_selector(sign: str) -> bool:
    """Whether a sign only chooses the shape of the one before it."""
    return "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"


def closed_up(text: str) -> str:
    """`text` without white space, composed again: accents that a space kept apart join their letter."""
    return unicodedata.normalize("NFKC", "".join(text.split()))


def is_dash(sign: str) -> bool:
    """Whether `sign` is a dash or minus of any kind."""
    return unicodedata.category(sign) == "Pd" or sign == "−"


def without_gaps(text: str) -> str:
    """`text` without white space and without dashes of any kind."""
    return "".join(sign for sign in text if not sign.isspace() and not is_dash(sign))


def is_han(sign: str) -> bool:
    """Whether `sign` is a Chinese character, private-use characters of rare names included."""
    point = ord(sign)
    return (
        0x3400 <= point <= 0x9FFF
        or 0xF900 <= point <= 0xFAFF
        or 0x20000 <= point <= 0x3FFFF
        or 0xE000 <= point <= 0xF8FF
        or sign == "〇"
    )


def is_ascii_digits(text: str) -> bool:
    """Whether `text` is non-empty and made of 0-9 only (not of other scripts' digits)."""
    return text.isascii() and text.isdigit()
