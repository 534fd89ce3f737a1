"""The review queue (核对队列): what a machine cannot decide is asked one question at a time, and every answer can be taken back.

same    the line speaks of that person: what is new in it is written; of two people of the ledger, one is made
other   it does not: the line is entered as somebody of its own; two people stay two
out     the line stays out of the ledger
later   somebody else, or another day
"""

import json
from datetime import date
from typing import Any
from uuid import UUID

import polars as pl
from django.db import transaction

from vaxkit.vocabulary import Text
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.ids import uuid7
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.people import (
    bulk_loading,
    changes,
    ledger_frame,
    merging,
    refusals,
    roster_claims,
    roster_numbers,
    roster_writing,
    snapshots,
)
from yingjie.people.models import Doubt, LedgerSource, Person, RosterImport, RosterPage
from yingjie.people.roster import judging
from yingjie.people.roster.columnar import SCHEMA
from yingjie.people.roster.pages import opened
from yingjie.people.roster.reasons import reason

WAITING = ("open", "later")
ANSWERS = ("same", "other", "out", "later")
_LOCKED = "people of a question that is locked by whoever was authorised for it"
_ENTRY = [*SCHEMA, "key", "keys", "household"]


def ask_about_lines(roster: RosterImport) -> int:
    """A question for every doubtful line of a committed roster of which enough can be read. Returns how many."""
    rows = RosterPage.objects.unscoped("of a locked roster").filter(
        roster_id=roster.pk, counts__doubtful__gt=0
    )
    asked = 0
    for page in rows.order_by("order").iterator(chunk_size=4):
        frame = opened(page.content)
        lines = frame.filter((frame["fate"] == "doubtful") & frame["is_entry"])
        if not lines.height:
            continue
        entries = [
            json.dumps(row, default=str, ensure_ascii=False)
            for row in lines.select(_ENTRY).iter_rows(named=True)
        ]
        bulk_loading.copy_frame(
            Doubt,
            lines.select(
                area_id="area", number="line", person_id="person", score=pl.col("probability").fill_null(0.0),
                key=pl.concat_str(pl.lit(f"{roster.pk}:"), pl.col("line").cast(pl.String)),
                reasons=pl.concat_str(
                    pl.lit("["), pl.concat_str("said", "judged", separator=", ", ignore_nulls=True).fill_null(""), pl.lit("]")
                ),
                entry=pl.Series(entries, dtype=pl.String),
                id=pl.Series(bulk_loading.uuid7s(lines.height), dtype=pl.String),
            ),
            {"kind": "line", "roster_id": roster.pk, "found_at": clock.now(), "words": []},
        )  # fmt: skip
        asked += lines.height
    return asked


@transaction.atomic
def decide(*, by: Actor, doubt_id: UUID, answer: str) -> Doubt:
    """Answer a question. Raises NotFound, DoubtSettled, AnswerImpossible, MergeBuiltUpon."""
    doubt = _locked(by, doubt_id)
    if doubt.state not in WAITING:
        raise refusals.DoubtSettled()
    if (
        answer not in ANSWERS
        or (answer == "out" and doubt.kind == "pair")
        or (answer == "same" and doubt.person_id is None)
    ):
        raise NotFound()
    undo: dict[str, Any] | None = None
    if answer == "same":
        undo = _merge(by, doubt) if doubt.kind == "pair" else _apply(by, doubt)
    elif answer == "other" and doubt.kind == "line":
        undo = _enter(doubt)
    doubt.state, doubt.decided_by, doubt.decided_at = answer, by.signature, clock.now()
    doubt.undo = json.dumps(undo) if undo is not None else None
    doubt.save(update_fields=["state", "decided_by", "decided_at", "undo"])
    _journal(by, "people.decide_doubt", doubt, answer=answer)
    return doubt


@transaction.atomic
def undo_decision(*, by: Actor, doubt_id: UUID) -> Doubt:
    """Take an answer back: the ledger is as before it, the question waits again. Raises NotFound, DecisionBuiltUpon."""
    doubt = _locked(by, doubt_id)
    if doubt.state in (*WAITING, "void"):
        raise NotFound()
    undo = json.loads(doubt.undo) if doubt.undo else None
    if undo and "kept" in undo:
        merging.part(UUID(undo["kept"]), UUID(undo["gone"]), undo)
    elif undo:
        people = [UUID(each) for each in undo["people"]]
        if not snapshots.alike(snapshots.taken(people), undo["after"]) or (
            not undo["before"]["people_person"] and merging.built_on(people[0])
        ):
            raise refusals.DecisionBuiltUpon()
        snapshots.put_back(people, undo["before"])
        if undo["before"]["people_person"]:
            changes.told(people)
    doubt.state, doubt.decided_by, doubt.decided_at, doubt.undo = "open", "", None, None
    doubt.save(update_fields=["state", "decided_by", "decided_at", "undo"])
    _journal(by, "people.undo_decision", doubt)
    return doubt


def line_of(doubt: Doubt) -> pl.DataFrame:
    """The line of a question as a frame of one row, as it was read."""
    kept = json.loads(doubt.entry or "{}")
    for name in ("birth_on", "moved_in_on"):
        kept[name] = date.fromisoformat(kept[name]) if kept[name] else None
    schema = {name: {**SCHEMA, **judging.SCHEMA}[name] for name in _ENTRY}
    return pl.DataFrame([[kept[name] for name in _ENTRY]], schema=schema, orient="row")


def _apply(by: Actor, doubt: Doubt) -> dict[str, Any]:
    """The line is this person: what is new in it is believed field by field, as of a line that needed no answer. Whoever lives
    outside the actor's areas is not changed from here."""
    assert doubt.person_id is not None
    if not Person.objects.visible_to(by, "people.import").filter(pk=doubt.person_id).exists():
        raise NotFound()
    roster_writing.lock([str(doubt.person_id)])
    people = [doubt.person_id]
    before = snapshots.taken(people)
    line = line_of(doubt).with_columns(
        person=pl.lit(str(doubt.person_id)), verdict=pl.lit("same"), why=pl.lit(judging.DECIDED), first=pl.lit(None, pl.UInt32),
        probability=pl.lit(1.0, pl.Float32), weight=pl.lit(0, pl.Int8), said=pl.lit(None, pl.String),
    )  # fmt: skip
    ledger = ledger_frame.of_people(people)
    source = _source(doubt)
    believed = roster_claims.believed_of(source, ledger)
    left_on: date | None = ledger["left_on"][0]
    ledger = ledger.with_columns(left_on=pl.lit(None, pl.Date))
    judged = judging.judged(line, ledger, {}, "", None, believed, roster_numbers.beside)
    changed = _believable(judged)
    if left_on and changed.height and changed.select(judging.changing()["area"]).item():
        # Nobody moves who is gone: whether they are back is not for a list to say.
        raise refusals.AnswerImpossible(why=refusals.Said(_text("ledger.left", on=left_on.isoformat())))
    if changed.height:
        theirs = roster_numbers.already_theirs(changed)
        if not roster_numbers.claim(changed):
            raise refusals.DoubtSettled()
        roster_writing.apply_lines(changed, source, theirs)
    return {"people": [str(doubt.person_id)], "before": before, "after": snapshots.taken(people)}


def _believable(judged: pl.DataFrame) -> pl.DataFrame:
    """A line of which somebody said whose it is, if it changes anything. Raises AnswerImpossible where it says what cannot be."""
    row = judged.row(0, named=True)
    if row["fate"] == "doubtful":
        (told,) = json.loads(f"[{row['judged']}]")[:1]
        raise refusals.AnswerImpossible(why=refusals.Said(Text(told["zh"], told["en"])))
    return judged.filter(pl.col("fate") == "changed")


def _enter(doubt: Doubt) -> dict[str, Any]:
    """The line is somebody of their own: entered with the number where it has one that nobody else has."""
    line = line_of(doubt)
    row = line.row(0, named=True)
    if row["birth_on"] is None:
        raise refusals.AnswerImpossible(why=refusals.Said(_text("birth.missing")))
    if row["area"] is None or row["name"] is None:
        raise refusals.AnswerImpossible(why=refusals.Said(_text("village.missing")))
    person_id = uuid7()
    now = roster_writing.current_areas([row["area"]])
    line = line.with_columns(person=pl.lit(str(person_id)), area=pl.lit(now.get(row["area"], row["area"])))
    if row["document"] and bulk_loading.claim(line.select("key", "person")).height:
        raise refusals.AnswerImpossible(why=refusals.Said(_text("number.of_another")))
    bulk_loading.enter(line, source=f"import {doubt.roster_id}"[:80], origin=_source(doubt).pk)
    if not row["document"]:
        Person.objects.unscoped("just entered").filter(pk=person_id).update(without_document="unknown")
    empty: snapshots.Snapshot = {table: [] for table, _column in snapshots.tables()}
    return {"people": [str(person_id)], "before": empty, "after": snapshots.taken([person_id])}


def _merge(by: Actor, doubt: Doubt) -> dict[str, Any]:
    assert doubt.person_id is not None and doubt.other_id is not None
    ids = sorted((doubt.person_id, doubt.other_id))
    for each in ids:
        if not lock(Person.objects.visible_to(by, "people.import"), id=each):
            raise NotFound()
    kept, gone, undo = merging.merge(doubt.person_id, doubt.other_id)
    return {**undo, "kept": str(kept), "gone": str(gone)}


def _source(doubt: Doubt) -> LedgerSource:
    found = LedgerSource.objects.unscoped("of a locked question").filter(roster_id=doubt.roster_id).first()
    if found is None:
        raise NotFound()
    return found


def _text(code: str, **facts: str) -> Text:
    told = reason(code, **facts)
    return Text(told["zh"], told["en"])


def _locked(by: Actor, doubt_id: UUID) -> Doubt:
    by.require("people.import")
    found = lock(Doubt.objects.visible_to(by), pk=doubt_id)
    if not found:
        raise NotFound()
    return found[0]


def _journal(by: Actor, verb: str, doubt: Doubt, **facts: Any) -> None:
    record(by=by, verb=verb, subject=doubt, area_code=doubt.area_id, facts=facts)
