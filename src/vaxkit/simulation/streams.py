"""Random numbers without state: a number is a function of (seed, replication, person, station, purpose).

No generator is passed along, so the order of events cannot change anybody's luck: two staffings of one
plan see the same people with the same needs, and a result does not depend on the number of threads.
SplitMix64's finaliser mixes; distributions are drawn by inversion where an inverse is at hand (normal:
Wichura's AS 241), the gamma by Marsaglia and Tsang.
"""

from __future__ import annotations

import math

import numpy as np

from vaxkit.compiled import compiled
from vaxkit.simulation.layout import (
    EMPIRICAL,
    EXPONENTIAL,
    GAMMA,
    LOGNORMAL,
    MIXTURE,
    NORMAL,
    TRIANGULAR,
    UNIFORM,
    Floats,
    Ints,
)

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_PURPOSE = np.uint64(0xD1342543DE82EF95)
_STEP = np.uint64(0xA24BAED4963EE407)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)
_UNIT = 2.0**-52


@compiled
def mixed(word: np.uint64) -> np.uint64:
    """SplitMix64's finaliser: 64 well-mixed bits of 64."""
    word = (word ^ (word >> _S30)) * _FIRST
    word = (word ^ (word >> _S27)) * _SECOND
    return word ^ (word >> _S31)


@compiled
def child(key: np.uint64, number: int) -> np.uint64:
    """The key of the `number`-th thing below `key`."""
    return mixed(key + _GOLDEN * np.uint64(number + 1))


@compiled
def purpose_key(person: np.uint64, stream: np.uint64, purpose: int, visit: int) -> np.uint64:
    """The key of one draw: of a person, at a station (its stream), for a purpose, at the n-th visit."""
    return mixed(person + stream + _PURPOSE * np.uint64(purpose) + _STEP * np.uint64(visit))


@compiled
def unit(key: np.uint64) -> float:
    """A number strictly between 0 and 1."""
    return (float(key >> _S12) + 0.5) * _UNIT


@compiled
def normal_quantile(p: float) -> float:
    """Inverse of the standard normal distribution function (AS 241, about 16 digits)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        num = ((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r + 6.7265770927008700853e4) * r
        num = ((num + 4.5921953931549871457e4) * r + 1.3731693765509461125e4) * r + 1.9715909503065514427e3
        num = (num * r + 1.3314166789178437745e2) * r + 3.3871328727963666080e0
        den = ((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r + 3.9307895800092710610e4) * r
        den = ((den + 2.1213794301586595867e4) * r + 5.3941960214247511077e3) * r + 6.8718700749205790830e2
        den = (den * r + 4.2313330701600911252e1) * r + 1.0
        return q * num / den
    r = p if q < 0 else 1.0 - p
    r = math.sqrt(-math.log(r))
    if r <= 5.0:
        r -= 1.6
        num = (
            (7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r + 2.41780725177450611770e-1
        ) * r
        num = ((num + 1.27045825245236838258e0) * r + 3.64784832476320460504e0) * r + 5.76949722146069140550e0
        num = (num * r + 4.63033784615654529590e0) * r + 1.42343711074968357734e0
        den = (
            (1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r + 1.51986665636164571966e-2
        ) * r
        den = ((den + 1.48103976427480074590e-1) * r + 6.89767334985100004550e-1) * r
        den = ((den + 1.67638483018380384940e0) * r + 2.05319162663775882187e0) * r + 1.0
    else:
        r -= 5.0
        num = (
            (2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 1.24266094738807843860e-3
        ) * r
        num = ((num + 2.65321895265761230930e-2) * r + 2.96560571828504891230e-1) * r
        num = ((num + 1.78482653991729133580e0) * r + 5.46378491116411436990e0) * r + 6.65790464350110377720e0
        den = (
            (2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r + 1.84631831751005468180e-5
        ) * r
        den = ((den + 7.86869131145613259100e-4) * r + 1.48753612908506148525e-2) * r
        den = ((den + 1.36929880922735805310e-1) * r + 5.99832206555887937690e-1) * r + 1.0
    return -num / den if q < 0 else num / den


@compiled
def gamma(shape: float, scale: float, key: np.uint64) -> float:
    """A gamma number by Marsaglia and Tsang (2000); tries are numbered, so the answer depends on the key only."""
    boost = 1.0
    if shape < 1.0:
        boost = math.pow(unit(child(key, 1)), 1.0 / shape)
        shape += 1.0
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    attempt = 2
    while True:
        x = normal_quantile(unit(child(key, attempt)))
        v = 1.0 + c * x
        if v > 0.0:
            v = v * v * v
            if math.log(unit(child(key, attempt + 1))) < 0.5 * x * x + d - d * v + d * math.log(v):
                return d * v * scale * boost
        attempt += 2


@compiled
def drawn(kind: int, a: float, b: float, c: float, low: float, high: float, key: np.uint64) -> float:
    """A number of a distribution that its own numbers describe: every kind before EMPIRICAL.

    It takes no arrays: handing arrays to a function counts references, which costs more than the draw.
    """
    if kind == EXPONENTIAL:
        x = a - b * math.log(unit(key))
    elif kind == NORMAL:
        x = a + b * normal_quantile(unit(key))
    elif kind == LOGNORMAL:
        x = math.exp(a + b * normal_quantile(unit(key)))
    elif kind == UNIFORM:
        x = a + (b - a) * unit(key)
    elif kind == TRIANGULAR:
        u = unit(key)
        below = u * (c - a) < b - a
        x = a + math.sqrt(u * (c - a) * (b - a)) if below else c - math.sqrt((1.0 - u) * (c - a) * (c - b))
    elif kind == GAMMA:
        x = gamma(a, b, key)
    else:
        x = a
    return float(min(max(x, low), high))


@compiled
def draw(
    dist: int, key: np.uint64, kinds: Ints, numbers: Floats, rows: Ints, values: Floats, cumulative: Floats
) -> float:
    """A number of the program's distribution `dist` for `key`, of any kind, cut at the plan's bounds."""
    while kinds[dist] == MIXTURE:
        share = unit(key)
        row = rows[dist]
        while row < rows[dist + 1] - 1 and share >= cumulative[row]:
            row += 1
        dist = int(values[row])
        key = child(key, 0)
    low, high = numbers[dist, 3], numbers[dist, 4]
    if kinds[dist] == EMPIRICAL:
        share = unit(key)
        row = rows[dist]
        while row < rows[dist + 1] - 1 and share >= cumulative[row]:
            row += 1
        return float(min(max(values[row], low), high))
    return drawn(kinds[dist], numbers[dist, 0], numbers[dist, 1], numbers[dist, 2], low, high, key)
