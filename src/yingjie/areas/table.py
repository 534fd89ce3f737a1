"""The table of an area's children with the figures that other modules hang into it, and their sum."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from yingjie.areas import figures, levels, queries
from yingjie.areas.queries import AreaRow
from yingjie.foundation.access.actor import Actor


@dataclass(frozen=True)
class Figure:
    title: str | Promise
    value: int
    url: str


@dataclass(frozen=True)
class TableRow:
    area: AreaRow
    children: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class ChildTable:
    """`title` and `below` name the children's level and the next one; `below` is "" for the last level."""

    title: str | Promise
    below: str | Promise
    headings: tuple[str | Promise, ...]
    rows: tuple[TableRow, ...]
    totals: tuple[int, ...]
    children: int

    @property
    def sums(self) -> list[tuple[str | Promise, int]]:
        """Each heading with its total, for a screen too narrow for the last line of the table."""
        return list(zip(self.headings, self.totals, strict=True))


def child_table(actor: Actor, area: AreaRow) -> ChildTable | None:
    """The table for an area's page; None for a micro-grid, which has nothing below it."""
    level = levels.BELOW.get(area.level)
    if level is None:
        return None
    found = queries.child_rows(actor, area.code)
    codes = [row.area.code for row in found]
    columns = figures.columns_for(actor)
    counted = [column.provider(actor, area.code, codes) if codes else {} for column in columns]
    rows = tuple(
        TableRow(
            row.area,
            row.children,
            tuple(
                Figure(column.title, values.get(row.area.code, 0), _list_url(column.url_name, row.area.code))
                for column, values in zip(columns, counted, strict=True)
            ),
        )
        for row in found
    )
    return ChildTable(
        title=levels.PLURALS[level],
        below=levels.PLURALS.get(levels.BELOW.get(level, ""), ""),
        headings=tuple(column.title for column in columns),
        rows=rows,
        totals=tuple(sum(row.figures[at].value for row in rows) for at in range(len(columns))),
        children=sum(row.children for row in rows),
    )


def _list_url(url_name: str, code: str) -> str:
    """The rows behind a figure."""
    if not url_name:
        return ""
    try:
        return f"{reverse(url_name)}?{urlencode({'area': code})}"
    except NoReverseMatch:
        return ""
