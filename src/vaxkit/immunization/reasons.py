"""The words of every reason that an evaluation can give, as data: code -> words with places for facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from vaxkit.vocabulary import Source, Text

TEMPLATES: dict[str, Text] = {
    "dose.counts": Text("第{number}剂有效。", "Counts as dose {number}."),
    "dose.before_birth": Text(
        "接种日期早于出生日期，不计入。", "Given before the birth date: does not count."
    ),
    "dose.same_day": Text(
        "同一天已有一剂，疑为重复记录，不计入。",
        "A second dose of the same day, probably recorded twice: does not count.",
    ),
    "age.too_young": Text(
        "接种时未满{minimum}，不计入。", "Given below the minimum age of {minimum}: does not count."
    ),
    "age.before_policy": Text(
        "接种时该年龄段尚未开放，剂次仍有效，请核对。",
        "Given before this age group was opened: it counts, please check the record.",
    ),
    "interval.too_short": Text(
        "与前一剂间隔{days}天，少于{minimum}，不计入，需补种1剂。",
        "{days} days after the dose before, less than {minimum}: does not count, one more is needed.",
    ),
    "interval.short_but_counts": Text(
        "与前一剂间隔{days}天，短于推荐的{recommended}，有效，无需补种。",
        "{days} days after the dose before, short of the recommended {recommended}: counts, no repeat.",
    ),
    "interval.late_but_counts": Text(
        "与前一剂间隔{days}天，超过{latest}，有效，不重新开始。",
        "{days} days after the dose before, later than {latest}: counts, the course is not restarted.",
    ),
    "product.not_of_course": Text(
        "该疫苗不属于本程序，不计入。", "This vaccine is not of this course: does not count."
    ),
    "product.other_maker": Text(
        "与前一剂不是同一产品，种类相同，有效。",
        "Another product than the dose before, of the same kind: counts.",
    ),
    "course.already_complete": Text(
        "全程已完成，此剂为额外接种。", "The course was complete already: an extra dose."
    ),
    "course.complete": Text(
        "已于{on}完成全程{doses}剂。", "The course of {doses} doses was completed on {on}."
    ),
    "next.first": Text("尚无有效剂次，应接种第1剂。", "No dose counts yet: dose 1 is next."),
    "next.after": Text(
        "第{previous}剂于{on}接种，第{number}剂满{minimum}（{earliest}）起接种。",
        "Dose {previous} was given on {on}; dose {number} from {minimum} after it ({earliest}).",
    ),
    "next.repeat": Text(
        "{on}的一剂过早，满{minimum}（{earliest}）起补种1剂。",
        "The dose of {on} was too early; one more from {minimum} after it ({earliest}).",
    ),
    "next.latest": Text(
        "宜在{latest_on}前（含当日）完成；超期尽早补种，不重新开始。",
        "Should be given by {latest_on}, that day included; later: as soon as possible, never restart.",
    ),
    "age.from": Text("满{minimum}（{from_on}）起可接种。", "Offered from the age of {minimum} ({from_on})."),
    "age.policy_from": Text("该年龄段自{from_on}起接种。", "This age group is offered it from {from_on}."),
    "age.none": Text("没有适用的年龄段。", "No age group of this course applies."),
}

_UNITS = {"year": "岁", "month": "个月", "week": "周", "day": "天"}


@dataclass(frozen=True)
class Reason:
    """One step of a "because": a stable `code`, the facts in `params` (numbers, days, period strings), and
    the rule's `source` when a rule of the data decided."""

    code: str
    params: Mapping[str, int | str | date]
    source: Source | None = None

    @property
    def text(self) -> Text:
        """The reason in words, facts filled in; days as 2021-05-19."""
        template = TEMPLATES[self.code]
        return Text(
            template.zh.format(**{name: _chinese(fact) for name, fact in self.params.items()}),
            template.en.format(**self.params),
        )


def _chinese(fact: int | str | date) -> str:
    """A period such as "3 weeks" in Chinese; anything else as it is."""
    words = str(fact).split()
    if len(words) == 2 and words[0].isdigit() and words[1].rstrip("s") in _UNITS:
        return words[0] + _UNITS[words[1].rstrip("s")]
    return str(fact)
