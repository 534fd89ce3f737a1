"""Stretches out of range, readings that are missing, the mean kinetic temperature."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxkit.coldchain import Excursion, Limits, Reading, excursions, mean_kinetic_celsius, missing_readings
from vaxkit.coldchain.temperatures import MissingReadings
from vaxkit.ruledata import load_handling

ZONE = ZoneInfo("Asia/Shanghai")
LIMITS = Limits(Decimal(2), Decimal(8))
START = datetime(2021, 5, 19, 0, 0, tzinfo=UTC)
RULE = load_handling().readings


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def series(*celsius: float) -> list[Reading]:
    """A reading an hour."""
    return [Reading(at(nth), Decimal(str(each))) for nth, each in enumerate(celsius)]


@pytest.mark.parametrize(
    ("celsius", "found"),
    [
        ((2, 8, 5), ()),
        ((), ()),
        ((5, 9.1, 10.2, 7), (Excursion("warm", at(1), at(2), at(0), at(3), Decimal("10.2")),)),
        ((9, 9), (Excursion("warm", at(0), at(1), at(0), None, Decimal(9)),)),
        ((5, 1.9, 5), (Excursion("cold", at(1), at(1), at(0), at(2), Decimal("1.9")),)),
        ((5, 1, 0, 5), (Excursion("frozen", at(1), at(2), at(0), at(3), Decimal(0)),)),
        (
            (5, 9, 1, 5),
            (
                Excursion("warm", at(1), at(1), at(0), at(2), Decimal(9)),
                Excursion("cold", at(2), at(2), at(0), at(3), Decimal(1)),
            ),
        ),
        (
            (5, 9, 5, 9),
            (
                Excursion("warm", at(1), at(1), at(0), at(2), Decimal(9)),
                Excursion("warm", at(3), at(3), at(2), None, Decimal(9)),
            ),
        ),
    ],
)
def test_stretches(celsius: tuple[float, ...], found: tuple[Excursion, ...]) -> None:
    assert excursions(series(*celsius), LIMITS) == found
    assert excursions(reversed(series(*celsius)), LIMITS) == found


@given(st.lists(st.decimals(-5, 15, places=1), max_size=40))
def test_every_reading_out_of_range_lies_in_one_stretch_and_no_other_does(celsius: list[Decimal]) -> None:
    readings = [Reading(at(nth), each) for nth, each in enumerate(celsius)]
    found = excursions(readings, LIMITS)
    for reading in readings:
        out = not LIMITS.lowest <= reading.celsius <= LIMITS.highest
        within = [each for each in found if each.first_at <= reading.at <= each.last_at]
        assert len(within) == (1 if out else 0)
    for each in found:
        assert each.possible_from <= each.first_at <= each.last_at
        assert each.possible_until is None or each.last_at < each.possible_until


def test_missing_readings_by_noon_and_by_evening() -> None:
    days = [date(2021, 5, 17), date(2021, 5, 18), date(2021, 5, 19), date(2021, 5, 20)]
    moments = [
        datetime(2021, 5, 17, 8, tzinfo=ZONE), datetime(2021, 5, 17, 15, tzinfo=ZONE),
        datetime(2021, 5, 18, 8, tzinfo=ZONE), datetime(2021, 5, 18, 9, tzinfo=ZONE),
    ]  # fmt: skip

    def missing(hour: int) -> tuple[MissingReadings, ...]:
        return missing_readings(moments, days, datetime(2021, 5, 19, hour, tzinfo=ZONE), ZONE, RULE)

    yesterday = MissingReadings(date(2021, 5, 18), 2, 1)  # two, but an hour apart
    assert missing(11) == (yesterday,)
    assert missing(12) == (yesterday, MissingReadings(date(2021, 5, 19), 1, 0))
    assert missing(20) == (yesterday, MissingReadings(date(2021, 5, 19), 2, 0))


def test_mean_kinetic_temperature() -> None:
    assert mean_kinetic_celsius([]) is None
    assert mean_kinetic_celsius(series(5)) == Decimal("5.0")
    assert mean_kinetic_celsius(series(5, 5, 5)) == Decimal("5.0")
    # Half the time at 5 and half at 30 °C: ln of the mean of exp(-10000/278.15) and exp(-10000/303.15) gives 24.2.
    assert mean_kinetic_celsius(series(5, 30, 5)) == Decimal("24.2")
