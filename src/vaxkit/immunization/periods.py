"""Periods such as "6 months - 4 days", and adding them to dates.

Source: Logic Specification for ACIP Recommendations v4.6 (CDC, CDSi), rules CALCDT-1 to CALCDT-6: years,
then months, then weeks and days; a day that does not exist rolls forward to the first of the next month.
(Common date libraries go back to the end of the month instead.)
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

_TERM = re.compile(r"\s*([+-]?)\s*(\d+)\s*(year|yr|month|mo|week|wk|day)s?\s*", re.IGNORECASE)
_DASHES = str.maketrans({"−": "-", "–": "-"})


@dataclass(frozen=True, slots=True)
class Period:
    """A length of calendar time. `months` holds years too (12 each), `days` holds weeks too (7 each). `text` is how
    it was written; it plays no part in comparing."""

    months: int = 0
    days: int = 0
    text: str = field(default="", compare=False)

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read "18 years", "8 weeks", "6 months - 4 days". Raises ValueError for anything else."""
        return _parse(text)


def add_period(start: date, period: str | Period) -> date:
    """The date that lies `period` after `start`. Raises ValueError for a period that cannot be read."""
    length = Period.parse(period) if isinstance(period, str) else period
    years, month0 = divmod(start.year * 12 + start.month - 1 + length.months, 12)
    try:
        moved = date(years, month0 + 1, start.day)
    except ValueError:
        moved = date(years, month0 + 2, 1)  # only months shorter than 31 days come here, so never December
    return moved + timedelta(days=length.days)


def latest_start(end: date, period: str | Period) -> date:
    """The last day from which `period` has passed by `end`: the inverse of `add_period`.

    With "18 years" it is the last birthday of those who are 18 on `end`. A day that does not exist goes BACK to the
    end of its month here, because every later one would roll forward past `end`. Raises ValueError as add_period.
    """
    length = Period.parse(period) if isinstance(period, str) else period
    target = end - timedelta(days=length.days)
    years, month0 = divmod(target.year * 12 + target.month - 1 - length.months, 12)
    return date(years, month0 + 1, min(target.day, monthrange(years, month0 + 1)[1]))


@lru_cache(maxsize=1024)
def _parse(text: str) -> Period:
    plain = text.translate(_DASHES)
    months = days = at = 0
    while at < len(plain):
        term = _TERM.match(plain, at)
        if term is None or (at > 0 and not term[1]):
            break
        count = int(term[2]) * (-1 if term[1] == "-" else 1)
        unit = term[3].lower()
        months += count * {"year": 12, "yr": 12, "month": 1, "mo": 1}.get(unit, 0)
        days += count * {"week": 7, "wk": 7, "day": 1}.get(unit, 0)
        at = term.end()
    if at == 0 or at < len(plain):
        raise ValueError(f"not a period: {text!r} (write it like '6 months - 4 days')")
    return Period(months, days, text.strip())
