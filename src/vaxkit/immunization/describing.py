"""Rows of a policy in words, made from their figures (`described`), and the names of what they hold.

For rows whose document's own words nobody wrote into the data, and for saying what changed between two policies.
"""

from __future__ import annotations

from collections.abc import Mapping

from vaxkit.immunization.policy import PolicySet
from vaxkit.immunization.wording import period_in
from vaxkit.vocabulary import Text


def described(kind: str, facts: Mapping[str, str], titles: Mapping[str, Text]) -> Text:
    """A row as a phrase: "age: minimum 18 years". `titles` are the words of products by code."""
    name = kind_name(kind)
    told = [(figure_name(fact), figure_said(fact, value, titles)) for fact, value in facts.items()]
    if not told:
        return name
    return Text(
        f"{name.zh}：{'；'.join(f'{what.zh} {value.zh}' for what, value in told)}",
        f"{name.en}: {'; '.join(f'{what.en} {value.en}' for what, value in told)}",
    )


def kind_name(kind: str) -> Text:
    """A kind of row."""
    return _KINDS.get(kind, Text(kind, kind))


def stage_name(stage: str, titles: Mapping[str, Text]) -> Text:
    """A stage: as the policies call it, else one of the usual ones, else its code."""
    return titles.get(stage) or _STAGES.get(stage, Text(stage, stage))


def figure_name(name: str) -> Text:
    """What a figure of a row is called."""
    return _NAMES.get(name, Text(name, name.replace("_", " ")))


def titles_of(rules: PolicySet) -> dict[str, Text]:
    """The words of every vaccine, of the campaign or not."""
    own = {code: row.text or Text(row.title, row.title) for code, row in rules.vaccines.items()}
    return {**rules.other_vaccines, **own}


def figure_said(name: str, value: str, titles: Mapping[str, Text]) -> Text:
    """A figure in words: periods and products are told, conditions stand as they are written."""
    if name in _PERIODS:
        return Text(period_in(value, "zh"), period_in(value, "en"))
    if (name, value) in _SAID:
        return _SAID[name, value]
    zh, en = value, value
    if name in _OF_PRODUCTS:
        told = [titles.get(code) or Text(code, code) for code in value.split(", ")]
        zh, en = "、".join(text.zh for text in told), ", ".join(text.en for text in told)
    return Text(zh, en)


_SAID = {
    ("from", "previous"): Text("上一剂", "the dose before"),
    ("context", "forecast"): Text("是否推荐", "offering"),
    ("context", "evaluation"): Text("判断已接种剂次", "judging doses"),
    ("context", "both"): Text("推荐和判断", "offering and judging"),
    ("logic", "any"): Text("任一满足", "any of them"),
    ("logic", "all"): Text("都要满足", "all of them"),
    ("sets_logic", "any"): Text("任一满足", "any of them"),
    ("sets_logic", "all"): Text("都要满足", "all of them"),
    ("deferral", "true"): Text("是", "yes"),
    ("completes", "true"): Text("是", "yes"),
    ("offered", "false"): Text("否", "no"),
}
_OF_PRODUCTS = ("products", "others", "given", "after", "previous", "current")
_KINDS = {
    "ages": Text("年龄", "age"),
    "intervals": Text("间隔", "interval"),
    "allowable_intervals": Text("可计入的间隔", "interval that counts"),
    "recurring": Text("重复接种", "again and again"),
    "seasons": Text("季节", "season"),
    "preferable": Text("可用产品", "products"),
    "allowable": Text("可计入的产品", "products that count"),
    "inadvertent": Text("误种产品", "products never meant"),
    "prefer": Text("优先产品", "products that come first"),
    "skips": Text("对象", "whom"),
    "gaps": Text("与其他疫苗间隔", "gap to other vaccines"),
    "contraindications": Text("禁忌与暂缓", "contraindications and deferrals"),
    "conflicts": Text("减毒活疫苗相互间隔", "conflict of live vaccines"),
}
_STAGES = {
    "primary": Text("基础免疫", "primary course"),
    "booster-1": Text("第一剂次加强", "first booster"),
    "booster-2": Text("第二剂次加强", "second booster"),
    "xbb": Text("含XBB疫苗", "XBB dose"),
}
_NAMES = {
    "absolute_minimum": Text("最短计入", "counts from"),
    "minimum": Text("最短", "minimum"),
    "earliest_recommended": Text("推荐", "recommended from"),
    "latest_recommended": Text("最晚推荐", "recommended before"),
    "maximum": Text("最大", "maximum"),
    "begin_age": Text("起始年龄", "from age"),
    "end_age": Text("截止年龄", "below age"),
    "products": Text("产品", "products"),
    "others": Text("其他疫苗", "other vaccines"),
    "observations": Text("情况", "observations"),
    "review_after": Text("复核", "review after"),
    "deferral": Text("暂缓", "deferral"),
    "when": Text("条件", "condition"),
    "from": Text("起算", "counted from"),
    "begin_on": Text("开始日", "begins on"),
    "end_on": Text("结束日", "ends on"),
    "same_as_dose": Text("与该剂次同产品", "the same as dose"),
    "context": Text("用于", "asked in"),
    "conditions": Text("条件", "conditions"),
    "logic": Text("条件关系", "joined by"),
    "sets": Text("条件组", "sets of conditions"),
    "sets_logic": Text("条件组关系", "sets joined by"),
    "description": Text("说明", "description"),
    "completes": Text("视为完成", "completes the course"),
    "priority": Text("优先", "priority"),
    "offered": Text("推荐使用", "offered"),
    "antigens": Text("疾病", "diseases"),
    "title": Text("名称", "title"),
    "guidance": Text("提示", "guidance"),
    "previous": Text("先接种", "after"),
    "current": Text("后接种", "this one"),
    "begin": Text("自", "from"),
    "end": Text("至", "until"),
    "minimum_end": Text("前剂有效时至", "until, where the former counts"),
}
_PERIODS = frozenset(
    (
        "absolute_minimum",
        "minimum",
        "earliest_recommended",
        "latest_recommended",
        "maximum",
        "begin_age",
        "end_age",
        "review_after",
        "begin",
        "end",
        "minimum_end",
    )
)
