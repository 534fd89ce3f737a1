"""Everything on a person's page that the ledger itself knows, as much of it as the actor may see.

Members of the household, guardians and wards who live outside the actor's areas are not shown: no name, no count. Of the time that
the person spent in another area the timeline says what happened and when, never where, by whom or why.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from vaxkit.identity import mask_last_four
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.queries import display_names
from yingjie.foundation.journal.actions import record
from yingjie.people import queries
from yingjie.people.models import (
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
from yingjie.people.queries import PersonBrief, PersonView

_SEEN = "of a person whom the actor sees"


@dataclass(frozen=True)
class PhoneRow:
    id: UUID
    masked: str
    owner: str
    owner_name: str


@dataclass(frozen=True)
class Held:
    """A group or a condition with its days; `until_on` is the first day on which it does not hold any more."""

    code: str
    from_on: date | None
    until_on: date | None
    note: str = ""

    @property
    def is_over(self) -> bool:
        return self.until_on is not None and self.until_on <= clock.today()


@dataclass(frozen=True)
class WhereRow:
    word: str
    place: str
    from_on: date | None
    until_on: date | None


@dataclass(frozen=True)
class GuardianRow:
    """`person` where the guardian is of the ledger and of the actor's areas; `name` else, or "" where it may not be said."""

    id: UUID
    relation: str
    person: PersonBrief | None
    name: str
    phone: str


@dataclass(frozen=True)
class TimeLine:
    """A line of the timeline. `at_place` and `to_place` are "" where the actor may not know them; so are `by` and `reason`."""

    id: UUID
    kind: str
    on: date
    at: datetime
    at_place: str
    to_place: str
    by: str
    reason: str
    facts: dict[str, Any]
    undone: bool


@dataclass(frozen=True)
class HouseholdView:
    """A household as the actor may see it: its members of their areas, the head first."""

    address: str
    head_id: UUID | None
    members: tuple[tuple[PersonBrief, str], ...]


@dataclass(frozen=True)
class PersonPage:
    person: PersonView
    documents: tuple[tuple[str, str], ...]
    phones: tuple[PhoneRow, ...]
    categories: tuple[Held, ...]
    whereabouts: tuple[WhereRow, ...]
    guardians: tuple[GuardianRow, ...]
    wards: tuple[PersonBrief, ...]
    conditions: tuple[Held, ...] | None
    timeline: tuple[TimeLine, ...]


def person_page(actor: Actor, person_id: UUID) -> PersonPage:
    """The page of one of the actor's people; `conditions` is None where they may not see health. Raises NotFound."""
    person = queries.person(actor, person_id)
    documents = IdentityDocument.objects.unscoped(_SEEN).filter(person_id=person_id).order_by("order", "id")
    phones = Phone.objects.unscoped(_SEEN).filter(person_id=person_id).order_by("order", "id")
    groups = PersonCategory.objects.unscoped(_SEEN).filter(person_id=person_id).order_by("until_on", "code")
    where = Whereabouts.objects.unscoped(_SEEN).filter(person_id=person_id, retracted_at__isnull=True)
    wards = Guardian.objects.unscoped(_SEEN).filter(guardian_id=person_id).values_list("person_id", flat=True)
    return PersonPage(
        person=person,
        documents=tuple((row.kind, mask_last_four(row.last_four)) for row in documents),
        phones=tuple(PhoneRow(row.pk, row.masked, row.owner, row.owner_name) for row in phones),
        categories=tuple(Held(row.code, row.from_on, row.until_on) for row in groups),
        whereabouts=tuple(
            WhereRow(row.word, row.place, row.from_on, row.until_on)
            for row in where.order_by("-from_on", "-id")
        ),
        guardians=_guardians(actor, person_id),
        wards=tuple(_mine(actor, wards).values()),
        conditions=_conditions(actor, person),
        timeline=timeline(actor, person_id),
    )


def timeline(actor: Actor, person_id: UUID) -> tuple[TimeLine, ...]:
    """What was recorded of a person whom the actor sees, newest first. Raises NotFound."""
    queries.person(actor, person_id)
    rows = PersonChange.objects.unscoped(_SEEN).filter(person_id=person_id).order_by("-at", "-id")
    found = list(rows[:200])
    return _lines(actor, found)


def household_view(actor: Actor, person_id: UUID) -> HouseholdView | None:
    """The household of one of the actor's people; None for whoever has none. Raises NotFound."""
    person = queries.person(actor, person_id)
    if person.household_id is None:
        return None
    stated = Household.objects.unscoped(_SEEN).filter(pk=person.household_id).first()
    rows = Person.objects.visible_to(actor).filter(household_id=person.household_id, left_on__isnull=True)
    roles = dict(rows.values_list("pk", "household_role"))
    members = queries.household(actor, person_id)
    head_id = (
        stated.head_id if stated else next((one.id for one in members if roles.get(one.id) == "head"), None)
    )
    ordered = sorted(members, key=lambda one: (one.id != head_id, one.birth_on, one.id))
    told = tuple((one, "head" if one.id == head_id else _other(roles.get(one.id, ""))) for one in ordered)
    # Where a household of the neighbours lives is theirs to tell, even where one of ours is written down as a member.
    is_ours = stated is not None and actor.may("people.view", stated.area_id)
    address = stated.address if stated and is_ours else person.address
    return HouseholdView(address, head_id if head_id in roles else None, told)


def conditions_at_station(actor: Actor, person_id: UUID) -> tuple[Held, ...]:
    """The conditions of whoever stands at a station ("clinic.register"), wherever they live; each look is journalled, without what
    was seen. Call it inside a transaction. Raises NotAllowed."""
    actor.require("clinic.register")
    found = _held(
        HealthCondition.objects.unscoped("of who stands at the station").filter(person_id=person_id)
    )
    record(by=actor, verb="people.look_at_health", subject=("person", person_id), facts={"found": len(found)})
    return tuple(each for each in found if not each.is_over)


def groups_at_station(actor: Actor, person_id: UUID) -> frozenset[str]:
    """The groups of whoever stands at a station ("clinic.register") today, by code. Raises NotAllowed."""
    actor.require("clinic.register")
    rows = PersonCategory.objects.unscoped("of who stands at the station").filter(person_id=person_id)
    today = clock.today()
    return frozenset(
        row.code
        for row in rows
        if (row.from_on is None or row.from_on <= today) and (row.until_on is None or today < row.until_on)
    )


def condition_codes(person_ids: Iterable[UUID], on: date) -> dict[UUID, frozenset[str]]:
    """The conditions that hold on a day, to derive from them what may be said ("deferred until …"). Never to be shown."""
    rows = HealthCondition.objects.unscoped("to derive from, never to be shown").filter(
        person_id__in=list(person_ids)
    )
    found: dict[UUID, frozenset[str]] = {}
    for row in rows.only("person_id", "code", "from_on", "until_on"):
        if (row.from_on is None or row.from_on <= on) and (row.until_on is None or on < row.until_on):
            found[row.person_id] = found.get(row.person_id, frozenset()) | {row.code}
    return found


def _conditions(actor: Actor, person: PersonView) -> tuple[Held, ...] | None:
    if not actor.may("people.health", person.area_code):
        return None
    rows = HealthCondition.objects.visible_to(actor).filter(person_id=person.id)
    return _held(rows)


def _held(rows: Any) -> tuple[Held, ...]:
    found = rows.order_by("until_on", "code")
    return tuple(Held(row.code, row.from_on, row.until_on, row.note) for row in found)


def _guardians(actor: Actor, person_id: UUID) -> tuple[GuardianRow, ...]:
    rows = list(Guardian.objects.unscoped(_SEEN).filter(person_id=person_id).order_by("order", "id"))
    known = _mine(actor, [row.guardian_id for row in rows if row.guardian_id])
    return tuple(
        GuardianRow(
            row.pk, row.relation, known.get(row.guardian_id) if row.guardian_id else None, row.name,
            row.phone_masked if row.guardian_id is None or row.guardian_id in known else "",
        )
        for row in rows
    )  # fmt: skip


def _mine(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, PersonBrief]:
    seen = Person.objects.visible_to(actor).filter(pk__in=list(ids)).values_list("pk", flat=True)
    return queries.briefs(list(seen))


def _lines(actor: Actor, rows: list[PersonChange]) -> tuple[TimeLine, ...]:
    codes = {row.area_id for row in rows} | {row.to_area_id for row in rows if row.to_area_id}
    mine = {code for code in codes if actor.sees("people.view", code)}
    places, names = areas.places(mine), display_names(row.by for row in rows)

    def told(row: PersonChange) -> TimeLine:
        open_ = row.area_id in mine or (row.to_area_id or "") in mine
        return TimeLine(
            row.pk, row.kind, row.on, row.at, places.get(row.area_id, ""), places.get(row.to_area_id or "", ""),
            names.get(row.by, row.by) if open_ else "", row.reason if open_ else "", row.facts if open_ else {},
            row.undone_at is not None,
        )  # fmt: skip

    return tuple(told(row) for row in rows)


def _other(role: str) -> str:
    return "other" if role == "head" else role
