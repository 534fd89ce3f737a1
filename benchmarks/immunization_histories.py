"""Random people with random histories, thick around the boundaries of the rules."""

from __future__ import annotations

from datetime import date

import numpy as np

from vaxkit.immunization.batch_layout import FIRST, NONE, Tables, day_number
from vaxkit.immunization.batch_people import People

GAPS = (
    0,
    1,
    7,
    13,
    14,
    15,
    20,
    21,
    22,
    27,
    28,
    29,
    55,
    56,
    57,
    58,
    89,
    90,
    91,
    92,
    93,
    120,
    179,
    180,
    181,
    182,
    183,
    184,
)
GAPS_OF_DAYS = np.array((*GAPS, 185, 200, 300))
AGES = (3, 12, 18, 60)
SEEN = ("high-infection-risk", "weak-immunity", "allergy-to-component", "severe-reaction-to-vaccine")


def random_people(tables: Tables, n: int, on: date, rng: np.random.Generator, width: int = 5) -> People:
    """n people as of the day `on`: four in ten near an age that the rules name, doses at intervals that they name, six in
    ten courses of one product, a quarter infected, some in groups, barred or deferred."""
    today, begin = day_number(on), day_number(date(2021, 1, 1))
    birth = _births(n, on, rng)
    count = rng.choice(width + 1, n, p=[0.12, 0.15, 0.3, 0.25, 0.13, 0.05]).astype(np.int8)
    products = np.full((n, width), -1, np.int8)
    days = np.full((n, width), NONE, np.int32)
    first = rng.integers(0, len(tables.products), n)
    day = begin + rng.integers(0, max(1, today - begin), n)
    for place in range(width):
        product = np.where(rng.random(n) < 0.6, first, rng.integers(0, len(tables.products), n))
        products[:, place] = np.where(count > place, product, -1)
        days[:, place] = np.where(count > place, day, NONE)
        day = day + rng.choice(GAPS_OF_DAYS, n)
    infected = np.where(rng.random(n) < 0.25, today - rng.integers(0, 700, n), NONE)
    review = np.where(rng.random(n) < 0.05, today + rng.integers(-10, 60, n), NONE)
    known = np.where(rng.random(n) < 0.5, begin + rng.integers(0, max(1, today - begin), n), FIRST)
    return People(
        birth,
        days,
        products,
        count,
        _seen(tables, n, rng),
        infected.astype(np.int32),
        review.astype(np.int32),
        known.astype(np.int32),
        rng.integers(0, max(1, len(tables.deferrals)), n).astype(np.int8),
    )


def _births(n: int, on: date, rng: np.random.Generator) -> np.ndarray:
    today = day_number(on)
    anyone = today - rng.integers(0, 365 * 100, n)
    turning = np.array([day_number(date(on.year - age, on.month, min(on.day, 28))) for age in AGES])
    near = rng.choice(turning, n) + rng.integers(-200, 200, n)
    return np.minimum(np.where(rng.random(n) < 0.4, near, anyone), today).astype(np.int32)


def _seen(tables: Tables, n: int, rng: np.random.Generator) -> np.ndarray:
    seen = np.zeros(n, np.int32)
    for code in SEEN:
        if code in tables.observations:
            bit = 1 << tables.observations.index(code)
            seen |= np.where(rng.random(n) < 0.05, bit, 0).astype(np.int32)
    return seen
