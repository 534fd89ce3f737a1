"""A form sent twice: a double click, or sent once more because the answer did not come. The second time opens what the first made.

sent_before(rows, by, …)     what the same person asked for with the same words some seconds ago
is_twice(row, by)            they applied it some seconds ago
"""

from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from django.db import connection, models

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.scoping import ScopedQuerySet

#: The same asked again after more than this is meant.
SECONDS = 10
M = TypeVar("M", bound=models.Model)


def sent_before(rows: ScopedQuerySet[M], by: Actor, **same: object) -> M | None:
    """Of rows with `made_by` and `made_at`. In the caller's transaction: the same person's other requests wait for its end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"plans asked by {by.name}"])
    since = clock.now() - timedelta(seconds=SECONDS)
    return rows.filter(made_by=by.signature, made_at__gt=since, **same).order_by("-made_at").first()


class Applied(Protocol):
    """What is applied once."""

    state: str
    applied_by: str
    applied_at: datetime | None


def is_twice(row: Applied, by: Actor) -> bool:
    """Of a row that is locked."""
    if row.state != "applied" or row.applied_by != by.signature or row.applied_at is None:
        return False
    return row.applied_at > clock.now() - timedelta(seconds=SECONDS)
