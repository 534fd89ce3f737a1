"""Sites by kind for a daily load: the promise holds with what is said, and not with one station fewer."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxkit.campaign.siting import (
    Clinic,
    Load,
    Rules,
    Turn,
    most_with_one_station_each,
    seats_for,
    sites_needed,
    stations_for,
)

RULES = Rules({"registration": Turn(2.5, 1.2), "screening": Turn(2.5, 1.2), "vaccination": Turn(2.0, 0.8)})
CLINICS = (Clinic("甲", 300, {"registration": 1, "screening": 1, "vaccination": 2}), Clinic("乙", 100))


def test_each_kind_gets_what_only_it_can_do() -> None:
    found = sites_needed(Load(1000, at_home=16, far=60), CLINICS, RULES)
    assert [(unit.kind, unit.name, unit.count, unit.people_a_day) for unit in found] == [
        ("clinic", "甲", 1, 300), ("clinic", "乙", 1, 100), ("temporary", "", 1, 524), ("mobile", "", 1, 60), ("home", "", 2, 8),
    ]  # fmt: skip
    assert "524" in found[2].because.zh and "524" in found[2].because.en
    assert found[1].lacks == found[1].numbers and RULES.visits_a_day == 8


def test_clinics_that_suffice_share_the_load() -> None:
    found = sites_needed(Load(200), CLINICS, RULES)
    assert [(unit.kind, unit.people_a_day) for unit in found] == [("clinic", 150), ("clinic", 50)]
    assert sites_needed(Load(0), CLINICS, RULES) == () == sites_needed(Load(0), (), RULES)
    (alone,) = sites_needed(Load(3100), (), RULES)
    assert (alone.kind, alone.count, alone.people_a_day) == ("temporary", 3, 1034)


def test_temporary_sites_that_there_are_come_before_new_ones() -> None:
    found = sites_needed(Load(1000), (Clinic("丙", 500, kind="temporary"), *CLINICS), RULES)
    assert [(unit.kind, unit.name, unit.people_a_day) for unit in found] == [
        ("clinic", "甲", 300), ("clinic", "乙", 100), ("temporary", "丙", 500), ("temporary", "", 100),
    ]  # fmt: skip


@given(st.integers(1, 4000), st.floats(4, 14), st.integers(3, 60), st.integers(60, 99))
def test_the_promise_holds_and_not_with_one_fewer(
    people: int, hours: float, minutes: int, percent: int
) -> None:
    rules = Rules(RULES.turns, hours=hours, minutes=minutes, percent=percent)
    for need in stations_for(people, hours, rules):
        assert need.kept >= percent / 100 and 0 < need.busy < 1
        assert need.with_one_less is None or need.with_one_less < percent / 100
    assert seats_for(people, hours, rules) >= math.ceil(people / hours / 60 * rules.peak * 30)


@given(
    st.integers(0, 5000), st.integers(0, 200), st.integers(0, 200), st.lists(st.integers(0, 900), max_size=4)
)
def test_everybody_is_taken_once_and_nobody_above_what_a_clinic_can(
    people: int, at_home: int, far: int, can: list[int]
) -> None:
    clinics = [Clinic(f"c{row}", most) for row, most in enumerate(can)]
    units = sites_needed(Load(people, at_home, far), clinics, RULES)
    most = {clinic.name: clinic.people_a_day for clinic in clinics}
    taken = sum(unit.people_a_day for unit in units if unit.kind == "clinic")
    assert all(unit.people_a_day <= most[unit.name] for unit in units if unit.kind == "clinic")
    home = min(at_home, people)
    rest = people - home - min(far, people - home)
    assert taken == min(rest, sum(can))
    for kind, wanted in (("temporary", rest - taken), ("mobile", min(far, people - home)), ("home", home)):
        (unit,) = [unit for unit in units if unit.kind == kind] or [None]
        # One site or team fewer would not do, and none is fuller than the others need.
        assert (unit is None) == (wanted == 0)
        assert unit is None or 0 <= unit.count * unit.people_a_day - wanted < unit.count


@pytest.mark.parametrize("people", [0, 1, 7, 60, 333, 1500, 4800, 20_000])
def test_desks_and_seats_by_sums_written_out(people: int) -> None:
    """Erlang's and Poisson's sums term by term; the spread of turns is Lee and Longton's factor."""
    rate = people / 8 / 60 * RULES.peak
    for need in stations_for(people, 8, RULES):
        turn = RULES.turns[need.station]
        load, spread = rate * turn.mean, 1 + (turn.sd / turn.mean) ** 2

        def kept(desks: int, load: float = load, turn: Turn = turn, spread: float = spread) -> float:
            if load >= desks:
                return 0.0
            terms = [
                math.exp(n * math.log(load) - math.lgamma(n + 1) - load) if load else float(n == 0)
                for n in range(desks)
            ]
            last = (
                math.exp(desks * math.log(load) - math.lgamma(desks + 1) - load) * desks / (desks - load)
                if load
                else 0.0
            )
            waits = last / (sum(terms) + last)
            return 1 - waits * math.exp(-(desks - load) / turn.mean * 2 / spread * RULES.minutes)

        assert need.number == next(desks for desks in range(1, 500) if kept(desks) >= RULES.percent / 100)
    mean = rate * 30
    seats = seats_for(people, 8, RULES)
    below = [
        sum(math.exp(n * math.log(mean) - math.lgamma(n + 1) - mean) for n in range(k + 1)) if mean else 1.0
        for k in (seats - 1, seats)
    ]
    assert below[1] >= 0.99 and (seats == 0 or below[0] < 0.99)


def test_a_mobile_team_is_full_where_one_more_person_would_need_another_desk() -> None:
    most = most_with_one_station_each(6, RULES)
    assert {need.number for need in stations_for(most, 6, RULES)} == {1}
    assert max(need.number for need in stations_for(most + 1, 6, RULES)) == 2
