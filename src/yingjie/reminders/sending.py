"""Sending: batches of waiting messages are claimed, given to the gateway, and what it answered is written down.

Once per (reminder, person), whoever is killed when:

* a row is claimed with a lock that other workers step over (SKIP LOCKED), and the claim is committed before anything leaves;
* every message carries a key made of reminder and person; a worker that takes up a claim of one that was killed sends the same key,
  and the gateway's other side gives out each key once;
* an answer is only written down by whoever holds the claim.

Where messages stay in the house, claiming and "sent" are one statement of one transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from yingjie.foundation import clock
from yingjie.foundation.ids import uuid7
from yingjie.foundation.texting.gateways import Envelope, Gateway, Receipt
from yingjie.reminders import choosing
from yingjie.reminders.choosing import Asked
from yingjie.reminders.composing import Named, letters, named_in
from yingjie.reminders.dropping import drop
from yingjie.reminders.models import Reminder
from yingjie.reminders.rules import rules

_READY = """
    SELECT reminder_id, person_id FROM reminders_message
    WHERE reminder_id = %(reminder)s AND state IN ('waiting', 'claimed') AND due_at <= %(now)s
          AND (state = 'waiting' OR claimed_at < %(left_behind)s)
    LIMIT %(many)s FOR UPDATE SKIP LOCKED
"""
_CLAIM = f"""
    UPDATE reminders_message m SET state = 'claimed', claim = %(claim)s, claimed_at = %(now)s, tries = m.tries + 1
    FROM ({_READY}) q WHERE m.reminder_id = q.reminder_id AND m.person_id = q.person_id
    RETURNING m.person_id, m.phone_id, m.about, m.tries
"""
_HAND_OUT = f"""
    UPDATE reminders_message m SET state = 'sent', claimed_at = %(now)s, sent_at = %(now)s, tries = m.tries + 1
    FROM ({_READY}) q WHERE m.reminder_id = q.reminder_id AND m.person_id = q.person_id
"""
_SETTLE = """
    UPDATE reminders_message m
    SET state = t.state, claim = NULL, reference = t.reference, problem = t.problem, sent_at = t.sent_at,
        ended_at = t.ended_at, due_at = t.due_at
    FROM unnest(%(people)s::uuid[], %(states)s::text[], %(references)s::text[], %(problems)s::text[], %(sent)s::timestamptz[],
                %(ended)s::timestamptz[], %(due)s::timestamptz[])
         AS t (person_id, state, reference, problem, sent_at, ended_at, due_at)
    WHERE m.reminder_id = %(reminder)s AND m.person_id = t.person_id AND m.state = 'claimed' AND m.claim = %(claim)s
"""


_WITHOUT_PHONE = Receipt("", "refused", problem="no phone")


@dataclass(frozen=True)
class Claimed:
    person_id: UUID
    phone_id: UUID
    about: UUID | None
    tries: int


def key_of(reminder_id: UUID, person_id: UUID) -> str:
    """The key of a message on the wire."""
    return f"{reminder_id.hex}-{person_id.hex}"


def drain(
    reminder: Reminder,
    gateway: Gateway,
    *,
    most: int | None = None,
    told: Callable[[int], None] | None = None,
) -> int:
    """Send what waits, batch by batch, each committed; stops where it is quiet. Returns how many messages were handled."""
    done = 0
    while (most is None or done < most) and not rules().is_quiet(clock.now()):
        number, is_down = _round(reminder, gateway)
        done += number
        if told is not None and number:
            told(done)
        if not number or is_down:
            break
    return done


def _round(reminder: Reminder, gateway: Gateway) -> tuple[int, bool]:
    """(how many messages were handled, whether the gateway failed for every one of them)."""
    claim, now = uuid7(), clock.now()
    if gateway.stays_here and _is_sure(reminder, now):
        with connection.cursor() as cursor:
            cursor.execute(_HAND_OUT, _asked(reminder, gateway, claim, now))
            return cursor.rowcount, False
    with transaction.atomic():
        claimed = _claimed(reminder, gateway, claim, now)
        named = _still_named(reminder, claimed, now)
    mine = [row for row in claimed if row.person_id in named]
    told = _delivered(reminder, gateway, mine, named)
    _settle(reminder, claim, mine, told, clock.now())
    return len(claimed), bool(told) and all(receipt.state == "failed" for receipt in told.values())


def _delivered(
    reminder: Reminder, gateway: Gateway, mine: Sequence[Claimed], named: Mapping[UUID, Sequence[Named]]
) -> dict[UUID, Receipt]:
    """Person → what became of their message. One without a phone any more is refused here; where messages stay in the house, no
    words are made: they are made when somebody reads them."""
    if gateway.stays_here:
        return {row.person_id: Receipt("", "sent") for row in mine}
    phones = {row.person_id: row.phone_id for row in mine}
    found = {letter.person_id: letter for letter in letters(reminder, named, phones, with_phones=True)}
    keys = {key_of(reminder.pk, person_id): person_id for person_id, letter in found.items() if letter.phone}
    envelopes = [Envelope(key, found[who].phone, found[who].words) for key, who in keys.items()]
    told = {keys[receipt.key]: receipt for receipt in gateway.deliver(envelopes)} if envelopes else {}
    return {person_id: told.get(person_id, _WITHOUT_PHONE) for person_id in found}


def _is_sure(reminder: Reminder, now: datetime) -> bool:
    """What was true when the people were chosen is taken to be true for some minutes; later it is asked again."""
    assert reminder.started_at is not None, "only what was started is sent"
    return now - reminder.started_at < timedelta(minutes=rules().sure_minutes)


def _claimed(reminder: Reminder, gateway: Gateway, claim: UUID, now: datetime) -> list[Claimed]:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, _asked(reminder, gateway, claim, now))
        return [Claimed(*row) for row in cursor.fetchall()]


def _asked(reminder: Reminder, gateway: Gateway, claim: UUID, now: datetime) -> dict[str, Any]:
    left_behind = now - timedelta(minutes=rules().lease_minutes)
    return {
        "reminder": reminder.pk, "now": now, "left_behind": left_behind, "many": gateway.batch, "claim": claim,
    }  # fmt: skip


def _still_named(reminder: Reminder, claimed: Sequence[Claimed], now: datetime) -> dict[UUID, list[Named]]:
    """Whom the claimed messages name. Whoever it does not concern any more is dropped; a message whose bearer is gone passes to the
    next whom it names, and goes with a later batch."""
    bearers = {row.person_id: row.about for row in claimed}
    named = named_in(reminder, bearers)
    if not bearers or _is_sure(reminder, now):
        return named
    everybody = {each.person_id for those in named.values() for each in those}
    still = choosing.still(Asked(reminder.occasion, reminder.area_id, reminder.on), everybody)
    drop([reminder.pk], everybody - still, "no longer", claimed=True)
    return {
        bearer: [each for each in those if each.person_id in still]
        for bearer, those in named.items()
        if bearer in still
    }


def _settle(
    reminder: Reminder, claim: UUID, mine: Sequence[Claimed], told: Mapping[UUID, Receipt], now: datetime
) -> None:
    if not mine:
        return
    rows = [(row.person_id, *_outcome(told[row.person_id], row.tries, now)) for row in mine]
    people, states, references, problems, sent, ended, due = (
        list(column) for column in zip(*rows, strict=True)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _SETTLE,
            {"reminder": reminder.pk, "claim": claim, "people": people, "states": states, "references": references,
             "problems": problems, "sent": sent, "ended": ended, "due": due},
        )  # fmt: skip


def _outcome(
    receipt: Receipt, tries: int, now: datetime
) -> tuple[str, str, str, datetime | None, datetime | None, datetime]:
    """(state, reference, problem, sent at, ended at, due at)."""
    if receipt.state == "sent":
        return "sent", receipt.reference, "", now, None, now
    if receipt.state == "refused":
        return "failed", receipt.reference, receipt.problem, None, now, now
    again = rules().again_at(tries, now)
    if again is None:
        return "given_up", receipt.reference, receipt.problem, None, now, now
    return "waiting", receipt.reference, receipt.problem, None, None, again
