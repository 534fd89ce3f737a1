"""How the batch's tables are laid out (`Tables`, the places of their columns), and days as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from vaxkit.immunization.model import (
    AgeRule,
    Contraindication,
    IntervalRule,
    Series,
    SeriesDose,
    VaccineRule,
)

Ints = NDArray[np.int32]

EPOCH = date(1970, 1, 1).toordinal()
NONE = np.int32(-(2**31) + 1)
FIRST, LAST = date(1900, 1, 1).toordinal() - EPOCH, date(2100, 12, 31).toordinal() - EPOCH
AGE_FROM, SEEN, INFECTED, GIVEN, AFTER, DOSE_SINCE, LAST_EVENT = range(7)
PREVIOUS, TARGET, OBSERVED = range(3)

# The head of the flat array: where each kind of row begins in it, then how many there are of some.
ENDS, TARGETS, SERIES, AGES, INTERVALS, SPANS, VACCINES = range(7)
SKIPS, TURNING, WHENS, CLAUSES, TESTS, BARS, OFFERS = range(7, 14)
N_SERIES, N_BARS, _HEAD = range(14, 17)
W_TARGET, W_SERIES, W_AGE, W_INTERVAL, W_SPAN, W_VACCINE, W_SKIP, W_TURNING = 16, 5, 7, 10, 2, 5, 4, 1
W_WHEN, W_CLAUSE, W_TEST, W_BAR, W_OFFER = 2, 2, 3, 5, 3


def day_number(day: date | None) -> int:
    """The day as the batch counts it."""
    return int(NONE) if day is None else day.toordinal() - EPOCH


@dataclass(frozen=True, slots=True)
class Tables:
    """The rules of one day as one array, `flat`: a head that says where the rows of each kind begin, then the rows.

    Rows are named by their place in the array (-1: none), periods by that of a table of days. "from, to" are the first
    row and the place behind the last. Columns:

    target    ages from, to; intervals from, to; skips of evaluation from, of forecast from, to; turning from, to; number;
              spans; its offers from, to; those of the other series' first doses from, to (nothing for later doses); primary
    series    targets from, to; preference; default; bits of the products with which it can begin
    age       effective, until; absolute minimum, minimum, earliest and latest recommended; least (minimum, else absolute)
    interval  effective, until; kind, its dose; absolute minimum, minimum, earliest and latest recommended; condition; least
    span      for each product: vaccines from, to; vaccine: effective, until; ages from, below; condition
    skip      effective, until; condition; completes the course; turning: an age at which intervals change
    when      clauses from, to; clause: tests from, to; test: kind, argument, whether it must be true
    bar       effective, until; bits of observations; ages from, below
    offer     ages from, below; condition: a preferable product in force on the day

    What a row stands for is in `ages`, `intervals`, `bars`, `targets` (series, dose), `offers` (by target, as its offers
    are listed; `starts` those of the other series' first doses). `deferrals` are the observations that only defer, with
    their rules; `day_bound` are those that some condition asks about.
    """

    products: tuple[str, ...]
    observations: tuple[str, ...]
    series: tuple[str, ...]
    flat: Ints
    entries: tuple[int, ...]
    preferences: tuple[int, ...]
    deferrals: Mapping[str, Contraindication]
    deferral_mask: int
    day_bound: frozenset[str]
    uncovered: tuple[str, ...]
    ages: tuple[AgeRule, ...]
    intervals: tuple[IntervalRule, ...]
    bars: tuple[Contraindication, ...]
    targets: tuple[tuple[Series, SeriesDose], ...]
    offers: tuple[tuple[VaccineRule, ...], ...]
    starts: tuple[tuple[tuple[int, VaccineRule], ...], ...]

    @property
    def deferral(self) -> str:
        """The observation that stands for a deferral of which only the day of review is told."""
        return next(iter(self.deferrals), "")


def shifted(months: int, days: int) -> Ints:
    """For each day from 1900 to 2100 the day that lies the period after it (CALCDT-1 to -6)."""
    start = np.arange(FIRST, LAST + 1).astype("datetime64[D]")
    month = start.astype("datetime64[M]")
    of_month = (start - month).astype(np.int64)
    first = (month + months).astype("datetime64[D]")
    length = ((month + months + 1).astype("datetime64[D]") - first).astype(np.int64)
    ends: Ints = (first.astype(np.int64) + np.minimum(of_month, length) + days).astype(np.int32)
    return ends
