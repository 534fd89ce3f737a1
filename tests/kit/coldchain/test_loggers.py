"""Files of loggers, as makers write them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxkit.coldchain import UnreadableLogger, decoded, read_logger

ZONE = ZoneInfo("Asia/Shanghai")
EIGHT = datetime(2021, 5, 19, 0, 0, tzinfo=UTC)  # 08:00 in Beijing
TWO = [(EIGHT, Decimal("5.30")), (EIGHT.replace(minute=10), Decimal("-0.50"))]

FILES = {
    "chinese": "设备编号,A001\n序号,记录时间,温度(℃),湿度(%RH)\n1,2021-05-19 08:00:00,5.3,60\n2,2021-05-19 08:10:00,-0.5,61\n",
    "chinese words": "日期,时间,温度\n2021年5月19日,8:00,5.3℃\n2021年5月19日,8:10,-0.5℃\n",
    "slashes": "Time\tTemp\n2021/5/19 8:00\t5.3\n2021/5/19 8:10\t-0.5\n",
    "german": "Nr;Datum;Zeit;Temperatur [°C]\n1;19.05.2021;08:00:00;5,3\n2;19.05.2021;08:10:00;-0,5\n",
    "american fahrenheit": 'Date,Time,"Temperature (°F)"\n05/19/2021,8:00 AM,41.54\n05/19/2021,8:10 AM,31.1\n',
    "day first": "Date/Time;Temp °C\n19/05/2021 08:00;5.3\n19/05/2021 08:10;-0.5\n",
    "iso with its own zone": "timestamp,temperature_c\n2021-05-19T00:00:00Z,5.3\n2021-05-19T02:10:00+02:00,-0.5\n",
    "zone above": "Logger 77\nTime zone: UTC+0\nDateTime|Temp(C)\n2021-05-19 00:00|5.3\n2021-05-19 00:10|-0.5\n",
    "zone in the heading": "Time (UTC+08:00),CH1 Temp\n2021-05-19 08:00:00,5.3 °C\n2021-05-19 08:10:00,-0.5 °C\n",
    "decimal comma in a comma file": "Time,Temperature\n2021-05-19 08:00,5,3\n2021-05-19 08:10,-0,5\n",
    "figures in fahrenheit": "Time,Temp\n2021-05-19 08:00,41.54°F\n2021-05-19 08:10,31.1°F\n",
    "half days": "时间,温度\n2021-05-19 上午8:00,5.3\n2021-05-19 上午8:10,-0.5\n",
}


@pytest.mark.parametrize("kind", FILES)
def test_one_truth_in_many_shapes(kind: str) -> None:
    found = read_logger(FILES[kind], ZONE)
    assert [(each.at, each.celsius) for each in found.readings] == TWO
    assert found.bad_lines == ()
    assert found.was_fahrenheit == ("ahrenheit" in kind)
    assert found.zone_stated == ("zone" in kind)


def test_afternoon() -> None:
    text = "Date,Time,Temp\n05/19/2021,12:05 AM,5\n05/19/2021,12:05 PM,6\n05/19/2021,1:05 PM,7\n"
    hours = [each.at.astimezone(ZONE).hour for each in read_logger(text, ZONE).readings]
    assert hours == [0, 12, 13]
    chinese = "时间,温度\n2021-05-19 下午1:05,7\n"
    assert read_logger(chinese, ZONE).readings[0].at.astimezone(ZONE).hour == 13


def test_lines_that_say_nothing_are_named() -> None:
    text = "时间,温度,2号探头温度\n2021-05-19 08:00,5.3,1\n2021-05-19 08:10,断线,1\n\n2021-13-19 08:20,5,1\n"
    text += "2021-05-19 08:30,500,1\n"
    found = read_logger(text, ZONE)
    assert len(found.readings) == 1
    assert [(line.number, line.text) for line in found.bad_lines] == [
        (3, "2021-05-19 08:10,断线,1"), (5, "2021-13-19 08:20,5,1"), (6, "2021-05-19 08:30,500,1"),
    ]  # fmt: skip
    assert found.other_columns == ("2号探头温度",)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_table"),
        ("姓名,电话\n某人,1\n", "no_table"),
        ("时间,温度\n", "no_readings"),
        ("Time,Temp\n05/06/2021 08:00,5\n06/06/2021 08:00,5\n", "ambiguous_dates"),
    ],
)
def test_what_is_no_loggers_file(text: str, code: str) -> None:
    with pytest.raises(UnreadableLogger) as refused:
        read_logger(text, ZONE)
    assert refused.value.code == code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(encoding: str) -> None:
    assert decoded(FILES["chinese"].encode(encoding)) == FILES["chinese"]


@given(st.text(max_size=200))
def test_anything_is_read_or_refused(text: str) -> None:
    try:
        read_logger("时间,温度\n2021-05-19 08:00,5\n" + text, ZONE)
    except UnreadableLogger:
        return
