"""One moment for many statements: what is read together must not change between two of its reads."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Every read inside sees the database as it was at the first of them, whatever others commit meanwhile.

    For reading only: a row that somebody changed meanwhile cannot be locked from an old snapshot. Inside a transaction that began
    elsewhere nothing is added, because its isolation cannot be changed any more.
    """
    begins_here = not connection.in_atomic_block
    with transaction.atomic():
        if begins_here:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
