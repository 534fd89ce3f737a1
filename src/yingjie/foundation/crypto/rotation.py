"""Change of keys: a new key encrypts from now on, everything old is written again, then the old keys are forgotten.

It may be stopped at any moment and started again: rows already under the current key are passed over, and the old keys go only
when a last look finds no row that needs them.
"""

from collections.abc import Callable, Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection, models, transaction

from yingjie.foundation import files
from yingjie.foundation.crypto.fields import EncryptedBytesField, EncryptedTextField
from yingjie.foundation.crypto.keyring import keyring

BATCH = 1_000
PAGES = 20
SECOND_FACTOR = "mfa_authenticator.secret"
SECOND_FACTOR_VALUES = ("secret", "seed")
"""What an authenticator's data holds in protected form: the secret of the codes, the seed of the recovery codes."""


Protected = EncryptedTextField[Any, Any] | EncryptedBytesField


def encrypted_fields() -> Iterator[tuple[type[models.Model], Protected]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField | EncryptedBytesField):
                yield model, field


def rotate(
    progress: Callable[[int, int], None] = lambda done, total: None, new_key: bool = True
) -> dict[str, int]:
    """Write every protected value again under a new key. Returns rows written per table.column."""
    ring = keyring()
    if new_key:
        ring.add_key()
        ring = keyring()
    counts: dict[str, int] = {}
    total = sum(_waiting(model, field, ring.current) for model, field in encrypted_fields())
    done = 0
    for model, field in encrypted_fields():
        while written := _rewrite_batch(model, field):
            counts[field.context] = counts.get(field.context, 0) + written
            done += written
            progress(done, total)
    if written := _rewrite_second_factors():
        counts[SECOND_FACTOR] = written
    if written := sum(files.seal_again(path) for path in files.stored()):
        counts["files"] = written
    waiting = any(_waiting(model, field, ring.current) for model, field in encrypted_fields())
    waiting = waiting or any(files.seal_again(path) for path in files.stored())
    if not waiting and not _rewrite_second_factors():
        ring.drop_old_keys()
    return counts


@transaction.atomic
def _rewrite_second_factors() -> int:
    """The secrets of second factors are values inside a JSON column of the sign-in library, and few. Returns rows written."""
    ring, written = keyring(), 0
    for row in Authenticator.objects.select_for_update().order_by("pk"):
        old = {name: row.data[name] for name in SECOND_FACTOR_VALUES if row.data.get(name)}
        new = {name: value for name, value in old.items() if not value.startswith(f"{ring.current}.")}
        if new:
            again = {
                name: ring.encrypt(ring.decrypt(value, SECOND_FACTOR), SECOND_FACTOR)
                for name, value in new.items()
            }
            row.data = {**row.data, **again}
            row.save(update_fields=["data"])
            written += 1
    return written


def _waiting(model: type[models.Model], field: Protected, current: str) -> int:
    condition, given = _not_under(field, current)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}" WHERE {condition}', given)
        return int(cursor.fetchone()[0])


def _rewrite_batch(model: type[models.Model], field: Protected) -> int:
    """Rows are locked while they are written again, so that a value changed meanwhile is never put back."""
    table, column, key = model._meta.db_table, field.column, model._meta.pk.column
    condition, given = _not_under(field, keyring().current)
    many = BATCH if isinstance(field, EncryptedTextField) else PAGES
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "{key}", "{column}" FROM "{table}" WHERE {condition} LIMIT %s FOR UPDATE SKIP LOCKED',
            [*given, many],
        )
        rows = cursor.fetchall()
        cursor.executemany(
            f'UPDATE "{table}" SET "{column}" = %s WHERE "{key}" = %s',
            [(field.sealed_again(stored), row_id) for row_id, stored in rows],
        )
    return len(rows)


def _not_under(field: Protected, current: str) -> tuple[str, list[Any]]:
    """The rows whose value is not under the current key; null is nothing to protect."""
    if isinstance(field, EncryptedTextField):
        return f'"{field.column}" NOT LIKE %s', [f"{current}.%"]
    begins = current.encode() + b"\n"
    return f'substring("{field.column}" from 1 for %s) <> %s', [len(begins), begins]
