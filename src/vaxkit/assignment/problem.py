"""What is to be assigned: people, sessions and doses, as columns.

Everything is counted in whole people, whole doses and whole days (ordinals of `datetime.date`); costs are whole numbers.
People are
columns, not objects, because a county has half a million of them; `documents.read` builds the columns from a JSON document.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

#: The most products of one problem: a person's products are bits of one number.
MOST_PRODUCTS = 62


@dataclass(frozen=True, slots=True)
class Sessions:
    """Where and when somebody can come. One row per session: `seats` people on `day` at `site`; `products` are bits (0: any)."""

    ids: tuple[str, ...]
    site: Ints
    day: Ints
    minute: Ints
    seats: Ints
    products: Ints
    #: What people would rather avoid about the hour, in cost per person (0: none).
    burden: Ints


@dataclass(frozen=True, slots=True)
class Batches:
    """Doses at a site that can be given from `first_day` to `last_day` (the day before expiry or the last day of use)."""

    site: Ints
    product: Ints
    doses: Ints
    first_day: Ints
    last_day: Ints


@dataclass(frozen=True, slots=True)
class People:
    """One row per person and dose due.

    `place` indexes `Problem.km`; `household` is -1 or a number that members share; `products` are bits; `earliest` …
    `latest` is the
    window, `due` the day from which lateness counts; `weight` (≥ 1) multiplies lateness and the price of being left over;
    `sites` are
    bits of the sites that this person's category may use (0: any); `farthest` in km; `next_after`/`next_until` are the days
    between
    this dose and the one after it (0: none follows), for which a seat and a dose of the same product at the same site are kept.
    """

    ids: tuple[str, ...] | NDArray[Any]
    place: Ints
    household: Ints
    products: Ints
    earliest: Ints
    latest: Ints
    due: Ints
    weight: Ints
    sites: Ints
    farthest: NDArray[np.float64]
    next_after: Ints
    next_until: Ints
    #: The session somebody insists on, by index; -1: none.
    pinned: Ints

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True, slots=True)
class Costs:
    """Whole numbers, per person. `left_over` × weight must outweigh every journey and delay, or people stay at home to save
    fuel."""

    per_km: int = 10
    per_day_late: int = 8
    left_over: int = 10_000


@dataclass(frozen=True, slots=True)
class Problem:
    """A whole assignment problem. `km[place, site]`; the plan runs from `first_day` to `last_day`, both included.

    Lateness counts from the day due or from `first_day`, whichever is later: what is lost already is nobody's choice any more.
    A following dose whose window reaches past `last_day` may be given after the plan and then needs no seat in it.
    """

    places: tuple[str, ...]
    sites: tuple[str, ...]
    products: tuple[str, ...]
    km: NDArray[np.float64]
    sessions: Sessions
    batches: Batches
    people: People
    first_day: int
    last_day: int
    costs: Costs = field(default_factory=Costs)
    #: Each place may use only its so many nearest sites (None: all).
    nearest_sites: int | None = None

    def journeys(self) -> Ints:
        """Cost of the way from each place to each site, per person, shape (places, sites); 0 where there is no way."""
        known = np.where(np.isfinite(self.km), self.km, 0.0)
        found: Ints = np.rint(known * self.costs.per_km).astype(np.int64)
        return found

    def reachable(self) -> NDArray[np.bool_]:
        """Which sites a place may use at all, shape (places, sites)."""
        if self.nearest_sites is None or self.nearest_sites >= len(self.sites):
            return np.isfinite(self.km)
        rank = np.argsort(np.argsort(self.km, axis=1, kind="stable"), axis=1, kind="stable")
        return np.isfinite(self.km) & (rank < self.nearest_sites)


def person_cost(problem: Problem, person: int, session: int) -> int:
    """What it costs that a person comes to a session: the way, the lateness, the hour."""
    people, sessions, costs = problem.people, problem.sessions, problem.costs
    late = max(0, int(sessions.day[session]) - max(int(people.due[person]), problem.first_day))
    way = int(np.rint(problem.km[people.place[person], sessions.site[session]] * costs.per_km))
    return way + late * costs.per_day_late * int(people.weight[person]) + int(sessions.burden[session])
