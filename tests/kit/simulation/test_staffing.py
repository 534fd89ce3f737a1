"""Staffing: the smallest that keeps the promise, the load a staffing bears, and which station binds."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import pytest

from vaxkit.ruledata.plans import example_text, parse_plan
from vaxkit.simulation import SitePlan, read_plan
from vaxkit.simulation.approximations import kept_share, servers_for
from vaxkit.simulation.overrides import overridden
from vaxkit.simulation.staffing import Promise, bearable_load, smallest_staffing
from vaxkit.simulation.trials import FRESH, SEED_APART, Trial


def queue(per_hour: int, mean: float, servers: int = 1) -> SitePlan:
    return read_plan(
        {"plan": 1, "title": {"zh": "一", "en": "one"}, "zero": "08:00",
         "stations": [{"id": "desk", "servers": servers, "service": {"kind": "exponential", "mean": mean}}],
         "arrivals": [{"id": "all", "kind": "walk_ins", "rates": [{"from": 0, "until": 360, "per_hour": per_hour}]}]}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("per_hour", "mean", "promise"), [(60, 4.0, Promise(2, 0.8)), (30, 6.0, Promise(4, 0.9))]
)
def test_a_steady_queue_is_staffed_as_theory_says(per_hour: int, mean: float, promise: Promise) -> None:
    exact = servers_for(per_hour / 60, mean, promise.minutes, promise.probability)
    found = smallest_staffing(queue(per_hour, mean), promise, replications=60, seed=3)
    (need,) = found.stations
    assert {hour.servers for hour in need.hours} == {exact}
    assert {hour.by_theory for hour in need.hours} <= {exact, exact + 1}
    assert found.feasible
    assert need.kept is not None and need.kept >= promise.probability
    assert need.with_one_less is not None and need.with_one_less < promise.probability
    assert found.binding == "desk"


def test_no_station_can_give_up_one_and_the_answer_is_the_same_again() -> None:
    plan = read_plan(
        overridden(parse_plan(example_text("mass-vaccination-hub")), ["stations.preparation.servers=9"])
    )
    promise = Promise(10, 0.9)
    found = smallest_staffing(plan, promise, replications=20, seed=1)
    assert smallest_staffing(plan, promise, replications=20, seed=1, threads=1) == found
    servers = {need.id: need.hours[0].servers for need in found.stations}
    for need in found.stations:
        assert need.kept is not None and need.kept >= 0.9
        assert need.with_one_less is None or need.with_one_less < 0.9 or need.hours[0].servers == 1
    assert found.binding in servers
    assert found.explanation.zh and found.explanation.en
    assert found.plan.station("entrance").levels()[-1][1] == servers["entrance"]


def test_hours_of_rush_get_their_own_number() -> None:
    raw: dict[str, Any] = {
        "plan": 1, "title": {"zh": "峰", "en": "rush"},
        "stations": [{"id": "desk", "servers": 1, "service": 3}],
        "arrivals": [{"id": "all", "kind": "walk_ins", "rates": [
            {"from": 0, "until": 120, "per_hour": 20}, {"from": 120, "until": 180, "per_hour": 90},
            {"from": 180, "until": 300, "per_hour": 20}]}],
    }  # fmt: skip
    promise = Promise(5, 0.9)
    hourly = smallest_staffing(read_plan(raw), promise, replications=40, seed=2, hourly=True)
    flat = smallest_staffing(read_plan(raw), promise, replications=40, seed=2)
    by_hour = [hour.servers for hour in hourly.stations[0].hours]
    assert by_hour[2] == max(by_hour) >= 5
    assert by_hour[0] < by_hour[2] > by_hour[4]
    assert hourly.server_hours < flat.server_hours
    assert all(hour.kept is not None and hour.kept >= 0.9 for hour in hourly.stations[0].hours)


def test_people_who_wait_for_something_else_are_told_so() -> None:
    plan = read_plan(parse_plan(example_text("mass-vaccination-hub")))
    late = overridden(
        parse_plan(example_text("mass-vaccination-hub")),
        ["stations.preparation.releases.first=200"],
    )
    assert smallest_staffing(plan, {"registration": Promise(10, 0.9)}, replications=10).feasible
    found = smallest_staffing(read_plan(late), {"vaccination": Promise(10, 0.9)}, replications=10)
    assert not found.feasible
    assert "More servers do not help" in found.explanation.en


def test_the_load_a_staffing_bears() -> None:
    promise = Promise(4, 0.9)
    load = bearable_load(queue(60, 4.0, servers=6), promise, replications=60, seed=1)
    assert load.factor < load.breaks_at <= load.factor * 1.02 + 0.01
    assert load.binding == "desk"
    # Exact for a queue that runs for ever; a day of six hours that begins empty bears a little more.
    assert kept_share(6, load.factor, 4.0, 4) == pytest.approx(0.9, abs=0.03)
    assert load == bearable_load(queue(60, 4.0, servers=6), promise, replications=60, seed=1, threads=2)
    assert load.people == pytest.approx(360 * load.factor, abs=1)


def test_promises_that_make_no_sense() -> None:
    with pytest.raises(ValueError, match="probability"):
        Promise(5, 1.0)
    with pytest.raises(ValueError, match="nowhere"):
        smallest_staffing(queue(10, 1.0), {"nowhere": Promise(5, 0.9)})


def tiny(rates: list[float], means: list[float]) -> SitePlan:
    return read_plan(
        {"plan": 1, "title": {"zh": "小", "en": "tiny"},
         "stations": [{"id": f"s{row}", "servers": 1, "service": {"kind": "exponential", "mean": mean}}
                      for row, mean in enumerate(means)],
         "arrivals": [{"id": "all", "kind": "walk_ins", "rates": [
             {"from": 60 * row, "until": 60 * row + 60, "per_hour": rate} for row, rate in enumerate(rates)]}]}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rates", "means", "hourly"), [([6, 30, 10], [4.0], True), ([25, 25], [3.0, 5.0], False)]
)
def test_no_smaller_staffing_exists_where_all_can_be_tried(
    rates: list[float], means: list[float], hourly: bool
) -> None:
    """Every staffing with fewer servers in all, on the same days: none keeps the promise."""
    plan, promise = tiny(rates, means), Promise(5, 0.9)
    found = smallest_staffing(plan, promise, replications=20, seed=9, hourly=hourly)
    answer = [[hour.servers for hour in need.hours] for need in found.stations]
    ids = [need.id for need in found.stations]
    trial = Trial(plan, dict.fromkeys(ids, promise), 20 * FRESH, 9 + SEED_APART, None)

    def holds(numbers: Sequence[Sequence[int]]) -> bool:
        staff = {
            id: [*row, *[row[-1]] * (trial.hours - len(row))] for id, row in zip(ids, numbers, strict=True)
        }
        return all(
            share is None or share >= 0.9 for row in trial.kept(staff).values() for share in row
        )  # fmt: skip

    assert holds(answer)
    free = answer[0] if hourly else [row[0] for row in answer]
    smaller = [
        way
        for way in itertools.product(range(1, max(free) + 2), repeat=len(free))
        if sum(way) == sum(free) - 1
    ]
    assert smaller
    for way in smaller:
        assert not holds([way] if hourly else [[number] * len(answer[0]) for number in way])


def test_an_hour_with_hardly_anybody_is_counted_with_the_one_before() -> None:
    plan = tiny([30, 30, 30], [1.5, 1.5])  # the last of the third hour come to the second desk in the fourth
    found = smallest_staffing(plan, Promise(3, 0.95), replications=20, hourly=True)
    first, second = found.stations
    assert [hour.kept is None for hour in second.hours] == [False] * 3
    assert len(first.hours) == 3 and all(hour.half is not None for hour in first.hours)


def test_whoever_gives_up_was_not_served_in_time() -> None:
    plan = read_plan(
        {"plan": 1, "title": {"zh": "走", "en": "away"},
         "stations": [{"id": "desk", "servers": 1, "service": 10, "patience": 1},
                      {"id": "seats", "servers": 1, "service": 10, "waiting_room": 0}],
         "arrivals": [{"id": "bus", "kind": "buses", "buses": [{"at": 0, "people": 6}]}]}
    )  # fmt: skip
    found = smallest_staffing(plan, Promise(5, 0.6), replications=3)
    assert [need.hours[0].servers for need in found.stations] == [
        4,
        3,
    ]  # of six, and of the four who got through


def test_the_station_that_cannot_keep_its_promise_is_named() -> None:
    late = ["stations.preparation.releases.first=200"]
    plan = read_plan(overridden(parse_plan(example_text("mass-vaccination-hub")), late))
    found = smallest_staffing(plan, Promise(10, 0.9), replications=5)
    assert (found.feasible, found.binding) == (False, "vaccination")


def test_loads_of_any_kind_are_scaled() -> None:
    promise = Promise(4, 0.9)
    gap = {
        "kind": "mixture",
        "parts": [{"share": 0.5, "of": {"kind": "empirical", "values": [1, 3]}}, {"share": 0.5, "of": 2}],
    }
    raw: dict[str, Any] = {
        "plan": 1, "title": {"zh": "流", "en": "stream"},
        "stations": [{"id": "desk", "servers": 2, "service": {"kind": "exponential", "mean": 3}}],
        "arrivals": [{"id": "all", "kind": "stream", "between": gap, "until": 300}],
    }  # fmt: skip
    load = bearable_load(read_plan(raw), promise, replications=10)
    assert 0.3 < load.factor < 1.3 and load.people == pytest.approx(150 * load.factor, rel=0.01)
    raw["stations"][0] |= {"servers": 100_000}
    free = bearable_load(read_plan(raw), promise, replications=2)
    assert (free.factor, free.breaks_at, free.binding) == (64, float("inf"), "")
    assert "no more was tried" in free.explanation.en
