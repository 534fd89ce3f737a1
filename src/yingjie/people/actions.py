"""Writes of the ledger: entering people, correcting them, showing a number. Offered here from files of their own: moves and ends
(`dynamics`), documents, households, what is true for a time (`circumstances`), gaps, and rosters (`imports`)."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction

from vaxkit.vocabulary import Sex
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.people import checks, documents, dynamics, refusals
from yingjie.people.circumstances import (
    add_category,
    add_condition,
    add_phone,
    end_category,
    end_condition,
    order_phones,
    set_mobility,
    set_whereabouts,
)
from yingjie.people.documents import add_document, correct_number, remove_document
from yingjie.people.dynamics import (
    bring_back,
    correct_birth,
    correct_days,
    leave,
    move,
    record_death,
    strike,
    undo_change,
)
from yingjie.people.gaps import compare_sources, open_gap, settle_gap
from yingjie.people.household_moves import move_household, split_household
from yingjie.people.households import (
    add_guardian,
    change_head,
    found_household,
    join_household,
    leave_household,
    remove_guardian,
    set_household_address,
)
from yingjie.people.imports import commit_import, discard_import, propose_import, remap_import, undo_import
from yingjie.people.loading import KIND, NewPerson, load, phone_index, phones_of
from yingjie.people.models import MOBILITIES, WITHOUT_DOCUMENT, Person, Phone
from yingjie.people.queries import bad_rows_file
from yingjie.people.readings import reading

__all__ = [
    "add_category",
    "add_condition",
    "add_document",
    "add_guardian",
    "add_phone",
    "bad_rows_file",
    "bring_back",
    "change",
    "change_head",
    "commit_import",
    "compare_sources",
    "correct_birth",
    "correct_days",
    "correct_number",
    "discard_import",
    "end_category",
    "end_condition",
    "found_household",
    "join_household",
    "leave",
    "leave_household",
    "move",
    "move_household",
    "open_gap",
    "order_phones",
    "propose_import",
    "record_death",
    "register",
    "remap_import",
    "remove_document",
    "remove_guardian",
    "reveal",
    "set_household_address",
    "set_mobility",
    "set_whereabouts",
    "settle_gap",
    "split_household",
    "strike",
    "take_in",
    "undo_change",
    "undo_import",
]


@transaction.atomic
def register(
    *,
    by: Actor,
    area_code: str,
    name: str,
    number: str = "",
    kind: str = KIND,
    without_document: str = "",
    sex: str | Sex | None = None,
    birth_on: date | None = None,
    phones: Iterable[str] = (),
    household_id: UUID | None = None,
    household_role: str = "",
    address: str = "",
    registered_on: date | None = None,
    moved_in_on: date | None = None,
    mobility: str = "",
    source: str = "",
) -> Person:
    """Enter a resident where they live. Sex and birth date may be left out where the number says both; if given, they must agree.
    Whoever has no document (a newborn) is entered with the reason, birth date and sex.

    Raises AreaNotForPeople, AreaClosed, NameUnreadable, NumberUnreadable, DocumentNeeded, BirthDiffers, SexDiffers,
    PhoneUnreadable, AlreadyRegistered, UnknownRole, UnknownWord, AddressTooLong, RegisteredTooLate, MovedInImpossible.
    """
    by.require("people.change")
    checks.home(by, area_code)
    document = None if without_document and not number.strip() else documents.read(kind, number)
    if document is not None:
        documents.must_agree(document, sex, birth_on)
        without_document = ""
    checks.word(without_document, WITHOUT_DOCUMENT, "reason")
    born_on = document.born_on if document and document.born_on else birth_on
    its_sex = document.sex if document and document.sex else sex
    if born_on is None or its_sex in (None, ""):
        raise refusals.DocumentNeeded()
    on = checks.has_come(registered_on or clock.today())
    checks.has_come(born_on)
    entry = NewPerson(
        area_code=area_code, name=checks.name(name), sex=checks.word(str(its_sex), [each.value for each in Sex], "sex"),
        birth_on=born_on, number=document.number if document else "", kind=kind, without_document=without_document,
        phones=checks.phones(phones), household_id=household_id, household_role=checks.role(household_role),
        address=checks.address(address), registered_on=on, moved_in_on=checks.moved_in(moved_in_on, born_on),
        mobility=checks.word(mobility, MOBILITIES, "mobility"), source=source or f"entered by {by.name}"[:80],
    )  # fmt: skip
    if load([entry]):
        assert document is not None
        raise refusals.AlreadyRegistered(where=documents.where(by, document))
    person = Person.objects.unscoped("just entered").get(pk=entry.id)
    if without_document == "newborn":
        dynamics.note(by, person, "born", on=born_on)
    elif moved_in_on is not None:
        dynamics.note(by, person, "arrived", on=moved_in_on)
    record(by=by, verb="people.register", subject=person, area_code=area_code, facts={"source": entry.source})
    return person


@transaction.atomic
def take_in(
    *, by: Actor, number: str, name: str, area_code: str, on: date, kind: str = KIND, reason: str = ""
) -> Person:
    """Somebody who left another area lives in one of the actor's now: the same person, with all that is on record of them.

    Whoever asks must know number and name; about people who did not leave, or with another name, nothing is said. Raises
    AreaNotForPeople, AreaClosed, NumberUnreadable, NobodyLeft, RegisteredElsewhere, AlreadyRegistered (one of the actor's own),
    RegisteredTooLate, OutOfOrder.
    """
    by.require("people.change")
    checks.home(by, area_code)
    document = documents.read(kind, number)
    owner_id = documents.owner_of(document)
    rows = Person.objects.unscoped("found by number and name; shown to nobody before they are taken in")
    found = lock(rows, id=owner_id) if owner_id else []
    if not found or found[0].name != checks.name(name) or found[0].left_as in ("died", "mistake"):
        raise refusals.NobodyLeft()
    if found[0].left_on is None:
        where = documents.where(by, document)
        raise refusals.AlreadyRegistered(where=where) if where else refusals.RegisteredElsewhere()
    return dynamics.arrive(by, found[0], area_code, on, reason)


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

    Raises NotFound, HasLeft, NameUnreadable, PhoneUnreadable, UnknownRole, AddressTooLong, HouseholdUnknown, HouseholdElsewhere.
    """
    person = checks.locked(by, person_id)
    changed: dict[str, object] = {}
    if name is not None:
        changed["name"] = checks.name(name)
        changed["pinyin"] = reading(checks.name(name))
    if address is not None:
        changed["address"] = checks.address(address)
    if household_id is not None:
        changed["household_id"] = checks.household(by, household_id, person.area_id)
    if household_role is not None:
        changed["household_role"] = checks.role(household_role)
    changed = {column: value for column, value in changed.items() if getattr(person, column) != value}
    for column, value in changed.items():
        setattr(person, column, value)
    if changed:
        person.save(update_fields=list(changed))
    told = [column for column in changed if column != "pinyin"]
    if phones is not None and _replace_phones(person, checks.phones(phones)):
        told.append("phones")
    if told:
        facts = {"changed": sorted(told)}
        dynamics.note(by, person, "details", facts=facts)
        record(by=by, verb="people.change", subject=person, area_code=person.area_id, facts=facts)
    return person


@transaction.atomic
def reveal(*, by: Actor, person_id: UUID, purpose: str, kind: str = "") -> str:
    """The full number of a document (left out: the first), for a purpose that is written down with the name of whoever asked.

    Raises NotFound, NotAllowed, PurposeMissing.
    """
    by.require("people.reveal")
    person = Person.objects.visible_to(by, "people.reveal").filter(pk=person_id).first()
    if person is None:
        raise NotFound()
    if len(purpose.strip()) < 2:
        raise refusals.PurposeMissing()
    rows = person.documents.unscoped("of a person who was scoped before").order_by("order", "id")
    document = (rows.filter(kind=kind) if kind else rows).first()
    if document is None:
        raise NotFound()
    facts = {"purpose": checks.words_only(purpose)}
    record(by=by, verb="people.reveal", subject=person, area_code=person.area_id, facts=facts)
    return document.number


def _replace_phones(person: Person, numbers: tuple[str, ...]) -> bool:
    rows = Phone.objects.unscoped("of a locked person").filter(person_id=person.pk)
    wanted = [phone_index(number) for number in numbers]
    if list(rows.order_by("order").values_list("number_index", flat=True)) == wanted:
        return False
    rows.delete()
    Phone.objects.bulk_create(phones_of(person.pk, numbers))
    return True
