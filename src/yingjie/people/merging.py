"""Two records of one person become one (合并): whoever is kept has all that was on record of either.

What later modules recorded about the other (doses, visits) belongs to the one who is kept. People knows none of those modules: each
registers, when its app is ready, how its rows are moved and moved back:

    merging.register("doses", Mover(move=doses_of_one_person, back=…))     # move(kept, gone) -> what `back` needs, as JSON values

Where a module has rows about the other record and registered nothing, a merge is refused and says whose they are. A record that
something was built on is kept rather than the other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from yingjie.people import changes, refusals, snapshots
from yingjie.people.models import HealthCondition, IdentityDocument, Person, PersonCategory, Phone

_LOCKED = "people who are locked to become one"


@dataclass(frozen=True)
class Mover:
    """`move(kept, gone)` gives rows to the one who is kept and returns JSON values; `back(kept, gone, values)` restores."""

    move: Callable[[UUID, UUID], Any]
    back: Callable[[UUID, UUID, Any], None]


_movers: dict[str, Mover] = {}


def register(app_label: str, mover: Mover) -> None:
    """How the rows of an app follow a merge; once per app."""
    _movers[app_label] = mover


def merge(one: UUID, other: UUID) -> tuple[UUID, UUID, dict[str, Any]]:
    """Make one person of two; both are locked by the caller. Returns who is kept, who is gone, and what takes it back.

    Raises MergeBuiltUpon.
    """
    kept, gone = (other, one) if built_on(other) and not built_on(one) else (one, other)
    stuck = sorted(label for label in built_on(gone) if label not in _movers)
    if stuck:
        raise refusals.MergeBuiltUpon(modules=", ".join(stuck))
    before = snapshots.taken([kept, gone])
    moved = {label: _movers[label].move(kept, gone) for label in sorted(built_on(gone))}
    _join(kept, gone)
    changes.told({kept})
    return kept, gone, {"before": before, "moved": moved, "after": snapshots.taken([kept, gone])}


def part(kept: UUID, gone: UUID, undo: dict[str, Any]) -> None:
    """Two people again, as before. Raises DecisionBuiltUpon where anything about them has changed since."""
    if snapshots.taken([kept, gone]) != undo["after"]:
        raise refusals.DecisionBuiltUpon()
    snapshots.put_back([kept, gone], undo["before"])
    for label, values in undo["moved"].items():
        _movers[label].back(kept, gone, values)
    changes.told({kept, gone})


def built_on(person_id: UUID) -> set[str]:
    """The apps after this one that have rows about a person."""
    found: set[str] = set()
    for relation in Person._meta.related_objects:
        model: Any = relation.related_model
        if model._meta.app_label == "people":
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT EXISTS (SELECT 1 FROM "{model._meta.db_table}" WHERE "{relation.field.column}" = %s)',
                [person_id],
            )
            if cursor.fetchone()[0]:
                found.add(model._meta.app_label)
    return found


def _join(kept: UUID, gone: UUID) -> None:
    """Documents, phones, categories and conditions that the kept record lacks come to it; its empty fields are filled; the other
    record goes. Its numbers stay known as the kept person's, so that a roster which has them finds who is meant."""
    one, other = (Person.objects.unscoped(_LOCKED).get(pk=each) for each in (kept, gone))
    for column in ("address", "household_id", "household_role", "moved_in_on", "mobility"):
        if not getattr(one, column) and getattr(other, column):
            setattr(one, column, getattr(other, column))
    documents = IdentityDocument.objects.unscoped(_LOCKED)
    kinds = set(documents.filter(person_id=kept).values_list("kind", flat=True))
    came = documents.filter(person_id=gone).exclude(kind__in=kinds)
    if came.exists():
        one.without_document = ""
    came.update(person_id=kept)
    phones = Phone.objects.unscoped(_LOCKED)
    known = list(phones.filter(person_id=kept).values_list("number_index", flat=True))
    for order, phone in enumerate(
        phones.filter(person_id=gone).exclude(number_index__in=known).order_by("order"), len(known) + 1
    ):
        phones.filter(person_id=gone, pk=phone.pk).update(person_id=kept, order=order)
    for model in (PersonCategory, HealthCondition):
        rows: Any = model.objects.unscoped(_LOCKED)
        codes = set(rows.filter(person_id=kept).values_list("code", flat=True))
        rows.filter(person_id=gone).exclude(code__in=codes).update(person_id=kept)
    one.save()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_documentkey SET person_id = %s WHERE person_id = %s", [kept, gone])
    Person.objects.unscoped(_LOCKED).filter(pk=gone).delete()
