"""The ledger of an area as columns, for a roster to be laid beside it: one read of the tables, whatever the roster's length.

Memory: some 300 MB for a million people. Numbers and phones stay closed; they are compared by their blind indexes.
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import polars as pl
from django.db import connection

from yingjie.foundation.crypto.keyring import keyring
from yingjie.people.loading import KIND

SCHEMA: dict[str, Any] = {
    "person": pl.String, "was_area": pl.String, "was_name": pl.String, "was_sex": pl.String, "was_birth": pl.Date,
    "was_address": pl.String, "was_household": pl.String, "was_role": pl.String, "left_on": pl.Date,
    "was_key": pl.String, "was_phones": pl.String, "was_origins": pl.String,
}  # fmt: skip
_LEDGER = """
SELECT p.id, p.area_id, p.name, p.sex, p.birth_on, p.address, p.household_id, p.household_role, p.left_on,
    COALESCE(d.number_index, CASE WHEN d.number_index IS NULL THEN (
        SELECT o.number_index FROM people_identitydocument o WHERE o.person_id = p.id ORDER BY o.id LIMIT 1
    ) END), f.phones, p.origins
FROM people_person p
LEFT JOIN people_identitydocument d ON d.person_id = p.id AND d.kind = 'resident_card'
LEFT JOIN (
    SELECT h.person_id, string_agg(h.number_index, ' ' ORDER BY h."order", h.id) AS phones
    FROM people_phone h JOIN people_person q ON q.id = h.person_id WHERE {where_q} GROUP BY h.person_id
) f ON f.person_id = p.id
WHERE {where}
ORDER BY p.id
"""


def of_area(code: str) -> pl.DataFrame:
    """Everybody of an area, those who left included. `was_phones` are indexes with blanks between, `was_key` is that of the
    resident number, else of the first other document."""
    below = f"LIKE '{int(code)}%'"
    return _read(_LEDGER.format(where=f"p.area_id {below}", where_q=f"q.area_id {below}"), [])


def of_people(ids: Collection[str | UUID]) -> pl.DataFrame:
    """The same of some people."""
    given = [str(person_id) for person_id in ids]
    sql = _LEDGER.format(where="p.id = ANY(%s::uuid[])", where_q="q.id = ANY(%s::uuid[])")
    return _read(sql, [given, given])


def owners(keys: Sequence[str]) -> dict[str, str]:
    """Who in the whole ledger has these numbers: number index → person."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number_index, person_id::text FROM people_documentkey WHERE number_index = ANY(%s)",
            [list(keys)],
        )
        return dict(cursor.fetchall())


def numbers_of(ids: Sequence[Any]) -> list[str | None]:
    """The resident numbers of a few people in clear, in the order asked: near misses cannot be seen in an index."""
    ring, context = keyring(), "people_identitydocument.number"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id::text, number FROM people_identitydocument WHERE kind = %s AND person_id = ANY(%s::uuid[])",
            [KIND, [str(person) for person in ids]],
        )
        found = {person: ring.decrypt(stored, context) for person, stored in cursor.fetchall()}
    return [found.get(str(person)) for person in ids]


def _read(sql: str, given: list[Any]) -> pl.DataFrame:
    with connection.cursor() as cursor:
        parts: list[bytes] = []
        with cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)", given) as copy:
            parts.extend(bytes(part) for part in copy)
    if not parts:
        return pl.DataFrame(schema=SCHEMA)
    return pl.read_csv(
        b"".join(parts),
        has_header=False,
        new_columns=list(SCHEMA),
        schema=SCHEMA,
    )
