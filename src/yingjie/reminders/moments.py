"""Days and hours in the words of a message, in its reader's language (data/moments.yaml)."""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from vaxkit.vocabulary import Text
from yingjie.foundation import clock


def day(on: date, language: str) -> str:
    return _ways()["day"].in_(language).format(year=on.year, month=on.month, day=on.day)


def weekday(on: date, language: str) -> str:
    return _weekdays()[on.weekday()].in_(language)


def moment(at: datetime, language: str) -> str:
    return _told("moment", at, language)


def hour(at: datetime, language: str) -> str:
    return _told("hour", at, language)


def spoken_hour(at: datetime, language: str) -> str:
    return _told("spoken" if at.minute else "spoken_full", at, language)


def _told(way: str, at: datetime, language: str) -> str:
    here = at.astimezone(clock.CAMPAIGN_ZONE)
    return _ways()[way].in_(language).format(
        year=here.year, month=here.month, day=here.day, hour=here.hour, minute=here.minute
    )  # fmt: skip


@cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(
        (Path(__file__).parent / "data" / "moments.yaml").read_text("utf-8")
    )
    return found


@cache
def _ways() -> dict[str, Text]:
    return {way: Text(row["zh"], row["en"]) for way, row in _data().items() if way != "weekdays"}


@cache
def _weekdays() -> list[Text]:
    names = _data()["weekdays"]
    return [Text(zh, en) for zh, en in zip(names["zh"], names["en"], strict=True)]
