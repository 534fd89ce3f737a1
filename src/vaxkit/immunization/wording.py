"""Explanations in words, in Chinese and English: `sentence(because, language)`, `step_words(step, language)`.

The words of every code, status and table are data here.
"""

from __future__ import annotations

import re
from datetime import date

from vaxkit.immunization.answers import Because, Param, Params, TrailStep
from vaxkit.vocabulary import Text

TEMPLATES: dict[str, Text] = {
    # doses
    "dose.counts": Text("有效，计为第{number}剂。", "Valid: counts as dose {number}."),
    "dose.before_birth": Text(
        "接种日期早于出生日期，不计入，请核对。", "Given before the birth date: does not count, please check."
    ),
    "dose.expired": Text(
        "接种时疫苗已过有效期（{expires_on}），不计入，需补种。",
        "Given after the vaccine's expiry date ({expires_on}): does not count and must be repeated.",
    ),
    "dose.substandard": Text(
        "疫苗质量有问题（如召回、冷链中断），不计入，需补种。",
        "The vaccine was sub-standard (recalled, cold chain broken): does not count and must be repeated.",
    ),
    "age.too_young": Text(
        "接种时未满{minimum}，不计入，需补种。",
        "Given before the age of {minimum}: does not count and must be repeated.",
    ),
    "age.too_old": Text(
        "接种时已满{maximum}，超过最大年龄，不需重复。",
        "Given at {maximum} or later, above the maximum age: not needed, and not to be repeated.",
    ),
    "age.grace": Text(
        "接种时未满{minimum}，在允许范围内，有效。",
        "Given before the age of {minimum}, within what is allowed: it counts.",
    ),
    "interval.too_soon": Text(
        "距{since}的一剂仅{days}天，少于{minimum}，不计入，需补种。",
        "Only {days} days after the dose of {since}, less than {minimum}: does not count and must be repeated.",
    ),
    "interval.grace": Text(
        "与前一剂间隔{days}天，短于{minimum}，在允许范围内，有效。",
        "{days} days after the dose before, less than {minimum}, within what is allowed: it counts.",
    ),
    "interval.allowed": Text(
        "距{since}的一剂{days}天，短于推荐间隔，但允许，有效。",
        "{days} days after the dose of {since}: shorter than preferred, but allowed.",
    ),
    "vaccine.inadvertent": Text(
        "误种了不应用于本剂次的疫苗（{vaccine}），不计入。",
        "A vaccine that is not meant for this dose ({vaccine}) was given by mistake: does not count.",
    ),
    "vaccine.conflict": Text(
        "距{since}接种的{vaccine}仅{days}天，两种疫苗间隔不足，不计入。",
        "Only {days} days after {vaccine} of {since}: the two vaccines need more time between them; does not count.",
    ),
    "vaccine.not_suitable": Text(
        "{vaccine}不能用于本剂次，不计入。", "{vaccine} is not a vaccine for this dose: does not count."
    ),
    "vaccine.out_of_age": Text(
        "接种时年龄不在{vaccine}的适用范围内，不计入。",
        "Given outside the ages for which {vaccine} may be used: does not count.",
    ),
    "vaccine.not_then": Text(
        "按接种当日的规定，{vaccine}不能用于此人本剂次，不计入。",
        "By the rules of that day {vaccine} was not for this dose of this person: does not count.",
    ),
    "vaccine.allowable": Text(
        "所用疫苗（{vaccine}）非首选，但可计入。", "Not the preferred vaccine ({vaccine}), but it counts."
    ),
    "vaccine.less_volume": Text(
        "接种剂量少于{volume}毫升，请核对。", "Less than {volume} ml was given: please check."
    ),
    "series.complete": Text(
        "此前已完成全程，此剂为额外接种，不需重复。", "The course was complete already: an extra dose."
    ),
    "interval.late": Text(
        "与前一剂间隔{days}天，晚于推荐的{last_on}，有效，不重新开始。",
        "{days} days after the dose before, later than {last_on}: it counts, the course is not restarted.",
    ),
    "product.other_maker": Text(
        "与前一剂不是同一产品，种类相同，有效。",
        "Another product than the dose before, of the same kind: it counts.",
    ),
    "gap.too_close": Text(
        "与{since}接种的其他疫苗仅相隔{days}天，间隔不足，本剂仍有效。",
        "Only {days} days apart from another vaccine of {since}: it counts all the same.",
    ),
    # status
    "series.complete_on": Text("已于{on}完成全程。", "The course was completed on {on}."),
    "series.none": Text("没有适用于此人的接种程序。", "No course of this vaccine concerns this person."),
    "history.sufficient": Text(
        "按接种史目前无需再接种。", "The doses on record are enough: none is recommended at this time."
    ),
    "products.none": Text(
        "目前没有可用于下一剂的疫苗，暂不安排。",
        "No vaccine may be given for the next dose: it is not asked for.",
    ),
    "products.barred": Text(
        "可用于下一剂的疫苗均为禁忌。", "Every vaccine for the next dose is contraindicated."
    ),
    "immune.observation": Text("已有免疫力证据：{title}。", "There is evidence of immunity: {title}."),
    "immune.birth": Text("出生于{before}之前，视为已有免疫力。", "Born before {before}: taken to be immune."),
    "contraindicated": Text("有接种禁忌：{text}", "Contraindicated: {text}"),
    "contraindicated.deferral": Text("暂缓接种：{text}", "Deferred: {text}"),
    "season.over": Text("本季接种已于{end_on}结束。", "The season ended on {end_on}."),
    "aged_out": Text("已满{maximum}，超过接种年龄。", "{maximum} or older: above the age for this vaccine."),
    "aged_out.before": Text(
        "在{maximum_on}超龄前已无法接种下一剂。",
        "The next dose cannot be given before the maximum age is reached on {maximum_on}.",
    ),
    # what is next
    "next.dose": Text("下一剂为第{number}剂。", "Dose {number} is next."),
    "earliest.birth": Text("出生后即可接种。", "May be given from birth."),
    "earliest.age": Text("满{minimum}（{on}）起可接种。", "May be given from the age of {minimum} ({on})."),
    "earliest.age_rule": Text(
        "到{on}达到相应年龄，起可接种。", "May be given from {on}, when the age for it is reached."
    ),
    "earliest.interval": Text(
        "距{since}满{minimum}（{on}）起可接种。", "May be given from {minimum} after {since} ({on})."
    ),
    "earliest.conflict": Text(
        "{since}接种过{vaccine}，需间隔到{on}。",
        "{vaccine} was given on {since}: wait until {on}.",
    ),
    "earliest.season": Text("本季从{on}开始接种。", "The season begins on {on}."),
    "earliest.last_dose": Text("不早于最近一次接种（{on}）。", "Not before the last dose ({on})."),
    "gap.wait": Text(
        "{since}接种过其他疫苗，需间隔到{on}。", "Another vaccine was given on {since}: wait until {on}."
    ),
    "recommended": Text("建议于{on}接种。", "Recommended on {on}."),
    "past_due": Text("{on}之后为逾期。", "Past due after {on}."),
    "latest": Text("最晚{on}接种。", "Not to be given after {on}."),
    "indication.later": Text(
        "满{minimum}（{on}）起有接种指征：{title}。",
        "Indicated from the age of {minimum} ({on}): {title}.",
    ),
}

STATUS_WORDS: dict[str, Text] = {
    "valid": Text("有效", "valid"),
    "not_valid": Text("无效", "not valid"),
    "extraneous": Text("额外接种", "extraneous"),
    "substandard": Text("不合格", "sub-standard"),
    "not complete": Text("未完成", "not complete"),
    "complete": Text("已完成", "complete"),
    "immune": Text("已有免疫力", "immune"),
    "contraindicated": Text("禁忌", "contraindicated"),
    "not recommended": Text("目前不推荐", "not recommended"),
    "aged out": Text("超过年龄", "aged out"),
    "satisfied": Text("符合", "satisfied"),
}

#: What each table of the specification decides, for the view of a trail.
TABLE_TITLES: dict[str, Text] = {
    "Table 5-5": Text("适用的程序", "Relevant series"),
    "Table 6-11": Text("可跳过的剂次（判定接种）", "Doses skipped (judging)"),
    "Table 6-11 (7.1)": Text("可跳过的剂次（预测）", "Doses skipped (forecasting)"),
    "Table 6-13": Text("误种疫苗", "Inadvertent vaccine"),
    "Table 6-15": Text("接种年龄", "Age"),
    "Table 6-18": Text("接种间隔", "Interval"),
    "Table 6-24": Text("与其他疫苗的间隔", "Conflict with another vaccine"),
    "Table 6-26": Text("疫苗是否适用", "Vaccine"),
    "Table 7-10": Text("是否需要下一剂", "Need for another dose"),
    "Table 7-13": Text("下一剂的日期", "Dates of the next dose"),
    "Table 8-3": Text("优先的程序", "Prioritized series"),
    "Table 8-7": Text("比较已完成的程序", "Complete series compared"),
    "Table 8-9": Text("比较进行中的程序", "Series in process compared"),
    "Table 8-11": Text("比较未开始的程序", "Series not begun compared"),
    "Table 8-14": Text("采用的程序", "Best series"),
    "Table 9-2": Text("疫苗组的结论", "Answer for the vaccine group"),
}

_UNITS = {"year": "年", "month": "个月", "week": "周", "day": "天"}
_AGE_UNITS = {"year": "岁", "month": "月龄", "week": "周龄", "day": "日龄"}
_AGE_CODES = ("age.", "aged_out", "earliest.age", "indication.")
_PERIOD_PARAMS = ("minimum", "maximum")
_TERM = re.compile(r"([+-]?)\s*(\d+)\s*([a-z]+?)s?(?=\s|$|[+-])", re.IGNORECASE)
_SHORT = {"yr": "year", "mo": "month", "wk": "week"}


def sentence(because: Because, language: str = "zh", *, with_source: bool = False) -> str:
    """The explanation as a sentence; `language` starts with "zh" or is English. `with_source` adds the document behind
    the rule. A code without words is shown as itself."""
    template = TEMPLATES.get(because.code)
    if template is None:
        return because.code
    chinese = language.lower().startswith("zh")
    shown = _Shown(because.params, "zh" if chinese else "en", ages=because.code.startswith(_AGE_CODES))
    words = template.in_(language).format_map(shown)
    words = words if words.endswith((".", "。")) else words + ("。" if chinese else ".")
    if not with_source or because.source is None:
        return words
    source = because.source
    number = f" {source.number}" if source.number else ""
    document = source.document.in_(language)
    return f"{words}（依据：{document}{number}）" if chinese else f"{words} (Source: {document}{number})"


def step_words(step: TrailStep, language: str = "zh") -> tuple[str, str]:
    """A step of the trail for people: what was decided, and how it came out."""
    title = TABLE_TITLES.get(step.table)
    if step.outcome in TEMPLATES:
        told = sentence(Because(step.outcome, step.inputs), language)
    else:
        words = STATUS_WORDS.get(step.outcome)
        told = words.in_(language) if words is not None else _outcome(step.outcome, language)
    return (title.in_(language) if title is not None else step.table, told)


_OUTCOMES = (
    (re.compile(r"(\d+) of (\d+) series"), Text("{1}条中的{0}条", "{0} of {1} series")),
    (re.compile(r"dose (\d+)"), Text("第{0}剂", "dose {0}")),
    (re.compile(r"target dose (\d+) skipped: (.*)"), Text("第{0}剂不需要", "dose {0} is not needed: {1}")),
)


def _outcome(outcome: str, language: str) -> str:
    """An outcome that counts or names a dose; the name of a series stays as it is."""
    for pattern, text in _OUTCOMES:
        found = pattern.fullmatch(outcome)
        if found is not None:
            return text.in_(language).format(*found.groups())
    return outcome


def period_in(text: str, language: str, *, age: bool = False) -> str:
    """A period such as "6 months - 4 days" in words: "6个月减4天", as an age "6月龄减4天"."""
    if not language.lower().startswith("zh"):
        return text.replace(" - ", " less ").replace(" + ", " and ")
    parts: list[str] = []
    for sign, count, unit in _TERM.findall(text):
        joint = {"-": "减", "+": "加"}.get(sign, "") if parts else ""
        name = unit.lower()
        units = _AGE_UNITS if age and not parts else _UNITS
        parts.append(f"{joint}{count}{units.get(_SHORT.get(name, name), unit)}")
    return "".join(parts) or text


class _Shown(dict[str, str]):
    """Facts as a sentence shows them; a fact that is missing shows as "?"."""

    def __init__(self, params: Params, language: str, *, ages: bool) -> None:
        told = {name: _shown(name, value, language, ages) for name, value in params.items()}
        for name in ("vaccine", "text", "title"):
            value = params.get(f"{name}_{language}")
            if value is not None:
                told[name] = str(value)
        told.setdefault("text", told.get("title", "?"))
        super().__init__(told)

    def __missing__(self, key: str) -> str:
        return "?"


def _shown(name: str, value: Param, language: str, ages: bool) -> str:
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日" if language == "zh" else value.isoformat()
    if name in _PERIOD_PARAMS:
        return period_in(str(value), language, age=ages)
    return str(value)
