"""Files of temperature loggers, as their many makers write them, read into readings.

    decoded(content) -> text                    UTF-8, UTF-16 or GB18030
    read_logger(text, zone) -> LoggerFile       readings in order, and every line that could not be read, with its number

Read: lines of explanation above the table; comma, semicolon, tab or bar between cells; decimal points and commas; Celsius and
Fahrenheit, in the heading or behind the figure; date and time in one column or two; ISO, Chinese, German and American dates (which
of the last two it is must follow from the file itself); a time zone stated in a moment, in a heading or above the table.
Where none is stated, the wall clock of `zone` is meant.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal, InvalidOperation

from vaxkit.coldchain.temperatures import Reading

SEPARATORS = ("\t", ";", ",", "|")
COLDEST, HOTTEST = Decimal(-100), Decimal(100)
MOST_LINES = 200_000
_MOMENT = re.compile(r"时间|時間|time|timestamp|datetime|zeit", re.IGNORECASE)
_DAY = re.compile(r"日期|^date$|^datum$|^day$", re.IGNORECASE)
_TEMPERATURE = re.compile(r"温度|溫度|temp|℃|°\s*[cf]|℉|\[[cf]\]|\([cf]\)", re.IGNORECASE)
_NOT_TEMPERATURE = re.compile(
    r"湿度|濕度|humid|rh\b|露点|dew|alarm|报警|max|min|最高|最低|上限|下限", re.IGNORECASE
)
_FAHRENHEIT = re.compile(r"℉|°\s*f|fahrenheit|华氏|\[f\]|\(f\)", re.IGNORECASE)
_ZONE = re.compile(r"(?:UTC|GMT)\s*([+\-−]\s*\d{1,2})?(?::?(\d{2}))?|时区\D*([+\-−]?\d{1,2})", re.IGNORECASE)
_FIGURE = re.compile(r"^([+\-−]?\d{1,3}(?:[.,]\d+)?)\s*(℃|℉|°\s*[cCfF]|[cCfF])?$")
_DATED = re.compile(
    r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]+(.+))?$|^(\d{1,2})([./\-])(\d{1,2})\6(\d{4})(?:[,\s]+(.+))?$"
)
_CLOCK = re.compile(
    r"^(上午|下午)?\s*(\d{1,2})[:：时](\d{2})(?:[:：分](\d{2}))?(?:秒)?(?:\.\d+)?\s*(AM|PM)?\s*(Z|[+\-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)


class UnreadableLogger(ValueError):
    """The file is no logger's table, or does not say which of two dates it means; `code` says which: "no_table",
    "no_readings", "ambiguous_dates", "too_long"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class BadLine:
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class LoggerFile:
    """`zone_stated` says whether the file named its time zone; `other_columns` are headings of further temperature columns, which
    were not read."""

    readings: tuple[Reading, ...]
    bad_lines: tuple[BadLine, ...]
    zone_stated: bool
    was_fahrenheit: bool
    other_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Columns:
    moment: int
    clock: int | None
    temperature: int
    width: int
    is_fahrenheit: bool
    others: tuple[str, ...]


def decoded(content: bytes) -> str:
    """The text of a file: by its mark, else UTF-8, else GB18030."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def read_logger(text: str, zone: tzinfo) -> LoggerFile:
    """The readings of a logger's file. Raises UnreadableLogger."""
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise UnreadableLogger("too_long")
    for separator in SEPARATORS:
        rows = list(csv.reader(lines, delimiter=separator))
        head = next(((number, found) for number, row in enumerate(rows) if (found := _columns(row))), None)
        if head is not None:
            above = "\n".join(lines[: head[0] + 1])
            return _table(rows[head[0] + 1 :], head[0] + 2, head[1], _stated_zone(above), zone, lines)
    raise UnreadableLogger("no_table")


def _columns(row: Sequence[str]) -> _Columns | None:
    """What the cells of a heading mean; None where it is no heading of a table of temperatures."""
    cells = [cell.strip() for cell in row]
    heats = [
        nth
        for nth, cell in enumerate(cells)
        if _TEMPERATURE.search(cell) and not _NOT_TEMPERATURE.search(cell)
    ]
    days = [nth for nth, cell in enumerate(cells) if _DAY.search(cell) and not _MOMENT.search(cell)]
    moments = [nth for nth, cell in enumerate(cells) if _MOMENT.search(cell) and nth not in heats]
    if not heats or not (days or moments) or len(cells) < 2:
        return None
    heat = heats[0]
    return _Columns(
        moment=days[0] if days else moments[0],
        clock=moments[0] if days and moments else None,
        temperature=heat,
        width=len(cells),
        is_fahrenheit=bool(_FAHRENHEIT.search(cells[heat])),
        others=tuple(cells[nth] for nth in heats[1:]),
    )


def _table(
    rows: Sequence[Sequence[str]],
    first_number: int,
    columns: _Columns,
    stated: tzinfo | None,
    zone: tzinfo,
    lines: Sequence[str],
) -> LoggerFile:
    month_first = _month_first(rows, columns)
    found: dict[datetime, Reading] = {}
    bad: list[BadLine] = []
    zone_seen = stated is not None
    was_fahrenheit = columns.is_fahrenheit
    for number, row in enumerate(rows, first_number):
        cells = _mended(row, columns)
        if not any(cells):
            continue
        moment, own_zone = _moment(cells, columns, month_first)
        celsius, in_fahrenheit = _celsius(cells, columns)
        if moment is None or celsius is None:
            bad.append(BadLine(number, lines[number - 1].strip()[:80]))
            continue
        at = moment.replace(tzinfo=own_zone or stated or zone).astimezone(UTC)
        zone_seen, was_fahrenheit = zone_seen or own_zone is not None, was_fahrenheit or in_fahrenheit
        found.setdefault(at, Reading(at, celsius))
    if not found:
        raise UnreadableLogger("no_readings")
    readings = tuple(found[at] for at in sorted(found))
    return LoggerFile(readings, tuple(bad), zone_seen, was_fahrenheit, columns.others)


def _mended(row: Sequence[str], columns: _Columns) -> list[str]:
    """The cells of a line; a decimal comma that was taken for a separator is put back."""
    cells = [cell.strip() for cell in row]
    heat = columns.temperature
    if len(cells) == columns.width + 1 and re.fullmatch(r"[+\-]?\d{1,3}", cells[heat]):
        tail = re.match(r"^\d{1,2}", cells[heat + 1])
        if tail:
            cells[heat : heat + 2] = [f"{cells[heat]}.{cells[heat + 1]}"]
    return cells


def _moment(
    cells: Sequence[str], columns: _Columns, month_first: bool | None
) -> tuple[datetime | None, tzinfo | None]:
    if len(cells) <= max(columns.moment, columns.clock or 0):
        return None, None
    text = cells[columns.moment]
    if columns.clock is not None:
        text = f"{text} {cells[columns.clock]}"
    return _dated(text, month_first)


def _dated(text: str, month_first: bool | None) -> tuple[datetime | None, tzinfo | None]:
    """A moment on the wall clock and its own zone, where it names one."""
    match = _DATED.match(text.strip())
    if match is None:
        return None, None
    if match[1]:
        year, month, day, rest = int(match[1]), int(match[2]), int(match[3]), match[4]
    else:
        first, second, year, rest = int(match[5]), int(match[7]), int(match[8]), match[9]
        month, day = (first, second) if month_first and match[6] != "." else (second, first)
    clock = _CLOCK.match((rest or "").strip())
    if clock is None:
        return None, None
    hour = int(clock[2]) % 12 if clock[5] else int(clock[2])
    if (clock[5] or "").upper() == "PM" or (clock[1] == "下午" and hour < 12):
        hour += 12
    try:
        return datetime(year, month, day, hour, int(clock[3]), int(clock[4] or 0)), _offset(clock[6])
    except ValueError:
        return None, None


def _month_first(rows: Sequence[Sequence[str]], columns: _Columns) -> bool | None:
    """Whether dates like 05/19/2021 name the month first, from those of the file that leave no doubt. None: there are none such.
    Raises UnreadableLogger where all of them could be either."""
    doubtful = False
    for row in rows:
        cell = row[columns.moment].strip() if len(row) > columns.moment else ""
        match = re.match(r"^(\d{1,2})[/\-](\d{1,2})[/\-]\d{4}", cell)
        if match is None:
            continue
        if int(match[1]) > 12:
            return False
        if int(match[2]) > 12:
            return True
        doubtful = doubtful or match[1].zfill(2) != match[2].zfill(2)
    if doubtful:
        raise UnreadableLogger("ambiguous_dates")
    return None


def _celsius(cells: Sequence[str], columns: _Columns) -> tuple[Decimal | None, bool]:
    match = _FIGURE.match(cells[columns.temperature]) if len(cells) > columns.temperature else None
    if match is None:
        return None, False
    try:
        figure = Decimal(match[1].replace(",", ".").replace("−", "-"))
    except InvalidOperation:
        return None, False
    unit = (match[2] or "").upper()
    is_fahrenheit = columns.is_fahrenheit if not unit else unit.endswith("F") or unit == "℉"
    celsius = (figure - 32) * 5 / 9 if is_fahrenheit else figure
    celsius = celsius.quantize(Decimal("0.01"))
    return (celsius if COLDEST <= celsius <= HOTTEST else None), is_fahrenheit


def _stated_zone(above: str) -> tzinfo | None:
    for match in _ZONE.finditer(above):
        hours = (match[1] or match[3] or "0").replace(" ", "").replace("−", "-")
        sign = -1 if hours.startswith("-") else 1
        offset = sign * timedelta(hours=abs(int(hours)), minutes=int(match[2] or 0))
        if abs(offset) <= timedelta(hours=14):
            return timezone(offset)
    return None


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text.upper() == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))
