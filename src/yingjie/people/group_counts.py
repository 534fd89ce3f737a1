"""How many people of a group live in each area, told by the line that answers for them: the denominators of targets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from yingjie.foundation.access.actor import Actor
from yingjie.people.queries import years_before
from yingjie.people.residents import counted_on

NO_LINE = "none"


@dataclass(frozen=True)
class Group:
    """Ages in full years on the day of counting, both ends included; `category` a code of `data/categories.yaml` or everybody;
    `present_only`: without those who live away."""

    age_from: int = 0
    age_until: int | None = None
    category: str = ""
    present_only: bool = False


def by_area_and_line(
    actor: Actor, code: str, on: date, group: Group, permission: str = "people.view"
) -> dict[tuple[str, str], int]:
    """(area, line or NO_LINE) → people of the group at or below `code` on a day. Everybody counts once: under
    one area, and under the line of the unit that counts for them that day."""
    found: dict[tuple[str, str], int] = {}
    for sql, parameters in members(actor, code, on, group, permission):
        with connection.cursor() as cursor:
            cursor.execute(_BY_LINE.format(members=sql), [NO_LINE, *parameters, on, on])
            for area, line, number in cursor.fetchall():
                found[area, line] = found.get((area, line), 0) + number
    return found


def members(
    actor: Actor, code: str, on: date, group: Group, permission: str = "people.view"
) -> Iterator[tuple[str, list[Any]]]:
    """Who belongs to the group on a day, as SQL of (id, area_id) with its parameters, nobody twice over all of them: for
    statements of
    other modules that count what they know of these people."""
    born_until, born_after = _ages(group, on)
    for rows in counted_on(on, present=group.present_only).rows(actor, code, permission):
        try:
            sql, parameters = rows.query.sql_with_params()
        except EmptyResultSet:
            continue
        more = [born_until, born_after, group.category, group.category, on, on]
        yield _MEMBERS.format(people=sql), [*parameters, *more]


_MEMBERS = """
    SELECT p.id, p.area_id FROM ({people}) p (id, area_id, birth_on, whereabouts, pinyin)
    WHERE p.birth_on <= %s AND p.birth_on > %s
          AND (%s = '' OR EXISTS (SELECT 1 FROM people_personcategory c WHERE c.person_id = p.id AND c.code = %s
               AND (c.from_on IS NULL OR c.from_on <= %s) AND (c.until_on IS NULL OR c.until_on > %s)))
"""
_BY_LINE = """
    SELECT g.area_id, coalesce(e.line_id, %s), count(*)
    FROM ({members}) g LEFT JOIN LATERAL (
        SELECT u.line_id FROM people_employment x JOIN areas_unit u ON u.id = x.unit_id
        WHERE x.person_id = g.id AND x.main AND x.from_on <= %s AND (x.until_on IS NULL OR x.until_on > %s)
        ORDER BY x.from_on DESC, x.id DESC LIMIT 1
    ) e ON true
    GROUP BY 1, 2
"""


def _ages(group: Group, on: date) -> tuple[date, date]:
    """(born on or before, born after)."""
    after = date.min if group.age_until is None else years_before(on, group.age_until + 1)
    return years_before(on, group.age_from), after
