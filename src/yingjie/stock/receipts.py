"""Deliveries: judged at the door by the law's rules, and decided anew where a named role takes it on itself.

receive(…) -> Received      accepted: usable at once · quarantined: here, not usable · refused: on record, nothing moves
decide(receipt, …)          another decision than the rules', with a reason, by whoever may (stock.decide)
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from vaxkit.coldchain import Arrival, judge
from vaxkit.ruledata import load_handling
from yingjie.foundation import clock, files
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.scoping import ScopedQuerySet
from yingjie.foundation.ids import uuid7
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.sites.queries import site
from yingjie.stock import ledger, packs, refusals
from yingjie.stock.ledger import Change
from yingjie.stock.models import DECISIONS, ExcursionLot, Lot, Receipt
from yingjie.vaccines.queries import product


@dataclass(frozen=True)
class Transport:
    """What came with a delivery besides the vaccine. `lowest` and `highest` in degrees Celsius as the record of the transport says
    (None: there is no record); `log` and `release` are the files, where they were handed over."""

    lowest: Decimal | None = None
    highest: Decimal | None = None
    minutes: int | None = None
    log: bytes = b""
    supplier: str = ""
    carrier: str = ""
    release_number: str = ""
    release: bytes = b""
    packs_damaged: int = 0


@dataclass(frozen=True)
class Received:
    """A delivery on record. `because`: the codes of the rules that spoke, as in the rule data."""

    receipt_id: UUID
    lot: Lot
    decision: str
    because: tuple[str, ...] = field(default=())


@transaction.atomic
def receive(
    *,
    by: Actor,
    site_id: UUID,
    product_code: str,
    lot_number: str,
    expires_on: date,
    doses: int,
    packs_counted: int | None = None,
    codes: Sequence[str] = (),
    transport: Transport = Transport(),
    came_at: datetime | None = None,
    receipt_id: UUID | None = None,
) -> Received:
    """Put a delivery of one lot on record, with the trace codes of its smallest packs where they were scanned (see `packs`), and
    let the rules decide: without a temperature record, or out of range, it is refused and nothing comes into the stock.
    `receipt_id`: the id that it is to have, so that the same form sent twice brings it once.

    Raises BadInput, WrittenBefore,
    ExpiryDiffers, PacksDoNotAddUp, UnreadableTraceCode, ContradictsStock, CodeKnown, DayClosed, NotFound.
    """
    at = site(by, site_id, "stock.change")
    lot_number = lot_number.strip().upper()
    if doses < 1 or not lot_number:
        raise BadInput(what=_("A delivery has a lot number and at least one dose."))
    if (
        transport.lowest is not None
        and transport.highest is not None
        and transport.lowest > transport.highest
    ):
        raise BadInput(what=_("The lowest temperature is above the highest."))
    if receipt_id is not None and _receipts().filter(pk=receipt_id).exists():
        raise refusals.WrittenBefore()
    listed = packs.listed(product_code, lot_number, expires_on, doses, codes)
    packs.add_up(product_code, doses, packs_counted or len(listed), len(listed))
    has_papers = bool(transport.release_number.strip() or transport.release)
    judged = judge(load_handling(), arrival_of(product_code, expires_on, transport, has_papers))
    lot = _lot(product_code, lot_number, expires_on)
    row = Receipt(
        id=receipt_id or uuid7(), site_id=at.id, lot=lot, doses=doses, packs=packs_counted or len(listed) or None,
        supplier=transport.supplier, came_at=came_at or clock.now(), came_by=by.signature, carrier=transport.carrier,
        lowest_celsius=transport.lowest, highest_celsius=transport.highest, transport_minutes=transport.minutes,
        log_sha256=files.put(transport.log) if transport.log else "", release_number=transport.release_number.strip(),
        release_sha256=files.put(transport.release) if transport.release else "",
        packs_damaged=transport.packs_damaged, decision=judged.decision, decided=judged.decision,
        because=[rule.code for rule in judged.because],
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as twice:  # the other hand of a double click was faster
        raise refusals.WrittenBefore() from twice
    if row.decision != "refused":
        state = "usable" if row.decision == "accepted" else "quarantined"
        ledger.write(by, at.id, lot, [Change("received", doses, state, subject_id=row.pk)])
        packs.put(at.id, lot, listed, row.pk)
    facts = {
        "product": product_code,
        "lot": lot.number,
        "doses": doses,
        "vials": len(codes),
        "decision": row.decision,
    }
    record(by=by, verb="stock.receive", subject=row, area_code=at.area_code, facts=facts)
    return Received(row.pk, lot, row.decision, tuple(row.because))


@transaction.atomic
def decide(*, by: Actor, site_id: UUID, receipt_id: UUID, decision: str, reason: str) -> None:
    """Decide about a delivery in quarantine, or otherwise than the rules did: accepted | refused. A delivery that was refused may
    still be accepted by whoever takes it on themselves; its packs were not put on record and are scanned at the station.

    Raises BadInput, AlreadyDecided, NotEnough where doses have left since, DayClosed, NotFound.
    """
    at = site(by, site_id, "stock.decide")
    found = lock(_receipts(), site_id=at.id, pk=receipt_id)
    if not found:
        raise NotFound()
    row = found[0]
    if decision not in DECISIONS or decision == "quarantined" or not reason.strip():
        raise BadInput(what=_("Say whether the delivery is accepted or refused, and why."))
    if row.decided == decision:
        raise refusals.AlreadyDecided()
    ledger.write(by, at.id, row.lot, list(_changes(row, decision, reason)))
    row.decided, row.decided_at, row.decided_by = decision, clock.now(), by.signature
    row.decided_because = reason.strip()[:200]
    row.save(update_fields=["decided", "decided_at", "decided_by", "decided_because"])
    facts = {"lot": row.lot.number, "doses": row.doses, "decision": decision}
    record(by=by, verb="stock.decide_receipt", subject=row, area_code=at.area_code, facts=facts)


def waits_for_decision(site_id: UUID, lot_id: UUID) -> bool:
    """Whether an excursion touched the lot at the site and nobody has decided yet."""
    rows = ExcursionLot.objects.unscoped("for a site that was checked")
    return rows.filter(site_id=site_id, lot_id=lot_id, state="held").exists()


def _changes(row: Receipt, decision: str, reason: str) -> list[Change]:
    """Out of where the doses lie now, into where they belong."""
    here = {"accepted": "usable", "quarantined": "quarantined", "refused": ""}
    kind = "accepted" if decision == "accepted" else "rejected"
    gone, come = here[row.decided], here[decision]
    found = []
    if gone:
        found.append(Change(kind, -row.doses, gone, subject_id=row.pk, note=reason))
    if come:
        found.append(Change(kind, row.doses, come, subject_id=row.pk, note=reason))
    return found


def arrival_of(product_code: str, expires_on: date, transport: Transport, has_papers: bool) -> Arrival:
    """The facts at the door, as the rules ask for them."""
    vaccine = product(product_code)
    return Arrival(
        on=clock.today(),
        expires_on=expires_on,
        lowest=transport.lowest,
        highest=transport.highest,
        lower_limit=Decimal(vaccine.storage_lowest_celsius),
        upper_limit=Decimal(vaccine.storage_highest_celsius),
        has_release_document=has_papers,
        packs_damaged=transport.packs_damaged,
    )


def _receipts() -> ScopedQuerySet[Receipt]:
    return Receipt.objects.unscoped("for a site that was checked")


def _lot(product_code: str, number: str, expires_on: date) -> Lot:
    """The lot, made on its first delivery; two deliveries of it at once make one, and follow one another."""
    Lot.objects.bulk_create(
        [Lot(product_id=product_code, number=number, expires_on=expires_on)], ignore_conflicts=True
    )
    lot = Lot.objects.select_for_update(no_key=True).get(product_id=product_code, number=number)
    if lot.expires_on != expires_on:
        raise refusals.ExpiryDiffers(lot=number, known=lot.expires_on)
    return lot
