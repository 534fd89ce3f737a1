"""Figures by any combination of area, line, age, group, dose, product, site and day (自定义查询), for whoever may see those people.

Two kinds of figures. Of people: residents of a day by the one definition of coverage (`counting.py`): to vaccinate, with a first
dose, with a full course, still without. Of doses: those given in a stretch of days to the residents of its last day. What the actor
may not see is not counted, so a line's account sees its line and a village's its village; no cell shows more than its rows would.

Names of dimensions and measures are looked up here and never come from outside; values are parameters.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from vaxkit.coverage import AGE_BANDS, Coverage
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.foundation.snapshot import one_snapshot
from yingjie.oversight import counting, kept_answers, relations
from yingjie.oversight.refusals import CannotBeAsked, DayToCome
from yingjie.vaccines.queries import course

PERMISSION = "people.view"
#: Dimensions of people, and those that doses have besides.
OF_PEOPLE = ("town", "village", "line", "age", "category")
OF_DOSES = ("dose", "product", "site", "day")
#: What can be counted; the last one is of doses, all others of people.
MEASURES = ("people", "first", "full", "left", "first_rate", "full_rate", "doses")
MOST_CELLS = 20_000


@dataclass(frozen=True)
class Asked:
    """A question. `rows` and `columns` are dimensions (columns "" for none), `only` narrows by dimension. `from_on` matters for
    doses alone; `until_on` is the day on which people are residents. Raises CannotBeAsked for what does not fit together, and
    DayToCome."""

    area_code: str
    measure: str
    rows: str
    until_on: date
    from_on: date | None = None
    columns: str = ""
    only: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = (*OF_PEOPLE, *OF_DOSES) if self.measure == "doses" else OF_PEOPLE
        asked = [self.rows, *([self.columns] if self.columns else []), *self.only]
        if (
            self.measure not in MEASURES
            or self.rows == self.columns
            or any(each not in known for each in asked)
        ):
            raise CannotBeAsked()
        if self.from_on is not None and self.from_on > self.until_on:
            raise CannotBeAsked()
        if self.until_on > clock.today():
            raise DayToCome(on=self.until_on)

    @property
    def is_of_doses(self) -> bool:
        return self.measure == "doses"

    @property
    def is_rate(self) -> bool:
        return self.measure.endswith("_rate")

    @property
    def adds_up(self) -> bool:
        """Somebody in several groups stands in several rows."""
        return "category" not in (self.rows, self.columns)


@dataclass(frozen=True)
class Answer:
    """`cells` by (row, column) with "" for no columns; the margins stand under `row_sums`, `column_sums` and `total`. A figure is a
    count over a count: for rates as it says, for all others over nothing."""

    asked: Asked
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], Coverage]
    row_sums: Mapping[str, Coverage]
    column_sums: Mapping[str, Coverage]
    total: Coverage


def answer(actor: Actor, asked: Asked) -> Answer:
    """Raises NotFound where the actor may not see people, CannotBeAsked for more cells than a table holds."""
    if not actor.sees(PERMISSION, asked.area_code):
        raise NotFound()
    with one_snapshot():
        found = asked_of_sums(actor, asked)
        if found is None:
            found = asked_of_rows(actor, asked)
    if len(found) > MOST_CELLS:
        raise CannotBeAsked()
    cells: dict[tuple[str, str], Coverage] = {}
    row_sums: dict[str, Coverage] = {}
    column_sums: dict[str, Coverage] = {}
    total = Coverage(0, 0)
    for row, column, level, *counts in found:
        figure = _figure(asked.measure, counts)
        match int(level):
            case 0:
                cells[str(row), str(column)] = figure
            case 1:
                row_sums[str(row)] = figure
            case 2:
                column_sums[str(column)] = figure
            case _:
                total = figure
    rows = tuple(row for row in _ordered(asked.rows, row_sums))
    return Answer(
        asked, rows, tuple(_ordered(asked.columns, column_sums)), cells, row_sums, column_sums, total
    )


def asked_of_sums(actor: Actor, asked: Asked) -> list[tuple[Any, ...]] | None:
    """From the kept sums; None where they do not tell apart what is asked."""
    return kept_answers.answered(
        actor, PERMISSION, asked.area_code, asked.until_on, of_doses=asked.is_of_doses, since=asked.from_on, row=asked.rows,
        column=asked.columns, only=asked.only,
    )  # fmt: skip


def asked_of_rows(actor: Actor, asked: Asked) -> list[tuple[Any, ...]]:
    """The same figures counted from the rows, of whom the actor sees."""
    row = _DIMENSIONS[asked.rows]
    column = _DIMENSIONS[asked.columns] if asked.columns else "''"
    used = {asked.rows, asked.columns, *asked.only}
    joined = {asked.rows, asked.columns} | ({"line"} & set(asked.only))
    joins = " ".join(join for name, join in _JOINS.items() if name in joined)
    joins += _DOSES if asked.is_of_doses else " LEFT JOIN had ON had.person_id = h.id"
    where = " AND ".join(_condition(name) for name in asked.only) or "true"
    parts = [relations.HERE, relations.HAD]
    parts += [relations.LINE] if "line" in used else []
    parts += [relations.CATEGORY] if "category" in used else []
    had = "" if asked.is_of_doses else ", had.first_on, had.is_full"
    sums = "count(*)" if asked.is_of_doses else f"{relations.SUMS}, {_LEFT}"
    sql = f"""
        WITH {", ".join(parts)}
        SELECT r, c, GROUPING(r, c), {sums.replace("h.birth_on", "birth_on").replace("had.", "")}
        FROM (
            SELECT ({row})::text AS r, ({column})::text AS c, h.birth_on{had}
            FROM here h {joins} WHERE {where}
        ) found GROUP BY GROUPING SETS ((r, c), (r), (c), ())
    """
    more: dict[str, Any] = {f"only_{name}": value for name, value in asked.only.items()}
    more["from"] = asked.from_on or date.min
    return counting.rows_of(
        sql, asked.area_code, course(asked.until_on), asked.until_on, clock.now(), actor=actor, permission=PERMISSION,
        more=more,
    )  # fmt: skip


def _figure(measure: str, counts: list[Any]) -> Coverage:
    if measure == "doses":
        return Coverage(counts[0], 0)
    people, first, full, _recent, left = (int(count or 0) for count in counts)
    return {
        "people": Coverage(people, 0),
        "first": Coverage(first, 0),
        "full": Coverage(full, 0),
        "left": Coverage(left, 0),
        "first_rate": Coverage(first, people),
        "full_rate": Coverage(full, people),
    }[measure]


def _condition(name: str) -> str:
    if name == "category":
        return "EXISTS (SELECT 1 FROM category only_c WHERE only_c.person_id = h.id AND only_c.code = %(only_category)s)"
    return f"({_DIMENSIONS[name]})::text = %(only_{name})s"


def _ordered(dimension: str, keys: Mapping[str, Any]) -> list[str]:
    """Ages from the youngest, everything else by its key."""
    if dimension == "age":
        order = {band.code: at for at, band in enumerate(AGE_BANDS)}
        return sorted(keys, key=lambda key: order.get(key, len(order)))
    return sorted(keys)


_DIMENSIONS = {
    "town": "left(h.area_id, 9)",
    "village": "left(h.area_id, 12)",
    "line": "coalesce(line.line_id, %(no_line)s)",
    "age": relations.band_of("h.birth_on"),
    "category": "category.code",
    "dose": "d.number",
    "product": "d.product_id",
    "site": "coalesce(d.site_id::text, '')",
    "day": "d.given_on",
}
#: Dimensions that stand in a relation of their own. Narrowing by group asks whether it is there and joins nothing.
_JOINS = {
    "line": "LEFT JOIN line ON line.person_id = h.id",
    "category": "JOIN category ON category.person_id = h.id",
}
_DOSES = """
    JOIN doses_dose d ON d.person_id = h.id AND d."group" = %(group)s AND d.voided_at IS NULL
        AND d.recorded_at <= %(known)s AND d.given_on BETWEEN %(from)s AND %(on)s
"""
_LEFT = "count(*) FILTER (WHERE h.birth_on <= %(born)s AND had.first_on IS NULL)"
