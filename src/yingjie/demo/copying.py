"""Rows on their way into a table by COPY, and identifiers that come from the seed."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection, models

from yingjie.demo.history import Campaign
from yingjie.foundation.ids import uuid7

ROWS_AT_ONCE = 10_000


class Table:
    """Rows of one table on their way, written by COPY when there are many. Every column must be named."""

    def __init__(self, model: type[models.Model], *columns: str) -> None:
        missing = {str(column.column) for column in model._meta.concrete_fields} ^ set(columns)
        if missing:
            raise TypeError(
                f"{model.__name__} has other columns than this loader: {', '.join(sorted(missing))}"
            )
        self.rows: list[tuple[Any, ...]] = []
        quoted = ", ".join(f'"{column}"' for column in columns)
        self._copy = f'COPY "{model._meta.db_table}" ({quoted}) FROM STDIN'

    def add(self, *values: Any) -> None:
        self.rows.append(values)
        if len(self.rows) >= ROWS_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        if self.rows:
            with connection.cursor() as cursor, cursor.copy(self._copy) as stream:
                for row in self.rows:
                    stream.write_row(row)
            self.rows.clear()


class Ids:
    """Identifiers of one kind of row: from the moment and the seed."""

    def __init__(self, told: Campaign, kind: str) -> None:
        self._chance = Random(f"{told.county.seed}:{told.county.code}:{kind}")

    def next(self, at: datetime) -> UUID:
        return uuid7(at, self._chance)
