"""Explanations as sentences."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources
from string import Formatter

import pytest

from vaxkit.immunization import Because, sentence
from vaxkit.immunization.wording import TEMPLATES, period_in
from vaxkit.vocabulary import Source, Text

ENGINE = ("judging", "evaluation", "barriers", "forecasting", "dating")


def test_every_code_of_the_engine_has_words() -> None:
    folder = resources.files("vaxkit.immunization")
    source = "".join((folder / f"{name}.py").read_text(encoding="utf-8") for name in ENGINE)
    codes = set(re.findall(r'because\(\s*"([a-z_.]+)"', source))
    assert codes and codes <= TEMPLATES.keys()


@pytest.mark.parametrize("code", sorted(TEMPLATES))
def test_both_languages_name_the_same_facts(code: str) -> None:
    words = TEMPLATES[code]
    chinese, english = (
        {name for _, name, _, _ in Formatter().parse(text) if name} for text in (words.zh, words.en)
    )
    assert chinese == english


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("4 weeks", "4周"),
        ("1 year", "1年"),
        ("6 months - 4 days", "6个月减4天"),
        ("13 years + 4 weeks", "13年加4周"),
        ("6 yrs - 4 days", "6年减4天"),
    ],
)
def test_periods_in_chinese(text: str, chinese: str) -> None:
    assert period_in(text, "zh") == chinese


def test_a_sentence_with_its_document() -> None:
    source = Source(Text("技术指南", "Technical guide"), "2", number="第一版")
    because = Because(
        "earliest.interval",
        {"minimum": "3 weeks", "since": date(2021, 3, 29), "on": date(2021, 4, 19)},
        source,
    )
    assert sentence(because) == "距2021年3月29日满3周（2021年4月19日）起可接种。"
    assert sentence(because, "en", with_source=True) == (
        "May be given from 3 weeks after 2021-03-29 (2021-04-19). (Source: Technical guide 第一版)"
    )
    assert sentence(because, "zh-hans", with_source=True).endswith("（依据：技术指南 第一版）")


def test_an_unknown_code_shows_itself() -> None:
    assert sentence(Because("something.new")) == "something.new"
