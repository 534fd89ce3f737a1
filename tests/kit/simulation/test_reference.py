"""The compiled kernel against the slow reference: the same people, the same luck, the same day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kit.simulation.reference import Day

from vaxkit.ruledata.plans import example_names, example_text, parse_plan
from vaxkit.simulation import layout as lay
from vaxkit.simulation import read_plan
from vaxkit.simulation.compiling import compile_plan
from vaxkit.simulation.engine import run
from vaxkit.simulation.plan import SitePlan

STATION_COLUMNS = {
    "arrived": lay.ST_ARRIVED,
    "started": lay.ST_STARTED,
    "finished": lay.ST_FINISHED,
    "balked": lay.ST_BALKED,
    "reneged": lay.ST_RENEGED,
    "turned_away": lay.ST_TURNED_AWAY,
    "no_vaccine": lay.ST_NO_VACCINE,
    "queue_max": lay.ST_QUEUE_MAX,
    "last_end": lay.ST_LAST_END,
}
SITE_COLUMNS = {
    "booked": lay.SI_BOOKED,
    "no_show": lay.SI_NO_SHOW,
    "came": lay.SI_CAME,
    "late": lay.SI_LATE,
    "completed": lay.SI_COMPLETED,
    "last_leaves": lay.SI_LAST_LEAVES,
}


def quantiles(values: list[float]) -> list[float]:
    ordered = sorted(values)
    ranks = [max(int(np.ceil(share * len(ordered))) - 1, 0) for share in (0.5, 0.9, 0.95, 1.0)]
    return [ordered[rank] for rank in ranks]


def assert_same_levels(plan: SitePlan, level: Any, day: Day) -> None:
    """Each priority at each station and on the whole way: how many, the sum, the quantiles and the longest."""
    wanted: list[tuple[list[float], list[int]]] = [
        ([], []) if place.kind in ("delay", "preparation") else (day.waits[place.id], day.ranks[place.id])
        for place in plan.stations
    ]
    wanted += [(day.total_waits, day.way_ranks), (day.stays, day.way_ranks)]
    priorities = sorted({group.priority for group in plan.groups})
    assert level.shape[1] == (len(priorities) if len(priorities) > 1 else 0)
    for row, (values, ranks) in enumerate(wanted):
        for number in range(level.shape[1]):
            mine = [x for x, rank in zip(values, ranks, strict=True) if rank == priorities[number]]
            found = level[row, number].tolist()
            assert found[lay.LV_RECORDED] == len(mine)
            assert found[lay.LV_SUM] == pytest.approx(sum(mine), rel=1e-12)  # added up in another order
            if mine:
                assert found[lay.LV_50 :] == quantiles(mine)


def assert_same_day(plan: SitePlan, seed: int, days: int) -> None:
    promise = {place.id: 2.5 for place in plan.stations if place.kind == "service"}
    program = compile_plan(plan, promise)
    out = run(program, count=days, seed=seed, threads=1)
    for replication in range(days):
        day = Day(plan, seed, replication)
        site = out.site[replication]
        assert {word: site[column] for word, column in SITE_COLUMNS.items()} == {
            word: day.counts["site"][word] for word in SITE_COLUMNS
        }
        way = 0
        for row, station in enumerate(plan.stations):
            found = out.station[replication, row]
            counts = day.counts[station.id]
            assert {word: found[column] for word, column in STATION_COLUMNS.items()} == {
                word: counts[word] for word in STATION_COLUMNS
            }, station.id
            for here in station.ways:
                assert out.outcomes[replication, way] == counts["way " + here.id]
                way += 1
            if station.id in promise:
                wanted = day.in_time(station.id, 2.5, program.buckets)
                assert out.kept[replication, row].tolist() == wanted, station.id
            waits = day.waits[station.id]
            assert found[lay.ST_RECORDED] == len(waits)
            assert found[lay.ST_WAIT_SUM] == pytest.approx(sum(waits), rel=1e-12)
            if plan.stops == float("inf"):
                assert found[lay.ST_SERVICE_SUM] == pytest.approx(counts["service"], rel=1e-12)
            if waits and station.kind != "delay":
                assert found[lay.ST_WAIT_50 : lay.ST_WAIT_MAX + 1].tolist() == quantiles(waits)
        assert_same_levels(plan, out.level[replication], day)
        if day.stays:
            assert site[lay.SI_STAY_50 : lay.SI_STAY_MAX + 1].tolist() == quantiles(day.stays)
            assert site[lay.SI_WAIT_50 : lay.SI_WAIT_MAX + 1].tolist() == quantiles(day.total_waits)
        for row, stock in enumerate(plan.stocks):
            counts = day.counts["stock " + stock.id]
            left = day.doses.get(stock.station, (0, 0.0))[0]
            assert out.stock[replication, row].tolist() == [
                counts["doses"],
                counts["vials"],
                counts["wasted"] + left,
                counts["spoiled"],
            ]


@pytest.mark.parametrize("name", example_names())
def test_the_shipped_plans_go_as_the_reference_says(name: str) -> None:
    assert_same_day(read_plan(parse_plan(example_text(name))), seed=20210520, days=3)


minutes = st.floats(0.25, 12, allow_nan=False).map(lambda x: round(x, 2))


@st.composite
def distributions(draw: st.DrawFn, signed: bool = False) -> Any:
    a, b, c = draw(minutes), draw(minutes), draw(minutes)
    low, mode, high = sorted([a, b, c + 13])
    return draw(
        st.sampled_from(
            [
                a,
                {"kind": "exponential", "mean": a},
                {"kind": "shifted_exponential", "floor": a, "rate": b},
                {"kind": "triangular", "low": low, "mode": mode, "high": high},
                {"kind": "uniform", "low": low, "high": high},
                {"kind": "lognormal", "mean": a, "sd": b},
                {"kind": "normal", "mean": -a if signed else a, "sd": b},
                {"kind": "gamma", "mean": a, "sd": b},
                {"kind": "empirical", "values": [a, b, c, a], "weights": [1, 2, 0, 3]},
                {
                    "kind": "mixture",
                    "parts": [
                        {"share": 0.25, "of": a},
                        {"share": 0.75, "of": {"kind": "exponential", "mean": b}},
                    ],
                },
            ]
        )
    )


@st.composite
def stations(draw: st.DrawFn, row: int, last: int) -> dict[str, Any]:
    found: dict[str, Any] = {"id": f"s{row}"}
    kind = draw(st.sampled_from(["service", "service", "service", "delay", "gate"]))
    found["kind"] = kind
    if draw(st.booleans()):
        found["walk"] = draw(distributions())
    if kind == "gate":
        found["group_size"] = draw(st.integers(1, 6))
        found.update(draw(st.sampled_from([{"longest": 4}, {"every": 7.5, "first": 3}])))
        return found
    found["service"] = draw(distributions())
    if draw(st.booleans()):
        found["service_for"] = {"elder": draw(distributions())}
    if kind == "service":
        servers = draw(st.integers(1, 4))
        found["servers"] = draw(
            st.sampled_from(
                [
                    servers,
                    [{"from": 0, "until": 60, "servers": servers}, {"from": 30, "until": 90, "servers": 2}],
                ]
            )
        )
        if draw(st.booleans()):
            found["breaks"] = [{"from": 20, "until": 35.5, "servers": 1}]
        found["after_last_shift"] = draw(st.sampled_from(["stay", "stay", "leave"]))
        if draw(st.booleans()):
            found["waiting_room"] = draw(st.integers(0, 8))
        if draw(st.booleans()):
            found["patience"] = draw(distributions())
        if draw(st.booleans()):
            found["balk"] = [{"queue": 2, "share": 0.3}, {"queue": 5, "share": 0.8}]
    if draw(st.integers(0, 2)) == 0:
        back = draw(st.integers(0, last)) if draw(st.booleans()) else row
        found["outcomes"] = [
            {"id": "on", "share": 0.6},
            {"id": "out", "share": 0.2, "next": "exit", "service": draw(distributions())},
            {"id": "again", "share": 0.2, "next": f"s{back}", "walk": draw(distributions())},
        ]
        found.pop("walk", None)
    return found


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    last = draw(st.integers(0, 3))
    places = [draw(stations(row, last)) for row in range(last + 1)]
    document: dict[str, Any] = {
        "plan": 1,
        "title": {"zh": "随机", "en": "random"},
        "groups": [{"id": "adult", "priority": 1}, {"id": "elder", "priority": 0}, {"id": "other", "priority": 1}],
        "stations": places,
        "arrivals": [
            {"id": "a", "kind": "appointments", "first": 5, "every": 10, "number": [3, 0, 7, 5], "no_show": 0.2,
             "shift": draw(distributions(signed=True)), "never_before": 2, "groups": {"adult": 0.5, "elder": 0.25, "other": 0.25}},
            {"id": "w", "kind": "walk_ins", "rates": [{"from": 0, "until": 30, "per_hour": 40}, {"from": 40, "until": 55, "per_hour": 20}]},  # noqa: E501
            {"id": "b", "kind": "buses", "buses": [{"at": 12, "people": 6}, {"at": 30, "people": 4}], "delay": draw(distributions(signed=True)),  # noqa: E501
             "gap": 0.5, "no_show": 0.1, "group": "elder"},
            {"id": "s", "kind": "stream", "first": 1, "between": draw(distributions()), "number": 8, "until": 70, "entry": f"s{last}"},  # noqa: E501
        ],
    }  # fmt: skip
    served = [place for place in places if place["kind"] == "service"]
    if served and draw(st.booleans()):
        document["stocks"] = [
            {"id": "v", "station": served[-1]["id"], "doses_per_vial": 3, "open_minutes": 6, "spoiled": 0.1,
             "vials": draw(st.integers(0, 20))}
        ]  # fmt: skip
    if served and draw(st.booleans()):
        document["stations"].append(
            {"id": "prep", "kind": "preparation", "servers": 2, "service": draw(distributions()), "supplies": served[0]["id"],
             "items": draw(st.sampled_from(["who_come", "booked", 11])), "releases": {"first": 0, "every": 9, "batches": 3}}
        )  # fmt: skip
    if draw(st.booleans()):
        document["closes"] = 33
    if draw(st.integers(0, 3)) == 0:
        document["stops"] = 45
    if draw(st.booleans()):
        document["warm_up"] = 15
    return document


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(plans(), st.integers(0, 2**40))
def test_random_plans_go_as_the_reference_says(document: dict[str, Any], seed: int) -> None:
    assert_same_day(read_plan(document), seed=seed, days=2)


def test_people_who_come_back_time_and_again() -> None:
    """Each visit leaves an end of patience behind that never comes; the list of events sheds these."""
    again = [{"id": "on", "share": 0.03, "next": "exit"}, {"id": "again", "share": 0.97, "next": "desk"}]
    document = {
        "plan": 1,
        "title": {"zh": "反复", "en": "again"},
        "stations": [
            {
                "id": "desk",
                "servers": 1,
                "service": {"kind": "exponential", "mean": 1},
                "patience": {"kind": "uniform", "low": 15, "high": 5000},
                "outcomes": again,
            }
        ],
        "arrivals": [{"id": "bus", "kind": "buses", "buses": [{"at": 0, "people": 12}]}],
    }
    assert_same_day(read_plan(document), seed=4, days=20)
