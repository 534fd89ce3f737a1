"""Opening hours are read as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingjie.sites import hours
from yingjie.sites.hours import Stretch

DAYTIME = (Stretch(480, 690), Stretch(810, 1020))


@pytest.mark.parametrize(
    ("text", "weekday", "expected"),
    [
        ("08:00–11:30 13:30–17:00; Sat 09:00–12:00; Sun closed", 0, DAYTIME),
        ("08:00–11:30 13:30–17:00; Sat 09:00–12:00; Sun closed", 5, (Stretch(540, 720),)),
        ("08:00–11:30 13:30–17:00; Sat 09:00–12:00; Sun closed", 6, ()),
        ("周一至周五 08:00—11:30、13:30—17:00；周六、周日 9:00-12:00", 4, DAYTIME),
        ("周一至周五 08:00—11:30、13:30—17:00；周六、周日 9:00-12:00", 6, (Stretch(540, 720),)),
        ("22:00–06:00", 3, (Stretch(1320, 1800),)),
        ("24h", 2, (Stretch(0, 1440),)),
        ("全天；周日 休息", 6, ()),
        ("Fri-Mon 08:00-10:00", 0, (Stretch(480, 600),)),
        ("Fri-Mon 08:00-10:00", 2, ()),
        ("", 0, ()),
    ],
)
def test_a_text_gives_its_stretches(text, weekday, expected):
    assert hours.stretches(text, weekday) == expected


@pytest.mark.parametrize(
    "text",
    ["8点到5点", "平日晚间至 20:00", "08:00–08:00", "25:00–26:00", "08:70–09:00", "13:00–17:00 08:00–12:00",
     "Mon–Wed–Fri 08:00–09:00", "abc 08:00–09:00", "08:00–12:00 about"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(text):
    with pytest.raises(hours.HoursUnreadable) as caught:
        hours.weekly(text)
    assert caught.value.code == "sites.hours_unreadable"


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        week = hours.weekly(text)
    except hours.HoursUnreadable:
        return
    assert len(week) == 7
    assert all(0 <= each.begins < 1440 and each.begins < each.ends <= 2880 for day in week for each in day)


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("周一至周五 08:00—11:30、13:30—17:00；周六、周日 9:00-12:00", "周一至周五 08:00–11:30 13:30–17:00；周六至周日 09:00–12:00",
         "Mon–Fri 08:00–11:30 13:30–17:00; Sat–Sun 09:00–12:00"),
        ("08:00-17:00; Sun closed", "周一至周六 08:00–17:00；周日 休息", "Mon–Sat 08:00–17:00; Sun closed"),
        ("24h", "全天", "all day"),
        ("22:00–06:00", "22:00–06:00", "22:00–06:00"),
        ("by telephone", "by telephone", "by telephone"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_hours_are_said_in_the_readers_language(text: str, zh: str, en: str) -> None:
    assert (hours.said(text, "zh-hans"), hours.said(text, "en")) == (zh, en)
