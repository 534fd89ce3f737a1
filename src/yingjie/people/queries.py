"""Reads of the ledger. Numbers and phones come out masked; the full number is given by `actions.reveal` alone."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from vaxkit.identity import check_resident_number, mask_last_four
from vaxkit.identity.kinds import DocumentKind, kind_of
from vaxkit.vocabulary import Problem
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.refusals import NotFound
from yingjie.people import search as searching
from yingjie.people.models import IdentityDocument, Person
from yingjie.people.refusals import NumberUnreadable, Said
from yingjie.people.residents import PERSON_OF_RECORD, CountedOn, counted_on, in_ledger, whereabouts_on
from yingjie.people.roster_queries import bad_rows_file

__all__ = [
    "PERSON_OF_RECORD",
    "CountedOn",
    "bad_rows_file",
    "briefs",
    "counted_on",
    "find_by_number",
    "in_ledger",
    "ledger_counts",
    "person",
    "search",
    "whereabouts_on",
    "years_before",
]
VILLAGE_DIGITS = 12


@dataclass(frozen=True)
class PersonBrief:
    """What a list of other modules says about a person. `last_four` are the last four signs of the number."""

    id: UUID
    name: str
    sex: str
    birth_on: date
    area_code: str
    last_four: str
    household_id: UUID | None
    left_on: date | None

    def age_on(self, on: date) -> int:
        return age_on(self.birth_on, on)

    @property
    def age(self) -> int:
        """In full years, today."""
        return age_on(self.birth_on, clock.today())

    @property
    def masked_number(self) -> str:
        return mask_last_four(self.last_four)


@dataclass(frozen=True)
class PersonView:
    """A person's page: number and phones are masked. `place` is township · village · grid."""

    id: UUID
    name: str
    sex: str
    birth_on: date
    area_code: str
    place: str
    masked_number: str
    phones: tuple[str, ...]
    address: str
    household_id: UUID | None
    household_role: str
    registered_on: date
    left_on: date | None
    source: str
    document_kind: str = ""
    moved_in_on: date | None = None
    left_as: str = ""
    mobility: str = ""
    whereabouts: str = "here"
    without_document: str = ""

    @property
    def age(self) -> int:
        """In full years, today."""
        return age_on(self.birth_on, clock.today())

    def age_on(self, on: date) -> int:
        return age_on(self.birth_on, on)


def age_on(birth_on: date, on: date) -> int:
    """Full years on a day; someone born on 29 February is a year older on 1 March of a common year."""
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def years_before(on: date, years: int) -> date:
    """The latest birth date of whoever is so old on a day; on 29 February that of the 28th, where the year then had no 29th."""
    year = max(on.year - years, 1)
    try:
        return on.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def person(actor: Actor, person_id: UUID, permission: str = "people.view") -> PersonView:
    """One person of the actor's areas. Raises NotFound."""
    return _view(_whole(Person.objects.visible_to(actor, permission).filter(pk=person_id)))


def find_by_number(actor: Actor, raw_number: str, permission: str = "people.view") -> PersonView | None:
    """Whoever has this number, of whatever document: among one's own people, or, for a station ("clinic.register"), anyone; that
    look-up is journalled.

    Raises NumberUnreadable, NotAllowed.
    """
    actor.require(permission)
    kinds = kind_of(raw_number, on=clock.today())
    if not kinds or kinds == (DocumentKind.RESIDENT_CARD,):
        read = check_resident_number(raw_number, on=clock.today())
        if isinstance(read, Problem):
            raise NumberUnreadable(why=Said(read))
    owners = searching.owners(raw_number)
    if permission != "clinic.register":
        found = Person.objects.visible_to(actor, permission).filter(pk__in=owners)
        return _view(_whole(found)) if found.exists() else None
    rows = Person.objects.unscoped("a station may meet anybody; each look-up is journalled")
    found_view = _view(_whole(rows.filter(pk__in=owners))) if owners else None
    _journal_look_up(actor, found_view)
    return found_view


def search(actor: Actor, text: str, *, area_code: str = "", limit: int = 50) -> list[PersonBrief]:
    """The actor's people whom a text means (name, reading, initials, last four, whole number or phone), by reading."""
    rows = Person.objects.visible_to(actor).filter(area__code__startswith=area_code)
    return _briefs(searching.meant(rows, text).order_by("pinyin", "id")[:limit])


def household(actor: Actor, person_id: UUID) -> list[PersonBrief]:
    """The people of the same household whom the actor may see, the person included, eldest first. Raises NotFound."""
    rows = Person.objects.visible_to(actor)
    found = rows.filter(pk=person_id).first()
    if found is None:
        raise NotFound()
    if found.household_id is None:
        return []
    return _briefs(
        rows.filter(household_id=found.household_id, left_on__isnull=True).order_by("birth_on", "id")
    )


@dataclass(frozen=True)
class Head:
    id: UUID
    name: str
    address: str


def heads_of(actor: Actor, code: str) -> list[Head]:
    """The heads of households of an area of the actor's, by reading."""
    rows = Person.objects.visible_to(actor).filter(in_ledger(clock.today()), area__code__startswith=code)
    found = rows.filter(household_role="head", household_id__isnull=False).order_by("pinyin", "id")
    return [Head(*row) for row in found.values_list("pk", "name", "address")]


def briefs(ids: Collection[UUID]) -> dict[UUID, PersonBrief]:
    """The people behind ids that another module's scoped rows gave."""
    rows = Person.objects.unscoped("the ids come from rows that were scoped before").filter(pk__in=ids)
    return {row.id: row for row in _briefs(rows)}


def ledger_counts(
    actor: Actor,
    code: str,
    on: date,
    born_on_or_before: date | None = None,
    *,
    permission: str = "people.view",
    known_at: datetime | None = None,
) -> dict[str, int]:
    """People in the ledger on a day, per village (12 digits) at or below a code; villages without people are left out."""
    return counts_by_area(
        actor, code, VILLAGE_DIGITS, on, born_on_or_before=born_on_or_before, permission=permission, known_at=known_at,
    )  # fmt: skip


def counts_by_area(
    actor: Actor,
    code: str,
    digits: int,
    on: date,
    *,
    born_on_or_before: date | None = None,
    permission: str = "people.view",
    known_at: datetime | None = None,
) -> dict[str, int]:
    """`ledger_counts` for areas of any level, told by the length of their code; as known at a moment, left out: now."""
    return counted_on(on, known_at).counts(
        actor, code=code, digits=digits, permission=permission, born_on_or_before=born_on_or_before
    )


def _briefs(rows: Iterable[Person]) -> list[PersonBrief]:
    found = list(rows)
    documents = IdentityDocument.objects.unscoped("documents of people who were scoped before")
    mine = documents.filter(person_id__in=[row.pk for row in found]).order_by("-order")
    ends = dict(mine.values_list("person_id", "last_four"))
    return [
        PersonBrief(
            row.pk, row.name, row.sex, row.birth_on, row.area_id, ends.get(row.pk, ""), row.household_id, row.left_on,
        )
        for row in found
    ]  # fmt: skip


def _whole(rows: QuerySet[Person]) -> Person:
    found = rows.first()
    if found is None:
        raise NotFound()
    return found


def _view(row: Person) -> PersonView:
    documents = row.documents.unscoped("of a person who was scoped before").order_by("order", "id")
    document = documents.first()
    phones = row.phones.unscoped("of a person who was scoped before").order_by("order", "id")
    return PersonView(
        id=row.pk, name=row.name, sex=row.sex, birth_on=row.birth_on, area_code=row.area_id,
        place=areas.places([row.area_id]).get(row.area_id, row.area_id),
        masked_number=mask_last_four(document.last_four) if document else "",
        phones=tuple(phones.values_list("masked", flat=True)), address=row.address,
        household_id=row.household_id, household_role=row.household_role, registered_on=row.registered_on,
        left_on=row.left_on, source=row.source, document_kind=document.kind if document else "",
        moved_in_on=row.moved_in_on, left_as=row.left_as, mobility=row.mobility, whereabouts=row.whereabouts,
        without_document=row.without_document,
    )  # fmt: skip


def _journal_look_up(actor: Actor, found: PersonView | None) -> None:
    with transaction.atomic():
        subject = ("person", found.id) if found else ("person", "")
        area_code = found.area_code if found else ""
        record(
            by=actor,
            verb="people.look_up",
            subject=subject,
            area_code=area_code,
            facts={"found": bool(found)},
        )
