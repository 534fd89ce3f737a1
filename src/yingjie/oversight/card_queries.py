"""Reads of cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from vaxkit.vocabulary import Text
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.oversight import meetings
from yingjie.oversight.card_actions import ANSWER, DECIDE
from yingjie.oversight.meetings import MeetingRow
from yingjie.oversight.models import Card
from yingjie.oversight.workflow import CARD, LIVE


@dataclass(frozen=True)
class StepRow:
    step: str
    at: datetime
    by: str
    text: str


@dataclass(frozen=True)
class CardRow:
    """A card. `steps_open` are those that the actor may take now; `is_late`: the reply's day is past."""

    id: UUID
    area_code: str
    area_name: str
    raised_by: str
    kind: str
    title: Text
    because: Text
    on: date
    state: str
    reply_due_on: date | None
    is_late: bool
    steps_open: tuple[str, ...]
    rests_on: tuple[dict[str, Any], ...] = ()
    steps: tuple[StepRow, ...] = ()
    owner: str = ""
    meetings: tuple[MeetingRow, ...] = ()

    @property
    def next_meeting(self) -> MeetingRow | None:
        return next((each for each in self.meetings if each.is_ahead), None)

    @property
    def is_overdue(self) -> bool:
        """Something of it should have been done by now: the reply, a record, or an interview's day and place."""
        standing = self.state in ("open", "replied")
        undated = self.kind == "interview" and all(each.state == "called_off" for each in self.meetings)
        return self.is_late or any(each.is_late for each in self.meetings) or (standing and undated)


def cards(actor: Actor, *, live: bool = True) -> list[CardRow]:
    """The cards that the actor may see, the hardest states first: proposals only for those who decide."""
    found = _seen(actor).filter(state__in=LIVE) if live else _seen(actor).exclude(state__in=LIVE)
    rows = list(found.order_by("-on", "area_id", "rule")[:500])
    names = areas.names({row.area_id for row in rows})
    met = meetings.of_cards([row.pk for row in rows])
    return [_row(actor, row, names, met.get(row.pk, ())) for row in rows]


def card(actor: Actor, card_id: UUID) -> CardRow:
    """One card with its steps. Raises NotFound."""
    found = _seen(actor).filter(pk=card_id).first()
    if found is None:
        raise NotFound()
    steps = found.steps.unscoped("of a card that was scoped before").order_by("at", "id")
    told = tuple(StepRow(*row) for row in steps.values_list("step", "at", "by", "text"))
    met = meetings.of_cards([found.pk]).get(found.pk, ())
    return _row(actor, found, areas.names({found.area_id}), met, told)


def to_answer(actor: Actor) -> int:
    """Open cards that the actor has to answer."""
    held = actor.scopes(ANSWER)
    mine = Q(pk__in=[])
    for each in held:
        mine |= Q(area__code__startswith=each.area_code)
    return Card.objects.visible_to(actor).filter(mine, state="open").count()


def to_decide(actor: Actor) -> int:
    """Proposals and replies that wait for the actor."""
    return sum(1 for row in cards(actor) if row.state in ("proposed", "replied") and row.steps_open)


def _seen(actor: Actor) -> QuerySet[Card]:
    """Whoever decides sees everything; the others, what was confirmed."""
    rows = Card.objects.visible_to(actor)
    if actor.is_system:
        return rows
    decided = Q(state__in=("open", "replied", "lifted"))
    for held in actor.scopes(DECIDE):
        decided |= Q(raised_by__code__startswith=held.area_code)
    return rows.filter(decided)


def _row(
    actor: Actor, row: Card, names: dict[str, str], met: Sequence[MeetingRow], steps: tuple[StepRow, ...] = ()
) -> CardRow:
    decides, answers = actor.may(DECIDE, row.raised_by_id), actor.may(ANSWER, row.area_id)
    allowed = tuple(
        step.name for step in CARD.leaving(row.state) if (answers if step.name == "reply" else decides)
    )
    late = row.state == "open" and row.reply_due_on is not None and row.reply_due_on < clock.today()
    return CardRow(
        row.pk, row.area_id, names.get(row.area_id, row.area_id), row.raised_by_id, row.kind, Text(row.title_zh, row.title_en),
        Text(row.because_zh, row.because_en), row.on, row.state, row.reply_due_on, late, allowed, tuple(row.rests_on), steps,
        row.owner, tuple(met),
    )  # fmt: skip
