"""Numbers, birth dates and sexes that a line has and its person's record has not, or has otherwise.

`beside` says what they mean before a line is judged; `claim` takes the numbers for their people before a commit believes them;
`write` puts them on record, and `put_back` takes them from it again. Sets of rows; the lines concerned are few, as a rule.
"""

import json
from collections.abc import Iterable
from typing import Any

import polars as pl
from django.db import connection

from yingjie.people import bulk_loading, ledger_frame, restating, spans
from yingjie.people.dynamics import SAY_THE_BIRTH
from yingjie.people.models import IdentityDocument, Person
from yingjie.people.roster import judging

_LOCKED = "people of lines whose area was authorised"
Before = dict[str, dict[str, Any]]


def beside(lines: pl.DataFrame) -> pl.DataFrame:
    """`lines` (line, person, document, kind, key, birth_on) whose number, birth or sex is not the ledger's, with what that means:

    number_is   fresh (the person has no document of that kind), differs (another number of that kind), taken (somebody else's);
                null where the line has none, or one of the person's own
    says_birth  whether a number of the line's kind says birth date and sex
    proved      whether a number on the person's record says them
    late        whether the line's birth date lies after a day from which the ledger knows the person
    """
    people = lines["person"].unique().to_list()
    kept = _documents(people)
    asked = lines.filter(pl.col("document").is_not_null())["key"].drop_nulls().unique().to_list()
    owners = ledger_frame.owners(asked) if asked else {}

    def number_is(person: str, kind: str, key: str | None, document: str | None) -> str | None:
        if document is None or key is None:
            return None
        own, owner = kept.get(person, {}), owners.get(key)
        if owner not in (None, person):
            return "taken"
        if kind not in own:
            return "fresh"
        return "differs" if owner is None and own[kind] != key else None

    late = _late(lines)
    rows = lines.select("line", "person", "kind", "key", "document").iter_rows()
    told = [
        (
            line, number_is(person, kind, key, document), any(each in SAY_THE_BIRTH for each in kept.get(person, ())),
            document is not None and kind in SAY_THE_BIRTH, line in late,
        )
        for line, person, kind, key, document in rows
    ]  # fmt: skip
    schema: dict[str, Any] = {"line": lines.schema["line"], "number_is": pl.String, "proved": pl.Boolean, "says_birth": pl.Boolean,
              "late": pl.Boolean}  # fmt: skip
    return pl.DataFrame(told, schema=schema, orient="row")


def claim(lines: pl.DataFrame) -> bool:
    """Take the numbers that judged lines bring for their people. Whether all could be had: where not, somebody else has been given
    one meanwhile, and the lines must be judged again."""
    wanted = _brought(lines)
    if not wanted.height:
        return True
    return not bulk_loading.claim(wanted.select("key", "person")).height


def already_theirs(lines: pl.DataFrame) -> set[str]:
    """The keys of brought numbers that are their people's before anything is claimed: of records joined with theirs."""
    keys = _brought(lines)["key"].to_list()
    return set(ledger_frame.owners(keys)) if keys else set()


def write(lines: pl.DataFrame, before: Before, theirs: Iterable[str] = ()) -> None:
    """Put the numbers of changed lines, whose keys are claimed, on record. `before` learns what takes them back."""
    brought = _brought(lines)
    if not brought.height:
        return
    had = _documents(brought["person"].to_list())
    places = [len(had.get(person, {})) + 1 for person in brought["person"].to_list()]
    fresh = brought.with_columns(order=pl.Series(places, dtype=pl.Int64)).filter(
        pl.col("number_is") == "fresh"
    )
    ids = bulk_loading.uuid7s(fresh.height)
    bulk_loading.copy_frame(
        IdentityDocument,
        fresh.select(
            "kind", "order", person_id="person", number="document", number_index="key",
            last_four=pl.col("document").str.tail(4), id=pl.Series(ids, dtype=pl.String),
        ),
        {},
    )  # fmt: skip
    known = set(theirs)
    for person, key, document_id in zip(fresh["person"], fresh["key"], ids, strict=True):
        before[person].setdefault("documents_added", {})[document_id] = key
        if key not in known:
            before[person].setdefault("keys_added", []).append(key)
    for row in brought.filter(pl.col("number_is") == "differs").iter_rows(named=True):
        _replace(row, before[row["person"]], row["key"] in known)


def restated(lines: pl.DataFrame) -> list[tuple[str, Any]]:
    """The people whose birth date changes, with the new one."""
    return list(lines.filter(judging.changing()["birth_on"]).select("person", "birth_on").iter_rows())


def put_back(kept: Before) -> None:
    """Documents and keys of some people as they were before a roster, from what `write` told of each."""
    added = [each for before in kept.values() for each in before.get("documents_added", {})]
    keys = [key for before in kept.values() for key in before.get("keys_added", [])]
    replaced = [each for before in kept.values() for each in before.get("documents_were", [])]
    with connection.cursor() as cursor:
        if added:
            cursor.execute("DELETE FROM people_identitydocument WHERE id = ANY(%s::uuid[])", [added])
        if keys:
            cursor.execute(
                "DELETE FROM people_documentkey WHERE number_index = ANY(%s) AND person_id = ANY(%s::uuid[])",
                [keys, list(kept)],
            )
        for row in replaced:
            cursor.execute(
                "UPDATE people_identitydocument SET number = %s, number_index = %s, last_four = %s WHERE id = %s",
                [row["number"], row["number_index"], row["last_four"], row["id"]],
            )
            cursor.execute(
                "INSERT INTO people_documentkey (number_index, person_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                [row["number_index"], row["person_id"]],
            )


def with_numbers(lines: pl.DataFrame) -> pl.DataFrame:
    """The changed lines with `number`, where it is not the record's, and `was_number`, the record's of that kind. Both in clear."""
    number = pl.when(pl.col("number_is").is_not_null()).then("document").alias("number")
    other = lines.filter(pl.col("number_is").is_in(["differs", "taken"]))
    rows = IdentityDocument.objects.unscoped(_LOCKED).filter(person_id__in=other["person"].to_list())
    known = [(str(row.person_id), row.kind, row.number) for row in rows]
    table = pl.DataFrame(
        known, schema={"person": pl.String, "kind": pl.String, "was_number": pl.String}, orient="row"
    )
    return lines.with_columns(number).join(table, on=["person", "kind"], how="left", maintain_order="left")


def changed_since(kept: Before) -> set[str]:
    """Of some people, those whose brought numbers are not on record any more as they came."""
    brought = {
        person: before["documents_added"] for person, before in kept.items() if before.get("documents_added")
    }
    if not brought:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id::text, number_index FROM people_identitydocument WHERE person_id = ANY(%s::uuid[])",
            [list(brought)],
        )
        now = dict(cursor.fetchall())
    return {
        person
        for person, added in brought.items()
        if any(now.get(each) != key for each, key in added.items())
    }


def _brought(lines: pl.DataFrame) -> pl.DataFrame:
    here = lines.filter(judging.changing()["number"])
    return here.select("person", "document", "kind", "key", "number_is")


def _documents(people: list[str]) -> dict[str, dict[str, str]]:
    """Person → kind of document → key of its number."""
    found: dict[str, dict[str, str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id::text, kind, number_index FROM people_identitydocument WHERE person_id = ANY(%s::uuid[])",
            [people],
        )
        for person, kind, key in cursor.fetchall():
            found.setdefault(person, {})[kind] = key
    return found


def _late(lines: pl.DataFrame) -> set[int]:
    """The lines whose birth date cannot be their person's."""
    dated = lines.filter((pl.col("birth_on") != pl.col("was_birth")).fill_null(False))
    if not dated.height:
        return set()
    rows = Person.objects.unscoped(_LOCKED).filter(pk__in=dated["person"].unique().to_list())
    people = {str(person.pk): person for person in rows}
    known = restating.spans_of_many(list(people.values()))
    found = set()
    for line, person_id, birth_on in dated.select("line", "person", "birth_on").iter_rows():
        person = people[person_id]
        try:
            spans.born_on(known[person.pk], birth_on)
        except spans.OutOfOrder:
            found.add(line)
        if birth_on > person.registered_on:
            found.add(line)
    return found


def _replace(row: dict[str, Any], before: dict[str, Any], is_theirs: bool) -> None:
    """Another number of the same document; the former number is free for its real owner."""
    document = IdentityDocument.objects.unscoped(_LOCKED).get(person_id=row["person"], kind=row["kind"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(t)::text FROM people_identitydocument t WHERE id = %s", [document.pk])
        (kept,) = cursor.fetchone()
        cursor.execute(
            "DELETE FROM people_documentkey WHERE number_index = %s AND person_id = %s",
            [document.number_index, row["person"]],
        )
    before.setdefault("documents_were", []).append(json.loads(kept))
    if not is_theirs:
        before.setdefault("keys_added", []).append(row["key"])
    document.number, document.number_index, document.last_four = (
        row["document"],
        row["key"],
        row["document"][-4:],
    )
    document.save(update_fields=["number", "number_index", "last_four"])
