"""Reads of gaps and of what changed in an area: each a list of the actor's own areas."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from vaxkit.identity import mask_name
from yingjie.areas import queries as areas
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.queries import display_names
from yingjie.foundation.access.scoping import Scope
from yingjie.foundation.refusals import NotFound
from yingjie.people.models import Gap, LedgerSource, Person, PersonChange

_CHUNK = 2000
_OF_AREA = Scope("people.view", "area__code")
_TO_AREA = Scope("people.view", "to_area__code")


@dataclass(frozen=True)
class GapRow:
    id: UUID
    kind: str
    place: str
    area_code: str
    name: str
    address: str
    known_from: str
    missing_in: str
    note: str
    found_at: datetime
    found_by: str
    state: str
    finding: str
    finding_note: str
    settled_at: datetime | None
    settled_by: str
    person_id: UUID | None


@dataclass(frozen=True)
class ChangeRow:
    """A change of where somebody counts. Of somebody who is not the actor's any more, the name is masked, there is no link, and
    nothing is said of where they went."""

    id: UUID
    person_id: UUID | None
    name: str
    kind: str
    on: date
    at: datetime
    place: str
    to_place: str
    by: str
    reason: str
    undone: bool


def gap(actor: Actor, gap_id: UUID) -> GapRow:
    """Raises NotFound."""
    found = Gap.objects.visible_to(actor).filter(pk=gap_id).first()
    if found is None:
        raise NotFound()
    return _gap_rows([found])[0]


def count_gaps(actor: Actor, *, kind: str = "", state: str = "", area_code: str = "") -> int:
    return _gaps(actor, kind, state, area_code).count()


def gaps(
    actor: Actor,
    *,
    kind: str = "",
    state: str = "",
    area_code: str = "",
    offset: int = 0,
    limit: int | None = None,
) -> list[GapRow]:
    """Gaps, the open ones first, then by village and the day they were found."""
    rows = _gaps(actor, kind, state, area_code).order_by("state", "area_id", "-found_at", "id")
    return _gap_rows(list(rows[offset : None if limit is None else offset + limit]))


def every_gap(actor: Actor, *, kind: str = "", state: str = "", area_code: str = "") -> Iterator[GapRow]:
    chunk: list[Gap] = []
    rows = _gaps(actor, kind, state, area_code).order_by("state", "area_id", "-found_at", "id")
    for row in rows.iterator(chunk_size=_CHUNK):
        chunk.append(row)
        if len(chunk) == _CHUNK:
            yield from _gap_rows(chunk)
            chunk = []
    yield from _gap_rows(chunk)


def open_by_village(actor: Actor, code: str, digits: int = 12) -> dict[str, int]:
    """Open gaps at or below a code, by the first digits of their area."""
    rows = Gap.objects.visible_to(actor).filter(area__code__startswith=code, state="open").order_by()
    found: dict[str, int] = {}
    for area, number in rows.values_list("area_id").annotate(number=Count("pk")):
        found[area[:digits]] = found.get(area[:digits], 0) + number
    return found


def sources(actor: Actor) -> list[tuple[str, str]]:
    """The sources of the actor's areas as choices, newest first, after the ledger itself."""
    rows = LedgerSource.objects.visible_to(actor).exclude(roster_id=None).order_by("-at")[:200]
    return [(str(row.pk), f"{row.label} · {row.on:%Y-%m-%d}") for row in rows]


def count_changes(actor: Actor, **asked: str) -> int:
    return _changes(actor, **asked).count()


def changes(actor: Actor, *, offset: int = 0, limit: int | None = None, **asked: str) -> list[ChangeRow]:
    """Moves, ends, returns, births and corrections, newest first. `asked`: kind, area_code, since and until (days, ISO)."""
    rows = _changes(actor, **asked).order_by("-at", "-id")
    return _change_rows(actor, list(rows[offset : None if limit is None else offset + limit]))


def _gaps(actor: Actor, kind: str, state: str, area_code: str) -> QuerySet[Gap]:
    rows: QuerySet[Gap] = Gap.objects.visible_to(actor)
    if kind:
        rows = rows.filter(kind=kind)
    if state:
        rows = rows.filter(state=state)
    return rows.filter(area__code__startswith=area_code) if area_code else rows


def _gap_rows(rows: list[Gap]) -> list[GapRow]:
    places = areas.places({row.area_id for row in rows})
    names = display_names({row.found_by for row in rows} | {row.settled_by for row in rows if row.settled_by})
    return [
        GapRow(
            row.pk, row.kind, places.get(row.area_id, row.area_id), row.area_id, row.name, row.address, row.known_from,
            row.missing_in, row.note, row.found_at, names.get(row.found_by, row.found_by), row.state, row.finding,
            row.finding_note, row.settled_at, names.get(row.settled_by, row.settled_by), row.person_id,
        )
        for row in rows
    ]  # fmt: skip


def _changes(
    actor: Actor, kind: str = "", area_code: str = "", since: str = "", until: str = ""
) -> QuerySet[PersonChange]:
    rows = PersonChange.objects.unscoped("scoped by the place left or the place come to")
    if not actor.is_system:
        conditions = [
            found for scope in (_OF_AREA, _TO_AREA) if (found := scope.condition(actor)) is not None
        ]
        if not conditions:
            return rows.none()
        rows = rows.filter(conditions[0] | conditions[1])
    rows = rows.filter(kind=kind) if kind else rows.exclude(kind__in=("details", "documents", "household"))
    if area_code:
        rows = rows.filter(Q(area__code__startswith=area_code) | Q(to_area__code__startswith=area_code))
    if since:
        rows = rows.filter(on__gte=since)
    return rows.filter(on__lte=until) if until else rows


def _change_rows(actor: Actor, rows: list[PersonChange]) -> list[ChangeRow]:
    ids = {row.person_id for row in rows}
    names = dict(
        Person.objects.unscoped("masked below where not the actor's")
        .filter(pk__in=ids)
        .values_list("pk", "name")
    )
    mine = set(Person.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
    codes = {row.area_id for row in rows} | {row.to_area_id for row in rows if row.to_area_id}
    places = areas.places({code for code in codes if actor.may("people.view", code)})
    people = display_names({row.by for row in rows})
    return [
        ChangeRow(
            row.pk, row.person_id if row.person_id in mine else None,
            names[row.person_id] if row.person_id in mine else mask_name(names[row.person_id]), row.kind, row.on, row.at,
            places.get(row.area_id, ""), places.get(row.to_area_id or "", ""),
            people.get(row.by, row.by) if row.person_id in mine else "", row.reason if row.person_id in mine else "",
            row.undone_at is not None,
        )
        for row in rows
    ]  # fmt: skip
