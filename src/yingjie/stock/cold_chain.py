"""Temperatures, and what follows from one out of range.

    write_reading, read_file        a temperature by hand; a logger's file
    decide                          release or destroy what an excursion touched

Whatever brings readings in looks at once for excursions (`vaxkit.coldchain`): every lot that lay in the fridge while it may
have been out of range is put on hold, where it lies and wherever it was sent since; nobody has to remember to do it. Where
nobody wrote down what lay in a fridge, every lot of the site did.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vaxkit import coldchain
from vaxkit.ruledata import load_handling
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.scoping import ScopedQuerySet
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.sites.queries import SiteRow, site
from yingjie.stock import excursions, ledger, refusals
from yingjie.stock.fridges import fridge_in_use
from yingjie.stock.ledger import Change
from yingjie.stock.models import ExcursionLot, Fridge, Reading
from yingjie.stock.workflow import EXCURSION_LOT

#: A moment this far in the future is a wrong clock or a wrong time zone, not a reading.
AHEAD = timedelta(minutes=10)
#: How far back from new readings excursions are looked for again.
BACK = timedelta(days=31)


@dataclass(frozen=True)
class FileRead:
    """What a logger's file brought: new readings, those that were known, lines that said nothing, excursions found."""

    new: int
    known: int
    bad_lines: tuple[coldchain.loggers.BadLine, ...]
    excursions: int
    zone_stated: bool
    was_fahrenheit: bool
    other_columns: tuple[str, ...]


@transaction.atomic
def write_reading(
    *, by: Actor, site_id: UUID, fridge_id: UUID, celsius: Decimal, read_at: datetime | None = None
) -> int:
    """Write down a temperature that was read off. Returns how many excursions are new. Raises BadInput, ReadingKnown, NotFound."""
    at, row = fridge_in_use(by, site_id, fridge_id)
    moment = read_at or clock.now()
    if moment > clock.now() + AHEAD or not Decimal(-100) <= celsius <= Decimal(100):
        raise BadInput(what=_("A temperature is read off now or earlier, between −100 and 100 °C."))
    if not _keep(by, row, [coldchain.Reading(moment, celsius)], "hand"):
        raise refusals.ReadingKnown(fridge=row.name)
    found = _excursions(by, at, row, moment)
    facts = {"fridge": row.name, "celsius": str(celsius), "excursions": found}
    record(by=by, verb="stock.write_reading", subject=row, area_code=at.area_code, facts=facts)
    return found


@transaction.atomic
def read_file(*, by: Actor, site_id: UUID, fridge_id: UUID, content: bytes) -> FileRead:
    """Read a logger's file. Moments that are known already stay as they are. Raises UnreadableLoggerFile, BadInput, NotFound."""
    at, row = fridge_in_use(by, site_id, fridge_id)
    try:
        file = coldchain.read_logger(coldchain.decoded(content), clock.CAMPAIGN_ZONE)
    except coldchain.UnreadableLogger as wrong:
        raise refusals.UnreadableLoggerFile(why=refusals.LOGGER_TROUBLES[wrong.code]) from wrong
    if file.readings[-1].at > clock.now() + AHEAD:
        raise BadInput(
            what=_("The file holds readings from the future: check the logger's clock and time zone.")
        )
    new = _keep(by, row, file.readings, "logger")
    found = _excursions(by, at, row, file.readings[0].at)
    facts = {"fridge": row.name, "readings": new, "excursions": found}
    record(by=by, verb="stock.read_logger", subject=row, area_code=at.area_code, facts=facts)
    return FileRead(
        new,
        len(file.readings) - new,
        file.bad_lines,
        found,
        file.zone_stated,
        file.was_fahrenheit,
        file.other_columns,
    )


@transaction.atomic
def decide(*, by: Actor, site_id: UUID, excursion_id: UUID, lot_id: UUID, step: str, reason: str) -> None:
    """Decide about a lot that an excursion touched at a place: "release" or "destroy". What is held there becomes usable
    again, or is written off. Another excursion of the lot that nobody decided about keeps it on hold.

    Raises BadInput, AlreadyDecided, NotFound."""
    at = site(by, site_id, "stock.decide")
    if step not in ("release", "destroy") or not reason.strip():
        raise BadInput(what=_("Say whether the lot is released or destroyed, and why."))
    rows = lock(_touched(), site_id=at.id, excursion_id=excursion_id, lot_id=lot_id)
    if not rows:
        raise NotFound()
    row = rows[0]
    if row.state != "held":
        raise refusals.AlreadyDecided()
    row.state = EXCURSION_LOT.advance(row.state, step, None)
    row.decided_at, row.decided_by = clock.now(), by.signature
    row.decided_because = reason.strip()[:200]
    row.save()
    others = _touched().filter(site_id=at.id, lot_id=lot_id, state="held").exists()
    doses = 0 if others and step == "release" else _free(by, at, row, step, reason)
    facts = {"lot": row.lot.number, "doses": doses, "decision": row.state, "reason": reason}
    record(by=by, verb="stock.decide_excursion", subject=row, area_code=at.area_code, facts=facts)


def _free(by: Actor, at: SiteRow, row: ExcursionLot, step: str, reason: str) -> int:
    """What is on hold of the lot at the place, back into use or written off; returns how many doses."""
    balances = ledger.locked(at.id, row.lot, {"held", "opened"})
    held, opened = balances["held"].doses, balances["opened"].doses
    note = reason.strip()[:200]
    if step == "release":
        changes = [
            Change("released", -held, "held", subject_id=row.excursion_id, note=note),
            Change("released", held, subject_id=row.excursion_id, note=note),
        ]
    else:
        changes = [
            Change("wasted", -doses, state, "temperature", subject_id=row.excursion_id, note=note)
            for state, doses in (("held", held), ("opened", opened))
        ]
    changes = [change for change in changes if change.doses]
    if changes:
        closed = ledger.is_closed(at.id, clock.today())
        ledger.write(by, at.id, row.lot, changes, correction=note if closed else "")
    if step == "destroy":
        excursions.throw_away(at.id, row.lot)
    return sum(change.doses for change in changes if change.doses > 0) or -sum(each.doses for each in changes)


def _keep(by: Actor, row: Fridge, readings: Iterable[coldchain.Reading], source: str) -> int:
    """Put readings on record; those of moments that are known are left out. Returns how many are new."""
    wanted = list(readings)
    rows = _readings()
    here = rows.filter(site_id=row.site_id, fridge=row)
    known = set(
        here.filter(at__gte=wanted[0].at, at__lte=wanted[-1].at).values_list("at", flat=True)
        if len(wanted) > 1
        else here.filter(at=wanted[0].at).values_list("at", flat=True)
    )
    new = [
        Reading(
            site_id=row.site_id, fridge=row, at=each.at, celsius=each.celsius, source=source, by=by.signature,
            recorded_at=clock.now(),
        )
        for each in wanted
        if each.at not in known
    ]  # fmt: skip
    rows.bulk_create(new, batch_size=5_000, ignore_conflicts=True)
    return len(new)


def _excursions(by: Actor, at: SiteRow, row: Fridge, since: datetime) -> int:
    """Look for excursions since a moment (and somewhat before), and put on hold what they touched. Returns how many are new."""
    limits = coldchain.Limits(row.lowest_celsius, row.highest_celsius, load_handling().freezing_celsius)
    here = _readings().filter(site_id=at.id, fridge=row, at__gte=since - BACK)
    series = [coldchain.Reading(moment, celsius) for moment, celsius in here.values_list("at", "celsius")]
    return excursions.note(by, at, row, coldchain.excursions(series, limits))


def _readings() -> ScopedQuerySet[Reading]:
    return Reading.objects.unscoped("for a site that was checked")


def _touched() -> ScopedQuerySet[ExcursionLot]:
    return ExcursionLot.objects.unscoped("for a site that was checked")
