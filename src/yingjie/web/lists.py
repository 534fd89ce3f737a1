"""The list: filters in the address, sort, pages, ticks, bulk actions, export of exactly what is shown.

A module declares a list once and gives its rows through a source:

    LEDGER = ListSpec(
        name="ledger", title=_("Ledger"),
        columns=(
            Column("name", _("Name"), "link", url=lambda row: reverse("person", args=[row.id])),
            Column("status", _("Status"), "status"),
            Column("number", _("Identity number"), "masked"),
            Column("born_on", _("Born"), "date"),
            Column("doses", _("Doses"), "number"),
            Column("coverage", _("Coverage"), "percent"),          # the row gives (done, total)
        ),
        filters=(search(_("Name")), Filter("status", _("Status"), choices=status_choices("due", "overdue"))),
        sorts=("name", "-born_on"),                                # keys of columns; the first is the default, "-" is descending
        bulk=(BulkAction("remind", _("Remind"), url_name="remind", permission="outreach.record", icon="phone"),),
        export_permission="people.export",                         # left out: no export
        empty=Empty(_("Nobody yet"), _("Import a roster first."), url_name="import", button=_("Import a roster")),
    )

    @page("people.view")
    def ledger(request: ActorRequest) -> HttpResponse:
        return build(request, LEDGER, LedgerSource(request.actor)).respond(request, "people/ledger.html")

    class LedgerSource:                                            # filters: {key: str | date}, only what is set and valid
        def count(self, filters) -> int: ...
        def rows(self, filters, sort, offset, limit) -> Sequence[row]: ...
        def all(self, filters, sort) -> Iterable[row]: ...

A long list pages by its last row instead of by number: its source has `window` too (class WindowSource), which finds the rows after
or before the one whose id stands in the address; `count` may then stop early and give `AtLeast(1000)`, shown as "1,000+".

The template extends web/base.html and says `{% include "web/list.html" %}`. Rows are any objects (or dicts) with an `id`;
give every sort a tie-breaker so that pages do not overlap. A bulk view asks `selected(request, LEDGER, source)` for the ticked
ids, or for everything in the filter ("all N"), and gets the same answer that the person saw counted. Never let a search box take
an identity number or a phone: addresses are written into logs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from yingjie.foundation.access.gates import ActorRequest
from yingjie.web.list_spec import (
    PAGE_SIZES,
    AtLeast,
    BulkAction,
    Choices,
    Column,
    Empty,
    Filter,
    Filters,
    ListSpec,
    Source,
    Window,
    WindowSource,
    search,
    status_choices,
)  # fmt: skip
from yingjie.web.list_state import NothingSelected, Selection, State, read_state, selected

__all__ = [
    "PAGE_SIZES",
    "AtLeast",
    "BulkAction",
    "Choices",
    "Column",
    "Empty",
    "Filter",
    "Filters",
    "ListPage",
    "ListSpec",
    "NothingSelected",
    "Selection",
    "Source",
    "State",
    "Window",
    "WindowSource",
    "build",
    "read_state",
    "search",
    "selected",
    "status_choices",
]


@dataclass(frozen=True)
class Cell:
    column: Column
    value: Any
    url: str


@dataclass(frozen=True)
class Row:
    id: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Heading:
    column: Column
    url: str
    direction: str


class ListPage:
    """One page of a list as the template reads it (`list`)."""

    def __init__(self, request: ActorRequest, spec: ListSpec, source: Source) -> None:
        self.spec, self.source, self.actor, self.path = spec, source, request.actor, request.path
        self.state = read_state(request.GET, spec, request.actor)
        self.export = request.GET.get("export", "")

    @cached_property
    def total(self) -> int:
        if self.export and self.is_windowed:
            return cast(WindowSource, self.source).exact_count(self.state.filters)
        return self.source.count(self.state.filters)

    @property
    def finds(self) -> bool:
        """Whether a box of its own takes the search text by POST."""
        return any(each.find_url_name for each in self.spec.filters)

    @property
    def is_windowed(self) -> bool:
        return hasattr(self.source, "window")

    @cached_property
    def window(self) -> Window:
        asked, state = cast(WindowSource, self.source), self.state
        return asked.window(state.filters, state.sort, state.size, after=state.after, before=state.before)

    @cached_property
    def page_count(self) -> int:
        return max(1, -(-self.total // self.state.size))

    @cached_property
    def page(self) -> int:
        return min(self.state.page, self.page_count)

    @cached_property
    def rows(self) -> list[Row]:
        if self.is_windowed:
            return [self._row(row) for row in self.window.rows] if self.total else []
        offset = (self.page - 1) * self.state.size
        found = (
            self.source.rows(self.state.filters, self.state.sort, offset, self.state.size)
            if self.total
            else ()
        )
        return [self._row(row) for row in found]

    @property
    def first(self) -> int:
        return (self.page - 1) * self.state.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.page * self.state.size, self.total)

    @property
    def headings(self) -> list[Heading]:
        return [self._heading(column) for column in self.spec.columns]

    @property
    def fields(self) -> list[dict[str, Any]]:
        """The filters with what is set in them, for the form above the list."""
        return [
            {
                "filter": each,
                "value": self.state.filters.get(each.key, ""),
                "choices": each.choices_for(self.actor),
            }
            for each in self.spec.filters
        ]

    @property
    def chips(self) -> list[dict[str, Any]]:
        """What narrows the list now, each with the address that takes it away."""
        shown = []
        for each in self.spec.filters:
            if each.key in self.state.filters:
                value = self.state.filters[each.key]
                words = dict(each.choices_for(self.actor)).get(str(value), value)
                shown.append({"label": each.label, "words": words, "url": self.address(**{each.key: None})})
        return shown

    @property
    def bulk(self) -> list[dict[str, Any]]:
        return [
            {"action": each, "url": reverse(each.url_name)}
            for each in self.spec.bulk
            if self.actor.may(each.permission)
        ]

    @property
    def may_export(self) -> bool:
        return bool(self.spec.export_permission) and self.actor.may(self.spec.export_permission)

    @property
    def clear_url(self) -> str:
        return self.path

    @property
    def query(self) -> str:
        """The address's own words for filters and sort, without the page: what a bulk form carries back."""
        return urlencode(self._parameters(page=None))

    @property
    def sizes(self) -> list[tuple[int, str]]:
        return [(size, self.address(size=size, page=None)) for size in PAGE_SIZES]

    @property
    def pages(self) -> list[tuple[int, str]]:
        """The pages around this one, with the first and the last; 0 stands for a gap."""
        near = sorted(
            {1, self.page_count, *range(max(1, self.page - 2), min(self.page_count, self.page + 2) + 1)}
        )
        shown: list[tuple[int, str]] = []
        for before, number in zip([0, *near], near, strict=False):
            if number - before > 1:
                shown.append((0, ""))
            shown.append((number, self.address(page=number)))
        return shown

    @property
    def previous_url(self) -> str:
        if self.is_windowed:
            return self.address(before=self.rows[0].id) if self.rows and self.window.has_before else ""
        return self.address(page=self.page - 1) if self.page > 1 else ""

    @property
    def next_url(self) -> str:
        if self.is_windowed:
            return self.address(after=self.rows[-1].id) if self.rows and self.window.has_after else ""
        return self.address(page=self.page + 1) if self.page < self.page_count else ""

    @property
    def xlsx_url(self) -> str:
        return self.address(page=None, export="xlsx")

    @property
    def csv_url(self) -> str:
        return self.address(page=None, export="csv")

    def address(self, **changes: Any) -> str:
        """This list's address with some of its words changed (None takes one away)."""
        said = urlencode(self._parameters(**changes))
        return f"{self.path}?{said}" if said else self.path

    def respond(
        self,
        request: HttpRequest,
        template: str = "web/list_page.html",
        context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The whole page; for htmx only the part with the rows; for `?export=` the file."""
        if self.export:
            from yingjie.web.list_export import exported

            return cast(HttpResponse, exported(self))
        is_part = request.headers.get("HX-Target") == f"list-{self.spec.name}"
        is_part = is_part and not request.headers.get("HX-History-Restore-Request")
        response = render(
            request, "web/list_body.html" if is_part else template, {**(context or {}), "list": self}
        )
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return response

    def _parameters(self, **changes: Any) -> dict[str, str]:
        state = self.state
        said: dict[str, Any] = dict(state.filters)
        if self.spec.sorts and state.sort != self.spec.sorts[0]:
            said["sort"] = state.sort
        if state.size != self.spec.page_size:
            said["size"] = state.size
        if state.page > 1 and not set(changes) & {each.key for each in self.spec.filters}:
            said["page"] = state.page
        said |= changes
        if said.get("page") == 1:
            said["page"] = None
        if said.get("size") == self.spec.page_size:
            said["size"] = None
        return {key: str(value) for key, value in said.items() if value is not None}

    def _row(self, row: Any) -> Row:
        identifier = row.get(self.spec.row_id) if isinstance(row, Mapping) else getattr(row, self.spec.row_id)
        cells = (Cell(each, each.of(row), each.url(row) if each.url else "") for each in self.spec.columns)
        return Row(str(identifier), tuple(cells))

    def _heading(self, column: Column) -> Heading:
        offered = next((sort for sort in self.spec.sorts if sort.lstrip("-") == column.key), "")
        if not offered:
            return Heading(column, "", "")
        now = self.state.sort
        if now.lstrip("-") != column.key:
            return Heading(column, self.address(sort=offered, page=None), "none")
        turned = column.key if now.startswith("-") else f"-{column.key}"
        direction = "descending" if now.startswith("-") else "ascending"
        return Heading(column, self.address(sort=turned, page=None), direction)


def build(request: ActorRequest, spec: ListSpec, source: Source) -> ListPage:
    """The page of a list that this address asks for."""
    return ListPage(request, spec, source)
