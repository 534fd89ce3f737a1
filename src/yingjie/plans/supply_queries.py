"""Reads of supply plans."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yingjie.areas import queries as areas
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.plans.models import SupplyPlan


@dataclass(frozen=True)
class SupplyRow:
    id: UUID
    area_code: str
    area_name: str
    first_on: date
    days: int
    told: dict[str, Any] | None
    sent: dict[str, str]
    job_id: UUID | None
    made_by: str
    made_at: datetime


def plans(actor: Actor, most: int = 50) -> list[SupplyRow]:
    """Supply plans of the actor's area, the newest first."""
    rows = list(SupplyPlan.objects.visible_to(actor).order_by("-made_at", "-pk")[:most])
    names = areas.names({row.area_id for row in rows})
    return [_row(row, names) for row in rows]


def plan(actor: Actor, plan_id: UUID) -> SupplyRow:
    """One of them. Raises NotFound."""
    row = SupplyPlan.objects.visible_to(actor).filter(pk=plan_id).first()
    if row is None:
        raise NotFound()
    return _row(row, areas.names({row.area_id}))


def _row(row: SupplyPlan, names: dict[str, str]) -> SupplyRow:
    return SupplyRow(
        row.pk, row.area_id, names.get(row.area_id, row.area_id), row.first_on, row.days, row.told, row.sent, row.job_id,
        row.made_by, row.made_at,
    )  # fmt: skip
