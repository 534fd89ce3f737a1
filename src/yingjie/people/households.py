"""Households and guardians: who lives together, who heads them, who answers for a minor."""

from datetime import date
from uuid import UUID

from django.db import transaction

from vaxkit.identity import mask_phone
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.ids import uuid7
from yingjie.foundation.journal.actions import record
from yingjie.foundation.refusals import NotFound
from yingjie.people import checks, dynamics, refusals
from yingjie.people.models import RELATIONS, Guardian, Household, Person

VILLAGE_DIGITS = 12
OF_AGE = 18
_LOCKED = "members of a household whom the actor was authorised for"


@transaction.atomic
def found_household(*, by: Actor, person_id: UUID, address: str = "") -> Household:
    """Somebody leaves the household they are in, if any, and heads one of their own (分户).

    Raises NotFound, HasLeft, AddressTooLong.
    """
    person = checks.locked(by, person_id)
    address = checks.address(address) or person.address
    former = person.household_id
    made = Household.objects.create(id=uuid7(), area_id=person.area_id, address=address, head_id=person.pk)
    put(person, made.pk, "head", address)
    head_gone(former, person.pk)
    _told(by, person, "people.found_household", {"founded": True})
    return made


@transaction.atomic
def join_household(*, by: Actor, person_id: UUID, other_id: UUID, role: str = "other") -> Household:
    """Somebody joins the household of somebody else of the same village. Raises NotFound, HasLeft, UnknownRole, HouseholdElsewhere,
    AlreadySo."""
    role = checks.role(role) or "other"
    person, other = _both(by, person_id, other_id)
    if person.area_id[:VILLAGE_DIGITS] != other.area_id[:VILLAGE_DIGITS]:
        raise refusals.HouseholdElsewhere()
    if other.household_id is not None and person.household_id == other.household_id:
        raise refusals.AlreadySo(name=person.name)
    home = _stated(other)
    former = person.household_id
    put(person, home.pk, "other" if role == "head" else role, home.address or other.address)
    head_gone(former, person.pk)
    _told(by, person, "people.join_household", {"joined": True})
    return home


@transaction.atomic
def leave_household(*, by: Actor, person_id: UUID) -> Person:
    """Somebody is of no household. Raises NotFound, HasLeft."""
    person = checks.locked(by, person_id)
    former = person.household_id
    if former is None:
        raise NotFound()
    put(person, None, "", person.address)
    head_gone(former, person.pk)
    _told(by, person, "people.leave_household", {"left": True})
    return person


@transaction.atomic
def change_head(*, by: Actor, person_id: UUID) -> Household:
    """A member becomes the head; who was it becomes a member like others. Raises NotFound, HasLeft, NotSameHousehold."""
    person = checks.locked(by, person_id)
    if person.household_id is None:
        raise refusals.NotSameHousehold(name=person.name)
    home = _stated(person)
    members = Person.objects.unscoped(_LOCKED).filter(household_id=home.pk, household_role="head")
    members.exclude(pk=person.pk).update(household_role="other")
    Household.objects.unscoped(_LOCKED).filter(pk=home.pk).update(head_id=person.pk)
    person.household_role = "head"
    person.save(update_fields=["household_role"])
    home.head_id = person.pk
    _told(by, person, "people.change_head", {"head": True})
    return home


@transaction.atomic
def set_household_address(*, by: Actor, person_id: UUID, address: str) -> Household:
    """Where a member's household lives; every member of the actor's gets the address. Raises NotFound, HasLeft, AddressTooLong,
    NotSameHousehold."""
    person = checks.locked(by, person_id)
    if person.household_id is None:
        raise refusals.NotSameHousehold(name=person.name)
    home = _stated(person)
    home.address = checks.address(address)
    home.save(update_fields=["address"])
    Person.objects.visible_to(by, "people.change").filter(household_id=home.pk, left_on__isnull=True).update(
        address=home.address
    )
    _told(by, person, "people.set_household_address", {"address": True})
    return home


@transaction.atomic
def add_guardian(
    *,
    by: Actor,
    person_id: UUID,
    relation: str,
    guardian_id: UUID | None = None,
    name: str = "",
    phone: str = "",
) -> Guardian:
    """Who answers for a minor: one of the actor's people (`guardian_id`), or somebody else by name and phone.

    Raises NotFound, HasLeft, NotAMinor, UnknownWord, GuardianUnknown, NameUnreadable, PhoneUnreadable, AlreadySo.
    """
    person = checks.locked(by, person_id)
    checks.word(relation, RELATIONS, "relation")
    if _turns(person.birth_on, OF_AGE) <= clock.today():
        raise refusals.NotAMinor(name=person.name)
    rows = Guardian.objects.unscoped("of a locked person").filter(person_id=person.pk)
    if guardian_id is not None:
        if guardian_id == person.pk or not Person.objects.visible_to(by).filter(pk=guardian_id).exists():
            raise refusals.GuardianUnknown()
        if rows.filter(guardian_id=guardian_id).exists():
            raise refusals.AlreadySo(name=person.name)
    elif not name.strip():
        raise refusals.GuardianUnknown()
    numbers = checks.phones([phone])
    made = Guardian.objects.create(
        person_id=person.pk, guardian_id=guardian_id, name="" if guardian_id else checks.name(name), relation=relation,
        phone=numbers[0] if numbers else None, phone_masked=mask_phone(numbers[0]) if numbers else "",
        order=rows.count() + 1, by=by.name, recorded_at=clock.now(),
    )  # fmt: skip
    _told(by, person, "people.add_guardian", {"guardian": True})
    return made


@transaction.atomic
def remove_guardian(*, by: Actor, person_id: UUID, guardian_row_id: UUID) -> Person:
    """Raises NotFound, HasLeft."""
    person = checks.locked(by, person_id)
    rows = Guardian.objects.unscoped("of a locked person").filter(person_id=person.pk, pk=guardian_row_id)
    if not rows.delete()[0]:
        raise NotFound()
    _told(by, person, "people.remove_guardian", {"guardian": False})
    return person


def _both(by: Actor, person_id: UUID, other_id: UUID) -> tuple[Person, Person]:
    """Two people, locked in the order of their ids whatever they are called."""
    first, second = sorted((person_id, other_id))
    if first == second:
        raise NotFound()
    found = {row.pk: row for row in (checks.locked(by, first), checks.locked(by, second))}
    return found[person_id], found[other_id]


def _stated(member: Person) -> Household:
    """The household of a locked member as a row; made from what its members say where there is none yet."""
    if member.household_id is None:
        member.household_id, member.household_role = uuid7(), member.household_role or "head"
        member.save(update_fields=["household_id", "household_role"])
    found = Household.objects.unscoped(_LOCKED).select_for_update().filter(pk=member.household_id).first()
    if found:
        return found
    members = Person.objects.unscoped(_LOCKED).filter(household_id=member.household_id, left_on__isnull=True)
    heads = members.filter(household_role="head").order_by("birth_on", "id")
    head = heads.first() or members.order_by("birth_on", "id").first()
    return Household.objects.create(
        id=member.household_id, area_id=member.area_id, address=(head or member).address, head_id=head.pk if head else None
    )  # fmt: skip


def put(person: Person, household_id: UUID | None, role: str, address: str) -> None:
    person.household_id, person.household_role, person.address = household_id, role, address
    person.save(update_fields=["household_id", "household_role", "address"])


def head_gone(household_id: UUID | None, person_id: UUID) -> None:
    """The head has gone: the household has none until somebody says who it is."""
    if household_id is not None:
        rows = Household.objects.unscoped(_LOCKED).filter(pk=household_id, head_id=person_id)
        rows.update(head_id=None)


def _told(by: Actor, person: Person, verb: str, facts: dict[str, object]) -> None:
    dynamics.note(by, person, "household", facts=facts)
    record(by=by, verb=verb, subject=person, area_code=person.area_id)


def _turns(birth_on: date, years: int) -> date:
    try:
        return birth_on.replace(year=birth_on.year + years)
    except ValueError:  # 29 February
        return date(birth_on.year + years, 3, 1)
