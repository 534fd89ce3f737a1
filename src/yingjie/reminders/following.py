"""What of reminders follows a person when two records become one: their messages, and what they said about being reminded."""

from typing import Any
from uuid import UUID

from django.db import connection

from yingjie.people.following import Mover
from yingjie.reminders.models import Message, Wish

_LOCKED = "of two people who are locked to become one"


def one_wish(kept: UUID, gone: UUID) -> None:
    """Where both said something, the newer one stands; a "no" stands above a "yes" of the same moment."""
    rows = list(Wish.objects.unscoped(_LOCKED).filter(person_id__in=(kept, gone), is_live=True))
    for older in sorted(rows, key=lambda row: (row.at, row.says == "no", row.pk))[:-1]:
        older.is_live = False
        older.save(update_fields=["is_live"])


class _WithMessages(Mover):
    """Messages have no key of their own but (reminder, person): what one person had of a reminder already stays where it is."""

    def move(self, kept: UUID, gone: UUID) -> dict[str, Any]:
        moved = super().move(kept, gone)
        with connection.cursor() as cursor:
            cursor.execute(_GIVE, [kept, gone, kept])
            moved["reminders"] = sorted(str(row[0]) for row in cursor.fetchall())
            cursor.execute(_NAMED, [kept, gone])
            moved["named"] = sorted([str(a), str(b)] for a, b in cursor.fetchall())
            # One who had a message as each of the two gets no second one.
            cursor.execute(_DROP, [gone])
        return moved

    def back(self, kept: UUID, gone: UUID, moved: dict[str, Any]) -> None:
        super().back(kept, gone, moved)
        messages = Message.objects.unscoped(_LOCKED)
        messages.filter(person_id=kept, reminder_id__in=moved.get("reminders", [])).update(person_id=gone)
        for reminder_id, person_id in moved.get("named", []):
            where = gone if person_id == str(kept) and reminder_id in moved["reminders"] else person_id
            messages.filter(reminder_id=reminder_id, person_id=where).update(told_with=gone)


_GIVE = """
    UPDATE reminders_message m SET person_id = %s
    WHERE m.person_id = %s AND NOT EXISTS
        (SELECT 1 FROM reminders_message o WHERE o.reminder_id = m.reminder_id AND o.person_id = %s)
    RETURNING m.reminder_id
"""
_NAMED = "UPDATE reminders_message SET told_with = %s WHERE told_with = %s RETURNING reminder_id, person_id"
_DROP = (
    "UPDATE reminders_message SET state = 'dropped' WHERE person_id = %s AND state IN ('waiting', 'claimed')"
)

MOVER = _WithMessages([(Wish, "person_id")], [], one_wish, (Message,))
