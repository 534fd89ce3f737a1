"""Whether everybody who was given a dose will get the next one in time: a day, a place and a dose kept for each of them.

    found = reserve(laters, room, doses, first, days)

Each day, those whose time runs out first are served first, over all sites at once: where they are expected, as long as that site
has room that day, from its own doses (the soonest to expire first), then from the common store; on days farther ahead from the
store first, so that a site does not keep doses idle for a day to which others can be brought. Nobody is given a day before the one
that is recommended. Who has no day left is a shortage, and it is said of what. What is to be held back so that it comes true
(`Reserved.holds`) is counted for those who have no place yet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

#: The site name of doses that can be brought to any site, and how many days that takes.
STORE, BROUGHT_IN_DAYS = "", 1
#: So many days ahead a site counts on its own doses first, later on the store's.
NEAR_DAYS = 7


@dataclass(frozen=True, slots=True)
class Later:
    """People who are expected at a site with the same window. `products`: what may be given (empty: whatever is there).
    `is_promised`: they have a place on that day, their room is taken already. `is_held`: until they have one, it is held back."""

    site: str
    products: tuple[str, ...]
    wanted: date
    latest: date
    people: int
    is_promised: bool = False
    is_held: bool = True


@dataclass(frozen=True, slots=True)
class Room:
    """How many people a site can still take on a day: by its hours (`seats`) and by those on duty (`staff`; None: not planned)."""

    seats: int
    staff: int | None = None

    @property
    def people(self) -> int:
        return self.seats if self.staff is None else min(self.seats, self.staff)


@dataclass(frozen=True, slots=True)
class Doses:
    site: str
    product: str
    doses: int
    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True)
class Shortage:
    """People of a site who have no day until `by`. `lacks`: doses, staff or seats."""

    site: str
    products: tuple[str, ...]
    by: date
    people: int
    lacks: str


@dataclass(frozen=True, slots=True)
class Hold:
    """What a site holds back for a day: places for `people`, and of its own doses so many (the others come from the store)."""

    site: str
    on: date
    products: tuple[str, ...]
    people: int
    doses: int


@dataclass(frozen=True, slots=True)
class Reserved:
    """`kept`: people by site and day. `delays`: days after the recommended one, as people by site and days. `holds` by
    site and day."""

    kept: Mapping[tuple[str, date], int]
    short: tuple[Shortage, ...]
    delays: Mapping[tuple[str, int], int]
    holds: tuple[Hold, ...]

    def latest_delay(self, site: str) -> int:
        return max((days for name, days in self.delays if name == site), default=0)


@dataclass(slots=True)
class _Waiting:
    later: Later
    left: int


@dataclass(slots=True)
class _Held:
    batch: Doses
    left: int


@dataclass(slots=True)
class _Shelves:
    """Doses by site, the soonest to expire first."""

    rows: Mapping[str, list[_Held]] = field(default_factory=dict)

    def take(self, later: Later, day: date, wanted: int, *, is_near: bool) -> tuple[int, int]:
        """How many are given, and how many of these from the site's own doses."""
        if is_near:
            own = self._from(later.site, later, day, wanted)
            return own + self._from(STORE, later, day, wanted - own), own
        brought = self._from(STORE, later, day, wanted)
        own = self._from(later.site, later, day, wanted - brought)
        return own + brought, own

    def _from(self, site: str, later: Later, day: date, wanted: int) -> int:
        taken = 0
        for held in self.rows.get(site, ()):
            if taken < wanted:
                batch = held.batch
                suits = not later.products or batch.product in later.products
                if suits and batch.from_on <= day <= batch.until_on:
                    some = min(held.left, wanted - taken)
                    held.left -= some
                    taken += some
        return taken


def reserve(
    laters: Iterable[Later], room: Mapping[tuple[str, date], Room], doses: Iterable[Doses], first: date, days: int
) -> Reserved:  # fmt: skip
    """A day for everybody from `first` on, over so many days. A window that ends later than that stays open: no shortage."""
    waiting = sorted(
        (_Waiting(each, each.people) for each in laters if each.people > 0),
        key=lambda row: (
            row.later.latest,
            not row.later.is_promised,
            row.later.wanted,
            row.later.site,
            row.later.products,
        ),
    )
    shelves = _Shelves(_by_site(doses))
    left = {key: each.people for key, each in room.items()}
    kept: Counter[tuple[str, date]] = Counter()
    delays: Counter[tuple[str, int]] = Counter()
    held: Counter[tuple[str, date, tuple[str, ...]]] = Counter()
    own_doses: Counter[tuple[str, date, tuple[str, ...]]] = Counter()
    short: list[Shortage] = []
    for day in (first + timedelta(step) for step in range(days)):
        waiting = [row for row in waiting if row.left]
        for row in waiting:
            later = row.later
            if later.wanted > day:
                continue
            key = (later.site, day)
            places = row.left if later.is_promised else min(row.left, left.get(key, 0))
            given, own = shelves.take(later, day, places, is_near=(day - first).days < NEAR_DAYS)
            row.left -= given
            if not later.is_promised and key in left:
                left[key] -= given
            kept[key] += given
            if given and later.is_held and not later.is_promised:
                held[later.site, day, later.products] += given
                own_doses[later.site, day, later.products] += own
            if given:
                delays[later.site, max(0, (day - max(later.wanted, first)).days)] += given
            if row.left and later.latest <= day:
                lacks = "doses" if given < places else _lack(room, later, first)
                short.append(Shortage(later.site, later.products, max(later.latest, first), row.left, lacks))
                row.left = 0
    holds = tuple(Hold(*key, people, own_doses[key]) for key, people in sorted(held.items()))
    return Reserved(dict(kept), tuple(_together(short)), dict(delays), holds)


def _by_site(doses: Iterable[Doses]) -> dict[str, list[_Held]]:
    found: defaultdict[str, list[_Held]] = defaultdict(list)
    for batch in sorted(doses, key=lambda each: (each.until_on, each.from_on, each.product)):
        found[batch.site].append(_Held(batch, batch.doses))
    return dict(found)


def _lack(room: Mapping[tuple[str, date], Room], later: Later, first: date) -> str:
    """Whether more staff would have given more places in the window, else hours are what lacks."""
    begins = max(later.wanted, first)
    window = [
        room.get((later.site, begins + timedelta(step))) for step in range((later.latest - begins).days + 1)
    ]
    return (
        "staff"
        if any(each and each.staff is not None and each.staff < each.seats for each in window)
        else "seats"
    )


def _together(rows: Sequence[Shortage]) -> list[Shortage]:
    """One for each site, day, product and lack, by day."""
    counted: Counter[tuple[date, str, tuple[str, ...], str]] = Counter()
    for row in rows:
        counted[row.by, row.site, row.products, row.lacks] += row.people
    return [
        Shortage(site, products, by, people, lacks)
        for (by, site, products, lacks), people in sorted(counted.items())
    ]
