"""Everything that rules look at of many people, read at once: COPY out in binary, straight into arrays (`read`).

The columns read have one width each and are never null, so that each is one array in memory and nothing is converted row by
row.
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
from yingjie.doses import seen

Ints = NDArray[np.int32]
Places = NDArray[np.int64]
#: Who has more doses than this is judged one by one.
MOST_DOSES = 8
UNSEEN = -1
TAKEN_BACK, EXPIRED, OTHER_GROUP = 1, 2, 4
_DAY = "coalesce({} - DATE '1970-01-01', %(none)s)"
#: Bytes before the first row of a binary COPY, and before the first element of an array of one dimension.
_HEADER, _ARRAY_HEADER = 19, 20
SQL = {
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
        SELECT x.person_id, coalesce(array_position(%(observations)s::text[], x.code), 0),
               {_DAY.format("x.from_on")}, {_DAY.format("x.until_on")}
        FROM ({seen.ROWS}) x WHERE {{of}}
    """,
    "people": f"SELECT x.id, {_DAY.format('x.birth_on')} FROM people_person x WHERE {{people}}",
}
_COLUMNS = {
    "standings": ("person", "revision", "other"),
    "doses": ("person", "dose", "product", "day", "counts_as", "flags"),
    "conditions": ("person", "code", "from_on", "until_on"),
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
    `doses`; `has_facts`: a dose, a condition or a group that rules ask for. `revisions`: of the kept standing, UNSEEN where there
    is none. `odd`: to be judged one by one, for what the columns cannot hold. Entries of `conditions`: `row`, `code` (place in
    the rules' observations, -1 unknown), `begin`, `end`; of `doses`: `row`, `dose` (its id), `counts_as`, `flags`."""

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
        **whom.given, **seen.groups(), "group": group, "none": int(NONE), "products": list(tables.products if tables else ()),
        "observations": list(tables.observations if tables else ()),
    }  # fmt: skip
    with connection.cursor() as cursor:
        found = {name: columns(cursor, name, whom, given) for name in SQL}
    people = found["people"]["person"]
    n = len(people)
    rows = {name: _row_of(found[name]["person"], people) for name in ("standings", "doses", "conditions")}
    standings, doses, conditions = found["standings"], found["doses"], found["conditions"]
    revisions = np.full(n, UNSEEN, np.int32)
    revisions[rows["standings"]] = standings["revision"]
    flags = doses["flags"]
    odd, leftover = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    odd[rows["doses"][(flags & (EXPIRED | OTHER_GROUP)) != 0]] = True
    leftover[rows["standings"][standings["other"] != 0]] = True
    live = (flags & TAKEN_BACK) == 0
    leftover[rows["doses"][~live & (doses["counts_as"] != 0)]] = True
    taken = np.flatnonzero(live)
    days, products, counts, places = _side_by_side(n, rows["doses"], doses, taken)
    odd |= counts > MOST_DOSES
    has_facts = counts > 0
    has_facts[rows["conditions"]] = True
    leftover |= ~has_facts & (revisions != UNSEEN)
    nothing = np.full(n, NONE, np.int32)
    return Read(
        ids=_id_bytes(people),
        people=People(
            found["people"]["birth"], days, products, np.minimum(counts, MOST_DOSES).astype(np.int8),
            np.zeros(n, np.int32), nothing, nothing.copy(),
        ),
        dose_places=places,
        has_facts=has_facts,
        revisions=revisions,
        odd=odd,
        leftover=leftover,
        conditions={
            "row": rows["conditions"],
            "code": conditions["code"] - 1,
            "begin": conditions["from_on"],
            "end": conditions["until_on"],
        },
        doses={
            "row": rows["doses"], "id": _id_bytes(doses["dose"]), "flags": flags, "counts_as": doses["counts_as"],
        },
    )  # fmt: skip


def columns(cursor: Any, name: str, whom: Whom, given: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
    """The columns of one of SQL's queries. The rows come gathered into one array a column: a client that receives a message a
    row spends most of its time on messages."""
    names = _COLUMNS[name]
    gathered = ", ".join(f"array_agg({column})" for column in names)
    rows = SQL[name].format(of=whom.on("x.person_id"), people=whom.on("x.id"))
    with cursor.cursor.copy(  # Django's wrapper that logs statements knows no parameters
        f"COPY (SELECT {gathered} FROM ({rows}) AS rows ({', '.join(names)})) TO STDOUT (FORMAT binary)",
        given,
    ) as stream:
        whole = b"".join(stream)
    found, at = {}, _HEADER + 2
    for column in names:
        size = int.from_bytes(whole[at : at + 4], "big", signed=True)
        value = [("high", ">u8"), ("low", ">u8")] if column in _KEYS else ">i4"
        kind = np.dtype([("length", ">i4"), ("value", value)])
        start, count = at + 4 + _ARRAY_HEADER, max(0, size - _ARRAY_HEADER) // kind.itemsize
        found[column] = (
            np.frombuffer(whole, kind, count, start)["value"] if count else np.zeros(0, kind["value"])
        )
        if column not in _KEYS:
            found[column] = found[column].astype(np.int32)
        at += 4 + max(0, size)
    return found


def _row_of(keys: NDArray[Any], people: NDArray[Any]) -> Places:
    """The place among the people of each row's person. Raises LookupError for somebody who is not among them."""
    sides = [
        pl.DataFrame({half: side[half].astype(np.uint64) for half in ("high", "low")})
        for side in (keys, people)
    ]
    places = sides[1].with_row_index("place")
    joined = sides[0].join(places, on=["high", "low"], how="left", maintain_order="left")
    found: Places = joined["place"].cast(pl.Int64).fill_null(-1).to_numpy()
    if (found < 0).any():
        raise LookupError("rows of people who are not in the ledger")
    return found


def _side_by_side(
    n: int, rows: Places, doses: Mapping[str, NDArray[Any]], taken: Places
) -> tuple[Ints, NDArray[np.int8], Places, Places]:
    """The doses taken of each person beside one another, by day and id: days, products, counts, places among the doses."""
    key = rows[taken] << 32 | (doses["day"][taken].astype(np.int64) + 2**31)
    order = np.argsort(key, kind="stable")
    key = key[order]
    same = np.flatnonzero(np.diff(key) == 0)
    if len(same):  # two doses on one day: by their ids
        tied = np.unique(np.concatenate([same, same + 1]))
        ids = doses["dose"][taken[order[tied]]]
        order[tied] = order[tied][np.lexsort((ids["low"], ids["high"], key[tied]))]
    places = taken[order]
    rows = rows[places]
    counts = np.bincount(rows, minlength=n)
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    width = max(1, min(MOST_DOSES, int(counts.max(initial=1))))
    kept = nth < width
    days, products = np.full((n, width), NONE, np.int32), np.full((n, width), -1, np.int8)
    where = np.full((n, width), -1, np.int64)
    at = rows[kept], nth[kept]
    days[at], products[at] = doses["day"][places[kept]], doses["product"][places[kept]] - 1
    where[at] = places[kept]
    return days, products, counts, where


def _id_bytes(keys: NDArray[Any]) -> NDArray[np.uint8]:
    halves = np.empty((len(keys), 2), ">u8")
    halves[:, 0], halves[:, 1] = keys["high"], keys["low"]
    return halves.view(np.uint8).reshape(len(keys), 16)
