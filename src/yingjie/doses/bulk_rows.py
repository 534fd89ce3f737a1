"""Judged standings as rows for COPY in binary (`rows`, of doses `dose_rows`): many people share one layout, so rows are stamped,
not built.

Whoever has the same products, the same shape of reasons and nulls in the same places has a row of the same bytes but for her
id, some numbers and some days. One row is made for each layout, copied for everybody who has it, and the rest is written
into its place in all of them at once. Days within reasons are text of ten signs, so that lengths stay the same.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import count
from typing import Any
from uuid import UUID

import numpy as np
from django.core.serializers.json import DjangoJSONEncoder
from numpy.typing import NDArray

from vaxkit.immunization.batch_layout import FIRST, LAST, NONE
from vaxkit.immunization.batch_telling import Day, Shape
from yingjie.doses.bulk_judging import Judged
from yingjie.doses.bulk_reading import Ints, Read
from yingjie.doses.judging import NO_DAY
from yingjie.doses.standings import COLUMNS

Bytes = NDArray[np.uint8]
HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
#: PostgreSQL counts days from 2000-01-01.
_EPOCH = date(2000, 1, 1).toordinal() - date(1970, 1, 1).toordinal()
_NULL = b"\xff\xff\xff\xff"
_JSONB = b"\x01"
_DAYS = (
    "earliest_on",
    "recommended_on",
    "overdue_on",
    "completed_on",
    "primary_on",
    "deferred_until",
    "look_again_on",
)
_NUMBERS = ("doses_counted", "next_number", "primary_number")
#: The columns of the table that rows are copied into, in order, with their types.
TABLE = (
    ("person_id", "uuid"), ("revision", "int"), ("doses_counted", "smallint"), ("next_number", "smallint"),
    ("earliest_on", "date"), ("recommended_on", "date"), ("overdue_on", "date"), ("latest_on", "date"),
    ("completed_on", "date"), ("primary_number", "smallint"), ("primary_on", "date"), ("deferred_until", "date"),
    ("is_contraindicated", "boolean"), ("products", "jsonb"), ("because", "jsonb"), ("look_again_on", "date"),
)  # fmt: skip


@dataclass
class _Layout:
    """One row while it is laid out: its bytes so far, and what must be written where."""

    row: bytearray
    ids: int = 0
    #: column, offset, bytes
    whole: list[tuple[str, int, int]] = field(default_factory=list)
    days: list[tuple[Day, int]] = field(default_factory=list)


def rows(found: Read, judgement: Judged) -> Iterator[bytes]:
    """A row for everybody in the batch, in the order of their layouts."""
    picked = np.flatnonzero(judgement.here)
    if not len(picked):
        return
    said = judgement.said
    columns = {name: getattr(judgement, name) for name in (*_DAYS, *_NUMBERS)} | {"revision": found.revisions}
    nulls = np.zeros(len(found), np.int64)
    for nth, name in enumerate((*_DAYS, *_NUMBERS[1:])):
        nulls |= (columns[name] == (NONE if name in _DAYS else 0)).astype(np.int64) << nth
    key = (said.reasons + 1) * (len(said.offers) + 2) + (said.offered + 1)
    key = (key << (len(_DAYS) + len(_NUMBERS)) | nulls)[picked] * 2 + judgement.is_contraindicated[picked]
    order = np.argsort(key, kind="stable")
    picked, key = picked[order], key[order]
    ends = [*(np.flatnonzero(np.diff(key)) + 1).tolist(), len(picked)]
    for begin, end in zip([0, *ends], ends, strict=False):
        here = picked[begin:end]
        yield _stamped(_layout(judgement, columns, int(here[0])), found, columns, said.days, here)


def _layout(judgement: Judged, columns: Mapping[str, Any], example: int) -> _Layout:
    """The row of whoever is like the example."""
    said, layout = judgement.said, _Layout(bytearray(len(TABLE).to_bytes(2, "big")))
    for name, kind in TABLE:
        if name == "person_id":
            layout.row += (16).to_bytes(4, "big")
            layout.ids = len(layout.row)
            layout.row += bytes(16)
        elif name == "is_contraindicated":
            layout.row += (1).to_bytes(4, "big") + bytes([int(judgement.is_contraindicated[example])])
        elif name == "products":
            place = int(said.offered[example])
            _text(layout, [json.dumps(list(said.offers[place].products) if place >= 0 else [])])
        elif name == "because":
            _text(layout, _reasons(said.shapes[int(said.reasons[example])]))
        elif name == "latest_on" or _is_null(name, columns[name][example]):
            layout.row += _NULL
        else:
            size = {"smallint": 2, "int": 4, "date": 4}[kind]
            layout.row += size.to_bytes(4, "big")
            layout.whole.append((name, len(layout.row), size))
            layout.row += bytes(size)
    return layout


def _is_null(name: str, value: np.int32) -> bool:
    return bool(value == NONE) if name in _DAYS else name in _NUMBERS[1:] and not value


def _text(layout: _Layout, parts: Sequence[str | Day]) -> None:
    """JSON of which some parts are days."""
    begin = len(layout.row)
    layout.row += bytes(4) + _JSONB
    for part in parts:
        if isinstance(part, Day):
            layout.days.append((part, len(layout.row)))
            layout.row += b"0000-00-00"
        else:
            layout.row += part.encode()
    layout.row[begin : begin + 4] = (len(layout.row) - begin - 4).to_bytes(4, "big")


def _reasons(shapes: Sequence[Shape]) -> list[str | Day]:
    """judging.kept_reason of each, with the days left open."""
    told: list[dict[str, Any]] = []
    marks: dict[str, Day] = {}
    names = count()
    for shape in shapes:
        facts: dict[str, Any] = {}
        for name, fact in shape.facts:
            if isinstance(fact, Day):
                marks[f"<{next(names)}>"] = fact
                facts[name] = f"<{len(marks) - 1}>"
            else:
                facts[name] = list(fact) if isinstance(fact, tuple) else fact
        told.append(
            {"code": shape.code, "facts": facts} | ({"rule": shape.basis.document} if shape.basis else {})
        )
    rest, parts = json.dumps(told, ensure_ascii=False, cls=DjangoJSONEncoder), []
    for mark, day in marks.items():
        before, rest = rest.split(f'"{mark}"', 1)
        parts += [
            before + '"',
            day,
        ]
        rest = '"' + rest
    return [*parts, rest]


def _stamped(
    layout: _Layout,
    found: Read,
    columns: Mapping[str, Any],
    days: Mapping[Day, Ints],
    here: NDArray[np.int64],
) -> bytes:
    made = np.empty((len(here), len(layout.row)), np.uint8)
    made[:] = np.frombuffer(bytes(layout.row), np.uint8)
    made[:, layout.ids : layout.ids + 16] = found.ids[here]
    for name, offset, size in layout.whole:
        values = columns[name][here]
        if name in _DAYS:
            values = values - np.int32(_EPOCH)
        made[:, offset : offset + size] = values.astype(f">i{size}").view(np.uint8).reshape(len(here), size)
    for day, offset in layout.days:
        made[:, offset : offset + 10] = _iso()[days[day][here] - FIRST]
    return made.tobytes()


@cache
def _iso() -> Bytes:
    """Every day from 1900 to 2100 as ten bytes."""
    texts = np.datetime_as_string(np.arange(FIRST, LAST + 1).astype("datetime64[D]")).astype("S10")
    return texts.view(np.uint8).reshape(-1, 10)


def single(person_id: UUID, revision: int, row: Mapping[str, Any]) -> bytes:
    """The row of a person who was judged one by one."""
    made = bytearray(len(TABLE).to_bytes(2, "big"))
    for name, kind in TABLE:
        value = {"person_id": person_id, "revision": revision, **row}[name]
        sent = b"" if value is None else _sent(value, kind)
        made += _NULL if value is None else len(sent).to_bytes(4, "big") + sent
    return bytes(made)


#: A row of a dose: its id, whose it is, what it counts as (0: not), each after its length.
_DOSE = np.dtype([("columns", ">i2"), ("id_size", ">i4"), ("id", "u1", 16), ("person_size", ">i4"), ("person", "u1", 16),
                  ("counts_size", ">i4"), ("counts_as", ">i2")])  # fmt: skip


def dose_rows(ids: Bytes, people: Bytes, counts_as: NDArray[np.int8]) -> bytes:
    """Rows of doses for COPY; ids n x 16 bytes."""
    made = np.empty(len(ids), _DOSE)
    made["columns"], made["id_size"], made["person_size"], made["counts_size"] = 3, 16, 16, 2
    made["id"], made["person"], made["counts_as"] = ids, people, counts_as
    return made.tobytes()


def dose_row(dose_id: UUID, person_id: UUID, counts_as: int) -> bytes:
    """The row of one dose."""
    ids, people = (np.frombuffer(key.bytes, np.uint8)[None] for key in (dose_id, person_id))
    return dose_rows(ids, people, np.array([counts_as], np.int8))


def _sent(value: Any, kind: str) -> bytes:
    if kind == "uuid":
        return bytes(value.bytes)
    if kind == "jsonb":
        return _JSONB + json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder).encode()
    if kind == "boolean":
        return bytes([value])
    number = value.toordinal() - date(2000, 1, 1).toordinal() if kind == "date" else int(value)
    return int(number).to_bytes({"smallint": 2, "int": 4, "date": 4}[kind], "big", signed=True)


assert {name for name, _ in TABLE} == {"person_id", "revision", *COLUMNS} and NO_DAY.year == 9999
