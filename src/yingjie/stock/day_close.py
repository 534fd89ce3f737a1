"""The day at a site, lot by lot: opening + received + found = given + written off + sent on + closing.

    day_of_site(actor, site, on)    the lines of a day as the ledger says them, and whether it is closed
    close(…)                        what was counted, against them: closed once every lot is counted, every difference
                                    explained and no opened vial left over (当日清零)

"received" is all that came in (deliveries, arrivals, what was called back), "sent on" all that left for another place or
back to the supplier; moving between usable, opened, held and quarantined changes nothing here. Doses on their way belong to
nobody's shelf.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from vaxkit.immunization import Product
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import BadInput, Refusal
from yingjie.sites.queries import SiteRow, site
from yingjie.stock import ledger, refusals
from yingjie.stock.ledger import Change
from yingjie.stock.models import Balance, ClosedDay, DayLine, Lot, Movement, Vial
from yingjie.stock.transfers import Counted
from yingjie.vaccines.queries import product

#: States in which doses lie on the site's shelves.
ON_THE_SHELF = ("usable", "opened", "held", "quarantined")
_ASKED: list[Callable[[UUID, date], Refusal | None]] = []
_RECEIVED = frozenset({"received", "accepted", "arrived", "called_back"})
_SENT = frozenset({"sent", "handed_back", "rejected"})


@dataclass(frozen=True)
class Line:
    """A lot on a day, in doses. `opened` are left in opened vials now; `closing` is what the ledger expects (of a closed
    day: what was counted), `found` what a count added (or took, negative), `difference_because` why."""

    lot_id: UUID
    lot_number: str
    product: Product
    expires_on: date
    opening: int
    received: int
    given: int
    wasted: int
    wasted_by_cause: Mapping[str, int]
    sent: int
    found: int
    closing: int
    opened: int = 0
    difference_because: str = ""

    @property
    def adds_up(self) -> bool:
        return (
            self.opening + self.received + self.found == self.given + self.wasted + self.sent + self.closing
        )


@dataclass(frozen=True)
class Correction:
    """A movement that was written for the day after it was closed."""

    at: datetime
    kind: str
    lot_number: str
    doses: int
    by: str
    note: str


@dataclass(frozen=True)
class SiteDay:
    on: date
    lines: tuple[Line, ...]
    closed_at: datetime | None = None
    closed_by: str = ""
    note: str = ""
    corrections: tuple[Correction, ...] = ()
    open_vials: int = 0


@dataclass
class _Sums:
    received: int = 0
    given: int = 0
    sent: int = 0
    found: int = 0
    causes: dict[str, int] = field(default_factory=dict)
    since: int = 0  # everything from the day on


def day_of_site(actor: Actor, site_id: UUID, on: date) -> SiteDay:
    """A day at a site: as it was closed, or as the ledger says it now. Raises NotFound."""
    at = site(actor, site_id, "stock.view")
    closed = _closed_day(at.id, on)
    if closed is None:
        return SiteDay(on, tuple(_lines(at.id, on)), open_vials=_open_vials(at.id))
    rows = DayLine.objects.unscoped("of a site that was checked").filter(site_id=at.id, day=closed)
    lines = tuple(_frozen(row) for row in rows.select_related("lot").order_by("lot__number"))
    return SiteDay(on, lines, closed.closed_at, closed.closed_by, closed.note, tuple(_corrections(at.id, on)))


def unclosed_days(actor: Actor, site_id: UUID, most: int = 14) -> list[date]:
    """Days before today on which something was given and which nobody has closed, the newest first. Raises NotFound."""
    at = site(actor, site_id, "stock.view")
    closed = ClosedDay.objects.unscoped("of a site that was checked").filter(site_id=at.id).values("on")
    rows = Movement.objects.unscoped("of a site that was checked").filter(
        site_id=at.id, kind="given", on__lt=clock.today()
    )
    open_ = rows.exclude(on__in=closed).order_by("-on").values_list("on", flat=True).distinct()
    return list(open_[:most])


def ask_before_closing(asks: Callable[[UUID, date], Refusal | None]) -> None:
    """A higher module says what stands against closing a site's day: its answer is raised. Again: asked once."""
    if asks not in _ASKED:
        _ASKED.append(asks)


@transaction.atomic
def close(
    *, by: Actor, site_id: UUID, counted: Mapping[UUID, Counted], on: date | None = None, note: str = ""
) -> None:
    """Close a day with what was counted of every lot. The differences, each explained, become movements of that day.

    Raises DayClosed, BadInput for a day to come, VialsLeftOpen, NotCounted,
    DifferenceNotExplained, what higher modules say against it, NotFound."""
    at = site(by, site_id, "stock.change")
    day = on or clock.today()
    if day > clock.today():
        raise BadInput(what=_("A day is closed when it is over, or on its evening."))
    lock(Balance.objects.unscoped("for a site that was checked"), site_id=at.id)
    if ledger.is_closed(at.id, day):
        raise refusals.DayClosed(on=day)
    lines = _lines(at.id, day)
    open_vials = _open_vials(at.id)
    if day == clock.today() and (open_vials or any(line.opened for line in lines)):
        raise refusals.VialsLeftOpen(vials=open_vials or sum(line.opened for line in lines))
    differences = {line.lot_id: _difference(line, counted.get(line.lot_id)) for line in lines}
    for asks in _ASKED:
        if (objection := asks(at.id, day)) is not None:
            raise objection
    for line in lines:
        if differences[line.lot_id]:
            _write_difference(by, at, line, differences[line.lot_id], counted[line.lot_id].because, day)
    closed = ClosedDay(
        site_id=at.id, on=day, closed_at=clock.now(), closed_by=by.signature, note=note.strip()
    )
    closed.save(force_insert=True)
    DayLine.objects.unscoped("of a site that was checked").bulk_create(
        [_row(at, closed, line, differences[line.lot_id], counted[line.lot_id].because) for line in lines]
    )
    facts = {
        "on": day.isoformat(),
        "lots": len(lines),
        "given": sum(line.given for line in lines),
        "wasted": sum(line.wasted for line in lines),
        "found": sum(differences.values()),
    }
    record(by=by, verb="stock.close_day", subject=closed, area_code=at.area_code, facts=facts)


@transaction.atomic
def reopen(*, by: Actor, site_id: UUID, on: date, reason: str) -> None:
    """Open today's closed day again, for somebody who came late: what was counted stays in the ledger, the day is counted anew in
    the evening, and what had been closed stands in the journal. A day that is over stays closed: it takes corrections.

    Raises BadInput without a reason, NotToBeReopened, NotFound."""
    at = site(by, site_id, "stock.change")
    if not reason.strip():
        raise BadInput(what=_("Give a reason."))
    lock(Balance.objects.unscoped("for a site that was checked"), site_id=at.id)
    closed = _closed_day(at.id, on)
    if closed is None or on != clock.today():
        raise refusals.NotToBeReopened(on=on)
    lines = DayLine.objects.unscoped("of a site that was checked").filter(site_id=at.id, day=closed)
    said = {
        str(row.lot_id): [row.opening, row.received, row.found, row.given, row.wasted, row.sent, row.closing]
        for row in lines
    }
    lines.delete()
    facts = {
        "on": on.isoformat(),
        "reason": reason.strip()[:200],
        "closed_by": closed.closed_by,
        "lines": said,
    }
    record(by=by, verb="stock.reopen_day", subject=closed, area_code=at.area_code, facts=facts)
    closed.delete()


def _lines(site_id: UUID, on: date) -> list[Line]:
    """Every lot that lay there or moved on the day."""
    sums = _sums(site_id, on)
    shelf, opened = _on_the_shelf(site_id)
    lots = Lot.objects.in_bulk(list(sums.keys() | {lot_id for lot_id, doses in shelf.items() if doses}))
    found = [
        _line(lot, sums.get(lot.pk, _Sums()), shelf.get(lot.pk, 0), opened.get(lot.pk, 0))
        for lot in lots.values()
    ]
    moved = [line for line in found if line.opening or line.closing or line.received or line.found]
    return sorted(moved, key=lambda line: (line.product.code, line.expires_on, line.lot_number))


def _sums(site_id: UUID, on: date) -> dict[UUID, _Sums]:
    rows = Movement.objects.unscoped("of a site that was checked").filter(
        site_id=site_id, on__gte=on, state__in=ON_THE_SHELF
    )
    found: dict[UUID, _Sums] = {}
    grouped = rows.order_by().values_list("lot_id", "on", "kind", "cause").annotate(moved=Sum("doses"))
    for lot_id, day, kind, cause, doses in grouped:
        sums = found.setdefault(lot_id, _Sums())
        sums.since += doses
        if day != on:
            continue
        if kind in _RECEIVED:
            sums.received += doses
        elif kind in _SENT:
            sums.sent -= doses
        elif kind == "given":
            sums.given -= doses
        elif kind == "wasted":
            sums.causes[cause] = sums.causes.get(cause, 0) - doses
        elif kind == "counted":
            sums.found += doses
    return found


def _on_the_shelf(site_id: UUID) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """Doses by lot: all that lie there now, and those in opened vials."""
    shelf: dict[UUID, int] = {}
    opened: dict[UUID, int] = {}
    rows = Balance.objects.unscoped("of a site that was checked").filter(
        site_id=site_id, state__in=ON_THE_SHELF
    )
    for lot_id, state, doses in rows.values_list("lot_id", "state", "doses"):
        shelf[lot_id] = shelf.get(lot_id, 0) + doses
        if state == "opened" and doses:
            opened[lot_id] = doses
    return shelf, opened


def _line(lot: Lot, sums: _Sums, present: int, opened: int) -> Line:
    opening, wasted = present - sums.since, sum(sums.causes.values())
    return Line(
        lot.pk, lot.number, product(lot.product_id), lot.expires_on, opening, sums.received, sums.given, wasted,
        sums.causes, sums.sent, sums.found,
        opening + sums.received + sums.found - sums.given - wasted - sums.sent, opened,
    )  # fmt: skip


def _difference(line: Line, counted: Counted | None) -> int:
    if counted is None:
        raise refusals.NotCounted(lot=line.lot_number)
    if counted.doses < 0:
        raise BadInput(what=_("A count cannot be negative."))
    difference = counted.doses - line.closing
    if difference and not counted.because.strip():
        raise refusals.DifferenceNotExplained(lot=line.lot_number, expected=line.closing, found=counted.doses)
    return difference


def _write_difference(by: Actor, at: SiteRow, line: Line, difference: int, because: str, day: date) -> None:
    """More is usable; what is missing is missing from the usable ones first, then from those put aside."""
    lot = Lot.objects.get(pk=line.lot_id)
    if difference > 0:
        ledger.write(by, at.id, lot, [Change("counted", difference, note=because)], on=day)
        return
    balances = ledger.locked(at.id, lot, {"usable"})
    missing, changes = -difference, []
    for state in ("usable", "held", "quarantined"):
        part = min(missing, balances[state].doses if state in balances else 0)
        if part:
            changes.append(Change("counted", -part, state, note=because))
            missing -= part
    ledger.write(by, at.id, lot, changes, on=day)


def _row(at: SiteRow, closed: ClosedDay, line: Line, difference: int, because: str) -> DayLine:
    return DayLine(
        site_id=at.id, day=closed, lot_id=line.lot_id, opening=line.opening, received=line.received, given=line.given,
        wasted=line.wasted, wasted_by_cause=dict(line.wasted_by_cause), sent=line.sent, found=line.found + difference,
        closing=line.closing + difference,
        difference_because=because.strip()[:200] if difference else str(_("counted during the day")) if line.found else "",
    )  # fmt: skip


def _frozen(row: DayLine) -> Line:
    lot = row.lot
    return Line(
        lot.pk, lot.number, product(lot.product_id), lot.expires_on, row.opening, row.received, row.given, row.wasted,
        row.wasted_by_cause, row.sent, row.found, row.closing, 0, row.difference_because,
    )  # fmt: skip


def _closed_day(site_id: UUID, on: date) -> ClosedDay | None:
    return ClosedDay.objects.unscoped("of a site that was checked").filter(site_id=site_id, on=on).first()


def _corrections(site_id: UUID, on: date) -> list[Correction]:
    rows = Movement.objects.unscoped("of a site that was checked").filter(
        site_id=site_id, on=on, is_correction=True
    )
    return [
        Correction(row.at, row.kind, row.lot.number, row.doses, row.by, row.note)
        for row in rows.select_related("lot").order_by("at", "pk")
    ]


def _open_vials(site_id: UUID) -> int:
    rows = Vial.objects.unscoped("of a site that was checked").filter(
        site_id=site_id, opened_at__isnull=False, discarded_at__isnull=True
    )
    return sum(row.doses > row.doses_given + row.doses_wasted + row.doses_gone for row in rows)
