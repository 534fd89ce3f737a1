"""Whole days: the published hub, the same seed, nobody lost, more staff never a longer wait."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kit.simulation.test_reference import plans

from vaxkit.ruledata.plans import example_text, parse_plan
from vaxkit.simulation import Faulty, read_plan, simulate
from vaxkit.simulation import layout as lay
from vaxkit.simulation.compiling import compile_plan
from vaxkit.simulation.engine import run
from vaxkit.simulation.overrides import overridden
from vaxkit.simulation.plan import SitePlan
from vaxkit.simulation.results import as_document
from vaxkit.simulation.tables import table

STAFFED = ("preparation", "entrance", "registration", "assessment", "vaccination")


def hub(staff: tuple[int, ...], number: int) -> SitePlan:
    changes = [f"stations.{id}.servers={servers}" for id, servers in zip(STAFFED, staff, strict=True)]
    document = parse_plan(example_text("mass-vaccination-hub"))
    return read_plan(overridden(document, [*changes, f"arrivals.booked.number={number}"]))


@pytest.mark.parametrize(
    ("staff", "number", "published"),
    [
        ((2, 4, 6, 4, 5), 10, (0.1223, 0.1058, 0.1038, 0.1046, 0.1107)),
        ((2, 4, 6, 4, 5), 60, (0.6831, 0.6126, 0.5937, 0.5996, 0.6326)),
        ((4, 8, 12, 8, 10), 120, (0.6823, 0.6105, 0.5931, 0.5995, 0.6310)),
        ((6, 12, 18, 12, 15), 180, (0.6816, 0.6100, 0.5937, 0.5982, 0.6338)),
    ],
)
def test_the_published_hub(staff: tuple[int, ...], number: int, published: tuple[float, ...]) -> None:
    result = simulate(hub(staff, number), replications=200, seed=1)
    for id, utilisation in zip(STAFFED, published, strict=True):
        assert result.station(id).utilisation.mean == pytest.approx(utilisation, abs=0.01), id
    if number == 120:
        assert 934.5 <= (result.completed.mean or 0) <= 949.2
        assert 50.5 <= (result.stay.p50.mean or 0) <= 52.2


def test_one_seed_one_result_whatever_the_threads() -> None:
    plan = read_plan(parse_plan(example_text("township-clinic")))
    one = simulate(plan, replications=37, seed=11, threads=1)
    assert simulate(plan, replications=37, seed=11, threads=3) == one
    assert simulate(plan, replications=37, seed=11) == one
    assert simulate(plan, replications=37, seed=12).stay != one.stay
    again = as_document(one)
    assert again["stations"][1]["utilisation"]["mean"] == pytest.approx(one.stations[1].utilisation.mean)


def test_priorities_are_told_apart_and_one_line_is_not() -> None:
    document = parse_plan(example_text("township-clinic"))
    result = simulate(read_plan(document), replications=30, seed=2)
    elder, adult = result.priorities
    assert (elder.priority, elder.groups, elder.title.en) == (0, ("elder",), "60 and over")
    assert (elder.people.mean or 0) + (adult.people.mean or 0) == pytest.approx(result.completed.mean)
    assert elder.stay is not None and elder.stay.p95.low is not None
    for station in result.stations:
        assert len(station.priorities) == (0 if station.kind == "preparation" else 2)
    screening = [each.wait for each in result.station("screening").priorities]
    for one, other in ((screening[0].mean, screening[1].mean), (screening[0].p95, screening[1].p95)):
        assert one.high is not None and other.low is not None and one.high < other.low
    shown = table(result, "en")
    assert "0 60 and over" in shown and "total stay" in shown
    told = as_document(result)["stations"][1]["priorities"][1]
    assert (told["groups"], told["stay"]) == (["adult"], None)
    document["groups"][1]["priority"] = 0
    alike = simulate(read_plan(document), replications=2, seed=2)
    assert alike.priorities == () and alike.stations[1].priorities == ()
    assert "by priority" not in table(alike, "en")


def test_people_who_come_before_minute_0_do_not_spoil_the_series() -> None:
    document = {
        "plan": 1, "title": {"zh": "早", "en": "early"},
        "stations": [{"id": "watch", "kind": "delay", "service": 30}],
        "arrivals": [{"id": "a", "kind": "buses", "buses": [{"at": -17, "people": 4}, {"at": -1000, "people": 3}]}],
    }  # fmt: skip
    result = simulate(read_plan(document), replications=2)
    assert result.stations[0].busy.mean[:4] == (4, 4, 4, 0)  # minutes 0, 5, 10, 15
    assert min(result.on_site.mean) == 0 and result.on_site.mean[0] == 4


def test_what_would_not_fit_into_memory_is_refused() -> None:
    plan = read_plan(parse_plan(example_text("township-clinic")))
    with pytest.raises(Faulty, match="replications: would need some 23 GB of memory"):
        simulate(plan, replications=1_000_000)


def test_the_first_days_are_the_same_however_many_follow() -> None:
    program = compile_plan(read_plan(parse_plan(example_text("township-clinic"))))
    few = run(program, count=3, seed=5)
    many = run(program, count=20, seed=5)
    assert np.array_equal(few.station, many.station[:3], equal_nan=True)
    assert np.array_equal(few.queue, many.queue[:3])


def test_scenarios_see_the_same_people() -> None:
    """One more vaccinator changes neither who comes nor how long registration takes him."""
    document = parse_plan(example_text("mass-vaccination-hub"))
    before = run(compile_plan(read_plan(document)), count=5, seed=3)
    more = overridden(document, ["stations.vaccination.servers=9"])
    after = run(compile_plan(read_plan(more)), count=5, seed=3)
    assert np.array_equal(before.site[:, lay.SI_CAME], after.site[:, lay.SI_CAME])
    assert np.array_equal(before.station[:, :4], after.station[:, :4], equal_nan=True)
    assert (after.station[:, 4, lay.ST_WAIT_SUM] < before.station[:, 4, lay.ST_WAIT_SUM]).all()


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(plans(), st.integers(0, 2**32))
def test_nobody_is_lost(document: dict[str, Any], seed: int) -> None:
    plan = read_plan(document)
    out = run(compile_plan(plan), count=2, seed=seed, threads=1)
    lost = out.station[:, :, [lay.ST_BALKED, lay.ST_RENEGED, lay.ST_TURNED_AWAY, lay.ST_NO_VACCINE]].sum(
        (1, 2)
    )
    site = out.site
    assert (
        site[:, lay.SI_CAME] == site[:, lay.SI_COMPLETED] + lost + site[:, lay.SI_INSIDE]
    ).all()  # whoever came left one way, or is inside
    station = out.station
    gone = station[:, :, [lay.ST_BALKED, lay.ST_RENEGED, lay.ST_TURNED_AWAY, lay.ST_NO_VACCINE]].sum(2)
    there = station[:, :, lay.ST_FINISHED] + gone + station[:, :, lay.ST_INSIDE]
    assert (station[:, :, lay.ST_ARRIVED] == there).all()
    assert (station[:, :, lay.ST_STARTED] >= station[:, :, lay.ST_FINISHED]).all()
    for row, stock in enumerate(plan.stocks):
        used = out.stock[:, row, [lay.SK_DOSES, lay.SK_WASTED, lay.SK_SPOILED]].sum(1)
        assert (used == out.stock[:, row, lay.SK_VIALS] * stock.doses_per_vial).all()
        assert stock.vials is None or (out.stock[:, row, lay.SK_VIALS] <= stock.vials).all()


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 6), st.floats(0.5, 8), st.floats(0.1, 4), st.integers(0, 2**32),
    st.sampled_from(["exponential", "lognormal", "gamma", "fixed"]),
)  # fmt: skip
def test_more_servers_or_shorter_service_never_make_anybody_wait_longer(
    servers: int, mean: float, gap: float, seed: int, kind: str
) -> None:
    """First come, first served, each with the service time that is his: waits fall person by person."""

    def waits(servers: int, mean: float) -> list[float]:
        service = {
            "exponential": {"kind": "exponential", "mean": mean},
            "lognormal": {"kind": "lognormal", "mean": mean, "sd": mean},
            "gamma": {"kind": "gamma", "mean": mean, "sd": mean / 2},
            "fixed": mean,
        }[kind]
        plan = read_plan(
            {"plan": 1, "title": {"zh": "一", "en": "one"},
             "stations": [{"id": "a", "servers": servers, "service": service}],
             "arrivals": [{"id": "x", "kind": "stream", "between": {"kind": "exponential", "mean": gap}, "number": 120}]}
        )  # fmt: skip
        found = run(compile_plan(plan), count=1, seed=seed, threads=1).station[0, 0]
        columns = [lay.ST_WAIT_SUM, lay.ST_WAIT_50, lay.ST_WAIT_90, lay.ST_WAIT_95, lay.ST_WAIT_MAX]
        return found[columns].tolist()

    base = np.array(waits(servers, mean)) + 1e-9
    assert (np.array(waits(servers + 1, mean)) <= base).all()
    assert (np.array(waits(servers, mean * 0.9)) <= base).all()
