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
from yingjie.foundation.crypto.fields import EncryptedTextField
from yingjie.foundation.crypto.keyring import keyring

BATCH = 1_000
SECOND_FACTOR = "mfa_authenticator.secret"
SECOND_FACTOR_VALUES = ("secret", "seed")
"""What an authenticator's data holds in protected form: the secret of the codes, the seed of the recovery codes."""


def encrypted_fields() -> Iterator[tuple[type[models.Model], EncryptedTextField[Any, Any]]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField):
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


def _waiting(model: type[models.Model], field: EncryptedTextField[Any, Any], current: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT count(*) FROM "{model._meta.db_table}" WHERE "{field.column}" NOT LIKE %s',
            [f"{current}.%"],
        )
        return int(cursor.fetchone()[0])


def _rewrite_batch(model: type[models.Model], field: EncryptedTextField[Any, Any]) -> int:
    """Rows are locked while they are written again, so that a value changed meanwhile is never put back."""
    ring = keyring()
    table, column, key = model._meta.db_table, field.column, model._meta.pk.column
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "{key}", "{column}" FROM "{table}" WHERE "{column}" NOT LIKE %s LIMIT %s FOR UPDATE SKIP LOCKED',
            [f"{ring.current}.%", BATCH],
        )
        rows = cursor.fetchall()
        cursor.executemany(
            f'UPDATE "{table}" SET "{column}" = %s WHERE "{key}" = %s',
            [
                (ring.encrypt(ring.decrypt(stored, field.context), field.context), row_id)
                for row_id, stored in rows
            ],
        )
    return len(rows)
