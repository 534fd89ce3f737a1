"""Writes of stock at one place: what comes, what is given, written off, counted, put aside. Other verbs: `receipts` (later
decisions about a delivery), `transfers`, `cold_chain`, `day_close`.

The door for the clinic is `take`: one dose out of one scanned pack, in the caller's transaction.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import BadInput, NotAllowed, NotFound
from yingjie.sites.queries import SiteRow, site
from yingjie.stock import ledger, packs, receipts, refusals
from yingjie.stock.codes import TraceCode
from yingjie.stock.ledger import Change
from yingjie.stock.models import CAUSES, Balance, Lot, Vial
from yingjie.stock.queries import VialView, objection, scanned_vial, view
from yingjie.stock.receipts import receive

__all__ = [
    "TakenDose",
    "count",
    "discard",
    "draw",
    "hand_back",
    "hold",
    "on_record",
    "open_vial",
    "receive",
    "release",
    "resume_lot",
    "suspend_lot",
    "take",
    "waste",
]


@dataclass(frozen=True)
class TakenDose:
    """One dose that left the stock for one person. `doses_left` in the pack; `discard_at` for a pack of several doses."""

    product_code: str
    lot_number: str
    expires_on: date
    vial_code: str
    lot_id: UUID
    doses_left: int
    discard_at: datetime | None


@transaction.atomic
def take(
    *,
    by: Actor,
    site_id: UUID,
    vial_code: str,
    dose_id: UUID,
    on: date,
    lot_id: UUID | None = None,
    correction: str = "",
) -> TakenDose:
    """Take one dose out of a scanned pack for the dose `dose_id`, given on the day `on`. Whoever vaccinates at the site may.

    A pack of several doses is opened by its first dose and has a time from then on. A pack that came without its code (`lot_id`,
    or a GS1 code that names its lot, says which) is put on record here. `correction`: why a dose is written for a day that was
    closed.

    The movement, which is never changed, says who and for which dose; the caller's own journal entry says the rest.
    Raises UnreadableTraceCode, UnknownCode, LotSuspended, Expired, OpenTooLong, Held, NotEnough, VialEmpty, ContradictsStock,
    DayClosed, NotFound.
    """
    site(by, site_id, "clinic.vaccinate")
    return draw(
        by=by,
        site_id=site_id,
        vial_code=vial_code,
        dose_id=dose_id,
        on=on,
        lot_id=lot_id,
        correction=correction,
    )


def draw(
    *,
    by: Actor,
    site_id: UUID,
    vial_code: str,
    dose_id: UUID,
    on: date,
    lot_id: UUID | None = None,
    correction: str = "",
) -> TakenDose:
    """`take` in a transaction that is under way, for whoever the caller found to vaccinate at the site: whatever this raises must
    undo that transaction. Balances are where stations of one lot wait for each other, so it comes late there."""
    scanned = packs.understood(vial_code)
    vial = _scanned(site_id, scanned, lot_id)
    several = vial.doses > 1
    balances = ledger.locked(site_id, vial.lot, {"usable"} | ({"opened"} if several else set()))
    lot = _lot_now(vial.lot_id)
    vial.lot = lot
    packs.agrees(scanned, lot.number, lot.expires_on)
    refused = objection(view(vial), on)
    if refused is not None:
        raise refused
    _not_waiting(site_id, lot, balances)
    if several and vial.opened_at is None:
        _open(by, site_id, lot, vial, on, correction, balances)
    state = "opened" if several else "usable"
    change = Change("given", -1, state, vial_code=vial.code, subject_id=dose_id)
    ledger.write(by, site_id, lot, [change], on=on, correction=correction, balances=balances)
    vial.doses_given += 1
    vial.save(update_fields=["doses_given"])
    return TakenDose(
        lot.product_id,
        lot.number,
        lot.expires_on,
        vial.code,
        lot.pk,
        packs.left_in(vial),
        vial.discard_at,
    )


@transaction.atomic
def on_record(*, by: Actor, site_id: UUID, vial_code: str, lot_id: UUID | None = None) -> VialView:
    """The scanned pack, put on record now where it came without its code and the code, or `lot_id`, says its lot. Nothing
    leaves the stock. Whoever vaccinates at the site may. Raises UnreadableTraceCode, UnknownCode, ContradictsStock,
    CodeKnown, NotFound."""
    found = scanned_vial(by, site_id, vial_code, lot_id)
    if found.is_on_record:
        return found
    at = site(by, site_id, "clinic.vaccinate")
    vial = _scanned(at.id, packs.understood(vial_code), lot_id)
    facts = {"lot": vial.lot.number, "vial": vial.code}
    record(by=by, verb="stock.put_on_record", subject=vial, area_code=at.area_code, facts=facts)
    return view(vial)


@transaction.atomic
def open_vial(*, by: Actor, site_id: UUID, vial_code: str) -> datetime:
    """Open a pack of several doses before its first dose is drawn; returns until when it may be used. Again: the same moment.

    Raises what `take` refuses, and BadInput for a pack of one dose."""
    at = site(by, site_id, "clinic.vaccinate")
    scanned = packs.understood(vial_code)
    vial = _scanned(at.id, scanned, None)
    if vial.doses < 2:
        raise BadInput(what=_("A pack of one dose is not opened beforehand."))
    balances = ledger.locked(at.id, vial.lot, {"usable", "opened"})
    lot = vial.lot = _lot_now(vial.lot_id)
    packs.agrees(scanned, lot.number, lot.expires_on)
    refused = objection(view(vial), clock.today())
    if refused is not None:
        raise refused
    _not_waiting(at.id, lot, balances)
    if vial.opened_at is None:
        _open(by, at.id, lot, vial, clock.today(), "", balances)
        facts = {"lot": lot.number, "vial": vial.code}
        record(by=by, verb="stock.open_vial", subject=vial, area_code=at.area_code, facts=facts)
    return vial.discard_at or clock.now()


@transaction.atomic
def discard(*, by: Actor, site_id: UUID, vial_code: str, cause: str = "left_over", note: str = "") -> int:
    """Throw away what is left in a pack: an opened one whose time is over, a broken one. Returns the doses written off.

    Whoever vaccinates or keeps stock there may. Raises UnreadableTraceCode, UnknownCode, VialEmpty, BadInput, NotFound."""
    at = site(by, site_id, "stock.view")
    if not any(by.may(each, at.area_code, at.id) for each in ("stock.change", "clinic.vaccinate")):
        raise NotFound()
    _known_cause(cause)
    found = lock(packs.vials(), site_id=at.id, code=packs.understood(vial_code).key)
    if not found:
        raise refusals.UnknownCode(vial=packs.understood(vial_code).key)
    vial = found[0]
    lot, left = vial.lot, packs.left_in(vial)
    if left < 1:
        raise refusals.VialEmpty(vial=vial.code, doses=vial.doses)
    state = "opened" if vial.opened_at is not None else "usable"
    change = Change("wasted", -left, state, cause=cause, vial_code=vial.code, note=note)
    ledger.write(by, at.id, lot, [change])
    vial.doses_wasted += left
    vial.discarded_at = clock.now()
    vial.save(update_fields=["doses_wasted", "discarded_at"])
    facts = {"lot": lot.number, "vial": vial.code, "doses": left, "cause": cause}
    record(by=by, verb="stock.discard", subject=vial, area_code=at.area_code, facts=facts)
    return left


@transaction.atomic
def waste(
    *,
    by: Actor,
    site_id: UUID,
    lot_id: UUID,
    doses: int,
    cause: str,
    note: str = "",
    state: str = "usable",
    on: date | None = None,
    correction: str = "",
    once: UUID | None = None,
) -> None:
    """Write off doses of a lot that cannot be given any more. `cause` is a word of models.CAUSES; "other" needs a note.
    `once`: as in `ledger.Change`, so that the same form sent twice writes once; also in `hand_back`, `hold`, `release`.

    Raises NotEnough, Held, NoSuchLot, DayClosed, WrittenBefore, BadInput, NotFound."""
    at, lot = _at(by, site_id, lot_id, doses)
    _known_cause(cause)
    if cause == "other" and not note.strip():
        raise BadInput(what=_("Say what happened to these doses."))
    change = Change("wasted", -doses, state, cause=cause, note=note, once=once)
    ledger.write(by, at.id, lot, [change], on=on, correction=correction)
    facts = {"lot": lot.number, "doses": doses, "state": state, "cause": cause}
    record(by=by, verb="stock.waste", subject=lot, area_code=at.area_code, facts=facts)


@transaction.atomic
def hand_back(
    *,
    by: Actor,
    site_id: UUID,
    lot_id: UUID,
    doses: int,
    reason: str,
    state: str = "usable",
    once: UUID | None = None,
) -> None:
    """Give doses back to the supplier. Raises NotEnough, WrittenBefore, NoSuchLot, DayClosed, BadInput, NotFound."""
    at, lot = _at(by, site_id, lot_id, doses)
    _needs_reason(reason)
    ledger.write(by, at.id, lot, [Change("handed_back", -doses, state, note=reason, once=once)])
    facts = {"lot": lot.number, "doses": doses, "state": state}
    record(by=by, verb="stock.hand_back", subject=lot, area_code=at.area_code, facts=facts)


@transaction.atomic
def hold(
    *, by: Actor, site_id: UUID, lot_id: UUID, doses: int, reason: str, once: UUID | None = None
) -> None:
    """Put usable doses aside, for example after a temperature alarm. Raises NotEnough, NoSuchLot, BadInput, NotFound."""
    at, lot = _at(by, site_id, lot_id, doses)
    _needs_reason(reason)
    changes = [
        Change("held", -doses, note=reason, once=once),
        Change("held", doses, "held", note=reason),
    ]
    ledger.write(by, at.id, lot, changes)
    facts = {"lot": lot.number, "doses": doses}
    record(by=by, verb="stock.hold", subject=lot, area_code=at.area_code, facts=facts)


@transaction.atomic
def release(
    *, by: Actor, site_id: UUID, lot_id: UUID, doses: int, reason: str, once: UUID | None = None
) -> None:
    """Make held doses usable again. Not while an excursion of the lot waits for its decision.

    Raises NotEnough, NoSuchLot, Held, BadInput, NotFound."""
    at, lot = _at(by, site_id, lot_id, doses)
    _needs_reason(reason)
    _not_waiting(at.id, lot, ledger.locked(at.id, lot, {"usable", "held"}))
    changes = [
        Change("released", -doses, "held", note=reason, once=once),
        Change("released", doses, note=reason),
    ]
    ledger.write(by, at.id, lot, changes)
    facts = {"lot": lot.number, "doses": doses}
    record(by=by, verb="stock.release", subject=lot, area_code=at.area_code, facts=facts)


@transaction.atomic
def count(
    *,
    by: Actor,
    site_id: UUID,
    lot_id: UUID,
    doses_found: int,
    note: str = "",
    on: date | None = None,
    correction: str = "",
) -> int:
    """Write down how many usable doses were found; the difference becomes a movement. Returns it (found minus expected).

    Raises BadInput where a difference is not explained, NoSuchLot, DayClosed, NotFound."""
    if doses_found < 0:
        raise BadInput(what=_("A count cannot be negative."))
    at, lot = _lot_at(by, site_id, lot_id)
    expected = ledger.locked(at.id, lot, {"usable"})["usable"].doses
    difference = doses_found - expected
    if difference:
        if not (note.strip() or correction.strip()):
            raise BadInput(what=_("Say how the difference between book and count came about."))
        ledger.write(by, at.id, lot, [Change("counted", difference, note=note)], on=on, correction=correction)
    facts = {"lot": lot.number, "found": doses_found, "expected": expected}
    record(by=by, verb="stock.count", subject=lot, area_code=at.area_code, facts=facts)
    return difference


@transaction.atomic
def suspend_lot(*, by: Actor, lot_id: UUID, reason: str) -> None:
    """Stop a lot everywhere: once this has returned, no station takes a dose of it any more. Only who keeps stock for a whole area
    may. Again: changes nothing. Raises NotAllowed, NoSuchLot, BadInput."""
    lot = _lot_for_all(by, lot_id, reason)
    if lot.suspended_at is None:
        lot.suspended_at, lot.suspended_by = clock.now(), by.signature
        lot.suspended_because = reason.strip()[:200]
        lot.save(update_fields=["suspended_at", "suspended_by", "suspended_because"])
        record(by=by, verb="stock.suspend_lot", subject=lot, facts={"lot": lot.number, "reason": reason})


@transaction.atomic
def resume_lot(*, by: Actor, lot_id: UUID, reason: str) -> None:
    """Let a suspended lot be used again. Raises NotAllowed, NoSuchLot, BadInput."""
    lot = _lot_for_all(by, lot_id, reason)
    if lot.suspended_at is not None:
        lot.suspended_at, lot.suspended_by, lot.suspended_because = None, "", ""
        lot.save(update_fields=["suspended_at", "suspended_by", "suspended_because"])
        record(by=by, verb="stock.resume_lot", subject=lot, facts={"lot": lot.number, "reason": reason})


def _scanned(site_id: UUID, scanned: TraceCode, lot_id: UUID | None) -> Vial:
    """The scanned pack, locked; put on record where it came without its code."""
    found = lock(packs.vials().select_related("lot"), site_id=site_id, code=scanned.key)
    if found:
        return found[0]
    lot = packs.unlisted_lot(site_id, scanned, lot_id)
    if lot is None:
        raise refusals.UnknownCode(vial=scanned.key)
    usable = ledger.locked(site_id, lot, {"usable"})["usable"].doses
    return packs.adopt(site_id, lot, scanned, usable - packs.closed_doses(site_id, lot))


def _lot_now(lot_id: UUID) -> Lot:
    """The lot as it stands, kept from being suspended until this transaction ends: a suspension waits for doses that are being
    drawn, and whoever comes after it sees it."""
    return Lot.objects.raw("SELECT * FROM stock_lot WHERE id = %s FOR KEY SHARE", [lot_id])[0]


def _open(
    by: Actor,
    site_id: UUID,
    lot: Lot,
    vial: Vial,
    on: date,
    correction: str,
    balances: dict[str, Balance],
) -> None:
    left = packs.left_in(vial)
    changes = [
        Change("opened", -left, vial_code=vial.code),
        Change("opened", left, "opened", vial_code=vial.code),
    ]
    ledger.write(by, site_id, lot, changes, on=on, correction=correction, balances=balances)
    vial.opened_at = clock.now()
    vial.discard_at = packs.open_until(lot, vial.opened_at)
    vial.save(update_fields=["opened_at", "discard_at"])


def _not_waiting(site_id: UUID, lot: Lot, balances: dict[str, Balance]) -> None:
    """Refuse while an excursion touched the lot here and nobody has decided yet."""
    if receipts.waits_for_decision(site_id, lot.pk):
        raise refusals.Held(lot=lot.number, doses=sum(row.doses for row in balances.values()))


def _at(by: Actor, site_id: UUID, lot_id: UUID, doses: int) -> tuple[SiteRow, Lot]:
    if doses < 1:
        raise BadInput(what=_("Give a number of doses from 1."))
    return _lot_at(by, site_id, lot_id)


def _needs_reason(reason: str) -> None:
    if not reason.strip():
        raise BadInput(what=_("Give a reason."))


def _known_cause(cause: str) -> None:
    if cause not in CAUSES:
        raise BadInput(what=_("Say why these doses are written off."))


def _lot_at(by: Actor, site_id: UUID, lot_id: UUID) -> tuple[SiteRow, Lot]:
    at = site(by, site_id, "stock.change")
    rows = Balance.objects.unscoped("for a site that was checked")
    if not rows.filter(site_id=at.id, lot_id=lot_id).exists():
        raise refusals.NoSuchLot()
    return at, Lot.objects.get(pk=lot_id)


def _lot_for_all(by: Actor, lot_id: UUID, reason: str) -> Lot:
    if not by.is_system and all(held.site_id is not None for held in by.scopes("stock.change")):
        raise NotAllowed()
    _needs_reason(reason)
    found = lock(Lot.objects.all(), pk=lot_id)
    if not found:
        raise refusals.NoSuchLot()
    return found[0]
