"""Dates as rosters hold them: 1950.3.7, 1950年3月7日, 19500307, a spreadsheet's serial number, a date value.

Serial numbers are those of the 1900 date system, in which day 60 is a 29 February 1900 that never was, or of the 1904 system. A
text or figure that has two readings is a Problem, never a guess.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from vaxkit.identity.cells import is_ascii_digits, tidy
from vaxkit.identity.problems import problem
from vaxkit.vocabulary import Problem

_LAST_SERIAL = 73_050  # 2099-12-31
_BETWEEN_SYSTEMS = 1_462  # days from the first day of one system to that of the other
_TIME_OF_DAY = re.compile(r"(?<=\d)(?:T|\s+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$")
_CHINESE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]?")
_IN_WORDS = re.compile(
    r"([一二][〇零○一二三四五六七八九]{3})年(元|十?[一二三四五六七八九]|十)月([一二三]?十?[一二三四五六七八九]|[一二三]?十|廿[一二三四五六七八九]?)[日号]?"
)
_WHOLE_NUMBER = re.compile(r"[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]")
_YEAR_FIRST = re.compile(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})")
_SHORT_YEAR = re.compile(r"\d{1,2}([-./])\d{1,2}\1\d{1,2}|\d{2}年\d{1,2}月\d{1,2}[日号]?")
_INCOMPLETE = re.compile(
    r"\d{4}年?|\d{4}[-./]\d{1,2}|\d{4}年\d{1,2}月?|\d{1,2}月\d{1,2}[日号]?|\d{1,2}[-./]\d{1,2}"
)


def parse_date(raw: object, *, from_1904: bool = False) -> date | Problem:
    """The day that a cell (date, datetime, int, float, text or None) names.

    Problem codes: date.missing, date.unreadable, date.not_real, date.incomplete, date.ambiguous, date.lunar.
    A time of day is dropped; figures are eight digits (19500307) or a serial number up to the year 2099, counted in the 1904
    system where the workbook says so.
    """
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if raw is None or (isinstance(raw, str) and not tidy(raw)):
        return problem("date.missing")
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        return problem("date.unreadable")
    if isinstance(raw, str):
        return _read_text(tidy(raw), from_1904)
    if not 0 < raw < 10**8:  # also refuses nan and the infinities
        return problem("date.unreadable")
    return _read_figure(int(raw), from_1904)


def _read_text(text: str, from_1904: bool) -> date | Problem:
    if "农历" in text or "阴历" in text or "闰" in text:
        return problem("date.lunar")
    text = _one_kind_of_sign(_TIME_OF_DAY.sub("", text)).removesuffix("出生").removesuffix("生")
    if "年" in text and not text[0].isdigit():
        text = _day_in_figures(text)
    text = text.replace("元月", "1月")
    if match := _CHINESE.fullmatch(text):
        return _real(match[1], match[2], match[3])
    if match := _YEAR_FIRST.fullmatch(text):
        return _real(match[1], match[3], match[4])
    if match := _YEAR_LAST.fullmatch(text):
        return _read_year_last(match[1], match[3], match[4])
    figure = text.removesuffix(".0")
    if is_ascii_digits(figure) and len(figure) <= 8:
        return _read_figure(int(figure), from_1904)
    if _SHORT_YEAR.fullmatch(text):
        return problem("date.ambiguous")
    if _INCOMPLETE.fullmatch(text):
        return problem("date.incomplete")
    return problem("date.unreadable")


def _day_in_figures(text: str) -> str:
    """一九五〇年三月二十七日 in figures; what is no such day stays as it is."""
    match = _IN_WORDS.fullmatch(text)
    if match is None:
        return text
    year = "".join(
        str("〇一二三四五六七八九".index(sign)) for sign in match[1].replace("零", "〇").replace("○", "〇")
    )
    return f"{year}年{_small(match[2])}月{_small(match[3])}日"


def in_figures(words: str) -> int | None:
    """七十一 as 71; None for what is not a number below a hundred in words."""
    return _small(words) if _WHOLE_NUMBER.fullmatch(words) else None


def _small(words: str) -> int:
    """三十一 as 31."""
    if words == "元":
        return 1
    tens, mark, ones = words.replace("廿", "二十").partition("十")
    if not mark:
        return "一二三四五六七八九".index(tens) + 1
    return (10 * ("一二三四五六七八九".index(tens) + 1) if tens else 10) + (
        "〇一二三四五六七八九".index(ones) if ones else 0
    )


def _one_kind_of_sign(text: str) -> str:
    """Inner spaces out, every dash "-", every ideographic full stop ".", a trailing sign gone."""
    text = "".join(text.split())
    text = re.sub(r"[‐-―−~]", "-", text)
    return re.sub(r"[。、,]", ".", text).rstrip("-./")


def _read_figure(figure: int, from_1904: bool) -> date | Problem:
    digits = str(figure)
    if len(digits) == 8:
        return _real(digits[:4], digits[4:6], digits[6:])
    if 1800 <= figure <= 2100 or len(digits) == 6:
        return problem("date.incomplete")  # a year alone, or a year and a month
    if from_1904 and 0 <= figure <= _LAST_SERIAL - _BETWEEN_SYSTEMS:
        return date(1904, 1, 1) + timedelta(days=figure)
    if figure == 60:
        return problem("date.not_real")
    if 1 <= figure <= _LAST_SERIAL:
        first = date(1899, 12, 31) if figure < 60 else date(1899, 12, 30)
        return first + timedelta(days=figure)
    return problem("date.unreadable")


def _read_year_last(first: str, second: str, year: str) -> date | Problem:
    as_day_month, as_month_day = _real(year, second, first), _real(year, first, second)
    readings = {reading for reading in (as_day_month, as_month_day) if isinstance(reading, date)}
    if len(readings) == 2:
        return problem("date.ambiguous")
    return readings.pop() if readings else problem("date.not_real")


def _real(year: str, month: str, day: str) -> date | Problem:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return problem("date.not_real")
