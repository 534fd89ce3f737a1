"""All that the ledger's tables hold of some people, as text: to be put back to the last byte when a decision is taken back.

Values come and go as PostgreSQL writes them; encrypted columns stay closed. Rows of later modules are not here.
"""

import json
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import connection

from yingjie.people.models import Person

Snapshot = dict[str, list[str]]


def tables() -> list[tuple[str, str]]:
    """The tables of people with the column that names the person, the person itself first."""
    found = [("people_person", "id"), ("people_documentkey", "person_id")]
    for field in Person._meta.get_fields(include_hidden=True):
        model: Any = field.related_model if field.auto_created and not field.concrete else None
        if model is not None and model._meta.app_label == "people":
            found.append((model._meta.db_table, str(field.field.column)))  # type: ignore[union-attr]
    return found


def taken(people: Collection[UUID]) -> Snapshot:
    """Every row about the people, as JSON texts per table."""
    made: Snapshot = {}
    with connection.cursor() as cursor:
        for table, column in tables():
            cursor.execute(
                f'SELECT to_jsonb(t)::text FROM "{table}" t WHERE "{column}" = ANY(%s) ORDER BY 1',
                [list(people)],
            )
            made[table] = [row[0] for row in cursor.fetchall()]
    return made


def alike(one: Snapshot, other: Snapshot) -> bool:
    """Whether two snapshots say the same. A column that came with a newer version of the program and is empty says nothing."""
    return _told(one) == _told(other)


def put_back(people: Collection[UUID], snapshot: Snapshot) -> None:
    """The rows about the people as they were: those that are there go, those of the snapshot come."""
    with connection.cursor() as cursor:
        for table, column in reversed(tables()):
            cursor.execute(f'DELETE FROM "{table}" WHERE "{column}" = ANY(%s)', [list(people)])
        for table, _column in tables():
            rows = [json.loads(row) for row in snapshot.get(table, [])]
            if rows:
                cursor.execute(
                    f'INSERT INTO "{table}" SELECT * FROM jsonb_populate_recordset(NULL::"{table}", %s::jsonb)',
                    [json.dumps(rows)],
                )


def _told(snapshot: Snapshot) -> dict[str, list[dict[str, Any]]]:
    rows = {table: [json.loads(row) for row in texts] for table, texts in snapshot.items() if texts}
    return {
        table: [{name: value for name, value in row.items() if value is not None} for row in of_table]
        for table, of_table in rows.items()
    }
