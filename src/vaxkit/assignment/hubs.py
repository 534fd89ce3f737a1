"""Hubs: the distinct (site, day, products given) of a problem's sessions, and the sessions of each."""

from dataclasses import dataclass

import numpy as np

from vaxkit.assignment.problem import Ints, Problem


@dataclass(frozen=True, slots=True)
class Hubs:
    """In the order of site, then day, then products (`mask`, bits; 0: any)."""

    site: Ints
    day: Ints
    mask: Ints
    #: Sessions of hub h: `sessions[starts[h] : starts[h + 1]]`, the least burdensome first.
    sessions: Ints
    starts: Ints

    def at(self, hub: int) -> Ints:
        found: Ints = self.sessions[self.starts[hub] : self.starts[hub + 1]]
        return found

    def of_window(self, site: int, first: int, last: int) -> range:
        """The hubs of a site from day to day."""
        low, high = np.searchsorted(self.site, [site, site + 1])
        days = self.day[low:high]
        return range(
            int(low + np.searchsorted(days, first)), int(low + np.searchsorted(days, last, side="right"))
        )

    def windows(self, site: Ints, first: Ints, last: Ints) -> tuple[Ints, Ints]:
        """Many windows at once: pairs (number of the window, hub), window by window."""
        if not len(self.site) or not len(site):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        base = int(self.day.min())
        span = int(self.day.max()) - base + 2
        key = self.site * span + (self.day - base)
        low = np.searchsorted(key, site * span + np.clip(first - base, 0, span - 1))
        high = np.searchsorted(key, site * span + np.clip(last - base, -1, span - 2), side="right")
        count = np.maximum(high - low, 0)
        window = np.repeat(np.arange(len(site)), count)
        return window, np.arange(count.sum()) + np.repeat(low - (np.cumsum(count) - count), count)


def hubs(problem: Problem) -> Hubs:
    sessions = problem.sessions
    order = np.lexsort(
        (np.arange(len(sessions.day)), sessions.burden, sessions.products, sessions.day, sessions.site)
    )
    site, day, mask = sessions.site[order], sessions.day[order], sessions.products[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (site[1:] != site[:-1]) | (day[1:] != day[:-1]) | (mask[1:] != mask[:-1])
    starts = np.flatnonzero(new)
    return Hubs(
        site=site[starts], day=day[starts], mask=mask[starts], sessions=order.astype(np.int64),
        starts=np.r_[starts, len(order)].astype(np.int64),
    )  # fmt: skip
