"""What a site keeps vaccine in, and what lies in it.

add, retire     a fridge, cold room, box or vehicle, and the range that it must hold
put_into        a lot lies in this fridge from now on
"""

from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.scoping import ScopedQuerySet
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.sites.queries import SiteRow, site
from yingjie.stock import refusals
from yingjie.stock.models import FRIDGE_KINDS, Balance, Fridge, Keeping, Lot


@transaction.atomic
def add(
    *,
    by: Actor,
    site_id: UUID,
    name: str,
    kind: str = "fridge",
    lowest: Decimal = Decimal(2),
    highest: Decimal = Decimal(8),
    has_logger: bool = False,
) -> Fridge:
    """A fridge, cold room, box or vehicle of a site. Raises BadInput, NotFound."""
    at = site(by, site_id, "stock.change")
    name = name.strip()
    if not name or kind not in FRIDGE_KINDS or lowest >= highest:
        raise BadInput(
            what=_("A fridge has a name, a kind, and a range from a lower to a higher temperature.")
        )
    if _fridges().filter(site_id=at.id, name=name).exists():
        raise BadInput(what=_("This site has a fridge of that name already."))
    row = Fridge(
        site_id=at.id, name=name, kind=kind, lowest_celsius=lowest, highest_celsius=highest, has_logger=has_logger,
        used_from_on=clock.today(),
    )  # fmt: skip
    row.save(force_insert=True)
    facts = {"fridge": name, "kind": kind}
    record(by=by, verb="stock.add_fridge", subject=row, area_code=at.area_code, facts=facts)
    return row


@transaction.atomic
def retire(*, by: Actor, site_id: UUID, fridge_id: UUID) -> None:
    """A fridge is not used any more from today on. Raises FridgeNotEmpty, NotFound."""
    at, row = fridge_in_use(by, site_id, fridge_id)
    kept = (
        _keepings().filter(site_id=at.id, fridge=row, until_at__isnull=True).values_list("lot_id", flat=True)
    )
    present = Balance.objects.unscoped("for a site that was checked").filter(site_id=at.id, doses__gt=0)
    if present.filter(lot_id__in=list(kept)).exclude(state="in_transit").exists():
        raise refusals.FridgeNotEmpty(fridge=row.name)
    row.used_until_on = clock.today()
    row.save(update_fields=["used_until_on"])
    record(
        by=by,
        verb="stock.retire_fridge",
        subject=row,
        area_code=at.area_code,
        facts={"fridge": row.name},
    )


@transaction.atomic
def put_into(
    *, by: Actor, site_id: UUID, fridge_id: UUID, lot_id: UUID, also_elsewhere: bool = False
) -> None:
    """A lot lies in this fridge from now on; and no more in any other, unless part of it stays there. Raises NoSuchLot,
    NotFound."""
    at, row = fridge_in_use(by, site_id, fridge_id)
    if (
        not Balance.objects.unscoped("for a site that was checked")
        .filter(site_id=at.id, lot_id=lot_id)
        .exists()
    ):
        raise refusals.NoSuchLot()
    now = clock.now()
    open_ = lock(_keepings(), site_id=at.id, lot_id=lot_id, until_at__isnull=True)
    if not also_elsewhere:
        for keeping in open_:
            if keeping.fridge_id != row.pk:
                keeping.until_at = now
                keeping.save(update_fields=["until_at"])
    if all(keeping.fridge_id != row.pk for keeping in open_):
        Keeping(site_id=at.id, fridge=row, lot_id=lot_id, from_at=now).save(force_insert=True)
    facts = {"fridge": row.name, "lot": Lot.objects.get(pk=lot_id).number}
    record(by=by, verb="stock.put_into", subject=row, area_code=at.area_code, facts=facts)


def lay(site_id: UUID, fridge_id: UUID, lot_id: UUID) -> None:
    """Write down that a lot lies in a fridge, beside where it lies already; for a fridge and a site that were checked."""
    rows = _keepings().filter(site_id=site_id, fridge_id=fridge_id, lot_id=lot_id, until_at__isnull=True)
    if not rows.exists():
        Keeping(site_id=site_id, fridge_id=fridge_id, lot_id=lot_id, from_at=clock.now()).save(
            force_insert=True
        )


def fridge_in_use(by: Actor, site_id: UUID, fridge_id: UUID) -> tuple[SiteRow, Fridge]:
    """The site where the actor keeps stock, and its fridge. Raises NotFound."""
    at = site(by, site_id, "stock.change")
    row = _fridges().filter(site_id=at.id, pk=fridge_id, used_until_on__isnull=True).first()
    if row is None:
        raise NotFound()
    return at, row


def _fridges() -> ScopedQuerySet[Fridge]:
    return Fridge.objects.unscoped("for a site that was checked")


def _keepings() -> ScopedQuerySet[Keeping]:
    return Keeping.objects.unscoped("for a site that was checked")
