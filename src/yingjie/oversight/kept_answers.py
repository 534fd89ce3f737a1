"""Free queries answered from the kept sums: the same figures as from the rows, without looking at anybody.

The sums answer for today, for whoever sees everybody of an area, and for what is told apart in them: people by township, village,
line, age and one group; doses by township, village, number, product, site and day. None where they do not, and the rows are asked.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection

from vaxkit.coverage import AGE_BANDS
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.oversight import kept
from yingjie.oversight.kept import Kept
from yingjie.vaccines.queries import course

_OF_PEOPLE = {"town": "left(area, 9)", "village": "area", "line": "line", "age": "band"}
_OF_GROUPS = {**_OF_PEOPLE, "category": "category"}
_OF_DOSES = {
    "town": "left(area, 9)", "village": "area", "dose": "state::text", "product": "category", "site": "site", "day": "day::text",
}  # fmt: skip
_ANSWER = """
    SELECT r, c, GROUPING(r, c), {measures} FROM (
        SELECT {row} AS r, {column} AS c, band, state, people FROM ({cells}) cells WHERE {where}
    ) found GROUP BY GROUPING SETS ((r, c), (r), (c), ()) HAVING sum(people) > 0
"""
_PEOPLE = """
    sum(people * ({grown})::int), sum(people * (state & 1)), sum(people * (state & 2) / 2), 0,
    sum(people * ({grown})::int * (1 - (state & 1)))
"""


def answered(
    actor: Actor,
    permission: str,
    code: str,
    on: date,
    *,
    of_doses: bool,
    since: date | None,
    row: str,
    column: str,
    only: Mapping[str, str],
) -> list[tuple[Any, ...]] | None:
    """Rows of (row, column, level of grouping, counts) as `free_query` asks for them, or None. Inside one snapshot."""
    told_apart = _told_apart(of_doses, row, column, only)
    if told_apart is None or not actor.may(permission, code):
        return None
    kind, names = told_apart
    source = kept.source(code, on, clock.now())
    old_enough = source.old_enough(course(on)) if isinstance(source, Kept) else None
    if not isinstance(source, Kept) or old_enough is None:
        return None
    cells, asked = source.cells(kind, (since if of_doses else None) or date.min, on)
    asked |= {f"only_{name}": value for name, value in only.items()}
    asked["grown"] = sorted(old_enough)
    grown = "true" if len(old_enough) == len(AGE_BANDS) else "band = ANY(%(grown)s)"
    sql = _ANSWER.format(
        measures="sum(people)" if of_doses else _PEOPLE.format(grown=grown),
        row=names[row],
        column=names[column] if column else "''",
        cells=cells,
        where=" AND ".join(f"{names[name]} = %(only_{name})s" for name in only) or "true",
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return cursor.fetchall()


def _told_apart(
    of_doses: bool, row: str, column: str, only: Mapping[str, str]
) -> tuple[str, Mapping[str, str]] | None:
    """(kind of sums, dimension → column) where they tell all that is asked apart. Who stands in two groups is in two sums, so one
    group may narrow, or groups may be told apart, but not both."""
    used = {row, *([column] if column else []), *only}
    if of_doses:
        return ("shot", _OF_DOSES) if used <= _OF_DOSES.keys() else None
    if "category" in used:
        both = "category" in only and "category" in (row, column)
        return ("group", _OF_GROUPS) if used <= _OF_GROUPS.keys() and not both else None
    return ("person", _OF_PEOPLE) if used <= _OF_PEOPLE.keys() else None
