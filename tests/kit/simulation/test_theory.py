"""Queues with exact answers: the simulation agrees within its own Monte-Carlo error."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from vaxkit.simulation import layout as lay
from vaxkit.simulation import read_plan
from vaxkit.simulation.approximations import (
    abandonment,
    erlang_b,
    erlang_c,
    kept_share,
    mean_wait,
    priority_waits,
    servers_for,
)
from vaxkit.simulation.compiling import compile_plan
from vaxkit.simulation.engine import run
from vaxkit.simulation.layout import Outcome
from vaxkit.simulation.results import estimate, student

DAYS = 40


def outcome(places: list[dict[str, Any]], rate: float, people: int = 20_000, **more: Any) -> Outcome:
    """`DAYS` long days of a Poisson stream; the first tenth is not counted."""
    long = people / rate
    plan = read_plan(
        {
            "plan": 1,
            "title": {"zh": "理论", "en": "theory"},
            "stations": places,
            "arrivals": [{"id": "all", "kind": "stream", "between": {"kind": "exponential", "rate": rate}, "until": long}],
            "stops": long,
            "warm_up": long / 10,
            **more,
        }
    )  # fmt: skip
    return run(compile_plan(plan), count=DAYS, seed=7, threads=2)


def means(out: Outcome, station: int, total: int = lay.ST_WAIT_SUM, number: int = lay.ST_RECORDED) -> Any:
    return out.station[:, station, total] / out.station[:, station, number]


def level_means(out: Outcome, row: int, level: int) -> Any:
    return out.level[:, row, level, lay.LV_SUM] / out.level[:, row, level, lay.LV_RECORDED]


def assert_agrees(values: Any, exact: float, precision: float) -> None:
    """The mean lies within four standard errors of the exact value, and these are small enough to mean something."""
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    assert abs(float(np.mean(values)) - exact) < 4 * error + 1e-12
    assert error < precision * exact


@pytest.mark.parametrize(
    ("servers", "rate", "mean", "waits", "wait"),
    [
        (1, 2.0, 1 / 3, 0.666667, 0.666667),
        (2, 2.0, 1 / 3, 0.166667, 0.041667),
        (5, 1.0, 4.0, 0.554113, 2.216450),
    ],
)
def test_mmc(servers: int, rate: float, mean: float, waits: float, wait: float) -> None:
    assert erlang_c(servers, rate * mean) == pytest.approx(waits, abs=1e-6)
    assert mean_wait(servers, rate, mean) == pytest.approx(wait, abs=1e-6)
    out = outcome([{"id": "a", "servers": servers, "service": {"kind": "exponential", "mean": mean}}], rate)
    assert_agrees(means(out, 0), wait, 0.02)
    assert_agrees(means(out, 0, lay.ST_WAITED), waits, 0.02)
    busy = out.station[:, 0, lay.ST_SERVICE_SUM] / (20_000 / rate * servers)
    assert_agrees(busy, rate * mean / servers, 0.01)
    # The share who wait more than the mean wait: exponential given a wait.
    kept = kept_share(servers, rate, mean, wait)
    assert kept == pytest.approx(1 - waits * math.exp(-(servers - rate * mean) / mean * wait))


@pytest.mark.parametrize(
    ("service", "rate", "wait"),
    [
        ({"kind": "shifted_exponential", "floor": 3, "rate": 1}, 0.2, 8.5),
        ({"kind": "triangular", "low": 1, "mode": 2, "high": 6}, 0.25, None),
        ({"kind": "gamma", "mean": 3, "sd": 4}, 0.2, None),
        ({"kind": "lognormal", "mean": 3, "sd": 2}, 0.25, None),
        ({"kind": "uniform", "low": 0, "high": 6}, 0.25, None),
        ({"kind": "empirical", "values": [1, 4, 7], "weights": [0.5, 0.3, 0.2]}, 0.25, None),
        ({"kind": "mixture", "parts": [{"share": 0.8, "of": {"kind": "exponential", "mean": 2}}, {"share": 0.2, "of": 6}]}, 0.25, None),  # noqa: E501
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)  # fmt: skip
def test_one_server_with_any_service(service: dict[str, Any], rate: float, wait: float | None) -> None:
    """Pollaczek and Khinchine: rate x second moment / (2 x (1 - load))."""
    place = {"id": "a", "servers": 1, "service": service}
    plan = read_plan({"plan": 1, "title": {"zh": "一", "en": "one"}, "stations": [place],
                      "arrivals": [{"id": "x", "kind": "stream", "between": 1, "number": 1}]})  # fmt: skip
    dist = plan.stations[0].service
    exact = rate * (dist.variance + dist.mean**2) / 2 / (1 - rate * dist.mean)
    assert wait is None or exact == pytest.approx(wait, abs=1e-12)
    assert mean_wait(1, rate, dist.mean, dist.variance / dist.mean**2) == pytest.approx(exact)
    out = outcome([place], rate)
    assert_agrees(means(out, 0), exact, 0.03)
    served = out.station[:, 0, lay.ST_SERVICE_SUM] / out.station[:, 0, lay.ST_STARTED]
    assert_agrees(served, dist.mean, 0.01)


@pytest.mark.parametrize(
    ("servers", "rate", "exact"), [(1, 0.5, 0.5), (1, 0.8, 2.0), (2, 1.6, None), (4, 3.2, None)]
)
def test_mdc(servers: int, rate: float, exact: float | None) -> None:
    """Service of exactly one minute. With one server the wait is load / (2 x (1 - load))."""
    wait = mdc_wait(servers, rate)
    assert exact is None or wait == pytest.approx(exact, rel=1e-9)
    assert_agrees(means(outcome([{"id": "a", "servers": servers, "service": 1}], rate), 0), wait, 0.03)


def mdc_wait(servers: int, load: float) -> float:
    """Crommelin (1932): one service time later, whoever was in service is gone and a Poisson number has come."""
    states = 400
    came = np.exp(
        -load + np.arange(states) * math.log(load) - np.cumsum([0.0, *np.log(np.arange(1, states))])
    )
    inside = came.copy()
    for _ in range(1500):
        waiting = np.concatenate([[inside[: servers + 1].sum()], inside[servers + 1 :]])
        inside = np.convolve(waiting, came)[:states]
    return float((np.maximum(np.arange(states) - servers, 0) * inside).sum() / inside.sum() / load)


def test_tandem_of_exponential_stations() -> None:
    """Burke: each station of a tandem behaves as if it stood alone."""
    rate = 3.0
    staff = [(4, 1.1), (5, 1.4), (10, 2.8)]
    places = [
        {"id": f"s{row}", "servers": servers, "service": {"kind": "exponential", "mean": mean}}
        for row, (servers, mean) in enumerate(staff)
    ]
    out = outcome([*places, {"id": "watch", "kind": "delay", "service": 30}], rate)
    waits = [mean_wait(servers, rate, mean) for servers, mean in staff]
    for row, wait in enumerate(waits):
        assert_agrees(means(out, row), wait, 0.03)
    stay = out.site[:, lay.SI_STAY_SUM] / out.site[:, lay.SI_RECORDED]
    assert_agrees(stay, sum(waits) + 1.1 + 1.4 + 2.8 + 30, 0.005)


def test_observation_without_limit_is_poisson() -> None:
    """M/G/infinity, 100 an hour, 30 minutes: mean 50, 95 % of the time at most 62, 99 % at most 67."""
    for kind in ({"kind": "fixed", "minutes": 30}, {"kind": "gamma", "mean": 30, "sd": 12}):
        out = outcome([{"id": "watch", "kind": "delay", "service": kind}], 100 / 60, series_every=40)
        seen = out.busy[:, 5:295, 0].astype(float)
        assert_agrees(seen.mean(axis=1), 50, 0.005)
        assert_agrees(seen.var(axis=1), 50, 0.02)
        assert np.quantile(seen, (0.95, 0.99), method="inverted_cdf").tolist() == [62, 67]


@pytest.mark.parametrize("service", [{"kind": "exponential", "mean": 30}, 30], ids=["exponential", "fixed"])
def test_finite_seats_turn_away_as_erlang_says(service: Any) -> None:
    """Erlang B, whatever the distribution of the stay."""
    seats, rate = 25, 1.0
    out = outcome([{"id": "seats", "servers": seats, "waiting_room": 0, "service": service}], rate)
    lost = out.station[:, 0, lay.ST_TURNED_AWAY] / out.station[:, 0, lay.ST_ARRIVED]
    assert_agrees(lost, erlang_b(seats, rate * 30), 0.02)


def test_impatience() -> None:
    """M/M/c+M (Erlang A): who gives up, and how long."""
    servers, rate, mean, patience = 4, 1.2, 4.0, 6.0
    out = outcome(
        [{"id": "a", "servers": servers, "service": {"kind": "exponential", "mean": mean},
          "patience": {"kind": "exponential", "mean": patience}}],
        rate, series_every=50,
    )  # fmt: skip
    share, wait = abandonment(servers, rate, mean, patience)
    assert_agrees(out.station[:, 0, lay.ST_RENEGED] / out.station[:, 0, lay.ST_ARRIVED], share, 0.02)
    assert_agrees(out.queue[:, 10:, 0].mean(axis=1), wait * rate, 0.02)  # Little's law


def test_priority_of_the_short_jobs() -> None:
    """Cobham: the first class waits R/(1-load1), the second R/((1-load1)(1-load)); nobody is interrupted.

    The first class needs a third of the time of the second, so that the order changes the mean wait of all.
    """
    rates, needs = (0.6, 0.3), (0.5, 1.5)
    loads = [rate * mean for rate, mean in zip(rates, needs, strict=True)]
    residual = sum(rate * mean**2 for rate, mean in zip(rates, needs, strict=True))
    waits = residual / (1 - loads[0]), residual / ((1 - loads[0]) * (1 - sum(loads)))
    groups = [{"id": "short", "priority": 0}, {"id": "long", "priority": 1}]
    sources = [
        {"id": group["id"], "kind": "stream", "between": {"kind": "exponential", "rate": rate}, "until": 20_000,
         "group": group["id"]}
        for group, rate in zip(groups, rates, strict=True)
    ]  # fmt: skip
    service = {
        name: {"kind": "exponential", "mean": mean}
        for name, mean in zip(("short", "long"), needs, strict=True)
    }
    out = outcome(
        [{"id": "a", "servers": 1, "service": 1, "service_for": service}],
        0.9,
        arrivals=sources,
        groups=groups,
    )
    for level, wait in enumerate(waits):
        assert_agrees(level_means(out, 0, level), wait, 0.03)
    assert_agrees(means(out, 0), (0.6 * waits[0] + 0.3 * waits[1]) / 0.9, 0.03)


@pytest.mark.parametrize(
    ("servers", "rates", "mean"),
    [(1, [0.3, 0.2, 0.2], 1.2), (6, [0.5, 0.35, 0.4], 4.0), (3, [0.05, 0.8], 3.0)],
)
def test_priorities_with_several_servers(servers: int, rates: list[float], mean: float) -> None:
    """Cobham: class k of M/M/c waits (C mean / c) / ((1 - load before k) (1 - load up to k)); in total as in one line."""
    groups = [{"id": f"g{row}", "priority": 2 * row} for row in range(len(rates))]
    mix = {group["id"]: rate / sum(rates) for group, rate in zip(groups, rates, strict=True)}
    long = 20_000 / sum(rates)
    source = {"id": "all", "kind": "stream", "between": {"kind": "exponential", "rate": sum(rates)},
              "until": long, "groups": mix}  # fmt: skip
    place = {"id": "a", "servers": servers, "service": {"kind": "exponential", "mean": mean}}
    out = outcome([place], sum(rates), arrivals=[source], groups=groups)
    waits = priority_waits(servers, rates, mean)
    for level, wait in enumerate(waits):
        assert_agrees(level_means(out, 0, level), wait, 0.06)
        assert_agrees(level_means(out, 1, level), wait, 0.06)  # the whole way has one station
        assert_agrees(level_means(out, 2, level), wait + mean, 0.03)
    together = sum(rate * wait for rate, wait in zip(rates, waits, strict=True)) / sum(rates)
    assert together == pytest.approx(mean_wait(servers, sum(rates), mean))
    assert_agrees(means(out, 0), together, 0.06)


def test_square_root_staffing_finds_the_smallest() -> None:
    for rate, mean, promise, probability in [
        (1.0, 4.0, 2.0, 0.9),
        (3.0, 2.8, 5.0, 0.95),
        (0.1, 1.0, 0.0, 0.5),
        (20, 6, 1, 0.99),
    ]:
        servers = servers_for(rate, mean, promise, probability)
        assert kept_share(servers, rate, mean, promise) >= probability
        assert servers == 1 or kept_share(servers - 1, rate, mean, promise) < probability
    assert servers_for(0.0, 5.0, 1.0, 0.9) == 1


def test_estimates() -> None:
    found = [student(freedom) for freedom in (1, 2, 5, 10, 39)]
    assert found == pytest.approx([12.706, 4.303, 2.571, 2.228, 2.023], abs=1.5e-3)
    mean = estimate([1.0, 2.0, float("nan"), 3.0])
    assert mean.mean == 2.0
    assert mean.high is not None and mean.high == pytest.approx(2 + 4.303 / math.sqrt(3), abs=0.01)
    assert estimate([float("nan")]).mean is None
    assert (estimate([4.0]).low, estimate([4.0]).mean) == (None, 4.0)
