"""Many people into the ledger's tables at once: sets of rows, never row objects.

What `loading` does for one person or a hundred, by the column: keys are claimed in one statement in the order of their index, so
that two loads at once cannot block each other for good; then each table gets one COPY. Numbers and phones are encrypted in batches.
"""

import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from django.db import connection, models

from vaxkit.identity import mask_phone
from yingjie.foundation import clock
from yingjie.foundation.crypto.keyring import keyring
from yingjie.people.models import IdentityDocument, Person, Phone
from yingjie.people.readings import reading


def uuid7s(count: int) -> list[str]:
    """Many fresh ids (UUID version 7) in ascending order of a counter after the moment, so that indexes grow at their end."""
    moment = int(clock.now().timestamp() * 1000) & (2**48 - 1)
    made = np.frombuffer(os.urandom(16 * count), dtype=np.uint8).reshape(count, 16).copy()
    at = np.arange(count, dtype=np.uint64)
    # 12 bits after the version count within a millisecond; past 4,095 the moment moves on.
    head = (
        (np.uint64(moment) + (at >> np.uint64(12))) << np.uint64(16)
        | np.uint64(0x7000)
        | at & np.uint64(0xFFF)
    )
    made[:, :8] = head.astype(">u8").view(np.uint8).reshape(count, 8)
    made[:, 8] = made[:, 8] & 0x3F | 0x80
    text = made.tobytes().hex()
    wholes = (text[start : start + 32] for start in range(0, 32 * count, 32))
    return [f"{whole[:8]}-{whole[8:12]}-{whole[12:16]}-{whole[16:20]}-{whole[20:]}" for whole in wholes]


def claim(keys: pl.DataFrame) -> pl.DataFrame:
    """Take the keys that nobody has. `keys`: key, person. Returns those that somebody else has: key, person, owner."""
    if not keys.height:
        return pl.DataFrame(schema={"key": pl.String, "person": pl.String, "owner": pl.String})
    with (
        temporary("roster_keys", {"key": "varchar(32)", "person": "uuid"}, keys.select("key", "person")),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO people_documentkey (number_index, person_id) SELECT key, person FROM roster_keys"
            " ORDER BY key ON CONFLICT DO NOTHING"
        )
        cursor.execute(
            "SELECT r.key, r.person::text, k.person_id::text FROM roster_keys r"
            " JOIN people_documentkey k ON k.number_index = r.key WHERE k.person_id <> r.person ORDER BY r.key"
        )
        rows = cursor.fetchall()
    return pl.DataFrame(
        rows, schema={"key": pl.String, "person": pl.String, "owner": pl.String}, orient="row"
    )


@dataclass(frozen=True)
class Rows:
    """Some people as the rows of their tables, numbers and phones encrypted."""

    people: pl.DataFrame
    documents: pl.DataFrame
    phones: pl.DataFrame


def enter(people: pl.DataFrame, source: str, origin: int) -> None:
    """Write people whose keys are claimed. `people`: person, area, name, sex, birth_on, document, kind, key, phones, keys, owners,
    household, role, address, moved_in_on."""
    enter_rows(rows_of(people), source, origin)


def rows_of(people: pl.DataFrame) -> Rows:
    """What `enter` writes. Asks nothing of the database: the next rows can be made while it takes these."""
    documents = people.filter(pl.col("document").is_not_null())
    return Rows(
        people.select(
            "sex", "birth_on", "moved_in_on", "name", id="person", area_id="area", household_id="household",
            household_role=pl.col("role").fill_null(""), address=pl.col("address").fill_null(""), pinyin=readings(people["name"]),
        ),
        _sealed(
            IdentityDocument,
            documents.select(
                "kind", person_id="person", number="document", number_index="key",
                last_four=pl.col("document").str.tail(4), id=pl.Series(uuid7s(documents.height), dtype=pl.String),
            ),
        ),
        _phone_rows(phones_of(people)),
    )  # fmt: skip


def enter_rows(rows: Rows, source: str, origin: int) -> None:
    """Write them: one COPY a table."""
    same = {
        "registered_on": clock.today(),
        "source": source,
        "entered_at": clock.now(),
        "origins": {"*": origin},
    }
    copy_frame(Person, rows.people, same)
    copy_frame(IdentityDocument, rows.documents, {}, are_sealed=True)
    copy_frame(Phone, rows.phones, {}, are_sealed=True)


def phones_of(people: pl.DataFrame) -> pl.DataFrame:
    """One line per phone of some people: person, number, key, owner, order."""
    owners = (
        pl.when(pl.col("owners").is_null()).then(pl.col("phones").list.eval(pl.lit(""))).otherwise("owners")
    )
    with_phones = people.filter(pl.col("phones").list.len() > 0)
    return (
        with_phones.select("person", "phones", "keys", owners=owners)
        .explode("phones", "keys", "owners")
        .select(
            "person", number="phones", key="keys", owner=pl.col("owners").fill_null(""),
            order=pl.int_range(pl.len()).over("person") + 1,
        )
    )  # fmt: skip


def enter_phones(phones: pl.DataFrame) -> list[str]:
    """Write phones (`phones_of`). Returns their ids."""
    rows = _phone_rows(phones)
    copy_frame(Phone, rows, {}, are_sealed=True)
    return rows["id"].to_list()


def _phone_rows(phones: pl.DataFrame) -> pl.DataFrame:
    rows = phones.select(
        "number", "owner", "order", person_id="person", number_index="key",
        id=pl.Series(uuid7s(phones.height), dtype=pl.String), masked=_masks(phones["number"]),
    )  # fmt: skip
    return _sealed(Phone, rows)


def _masks(numbers: pl.Series) -> pl.Series:
    """`mask_phone` of each number; a mobile's, as most are, by the column."""
    is_mobile = numbers.str.contains(r"^1[0-9]{10}$")
    plainly = numbers.str.slice(0, 3) + "****" + numbers.str.slice(7)
    others = pl.Series(
        [mask_phone(number) for number in numbers.filter(~is_mobile).to_list()], dtype=pl.String
    )
    return plainly.scatter((~is_mobile).arg_true(), others)


def _sealed(model: type[models.Model], rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with what is encrypted in the model's table."""
    contexts = {str(field.column): getattr(field, "context", None) for field in model._meta.concrete_fields}
    return rows.with_columns(
        pl.Series(name, keyring().encrypt_all(rows[name].to_list(), context), dtype=pl.String)
        for name in rows.columns
        if (context := contexts[name]) is not None
    )


def readings(names: pl.Series) -> pl.Series:
    """The reading of each name, found once per name."""
    known = names.unique()
    return names.replace_strict(
        known, pl.Series([reading(name) for name in known.to_list()], dtype=pl.String), return_dtype=pl.String
    )


def copy_frame(
    model: type[models.Model], rows: pl.DataFrame, same: Mapping[str, Any], *, are_sealed: bool = False
) -> None:
    """Insert rows through COPY. `rows` are named by the model's columns; what neither they nor `same` say has the model's default.
    Encrypted columns come in clear, unless they are sealed already."""
    if not rows.height:
        return
    rows = rows if are_sealed else _sealed(model, rows)
    made: list[pl.Series] = []
    constants: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        column = str(field.column)
        if column in rows.columns:
            made.append(rows[column])
        else:
            constants[column] = _plain(
                field.get_db_prep_save(same.get(column, field.get_default()), connection)
            )
    columns = [*(series.name for series in made), *constants]
    frame = pl.DataFrame(made).with_columns(
        pl.lit(value, pl.String).alias(name) for name, value in constants.items()
    )
    _copy(str(model._meta.db_table), columns, frame.select(columns))


def _plain(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if hasattr(value, "dumps") or hasattr(value, "obj"):  # psycopg's wrapper of JSON
        return json.dumps(value.obj, ensure_ascii=False)
    return str(value)


class temporary:
    """A table of this transaction alone, filled with a frame."""

    def __init__(self, name: str, columns: Mapping[str, str], rows: pl.DataFrame) -> None:
        self._name, self._columns, self._rows = name, columns, rows

    def __enter__(self) -> None:
        described = ", ".join(f"{column} {kind}" for column, kind in self._columns.items())
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMPORARY TABLE {self._name} ({described}) ON COMMIT DROP")
        _copy(self._name, list(self._columns), self._rows.select(list(self._columns)))
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {self._name}")

    def __exit__(self, error: object, *_rest: object) -> None:
        if error is None:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP TABLE {self._name}")


def _copy(table: str, columns: Sequence[str], frame: pl.DataFrame) -> None:
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    stream = io.BytesIO()
    frame.write_csv(stream, include_header=False)
    content = stream.getbuffer()
    sql = f"COPY {connection.ops.quote_name(table)} ({quoted}) FROM STDIN (FORMAT csv)"
    with connection.cursor() as cursor, cursor.copy(sql) as copy:
        for at in range(0, len(content), 1 << 20):
            copy.write(content[at : at + (1 << 20)])
