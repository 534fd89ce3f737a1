"""One pair, explained: field by field and in a sentence.

    explain(matches, row, person)   a pair that `match` compared
    compare(a, b)                   two records, without a registry around them
    candidates(record, registry)    the people of a (small) registry whom one record may be, explained

All three read the same levels that `match` uses, made by the same code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from vaxkit.identity.matching import written
from vaxkit.identity.matching.columns import Columns
from vaxkit.identity.matching.fields import compare_pairs
from vaxkit.identity.matching.learning import stated
from vaxkit.identity.matching.levels import FIELDS, BirthLevel, NameLevel, NumberLevel
from vaxkit.identity.matching.passes import Matches, Verdict, match
from vaxkit.identity.matching.scoring import posteriors, score_levels
from vaxkit.identity.matching.sides import Side
from vaxkit.identity.matching.verdicts import SLIPS, judged
from vaxkit.identity.matching.weights import DEFAULT, Weights
from vaxkit.identity.matching.words import (
    CONCLUSIONS,
    FIELD_NAMES,
    FINDINGS,
    REASONS,
    agreeing,
    join,
    lacking,
)
from vaxkit.vocabulary import Text


@dataclass(frozen=True, slots=True)
class Record:
    """One person as one source has it; the fields are those of `Columns`."""

    name: str
    number: str | None = None
    born_on: date | None = None
    sex: str | None = None
    phones: tuple[str, ...] = ()
    address: str | None = None
    village: str | None = None
    household: str | None = None
    id: int | str = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """How one field compares. `level` is the name of its level in `levels` ("one_digit", "missing"); `agrees` is
    None where nothing can be said; `text` the same in words."""

    field: str
    level: str
    agrees: bool | None
    text: Text


@dataclass(frozen=True, slots=True)
class Explanation:
    """Findings in the order number, name, birth date, sex, phone, address, village, household; what follows from
    them, and all of it in one sentence. `probability` is that of one person, seen alone for `compare`, beside
    all other candidates otherwise."""

    findings: tuple[Finding, ...]
    verdict: Verdict
    why: str
    probability: float
    sentence: Text

    def finding(self, field: str) -> Finding:
        return next(finding for finding in self.findings if finding.field == field)


def explain(matches: Matches, row: Any, person: Any) -> Explanation:
    """Why `match` judged this pair as it did. Raises KeyError for a pair that it did not compare (rows that one
    number and one name settle are not kept: `compare` their records)."""
    found = matches.candidates.filter((pl.col("id") == row) & (pl.col("person") == person))
    if not found.height:
        raise KeyError((row, person))
    pair = found.row(0, named=True)
    line = matches.verdicts.filter(pl.col("id") == row).row(0, named=True)
    chosen = line["person"] == person
    verdict = Verdict(line["verdict"]) if chosen else Verdict.NEW
    if not chosen and line["verdict"] == "doubtful":
        verdict = Verdict.DOUBTFUL
    return _explained(pair, verdict, line["why"] if chosen else "weighed", pair["probability"])


def told(matches: Matches) -> list[Text]:
    """Why every row has its verdict, in the roster's order: the sentence about its person, or why there is none."""
    best = matches.candidates.select("id", "person", *FIELDS)
    rows = matches.verdicts.select("id", "person", "verdict", "why").join(
        best, on=["id", "person"], how="left", maintain_order="left", nulls_equal=False
    )
    made = []
    for row in rows.iter_rows(named=True):
        if row["number"] is None:
            made.append(REASONS[row["why"]])
        else:
            findings = tuple(_finding(field, row[field]) for field in FIELDS)
            made.append(_sentence(findings, row, Verdict(row["verdict"]), row["why"]))
    return made


def compare(a: Record, b: Record, *, weights: Weights = DEFAULT, prefixes: Iterable[str] = ()) -> Explanation:
    """Two records side by side, symmetric in both. The probability rests on the stated rates and frequencies of
    `weights`, as if the pair had been found in a registry of `weights.usual_people`. `prefixes` are those of
    `Matches`, for the same reading of addresses as there."""
    one, other = _columns([a]), _columns([b])
    kept = list(prefixes) or written.address_prefixes(one.frame["address"], other.frame["address"], least=1)
    first = np.zeros(1, np.uint32)
    pairs = compare_pairs(Side(one, kept), Side(other, kept), first, first)
    learnt = stated(weights, weights.usual_people)
    scores = score_levels(pairs, weights, learnt, dict(weights.usual))
    ranked = posteriors(pairs, scores, weights, learnt, np.zeros(1, np.bool_), other.frame["id"])
    levels = {field: int(pairs.levels[field][0]) for field in FIELDS}
    best = judged(
        ranked.with_columns(
            told_birth=pl.lit(False), **{field: pl.lit(level) for field, level in levels.items()}
        ),
        weights,
        weights.usual_people,
        0,
    )
    line = best.row(0, named=True)
    plain = levels["number"] in (NumberLevel.SAME, NumberLevel.UPGRADED) and levels["name"] == NameLevel.SAME
    verdict = Verdict.SAME if plain else Verdict(line["verdict"])
    return _explained(levels, verdict, "number_and_name" if plain else line["why"], line["probability"])


def candidates(
    record: Record, registry: Columns, *, weights: Weights = DEFAULT
) -> tuple[tuple[Any, Explanation], ...]:
    """The people of `registry` whom the record may be, likeliest first: (id, explanation)."""
    matches = match(_columns([record]), registry, weights=weights)
    line = matches.verdicts.row(0, named=True)
    if line["why"] == "number_and_name":
        person = registry.frame.filter(pl.col("id") == line["person"]).row(0, named=True)
        return ((line["person"], compare(record, _record(person), weights=weights)),)
    ordered = matches.candidates.sort("rank")["person"].to_list()
    return tuple((person, explain(matches, record.id, person)) for person in ordered)


def _columns(records: list[Record]) -> Columns:
    made: dict[str, Any] = {
        field.name: [getattr(one, field.name) for one in records] for field in fields(Record)
    }
    made["phones"] = pl.Series([list(one.phones) for one in records], dtype=pl.List(pl.String))
    made["born_on"] = pl.Series(made["born_on"], dtype=pl.Date)
    return Columns.of(pl.DataFrame(made))


def _record(line: Mapping[str, Any]) -> Record:
    known = {field.name: line[field.name] for field in fields(Record)}
    phones = known.pop("phones") or ()
    return Record(**known, phones=(phones,) if isinstance(phones, str) else tuple(phones))


def _explained(levels: Mapping[str, Any], verdict: Verdict, why: str, probability: float) -> Explanation:
    findings = tuple(_finding(field, int(levels[field])) for field in FIELDS)
    return Explanation(findings, verdict, why, probability, _sentence(findings, levels, verdict, why))


def _finding(field: str, level: int) -> Finding:
    name = FIELDS[field](level).name.lower()
    if level == 0:
        text = Text(
            f"{FIELD_NAMES[field].zh}缺失，无法比对", f"{FIELD_NAMES[field].en} missing, not compared"
        )
        return Finding(field, name, None, text)
    unknown = name in ("other_kind", "in_number")
    return Finding(field, name, None if unknown else level == 1 or name == "upgraded", FINDINGS[field][level])


def _sentence(findings: tuple[Finding, ...], levels: Mapping[str, Any], verdict: Verdict, why: str) -> Text:
    alike = [finding.field for finding in findings if finding.level == "same" and finding.field != "home"]
    unlike = [finding for finding in findings if finding.level not in ("same", "missing", "in_number")]
    absent = [finding.field for finding in findings if finding.level == "missing" and finding.field != "home"]
    parts = [finding.text for finding in unlike if finding.field == "number"]
    if alike:
        parts.append(agreeing(alike))
    parts += [finding.text for finding in unlike if finding.field != "number"]
    parts += [finding.text for finding in findings if finding.field == "home" and finding.level == "same"]
    if absent:
        parts.append(lacking(absent))
    return join([*parts, CONCLUSIONS[_conclusion(levels, verdict, why)]])


def _conclusion(levels: Mapping[str, Any], verdict: Verdict, why: str) -> str:
    slip = int(levels["number"]) in SLIPS
    if verdict is Verdict.NEW:
        return "new"
    if verdict is Verdict.SAME and int(levels["number"]) == NumberLevel.DIFFER:
        return "same_other_number"
    if verdict is Verdict.SAME:
        return "same_slip" if slip else "same"
    if (
        why == "number_other_name"
        and levels["name"] == NameLevel.SAME
        and levels["birth"] == BirthLevel.DIFFER
    ):
        return "number_other_birth"
    if why in ("number_other_name", "number_of_other", "other_number", "taken"):
        return why
    return "doubtful_slip" if slip else "doubtful"
