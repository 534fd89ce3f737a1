"""Who counts where on a day, as it was known at a moment: the one place that says so (decision 0007).

    counted_on(day).counts(actor, code="110117", digits=12)                        # village → people
    counted_on(day, known_at=moment).counts(…)                                     # as the ledger knew it then
    counted_on(day).counts(actor, Dose.objects.filter(…), path="person__", …)      # rows of residents of that day
    counted_on(day, present=True).counts(…)                                        # without those who live away

A person who never changed is described by their own row; whoever did, by their stays. The scope is decided here too, by the area in
which somebody counted on that day: what they did elsewhere, before or after, is another area's.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Left

from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.people.codelists import ABSENT
from yingjie.people.models import Person, Whereabouts

PERSON_OF_RECORD = (
    "coalesce((SELECT s.person_id FROM people_stay s WHERE s.record_id = {record} LIMIT 1), {record})"
)
"""SQL: whose an id that `CountedOn.rows` gave is today."""
_SCOPED_HERE = "scoped by the area in which they counted"


@dataclass(frozen=True)
class CountedOn:
    """The residents of a day. `known_at` None: as far as is known now. `present`: without those whose whereabouts the rule of
    `data/whereabouts.yaml` leaves out."""

    on: date
    known_at: datetime | None = None
    present: bool = False

    def counts(
        self,
        actor: Actor,
        rows: Any = None,
        *,
        code: str,
        digits: int,
        permission: str = "people.view",
        path: str = "",
        born_on_or_before: date | None = None,
    ) -> dict[str, int]:
        """How many rows belong to residents of the day, by the first `digits` of the area in which they counted, at or below
        `code`. `rows` are people unless others are given, with the `path` from such a row to its person. Two SQL statements."""
        found: Counter[str] = Counter()
        for area, birth, condition in self._terms(actor, permission, path):
            condition &= Q(**{f"{area}__code__startswith": code})
            if born_on_or_before is not None:
                condition &= Q(**{f"{birth}__lte": born_on_or_before})
            everybody: ScopedManager[Any] = Person.objects if rows is None else rows
            if rows is not None and area == f"{path}stays__area":
                # What was done is the person's who is left of two records: it is counted once, where they counted themselves.
                condition &= Q(**{f"{path}stays__record_id__isnull": True})
            chosen = everybody.unscoped(_SCOPED_HERE).filter(condition).order_by()
            grouped = (
                chosen.annotate(place=Left(f"{area}_id", digits)).values("place").annotate(number=Count("pk"))
            )
            found.update(dict(grouped.values_list("place", "number")))
        return dict(found)

    def rows(self, actor: Actor, code: str, permission: str = "people.view") -> list[QuerySet[Any]]:
        """The residents of the day at or below a code as two querysets of (person, area, birth date, whereabouts now, reading),
        nobody twice: for statements of other modules that count what they know of them. Of two records that have become one since
        the moment of knowing, the one that is gone comes under its former id (`PERSON_OF_RECORD` says whose it is)."""
        found = []
        for area, birth, condition in self._terms(actor, permission, ""):
            rows = Person.objects.unscoped(_SCOPED_HERE).filter(
                condition, **{f"{area}__code__startswith": code}
            )
            own = Coalesce("stays__record_id", "pk") if area == "stays__area" else F("pk")
            found.append(
                rows.order_by()
                .annotate(record=own)
                .values_list("record", f"{area}_id", birth, "whereabouts", "pinyin")
            )
        return found

    def _terms(self, actor: Actor, permission: str, path: str) -> Iterator[tuple[str, str, Q]]:
        """(path to the area, path to the birth date, condition): of people without stays, then of stays."""
        for area, birth, condition in (
            (f"{path}area", f"{path}birth_on", _own_row(self.on, path, self.known_at)),
            (f"{path}stays__area", f"{path}stays__birth_on", _stay(self.on, path, self.known_at)),
        ):
            if not actor.is_system:
                seen = Scope(permission, f"{area}__code", person=f"{path}pk").condition(actor)
                condition &= Q(pk__in=[]) if seen is None else seen
            if self.present:
                condition &= _present(self.on, path, self.known_at)
            yield area, birth, condition


def counted_on(on: date, known_at: datetime | None = None, *, present: bool = False) -> CountedOn:
    """The residents of a day, as known at a moment (None: now)."""
    return CountedOn(on, known_at, present)


def in_ledger(today: date, path: str = "") -> Q:
    """The condition that a person (at `path`) counts today, where they live now. For any other day ask `counted_on`: a person's own
    columns are the present state alone."""
    return _holds(today, path, "birth_on", "moved_in_on", "left_on")


def whereabouts_on(
    person_ids: Collection[UUID], on: date, known_at: datetime | None = None
) -> dict[UUID, str]:
    """Where people were on a day (a word of `data/whereabouts.yaml`), as known at a moment; for whom the caller may see."""
    rows = Whereabouts.objects.unscoped("of people whom the caller may see")
    told = rows.filter(_known(known_at, ""), person_id__in=person_ids)
    people = Person.objects.unscoped("of people whom the caller may see").filter(pk__in=person_ids)
    found = dict(people.values_list("pk", "whereabouts"))
    held = told.filter(_covers(on)).values_list("person_id", "word")
    return found | dict(held)


def _own_row(on: date, path: str, known_at: datetime | None) -> Q:
    condition = Q(**{f"{path}has_stays": False}) & _holds(on, path, "birth_on", "moved_in_on", "left_on")
    return condition & Q(**{f"{path}entered_at__lte": known_at}) if known_at else condition


def _stay(on: date, path: str, known_at: datetime | None) -> Q:
    at = f"{path}stays__"
    return (
        Q(**{f"{path}has_stays": True})
        & _holds(on, at, "birth_on", "from_on", "until_on")
        & _known(known_at, at)
    )


def _holds(on: date, path: str, birth: str, begins: str, ends: str) -> Q:
    return (
        Q(**{f"{path}{birth}__lte": on})
        & (Q(**{f"{path}{begins}__isnull": True}) | Q(**{f"{path}{begins}__lte": on}))
        & (Q(**{f"{path}{ends}__isnull": True}) | Q(**{f"{path}{ends}__gt": on}))
    )


def _known(known_at: datetime | None, path: str) -> Q:
    if known_at is None:
        return Q(**{f"{path}retracted_at__isnull": True})
    return Q(**{f"{path}recorded_at__lte": known_at}) & (
        Q(**{f"{path}retracted_at__isnull": True}) | Q(**{f"{path}retracted_at__gt": known_at})
    )


def _covers(on: date) -> Q:
    return (Q(from_on__isnull=True) | Q(from_on__lte=on)) & (Q(until_on__isnull=True) | Q(until_on__gt=on))


def _present(on: date, path: str, known_at: datetime | None) -> Q:
    """Not away on the day: by their history, or by their own word where there is none."""
    rows = Whereabouts.objects.unscoped("of people who are counted here").filter(
        _known(known_at, ""), _covers(on), person_id=OuterRef(f"{path}pk")
    )
    told = Exists(rows)
    return Q(~Exists(rows.filter(word__in=ABSENT))) & (Q(told) | ~Q(**{f"{path}whereabouts__in": ABSENT}))
