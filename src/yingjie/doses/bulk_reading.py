"""Everything that rules look at of many people, read at once: COPY out in binary, straight into arrays (`read`).

The columns read have one width each and are never null, so that a table's rows are one array in memory and nothing is
converted row by row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import polars as pl
from django.db import connection
from numpy.typing import NDArray

from vaxkit.immunization.batch_layout import NONE, Tables
from vaxkit.immunization.batch_people import People

Ints = NDArray[np.int32]
Places = NDArray[np.int64]
#: Who has more doses than this is judged one by one.
MOST_DOSES = 8
UNSEEN = -1
TAKEN_BACK, EXPIRED, OTHER_GROUP = 1, 2, 4
_DAY = "coalesce({} - DATE '1970-01-01', %(none)s)"
_HEADER, _TRAILER = 19, 2
_SQL = {
    # Revisions before facts: whoever changes facts in between makes the revision another one.
    "standings": 'SELECT x.person_id, x.revision, (x."group" <> %(group)s)::int FROM doses_standing x WHERE {of}',
    "doses": f"""
        SELECT x.person_id, x.id, coalesce(array_position(%(products)s::text[], x.product_id::text), 0),
               {_DAY.format("x.given_on")}, coalesce(x.counts_as, 0)::int,
               CASE WHEN x.voided_at IS NULL THEN 0 ELSE {TAKEN_BACK} END
               + CASE WHEN x.expires_on < x.given_on THEN {EXPIRED} ELSE 0 END
               + CASE WHEN x."group" = %(group)s THEN 0 ELSE {OTHER_GROUP} END
        FROM doses_dose x WHERE {{of}}
    """,
    "conditions": f"""
        SELECT x.person_id, coalesce(array_position(%(observations)s::text[], x.code::text), 0),
               {_DAY.format("x.from_on")}, {_DAY.format("x.until_on")}
        FROM people_healthcondition x WHERE {{of}}
    """,
    "people": f"SELECT x.id, {_DAY.format('x.birth_on')} FROM people_person x WHERE {{people}}",
}
_COLUMNS = {
    "standings": ("person", "revision", "other"),
    "doses": ("person", "dose", "product", "day", "counts_as", "flags"),
    "conditions": ("person", "code", "begin", "end"),
    "people": ("person", "birth"),
}
_KEYS = ("person", "dose")


@dataclass(frozen=True)
class Whom:
    """A condition on a column of person ids, `{id}` in it, and its parameters."""

    condition: str
    given: Mapping[str, Any]

    def on(self, column: str) -> str:
        return self.condition.replace("{id}", column)


@dataclass(frozen=True)
class Read:
    """Columns of n people. `ids` n x 16 bytes; `people` what the batch takes, without observations; `dose_ids` n x k rows of
    `doses`; `has_facts`: a dose or a condition. `revisions`: of the kept standing, UNSEEN where there is none. `odd`: to be
    judged one by one, for what the columns cannot hold. Entries of `conditions`: `row`, `code` (place in the rules'
    observations, -1 unknown), `begin`, `end`; of `doses`: `row`, `dose` (its id), `counts_as`, `flags`."""

    ids: NDArray[np.uint8]
    people: People
    dose_places: Places
    has_facts: NDArray[np.bool_]
    revisions: Ints
    odd: NDArray[np.bool_]
    leftover: NDArray[np.bool_]
    conditions: Mapping[str, Any]
    doses: Mapping[str, Any]

    def __len__(self) -> int:
        return len(self.ids)

    def uuids(self, rows: Sequence[int] | NDArray[Any]) -> list[UUID]:
        return [UUID(bytes=self.ids[row].tobytes()) for row in rows]


def read(whom: Whom, tables: Tables | None, group: str) -> Read:
    """All whom the condition names and who are in the ledger."""
    given = {
        **whom.given, "group": group, "none": int(NONE), "products": list(tables.products if tables else ()),
        "observations": list(tables.observations if tables else ()),
    }  # fmt: skip
    found = {name: _copied(name, whom, given) for name in _SQL}
    people = found["people"]
    n = len(people)
    rows = {name: _row_of(found[name], people) for name in ("standings", "doses", "conditions")}
    standings, doses, conditions = found["standings"], found["doses"], found["conditions"]
    revisions = np.full(n, UNSEEN, np.int32)
    revisions[rows["standings"]] = standings["revision"]
    flags = doses["flags"].astype(np.int32)
    odd, leftover = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    odd[rows["doses"][(flags & (EXPIRED | OTHER_GROUP)) != 0]] = True
    leftover[rows["standings"][standings["other"] != 0]] = True
    live = (flags & TAKEN_BACK) == 0
    leftover[rows["doses"][~live & (doses["counts_as"] != 0)]] = True
    taken = np.flatnonzero(live)
    days, products, counts, places = _side_by_side(n, rows["doses"][taken], doses[taken], taken)
    odd |= counts > MOST_DOSES
    has_facts = counts > 0
    has_facts[rows["conditions"]] = True
    leftover |= ~has_facts & (revisions != UNSEEN)
    nothing = np.full(n, NONE, np.int32)
    return Read(
        ids=_id_bytes(people, "person"),
        people=People(
            people["birth"].astype(np.int32), days, products, np.minimum(counts, MOST_DOSES).astype(np.int8),
            np.zeros(n, np.int32), nothing, nothing.copy(),
        ),
        dose_places=places,
        has_facts=has_facts,
        revisions=revisions,
        odd=odd,
        leftover=leftover,
        conditions={
            "row": rows["conditions"],
            "code": conditions["code"].astype(np.int32) - 1,
            "begin": conditions["begin"].astype(np.int32),
            "end": conditions["end"].astype(np.int32),
        },
        doses={
            "row": rows["doses"], "id": _id_bytes(doses, "dose"), "flags": flags,
            "counts_as": doses["counts_as"].astype(np.int32),
        },
    )  # fmt: skip


def copied(cursor: Any, sql: str, given: Mapping[str, Any]) -> bytes:
    """The rows of a query as COPY sends them in binary, without its frame."""
    with cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT binary)", given) as stream:
        whole = b"".join(stream)
    return whole[_HEADER:-_TRAILER]


def _copied(name: str, whom: Whom, given: Mapping[str, Any]) -> NDArray[Any]:
    sql = _SQL[name].format(of=whom.on("x.person_id"), people=whom.on("x.id"))
    kind: list[tuple[str, str]] = [("", ">i2")]
    for column in _COLUMNS[name]:
        kind.append((f"{column}_length", ">i4"))
        kind += (
            [(f"{column}_{half}", ">u8") for half in ("high", "low")]
            if column in _KEYS
            else [(column, ">i4")]
        )
    with connection.cursor() as cursor:
        return np.frombuffer(copied(cursor, sql, given), dtype=np.dtype(kind))


def _row_of(rows: NDArray[Any], people: NDArray[Any]) -> Places:
    """The place among the people of each row's person. Whoever left the ledger while it was read is nobody's row."""
    sides = [
        pl.DataFrame({half: table[f"person_{half}"].astype(np.uint64) for half in ("high", "low")})
        for table in (rows, people)
    ]
    places = sides[1].with_row_index("place")
    joined = sides[0].join(places, on=["high", "low"], how="left", maintain_order="left")
    found: Places = joined["place"].cast(pl.Int64).fill_null(-1).to_numpy()
    if (found < 0).any():
        raise LookupError("rows of people who are not in the ledger")
    return found


def _side_by_side(
    n: int, rows: Places, doses: NDArray[Any], places: Places
) -> tuple[Ints, NDArray[np.int8], Places, Places]:
    """Doses of each person beside one another, by day and id: days, products, counts, and their places among the doses."""
    day = doses["day"].astype(np.int64)
    key = rows << 32 | (day + 2**31)
    order = np.lexsort((doses["dose_low"].astype(np.uint64), doses["dose_high"].astype(np.uint64), key))
    rows, doses, places = rows[order], doses[order], places[order]
    counts = np.bincount(rows, minlength=n)
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    width = max(1, min(MOST_DOSES, int(counts.max(initial=1))))
    kept = nth < width
    days, products = np.full((n, width), NONE, np.int32), np.full((n, width), -1, np.int8)
    where = np.full((n, width), -1, np.int64)
    at = rows[kept], nth[kept]
    days[at], products[at], where[at] = doses["day"][kept], doses["product"][kept] - 1, places[kept]
    return days, products, counts, where


def _id_bytes(table: NDArray[Any], column: str) -> NDArray[np.uint8]:
    halves = np.empty((len(table), 2), ">u8")
    halves[:, 0], halves[:, 1] = table[f"{column}_high"], table[f"{column}_low"]
    return halves.view(np.uint8).reshape(len(table), 16)
