"""The ledger as a list: what narrows it, its rows page by page, and all of them for an export."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from vaxkit.identity import mask_last_four
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.people import search as searching
from yingjie.people.models import IdentityDocument, Person, Phone
from yingjie.people.queries import age_on
from yingjie.people.residents import in_ledger

AGE_BANDS: dict[str, tuple[int, int]] = {
    "0-2": (0, 2),
    "3-11": (3, 11),
    "12-17": (12, 17),
    "18-59": (18, 59),
    "60-79": (60, 79),
    "80+": (80, 200),
}
_ORDERS = {"name": ("pinyin", "id"), "age": ("-birth_on", "id"), "place": ("area_id", "pinyin", "id")}
_CHUNK = 2000
_SCOPED = "of people who were scoped before"


@dataclass(frozen=True)
class Narrowed:
    """What narrows the ledger; empty values narrow nothing. `text` is a name, a reading, initials or the last four signs: whole
    numbers and phones are asked for elsewhere, because addresses of pages are written into logs."""

    text: str = ""
    area_code: str = ""
    sex: str = ""
    age_band: str = ""
    gone: bool = False


@dataclass(frozen=True)
class LedgerRow:
    """A person as the list shows them. `number` is masked but for its last four signs, `phone` is the first one, masked."""

    id: UUID
    name: str
    sex: str
    birth_on: date
    age: int
    place: str
    number: str
    phone: str
    address: str
    household_role: str
    registered_on: date
    left_on: date | None


def count(actor: Actor, narrowed: Narrowed) -> int:
    return _rows(actor, narrowed).count()


def rows(actor: Actor, narrowed: Narrowed, sort: str, offset: int, limit: int) -> list[LedgerRow]:
    """One page, sorted by name, age or place ("-" in front turns it round)."""
    return _shown(list(_sorted(_rows(actor, narrowed), sort)[offset : offset + limit]))


def every(actor: Actor, narrowed: Narrowed, sort: str) -> Iterator[LedgerRow]:
    """All of them, in constant memory."""
    chunk: list[Person] = []
    for person in _sorted(_rows(actor, narrowed), sort).iterator(chunk_size=_CHUNK):
        chunk.append(person)
        if len(chunk) == _CHUNK:
            yield from _shown(chunk)
            chunk = []
    yield from _shown(chunk)


def _rows(actor: Actor, narrowed: Narrowed) -> QuerySet[Person]:
    mine: QuerySet[Person] = Person.objects.visible_to(actor)
    found = mine.filter(left_on__isnull=False) if narrowed.gone else mine.filter(in_ledger(clock.today()))
    if narrowed.area_code:
        found = found.filter(area__code__startswith=narrowed.area_code)
    if narrowed.sex:
        found = found.filter(sex=narrowed.sex)
    if narrowed.age_band in AGE_BANDS:
        youngest, eldest = AGE_BANDS[narrowed.age_band]
        today = clock.today()
        found = found.filter(birth_on__lte=_years_before(today, youngest))
        found = found.filter(birth_on__gt=_years_before(today, eldest + 1))
    if narrowed.text:
        found = searching.meant(found, narrowed.text, whole_numbers=False)
    return found


def _sorted(found: QuerySet[Person], sort: str) -> QuerySet[Person]:
    ordered = found.order_by(*_ORDERS.get(sort.removeprefix("-"), _ORDERS["name"]))
    return ordered.reverse() if sort.startswith("-") else ordered


def _shown(people: Sequence[Person]) -> list[LedgerRow]:
    """Rows with their documents, phones and places, three queries for any number of them."""
    ids = [person.pk for person in people]
    documents = IdentityDocument.objects.unscoped(_SCOPED).filter(person_id__in=ids)
    ends = dict(documents.order_by("-order").values_list("person_id", "last_four"))
    phones = Phone.objects.unscoped(_SCOPED).filter(person_id__in=ids).order_by("-order", "-id")
    first_phone = dict(phones.values_list("person_id", "masked"))
    places, today = areas.places({person.area_id for person in people}), clock.today()
    return [
        LedgerRow(
            id=person.pk, name=person.name, sex=person.sex, birth_on=person.birth_on, age=age_on(person.birth_on, today),
            place=places.get(person.area_id, person.area_id), number=mask_last_four(ends.get(person.pk, "")),
            phone=first_phone.get(person.pk, ""), address=person.address, household_role=person.household_role,
            registered_on=person.registered_on, left_on=person.left_on,
        )
        for person in people
    ]  # fmt: skip


def _years_before(day: date, years: int) -> date:
    """The day on which someone who turns so many years old on `day` was born."""
    year = max(day.year - years, 1)
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return day.replace(year=year, day=28)
