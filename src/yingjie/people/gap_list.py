"""The lists of gaps and of changes as the screen and the files show them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.foundation.access.actor import Actor
from yingjie.people import choices, gap_queries, words
from yingjie.people.gap_queries import ChangeRow, GapRow
from yingjie.web.lists import Column, Empty, Filter, Filters, ListSpec

KINDS = [(kind, told[0]) for kind, told in words.GAP_KINDS.items()]
COUNTED = ("born", "arrived", "moved", "left", "died", "returned", "corrected", "whereabouts")


def _source(label: str) -> Any:
    return _("The ledger") if label == "ledger" else label


GAPS = ListSpec(
    name="gaps",
    title=_("Gaps"),
    columns=(
        Column("kind", _("Kind"), value=lambda row: words.GAP_KINDS[row.kind][0]),
        Column("place", _("Village or grid")),
        Column(
            "name",
            _("Name"),
            "link",
            url=lambda row: reverse("person", args=[row.person_id]) if row.person_id else "",
        ),
        Column("address", _("Address")),
        Column("known_from", _("Known from"), value=lambda row: _source(row.known_from)),
        Column("missing_in", _("Missing in"), value=lambda row: _source(row.missing_in)),
        Column("note", pgettext_lazy("claim", "Note")),
        Column("found_at", _("Found on"), "moment"),
        Column("state", _("State"), "status", value=lambda row: f"gap-{row.state}"),
        Column("finding", _("Finding"), value=lambda row: words.FINDINGS.get(row.finding, "")),
        Column(
            "settle",
            _("To do"),
            "link",
            value=lambda row: _("Settle") if row.state == "open" else "",
            url=lambda row: reverse("gap_settle", args=[row.id]) if row.state == "open" else "",
        ),
    ),
    filters=(
        Filter("kind", _("Kind"), choices=KINDS),
        Filter("area", _("Area"), choices=choices.filterable),
        Filter("state", _("State"), choices=[("open", _("Open")), ("settled", _("Settled"))]),
    ),
    export_permission="people.export",
    empty=Empty(_("No gaps"), _("Compare two sources, or note an empty home or people who were not met.")),
    unit=_("gaps"),
)
CHANGES = ListSpec(
    name="changes",
    title=_("Changes"),
    columns=(
        Column("on", _("Day"), "day"),
        Column(
            "name",
            _("Name"),
            "link",
            url=lambda row: reverse("person", args=[row.person_id]) if row.person_id else "",
        ),
        Column("kind", _("What happened"), value=lambda row: words.CHANGES[row.kind][0]),
        Column("place", pgettext_lazy("change", "From or at")),
        Column("to_place", pgettext_lazy("change", "To")),
        Column("reason", pgettext_lazy("claim", "Note")),
        Column("by", _("By")),
        Column("at", _("Recorded"), "moment"),
        Column("undone", _("State"), value=lambda row: _("Taken back") if row.undone else ""),
    ),
    filters=(
        Filter("kind", _("What happened"), choices=[(kind, words.CHANGES[kind][0]) for kind in COUNTED]),
        Filter("area", _("Area"), choices=choices.filterable),
        Filter("since", _("From"), "day"),
        Filter("until", _("Until"), "day"),
    ),
    export_permission="people.export",
    empty=Empty(_("No changes yet"), _("Moves, births, deaths and returns will stand here.")),
    unit=_("changes"),
)


class GapSource:
    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def count(self, filters: Filters) -> int:
        return gap_queries.count_gaps(self._actor, **_asked(filters))

    def rows(self, filters: Filters, sort: str, offset: int, limit: int) -> Sequence[GapRow]:
        return gap_queries.gaps(self._actor, offset=offset, limit=limit, **_asked(filters))

    def all(self, filters: Filters, sort: str) -> Iterable[GapRow]:
        return gap_queries.every_gap(self._actor, **_asked(filters))


class ChangeSource:
    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def count(self, filters: Filters) -> int:
        return gap_queries.count_changes(self._actor, **_asked(filters))

    def rows(self, filters: Filters, sort: str, offset: int, limit: int) -> Sequence[ChangeRow]:
        return gap_queries.changes(self._actor, offset=offset, limit=limit, **_asked(filters))

    def all(self, filters: Filters, sort: str) -> Iterable[ChangeRow]:
        return gap_queries.changes(self._actor, **_asked(filters))


def _asked(filters: Any) -> dict[str, Any]:
    return {{"area": "area_code"}.get(key, key): str(value) for key, value in filters.items()}
