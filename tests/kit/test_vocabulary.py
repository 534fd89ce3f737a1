"""Words: two languages, one status vocabulary."""

from __future__ import annotations

import pytest

from vaxkit.vocabulary import Sex, Source, Status, Text


@pytest.mark.parametrize("lang", ["zh", "zh-hans", "zh_Hans", "zh-CN", "ZH"])
def test_every_kind_of_chinese_reads_chinese(lang: str) -> None:
    assert Text("疫苗", "vaccine").in_(lang) == "疫苗"


@pytest.mark.parametrize("lang", ["en", "en-gb", "fr", ""])
def test_everybody_else_reads_english(lang: str) -> None:
    assert Text("疫苗", "vaccine").in_(lang) == "vaccine"


def test_places_are_filled_in_both_languages_or_not_at_all() -> None:
    assert Text("还有{n}剂", "{n} doses left").filled(n=3) == Text("还有3剂", "3 doses left")
    with pytest.raises(KeyError):
        Text("还有{n}剂", "{n} doses left").filled()


def test_the_status_words_are_the_ten_of_the_design() -> None:
    assert [(status.value, status.text.zh) for status in Status] == [
        ("not_yet_due", "未到期"),
        ("due", "可接种"),
        ("booked", "已预约"),
        ("overdue", "逾期"),
        ("deferred", "暂缓"),
        ("contraindicated", "禁忌"),
        ("declined", "拒绝"),
        ("elsewhere_unverified", "外地待核实"),
        ("complete", "已完成"),
        ("not_met", "未核实"),
    ]
    assert [sex.text.zh for sex in Sex] == ["男", "女", "未知"]


def test_a_source_without_a_known_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="V, 2 or M"):
        Source(Text("某文件", "some paper"), mark="sure")
