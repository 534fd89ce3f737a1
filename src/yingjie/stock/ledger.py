"""The one way in which stock changes: balances locked, checked, changed, and every change written down as a movement.

    write(by, site_id, lot, changes)    all of them or none; `Change` says which state loses or wins how many doses
    rebuilt()                           what the movements say against what the balances say; empty where they agree
    rebuild(by)                         makes the balances what the movements say

The order of locks (law 6): vials, balances (of one site after the other, in the order of their ids), lots, the journal. A closed
day takes no more movements unless they are marked as corrections with a reason.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.scoping import ScopedQuerySet
from yingjie.foundation.ids import uuid7
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import BadInput, Refusal
from yingjie.stock import refusals
from yingjie.stock.models import Balance, ClosedDay, Lot, Movement


@dataclass(frozen=True)
class Change:
    """`doses` more (or less, negative) in `state`. `cause` only for what is written off. `once`: the id that
    its movement is to have, for what a form says once."""

    kind: str
    doses: int
    state: str = "usable"
    cause: str = ""
    vial_code: str = ""
    subject_id: UUID | None = None
    note: str = ""
    once: UUID | None = None


@dataclass(frozen=True)
class Difference:
    """A balance that is not the sum of its movements."""

    site_id: UUID
    lot_id: UUID
    state: str
    balance: int
    movements: int


def write(
    by: Actor,
    site_id: UUID,
    lot: Lot,
    changes: Sequence[Change],
    *,
    on: date | None = None,
    correction: str = "",
    balances: dict[str, Balance] | None = None,
) -> dict[str, int]:
    """Change balances of a lot at a site and write it down; returns the doses in each state afterwards. Call it in a transaction,
    for a site that was checked. `balances`: those of the lot there, where the caller has locked them (`locked`).
    Raises NotEnough, Held, DayClosed, WrittenBefore, BadInput for a day to come."""
    today = clock.today()
    day = on or today
    if day > today:
        raise BadInput(what=_("A movement cannot be written for a day to come."))
    if balances is None:
        balances = locked(site_id, lot, {change.state for change in changes})
    if not correction.strip() and _closed().filter(site_id=site_id, on=day).exists():
        raise refusals.DayClosed(on=day)
    asked = [change.once for change in changes if change.once is not None]
    if asked and _movements().filter(pk__in=asked).exists():
        raise refusals.WrittenBefore()
    before = {state: row.doses for state, row in balances.items()}
    for change in changes:
        balance = balances[change.state]
        if balance.doses + change.doses < 0:
            raise _short(lot, balances, change)
        balance.doses += change.doses
    for state, balance in balances.items():
        if balance.doses != before[state]:
            balance.save(update_fields=["doses"])
    _movements().bulk_create(
        [
            Movement(
                id=change.once or uuid7(),
                site_id=site_id, lot=lot, state=change.state, kind=change.kind, cause=change.cause, doses=change.doses,
                on=day, at=clock.now(), by=by.signature, subject_id=change.subject_id, vial_code=change.vial_code,
                note=(change.note or correction).strip()[:200], is_correction=bool(correction.strip()),
            )
            for change in changes
        ]
    )  # fmt: skip
    return {state: row.doses for state, row in balances.items()}


def locked(site_id: UUID, lot: Lot, states: set[str]) -> dict[str, Balance]:
    """The balances of a lot at a site, locked; those of `states` are made first where there are none."""
    rows = Balance.objects.unscoped("for a site that was checked")
    found = {row.state: row for row in lock(rows, site_id=site_id, lot_id=lot.pk)}
    missing = sorted(states - set(found))
    if missing:
        if (
            not found
        ):  # a lot that is new here: a day that is being closed locks what is here, and must not miss it
            lock(rows, site_id=site_id, pk=_first_here(site_id))
        rows.bulk_create(
            [Balance(site_id=site_id, lot=lot, state=state) for state in missing], ignore_conflicts=True
        )
        found = {row.state: row for row in lock(rows, site_id=site_id, lot_id=lot.pk)}
    return found


def _first_here(site_id: UUID) -> UUID | None:
    rows = Balance.objects.unscoped("for a site that was checked").filter(site_id=site_id)
    return rows.order_by("pk").values_list("pk", flat=True).first()


def is_closed(site_id: UUID, on: date) -> bool:
    return _closed().filter(site_id=site_id, on=on).exists()


def rebuilt() -> Iterator[Difference]:
    """Every balance that is not the sum of its movements, over all sites."""
    sums = _movements().order_by().values_list("site_id", "lot_id", "state").annotate(moved=Sum("doses"))
    moved = {(site_id, lot_id, state): doses for site_id, lot_id, state, doses in sums}
    kept = {(row.site_id, row.lot_id, row.state): row.doses for row in _balances()}
    for key in sorted(moved.keys() | kept.keys(), key=str):
        if kept.get(key, 0) != moved.get(key, 0):
            yield Difference(key[0], key[1], key[2], kept.get(key, 0), moved.get(key, 0))


@transaction.atomic
def rebuild(*, by: Actor) -> int:
    """Make every balance what its movements sum to; returns how many were not. Nothing changes where all is well."""
    by.require("stock.change")
    wrong = list(rebuilt())
    for each in wrong:
        lot = Lot.objects.get(pk=each.lot_id)
        row = locked(each.site_id, lot, {each.state})[each.state]
        row.doses = each.movements
        row.save(update_fields=["doses"])
    if wrong:
        record(by=by, verb="stock.rebuild", subject=("stock", "balances"), facts={"count": len(wrong)})
    return len(wrong)


def _short(lot: Lot, balances: dict[str, Balance], change: Change) -> Refusal:
    usable = balances["usable"].doses if "usable" in balances else 0
    aside = sum(row.doses for state, row in balances.items() if state in ("held", "quarantined"))
    if change.state == "usable" and usable == 0 and aside:
        return refusals.Held(lot=lot.number, doses=aside)
    return refusals.NotEnough(lot=lot.number, doses=balances[change.state].doses, wanted=-change.doses)


def _balances() -> ScopedQuerySet[Balance]:
    return Balance.objects.unscoped("sums over all sites")


def _movements() -> ScopedQuerySet[Movement]:
    return Movement.objects.unscoped("of a site that was checked, or sums over all")


def _closed() -> ScopedQuerySet[ClosedDay]:
    return ClosedDay.objects.unscoped("of a site that was checked")
