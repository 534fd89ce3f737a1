"""Plans for many residents at once, from the ticked rows of the unvaccinated ledger: one owner, one next step, one day for all.

Every row gets its own verdict: the plan is made, or why not. One refusal does not keep the others from being made, and `take_back`
removes what was just made as long as nobody has worked on it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotAllowed, NotFound, Refusal
from yingjie.outreach import plan_actions
from yingjie.outreach.journalled import record_of_person
from yingjie.outreach.models import CarePlan, CarePlanNote
from yingjie.people import queries as people

MOST = 500


class TooManyPlans(Refusal):
    code = "outreach.too_many_plans"
    reason = _("{count} people are ticked; plans are made for at most {most} at a time.")
    next_step = _("Narrow the list to a village or a reason, and tick again.")
    status = 400


@dataclass(frozen=True)
class Verdict:
    """One row: the plan that was made, or the refusal. `name` "" for somebody who is not among the actor's people."""

    person_id: UUID
    name: str
    plan_id: UUID | None
    refusal: Refusal | None = None


@transaction.atomic
def open_plans(
    *,
    by: Actor,
    person_ids: Collection[UUID],
    owner: str = "",
    next_step: str = "",
    next_on: date | None = None,
    reason: str = "",
    measures: Sequence[str] = (),
) -> list[Verdict]:
    """A plan for each, in the order given. Raises NotAllowed, TooManyPlans, PlanWordUnknown, NextStepInThePast."""
    by.require("outreach.record")
    chosen = list(dict.fromkeys(person_ids))
    if len(chosen) > MOST:
        raise TooManyPlans(count=len(chosen), most=MOST)
    plan_actions.check_words(reason, measures, next_on)
    names = {key: brief.name for key, brief in people.briefs(chosen).items()}
    verdicts = []
    for person_id in chosen:
        try:
            with transaction.atomic():
                made = plan_actions.open_plan(
                    by=by, person_id=person_id, owner=owner, next_step=next_step, next_on=next_on, reason=reason,
                    measures=measures,
                )  # fmt: skip
        except (NotFound, NotAllowed) as refused:
            verdicts.append(Verdict(person_id, "", None, refused))
        except Refusal as refused:
            verdicts.append(Verdict(person_id, names.get(person_id, ""), None, refused))
        else:
            verdicts.append(Verdict(person_id, names.get(person_id, ""), made.pk))
    return verdicts


@transaction.atomic
def take_back(*, by: Actor, plan_ids: Collection[UUID]) -> int:
    """Remove plans that the actor made today and on which nobody has worked since. Returns how many; the others stay."""
    by.require("outreach.record")
    mine = (
        CarePlan.objects.visible_to(by, "outreach.record").filter(pk__in=list(plan_ids)[:MOST]).order_by("pk")
    )
    gone = 0
    for person_id, plan_id in list(mine.values_list("person_id", "pk")):
        (plan,) = lock(CarePlan.objects.unscoped("of the actor's"), pk=plan_id, person_id=person_id) or (
            None,
        )
        if plan is None:
            continue
        notes = CarePlanNote.objects.unscoped("of a locked plan").filter(
            person_id=plan.person_id, plan_id=plan.pk
        )
        untouched = plan.state == "open" and notes.count() == 1
        if untouched and plan.opened_on == clock.today() and plan.opened_by == by.signature:
            area_code = people.person(by, plan.person_id).area_code
            record_of_person(by, "outreach.take_back_plan", plan, area_code)
            CarePlan.objects.unscoped("a locked plan").filter(person_id=plan.person_id, pk=plan.pk).delete()
            gone += 1
    return gone
