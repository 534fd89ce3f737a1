"""What a commit writes into the ledger, and how it is taken back. Called by `imports` alone, which has locked the roster."""

import json
from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.people import refusals
from yingjie.people.loading import NewPerson, batches, load, number_index, phones_of
from yingjie.people.models import DocumentKey, IdentityDocument, Person, Phone, RosterImport, RosterRow
from yingjie.people.readings import reading
from yingjie.people.roster import fates
from yingjie.people.roster.fates import Known
from yingjie.people.roster.keeping import entry_from_text
from yingjie.people.roster.lines import Entry, Line
from yingjie.people.roster.reasons import reason

Said = Callable[[str], str]
Progress = Callable[..., None]
BATCH = 1000
_COLUMNS = ("area_id", "name", "pinyin", "address", "household_id", "household_role")
_LOCKED = "people of a roster that is locked by whoever was authorised for it"


def write(by: Actor, roster: RosterImport, said: Said, progress: Progress | None) -> None:
    """Load the new lines and apply the changed ones. A line whose number came into the ledger meanwhile is judged anew."""
    rows = RosterRow.objects.unscoped(_LOCKED).filter(roster_id=roster.pk)
    total = rows.filter(fate__in=("new", "changed")).count()
    new = rows.filter(fate="new").only("id", "person_id", "proposal").iterator(chunk_size=2000)
    entries = [(_person_id(row), _entry(row)) for row in new]
    current = areas.current({entry.area_code for _id, entry in entries})
    people = [_new_person(person_id, entry, roster, current) for person_id, entry in entries]

    def tell(done: int, _of: int) -> None:
        if progress:
            progress(done, total)

    lost = load(people, tell)
    again = list(rows.filter(fate="new", person_id__in=lost)) if lost else []
    changed = rows.filter(fate="changed").order_by("person_id").iterator(chunk_size=2000)
    done = len(people) - len(lost)
    for batch in batches((*again, *changed), BATCH):
        _judge_again(by, roster, batch, said)
        done += len(batch)
        tell(done, total)


def take_back(roster: RosterImport, progress: Progress | None) -> int:
    """Remove the people whom a roster brought and restore those it changed. Raises BuiltUpon. Returns how many it touched."""
    rows = RosterRow.objects.unscoped(_LOCKED).filter(roster_id=roster.pk, fate__in=("new", "changed"))
    mine = list(rows.order_by("person_id").iterator(chunk_size=2000))
    ids = [row.person_id for row in mine]
    for batch in batches(ids, BATCH):  # in the order of ids, as every other writer
        list(
            Person.objects.unscoped(_LOCKED)
            .select_for_update()
            .filter(pk__in=batch)
            .order_by("pk")
            .only("pk")
        )
    built = _built_upon(mine)
    if built:
        raise refusals.BuiltUpon(count=built)
    for batch in batches([row for row in mine if row.fate == "new"], BATCH):
        _remove([_person_id(row) for row in batch])
    for row in mine:
        if row.fate == "changed" and row.before:
            _restore(_person_id(row), json.loads(row.before))
    if progress:
        progress(len(mine), len(mine))
    return len(mine)


def known_people(by: Actor, indexes: Collection[str], area_code: str) -> dict[str, Known]:
    """Who in the whole ledger has these numbers (number index → person). Where somebody lives outside `area_code` is said only to
    those who may see them there."""
    keys = dict(DocumentKey.objects.filter(number_index__in=indexes).values_list("person_id", "number_index"))
    people = list(Person.objects.unscoped(_LOCKED).filter(pk__in=keys))
    phones: dict[UUID, set[str]] = {}
    rows = Phone.objects.unscoped(_LOCKED).filter(person_id__in=keys)
    for person_id, number in rows.values_list("person_id", "number"):
        phones.setdefault(person_id, set()).add(number)
    away = {person.area_id for person in people if not person.area_id.startswith(area_code)}
    places = areas.places({code for code in away if by.may("people.view", code)})
    return {
        keys[person.pk]: Known(
            person_id=person.pk, area_code=person.area_id, place=places.get(person.area_id, ""), name=person.name,
            address=person.address, phones=frozenset(phones.get(person.pk, ())), household_id=person.household_id,
            household_role=person.household_role, left_on=person.left_on,
        )
        for person in people
    }  # fmt: skip


def _person_id(row: RosterRow) -> UUID:
    """The person of a new, same or changed line; every such line has one."""
    if row.person_id is None:
        raise ValueError(f"line {row.number} is {row.fate} and names nobody")
    return row.person_id


def _new_person(person_id: UUID, entry: Entry, roster: RosterImport, current: dict[str, str]) -> NewPerson:
    return NewPerson(
        id=person_id, area_code=current.get(entry.area_code, entry.area_code), name=entry.name, sex=entry.sex,
        birth_on=entry.birth_on, number=entry.number, phones=entry.phones, household_id=entry.household_id,
        household_role=entry.household_role, address=entry.address, registered_on=clock.today(),
        source=f"import {roster.pk}",
    )  # fmt: skip


def _judge_again(by: Actor, roster: RosterImport, batch: list[RosterRow], said: Said) -> None:
    """Lines about people who are in the ledger: locked, judged against it as it is now, and applied."""
    entries = {row.pk: _entry(row) for row in batch}
    indexes = {row.pk: number_index(entries[row.pk].number) for row in batch}
    keys = DocumentKey.objects.filter(number_index__in=indexes.values()).values_list("person_id", flat=True)
    people = Person.objects.unscoped(_LOCKED).select_for_update().filter(pk__in=sorted(keys)).order_by("pk")
    by_id = {person.pk: person for person in people}
    known = known_people(by, set(indexes.values()), roster.area_id)
    now = areas.current({entry.area_code for entry in entries.values()})
    for row in batch:
        owner, entry = known.get(indexes[row.pk]), entries[row.pk]
        if owner is None or owner.person_id not in by_id:
            row.fate, row.reasons = "doubtful", [reason("ledger.gone")]
            continue
        fate = fates.of(Line(entry.number, entry, ()), owner, roster.area_id, said)
        row.fate, row.person_id, row.reasons = fate.word, owner.person_id, list(fate.reasons)
        if fate.word == "changed":
            row.before = json.dumps(_apply(by_id[owner.person_id], entry, owner, now), ensure_ascii=False)
    applied = [by_id[_person_id(row)] for row in batch if row.fate == "changed"]
    if applied:
        Person.objects.unscoped(_LOCKED).bulk_update(applied, _COLUMNS, batch_size=500)
    RosterRow.objects.unscoped(_LOCKED).bulk_update(
        batch, ["fate", "person_id", "reasons", "before"], batch_size=500
    )


def _apply(person: Person, entry: Entry, owner: Known, now: dict[str, str]) -> dict[str, Any]:
    """Put the entry's words into the person (not saved yet) and its phones into the ledger. Returns what was there before."""
    before: dict[str, Any] = {column: _plain(getattr(person, column)) for column in _COLUMNS}
    added = [phone for phone in entry.phones if phone not in owner.phones]
    made = phones_of(person.pk, added, len(owner.phones) + 1)
    Phone.objects.bulk_create(made)
    before["phones_added"] = [str(phone.pk) for phone in made]
    person.name, person.pinyin = entry.name, reading(entry.name)
    if not person.area_id.startswith(entry.area_code):
        person.area_id = now[entry.area_code]
    person.address = entry.address or person.address
    person.household_id = entry.household_id or person.household_id
    person.household_role = entry.household_role or person.household_role
    before["after"] = {column: _plain(getattr(person, column)) for column in _COLUMNS}
    return before


def _built_upon(rows: list[RosterRow]) -> int:
    """How many people of the rows have rows of other modules, were changed since, or are gone."""
    ids = {row.person_id for row in rows}
    touched: set[UUID] = set()
    now = areas.current({_entry(row).area_code for row in rows})
    for relation in Person._meta.related_objects:
        model: Any = relation.related_model
        if model._meta.app_label == "people":
            continue
        name = relation.field.attname
        found = (
            model._default_manager.unscoped(_LOCKED) if hasattr(model, "scope") else model._default_manager
        )
        for batch in batches(sorted(ids), BATCH):
            touched.update(found.filter(**{f"{name}__in": batch}).values_list(name, flat=True))
    for batch in batches(rows, BATCH):
        people = {
            person.pk: person
            for person in Person.objects.unscoped(_LOCKED).filter(pk__in=[row.person_id for row in batch])
        }
        touched.update(row.person_id for row in batch if not _as_left(row, people.get(row.person_id), now))
    return len(touched)


def _as_left(row: RosterRow, person: Person | None, now: dict[str, str]) -> bool:
    """Whether the person still is as the commit left them."""
    if person is None or person.left_on is not None:
        return False
    if row.before:
        after = json.loads(row.before)["after"]
        return all(_plain(getattr(person, column)) == after[column] for column in _COLUMNS)
    entry = _entry(row)
    return (person.name, person.address, person.household_id, person.household_role) == (
        entry.name, entry.address, entry.household_id, entry.household_role,
    ) and person.area_id == now[entry.area_code]  # fmt: skip


def _remove(ids: list[UUID]) -> None:
    for model in (Phone, IdentityDocument):
        model.objects.unscoped(_LOCKED).filter(person_id__in=ids).delete()
    DocumentKey.objects.filter(person_id__in=ids).delete()
    Person.objects.unscoped(_LOCKED).filter(pk__in=ids).delete()


def _restore(person_id: UUID, before: dict[str, Any]) -> None:
    Phone.objects.unscoped(_LOCKED).filter(person_id=person_id, pk__in=before["phones_added"]).delete()
    Person.objects.unscoped(_LOCKED).filter(pk=person_id).update(
        **{column: before[column] for column in _COLUMNS}
    )


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def _entry(row: RosterRow) -> Entry:
    """What a new or a changed line says about its person."""
    assert row.proposal is not None, "every line that can be written keeps its proposal"
    return entry_from_text(row.proposal)
