"""What is true of a person for a time: where they are, how they walk, which groups they belong to, their phones, their health.

None of it changes in which area somebody counts. Health is written by whoever holds people.health and by nobody else; it leaves no
line in the timeline, and the journal does not say which condition it was.
"""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q

from vaxkit.identity import mask_phone
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.refusals import NotFound
from yingjie.people import changes, checks, codelists, dynamics, refusals
from yingjie.people.loading import phone_index
from yingjie.people.models import (
    MOBILITIES,
    PHONE_OWNERS,
    HealthCondition,
    Person,
    PersonCategory,
    Phone,
    Whereabouts,
)

_LOCKED = "of a locked person"


@transaction.atomic
def set_whereabouts(
    *, by: Actor, person_id: UUID, word: str, on: date | None = None, place: str = "", source: str = ""
) -> Person:
    """Somebody is here, nearby, away, … from a day on (left out: today); what was known before stays readable.

    Raises NotFound, HasLeft, UnknownWord, RegisteredTooLate (a day to come), OutOfOrder, NothingNew.
    """
    person = checks.locked(by, person_id)
    checks.word(word, codelists.whereabouts(), "whereabouts")
    day, now, former = checks.has_come(on or clock.today()), clock.now(), person.whereabouts
    rows = Whereabouts.objects.unscoped(_LOCKED).filter(person_id=person.pk, retracted_at__isnull=True)
    last = rows.filter(until_on__isnull=True).first()
    if word == former and (last is None or last.place == place.strip()):
        raise refusals.NothingNew(name=person.name)
    if last is not None and last.from_on is not None and day < last.from_on:
        raise refusals.OutOfOrder(name=person.name, day=last.from_on.isoformat())
    began, before = (last.from_on, last.place) if last else (None, "")
    if last is None:
        _stand(person, former, "", (None, None), by="", source=person.source, at=person.entered_at, until=now)
    else:
        rows.filter(pk=last.pk).update(retracted_at=now)
    if began is None or began < day:
        told_by, told_source = (last.by, last.source) if last else ("", person.source)
        _stand(person, former, before, (began, day), by=told_by, source=told_source, at=now)
    _stand(person, word, place.strip()[:80], (day, None), by=by.name, source=source[:80], at=now)
    person.whereabouts = word
    person.save(update_fields=["whereabouts"])
    facts = {"from": former, "to": word, "on": day.isoformat()}
    dynamics.note(by, person, "whereabouts", on=day, facts=facts)
    record(by=by, verb="people.set_whereabouts", subject=person, area_code=person.area_id, facts=facts)
    return person


@transaction.atomic
def set_mobility(*, by: Actor, person_id: UUID, mobility: str) -> Person:
    """How somebody gets about. Raises NotFound, HasLeft, UnknownWord."""
    person = checks.locked(by, person_id)
    checks.word(mobility, MOBILITIES, "mobility")
    if mobility == person.mobility:
        return person
    facts = {"from": person.mobility, "to": mobility}
    person.mobility = mobility
    person.save(update_fields=["mobility"])
    dynamics.note(by, person, "details", facts={"mobility": facts})
    record(by=by, verb="people.set_mobility", subject=person, area_code=person.area_id, facts=facts)
    return person


@transaction.atomic
def add_category(
    *,
    by: Actor,
    person_id: UUID,
    code: str,
    from_on: date | None = None,
    until_on: date | None = None,
    source: str = "",
) -> PersonCategory:
    """Somebody belongs to a group. Raises NotFound, HasLeft, UnknownWord, AlreadySo, OutOfOrder."""
    person = checks.locked(by, person_id)
    checks.word(code, codelists.categories(), "category")
    rows = PersonCategory.objects.unscoped(_LOCKED).filter(person_id=person.pk, code=code)
    _must_be_new(person, rows.filter(until_on__isnull=True).exists(), from_on, until_on)
    changes.rewriting({person.pk})
    made = PersonCategory.objects.create(
        person_id=person.pk, code=code, from_on=from_on, until_on=until_on, source=source[:80] or by.name[:80],
        by=by.name, recorded_at=clock.now(),
    )  # fmt: skip
    changes.told({person.pk})
    _told(by, person, "people.add_category", {"category": code, "began": True})
    return made


@transaction.atomic
def end_category(*, by: Actor, person_id: UUID, code: str, until_on: date | None = None) -> Person:
    """Somebody does not belong to a group any more, from the day `until_on` (left out: today).

    Raises NotFound, HasLeft, OutOfOrder."""
    person = checks.locked(by, person_id)
    rows = PersonCategory.objects.unscoped(_LOCKED).filter(person_id=person.pk, code=code)
    found = rows.filter(until_on__isnull=True).first()
    changes.rewriting({person.pk})
    _end(person, found, until_on)
    changes.told({person.pk})
    _told(by, person, "people.end_category", {"category": code, "began": False})
    return person


@transaction.atomic
def add_condition(
    *,
    by: Actor,
    person_id: UUID,
    code: str,
    from_on: date | None = None,
    until_on: date | None = None,
    note: str = "",
) -> HealthCondition:
    """A condition of somebody's health, by whoever holds people.health where they live.

    Raises NotAllowed, NotFound, HasLeft, UnknownWord, AlreadySo, OutOfOrder.
    """
    person = checks.locked(by, person_id, permission="people.health")
    checks.word(code, codelists.conditions(), "condition")
    rows = HealthCondition.objects.unscoped(_LOCKED).filter(person_id=person.pk, code=code)
    _must_be_new(person, rows.filter(until_on__isnull=True).exists(), from_on, until_on)
    made = HealthCondition.objects.create(
        person_id=person.pk, code=code, from_on=from_on, until_on=until_on, note=note.strip()[:500], by=by.name,
        recorded_at=clock.now(),
    )  # fmt: skip
    changes.told({person.pk})
    record(by=by, verb="people.add_condition", subject=person, area_code=person.area_id)
    return made


@transaction.atomic
def end_condition(*, by: Actor, person_id: UUID, code: str, until_on: date | None = None) -> Person:
    """A condition is over, from the day `until_on` (left out: today), also where a later end was foreseen. Raises NotAllowed,
    NotFound, HasLeft, OutOfOrder."""
    person = checks.locked(by, person_id, permission="people.health")
    rows = HealthCondition.objects.unscoped(_LOCKED).filter(person_id=person.pk, code=code)
    lasting = Q(until_on__isnull=True) | Q(until_on__gt=until_on or clock.today())
    for found in rows.filter(lasting) or [None]:
        _end(person, found, until_on)
    changes.told({person.pk})
    record(by=by, verb="people.end_condition", subject=person, area_code=person.area_id)
    return person


@transaction.atomic
def add_phone(*, by: Actor, person_id: UUID, number: str, owner: str = "", owner_name: str = "") -> Person:
    """Another phone of somebody, after those they have. Raises NotFound, HasLeft, PhoneUnreadable, UnknownWord, AlreadySo."""
    person = checks.locked(by, person_id)
    checks.word(owner, PHONE_OWNERS, "owner")
    read = checks.phones([number])
    if len(read) != 1:
        raise refusals.OnePhone()
    rows = Phone.objects.unscoped(_LOCKED).filter(person_id=person.pk)
    if rows.filter(number_index=phone_index(read[0])).exists():
        raise refusals.AlreadySo(name=person.name)
    last = rows.aggregate(last=Max("order"))["last"] or 0
    Phone.objects.create(
        person_id=person.pk, number=read[0], number_index=phone_index(read[0]), masked=mask_phone(read[0]), order=last + 1,
        owner=owner, owner_name=checks.name(owner_name) if owner_name.strip() else "",
    )  # fmt: skip
    _told(by, person, "people.change", {"changed": ["phones"]})
    return person


@transaction.atomic
def order_phones(*, by: Actor, person_id: UUID, phone_ids: Iterable[UUID]) -> Person:
    """These phones stay, in this order; the others go. Raises NotFound, HasLeft."""
    person = checks.locked(by, person_id)
    rows = Phone.objects.unscoped(_LOCKED).filter(person_id=person.pk)
    wanted, known = list(dict.fromkeys(phone_ids)), set(rows.values_list("pk", flat=True))
    if not set(wanted) <= known:
        raise NotFound()
    rows.exclude(pk__in=wanted).delete()
    for order, phone_id in enumerate(wanted, 1):
        rows.filter(pk=phone_id).update(order=order)
    _told(by, person, "people.change", {"changed": ["phones"]})
    return person


def _stand(
    person: Person, word: str, place: str, days: tuple[date | None, date | None], *, by: str, source: str, at: datetime,
    until: datetime | None = None,
) -> None:  # fmt: skip
    Whereabouts.objects.create(
        person_id=person.pk, word=word, place=place, from_on=days[0], until_on=days[1], by=by, source=source,
        recorded_at=at, retracted_at=until,
    )  # fmt: skip


def _must_be_new(person: Person, known: bool, from_on: date | None, until_on: date | None) -> None:
    if known:
        raise refusals.AlreadySo(name=person.name)
    if from_on and until_on and until_on < from_on:
        raise refusals.OutOfOrder(name=person.name, day=from_on.isoformat())


def _end(person: Person, found: PersonCategory | HealthCondition | None, until_on: date | None) -> None:
    if found is None:
        raise NotFound()
    day = until_on or clock.today()
    if found.from_on is not None and day < found.from_on:
        raise refusals.OutOfOrder(name=person.name, day=found.from_on.isoformat())
    found.until_on = day
    found.save(update_fields=["until_on"])


def _told(by: Actor, person: Person, verb: str, facts: dict[str, object]) -> None:
    dynamics.note(by, person, "details", facts=facts)
    record(by=by, verb=verb, subject=person, area_code=person.area_id, facts=facts)
