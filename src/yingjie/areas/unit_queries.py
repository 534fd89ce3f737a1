"""Reads of units 单位 and lines 条. Names of lines and kinds are public; units are seen by whoever holds units.view there."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from uuid import UUID

import yaml
from django.db.models import QuerySet
from django.utils.translation import get_language

from vaxkit.vocabulary import Text
from yingjie.areas.models import Unit
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound

_DATA = Path(__file__).parent / "data" / "units.yaml"


@dataclass(frozen=True)
class Kind:
    """A kind of unit; `line` answers for units of it unless a unit says otherwise, "" where none does."""

    code: str
    title: Text
    line: str = ""


@dataclass(frozen=True)
class LineRow:
    code: str
    title: Text
    order: int = 0


@dataclass(frozen=True)
class UnitRow:
    """A unit; `line` "" where no line answers for it."""

    id: UUID
    area_code: str
    name: str
    kind: str
    line: str
    address: str
    contact: str
    contact_phone: str
    opened_on: date | None
    closed_on: date | None


@dataclass(frozen=True)
class Narrowed:
    """What narrows units; empty values narrow nothing. `line` "none": units for which no line answers."""

    text: str = ""
    area_code: str = ""
    kind: str = ""
    line: str = ""
    closed: bool = False


@cache
def kinds() -> dict[str, Kind]:
    """Kinds of units by code, in the order of the data."""
    rows = _data()["kinds"]
    return {row["code"]: Kind(row["code"], Text(row["zh"], row["en"]), row.get("line", "")) for row in rows}


@cache
def lines() -> dict[str, LineRow]:
    """Lines by code, in their order on boards."""
    rows = enumerate(_data()["lines"], 1)
    return {row["code"]: LineRow(row["code"], Text(row["zh"], row["en"]), order) for order, row in rows}


def titles_of_lines() -> dict[str, str]:
    """What the lines are called in the language of the moment, by code, in their order."""
    return {code: row.title.in_(get_language() or "zh") for code, row in lines().items()}


def unit(actor: Actor, unit_id: UUID, permission: str = "units.view") -> UnitRow:
    """One unit. Raises NotFound."""
    found = Unit.objects.visible_to(actor, permission).filter(pk=unit_id).first()
    if found is None:
        raise NotFound()
    return _row(found)


def count(actor: Actor, narrowed: Narrowed) -> int:
    return _rows(actor, narrowed).count()


def units(
    actor: Actor, narrowed: Narrowed, sort: str = "name", offset: int = 0, limit: int | None = None
) -> list[UnitRow]:
    """The actor's units, by name, kind or place ("-" in front turns it round)."""
    orders = {
        "name": ("pinyin", "id"),
        "kind": ("kind", "pinyin", "id"),
        "place": ("area_id", "pinyin", "id"),
    }
    found = _rows(actor, narrowed).order_by(*orders.get(sort.removeprefix("-"), orders["name"]))
    found = found.reverse() if sort.startswith("-") else found
    return [_row(row) for row in found[offset : None if limit is None else offset + limit]]


def names(unit_ids: Iterable[UUID]) -> dict[UUID, UnitRow]:
    """The units behind ids that a scoped row gave."""
    rows = Unit.objects.unscoped("ids of rows that were scoped before").filter(pk__in=set(unit_ids))
    return {row.pk: _row(row) for row in rows}


def named(actor: Actor, area_code: str, texts: Collection[str]) -> dict[str, UnitRow]:
    """The open units at or below an area that bear exactly one of these names; a name borne twice is left out."""
    rows = Unit.objects.visible_to(actor).filter(
        area__code__startswith=area_code, name__in=set(texts), closed_on__isnull=True
    )
    found: dict[str, list[UnitRow]] = {}
    for row in rows:
        found.setdefault(row.name, []).append(_row(row))
    return {name: each[0] for name, each in found.items() if len(each) == 1}


def _rows(actor: Actor, narrowed: Narrowed) -> QuerySet[Unit]:
    rows: QuerySet[Unit] = Unit.objects.visible_to(actor)
    today = clock.today()
    rows = rows.filter(closed_on__lte=today) if narrowed.closed else rows.exclude(closed_on__lte=today)
    if narrowed.area_code:
        rows = rows.filter(area__code__startswith=narrowed.area_code)
    if narrowed.kind:
        rows = rows.filter(kind=narrowed.kind)
    if narrowed.line:
        rows = (
            rows.filter(line__isnull=True) if narrowed.line == "none" else rows.filter(line_id=narrowed.line)
        )
    text = narrowed.text.strip()
    if text.isascii() and text:
        return rows.filter(pinyin__contains=text.replace(" ", "").casefold())
    return rows.filter(name__contains=text) if text else rows


def _row(row: Unit) -> UnitRow:
    return UnitRow(
        row.pk, row.area_id, row.name, row.kind, row.line_id or "", row.address, row.contact, row.contact_phone,
        row.opened_on, row.closed_on,
    )  # fmt: skip


@cache
def _data() -> dict[str, list[dict[str, str]]]:
    loaded: dict[str, list[dict[str, str]]] = yaml.safe_load(_DATA.read_text("utf-8"))
    return loaded
