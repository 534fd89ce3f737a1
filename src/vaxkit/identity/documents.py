"""Resident identity numbers by GB 11643-1999: 6 area + 8 birth date + 3 sequence + check character MOD 11-2.

Source: GB 11643-1999; its two example numbers are in the tests. The 15-digit form is that of GB 11643-1989.
The area prefix never decides anything: codes of abolished counties are on real cards. There is no age cap.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from vaxkit.identity.cells import is_ascii_digits, tidy, without_gaps
from vaxkit.identity.problems import problem
from vaxkit.vocabulary import Problem, Sex

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
_LOOKS_LIKE_X = str.maketrans({"x": "X", "×": "X", "Х": "X", "х": "X", "χ": "X", "Χ": "X"})
_SCIENTIFIC = re.compile(r"\d+(\.\d*)?E\+?\d+")
_DECIMAL = re.compile(r"\d+\.\d*")
_NO_NUMBERS = (
    "无 暂无 没有 空 未提供 未填 未知 不详 不清楚 不知道 待补 待查 待定 待核 无证 无身份证 没身份证 "
    "没有身份证 未办 未办理 未办身份证 办理中 补办 补办中 遗失 丢失 丢了 未上户 未落户 黑户 户口本 户口簿 "
    "身份证 同上 〃 ″ 略 新生儿 婴儿 N/A NA NULL NONE NIL NAN ? ?? ??? / // \\ "
    ". .. ... … ×× XX XXX"
)
NO_NUMBERS = frozenset(_NO_NUMBERS.split())
"""What people and programs write where there is no number; a cell of zeros or dashes alone says so too."""
_RUN = re.compile(r"[0-9]+[0-9X]?")
_MANY_DIGITS = 12


@dataclass(frozen=True, slots=True)
class ResidentNumber:
    """A number that passed every check. `number` has 18 characters; `upgraded` says it was written in 15
    digits, which carry no check digit and leave the century to a rule (1900s). Its `repr` is masked."""

    number: str
    born_on: date
    sex: Sex
    upgraded: bool = False

    @property
    def area_code(self) -> str:
        """The six digits of the county where the number was first issued: history, not residence."""
        return self.number[:6]

    def __repr__(self) -> str:
        return f"ResidentNumber({mask_number(self.number)})"


def check_digit(first17: str) -> str:
    """The check character "0"-"9" or "X" that follows 17 digits. Raises ValueError for anything but 17
    digits."""
    if len(first17) != 17 or not is_ascii_digits(first17):
        raise ValueError("a check digit is computed from exactly 17 digits")
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first17, strict=True))
    return CHECK_CHARACTERS[total % 11]


def check_resident_number(raw: object, *, on: date) -> ResidentNumber | Problem:
    """Read a resident number as it stands in a cell (text, int, float or None) on the day `on`.

    Full-width digits, spaces, dashes, a lower-case x and the 15-digit form are accepted. Problem codes:
    id.missing, id.float (a figure that lost its last digits), id.masked, id.characters, id.length,
    id.birth_date, id.birth_future, id.check_digit.
    """
    text = _as_text(raw)
    if isinstance(text, Problem):
        return text
    if not re.fullmatch(r"\d+X?", text, re.ASCII):
        return problem("id.masked" if "*" in text else "id.characters")
    if len(text) == 15 and text.isdigit():
        first17 = text[:6] + "19" + text[6:]
        return _read(first17 + check_digit(first17), on=on, upgraded=True)
    if len(text) != 18:
        return problem("id.length")
    return _read(text, on=on, upgraded=False)


def is_no_number(raw: object) -> bool:
    """Whether a cell is empty or says in words that there is no number."""
    if isinstance(raw, str):
        text = without_gaps(tidy(raw)).upper().strip("()")
        return not text.strip("0") or text in NO_NUMBERS
    return raw is None or raw == 0


def number_within(raw: object, *, on: date) -> tuple[ResidentNumber, str] | None:
    """The only sound number of a cell that holds something else beside it, and what that is: ("身份证：…", "…（新）", "#…").

    None where no number is sound, where there are several, or where another long row of digits stands in the cell. The rest is told
    without its digits, so that it may be shown. 15 digits, which carry no check digit, are believed beside words only.
    """
    if not isinstance(raw, str):
        return None
    spaced = tidy(raw).translate(_LOOKS_LIKE_X)
    for text in (without_gaps(spaced), spaced):
        if re.search(r"\d\.\d", text):
            return None  # what a figure has become on its way through a spreadsheet
        runs = [run for run in _RUN.findall(text) if len(run) >= _MANY_DIGITS or len(run) == len(text)]
        if len(runs) != 1:
            continue
        read = check_resident_number(runs[0], on=on)
        rest = text.replace(runs[0], " ", 1)
        if isinstance(read, ResidentNumber) and (not read.upgraded or not re.search(r"\d", rest)):
            return read, " ".join(re.sub(r"\d+", "", rest).split())
    return None


def mask_number(number: str) -> str:
    """A number as everyone may see it: its last four characters; numbers shorter than 10 become stars altogether."""
    return mask_last_four(number[-4:]) if len(number) >= 10 else "*" * len(number)


def mask_last_four(last_four: str) -> str:
    """The same mask where nothing but the last four characters is known. "" stays "": there is no number to hide."""
    return "*" * 14 + last_four if last_four else ""


def _as_text(raw: object) -> str | Problem:
    if not isinstance(raw, bool) and is_no_number(raw):
        return problem("id.missing")
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        return problem("id.characters")
    if isinstance(raw, float):
        exact = raw.is_integer() and 0 < raw < 10**15
        return str(int(raw)) if exact else problem("id.float")
    if isinstance(raw, int):
        # A spreadsheet keeps 15 digits of a figure; longer ones end in zeros that were never on the card.
        lost = raw >= 10**15 and raw % 1000 == 0
        if lost:
            return problem("id.float")
        return str(raw) if 0 <= raw < 10**18 else problem("id.length" if raw > 0 else "id.characters")
    text = without_gaps(tidy(raw)).translate(_LOOKS_LIKE_X)
    if _SCIENTIFIC.fullmatch(text.upper()):
        return problem("id.float")
    if _DECIMAL.fullmatch(text):
        whole, _, rest = text.partition(".")
        return whole if len(whole) == 15 and not rest.strip("0") else problem("id.float")
    return text


def _read(number: str, *, on: date, upgraded: bool) -> ResidentNumber | Problem:
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return problem("id.birth_date")
    if born_on > on:
        return problem("id.birth_future")
    if check_digit(number[:17]) != number[17]:
        return problem("id.check_digit")
    sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    return ResidentNumber(number=number, born_on=born_on, sex=sex, upgraded=upgraded)
