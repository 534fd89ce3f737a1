"""Reads of scores. A sheet is seen by whoever may see its area's counts; a commendation also by the area that it names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yingjie.areas import queries as areas
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.oversight import scoring
from yingjie.oversight.card_actions import DECIDE
from yingjie.oversight.models import Commendation, ScoreSheet

VIEW = "oversight.view"


@dataclass(frozen=True)
class SheetRow:
    id: UUID
    area_code: str
    area_name: str
    from_on: date
    until_on: date
    by: str
    at: datetime
    commended: int


@dataclass(frozen=True)
class Commended:
    sheet_id: UUID
    area_code: str
    area_name: str
    from_on: date
    until_on: date
    words: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Sheet:
    """A settled sheet. `commended`: area → words of the commendation that stands."""

    row: SheetRow
    rules: dict[str, Any]
    rows: tuple[dict[str, Any], ...]
    commended: dict[str, Commended]
    may_decide: bool


def sheets(actor: Actor) -> list[SheetRow]:
    """The newest first."""
    rows = list(
        ScoreSheet.objects.visible_to(actor).order_by("-until_on", "area_id").defer("rows", "rules")[:200]
    )
    names = areas.names({row.area_id for row in rows})
    standing = _standing(actor, [row.pk for row in rows])
    return [
        SheetRow(
            row.pk, row.area_id, names[row.area_id], row.from_on, row.until_on, row.by, row.at,
            sum(each.sheet_id == row.pk for each in standing),
        )
        for row in rows
    ]  # fmt: skip


def sheet(actor: Actor, sheet_id: UUID) -> Sheet:
    """Raises NotFound."""
    found = ScoreSheet.objects.visible_to(actor).filter(pk=sheet_id).first()
    if found is None:
        raise NotFound()
    standing = {each.area_code: each for each in _standing(actor, [found.pk])}
    row = SheetRow(
        found.pk, found.area_id, areas.names([found.area_id])[found.area_id], found.from_on, found.until_on, found.by, found.at,
        len(standing),
    )  # fmt: skip
    return Sheet(row, found.rules, tuple(found.rows), standing, actor.may(DECIDE, found.area_id))


def preview(actor: Actor, area_code: str, from_on: date, until_on: date) -> list[dict[str, Any]]:
    """What a sheet of these days would say now. Raises NotFound, TooFewBulletins."""
    if not actor.may(VIEW, area_code):
        raise NotFound()
    return scoring.scored(area_code, from_on, until_on)


def commendations(actor: Actor) -> list[Commended]:
    """Those that stand and that the actor may see: of their own areas too, whoever settled the sheet. The newest first."""
    return _standing(actor, None)


def _standing(actor: Actor, sheet_ids: list[UUID] | None) -> list[Commended]:
    rows = Commendation.objects.visible_to(actor).filter(withdrawn_at__isnull=True).select_related("sheet")
    if sheet_ids is not None:
        rows = rows.filter(sheet_id__in=sheet_ids)
    found = list(rows.order_by("-at", "area_id")[:500])
    names = areas.names({row.area_id for row in found})
    return [
        Commended(
            row.sheet_id,
            row.area_id,
            names[row.area_id],
            row.sheet.from_on,
            row.sheet.until_on,
            row.words,
            row.by,
            row.at,
        )
        for row in found
    ]
