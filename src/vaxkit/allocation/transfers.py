"""Moves between sites: doses that would expire or lie idle here, for people who would wait there.

Proposed where they help and only so far: nobody at the giving site gets a dose later on any day of the horizon; only what lies
there today goes; only doses that the receiving site can give before they expire, besides everything it gives already. Whole packs
of a lot, what would expire first. In each round as many as can be over the least distance (a minimum-cost flow); rounds until
nothing helps any more. What came is not moved on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate

import numpy as np
from ortools.graph.python import min_cost_flow

from vaxkit.allocation.forecast import Forecast, forecast
from vaxkit.allocation.supply import Batch, SiteSupply
from vaxkit.vocabulary import Text


@dataclass(frozen=True, slots=True)
class Transfer:
    """So many doses of one lot from site to site. `saves`: doses of them that would have expired."""

    product: str
    from_site: str
    to_site: str
    doses: int
    expires_on: date
    km: float
    saves: int
    because: Text
    lot: str = ""


def transfers(
    sites: Sequence[SiteSupply], km: Mapping[tuple[str, str], float], first: date, days: int, *,
    pack: int | Mapping[str, int] = 1,
) -> list[Transfer]:  # fmt: skip
    """Moves worth making on `first`, product by product, the shortest ways first. Pairs without a distance are not used; `pack` are
    the doses of a pack, of every product or by product (not named: 1)."""
    state = {site.id: site for site in sites}
    found: dict[tuple[str, str, date, str, str], Transfer] = {}
    for product in sorted({batch.product for site in sites for batch in site.batches}):
        doses = pack if isinstance(pack, int) else pack.get(product, 1)
        open_ways = dict(km)
        while asked := _asked(product, state, open_ways, first, days, doses):
            for way, packs in sorted(asked.items(), key=lambda item: (km[item[0]], item[0])):
                moves = _between(product, state, way, km[way], packs, doses, first, days)
                for move in moves:
                    key = (move.from_site, move.to_site, move.expires_on, move.lot, product)
                    found[key] = _joined(found.get(key), move)
                if not moves:
                    del open_ways[way]  # what lies there is of no use to them: the next round asks others
    rank = {each: row for row, each in enumerate(sorted(found, key=lambda key: (key[4], found[key].km, key)))}
    return [found[key] for key in sorted(rank, key=lambda key: rank[key])]


def moved(site: SiteSupply, moves: Sequence[Transfer], first: date) -> SiteSupply:
    """A site after these moves were made on `first`."""
    batches = list(site.batches)
    for move in moves:
        if move.from_site == site.id:
            batches = _taken(batches, move, first)
        if move.to_site == site.id:
            batches.append(Batch(move.product, move.doses, move.expires_on, first, move.lot))
    return replace(site, batches=tuple(batches))


def spare(site: SiteSupply, now: Forecast, product: str) -> int:
    """Doses in store today that the site will not miss on any evening of the horizon: what is left then, and what expired before.
    What comes later does not make up for what is missing until then."""
    days = now.of(site.id, product)
    lost = accumulate(day.expired for day in days)
    return min((day.left + gone for day, gone in zip(days, lost, strict=True)), default=0)


def lacking(site: SiteSupply, product: str, first: date, days: int) -> int:
    """Doses that the site could use more within the horizon if it had them today."""
    wanted = site.demand[product].doses if product in site.demand else 0
    return _given_more(site, Batch(product, wanted, first + timedelta(days)), first, days)


def _asked(
    product: str, state: Mapping[str, SiteSupply], km: Mapping[tuple[str, str], float], first: date, days: int, pack: int
) -> dict[tuple[str, str], int]:  # fmt: skip
    """Packs by way for one round: as many as givers can spare and takers lack, over the least distance; {}: nothing is left."""
    now = forecast(state.values(), first, days)
    here = {
        name: sum(batch.doses for batch in site.batches if _may_go(batch, product, first))
        for name, site in state.items()
    }
    givers = {name: min(spare(site, now, product), here[name]) // pack for name, site in state.items()}
    givers = {name: packs for name, packs in givers.items() if packs > 0}
    if not givers:
        return {}
    takers = {name: lacking(site, product, first, days) // pack for name, site in state.items()}
    pairs = [
        (giver, taker) for giver in sorted(givers) for taker in sorted(takers)
        if takers[taker] > 0 and giver != taker and (giver, taker) in km
    ]  # fmt: skip
    return _balanced(givers, takers, pairs, km) if pairs else {}


def _between(
    product: str, state: dict[str, SiteSupply], way: tuple[str, str], km: float, packs: int, pack: int, first: date, days: int
) -> list[Transfer]:  # fmt: skip
    """So many packs from one to the other at most, lot by lot; changes `state`."""
    (giver, taker), left = way, packs * pack
    found: list[Transfer] = []
    for lot in _lots(state[giver], product, first, days):
        move = _move(product, state[giver], state[taker], lot, left, pack, km, first, days)
        if move is not None:
            found.append(move)
            left -= move.doses
            state[giver], state[taker] = (
                moved(state[giver], [move], first),
                moved(state[taker], [move], first),
            )
    return found


def _balanced(
    givers: Mapping[str, int],
    takers: Mapping[str, int],
    pairs: Sequence[tuple[str, str]],
    km: Mapping[tuple[str, str], float],
) -> dict[tuple[str, str], int]:
    """As many packs as can be moved, over the least distance."""
    names = sorted(takers)
    row = {name: index for index, name in enumerate(names)}
    count, source, sink = len(names), 2 * len(names), 2 * len(names) + 1
    tails = [*(row[a] for a, _b in pairs), *[source] * count, *range(count, 2 * count)]
    heads = [*(count + row[b] for _a, b in pairs), *range(count), *[sink] * count]
    most = [min(givers[a], takers[b]) for a, b in pairs]
    room = [*most, *(givers.get(name, 0) for name in names), *(max(takers[name], 0) for name in names)]
    cost = [*(round(km[pair] * 10) for pair in pairs), *[0] * (2 * count)]
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(*(np.array(column) for column in (tails, heads, room, cost)))
    total = min(sum(room[len(pairs) : len(pairs) + count]), sum(room[len(pairs) + count :]))
    flow.set_nodes_supplies(np.array([source, sink]), np.array([total, -total]))
    if flow.solve_max_flow_with_min_cost() != flow.OPTIMAL:
        raise ArithmeticError("the moves could not be balanced")
    return {pair: int(flow.flow(index)) for index, pair in enumerate(pairs) if flow.flow(index)}


def _may_go(batch: Batch, product: str, first: date) -> bool:
    """Whether it lies there: what is on its way, and what came on the day itself, is not sent on."""
    return batch.product == product and (batch.arrives_on is None or batch.arrives_on < first)


def _lots(giver: SiteSupply, product: str, first: date, days: int) -> list[Batch]:
    """What lies at a site by lot: what would expire first."""
    held: dict[tuple[date, str], int] = {}
    for batch in giver.batches:
        if _may_go(batch, product, first):
            held[batch.expires_on, batch.lot] = held.get((batch.expires_on, batch.lot), 0) + batch.doses
    lost = {day.day for day in forecast([giver], first, days).of(giver.id, product) if day.expired}
    order = sorted(held, key=lambda key: (key[0] not in lost, key))
    return [Batch(product, held[key], key[0], None, key[1]) for key in order]


def _move(
    product: str, giver: SiteSupply, taker: SiteSupply, lot: Batch, most: int, pack: int, km: float, first: date, days: int
) -> Transfer | None:  # fmt: skip
    """As many packs of a lot as the giver does not miss and the taker gives besides what it gives already."""
    now = forecast([giver], first, days)
    doses = _whole(min(most, lot.doses), pack)
    # Some may only take the place of what the taker has: as many as are given more than without them.
    while doses > (more := _given_more(taker, replace(lot, doses=doses), first, days)):
        doses = _whole(more, pack)
    doses = pack * _most(
        doses // pack, lambda packs: not _misses(giver, now, replace(lot, doses=packs * pack), first, days)
    )
    if doses <= 0:
        return None
    lost = {day.day: day.expired for day in now.of(giver.id, product)}
    saves = min(doses, lost.get(lot.expires_on, 0))
    because = _because(giver.id, taker.id, doses, saves, km, lot.expires_on)
    return Transfer(product, giver.id, taker.id, doses, lot.expires_on, km, saves, because, lot.lot)


def _most(packs: int, harmless: Callable[[int], bool]) -> int:
    """The most of these packs that can go."""
    low, high = 0, packs
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if harmless(middle) else (low, middle - 1)
    return low


def _misses(giver: SiteSupply, now: Forecast, gone: Batch, first: date, days: int) -> bool:
    """Whether anybody at the giver gets a dose later, or none, without these."""
    less = replace(giver, batches=tuple(_taken(giver.batches, gone, first)))
    waits = [day.short_due + day.short_first for day in now.days]
    then = [day.short_due + day.short_first for day in forecast([less], first, days).days]
    return any(after > before for before, after in zip(waits, then, strict=True))


def _whole(doses: int, pack: int) -> int:
    return max(doses, 0) // pack * pack


def _joined(before: Transfer | None, move: Transfer) -> Transfer:
    if before is None:
        return move
    doses, saves = before.doses + move.doses, before.saves + move.saves
    because = _because(move.from_site, move.to_site, doses, saves, move.km, move.expires_on)
    return replace(before, doses=doses, saves=saves, because=because)


def _taken(batches: Sequence[Batch], move: Transfer | Batch, first: date) -> list[Batch]:
    found, doses = [], move.doses
    for batch in batches:
        gone = 0
        if _may_go(batch, move.product, first) and (batch.expires_on, batch.lot) == (
            move.expires_on,
            move.lot,
        ):
            gone = min(batch.doses, doses)
        doses -= gone
        found.append(replace(batch, doses=batch.doses - gone))
    return found


def _given_more(taker: SiteSupply, extra: Batch, first: date, days: int) -> int:
    """How many more doses of all products the taker gives in the horizon with these."""
    if extra.doses <= 0:
        return 0

    def used(*more: Batch) -> int:
        return sum(
            day.used for day in forecast([replace(taker, batches=(*taker.batches, *more))], first, days).days
        )

    return used(extra) - used()


def _because(giver: str, taker: str, doses: int, saves: int, km: float, expires_on: date) -> Text:
    zh = f"{giver} 用不完，{taker} 缺苗：调 {doses} 剂（{expires_on} 到期），{km:.1f} 公里"
    en = f"{giver} will not use them, {taker} runs short: move {doses} doses (expiring {expires_on}) {km:.1f} km"
    if saves:
        zh += f"；其中 {saves} 剂不调将过期"
        en += f"; {saves} of them would expire"
    return Text(zh + "。", en + ".")
