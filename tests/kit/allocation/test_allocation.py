"""Doses to sites: nothing is used twice, nobody fair is worse off than need be, and moves only help."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaxkit.allocation.delivery import Delivery, need_of, split
from vaxkit.allocation.forecast import forecast
from vaxkit.allocation.supply import Batch, Demand, SiteSupply
from vaxkit.allocation.transfers import transfers

DAY = date(2021, 6, 1)


def on(days: int) -> date:
    return DAY + timedelta(days)


def site(
    name: str, *, stock: int = 0, expires: int = 30, due: dict[int, int] | None = None,
    first: dict[int, int] | None = None, capacity: int = 1000,
) -> SiteSupply:  # fmt: skip
    wanted = Demand({on(d): n for d, n in (due or {}).items()}, {on(d): n for d, n in (first or {}).items()})
    batches = (Batch("BIBP", stock, on(expires)),) if stock else ()
    return SiteSupply(name, batches, {"BIBP": wanted}, capacity)


sites = st.builds(
    lambda n, stock, expires, due, first, capacity: site(
        f"s{n}", stock=stock, expires=expires, due=due, first=first, capacity=capacity
    ),
    st.integers(0, 999), st.integers(0, 30), st.integers(0, 8),
    st.dictionaries(st.integers(0, 6), st.integers(1, 9), max_size=3),
    st.dictionaries(st.integers(0, 6), st.integers(1, 9), max_size=3), st.integers(0, 12),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(place=sites)
def test_every_dose_is_used_left_or_expired_and_everybody_is_served_or_waits(place: SiteSupply) -> None:
    days = forecast([place], DAY, 10).of(place.id, "BIBP")
    stock = sum(batch.doses for batch in place.batches)
    assert sum(day.used + day.expired for day in days) + days[-1].left == stock
    people = place.demand["BIBP"].doses
    assert sum(day.used for day in days) + days[-1].short_due + days[-1].short_first == people
    for day in days:
        assert day.used <= place.capacity_on(day.day)
        assert 0 <= day.no_dose <= day.short_due + day.short_first
        # Somebody is sent home while a dose lies there only because the day was full.
        if day.short_due + day.short_first > day.no_dose:
            assert day.used == place.capacity_on(day.day)


def test_later_doses_come_before_first_doses_and_the_soonest_to_expire_is_given() -> None:
    place = SiteSupply(
        "clinic",
        (Batch("BIBP", 5, on(9)), Batch("BIBP", 5, on(0))),
        {"BIBP": Demand(due={DAY: 4}, first={DAY: 4})},
        usual_capacity=6,
    )
    today, tomorrow = forecast([place], DAY, 2).days
    assert (today.used, today.short_due, today.short_first, today.expired, today.left) == (6, 0, 2, 0, 4)
    assert (tomorrow.used, tomorrow.short_first, tomorrow.left) == (2, 0, 2)


def test_a_delivery_covers_due_doses_before_anything_else() -> None:
    places = [site("a", due={3: 40}, first={1: 100}), site("b", first={1: 100})]
    found = split(Delivery("BIBP", 60, 10, DAY, on(30)), places, until=on(10))
    by_site = {share.site: share for share in found.shares}
    assert (by_site["a"].doses, by_site["b"].doses) == (40, 20)
    assert by_site["a"].for_due == 40
    assert by_site["b"].limit == "delivery"
    assert "40 for later doses first" in by_site["a"].because.en
    assert "先保 40 剂后续剂次" in by_site["a"].because.zh


def test_no_site_gets_what_it_cannot_give_before_it_expires() -> None:
    places = [site("slow", first={0: 500}, capacity=20), site("fast", first={0: 100}, capacity=500)]
    found = split(Delivery("BIBP", 600, 20, DAY, on(4)), places, until=on(30))
    by_site = {share.site: share for share in found.shares}
    assert by_site["slow"].doses == 100
    assert by_site["slow"].limit == "capacity"
    assert by_site["fast"].doses == 100
    assert by_site["fast"].limit == "need"
    assert found.kept == 400


def _deals(packs: int, most: list[int]) -> Iterator[list[int]]:
    if not most:
        yield []
        return
    for here in range(min(packs, most[0]) + 1):
        for rest in _deals(packs - here, most[1:]):
            yield [here, *rest]


@settings(max_examples=150, deadline=None)
@given(
    places=st.lists(sites, min_size=1, max_size=3, unique_by=lambda place: place.id),
    packs=st.integers(0, 6), pack=st.integers(1, 4),
)  # fmt: skip
def test_the_worst_off_site_is_as_well_off_as_it_can_be(
    places: list[SiteSupply], packs: int, pack: int
) -> None:
    """First doses only. Against all ways to deal the packs, among the sites that could use any."""
    plain = [replace(p, demand={"BIBP": Demand({}, p.demand["BIBP"].first)}) for p in places]
    delivery = Delivery("BIBP", packs * pack, pack, DAY, on(20))
    found = split(delivery, plain, until=on(8))
    needs = {place.id: need_of(place, delivery, on(8)) for place in plain}
    names = sorted(needs)
    most = {name: -(-needs[name].usable // pack) for name in names}

    def covered(name: str, count: int) -> Fraction:
        need = needs[name]
        return Fraction(min(need.total - need.lacking + count * pack, need.total), need.total)

    ours = {share.site: share.packs for share in found.shares}
    assert sum(share.doses for share in found.shares) + found.kept == delivery.doses
    assert sum(ours.values()) == min(packs, sum(most.values()))
    hungry = [name for name in names if ours[name] < most[name]]
    for name in hungry:
        for other in names:
            if ours[other]:
                assert covered(other, ours[other] - 1) <= covered(name, ours[name])
    useful = [name for name in names if most[name]]
    every = [dict(zip(names, dealt, strict=True)) for dealt in _deals(packs, list(most.values()))]
    if useful:
        best = max(min(covered(name, dealt[name]) for name in useful) for dealt in every)
        assert min(covered(name, ours[name]) for name in useful) == best


@settings(max_examples=50, deadline=None)
@given(places=st.lists(sites, min_size=2, max_size=4, unique_by=lambda place: place.id), seed=st.randoms())
def test_the_order_of_sites_does_not_matter(places: list[SiteSupply], seed: object) -> None:
    delivery = Delivery("BIBP", 20, 3, DAY, on(20))
    first = split(delivery, places, until=on(8))
    assert split(delivery, list(reversed(places)), until=on(8)) == first


def test_a_pack_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="pack"):
        split(Delivery("BIBP", 10, 0, DAY, on(3)), [], until=on(3))


def test_doses_that_would_expire_move_to_the_nearest_people_who_wait() -> None:
    places = [
        site("full", stock=100, expires=2, first={0: 30}),
        site("near", first={0: 40}),
        site("far", first={0: 40}),
    ]
    km = {("full", "near"): 3.0, ("full", "far"): 20.0}
    first, second = transfers(places, km, DAY, 7)
    assert (first.to_site, first.doses, first.saves) == ("near", 40, 40)
    assert (second.to_site, second.doses, second.saves) == ("far", 30, 30)
    assert "would expire" in first.because.en


def test_what_expires_makes_no_room_for_moving_what_keeps() -> None:
    """Ten doses expire tomorrow, ten are wanted on the sixth day; the taker can give four by tomorrow, and six later."""
    giver = replace(site("full", first={5: 10}), batches=(Batch("BIBP", 10, on(1)), Batch("BIBP", 10, on(9))))
    moves = transfers([giver, site("slow", first={0: 10}, capacity=2)], {("full", "slow"): 3.0}, DAY, 8)
    assert [(move.doses, move.expires_on) for move in moves] == [(4, on(1))]


two_batches = st.builds(
    lambda place, doses, later: replace(
        place, batches=(*place.batches, Batch("BIBP", doses, (place.batches or (Batch("", 0, DAY),))[0].expires_on + later))
    ),
    sites, st.integers(0, 15), st.sampled_from([timedelta(-2), timedelta(1), timedelta(3)]),
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(
    places=st.lists(sites | two_batches, min_size=2, max_size=4, unique_by=lambda place: place.id),
    pack=st.integers(1, 3),
)
def test_moves_never_harm_the_giver_and_always_serve_more_people(places: list[SiteSupply], pack: int) -> None:
    km = {(a.id, b.id): 1.0 for a in places for b in places if a is not b}
    moves = transfers(places, km, DAY, 8, pack=pack)
    before = forecast(places, DAY, 8)
    after = forecast([_after(place, moves) for place in places], DAY, 8)
    served_before = {p.id: sum(d.used for d in before.of(p.id, "BIBP")) for p in places}
    served_after = {p.id: sum(d.used for d in after.of(p.id, "BIBP")) for p in places}
    assert all(served_after[name] >= served_before[name] for name in served_before)
    assert all(move.doses % pack == 0 for move in moves)
    for giver in {move.from_site for move in moves}:
        evenings = zip(before.of(giver, "BIBP"), after.of(giver, "BIBP"), strict=True)
        assert all(
            then.short_due + then.short_first <= now.short_due + now.short_first for now, then in evenings
        )
    moved = sum(move.doses for move in moves)
    assert sum(served_after.values()) - sum(served_before.values()) == moved
    assert after.expired <= before.expired


def test_who_cannot_use_what_lies_there_leaves_it_to_those_farther_off() -> None:
    """Ten doses expire tomorrow; the nearest site wants them in a week, the far one today."""
    places = [site("full", stock=10, expires=1), site("near", first={6: 10}), site("far", first={0: 10})]
    km = {("full", "near"): 1.0, ("full", "far"): 30.0}
    assert [(move.to_site, move.doses) for move in transfers(places, km, DAY, 8)] == [("far", 10)]


def test_packs_stay_whole_lot_by_lot() -> None:
    lots = (
        Batch("BIBP", 15, on(3), None, "A"),
        Batch("BIBP", 15, on(3), None, "B"),
        Batch("BIBP", 50, on(4), DAY),
    )
    places = [SiteSupply("full", lots), site("empty", first={0: 28})]
    moves = transfers(places, {("full", "empty"): 1.0}, DAY, 5, pack={"BIBP": 10})
    assert [(move.lot, move.doses, move.saves) for move in moves] == [("A", 10, 10), ("B", 10, 10)]


def _after(place: SiteSupply, moves: list) -> SiteSupply:  # type: ignore[type-arg]
    batches = list(place.batches)
    for move in moves:
        if move.from_site == place.id:
            row = next(i for i, b in enumerate(batches) if b.expires_on == move.expires_on)
            batches[row] = replace(batches[row], doses=batches[row].doses - move.doses)
            assert batches[row].doses >= 0
        if move.to_site == place.id:
            batches.append(Batch(move.product, move.doses, move.expires_on))
    return replace(place, batches=tuple(batches))
