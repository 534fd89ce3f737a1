"""Adding periods to dates by CDSi's rules CALCDT-1 to CALCDT-6; the specification's own examples first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxkit.immunization import Period, add_period, latest_start


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        ("2000-01-01", "3 years", "2003-01-01"),
        ("2000-01-01", "6 months", "2000-07-01"),
        ("2000-11-01", "6 months", "2001-05-01"),
        ("2000-01-01", "3 days", "2000-01-04"),
        ("2000-01-01", "3 weeks", "2000-01-22"),
        ("2000-02-01", "5 weeks", "2000-03-07"),
        ("2001-02-01", "5 weeks", "2001-03-08"),
        ("2000-01-15", "-4 days", "2000-01-11"),
        ("2000-03-31", "6 months", "2000-10-01"),
        ("2000-08-31", "6 months", "2001-03-01"),
        ("2000-01-31", "6 months - 4 days", "2000-07-27"),
    ],
)
def test_the_examples_of_the_specification(start: str, period: str, end: str) -> None:
    assert add_period(date.fromisoformat(start), period) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        ("2004-02-29", "18 years", "2022-03-01"),
        ("2004-02-29", "20 years", "2024-02-29"),
        ("2000-12-31", "2 months", "2001-03-01"),
        ("2000-12-31", "1 month", "2001-01-31"),
        ("2000-10-31", "1 month - 1 day", "2000-11-30"),
        ("2000-01-01", "1 year + 2 months − 3 days", "2001-02-26"),
        ("2000-01-01", "0 days", "2000-01-01"),
        ("2000-03-31", "-1 month", "2000-03-01"),
    ],
)
def test_days_that_do_not_exist_roll_forward(start: str, period: str, end: str) -> None:
    assert add_period(date.fromisoformat(start), period) == date.fromisoformat(end)


@pytest.mark.parametrize(
    "text", ["", " ", "3", "weeks", "3 weaks", "3 weeks 2 days", "3.5 weeks", "3 weeks -", "x3 days"]
)
def test_what_is_not_a_period(text: str) -> None:
    with pytest.raises(ValueError, match="not a period"):
        Period.parse(text)


def test_a_period_keeps_months_and_days_apart() -> None:
    assert Period.parse("1 Year + 2 months + 1 week - 4 days") == Period(months=14, days=3)


DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(DAYS, st.integers(0, 5000))
def test_days_and_weeks_are_plain_counting(start: date, count: int) -> None:
    assert add_period(start, f"{count} days") == start + timedelta(days=count)
    assert add_period(start, f"{count} weeks") == start + timedelta(weeks=count)


@given(DAYS, DAYS, st.integers(0, 120))
def test_who_is_born_later_is_never_of_age_earlier(one: date, other: date, months: int) -> None:
    earlier, later = sorted((one, other))
    assert add_period(earlier, f"{months} months") <= add_period(later, f"{months} months")


@given(DAYS, st.integers(0, 240), st.integers(0, 240))
def test_more_months_never_end_earlier(start: date, one: int, other: int) -> None:
    fewer, more = sorted((one, other))
    assert add_period(start, f"{fewer} months") <= add_period(start, f"{more} months")


@given(DAYS, st.integers(0, 100))
def test_a_year_is_twelve_months(start: date, years: int) -> None:
    assert add_period(start, f"{years} years") == add_period(start, f"{12 * years} months")


@pytest.mark.parametrize(
    ("end", "period", "start"),
    [
        ("2021-05-19", "18 years", "2003-05-19"),
        ("2021-03-01", "1 month", "2021-02-01"),
        ("2021-03-31", "1 month", "2021-02-28"),
        ("2022-02-28", "18 years", "2004-02-28"),  # who was born on 29 February is 18 on 1 March
        ("2022-03-01", "18 years", "2004-03-01"),
        ("2021-05-19", "3 weeks", "2021-04-28"),
    ],
)
def test_the_last_birthday_of_those_who_are_of_age(end: str, period: str, start: str) -> None:
    assert latest_start(date.fromisoformat(end), period) == date.fromisoformat(start)


@given(DAYS, st.integers(0, 300), st.integers(-20, 60))
def test_one_day_later_would_be_too_late(end: date, months: int, days: int) -> None:
    period = Period(months, days)
    start = latest_start(end, period)
    assert add_period(start, period) <= end < add_period(start + timedelta(days=1), period)
