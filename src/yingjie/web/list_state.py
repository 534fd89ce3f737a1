"""What the address of a list says, and which rows a bulk action means: one reading for both, so that what was counted is
what is acted on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.gates import ActorRequest
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.web.list_spec import PAGE_SIZES, ListSpec, Source


class NothingSelected(Refusal):
    code = "list.nothing_selected"
    reason = _("No row is ticked.")
    next_step = _("Tick the rows that you mean, or “all” of the filter, and press the button again.")
    status = 400


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
