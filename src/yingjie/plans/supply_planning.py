"""What becomes of the doses: forecast as it is, a store's lots split, moves between sites, forecast as it would be. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from vaxkit.allocation.delivery import Delivery, split
from vaxkit.allocation.forecast import Forecast, forecast
from vaxkit.allocation.supply import Batch, SiteSupply
from vaxkit.allocation.transfers import transfers
from yingjie.plans.supply_facts import Facts, Lot


def planned(facts: Facts, first: date, days: int) -> dict[str, Any]:
    """The plan as it is kept: rows of the forecast and numbered moves."""
    now = forecast(facts.supplies, first, days)
    supplies, moves = _delivered(facts, first, days)
    moves += _moved(facts, supplies, first, days)
    for number, move in enumerate(moves):
        move["number"] = number
    then = forecast(_with(facts.supplies, moves, first), first, days)
    return {
        "days": [str(first + timedelta(days=step)) for step in range(days)],
        "rows": _rows(facts, now, then),
        "moves": moves,
        "expired": {"now": now.expired, "then": then.expired},
    }


def _delivered(facts: Facts, first: date, days: int) -> tuple[tuple[SiteSupply, ...], list[dict[str, Any]]]:
    """Every usable lot of every store, split by the rule of vaxkit.allocation.delivery."""
    supplies, moves = facts.supplies, []
    until = first + timedelta(days=days - 1)
    for store, row in facts.stores.items():
        for lot in facts.lots[store]:
            delivery = Delivery(lot.product, lot.doses, lot.pack, first, lot.expires_on)
            found = split(delivery, supplies, until=max(until, first))
            for share in found.shares:
                if share.doses:
                    because = {"zh": share.because.zh, "en": share.because.en}
                    moves.append(_move("delivery", store, share.site, [(lot, share.doses)], because))
            supplies = _with(
                supplies, [each for each in moves if each["lots"][0][0] == str(lot.lot_id)], first
            )
        assert row.kind == "store"
    return supplies, moves


def _moved(facts: Facts, supplies: Sequence[SiteSupply], first: date, days: int) -> list[dict[str, Any]]:
    km = {
        (a, b): facts.ways.between(one.id, other.id)
        for a, one in facts.sites.items()
        for b, other in facts.sites.items()
        if a != b
    }
    found = []
    left = {(site, lot.lot_id): lot.doses for site, lots in facts.lots.items() for lot in lots}
    for move in transfers(supplies, km, first, days):
        wanted, lots = move.doses, []
        for lot in facts.lots[move.from_site]:
            if (lot.product, lot.expires_on) == (move.product, move.expires_on):
                taken = min(wanted, left[move.from_site, lot.lot_id])
                left[move.from_site, lot.lot_id] -= taken
                wanted -= taken
                if taken:
                    lots.append((lot, taken))
        if lots and not wanted:
            because = {"zh": move.because.zh, "en": move.because.en}
            found.append(_move("transfer", move.from_site, move.to_site, lots, because))
    return found


def _move(
    kind: str, giver: str, taker: str, lots: Sequence[tuple[Lot, int]], because: dict[str, str]
) -> dict[str, Any]:
    first = lots[0][0]
    return {
        "kind": kind, "from": giver, "to": taker, "product": first.product, "expires_on": str(first.expires_on),
        "doses": sum(doses for _lot, doses in lots), "lots": [[str(lot.lot_id), lot.number, doses] for lot, doses in lots],
        "because": because,
    }  # fmt: skip


def _with(
    supplies: Sequence[SiteSupply], moves: Sequence[dict[str, Any]], first: date
) -> tuple[SiteSupply, ...]:
    """The sites after these moves."""
    found = []
    for site in supplies:
        batches = list(site.batches)
        for move in moves:
            expires = date.fromisoformat(move["expires_on"])
            if move["to"] == site.id:
                batches.append(Batch(move["product"], move["doses"], expires, first))
            if move["from"] == site.id:
                batches = _taken(batches, move["product"], expires, move["doses"])
        found.append(replace(site, batches=tuple(batches)))
    return tuple(found)


def _taken(batches: Sequence[Batch], product: str, expires_on: date, doses: int) -> list[Batch]:
    found = []
    for batch in batches:
        if (batch.product, batch.expires_on) == (product, expires_on) and batch.arrives_on is None:
            gone = min(batch.doses, doses)
            doses -= gone
            batch = replace(batch, doses=batch.doses - gone)
        found.append(batch)
    return found


def _rows(facts: Facts, now: Forecast, then: Forecast) -> list[dict[str, Any]]:
    """A row for each site and product with anything to say: usable at the end of each day, people who wait for want of a dose."""
    found = []
    for site in facts.supplies:
        for product in facts.products:
            before, after = now.of(site.id, product), then.of(site.id, product)
            if not before and not after:
                continue
            found.append(
                {
                    "site": site.id, "product": product, "used": sum(day.used for day in before),
                    "left": [day.left for day in before], "short": [day.no_dose for day in before],
                    "expired": [day.expired for day in before], "short_then": [day.no_dose for day in after],
                    "expired_then": [day.expired for day in after],
                }
            )  # fmt: skip
    return found
