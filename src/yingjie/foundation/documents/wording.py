"""The fixed words of a document and how numbers and dates are written in it, in both languages.

The words stand in `wording.json`: a document's language is the document's, not the reader's, so the screen's
translation machinery does not apply to them.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from ..tabular.writing import display_width
from .report import Align, Cell, Column, Figure, Language, Report, Table

_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905  # a list of words reads better as words
)


@cache
def _words() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = json.loads(Path(__file__).with_name("wording.json").read_text("utf-8"))
    return words


def say(language: Language, word: str, **facts: object) -> str:
    """A fixed word or phrase. Raises KeyError for an unknown one."""
    return _words()[language][word].format(**facts)


def written_date(day: date, language: Language) -> str:
    """2021年6月1日 / 1 June 2021."""
    return say(
        language, "date", year=day.year, month=day.month, day=day.day, month_name=_MONTHS[day.month - 1]
    )


def written_moment(moment: datetime, language: Language) -> str:
    """2021年6月1日 17:00 / 1 June 2021, 17:00, in the moment's own zone."""
    return say(
        language,
        "moment",
        year=moment.year,
        month=moment.month,
        day=moment.day,
        month_name=_MONTHS[moment.month - 1],
        hour=moment.hour,
        minute=moment.minute,
    )


def written(value: Cell, kind: str, digits: int, language: Language) -> str:
    """One value as it stands in a document. Halves are rounded away from zero, as on paper."""
    if value is None:
        return say(language, "none")
    if isinstance(value, bool):
        return say(language, "yes" if value else "no")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if kind == "date" else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if kind == "percent":
        return f"{_rounded(number * 100, digits):,}%"
    if kind == "decimal":
        return f"{_rounded(number, digits):,}"
    if kind == "text":
        return str(value)
    return f"{_rounded(number, 0):,}"


def _rounded(number: Decimal, digits: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def written_figure(figure: Figure, language: Language) -> str:
    return written(figure.value, figure.kind, figure.digits, language)


def alignment(column: Column) -> Align:
    """Where the cells of a column stand."""
    if column.align is not None:
        return column.align
    return {"text": "start", "date": "center", "moment": "center"}.get(column.kind, "end")  # type: ignore[return-value]  # the words above are the type's own


def written_row(table: Table, row: Any, language: Language) -> list[str]:
    """The cells of a row as text."""
    return [
        written(value, column.kind, column.digits, language)
        for column, value in zip(table.columns, row, strict=True)
    ]


def weights(table: Table, language: Language) -> list[float]:
    """How the columns share the page: by what they hold, within reason (1.0 = about eight narrow characters)."""
    rows = [
        written_row(table, row, language)
        for row in [*table.rows[:400], *([table.totals] if table.totals else [])]
    ]
    found = []
    for index, column in enumerate(table.columns):
        if column.weight is not None:
            found.append(column.weight)
            continue
        longest = max((display_width(row[index]) for row in rows), default=0.0)
        # A label may be broken over two lines, its contents should not be.
        wanted = max(longest, display_width(column.label) / 2 + 1)
        found.append(round(min(max(wanted, 5.0), 30.0) / 8, 3))
    return found


def is_wide(report: Report) -> bool:
    """True if the document wants a landscape page."""
    return any(len(table.columns) > 11 for table in report.tables)


def foot(report: Report) -> str:
    """The line at the foot of every page: cut-off and source."""
    parts = [say(report.language, "cut_off", moment=written_moment(report.cut_off, report.language))]
    if report.source:
        parts.append(say(report.language, "source", source=report.source))
    return "　".join(parts) if report.language == "zh-hans" else " · ".join(parts)
