"""What of plans follows a person when two records become one: their place in proposals."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from yingjie.people.following import Mover
from yingjie.plans.models import Placed

_LOCKED = "of two people who are locked to become one"


class _Placing(Mover):
    """A person stands once in a proposal: where both records stand in it, what was proposed for the other one stays where it is."""

    def move(self, kept: UUID, gone: UUID) -> dict[str, Any]:
        moved = super().move(kept, gone)
        rows = Placed.objects.unscoped(_LOCKED)
        both = rows.filter(person_id=kept, proposal_id=OuterRef("proposal_id"))
        given = list(rows.filter(~Exists(both), person_id=gone).values_list("pk", flat=True))
        rows.filter(pk__in=given).update(person_id=kept)
        return moved | {"placed": sorted(str(key) for key in given)}

    def back(self, kept: UUID, gone: UUID, moved: dict[str, Any]) -> None:
        super().back(kept, gone, moved)
        rows = Placed.objects.unscoped(_LOCKED).filter(person_id=kept, pk__in=moved.get("placed", []))
        rows.update(person_id=gone)


MOVER = _Placing([], [], None, (Placed,))
