"""From findings to probabilities.

For each candidate of a row two likelihood ratios against "a stranger" are added up in bits over the fields: that
the row is this person, and that it is somebody else of this person's household. Together with how many rows are
known at all they give the probability of each candidate among all the row's candidates and "somebody new". A
namesake in the same house, a twin, a grandchild with the grandparents' phone: the second ratio is what keeps
them apart. A value that many share is weak: equal names, birth dates, phones, addresses and villages count by
how common they are in the registry; names by how common the surname is in the village, if that is more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from vaxkit.identity.matching.compare import Pairs
from vaxkit.identity.matching.learning import Learnt
from vaxkit.identity.matching.levels import AddressLevel, BirthLevel, NameLevel, PhoneLevel, VillageLevel
from vaxkit.identity.matching.sides import Positions, Prints, Side, fingerprint, mixed
from vaxkit.identity.matching.weights import Weights

Bits = npt.NDArray[np.float64]


@dataclass
class Scores:
    """Bits per pair: for the person, and for a housemate of the person, both against a stranger."""

    person: Bits
    housemate: Bits


def score_pairs(rows: Side, people: Side, pairs: Pairs, weights: Weights, learnt: Learnt) -> Scores:
    person, mate = np.zeros(len(pairs.row)), np.zeros(len(pairs.row))
    common = _how_common(people, pairs, weights)
    for field, levels in pairs.levels.items():
        if field == "number":
            same, housemate, stranger = (weights.number[who] for who in ("same", "housemate", "stranger"))
        else:
            same, housemate, stranger = learnt.same[field], weights.housemate[field], weights.stranger[field]
        usual = _padded(stranger, levels)
        if field in common:
            equal = levels == 1
            usual = np.where(equal, common[field], usual)
        beside = _padded(housemate, levels)
        if field == "name":
            beside = np.where(levels == NameLevel.SAME, common["given"], beside)
        person += np.log2(_padded(same, levels) / usual)
        mate += np.log2(beside / usual)
    return Scores(person, mate)


def _padded(rates: tuple[float, ...], levels: npt.NDArray[np.int8]) -> Bits:
    """The rate of each pair's level; 1 where the field is missing or was not compared."""
    table = np.ones(16)
    table[1 : len(rates) + 1] = np.maximum(rates, 1e-9)
    return table[levels]


def _how_common(people: Side, pairs: Pairs, weights: Weights) -> dict[str, Bits]:
    """How often a stranger would agree on each field of these pairs."""
    size = max(1, people.height)
    at = pairs.person
    levels = pairs.levels
    name = _share(people.name_print, at, levels["name"] == NameLevel.SAME, size)
    given, last = _given_shares(people, pairs, size)
    surname = fingerprint(people.name.str.slice(0, 1))
    in_village = levels["village"] == VillageLevel.SAME
    local = _share(mixed(surname, people.village), at, in_village & (levels["name"] == NameLevel.SAME), size)
    village = _share(people.village, at, in_village, size)
    local_name = np.where(in_village, np.minimum(1.0, local / village) * given, 0.0)
    born = people.born.astype(np.int64) + 10**6
    return {
        "name": np.maximum(name, local_name),
        "given": weights.family_surname * np.maximum(given, weights.generation_sign * last),
        "birth": _share(born.astype(np.uint64), at, levels["birth"] == BirthLevel.SAME, size),
        "phone": _share(people.phones[:, 0], at, levels["phone"] == PhoneLevel.SAME, size),
        "address": _share(people.address_print, at, levels["address"] == AddressLevel.SAME, size),
        "village": village,
    }


def _given_shares(people: Side, pairs: Pairs, size: int) -> tuple[Bits, Bits]:
    """How common the given name of each pair's person is, and its last sign."""
    equal = pairs.levels["name"] == NameLevel.SAME
    given = fingerprint(people.name.str.slice(1))
    last = fingerprint(people.name.str.slice(-1, 1))
    return _share(given, pairs.person, equal, size), _share(last, pairs.person, equal, size)


def _share(values: Prints, at: Positions, where: npt.NDArray[np.bool_], size: int) -> Bits:
    """How many people of the registry have the value that the people `at` have, as a share; 1 elsewhere."""
    made = np.ones(len(at))
    wanted = pl.DataFrame({"value": values[at[where]]})
    if wanted.height:
        counts = (
            pl.DataFrame({"value": values})
            .filter(pl.col("value").is_in(wanted["value"].unique().implode()))
            .group_by("value")
            .len()
        )
        found = wanted.join(counts, on="value", how="left", maintain_order="left")["len"]
        made[where] = (found.to_numpy() + 0.5) / (size + 1)
    return made


def posteriors(
    pairs: Pairs, scores: Scores, weights: Weights, learnt: Learnt, claimed: npt.NDArray[np.bool_]
) -> pl.DataFrame:
    """One row per pair: row, person, bits, probability (among all candidates of the row and somebody new), rank
    by probability (1 is best; ties by person) and margin, the bits to the next candidate."""
    chance = np.where(claimed[pairs.person], learnt.chance_claimed, learnt.chance_unclaimed)
    houses = max(1.0, learnt.people / weights.household_size)
    frame = pl.DataFrame(
        {
            "row": pairs.row,
            "person": pairs.person,
            "bits": scores.person,
            "weight": np.exp2(np.clip(scores.person, -200, 200)) * chance,
            "beside": np.exp2(np.clip(scores.housemate, -200, 200)) / houses,
            "at": np.arange(len(pairs.row), dtype=np.uint32),
        }
    )
    new = 1.0 - learnt.known
    frame = frame.sort(["row", "weight", "person"], descending=[False, True, False])
    known, nobody = pl.col("weight").sum().over("row"), pl.col("beside").max().over("row")
    somebody_new = new * ((1 - learnt.housemates) + learnt.housemates * nobody)
    return frame.with_columns(
        probability=pl.col("weight") / (known + somebody_new),
        rank=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).over("row"),
        margin=(pl.col("weight") / pl.col("weight").shift(-1).over("row")).log(2),
    )
