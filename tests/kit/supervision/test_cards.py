"""Rules propose cards from issued figures: each on both sides of its limit, none without evidence, none twice."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from vaxkit.ruledata.card_rules import read_card_rules, shipped_card_rules
from vaxkit.ruledata.loader import RuleDataError
from vaxkit.supervision import Figure, Kind, Open, Rule, RuleKind, propose
from vaxkit.vocabulary import Source, Text

FIRST = date(2021, 6, 1)
SOURCE = Source(Text("约定", "convention"), "M")


def rule(looks_at: RuleKind, **more: object) -> Rule:
    asked: dict[str, object] = {
        "code": str(looks_at),
        "raises": Kind.YELLOW,
        "days": 3,
        "reply_days": 1,
    } | more
    return Rule(looks_at=looks_at, title=Text("规则", "a rule"), source=SOURCE, **asked)  # type: ignore[arg-type]


def day(
    nth: int,
    place: int | None = 20,
    *,
    of: int = 20,
    points: str = "6",
    doses: int = 10,
    remaining: int = 100,
) -> Figure:
    mean = Fraction(60, 100)
    return Figure(FIRST + timedelta(nth), place, of, mean - Fraction(points) / 100, mean, doses, remaining)


LAST = rule(RuleKind.LAST, points=Fraction(5))


@pytest.mark.parametrize(
    ("days", "is_proposed"),
    [
        ([day(0), day(1), day(2)], True),
        ([day(0), day(1)], False),
        ([day(0), day(1), day(2, 18)], False),
        ([day(0, 19), day(1, 19), day(2, 19)], True),
        ([day(0), day(1), day(2, points="5")], True),
        ([day(0), day(1), day(2, points="4.9")], False),
        ([day(0), day(1, None), day(2)], False),
        ([day(0), day(1), day(2, remaining=0)], False),
        ([day(0, 1, of=1), day(1, 1, of=1), day(2, 1, of=1)], False),
        ([day(0, 2, of=2), day(1, 2, of=2), day(2, 2, of=2)], True),
        ([day(0, 1), day(1), day(2), day(3)], True),
    ],
)
def test_the_last_places_three_times_running_and_far_below_the_mean(
    days: list[Figure], is_proposed: bool
) -> None:
    assert bool(propose([LAST], {"110117001": days}, {})) is is_proposed


def test_a_proposal_rests_on_the_figures_that_it_names() -> None:
    (found,) = propose([LAST], {"110117001": [day(2), day(0), day(1)]}, {})
    assert (found.area, found.rule, found.raises, found.reply_days) == ("110117001", "last", Kind.YELLOW, 1)
    assert found.rests_on == (day(0), day(1), day(2))
    assert found.because.en == (
        "Among the last from 06-01 to 06-03, 3 bulletins running (20/20, 20/20, 20/20), 6.0 points below the mean;"
        " 100 people left."
    )
    assert "连续3期" in found.because.zh


@pytest.mark.parametrize(
    ("doses", "remaining", "is_proposed"), [(0, 31, True), (0, 30, False), (1, 31, False)]
)
def test_no_dose_while_people_are_left(doses: int, remaining: int, is_proposed: bool) -> None:
    none = rule(RuleKind.NO_DOSES, days=2, remaining=30)
    days = [day(0, 5, doses=0, remaining=31), day(1, 5, doses=doses, remaining=remaining)]
    assert bool(propose([none], {"a": days}, {})) is is_proposed


@pytest.mark.parametrize(("doses", "is_proposed"), [(2, True), (3, False)])
def test_slow_is_measured_against_all_areas_together(doses: int, is_proposed: bool) -> None:
    slow = rule(RuleKind.SLOW, days=2, share=Fraction(2, 5))
    own = [day(0, 5, doses=doses), day(1, 5, doses=doses)]
    # All together: (2 · doses + 2 · 10) doses for 200 people left; 2 of 100 against 24 of 200 is a third, 3 against 26 nearly half.
    other = [day(0, 1, doses=10), day(1, 1, doses=10)]
    found = propose([slow], {"a": own, "b": other}, {})
    assert [proposal.area for proposal in found] == (["a"] if is_proposed else [])


def test_nothing_stands_twice_and_nothing_milder_is_proposed() -> None:
    days = {"a": [day(0), day(1), day(2)]}
    assert propose([LAST], days, {"a": [Open(Kind.YELLOW, "last", FIRST)]}) == ()
    assert propose([LAST], days, {"a": [Open(Kind.RED, "other", FIRST)]}) == ()
    assert propose([LAST], days, {"a": [Open(Kind.YELLOW, "other", FIRST)], "b": []}) != ()


@pytest.mark.parametrize(("since", "last", "is_proposed"), [(0, 20, True), (1, 20, False), (0, 1, False)])
def test_a_yellow_card_that_is_not_settled_becomes_red(since: int, last: int, is_proposed: bool) -> None:
    after = rule(RuleKind.UNSETTLED, code="red", raises=Kind.RED, days=3, after=Kind.YELLOW)
    days = {"a": [day(1), day(2), day(3, last)]}
    found = propose([LAST, after], days, {"a": [Open(Kind.YELLOW, "last", FIRST + timedelta(since))]})
    assert [(each.rule, each.raises) for each in found] == ([("red", Kind.RED)] if is_proposed else [])


def test_nothing_harder_follows_from_a_card_that_nobody_confirmed() -> None:
    after = rule(RuleKind.UNSETTLED, code="red", raises=Kind.RED, days=3, after=Kind.YELLOW)
    days = {"a": [day(1), day(2), day(3)]}
    assert propose([LAST, after], days, {"a": [Open(Kind.YELLOW, "last", FIRST, is_confirmed=False)]}) == ()


def test_the_shipped_rules_read_and_name_their_source() -> None:
    rules = shipped_card_rules()
    assert [each.code for each in rules] == [
        "last-three-days",
        "no-doses",
        "slow",
        "yellow-unsettled",
        "interview-unsettled",
    ]
    assert rules[0].last == Fraction(1, 10) and rules[0].points == 5 and rules[0].source.mark == "M"


TEXT = """
rules:
  - {code: a, raises: yellow, looks_at: last, title: {zh: 一, en: one}, days: 3, reply_days: 1}
source: {document: {zh: 约定, en: own}, mark: M}
"""


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("yellow", "blue"),
        ("days: 3", "days: 0"),
        ("looks_at: last", "looks_at: luck"),
        ("days: 3", "days: 3, day: 3"),
    ],
)
def test_a_rule_that_does_not_follow_the_schema_is_refused(said: str, instead: str) -> None:
    assert [each.code for each in read_card_rules(TEXT)] == ["a"]
    with pytest.raises(RuleDataError):
        read_card_rules(TEXT.replace(said, instead, 1))


def test_a_code_that_stands_twice_is_refused() -> None:
    row = next(line for line in TEXT.splitlines() if "code: a" in line)
    with pytest.raises(ValueError, match="twice"):
        read_card_rules(TEXT.replace(row, f"{row}\n{row}"))
