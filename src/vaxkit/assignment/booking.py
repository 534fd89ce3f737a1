"""Seats and doses as they are booked: nothing is ever promised twice.

A `Book` knows what is left of every session and every batch. Units come in by `seat`, many alike at once; each gets a
session, each member a product, and where another dose must follow, a session for it at the same site with the same product.
"""

from dataclasses import dataclass

from vaxkit.assignment.hubs import Hubs
from vaxkit.assignment.problem import Problem
from vaxkit.assignment.stock import SiteStock, by_site

#: A later dose after the plan's last day.
BEYOND = -2
NONE = -1


@dataclass(frozen=True, slots=True)
class Stay:
    """So many units of one kind in one session. `masks[i]`: the products (bits) of which member i gets one, settled when all is
    booked; a single bit where a dose of the same product must follow. `later[i]`: the session of that dose, `BEYOND` or `NONE`."""

    session: int
    units: int
    masks: tuple[int, ...]
    later: tuple[int, ...]


class Book:
    def __init__(self, problem: Problem, found: Hubs) -> None:
        self.problem, self.hubs = problem, found
        self.seats: list[int] = problem.sessions.seats.tolist()
        self.stock: list[SiteStock] = by_site(problem.batches, len(problem.sites))
        self._day: list[int] = problem.sessions.day.tolist()
        self._site: list[int] = problem.sessions.site.tolist()
        self._masks: list[int] = problem.sessions.products.tolist()

    def copy(self) -> "Book":
        twin = Book.__new__(Book)
        twin.problem, twin.hubs = self.problem, self.hubs
        twin.seats, twin.stock = list(self.seats), [stock.copy() for stock in self.stock]
        twin._day, twin._site, twin._masks = self._day, self._site, self._masks
        return twin

    def seat(self, kind: tuple[tuple[int, int, int], ...], session: int, units: int) -> Stay | None:
        """Book up to so many units of a kind into a session; None where not one fits.

        May book fewer than asked: ask again for the rest, which may get other products or other later sessions.
        """
        units = min(units, self.seats[session] // len(kind))
        if units <= 0 or not all(self._admits(session, wanted) for wanted, _a, _b in kind):
            return None
        while units > 0:
            booked = self._try(kind, session, units)
            if isinstance(booked, Stay):
                return booked
            units = booked
        return None

    def take(self, stay: Stay) -> None:
        """Book exactly this. Raises ArithmeticError where it does not fit: whoever made it has proven that it does."""
        self.seats[stay.session] -= stay.units * len(stay.masks)
        wanted = [(stay.session, mask) for mask in stay.masks]
        for mask, later in zip(stay.masks, stay.later, strict=True):
            if later >= 0:
                self.seats[later] -= stay.units
                wanted.append((later, mask))
        for session, mask in wanted:
            given = self.stock[self._site[session]].give(self._day[session], mask, stay.units)
            if given < stay.units or self.seats[session] < 0:
                raise ArithmeticError("a stay was promised a seat or a dose that is not there")

    def free(self, kind: tuple[tuple[int, int, int], ...], stay: Stay) -> None:
        """Give back what `seat` booked."""
        stock, day = self.stock[self._site[stay.session]], self._day[stay.session]
        self.seats[stay.session] += stay.units * len(kind)
        for mask, later in zip(stay.masks, stay.later, strict=True):
            stock.take_back(day, mask, stay.units)
            if later >= 0:
                self.seats[later] += stay.units
                stock.take_back(self._day[later], mask, stay.units)

    def _admits(self, session: int, wanted: int) -> bool:
        return self._masks[session] == 0 or bool(self._masks[session] & wanted)

    def _try(self, kind: tuple[tuple[int, int, int], ...], session: int, units: int) -> Stay | int:
        """A Stay for all the units, or the smaller number with which to try again."""
        stock, day = self.stock[self._site[session]], self._day[session]
        self.seats[session] -= units * len(kind)
        undo: list[tuple[int, int]] = []
        masks: list[int] = []
        laters: list[int] = []
        possible = units
        for wanted, after, until in kind:
            mask, later = wanted if not self._masks[session] else wanted & self._masks[session], NONE
            if until:
                mask, later, possible = self._with_next(session, mask, after, until, units)
            else:
                possible = stock.give(day, mask, units)
                if 0 < possible < units:
                    stock.take_back(day, mask, possible)
            if possible < units:
                break
            masks.append(mask)
            laters.append(later)
            undo.append((day, mask))
            if later >= 0:
                undo.append((self._day[later], mask))
        if possible == units:
            return Stay(session, units, tuple(masks), tuple(laters))
        for on, mask in undo:
            stock.take_back(on, mask, units)
        for later in laters:
            if later >= 0:
                self.seats[later] += units
        self.seats[session] += units * len(kind)
        return possible

    def _with_next(
        self, session: int, wanted: int, after: int, until: int, units: int
    ) -> tuple[int, int, int]:
        """Book first doses and the doses after them. Returns product (a bit), later session, and how many could have been booked;
        everything is booked if that is `units`, nothing otherwise."""
        site, day = self._site[session], self._day[session]
        stock, best = self.stock[site], 0
        for product in range(len(self.problem.products)):
            bit = 1 << product
            if not wanted & bit:
                continue
            given = stock.give(day, bit, units)
            if given == units:
                later, room = self._later(site, day, bit, after, until, units)
                if room == units:
                    return bit, later, units
                best = max(best, room)
            else:
                best = max(best, given)
            if given:
                stock.take_back(day, bit, given)
        return NONE, NONE, best

    def _later(self, site: int, day: int, bit: int, after: int, until: int, units: int) -> tuple[int, int]:
        """Book seats and doses for the doses to follow, in the emptiest session of the window's first half if there is one.

        Returns the session (or BEYOND) and for how many there is room; they are booked if that is all of them.
        """
        options = [
            (int(self.hubs.day[hub]) > day + (after + until) // 2, -self.seats[session], session)
            for hub in self.hubs.of_window(site, day + after, day + until)
            for session in self.hubs.at(hub).tolist()
            if self.seats[session] > 0 and (not self._masks[session] or self._masks[session] & bit)
        ]
        best = 0
        for _late, free, session in sorted(options):
            possible = min(units, -free)
            given = self.stock[site].give(self._day[session], bit, possible)
            if given == units:
                self.seats[session] -= units
                return session, units
            if given:
                self.stock[site].take_back(self._day[session], bit, given)
            best = max(best, given)
        if day + until > self.problem.last_day:
            return BEYOND, units
        return NONE, best


def settled(book: Book, site: int) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """For each (day, products wanted) at a site: which rows of `Batches` serve it with how many doses, soonest to expire first."""
    stock = book.stock[site]
    return {
        demand: [(int(stock.rows[batch]), held[batch]) for batch in sorted(held) if held[batch]]
        for demand, held in stock.used.items()
    }
