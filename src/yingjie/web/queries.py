"""Reads of drafts: everyone sees their own and no other's."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.web.models import Draft


@dataclass(frozen=True)
class DraftRow:
    """A draft without its content: for the list of what was left unfinished."""

    id: UUID
    kind: str
    title: str
    step: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class DraftContent(DraftRow):
    payload: dict[str, Any]


def drafts(actor: Actor, kind: str | None = None) -> list[DraftRow]:
    """The actor's own drafts, last touched first."""
    rows = Draft.objects.filter(owner_id=actor.user_id).defer("payload").order_by("-updated_at", "-id")
    if kind is not None:
        rows = rows.filter(kind=kind)
    return [DraftRow(row.pk, row.kind, row.title, row.step, row.created_at, row.updated_at) for row in rows]


def draft(actor: Actor, draft_id: UUID) -> DraftContent:
    """One of the actor's own drafts with what was entered. Raises NotFound."""
    row = Draft.objects.filter(pk=draft_id, owner_id=actor.user_id).first()
    if row is None:
        raise NotFound()
    return DraftContent(
        row.pk, row.kind, row.title, row.step, row.created_at, row.updated_at, json.loads(row.payload)
    )
