"""What a list is: its columns, filters, sorts and bulk actions, and what its source answers. `lists` says how to declare one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yingjie.foundation.access.actor import Actor
from yingjie.web import registry
from yingjie.web.registry import Words

CellKind = Literal["text", "link", "status", "number", "percent", "day", "date", "moment", "masked"]
FilterKind = Literal["choice", "search", "day", "text"]
Filters = Mapping[str, Any]
Choices = Sequence[tuple[str, Words]]
PAGE_SIZES = (25, 50, 100, 200)
NOTHING = _("Nothing here yet")
ROWS = _("rows")


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
