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
        ({"kind": "mixture", "parts": [{"share": 0.8, "of": {"kind": "exponential", "mean": 2}}, {"share": 0.2, "of": 6}]}, 0.25, None),
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
    """Service of exactly one minute. Crommelin's formula for the mean wait with several servers."""
    wait = crommelin(servers, rate)
    assert exact is None or wait == pytest.approx(exact, rel=1e-9)
    assert_agrees(means(outcome([{"id": "a", "servers": servers, "service": 1}], rate), 0), wait, 0.03)


def crommelin(servers: int, load: float) -> float:
    """Mean wait of M/D/c in units of service: sum over i of e^(-ia) (sum_{n>=ic} (ia)^n/n! - c/a sum_{n>ic} (ia)^n/n!)."""
    total = 0.0
    for i in range(1, 400):
        mean = i * load
        below, term = 0.0, math.exp(-mean)
        for n in range(i * servers):
            below += term
            term *= mean / (n + 1)
        from_here = 1 - below
        total += from_here - servers / load * (from_here - term)
    return total


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


def test_priority_of_two_groups() -> None:
    """Cobham: one server, nobody is interrupted; the first class waits R/(1-load1), the second R/((1-load1)(1-load))."""
    loads, mean = (0.3, 0.5), 1.0
    residual = sum(loads) * mean  # rate x second moment / 2 of an exponential
    document = {
        "groups": [{"id": "first", "priority": 0}, {"id": "second", "priority": 1}],
        "arrivals": [{"id": "all", "kind": "stream", "between": {"kind": "exponential", "rate": 0.8}, "until": 25_000,
                      "groups": {"first": 0.375, "second": 0.625}}],
    }  # fmt: skip
    place = {"id": "a", "servers": 1, "service": {"kind": "exponential", "mean": mean}, "next": "seen"}
    # Behind the queue stands a free station at which only the first group stops, to tell them apart by outcome.
    after = {"id": "seen", "kind": "delay", "service": 0}
    out = outcome([place, after], 0.8, **document)
    first = residual / (1 - 0.3)
    second = residual / ((1 - 0.3) * (1 - 0.8))
    assert_agrees(means(out, 0), 0.375 * first + 0.625 * second, 0.03)
    assert first == pytest.approx(1.142857, abs=1e-6)


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
    assert [round(student(freedom), 3) for freedom in (1, 2, 5, 10, 39)] == [
        12.706,
        4.303,
        2.571,
        2.228,
        2.023,
    ]
    found = estimate([1.0, 2.0, float("nan"), 3.0])
    assert found.mean == 2.0
    assert found.high is not None and found.high == pytest.approx(2 + 4.303 / math.sqrt(3), abs=0.01)
    assert estimate([float("nan")]).mean is None
    assert (estimate([4.0]).low, estimate([4.0]).mean) == (None, 4.0)
