"""Which session may promise how many of a site's doses. Pure.

    share(supplies, needs, kept, percent)

In this order: what is promised already; what is held back for later doses, earlier days first; whoever else comes, earlier sessions
first. Doses that expire first go before others. At most `percent` of the doses and of each session's seats are held back: the rest,
rounded up, is for first doses, and those that have their place already are counted in it. (A share of what is still free would
shrink with every first dose until nothing was held.) A dose held back for a day without a session may be promised to a later dose
in any session that has room left: whoever comes early takes their own.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID


@dataclass
class Supply:
    """Doses of one product that can be given from `from_on` to `until_on`, both days included."""

    product: str
    doses: int
    from_on: date
    until_on: date


@dataclass(frozen=True)
class Need:
    """A session with `booked` people who have a promise, `firsts` of them for a first dose, and `room` for more. Its products in
    any order. Nothing is held back in one that is for some people alone."""

    session_id: UUID
    on: date
    products: frozenset[str]
    booked: int
    room: int
    firsts: int = 0
    for_everybody: bool = True


@dataclass(frozen=True)
class Kept:
    """People without a place to whom a later dose will be due that day: places for `people`, and of the site's doses so many."""

    on: date
    products: frozenset[str]
    people: int
    doses: int


@dataclass
class Shares:
    """`more`: how many further doses each session may promise, and how many of these to later doses alone (`kept`). `short`: doses
    promised that are nowhere. `held`: doses held back for later doses in all, also for days without a session."""

    more: dict[UUID, int] = field(default_factory=dict)
    kept: Counter[UUID] = field(default_factory=Counter)
    short: int = 0
    held: int = 0


def share(
    supplies: Sequence[Supply], needs: Sequence[Need], kept: Sequence[Kept] = (), percent: int = 100
) -> Shares:
    """Give doses to sessions in the order of `needs`."""
    left = [replace(each) for each in supplies]
    left.sort(key=lambda each: (each.until_on, each.from_on, each.product))
    found = Shares()
    for need in needs:
        found.short += need.booked - _sum(_drawn(left, need.on, need.products, need.booked))
    aside: list[Supply] = []
    most = _most(sum(each.doses for each in left), sum(need.firsts for need in needs), percent)
    seats: Counter[UUID] = Counter()
    for row in sorted(kept, key=lambda each: each.on):
        waiting, doses = row.people, row.doses
        for need in needs:
            both = row.products & need.products
            if need.on != row.on or not both or not need.for_everybody:
                continue
            places = min(waiting, _most(need.room, need.firsts, percent) - seats[need.session_id])
            drawn = _sum(_drawn(left, row.on, both, min(places, most - found.held)))
            seats[need.session_id] += places
            found.kept[need.session_id] += drawn
            found.held += drawn
            waiting, doses = waiting - places, doses - drawn
        # Whose session is not opened yet, or is full, still has the dose.
        rest = _drawn(left, row.on, row.products, min(doses, most - found.held))
        found.held += _sum(rest)
        aside += rest
    for need in needs:
        others = _sum(_drawn(left, need.on, need.products, need.room - seats[need.session_id]))
        room = need.room - others - found.kept[need.session_id]
        found.kept[need.session_id] += _sum(_drawn(aside, need.on, need.products, room))
        found.more[need.session_id] = found.kept[need.session_id] + others
    return found


def less(kept: Sequence[Kept], booked: Mapping[date, int]) -> list[Kept]:
    """What is still to be held back when so many of these people were given a place meanwhile: on their day, else on the first."""
    gone, found = Counter(booked), []
    ordered = sorted(kept, key=lambda each: each.on)
    for row in ordered:
        same = min(gone[row.on], row.people)
        gone[row.on] -= same
        found.append(_without(row, same))
    others = sum(gone.values())
    for nth, row in enumerate(found):
        some = min(others, row.people)
        others -= some
        found[nth] = _without(row, some)
    return [row for row in found if row.people]


def _most(free: int, firsts: int, percent: int) -> int:
    """How much of what is free may be held back, where so many first doses have their place."""
    for_firsts = -(-(free + firsts) * (100 - percent) // 100)
    return free - max(0, for_firsts - firsts)


def _without(row: Kept, people: int) -> Kept:
    return replace(row, people=row.people - people, doses=max(0, row.doses - people))


def _drawn(left: list[Supply], on: date, products: frozenset[str], wanted: int) -> list[Supply]:
    """Doses taken for a day, as far as there are."""
    drawn = []
    for supply in left:
        some = min(supply.doses, wanted)
        if some > 0 and supply.product in products and supply.from_on <= on <= supply.until_on:
            drawn.append(replace(supply, doses=some))
            supply.doses -= some
            wanted -= some
    return drawn


def _sum(drawn: Sequence[Supply]) -> int:
    return sum(each.doses for each in drawn)
