"""Questions that somebody keeps for themselves under a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.oversight.models import SavedQuery

MOST = 50


@dataclass(frozen=True)
class KeptQuery:
    id: UUID
    title: str
    asked: Mapping[str, str]


def kept(actor: Actor) -> list[KeptQuery]:
    """The actor's own, by name."""
    rows = SavedQuery.objects.filter(username=actor.name).order_by("title")
    return [KeptQuery(row.pk, row.title, row.asked) for row in rows]


@transaction.atomic
def keep(*, by: Actor, title: str, asked: Mapping[str, str]) -> SavedQuery:
    """Kept again under the same name it replaces the former one. Raises NotAllowed, BadInput."""
    by.require("people.view")
    title = title.strip()[:60]
    mine = SavedQuery.objects.filter(username=by.name)
    if not title or (mine.count() >= MOST and not mine.filter(title=title).exists()):
        raise BadInput(what=_("A kept question needs a name, and there may be fifty of them."))
    row, _made = SavedQuery.objects.update_or_create(
        username=by.name, title=title, defaults={"asked": dict(asked), "made_at": clock.now()}
    )
    record(by=by, verb="oversight.keep_query", subject=row, area_code=by.home_code(), facts={"title": title})
    return row


@transaction.atomic
def forget(*, by: Actor, query_id: UUID) -> None:
    """Raises NotAllowed, NotFound."""
    by.require("people.view")
    row = SavedQuery.objects.filter(username=by.name, pk=query_id).first()
    if row is None:
        raise NotFound()
    record(
        by=by,
        verb="oversight.forget_query",
        subject=row,
        area_code=by.home_code(),
        facts={"title": row.title},
    )
    row.delete()
