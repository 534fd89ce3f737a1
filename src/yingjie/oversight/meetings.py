"""Reads of meetings about cards, and what of them is late."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.oversight.card_actions import ANSWER, DECIDE
from yingjie.oversight.models import Card, Meeting

_SCOPED = "of cards that were scoped before"


@dataclass(frozen=True)
class MeetingRow:
    """`is_late`: its moment is past and nobody has written a record."""

    id: UUID
    card_id: UUID
    state: str
    at: datetime
    place: str
    invited: str
    attended: str
    record: str
    closed_by: str
    called_off_because: str
    is_late: bool

    @property
    def is_ahead(self) -> bool:
        return self.state == "planned"


@dataclass(frozen=True)
class Overdue:
    """Of the cards that the actor decides on: replies past their day, meetings past without a record, interviews without a day."""

    replies: int
    records: int
    undated: int

    @property
    def total(self) -> int:
        return self.replies + self.records + self.undated


def of_cards(card_ids: Collection[UUID]) -> dict[UUID, list[MeetingRow]]:
    """Card → its meetings, the newest first; of cards that were scoped before."""
    found: dict[UUID, list[MeetingRow]] = {}
    for row in Meeting.objects.unscoped(_SCOPED).filter(card_id__in=card_ids).order_by("-at", "-pk"):
        found.setdefault(row.card_id, []).append(_row(row))
    return found


def meeting(actor: Actor, meeting_id: UUID) -> MeetingRow:
    """One of a card that the actor decides on. Raises NotFound."""
    found = Meeting.objects.visible_to(actor).filter(pk=meeting_id).select_related("card").first()
    if found is None or not actor.may(DECIDE, found.card.raised_by_id):
        raise NotFound()
    return _row(found)


def overdue(actor: Actor) -> Overdue:
    mine = Card.objects.visible_to(actor).filter(_raised_by(actor))
    past = mine.filter(state="open", reply_due_on__lt=clock.today()).count()
    met = Meeting.objects.unscoped(_SCOPED).filter(card_id=OuterRef("pk")).exclude(state="called_off")
    undated = mine.filter(kind="interview", state__in=("open", "replied")).filter(~Exists(met)).count()
    late = Meeting.objects.unscoped(_SCOPED).filter(
        card__in=mine.values("pk"), state="planned", at__lt=clock.now()
    )
    return Overdue(past, late.count(), undated)


def to_attend(actor: Actor) -> tuple[int, datetime | None]:
    """Meetings ahead to which the actor's own areas are called, and the first one's moment."""
    mine = Q(pk__in=[])
    for held in actor.scopes(ANSWER):
        mine |= Q(card__area__code__startswith=held.area_code)
    rows = Meeting.objects.visible_to(actor).filter(mine, state="planned", at__gte=clock.now())
    moments = list(rows.order_by("at").values_list("at", flat=True))
    return len(moments), moments[0] if moments else None


def _raised_by(actor: Actor) -> Q:
    found = Q(pk__in=[])
    for held in actor.scopes(DECIDE):
        found |= Q(raised_by__code__startswith=held.area_code)
    return found


def _row(row: Meeting) -> MeetingRow:
    return MeetingRow(
        row.pk, row.card_id, row.state, row.at, row.place, row.invited, row.attended, row.record, row.closed_by,
        row.called_off_because, row.state == "planned" and row.at < clock.now(),
    )  # fmt: skip
