"""Opening, changing and closing units, and who answers for them."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yingjie.areas import queries, unit_queries
from yingjie.areas.actions import reading
from yingjie.areas.models import Line, Unit
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound, Refusal

#: Who hears of a unit just before another line answers for it; higher modules register when their app is ready.
_before_another_line: list[Callable[[UUID], object]] = []
FIELDS = ("name", "kind", "line", "address", "contact", "contact_phone")


class UnitNameMissing(Refusal):
    code = "areas.unit_name_missing"
    reason = _("A unit needs a name of 1 to 80 characters.")
    next_step = _("Write the name on its licence or over its door.")
    status = 400


class UnitNameTaken(Refusal):
    code = "areas.unit_name_taken"
    reason = _("{area} already has a unit called {name}.")
    next_step = _("Open that unit, or choose a name that tells the two apart.")


class UnknownKind(Refusal):
    code = "areas.unknown_unit_kind"
    reason = _("The kind or the line is not one of the list.")
    next_step = _("Choose one of the list.")
    status = 400


class UnitClosed(Refusal):
    code = "areas.unit_closed"
    reason = _("{name} was closed on {on}.")
    next_step = _("Choose a unit that is open.")


def before_another_line(listener: Callable[[UUID], object]) -> None:
    """Register a listener(unit_id), once however often it is asked for."""
    if listener not in _before_another_line:
        _before_another_line.append(listener)


@transaction.atomic
def open_unit(
    *,
    by: Actor,
    area_code: str,
    name: str,
    kind: str,
    line: str | None = None,
    address: str = "",
    contact: str = "",
    contact_phone: str = "",
    opened_on: date | None = None,
    unit_id: UUID | None = None,
) -> Unit:
    """A unit in an area. `line` None: the one that answers for its kind; "": none. Raises NotFound, UnitNameMissing, UnitNameTaken,
    UnknownKind."""
    by.require("units.change")
    area = queries.open_area(by, area_code, "units.change")
    if area is None:
        raise NotFound()
    name = _free_name(area_code, area.name, name, None)
    made = Unit(
        area_id=area_code, name=name, pinyin=reading(name)[:200], kind=_kind(kind), line_id=_line(kind, line),
        address=address.strip(), contact=contact.strip(), contact_phone=contact_phone.strip(), opened_on=opened_on,
    )  # fmt: skip
    if unit_id is not None:
        made.pk = unit_id
    made.save(force_insert=True)
    record(
        by=by, verb="areas.open_unit", subject=made, area_code=area_code, facts={"name": name, "kind": kind}
    )
    return made


@transaction.atomic
def change_unit(*, by: Actor, unit_id: UUID, **changes: Any) -> Unit:
    """Change what is named of FIELDS; `line` "" takes it from every line. Raises NotFound, UnitClosed and what `open_unit` does."""
    unit = _locked(by, unit_id)
    changed = {key: value for key, value in changes.items() if key in FIELDS and value is not None}
    if "name" in changed:
        unit.name = _free_name(unit.area_id, unit.area.name, changed["name"], unit.pk)
        unit.pinyin = reading(unit.name)[:200]
    if "kind" in changed:
        unit.kind = _kind(changed["kind"])
    if "line" in changed:
        for listener in _before_another_line:
            listener(unit.pk)
        unit.line_id = _line(unit.kind, changed["line"])
    for key in ("address", "contact", "contact_phone"):
        if key in changed:
            setattr(unit, key, changed[key].strip())
    unit.save()
    record(
        by=by, verb="areas.change_unit", subject=unit, area_code=unit.area_id,
        facts={"name": unit.name, "line": unit.line_id or ""},
    )  # fmt: skip
    return unit


@transaction.atomic
def close_unit(*, by: Actor, unit_id: UUID, on: date) -> Unit:
    """The unit is no more from `on`. Its people stay on it as history; who ends their employment is people's matter."""
    unit = _locked(by, unit_id)
    unit.closed_on = max(on, unit.opened_on or on)
    unit.save(update_fields=["closed_on"])
    facts = {"name": unit.name, "on": unit.closed_on.isoformat()}
    record(by=by, verb="areas.close_unit", subject=unit, area_code=unit.area_id, facts=facts)
    return unit


def _locked(by: Actor, unit_id: UUID) -> Unit:
    by.require("units.change")
    found = lock(Unit.objects.visible_to(by, "units.change"), pk=unit_id)
    if not found:
        raise NotFound()
    if found[0].closed_on is not None and found[0].closed_on <= clock.today():
        raise UnitClosed(name=found[0].name, on=found[0].closed_on.isoformat())
    return found[0]


def _free_name(area_code: str, area_name: str, name: str, own: UUID | None) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= 80:
        raise UnitNameMissing()
    rows = Unit.objects.unscoped("names differ within an area, whoever asks").filter(
        area_id=area_code, name=name, closed_on__isnull=True
    )
    if (rows.exclude(pk=own) if own else rows).exists():
        raise UnitNameTaken(area=area_name, name=name)
    return name


def _kind(code: str) -> str:
    if code not in unit_queries.kinds():
        raise UnknownKind()
    return code


def _line(kind: str, line: str | None) -> str | None:
    code = unit_queries.kinds()[_kind(kind)].line if line is None else line
    if not code:
        return None
    known = unit_queries.lines().get(code)
    if known is None:
        raise UnknownKind()
    Line.objects.get_or_create(
        code=code, defaults={"name_zh": known.title.zh, "name_en": known.title.en, "order": known.order}
    )
    return code
