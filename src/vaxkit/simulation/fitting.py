"""Distributions of a site plan fitted to minutes that were seen, with how well each fits.

    fit(minutes)          the best of lognormal, gamma and shifted exponential by likelihood; where none of them comes near the
                          sample (Kolmogorov's distance above `NEAR`), its own quantiles as an empirical distribution
    fit_normal(minutes)   for lateness, which may be negative
    histogram(...)        bars and the fitted curve over them, for showing a fit

Lognormal and normal have their maximum in closed form; the gamma's shape is found by Minka's fixed point; the shifted
exponential's floor is the least value less its bias. No more than numpy is needed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: A distance from the sample below which a family is taken for it.
NEAR = 0.08
_ROOT_2 = math.sqrt(2)


@dataclass(frozen=True, slots=True)
class Tried:
    """A family with its log-likelihood and its greatest distance from the sample's own distribution (0 to 1)."""

    kind: str
    likelihood: float
    distance: float


@dataclass(frozen=True, slots=True)
class Fit:
    """`document` goes into a site plan as it is. `distance` of the chosen one; `tried` are all families, the likeliest first."""

    document: Mapping[str, Any]
    count: int
    mean: float
    sd: float
    distance: float
    tried: tuple[Tried, ...]

    @property
    def kind(self) -> str:
        return str(self.document["kind"])

    @property
    def is_near(self) -> bool:
        return self.distance <= NEAR


@dataclass(frozen=True, slots=True)
class Histogram:
    """`counts` of equal bins from `low` to `high`; `curve` is what the fit expects in each (empty for an empirical one)."""

    low: float
    high: float
    counts: tuple[int, ...]
    curve: tuple[float, ...]


def fit(minutes: Sequence[float]) -> Fit:
    """The distribution of service minutes. Raises ValueError for fewer than two, equal or non-positive ones."""
    data = _sorted(minutes)
    if data[0] <= 0:
        raise ValueError("service takes some time")
    found = [_tried(data, made) for made in (_lognormal(data), _gamma(data), _shifted(data))]
    found.sort(key=lambda pair: (-pair[0].likelihood, pair[0].kind))
    best, document = found[0]
    if best.distance > NEAR:
        best, document = min(found, key=lambda pair: pair[0].distance)
    if best.distance > NEAR:
        document = empirical(data)
    tried = tuple(each for each, _document in found)
    distance = best.distance if best.distance <= NEAR else 0.0
    return Fit(document, len(data), float(data.mean()), float(data.std(ddof=1)), distance, tried)


def fit_normal(minutes: Sequence[float]) -> Fit:
    """Lateness in minutes (early: negative). Raises ValueError for fewer than two or equal ones."""
    data = _sorted(minutes)
    mean, sd = float(data.mean()), float(data.std(ddof=1))
    document = {"kind": "normal", "mean": _round(mean), "sd": _round(sd)}
    distance = _distance(data, cdf(document))
    tried = Tried("normal", _likelihood(data, density(document)), distance)
    return Fit(document, len(data), mean, sd, distance, (tried,))


def empirical(minutes: Sequence[float] | Floats, points: int = 40) -> dict[str, Any]:
    """The sample's own quantiles, equally likely."""
    data = np.sort(np.asarray(minutes, np.float64))
    count = min(points, len(data))
    at = (np.arange(count) + 0.5) / count
    values = [_round(float(value)) for value in np.quantile(data, at)]
    return {"kind": "empirical", "values": values, "weights": [1] * count}


def histogram(minutes: Sequence[float], document: Mapping[str, Any] | None, bins: int = 24) -> Histogram:
    """Bars from the least (or 0, where that is near) to the 99th percentile; what lies above falls into the last one."""
    data = np.sort(np.asarray(minutes, np.float64))
    high = float(np.quantile(data, 0.99)) if len(data) else 1.0
    low = math.floor(float(data[0])) if len(data) and not 0 <= data[0] < high / 2 else 0.0
    high = max(low + 1.0, high)
    counts, edges = np.histogram(np.clip(data, low, high), bins=bins, range=(low, high))
    curve: tuple[float, ...] = ()
    if document is not None and document["kind"] != "empirical":
        below = np.array([cdf(document)(float(edge)) for edge in edges])
        curve = tuple((np.diff(below) * len(data)).tolist())
    return Histogram(low, high, tuple(int(count) for count in counts), curve)


def cdf(document: Mapping[str, Any]) -> Callable[[float], float]:
    """The distribution function of a fitted family."""
    kind = document["kind"]
    if kind == "normal":
        return lambda x: 0.5 * math.erfc(-(x - document["mean"]) / (document["sd"] * _ROOT_2))
    if kind == "lognormal":
        mu, sigma = _log_moments(document)
        return lambda x: 0.5 * math.erfc(-(math.log(x) - mu) / (sigma * _ROOT_2)) if x > 0 else 0.0
    if kind == "gamma":
        shape, scale = _shape_scale(document)
        return lambda x: _gamma_below(shape, x / scale) if x > 0 else 0.0
    if kind == "shifted_exponential":
        floor, mean = document["floor"], document["mean"]
        return lambda x: 1 - math.exp(-(x - floor) / mean) if x > floor else 0.0
    raise ValueError(f"{kind} has no closed form here")


def density(document: Mapping[str, Any]) -> Callable[[Floats], Floats]:
    """The logarithm of the density of a fitted family, for an array."""
    kind = document["kind"]
    if kind == "normal":
        mean, sd = document["mean"], document["sd"]
        return lambda x: -(((x - mean) / sd) ** 2) / 2 - math.log(sd * math.sqrt(2 * math.pi))
    if kind == "lognormal":
        mu, sigma = _log_moments(document)
        return lambda x: (
            -(((np.log(x) - mu) / sigma) ** 2) / 2 - np.log(x) - math.log(sigma * math.sqrt(2 * math.pi))
        )
    if kind == "gamma":
        shape, scale = _shape_scale(document)
        return lambda x: (shape - 1) * np.log(x) - x / scale - shape * math.log(scale) - math.lgamma(shape)
    floor, mean = document["floor"], document["mean"]
    return lambda x: np.where(x >= floor, -(x - floor) / mean - math.log(mean), -np.inf)


def _lognormal(data: Floats) -> dict[str, Any]:
    logs = np.log(data)
    mu, variance = float(logs.mean()), float(logs.var())
    mean = math.exp(mu + variance / 2)
    return {"kind": "lognormal", "mean": _round(mean), "sd": _round(mean * math.sqrt(math.expm1(variance)))}


def _gamma(data: Floats) -> dict[str, Any]:
    mean = float(data.mean())
    spread = math.log(mean) - float(np.log(data).mean())
    shape = (3 - spread + math.sqrt((spread - 3) ** 2 + 24 * spread)) / (12 * spread)
    for _step in range(20):
        value, slope = math.log(shape) - _digamma(shape) - spread, 1 / shape - _trigamma(shape)
        shape = max(1e-3, shape - value / slope)
    return {"kind": "gamma", "mean": _round(mean), "sd": _round(mean / math.sqrt(shape))}


def _shifted(data: Floats) -> dict[str, Any]:
    least, mean = float(data[0]), float(data.mean())
    floor = max(0.0, math.floor((least - (mean - least) / len(data)) * 1000) / 1000)
    return {"kind": "shifted_exponential", "floor": floor, "mean": _round(max(mean - floor, 1e-3))}


def _tried(data: Floats, document: dict[str, Any]) -> tuple[Tried, dict[str, Any]]:
    likelihood = _likelihood(data, density(document))
    return Tried(document["kind"], likelihood, _distance(data, cdf(document))), document


def _likelihood(data: Floats, log_density: Callable[[Floats], Floats]) -> float:
    return float(log_density(data).sum())


def _distance(data: Floats, below: Callable[[float], float]) -> float:
    """Kolmogorov's: the greatest gap between the two distribution functions."""
    expected = np.array([below(float(value)) for value in data])
    steps = np.arange(len(data) + 1) / len(data)
    return float(max((steps[1:] - expected).max(), (expected - steps[:-1]).max()))


def _sorted(minutes: Sequence[float]) -> Floats:
    data = np.sort(np.asarray(minutes, np.float64))
    if len(data) < 2 or data[0] == data[-1]:
        raise ValueError("a fit needs values that differ")
    return data


def _log_moments(document: Mapping[str, Any]) -> tuple[float, float]:
    variance = math.log1p((document["sd"] / document["mean"]) ** 2)
    return math.log(document["mean"]) - variance / 2, math.sqrt(variance)


def _shape_scale(document: Mapping[str, Any]) -> tuple[float, float]:
    shape = (document["mean"] / document["sd"]) ** 2
    return shape, document["mean"] / shape


def _digamma(x: float) -> float:
    found = 0.0
    while x < 6:
        found -= 1 / x
        x += 1
    square = 1 / (x * x)
    return found + math.log(x) - 0.5 / x - square * (1 / 12 - square * (1 / 120 - square / 252))


def _trigamma(x: float) -> float:
    found = 0.0
    while x < 6:
        found += 1 / (x * x)
        x += 1
    square = 1 / (x * x)
    return found + 1 / x + square / 2 + square / x * (1 / 6 - square * (1 / 30 - square / 42))


def _gamma_below(shape: float, x: float) -> float:
    """The regularised lower incomplete gamma function: a series below the mean, a continued fraction above it."""
    scale = math.exp(-x + shape * math.log(x) - math.lgamma(shape))
    if x < shape + 1:
        term = total = 1 / shape
        step = shape
        while abs(term) > abs(total) * 1e-12:
            step += 1
            term *= x / step
            total += term
        return min(1.0, total * scale)
    b = x + 1 - shape
    c, d = 1e300, 1 / b
    h = d
    for turn in range(1, 500):
        a = -turn * (turn - shape)
        b += 2
        d = 1 / (a * d + b or 1e-300)
        c = b + a / c or 1e-300
        h *= d * c
        if abs(d * c - 1) < 1e-12:
            break
    return max(0.0, 1 - scale * h)


def _round(value: float) -> float:
    return float(f"{value:.5g}")
