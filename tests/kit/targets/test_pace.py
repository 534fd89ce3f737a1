"""The pace that milestones ask for, and the one that vaccine, staff, sites and people allow."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxkit.targets import Day, Limit, Milestone, Need, needed, project

MONDAY = date(2021, 6, 7)


def on(day: int) -> date:
    return MONDAY + timedelta(day)


def test_the_days_left_share_the_doses_left_rounded_up() -> None:
    soon, late = Milestone(on(2), 700), Milestone(on(4), 1_000)
    working = [on(0), on(1), on(2), on(4)]
    assert needed(499, [late, soon], working) == (Need(soon, 201, 3, 67), Need(late, 501, 4, 126))


def test_a_milestone_that_is_reached_or_past_says_so() -> None:
    past, reached = Milestone(on(-1), 700), Milestone(on(3), 400)
    assert needed(499, [past, reached], [on(0)]) == (Need(past, 201, 0, None), Need(reached, 0, 1, 0))


def test_each_day_names_what_holds_it_back() -> None:
    days = [
        Day(on(0), capacity=300, staff=500, due=100),
        Day(on(1), capacity=300, staff=250, due=100),
        Day(on(2), capacity=300, staff=500, due=100),
        Day(on(3), capacity=300, staff=500, arriving=800, due=0),
        Day(on(4), capacity=300, staff=500),
    ]
    found = project(done=0, target=900, on_hand=700, waiting=600, days=days)
    assert [(day.doses, day.limit) for day in found.days] == [
        (300, Limit.CAPACITY),
        (250, Limit.STAFF),
        (150, Limit.SUPPLY),
        (200, Limit.TARGET),
        (0, Limit.TARGET),
    ]
    assert found.finishes_on == on(3)
    assert (found.days[2].on_hand, found.days[2].waiting) == (0, 200)
    assert found.total_by(on(1), 0) == 550


def test_nobody_due_is_named_before_no_vaccine() -> None:
    found = project(
        done=10,
        target=900,
        on_hand=0,
        waiting=0,
        days=[Day(on(0), 100, 100), Day(on(1), 100, 100, arriving=50)],
    )
    assert [day.limit for day in found.days] == [Limit.PEOPLE, Limit.PEOPLE]
    assert found.finishes_on is None and found.binding() is Limit.PEOPLE


def test_figures_below_nothing_and_a_day_twice_are_refused() -> None:
    with pytest.raises(ValueError, match="from 0"):
        project(0, 10, -1, 0, [])
    with pytest.raises(ValueError, match="twice"):
        project(0, 10, 0, 0, [Day(on(0), 1, 1), Day(on(0), 1, 1)])


NUMBERS = st.integers(0, 500)


@given(NUMBERS, NUMBERS, NUMBERS, st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=8))
def test_nothing_is_given_twice_and_no_limit_is_passed(
    target: int, on_hand: int, waiting: int, rows: list[tuple[int, int, int, int]]
) -> None:
    days = [Day(on(at), *row) for at, row in enumerate(rows)]
    found = project(0, target, on_hand, waiting, days)
    given_ = sum(day.doses for day in found.days)
    assert given_ <= min(
        target, on_hand + sum(day.arriving for day in days), waiting + sum(day.due for day in days)
    )
    for plan, day in zip(days, found.days, strict=True):
        assert 0 <= day.doses <= min(plan.capacity, plan.staff) and day.on_hand >= 0 and day.waiting >= 0


def test_what_nobody_knows_limits_nothing() -> None:
    found = project(0, 100, on_hand=40, waiting=90, days=[Day(on(0), None, None)])
    assert [(day.doses, day.limit) for day in found.days] == [(40, Limit.SUPPLY)]
