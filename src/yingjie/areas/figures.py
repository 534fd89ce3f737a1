"""Columns that modules above this one hang into the table of an area's children: an area itself counts nothing.

    figures.column("people", _("In the ledger"), people_per_area, permission="people.view")

A provider is asked once per page with the codes of all rows and returns {code: figure}; a code it leaves out counts zero.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from yingjie.foundation.access.actor import Actor

FigureProvider = Callable[[Actor, str, Sequence[str]], dict[str, int]]


@dataclass(frozen=True)
class FigureColumn:
    """`url_name` is a list that takes `?area=code`: every figure leads to the rows behind it."""

    key: str
    title: str | Promise
    provider: FigureProvider
    permission: str
    url_name: str = ""
    order: int = 50


COLUMNS: dict[str, FigureColumn] = {}


def column(
    key: str,
    title: str | Promise,
    provider: FigureProvider,
    *,
    permission: str,
    url_name: str = "",
    order: int = 50,
) -> None:
    """Hang a column; called from a module's `web_entries.py`."""
    COLUMNS[key] = FigureColumn(key, title, provider, permission, url_name, order)


def columns_for(actor: Actor) -> list[FigureColumn]:
    """The columns that this actor may see, in their order."""
    return sorted(
        (column for column in COLUMNS.values() if actor.may(column.permission)), key=lambda found: found.order
    )
