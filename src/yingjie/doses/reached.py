"""How far a group of people is: who of it has had a dose that counts, by area, and on which days it was given."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.people.group_counts import Group, members
from yingjie.vaccines.queries import CAMPAIGN_GROUP

# Whoever had the second dose had the first: a number is reached by it or any later one that counts.
_HAD = """
    SELECT g.id, g.area_id, min(d.given_on) AS given_on
    FROM ({members}) g JOIN doses_dose d ON d.person_id = g.id
    WHERE d."group" = %s AND d.counts_as >= %s AND d.given_on <= %s AND d.recorded_at <= %s
          AND (d.voided_at IS NULL OR d.voided_at > %s)
    GROUP BY g.id, g.area_id
"""


def by_area(
    actor: Actor,
    code: str,
    on: date,
    group: Group,
    dose: int,
    *,
    until: date | None = None,
    permission: str = "people.view",
) -> dict[str, int]:
    """Area in which they count → people of the group of the day `on` who had dose `dose` by the evening of `until` (left out: of
    that same day), as far as is known now."""
    found: Counter[str] = Counter()
    for rows in _rows(
        f"SELECT t.area_id, count(*) FROM ({_HAD}) t GROUP BY 1",
        actor,
        code,
        on,
        group,
        dose,
        permission,
        until,
    ):
        found.update(dict(rows))
    return dict(found)


def by_day(
    actor: Actor, code: str, on: date, group: Group, dose: int, days: int, permission: str = "people.view"
) -> dict[date, int]:
    """Each of the last `days` days up to `on` → people of the group who reached dose `dose` that day."""
    counted: Counter[date] = Counter()
    sql = f"SELECT t.given_on, count(*) FROM ({_HAD}) t GROUP BY 1"
    for rows in _rows(sql, actor, code, on, group, dose, permission):
        counted.update(dict(rows))
    return {day: counted[day] for day in (on - timedelta(back) for back in range(days - 1, -1, -1))}


def _rows(
    sql: str,
    actor: Actor,
    code: str,
    on: date,
    group: Group,
    dose: int,
    permission: str,
    until: date | None = None,
) -> list[list[tuple[Any, int]]]:
    known_at: datetime = clock.now()
    found = []
    for people, parameters in members(actor, code, on, group, permission):
        with connection.cursor() as cursor:
            cursor.execute(
                sql.format(members=people),
                [*parameters, CAMPAIGN_GROUP, dose, until or on, known_at, known_at],
            )
            found.append(cursor.fetchall())
    return found


# A person without a standing has neither dose nor condition and may have the first dose.
_DUE = """
    SELECT greatest(s.earliest_on, s.deferred_until, %s), count(*)
    FROM ({members}) g LEFT JOIN doses_standing s ON s.person_id = g.id AND s."group" = %s
    WHERE (s.person_id IS NULL AND %s = 1)
          OR (s.next_number = %s AND s.earliest_on IS NOT NULL AND NOT s.is_contraindicated)
    GROUP BY 1
"""


def due_by_day(
    actor: Actor, code: str, on: date, group: Group, dose: int, permission: str = "people.view"
) -> dict[date, int]:
    """Day → people of the group for whom dose `dose` may be given from that day on; `on` holds everybody who may have it
    already."""
    found: Counter[date] = Counter()
    for people, parameters in members(actor, code, on, group, permission):
        with connection.cursor() as cursor:
            cursor.execute(_DUE.format(members=people), [on, *parameters, CAMPAIGN_GROUP, dose, dose])
            found.update(dict(cursor.fetchall()))
    return dict(found)
