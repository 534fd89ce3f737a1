"""How rows that hang on a person follow a merge, and how they go back to the last byte.

    merging.register("outreach", following.mover(Attempt, CarePlan, mentioned=[(CheckItem, "person_id")], settle=one_open_plan))

`models` carry the person as a foreign key; all their rows go to whoever is kept. `settle(kept, gone)` runs before that, where both
records may have what one person can have only once: it marks or closes one of the two, and deletes nothing that somebody recorded.
`mentioned` are columns that name a person without a foreign key: they name the one who is kept. `derived` are tables and columns
that follow from the others and are made again by whoever owns them.

Rows come and go as PostgreSQL writes them; encrypted columns stay closed. What was recorded of the kept person since stays theirs
when the merge is taken back; where a row that the merge touched was changed since, it is not taken back at all.
"""

import json
from collections.abc import Callable, Collection, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, models, transaction

from yingjie.people import refusals
from yingjie.people.models import Person

Settle = Callable[[UUID, UUID], None]
Rows = dict[str, dict[str, str]]
Column = tuple[type[models.Model], str]


class Mover:
    """Gives rows from one person to another (`move`) and back (`back`). `tables` are those it answers for."""

    def __init__(
        self,
        rows: Sequence[Column],
        mentioned: Sequence[Column],
        settle: Settle | None,
        derived: Sequence[Any],
    ) -> None:
        self._rows = [(model._meta.db_table, column) for model, column in rows]
        self._mentioned = [(model._meta.db_table, column) for model, column in mentioned]
        self._settle = settle
        self._derived_columns = {each for each in derived if isinstance(each, str)}
        derived_tables = {each._meta.db_table for each in derived if not isinstance(each, str)}
        self.tables = frozenset(table for table, _column in self._rows) | derived_tables

    def move(self, kept: UUID, gone: UUID) -> dict[str, Any]:
        """Give what is about `gone` to `kept`; both are locked. Returns, as JSON values, what takes it back."""
        before = self._taken([kept, gone])
        if self._settle is not None:
            self._settle(kept, gone)
        with connection.cursor() as cursor:
            for table, column in self._rows:
                cursor.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE "{column}" = %s', [kept, gone])
        after = self._taken([kept])
        return {
            "before": _without(before, after),
            "after": _without(after, before),
            "mentioned": self._name_the_kept(kept, gone),
        }

    def back(self, kept: UUID, gone: UUID, moved: dict[str, Any]) -> None:
        """As before the merge. Raises DecisionBuiltUpon where a row that the merge touched is not as the merge left it."""
        now = self._taken([kept])
        for table, rows in moved["after"].items():
            for key, text in rows.items():
                if self._plain(now.get(table, {}).get(key)) != self._plain(text):
                    raise refusals.DecisionBuiltUpon()
        try:
            with transaction.atomic():
                self._put_back(moved)
        except IntegrityError as taken:  # what was recorded since stands where a row would return to
            raise refusals.DecisionBuiltUpon() from taken
        with connection.cursor() as cursor:
            for table, column, keys in moved["mentioned"]:
                cursor.execute(
                    f'UPDATE "{table}" SET "{column}" = %s WHERE "{column}" = %s AND id::text = ANY(%s)',
                    [gone, kept, keys],
                )

    def _put_back(self, moved: dict[str, Any]) -> None:
        with connection.cursor() as cursor:
            for table, _column in reversed(self._rows):
                cursor.execute(
                    f'DELETE FROM "{table}" WHERE id::text = ANY(%s)', [list(moved["after"].get(table, {}))]
                )
            for table, _column in self._rows:
                rows = [json.loads(text) for text in moved["before"].get(table, {}).values()]
                if rows:
                    cursor.execute(
                        f'INSERT INTO "{table}" SELECT * FROM jsonb_populate_recordset(NULL::"{table}", %s::jsonb)',
                        [json.dumps(rows)],
                    )

    def _taken(self, people: Collection[UUID]) -> Rows:
        """Table → key of a row → the row, of every row about these people."""
        found: Rows = {}
        with connection.cursor() as cursor:
            for table, column in self._rows:
                cursor.execute(
                    f'SELECT id::text, to_jsonb(t)::text FROM "{table}" t WHERE "{column}" = ANY(%s) ORDER BY 1',
                    [list(people)],
                )
                found[table] = dict(cursor.fetchall())
        return found

    def _name_the_kept(self, kept: UUID, gone: UUID) -> list[list[Any]]:
        changed: list[list[Any]] = []
        with connection.cursor() as cursor:
            for table, column in self._mentioned:
                cursor.execute(
                    f'UPDATE "{table}" SET "{column}" = %s WHERE "{column}" = %s RETURNING id::text',
                    [kept, gone],
                )
                keys = sorted(row[0] for row in cursor.fetchall())
                changed += [[table, column, keys]] if keys else []
        return changed

    def _plain(self, text: str | None) -> dict[str, Any] | None:
        if text is None:
            return None
        return {name: value for name, value in json.loads(text).items() if name not in self._derived_columns}


def mover(
    *of: type[models.Model],
    mentioned: Sequence[Column] = (),
    settle: Settle | None = None,
    derived: Sequence[type[models.Model] | str] = (),
) -> Mover:
    """The mover of a module's tables: `of` by their foreign key to the person, the rest as the module says above."""
    return Mover([(model, _column_of(model)) for model in of], mentioned, settle, derived)


def tables_about_people() -> dict[str, type[models.Model]]:
    """Every table of later modules that has a foreign key to a person, by name."""
    found: dict[str, type[models.Model]] = {}
    for field in Person._meta.get_fields(include_hidden=True):
        model: Any = field.related_model if field.auto_created and not field.concrete else None
        if model is not None and model._meta.app_label != "people":
            found[model._meta.db_table] = model
    return found


def has_rows(model: type[models.Model], person_id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT EXISTS (SELECT 1 FROM "{model._meta.db_table}" WHERE "{_column_of(model)}" = %s)',
            [person_id],
        )
        return bool(cursor.fetchone()[0])


def _column_of(model: type[models.Model]) -> str:
    """The column of a model's foreign key to the person."""
    return next(
        str(field.column)
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Person
    )


def _without(rows: Rows, others: Rows) -> Rows:
    """The rows that are not just so among the others."""
    return {
        table: {key: text for key, text in found.items() if others.get(table, {}).get(key) != text}
        for table, found in rows.items()
    }
