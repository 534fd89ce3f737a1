"""Writes of supply plans: ask, compute, send what is proposed through stock's own action."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.jobs import actions as jobs
from yingjie.foundation.jobs.models import Job
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.plans import refusals, supply_facts, supply_planning
from yingjie.plans.actions import Tell
from yingjie.plans.models import SupplyPlan
from yingjie.plans.running import must_have_stopped
from yingjie.plans.supply_planning import ByHand
from yingjie.plans.twice import sent_before
from yingjie.sites import queries as sites
from yingjie.stock import transfers
from yingjie.stock.models import TransferLine

DAYS = 14
#: To see, and to decide.
SUPPLY, SHARE = "plans.supply", "plans.share_doses"


@transaction.atomic
def ask(*, by: Actor, area_code: str, days: int = DAYS, later: bool = True) -> SupplyPlan:
    """Forecast and moves for an area, computed in the background (`later` false: by the caller). Raises NotFound, NotAllowed."""
    by.require(SHARE, area_code)
    area = areas.open_area(by, area_code, SHARE)
    if area is None:
        raise NotFound()
    rows = SupplyPlan.objects.unscoped("made under plans.share_doses")
    first = clock.today() + timedelta(days=1)
    twice = sent_before(rows, by, area_id=area_code, first_on=first, days=days, sent={})
    if twice is not None:
        return twice
    made = rows.create(
        area_id=area_code, first_on=first, days=days, made_by=by.signature, made_at=clock.now(),
    )  # fmt: skip
    if later:
        _compute_later(by, made, area.name)
    record(by=by, verb="plans.supply", subject=made, area_code=area_code, facts={"area": area.name})
    return made


@transaction.atomic
def again(*, by: Actor, plan_id: UUID, by_hand: Sequence[ByHand] | None = None) -> SupplyPlan:
    """Compute a plan once more, from the ledger of now: where that failed or was cancelled, or nothing was sent yet. `by_hand`:
    what stands whatever the rule says (not given: as before). Raises NotFound, NotAllowed, StillComputing, AlreadySent."""
    by.require(SHARE, _mine(by, plan_id).area_id)
    row = _locked(plan_id)
    must_have_stopped(row.job_id)
    if row.sent:
        raise refusals.AlreadySent()
    stands = set_by_hand(row) if by_hand is None else by_hand
    row.told, row.first_on, row.published_at = None, clock.today() + timedelta(days=1), None
    row.save(update_fields=["told", "first_on", "published_at"])
    name = areas.names({row.area_id}).get(row.area_id, row.area_id)
    _compute_later(by, row, name, stands)
    record(by=by, verb="plans.again", subject=row, area_code=row.area_id, facts={"title": name})
    return row


def set_share(
    *, by: Actor, plan_id: UUID, store: str, lot_id: str, site: str, doses: int | None
) -> SupplyPlan:
    """Set by hand what a site gets of a store's lot (None: as the rule says), and compute the others around it. Raises NotFound,
    BadInput, StillComputing, AlreadySent."""
    row = _mine(by, plan_id)
    told = row.told or {}
    lot = next((each for each in told.get("lots", ()) if each[:2] == [store, lot_id]), None)
    if lot is None or site not in told["site_ids"] or site in {each[0] for each in told["lots"]}:
        raise NotFound()
    _store, _id, _number, _product, there, pack = lot
    others = [
        each for each in set_by_hand(row) if (each.store, each.lot_id, each.site) != (store, lot_id, site)
    ]
    free = there - sum(each.doses for each in others if (each.store, each.lot_id) == (store, lot_id))
    if doses is not None and (doses % pack or not 0 <= doses <= free):
        raise BadInput(
            what=str(_("Whole packs of {pack} doses, {free} doses at most.")).format(
                pack=pack, free=free // pack * pack
            )
        )
    mine = [] if doses is None else [ByHand(store, lot_id, site, doses)]
    return again(by=by, plan_id=plan_id, by_hand=[*others, *mine])


def set_by_hand(row: SupplyPlan) -> list[ByHand]:
    """What was set by hand when the plan was computed, or is to be."""
    job = Job.objects.filter(pk=row.job_id).first() if row.job_id else None
    asked = job.arguments if job else {}
    return [ByHand(*each) for each in (row.told or asked).get("by_hand", ())]


def _compute_later(by: Actor, row: SupplyPlan, area_name: str, by_hand: Sequence[ByHand] = ()) -> None:
    title = str(_("Doses over sites: {area}")).format(area=area_name)
    job = jobs.start(
        by=by, kind="plans.supply", title=title, username=by.name, plan_id=str(row.pk),
        by_hand=[[each.store, each.lot_id, each.site, each.doses] for each in by_hand],
    )  # fmt: skip
    row.job_id = job.pk
    row.save(update_fields=["job_id"])


def compute(
    *, by: Actor, plan_id: UUID, by_hand: Sequence[ByHand] = (), tell: Tell | None = None
) -> SupplyPlan:
    """The plan from the ledger as it is now. Raises NotFound."""
    row, began = _mine(by, plan_id), clock.now()
    step = tell or (lambda done, total, message: None)
    step(0, 2, "")
    found = supply_facts.facts(row.area_id, row.first_on, row.days)
    step(1, 2, "")
    told = supply_planning.planned(found, row.first_on, row.days, by_hand)
    told["at"] = began.isoformat()
    told["site_ids"] = {name: str(site.id) for name, site in (found.sites | found.stores).items()}
    step(2, 2, "")
    with transaction.atomic():
        held = _locked(plan_id)
        held.told, held.sent = told, {}
        held.save(update_fields=["told", "sent"])
    return held


@transaction.atomic
def send(*, by: Actor, plan_id: UUID, number: int, seen: str = "") -> UUID:
    """One proposed move, put on its way by whoever keeps the vaccine where it lies. `seen` is the computation that was looked at.
    Returns the transfer's id. Raises NotFound, NotReady, DosesLeftSince, and what stock.transfers.send raises."""
    _mine(by, plan_id)
    row = _locked(plan_id)
    if row.told is None or (seen and seen != str(row.job_id)):
        raise refusals.NotReady()
    move = next((each for each in row.told["moves"] if each["number"] == number), None)
    if move is None:
        raise NotFound()
    if str(number) in row.sent:
        raise refusals.NotReady()
    ids = row.told["site_ids"]
    giver = sites.site(by, UUID(ids[move["from"]]), "stock.change")
    _must_still_hold(row, giver.id, [UUID(lot) for lot, _n, _doses in move["lots"]])
    note = str(_("Supply plan of {on}")).format(on=clock.day_of(row.made_at))
    made = transfers.send(
        by=by, site_id=giver.id, to_site_id=UUID(ids[move["to"]]), doses={UUID(lot): doses for lot, _n, doses in move["lots"]},
        note=note,
    )  # fmt: skip
    row.sent[str(number)] = str(made.pk)
    row.save(update_fields=["sent"])
    facts = {"from": move["from"], "to": move["to"], "doses": move["doses"]}
    record(by=by, verb="plans.send", subject=row, area_code=row.area_id, facts=facts)
    return made.pk


@transaction.atomic
def publish(*, by: Actor, plan_id: UUID, seen: str = "", withdrawn: bool = False) -> SupplyPlan:
    """Let everybody of the county read which site gets what, so that villages can call people; or take that back. `seen` as of
    `send`. Again: changes nothing. Raises NotFound, NotAllowed, NotReady."""
    by.require(SHARE, _mine(by, plan_id).area_id)
    row = _locked(plan_id)
    if row.told is None or (seen and seen != str(row.job_id)):
        raise refusals.NotReady()
    if withdrawn == (row.published_at is None):
        return row
    row.published_at, row.published_by = (None, "") if withdrawn else (clock.now(), by.signature)
    row.save(update_fields=["published_at", "published_by"])
    verb = "plans.withdraw_supply" if withdrawn else "plans.publish_supply"
    record(by=by, verb=verb, subject=row, area_code=row.area_id, facts={"moves": len(row.told["moves"])})
    return row


def _must_still_hold(row: SupplyPlan, giver_id: UUID, lots: Sequence[UUID]) -> None:
    """Whoever sent of these lots since the plan was computed, but for the plan's own moves, took doses that it reckons with."""
    at = datetime.fromisoformat((row.told or {}).get("at", row.made_at.isoformat()))
    since = TransferLine.objects.unscoped("of a place that the actor keeps").filter(
        transfer__site_id=giver_id, lot_id__in=lots, transfer__sent_at__gte=at
    )
    if since.exclude(transfer__state="called_back").exclude(transfer_id__in=list(row.sent.values())).exists():
        raise refusals.DosesLeftSince()


def _mine(by: Actor, plan_id: UUID) -> SupplyPlan:
    found = SupplyPlan.objects.visible_to(by, SUPPLY).filter(pk=plan_id).first()
    if found is None:
        raise NotFound()
    return found


def _locked(plan_id: UUID) -> SupplyPlan:
    return lock(SupplyPlan.objects.unscoped("found as the actor's above"), pk=plan_id)[0]
