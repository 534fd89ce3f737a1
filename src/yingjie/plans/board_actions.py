"""Writes of boards: draw one up, move and change sessions on it, take that back, apply it through the bookings' own actions.

Applying is one transaction: every session is opened, changed or cancelled and everybody with a place is moved, or nothing is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vaxkit.workflow import StepRefused
from yingjie.areas import queries as areas
from yingjie.bookings import actions as bookings
from yingjie.bookings import queries as booking_queries
from yingjie.bookings import session_actions
from yingjie.bookings.models import Booking
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import BadInput, NotFound, Refusal
from yingjie.plans import refusals
from yingjie.plans.board import Card, laid, moved, stamp
from yingjie.plans.board_facts import board_facts
from yingjie.plans.days_ahead import must_lie_ahead
from yingjie.plans.models import Board
from yingjie.plans.proposal_queries import ASSIGN
from yingjie.plans.twice import sent_before
from yingjie.plans.workflow import BOARD
from yingjie.sites import queries as sites

MOST_DAYS, MOST_MOVES, MOST_SEATS = 14, 200, 500
_OF = "of a board that was checked"


@transaction.atomic
def draw_up(*, by: Actor, area_code: str, first_on: date, days: int, title: str = "") -> Board:
    """A board of the sessions of the county's sites and the people of an area. Raises NotFound, NotAllowed, DaysTooMany,
    TooManyPeople, NoRoom."""
    by.require(ASSIGN, area_code)
    area = areas.open_area(by, area_code, ASSIGN)
    if area is None:
        raise NotFound()
    must_lie_ahead(first_on, first_on)
    if not 1 <= days <= MOST_DAYS:
        raise refusals.DaysTooMany(most=MOST_DAYS)
    title = (title.strip() or str(_("{area}, from {first}")).format(area=area.name, first=first_on))[:120]
    rows = Board.objects.unscoped("made under plans.assign")
    twice = sent_before(
        rows, by, area_id=area_code, first_on=first_on, days=days, title=title, upto=0, state="draft"
    )
    if twice is not None:
        return twice
    made = rows.create(
        area_id=area_code, title=title, first_on=first_on, days=days, facts=board_facts(by, area_code, first_on, days),
        made_by=by.signature, made_at=clock.now(),
    )  # fmt: skip
    record(by=by, verb="plans.board", subject=made, area_code=area_code, facts={"title": made.title})
    return made


@transaction.atomic
def change(*, by: Actor, board_id: UUID, at: int, move: Mapping[str, Any], seen: str = "") -> Board:
    """One move on the board; nothing else happens. `at` is the number of moves that its maker saw, `seen` their stamp: a second
    time, or beside somebody else's, it is refused. `move`: {kind: move, session, site, on}, {kind: seats, session, seats} or
    {kind: close, session}. Raises NotFound, NotReady, BoardChanged, BadInput, CannotLie."""
    row = _draft(by, board_id, at, seen)
    card = next(
        (each for each in laid(row.facts, row.moves[: row.upto]) if each.id == move.get("session")), None
    )
    if card is None or not card.may or card.closed:
        raise BadInput(what=_("This session cannot be changed here."))
    move = _checked(by, row, card, move)
    if moved(card, move) == card:
        return row
    if row.upto >= MOST_MOVES:
        raise refusals.NotReady()
    row.moves, row.upto = [*row.moves[: row.upto], dict(move)], row.upto + 1
    row.save(update_fields=["moves", "upto"])
    return row


@transaction.atomic
def step(*, by: Actor, board_id: UUID, at: int, back: bool, seen: str = "") -> Board:
    """Take the last move back, or do again what was taken back. Raises NotFound, NotReady, BoardChanged."""
    row = _draft(by, board_id, at, seen)
    upto = row.upto + (-1 if back else 1)
    if not 0 <= upto <= len(row.moves):
        raise refusals.BoardChanged()
    row.upto = upto
    row.save(update_fields=["upto"])
    return row


@transaction.atomic
def apply(*, by: Actor, board_id: UUID, at: int, seen: str = "") -> dict[str, int]:
    """Do it: open, change and cancel sessions, move everybody who has a place. Returns how many sessions and people. Raises
    NotFound, NotReady, BoardChanged, NothingMoved, MovedOn, and what opening and changing sessions raises."""
    row = _draft(by, board_id, at, seen)
    changed = [card for card in laid(row.facts, row.moves[: row.upto]) if card.is_changed]
    if not changed:
        raise refusals.NothingMoved()
    counts = {"sessions": len(changed), "people": 0, "losing": 0}
    for card in changed:
        session = booking_queries.session(UUID(card.id))
        if session.state != "open" or session.taken != card.taken:
            raise refusals.BoardChanged()
    moving = [UUID(card.id) for card in changed if card.is_moved]
    for card in _in_order(changed):
        if card.closed:
            counts["losing"] += session_actions.cancel_session(
                by=by, session_id=UUID(card.id), because=row.title
            )
        elif card.is_moved:
            counts["people"] += _moved(by, row, card, moving)
        else:
            session_actions.change_seats(by=by, session_id=UUID(card.id), seats=card.seats)
    row.state, row.applied_at, row.applied_by = (
        BOARD.advance(row.state, "apply"),
        clock.now(),
        by.signature,
    )
    row.save(update_fields=["state", "applied_at", "applied_by", "made"])
    record(
        by=by,
        verb="plans.apply_board",
        subject=row,
        area_code=row.area_id,
        facts={"title": row.title, **counts},
    )
    return counts


@transaction.atomic
def drop(*, by: Actor, board_id: UUID) -> None:
    """Nobody wants it any more. Raises NotFound, NotReady."""
    row = _locked(by, board_id)
    row.state = _stepped(row, "drop")
    row.save(update_fields=["state"])
    record(by=by, verb="plans.drop_board", subject=row, area_code=row.area_id, facts={"title": row.title})


def _in_order(changed: Sequence[Card]) -> list[Card]:
    """Closed ones first; then each after those that lie where it shall lie."""
    found = [card for card in changed if card.closed]
    left = [card for card in changed if not card.closed]
    while left:
        before = {card.id: replace(card, site=card.was[0], on=card.was[1]) for card in left}
        free = (
            card
            for card in left
            if not any(card.overlaps(other) for key, other in before.items() if key != card.id)
        )
        card = next(free, left[0])
        left.remove(card)
        found.append(card)
    return found


def _checked(by: Actor, row: Board, card: Card, move: Mapping[str, Any]) -> dict[str, Any]:
    kind = move.get("kind")
    if kind == "seats":
        seats = move["seats"]
        if not 1 <= seats <= MOST_SEATS or seats * card.slots < card.taken:
            raise BadInput(
                what=_("Seats must be 1 to {most}, and enough for those who have a place.").format(
                    most=MOST_SEATS
                )
            )
        return {"kind": kind, "session": card.id, "seats": seats}
    if kind == "close":
        return {"kind": kind, "session": card.id}
    site = next((each for each in row.facts["sites"] if each["id"] == move.get("site")), None)
    if kind != "move" or site is None or not site["may"] or move.get("on") not in row.facts["days"]:
        raise BadInput(what=_("A session cannot be put there."))
    there = moved(card, move)
    others = [
        each for each in laid(row.facts, row.moves[: row.upto]) if each.id != card.id and not each.closed
    ]
    if any(there.overlaps(other) and there.kind == other.kind for other in others):
        raise refusals.CannotLie(site=site["name"], why=_("another session is held at that hour"))
    begins = datetime.combine(date.fromisoformat(move["on"]), time(), clock.CAMPAIGN_ZONE) + timedelta(
        minutes=card.minute
    )
    if begins <= clock.now():
        raise refusals.CannotLie(site=site["name"], why=_("that hour is past"))
    not_ready = sites.may_open_session(by, UUID(site["id"]), date.fromisoformat(move["on"]))
    if not_ready is not None:
        raise not_ready
    return {"kind": kind, "session": card.id, "site": site["id"], "on": move["on"]}


def _moved(by: Actor, row: Board, card: Card, moving: Sequence[UUID]) -> int:
    """The session anew at its other place, everybody with a place at the same hour there, the old one cancelled. Those `moving`
    may change places with each other."""
    old = booking_queries.session(UUID(card.id))
    midnight = datetime.combine(date.fromisoformat(card.on), time(), clock.CAMPAIGN_ZONE)
    begins = midnight + timedelta(minutes=card.minute)
    new = session_actions.open_session(
        by=by, site_id=UUID(card.site), from_at=begins, until_at=begins + (old.until_at - old.from_at), products=old.products,
        minutes=card.every, seats=card.seats, kind=old.kind, title=old.title, area_code=old.area_code, unit_id=old.unit_id,
        offline_percent=old.offline_percent, extra_percent=old.extra_percent, giving_way=moving,
    )  # fmt: skip
    slots = booking_queries.slots([new.pk])
    shift = begins - old.from_at
    held = Booking.objects.unscoped(_OF).filter(site_id=old.site_id, session_id=old.id, state="booked")
    people = list(held.order_by("at", "pk").values_list("pk", "at"))
    lost = 0
    for booking_id, at in people:
        slot = min(slots, key=lambda slot: (abs(slot.at - at - shift), slot.at))
        try:
            with transaction.atomic():
                bookings.move(by=by, booking_id=booking_id, slot_id=slot.id)
        except Refusal:
            lost += 1
    if lost:
        raise refusals.MovedOn(people=lost)
    session_actions.cancel_session(by=by, session_id=old.id, because=row.title)
    row.made[card.id] = str(new.pk)
    return len(people)


def _draft(by: Actor, board_id: UUID, at: int, seen: str) -> Board:
    row = _locked(by, board_id)
    _stepped(row, "change")
    if row.upto != at or (seen and seen != stamp(row.moves[: row.upto])):
        raise refusals.BoardChanged()
    return row


def _stepped(row: Board, named: str) -> str:
    try:
        return BOARD.advance(row.state, named)
    except StepRefused as refused:
        raise refusals.NotReady() from refused


def _locked(by: Actor, board_id: UUID) -> Board:
    if not Board.objects.visible_to(by, ASSIGN).filter(pk=board_id).exists():
        raise NotFound()
    return lock(Board.objects.unscoped(_OF), pk=board_id)[0]
