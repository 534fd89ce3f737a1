"""What a file says of itself: its rows with a sound number show how often the other fields err in it.

Pairs with one sound number are the same person whatever else differs; rows with a sound number that nobody has
are new people. Both are counted and added to the stated rates of `weights`. No labels, no iteration: the same
rows always give the same rates, in any order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from vaxkit.identity.matching import written
from vaxkit.identity.matching.columns_gone_wrong import merged_villages
from vaxkit.identity.matching.fields import Pairs, compare_pairs
from vaxkit.identity.matching.levels import FIELDS, AddressLevel, NameLevel, PhoneLevel, VillageLevel
from vaxkit.identity.matching.sides import Positions, Prints, Side, present
from vaxkit.identity.matching.weights import Rates, Weights

_SAMPLE: Final = 25_000
_LEARNT: Final = ("name", "birth", "sex", "phone", "address", "village")
_CAREFUL: Final = 0.3
"""Certain pairs may lower a stated rate of disagreement to this share of it, never to nothing."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """Rates of one file. `same` as in Weights; shares of rows."""

    same: Rates
    known: float
    housemates: float
    repeated: float
    moved: float
    family_numbers: float
    tells_births: bool
    people: int
    claimed: int
    certain_pairs: int

    @property
    def chance_unclaimed(self) -> float:
        """That an open row is one given person whom no certain row is linked to."""
        return self.known * (1 - self.repeated) / max(1, self.people - self.claimed)

    @property
    def chance_claimed(self) -> float:
        """That an open row is one given person who has a certain row already."""
        return self.known * self.repeated / max(1, self.claimed)


def stated(weights: Weights, people: int) -> Learnt:
    """The rates before any file was seen."""
    return Learnt(
        weights.same, weights.known, weights.housemates, weights.repeated, weights.moved,
        weights.family_numbers, False, max(1, people), 0, 0,
    )  # fmt: skip


def learn(
    rows: Side,
    people: Side,
    weights: Weights,
    *,
    row: Positions,
    person: Positions,
    new: Positions,
) -> Learnt:
    """Rates from certain pairs (row[i], person[i]) and from rows `new` with a sound number that nobody has."""
    certain = len(row)
    claimed = int(np.count_nonzero(np.bincount(person))) if certain else 0
    strength = weights.strength
    rows.merged_villages = merged_villages(rows.village[row], people.village[person])
    chosen = some_of(rows.number_print[row])
    pairs = compare_pairs(rows, people, row[chosen], person[chosen], fields=_LEARNT)
    return Learnt(
        same=_same_rates(pairs, weights),
        known=_blend(weights.known, certain, certain + len(new), strength),
        housemates=_blend(weights.housemates, _housemates(rows, people, new) * len(new), len(new), strength),
        repeated=max(0.002, _blend(weights.repeated, certain - claimed, certain, strength)),
        moved=_moved(pairs, weights),
        family_numbers=_family_numbers(pairs, weights),
        tells_births=_tells_births(rows, weights),
        people=max(1, people.height),
        claimed=claimed,
        certain_pairs=certain,
    )


def _blend(stated_share: float, count: float, of: float, strength: float) -> float:
    share = (stated_share * strength + count) / (strength + of)
    return min(0.995, max(0.005, share))


def _moved(pairs: Pairs, weights: Weights) -> float:
    """The share of certain pairs in which nothing of the place agrees: another village, phone and address."""
    phone, address, village = (pairs.levels[field] for field in ("phone", "address", "village"))
    there = (
        (phone != PhoneLevel.MISSING) & (address != AddressLevel.MISSING) & (village != VillageLevel.MISSING)
    )
    apart = (
        there
        & (phone == PhoneLevel.DIFFER)
        & (address == AddressLevel.DIFFER)
        & (village != VillageLevel.SAME)
        & (village != VillageLevel.MERGED)
    )
    return _blend(weights.moved, int(apart.sum()), int(there.sum()), weights.strength)


def _family_numbers(pairs: Pairs, weights: Weights) -> float:
    """The share of rows with the number of somebody else of their household: told from names that have nothing in
    common, as those of a third of all housemates do."""
    other = (
        int((pairs.levels["name"] == NameLevel.DIFFER).sum())
        / weights.housemate["name"][NameLevel.DIFFER - 1]
    )
    share = (weights.family_numbers * weights.strength + other) / (weights.strength + len(pairs.row))
    return min(0.5, share)


def _tells_births(rows: Side, weights: Weights) -> bool:
    """Whether the birth dates of this file were written down for themselves: some of them contradict their numbers."""
    if not rows.has_numbers or (rows.born == written.NO_DAY).all():
        return False
    chosen = some_of(rows.number_print)
    inside = written.birth_days(rows.held[chosen])
    both = (inside != written.NO_DAY) & (rows.born[chosen] != written.NO_DAY)
    apart = int((both & (inside != rows.born[chosen])).sum())
    return apart >= max(3, weights.telling_births * int(both.sum()))


def _same_rates(pairs: Pairs, weights: Weights) -> Rates:
    made = dict(weights.same)
    for field in _LEARNT:
        levels = pairs.levels[field]
        if field == "village":
            levels = np.where(levels == VillageLevel.MERGED, VillageLevel.SAME, levels)
        counts = np.bincount(levels, minlength=len(FIELDS[field]))
        rates = np.array(weights.same[field])
        counted = counts[1 : len(rates) + 1].astype(float)
        blended = (rates * weights.strength + counted) / (weights.strength + counted.sum())
        blended = np.maximum(blended, rates * _CAREFUL)
        made[field] = tuple(float(rate) for rate in blended / blended.sum())
    return made


def some_of(prints: Prints) -> npt.NDArray[np.int64]:
    """A sample that does not depend on the order of rows: every k-th number by its own value."""
    every = np.uint64(max(1, len(prints) // _SAMPLE))
    return np.flatnonzero((prints * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(32)) % every == 0)


def _housemates(rows: Side, people: Side, new: Positions) -> float:
    """The share of (a sample of) new rows that share an address or a phone with somebody of the registry."""
    chosen = new[some_of(rows.number_print[new])]
    if not len(chosen):
        return 0.0
    shared = present(rows.address_print[chosen], people.address_print)
    for one in range(rows.phones.shape[1]):
        for other in range(people.phones.shape[1]):
            shared |= present(rows.phones[chosen, one], people.phones[:, other])
    return float(shared.mean())
