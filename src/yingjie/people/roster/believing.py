"""Which fields of a line are believed beside what the ledger holds: by the rules of `vaxkit.identity.provenance`, field by field.

What a line says otherwise than the ledger, where the ledger's source is the better one, changes nothing: it is kept as a claim,
once. The outcome is one text per line, `held`: "name:police_register" for a field that stays as that source has it, and "name"
alone where even the claim is known already; null where the line is believed in everything. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from vaxkit.identity.provenance import Claim, SourceRules, is_believed

FIELDS = {
    "name": "name",
    "area": "area",
    "address": "address",
    "role": "household_role",
    "household": "household",
    "number": "number",
    "birth_on": "birth_on",
    "sex": "sex",
}
"""Fields of a line that replace the ledger's → how `Person.origins` and claims call them."""
VALUES = {
    "name": "was_name",
    "area": "was_area",
    "address": "was_address",
    "role": "was_role",
    "number": "was_number",
    "birth_on": "was_birth",
    "sex": "was_sex",
}
"""Fields of which claims are kept, with what the ledger holds of them. A household is no value that anybody could compare."""
MAY_BE_EMPTY = {"address": "was_address", "role": "was_role", "household": "was_household", "sex": "was_sex"}
"""Fields of which the ledger may hold nothing: whoever says something first is believed, unless a person emptied it by hand. A
number is another matter: what it is beside the person's documents is said per line, in `number_is`."""
NOTHING = ("", "unknown")
Source = tuple[str, date]


@dataclass(frozen=True)
class Believed:
    """`fresh` is what the list is and its day; `sources` what the ids in `Person.origins` mean; `by_hand` who was corrected by hand
    in which field; `claims` what is claimed already: (person, field) → values."""

    rules: SourceRules
    fresh: Source
    sources: Mapping[int, Source] = field(default_factory=dict)
    by_hand: Mapping[str, Collection[str]] = field(default_factory=dict)
    claims: Mapping[tuple[str, str], Collection[str]] = field(default_factory=dict)

    def held(self, lines: pl.DataFrame) -> pl.Series:
        """`lines` with `person`, `was_origins` and the fields."""
        asked = lines["was_origins"].unique().drop_nulls()
        losing = {origins: self._losing(json.loads(origins)) for origins in asked.to_list()}
        odd_rows = lines["number_is"].is_not_null() | lines["proved"].fill_null(False)
        if not self.by_hand and not any(losing.values()) and not odd_rows.any():
            return (
                pl.Series([None], dtype=pl.String)
                .extend_constant(None, max(lines.height - 1, 0))
                .head(lines.height)
            )
        texts = {
            origins: " ".join(f"{name}:{kind}" for name, kind in lost.items())
            for origins, lost in losing.items()
        }
        told = lines["was_origins"].replace_strict(
            list(texts), list(texts.values()), default=None, return_dtype=pl.String
        )
        for name, was in MAY_BE_EMPTY.items():
            is_empty = lines[was].fill_null("").is_in(NOTHING)
            told = told.zip_with(~is_empty, told.str.replace(rf"(^| ){name}:\w+", "")).str.strip_chars()
        odd = {person for people in self.by_hand.values() for person in people} | {
            person for person, _field in self.claims
        }
        if not odd and not odd_rows.any():
            return told.replace("", None)
        found = told.to_list()
        here = (lines["person"].is_in(list(odd)).fill_null(False) | odd_rows).arg_true().to_list()
        for at in here:
            row = lines.row(at, named=True)
            lost = losing.get(row["was_origins"], {})
            held = {
                name: kind
                for name, kind in lost.items()
                if (row[MAY_BE_EMPTY.get(name, "was_name")] or "") not in NOTHING
            }
            found[at] = self._of_line(row, held)
        return pl.Series([text or None for text in found], dtype=pl.String)

    def _losing(self, origins: Mapping[str, int]) -> dict[str, str]:
        """Fields in which the list loses against what a person's fields came from, and to which kind of source."""
        lost = {}
        for name, kept_as in FIELDS.items():
            source = origins.get(kept_as, origins.get("*"))
            kind, on = (
                self.sources.get(source, ("registered", date.min)) if source else ("registered", date.min)
            )
            if not is_believed(Claim(kept_as, "", *self.fresh), Claim(kept_as, "", kind, on), self.rules):
                lost[name] = kind
        return lost

    def _of_line(self, row: Mapping[str, object], lost: dict[str, str]) -> str:
        person = str(row["person"])
        if row["number_is"] == "fresh":
            lost.pop("number", None)
        by_hand = {name: "manual" for name, people in self.by_hand.items() if person in people}
        lost |= by_hand | ({"number": "taken"} if row["number_is"] == "taken" else {})
        if row["number_is"] and "number" not in lost and row["says_birth"]:
            # What the number says comes with it.
            lost = {
                name: kind for name, kind in lost.items() if name not in self.rules.proved or name in by_hand
            }
        elif row["proved"]:
            lost |= self.rules.proved
        told = []
        for name, kind in lost.items():
            known = self.claims.get((person, FIELDS[name]), ())
            said = row["document" if name == "number" else name]
            told.append(name if str(said) in known else f"{name}:{kind}")
        return " ".join(told)


def stays(name: str) -> pl.Expr:
    """Whether a field of a line changes nothing in the ledger."""
    return pl.col("held").str.contains(rf"(^| ){name}(:| |$)").fill_null(False)


def is_claimed(name: str) -> pl.Expr:
    """Whether a field that changes nothing is a claim that is not known yet."""
    return pl.col("held").str.contains(rf"(^| ){name}:").fill_null(False)


def is_told(name: str, known: str, said: str) -> bool:
    """Whether a value says no more than what the ledger holds: a village of a known grid, the end of a known address."""
    if name == "area":
        return known.startswith(said)
    return known.endswith(said) if name == "address" else known == said


def held_by(held: str | None) -> dict[str, str]:
    """Field → the kind of source it stays with, "" where the claim is known already."""
    pairs = (each.partition(":") for each in (held or "").split())
    return {name: kind for name, _colon, kind in pairs}
