"""Opening hours as people write them, read once: "08:00–11:30 13:30–17:00; Sat 09:00–12:00; Sun closed", "周一至周五 08:00–17:00",
"22:00–06:00" (over midnight), "24h".

    weekly(text)                       (weekdays 0–6) → stretches of minutes; raises HoursUnreadable
    stretches(text, weekday)           of one weekday, in the order of the day
    said(text, language)               the same in the reader's language, days with equal hours together
    Stretch(begins, ends)              minutes of the day; `ends` above 1440 lies on the next day

Parts are separated by ";" or "；"; a later part replaces an earlier one on the weekdays it names. One without weekdays is for every
day. Pure: no clock, no tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple

import yaml
from django.utils.translation import gettext_lazy as _

from yingjie.foundation.refusals import Refusal

DAY = 24 * 60
_WORDS = yaml.safe_load((Path(__file__).parent / "data" / "hours.yaml").read_text("utf-8"))
_NAMES = {name: day for day, names in enumerate(_WORDS["weekdays"]) for name in names}
_CLOSED, _ALL_DAY = set(_WORDS["closed"]), set(_WORDS["all_day"])


def _any(words: Iterable[str]) -> str:
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


_UNTIL, _AND, _DAY = _any(_WORDS["until"]), _any(_WORDS["and"]), _any(_NAMES)
_STRETCH = re.compile(rf"(\d{{1,2}})[:：](\d{{2}})\s*{_UNTIL}+\s*(\d{{1,2}})[:：](\d{{2}})")
_DAYS = re.compile(rf"^({_DAY}(?:\s*(?:{_UNTIL}|{_AND})\s*{_DAY})*)(?![a-z])\s*")


class Stretch(NamedTuple):
    begins: int
    ends: int


Week = tuple[tuple[Stretch, ...], ...]


class HoursUnreadable(Refusal):
    code = "sites.hours_unreadable"
    reason = _("The opening hours “{text}” cannot be read.")
    next_step = _("Write them like “08:00–11:30 13:30–17:00; Sat 09:00–12:00; Sun closed”, or “24h”.")
    status = 400


@lru_cache(maxsize=1024)
def weekly(text: str) -> Week:
    """The stretches of Monday to Sunday. "" gives seven empty days."""
    week: list[tuple[Stretch, ...]] = [()] * 7
    for part in filter(None, (part.strip() for part in re.split(r"[;；\n]", text))):
        days, rest = _days_of(part.lower(), text)
        found = _stretches_of(rest, text)
        for day in days:
            week[day] = found
    return tuple(week)


def stretches(text: str, weekday: int) -> tuple[Stretch, ...]:
    return weekly(text)[weekday]


def said(text: str, language: str) -> str:
    """The hours as the reader's language writes them ("zh" or another); what cannot be read stays as it is."""
    try:
        week = weekly(text)
    except HoursUnreadable:
        return text
    runs = [list(days) for _hours, days in groupby(range(7), key=week.__getitem__)]
    if not any(week):
        return text
    words = _WORDS["said"]["zh" if language.startswith("zh") else "en"]
    parts = []
    for days in runs:
        first, last = words["weekdays"][days[0]], words["weekdays"][days[-1]]
        named = "" if len(days) == 7 else first if len(days) == 1 else f"{first}{words['until']}{last}"
        hours = " ".join(_clock(each, words) for each in week[days[0]]) or words["closed"]
        parts.append(f"{named} {hours}".strip())
    return str(words["then"]).join(parts)


def _clock(each: Stretch, words: dict[str, str]) -> str:
    if each == (0, DAY):
        return words["all_day"]
    ends = each.ends if each.ends <= DAY else each.ends - DAY
    return f"{each.begins // 60:02}:{each.begins % 60:02}–{ends // 60:02}:{ends % 60:02}"


def _days_of(part: str, text: str) -> tuple[list[int], str]:
    if part in _CLOSED | _ALL_DAY or part[0].isdigit():
        return list(range(7)), part
    found = _DAYS.match(part)
    if found is None:
        raise HoursUnreadable(text=text)
    days: list[int] = []
    for piece in re.split(_AND, found.group(1)):
        ends = [_NAMES.get(name.strip()) for name in re.split(_UNTIL, piece)]
        if None in ends or len(ends) > 2:
            raise HoursUnreadable(text=text)
        first, last = ends[0], ends[-1]
        assert first is not None and last is not None
        days += [(first + step) % 7 for step in range((last - first) % 7 + 1)]
    return days, part[found.end() :].strip()


def _stretches_of(rest: str, text: str) -> tuple[Stretch, ...]:
    if rest in _CLOSED:
        return ()
    if rest in _ALL_DAY:
        return (Stretch(0, DAY),)
    found = [_stretch(match, text) for match in _STRETCH.finditer(rest)]
    if not found or re.sub(_AND, "", _STRETCH.sub("", rest)).strip():
        raise HoursUnreadable(text=text)
    if any(later.begins < earlier.ends for earlier, later in pairwise(found)):
        raise HoursUnreadable(text=text)
    return tuple(found)


def _stretch(match: re.Match[str], text: str) -> Stretch:
    hours_from, minutes_from, hours_to, minutes_to = (int(part) for part in match.groups())
    begins, ends = hours_from * 60 + minutes_from, hours_to * 60 + minutes_to
    if begins >= DAY or ends > DAY or minutes_from > 59 or minutes_to > 59 or begins == ends:
        raise HoursUnreadable(text=text)
    return Stretch(begins, ends if ends > begins else ends + DAY)
