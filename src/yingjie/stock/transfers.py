"""Vaccine from one place to another, confirmed on both sides.

    send(…)         out of the sender's usable stock, onto the way: it stays the sender's until the other side confirms
    arrive(…)       the receiver counts: what arrived becomes theirs (judged like a delivery), what is missing is written off
                    as lost on the way, what is more than was sent is written down as found; both only with an explanation
    call_back(…)    the sender takes back what has not been confirmed

Packs with codes go along: scanned one by one, or by their box or carton. Balances of two places are locked in the order of
the places' ids, so that two vans passing each other never wait for one another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from vaxkit.coldchain import judge
from vaxkit.ruledata import load_handling
from yingjie.foundation import clock, files
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.scoping import ScopedQuerySet
from yingjie.foundation.ids import uuid7
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.sites.queries import SiteRow, names, site
from yingjie.stock import excursions, ledger, packs, refusals
from yingjie.stock.ledger import Change
from yingjie.stock.models import Lot, Transfer, TransferLine, Vial
from yingjie.stock.receipts import Transport, arrival_of, waits_for_decision


@dataclass(frozen=True)
class Counted:
    """What the receiver found of one lot, and how a difference came about."""

    doses: int
    because: str = ""


@transaction.atomic
def send(
    *,
    by: Actor,
    site_id: UUID,
    to_site_id: UUID,
    doses: Mapping[UUID, int],
    codes: Sequence[str] = (),
    carrier: str = "",
    celsius_leaving: Decimal | None = None,
    note: str = "",
    transfer_id: UUID | None = None,
) -> Transfer:
    """Send usable doses (by lot) to another place, with the packs that were scanned out: single packs, boxes or cartons.
    `transfer_id`: the id that it is to have, so that the same form sent twice sends once.

    Raises BadInput, WrittenBefore,
    SamePlace, NoSuchLot, LotSuspended, Held, NotEnough, UnreadableTraceCode, UnknownCode, PacksOfAnotherLot,
    DayClosed, NotFound.
    """
    at = site(by, site_id, "stock.change")
    if to_site_id == at.id or to_site_id not in names({to_site_id}):
        raise refusals.SamePlace()
    wanted = {lot_id: count for lot_id, count in doses.items() if count}
    if not wanted or min(wanted.values()) < 0:
        raise BadInput(what=_("Say how many doses of which lot are sent."))
    if transfer_id is not None and _sent_before(transfer_id):
        raise refusals.WrittenBefore()
    vials = _scanned_out(at, codes)
    lots = _lots(wanted)
    row = Transfer(
        id=transfer_id or uuid7(),
        site_id=at.id, to_site_id=to_site_id, number=_next_number(at.id), sent_at=clock.now(), sent_by=by.signature,
        carrier=carrier.strip(), note=note.strip(), celsius_leaving=celsius_leaving,
    )  # fmt: skip
    _new(row)
    for lot in lots:
        _may_leave(at, lot)
        _send_lot(by, at, row, lot, wanted[lot.pk], [vial for vial in vials if vial.lot_id == lot.pk])
    if any(vial.lot_id not in wanted for vial in vials):
        raise refusals.PacksOfAnotherLot()
    facts = {"number": row.number, "to": str(to_site_id), "doses": sum(wanted.values())}
    record(by=by, verb="stock.send", subject=row, area_code=at.area_code, facts=facts)
    return row


@transaction.atomic
def arrive(
    *,
    by: Actor,
    site_id: UUID,
    transfer_id: UUID,
    counted: Mapping[UUID, Counted],
    transport: Transport,
) -> str:
    """Confirm at the receiving place what came; returns the decision that the rules take: accepted | quarantined | refused.
    What was refused stays on its way: the sender calls it back; better figures do not open the door afterwards, only a record
    that nobody had given may be handed in. A lot that is not named arrived as it was sent.

    Raises DifferenceNotExplained, NotOnItsWay, RefusedAtArrival, DayClosed, NotFound.
    """
    at = site(by, site_id, "stock.change")
    row = _on_its_way(transfer_id, to_site_id=at.id)
    if row.decision == "refused" and row.lowest_celsius is not None:
        raise refusals.RefusedAtArrival(number=row.number)
    lines = list(_lines().filter(site_id=row.site_id, transfer=row).select_related("lot").order_by("lot_id"))
    decision, because = _judged(lines, transport)
    row.decision, row.because = decision, because
    row.lowest_celsius, row.highest_celsius = transport.lowest, transport.highest
    row.log_sha256 = files.put(transport.log) if transport.log else ""
    if decision != "refused":
        _lock_both(row, lines)
        for line in lines:
            _arrive_line(by, at, row, line, counted.get(line.lot_id, Counted(line.doses_sent)), decision)
        _bring_packs(row, at, {line.lot_id for line in lines if line.doses_arrived == line.doses_sent})
        row.state, row.ended_at, row.ended_by = "arrived", clock.now(), by.signature
    row.save()
    facts = {
        "number": row.number,
        "from": str(row.site_id),
        "doses": sum(line.doses_arrived or 0 for line in lines),
        "decision": decision,
    }
    record(by=by, verb="stock.arrive", subject=row, area_code=at.area_code, facts=facts)
    return decision


@transaction.atomic
def call_back(*, by: Actor, site_id: UUID, transfer_id: UUID, reason: str) -> None:
    """Take back what is on its way and was not confirmed: it is held here until somebody has looked at how it was kept meanwhile.

    Raises BadInput, NotOnItsWay, DayClosed, NotFound."""
    at = site(by, site_id, "stock.change")
    if not reason.strip():
        raise BadInput(what=_("Give a reason."))
    row = _on_its_way(transfer_id, site_id=at.id)
    for line in _lines().filter(site_id=at.id, transfer=row).select_related("lot").order_by("lot_id"):
        changes = [
            Change("called_back", -line.doses_sent, "in_transit", subject_id=row.pk, note=reason),
            Change("called_back", line.doses_sent, "held", subject_id=row.pk, note=reason),
        ]
        ledger.write(by, at.id, line.lot, changes)
    for vial in lock(packs.vials(), site_id=at.id, sent_in=row.pk):
        vial.doses_gone, vial.sent_in = 0, None
        vial.save(update_fields=["doses_gone", "sent_in"])
    row.state, row.ended_at, row.ended_by = "called_back", clock.now(), by.signature
    row.note = reason.strip()[:200]
    row.save()
    facts = {"number": row.number, "reason": reason}
    record(by=by, verb="stock.call_back", subject=row, area_code=at.area_code, facts=facts)


def _new(row: Transfer) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as twice:
        if not _sent_before(row.pk):
            raise
        raise refusals.WrittenBefore() from twice


def _sent_before(transfer_id: UUID) -> bool:
    return Transfer.objects.unscoped("of a site that was checked").filter(pk=transfer_id).exists()


def _scanned_out(at: SiteRow, codes: Sequence[str]) -> list[Vial]:
    """The packs that were scanned, locked; a box or carton stands for every pack in it that is still closed and here."""
    keys = {packs.outer_key(code) for code in codes if code.strip()}
    if not keys:
        return []
    here = packs.vials().filter(
        Q(code__in=keys) | Q(box_code__in=keys) | Q(carton_code__in=keys),
        opened_at__isnull=True, discarded_at__isnull=True, sent_in__isnull=True,
    )  # fmt: skip
    found = [vial for vial in lock(here, site_id=at.id) if packs.left_in(vial)]
    known = {key for vial in found for key in (vial.code, vial.box_code, vial.carton_code)}
    unknown = sorted(keys - known)
    if unknown:
        raise refusals.UnknownCode(vial=unknown[0])
    return found


def _send_lot(by: Actor, at: SiteRow, row: Transfer, lot: Lot, doses: int, vials: Sequence[Vial]) -> None:
    if sum(packs.left_in(vial) for vial in vials) > doses:
        raise refusals.PacksOfAnotherLot()
    changes = [
        Change("sent", -doses, subject_id=row.pk),
        Change("sent", doses, "in_transit", subject_id=row.pk),
    ]
    ledger.write(by, at.id, lot, changes)
    line = TransferLine(site_id=at.id, transfer=row, lot=lot, doses_sent=doses)
    line.save(force_insert=True)
    for vial in vials:
        vial.doses_gone, vial.sent_in = packs.left_in(vial), row.pk
    packs.vials().bulk_update(vials, ["doses_gone", "sent_in"], batch_size=2_000)


def _arrive_line(
    by: Actor, at: SiteRow, row: Transfer, line: TransferLine, found: Counted, decision: str
) -> None:
    """Off the sender's way, into the receiver's stock; what is short or over is explained and written down as such."""
    if found.doses < 0 or (found.doses != line.doses_sent and not found.because.strip()):
        raise refusals.DifferenceNotExplained(
            lot=line.lot.number, expected=line.doses_sent, found=found.doses
        )
    came, short = min(found.doses, line.doses_sent), max(0, line.doses_sent - found.doses)
    leaving = [Change("arrived", -came, "in_transit", subject_id=row.pk)] if came else []
    if short:
        lost = Change("wasted", -short, "in_transit", "lost", subject_id=row.pk, note=found.because)
        leaving.append(lost)
    ledger.write(by, row.site_id, line.lot, leaving, correction=_if_closed(row.site_id, found.because))
    state = "usable" if decision == "accepted" else "quarantined"
    if excursions.follow(row.site_id, at.id, line.lot, found.doses):
        state = "held"
    coming = [Change("arrived", came, state, subject_id=row.pk)] if came else []
    over = found.doses - line.doses_sent
    if over > 0:
        coming.append(Change("counted", over, state, subject_id=row.pk, note=found.because))
    if coming:
        ledger.write(by, at.id, line.lot, coming)
    line.doses_arrived, line.difference_because = found.doses, found.because.strip()[:200]
    line.save(update_fields=["doses_arrived", "difference_because"])


def _bring_packs(row: Transfer, at: SiteRow, whole_lots: set[UUID]) -> None:
    """The packs of lots that arrived whole lie here now. Those of a lot that came short or over are scanned at the station, since
    nobody knows which are missing."""
    sent = [
        vial
        for vial in packs.vials().filter(site_id=row.site_id, sent_in=row.pk).select_related("lot")
        if vial.lot_id in whole_lots
    ]
    for lot in {vial.lot_id: vial.lot for vial in sent}.values():
        came = [
            packs.Pack(vial.code, vial.doses_gone, vial.box_code, vial.carton_code)
            for vial in sent
            if vial.lot_id == lot.pk
        ]
        packs.bring(at.id, lot, came, row.pk)


def _lock_both(row: Transfer, lines: Sequence[TransferLine]) -> None:
    """Balances of both places, one place after the other in the order of their ids."""
    for place in sorted((row.site_id, row.to_site_id), key=str):
        for line in lines:
            ledger.locked(place, line.lot, {"in_transit"} if place == row.site_id else {"usable"})


def _if_closed(site_id: UUID, because: str) -> str:
    """The sender may have closed the day before the van arrived: then the arrival is a correction of their day."""
    return (
        because.strip() or str(_("arrived after the sender's day was closed"))
        if ledger.is_closed(site_id, clock.today())
        else ""
    )


def _judged(lines: Sequence[TransferLine], transport: Transport) -> tuple[str, list[str]]:
    """The strictest decision over all lots; papers of lot release lie with the sender and are not asked for again."""
    order = ("accepted", "quarantined", "refused")
    decision, because = "accepted", []
    for line in lines:
        judged = judge(load_handling(), arrival_of(line.lot.product_id, line.lot.expires_on, transport, True))
        decision = max(decision, judged.decision, key=order.index)
        because += [rule.code for rule in judged.because if rule.code not in because]
    return decision, because


def _may_leave(at: SiteRow, lot: Lot) -> None:
    if lot.suspended_at is not None:
        raise refusals.LotSuspended(lot=lot.number)
    if waits_for_decision(at.id, lot.pk):
        usable = ledger.locked(at.id, lot, {"usable"})
        raise refusals.Held(lot=lot.number, doses=sum(row.doses for row in usable.values()))


def _lots(wanted: Mapping[UUID, int]) -> list[Lot]:
    found = list(Lot.objects.filter(pk__in=wanted).order_by("pk"))
    if len(found) != len(wanted):
        raise refusals.NoSuchLot()
    return found


def _on_its_way(transfer_id: UUID, **where: UUID) -> Transfer:
    """The transfer, locked, where it has not ended. Raises NotFound, NotOnItsWay."""
    rows = Transfer.objects.unscoped("one of whose two places was checked")
    known = rows.filter(pk=transfer_id, **where).values_list("site_id", flat=True).first()
    if known is None:
        raise NotFound()
    row = lock(rows, site_id=known, pk=transfer_id)[0]
    if row.state != "sent":
        raise refusals.NotOnItsWay(number=row.number, by=row.ended_by)
    return row


def _next_number(site_id: UUID) -> int:
    rows = Transfer.objects.unscoped("for a site that was checked").filter(site_id=site_id)
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1


def _lines() -> ScopedQuerySet[TransferLine]:
    return TransferLine.objects.unscoped("of a transfer one of whose places was checked")
