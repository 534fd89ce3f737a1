"""Reads of who is at which unit. A unit's people are shown to whoever may see those people; how many there are, to whoever sees the
unit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q

from yingjie.areas import queries as areas
from yingjie.areas import unit_queries
from yingjie.areas.unit_queries import UnitRow
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.people.models import Employment
from yingjie.people.queries import age_on
from yingjie.people.residents import in_ledger


@dataclass(frozen=True)
class StaffRow:
    person_id: UUID
    name: str
    birth_on: date
    age: int
    area_code: str
    place: str
    position: str
    main: bool
    from_on: date


@dataclass(frozen=True)
class AtUnit:
    """A unit to which somebody belongs; `until_on` None: still."""

    unit: UnitRow
    position: str
    main: bool
    from_on: date
    until_on: date | None


def staff(actor: Actor, unit_id: UUID) -> list[StaffRow]:
    """The people of a unit whom the actor may see, by name."""
    today = clock.today()
    rows = Employment.objects.visible_to(actor).filter(
        in_ledger(today, "person__"), unit_id=unit_id, until_on__isnull=True
    )
    found = list(rows.select_related("person").order_by("person__pinyin", "person_id"))
    places = areas.places({row.person.area_id for row in found})
    return [
        StaffRow(
            row.person_id, row.person.name, row.person.birth_on, age_on(row.person.birth_on, today), row.person.area_id,
            places.get(row.person.area_id, ""), row.position, row.main, row.from_on,
        )
        for row in found
    ]  # fmt: skip


def belong(person_ids: Collection[UUID], unit_id: UUID, on: date) -> set[UUID]:
    """Who of these people, for whom the caller may act, belongs to the unit on a day."""
    rows = Employment.objects.unscoped("whether people whom the caller may act for are of a unit").filter(
        Q(until_on__isnull=True) | Q(until_on__gt=on),
        person_id__in=person_ids,
        unit_id=unit_id,
        from_on__lte=on,
    )
    return set(rows.values_list("person_id", flat=True))


def counts(unit_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many people of the ledger are at each of these units today, for whoever may see the units."""
    rows = Employment.objects.unscoped("counts of units that the caller may see").filter(
        in_ledger(clock.today(), "person__"), unit_id__in=unit_ids, until_on__isnull=True
    )
    return dict(rows.order_by().values_list("unit_id").annotate(people=Count("person_id")))


def units_of(actor: Actor, person_id: UUID) -> list[AtUnit]:
    """Where somebody belongs and belonged, the one that counts first."""
    rows = Employment.objects.visible_to(actor).filter(person_id=person_id)
    found = list(rows.order_by("until_on", "-main", "-from_on"))
    units = unit_queries.names({row.unit_id for row in found})
    return [AtUnit(units[row.unit_id], row.position, row.main, row.from_on, row.until_on) for row in found]
