"""The ledger as a list: what narrows it, its rows window by window, and all of them for an export."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from vaxkit.identity import mask_last_four
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.people import search as searching
from yingjie.people.models import IdentityDocument, Person, PersonCategory, Phone
from yingjie.people.queries import age_on, years_before
from yingjie.people.residents import in_ledger

AGE_BANDS: dict[str, tuple[int, int]] = {
    "0-2": (0, 2),
    "3-11": (3, 11),
    "12-17": (12, 17),
    "18-59": (18, 59),
    "60-79": (60, 79),
    "80+": (80, 200),
}
GONE = ("gone", "moved", "died", "mistake")
COUNTED_UP_TO = 1000
"""Where a text is searched for, so many people are counted: whoever means one of them types more."""
_ORDERS = {"name": ("pinyin", "id"), "age": ("-birth_on", "id"), "place": ("area_id", "pinyin", "id")}
_CHUNK = 2000
_SCOPED = "of people who were scoped before"


@dataclass(frozen=True)
class Narrowed:
    """What narrows the ledger; empty values narrow nothing. `text` is a name, a reading, initials or the last four signs: whole
    numbers and phones are asked for elsewhere, because addresses of pages are written into logs. `state`: left empty for those who
    count today; "gone", or how somebody left; "undocumented" for those without a document."""

    text: str = ""
    area_code: str = ""
    sex: str = ""
    age_band: str = ""
    state: str = ""
    category: str = ""
    whereabouts: str = ""
    mobility: str = ""


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
    whereabouts: str
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    rows: list[LedgerRow]
    has_before: bool
    has_after: bool


def count(actor: Actor, narrowed: Narrowed) -> int:
    return _found(actor, narrowed).count()


def count_quickly(actor: Actor, narrowed: Narrowed) -> tuple[int, bool]:
    """The count, and whether it is exact: where a text is searched for, it stops at COUNTED_UP_TO."""
    if not narrowed.text:
        return count(actor, narrowed), True
    number = _found(actor, narrowed).order_by()[: COUNTED_UP_TO + 1].count()
    return min(number, COUNTED_UP_TO), number <= COUNTED_UP_TO


def page(
    actor: Actor, narrowed: Narrowed, sort: str, limit: int, *, after: str = "", before: str = ""
) -> Page:
    """The rows after the person with the id `after`, or those before `before`; sorted by name, age or place ("-" in front turns it
    round). Costs the same at the end of a million rows as at their beginning."""
    order = _order(sort)
    begin = _values(actor, before or after, order)
    backwards = bool(before) and begin is not None
    walked = _turned(order) if backwards else order
    found = _first(actor, narrowed, walked, begin, limit + 1)
    more, people = len(found) > limit, found[:limit]
    if backwards:
        people.reverse()
    return Page(
        rows=_shown(people),
        has_before=more if backwards else begin is not None,
        has_after=True if backwards else more,
    )


def every(actor: Actor, narrowed: Narrowed, sort: str) -> Iterator[LedgerRow]:
    """All of them, in constant memory."""
    chunk: list[Person] = []
    for person in _found(actor, narrowed).order_by(*_order(sort)).iterator(chunk_size=_CHUNK):
        chunk.append(person)
        if len(chunk) == _CHUNK:
            yield from _shown(chunk)
            chunk = []
    yield from _shown(chunk)


def _found(actor: Actor, narrowed: Narrowed) -> QuerySet[Person]:
    rows = _narrowed(actor, narrowed)
    return searching.meant(rows, narrowed.text, whole_numbers=False) if narrowed.text else rows


def _first(
    actor: Actor, narrowed: Narrowed, order: Sequence[str], begin: Sequence[Any] | None, limit: int
) -> list[Person]:
    """The first rows in an order. A text means people in several ways; each is walked by its own index and what they find is laid
    together, for one condition over all of them would have to sort everybody whom any of them means."""
    rows = _narrowed(actor, narrowed)
    if begin is not None:
        rows = rows.filter(_behind(order, begin))
    by_name = order in (_ORDERS["name"], _turned(_ORDERS["name"]))
    if not narrowed.text or not by_name:
        found = searching.meant(rows, narrowed.text, whole_numbers=False) if narrowed.text else rows
        return list(found.order_by(*order)[:limit])
    ways = searching.ways(rows, narrowed.text)
    people = {person.pk: person for way in ways for person in way.order_by(*order)[:limit]}
    return sorted(people.values(), key=lambda each: (each.pinyin, each.pk), reverse=order[0][0] == "-")[
        :limit
    ]


def _narrowed(actor: Actor, narrowed: Narrowed) -> QuerySet[Person]:
    found: QuerySet[Person] = Person.objects.visible_to(actor)
    today = clock.today()
    if narrowed.state in GONE:
        found = found.filter(left_on__isnull=False)
        found = found if narrowed.state == "gone" else found.filter(left_as=narrowed.state)
    else:
        found = found.filter(in_ledger(today))
    if narrowed.state == "undocumented":
        found = found.exclude(without_document="")
    if narrowed.area_code:
        found = found.filter(area__code__startswith=narrowed.area_code)
    for column in ("sex", "whereabouts", "mobility"):
        if getattr(narrowed, column):
            found = found.filter(**{column: getattr(narrowed, column)})
    if narrowed.age_band in AGE_BANDS:
        youngest, eldest = AGE_BANDS[narrowed.age_band]
        found = found.filter(birth_on__lte=years_before(today, youngest))
        found = found.filter(birth_on__gt=years_before(today, eldest + 1))
    if narrowed.category:
        held = PersonCategory.objects.unscoped(_SCOPED).filter(_live(today), code=narrowed.category)
        found = found.filter(Exists(held.filter(person_id=OuterRef("pk"))))
    return found


def _live(on: date) -> Q:
    return (Q(from_on__isnull=True) | Q(from_on__lte=on)) & (Q(until_on__isnull=True) | Q(until_on__gt=on))


def _order(sort: str) -> tuple[str, ...]:
    order = _ORDERS.get(sort.removeprefix("-"), _ORDERS["name"])
    return _turned(order) if sort.startswith("-") else order


def _turned(order: Sequence[str]) -> tuple[str, ...]:
    return tuple(column[1:] if column.startswith("-") else f"-{column}" for column in order)


def _values(actor: Actor, person_id: str, order: Sequence[str]) -> tuple[Any, ...] | None:
    """The place of a person of the actor's in an order; None for anybody else."""
    try:
        key = UUID(person_id)
    except ValueError:
        return None
    rows = Person.objects.visible_to(actor).filter(pk=key)
    return rows.values_list(*(column.lstrip("-") for column in order)).first()


def _behind(order: Sequence[str], begin: Sequence[Any]) -> Q:
    """The condition of lying behind a place in an order. The first column is bounded by itself too, so that its index is entered
    at that place."""
    condition, same = Q(pk__in=[]), Q()
    for column, value in zip(order, begin, strict=True):
        name, sign = column.lstrip("-"), "lt" if column.startswith("-") else "gt"
        condition |= same & Q(**{f"{name}__{sign}": value})
        same &= Q(**{name: value})
    first = order[0]
    bound = Q(**{f"{first.lstrip('-')}__{'lte' if first.startswith('-') else 'gte'}": begin[0]})
    return bound & condition


def first_phones(ids: Collection[UUID]) -> dict[UUID, str]:
    """The first phone, masked, of people whom another module's scoped rows gave; those without one are left out."""
    phones = Phone.objects.unscoped(_SCOPED).filter(person_id__in=ids).order_by("-order", "-id")
    return dict(phones.values_list("person_id", "masked"))


def _shown(people: Sequence[Person]) -> list[LedgerRow]:
    """Rows with their documents, phones, groups and places, four queries for any number of them."""
    ids = [person.pk for person in people]
    documents = IdentityDocument.objects.unscoped(_SCOPED).filter(person_id__in=ids)
    ends = dict(documents.order_by("-order").values_list("person_id", "last_four"))
    first_phone = first_phones(ids)
    places, today = areas.places({person.area_id for person in people}), clock.today()
    groups: dict[UUID, tuple[str, ...]] = {}
    held = PersonCategory.objects.unscoped(_SCOPED).filter(_live(today), person_id__in=ids).order_by("code")
    for person_id, code in held.values_list("person_id", "code"):
        groups[person_id] = (*groups.get(person_id, ()), code)
    return [
        LedgerRow(
            id=person.pk, name=person.name, sex=person.sex, birth_on=person.birth_on, age=age_on(person.birth_on, today),
            place=places.get(person.area_id, person.area_id), number=mask_last_four(ends.get(person.pk, "")),
            phone=first_phone.get(person.pk, ""), address=person.address, household_role=person.household_role,
            registered_on=person.registered_on, left_on=person.left_on, whereabouts=person.whereabouts,
            categories=groups.get(person.pk, ()),
        )
        for person in people
    ]  # fmt: skip
