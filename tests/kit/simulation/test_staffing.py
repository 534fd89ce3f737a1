"""Staffing: the smallest that keeps the promise, the load a staffing bears, and which station binds."""

from __future__ import annotations

from typing import Any

import pytest

from vaxkit.ruledata.plans import example_text, parse_plan
from vaxkit.simulation import SitePlan, read_plan
from vaxkit.simulation.approximations import kept_share, servers_for
from vaxkit.simulation.overrides import overridden
from vaxkit.simulation.staffing import Promise, bearable_load, smallest_staffing


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
