"""What sources say differently of somebody: which of them the ledger believes, and the claims that are kept of the others."""

import json
from collections.abc import Collection
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Q

from vaxkit.ruledata.field_sources import shipped_source_rules
from yingjie.foundation import clock
from yingjie.people import bulk_loading, roster_numbers
from yingjie.people.models import Claim, LedgerSource, PersonChange, RosterImport
from yingjie.people.roster import judging
from yingjie.people.roster.believing import FIELDS, VALUES, Believed, held_by

_LOCKED = "of people of a roster whose area was authorised"
_BY_HAND = {
    "name": "name",
    "address": "address",
    "household_role": "role",
    "household_id": "household",
    "sex": "sex",
}
_MOVES = ("moved", "arrived", "returned")


def said_on(roster: RosterImport) -> date:
    """The day whose facts a roster holds."""
    return roster.said_on or clock.today()


def believed(roster: RosterImport, ledger: pl.DataFrame) -> Believed:
    """What the roster's lines are believed in beside the people of `ledger`, those of its area or some of them."""
    fresh = (roster.source_kind, said_on(roster))
    return _believed(fresh, ledger, Q(person__area__code__startswith=roster.area_id))


def believed_of(source: LedgerSource, ledger: pl.DataFrame) -> Believed:
    """What lines of a source that is in the ledger are believed in beside the few people of `ledger`, wherever they live."""
    return _believed((source.kind, source.on), ledger, Q(person_id__in=ledger["person"].to_list()))


def _believed(fresh: tuple[str, date], ledger: pl.DataFrame, within: Q) -> Believed:
    named = ledger["was_origins"].drop_nulls().unique().to_list()
    ids = {source for origins in named for source in json.loads(origins).values() if isinstance(source, int)}
    rows = LedgerSource.objects.unscoped(_LOCKED).filter(pk__in=ids)
    return Believed(
        rules=shipped_source_rules(),
        fresh=fresh,
        sources={pk: (kind, on) for pk, kind, on in rows.values_list("pk", "kind", "on")},
        by_hand=by_hand(within),
        claims=_claimed(within),
    )


def write(lines: pl.DataFrame, source: LedgerSource, before: dict[str, dict[str, Any]]) -> None:
    """Keep what the changed `lines` of a source say otherwise than another kind of source did, and what that said. `before` learns
    which claims were added and which of them counted before, for an undo."""
    kinds = _kinds(before)
    rows: list[tuple[str, str, str, int, bool]] = []
    differing, changing = judging.differing(), judging.changing()
    told = roster_numbers.with_numbers(lines).with_columns(
        **{f"differs_{name}": differing[name] for name in VALUES},
        **{f"changes_{name}": changing[name] for name in VALUES},
    )
    for name, was in VALUES.items():
        of_field = told.filter(f"differs_{name}").select("person", name, was, f"changes_{name}", "held")
        for person, value, held, changes, stays in of_field.iter_rows():
            origins = before[person]["origins"]
            if not held or held == "unknown":
                continue  # nobody said otherwise
            former = origins.get(FIELDS[name], origins.get("*"))
            if former == source.pk or (kinds.get(former, "registered") == source.kind and changes):
                continue  # the same kind of source said it anew
            rows.append((person, FIELDS[name], str(value), source.pk, bool(changes)))
            if former in kinds and held_by(stays).get(name) != "manual":
                rows.append((person, FIELDS[name], str(held), former, not changes))
    if rows:
        _keep(rows, before)


def put_back(kept: list[dict[str, Any]]) -> None:
    """Claims as they were before a roster, from what `write` told of each person."""
    added = [each for before in kept for each in before.get("claims_added", [])]
    if added:
        Claim.objects.unscoped(_LOCKED).filter(pk__in=added).delete()
    for chosen in (True, False):
        were = [
            each for before in kept for each, was in before.get("claims_were", {}).items() if was is chosen
        ]
        if were:
            Claim.objects.unscoped(_LOCKED).filter(pk__in=were).update(chosen=chosen)


def _kinds(before: dict[str, dict[str, Any]]) -> dict[int, str]:
    ids = {
        source for kept in before.values() for source in kept["origins"].values() if isinstance(source, int)
    }
    return dict(LedgerSource.objects.unscoped(_LOCKED).filter(pk__in=ids).values_list("pk", "kind"))


def _keep(rows: list[tuple[str, str, str, int, bool]], before: dict[str, dict[str, Any]]) -> None:
    people = sorted({row[0] for row in rows})
    there: dict[tuple[str, str], list[Claim]] = {}
    for claim in Claim.objects.unscoped(_LOCKED).filter(person_id__in=people):
        there.setdefault((str(claim.person_id), claim.field), []).append(claim)
    days = dict(
        LedgerSource.objects.unscoped(_LOCKED).filter(pk__in={row[3] for row in rows}).values_list("pk", "on")
    )
    flipped: dict[bool, list[Any]] = {True: [], False: []}
    fresh: list[tuple[str, str, str, int, bool]] = []
    for row in rows:
        person, field, _value, source, chosen = row
        known = next((claim for claim in there.get((person, field), []) if claim.source_id == source), None)
        if known is None:
            fresh.append(row)
        elif known.chosen != chosen:
            before[person].setdefault("claims_were", {})[str(known.pk)] = known.chosen
            flipped[chosen].append(known.pk)
        if chosen:
            others = [c for c in there.get((person, field), []) if c.chosen and c.source_id != source]
            for claim in others:
                before[person].setdefault("claims_were", {})[str(claim.pk)] = True
                flipped[False].append(claim.pk)
    for chosen, ids in flipped.items():
        if ids:
            Claim.objects.unscoped(_LOCKED).filter(pk__in=ids).update(chosen=chosen)
    ids = bulk_loading.uuid7s(len(fresh))
    for row, claim_id in zip(fresh, ids, strict=True):
        before[row[0]].setdefault("claims_added", []).append(claim_id)
    columns = ["person_id", "field", "value", "source_id", "chosen"]
    frame = pl.DataFrame(fresh, schema=columns, orient="row").with_columns(
        id=pl.Series(ids, dtype=pl.String),
        on=pl.Series([days[row[3]] for row in fresh], dtype=pl.Date),
        chosen=pl.col("chosen").cast(pl.String),
        source_id=pl.col("source_id").cast(pl.String),
    )
    bulk_loading.copy_frame(Claim, frame, {"recorded_at": clock.now()})


def by_hand(within: Q) -> dict[str, Collection[str]]:
    """Field → the people who were corrected in it by hand."""
    found: dict[str, set[str]] = {}
    rows = PersonChange.objects.unscoped(_LOCKED).filter(within, undone_at__isnull=True)
    wanted = rows.filter(kind__in=("details", "documents", "corrected", *_MOVES))
    for person, kind, facts in wanted.values_list("person_id", "kind", "facts"):
        for name in _corrected(kind, facts):
            found.setdefault(name, set()).add(str(person))
    return dict(found)


def _corrected(kind: str, facts: dict[str, Any]) -> list[str]:
    """The fields of which a line of the timeline says that somebody stated them."""
    if kind in _MOVES:
        return ["area"]
    if kind == "documents":
        return ["number"]
    if kind == "corrected":
        return ["birth_on"] if "birth" in facts else []
    return [_BY_HAND[each] for each in facts.get("changed", ()) if each in _BY_HAND]


def _claimed(within: Q) -> dict[tuple[str, str], Collection[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for row in Claim.objects.unscoped(_LOCKED).filter(within):
        found.setdefault((str(row.person_id), row.field), set()).add(row.value)
    return dict(found)
