"""Reads that follow vaccine, forward and backward: from a code or a lot to where it came from and who got it.

trace(actor, scanned)           a pack, box or carton: where it is and was, its delivery, its transfers, its doses
lot_trace(actor, lot_id)        a lot: deliveries, places, doses given
people_of_lot(actor, lot_id)    who got them
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, Sum

from yingjie.foundation.access.actor import Actor
from yingjie.sites.queries import names
from yingjie.stock import packs, recipients, refusals
from yingjie.stock.codes import TraceCode
from yingjie.stock.coming import ReceiptRow, TransferRow, receipt_rows, transfer_rows
from yingjie.stock.lots import LotRow, lot_row, lot_view
from yingjie.stock.models import Balance, Movement, Receipt, Transfer, Vial

MOST_PACKS = 200


@dataclass(frozen=True)
class PackRow:
    """A smallest pack at one place."""

    code: str
    box: str
    carton: str
    site_id: UUID
    site_name: str
    doses: int
    given: int
    wasted: int
    gone: int
    left: int
    opened_at: datetime | None
    discard_at: datetime | None


@dataclass(frozen=True)
class PlaceRow:
    """A lot at a place, in doses."""

    site_id: UUID
    site_name: str
    received: int
    given: int
    wasted: int
    sent: int
    present: int
    usable: int


@dataclass(frozen=True)
class Trace:
    """What a scanned code leads to. `lot` is None where nothing of it is on record within the actor's sight."""

    scanned: TraceCode
    key: str
    lot: LotRow | None
    packs: tuple[PackRow, ...]
    more_packs: int
    receipts: tuple[ReceiptRow, ...]
    transfers: tuple[TransferRow, ...]
    people: recipients.Recipients


@dataclass(frozen=True)
class LotTrace:
    lot: LotRow
    receipts: tuple[ReceiptRow, ...]
    places: tuple[PlaceRow, ...]
    transfers: tuple[TransferRow, ...]
    given: int


def trace(actor: Actor, scanned: str) -> Trace:
    """Forward and backward from whatever was scanned. Raises UnreadableTraceCode, NotAllowed."""
    actor.require("stock.view")
    try:
        code = packs.understood(scanned)
    except refusals.UnreadableTraceCode:
        code = TraceCode("maker", packs.outer_key(scanned))
        if not code.key:
            raise
    rows = Vial.objects.visible_to(actor).filter(
        Q(code=code.key) | Q(box_code=code.key) | Q(carton_code=code.key)
    )
    found = list(rows.select_related("lot").order_by("code", "pk")[:MOST_PACKS])
    lot = found[0].lot if found else None
    sites = names({row.site_id for row in found})
    codes = {row.code for row in found}
    given = Movement.objects.visible_to(actor).filter(kind="given", vial_code__in=codes).order_by("-at")
    dose_ids = [dose_id for dose_id in given.values_list("subject_id", flat=True) if dose_id]
    came = {row.came_with for row in found if row.came_with}
    return Trace(
        scanned=code,
        key=code.key,
        lot=lot_view(lot) if lot else None,
        packs=tuple(_pack(row, sites) for row in found),
        more_packs=max(0, rows.count() - MOST_PACKS) if len(found) == MOST_PACKS else 0,
        receipts=tuple(receipt_rows(Receipt.objects.visible_to(actor).filter(pk__in=came))),
        transfers=tuple(
            transfer_rows(
                Transfer.objects.visible_to(actor).filter(
                    pk__in=came | {row.sent_in for row in found if row.sent_in}
                )
            )
        ),
        people=recipients.of(actor, dose_ids),
    )


def lot_trace(actor: Actor, lot_id: UUID) -> LotTrace:
    """A lot over all places that the actor sees. Raises NotFound."""
    lot = lot_row(actor, lot_id)
    places = _places(actor, lot_id)
    receipts = Receipt.objects.visible_to(actor).filter(lot_id=lot_id)
    transfers = Transfer.objects.visible_to(actor).filter(lines__lot_id=lot_id)
    return LotTrace(
        lot,
        tuple(receipt_rows(receipts)),
        tuple(places),
        tuple(transfer_rows(transfers)),
        sum(place.given for place in places),
    )


def people_of_lot(actor: Actor, lot_id: UUID) -> recipients.Recipients:
    """Everyone who had a dose of a lot at a place that the actor sees."""
    rows = Movement.objects.visible_to(actor).filter(kind="given", lot_id=lot_id).order_by("-at")
    return recipients.of(actor, [dose_id for dose_id in rows.values_list("subject_id", flat=True) if dose_id])


def _pack(row: Vial, sites: dict[UUID, str]) -> PackRow:
    return PackRow(
        row.code, row.box_code, row.carton_code, row.site_id, sites.get(row.site_id, ""), row.doses, row.doses_given,
        row.doses_wasted, row.doses_gone, packs.left_in(row), row.opened_at, row.discard_at,
    )  # fmt: skip


def _places(actor: Actor, lot_id: UUID) -> list[PlaceRow]:
    rows = Movement.objects.visible_to(actor).filter(lot_id=lot_id).exclude(state="in_transit")
    sums: dict[UUID, dict[str, int]] = {}
    for site_id, kind, doses in rows.order_by().values_list("site_id", "kind").annotate(moved=Sum("doses")):
        sums.setdefault(site_id, {})[kind] = doses
    balances: dict[UUID, dict[str, int]] = {}
    for row in Balance.objects.visible_to(actor).filter(lot_id=lot_id).exclude(state="in_transit"):
        balances.setdefault(row.site_id, {})[row.state] = row.doses
    sites = names(sums.keys())
    found = [
        PlaceRow(
            site_id, sites.get(site_id, ""),
            sum(moved.get(kind, 0) for kind in ("received", "accepted", "arrived", "called_back")),
            -moved.get("given", 0), -moved.get("wasted", 0),
            -sum(moved.get(kind, 0) for kind in ("sent", "handed_back", "rejected")),
            sum(balances.get(site_id, {}).values()), balances.get(site_id, {}).get("usable", 0),
        )
        for site_id, moved in sums.items()
    ]  # fmt: skip
    return sorted(found, key=lambda place: place.site_name)
