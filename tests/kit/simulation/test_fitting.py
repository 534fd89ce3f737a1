"""Fits find what was drawn, and say when nothing fits; service times come out of moments."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from vaxkit.simulation.fitting import cdf, fit, fit_normal, histogram
from vaxkit.simulation.observed import Finished, service_minutes

DRAWN = {
    "lognormal": lambda rng: rng.lognormal(0.6, 0.5, 4000),
    "gamma": lambda rng: rng.gamma(2.5, 1.2, 4000),
    "shifted_exponential": lambda rng: 1.5 + rng.exponential(2.0, 4000),
}


@pytest.mark.parametrize("kind", sorted(DRAWN))
def test_the_family_that_was_drawn_is_found_with_its_moments(kind: str) -> None:
    data = DRAWN[kind](np.random.default_rng(7))
    found = fit(data.tolist())
    assert found.kind == kind and found.is_near and found.distance < 0.03
    assert found.tried[0].kind == kind and len(found.tried) == 3
    mean = found.document["mean"] + found.document.get("floor", 0)
    assert mean == pytest.approx(float(data.mean()), rel=0.02)


def test_what_no_family_comes_near_is_taken_as_it_is() -> None:
    rng = np.random.default_rng(3)
    data = np.concatenate([rng.normal(2, 0.1, 500), rng.normal(9, 0.1, 500)]).tolist()
    found = fit(data)
    assert found.kind == "empirical" and len(found.document["values"]) == 40
    assert np.mean(found.document["values"]) == pytest.approx(np.mean(data), rel=0.01)
    assert min(each.distance for each in found.tried) > 0.08


def test_gamma_function_agrees_with_exponential_and_erlang() -> None:
    one = cdf({"kind": "gamma", "mean": 2.0, "sd": 2.0})
    assert [one(x) for x in (0.5, 2, 9)] == pytest.approx([1 - np.exp(-x / 2) for x in (0.5, 2, 9)])
    three = cdf({"kind": "gamma", "mean": 3.0, "sd": 3**0.5})
    for x in (0.2, 3.0, 8.0):
        assert three(x) == pytest.approx(1 - np.exp(-x) * (1 + x + x * x / 2))


def test_lateness_may_be_negative_and_the_histogram_holds_everybody() -> None:
    data = np.random.default_rng(5).normal(-4, 8, 2000).tolist()
    found = fit_normal(data)
    assert found.kind == "normal" and found.mean == pytest.approx(-4, abs=0.6)
    bars = histogram(data, found.document)
    assert sum(bars.counts) == 2000 and len(bars.curve) == len(bars.counts)
    assert sum(bars.curve) == pytest.approx(2000, rel=0.02)


@pytest.mark.parametrize("bad", [[], [2.0], [2.0, 2.0], [0.0, 1.0]])
def test_too_little_is_no_fit(bad: list[float]) -> None:
    with pytest.raises(ValueError, match=r"."):
        fit(bad)


def test_a_turn_begins_when_both_are_there() -> None:
    start = datetime(2021, 5, 19, tzinfo=UTC)

    def at(minutes: float) -> datetime:
        return start + timedelta(minutes=minutes)

    rows = [
        Finished("a", at(0), at(3)),
        Finished("a", at(1), at(5)),  # waited until 3
        Finished("b", at(1), at(4)),
        Finished("a", at(9), at(10)),  # the nurse waited
        Finished("a", at(10), at(10)),  # written together
        Finished("a", at(11), at(80)),  # lunch
    ]
    found = service_minutes(rows)
    assert found.minutes == (3.0, 3.0, 2.0, 1.0) and found.left_out == 2
    assert service_minutes(rows[::-1]) == found
