"""Rosters against brute force on small cases, and against an independent checker on any case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaxkit.rostering.check import broken_rules, gaps, in_the_way
from vaxkit.rostering.explain import explain
from vaxkit.rostering.price import priced
from vaxkit.rostering.problem import Ability, Demand, Duty, Problem, Rules, Shift, Span, Wish, Worker
from vaxkit.rostering.solve import PinsBreakRules, Watch, solve

MONDAY = date(2021, 5, 17)
DAYTIME = Shift("day", 8 * 60, 16 * 60, "白班")
EVENING = Shift("evening", 14 * 60, 22 * 60, "中班")
NIGHT = Shift("night", 22 * 60, 30 * 60, "夜班")
SHIFTS = (DAYTIME, EVENING, NIGHT)
NURSE, DOCTOR = "vaccinator", "screening_doctor"


def day(step: int) -> date:
    return MONDAY + timedelta(days=step)


def worker(name: str, *roles: str, **more) -> Worker:
    return Worker(name, name, tuple(Ability(role) for role in roles or (NURSE,)), **more)


def problem(workers, demands, days=7, **more) -> Problem:
    wanted = tuple(Demand(day(step), shift, role, people) for step, shift, role, people in demands)
    return Problem(MONDAY, day(days - 1), SHIFTS, (NURSE, DOCTOR), wanted, tuple(workers), **more)


def nightly(people: int, nights: int = 7):
    return [(step, "night", NURSE, people) for step in range(nights)]


# --- brute force -------------------------------------------------------------------------------------------------


def best_by_trying(asked: Problem) -> tuple[int, int]:
    """(missing, rest) of the best roster, found by trying every set of duties."""
    duties = sorted(set(asked.possible()))
    best = None
    for size in range(len(duties) + 1):
        for chosen in combinations(duties, size):
            if broken_rules(asked, chosen) or _crowded(asked, chosen):
                continue
            price = priced(asked, chosen)
            best = min(best or (price.missing, price.rest), (price.missing, price.rest))
    assert best is not None
    return best


def _crowded(asked: Problem, chosen) -> bool:
    counts: dict[tuple[date, str, str], int] = {}
    for duty in chosen:
        key = (duty.on, duty.shift, duty.role)
        counts[key] = counts.get(key, 0) + 1
    return any(people > asked.wanted.get(key, 0) for key, people in counts.items())


@st.composite
def tiny(draw) -> Problem:
    """At most a dozen duties that anybody could take."""
    cells = draw(
        st.lists(
            st.tuples(st.integers(0, 3), st.sampled_from(["day", "evening", "night"]), st.sampled_from([NURSE, DOCTOR])),
            min_size=1, max_size=4, unique=True,
        )
    )  # fmt: skip
    demands = [(*cell, draw(st.integers(1, 2))) for cell in cells]
    workers = []
    for name in "abc"[: draw(st.integers(1, 3))]:
        until = draw(st.sampled_from([date.max, day(1)]))
        roles = draw(st.sampled_from([(NURSE,), (DOCTOR,), (NURSE, DOCTOR)]))
        away = (Span(day(1), day(1)),) if draw(st.booleans()) else ()
        wishes = (
            Wish(day(draw(st.integers(0, 3))), draw(st.sampled_from(["", "night"])), draw(st.booleans())),
        )
        worked = ((day(-1), "night"),) if draw(st.booleans()) else ()
        abilities = tuple(Ability(role, until_on=until) for role in roles)
        workers.append(Worker(name, name, abilities, away, wishes, worked))
    rules = Rules(
        rest_minutes=draw(st.sampled_from([None, 660])), days_in_row=draw(st.sampled_from([None, 2])),
        nights_in_row=draw(st.sampled_from([None, 1])), week_minutes=draw(st.sampled_from([None, 16 * 60])),
        morning_after_night=draw(st.booleans()),
    )  # fmt: skip
    asked = problem(workers, demands, days=4, rules=rules)
    former = tuple(duty for duty in asked.possible() if draw(st.booleans()))[:3]
    return replace(asked, former=former)


@settings(max_examples=40, deadline=None)
@given(tiny())
def test_no_roster_is_better_than_the_one_that_was_found(asked):
    roster = solve(asked)
    assert roster.is_best
    assert broken_rules(asked, roster.duties) == []
    assert priced(asked, roster.duties) == roster.price
    assert (roster.price.missing, roster.price.rest) == best_by_trying(asked)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.sampled_from(["day", "evening", "night"]), st.sampled_from([NURSE, DOCTOR]),
                       st.integers(1, 4)), min_size=1, max_size=20),
    st.lists(st.tuples(st.sampled_from([(NURSE,), (DOCTOR,), (NURSE, DOCTOR)]), st.integers(0, 9), st.integers(20, 48)),
             min_size=1, max_size=8),
)  # fmt: skip
def test_every_roster_keeps_every_rule(demands, people):
    workers = [
        Worker(f"w{nth}", f"w{nth}", tuple(Ability(role) for role in roles), (Span(day(off), day(off)),),
               week_minutes=hours * 60)
        for nth, (roles, off, hours) in enumerate(people)
    ]  # fmt: skip
    asked = problem(workers, demands)
    roster = solve(asked, effort=2.0)
    assert broken_rules(asked, roster.duties) == []
    assert list(roster.gaps) == gaps(asked, roster.duties)
    assert not _crowded(asked, roster.duties)
    for gap in roster.gaps:
        for each in workers:
            if each.may_fill(gap.role, gap.on):
                duty = Duty(gap.on, gap.shift, gap.role, each.id)
                assert duty in roster.duties or in_the_way(asked, roster.duties, duty)


# --- single cases ------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_roster():
    asked = problem(
        [worker(name) for name in "abcdefgh"], nightly(2) + [(step, "day", NURSE, 2) for step in range(7)]
    )
    assert solve(asked, seed=5).duties == solve(asked, seed=5).duties


def test_a_certificate_counts_until_its_last_day():
    until = Worker("a", "甲", (Ability(NURSE, until_on=day(1)),))
    roster = solve(problem([until], [(step, "day", NURSE, 1) for step in range(3)]))
    assert [duty.on for duty in roster.duties] == [day(0), day(1)]
    (broken,) = broken_rules(problem([until], []), [Duty(day(2), "day", NURSE, "a")])
    assert broken.rule == "certificate"
    assert broken.words.zh == "甲 在 2021-05-19 没有有效的“vaccinator”合格证。"


@pytest.mark.parametrize(
    ("duties", "rule"),
    [
        ([(0, "evening"), (1, "day")], "rest"),
        ([(0, "night"), (1, "day")], "rest"),
        ([(0, "day"), (0, "night")], "one_a_day"),
        ([(step, "night") for step in range(4)], "nights_in_row"),
        ([(step, "day") for step in range(6)], "week_minutes"),
    ],
)
def test_the_checker_names_the_rule(duties, rule):
    asked = problem([worker("a")], [])
    broken = broken_rules(asked, [Duty(day(step), shift, NURSE, "a") for step, shift in duties])
    assert rule in {each.rule for each in broken}
    assert broken_rules(asked, [Duty(day(step), shift, NURSE, "a") for step, shift in duties[:-1]]) == []


def test_what_was_worked_before_counts():
    tired = worker("a", worked=tuple((day(-step), "night") for step in (1, 2, 3)))
    asked = problem([tired], nightly(1, 2), days=2)
    assert [(duty.on, duty.shift) for duty in solve(asked).duties] == [(day(1), "night")]
    assert [each.rule for each in in_the_way(asked, [], Duty(day(0), "night", NURSE, "a"))] == [
        "nights_in_row"
    ]


def test_pins_stand_and_pins_that_break_rules_are_refused():
    asked = problem([worker("a"), worker("b")], [(0, "day", NURSE, 1)])
    pinned = replace(asked, pins=(Duty(day(0), "day", NURSE, "b"),))
    assert solve(pinned).duties == pinned.pins
    with pytest.raises(PinsBreakRules) as caught:
        solve(replace(asked, pins=(Duty(day(0), "evening", NURSE, "b"), Duty(day(1), "day", NURSE, "b"))))
    assert [each.rule for each in caught.value.breaks] == ["rest"]


def test_a_new_plan_changes_as_little_as_it_can():
    people = [worker(name) for name in "abcdef"]
    asked = problem(people, [(step, "day", NURSE, 2) for step in range(5)])
    former = solve(asked).duties
    gone = next(duty.who for duty in former)
    lost = [duty for duty in former if duty.who == gone]
    ill = [replace(each, away=(Span(day(0), day(6)),)) if each.id == gone else each for each in people]
    again = solve(replace(asked, workers=tuple(ill), former=former))
    assert again.gaps == ()
    assert len(set(former) - set(again.duties)) == len(lost)


def test_wishes_are_met_and_nights_are_shared():
    people = [worker("a", wishes=(Wish(day(0)),)), worker("b"), worker("c")]
    roster = solve(problem(people, [(0, "day", NURSE, 2)], days=1))
    assert {duty.who for duty in roster.duties} == {"b", "c"}
    nights = solve(problem([worker(name) for name in "abcdefg"], nightly(1)))
    assert sorted(duty.who for duty in nights.duties) == list("abcdefg")


def test_gaps_are_explained_with_the_night_the_rule_and_the_number():
    asked = problem([worker("a"), worker("b")], nightly(1), rules=Rules(nights_in_row=2, week_minutes=None))
    roster = solve(asked)
    assert roster.gaps == ()
    short = replace(
        asked,
        demands=tuple(replace(each, people=2) for each in asked.demands),
        role_names={NURSE: "接种人员"},
    )
    roster = solve(short)
    assert roster.price.missing == 4
    told = explain(short, roster)
    assert {reason.gap.people for reason in told.gaps} <= {1, 2}
    assert ("nights_in_row", 2) in {(relief.rule, relief.missing) for relief in told.reliefs}
    assert dict(told.needed) == {NURSE: 1}
    assert any("“接种人员”缺" in words.zh and "连续夜班已到上限" in words.zh for words in told.words)
    assert told.words[-1].zh == "再增加接种人员 1 人，就能排满。"
    assert told.words[-1].en == "Adding 1 as 接种人员 would fill every shift."


def test_rules_that_only_together_are_in_the_way_are_named_together():
    """One nurse, a night and the day after: neither rest nor the free morning alone lets her work both."""
    asked = problem(
        [worker("a")], [(0, "night", NURSE, 1), (1, "day", NURSE, 1)], rules=Rules(rest_minutes=180)
    )
    told = explain(asked, solve(asked))
    assert (told.reliefs, told.together.rules, told.together.missing) == (
        (),
        ("rest", "morning_after_night"),
        0,
    )
    assert (
        told.words[-3].zh
        == "同时放宽这几条才行（缺一不可）：两班之间休息减到 0 小时；夜班后可上早班；缺口减到 0 人次。"
    )
    assert told.words[-2].en == "Loosening any one rule alone does not help."
    assert dict(told.needed) == {NURSE: 1}


def test_nobody_is_asked_for_who_is_not_needed():
    """Who can do both roles may stand in either: one more of one role is enough, and no role gets one too many."""
    people = [worker("a", NURSE, DOCTOR), worker("b", NURSE)]
    asked = problem(people, [(0, "day", NURSE, 2), (0, "day", DOCTOR, 1)], days=1)
    told = explain(asked, solve(asked))
    assert sum(count for _role, count in told.needed) == 1


def test_a_stopped_search_gives_what_it_had():
    watch = Watch()
    watch.stop()
    asked = problem([worker("a")], [(0, "day", NURSE, 1)], pins=())
    roster = solve(asked, watch=watch)
    assert (roster.duties, roster.is_best, roster.price.missing) == ((), False, 1)
