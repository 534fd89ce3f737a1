"""Reads of collective lists, people who could be put on one, and how far lists could be trusted."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from vaxkit.coverage.accuracy import ListAccuracy
from yingjie.areas import queries as areas
from yingjie.areas import unit_queries as units
from yingjie.bookings.models import Booking, BookingList, ListLine
from yingjie.bookings.queries import SessionRow
from yingjie.bookings.verdicts import GOOD, verdict
from yingjie.doses.upcoming import upcoming
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.people import ledger_queries as ledger
from yingjie.people import queries as people
from yingjie.people.unit_queries import staff
from yingjie.sites import queries as sites

_BATCH = 1000
_OF_LIST = "lines of a list that the actor may see"


@dataclass(frozen=True)
class ListRow:
    """A list with how many lines it has, how many are good (or booked) and how many go back."""

    id: UUID
    title: str
    area_code: str
    place: str
    unit_id: UUID | None
    session_id: UUID
    site_id: UUID
    site_name: str
    source: str
    state: str
    made_at: datetime
    made_by: str
    submitted_at: datetime | None
    lines: int
    good: int

    @property
    def returned(self) -> int:
        return self.lines - self.good


@dataclass(frozen=True)
class LineRow:
    """A line with its verdict. `name` is the ledger's, or what stands on the line; `number` the dose."""

    nth: int
    name: str
    person_id: UUID | None
    masked_number: str
    age: int | None
    dose: int | None
    verdict: str
    day: date | None
    at: datetime | None
    cells: tuple[str, ...]


def lists(actor: Actor, *, session_id: UUID | None = None, most: int = 100) -> list[ListRow]:
    """The lists of the actor's area, the newest first."""
    rows = BookingList.objects.visible_to(actor)
    rows = rows.filter(session_id=session_id) if session_id else rows
    return _rows(rows.order_by("-made_at", "-pk")[:most])


def booking_list(actor: Actor, list_id: UUID) -> ListRow:
    """One list. Raises NotFound."""
    found = _rows(BookingList.objects.visible_to(actor).filter(pk=list_id)[:1])
    if not found:
        raise NotFound()
    return found[0]


def columns(actor: Actor, list_id: UUID) -> tuple[str, ...]:
    """The labels of a list's own columns. Raises NotFound."""
    found = BookingList.objects.visible_to(actor).filter(pk=list_id).first()
    if found is None:
        raise NotFound()
    return tuple(found.columns)


def lines(actor: Actor, list_id: UUID, *, good: bool | None = None) -> list[LineRow]:
    """The lines of a list in its own order; `good` True for those with a place or about to get one, False for the rest."""
    booking_list(actor, list_id)
    rows = ListLine.objects.unscoped(_OF_LIST).filter(booking_list_id=list_id).order_by("nth")
    if good is not None:
        rows = rows.filter(_GOOD) if good else rows.exclude(_GOOD)
    found = list(rows)
    briefs = people.briefs({row.person_id for row in found if row.person_id})
    booked = Booking.objects.unscoped(_OF_LIST).filter(
        pk__in=[row.booking_id for row in found if row.booking_id]
    )
    times = dict(booked.values_list("pk", "at"))
    return [_line(row, briefs.get(row.person_id) if row.person_id else None, times) for row in found]


def verdict_counts(actor: Actor, list_id: UUID) -> list[tuple[str, int]]:
    """How many lines have which verdict, the most first."""
    booking_list(actor, list_id)
    rows = ListLine.objects.unscoped(_OF_LIST).filter(booking_list_id=list_id).order_by()
    return sorted(rows.values_list("verdict").annotate(n=Count("pk")), key=lambda row: (-row[1], row[0]))


def candidates(
    actor: Actor,
    session: SessionRow,
    area_code: str,
    *,
    unit_id: UUID | None = None,
    age_band: str = "",
    category: str = "",
    number: int | None = None,
    most: int = 500,
) -> list[UUID]:
    """People of the actor's ledger who could have a place in a session, in the order of villages and names, households side by
    side: those to whom a dose is due that day and who have no place yet; of one dose only where `number` says so."""
    if unit_id is not None:
        ids: Iterator[UUID] = (row.person_id for row in staff(actor, unit_id))
    else:
        narrowed = ledger.Narrowed(area_code=area_code, age_band=age_band, category=category)
        ids = (row.id for row in ledger.every(actor, narrowed, "place"))
    return list(islice(_fitting(ids, session, number), most))


def _fitting(ids: Iterator[UUID], session: SessionRow, number: int | None) -> Iterator[UUID]:
    while batch := list(islice(ids, _BATCH)):
        due = upcoming(batch, session.on, group=session.group)
        booked = Booking.objects.unscoped("of people of the actor's ledger").filter(
            person_id__in=batch, group=session.group, state="booked"
        )
        taken = set(booked.order_by().values_list("person_id", "number"))
        for person_id in batch:
            found = verdict(due[person_id], session.on, session.products)
            if (
                found.word == GOOD
                and number in (None, found.number)
                and (person_id, found.number) not in taken
            ):
                yield person_id


def accuracy(actor: Actor, from_on: date, until_on: date, area_code: str = "") -> dict[str, ListAccuracy]:
    """Per village (12 digits): how many people of submitted lists were expected between these days, how many came, and how
    many of the village came without being on a list, to sessions for which the village had one. Days to come are left out by
    the caller."""
    rows = Booking.objects.unscoped("counted per village of the actor's area").filter(
        on__gte=from_on, on__lte=until_on, person__area__code__startswith=area_code or actor.home_code()
    )
    return _accuracy(rows)


def list_accuracy(actor: Actor, list_id: UUID) -> ListAccuracy:
    """The same of one list: who of its area came to that session's site on those days without being on it. Raises NotFound."""
    found = booking_list(actor, list_id)
    rows = Booking.objects.unscoped(_OF_LIST)
    mine = rows.filter(list_id=list_id).exclude(state__in=("cancelled", "moved"))
    days = set(mine.values_list("on", flat=True))
    unlisted = rows.filter(
        site_id=found.site_id, on__in=days, channel="walk_in", person__area__code__startswith=found.area_code
    )
    came = mine.filter(state="attended").count()
    return ListAccuracy(listed=mine.count(), attended=came, unlisted=unlisted.count())


def _accuracy(rows: QuerySet[Booking]) -> dict[str, ListAccuracy]:
    listed = Q(list_id__isnull=False) & ~Q(state__in=("cancelled", "moved"))
    counted = (
        rows.filter(listed | Q(channel="walk_in"))
        .order_by()
        .values_list("person__area__code")
        .annotate(
            listed=Count("pk", filter=listed),
            came=Count("pk", filter=listed & Q(state="attended")),
            unlisted=Count("pk", filter=Q(channel="walk_in")),
        )
    )
    found: dict[str, ListAccuracy] = {}
    for code, n, came, unlisted in counted:
        one = ListAccuracy(listed=n, attended=came, unlisted=unlisted)
        found[code[:12]] = found.get(code[:12], ListAccuracy()) + one
    return found


_GOOD = Q(verdict__in=("good", "booked"))


def _rows(rows: QuerySet[BookingList]) -> list[ListRow]:
    found = list(rows)
    counted = ListLine.objects.unscoped(_OF_LIST).filter(booking_list__in=found).order_by()
    counts = {
        key: (n, good)
        for key, n, good in counted.values_list("booking_list_id").annotate(
            n=Count("pk"), good=Count("pk", filter=_GOOD)
        )
    }
    places = areas.places({row.area_id for row in found})
    at_units = units.names({row.unit_id for row in found if row.unit_id})
    names = sites.names({row.site_id for row in found})
    return [
        ListRow(
            row.pk, row.title, row.area_id, at_units[row.unit_id].name if row.unit_id else places[row.area_id], row.unit_id,
            row.session_id, row.site_id, names.get(row.site_id, ""), row.source, row.state, row.made_at, row.made_by,
            row.submitted_at, *counts.get(row.pk, (0, 0)),
        )
        for row in found
    ]  # fmt: skip


def _line(row: ListLine, person: people.PersonBrief | None, times: dict[UUID, datetime]) -> LineRow:
    return LineRow(
        nth=row.nth,
        name=person.name if person else row.name,
        person_id=row.person_id,
        masked_number=person.masked_number if person else "",
        age=person.age if person else None,
        dose=row.number,
        verdict=row.verdict,
        day=row.day,
        at=times.get(row.booking_id) if row.booking_id else None,
        cells=tuple(json.loads(row.cells)),
    )


def area_choices(actor: Actor, permission: str = "bookings.submit") -> Sequence[tuple[str, str]]:
    """The villages and townships on which the actor holds a permission: left out, those for which they may hand in lists."""
    home = areas.home_area(actor)
    if home is None:
        return []
    rows = areas.open_under(actor, home.code, ("town", "village"), permission)
    said = areas.places([row.code for row in rows])
    return [(row.code, said[row.code]) for row in rows]


def totals(found: Iterable[ListAccuracy]) -> ListAccuracy:
    return sum(found, ListAccuracy())
