"""Who is at which unit: by hand, one at a time, or from the unit's own staff roster."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import yaml
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yingjie.areas import unit_queries
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.foundation.tabular.cells import as_text
from yingjie.foundation.tabular.reading import Sheet, read
from yingjie.foundation.tabular.unreadable import UnreadableFile
from yingjie.people import changes
from yingjie.people.finding import Sought, find
from yingjie.people.gaps import staff_not_here
from yingjie.people.imports import unreadable
from yingjie.people.models import Employment, Person

_LABELS: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "data" / "staff_columns.yaml").read_text("utf-8")
)


class AlreadyThere(Refusal):
    code = "people.already_at_unit"
    reason = _("{name} is at this unit already.")
    next_step = _("Nothing is to be done.")


class NotAUnitRoster(Refusal):
    code = "people.not_a_unit_roster"
    reason = _("No column of identity numbers was found in this file.")
    next_step = _("Name the column “Identity number”, with one person a line below it.")
    status = 400


class UnitIsClosed(Refusal):
    code = "people.unit_is_closed"
    reason = _("{name} is closed.")
    next_step = _("Choose a unit that is open.")


@dataclass(frozen=True)
class Gap:
    """A line of a staff roster that could not be taken: its number in the file, the name it gives, and why: nobody of yours has the
    number ("not_here"), or it is no number ("no_number")."""

    line: int
    name: str
    why: str


@dataclass(frozen=True)
class StaffImport:
    """What came of a staff roster: employments made, people who were there already, lines that could not be taken."""

    made: int
    already: int
    gaps: tuple[Gap, ...]


@transaction.atomic
def employ(
    *,
    by: Actor,
    person_id: UUID,
    unit_id: UUID,
    position: str = "",
    from_on: date | None = None,
    main: bool = True,
) -> Employment:
    """Somebody belongs to a unit from a day on (left out: today). With `main` it is the one that counts for a line; the one that
    counted before goes on beside it. Raises NotFound, NotAllowed, AlreadyThere, UnitIsClosed."""
    unit = _open_unit(by, unit_id)
    person = _mine(by, person_id)
    made = _make({person.pk: position}, unit.id, from_on or clock.today(), main)
    if not made:
        raise AlreadyThere(name=person.name)
    record(
        by=by,
        verb="people.employ",
        subject=person,
        area_code=person.area_id,
        facts={"unit": unit.name, "main": main},
    )
    return made[0]


@transaction.atomic
def employ_many(
    *, by: Actor, unit_id: UUID, positions: Mapping[UUID, str], from_on: date | None = None
) -> int:
    """`employ` for people of the actor whose ids are known, with the position of each; returns for how many it was new."""
    unit = _open_unit(by, unit_id)
    mine = set(Person.objects.visible_to(by).filter(pk__in=positions).values_list("pk", flat=True))
    if len(mine) != len(positions):
        raise NotFound()
    made = _make(dict(positions), unit.id, from_on or clock.today(), main=True)
    facts = {"unit": unit.name, "made": len(made), "already": len(positions) - len(made), "gaps": 0}
    record(
        by=by, verb="people.import_staff", subject=("unit", unit_id), area_code=unit.area_code, facts=facts
    )
    return len(made)


@transaction.atomic
def end_employment(*, by: Actor, person_id: UUID, unit_id: UUID, on: date | None = None) -> None:
    """Somebody is no longer at a unit from a day on (left out: today). Raises NotFound, NotAllowed."""
    unit = unit_queries.unit(by, unit_id, "units.change")
    person = _mine(by, person_id)
    rows = lock(
        Employment.objects.visible_to(by), person_id=person_id, unit_id=unit_id, until_on__isnull=True
    )
    if not rows:
        raise NotFound()
    changes.rewriting({person_id})
    rows[0].until_on = max(on or clock.today(), rows[0].from_on)
    rows[0].save(update_fields=["until_on"])
    record(
        by=by,
        verb="people.end_employment",
        subject=person,
        area_code=person.area_id,
        facts={"unit": unit.name},
    )


@transaction.atomic
def import_staff(*, by: Actor, unit_id: UUID, path: str | Path, from_on: date | None = None) -> StaffImport:
    """Everybody on a unit's roster whose number is that of one of the actor's people is at the unit from a day on. The rest are
    gaps: told here and, where nobody of theirs has the number, listed until settled. The same file again makes nothing.

    Raises NotFound, NotAllowed, NotAUnitRoster, UnitIsClosed, FileUnreadable."""
    unit = _open_unit(by, unit_id)
    try:
        sheet = read(path, known_labels=[label for labels in _LABELS.values() for label in labels]).sheet()
    except UnreadableFile as broken:
        raise unreadable(broken) from broken
    lines = _lines(sheet)
    found = find(by, [Sought(number=number) for _line, _name, number, _position in lines], surely=True)
    wanted: dict[UUID, str] = {}
    gaps = []
    for (line, name, number, position), each in zip(lines, found, strict=True):
        if each.person_id is None:
            gaps.append(Gap(line, name, "not_here" if number.strip() else "no_number"))
        else:
            wanted.setdefault(each.person_id, position)
    made = _make(wanted, unit.id, from_on or clock.today(), main=True)
    staff_not_here(
        by, unit.id, unit.name, unit.area_code, [each.name for each in gaps if each.why == "not_here"]
    )
    facts = {"unit": unit.name, "made": len(made), "already": len(wanted) - len(made), "gaps": len(gaps)}
    record(
        by=by, verb="people.import_staff", subject=("unit", unit_id), area_code=unit.area_code, facts=facts
    )
    return StaffImport(len(made), len(wanted) - len(made), tuple(gaps))


def _open_unit(by: Actor, unit_id: UUID) -> unit_queries.UnitRow:
    unit = unit_queries.unit(by, unit_id, "units.change")
    if unit.closed_on is not None and unit.closed_on <= clock.today():
        raise UnitIsClosed(name=unit.name)
    return unit


def _mine(by: Actor, person_id: UUID) -> Person:
    found = Person.objects.visible_to(by).filter(pk=person_id).first()
    if found is None:
        raise NotFound()
    return found


def _make(wanted: dict[UUID, str], unit_id: UUID, from_on: date, main: bool) -> list[Employment]:
    """Employments of those who have none there yet; what counted for them before counts no longer where these are to."""
    rows = Employment.objects.unscoped("of people who were scoped before").filter(
        person_id__in=wanted, until_on__isnull=True
    )
    there = set(rows.filter(unit_id=unit_id).values_list("person_id", flat=True))
    fresh = {person_id: position for person_id, position in wanted.items() if person_id not in there}
    if main:
        changes.rewriting(set(fresh))
        rows.filter(person_id__in=fresh, main=True).update(main=False)
    return Employment.objects.bulk_create(
        Employment(
            person_id=person_id, unit_id=unit_id, position=position.strip()[:40], main=main, from_on=from_on
        )
        for person_id, position in fresh.items()
    )


def _lines(sheet: Sheet) -> list[tuple[int, str, str, str]]:
    """(line, name, number, position) of every data row. Raises NotAUnitRoster."""
    at = {kind: _column(sheet, labels) for kind, labels in _LABELS.items()}
    if at["number"] is None:
        raise NotAUnitRoster()
    found = []
    for row in sheet.rows:
        if row.kind == "data":
            cells = {
                kind: as_text(row.cells[place]) if place is not None else "" for kind, place in at.items()
            }
            if any(cells.values()):
                found.append((row.number, cells["name"].strip(), cells["number"], cells["position"]))
    return found


def _column(sheet: Sheet, labels: list[str]) -> int | None:
    """The first column whose label is one of these, blanks aside."""
    known = {label.casefold() for label in labels}
    return next(
        (column.index for column in sheet.columns if "".join(column.label.split()).casefold() in known), None
    )
