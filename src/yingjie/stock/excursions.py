"""What an excursion touches, and putting it on hold: the lots that lay in the fridge, there and wherever they were sent since."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from vaxkit import coldchain
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.scoping import ScopedQuerySet
from yingjie.foundation.journal.actions import record
from yingjie.sites.queries import SiteRow
from yingjie.stock import ledger, packs
from yingjie.stock.ledger import Change
from yingjie.stock.models import (
    Balance,
    Excursion,
    ExcursionLot,
    Fridge,
    Keeping,
    Lot,
    Movement,
    TransferLine,
)
from yingjie.stock.workflow import EXCURSION_LOT


@dataclass(frozen=True)
class Touched:
    """A lot at a place from the moment on from which its doses there may have been harmed."""

    site_id: UUID
    lot: Lot
    since: datetime


def note(by: Actor, at: SiteRow, fridge: Fridge, found: Iterable[coldchain.Excursion]) -> int:
    """Put excursions on record, lengthen those that are known, and put on hold what they touch. Returns how many are new."""
    new = 0
    for each in found:
        row = _known(at, fridge, each)
        if row is None:
            row = Excursion(site_id=at.id, fridge=fridge, found_at=clock.now(), found_by=by.signature)
            new += 1
            _tell(by, at, fridge, each, row)
        elif not _grew(row, each):
            continue
        _written(row, each)
        for touched in sorted(_touched(row), key=lambda one: (str(one.site_id), str(one.lot.pk))):
            _hold(by, row, touched)
    return new


def follow(from_site: UUID, to_site: UUID, lot: Lot, doses: int) -> bool:
    """Doses arrive from a place where the lot waits for a decision: they wait for it here too. False where it does not wait."""
    rows = ExcursionLot.objects.unscoped("of two places of which one was checked")
    waiting = list(rows.filter(site_id=from_site, lot=lot, state="held"))
    known = set(rows.filter(site_id=to_site, lot=lot).values_list("excursion_id", flat=True))
    for each in waiting:
        if each.excursion_id not in known:
            ExcursionLot(
                site_id=to_site,
                excursion_id=each.excursion_id,
                lot=lot,
                touched_from=each.touched_from,
                doses_held=doses,
            ).save(force_insert=True)
    return bool(waiting)


def throw_away(site_id: UUID, lot: Lot) -> None:
    """The packs of a lot that was written off at a place give nothing more."""
    here = packs.vials().filter(site_id=site_id, lot=lot, discarded_at__isnull=True, sent_in__isnull=True)
    here.update(
        doses_wasted=F("doses") - F("doses_given") - F("doses_gone"),
        discarded_at=clock.now(),
    )


def _known(at: SiteRow, fridge: Fridge, each: coldchain.Excursion) -> Excursion | None:
    """The excursion on record that this one continues or reaches back before."""
    rows = _excursions().filter(
        site_id=at.id, fridge=fridge, first_at__lte=each.last_at, last_at__gte=each.first_at
    )
    return rows.filter(kind__in=_same_side(each.kind)).order_by("first_at").first()


def _same_side(kind: str) -> tuple[str, ...]:
    return ("warm",) if kind == "warm" else ("cold", "frozen")


def _grew(row: Excursion, each: coldchain.Excursion) -> bool:
    before = (row.kind, row.first_at, row.last_at, row.possible_from, row.possible_until, row.extreme_celsius)
    now = (each.kind, each.first_at, each.last_at, each.possible_from, each.possible_until, each.extreme)
    return before != now


def _written(row: Excursion, each: coldchain.Excursion) -> None:
    row.kind, row.first_at, row.last_at = each.kind, each.first_at, each.last_at
    row.possible_from, row.possible_until = each.possible_from, each.possible_until
    row.extreme_celsius = each.extreme
    row.save()


def _tell(by: Actor, at: SiteRow, fridge: Fridge, each: coldchain.Excursion, row: Excursion) -> None:
    facts = {"fridge": fridge.name, "kind": each.kind, "celsius": str(each.extreme)}
    record(by=by, verb="stock.excursion", subject=row, area_code=at.area_code, facts=facts)


def _touched(row: Excursion) -> Iterator[Touched]:
    """The lots that lay there while it may have been out of range, and where those were sent afterwards."""
    seen: set[tuple[UUID, UUID]] = set()
    waiting = [Touched(row.site_id, lot, row.possible_from) for lot in _lots_in(row)]
    while waiting:
        one = waiting.pop()
        if (one.site_id, one.lot.pk) in seen:
            continue
        seen.add((one.site_id, one.lot.pk))
        yield one
        sent = TransferLine.objects.unscoped("wherever the lot went").filter(
            site_id=one.site_id, lot=one.lot, transfer__sent_at__gte=one.since, transfer__state="arrived",
            doses_arrived__gt=0,
        )  # fmt: skip
        decided_at = _decided_at(row, one)
        for line in sent.select_related("transfer"):
            if decided_at is not None and line.transfer.sent_at >= decided_at:
                continue  # released before it left
            arrived_at = line.transfer.ended_at or line.transfer.sent_at
            waiting.append(Touched(line.transfer.to_site_id, one.lot, arrived_at))


def _decided_at(row: Excursion, one: Touched) -> datetime | None:
    rows = ExcursionLot.objects.unscoped("of an excursion that is being looked at")
    known = rows.filter(site_id=one.site_id, excursion_id=row.pk, lot=one.lot).first()
    return known.decided_at if known is not None else None


def _lots_in(row: Excursion) -> list[Lot]:
    """Lots that lay in the fridge then; every lot that the site had then, where nobody wrote down where it lay."""
    until = row.possible_until or clock.now()
    kept = Keeping.objects.unscoped("for a site that was checked").filter(
        site_id=row.site_id, from_at__lte=until
    )
    here = kept.filter(Q(until_at__isnull=True) | Q(until_at__gte=row.possible_from), fridge_id=row.fridge_id)
    movements = Movement.objects.unscoped("for a site that was checked").filter(site_id=row.site_id)
    there = set(movements.filter(at__lte=until).order_by().values_list("lot_id", flat=True).distinct())
    nowhere = there - set(kept.values_list("lot_id", flat=True))
    lot_ids = _present(row, nowhere | set(here.values_list("lot_id", flat=True)))
    return list(Lot.objects.filter(pk__in=lot_ids).order_by("pk"))


def _present(row: Excursion, lot_ids: set[UUID]) -> set[UUID]:
    """Those lots of which the site has doses now, or moved some since the excursion may have begun."""
    balances = Balance.objects.unscoped("for a site that was checked").filter(site_id=row.site_id)
    now = set(balances.filter(doses__gt=0, lot_id__in=lot_ids).values_list("lot_id", flat=True))
    movements = Movement.objects.unscoped("for a site that was checked").filter(site_id=row.site_id)
    since = movements.filter(at__gte=row.possible_from, lot_id__in=lot_ids)
    return now | set(since.order_by().values_list("lot_id", flat=True))


def _hold(by: Actor, row: Excursion, one: Touched) -> None:
    """Usable doses of the lot at the place are put aside, once an excursion. What is left in opened vials is blocked by the
    row."""
    rows = ExcursionLot.objects.unscoped("for a site that was checked")
    balances = ledger.locked(one.site_id, one.lot, {"usable", "held"})
    known = rows.filter(site_id=one.site_id, excursion_id=row.pk, lot=one.lot).first()
    goes_on = known is not None and known.decided_at is not None and row.last_at > known.decided_at
    if known is not None and not (goes_on and known.state == "released"):
        return
    doses = balances["usable"].doses
    if doses:
        changes = [
            Change("held", -doses, subject_id=row.pk),
            Change("held", doses, "held", subject_id=row.pk),
        ]
        closed = ledger.is_closed(one.site_id, clock.today())
        ledger.write(by, one.site_id, one.lot, changes, correction=str(row) if closed else "")
    if known is None:
        known = ExcursionLot(
            site_id=one.site_id, excursion_id=row.pk, lot=one.lot, touched_from=one.since, doses_held=doses
        )
    else:
        known.state, known.doses_held = EXCURSION_LOT.advance(known.state, "hold_again", None), doses
    known.save()


def _excursions() -> ScopedQuerySet[Excursion]:
    return Excursion.objects.unscoped("for a site that was checked")
