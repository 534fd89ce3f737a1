"""Messages that are not sent after all: somebody wants none, or what they were about is over."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import connection

from yingjie.foundation import clock

# A name in a message that has left, or is leaving now, cannot be taken out of it.
_DROP = """
    UPDATE reminders_message m SET state = 'dropped', problem = %(problem)s, ended_at = %(now)s
    WHERE m.reminder_id = ANY(%(reminders)s) AND m.person_id = ANY(%(people)s)
          AND (m.state = ANY(%(open)s) OR (m.state = 'named' AND EXISTS (
              SELECT 1 FROM reminders_message b
              WHERE b.reminder_id = m.reminder_id AND b.person_id = m.told_with AND b.state = ANY(%(open)s))))
    RETURNING m.reminder_id, m.person_id
"""
# Of those whom a dropped message named, the first bears it now and the others stand in theirs.
_PASS_ON = """
    WITH orphans AS (
        SELECT m.reminder_id, m.person_id,
               first_value(m.person_id) OVER (PARTITION BY m.reminder_id, m.told_with ORDER BY m.person_id) AS heir
        FROM reminders_message m JOIN unnest(%s::uuid[], %s::uuid[]) AS g (reminder_id, person_id)
             ON m.reminder_id = g.reminder_id AND m.told_with = g.person_id
        WHERE m.state = 'named'
    )
    UPDATE reminders_message m
    SET told_with = o.heir, state = CASE WHEN o.heir = m.person_id THEN 'waiting' ELSE 'named' END
    FROM orphans o WHERE m.reminder_id = o.reminder_id AND m.person_id = o.person_id
"""


def drop(
    reminder_ids: Collection[UUID], person_ids: Collection[UUID], problem: str, *, claimed: bool = False
) -> int:
    """What waits for these people in these reminders is not sent; others whom their message named keep theirs. `claimed`: what the
    caller itself has claimed too. Call it inside a transaction. Returns how many were dropped."""
    if not person_ids or not reminder_ids:
        return 0
    given: dict[str, Any] = {
        "problem": problem, "now": clock.now(), "reminders": list(reminder_ids), "people": list(person_ids),
        "open": ["waiting", "claimed"] if claimed else ["waiting"],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_DROP, given)
        gone = cursor.fetchall()
        if gone:
            cursor.execute(_PASS_ON, [[row[0] for row in gone], [row[1] for row in gone]])
    return len(gone)
