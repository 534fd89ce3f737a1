"""Locking by one rule (law 6): lock what becomes scarcer, once per action, in one order, then check.

A lock always names the placement key, because a distributed PostgreSQL can route `FOR UPDATE` only by it; asking for a lock
without that key is a programming error and fails on any database.
"""

from typing import TypeVar

from django.db.models import Model, QuerySet

from yingjie.foundation.placement import Placement

M = TypeVar("M", bound=Model)


def lock(rows: QuerySet[M], /, **conditions: object) -> list[M]:
    """Lock the rows that meet `conditions`, in the order of their primary keys, and return them.

    Raises TypeError where the model is spread and `conditions` does not name its placement key by equality (for a person
    row itself its own `id` is that key).
    """
    placement: Placement = rows.model.placement  # type: ignore[attr-defined]  # every model of the house has one
    key = placement.key
    named = set(conditions)
    if key is not None and not named & {key, key.removesuffix("_id"), _own_key(rows.model, key)}:
        raise TypeError(f"a lock on {rows.model.__name__} must name {key}")
    return list(rows.select_for_update(of=("self",)).filter(**conditions).order_by("pk"))


def _own_key(model: type[Model], key: str) -> str:
    """The name under which a model carries its placement key when it is the very row that the key points to."""
    fields = {field.attname for field in model._meta.concrete_fields}
    return "" if key in fields else model._meta.pk.attname
