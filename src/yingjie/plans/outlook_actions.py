"""Writes of campaign runs: draw up a plan from the ledger with scenarios, simulate it."""

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


@transaction.atomic
def start(*, by: Actor, area_code: str, title: str, asked: Asked) -> CampaignRun:
    """The campaign of an area to its end, in the background. Raises NotFound, NotAllowed."""
    by.require(CHANGE, area_code)
    area = areas.open_area(by, area_code, CHANGE)
    if area is None:
        raise NotFound()
    title = title.strip() or str(_("The campaign of {area} to its end")).format(area=area.name)
    # The plan itself is drawn up by the job: it asks the ledger for everybody.
    made = CampaignRun.objects.unscoped("made under plans.change").create(
        area_id=area_code, title=title[:120], document={}, basis={"asked": asked.__dict__}, made_by=(by.title or by.name)[:80],
        made_at=clock.now(),
    )  # fmt: skip
    job = jobs.start(by=by, kind="plans.campaign", title=title[:200], username=by.name, run_id=str(made.pk))
    made.job_id = job.pk
    made.save(update_fields=["job_id"])
    record(by=by, verb="plans.campaign", subject=made, area_code=area_code, facts={"title": made.title})
    return made


def simulate(*, by: Actor, run_id: UUID, tell: Tell | None = None) -> CampaignRun:
    """Plan from the ledger of now, then every scenario. `tell` may raise to stop. Raises NotFound, PlanUnusable."""
    row = CampaignRun.objects.visible_to(by, CHANGE).filter(pk=run_id).first()
    if row is None:
        raise NotFound()
    asked = Asked(**row.basis["asked"])
    document, basis = campaign_facts.document(by, row.area_id, asked)
    plan = read(document)

    def step(done: int) -> None:
        if tell:
            tell(done, len(plan.scenarios) + 1, "")

    found = run(plan, replications=row.replications, seed=row.seed, tell=step)
    with transaction.atomic():
        held = lock(CampaignRun.objects.unscoped("found as the actor's above"), pk=run_id)[0]
        held.document, held.basis = document, {"asked": row.basis["asked"], **basis}
        held.result = {"outlooks": [as_document(each) for each in found]}
        held.save(update_fields=["document", "basis", "result"])
    return held


def read(document: object) -> CampaignPlan:
    """Raises PlanUnusable with the first fault."""
    try:
        return read_plan(document)
    except Faulty as faulty:
        raise refusals.PlanUnusable(why=faulty.faults[0].in_((get_language() or "zh")[:2])) from faulty
