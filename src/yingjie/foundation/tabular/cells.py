"""What a cell may be, and the few questions everybody asks of one.

Cells keep the type the file gave them. That matters for identity numbers: a number typed as a number
into Excel has lost its last digits, and the only honest sign of it is that the cell is a `float` (whole
numbers that are exact, below 10**15, arrive as `int`).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

Cell = str | int | float | bool | date | datetime | None

# A double holds 15 decimal digits; from here on a spreadsheet has rounded.
EXACT_BELOW = 10**15
BLANKS = "\ufeff\x00\x1a\x7f \t\r\n\v\f\u3000\xa0\u1680\u202f\u205f\u2060\u2028\u2029" + "".join(
    map(chr, range(0x2000, 0x2010))
)
_MARK = "\x01"
NO_RESULT = "#FORMULA!"
FORMULA_ERRORS = frozenset(
    (
        NO_RESULT,
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#NAME?",
        "#DIV/0!",
        "#NULL!",
        "#NUM!",
        "#GETTING_DATA",
        "#SPILL!",
        "#CALC!",
    )
)
_LABEL_NOISE = re.compile(
    r"[\s:：*＊★·•、，,。．.\-－—_/／\\|｜()（）\[\]【】〔〕<>《》“”\"'‘’「」#＃!！?？]+"
)
_BRACKETED = re.compile(r"[(（\[【〔][^()（）\[\]【】〔〕]*[)）\]】〕]")


def plain(value: object) -> Cell:
    """A cell as read by a library, reduced to the plain types above; text is trimmed, empty text is None."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return None
        return int(value) if value.is_integer() and abs(value) < EXACT_BELOW else value
    if isinstance(value, str):
        return (value.replace("\x00", "") if "\x00" in value else value).strip(BLANKS) or None
    if isinstance(value, (datetime, date)):
        return value
    if isinstance(value, time):
        return value.isoformat(timespec="minutes" if not value.second else "seconds")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")
    return str(value)


def kept(cell: Cell) -> str | None:
    """The cell as one text from which `restored` makes the same cell again. Text stays as it is, which costs nothing."""
    if cell is None:
        return None
    if cell.__class__ is str:
        return cell if cell[0] != _MARK else f"{_MARK}s{cell}"
    if isinstance(cell, bool):
        return f"{_MARK}b{int(cell)}"
    if isinstance(cell, int):
        return f"{_MARK}i{cell}"
    if isinstance(cell, float):
        return f"{_MARK}f{cell!r}"
    if isinstance(cell, datetime):
        return f"{_MARK}m{cell.isoformat()}"
    return f"{_MARK}d{cell.isoformat()}"  # type: ignore[union-attr]  # only dates are left


def restored(text: str | None) -> Cell:
    """The cell that `kept` made a text of."""
    if text is None or text[0] != _MARK:
        return text
    kind, rest = text[1], text[2:]
    if kind == "b":
        return rest == "1"
    if kind == "i":
        return int(rest)
    if kind == "f":
        return float(rest)
    if kind == "m":
        return datetime.fromisoformat(rest)
    return date.fromisoformat(rest) if kind == "d" else rest


def is_broken_formula(cell: Cell) -> bool:
    """True for a formula that gives an error, or whose result the file does not hold."""
    return isinstance(cell, str) and cell.startswith("#") and cell in FORMULA_ERRORS


def as_text(cell: Cell) -> str:
    """The cell as a person would read it: 13800001234 for a number, 2021-06-01 for a day, "" for nothing."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        return (
            cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="seconds")
        )
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return repr(cell) if abs(cell) < EXACT_BELOW else f"{cell:.0f}"
    return str(cell)


def was_rounded(cell: Cell) -> bool:
    """True for a number so long that the spreadsheet has replaced its last digits by zeros or noise."""
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= EXACT_BELOW


def label_key(text: object) -> str:
    """A column label reduced to what it says: NFKC, lower case, no spaces, colons, asterisks or brackets.

    A bracketed remark goes with its brackets as long as something remains: "身份证号（必填）" → "身份证号".
    """
    whole = unicodedata.normalize("NFKC", as_text(text) if not isinstance(text, str) else text)  # type: ignore[arg-type]
    without_remarks = _LABEL_NOISE.sub("", _BRACKETED.sub("", whole))
    return (without_remarks or _LABEL_NOISE.sub("", whole)).casefold()
