"""How stock is shown: the list of movements, and a balance with its words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.foundation.access.actor import Actor
from yingjie.stock import queries
from yingjie.stock.wording import LOT_STATES, MOVEMENT_TITLES, STATE_TITLES
from yingjie.vaccines.wording import in_language
from yingjie.web.lists import Column, Empty, Filter, Filters, ListSpec
from yingjie.web.registry import Words


@dataclass(frozen=True)
class ShownBalance:
    row: queries.BalanceRow
    product: str
    state: Words
    tone: str
    icon: str


def shown(row: queries.BalanceRow) -> ShownBalance:
    title, tone, icon = LOT_STATES[row.state]
    return ShownBalance(row, in_language(row.product.short_title), title, tone, icon)


MOVEMENTS = ListSpec(
    name="movements",
    title=_("Movements"),
    row_id="at",
    columns=(
        Column("at", pgettext_lazy("movement", "When"), "moment"),
        Column("kind", pgettext_lazy("movement", "What"), value=lambda row: MOVEMENT_TITLES[row.kind]),
        Column("lot_number", _("Lot")),
        Column("product", _("Vaccine"), value=lambda row: in_language(row.product.short_title)),
        Column("doses", _("Doses"), "number"),
        Column("state", _("Stock"), value=lambda row: STATE_TITLES[row.state]),
        Column("by", pgettext_lazy("movement", "By")),
        Column("note", _("Reason"), value=lambda row: row.note or "–"),
    ),
    filters=(
        Filter("kind", pgettext_lazy("movement", "What"), choices=tuple(MOVEMENT_TITLES.items())),
        Filter("lot", _("Lot"), "text"),
        Filter("from", pgettext_lazy("day", "From"), "day"),
        Filter("until", pgettext_lazy("day", "Until"), "day"),
    ),
    sorts=("-at",),
    export_permission="stock.view",
    empty=Empty(
        _("No movement yet"), _("Receive the first delivery; every dose in and out then stands here.")
    ),
    unit=_("movements"),
)


class MovementSource:
    """The movements of one site."""

    def __init__(self, actor: Actor, site_id: UUID) -> None:
        self.actor, self.site_id = actor, site_id

    def count(self, filters: Filters) -> int:
        return self._rows(filters).count()

    def rows(self, filters: Filters, sort: str, offset: int, limit: int) -> Sequence[Any]:
        return [queries.movement(row) for row in self._sorted(filters, sort)[offset : offset + limit]]

    def all(self, filters: Filters, sort: str) -> Iterable[Any]:
        return (queries.movement(row) for row in self._sorted(filters, sort).iterator(chunk_size=2_000))

    def _sorted(self, filters: Filters, sort: str) -> QuerySet[Any]:
        return self._rows(filters).order_by(*(("at", "pk") if sort == "at" else ("-at", "-pk")))

    def _rows(self, filters: Filters) -> QuerySet[Any]:
        return queries.movement_rows(
            self.actor,
            self.site_id,
            kind=filters.get("kind"),
            lot=filters.get("lot"),
            from_on=filters.get("from"),
            until_on=filters.get("until"),
        )
