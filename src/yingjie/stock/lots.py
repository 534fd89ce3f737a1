"""Reads of lots."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from vaxkit.immunization import Product
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.stock.models import Balance, Lot, Receipt
from yingjie.vaccines.queries import product


@dataclass(frozen=True)
class LotRow:
    id: UUID
    number: str
    product: Product
    expires_on: date
    suspended_at: datetime | None
    suspended_by: str
    suspended_because: str


def lot_row(actor: Actor, lot_id: UUID) -> LotRow:
    """A lot that came to a place which the actor sees. Raises NotFound, NotAllowed."""
    actor.require("stock.view")
    found = Lot.objects.filter(pk=lot_id).first()
    here = [kind.objects.visible_to(actor).filter(lot_id=lot_id) for kind in (Balance, Receipt)]
    if found is None or not any(rows.exists() for rows in here):
        raise NotFound()
    return lot_view(found)


def lot_view(row: Lot) -> LotRow:
    """A lot as the screens show it."""
    return LotRow(
        row.pk, row.number, product(row.product_id), row.expires_on, row.suspended_at, row.suspended_by,
        row.suspended_because,
    )  # fmt: skip
