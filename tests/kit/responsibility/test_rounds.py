"""What comes after a visit: the ladder, the evenings, and where it ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxkit.responsibility import Attempt, Rules, Rung, State, Stop, rounds

DAY = date(2021, 5, 1)
RULES = Rules(
    ladder=(Rung("officer", 2), Rung("village", 1), Rung("township", 1)),
    days={"not_met": 1, "thinking": 3, "refused": 7, "agreed": 3, "away": 30, "medical": 14, "cleared": 1},
    evening_after=1,
    refusals=3,
    most=6,
)


def after(*outcomes: str, rung: str = "officer", **more: object) -> object:
    made = [Attempt(DAY + timedelta(days=n), each, rung) for n, each in enumerate(outcomes[:-1])]
    made.append(Attempt(DAY + timedelta(days=len(made)), outcomes[-1], rung, **more))  # type: ignore[arg-type]
    return rounds(made, RULES, begin=DAY)


def test_nobody_was_there_yet() -> None:
    found = rounds([], RULES, begin=DAY)
    assert (found.state, found.on, found.rung, found.number, found.evening) == (
        State.CALL,
        DAY,
        "officer",
        1,
        False,
    )


def test_nobody_met_by_day_is_tried_in_the_evening_and_then_by_the_next_on_the_ladder() -> None:
    first, second = after("not_met"), after("not_met", "not_met", by_evening=True)
    assert (first.evening, first.on, first.rung) == (True, DAY + timedelta(days=1), "officer")
    assert (second.evening, second.rung, second.number) == (False, "village", 3)
    assert after("thinking", evening=True).evening


def test_a_refusal_takes_the_next_rung_and_three_end_it() -> None:
    assert (after("refused").rung, after("refused").on) == ("village", DAY + timedelta(days=7))
    rungs = ("officer", "village", "township")
    made = [Attempt(DAY + timedelta(days=n), "refused", rung) for n, rung in enumerate(rungs)]
    found = rounds(made, RULES, begin=DAY)
    assert (found.state, found.stop, found.on, found.refusals) == (State.STOPPED, Stop.REFUSALS, None, 3)
    asked = rounds(
        [*made, Attempt(DAY + timedelta(days=9), "thinking", "officer", asked=True)], RULES, begin=DAY
    )
    assert (asked.state, asked.on, asked.refusals, asked.number) == (
        State.CALL,
        DAY + timedelta(days=12),
        0,
        2,
    )


def test_whoever_wants_nobody_to_come_is_left_in_peace_at_once() -> None:
    assert after("thinking", stop=True).stop is Stop.ASKED
    assert after("thinking", stop=True).state is State.STOPPED


def test_every_rung_tried_or_the_most_attempts_made_end_it() -> None:
    climbed = [Attempt(DAY, "thinking", rung) for rung in ("officer", "officer", "village", "township")]
    assert rounds(climbed, RULES, begin=DAY).stop is Stop.LADDER
    assert after(*["thinking"] * 6, rung="somebody").stop is Stop.MOST
    agreed = rounds([*climbed, Attempt(DAY, "agreed", "township")], RULES, begin=DAY)
    assert (agreed.state, agreed.on) == (State.AGREED, DAY + timedelta(days=3))


@pytest.mark.parametrize(
    ("outcome", "state"), [("medical", State.DOCTOR), ("away", State.AWAY), ("agreed", State.AGREED)]
)
def test_some_are_waited_for(outcome: str, state: State) -> None:
    found = after(outcome, next_on=DAY + timedelta(days=20))
    assert (found.state, found.on, found.rung) == (state, DAY + timedelta(days=20), "officer")


def test_a_dose_is_a_new_beginning() -> None:
    made = [Attempt(DAY, "refused", "officer", stop=True)]
    found = rounds(made, RULES, begin=DAY + timedelta(days=9), since=DAY)
    assert (found.state, found.number, found.on) == (State.CALL, 1, DAY + timedelta(days=9))


@pytest.mark.parametrize(
    "wrong", [{"ladder": ()}, {"ladder": (Rung("a", 0),)}, {"refusals": 0}, {"days": {"away": -1}}]
)
def test_rules_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    right = {"ladder": RULES.ladder, "days": RULES.days, "evening_after": 1, "refusals": 3, "most": 6}
    with pytest.raises(ValueError):
        Rules(**{**right, **wrong})  # type: ignore[arg-type]


OUTCOMES = st.sampled_from(["agreed", "thinking", "refused", "away", "medical", "not_met", "cleared"])
ATTEMPTS = st.lists(
    st.builds(
        Attempt, st.just(DAY), OUTCOMES, st.sampled_from(["officer", "village", "township", ""]),
        stop=st.sampled_from([False] * 9 + [True]), asked=st.sampled_from([False] * 9 + [True]),
    ),
    max_size=9,
)  # fmt: skip


@given(ATTEMPTS)
def test_no_more_calls_than_the_rules_allow_and_a_stop_holds_until_somebody_asks(made: list[Attempt]) -> None:
    found = rounds(made, RULES, begin=DAY)
    assert (found.on is None) == (found.state is State.STOPPED) == (found.stop is not None)
    if found.state is State.CALL:
        assert found.refusals < RULES.refusals
    if found.stop in (Stop.ASKED, Stop.REFUSALS):
        for outcome in ("thinking", "not_met", "refused", "agreed"):
            again = rounds([*made, Attempt(DAY, outcome, "officer")], RULES, begin=DAY)
            assert again.state is State.STOPPED
        assert (
            rounds([*made, Attempt(DAY, "thinking", "officer", asked=True)], RULES, begin=DAY).state
            is State.CALL
        )
