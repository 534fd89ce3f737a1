"""Documents of every kind, read by `vaxkit.identity`; who owns a number; verbs for somebody's documents."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from vaxkit.identity.kinds import DocumentKind, check_document
from vaxkit.vocabulary import Problem, Sex
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.people import changes, checks, dynamics, refusals
from yingjie.people.loading import KIND, number_index
from yingjie.people.models import DOCUMENT_KINDS, DocumentKey, IdentityDocument, Person


@dataclass(frozen=True)
class ReadDocument:
    """A number in its written form, with what it says of its owner (None where a kind says nothing)."""

    kind: str
    number: str
    born_on: date | None
    sex: Sex | None

    @property
    def index(self) -> str:
        return number_index(self.number, self.kind)


def read(kind: str, raw: str) -> ReadDocument:
    """Raises UnknownWord, NumberUnreadable."""
    checks.word(kind, DOCUMENT_KINDS, "document")
    found = check_document(raw, DocumentKind(kind), on=clock.today())
    if isinstance(found, Problem):
        raise refusals.NumberUnreadable(why=refusals.Said(found))
    return ReadDocument(kind, found.number, found.born_on, None if found.sex is Sex.UNKNOWN else found.sex)


def owner_of(document: ReadDocument) -> UUID | None:
    """Whose number it is, anywhere in the ledger. What may be said of them is the caller's matter."""
    key = DocumentKey.objects.filter(number_index=document.index).first()
    return key.person_id if key else None


def where(by: Actor, document: ReadDocument) -> str:
    """Whom and where the number belongs to, if the actor may know; else nothing."""
    owner_id = owner_of(document)
    owner = Person.objects.visible_to(by).filter(pk=owner_id).first() if owner_id else None
    return f": {owner.name}, {areas.places([owner.area_id])[owner.area_id]}" if owner else ""


@transaction.atomic
def add_document(*, by: Actor, person_id: UUID, kind: str, number: str) -> IdentityDocument:
    """Another document of somebody, of a kind that they have none of. What the number says must agree with the person.

    Raises NotFound, HasLeft, UnknownWord, NumberUnreadable, HasThatDocument, BirthDiffers, SexDiffers, AlreadyRegistered.
    """
    person = checks.locked(by, person_id)
    document = read(kind, number)
    rows = IdentityDocument.objects.unscoped("of a locked person").filter(person_id=person.pk)
    if rows.filter(kind=kind).exists():
        raise refusals.HasThatDocument(name=person.name)
    must_agree(document, person.sex, person.birth_on)
    _claim(by, document, person)
    made = IdentityDocument.objects.create(
        person_id=person.pk, kind=kind, number=document.number, number_index=document.index,
        last_four=document.number[-4:], order=rows.count() + 1,
    )  # fmt: skip
    if person.without_document:
        person.without_document = ""
        person.save(update_fields=["without_document"])
    _written(by, person, "people.add_document", {"kind": kind, "added": True})
    return made


@transaction.atomic
def remove_document(*, by: Actor, person_id: UUID, kind: str) -> Person:
    """A document that was entered wrongly; its number is free for its real owner. Raises NotFound, HasLeft, LastDocument."""
    person = checks.locked(by, person_id)
    rows = IdentityDocument.objects.unscoped("of a locked person").filter(person_id=person.pk)
    found = rows.filter(kind=kind).first()
    if found is None:
        raise NotFound()
    if rows.count() == 1:
        raise refusals.LastDocument(name=person.name)
    DocumentKey.objects.filter(number_index=found.number_index, person_id=person.pk).delete()
    found.delete()
    for order, row in enumerate(rows.order_by("order", "id"), 1):
        rows.filter(pk=row.pk).update(order=order)
    _written(by, person, "people.remove_document", {"kind": kind, "removed": True})
    return person


@transaction.atomic
def correct_number(*, by: Actor, person_id: UUID, number: str, kind: str = KIND) -> Person:
    """Another number of the same document, where the first was written wrongly; sex and birth date follow it where it says them.

    Raises NotFound, HasLeft, UnknownWord, NumberUnreadable, AlreadyRegistered, RegisteredTooLate.
    """
    person = checks.locked(by, person_id)
    document = read(kind, number)
    if document.born_on and document.born_on > person.registered_on:
        raise refusals.RegisteredTooLate(on=document.born_on.isoformat())
    rows = IdentityDocument.objects.unscoped("of a locked person")
    own = lock(rows, person_id=person.pk, kind=kind)
    if not own:
        raise NotFound()
    if own[0].number_index == document.index:
        return person
    _claim(by, document, person)
    DocumentKey.objects.filter(number_index=own[0].number_index, person_id=person.pk).delete()
    own[0].number, own[0].number_index, own[0].last_four = (
        document.number,
        document.index,
        document.number[-4:],
    )
    own[0].save(update_fields=["number", "number_index", "last_four"])
    if document.sex and document.sex.value != person.sex:
        person.sex = document.sex.value
        person.save(update_fields=["sex"])
        changes.told({person.pk})
    if document.born_on:
        dynamics.state_birth(by, person, document.born_on)
    _written(by, person, "people.correct_number", {"kind": kind, "corrected": True})
    return person


def must_agree(document: ReadDocument, sex: str | Sex | None, birth_on: date | None) -> None:
    """Raises BirthDiffers, SexDiffers where something is said otherwise than the number says it."""
    if birth_on is not None and document.born_on is not None and birth_on != document.born_on:
        raise refusals.BirthDiffers(given=birth_on.isoformat(), number_says=document.born_on.isoformat())
    if document.sex is not None and sex not in (None, "", Sex.UNKNOWN.value, document.sex.value):
        raise refusals.SexDiffers()


def _claim(by: Actor, document: ReadDocument, person: Person) -> None:
    key, made = DocumentKey.objects.get_or_create(
        number_index=document.index, defaults={"person_id": person.pk}
    )
    if not made and key.person_id != person.pk:
        raise refusals.AlreadyRegistered(where=where(by, document))


def _written(by: Actor, person: Person, verb: str, facts: dict[str, object]) -> None:
    dynamics.note(by, person, "documents", facts=facts)
    record(by=by, verb=verb, subject=person, area_code=person.area_id, facts={"kind": facts["kind"]})
