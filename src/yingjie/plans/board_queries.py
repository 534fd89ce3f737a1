"""Reads of boards."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yingjie.areas import queries as areas
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.plans.models import Board
from yingjie.plans.proposal_queries import ASSIGN


@dataclass(frozen=True)
class BoardRow:
    """`moves` hold; `undone` can be done again. `made` says which session took the place of another."""

    id: UUID
    area_code: str
    area_name: str
    title: str
    first_on: date
    days: int
    facts: dict[str, Any]
    moves: tuple[dict[str, Any], ...]
    undone: int
    state: str
    made: dict[str, str]
    made_by: str
    made_at: datetime
    applied_by: str
    applied_at: datetime | None


def boards(actor: Actor, most: int = 50) -> list[BoardRow]:
    """Boards of the actor's area without their facts, the newest first."""
    rows = Board.objects.visible_to(actor, ASSIGN).exclude(state="dropped").defer("facts")
    found = list(rows.order_by("-made_at", "-pk")[:most])
    names = areas.names({row.area_id for row in found})
    return [_row(row, names, {}) for row in found]


def board(actor: Actor, board_id: UUID) -> BoardRow:
    """One of them. Raises NotFound."""
    row = Board.objects.visible_to(actor, ASSIGN).filter(pk=board_id).first()
    if row is None:
        raise NotFound()
    return _row(row, areas.names({row.area_id}), row.facts)


def _row(row: Board, names: dict[str, str], facts: dict[str, Any]) -> BoardRow:
    return BoardRow(
        row.pk, row.area_id, names.get(row.area_id, row.area_id), row.title, row.first_on, row.days, facts,
        tuple(row.moves[: row.upto]), len(row.moves) - row.upto, row.state, row.made, row.made_by, row.made_at, row.applied_by,
        row.applied_at,
    )  # fmt: skip
