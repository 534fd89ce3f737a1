"""What the lines of a roster say beside what the ledger holds: the fate of every line, by the column. Pure.

new       nobody like it; it is entered
same      somebody of the ledger, and nothing new about them
changed   somebody of the ledger, something of whom is new
doubtful  somebody has to look: at the line itself, or whether it is the one of the ledger it is like
refused   it cannot be read, or stands twice; it goes back with the reason
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from vaxkit.identity.matching import Columns, match
from vaxkit.identity.matching.name_levels import stands_for
from vaxkit.vocabulary import Text
from yingjie.people.roster import believing
from yingjie.people.roster.believing import Believed
from yingjie.people.roster.households import Households
from yingjie.people.roster.reasons import Reason, reason, reason_text

SCHEMA: dict[str, Any] = {
    "key": pl.String, "keys": pl.List(pl.String), "household": pl.String, "fate": pl.String, "person": pl.String,
    "probability": pl.Float32, "why": pl.String, "judged": pl.String, "was_name": pl.String, "was_area": pl.String,
    "was_address": pl.String, "was_role": pl.String, "was_household": pl.String, "was_phones": pl.String, "held": pl.String,
    "was_birth": pl.Date, "was_sex": pl.String, "number_is": pl.String,
}  # fmt: skip
WAS = [
    "was_name",
    "was_area",
    "was_address",
    "was_role",
    "was_household",
    "was_phones",
    "was_birth",
    "was_sex",
]
_BESIDE = [*WAS, "left_on", "was_key", "was_origins"]
DECIDED = "decided"
"""Why a line is its person where somebody said so: a number of somebody else is kept as a claim then."""
ODD: dict[str, Any] = {
    "number_is": pl.String,
    "proved": pl.Boolean,
    "says_birth": pl.Boolean,
    "late": pl.Boolean,
}
_OF_WHY = {
    "number_other_name": "ledger.other_name",
    "number_of_other": "number.of_other",
    "taken": "match.taken",
}
NumbersOf = Callable[[Sequence[Any]], Sequence[str | None]]
KeysOf = Callable[[Sequence[str]], Sequence[bytes]]
Beside = Callable[[pl.DataFrame], pl.DataFrame]


def matched(
    lines: pl.DataFrame, ledger: pl.DataFrame, numbers_of: NumbersOf, keys_of: KeysOf
) -> pl.DataFrame:
    """Whom of the ledger every line is: `lines` with person, verdict, why, probability and the line that said the same before.

    `lines` bring `key` and `keys` (the blind indexes of number and phones) and `household`.
    """
    known = lines.filter("is_entry")
    if not known.height:
        return _nobody(lines)
    roster = known.select(
        "name", "sex", "address", "household", id="line",
        number=pl.coalesce("document", "written"), number_key=pl.col("key").str.decode("hex", strict=False),
        born_on="birth_on", phones="keys", village="area",
    )  # fmt: skip
    people = ledger.select(
        id="person", name="was_name", number_key=pl.col("was_key").str.decode("hex", strict=False),
        born_on="was_birth", sex="was_sex", phones=pl.col("was_phones").str.split(" "), address="was_address",
        village="was_area", household="was_household",
    )  # fmt: skip
    if (
        roster["number_key"].null_count() == roster.height
        or people["number_key"].null_count() == people.height
    ):
        # Where one side has no numbers at all, numbers say nothing.
        roster, people = roster.drop("number_key"), people.drop("number_key")
    found = match(Columns.of(roster), Columns.of(people), numbers_of=numbers_of, keys_of=keys_of).verdicts
    told = found.select(
        line="id", person=pl.col("person").cast(pl.String), verdict=pl.col("verdict").cast(pl.String),
        why=pl.col("why").cast(pl.String), probability=pl.col("probability").cast(pl.Float32), first="duplicate_of",
    )  # fmt: skip
    return lines.join(told, on="line", how="left", maintain_order="left").with_columns(
        pl.col("verdict").fill_null("new")
    )


def _nobody(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.with_columns(
        person=pl.lit(None, pl.String), verdict=pl.lit("new"), why=pl.lit(None, pl.String),
        probability=pl.lit(None, pl.Float32), first=pl.lit(None, pl.UInt32),
    )  # fmt: skip


def judged(
    lines: pl.DataFrame,
    ledger: pl.DataFrame,
    elsewhere: Mapping[str, str],
    area_code: str,
    households: Households | None,
    believed: Believed | None = None,
    beside: Beside | None = None,
) -> pl.DataFrame:
    """The fate of every line. `lines` come from `matched`; `elsewhere` says, for the number index of somebody who lives outside the
    area, where that is ("" where the importer may not know); `believed` which fields of the lines count (None: all); `beside` what
    numbers, births and sexes that are not those of the ledger mean (line and `ODD`: see `roster_numbers.beside`)."""
    lines = _with_documents(_with_ledger(lines, ledger), beside)
    lines = lines.with_columns(
        line_first=pl.when(pl.col("key").is_not_null() & pl.col("document").is_not_null()).then(
            pl.col("line").min().over("key")
        )
    )
    twice = (pl.col("line_first") < pl.col("line")).fill_null(False)
    repeated = ~twice & pl.col("first").is_not_null() & (pl.col("verdict") != "doubtful")
    away = pl.col("key").is_in(list(elsewhere)).fill_null(False) & pl.col("document").is_not_null()
    certain = pl.col("verdict") == "same"
    opened = pl.col("open").is_not_null()
    open_refuses = opened & ~pl.col("open").str.contains('"number.missing"', literal=True).fill_null(False)
    alike = (pl.col("verdict") == "doubtful") & pl.col("person").is_not_null()
    unborn = (
        pl.col("is_entry")
        & pl.col("birth_on").is_null()
        & pl.col("document").is_not_null()
        & ~certain
        & ~alike
    )
    lines = lines.with_columns(
        unborn=unborn.fill_null(False), twice=twice, repeated=repeated, away=away & ~certain, certain=certain, alike=alike,
        gone=certain & pl.col("left_on").is_not_null(),
        heavy=pl.when(twice | repeated | (pl.col("weight") == 3) | ~pl.col("is_entry") | (open_refuses & ~certain & ~alike))
        .then(3)
        .when(
            (pl.col("weight") == 2) | unborn | (away & ~certain) | alike | (opened & ~certain)
            | (certain & pl.col("left_on").is_not_null())
        )
        .then(2)
        .otherwise(0),
    )  # fmt: skip
    if households is not None:
        lines = _at_home(lines, households)
    lines = lines.with_columns(held=believed.held(lines) if believed else pl.lit(None, pl.String))
    lines = lines.with_columns(contradicts=certain & _contradicts())
    doubts = certain & (_is_taken() & (pl.col("why") != DECIDED) | pl.col("contradicts") | _is_late())
    lines = lines.with_columns(heavy=pl.max_horizontal("heavy", pl.when(doubts).then(2).otherwise(0)))
    lines = lines.with_columns(changes=certain & changes_anything())
    lines = lines.with_columns(
        fate=pl.when(pl.col("heavy") == 3).then(pl.lit("refused"))
        .when(pl.col("heavy") == 2).then(pl.lit("doubtful"))
        .when(~certain).then(pl.lit("new"))
        .when("changes").then(pl.lit("changed"))
        .otherwise(pl.lit("same"))
    )  # fmt: skip
    return _kept(lines.with_columns(judged=_reasons(lines, elsewhere)))


def changes_anything() -> pl.Expr:
    """Whether a line says anything new about the person beside it: a change, or a claim that the ledger does not believe. An empty
    cell changes nothing, a village does not undo a known grid, and an address that is the end of the known one is the same
    address, written short."""
    fresh = pl.col("keys").list.set_difference(pl.col("was_phones").str.split(" ").fill_null([]))
    told = (fresh.list.len() > 0).fill_null(False)
    for name, differs in differing().items():
        counts = ~believing.stays(name)
        told |= differs & (counts | believing.is_claimed(name) if name in believing.VALUES else counts)
    return told.fill_null(False)


def differing() -> dict[str, pl.Expr]:
    """Field → whether a line says otherwise than the ledger."""
    told = {
        "name": (pl.col("name") != pl.col("was_name")) & ~stands_for(pl.col("name"), pl.col("was_name")),
        "area": ~pl.col("was_area").str.starts_with(pl.col("area")),
        "address": new_address(),
        "role": pl.col("role") != pl.col("was_role").fill_null(""),
        "household": pl.col("household") != pl.col("was_household").fill_null(""),
        "number": pl.col("number_is").is_not_null(),
        "birth_on": pl.col("birth_on") != pl.col("was_birth"),
        "sex": (pl.col("sex") != pl.col("was_sex")) & (pl.col("sex") != "unknown"),
    }
    return {name: differs.fill_null(False) for name, differs in told.items()}


def changing() -> dict[str, pl.Expr]:
    """Field → whether a line changes it."""
    return {name: differs & ~believing.stays(name) for name, differs in differing().items()}


def new_address() -> pl.Expr:
    was = pl.col("was_address").fill_null("")
    return ((pl.col("address") != was) & ~was.str.ends_with(pl.col("address"))).fill_null(False)


def _with_ledger(lines: pl.DataFrame, ledger: pl.DataFrame) -> pl.DataFrame:
    return lines.join(ledger.select("person", *_BESIDE), on="person", how="left", maintain_order="left")


def _with_documents(lines: pl.DataFrame, beside: Beside | None) -> pl.DataFrame:
    """The lines with what their number, birth and sex mean where the ledger has others: for few of them, as a rule."""
    here = pl.col("is_entry") & (pl.col("verdict") == "same")
    number = pl.col("document").is_not_null() & pl.col("key").ne_missing(pl.col("was_key"))
    birth, sex = pl.col("birth_on") != pl.col("was_birth"), pl.col("sex") != pl.col("was_sex")
    odd = lines.filter(
        here & (number | birth.fill_null(False) | (sex & (pl.col("sex") != "unknown")).fill_null(False))
    )
    if beside is None or not odd.height:
        return lines.with_columns(pl.lit(None, kind).alias(name) for name, kind in ODD.items())
    told = beside(odd).select("line", *(pl.col(name).cast(kind) for name, kind in ODD.items()))
    return lines.join(told, on="line", how="left", maintain_order="left")


def _is_taken() -> pl.Expr:
    return (pl.col("number_is") == "taken").fill_null(False)


def _is_late() -> pl.Expr:
    """A birth date that would count but cannot: the person is known from before it."""
    return pl.col("late").fill_null(False) & changing()["birth_on"]


def _contradicts() -> pl.Expr:
    """A number that would count, but says another birth date or sex than a person has written by hand."""
    says, differs, changes = pl.col("says_birth").fill_null(False), differing(), changing()
    stays = [differs[name] & ~changes[name] for name in ("birth_on", "sex")]
    return changes["number"] & says & pl.any_horizontal(stays)


def _at_home(lines: pl.DataFrame, households: Households) -> pl.DataFrame:
    """The lines with the ledger's household in place of the roster's wherever the same people live in both."""
    there = lines.filter(pl.col("household").is_not_null())
    sure = (there["certain"] & (there["heavy"] == 0)).to_list()
    lived = [
        was if is_sure else None for was, is_sure in zip(there["was_household"].to_list(), sure, strict=True)
    ]
    said = there["household"].to_list()
    households.settle(zip(said, lived, strict=True))
    meant = {each: households.meant(each) for each in set(said)}
    return lines.with_columns(
        pl.col("household").replace(list(meant), list(meant.values())) if meant else pl.col("household")
    )


def _reasons(lines: pl.DataFrame, elsewhere: Mapping[str, str]) -> pl.Series:
    """What speaks for the fate beside what was read: `open` and the findings of the comparison, as JSON."""
    settled = pl.col("certain") & pl.col("open").is_not_null()
    by_column = lines.select(
        pl.concat_str(
            pl.when(~settled).then("open"),
            pl.when(settled).then(pl.lit(reason_text(reason("match.certain")))),
            _with("number.twice", pl.col("twice"), line=pl.col("line_first")),
            _with("line.twice", pl.col("repeated"), line=pl.col("first")),
            _with("number.of_another", pl.col("certain") & _is_taken() & (pl.col("why") != DECIDED)),
            _with("number.contradicts", pl.col("contradicts"), birth=pl.col("was_birth")),
            _with("birth.after_entry", pl.col("certain") & _is_late(), given=pl.col("birth_on")),
            pl.when("unborn").then(pl.lit(reason_text(reason("birth.missing")))),
            separator=", ",
            ignore_nulls=True,
        ).replace("", None).alias("judged")
    ).to_series()  # fmt: skip
    single = lines.select(
        "line", "away", "gone", "alike", "why", "key", "was_name", "left_on", odd=pl.col("away") | pl.col("gone") | pl.col("alike")
    ).with_columns(judged=by_column)  # fmt: skip
    if not single["odd"].any():
        return by_column
    made = [
        ", ".join([*([row["judged"]] if row["judged"] else []), reason_text(_of_pair(row, elsewhere))])
        for row in single.filter("odd").iter_rows(named=True)
    ]
    return by_column.scatter(single["odd"].arg_true(), made)


def _with(code: str, when: pl.Expr, **place: pl.Expr) -> pl.Expr:
    """A reason, with at most one place that is filled by the column."""
    parts = reason_text(reason(code, **dict.fromkeys(place, "§"))).split("§")
    pieces: list[pl.Expr] = [pl.lit(parts[0])]
    for part in parts[1:]:
        pieces += [next(iter(place.values())).cast(pl.String), pl.lit(part)]
    return pl.when(when).then(pl.concat_str(pieces))


def _of_pair(row: Mapping[str, Any], elsewhere: Mapping[str, str]) -> Reason:
    if row["away"]:
        place = elsewhere[row["key"]]
        zh, en = (f"（{place}）", f" ({place})") if place else ("", "")
        return reason("ledger.elsewhere", where=Text(zh, en))
    if row["gone"]:
        left_on: date = row["left_on"]
        return reason("ledger.left", on=left_on.isoformat())
    code = _OF_WHY.get(row["why"], "match.likely")
    return reason(code, name=row["was_name"])


def _kept(lines: pl.DataFrame) -> pl.DataFrame:
    """What of a judged line is worth keeping: what a line changes only where it changes something."""
    changed = pl.col("fate") == "changed"
    loads = pl.col("fate").is_in(["new", "changed", "doubtful"])
    kept = [pl.when(changed).then(name).alias(name) for name in (*WAS, "held", "number_is")]
    person = pl.when(pl.col("fate").is_in(["same", "changed", "doubtful"])).then("person").alias("person")
    return lines.with_columns(*kept, person, pl.when(loads).then("household").alias("household"))
