"""Value types that every part of vaxkit shares: Text, Sex, Status, Source, Problem.

All are frozen and compare by value. Languages are named by codes that start with "zh" or "en".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and in English. Either may hold `{name}` places, filled by `filled`."""

    zh: str
    en: str

    def in_(self, lang: str) -> str:
        """The words in `lang`: any code that starts with "zh" ("zh", "zh-hans", "zh_CN") is Chinese, others
        English."""
        return self.zh if lang.lower().startswith("zh") else self.en

    def filled(self, **params: object) -> Text:
        """A copy with the `{name}` places of both languages filled. Raises KeyError when one is missing."""
        return Text(self.zh.format(**params), self.en.format(**params))


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"

    @property
    def text(self) -> Text:
        return _SEX_TITLES[self]


class Status(StrEnum):
    """Where one person stands for one course on one day: the only words used on lists, cards, maps and
    charts."""

    NOT_YET_DUE = "not_yet_due"
    DUE = "due"
    BOOKED = "booked"
    OVERDUE = "overdue"
    DEFERRED = "deferred"
    CONTRAINDICATED = "contraindicated"
    DECLINED = "declined"
    ELSEWHERE_UNVERIFIED = "elsewhere_unverified"
    COMPLETE = "complete"
    NOT_MET = "not_met"

    @property
    def text(self) -> Text:
        return _STATUS_TITLES[self]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule or fact was read.

    `document` names it, `number` is its official number or "", `on` its date or None, `mark` is "V" (read
    in the named source), "2" (read in a page that quotes it) or "M" (from memory: verify), `note` says what
    remains open (None: nothing).
    """

    document: Text
    mark: str
    on: date | None = None
    number: str = ""
    note: Text | None = None

    def __post_init__(self) -> None:
        if self.mark not in ("V", "2", "M"):
            raise ValueError(f"source mark must be V, 2 or M, not {self.mark!r}")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an input could not be accepted: a stable `code` such as "id.length", and the `reason` for people.

    It never repeats the input, so that it can be logged and shown.
    """

    code: str
    reason: Text


_SEX_TITLES = {
    Sex.MALE: Text("男", "male"),
    Sex.FEMALE: Text("女", "female"),
    Sex.UNKNOWN: Text("未知", "unknown"),
}

_STATUS_TITLES = {
    Status.NOT_YET_DUE: Text("未到期", "not yet due"),
    Status.DUE: Text("可接种", "due"),
    Status.BOOKED: Text("已预约", "booked"),
    Status.OVERDUE: Text("逾期", "overdue"),
    Status.DEFERRED: Text("暂缓", "deferred"),
    Status.CONTRAINDICATED: Text("禁忌", "contraindicated"),
    Status.DECLINED: Text("拒绝", "declined"),
    Status.ELSEWHERE_UNVERIFIED: Text("外地待核实", "dose elsewhere, to verify"),
    Status.COMPLETE: Text("已完成", "complete"),
    Status.NOT_MET: Text("未核实", "not yet met"),
}
