"""Writes of stock. Every change of a balance is a movement; the lock order is balances, then vials (law 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.scoping import ScopedQuerySet
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import BadInput, NotAllowed
from yingjie.sites.queries import SiteRow, site
from yingjie.stock import refusals
from yingjie.stock.codes import TraceCode, UnreadableCode, read
from yingjie.stock.models import Balance, Lot, Movement, Vial
from yingjie.stock.queries import objection, view
from yingjie.vaccines.queries import pack_sizes


@dataclass(frozen=True)
class TakenDose:
    """One dose that left the stock for one person."""

    product_code: str
    lot_number: str
    expires_on: date
    vial_code: str


@transaction.atomic
def receive(
    *,
    by: Actor,
    site_id: UUID,
    product_code: str,
    lot_number: str,
    expires_on: date,
    doses: int,
    codes: Sequence[str] = (),
) -> Lot:
    """Take a delivery of one lot into a site's usable stock, with the trace codes of its smallest packs where they were scanned.

    Raises BadInput, Expired, ExpiryDiffers, PacksDoNotAddUp, UnreadableTraceCode, ContradictsStock, CodeKnown, NotFound.
    """
    at = site(by, site_id, "stock.change")
    lot_number = lot_number.strip().upper()
    if doses < 1 or not lot_number:
        raise BadInput(what=_("A delivery has a lot number and at least one dose."))
    if expires_on < clock.today():
        raise refusals.Expired(lot=lot_number, expires_on=expires_on)
    packs = _packs(product_code, lot_number, expires_on, doses, codes)
    lot = _lot(product_code, lot_number, expires_on)
    _move(by, at, lot, kind="received", doses=doses)
    _put_in_vials(at, lot, packs)
    facts = {"product": product_code, "lot": lot.number, "doses": doses, "vials": len(codes)}
    record(by=by, verb="stock.receive", subject=lot, area_code=at.area_code, facts=facts)
    return lot


@transaction.atomic
def take(*, by: Actor, site_id: UUID, vial_code: str, dose_id: UUID, on: date) -> TakenDose:
    """Take one dose out of a scanned vial for the dose `dose_id`, given on the day `on`. Whoever vaccinates at the site may.

    The movement, which is never changed, says who and for which dose; the caller's own journal entry says the rest.
    Raises UnreadableTraceCode, UnknownCode, LotSuspended, Expired, Held, NotEnough, VialEmpty, ContradictsStock, NotFound.
    """
    at = site(by, site_id, "clinic.vaccinate")
    scanned = _read(vial_code)
    known = _vials().filter(site_id=at.id, code=scanned.key).select_related("lot").first()
    if known is None:
        raise refusals.UnknownCode(vial=scanned.key)
    balances = _lock_balances(at, known.lot)
    vial = lock(_vials(), site_id=at.id, code=scanned.key)[0]
    lot = Lot.objects.get(pk=vial.lot_id)
    _agrees(scanned, lot.number, lot.expires_on)
    refused = objection(view(vial), on)
    if refused is not None:
        raise refused
    _move(by, at, lot, kind="given", doses=-1, subject_id=dose_id, balances=balances)
    vial.doses_given += 1
    vial.save(update_fields=["doses_given"])
    return TakenDose(lot.product_id, lot.number, lot.expires_on, vial.code)


@transaction.atomic
def waste(*, by: Actor, site_id: UUID, lot_id: UUID, doses: int, reason: str, state: str = "usable") -> None:
    """Write off doses that cannot be given any more. Raises NotEnough, NoSuchLot, BadInput, NotFound."""
    at, lot = _at(by, site_id, lot_id, doses, reason)
    _move(by, at, lot, kind="wasted", doses=-doses, state=state, note=reason)
    facts = {"lot": lot.number, "doses": doses, "state": state}
    record(by=by, verb="stock.waste", subject=lot, area_code=at.area_code, facts=facts)


@transaction.atomic
def hold(*, by: Actor, site_id: UUID, lot_id: UUID, doses: int, reason: str) -> None:
    """Put usable doses aside, for example after a temperature alarm. Raises NotEnough, NoSuchLot, BadInput, NotFound."""
    at, lot = _at(by, site_id, lot_id, doses, reason)
    _move(by, at, lot, kind="held", doses=-doses, note=reason)
    _move(by, at, lot, kind="held", doses=doses, state="held", note=reason)
    facts = {"lot": lot.number, "doses": doses}
    record(by=by, verb="stock.hold", subject=lot, area_code=at.area_code, facts=facts)


@transaction.atomic
def release(*, by: Actor, site_id: UUID, lot_id: UUID, doses: int, reason: str) -> None:
    """Make held doses usable again. Raises NotEnough, NoSuchLot, BadInput, NotFound."""
    at, lot = _at(by, site_id, lot_id, doses, reason)
    _move(by, at, lot, kind="released", doses=-doses, state="held", note=reason)
    _move(by, at, lot, kind="released", doses=doses, note=reason)
    facts = {"lot": lot.number, "doses": doses}
    record(by=by, verb="stock.release", subject=lot, area_code=at.area_code, facts=facts)


@transaction.atomic
def count(*, by: Actor, site_id: UUID, lot_id: UUID, doses_found: int, note: str = "") -> int:
    """Write down how many usable doses were found; the difference becomes a movement. Returns it (found minus expected)."""
    if doses_found < 0:
        raise BadInput(what=_("A count cannot be negative."))
    at, lot = _lot_at(by, site_id, lot_id)
    expected = _lock_balances(at, lot)["usable"].doses
    difference = doses_found - expected
    if difference:
        _move(by, at, lot, kind="counted", doses=difference, note=note)
    facts = {"lot": lot.number, "found": doses_found, "expected": expected}
    record(by=by, verb="stock.count", subject=lot, area_code=at.area_code, facts=facts)
    return difference


@transaction.atomic
def suspend_lot(*, by: Actor, lot_id: UUID, reason: str) -> None:
    """Stop a lot everywhere from this moment on. Only who keeps stock for a whole area may. Again: changes nothing."""
    lot = _lot_for_all(by, lot_id, reason)
    if lot.suspended_at is None:
        lot.suspended_at = clock.now()
        lot.save(update_fields=["suspended_at"])
        record(by=by, verb="stock.suspend_lot", subject=lot, facts={"lot": lot.number, "reason": reason})


@transaction.atomic
def resume_lot(*, by: Actor, lot_id: UUID, reason: str) -> None:
    """Let a suspended lot be used again."""
    lot = _lot_for_all(by, lot_id, reason)
    if lot.suspended_at is not None:
        lot.suspended_at = None
        lot.save(update_fields=["suspended_at"])
        record(by=by, verb="stock.resume_lot", subject=lot, facts={"lot": lot.number, "reason": reason})


def _packs(
    product_code: str, lot_number: str, expires_on: date, doses: int, codes: Sequence[str]
) -> list[tuple[str, int]]:
    """(key, doses) of each smallest pack, every code read and compared with the delivery. Raises NotFound for no product."""
    sizes = pack_sizes(product_code)
    if not codes:
        return []
    if doses % len(codes) or doses // len(codes) not in sizes:
        raise refusals.PacksDoNotAddUp(doses=doses, packs=len(codes))
    seen: set[str] = set()
    for code in codes:
        scanned = _read(code)
        _agrees(scanned, lot_number, expires_on)
        if scanned.key in seen:
            raise refusals.CodeKnown(vial=scanned.key)
        seen.add(scanned.key)
    return [(key, doses // len(codes)) for key in sorted(seen)]


def _put_in_vials(at: SiteRow, lot: Lot, packs: list[tuple[str, int]]) -> None:
    taken = _vials().filter(code__in=[key for key, _doses in packs]).order_by("code").first()
    if taken is not None:
        raise refusals.CodeKnown(vial=taken.code)
    Vial.objects.unscoped("inserted for a site under stock.change").bulk_create(
        [Vial(site_id=at.id, lot=lot, code=key, doses=doses) for key, doses in packs], batch_size=2_000
    )


def _lot(product_code: str, number: str, expires_on: date) -> Lot:
    """The lot, made on its first delivery; two deliveries of it at once make one."""
    Lot.objects.bulk_create(
        [Lot(product_id=product_code, number=number, expires_on=expires_on)], ignore_conflicts=True
    )
    lot = Lot.objects.get(product_id=product_code, number=number)
    if lot.expires_on != expires_on:
        raise refusals.ExpiryDiffers(lot=number, known=lot.expires_on)
    return lot


def _move(
    by: Actor,
    at: SiteRow,
    lot: Lot,
    *,
    kind: str,
    doses: int,
    state: str = "usable",
    subject_id: UUID | None = None,
    note: str = "",
    balances: dict[str, Balance] | None = None,
) -> None:
    """The one way in which a balance changes: locked, checked, written down."""
    balances = balances or _lock_balances(at, lot)
    balance = balances[state]
    if balance.doses + doses < 0:
        if state == "usable" and balance.doses == 0 and balances["held"].doses:
            raise refusals.Held(lot=lot.number, doses=balances["held"].doses)
        raise refusals.NotEnough(lot=lot.number, doses=balance.doses, wanted=-doses)
    balance.doses += doses
    balance.save(update_fields=["doses"])
    Movement.objects.unscoped("inserted for a site that was checked").create(
        site_id=at.id,
        lot=lot,
        state=state,
        kind=kind,
        doses=doses,
        at=clock.now(),
        by=(by.title or by.name)[:80],
        subject_id=subject_id,
        note=note,
    )


def _lock_balances(at: SiteRow, lot: Lot) -> dict[str, Balance]:
    """Both balances of the lot at the site, locked; made first where the site never had the lot."""
    rows = Balance.objects.unscoped("for a site that was checked")
    found = {row.state: row for row in lock(rows, site_id=at.id, lot_id=lot.pk)}
    if len(found) < 2:
        rows.bulk_create(
            [Balance(site_id=at.id, lot=lot, state=state) for state in ("usable", "held")],
            ignore_conflicts=True,
        )
        found = {row.state: row for row in lock(rows, site_id=at.id, lot_id=lot.pk)}
    return found


def _at(by: Actor, site_id: UUID, lot_id: UUID, doses: int, reason: str) -> tuple[SiteRow, Lot]:
    if doses < 1 or not reason.strip():
        raise BadInput(what=_("Give a number of doses from 1, and a reason."))
    return _lot_at(by, site_id, lot_id)


def _lot_at(by: Actor, site_id: UUID, lot_id: UUID) -> tuple[SiteRow, Lot]:
    at = site(by, site_id, "stock.change")
    rows = Balance.objects.unscoped("for a site that was checked")
    if not rows.filter(site_id=at.id, lot_id=lot_id).exists():
        raise refusals.NoSuchLot()
    return at, Lot.objects.get(pk=lot_id)


def _lot_for_all(by: Actor, lot_id: UUID, reason: str) -> Lot:
    if not by.is_system and all(held.site_id is not None for held in by.scopes("stock.change")):
        raise NotAllowed()
    if not reason.strip():
        raise BadInput(what=_("Give a reason."))
    found = lock(Lot.objects.all(), pk=lot_id)
    if not found:
        raise refusals.NoSuchLot()
    return found[0]


def _vials() -> ScopedQuerySet[Vial]:
    return Vial.objects.unscoped("for a site that was checked")


def _read(code: str) -> TraceCode:
    try:
        return read(code)
    except UnreadableCode as wrong:
        raise refusals.UnreadableTraceCode(scanned=code.strip()[:60]) from wrong


def _agrees(scanned: TraceCode, lot_number: str, expires_on: date) -> None:
    """A GS1 code carries lot and expiry of its own; where they differ from what is known, somebody must look."""
    if scanned.lot and scanned.lot.upper() != lot_number:
        raise refusals.ContradictsStock(scanned=scanned.lot, known=lot_number)
    if scanned.expires_on is not None and scanned.expires_on != expires_on:
        raise refusals.ContradictsStock(scanned=scanned.expires_on, known=expires_on)
