"""Reads of deliveries and transfers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from vaxkit import coldchain
from vaxkit.immunization import Product
from vaxkit.ruledata import load_handling
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.sites.queries import names
from yingjie.sites.queries import sites as sites_of
from yingjie.stock.models import Movement, Receipt, Transfer, TransferLine
from yingjie.vaccines.queries import product

#: Kinds of movements by which doses come to a place or leave it for another.
_ON_THE_WAY = ("received", "rejected", "sent", "arrived", "called_back", "handed_back")


@dataclass(frozen=True)
class ReceiptRow:
    id: UUID
    site_id: UUID
    site_name: str
    came_at: datetime
    came_by: str
    supplier: str
    carrier: str
    lot_id: UUID
    lot_number: str
    product: Product
    expires_on: date
    doses: int
    packs: int | None
    lowest: Decimal | None
    highest: Decimal | None
    minutes: int | None
    release_number: str
    packs_damaged: int
    has_log: bool
    has_release: bool
    decision: str
    because: tuple[coldchain.ArrivalRule, ...]
    decided: str
    decided_at: datetime | None
    decided_by: str
    decided_because: str


@dataclass(frozen=True)
class TransferLineRow:
    lot_id: UUID
    lot_number: str
    product: Product
    sent: int
    arrived: int | None
    because: str


@dataclass(frozen=True)
class TransferRow:
    id: UUID
    number: int
    from_id: UUID
    from_name: str
    to_id: UUID
    to_name: str
    state: str
    sent_at: datetime
    sent_by: str
    carrier: str
    note: str
    ended_at: datetime | None
    ended_by: str
    decision: str
    because: tuple[coldchain.ArrivalRule, ...]
    has_log: bool
    lines: tuple[TransferLineRow, ...]
    has_record: bool

    @property
    def is_refused(self) -> bool:
        """Refused at arrival, by a record of the way: it waits to be called back, and is on its way to nobody."""
        return self.state == "sent" and self.decision == "refused" and self.has_record

    @property
    def doses(self) -> int:
        return sum(line.sent for line in self.lines)


def receipts_of(actor: Actor, site_id: UUID, most: int = 100) -> list[ReceiptRow]:
    """Deliveries to a site, the newest first."""
    return receipt_rows(Receipt.objects.visible_to(actor).filter(site_id=site_id), most)


def receipt(actor: Actor, site_id: UUID, receipt_id: UUID) -> ReceiptRow:
    """Raises NotFound."""
    found = receipt_rows(Receipt.objects.visible_to(actor).filter(site_id=site_id, pk=receipt_id))
    if not found:
        raise NotFound()
    return found[0]


def transfers_of(actor: Actor, site_id: UUID, most: int = 100) -> list[TransferRow]:
    """Transfers from and to a site, those on their way first, then the newest."""
    rows = Transfer.objects.unscoped("of a place that the caller checked").filter(
        Q(site_id=site_id) | Q(to_site_id=site_id)
    )
    found = transfer_rows(rows, most) if _sees(actor, site_id) else []
    return sorted(found, key=lambda row: row.state != "sent")


def transfer(actor: Actor, site_id: UUID, transfer_id: UUID) -> TransferRow:
    """One transfer, seen from either of its places. Raises NotFound."""
    rows = Transfer.objects.unscoped("of a place that is checked here").filter(pk=transfer_id)
    found = (
        transfer_rows(rows.filter(Q(site_id=site_id) | Q(to_site_id=site_id)))
        if _sees(actor, site_id)
        else []
    )
    if not found:
        raise NotFound()
    return found[0]


def on_their_way_to(actor: Actor) -> dict[UUID, int]:
    """How many transfers wait to be confirmed at each place where the actor may do so."""
    here = [site.id for site in sites_of(actor, "stock.change")]
    rows = Transfer.objects.unscoped("to places that the actor keeps").filter(
        to_site_id__in=here, state="sent"
    )
    found: dict[UUID, int] = {}
    for site_id in rows.values_list("to_site_id", flat=True):
        found[site_id] = found.get(site_id, 0) + 1
    return found


def doses_on_their_way(actor: Actor, site_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Doses on their way to each of these places: confirmed by whoever sent them, not yet by whoever receives them."""
    seen = {site.id for site in sites_of(actor)} & set(site_ids)
    rows = TransferLine.objects.unscoped("to places that the actor sees").filter(
        transfer__to_site_id__in=seen, transfer__state="sent", lot__suspended_at__isnull=True
    )
    found: dict[UUID, int] = {}
    for site_id, doses in rows.values_list("transfer__to_site_id", "doses_sent"):
        found[site_id] = found.get(site_id, 0) + doses
    return found


def transfer_states(transfer_ids: Collection[str]) -> dict[str, str]:
    """Whether each was sent, received or called_back, for whoever may know of these transfers."""
    rows = Transfer.objects.unscoped("of transfers that were told to the caller").filter(pk__in=transfer_ids)
    return {str(key): state for key, state in rows.values_list("pk", "state")}


def came_in(area_code: str, since: date) -> int:
    """Doses that came to the places of an area since a day and were taken, less what went to places elsewhere. Counted for whoever
    plans for the area; no place is named."""
    rows = Movement.objects.unscoped("only counted").filter(
        site__area__code__startswith=area_code, kind__in=_ON_THE_WAY, on__gte=since
    )
    return max(0, rows.aggregate(n=Sum("doses"))["n"] or 0)


def receipt_rows(rows: QuerySet[Receipt], most: int = 100) -> list[ReceiptRow]:
    """Rows of deliveries that the caller may see, the newest first."""
    found = list(rows.select_related("lot").order_by("-came_at", "-pk")[:most])
    sites = names({row.site_id for row in found})
    return [
        ReceiptRow(
            row.pk, row.site_id, sites.get(row.site_id, ""), row.came_at, row.came_by, row.supplier, row.carrier, row.lot_id,
            row.lot.number, product(row.lot.product_id), row.lot.expires_on, row.doses, row.packs, row.lowest_celsius,
            row.highest_celsius, row.transport_minutes, row.release_number, row.packs_damaged, bool(row.log_sha256),
            bool(row.release_sha256), row.decision, _rules(row.because), row.decided, row.decided_at, row.decided_by,
            row.decided_because,
        )
        for row in found
    ]  # fmt: skip


def _rules(codes: Sequence[str]) -> tuple[coldchain.ArrivalRule, ...]:
    return tuple(rule for rule in load_handling().arrival if rule.code in codes)


def transfer_rows(rows: QuerySet[Transfer], most: int = 100) -> list[TransferRow]:
    """Rows of transfers that the caller may see, the newest first."""
    found = list(rows.distinct().order_by("-sent_at", "-pk")[:most])
    sites = names({row.site_id for row in found} | {row.to_site_id for row in found})
    lines: dict[UUID, list[TransferLineRow]] = {}
    for line in (
        TransferLine.objects.unscoped("of transfers that were checked")
        .filter(transfer_id__in=[row.pk for row in found])
        .select_related("lot")
        .order_by("lot__number")
    ):
        lines.setdefault(line.transfer_id, []).append(
            TransferLineRow(
                line.lot_id, line.lot.number, product(line.lot.product_id), line.doses_sent, line.doses_arrived,
                line.difference_because,
            )
        )  # fmt: skip
    return [
        TransferRow(
            row.pk, row.number, row.site_id, sites.get(row.site_id, ""), row.to_site_id, sites.get(row.to_site_id, ""),
            row.state, row.sent_at, row.sent_by, row.carrier, row.note, row.ended_at, row.ended_by, row.decision,
            _rules(row.because), bool(row.log_sha256), tuple(lines.get(row.pk, ())),
            row.lowest_celsius is not None,
        )
        for row in found
    ]  # fmt: skip


def _sees(actor: Actor, site_id: UUID) -> bool:
    return any(site.id == site_id for site in sites_of(actor, "stock.view"))


def kept_files() -> set[str]:
    """The files that deliveries and transfers name: the law keeps them five years beyond the vaccine's expiry."""
    receipts = Receipt.objects.unscoped("every file that is named").exclude(log_sha256="", release_sha256="")
    found = {name for row in receipts.values_list("log_sha256", "release_sha256") for name in row}
    transfers = Transfer.objects.unscoped("every file that is named").exclude(log_sha256="")
    return (found | set(transfers.values_list("log_sha256", flat=True))) - {""}
