"""The day's plan against what came of it: the causes always add up to the difference."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxkit.supervision.dayplans import STATED, Bound, Cause, Happened, Planned, causes, together

N = st.integers(0, 200)
FATES = (
    Cause.NO_SHOW, Cause.CANCELLED, Cause.REFUSED, Cause.DEFERRED, Cause.TURNED_AWAY, Cause.EXPECTED,
)  # fmt: skip
PLANS = st.builds(Planned, N, N, st.none() | N, st.none() | N, st.integers(0, 9))
DAYS = st.builds(
    Happened, N, st.dictionaries(st.sampled_from(FATES), N), st.booleans(), st.none() | N, st.none() | st.integers(0, 9),
    st.dictionaries(st.sampled_from(STATED), N),
)  # fmt: skip


@given(PLANS, DAYS)
def test_the_causes_add_up_to_the_difference(plan: Planned, day: Happened) -> None:
    found = causes(plan, day)
    assert sum(found.values()) == day.given - plan.doses
    assert list(found) == [cause for cause in Cause if cause in found]
    assert 0 not in found.values()
    for cause in STATED:
        assert 0 <= -found.get(cause, 0) <= day.stated.get(cause, 0)


@given(st.lists(st.tuples(PLANS, DAYS), max_size=6))
def test_rows_add_up_to_their_total(rows: list[tuple[Planned, Happened]]) -> None:
    found = together([causes(plan, day) for plan, day in rows])
    assert sum(found.values()) == sum(day.given for _, day in rows) - sum(plan.doses for plan, _ in rows)


def test_a_plan_is_the_smallest_of_what_is_asked_seats_and_vaccine() -> None:
    plans = (
        Planned(40, 30),
        Planned(20, 30),
        Planned(20, 30, seats=25),
        Planned(40, 30, seats=35, on_hand=10),
    )
    assert [(plan.doses, plan.bound) for plan in plans] == [
        (40, Bound.BOOKED), (30, Bound.PACE), (25, Bound.SEATS), (10, Bound.VACCINE),
    ]  # fmt: skip


def test_a_day_by_hand() -> None:
    """50 planned, 40 of them booked; 6 did not come, 2 declined; 5 unbooked came, vaccine ran out 3 short of the plan."""
    plan = Planned(booked=40, asked=50, seats=60, on_hand=100, staff=2)
    day = Happened(37, {Cause.NO_SHOW: 6, Cause.REFUSED: 2}, had=47, staff=2, stated={Cause.WEATHER: 1})
    assert causes(plan, day) == {
        Cause.NO_VACCINE: -3, Cause.WEATHER: -1, Cause.NO_SHOW: -6, Cause.REFUSED: -2, Cause.FEWER_CAME: -1,
    }  # fmt: skip
    assert causes(plan, Happened(0, {}, is_closed=True)) == {Cause.CLOSED: -50}


def test_counts_below_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="from 0"):
        Planned(-1, 0)
    with pytest.raises(ValueError, match="from 0"):
        Happened(0, {Cause.NO_SHOW: -1})
