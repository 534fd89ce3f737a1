"""Writes of the ledger: one person at a time. Rosters are in `imports.py`, and offered here as well."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import transaction

from vaxkit.identity import Phone as ReadPhone
from vaxkit.identity import ResidentNumber, check_person_name, check_resident_number, split_phones
from vaxkit.vocabulary import Problem, Sex
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.people import changes, refusals
from yingjie.people.imports import commit_import, discard_import, propose_import, remap_import, undo_import
from yingjie.people.loading import KIND, NewPerson, load, number_index, phone_index, phones_of
from yingjie.people.models import HOUSEHOLD_ROLES, DocumentKey, IdentityDocument, Person, Phone
from yingjie.people.queries import bad_rows_file
from yingjie.people.readings import reading

__all__ = [
    "bad_rows_file",
    "change",
    "commit_import",
    "correct_number",
    "discard_import",
    "leave",
    "move",
    "propose_import",
    "register",
    "remap_import",
    "reveal",
    "undo_import",
]
HOME_LEVELS = ("village", "grid", "micro_grid")
LONGEST_ADDRESS = 120
_LONG_FIGURE = re.compile(r"[0-9Xx]{6,}")


@transaction.atomic
def register(
    *,
    by: Actor,
    area_code: str,
    name: str,
    number: str,
    sex: str | Sex | None = None,
    birth_on: date | None = None,
    phones: Iterable[str] = (),
    household_id: UUID | None = None,
    household_role: str = "",
    address: str = "",
    registered_on: date | None = None,
    moved_in_on: date | None = None,
    source: str = "",
) -> Person:
    """Enter a resident where they live. Sex and birth date may be left out: the number says both; if given, they must agree.

    Raises AreaNotForPeople, AreaClosed, NameUnreadable, NumberUnreadable, BirthDiffers, SexDiffers, PhoneUnreadable,
    AlreadyRegistered, UnknownRole, AddressTooLong, RegisteredTooLate, MovedInImpossible.
    """
    by.require("people.change")
    _home(by, area_code)
    read = _number(number)
    on = registered_on or clock.today()
    _must_have_come(on)
    _must_have_moved_in(moved_in_on, read.born_on)
    _must_agree(read, sex, birth_on)
    entry = NewPerson(
        area_code=area_code, name=_name(name), sex=read.sex.value, birth_on=read.born_on, number=read.number,
        phones=_phones(phones), household_id=household_id, household_role=_role(household_role),
        address=_address(address), registered_on=on, moved_in_on=moved_in_on,
        source=source or f"entered by {by.name}"[:80],
    )  # fmt: skip
    if load([entry]):
        raise refusals.AlreadyRegistered(where=_where(by, read.number))
    person = Person.objects.unscoped("just entered").get(pk=entry.id)
    record(by=by, verb="people.register", subject=person, area_code=area_code, facts={"source": entry.source})
    return person


@transaction.atomic
def change(
    *,
    by: Actor,
    person_id: UUID,
    name: str | None = None,
    address: str | None = None,
    phones: Iterable[str] | None = None,
    household_id: UUID | None = None,
    household_role: str | None = None,
) -> Person:
    """Correct what the number does not say; what is left out stays. `phones` replaces all phones.

    Raises NotFound, HasLeft, NameUnreadable, PhoneUnreadable, UnknownRole, AddressTooLong.
    """
    person = _locked(by, person_id)
    changed: dict[str, object] = {}
    if name is not None:
        changed["name"] = _name(name)
        changed["pinyin"] = reading(_name(name))
    if address is not None:
        changed["address"] = _address(address)
    if household_id is not None:
        changed["household_id"] = household_id
    if household_role is not None:
        changed["household_role"] = _role(household_role)
    changed = {column: value for column, value in changed.items() if getattr(person, column) != value}
    for column, value in changed.items():
        setattr(person, column, value)
    if changed:
        person.save(update_fields=list(changed))
    told = [column for column in changed if column != "pinyin"]
    if phones is not None and _replace_phones(person, _phones(phones)):
        told.append("phones")
    if told:
        facts = {"changed": sorted(told)}
        record(by=by, verb="people.change", subject=person, area_code=person.area_id, facts=facts)
    return person


@transaction.atomic
def correct_number(*, by: Actor, person_id: UUID, number: str) -> Person:
    """Another identity number for the same person, where the first was written wrongly; sex and birth date follow it.

    Raises NotFound, HasLeft, NumberUnreadable, AlreadyRegistered, RegisteredTooLate.
    """
    person = _locked(by, person_id)
    read = _number(number)
    if read.born_on > person.registered_on:
        raise refusals.RegisteredTooLate(on=read.born_on.isoformat())
    index = number_index(read.number)
    key, made = DocumentKey.objects.get_or_create(number_index=index, defaults={"person_id": person.pk})
    if not made and key.person_id != person.pk:
        raise refusals.AlreadyRegistered(where=_where(by, read.number))
    if not made:
        return person
    DocumentKey.objects.filter(person_id=person.pk).exclude(number_index=index).delete()
    document = lock(IdentityDocument.objects.unscoped("of a locked person"), person_id=person.pk, kind=KIND)[
        0
    ]
    document.number, document.number_index, document.last_four = read.number, index, read.number[-4:]
    document.save(update_fields=["number", "number_index", "last_four"])
    person.birth_on, person.sex = read.born_on, read.sex.value
    person.save(update_fields=["birth_on", "sex"])
    changes.told({person.pk})
    record(by=by, verb="people.correct_number", subject=person, area_code=person.area_id)
    return person


@transaction.atomic
def move(*, by: Actor, person_id: UUID, area_code: str) -> Person:
    """Somebody lives elsewhere now. Both places must be the actor's. Raises NotFound, HasLeft, AlreadyThere, AreaNotForPeople,
    AreaClosed."""
    person = _locked(by, person_id)
    _home(by, area_code)
    if person.area_id == area_code:
        raise refusals.AlreadyThere(name=person.name)
    former, person.area_id = person.area_id, area_code
    person.save(update_fields=["area"])
    facts = {"from": former, "to": area_code}
    record(by=by, verb="people.move", subject=person, area_code=area_code, facts=facts)
    return person


@transaction.atomic
def leave(*, by: Actor, person_id: UUID, on: date, reason: str) -> Person:
    """Somebody does not count any more from the day `on` (moved away, died); their record stays.

    Raises NotFound, HasLeft, LeavesTooEarly, RegisteredTooLate (a day to come).
    """
    person = _locked(by, person_id)
    _must_have_come(on)
    if on < person.registered_on:
        raise refusals.LeavesTooEarly(name=person.name, registered_on=person.registered_on.isoformat())
    person.left_on = on
    person.save(update_fields=["left_on"])
    facts = {"on": on.isoformat(), "reason": _without_figures(reason)}
    record(by=by, verb="people.leave", subject=person, area_code=person.area_id, facts=facts)
    return person


@transaction.atomic
def reveal(*, by: Actor, person_id: UUID, purpose: str) -> str:
    """The full identity number, for a purpose that is written down with the name of whoever asked.

    Raises NotFound, NotAllowed, PurposeMissing.
    """
    by.require("people.reveal")
    person = Person.objects.visible_to(by, "people.reveal").filter(pk=person_id).first()
    if person is None:
        raise NotFound()
    if len(purpose.strip()) < 2:
        raise refusals.PurposeMissing()
    document = person.documents.unscoped("of a person who was scoped before").filter(kind=KIND).first()
    if document is None:
        raise NotFound()
    facts = {"purpose": _without_figures(purpose)}
    record(by=by, verb="people.reveal", subject=person, area_code=person.area_id, facts=facts)
    return document.number


def _locked(by: Actor, person_id: UUID) -> Person:
    """A person of the actor's, locked, who is in the ledger."""
    by.require("people.change")
    found = lock(Person.objects.visible_to(by, "people.change"), id=person_id)
    if not found:
        raise NotFound()
    if found[0].left_on is not None:
        raise refusals.HasLeft(name=found[0].name, on=found[0].left_on.isoformat())
    return found[0]


def _home(by: Actor, area_code: str) -> areas.AreaRow:
    found = areas.open_area(by, area_code, "people.change")
    if found is None:
        raise refusals.AreaClosed()
    if found.level not in HOME_LEVELS:
        raise refusals.AreaNotForPeople(name=found.name)
    return found


def _number(raw: str) -> ResidentNumber:
    read = check_resident_number(raw, on=clock.today())
    if isinstance(read, Problem):
        raise refusals.NumberUnreadable(why=refusals.Said(read))
    return replace(read)


def _name(raw: str) -> str:
    read = check_person_name(raw)
    if isinstance(read, Problem):
        raise refusals.NameUnreadable(why=refusals.Said(read))
    return read


def _phones(raw: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for cell in raw:
        for phone in split_phones(cell):
            if not isinstance(phone, ReadPhone):
                raise refusals.PhoneUnreadable(why=refusals.Said(phone))
            found[phone.number] = None
    return tuple(found)


def _role(role: str) -> str:
    if role and role not in HOUSEHOLD_ROLES:
        raise refusals.UnknownRole(role=role, known=", ".join(HOUSEHOLD_ROLES))
    return role


def _address(address: str) -> str:
    address = " ".join(address.split())
    if len(address) > LONGEST_ADDRESS:
        raise refusals.AddressTooLong()
    return address


def _must_have_come(on: date) -> None:
    if on > clock.today():
        raise refusals.RegisteredTooLate(on=on.isoformat())


def _must_have_moved_in(on: date | None, born_on: date) -> None:
    if on is not None and not born_on <= on <= clock.today():
        raise refusals.MovedInImpossible(on=on.isoformat())


def _must_agree(read: ResidentNumber, sex: str | Sex | None, birth_on: date | None) -> None:
    if birth_on is not None and birth_on != read.born_on:
        raise refusals.BirthDiffers(given=birth_on.isoformat(), number_says=read.born_on.isoformat())
    if sex not in (None, "", Sex.UNKNOWN.value, read.sex.value):
        raise refusals.SexDiffers()


def _where(by: Actor, number: str) -> str:
    """Whom and where the number belongs to, if the actor may know; else nothing."""
    key = DocumentKey.objects.filter(number_index=number_index(number)).first()
    owner = Person.objects.visible_to(by).filter(pk=key.person_id).first() if key else None
    return f": {owner.name}, {areas.places([owner.area_id])[owner.area_id]}" if owner else ""


def _replace_phones(person: Person, numbers: tuple[str, ...]) -> bool:
    rows = Phone.objects.unscoped("of a locked person").filter(person_id=person.pk)
    wanted = [phone_index(number) for number in numbers]
    if list(rows.order_by("order").values_list("number_index", flat=True)) == wanted:
        return False
    rows.delete()
    Phone.objects.bulk_create(phones_of(person.pk, numbers))
    return True


def _without_figures(text: str) -> str:
    """Words for the journal: a number that somebody typed into a reason does not belong there."""
    return _LONG_FIGURE.sub("…", text.strip())[:200]
