"""The day's list, fed back to each village 反馈到村: frozen when it is made, and what changed since the one before."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from itertools import groupby
from typing import Any
from uuid import UUID

from yingjie.areas import queries as areas
from yingjie.areas.queries import AreaRow
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import closings, unvaccinated
from yingjie.outreach.models import UnvaccinatedIssue
from yingjie.outreach.unvaccinated import HEALTH, Narrowed, UnvaccinatedRow
from yingjie.outreach.words import HEALTH_REASONS
from yingjie.people.models import Person
from yingjie.people.queries import age_on
from yingjie.people.residents import in_ledger

FROZEN = (
    "person_id", "name", "sex", "birth_on", "area_code", "address", "dose", "term", "status", "reason", "visited_on", "officer",
)  # fmt: skip
"""What a list keeps of each person, in this order. Of a health reason only that it is one."""
VILLAGE_DIGITS = 12
LEFT = "left"
"""Why somebody is no longer on the list who is not in the ledger any more, beside the codes of the terms."""


@dataclass(frozen=True)
class FrozenRow:
    """A person as they stood on the list of a day."""

    person_id: UUID
    name: str
    sex: str
    birth_on: date
    area_code: str
    address: str
    dose: int
    term: str
    status: str
    reason: str
    visited_on: date | None
    officer: str

    @property
    def age(self) -> int:
        """In full years, today."""
        return age_on(self.birth_on, clock.today())


@dataclass(frozen=True)
class ClosedRow:
    """Somebody of the list before who is not on this one: `now` is the term in which they stand instead, or LEFT."""

    row: FrozenRow
    now: str


@dataclass(frozen=True)
class DayList:
    """A village's list of a day. `new` are the ids that the list before (of `before_on`; None: there was none) did not have."""

    area: AreaRow
    on: date
    issued_at: datetime
    issued_by: str
    sha256: str
    rows: tuple[FrozenRow, ...]
    before_on: date | None
    new: frozenset[UUID]
    closed: tuple[ClosedRow, ...]


@dataclass(frozen=True)
class IssueRow:
    """A line of the overview: a village with its newest list. `on` None: none was made yet."""

    area: AreaRow
    place: str
    on: date | None
    people: int
    before: int | None

    @property
    def change(self) -> int | None:
        return None if self.before is None else self.people - self.before


def day_list(actor: Actor, area_code: str, on: date) -> DayList:
    """The list as it was fed back. Raises NotFound for a foreign village or a day without one."""
    issues = UnvaccinatedIssue.objects.visible_to(actor).filter(area_id=area_code)
    found = issues.filter(on=on).first()
    if found is None:
        raise NotFound()
    rows, before = _thawed(found.rows), issues.filter(on__lt=on).order_by("-on").first()
    here = {row.person_id for row in rows}
    earlier = _thawed(before.rows) if before else ()
    gone = [row for row in earlier if row.person_id not in here]
    now = _terms_of([row.person_id for row in gone], on, found.goal)
    return DayList(
        area=next(iter(areas.path(area_code)[-1:])), on=on, issued_at=found.issued_at, issued_by=found.issued_by,
        sha256=found.sha256, rows=rows, before_on=before.on if before else None,
        new=frozenset(here - {row.person_id for row in earlier}) if before else frozenset(),
        closed=tuple(ClosedRow(row, now.get(row.person_id, LEFT)) for row in gone),
    )  # fmt: skip


def overview(actor: Actor, area_code: str) -> list[IssueRow]:
    """Every open village at or below an area with its newest list, in the order of codes."""
    villages = list(areas.open_under(actor, area_code, ("village",), "outreach.view"))
    codes = [row.code for row in villages]
    issues = UnvaccinatedIssue.objects.visible_to(actor).filter(area_id__in=codes).order_by("area_id", "-on")
    newest: dict[str, list[tuple[date, int]]] = {}
    for code, on, people in issues.values_list("area_id", "on", "people"):
        newest.setdefault(code, []).append((on, people))
    said = areas.places(codes)
    shown = []
    for village in villages:
        told = newest.get(village.code, [])
        before = told[1][1] if len(told) > 1 else None
        newest_day = told[0][0] if told else None
        shown.append(IssueRow(village, said[village.code], newest_day, told[0][1] if told else 0, before))
    return shown


def newest_on(actor: Actor, area_code: str) -> date | None:
    """The day of a village's newest list."""
    rows = UnvaccinatedIssue.objects.visible_to(actor).filter(area_id=area_code).order_by("-on")
    return rows.values_list("on", flat=True).first()


def days(actor: Actor, area_code: str) -> list[date]:
    """The days on which a village had a list, newest first."""
    rows = UnvaccinatedIssue.objects.visible_to(actor).filter(area_id=area_code)
    return list(rows.order_by("-on").values_list("on", flat=True)[:60])


def missing(actor: Actor, on: date) -> int:
    """How many villages of those for which the actor makes the lists have none of a day yet."""
    codes = {
        row.code
        for held in actor.scopes("outreach.issue")
        for row in areas.open_under(actor, held.area_code, ("village",), "outreach.issue")
    }
    made = UnvaccinatedIssue.objects.visible_to(actor).filter(on=on, area_id__in=codes)
    return len(codes) - made.count()


def compiled(actor: Actor, area_code: str) -> list[tuple[str, list[list[Any]]]]:
    """Today's lists of all villages at or below an area, in the order of codes: (village, rows as they are frozen). A village with
    nobody to list has an empty list."""
    by_village: dict[str, list[list[Any]]] = {
        row.code: [] for row in areas.open_under(actor, area_code, ("village",), "outreach.issue")
    }
    rows = unvaccinated.every(actor, Narrowed(area_code=area_code), "place")
    for village, people in groupby(rows, key=lambda row: row.area_code[:VILLAGE_DIGITS]):
        if village in by_village:
            by_village[village] += [_frozen(row) for row in people]
    return list(by_village.items())


def hash_of(rows: Sequence[Sequence[Any]]) -> str:
    return sha256(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _frozen(row: UnvaccinatedRow) -> list[Any]:
    reason = HEALTH if row.reason in HEALTH_REASONS else row.reason
    return [
        str(row.id), row.name, row.sex, row.birth_on.isoformat(), row.area_code, row.address, row.dose, row.term, row.status,
        reason, row.visited_on.isoformat() if row.visited_on else None, row.officer,
    ]  # fmt: skip


def _thawed(rows: Sequence[Sequence[Any]]) -> tuple[FrozenRow, ...]:
    return tuple(
        FrozenRow(
            UUID(key), name, sex, date.fromisoformat(born), area, address, dose, term, status, reason,
            date.fromisoformat(visited) if visited else None, officer,
        )
        for key, name, sex, born, area, address, dose, term, status, reason, visited, officer in rows
    )  # fmt: skip


def _terms_of(ids: Sequence[UUID], on: date, goal: int) -> dict[UUID, str]:
    """Where people stand who were on a list once: what closed them. Whoever left the ledger is left out."""
    if not ids:
        return {}
    people = Person.objects.unscoped("of a list that the caller may see").filter(in_ledger(on), pk__in=ids)
    found = closings.relation(closings.here(people), closings.Asked(on, goal))
    rows = closings.run(closings.Statement(f"SELECT person_id, term FROM ({found.sql}) t", found.parameters))
    return dict(rows)
