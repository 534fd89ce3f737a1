"""Taking seats: one statement for one person or for thousands, so that no load can oversell.

    take(wanted)      a booking and a seat for each, or the reason why not, all in one statement
    give_back(...)    the seats of bookings that ended
    hold(ids)         the lock of sessions: the first lock of every action here (law 6); bookings are locked after it, never
    before

The statement locks the sessions, then their slots, counts what is free (for a first dose without what is kept for later doses),
inserts the bookings that fit and adds them to the counters. Counters are bounded by constraints too (`slot_is_never_oversold`,
`session_promises_no_dose_that_is_not_there`, `session_keeps_no_place_that_is_taken`), and one live booking per person and dose is a
unique index: whoever asks twice at once gets one place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

#: What becomes of a wish.
TAKEN, FULL, FULL_ONLINE, NO_DOSES, KEPT, CLOSED, ALREADY = (
    "taken",
    "full",
    "full_online",
    "no_doses",
    "kept",
    "closed",
    "already",
)


@dataclass(frozen=True)
class Wanted:
    """A place that somebody wants. `session_id` is that of the slot; `id` becomes the booking's."""

    id: UUID
    person_id: UUID
    number: int
    session_id: UUID
    slot_id: UUID
    channel: str
    by: str
    list_id: UUID | None = None


TAKE = """
WITH asked AS MATERIALIZED (
    SELECT * FROM unnest(%(ids)s::uuid[], %(people)s::uuid[], %(numbers)s::int[], %(slots)s::uuid[], %(channels)s::text[],
                         %(by)s::text[], %(lists)s::uuid[])
        WITH ORDINALITY AS asked (id, person_id, number, slot_id, channel, by, list_id, nth)
), held AS MATERIALIZED (
    SELECT id, site_id, "group", state, places - taken AS free, kept FROM bookings_session
    WHERE id = ANY(%(sessions)s) ORDER BY id FOR UPDATE
), seats AS MATERIALIZED (
    SELECT slot.id, slot.site_id, slot.session_id, slot.at, slot.seats + slot.extra - slot.taken AS free,
           slot.online_seats - slot.online_taken AS online_free
    FROM bookings_slot slot WHERE slot.session_id IN (SELECT id FROM held) AND slot.id IN (SELECT slot_id FROM asked)
    ORDER BY slot.id FOR UPDATE
), fresh AS (
    SELECT asked.*, seats.session_id, seats.site_id, seats.at, seats.free AS seats_free, seats.online_free, held.free AS
    doses_free, held.kept, held.state, held."group",
           EXISTS (SELECT 1 FROM bookings_booking old WHERE old.person_id = asked.person_id AND old."group" = held."group"
                   AND old.number = asked.number AND old.state = 'booked') AS already,
           row_number() OVER (PARTITION BY asked.person_id ORDER BY asked.nth) > 1 AS twice
    FROM asked JOIN seats ON seats.id = asked.slot_id JOIN held ON held.id = seats.session_id
), possible AS (
    SELECT fresh.*, row_number() OVER (PARTITION BY slot_id, channel = 'online' ORDER BY nth) AS nth_of_channel
    FROM fresh WHERE state = 'open' AND NOT already AND NOT twice
), in_channel AS (
    SELECT possible.*, row_number() OVER (PARTITION BY slot_id ORDER BY nth) AS nth_of_slot
    FROM possible WHERE channel <> 'online' OR nth_of_channel <= online_free
), in_slot AS (
    SELECT in_channel.*, row_number() OVER (PARTITION BY session_id, number > 1 ORDER BY nth) AS nth_of_kind
    FROM in_channel WHERE nth_of_slot <= seats_free
), not_kept AS (
    SELECT in_slot.*, row_number() OVER (PARTITION BY session_id ORDER BY nth) AS nth_of_session
    FROM in_slot WHERE number > 1 OR nth_of_kind <= doses_free - kept
), made AS (
    INSERT INTO bookings_booking (id, person_id, "group", number, site_id, session_id, slot_id, list_id, "on", at, channel, state,
                                  booked_at, booked_by, ended_by, because)
    SELECT id, person_id, "group", number, site_id, session_id, slot_id, list_id,
           (at AT TIME ZONE 'Asia/Shanghai')::date, at, channel, 'booked', %(now)s, by, '', ''
    FROM not_kept WHERE nth_of_session <= doses_free
    ON CONFLICT DO NOTHING RETURNING id, session_id, slot_id, channel, number
), filled_slots AS (
    UPDATE bookings_slot slot SET taken = slot.taken + more.n, online_taken = slot.online_taken + more.online
    FROM (SELECT slot_id, count(*) AS n, count(*) FILTER (WHERE channel = 'online') AS online FROM made GROUP BY slot_id) more
    WHERE slot.id = more.slot_id
), filled_sessions AS (
    UPDATE bookings_session session SET taken = session.taken + more.n, kept = greatest(0, session.kept - more.later)
    FROM (SELECT session_id, count(*) AS n, count(*) FILTER (WHERE number > 1) AS later FROM made GROUP BY session_id) more
    WHERE session.id = more.session_id
)
SELECT asked.id, CASE
    WHEN made.id IS NOT NULL THEN 'taken'
    WHEN fresh.id IS NULL OR fresh.state <> 'open' THEN 'closed'
    WHEN fresh.already OR fresh.twice THEN 'already'
    WHEN in_channel.id IS NULL AND fresh.seats_free > fresh.online_free THEN 'full_online'
    WHEN in_slot.id IS NULL THEN 'full'
    WHEN not_kept.id IS NULL AND in_slot.kept > 0 THEN 'kept'
    WHEN not_kept.id IS NULL OR not_kept.nth_of_session > not_kept.doses_free THEN 'no_doses'
    ELSE 'already' END
FROM asked LEFT JOIN made ON made.id = asked.id LEFT JOIN fresh ON fresh.id = asked.id
LEFT JOIN in_channel ON in_channel.id = asked.id LEFT JOIN in_slot ON in_slot.id = asked.id
LEFT JOIN not_kept ON not_kept.id = asked.id
"""

# The sessions are locked first, in the same order as above; rows of slots only under them.
GIVE_BACK = """
WITH held AS MATERIALIZED (SELECT id FROM bookings_session WHERE id = ANY(%(sessions)s) ORDER BY id FOR UPDATE),
     gone AS (SELECT * FROM unnest(%(slots)s::uuid[], %(of)s::uuid[], %(online)s::boolean[]) AS gone (slot_id, session_id, online)
              WHERE session_id IN (SELECT id FROM held)),
     slots AS (
        UPDATE bookings_slot slot SET taken = slot.taken - less.n, online_taken = slot.online_taken - less.online
        FROM (SELECT slot_id, count(*) AS n, count(*) FILTER (WHERE online) AS online FROM gone GROUP BY slot_id) less
        WHERE slot.id = less.slot_id)
UPDATE bookings_session session SET taken = session.taken - less.n
FROM (SELECT session_id, count(*) AS n FROM gone GROUP BY session_id) less WHERE session.id = less.session_id
"""


def take(wanted: Sequence[Wanted], now: datetime) -> dict[UUID, str]:
    """What became of each wish, by its id: TAKEN, FULL, FULL_ONLINE, NO_DOSES, KEPT, CLOSED or ALREADY. First come,
    first served."""
    if not wanted:
        return {}
    asked: dict[str, Any] = {
        "ids": [each.id for each in wanted],
        "people": [each.person_id for each in wanted],
        "numbers": [each.number for each in wanted],
        "slots": [each.slot_id for each in wanted],
        "channels": [each.channel for each in wanted],
        "by": [each.by[:80] for each in wanted],
        "lists": [each.list_id for each in wanted],
        "sessions": sorted({each.session_id for each in wanted}),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, asked)
        return dict(cursor.fetchall())


def hold(session_ids: Iterable[UUID | None]) -> None:
    """Lock sessions, in the one order. Whoever locks bookings of a session as well does this first."""
    ids = sorted({each for each in session_ids if each is not None})
    if ids:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM bookings_session WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [ids])


def give_back(ended: Sequence[tuple[UUID, UUID, bool]], *, doses: int = 1) -> None:
    """Give the seats of bookings back: (slot, session, taken online). Call it in the transaction that ended them. `doses=0`: the
    dose promised with each goes elsewhere, so that the session may promise as many fewer."""
    if not ended:
        return
    given: dict[str, Any] = {
        "slots": [slot for slot, _session, _online in ended],
        "of": [session for _slot, session, _online in ended],
        "online": [online for _slot, _session, online in ended],
        "sessions": sorted({session for _slot, session, _online in ended}),
    }
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, given)
        if not doses:
            fewer = "UPDATE bookings_session SET places = places - %s WHERE id = %s"
            cursor.executemany(fewer, [(given["of"].count(each), each) for each in given["sessions"]])
