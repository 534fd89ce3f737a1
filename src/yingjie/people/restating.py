"""The one writer of stays: what is believed about where people count, from now on (decision 0007).

    spans = restating.spans_of(person)                       # the truth so far, of locked people
    restating.restate([(person, spans.moved(...))], at=now)  # the truth from now on; the former one stays readable

A person's own columns are the present state and are set here too, with whatever else the caller changed on them.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Value
from django.db.models.functions import Coalesce

from yingjie.people.models import Person, Stay
from yingjie.people.spans import Span, Spans

COLUMNS = ("area", "birth_on", "moved_in_on", "left_on", "left_as", "has_stays")
_ENDED = {"left": "moved", "moved": "moved", "died": "died", "corrected": "mistake"}
_ENDINGS = {"moved": "left", "died": "died", "mistake": "corrected"}
_LOCKED = "stays of people whom the caller has locked"


def spans_of(person: Person) -> Spans:
    """Where a person counted, as it is believed now."""
    return spans_of_many([person])[person.pk]


def spans_of_many(people: Sequence[Person]) -> dict[UUID, Spans]:
    """The same for many people, with one query."""
    found: dict[UUID, Spans] = {person.pk: (_own(person),) for person in people if not person.has_stays}
    with_stays = [person.pk for person in people if person.has_stays]
    if with_stays:
        rows = Stay.objects.unscoped(_LOCKED).filter(person_id__in=with_stays, retracted_at__isnull=True)
        for row in rows:
            found[row.person_id] = (*found.get(row.person_id, ()), _span(row))
    return {person_id: tuple(sorted(spans, key=_in_time)) for person_id, spans in found.items()}


def restate(changes: Iterable[tuple[Person, Spans]], *, at: datetime) -> list[UUID]:
    """Believe these spans from the moment `at` on. The people are locked by the caller, and saved here. Returns the ids of those
    about whom anything is new; nothing is written about the others."""
    wanted = [(person, spans) for person, spans in changes]
    former = spans_of_many([person for person, _spans in wanted])
    changed = [(person, spans) for person, spans in wanted if former[person.pk] != spans]
    if not changed:
        return []
    _retract(
        {person.pk: set(former[person.pk]) - set(spans) for person, spans in changed if person.has_stays}, at
    )
    rows: list[Stay] = []
    for person, spans in changed:
        known = former[person.pk]
        if not person.has_stays:
            kept = set(known) & set(spans)
            rows += [_row(person, span, person.entered_at, None if span in kept else at) for span in known]
        rows += [_row(person, span, at, None) for span in spans if span not in known]
        _set(person, spans[-1])
    Stay.objects.bulk_create(rows)
    Person.objects.unscoped(_LOCKED).bulk_update(
        [person for person, _spans in changed], COLUMNS, batch_size=500
    )
    return [person.pk for person, _spans in changed]


def joined(one: Person, other: Person, *, at: datetime) -> None:
    """Two locked people are one from the moment `at` on: what was believed of the other is believed no longer, on whatever day. As
    known before that moment they are still counted as two. `one` is saved by the caller."""
    rows = Stay.objects.unscoped(_LOCKED)
    former = [] if other.has_stays else [_row(other, _own(other), other.entered_at, at)]
    if not one.has_stays:
        former.append(_row(one, _own(one), one.entered_at, None))
        one.has_stays = True
    Stay.objects.bulk_create(former)
    rows.filter(person_id=other.pk, retracted_at__isnull=True).update(retracted_at=at)
    rows.filter(person_id=other.pk).update(person_id=one.pk, record_id=Coalesce("record_id", Value(other.pk)))


def _retract(gone: dict[UUID, set[Span]], at: datetime) -> None:
    rows = Stay.objects.unscoped(_LOCKED).filter(person_id__in=list(gone), retracted_at__isnull=True)
    ids: Collection[UUID] = [row.pk for row in rows if _span(row) in gone[row.person_id]]
    Stay.objects.unscoped(_LOCKED).filter(person_id__in=list(gone), pk__in=ids).update(retracted_at=at)


def _set(person: Person, last: Span) -> None:
    person.area_id, person.birth_on, person.moved_in_on = last.area, last.birth_on, last.from_on
    person.left_on = last.until_on
    person.left_as = _ENDED.get(last.ended_by, "moved") if last.until_on else ""
    person.has_stays = True


def _own(person: Person) -> Span:
    """The one span of a person without stays."""
    ended_by = _ENDINGS.get(person.left_as, "left") if person.left_on else ""
    return Span(person.area_id, person.moved_in_on, person.left_on, person.birth_on, ended_by)


def _span(row: Stay) -> Span:
    return Span(row.area_id, row.from_on, row.until_on, row.birth_on, row.ended_by)


def _row(person: Person, span: Span, recorded_at: datetime, retracted_at: datetime | None) -> Stay:
    return Stay(
        person_id=person.pk, area_id=span.area, from_on=span.from_on, until_on=span.until_on, birth_on=span.birth_on,
        ended_by=span.ended_by, recorded_at=recorded_at, retracted_at=retracted_at,
    )  # fmt: skip


def _in_time(span: Span) -> tuple[bool, object]:
    return (span.from_on is not None, span.from_on or span.birth_on)
