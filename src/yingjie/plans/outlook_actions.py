"""Writes of campaign runs: draw up a plan from the ledger with scenarios, change a copy of it, simulate it, once more."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaxkit.campaign import Faulty, read_plan, run
from vaxkit.campaign.outlook import as_document
from vaxkit.campaign.plan import CampaignPlan
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.jobs import actions as jobs
from yingjie.foundation.journal.actions import record
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound
from yingjie.plans import campaign_facts, refusals
from yingjie.plans.actions import Tell
from yingjie.plans.campaign_facts import Asked
from yingjie.plans.models import CampaignRun
from yingjie.plans.queries import CHANGE
from yingjie.plans.running import must_have_stopped
from yingjie.plans.twice import sent_before


@transaction.atomic
def start(*, by: Actor, area_code: str, title: str, asked: Asked, later: bool = True) -> CampaignRun:
    """The campaign of an area to its end, in the background (`later` false: by the caller). Raises NotFound, NotAllowed."""
    by.require(CHANGE, area_code)
    area = areas.open_area(by, area_code, CHANGE)
    if area is None:
        raise NotFound()
    title = title.strip() or str(_("The campaign of {area} to its end")).format(area=area.name)
    # The plan itself is drawn up by the job: it asks the ledger for everybody.
    rows = CampaignRun.objects.unscoped("made under plans.change")
    basis = {"asked": asked.__dict__}
    twice = sent_before(rows, by, area_id=area_code, title=title[:120], basis=basis, based_on=None)
    if twice is not None:
        return twice
    made = rows.create(
        area_id=area_code, title=title[:120], document={}, basis=basis, made_by=by.signature,
        made_at=clock.now(),
    )  # fmt: skip
    if later:
        _simulate_later(by, made)
    record(by=by, verb="plans.campaign", subject=made, area_code=area_code, facts={"title": made.title})
    return made


@transaction.atomic
def vary(*, by: Actor, run_id: UUID, title: str, document: dict[str, Any]) -> CampaignRun:
    """A run of a document that was changed by hand: other deliveries, other events. Raises NotFound, PlanUnusable."""
    before = _mine(by, run_id)
    read(document)
    rows, title = (
        CampaignRun.objects.unscoped("of an area that was checked"),
        title.strip()[:120] or before.title,
    )
    twice = sent_before(rows, by, based_on=before.pk, title=title, document=document)
    if twice is not None:
        return twice
    made = rows.create(
        area_id=before.area_id, title=title, document=document, basis=before.basis,
        based_on=before.pk, made_by=by.signature, made_at=clock.now(),
    )  # fmt: skip
    _simulate_later(by, made)
    record(by=by, verb="plans.campaign", subject=made, area_code=made.area_id, facts={"title": made.title})
    return made


@transaction.atomic
def again(*, by: Actor, run_id: UUID) -> CampaignRun:
    """Simulate once more what failed or was cancelled. Raises NotFound, StillComputing."""
    _mine(by, run_id)
    row = lock(CampaignRun.objects.unscoped("found as the actor's above"), pk=run_id)[0]
    must_have_stopped(row.job_id)
    _simulate_later(by, row)
    record(by=by, verb="plans.again", subject=row, area_code=row.area_id, facts={"title": row.title})
    return row


def simulate(*, by: Actor, run_id: UUID, tell: Tell | None = None) -> CampaignRun:
    """The plan from the ledger of now (a run that was changed by hand keeps its own), then every scenario. `tell` may raise to
    stop. Raises NotFound, PlanUnusable."""
    row = _mine(by, run_id)
    document, basis = row.document, row.basis
    if row.based_on is None:
        asked = row.basis["asked"]
        document, told = campaign_facts.document(by, row.area_id, Asked(**asked))
        basis = {"asked": asked, **told}
    plan = read(document)

    def step(done: int) -> None:
        if tell:
            tell(done, len(plan.scenarios) + 1, "")

    found = run(plan, replications=row.replications, seed=row.seed, tell=step)
    with transaction.atomic():
        held = lock(CampaignRun.objects.unscoped("found as the actor's above"), pk=run_id)[0]
        held.document, held.basis = document, basis
        held.result = {"outlooks": [as_document(each) for each in found]}
        held.save(update_fields=["document", "basis", "result"])
    return held


def _mine(by: Actor, run_id: UUID) -> CampaignRun:
    row = CampaignRun.objects.visible_to(by, CHANGE).filter(pk=run_id).first()
    if row is None:
        raise NotFound()
    return row


def _simulate_later(by: Actor, row: CampaignRun) -> None:
    title = str(_("The whole campaign: {title}")).format(title=row.title)[:200]
    job = jobs.start(by=by, kind="plans.campaign", title=title, username=by.name, run_id=str(row.pk))
    row.job_id = job.pk
    row.save(update_fields=["job_id"])


def read(document: object) -> CampaignPlan:
    """Raises PlanUnusable with the first fault."""
    try:
        return read_plan(document)
    except Faulty as faulty:
        raise refusals.PlanUnusable(why=faulty.faults[0].in_((get_language() or "zh")[:2])) from faulty
