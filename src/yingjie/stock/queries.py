"""Reads of stock: balances, movements, vials."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet, Sum

from vaxkit.immunization import Product
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.sites.queries import site
from yingjie.stock.codes import TraceCode
from yingjie.stock.models import Balance, Movement, Vial
from yingjie.stock.packs import agrees, doses_per_pack, left_in, uncoded_doses, understood, unlisted_lot
from yingjie.stock.refusals import Expired, LotSuspended, OpenTooLong, SentOn, UnknownCode, VialEmpty
from yingjie.vaccines.queries import product

SOON_DAYS = 30


@dataclass(frozen=True)
class BalanceRow:
    """A lot at a site, in doses."""

    lot_id: UUID
    lot_number: str
    product: Product
    expires_on: date
    suspended_at: datetime | None
    usable: int
    held: int
    opened: int = 0
    quarantined: int = 0
    in_transit: int = 0

    @property
    def aside(self) -> int:
        """Here, and not to be given now."""
        return self.held + self.quarantined

    @property
    def present(self) -> int:
        """All that lies here."""
        return self.usable + self.opened + self.aside

    def is_expired(self, on: date) -> bool:
        return on > self.expires_on

    def is_soon_expired(self, on: date) -> bool:
        return not self.is_expired(on) and on + timedelta(days=SOON_DAYS) > self.expires_on

    @property
    def state(self) -> str:
        """The word for the list: suspended, expired, expiring, held, quarantined, usable or empty."""
        today = clock.today()
        if self.suspended_at is not None:
            return "suspended"
        if self.present == 0:
            return "empty"
        if self.is_expired(today):
            return "expired"
        if self.usable + self.opened == 0:
            return "held" if self.held else "quarantined"
        return "expiring" if self.is_soon_expired(today) else "usable"


@dataclass(frozen=True)
class VialView:
    code: str
    lot_id: UUID
    lot_number: str
    product_code: str
    expires_on: date
    suspended_at: datetime | None
    doses: int
    doses_given: int
    doses_left: int
    opened_at: datetime | None = None
    discard_at: datetime | None = None
    discarded_at: datetime | None = None
    is_sent: bool = False
    is_on_record: bool = True


@dataclass(frozen=True)
class LotChoice:
    """A lot of which packs without codes lie at a site."""

    lot_id: UUID
    lot_number: str
    product: Product
    expires_on: date


@dataclass(frozen=True)
class MovementRow:
    at: datetime
    kind: str
    state: str
    doses: int
    lot_number: str
    product: Product
    by: str
    note: str
    cause: str = ""
    is_correction: bool = False


def balances(actor: Actor, site_id: UUID) -> list[BalanceRow]:
    """Every lot that the site ever had, usable and held doses side by side, first to expire first."""
    found: dict[UUID, list[Balance]] = {}
    rows = Balance.objects.visible_to(actor).filter(site_id=site_id).select_related("lot")
    for row in rows.order_by("lot__expires_on", "lot__number", "state"):
        found.setdefault(row.lot_id, []).append(row)
    return [_balance(states) for states in found.values()]


def usable_doses(actor: Actor, site_ids: list[UUID]) -> dict[UUID, int]:
    """Usable, unexpired, unsuspended doses per site."""
    rows = Balance.objects.visible_to(actor).filter(
        site_id__in=site_ids,
        state="usable",
        lot__suspended_at__isnull=True,
        lot__expires_on__gte=clock.today(),
    )
    return dict(rows.values_list("site_id").annotate(doses=Sum("doses")))


def vial(actor: Actor, site_id: UUID, code: str) -> VialView | None:
    """The vial of that key (see codes.read) at a site, or None."""
    row = Vial.objects.visible_to(actor).filter(site_id=site_id, code=code).select_related("lot").first()
    if row is None:
        return None
    return view(row)


def view(row: Vial) -> VialView:
    lot = row.lot
    return VialView(
        row.code,
        lot.pk,
        lot.number,
        lot.product_id,
        lot.expires_on,
        lot.suspended_at,
        row.doses,
        row.doses_given,
        left_in(row),
        row.opened_at,
        row.discard_at,
        row.discarded_at,
        row.sent_in is not None,
    )


def scanned_vial(actor: Actor, site_id: UUID, scanned: str, lot_id: UUID | None = None) -> VialView:
    """The vial whose code was scanned, at a site. A pack that came without its code is shown as what its first use makes of it
    (`actions.on_record`), where the code itself or `lot_id` says its lot.

    Raises UnreadableTraceCode, UnknownCode, ContradictsStock."""
    code = understood(scanned)
    found = vial(actor, site_id, code.key)
    if found is None:
        site(actor, site_id, "stock.view")
        found = _not_on_record(site_id, code, lot_id)
    agrees(code, found.lot_number, found.expires_on)
    return found


def lots_without_codes(actor: Actor, site_id: UUID, scanned: str) -> list[LotChoice]:
    """The lots of which packs without codes lie at a site, for whoever has scanned an unknown code: one of them may be its."""
    site(actor, site_id, "stock.view")
    try:
        code = understood(scanned)
    except Refusal:
        return []
    rows = Balance.objects.unscoped("of a site that was checked").filter(
        site_id=site_id, state="usable", doses__gt=0, lot__suspended_at__isnull=True
    )
    lots = [row.lot for row in rows.select_related("lot").order_by("lot__expires_on", "lot__number")]
    fits = [lot for lot in lots if 0 < doses_per_pack(lot, code.key) <= uncoded_doses(site_id, lot)]
    return [LotChoice(lot.pk, lot.number, product(lot.product_id), lot.expires_on) for lot in fits]


def _not_on_record(site_id: UUID, code: TraceCode, lot_id: UUID | None) -> VialView:
    lot = unlisted_lot(site_id, code, lot_id)
    doses = doses_per_pack(lot, code.key) if lot is not None else 0
    if lot is None or not 0 < doses <= uncoded_doses(site_id, lot):
        raise UnknownCode(vial=code.key)
    return VialView(
        code.key, lot.pk, lot.number, lot.product_id, lot.expires_on, lot.suspended_at, doses, 0, doses, None, None, None,
        is_on_record=False,
    )  # fmt: skip


def objection(vial: VialView, on: date) -> Refusal | None:
    """Why a dose of this vial may not be given on a day, as far as the vial itself says."""
    if vial.suspended_at is not None:
        return LotSuspended(lot=vial.lot_number)
    if on > vial.expires_on:
        return Expired(lot=vial.lot_number, expires_on=vial.expires_on)
    if vial.is_sent:
        return SentOn(vial=vial.code)
    if vial.doses_left < 1:
        return VialEmpty(vial=vial.code, doses=vial.doses)
    now = clock.now()
    if vial.opened_at is not None and vial.discard_at is not None and now > vial.discard_at:
        return OpenTooLong(
            vial=vial.code, opened=clock_time(vial.opened_at), until=clock_time(vial.discard_at)
        )
    return None


def clock_time(moment: datetime) -> str:
    """14:32 where the campaign is."""
    return f"{moment.astimezone(clock.CAMPAIGN_ZONE):%H:%M}"


def first_out(rows: Sequence[BalanceRow], product_code: str, doses: int, on: date) -> dict[UUID, int]:
    """How many doses of which lots of a product leave first: what expires first goes first (FEFO); pure. Fewer than asked
    for where fewer are usable."""
    usable = [
        row for row in rows if row.product.code == product_code and row.usable and not row.is_expired(on)
    ]
    found: dict[UUID, int] = {}
    for row in sorted(usable, key=lambda row: (row.expires_on, row.lot_number)):
        part = min(doses, row.usable) if row.suspended_at is None else 0
        if part:
            found[row.lot_id] = part
            doses -= part
    return found


def open_vials(actor: Actor, site_id: UUID) -> list[VialView]:
    """Opened vials with doses in them, whose time ends first at the top."""
    rows = Vial.objects.visible_to(actor).filter(
        site_id=site_id, opened_at__isnull=False, discarded_at__isnull=True
    )
    found = [view(row) for row in rows.select_related("lot").order_by("discard_at", "code")]
    return [each for each in found if each.doses_left]


def expiring(actor: Actor, within_days: int = SOON_DAYS) -> list[tuple[UUID, int]]:
    """Sites where usable doses expire within so many days (or have expired), with the number of their lots."""
    until = clock.today() + timedelta(days=within_days)
    rows = Balance.objects.visible_to(actor).filter(state="usable", doses__gt=0, lot__expires_on__lt=until)
    counts: dict[UUID, int] = {}
    for site_id in rows.order_by("lot__expires_on").values_list("site_id", flat=True):
        counts[site_id] = counts.get(site_id, 0) + 1
    return list(counts.items())


def balance(actor: Actor, site_id: UUID, lot_id: UUID) -> BalanceRow:
    """One lot at a site. Raises NotFound."""
    rows = Balance.objects.visible_to(actor).filter(site_id=site_id, lot_id=lot_id).select_related("lot")
    found = list(rows)
    if not found:
        raise NotFound()
    return _balance(found)


def movement_rows(
    actor: Actor,
    site_id: UUID,
    *,
    kind: str | None = None,
    lot: str | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
) -> QuerySet[Movement]:
    """The movements of a site for the list component, both days included; its rows become values with `movement`."""
    rows = Movement.objects.visible_to(actor).filter(site_id=site_id).select_related("lot")
    if kind:
        rows = rows.filter(kind=kind)
    if lot:
        rows = rows.filter(lot__number__icontains=lot)
    if from_on:
        rows = rows.filter(at__date__gte=from_on)
    if until_on:
        rows = rows.filter(at__date__lte=until_on)
    return rows


def movement(row: Movement) -> MovementRow:
    found = product(row.lot.product_id)
    return MovementRow(
        row.at, row.kind, row.state, row.doses, row.lot.number, found, row.by, row.note, row.cause, row.is_correction
    )  # fmt: skip


def _balance(states: list[Balance]) -> BalanceRow:
    lot = states[0].lot
    doses = {row.state: row.doses for row in states}
    return BalanceRow(
        lot.pk,
        lot.number,
        product(lot.product_id),
        lot.expires_on,
        lot.suspended_at,
        doses.get("usable", 0),
        doses.get("held", 0),
        doses.get("opened", 0),
        doses.get("quarantined", 0),
        doses.get("in_transit", 0),
    )
