"""A user's own views of a list."""

from dataclasses import dataclass
from uuid import UUID

from yingjie.foundation.access.actor import Actor
from yingjie.outreach.models import SavedView


@dataclass(frozen=True)
class ViewRow:
    id: UUID
    title: str
    query: str


def views(actor: Actor, of_list: str) -> list[ViewRow]:
    """The actor's own, by name."""
    rows = SavedView.objects.filter(owner=actor.name, of_list=of_list).order_by("title")
    return [ViewRow(row.pk, row.title, row.query) for row in rows]
