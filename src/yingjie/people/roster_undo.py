"""How a committed roster is taken out of the ledger again, to the last byte, while nothing was built on its people."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import polars as pl
from django.db import connection

from yingjie.foundation.crypto.keyring import keyring
from yingjie.people import (
    bulk_loading,
    changes,
    ledger_frame,
    refusals,
    roster_claims,
    roster_numbers,
    roster_writing,
)
from yingjie.people.models import Claim, Doubt, LedgerSource, Person, RosterImport, RosterRow, Stay
from yingjie.people.roster_writing import LOCKED, PUT_BACK

Progress = Callable[..., None]
Before = dict[str, dict[str, Any]]
"""Person → what a commit kept of them, in the order of ids."""
OWN_TABLES = ("people_phone", "people_identitydocument", "people_claim")
"""What a roster itself writes for somebody new."""


def take_back(roster: RosterImport, progress: Progress | None) -> int:
    """Remove the people whom a roster brought and restore those it changed. Raises BuiltUpon. Returns how many it touched."""
    new = roster_writing.new_lines(roster)
    changed = _changed_lines(roster)
    ids = sorted({*new["person"].to_list(), *changed})
    roster_writing.lock(ids)
    with bulk_loading.temporary("roster_gone", {"person": "uuid"}, new.select("person")):
        if built := _built_upon(roster, new, changed):
            raise refusals.BuiltUpon(count=built)
        changes.rewriting({UUID(each) for each in ids})
        _remove()
    _restore(changed)
    RosterRow.objects.unscoped(LOCKED).filter(roster_id=roster.pk).delete()
    Doubt.objects.unscoped("of a locked roster").filter(roster_id=roster.pk).delete()
    roster_claims.put_back(list(changed.values()))
    sources = LedgerSource.objects.unscoped("of a locked roster").filter(roster_id=roster.pk)
    Claim.objects.unscoped(LOCKED).filter(source__in=list(sources.values_list("pk", flat=True))).delete()
    sources.delete()
    if progress:
        progress(len(ids), len(ids))
    return len(ids)


def _changed_lines(roster: RosterImport) -> Before:
    """What the commit kept of everybody whom it changed, opened in one go."""
    ring, context = keyring(), "people_rosterrow.before"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id::text, before FROM people_rosterrow WHERE roster_id = %s AND fate = 'changed' ORDER BY 1",
            [roster.pk],
        )
        return {person: json.loads(ring.decrypt(kept, context)) if kept else {} for person, kept in cursor}


def _built_upon(roster: RosterImport, new: pl.DataFrame, changed: Before) -> int:
    """How many people whom the roster brought have rows of other modules, and how many of all were changed since or are gone."""
    touched: set[str] = set()
    for relation in Person._meta.related_objects:
        model: Any = relation.related_model
        table, column = model._meta.db_table, relation.field.column
        if table in OWN_TABLES or model is Stay:
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT DISTINCT o."{column}"::text FROM "{table}" o JOIN roster_gone r ON r.person = o."{column}"'
            )
            touched.update(row[0] for row in cursor.fetchall())
    touched |= _changed_since(new)
    touched |= _claimed_since(roster)
    touched |= roster_numbers.changed_since(changed)
    now = roster_writing.held(list(changed))
    touched.update(person for person, kept in changed.items() if not _as_left(kept, now.get(person)))
    decided = Doubt.objects.unscoped("of a locked roster").filter(
        roster_id=roster.pk, state__in=("same", "other")
    )
    return len(touched) + decided.count()


def _claimed_since(roster: RosterImport) -> set[str]:
    """Of the people whom the roster brought, those of whom another source has said something since."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.person_id::text FROM people_claim c JOIN roster_gone g ON g.person = c.person_id"
            " JOIN people_ledgersource s ON s.id = c.source_id WHERE s.roster_id IS DISTINCT FROM %s",
            [roster.pk],
        )
        return {row[0] for row in cursor.fetchall()}


def _changed_since(new: pl.DataFrame) -> set[str]:
    """Of the people whom the roster brought, those who are not any more as it brought them."""
    if not new.height:
        return set()
    now = ledger_frame.of_people(new["person"].to_list())
    both = new.join(now, on="person", how="left", maintain_order="left")
    moved = roster_writing.current_areas(new["area"].unique().to_list())
    area = pl.col("area").replace(list(moved), list(moved.values())) if moved else pl.col("area")
    as_brought = (
        (pl.col("name") == pl.col("was_name")) & (area == pl.col("was_area")) & pl.col("left_on").is_null()
        & (pl.col("address").fill_null("") == pl.col("was_address").fill_null(""))
        & (pl.col("role").fill_null("") == pl.col("was_role").fill_null(""))
        & (pl.col("household").fill_null("") == pl.col("was_household").fill_null(""))
        & (pl.col("keys").list.join(" ").fill_null("") == pl.col("was_phones").fill_null(""))
        & (pl.col("key").fill_null("") == pl.col("was_key").fill_null("") )
    )  # fmt: skip
    return set(both.filter(~as_brought.fill_null(False))["person"].to_list())


def _as_left(kept: dict[str, Any], now: dict[str, Any] | None) -> bool:
    """Whether the person still is as the commit left them."""
    if now is None or not kept:
        return False
    after = kept["after"]
    return all(now[column] == after[column] for column in PUT_BACK if column in after)


def _remove() -> None:
    with connection.cursor() as cursor:
        for table in OWN_TABLES:
            cursor.execute(f"DELETE FROM {table} t USING roster_gone g WHERE t.person_id = g.person")
        cursor.execute("DELETE FROM people_documentkey t USING roster_gone g WHERE t.person_id = g.person")
        cursor.execute("DELETE FROM people_person t USING roster_gone g WHERE t.id = g.person")


def _restore(changed: Before) -> None:
    """Every changed person as before: their columns, the phones and stays that the roster added. Sets of rows, as at the commit."""
    if not changed:
        return
    now = roster_writing.held(list(changed))
    kept = [now[person] | before for person, before in changed.items()]  # an older version kept fewer columns
    phones = [each for before in kept for each in before.get("phones_added", [])]
    rows = {
        "person": list(changed),
        **{column: [_text(before[column]) for before in kept] for column in PUT_BACK},
    }
    kinds = {
        field.column: field.db_type(connection)
        for field in Person._meta.concrete_fields
        if field.column in PUT_BACK
    }
    columns = {"person": "uuid", **{column: str(kinds[column]) for column in PUT_BACK}}
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String))
    with bulk_loading.temporary("roster_before", columns, frame), connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_phone WHERE id = ANY(%s::uuid[])", [phones])
        cursor.execute(
            "DELETE FROM people_stay t USING roster_before b JOIN people_person p ON p.id = b.person"
            " WHERE t.person_id = b.person AND p.has_stays AND NOT b.has_stays"
        )
        told = ", ".join(f"{column} = b.{column}" for column in PUT_BACK)
        cursor.execute(f"UPDATE people_person p SET {told} FROM roster_before b WHERE p.id = b.person")
    roster_numbers.put_back(changed)
    _unretract(changed)
    derived = [
        UUID(person)
        for person, before in zip(changed, kept, strict=True)
        if any(before[column] != now[person][column] for column in ("birth_on", "sex"))
    ]
    changes.told(derived)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _unretract(changed: Before) -> None:
    """Of people who had stays before: the stays that the roster wrote go, those it retracted are believed again."""
    for person, before in changed.items():
        kept = before.get("stays")
        if kept is None:
            continue
        rows = Stay.objects.unscoped(LOCKED).filter(person_id=person)
        rows.exclude(pk__in=list(kept)).delete()
        for stay_id, retracted_at in kept.items():
            Stay.objects.unscoped(LOCKED).filter(person_id=person, pk=stay_id).update(
                retracted_at=retracted_at
            )
