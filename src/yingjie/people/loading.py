"""The one way by which people come into the ledger's tables, one at a time or fifty thousand.

Whoever calls it has authorised, checked and placed the entries; the journal is theirs too. A number that somebody else already
has is never entered twice: its key is claimed first, in one order for everybody, so that two loads at once cannot block each other
for good, and whoever comes second learns which of their entries lost.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, models

from vaxkit.identity import mask_phone
from yingjie.foundation.crypto.fields import blind_index
from yingjie.foundation.ids import uuid7
from yingjie.people.models import DocumentKey, IdentityDocument, Person, Phone
from yingjie.people.readings import reading

KIND = "resident_card"
SERIES_OF_THEIR_OWN = ("hk_macao_permit", "taiwan_permit", "chinese_passport", "foreign_passport")
BATCH = 2000
Progress = Callable[..., None]
"""Called as progress(done, total, words)."""


@dataclass(frozen=True)
class NewPerson:
    """Someone to be entered. `number` (a document of `kind`, "" for none) and `phones` are in the written form that
    `vaxkit.identity` gives."""

    area_code: str
    name: str
    sex: str
    birth_on: date
    number: str
    registered_on: date
    source: str
    moved_in_on: date | None = None
    phones: tuple[str, ...] = ()
    household_id: UUID | None = None
    household_role: str = ""
    address: str = ""
    kind: str = KIND
    without_document: str = ""
    mobility: str = ""
    whereabouts: str = "here"
    id: UUID = field(default_factory=uuid7)


def number_index(number: str, kind: str = KIND) -> str:
    """The look-up key of a document's number in its normal form. Kinds that number in one series share their keys."""
    return blind_index(number, kind if kind in SERIES_OF_THEIR_OWN else KIND)


def phone_index(number: str) -> str:
    """The look-up key of a phone in its normal form."""
    return blind_index(number, "phone")


def load(entries: Sequence[NewPerson], progress: Progress | None = None) -> set[UUID]:
    """Write people with their documents and phones. Returns the ids of entries whose number already belonged to somebody else;
    nothing of those is written. Call it inside a transaction."""
    keys = {entry.id: number_index(entry.number, entry.kind) for entry in entries if entry.number}
    lost = _claim(keys)
    kept = [entry for entry in entries if entry.id not in lost]
    for done, batch in enumerate(batches(kept, BATCH)):
        copy(Person, [_person(entry) for entry in batch])
        copy(IdentityDocument, [_document(entry, keys[entry.id]) for entry in batch if entry.number])
        copy(Phone, [phone for entry in batch for phone in phones_of(entry.id, entry.phones)])
        if progress:
            progress(min((done + 1) * BATCH, len(kept)), len(kept))
    return lost


def phones_of(person_id: UUID, numbers: Iterable[str], first_order: int = 1) -> list[Phone]:
    """The rows of a person's phones, in the order given."""
    return [
        Phone(
            person_id=person_id,
            number=number,
            number_index=phone_index(number),
            masked=mask_phone(number),
            order=order,
        )
        for order, number in enumerate(numbers, first_order)
    ]


def copy(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert many rows through COPY, with the values that `save` would have written."""
    if not rows:
        return
    fields = model._meta.concrete_fields
    columns = ", ".join(connection.ops.quote_name(str(column.column)) for column in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as stream:
        for row in rows:
            stream.write_row(
                [column.get_db_prep_save(getattr(row, column.attname), connection) for column in fields]
            )


def _claim(keys: dict[UUID, str]) -> set[UUID]:
    """Take the keys that nobody has; the ids of those that somebody has."""
    owner: dict[str, UUID] = {}
    ordered = sorted((index, person_id) for person_id, index in keys.items())
    for batch in batches(ordered, BATCH):
        DocumentKey.objects.bulk_create(
            [DocumentKey(number_index=index, person_id=person_id) for index, person_id in batch],
            ignore_conflicts=True,
        )
        rows = DocumentKey.objects.filter(number_index__in=[index for index, _id in batch])
        owner.update(rows.values_list("number_index", "person_id"))
    return {person_id for person_id, index in keys.items() if owner[index] != person_id}


def _person(entry: NewPerson) -> Person:
    return Person(
        id=entry.id, area_id=entry.area_code, name=entry.name, pinyin=reading(entry.name), sex=entry.sex,
        birth_on=entry.birth_on, household_id=entry.household_id, household_role=entry.household_role,
        address=entry.address, registered_on=entry.registered_on, moved_in_on=entry.moved_in_on,
        source=entry.source, without_document=entry.without_document, mobility=entry.mobility,
        whereabouts=entry.whereabouts,
    )  # fmt: skip


def _document(entry: NewPerson, index: str) -> IdentityDocument:
    return IdentityDocument(
        person_id=entry.id,
        kind=entry.kind,
        number=entry.number,
        number_index=index,
        last_four=entry.number[-4:],
    )


def batches(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch
