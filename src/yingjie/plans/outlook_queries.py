"""Reads of campaign runs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yingjie.areas import queries as areas
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.plans.models import CampaignRun
from yingjie.plans.queries import VIEW


@dataclass(frozen=True)
class RunRow:
    id: UUID
    area_code: str
    area_name: str
    title: str
    document: dict[str, Any]
    basis: dict[str, Any]
    result: dict[str, Any] | None
    replications: int
    based_on: UUID | None
    job_id: UUID | None
    made_by: str
    made_at: datetime


def runs(actor: Actor, most: int = 50) -> list[RunRow]:
    """Campaign runs of the actor's area, the newest first."""
    rows = list(CampaignRun.objects.visible_to(actor).order_by("-made_at", "-pk")[:most])
    names = areas.names({row.area_id for row in rows})
    return [_row(row, names) for row in rows]


def campaign_run(actor: Actor, run_id: UUID, permission: str = VIEW) -> RunRow:
    """One of them. Raises NotFound."""
    row = CampaignRun.objects.visible_to(actor, permission).filter(pk=run_id).first()
    if row is None:
        raise NotFound()
    return _row(row, areas.names({row.area_id}))


def _row(row: CampaignRun, names: dict[str, str]) -> RunRow:
    return RunRow(
        row.pk, row.area_id, names.get(row.area_id, row.area_id), row.title, row.document, row.basis, row.result,
        row.replications, row.based_on, row.job_id, row.made_by, row.made_at,
    )  # fmt: skip
