"""Explanations as sentences."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources
from string import Formatter

import pytest

from vaxkit.immunization import Because, DoseStatus, SeriesStatus, TrailStep, sentence, step_words
from vaxkit.immunization.wording import STATUS_WORDS, TABLE_TITLES, TEMPLATES, period_in
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


def test_ages_in_chinese() -> None:
    found = [
        period_in(text, "zh", age=True) for text in ("3 years", "12 months - 4 days", "6 weeks", "0 days")
    ]
    assert found == ["3岁", "12月龄减4天", "6周龄", "0日龄"]


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


def test_every_status_and_every_table_of_a_trail_has_words() -> None:
    assert {status.value for status in (*DoseStatus, *SeriesStatus)} <= STATUS_WORDS.keys()
    folder = resources.files("vaxkit.immunization")
    names = (*ENGINE, "selection", "assessing")
    source = "".join((folder / f"{name}.py").read_text(encoding="utf-8") for name in names)
    tables = set(re.findall(r'"(Table \d-\d+(?: \(7\.1\))?)"', source))
    assert tables and tables <= TABLE_TITLES.keys()


def test_a_step_of_the_trail() -> None:
    step = TrailStep("Table 6-15", "Pox", {"dose": "1", "minimum": "1 year"}, "age.too_young")
    assert step_words(step) == ("接种年龄", "接种时未满1岁，不计入，需补种。")
    assert step_words(TrailStep("Table 6-18", "Pox", {}, "satisfied"), "en") == ("Interval", "satisfied")
    assert step_words(TrailStep("Table 8-14", "Pox", {}, "Pox series")) == ("采用的程序", "Pox series")


def test_an_unknown_code_shows_itself() -> None:
    assert sentence(Because("something.new")) == "something.new"
