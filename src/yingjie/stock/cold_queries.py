"""Reads of the cold chain: fridges with their readings, excursions with all that follows from them.

fridges_of(actor, site_id)      what a site keeps vaccine in: last readings, what lies in it, what is missing
excursion(actor, id)            one screen: readings, lots on hold everywhere, doses since, people to call
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from vaxkit import coldchain
from vaxkit.ruledata import load_handling
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.sites.queries import names
from yingjie.stock import recipients
from yingjie.stock.lots import LotRow, lot_view
from yingjie.stock.models import Balance, Excursion, ExcursionLot, Fridge, Keeping, Reading

#: Days of readings on a fridge's page, and of missing ones asked for.
SHOWN_DAYS = 14


@dataclass(frozen=True)
class FridgeRow:
    id: UUID
    site_id: UUID
    name: str
    kind: str
    lowest: Decimal
    highest: Decimal
    has_logger: bool
    last_at: datetime | None
    last_celsius: Decimal | None
    lots: tuple[tuple[UUID, str, str], ...]  # id, number, product's code
    missing: tuple[coldchain.MissingReadings, ...]
    open_excursions: int

    @property
    def is_out_of_range(self) -> bool:
        return self.last_celsius is not None and not self.lowest <= self.last_celsius <= self.highest


@dataclass(frozen=True)
class ExcursionRow:
    id: UUID
    site_id: UUID
    site_name: str
    fridge_id: UUID
    fridge_name: str
    kind: str
    first_at: datetime
    last_at: datetime
    possible_from: datetime
    possible_until: datetime | None
    extreme: Decimal
    found_at: datetime
    found_by: str
    waiting: int
    lots: int


@dataclass(frozen=True)
class ExcursionLotRow:
    site_id: UUID
    site_name: str
    lot: LotRow
    touched_from: datetime
    doses_held: int
    given_since: int
    state: str
    decided_at: datetime | None
    decided_by: str
    decided_because: str


@dataclass(frozen=True)
class ExcursionView:
    row: ExcursionRow
    lowest: Decimal
    highest: Decimal
    readings: tuple[coldchain.Reading, ...]
    mean_kinetic: Decimal | None
    lots: tuple[ExcursionLotRow, ...]
    people: recipients.Recipients


def fridges_of(actor: Actor, site_id: UUID) -> list[FridgeRow]:
    """The fridges in use at a site, with what is missing of the last days' readings."""
    rows = Fridge.objects.visible_to(actor).filter(site_id=site_id, used_until_on__isnull=True)
    return [_fridge(row) for row in rows.order_by("name")]


def fridge(actor: Actor, site_id: UUID, fridge_id: UUID) -> FridgeRow:
    """Raises NotFound."""
    found = Fridge.objects.visible_to(actor).filter(site_id=site_id, pk=fridge_id).first()
    if found is None:
        raise NotFound()
    return _fridge(found)


def readings_of(
    actor: Actor, site_id: UUID, fridge_id: UUID, from_at: datetime, until_at: datetime
) -> list[coldchain.Reading]:
    """A fridge's readings of a stretch of time, in order."""
    rows = Reading.objects.visible_to(actor).filter(
        site_id=site_id, fridge_id=fridge_id, at__gte=from_at, at__lte=until_at
    )
    return [
        coldchain.Reading(at, celsius) for at, celsius in rows.order_by("at").values_list("at", "celsius")
    ]


def excursions_of(actor: Actor, site_id: UUID | None = None, most: int = 100) -> list[ExcursionRow]:
    """Excursions at a site, or everywhere that the actor sees, the newest first."""
    rows = Excursion.objects.visible_to(actor)
    if site_id is not None:
        rows = rows.filter(site_id=site_id)
    return _excursions(rows.select_related("fridge").order_by("-first_at")[:most])


def undecided(actor: Actor) -> int:
    """Lots on hold after an excursion, where the actor may decide."""
    return ExcursionLot.objects.visible_to(actor, "stock.decide").filter(state="held").count()


def excursion(actor: Actor, excursion_id: UUID) -> ExcursionView:
    """One screen: how it came, what is on hold where, who got a dose meanwhile. Raises NotFound."""
    rows = Excursion.objects.visible_to(actor).filter(pk=excursion_id).select_related("fridge")
    found = rows.first()
    if found is None:
        raise NotFound()
    margin = timedelta(hours=12)
    until = min((found.possible_until or clock.now()) + margin, clock.now())
    series = readings_of(actor, found.site_id, found.fridge_id, found.possible_from - margin, until)
    out = [each for each in series if found.possible_from <= each.at <= (found.possible_until or until)]
    lots = _excursion_lots(found)
    dose_ids = [
        dose_id for each in lots for dose_id in recipients.given(each.lot.id, each.site_id, each.touched_from)
    ]
    return ExcursionView(
        _excursions([found])[0],
        found.fridge.lowest_celsius,
        found.fridge.highest_celsius,
        tuple(series),
        coldchain.mean_kinetic_celsius(out),
        tuple(lots),
        recipients.of(actor, dose_ids),
    )


def _fridge(row: Fridge) -> FridgeRow:
    today = clock.today()
    days = [today - timedelta(days=back) for back in range(SHOWN_DAYS, -1, -1)]
    days = [on for on in days if on >= row.used_from_on]
    rows = Reading.objects.unscoped("of a site that was checked").filter(site_id=row.site_id, fridge=row)
    last = rows.order_by("-at").first()
    moments = rows.filter(at__gte=clock.now() - timedelta(days=SHOWN_DAYS + 1)).values_list("at", flat=True)
    missing = coldchain.missing_readings(
        moments, days, clock.now(), clock.CAMPAIGN_ZONE, load_handling().readings
    )
    kept = Keeping.objects.unscoped("of a site that was checked").filter(
        site_id=row.site_id, fridge=row, until_at__isnull=True
    )
    present = Balance.objects.unscoped("of a site that was checked").filter(site_id=row.site_id, doses__gt=0)
    here = set(present.exclude(state="in_transit").values_list("lot_id", flat=True))
    lots = [
        (each.lot_id, each.lot.number, each.lot.product_id)
        for each in kept.select_related("lot").order_by("lot__number")
        if each.lot_id in here
    ]
    open_ = ExcursionLot.objects.unscoped("of a site that was checked").filter(
        site_id=row.site_id, state="held",
        excursion_id__in=Excursion.objects.unscoped("of a site that was checked").filter(fridge=row).values("pk"),
    )  # fmt: skip
    return FridgeRow(
        row.pk, row.site_id, row.name, row.kind, row.lowest_celsius, row.highest_celsius, row.has_logger,
        last.at if last else None, last.celsius if last else None, tuple(lots), missing,
        open_.values("excursion_id").distinct().count(),
    )  # fmt: skip


def _excursions(rows: Iterable[Excursion]) -> list[ExcursionRow]:
    found = list(rows)
    sites = names({row.site_id for row in found})
    states: dict[UUID, list[str]] = {}
    touched = ExcursionLot.objects.unscoped("of excursions that were checked")
    for excursion_id, state in touched.filter(excursion_id__in=[row.pk for row in found]).values_list(
        "excursion_id", "state"
    ):
        states.setdefault(excursion_id, []).append(state)
    return [
        ExcursionRow(
            row.pk, row.site_id, sites.get(row.site_id, ""), row.fridge_id, row.fridge.name, row.kind, row.first_at,
            row.last_at, row.possible_from, row.possible_until, row.extreme_celsius, row.found_at, row.found_by,
            states.get(row.pk, []).count("held"), len(states.get(row.pk, [])),
        )
        for row in found
    ]  # fmt: skip


def _excursion_lots(row: Excursion) -> list[ExcursionLotRow]:
    rows = ExcursionLot.objects.unscoped("of an excursion that was checked").filter(excursion_id=row.pk)
    found = list(rows.select_related("lot").order_by("lot__number", "site_id"))
    sites = names({each.site_id for each in found})
    return [
        ExcursionLotRow(
            each.site_id, sites.get(each.site_id, ""), lot_view(each.lot), each.touched_from, each.doses_held,
            len(recipients.given(each.lot_id, each.site_id, each.touched_from)), each.state, each.decided_at,
            each.decided_by, each.decided_because,
        )
        for each in found
    ]  # fmt: skip
