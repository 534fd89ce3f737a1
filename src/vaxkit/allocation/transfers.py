"""Moves between sites: doses that would expire or lie idle here, for people who would wait there.

Proposed where they help and only so far: never more than the giving site can spare at any day of the horizon, only doses that the
receiving site can use before they expire. Least distance first (a minimum-cost flow), whole packs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

import numpy as np
from ortools.graph.python import min_cost_flow

from vaxkit.allocation.forecast import Forecast, forecast
from vaxkit.allocation.supply import Batch, SiteSupply
from vaxkit.vocabulary import Text


@dataclass(frozen=True, slots=True)
class Transfer:
    """So many doses of one batch from site to site. `saves`: doses of them that would have expired."""

    product: str
    from_site: str
    to_site: str
    doses: int
    expires_on: date
    km: float
    saves: int
    because: Text


def transfers(
    sites: Sequence[SiteSupply], km: Mapping[tuple[str, str], float], first: date, days: int, *, pack: int = 1
) -> list[Transfer]:
    """Moves worth making on `first`, the shortest ways first. Pairs without a distance are not used."""
    now = forecast(sites, first, days)
    found: list[Transfer] = []
    for product in sorted({batch.product for site in sites for batch in site.batches}):
        found += _of_product(product, sites, km, now, first, days, pack)
    return found


def spare(site: SiteSupply, now: Forecast, product: str) -> int:
    """Doses in store today that the site will not miss on any evening of the horizon: what is left then, and what expired before.
    What comes later does not make up for what is missing until then."""
    days = now.of(site.id, product)
    lost = accumulate(day.expired for day in days)
    return min((day.left + gone for day, gone in zip(days, lost, strict=True)), default=0)


def lacking(site: SiteSupply, now: Forecast, product: str, first: date, days: int) -> int:
    """Doses that the site could use more within the horizon if it had them today."""
    plenty = Batch(product, 10**9, first + timedelta(days))
    more = SiteSupply(site.id, (*site.batches, plenty), site.demand, site.usual_capacity, site.capacity)
    could = sum(day.used for day in forecast([more], first, days).of(site.id, product))
    return could - sum(day.used for day in now.of(site.id, product))


def _of_product(
    product: str,
    sites: Sequence[SiteSupply],
    km: Mapping[tuple[str, str], float],
    now: Forecast,
    first: date,
    days: int,
    pack: int,
) -> list[Transfer]:
    givers = {site.id: spare(site, now, product) // pack for site in sites}
    takers = {site.id: lacking(site, now, product, first, days) // pack for site in sites}
    pairs = [
        (giver, taker) for giver, has in givers.items() for taker, wants in takers.items()
        if has > 0 and wants > 0 and giver != taker and (giver, taker) in km
    ]  # fmt: skip
    if not pairs:
        return []
    packs = _moved(givers, takers, pairs, km)
    found: list[Transfer] = []
    by_id = {site.id: site for site in sites}
    for (giver, taker), count in sorted(packs.items(), key=lambda item: (km[item[0]], item[0])):
        found += _cut(
            product, by_id[giver], by_id[taker], count * pack, km[giver, taker], now, first, days, found
        )
    return found


def _moved(
    givers: Mapping[str, int],
    takers: Mapping[str, int],
    pairs: Sequence[tuple[str, str]],
    km: Mapping[tuple[str, str], float],
) -> dict[tuple[str, str], int]:
    """As many packs as can be moved, over the least distance."""
    names = sorted(givers)
    row = {name: index for index, name in enumerate(names)}
    count, source, sink = len(names), 2 * len(names), 2 * len(names) + 1
    tails = [*(row[a] for a, _b in pairs), *[source] * count, *range(count, 2 * count)]
    heads = [*(count + row[b] for _a, b in pairs), *range(count), *[sink] * count]
    most = [min(givers[a], takers[b]) for a, b in pairs]
    room = [*most, *(max(givers[name], 0) for name in names), *(max(takers[name], 0) for name in names)]
    cost = [*(round(km[pair] * 10) for pair in pairs), *[0] * (2 * count)]
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(*(np.array(column) for column in (tails, heads, room, cost)))
    total = min(sum(room[len(pairs) : len(pairs) + count]), sum(room[len(pairs) + count :]))
    flow.set_nodes_supplies(np.array([source, sink]), np.array([total, -total]))
    if flow.solve_max_flow_with_min_cost() != flow.OPTIMAL:
        raise ArithmeticError("the moves could not be balanced")
    return {pair: int(flow.flow(index)) for index, pair in enumerate(pairs) if flow.flow(index)}


def _cut(
    product: str, giver: SiteSupply, taker: SiteSupply, doses: int, km: float, now: Forecast, first: date, days: int,
    before: Sequence[Transfer],
) -> list[Transfer]:  # fmt: skip
    """A move as doses of batches: those first that would expire at the giver and that the taker can still use."""
    taken = {
        on: sum(
            move.doses
            for move in before
            if (move.from_site, move.product, move.expires_on) == (giver.id, product, on)
        )
        for on in {move.expires_on for move in before}
    }
    expiring = {day.day: day.expired for day in now.of(giver.id, product) if day.expired}
    # What expires makes room in `spare` for itself only: of what keeps, no more may go than lies idle on every evening.
    idle = min((day.left for day in now.of(giver.id, product)), default=0)
    idle -= sum(doses for on, doses in taken.items() if on not in expiring)
    found: list[Transfer] = []
    shelf = [
        b for b in giver.batches if b.product == product and (b.arrives_on is None or b.arrives_on <= first)
    ]
    in_store: dict[date, int] = {}
    for batch in shelf:
        in_store[batch.expires_on] = in_store.get(batch.expires_on, 0) + batch.doses
    for expires_on in sorted(in_store, key=lambda on: (on not in expiring, on)):
        gone = taken.get(expires_on, 0)
        spared = expiring[expires_on] - gone if expires_on in expiring else idle
        useful = min(doses, in_store[expires_on] - gone, spared)
        # Some may only take the place of what the taker has: as many as are given more than without them.
        while useful > (
            more := _given_more(taker, Batch(product, useful, expires_on), first, days, (*before, *found))
        ):
            useful = more
        if useful > 0:
            saves = min(useful, expiring.get(expires_on, 0))
            found.append(
                Transfer(
                    product,
                    giver.id,
                    taker.id,
                    useful,
                    expires_on,
                    km,
                    saves,
                    _because(giver.id, taker.id, useful, saves, km, expires_on),
                )
            )
            doses -= useful
            idle -= 0 if expires_on in expiring else useful
    return found


def _given_more(taker: SiteSupply, extra: Batch, first: date, days: int, moved: Sequence[Transfer]) -> int:
    """How many more doses the taker gives in the horizon with these, besides what it gets already."""
    if extra.doses <= 0:
        return extra.doses
    own = [
        Batch(move.product, move.doses, move.expires_on)
        for move in moved
        if (move.to_site, move.product) == (taker.id, extra.product)
    ]

    def used(*more: Batch) -> int:
        site = SiteSupply(
            taker.id, (*taker.batches, *own, *more), taker.demand, taker.usual_capacity, taker.capacity
        )
        return sum(day.used for day in forecast([site], first, days).of(taker.id, extra.product))

    return used(extra) - used()


def _because(giver: str, taker: str, doses: int, saves: int, km: float, expires_on: date) -> Text:
    zh = f"{giver} 用不完，{taker} 缺苗：调 {doses} 剂（{expires_on} 到期），{km:.1f} 公里"
    en = f"{giver} will not use them, {taker} runs short: move {doses} doses (expiring {expires_on}) {km:.1f} km"
    if saves:
        zh += f"；其中 {saves} 剂不调将过期"
        en += f"; {saves} of them would expire"
    return Text(zh + "。", en + ".")
