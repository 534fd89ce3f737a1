"""Two records of one person become one (合并): whoever is kept has all that was on record of either.

What later modules recorded about the other (doses, visits) belongs to the one who is kept. People knows none of those modules: each
registers, when its app is ready, how its rows are moved and moved back (`following` has a mover for most tables):

    merging.register("outreach", following.mover(Attempt, CarePlan, settle=one_open_plan))

Where a module has rows about the other record in a table that nobody registered, a merge is refused and says whose they are; a test
of the architecture says so before. Modules move in the order in which their apps load. A record that something was built on is
kept rather than the other. From then on past days count one person too; as known before the merge they count two (decision 0007).
"""

from typing import Any
from uuid import UUID

from django.db import connection

from yingjie.foundation import clock
from yingjie.people import changes, following, refusals, restating, snapshots
from yingjie.people.following import Mover
from yingjie.people.models import (
    Claim,
    Doubt,
    Employment,
    Gap,
    Guardian,
    HealthCondition,
    Household,
    IdentityDocument,
    Person,
    PersonCategory,
    PersonChange,
    Phone,
    Whereabouts,
)

_LOCKED = "people who are locked to become one"


def _one_guardian(kept: UUID, gone: UUID) -> None:
    """A ward whom both answer for has one guardian, and nobody answers for themselves."""
    rows = Guardian.objects.unscoped(_LOCKED)
    wards = list(rows.filter(guardian_id=kept).values_list("person_id", flat=True))
    rows.filter(guardian_id=gone, person_id__in=wards).delete()
    rows.filter(guardian_id__in=(kept, gone), person_id__in=(kept, gone)).delete()


# What the ledger itself says of a person elsewhere than in their own rows.
_NAMED = following.Mover(
    [(Guardian, "guardian_id")],
    [(Household, "head_id"), (Gap, "person_id"), (Doubt, "person_id"), (Doubt, "other_id")],
    _one_guardian,
    (),
)
_movers: dict[str, Mover] = {"people": _NAMED}


def register(app_label: str, mover: Mover) -> None:
    """How the rows of an app follow a merge; once per app."""
    _movers[app_label] = mover


def answered_for() -> frozenset[str]:
    """The tables whose rows somebody moves."""
    return frozenset().union(*(mover.tables for mover in _movers.values()))


def merge(one: UUID, other: UUID) -> tuple[UUID, UUID, dict[str, Any]]:
    """Make one person of two; both are locked by the caller. Returns who is kept, who is gone, and what takes it back.

    Raises MergeBuiltUpon.
    """
    kept, gone = (other, one) if built_on(other) and not built_on(one) else (one, other)
    stuck = sorted({app for table, app in _tables_with(gone).items() if table not in answered_for()})
    if stuck:
        raise refusals.MergeBuiltUpon(modules=", ".join(stuck))
    changes.rewriting({kept, gone})
    before = snapshots.taken([kept, gone])
    moved = {label: mover.move(kept, gone) for label, mover in _movers.items()}
    _join(kept, gone)
    changes.told({kept})
    return kept, gone, {"before": before, "moved": moved, "after": snapshots.taken([kept, gone])}


def part(kept: UUID, gone: UUID, undo: dict[str, Any]) -> None:
    """Two people again, as before. Raises DecisionBuiltUpon where anything about them has changed since."""
    if not snapshots.alike(snapshots.taken([kept, gone]), undo["after"]):
        raise refusals.DecisionBuiltUpon()
    changes.rewriting({kept, gone})
    snapshots.put_back([kept, gone], undo["before"])
    for label, values in reversed(undo["moved"].items()):
        _movers[label].back(kept, gone, values)
    changes.told({kept, gone})


def built_on(person_id: UUID) -> set[str]:
    """The apps after this one that have rows about a person."""
    return set(_tables_with(person_id).values())


def _tables_with(person_id: UUID) -> dict[str, str]:
    """Tables of later modules that have rows about a person → their app."""
    tables = following.tables_about_people().items()
    return {table: model._meta.app_label for table, model in tables if following.has_rows(model, person_id)}


def _join(kept: UUID, gone: UUID) -> None:
    """Whatever the kept record lacks comes to it; its empty fields are filled; the other record goes. Its numbers stay known as the
    kept person's, so that a roster which has them finds who is meant."""
    one, other = (Person.objects.unscoped(_LOCKED).get(pk=each) for each in (kept, gone))
    for column in ("address", "household_id", "household_role", "mobility"):
        if not getattr(one, column) and getattr(other, column):
            setattr(one, column, getattr(other, column))
    if _documents_and_phones(kept, gone):
        one.without_document = ""
    _what_is_missing(kept, gone)
    _whereabouts(one, other)
    restating.joined(one, other, at=clock.now())
    one.save()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_documentkey SET person_id = %s WHERE person_id = %s", [kept, gone])
    Person.objects.unscoped(_LOCKED).filter(pk=gone).delete()


def _documents_and_phones(kept: UUID, gone: UUID) -> bool:
    """Whether a document came."""
    documents = IdentityDocument.objects.unscoped(_LOCKED)
    held = documents.filter(person_id=kept)
    kinds, last = set(held.values_list("kind", flat=True)), held.count()
    came = 0
    for order, row in enumerate(
        documents.filter(person_id=gone).exclude(kind__in=kinds).order_by("order", "id"), last + 1
    ):
        came += documents.filter(person_id=gone, pk=row.pk).update(person_id=kept, order=order)
    phones = Phone.objects.unscoped(_LOCKED)
    known = list(phones.filter(person_id=kept).values_list("number_index", flat=True))
    for order, phone in enumerate(
        phones.filter(person_id=gone).exclude(number_index__in=known).order_by("order"), len(known) + 1
    ):
        phones.filter(person_id=gone, pk=phone.pk).update(person_id=kept, order=order)
    return bool(came)


def _what_is_missing(kept: UUID, gone: UUID) -> None:
    """Groups, conditions, guardians, units, claims of sources and the timeline. Lines of the other's timeline cannot be taken back:
    they speak of another record."""
    live = {"until_on__isnull": True}
    employments = Employment.objects.unscoped(_LOCKED)
    if employments.filter(person_id=kept, main=True, **live).exists():
        employments.filter(person_id=gone, **live).update(main=False)
    for model, column, once in (
        (PersonCategory, "code", live), (HealthCondition, "code", live), (Employment, "unit_id", live),
        (Guardian, "guardian_id", {"guardian_id__isnull": False}),
    ):  # fmt: skip
        rows: Any = model.objects.unscoped(_LOCKED)
        held = rows.filter(person_id=kept, **once).values_list(column, flat=True)
        twins = rows.filter(person_id=gone, **once, **{f"{column}__in": list(held)})
        rows.filter(person_id=gone).exclude(pk__in=list(twins.values_list("pk", flat=True))).update(
            person_id=kept
        )
    claims = Claim.objects.unscoped(_LOCKED)
    told = set(claims.filter(person_id=kept).values_list("field", "source_id"))
    fields = {field for field, _source in told}
    for claim in claims.filter(person_id=gone):
        if (claim.field, claim.source_id) not in told:
            chosen = claim.chosen and claim.field not in fields
            claims.filter(person_id=gone, pk=claim.pk).update(person_id=kept, chosen=chosen)
    PersonChange.objects.unscoped(_LOCKED).filter(person_id=gone).update(person_id=kept, before={})


def _whereabouts(one: Person, other: Person) -> None:
    """Of the kept record nobody said where they are: what is known of the other holds."""
    rows = Whereabouts.objects.unscoped(_LOCKED)
    if not rows.filter(person_id=one.pk).exists() and rows.filter(person_id=other.pk).update(
        person_id=one.pk
    ):
        one.whereabouts = other.whereabouts
