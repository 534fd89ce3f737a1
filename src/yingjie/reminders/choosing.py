"""Who is to be reminded of an occasion, in SQL: everybody it concerns has one fate, and `write` turns those who are reached into
messages in one statement.

    fates(asked)        people per fate: REACHED or one of SUPPRESSED, for the page that asks "send it?"; phones(asked): messages
    write(id, asked)    one message a phone, one row a person
    still(asked, ids)   which of these people it still concerns, shortly before sending

Nothing is decided here that another module decides: what is due stands in standings, the way `doses` keeps them, appointments are
the rows of `bookings`, a refusal is the newest visit at which somebody was met. A test compares the first with `doses.statuses`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from yingjie.foundation import clock
from yingjie.outreach import campaign
from yingjie.reminders.models import Reminder
from yingjie.reminders.rules import rules
from yingjie.reminders.texts import texts

REACHED = "reached"
#: In the order in which they are asked: the first that holds is the fate.
SUPPRESSED = ("no_phone", "said_no", "not_asked", "declined", "rests", "booked", "told_lately")

_OPEN = """NOT s.is_contraindicated AND coalesce(s.deferred_until <= %(on)s, true) AND s.completed_on IS NULL
           AND s.earliest_on <= %(on)s"""
# Whoever has neither dose nor condition has no standing; their birth date alone says whether they are offered one.
_CONCERNED = {
    "due": f"""
        SELECT p.id AS person_id, p.birth_on, NULL::uuid AS about
        FROM p LEFT JOIN doses_standing s ON s.person_id = p.id AND s."group" = %(group)s
        WHERE (s.person_id IS NULL AND p.birth_on <= %(born_until)s)
              OR ({_OPEN} AND coalesce(s.latest_on >= %(on)s, true) AND coalesce(s.overdue_on > %(on)s, true))
    """,
    "overdue": f"""
        SELECT p.id AS person_id, p.birth_on, NULL::uuid AS about
        FROM p JOIN doses_standing s ON s.person_id = p.id AND s."group" = %(group)s
        WHERE {_OPEN} AND coalesce(s.latest_on >= %(on)s, true) AND s.overdue_on <= %(on)s
    """,
    "appointment": """
        SELECT DISTINCT ON (p.id) p.id AS person_id, p.birth_on, b.id AS about
        FROM p JOIN bookings_booking b ON b.person_id = p.id
        WHERE b.state = 'booked' AND b."on" = %(on)s AND b.slot_id IS NOT NULL ORDER BY p.id, b.at
    """,
    "cancelled": """
        SELECT DISTINCT ON (p.id) p.id AS person_id, p.birth_on, b.id AS about
        FROM p JOIN bookings_booking b ON b.person_id = p.id JOIN bookings_session c ON c.id = b.session_id
        WHERE c.state = 'cancelled' AND b.state = 'cancelled' AND b.ended_at = c.cancelled_at AND b."on" = %(on)s
              AND NOT EXISTS (SELECT 1 FROM bookings_booking n
                              WHERE n.person_id = p.id AND n.state = 'booked' AND n."group" = b."group")
        ORDER BY p.id, b.at
    """,
    "review": """
        SELECT p.id AS person_id, p.birth_on, NULL::uuid AS about
        FROM p JOIN doses_standing s ON s.person_id = p.id AND s."group" = %(group)s
        WHERE NOT s.is_contraindicated AND s.completed_on IS NULL
              AND s.deferred_until BETWEEN %(on)s AND %(on)s::date + %(ahead)s
    """,
}
# Who refused, has complained or has an appointment is not asked to come; about their own appointment they are told all the same.
_FATE = """
    CASE WHEN h.id IS NULL THEN 'no_phone'
         WHEN w.says = 'no' OR x.number_index IS NOT NULL THEN 'said_no'
         {not_asked} {not_urged}
         WHEN l.person_id IS NOT NULL THEN 'told_lately'
         ELSE 'reached' END
"""
_NOT_ASKED = "WHEN w.says IS DISTINCT FROM 'yes' THEN 'not_asked'"
_NOT_URGED = """
         WHEN r.person_id IS NOT NULL THEN 'declined' WHEN q.person_id IS NOT NULL THEN 'rests'
         WHEN k.person_id IS NOT NULL THEN 'booked'
"""
_URGED = """
    LEFT JOIN (
        SELECT v.person_id FROM (
            SELECT DISTINCT ON (a.person_id) a.person_id, a.outcome FROM outreach_attempt a
            WHERE a.outcome <> 'not_met' {of_a} ORDER BY a.person_id, a.at DESC, a.id DESC
        ) v WHERE v.outcome = 'refused'
    ) r ON r.person_id = c.person_id
    LEFT JOIN (
        SELECT DISTINCT z.person_id FROM outreach_complaint z WHERE (z.state = 'open' OR z.rests) {of_z}
    ) q ON q.person_id = c.person_id
    LEFT JOIN (
        SELECT DISTINCT b.person_id FROM bookings_booking b WHERE b.state = 'booked' AND b."group" = %(group)s {of_b}
    ) k ON k.person_id = c.person_id
"""
_CHOSEN = """
    WITH p AS (
        SELECT id, birth_on FROM people_person
        WHERE area_id LIKE %(area)s {only} AND birth_on <= %(today)s AND (moved_in_on IS NULL OR moved_in_on <= %(today)s)
              AND (left_on IS NULL OR left_on > %(today)s)
    ),
    c AS ({concerned}),
    l AS (
        SELECT m.person_id FROM reminders_message m
        WHERE m.reminder_id = ANY(%(lately)s) AND m.state NOT IN ('failed', 'given_up', 'dropped') {of_m}
        GROUP BY m.person_id HAVING count(*) >= %(most)s OR bool_or(m.reminder_id = ANY(%(alike)s))
    ),
    f AS (
        SELECT c.person_id, c.birth_on, c.about, h.id AS phone_id, h.number_index, h.owner, {fate} AS fate
        FROM c LEFT JOIN people_phone h ON h.person_id = c.person_id AND h."order" = 1
               LEFT JOIN reminders_wish w ON w.person_id = c.person_id AND w.is_live
               LEFT JOIN reminders_stoppedphone x ON x.number_index = h.number_index
               LEFT JOIN l ON l.person_id = c.person_id {joins}
    )
"""
# Who bears a shared message is asked of shared phones alone: the holder of the phone or the eldest. The rows go in by person, so
# that the key grows at its end. A keyed hash is 32 hex digits: as a uuid it is compared in a tenth of the time.
_WRITE = """
    , r AS MATERIALIZED (
        SELECT person_id, birth_on, about, phone_id, number_index::uuid AS phone, owner <> 'self' AS is_others FROM f
        WHERE fate = 'reached' {new}
    ),
    n AS (
        SELECT r.person_id, first_value(r.person_id) OVER (
                   PARTITION BY r.phone ORDER BY r.is_others, r.birth_on, r.person_id
               ) AS bearer
        FROM r JOIN (SELECT phone FROM r GROUP BY phone HAVING count(*) > 1) t ON t.phone = r.phone
    )
    INSERT INTO reminders_message
           (reminder_id, person_id, phone_id, told_with, about, state, due_at, tries, reference, problem)
    SELECT %(reminder)s, r.person_id, r.phone_id, coalesce(n.bearer, r.person_id), r.about,
           CASE WHEN n.bearer <> r.person_id THEN 'named' ELSE 'waiting' END, %(due_at)s, 0, '', ''
    FROM r LEFT JOIN n ON n.person_id = r.person_id
    ORDER BY r.person_id
"""
_NEW = """
    AND NOT EXISTS (SELECT 1 FROM reminders_message k WHERE k.reminder_id = %(reminder)s AND k.person_id = f.person_id)
"""
# The planner takes the reached for a few and would walk them person by person; compiling the statement costs more than it gives.
_BEFORE, _AFTER = (
    "SET LOCAL work_mem = '128MB'; SET LOCAL enable_nestloop = off; SET LOCAL jit = off",
    "SET LOCAL enable_nestloop TO DEFAULT; SET LOCAL jit TO DEFAULT",
)


_OWN = "SELECT count(*) FROM reminders_message WHERE reminder_id = %s AND state <> 'named'"


@dataclass(frozen=True)
class Asked:
    """An occasion at or below an area. `on` is the day it speaks of."""

    occasion: str
    area_code: str
    on: date


def fates(asked: Asked) -> dict[str, int]:
    """Fate → people."""
    sql, parameters = _chosen(asked)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} SELECT fate, count(*) FROM f GROUP BY fate", parameters)
        return dict(cursor.fetchall())


def phones(asked: Asked) -> int:
    """How many messages those who are reached make."""
    sql, parameters = _chosen(asked)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{sql} SELECT count(DISTINCT number_index::uuid) FROM f WHERE fate = 'reached'", parameters
        )
        return int(cursor.fetchone()[0])


def sample(asked: Asked, most: int = 3) -> list[list[tuple[UUID, UUID | None]]]:
    """The first few messages that would be written: whom each names, with what it is about."""
    sql, parameters = _chosen(asked)
    chosen = f"""{sql} SELECT array_agg(person_id ORDER BY person_id), array_agg(about ORDER BY person_id) FROM f
                 WHERE fate = 'reached' GROUP BY number_index ORDER BY count(*) DESC, min(person_id::text) LIMIT %(many)s"""
    with connection.cursor() as cursor:
        cursor.execute(chosen, parameters | {"many": most})
        return [list(zip(people, about, strict=True)) for people, about in cursor.fetchall()]


def write(reminder_id: UUID, asked: Asked) -> tuple[int, int]:
    """A row for everybody who is reached, in one statement; whoever has one of this reminder already keeps it. Returns how many
    rows, and messages of this reminder."""
    sql, parameters = _chosen(asked)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM reminders_message WHERE reminder_id = %s)", [reminder_id]
        )
        insert = _WRITE.format(new=_NEW if cursor.fetchone()[0] else "")
        cursor.execute(_BEFORE)
        cursor.execute(
            f"{sql} {insert}", parameters | {"reminder": reminder_id, "due_at": rules().loud_at(clock.now())}
        )
        people = cursor.rowcount
        cursor.execute(_AFTER)
        cursor.execute(_OWN, [reminder_id])
        return people, int(cursor.fetchone()[0])


def still(asked: Asked, person_ids: Collection[UUID]) -> set[UUID]:
    """Which of these people are still concerned and have not said no since. Whether they were told lately is not asked: this is
    it."""
    sql, parameters = _chosen(asked, person_ids)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} SELECT person_id FROM f WHERE fate IN ('reached', 'told_lately')", parameters)
        return {row[0] for row in cursor.fetchall()}


def _chosen(asked: Asked, only: Collection[UUID] | None = None) -> tuple[str, dict[str, Any]]:
    urging = asked.occasion in ("due", "overdue")
    of = {f"of_{row}": f"AND {row}.person_id = ANY(%(only)s)" if only is not None else "" for row in "ambz"}
    sql = _CHOSEN.format(
        **of,
        only="AND id = ANY(%(only)s)" if only is not None else "",
        concerned=_CONCERNED[asked.occasion],
        fate=_FATE.format(
            not_asked=_NOT_ASKED if rules().consent == "asked" else "", not_urged=_NOT_URGED if urging else ""
        ),
        joins=_URGED.format(**of) if urging else "",
    )
    lately, alike = _earlier(asked)
    return sql, {
        "area": f"{asked.area_code}%", "today": clock.today(), "on": asked.on, "group": campaign.GROUP,
        "born_until": campaign.born_until(asked.on), "ahead": rules().review_ahead_days, "most": rules().most,
        "lately": lately, "alike": alike, "only": list(only or ()),
    }  # fmt: skip


def _earlier(asked: Asked) -> tuple[list[UUID], list[UUID]]:
    """(reminders that count against how often somebody may be reminded, those of them about the same thing)."""
    since = clock.now() - timedelta(days=rules().most_days)
    rows = Reminder.objects.unscoped("whoever sent them").filter(started_at__gt=since)
    if not texts().by_occasion[asked.occasion].limited:
        alike = list(rows.filter(occasion=asked.occasion, on=asked.on).values_list("pk", flat=True))
        return alike, alike
    limited = [words.occasion for words in texts().by_occasion.values() if words.limited]
    counted = dict(rows.filter(occasion__in=limited).values_list("pk", "occasion"))
    return list(counted), [key for key, occasion in counted.items() if occasion == asked.occasion]
