"""Conditional skip: Tables 6-6 to 6-11, at the day of a dose and in a forecast."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.kit.immunization_cdsi.small_rules import (
    BORN,
    age,
    ask,
    dose,
    given,
    person,
    rule_set,
    select,
    series,
    span,
    verdicts,
    wait,
)

from vaxkit.immunization import assess
from vaxkit.immunization.model import (
    ConditionalSkip,
    CountLogic,
    RuleSet,
    SkipCondition,
    SkipContext,
    SkipKind,
    SkipSet,
)

DAY = timedelta(days=1)
FIRST = date(2021, 3, 1)


def condition(kind: SkipKind, **more: Any) -> SkipCondition:
    ages = {name: span(more.pop(name)) for name in ("begin_age", "end_age", "interval") if name in more}
    return SkipCondition(kind, **ages, **more)


def skipping(
    *sets: SkipSet, context: SkipContext = SkipContext.BOTH, every: bool = False, **more: Any
) -> RuleSet:
    """Dose 2 of 3 may be skipped; dose 3 needs 100 days after the dose before."""
    second = dose(
        2, skips=(ConditionalSkip(context, sets, every),), intervals=(wait("28 days", "28 days"),), **more
    )
    return rule_set(series(dose(1), second, dose(3, intervals=(wait("100 days", "100 days"),))))


def one(*conditions: SkipCondition, every: bool = True, **more: Any) -> SkipSet:
    return SkipSet(conditions, every, **more)


def next_day(rules: RuleSet, *doses: date, on: date) -> date | None:
    return ask(rules, given(*doses), on=on).earliest_on


PLUS_28, PLUS_100 = FIRST + 28 * DAY, FIRST + 100 * DAY


def test_age_on_the_day_of_assessment() -> None:
    """Table 6-6, in a forecast: from the birthday on, before the end age."""
    rules = skipping(one(condition(SkipKind.AGE, begin_age="3 years", end_age="4 years")))
    on_birthday = date(2023, 1, 31)
    assert next_day(rules, FIRST, on=on_birthday - DAY) == PLUS_28
    assert next_day(rules, FIRST, on=on_birthday) == PLUS_100
    assert next_day(rules, FIRST, on=date(2024, 1, 30)) == PLUS_100
    assert next_day(rules, FIRST, on=date(2024, 1, 31)) == PLUS_28


@pytest.mark.parametrize(("context", "third"), [(SkipContext.EVALUATION, 1), (SkipContext.FORECAST, 2)])
def test_the_context_decides_where_a_skip_holds(context: SkipContext, third: int) -> None:
    rules = skipping(one(condition(SkipKind.AGE, begin_age="0 days")), context=context)
    found = ask(rules, given(FIRST, FIRST + 30 * DAY))
    assert [row.status.value for row in found.doses] == ["valid", "not_valid" if third == 1 else "valid"]


@pytest.mark.parametrize(("days", "skipped"), [(59, False), (60, True)])
def test_interval_since_the_dose_before(days: int, skipped: bool) -> None:
    """Table 6-8."""
    rules = skipping(one(condition(SkipKind.INTERVAL, interval="60 days")), context=SkipContext.FORECAST)
    assert next_day(rules, FIRST, on=FIRST + days * DAY) == (PLUS_100 if skipped else PLUS_28)


@pytest.mark.parametrize(
    ("logic", "count", "skipped"),
    [
        (CountLogic.GREATER_THAN, 0, True),
        (CountLogic.GREATER_THAN, 1, False),
        (CountLogic.EQUAL_TO, 1, True),
        (CountLogic.EQUAL_TO, 0, False),
        (CountLogic.LESS_THAN, 2, True),
        (CountLogic.LESS_THAN, 1, False),
    ],
)
def test_counting_doses(logic: CountLogic, count: int, skipped: bool) -> None:
    """Table 6-9: one dose was given."""
    counting = condition(SkipKind.VACCINE_COUNT, count_logic=logic, dose_count=count, vaccines=frozenset("P"))
    assert next_day(skipping(one(counting)), FIRST, on=FIRST) == (PLUS_100 if skipped else PLUS_28)


def test_counted_doses_lie_within_ages_and_days() -> None:
    """CONDSKIP-1: the begin age and day belong to it, the end age and day do not."""
    at_age = date(2021, 1, 31)

    def skipped(first: date, **bounds: Any) -> bool:
        counting = condition(
            SkipKind.VACCINE_COUNT, count_logic=CountLogic.GREATER_THAN, dose_count=0, **bounds
        )
        return next_day(skipping(one(counting)), first, on=first) == first + 100 * DAY

    assert not skipped(at_age - DAY, begin_age="1 year")
    assert skipped(at_age, begin_age="1 year")
    assert skipped(at_age - DAY, end_age="1 year")
    assert not skipped(at_age, end_age="1 year")
    assert not skipped(at_age - DAY, begin_on=at_age)
    assert skipped(at_age, begin_on=at_age)
    assert skipped(at_age - DAY, end_on=at_age)
    assert not skipped(at_age, end_on=at_age)


def test_vaccines_of_other_diseases_are_not_counted() -> None:
    """CONDSKIP-1: a count that names no vaccines means those of its own antigen; "X" is of another."""
    counting = condition(SkipKind.VACCINE_COUNT, count_logic=CountLogic.EQUAL_TO, dose_count=1)
    rules = skipping(one(counting), context=SkipContext.FORECAST)
    found = ask(rules, given(FIRST, (FIRST, "X")), on=FIRST)
    assert found.earliest_on == PLUS_100


def test_only_valid_doses_are_counted_when_the_data_say_so() -> None:
    def rules(valid_only: bool) -> RuleSet:
        counting = condition(
            SkipKind.VACCINE_COUNT, count_logic=CountLogic.GREATER_THAN, dose_count=1, valid_only=valid_only
        )
        return skipping(one(counting), context=SkipContext.FORECAST)

    too_soon = FIRST + 10 * DAY
    assert next_day(rules(False), FIRST, too_soon, on=too_soon) == too_soon + 100 * DAY
    assert next_day(rules(True), FIRST, too_soon, on=too_soon) == too_soon + 28 * DAY


def test_sets_and_conditions_joined_by_and_or() -> None:
    """Tables 6-10 and 6-11."""
    yes = condition(SkipKind.AGE, begin_age="0 days")
    no = condition(SkipKind.AGE, begin_age="90 years")

    def skipped(*sets: SkipSet, every: bool = False) -> bool:
        return next_day(skipping(*sets, every=every), FIRST, on=FIRST) == PLUS_100

    assert skipped(one(yes, yes)) and not skipped(one(yes, no)) and skipped(one(yes, no, every=False))
    assert not skipped(one(no, no, every=False))
    assert skipped(one(yes), one(no)) and not skipped(one(yes), one(no), every=True)
    assert skipped(one(yes), one(yes), every=True)
    assert not skipped(SkipSet(()))


def test_sets_hold_between_their_days() -> None:
    yes = condition(SkipKind.AGE, begin_age="0 days")
    rules = skipping(one(yes, effective_on=date(2021, 4, 1), cessation_on=date(2021, 4, 30)))
    assert next_day(rules, FIRST, on=date(2021, 3, 31)) == PLUS_28
    assert next_day(rules, FIRST, on=date(2021, 4, 1)) == PLUS_100
    assert next_day(rules, FIRST, on=date(2021, 4, 30)) == PLUS_100
    assert next_day(rules, FIRST, on=date(2021, 5, 1)) == PLUS_28


def test_a_completed_series_of_another_group() -> None:
    """Table 6-7: the adult series asks whether the child series is complete."""
    done = condition(SkipKind.COMPLETED_SERIES, series_groups=frozenset({"1"}))
    child = series(dose(1), name="child")
    adult = series(
        dose(1, skips=(ConditionalSkip(SkipContext.BOTH, (one(done),)),)),
        name="adult",
        select=select(group="2"),
    )
    found = ask(rule_set(child, adult), given(FIRST))
    assert (found.status.value, found.series) == ("complete", ("child",))
    assert [(row.series[0], row.status.value) for row in found.others] == [("adult", "not recommended")]


def test_the_forecast_is_checked_against_its_own_day() -> None:
    """7.6: due 28 days after the dose, but by then the second dose is no longer needed."""
    rules = skipping(one(condition(SkipKind.AGE, begin_age="1 year")))
    first = date(2021, 1, 20)
    assert next_day(rules, first, on=first) == first + 100 * DAY


def test_all_target_doses_skipped_without_a_dose_means_not_recommended() -> None:
    """Table 7-10, third rule."""
    yes = condition(SkipKind.AGE, begin_age="0 days")
    rules = rule_set(series(dose(1, skips=(ConditionalSkip(SkipContext.FORECAST, (one(yes),)),))))
    assert ask(rules).status.value == "not recommended"
    assert verdicts(ask(rules, given(FIRST))) == [("valid", "dose.counts")]


def test_a_skipped_dose_still_takes_the_age_of_the_next() -> None:
    yes = condition(SkipKind.AGE, begin_age="1 year")
    second = dose(2, ages=(age("2 years", "2 years"),))
    first = dose(1, skips=(ConditionalSkip(SkipContext.BOTH, (one(yes),)),))
    found = ask(rule_set(series(first, second)), given(FIRST))
    assert verdicts(found) == [("not_valid", "age.too_young")]
    assert (found.next_dose_number, found.earliest_on) == (1, date(BORN.year + 2, 1, 31))


def test_a_skip_while_judging_is_on_the_trail_and_a_wait_from_a_dose_never_given_is_none() -> None:
    """Table 6-11, and CALCDTINT-2: target dose 1 was passed over, so no interval runs from it; nor from a vaccine never given."""
    old = ConditionalSkip(SkipContext.EVALUATION, (one(condition(SkipKind.AGE, begin_age="1 year")),))
    second = dose(
        2,
        intervals=(wait("6 months", previous=False, from_target_dose=1),),
        allowable_intervals=(wait("1 year", previous=False, from_most_recent=frozenset({"X"})),),
    )
    rules = rule_set(series(dose(1, skips=(old,)), second))
    found = assess(rules, person(), given(FIRST), FIRST, groups=("Pox",), trail=True)
    assert verdicts(found.groups["Pox"]) == [("valid", "dose.counts")]
    assert found.groups["Pox"].doses[0].target_dose_number == 2
    assert [step.table for step in found.trail if step.outcome.startswith("target dose 1 skipped")] == [
        "Table 6-11"
    ]
    early = rule_set(
        series(dose(1), dose(2, intervals=(wait("21 days"),), allowable_intervals=second.allowable_intervals))
    )
    assert verdicts(ask(early, given(FIRST, FIRST + 10 * DAY))) == [
        ("valid", "dose.counts"),
        ("valid", "dose.counts"),
    ]
