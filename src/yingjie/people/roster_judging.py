"""All lines of a roster beside the ledger of its area: keys, households, one match, one judgement; kept by the page."""

from collections.abc import Callable
from uuid import UUID, uuid5

import polars as pl

from yingjie.areas import queries as areas
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.crypto.fields import blind_index, blind_indexes
from yingjie.people import (
    bulk_loading,
    ledger_frame,
    roster_claims,
    roster_earlier,
    roster_numbers,
    roster_reading,
    roster_writing,
)
from yingjie.people.loading import number_index
from yingjie.people.models import FATES, Person, RosterImport, RosterPage
from yingjie.people.roster import judging
from yingjie.people.roster.columnar import SCHEMA
from yingjie.people.roster.households import Households
from yingjie.people.roster.pages import opened, pressed

Progress = Callable[..., None]
_HOUSEHOLDS = UUID("0190a6f2-2f0e-7c3a-9d57-6a1f6d0b7e11")


def keep(by: Actor, roster: RosterImport, read: roster_reading.Roster, progress: Progress | None) -> None:
    """Judge all lines and keep them by the page. Sets the roster's counts."""
    if progress:
        progress(read.lines.height, None)
    lines = _judged(by, roster, read)
    made, at = [], 0
    roster.counts = dict.fromkeys(FATES, 0)
    for order, cells in enumerate(read.cells):
        page = opened(cells)
        content = pl.concat([page.drop("line"), lines.slice(at, page.height)], how="horizontal")
        counts = roster_writing.counts_of(content)
        for fate, count in counts.items():
            roster.counts[fate] += count
        made.append(
            RosterPage(
                roster_id=roster.pk, order=order, lines=page.height, counts=counts, content=pressed(content)
            )
        )
        at += page.height
        if len(made) == 4:
            RosterPage.objects.bulk_create(made)
            made = []
        if progress:
            progress(at, read.lines.height)
    RosterPage.objects.bulk_create(made)


def _judged(by: Actor, roster: RosterImport, read: roster_reading.Roster) -> pl.DataFrame:
    """Every line with its fate: one look at the area's ledger, one match, one judgement."""
    area_code = roster.area_id
    lines = _with_households(_with_keys(read.lines))
    ledger = ledger_frame.of_area(area_code)
    lines = judging.matched(lines, ledger, ledger_frame.numbers_of, roster_writing.keys_of)
    lines, elsewhere = _owned_elsewhere(by, lines, ledger, area_code)
    has_homes = bool(lines["household"].null_count() < lines.height)
    believed = roster_claims.believed(roster, ledger)
    homes = Households() if has_homes else None
    lines = judging.judged(lines, ledger, elsewhere, area_code, homes, believed, roster_numbers.beside)
    for part in read.parts:
        if part.sent_back:
            lines = roster_earlier.still_contradicting(lines, area_code, part.own_labels)
    is_new = (lines["fate"] == "new").arg_true()
    people = (
        lines["person"].scatter(is_new, pl.Series(bulk_loading.uuid7s(len(is_new)), dtype=pl.String))
        if len(is_new)
        else lines["person"]
    )
    return lines.with_columns(person=people).select(*SCHEMA, *judging.SCHEMA)


def _with_keys(lines: pl.DataFrame) -> pl.DataFrame:
    """Blind indexes of number and phones; a number that decides nothing has one too, by which it is compared."""
    numbers = pl.coalesce("document", "written")
    asked = lines.select(number=numbers, kind=pl.col("kind").fill_null("resident_card"))
    known = asked.filter(pl.col("number").is_not_null()).unique()
    keys: list[str] = []
    kinds = known["kind"].unique().to_list()
    if kinds == ["resident_card"]:
        keys = blind_indexes(known["number"].to_list(), "resident_card")
    else:
        keys = [number_index(number, kind) for number, kind in known.iter_rows()]
    table = known.with_columns(key=pl.Series(keys, dtype=pl.String))
    lines = lines.with_columns(
        key=asked.join(table, on=["number", "kind"], how="left", maintain_order="left")["key"]
    )
    phones = lines["phones"].explode().drop_nulls().unique()
    indexes = pl.Series(blind_indexes(phones.to_list(), "phone"), dtype=pl.String)
    if not len(phones):
        return lines.with_columns(keys=pl.lit(None, pl.List(pl.String)))
    return lines.with_columns(
        keys=pl.col("phones").list.eval(pl.element().replace_strict(phones, indexes, return_dtype=pl.String))
    )


def _with_households(lines: pl.DataFrame) -> pl.DataFrame:
    """The household of every line: by its label, or by the head whose lines go before; an id that is the same whenever the roster
    comes again."""
    if lines["role"].null_count() == lines.height and lines["label"].null_count() == lines.height:
        return lines.with_columns(household=pl.lit(None, pl.String))
    head = (
        pl.when(pl.col("label").is_not_null()).then(None)
        .when(pl.col("role") == "head").then(pl.col("document").fill_null(""))
        .when(pl.col("role").is_null()).then(pl.lit(""))
    )  # fmt: skip
    said = (
        pl.when(pl.col("label").is_not_null())
        .then(pl.concat_str(pl.lit("="), pl.col("area").str.slice(0, 12).fill_null(""), pl.lit(":"), "label"))
        .otherwise(head.forward_fill().replace("", None))
    )
    keys = lines.select(said.alias("said")).to_series()
    known = keys.drop_nulls().unique()
    ids = [
        str(uuid5(_HOUSEHOLDS, each[1:] if each[0] == "=" else blind_index(each, "household")))
        for each in known.to_list()
    ]
    table = pl.Series(ids, dtype=pl.String)
    return lines.with_columns(
        household=keys.replace_strict(known, table, default=None, return_dtype=pl.String)
    )


def _owned_elsewhere(
    by: Actor, lines: pl.DataFrame, ledger: pl.DataFrame, area_code: str
) -> tuple[pl.DataFrame, dict[str, str]]:
    """Numbers that belong to somebody outside the area: key → where, said only to those who may see people there. Whoever of the
    area has a number by another document than the first is found here as well."""
    open_keys = (
        lines.filter((pl.col("verdict") != "same") & pl.col("document").is_not_null())["key"]
        .unique()
        .to_list()
    )
    if not open_keys:
        return lines, {}
    found = ledger_frame.owners(open_keys)
    here = set(ledger["person"].to_list()) if found else set()
    own = {key: person for key, person in found.items() if person in here}
    if own:
        names = dict(
            ledger.filter(pl.col("person").is_in(list(own.values()))).select("person", "was_name").iter_rows()
        )
        known = {key: names[person] for key, person in own.items()}
        is_own = pl.col("key").is_in(list(own)) & (pl.col("verdict") == "new")
        owner = pl.col("key").replace_strict(own, default=None, return_dtype=pl.String)
        is_named = pl.col("name") == pl.col("key").replace_strict(known, default=None, return_dtype=pl.String)
        told = pl.when(is_named).then(pl.lit("same")).otherwise(pl.lit("doubtful"))
        lines = lines.with_columns(
            person=pl.when(is_own).then(owner).otherwise("person"),
            verdict=pl.when(is_own).then(told).otherwise("verdict"),
            why=pl.when(is_own).then(pl.lit("number_other_name")).otherwise("why"),
        )
    away = {key: person for key, person in found.items() if person not in here}
    rows = Person.objects.unscoped("whose number a line has").filter(pk__in=set(away.values()))
    lives = {str(pk): code for pk, code in rows.values_list("pk", "area_id")}
    said = areas.places({code for code in lives.values() if by.may("people.view", code)})
    return lines, {key: said.get(lives.get(person, ""), "") for key, person in away.items()}
