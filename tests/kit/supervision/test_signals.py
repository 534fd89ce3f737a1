"""Records that want a look: each sign by hand, and that what is told is what stands there."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxkit.ruledata.loader import RuleDataError
from vaxkit.ruledata.quality_rules import read_quality_rules, shipped_quality_rules
from vaxkit.supervision.signals import Count, Row, SignRule, in_counts, in_records

NOON = datetime(2021, 6, 2, 4, tzinfo=UTC)
RULES = {rule.code: rule for rule in shipped_quality_rules()}


def row(nth: int, minutes: float, by: str = "王", place: str = "A", late_days: float = 0) -> Row:
    at = NOON + timedelta(minutes=minutes)
    return Row(f"{nth:04d}", by, place, at, at + timedelta(days=late_days))


def count(place: str, back: int, figures: Mapping[str, int]) -> Count:
    return Count(f"{place}{back}", place, date(2021, 6, 10) - timedelta(back), figures)


@given(st.lists(st.integers(0, 90), max_size=80), st.integers(1, 30), st.integers(1, 20))
def test_a_record_is_told_exactly_where_some_window_over_it_is_too_full(
    minutes: list[int], most: int, width: int
) -> None:
    rule = SignRule(
        "fast", RULES["fast-doses"].sign, RULES["fast-doses"].looks_at, RULES["fast-doses"].title,
        RULES["fast-doses"].source, days=7, minutes=width, most=most,
    )  # fmt: skip
    rows = [row(nth, at) for nth, at in enumerate(sorted(minutes))]
    told = [each for signal in in_records(rule, rows) for each in signal.rows]
    expected = set()
    for last in rows:
        window = [one for one in rows if timedelta() <= last.at - one.at <= timedelta(minutes=width)]
        window = [one for one in window if (one.at, one.id) <= (last.at, last.id)]
        if len(window) > most:
            expected |= {one.id for one in window}
    assert sorted(told) == sorted(expected)


def test_twenty_in_ten_minutes_pass_and_twenty_one_do_not() -> None:
    rule = RULES["fast-doses"]
    assert in_records(rule, [row(nth, nth / 2) for nth in range(20)]) == ()
    (signal,) = in_records(rule, [row(nth, nth / 2) for nth in range(21)] + [row(99, 3, by="李")])
    assert (signal.by, signal.place, len(signal.rows)) == ("王", "A", 21)


def test_late_records_are_told_by_place_above_their_share() -> None:
    rows = [row(nth, nth, late_days=3 if nth < 5 else 0) for nth in range(50)]
    (signal,) = in_records(RULES["late-doses"], rows)
    assert signal.rows == ("0000", "0001", "0002", "0003", "0004")
    assert in_records(RULES["late-doses"], [*rows, row(50, 51)]) == ()  # 5 of 51 are less than a tenth
    assert in_records(RULES["late-doses"], rows[1:]) == ()  # four are too few to tell anything


def test_one_person_at_two_places_at_once() -> None:
    rows = [row(1, 0), row(2, 5, place="B"), row(3, 40, place="A"), row(4, 41, by="李", place="B")]
    (signal,) = in_records(RULES["far-doses"], rows)
    assert (signal.by, signal.rows) == ("王", ("0001", "0002"))


def test_round_and_copied_counts() -> None:
    tens = [count("A", back, {"to_do": 40, "away": 30, "done_1": 110, "declined": 7}) for back in (0, 1, 2)]
    (signal,) = in_counts(RULES["round-counts"], tens, {})
    assert (signal.place, signal.rows) == ("A", ("A2", "A1", "A0"))
    others = [count("A", back, {"to_do": 41, "away": 30, "done_1": 113}) for back in (0, 1, 2)]
    assert in_counts(RULES["round-counts"], others, {}) == ()
    assert in_counts(RULES["copied-counts"], others, {}) == ()  # nothing was done meanwhile
    (same,) = in_counts(RULES["copied-counts"], others, {("A", date(2021, 6, 9)): 4})
    assert same.rows == ("A2", "A1", "A0")
    (twins,) = in_counts(RULES["copied-counts"], [others[0], count("B", 0, others[0].figures)], {})
    assert twins.rows == ("A0", "B0")


def test_a_rule_looks_only_at_what_it_is_for() -> None:
    with pytest.raises(ValueError, match="records"):
        in_records(RULES["round-counts"], [])
    with pytest.raises(ValueError, match="counts"):
        in_counts(RULES["fast-doses"], [], {})


def test_rules_that_do_not_follow_the_schema_are_refused() -> None:
    text = """
rules: [{code: a, sign: fast, looks_at: counts, title: {zh: 快, en: fast}, days: 3, minutes: 1, most: 2}]
source: {document: {zh: 无, en: none}, mark: M}
"""
    with pytest.raises(RuleDataError, match=r"rules/0"):
        read_quality_rules(text)
    good = text.replace("looks_at: counts", "looks_at: doses")
    assert len(read_quality_rules(good)) == 1
    with pytest.raises(ValueError, match="twice"):
        read_quality_rules(
            good.replace(
                "]\nsource",
                ", {code: a, sign: far, looks_at: doses, title: {zh: 远, en: far}, days: 3, minutes: 1}]\nsource",
            )
        )
