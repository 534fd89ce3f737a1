"""A delivery against the rule as it is stated: everything counted anew, dose by dose, and every way to deal the packs tried."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from vaxkit.allocation.delivery import Delivery, Need, Split, split, split_all
from vaxkit.allocation.supply import Batch, Demand, SiteSupply

DAY = date(2021, 6, 1)
Stock = tuple[int, int, int]  # doses, day of arrival, last day of use


def on(days: int) -> date:
    return DAY + timedelta(days)


@dataclass(frozen=True)
class Place:
    """A site in plain numbers: days counted from 0, doses a day by day."""

    stock: tuple[Stock, ...]
    due: dict[int, int]
    first: dict[int, int]
    capacity: tuple[int, ...]

    def waiting(self, until: int, *more: Stock, later_only: bool = False) -> tuple[int, int]:
        """Who still waits at the end of a day: later doses, first doses."""
        held, queue = [list(each) for each in (*self.stock, *more)], [0, 0]
        for day in range(until + 1):
            queue[0] += sum(n for at, n in self.due.items() if at == day or (day == 0 and at < 0))
            if not later_only:
                queue[1] += sum(n for at, n in self.first.items() if at == day or (day == 0 and at < 0))
            for _turn in range(self.capacity[day]):
                usable = [each for each in held if each[0] and each[1] <= day <= each[2]]
                if not usable or not any(queue):
                    break
                min(usable, key=lambda each: each[2])[0] -= 1
                queue[0 if queue[0] else 1] -= 1
        return queue[0], queue[1]

    def supply(self, name: str, times: int = 1) -> SiteSupply:
        return SiteSupply(
            name,
            tuple(Batch("X", doses * times, on(last), on(came) if came else None) for doses, came, last in self.stock),
            {"X": Demand({on(d): n * times for d, n in self.due.items()}, {on(d): n * times for d, n in self.first.items()})},
            0, {on(day): doses * times for day, doses in enumerate(self.capacity)},
        )  # fmt: skip

    def need(self, until: int, came: int, last: int) -> Need:
        plenty, total = (10_000, came, last), sum(self.waiting_at_all(until))
        short, less = sum(self.waiting(until)), sum(self.waiting(until, plenty))
        due = min(self.waiting(until, later_only=True)[0], short)
        due_less = self.waiting(until, plenty, later_only=True)[0]
        usable = short - less
        return Need(
            self.waiting_at_all(until)[0], due, min(max(0, due - due_less), usable), total, short, usable
        )

    def waiting_at_all(self, until: int) -> tuple[int, int]:
        return tuple(sum(n for at, n in each.items() if at <= until) for each in (self.due, self.first))  # type: ignore[return-value]  # two


def places(chance: random.Random) -> dict[str, Place]:
    def people(rows: int) -> dict[int, int]:
        return {chance.randint(-1, 9): chance.randint(1, 8) for _ in range(chance.randint(0, rows))}

    def one() -> Place:
        stock = tuple((chance.randint(1, 12), 0, chance.randint(0, 10)) for _ in range(chance.randint(0, 2)))
        usual = chance.choice([1, 2, 3, 5, 40])
        daily = (
            [chance.choice([0, 1, 4, 9, 30]) for _ in range(12)] if chance.random() < 0.5 else [usual] * 12
        )
        return Place(stock, people(2), people(3), tuple(daily))

    return {f"s{row}": one() for row in range(chance.randint(1, 4))}


def by_trying(
    needs: dict[str, tuple[int, int, int]], packs: int, pack: int, start: dict[str, int]
) -> dict[str, int]:
    """The one way to deal so many packs above `start` that keeps the rule; needs: total, lacking, usable."""
    names = sorted(needs)
    most = {name: max(start[name], -(-needs[name][2] // pack)) for name in names}

    def standing(name: str, count: int) -> tuple[Fraction, int, str]:
        total, lacking, _usable = needs[name]
        return Fraction(total - lacking + count * pack, total), count * pack - lacking, name

    ways = itertools.product(*(range(start[name], most[name] + 1) for name in names))
    every = [way for way in ways if sum(way) - sum(start.values()) <= packs]
    dealt = [dict(zip(names, way, strict=True)) for way in every if sum(way) == max(map(sum, every))]
    right = [
        way for way in dealt
        if not any(
            way[got] > start[got] and way[other] < most[other] and standing(other, way[other]) < standing(got, way[got] - 1)
            for got in names for other in names if got != other
        )
    ]  # fmt: skip
    (found,) = right
    hungry = [name for name in names if most[name] > start[name]]
    if hungry:
        worst = min(standing(name, found[name])[0] for name in hungry)
        assert worst == max(min(standing(name, way[name])[0] for name in hungry) for way in dealt)
    return found


def packs_of(found: Split) -> dict[str, int]:
    return {share.site: share.packs for share in found.shares}


@pytest.mark.parametrize("seed", range(60))
def test_a_split_is_what_the_rule_says(seed: int) -> None:
    chance = random.Random(seed)
    world, pack, packs = places(chance), chance.choice([1, 1, 2, 3, 5]), chance.randint(0, 8)
    until = chance.randint(2, 8)
    came = chance.randint(0, min(3, until))
    last, loose = chance.randint(came - 1, 12), chance.randint(0, pack - 1)
    delivery = Delivery("X", packs * pack + loose, pack, on(came), on(last))
    sites = [place.supply(name) for name, place in world.items()]
    found = split(delivery, sites, until=on(until), first=DAY)
    needs = {name: place.need(until, came, last) for name, place in world.items()}
    assert {share.site: share.need for share in found.shares} == needs
    first = by_trying(
        {name: (need.due, need.due_lacking, need.due_usable) for name, need in needs.items()}, packs, pack, dict.fromkeys(needs, 0)
    )  # fmt: skip
    rest = packs - sum(first.values())
    both = by_trying(
        {name: (need.total, need.lacking, need.usable) for name, need in needs.items()}, rest, pack, first
    )
    assert packs_of(found) == both
    assert sum(share.doses for share in found.shares) + found.kept == delivery.doses
    for share in found.shares:  # what it says is so when the doses are really there
        left = sum(world[share.site].waiting(until, (share.doses, came, last)))
        assert share.covered * share.need.total == share.need.total - left or not share.need.total
    more = split(replace(delivery, doses=delivery.doses + pack), sites, until=on(until), first=DAY)
    assert all(packs_of(more)[name] >= count for name, count in both.items())
    thrice = [place.supply(name, 3) for name, place in world.items()]
    large = replace(delivery, doses=packs * pack * 3, pack=pack * 3)
    assert packs_of(split(large, thrice, until=on(until), first=DAY)) == both
    twins = [replace(sites[0], id="a"), replace(sites[0], id="b")]
    one, other = split(delivery, twins, until=on(until), first=DAY).shares
    assert 0 <= one.packs - other.packs <= 1


def test_doses_that_expire_soon_spare_those_that_keep() -> None:
    """The site gives the delivery first and its own stock afterwards: it can use what expires before its own runs out."""
    own = SiteSupply("a", (Batch("X", 100, on(30)),), {"X": Demand(first={DAY: 200})}, usual_capacity=20)
    (share,) = split(Delivery("X", 200, 10, DAY, on(4)), [own], until=on(20)).shares
    assert (share.doses, share.limit, share.covered) == (100, "need", 1)


def test_later_doses_that_the_own_stock_covers_are_no_reason_to_get_more() -> None:
    """Forty later doses and forty in the fridge: the site comes no earlier than the other for its first doses."""
    has = SiteSupply("a", (Batch("X", 40, on(30)),), {"X": Demand(due={on(3): 40}, first={on(1): 40})})
    lacks = SiteSupply("b", (), {"X": Demand(first={on(1): 40})})
    found = split(Delivery("X", 20, 10, DAY, on(30)), [has, lacks], until=on(10))
    assert [(share.for_due, share.need.due_lacking, share.doses) for share in found.shares] == [
        (0, 0, 0),
        (0, 0, 20),
    ]


def test_packs_set_by_hand_stand_and_the_others_are_dealt_around_them() -> None:
    sites = [SiteSupply(name, (), {"X": Demand(first={DAY: 30})}) for name in "abc"]
    delivery = Delivery("X", 60, 10, DAY, on(9))
    found = split(delivery, sites, until=on(5), fixed={"b": 4})
    assert packs_of(found) == {"a": 1, "b": 4, "c": 1}
    share = found.shares[1]
    assert (share.limit, share.covered) == ("fixed", 1)
    assert share.because.en.endswith("set by hand; 10 of them could not be given by 2021-06-06.")
    again = split(delivery, sites, until=on(5), fixed=packs_of(found))
    assert packs_of(again) == packs_of(found) and again.kept == found.kept == 0
    for wrong in ({"d": 1}, {"a": -1}, {"a": 7}):
        with pytest.raises(ValueError, match="fixed packs"):
            split(delivery, sites, until=on(5), fixed=wrong)


def test_several_deliveries_go_out_the_soonest_to_expire_first() -> None:
    sites = [
        SiteSupply("fast", (), {"X": Demand(first={DAY: 100})}, usual_capacity=50),
        SiteSupply("slow", (), {"X": Demand(first={DAY: 100})}, usual_capacity=10),
    ]
    late, soon = Delivery("X", 100, 10, DAY, on(30), "late"), Delivery("X", 60, 10, DAY, on(0), "soon")
    (of_late, of_soon), after = split_all([late, soon], sites, until=on(20), first=DAY)
    assert packs_of(of_soon) == {"fast": 5, "slow": 1} and of_soon.kept == 0
    assert packs_of(of_late) == {"fast": 3, "slow": 7}
    assert [sum(batch.doses for batch in site.batches) for site in after] == [80, 80]


def test_a_million_packs_are_dealt_at_once() -> None:
    sites = [SiteSupply(f"s{row:03d}", (), {"X": Demand(first={DAY: 5_000 + row})}) for row in range(300)]
    found = split(Delivery("X", 1_000_000, 1, DAY, on(9)), sites, until=on(5))
    shares = [share.covered for share in found.shares]
    assert found.kept == 0 and max(shares) - min(shares) <= Fraction(1, 5_000)
