"""A household moves, as a whole or in part, and a household becomes two (搬家、分户): each in one step, for the members chosen.

Members outside the actor's areas are not shown, not chosen, not touched. Whoever changes village is moved as by `dynamics.move`,
each with their own line in the timeline that can be taken back; the household that they leave stays as it was for those who stay.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.ids import uuid7
from yingjie.foundation.journal.actions import record
from yingjie.people import checks, dynamics, households, refusals
from yingjie.people.models import Household, Person

VILLAGE_DIGITS = 12
_LOCKED = "members whom the actor has locked"


@transaction.atomic
def move_household(
    *,
    by: Actor,
    person_id: UUID,
    member_ids: Collection[UUID],
    area_code: str,
    address: str = "",
    on: date | None = None,
    head_id: UUID | None = None,
    reason: str = "",
) -> Household:
    """The chosen members of somebody's household live elsewhere from a day on (left out: today), together. `head_id` left out: who
    was head, if they come along, else the eldest. Returns the household at the new place.

    Raises NotFound, HasLeft, NobodyChosen, NotSameHousehold, AreaNotForPeople, AreaClosed, AlreadyThere, AddressTooLong,
    RegisteredTooLate, OutOfOrder.
    """
    members = _chosen(by, person_id, member_ids)
    checks.home(by, area_code)
    address, day = checks.address(address), on or clock.today()
    if all(member.area_id == area_code for member in members):
        raise refusals.AlreadyThere(name=members[0].name)
    head, roles = _head(members, head_id), {member.pk: member.household_role for member in members}
    for member in members:
        if member.area_id != area_code:
            dynamics.move(by=by, person_id=member.pk, area_code=area_code, on=day, reason=reason)
    made = _together(members, head, roles, area_code, address or head.address)
    _told(by, made, members, "people.move_household", {"to": area_code, "on": day.isoformat()})
    return made


@transaction.atomic
def split_household(
    *,
    by: Actor,
    person_id: UUID,
    member_ids: Collection[UUID],
    head_id: UUID | None = None,
    address: str = "",
) -> Household:
    """The chosen members of somebody's household become one of their own in the same village. Somebody must stay.

    Raises NotFound, HasLeft, NobodyChosen, NobodyStays, NotSameHousehold, HouseholdElsewhere, AddressTooLong.
    """
    members = _chosen(by, person_id, member_ids)
    if len({member.area_id[:VILLAGE_DIGITS] for member in members}) > 1:
        raise refusals.HouseholdElsewhere()
    everybody = Person.objects.unscoped(_LOCKED).filter(
        household_id=members[0].household_id, left_on__isnull=True
    )
    if not everybody.exclude(pk__in=[member.pk for member in members]).exists():
        raise refusals.NobodyStays()
    head, roles = _head(members, head_id), {member.pk: member.household_role for member in members}
    made = _together(members, head, roles, head.area_id, checks.address(address) or head.address)
    _told(by, made, members, "people.split_household", {"founded": True})
    return made


def _chosen(by: Actor, person_id: UUID, member_ids: Collection[UUID]) -> list[Person]:
    """The chosen members, locked in the order of their ids, all of the household of `person_id`."""
    if not member_ids:
        raise refusals.NobodyChosen()
    found = {each: checks.locked(by, each) for each in sorted({person_id, *member_ids})}
    one = found[person_id]
    if one.household_id is None:
        raise refusals.NotSameHousehold(name=one.name)
    members = [found[each] for each in sorted(set(member_ids))]
    for member in members:
        if member.household_id != one.household_id:
            raise refusals.NotSameHousehold(name=member.name)
    return members


def _head(members: Sequence[Person], head_id: UUID | None) -> Person:
    if head_id is not None:
        chosen = next((member for member in members if member.pk == head_id), None)
        if chosen is None:
            raise refusals.HeadNotAmong()
        return chosen
    former = members[0].household_id
    home = Household.objects.unscoped(_LOCKED).filter(pk=former).first() if former else None
    stated = home.head_id if home else None
    was = [
        member
        for member in members
        if member.pk == stated or (stated is None and member.household_role == "head")
    ]
    return min(was or members, key=lambda member: (member.birth_on, member.pk))


def _together(
    members: Sequence[Person], head: Person, roles: Mapping[UUID, str], area_code: str, address: str
) -> Household:
    """A household of its own at the place; the one left behind keeps its row and, if its head has gone, has none until said."""
    made = Household.objects.create(id=uuid7(), area_id=area_code, address=address, head_id=head.pk)
    former = members[0].household_id
    for member in members:
        role = "head" if member.pk == head.pk else roles[member.pk]
        fresh = Person.objects.unscoped(_LOCKED).get(pk=member.pk)
        households.put(fresh, made.pk, "other" if role == "head" and member.pk != head.pk else role, address)
        households.head_gone(former, member.pk)
    return made


def _told(by: Actor, made: Household, members: Sequence[Person], verb: str, facts: dict[str, object]) -> None:
    """One line of the timeline for each, one entry of the journal for all."""
    for member in members:
        member.area_id = made.area_id
        dynamics.note(by, member, "household", facts=facts)
    told = {**facts, "members": len(members)}
    record(by=by, verb=verb, subject=("household", made.pk), area_code=made.area_id, facts=told)
