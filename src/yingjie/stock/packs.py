"""Packs with codes: reading what was scanned, putting smallest packs on record, opening a vial, throwing away what is left.

A delivery's list of codes has a smallest pack a line, alone or behind the box and carton that it lies in: `carton,box,unit` or
`box,unit` (comma, semicolon or tab). Later, scanning a box or a carton means every pack in it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import F, Q, Sum

from vaxkit.coldchain import discard_at
from vaxkit.ruledata import load_handling
from yingjie.foundation import clock
from yingjie.foundation.access.scoping import ScopedQuerySet
from yingjie.stock import refusals
from yingjie.stock.codes import TraceCode, UnreadableCode, read
from yingjie.stock.models import Balance, Lot, Receipt, Vial
from yingjie.vaccines.queries import pack_sizes, product


@dataclass(frozen=True)
class Pack:
    """A smallest pack to be put on record, with the box and carton that it came in ("" where nobody scanned them)."""

    code: str
    doses: int
    box: str = ""
    carton: str = ""


def understood(code: str) -> TraceCode:
    """Raises UnreadableTraceCode."""
    try:
        return read(code)
    except UnreadableCode as wrong:
        raise refusals.UnreadableTraceCode(scanned=code.strip()[:60]) from wrong


def agrees(scanned: TraceCode, lot_number: str, expires_on: date) -> None:
    """A GS1 code carries lot and expiry of its own; where they differ from what is known, somebody must look."""
    if scanned.lot and scanned.lot.upper() != lot_number:
        raise refusals.ContradictsStock(scanned=scanned.lot, known=lot_number)
    if scanned.expires_on is not None and scanned.expires_on != expires_on:
        raise refusals.ContradictsStock(scanned=scanned.expires_on, known=expires_on)


def listed(
    product_code: str, lot_number: str, expires_on: date, doses: int, codes: Sequence[str]
) -> list[Pack]:
    """The packs of a delivery, every code read and compared with it. Raises NotFound for no product, PacksDoNotAddUp,
    UnreadableTraceCode, ContradictsStock, CodeKnown."""
    sizes = pack_sizes(product_code)
    if not codes:
        return []
    if doses % len(codes) or doses // len(codes) not in sizes:
        raise refusals.PacksDoNotAddUp(doses=doses, packs=len(codes))
    found: dict[str, Pack] = {}
    for line in codes:
        *outer, code = re.split(r"[,;\t]", line) if not line.strip().startswith("(") else [line]
        scanned = understood(code)
        agrees(scanned, lot_number, expires_on)
        if scanned.key in found:
            raise refusals.CodeKnown(vial=scanned.key)
        around = [outer_key(each) for each in outer if each.strip()][-2:]
        box, carton = (around[-1] if around else ""), (around[0] if len(around) == 2 else "")
        found[scanned.key] = Pack(scanned.key, doses // len(codes), box, carton)
    return [found[key] for key in sorted(found)]


def add_up(product_code: str, doses: int, counted: int, scanned: int) -> None:
    """Packs that were counted hold the doses, each as many as the product comes in, and are those that were scanned. Raises
    PacksDoNotAddUp."""
    fits = not counted or (doses % counted == 0 and doses // counted in pack_sizes(product_code))
    if not fits or (scanned and counted != scanned):
        raise refusals.PacksDoNotAddUp(doses=doses, packs=counted)


def outer_key(scanned: str) -> str:
    """What a box or carton is found by: any code will do, it is only compared with itself."""
    try:
        return read(scanned).key
    except UnreadableCode:
        return re.sub(r"[\s()]", "", scanned).upper()[:40]


def put(site_id: UUID, lot: Lot, packs: Iterable[Pack], came_with: UUID | None) -> None:
    """Put packs on record at a site. Raises CodeKnown where one lies anywhere with doses in it or was used up."""
    packs = list(packs)
    known = vials().filter(code__in=[pack.code for pack in packs])
    here = known.filter(Q(site_id=site_id) | Q(sent_in__isnull=True)).order_by("code").first()
    if here is not None:
        raise refusals.CodeKnown(vial=here.code)
    vials().bulk_create(
        [
            Vial(
                site_id=site_id, lot=lot, code=pack.code, box_code=pack.box, carton_code=pack.carton, doses=pack.doses,
                came_with=came_with,
            )
            for pack in packs
        ],
        batch_size=2_000,
    )  # fmt: skip


def bring(site_id: UUID, lot: Lot, packs: Sequence[Pack], came_with: UUID) -> None:
    """Put packs on record that another place sent here. One that lay here before lies here again."""
    before = {
        vial.code: vial for vial in vials().filter(site_id=site_id, code__in=[each.code for each in packs])
    }
    back = []
    for pack in packs:
        vial = before.get(pack.code)
        if vial is not None:
            vial.doses_gone, vial.sent_in, vial.came_with = 0, None, came_with
            vial.discarded_at = None
            back.append(vial)
    vials().bulk_update(back, ["doses_gone", "sent_in", "came_with", "discarded_at"], batch_size=2_000)
    put(site_id, lot, [pack for pack in packs if pack.code not in before], came_with)


def adopt(site_id: UUID, lot: Lot, scanned: TraceCode, without_code: int) -> Vial:
    """Put a pack on record that came without its code, the moment it is scanned at a station. `without_code` doses of the lot lie
    there without one. Raises UnknownCode, CodeKnown, ContradictsStock."""
    agrees(scanned, lot.number, lot.expires_on)
    doses = doses_per_pack(lot, scanned.key)
    if not 0 < doses <= without_code:
        raise refusals.UnknownCode(vial=scanned.key)
    put(site_id, lot, [Pack(scanned.key, doses)], None)
    return vials().get(site_id=site_id, code=scanned.key)


def doses_per_pack(lot: Lot, key: str) -> int:
    """Doses in a pack of the lot: as another place sent it, as the lot was delivered, or the product's smallest size: a vial
    of which nobody said more never gives more than that."""
    sent = vials().filter(code=key, lot=lot, sent_in__isnull=False).order_by("-pk").first()
    if sent is not None:
        return sent.doses_gone
    rows = Receipt.objects.unscoped("how a lot is packed is nobody's secret").filter(lot=lot, packs__gt=0)
    last = rows.order_by("-came_at").first()
    if last is not None and last.packs:
        return last.doses // last.packs
    sizes = pack_sizes(lot.product_id)
    return min(sizes, default=0)


def unlisted_lot(site_id: UUID, scanned: TraceCode, lot_id: UUID | None) -> Lot | None:
    """The lot that a pack without a record is of, as the code or the hand says, where the site has it."""
    here = Balance.objects.unscoped("for a site that was checked").filter(site_id=site_id, state="usable")
    if lot_id is not None:
        here = here.filter(lot_id=lot_id)
    elif scanned.lot and scanned.expires_on is not None:
        here = here.filter(lot__number=scanned.lot.upper(), lot__expires_on=scanned.expires_on)
    else:
        return None
    found = list(here.select_related("lot")[:2])
    return found[0].lot if len(found) == 1 else None


def uncoded_doses(site_id: UUID, lot: Lot) -> int:
    """Usable doses of a lot at a site in packs whose codes nobody scanned."""
    rows = Balance.objects.unscoped("for a site that was checked")
    usable = rows.filter(site_id=site_id, lot=lot, state="usable").values_list("doses", flat=True).first()
    return (usable or 0) - closed_doses(site_id, lot)


def closed_doses(site_id: UUID, lot: Lot) -> int:
    """Doses of a lot in packs with codes at a site, unopened and not sent on."""
    rows = vials().filter(site_id=site_id, lot=lot, opened_at__isnull=True, discarded_at__isnull=True)
    left = rows.aggregate(left=Sum(F("doses") - F("doses_given") - F("doses_wasted") - F("doses_gone")))
    return int(left["left"] or 0)


def left_in(vial: Vial) -> int:
    return vial.doses - vial.doses_given - vial.doses_wasted - vial.doses_gone


def open_until(lot: Lot, opened_at: datetime) -> datetime:
    """Until when a vial opened at a moment may be used."""
    expires_at = datetime.combine(lot.expires_on + timedelta(days=1), time(), clock.CAMPAIGN_ZONE)
    until = discard_at(load_handling(), product(lot.product_id).technology, opened_at, expires_at)
    return max(until, opened_at + timedelta(minutes=1))


def vials() -> ScopedQuerySet[Vial]:
    return Vial.objects.unscoped("for a site that was checked")
