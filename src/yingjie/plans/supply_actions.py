"""Writes of supply plans: ask, compute, send what is proposed through stock's own action."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.jobs import actions as jobs
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.plans import refusals, supply_facts, supply_planning
from yingjie.plans.actions import Tell
from yingjie.plans.models import SupplyPlan
from yingjie.plans.running import must_have_stopped
from yingjie.plans.twice import sent_before
from yingjie.sites import queries as sites
from yingjie.stock import transfers

DAYS = 14
SUPPLY = "plans.supply"


@transaction.atomic
def ask(*, by: Actor, area_code: str, days: int = DAYS, later: bool = True) -> SupplyPlan:
    """Forecast and moves for an area, computed in the background (`later` false: by the caller). Raises NotFound, NotAllowed."""
    by.require(SUPPLY, area_code)
    area = areas.open_area(by, area_code, SUPPLY)
    if area is None:
        raise NotFound()
    rows = SupplyPlan.objects.unscoped("made under plans.supply")
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
def again(*, by: Actor, plan_id: UUID) -> SupplyPlan:
    """Compute a plan once more, from the ledger of now: where that failed or was cancelled, or nothing was sent yet. Raises
    NotFound, StillComputing, AlreadySent."""
    _mine(by, plan_id)
    row = _locked(plan_id)
    must_have_stopped(row.job_id)
    if row.sent:
        raise refusals.AlreadySent()
    row.told, row.first_on = None, clock.today() + timedelta(days=1)
    row.save(update_fields=["told", "first_on"])
    name = areas.names({row.area_id}).get(row.area_id, row.area_id)
    _compute_later(by, row, name)
    record(by=by, verb="plans.again", subject=row, area_code=row.area_id, facts={"title": name})
    return row


def _compute_later(by: Actor, row: SupplyPlan, area_name: str) -> None:
    title = str(_("Doses over sites: {area}")).format(area=area_name)
    job = jobs.start(by=by, kind="plans.supply", title=title, username=by.name, plan_id=str(row.pk))
    row.job_id = job.pk
    row.save(update_fields=["job_id"])


def compute(*, by: Actor, plan_id: UUID, tell: Tell | None = None) -> SupplyPlan:
    """The plan from the ledger as it is now. Raises NotFound."""
    row = _mine(by, plan_id)
    step = tell or (lambda done, total, message: None)
    step(0, 2, "")
    found = supply_facts.facts(by, row.area_id, row.first_on, row.days)
    step(1, 2, "")
    told = supply_planning.planned(found, row.first_on, row.days)
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
    Returns the transfer's id. Raises NotFound, NotReady, and what stock.transfers.send raises."""
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


def _mine(by: Actor, plan_id: UUID) -> SupplyPlan:
    found = SupplyPlan.objects.visible_to(by, SUPPLY).filter(pk=plan_id).first()
    if found is None:
        raise NotFound()
    return found


def _locked(plan_id: UUID) -> SupplyPlan:
    return lock(SupplyPlan.objects.unscoped("found as the actor's above"), pk=plan_id)[0]
