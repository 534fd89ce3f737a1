"""Writes of drafts. They are not journalled: a draft is a person's own note until the action that it leads to is taken."""

import json
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotAllowed, NotFound
from yingjie.web.models import Draft


@transaction.atomic
def save_draft(
    *,
    by: Actor,
    kind: str,
    payload: dict[str, Any],
    step: str = "",
    title: str = "",
    draft_id: UUID | None = None,
) -> UUID:
    """Keep what was entered: a new draft, or `draft_id` once more. `payload` must be JSON values (dates and UUIDs become text).

    Returns the draft's id. Raises NotFound where the draft is not the actor's own, NotAllowed for an actor that is no user.
    """
    if by.user_id is None:
        raise NotAllowed()
    text = json.dumps(payload, cls=DjangoJSONEncoder, ensure_ascii=False)
    now = clock.now()
    if draft_id is None:
        made = Draft.objects.create(
            owner_id=by.user_id,
            kind=kind,
            title=title,
            step=step,
            payload=text,
            created_at=now,
            updated_at=now,
        )
        return made.pk
    kept = _own(by, draft_id)
    kept.payload, kept.step, kept.title, kept.updated_at = text, step, title, now
    kept.save(update_fields=["payload", "step", "title", "updated_at"])
    return kept.pk


@transaction.atomic
def discard_draft(*, by: Actor, draft_id: UUID) -> None:
    """Throw a draft away: it was finished, or its owner no longer wants it. Raises NotFound."""
    _own(by, draft_id).delete()


def _own(by: Actor, draft_id: UUID) -> Draft:
    found = lock(Draft.objects.all(), pk=draft_id, owner_id=by.user_id)
    if not found:
        raise NotFound()
    return found[0]
