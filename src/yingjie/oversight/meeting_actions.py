"""Writes of meetings about cards: arranged with a moment and a place, held with a record, or called off; and who follows a card."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from vaxkit.workflow import StepRefused
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotAllowed, NotFound
from yingjie.oversight import card_actions
from yingjie.oversight.card_actions import DECIDE
from yingjie.oversight.meeting_refusals import (
    DeadlinePast,
    MeetingAhead,
    MeetingClosed,
    MeetingIncomplete,
    NoMeetingHere,
    RecordTooEarly,
)
from yingjie.oversight.models import Card, Meeting
from yingjie.oversight.refusals import WordsMissing
from yingjie.oversight.workflow import MEETING

#: What is talked over face to face, while it stands.
WITH_MEETINGS, STANDING = ("interview", "order"), ("open", "replied")
_FOUND = "of a card found for the actor above"


@transaction.atomic
def arrange(*, by: Actor, card_id: UUID, at: datetime, place: str, invited: str) -> Meeting:
    """Raises NotFound, NotAllowed, NoMeetingHere, MeetingIncomplete, MeetingAhead."""
    card = _decided(by, card_id)
    if card.kind not in WITH_MEETINGS or card.state not in STANDING:
        raise NoMeetingHere()
    if at <= clock.now() or not place.strip() or not invited.strip():
        raise MeetingIncomplete()
    try:
        with transaction.atomic():
            made = Meeting.objects.create(
                card=card, at=at, place=place.strip()[:80], invited=invited.strip()[:300], made_at=clock.now(),
                made_by=by.signature,
            )  # fmt: skip
    except IntegrityError as clash:
        raise MeetingAhead() from clash
    _journal(by, "oversight.arrange_meeting", made, card)
    return made


@transaction.atomic
def hold(
    *, by: Actor, meeting_id: UUID, attended: str, said: str, reply_due_on: date | None = None
) -> Meeting:
    """Write down who came and what was said; `reply_due_on` sets the day for the written reply anew. Raises NotFound, NotAllowed,
    MeetingClosed, MeetingIncomplete, RecordTooEarly, DeadlinePast."""
    found, card = _of(by, meeting_id)
    if not attended.strip() or not said.strip():
        raise MeetingIncomplete()
    if found.at > clock.now():
        raise RecordTooEarly(at=f"{found.at.astimezone(clock.CAMPAIGN_ZONE):%Y-%m-%d %H:%M}")
    if reply_due_on is not None and reply_due_on < clock.today():
        raise DeadlinePast()
    _close(by, found, "hold")
    found.attended, found.record = attended.strip()[:300], said.strip()
    found.save()
    if reply_due_on is not None and card.state == "open":
        card.reply_due_on = reply_due_on
        card.save(update_fields=["reply_due_on"])
    _journal(by, "oversight.hold_meeting", found, card)
    return found


@transaction.atomic
def call_off(*, by: Actor, meeting_id: UUID, because: str) -> Meeting:
    """Raises NotFound, NotAllowed, MeetingClosed, WordsMissing."""
    found, card = _of(by, meeting_id)
    if not because.strip():
        raise WordsMissing()
    _close(by, found, "call_off")
    found.called_off_because = because.strip()[:300]
    found.save()
    _journal(by, "oversight.call_off_meeting", found, card)
    return found


@transaction.atomic
def hand_to(*, by: Actor, card_id: UUID, owner: str) -> Card:
    """Another of the supervising side follows the card from now on. Raises NotFound, NotAllowed, WordsMissing."""
    card = _decided(by, card_id)
    if not owner.strip():
        raise WordsMissing()
    card.owner = owner.strip()[:80]
    card.save(update_fields=["owner"])
    card_actions.noted(by, card, "hand_to", card.owner)
    return card


def _decided(by: Actor, card_id: UUID) -> Card:
    card = card_actions.locked(by, card_id)
    if not by.may(DECIDE, card.raised_by_id):
        raise NotAllowed(permission=DECIDE)
    return card


def _of(by: Actor, meeting_id: UUID) -> tuple[Meeting, Card]:
    seen = Meeting.objects.visible_to(by).filter(pk=meeting_id).first()
    if seen is None:
        raise NotFound()
    card = _decided(by, seen.card_id)
    return lock(Meeting.objects.unscoped(_FOUND), pk=meeting_id)[0], card


def _close(by: Actor, found: Meeting, step: str) -> None:
    try:
        found.state = MEETING.advance(found.state, step)
    except StepRefused as refused:
        raise MeetingClosed() from refused
    found.closed_at, found.closed_by = clock.now(), by.signature


def _journal(by: Actor, verb: str, made: Meeting, card: Card) -> None:
    facts = {"kind": card.kind, "card": str(card.pk)}
    record(by=by, verb=verb, subject=made, area_code=card.area_id, facts=facts)
