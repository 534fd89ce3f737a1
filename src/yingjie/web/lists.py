"""The list: filters in the address, sort, pages, ticks, bulk actions, export of exactly what is shown.

A module declares a list once and gives its rows through a source:

    LEDGER = ListSpec(
        name="ledger", title=_("Ledger"),
        columns=(
            Column("name", _("Name"), "link", url=lambda row: reverse("person", args=[row.id])),
            Column("status", _("Status"), "status"),
            Column("number", _("Identity number"), "masked"),
            Column("born_on", _("Born"), "day"),
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

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal, Protocol, cast
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _

from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.gates import ActorRequest
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.web import registry
from yingjie.web.registry import Words

CellKind = Literal["text", "link", "status", "number", "percent", "day", "moment", "masked"]
FilterKind = Literal["choice", "search", "day", "text"]
Filters = Mapping[str, Any]
Choices = Sequence[tuple[str, Words]]
PAGE_SIZES = (25, 50, 100, 200)
NOTHING = _("Nothing here yet")
ROWS = _("rows")


class NothingSelected(Refusal):
    code = "list.nothing_selected"
    reason = _("No row is ticked.")
    next_step = _("Tick the rows that you mean, or “all” of the filter, and press the button again.")
    status = 400


class Source(Protocol):
    def count(self, filters: Filters) -> int: ...
    def rows(self, filters: Filters, sort: str, offset: int, limit: int) -> Sequence[Any]: ...
    def all(self, filters: Filters, sort: str) -> Iterable[Any]: ...


class AtLeast(int):
    """A count that was stopped early: so many, and more."""

    def __format__(self, spec: str) -> str:
        return f"{int(self):{spec}}+"


@dataclass(frozen=True)
class Window:
    """Rows in the order of the sort, and whether there are others before and after them."""

    rows: Sequence[Any]
    has_before: bool
    has_after: bool


class WindowSource(Source, Protocol):
    def window(self, filters: Filters, sort: str, limit: int, *, after: str, before: str) -> Window:
        """The first `limit` rows after the row with the id `after`, or the last ones before `before`; both "": the first of all.
        An id that is no row of the list's gives the first of all."""

    def exact_count(self, filters: Filters) -> int: ...


@dataclass(frozen=True)
class Column:
    """`value(row)` is taken instead of the row's attribute `key`; `url(row)` makes the cell a link; `digits` for broken numbers."""

    key: str
    label: Words
    kind: CellKind = "text"
    value: Callable[[Any], Any] | None = None
    url: Callable[[Any], str] | None = None
    digits: int = 0

    def of(self, row: Any) -> Any:
        if self.value is not None:
            return self.value(row)
        return row.get(self.key) if isinstance(row, Mapping) else getattr(row, self.key)


@dataclass(frozen=True)
class Filter:
    """One field above the list. `choices`: pairs, or a function of the actor that gives them. A search whose text must not stand in
    an address as it is (somebody types a whole number) names the view that takes it by POST first: `find_url_name`."""

    key: str
    label: Words
    kind: FilterKind = "choice"
    choices: Choices | Callable[[Actor], Choices] = ()
    placeholder: Words = ""
    find_url_name: str = ""

    @property
    def find_url(self) -> str:
        return reverse(self.find_url_name) if self.find_url_name else ""

    def choices_for(self, actor: Actor) -> list[tuple[str, Words]]:
        return list(self.choices(actor) if callable(self.choices) else self.choices)

    def understood(self, given: str, actor: Actor) -> Any:
        """The value for the source, or None where the address holds nothing that this filter knows."""
        given = given.strip()
        if not given:
            return None
        if self.kind == "choice":
            return given if given in {value for value, _label in self.choices_for(actor)} else None
        if self.kind == "day":
            try:
                return date.fromisoformat(given)
            except ValueError:
                return None
        return given[:100]


@dataclass(frozen=True)
class BulkAction:
    """A button over the ticked rows. `confirm` is the question asked first; `url_name` gets the form by POST."""

    key: str
    label: Words
    url_name: str
    permission: str
    icon: str = "square-check"
    confirm: Words = ""
    tone: str = ""


@dataclass(frozen=True)
class Empty:
    """What is said where there is nothing at all, and what to do first."""

    title: Words = NOTHING
    text: Words = ""
    url_name: str = ""
    button: Words = ""

    @property
    def url(self) -> str:
        return reverse(self.url_name) if self.url_name else ""


@dataclass(frozen=True)
class ListSpec:
    name: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    sorts: tuple[str, ...] = ()
    bulk: tuple[BulkAction, ...] = ()
    title: Words = ""
    row_id: str = "id"
    export_permission: str = ""
    empty: Empty = field(default_factory=Empty)
    page_size: int = 50
    unit: Words = ROWS


def search(placeholder: Words, key: str = "q", find_url_name: str = "") -> Filter:
    return Filter(key, _("Search"), "search", placeholder=placeholder, find_url_name=find_url_name)


def status_choices(*words: str) -> Callable[[Actor], Choices]:
    """Registered statuses as choices of a filter, in their words on screen."""
    return lambda actor: [(word, registry.current.statuses[word].title) for word in words]


@dataclass(frozen=True)
class State:
    """What the address says: the filters that are set, the sort, the page, or the row after or before which a window begins."""

    filters: dict[str, Any]
    sort: str
    page: int
    size: int
    after: str = ""
    before: str = ""


def read_state(query: QueryDict, spec: ListSpec, actor: Actor) -> State:
    """Anything unknown in the address is passed over: an old bookmark still opens the list."""
    filters = {
        each.key: value
        for each in spec.filters
        if (value := each.understood(query.get(each.key, ""), actor)) is not None
    }
    known = {sort.lstrip("-") for sort in spec.sorts}
    sort = query.get("sort", "")
    size = _whole(query.get("size", ""), spec.page_size)
    return State(
        filters=filters,
        sort=sort if sort.removeprefix("-") in known else (spec.sorts[0] if spec.sorts else ""),
        page=max(1, _whole(query.get("page", ""), 1)),
        size=size if size in PAGE_SIZES else spec.page_size,
        after=query.get("after", "")[:40],
        before=query.get("before", "")[:40],
    )


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


@dataclass(frozen=True)
class Selection:
    """What a bulk action is about: the ids, whether it was "all of the filter", and the filter itself."""

    ids: tuple[str, ...]
    is_everything: bool
    filters: dict[str, Any]

    @property
    def count(self) -> int:
        return len(self.ids)

    @property
    def uuids(self) -> list[UUID]:
        """The ids as what they are. Raises NotFound for what cannot be the id of a row."""
        try:
            return [UUID(each) for each in self.ids]
        except ValueError:
            raise NotFound() from None


def selected(request: ActorRequest, spec: ListSpec, source: Source) -> Selection:
    """The rows that the form of a bulk action means. Ids are passed on as they came: the action checks each against the actor's
    scope. Raises NothingSelected."""
    query = QueryDict(mutable=True)
    query.update(dict(parse_qsl(request.POST.get("query", ""))))
    state = read_state(query, spec, request.actor)
    everything = request.POST.get("everything") == "1"
    if everything:
        rows = source.all(state.filters, state.sort)
        ids = tuple(
            str(row.get(spec.row_id) if isinstance(row, Mapping) else getattr(row, spec.row_id))
            for row in rows
        )
    else:
        ids = tuple(dict.fromkeys(request.POST.getlist("ids")))
    if not ids:
        raise NothingSelected()
    return Selection(ids, everything, state.filters)


def _whole(given: str, otherwise: int) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else otherwise
