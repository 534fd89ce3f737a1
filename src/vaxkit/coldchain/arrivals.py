"""A delivery at the door: accepted, quarantined or refused, by the rules of the law."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from vaxkit.coldchain.handling import ArrivalRule, Handling

STRICTNESS = ("accepted", "quarantined", "refused")


@dataclass(frozen=True, slots=True)
class Arrival:
    """The facts at the door. `lowest` and `highest` are what the record of the transport says (None: there is no record), and
    `lower_limit` to `upper_limit` is what the product allows, both included."""

    on: date
    expires_on: date
    lowest: Decimal | None
    highest: Decimal | None
    lower_limit: Decimal
    upper_limit: Decimal
    has_release_document: bool
    packs_damaged: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """The decision, and every rule that spoke, in the order of the rule data."""

    decision: str
    because: tuple[ArrivalRule, ...]


def judge(rules: Handling, arrival: Arrival) -> Judged:
    """The strictest decision of all rules whose condition holds; accepted where none does."""
    spoke = tuple(rule for rule in rules.arrival if CONDITIONS[rule.code](arrival))
    strictest = max((STRICTNESS.index(rule.decision) for rule in spoke), default=0)
    return Judged(STRICTNESS[strictest], spoke)


def _out_of_range(arrival: Arrival) -> bool:
    if arrival.lowest is None or arrival.highest is None:
        return False
    return arrival.lowest < arrival.lower_limit or arrival.highest > arrival.upper_limit


CONDITIONS: Mapping[str, Callable[[Arrival], bool]] = MappingProxyType(
    {
        "no_temperature_record": lambda arrival: arrival.lowest is None or arrival.highest is None,
        "temperature_out_of_range": _out_of_range,
        "expired": lambda arrival: arrival.on > arrival.expires_on,
        "no_release_document": lambda arrival: not arrival.has_release_document,
        "packs_damaged": lambda arrival: arrival.packs_damaged > 0,
    }
)
