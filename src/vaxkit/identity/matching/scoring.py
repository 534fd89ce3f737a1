"""From findings to probabilities.

For each candidate of a row two likelihood ratios against "a stranger" are added up in bits over the fields: that
the row is this person, and that it is somebody else of this person's household. Together with how many rows are
known at all they give the probability of each candidate among all the row's candidates and "somebody new". A
namesake in the same house, a twin, a grandchild with the grandparents' phone: the second ratio is what keeps
them apart. A value that many share is weak: equal names, birth dates, phones, addresses and villages count by
how common they are in the registry; names by how common the surname is in the village, if that is more.

Phone, address, village and household are kept apart from the rest, because they change together: whoever married or
moved brings a new one of each, and perhaps those of another registered household. So a candidate may agree in
its place, or have moved; one who moved is as likely to be found beside that other household as somebody new is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from vaxkit.identity.matching.fields import Pairs
from vaxkit.identity.matching.learning import Learnt
from vaxkit.identity.matching.levels import (
    AddressLevel,
    BirthLevel,
    NameLevel,
    NumberLevel,
    PhoneLevel,
    VillageLevel,
)
from vaxkit.identity.matching.sides import Prints, Side, fingerprint, mixed
from vaxkit.identity.matching.weights import Weights

Bits = npt.NDArray[np.float64]
_PLACE = frozenset(("phone", "address", "village", "home"))


@dataclass
class Scores:
    """Bits per pair against a stranger: for the person, and for a housemate of the person; of the person's own
    marks (number, name, birth date, sex) and of the place (phone, address, village, household)."""

    own: Bits
    place: Bits
    mate_own: Bits
    mate_place: Bits


@dataclass(frozen=True, slots=True)
class Borrowed:
    """Masks over all rows: whose number is that of one person of another name, and those of them without a birth date."""

    rows: npt.NDArray[np.bool_]
    without_birth: npt.NDArray[np.bool_]


def score_pairs(
    people: Side, pairs: Pairs, weights: Weights, learnt: Learnt, borrowed: Borrowed | None = None
) -> Scores:
    """Bits of each pair, common values counted in the registry. A number that is somebody else's speaks for its owner: that it is
    not one's own says no more against one than against somebody new, and the birth date in it nothing at all."""
    frequencies = _how_common(people, pairs, weights)
    if borrowed is None:
        return score_levels(pairs, weights, learnt, frequencies)
    number, birth = pairs.levels["number"], pairs.levels["birth"]
    others = number == NumberLevel.DIFFER
    levels = {
        **pairs.levels,
        "number": np.where(borrowed.rows[pairs.row] & others, np.int8(NumberLevel.MISSING), number),
        "birth": np.where(borrowed.without_birth[pairs.row] & others, np.int8(BirthLevel.MISSING), birth),
    }
    return score_levels(replace(pairs, levels=levels), weights, learnt, frequencies)


def score_levels(
    pairs: Pairs, weights: Weights, learnt: Learnt, common: Mapping[str, Bits | float]
) -> Scores:
    """The same with given frequencies: for name, given name, birth, phone, address and village."""
    own, place, mate_own, mate_place = (np.zeros(len(pairs.row)) for _ in range(4))
    for field, levels in pairs.levels.items():
        if field == "village":  # two codes of one place
            levels = np.where(levels == VillageLevel.MERGED, np.int8(VillageLevel.SAME), levels)
        if field == "number":
            same, housemate, stranger = (weights.number[who] for who in ("same", "housemate", "stranger"))
            mates_number = learnt.family_numbers / max(1.0, weights.household_size - 1)
            housemate = (mates_number, mates_number, *housemate[2:])
        else:
            same, housemate, stranger = learnt.same[field], weights.housemate[field], weights.stranger[field]
        usual = _padded(stranger, levels)
        if field in common:
            equal = levels == 1
            usual = np.where(equal, common[field], usual)
        beside = _padded(housemate, levels)
        if field == "name":
            beside = np.where(levels == NameLevel.SAME, common["given"], beside)
        person, mate = (place, mate_place) if field in _PLACE else (own, mate_own)
        person += np.log2(_padded(same, levels) / usual)
        mate += np.log2(beside / usual)
    return Scores(own, place, mate_own, mate_place)


def _padded(rates: tuple[float, ...], levels: npt.NDArray[np.int8]) -> Bits:
    """The rate of each pair's level; 1 where the field is missing or was not compared."""
    table = np.ones(16)
    table[1 : len(rates) + 1] = np.maximum(rates, 1e-9)
    return table[levels]


def _how_common(people: Side, pairs: Pairs, weights: Weights) -> dict[str, Bits]:
    """How often a stranger would agree on each field of these pairs, counted in a sample of the registry."""
    at, levels, sample = pairs.person, pairs.levels, people.sample
    named = levels["name"] == NameLevel.SAME
    in_village = np.isin(levels["village"], (VillageLevel.SAME, VillageLevel.MERGED))
    names = people.name.gather(pl.Series(sample))
    own = people.name.gather(pl.Series(at[named]))
    given = _share(fingerprint(names.str.slice(1)), fingerprint(own.str.slice(1)), named)
    last = _share(fingerprint(names.str.slice(-1, 1)), fingerprint(own.str.slice(-1, 1)), named)
    surnames, surname = fingerprint(names.str.slice(0, 1)), np.zeros(len(at), np.uint64)
    surname[named] = fingerprint(own.str.slice(0, 1))

    def share(values: Prints, where: npt.NDArray[np.bool_]) -> Bits:
        return _share(values[sample], values[at[where]], where)

    both = named & in_village
    here = mixed(surnames, people.village[sample])
    local = _share(here, mixed(surname[both], people.village[at[both]]), both)
    village = share(people.village, in_village)
    local_name = np.where(in_village, np.minimum(1.0, local / village) * given, 0.0)
    local_name += np.where(in_village, _namesakes(people, here, names), 0.0)
    born = (people.born.astype(np.int64) + 10**6).astype(np.uint64)
    return {
        "name": np.maximum(share(people.name_print, named), local_name),
        "given": weights.family_surname * np.maximum(given, weights.generation_sign * last),
        "birth": share(born, levels["birth"] == BirthLevel.SAME),
        "phone": share(people.phones[:, 0], levels["phone"] == PhoneLevel.SAME),
        "address": share(people.address_print, levels["address"] == AddressLevel.SAME),
        "village": village,
    }


def _namesakes(people: Side, surname_here: Prints, names: pl.Series) -> float:
    """The chance that somebody else of the village has one's name, beyond what the parts of names make likely: where
    parents name after uncles, a rare name is not as rare next door."""
    sample = people.sample
    place, name = people.village[sample], people.name_print[sample]
    asked = np.flatnonzero((place != 0) & (name != 0))[:: max(1, len(sample) // 20_000)]
    if not len(asked):
        return 0.0
    everyone = np.ones(len(asked), np.bool_)
    given = fingerprint(names.str.slice(1))
    found = _share(mixed(name, place), mixed(name[asked], place[asked]), everyone) * (len(sample) + 1) - 1.5
    village = _share(place, place[asked], everyone)
    local = _share(surname_here, surname_here[asked], everyone) / village
    usual = np.maximum(_share(name, name[asked], everyone), local * _share(given, given[asked], everyone)) * (
        village * len(sample)
    )
    beyond = found.sum() - usual.sum() - 3 * np.sqrt(usual.sum())  # what chance alone may bring is none
    return float(max(0.0, beyond) / (village * len(sample)).sum())


def _share(values: Prints, wanted: Prints, where: npt.NDArray[np.bool_]) -> Bits:
    """The share of `values` equal to each of `wanted`, which stand at `where`; 1 elsewhere."""
    made = np.ones(len(where))
    if len(wanted):
        asked = pl.DataFrame({"value": wanted})
        counts = pl.DataFrame({"value": values}).group_by("value").len()
        found = asked.join(counts, on="value", how="left", maintain_order="left")["len"]
        made[where] = (found.fill_null(0).to_numpy() + 0.5) / (len(values) + 1)
    return made


def posteriors(
    pairs: Pairs,
    scores: Scores,
    weights: Weights,
    learnt: Learnt,
    claimed: npt.NDArray[np.bool_],
    ids: pl.Series,
) -> pl.DataFrame:
    """One row per pair: row, person, bits, probability (among all candidates of the row and somebody new), rank
    by probability (1 is best; ties by the people's `ids`, so that the order of tables never shows) and margin,
    the bits to the next candidate."""
    chance = np.where(claimed[pairs.person], learnt.chance_claimed, learnt.chance_unclaimed)
    houses = max(1.0, learnt.people / weights.household_size)
    elsewhere = _elsewhere(pairs.row, scores.mate_place, learnt, houses)
    place = _powers(scores.place) * (1 - learnt.moved) + learnt.moved * elsewhere
    frame = pl.DataFrame(
        {
            "row": pairs.row,
            "person": pairs.person,
            "bits": scores.own + np.log2(place),
            "weight": _powers(scores.own) * place * chance,
            "beside": _powers(scores.mate_own + scores.mate_place) / houses,
            "at": np.arange(len(pairs.row), dtype=np.uint32),
            "id": ids.gather(pl.Series(pairs.person)),
        }
    )
    frame = frame.sort(["row", "weight", "id"], descending=[False, True, False]).drop("id")
    row, weight = frame["row"].to_numpy(), frame["weight"].to_numpy()
    starts = np.flatnonzero(np.diff(row.astype(np.int64), prepend=-1))
    sizes = np.diff(starts, append=len(row))
    if len(row):
        known = np.repeat(np.add.reduceat(weight, starts), sizes)
        nobody = np.repeat(np.maximum.reduceat(frame["beside"].to_numpy(), starts), sizes)
    else:
        known = nobody = np.zeros(0)
    somebody_new = (1.0 - learnt.known) * ((1 - learnt.housemates) + learnt.housemates * nobody)
    after = np.append(weight[1:], 0.0)
    last = np.append(row[1:] != row[:-1], True) if len(row) else np.zeros(0, np.bool_)
    margin = np.log2(weight / np.where(last, weight, np.maximum(after, 1e-300)))
    return frame.with_columns(
        probability=pl.Series(weight / (known + somebody_new)),
        rank=pl.Series((np.arange(len(row)) - np.repeat(starts, sizes) + 1).astype(np.uint32)),
        margin=pl.Series(np.where(last, np.nan, margin)).fill_nan(None),
    )


def _elsewhere(row: npt.NDArray[np.uint32], mate_place: Bits, learnt: Learnt, houses: float) -> Bits:
    """How much likelier than a stranger's the row's place is for one who comes from elsewhere, registered or not: one
    household among `houses` may be the new home."""
    best = np.zeros(int(row.max(initial=0)) + 1)
    np.maximum.at(best, row, _powers(mate_place) / houses)
    made: Bits = (1 - learnt.housemates) + learnt.housemates * best[row]
    return made


def _powers(bits: Bits) -> Bits:
    made: Bits = np.exp2(np.clip(bits, -200, 200))
    return made
