"""How stock is shown: the list of movements, balances, deliveries, transfers, fridges and excursions with their words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingjie.foundation.access.actor import Actor
from yingjie.foundation.clock import CAMPAIGN_ZONE
from yingjie.stock import cold_queries, coming, queries, recipients
from yingjie.stock.wording import (
    CAUSE_TITLES,
    DECISION_TITLES,
    EXCURSION_LOT_TITLES,
    EXCURSION_TITLES,
    FRIDGE_TITLES,
    LOT_STATES,
    MOVEMENT_TITLES,
    STATE_TITLES,
    TRANSFER_TITLES,
)
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


@dataclass(frozen=True)
class Badged:
    """A row with the badge of its state."""

    row: Any
    title: Words
    tone: str
    icon: str
    more: Any = None


def delivery(row: coming.ReceiptRow) -> Badged:
    return Badged(row, *DECISION_TITLES[row.decided], more=DECISION_TITLES[row.decision][0])


def deliveries(rows: Iterable[coming.ReceiptRow]) -> list[Badged]:
    return [delivery(row) for row in rows]


def transfer(row: coming.TransferRow, site_id: UUID) -> Badged:
    """`more`: whether it comes here (else it left here)."""
    title, tone, icon = TRANSFER_TITLES[row.state]
    if row.state == "sent" and row.decision == "refused":
        title, tone, icon = DECISION_TITLES["refused"]
    return Badged(row, title, tone, icon, more=row.to_id == site_id)


def transfers(rows: Iterable[coming.TransferRow], site_id: UUID) -> list[Badged]:
    return [transfer(row, site_id) for row in rows]


def excursions(rows: Iterable[cold_queries.ExcursionRow]) -> list[Badged]:
    return [Badged(row, *EXCURSION_TITLES[row.kind]) for row in rows]


def excursion_lots(rows: Iterable[cold_queries.ExcursionLotRow], actor: Actor, area: str) -> list[Badged]:
    """`more`: whether the actor may decide about the lot now."""
    return [
        Badged(
            row, *EXCURSION_LOT_TITLES[row.state],
            more=row.state == "held" and actor.may("stock.decide", area, row.site_id),
        )
        for row in rows
    ]  # fmt: skip


def fridges(rows: Iterable[cold_queries.FridgeRow]) -> list[Badged]:
    """`more`: what kind of fridge it is."""
    found = []
    for row in rows:
        if row.last_celsius is None:
            badge: tuple[Words, str, str] = (_("No reading yet"), "grey", "thermometer")
        elif row.is_out_of_range:
            badge = (_("Out of range"), "red", "alert-triangle")
        else:
            badge = (_("In range"), "green", "circle-check")
        found.append(Badged(row, *badge, more=FRIDGE_TITLES[row.kind]))
    return found


def causes(by_cause: dict[str, int]) -> list[tuple[Words, int]]:
    return [(CAUSE_TITLES[cause], doses) for cause, doses in by_cause.items() if doses]


def temperature_chart(readings: Sequence[Any], lowest: Any, highest: Any) -> dict[str, Any]:
    """Options for ECharts: the readings over time, and the range that they must keep to."""
    local = [(each.at.astimezone(CAMPAIGN_ZONE), float(each.celsius)) for each in readings]
    points = [[f"{at:%Y-%m-%dT%H:%M:%S}", celsius] for at, celsius in local]
    edges = [float(lowest), float(highest)]
    all_ = [*edges, *(celsius for _at, celsius in local)]
    return {
        "xAxis": {"type": "time"},
        "yAxis": {
            "type": "value",
            "min": min(all_) - 1,
            "max": max(all_) + 1,
        },
        "series": [
            {
                "type": "line",
                "name": "°C",
                "data": points,
                "showSymbol": len(points) < 60,
                "markArea": {"silent": True, "itemStyle": {"color": "tone:green", "opacity": 0.12},
                             "data": [[{"yAxis": edges[0]}, {"yAxis": edges[1]}]]},
            }
        ],
    }  # fmt: skip


def temperature_table(readings: Sequence[Any]) -> dict[str, Any]:
    """The newest hundred readings behind a chart."""
    rows = [
        [f"{each.at.astimezone(CAMPAIGN_ZONE):%m-%d %H:%M}", float(each.celsius)] for each in readings[-100:]
    ]
    return {"head": [str(pgettext_lazy("movement", "When")), "°C"], "rows": rows[::-1]}


PEOPLE = ListSpec(
    name="dose-people",
    title=_("People who had a dose of it"),
    row_id="dose_id",
    columns=(
        Column("name", pgettext_lazy("person", "Name"), "link", url=lambda row: row.url),
        Column("phone", pgettext_lazy("person", "Phone"), "masked"),
        Column("area", _("Where they live")),
        Column("given_at", pgettext_lazy("dose", "Given at"), "moment"),
        Column("site_name", pgettext_lazy("stock", "Site")),
        Column("lot_number", _("Lot")),
        Column("vial_code", _("Pack"), value=lambda row: row.vial_code or "–"),
        Column(
            "is_taken_back",
            pgettext_lazy("stock", "Note"),
            value=lambda row: pgettext_lazy("stock", "record taken back") if row.is_taken_back else "–",
        ),
    ),
    export_permission="people.export",
    page_size=100,
    unit=_("people"),
    empty=Empty(_("Nobody had a dose of it"), _("No dose of this lot is on record within your area.")),
)


class PeopleSource:
    """People behind doses, as they were looked up."""

    def __init__(self, found: recipients.Recipients) -> None:
        self.found = found.seen

    def count(self, filters: Filters) -> int:
        return len(self.found)

    def rows(self, filters: Filters, sort: str, offset: int, limit: int) -> Sequence[Any]:
        return self.found[offset : offset + limit]

    def all(self, filters: Filters, sort: str) -> Iterable[Any]:
        return self.found


def _what(row: queries.MovementRow) -> str:
    """What a movement was, with the cause where something was written off."""
    said = str(MOVEMENT_TITLES[row.kind])
    return f"{said} · {CAUSE_TITLES[row.cause]}" if row.cause else said


MOVEMENTS = ListSpec(
    name="movements",
    title=_("Movements"),
    row_id="at",
    columns=(
        Column("at", pgettext_lazy("movement", "When"), "moment"),
        Column("kind", pgettext_lazy("movement", "What"), value=_what),
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
