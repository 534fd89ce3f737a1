"""What becomes of the doses: forecast as it is, the stores' lots split, moves between sites, forecast as it would be. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from vaxkit.allocation.delivery import Delivery, split_all
from vaxkit.allocation.forecast import Forecast, forecast
from vaxkit.allocation.supply import SiteSupply
from vaxkit.allocation.transfers import moved, transfers
from vaxkit.vocabulary import Text
from yingjie.plans.supply_facts import Facts, Lot, at_hand


@dataclass(frozen=True)
class ByHand:
    """So many doses of a store's lot for a site, whatever the rule says."""

    store: str
    lot_id: str
    site: str
    doses: int


def planned(facts: Facts, first: date, days: int, by_hand: Sequence[ByHand] = ()) -> dict[str, Any]:
    """The plan as it is kept: rows of the forecast, numbered moves, what the stores have, what was set by hand."""
    here = [(store, lot) for store in facts.stores for lot in facts.lots[store]]
    here.sort(key=lambda pair: (pair[1].expires_on, pair[1].number, pair[0]))
    supplies, moves = _delivered(facts, here, first, days, by_hand)
    packs = {lot.product: lot.pack for lots in facts.lots.values() for lot in lots}
    between = transfers(_kept_there(supplies, facts, by_hand, first), _ways(facts), first, days, pack=packs)
    lots = {str(lot.lot_id): lot for rows in facts.lots.values() for lot in rows}
    moves += [
        _move("transfer", each.from_site, each.to_site, lots[each.lot], each.doses, each.because)
        for each in between
    ]
    for number, move in enumerate(moves):
        move["number"] = number
    now = forecast((*facts.supplies, *_stores(facts, [])), first, days)
    after = (*(moved(site, between, first) for site in supplies), *_stores(facts, moves))
    then = forecast(after, first, days)
    return {
        "days": [str(first + timedelta(days=step)) for step in range(days)],
        "rows": _rows(facts, now, then),
        "moves": moves,
        "expired": {"now": now.expired, "then": then.expired},
        "lots": [[store, str(lot.lot_id), lot.number, lot.product, lot.doses, lot.pack] for store, lot in here],
        "by_hand": [[each.store, each.lot_id, each.site, each.doses] for each in by_hand],
    }  # fmt: skip


def _delivered(
    facts: Facts, here: Sequence[tuple[str, Lot]], first: date, days: int, by_hand: Sequence[ByHand]
) -> tuple[tuple[SiteSupply, ...], list[dict[str, Any]]]:
    """Every usable lot of every store, split by the rule of vaxkit.allocation.delivery."""
    deliveries = [
        Delivery(lot.product, lot.doses, lot.pack, first, lot.expires_on, str(lot.lot_id))
        for _store, lot in here
    ]
    fixed = {row: _fixed(facts, store, lot, by_hand) for row, (store, lot) in enumerate(here)}
    splits, supplies = split_all(
        deliveries, facts.supplies, until=first + timedelta(days=days - 1), first=first, fixed=fixed
    )
    moves = [
        _move("delivery", store, share.site, lot, share.doses, share.because)
        for (store, lot), found in zip(here, splits, strict=True)
        for share in found.shares
        if share.doses
    ]
    return supplies, moves


def _fixed(facts: Facts, store: str, lot: Lot, by_hand: Sequence[ByHand]) -> dict[str, int]:
    """Packs of a lot that were set by hand, as far as they are there."""
    found: dict[str, int] = {}
    for each in by_hand:
        if (each.store, each.lot_id) == (store, str(lot.lot_id)) and each.site in facts.sites:
            found[each.site] = min(each.doses // lot.pack, lot.doses // lot.pack - sum(found.values()))
    return found


def _kept_there(
    supplies: Sequence[SiteSupply], facts: Facts, by_hand: Sequence[ByHand], first: date
) -> list[SiteSupply]:
    """The sites as moves may see them: of what somebody wants a site to have, the rule moves nothing on."""
    products = {str(lot.lot_id): lot.product for rows in facts.lots.values() for lot in rows}
    wanted = {(each.site, products.get(each.lot_id)) for each in by_hand if each.doses}
    return [
        replace(
            site,
            batches=tuple(
                replace(batch, arrives_on=batch.arrives_on or first)
                if (site.id, batch.product) in wanted
                else batch
                for batch in site.batches
            ),
        )
        for site in supplies
    ]


def _ways(facts: Facts) -> dict[tuple[str, str], float]:
    return {
        (a, b): facts.ways.between(one.id, other.id)
        for a, one in facts.sites.items()
        for b, other in facts.sites.items()
        if a != b
    }


def _move(kind: str, giver: str, taker: str, lot: Lot, doses: int, because: Text) -> dict[str, Any]:
    return {
        "kind": kind, "from": giver, "to": taker, "product": lot.product, "expires_on": str(lot.expires_on), "doses": doses,
        "lots": [[str(lot.lot_id), lot.number, doses]], "because": {"zh": because.zh, "en": because.en},
    }  # fmt: skip


def _stores(facts: Facts, moves: Sequence[Mapping[str, Any]]) -> list[SiteSupply]:
    """Stores as places where nobody is vaccinated, without what leaves them."""
    found = []
    for store in facts.stores:
        gone = dict.fromkeys((str(lot.lot_id) for lot in facts.lots[store]), 0)
        for move in moves:
            if move["from"] == store:
                gone[move["lots"][0][0]] += move["doses"]
        left = [replace(batch, doses=batch.doses - gone[batch.lot]) for batch in at_hand(facts.lots[store])]
        found.append(SiteSupply(store, tuple(left), usual_capacity=0))
    return found


def _rows(facts: Facts, now: Forecast, then: Forecast) -> list[dict[str, Any]]:
    """A row for each place and product with anything to say: usable at the end of each day, people who wait for want of a dose."""
    found = []
    for place in (*facts.sites, *facts.stores):
        for product in facts.products:
            before, after = now.of(place, product), then.of(place, product)
            if after:
                nothing = [0] * len(after)
                found.append(
                    {
                        "site": place, "product": product, "used": sum(day.used for day in before),
                        "left": [day.left for day in before] or nothing, "short": [day.no_dose for day in before] or nothing,
                        "expired": [day.expired for day in before] or nothing, "short_then": [day.no_dose for day in after],
                        "expired_then": [day.expired for day in after],
                    }
                )  # fmt: skip
    return found
