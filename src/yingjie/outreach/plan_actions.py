"""Making, carrying out and closing a plan for one resident."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vaxkit.workflow import StepRefused
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.locks import lock
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.outreach import campaign, plans
from yingjie.outreach.journalled import record_of_person
from yingjie.outreach.models import MEASURES, PLAN_OUTCOMES, REASONS, CarePlan, CarePlanNote
from yingjie.outreach.workflow import CARE_PLAN
from yingjie.people import queries as people


class PlanOpen(Refusal):
    code = "outreach.plan_open"
    reason = _("There is a plan for {name} already.")
    next_step = _("Open it and go on with it; a new one can be made when it is closed.")


class PlanClosed(Refusal):
    code = "outreach.plan_closed"
    reason = _("This plan is closed.")
    next_step = _("Make a new plan if there is more to be done.")


class PlanWordUnknown(Refusal):
    code = "outreach.plan_word_unknown"
    reason = _("The reason, a measure or the outcome is not one of the list.")
    next_step = _("Choose from the list.")
    status = 400


class NextStepInThePast(Refusal):
    code = "outreach.next_step_in_the_past"
    reason = _("The day of the next step has passed.")
    next_step = _("Choose today or a later day.")
    status = 400


@transaction.atomic
def open_plan(
    *,
    by: Actor,
    person_id: UUID,
    reason: str = "",
    obstacles: str = "",
    measures: Sequence[str] = (),
    owner: str = "",
    next_step: str = "",
    next_on: date | None = None,
    goal: int | None = None,
) -> CarePlan:
    """A plan for somebody's dose `goal` (left out: the first of the campaign that they have not had). `owner` left out: the actor.

    Raises NotFound, NotAllowed, PlanOpen, PlanWordUnknown, NextStepInThePast.
    """
    person = people.person(by, person_id)
    by.require("outreach.record", person.area_code)
    check_words(reason, measures, next_on)
    live = (
        CarePlan.objects.unscoped("of a person who was scoped before")
        .filter(person_id=person_id)
        .exclude(state="closed")
    )
    for plan in lock(CarePlan.objects.unscoped("of a person who was scoped before"), person_id=person_id):
        _close_if_vaccinated(plan)
    if live.exists():
        raise PlanOpen(name=person.name)
    plan = CarePlan.objects.create(
        person_id=person_id, goal=goal or _next_dose(person_id), reason=reason, obstacles=obstacles.strip(),
        measures=list(dict.fromkeys(measures)), owner=(owner.strip() or by.title or by.name)[:80],
        next_step=next_step.strip()[:120], next_on=next_on, opened_on=clock.today(), opened_by=by.signature,
    )  # fmt: skip
    _note(by, plan, "open", obstacles)
    record_of_person(by, "outreach.open_plan", plan, person.area_code)
    return plan


@transaction.atomic
def change_plan(
    *,
    by: Actor,
    plan_id: UUID,
    reason: str | None = None,
    obstacles: str | None = None,
    measures: Sequence[str] | None = None,
    owner: str | None = None,
    next_step: str | None = None,
    next_on: date | None = None,
    note: str = "",
) -> CarePlan:
    """Write down what was done (`note`) and what comes next; the first time, the plan is in progress from then on. Raises NotFound,
    NotAllowed, PlanClosed, PlanWordUnknown, NextStepInThePast."""
    plan, area_code = _locked(by, plan_id)
    check_words(reason or "", measures or (), next_on if next_on != plan.next_on else None)
    for key, value in (
        ("reason", reason),
        ("obstacles", obstacles),
        ("owner", owner),
        ("next_step", next_step),
    ):
        if value is not None:
            setattr(plan, key, value.strip())
    if measures is not None:
        plan.measures = list(dict.fromkeys(measures))
    plan.next_on = next_on
    if plan.state == "open" and note.strip():
        plan.state = CARE_PLAN.advance(plan.state, "begin")
    plan.save()
    _note(by, plan, "step" if note.strip() else "change", note)
    record_of_person(by, "outreach.change_plan", plan, area_code)
    return plan


@transaction.atomic
def close_plan(*, by: Actor, plan_id: UUID, outcome: str, note: str = "") -> CarePlan:
    """The plan has come to an end. Raises NotFound, NotAllowed, PlanClosed, PlanWordUnknown."""
    plan, area_code = _locked(by, plan_id)
    if outcome not in PLAN_OUTCOMES:
        raise PlanWordUnknown()
    try:
        plan.state = CARE_PLAN.advance(plan.state, "close")
    except StepRefused:
        raise PlanClosed() from None
    plan.closed_on, plan.outcome = clock.today(), outcome
    plan.save(update_fields=["state", "closed_on", "outcome"])
    _note(by, plan, "close", note)
    record_of_person(by, "outreach.close_plan", plan, area_code)
    return plan


def _locked(by: Actor, plan_id: UUID) -> tuple[CarePlan, str]:
    seen = CarePlan.objects.visible_to(by).filter(pk=plan_id).select_related("person").first()
    if seen is None:
        raise NotFound()
    by.require("outreach.record", seen.person.area_id)
    plan = lock(CarePlan.objects.visible_to(by), pk=plan_id, person_id=seen.person_id)[0]
    if plan.state == "closed":
        raise PlanClosed()
    return plan, seen.person.area_id


def _close_if_vaccinated(plan: CarePlan) -> None:
    """What the dose closed long ago is written down when the next plan needs its place."""
    on = plans.vaccinated_on(plan.person_id, plan.goal, plan.opened_on)
    if plan.state != "closed" and on is not None:
        plan.state, plan.closed_on, plan.outcome = "closed", on, "vaccinated"
        plan.save(update_fields=["state", "closed_on", "outcome"])


def _next_dose(person_id: UUID) -> int:
    return min(plans.doses_had(person_id) + 1, campaign.goals()[-1])


def check_words(reason: str, measures: Sequence[str], next_on: date | None) -> None:
    """Raises PlanWordUnknown, NextStepInThePast."""
    if reason not in ("", *REASONS) or not set(measures) <= set(MEASURES):
        raise PlanWordUnknown()
    if next_on is not None and next_on < clock.today():
        raise NextStepInThePast()


def _note(by: Actor, plan: CarePlan, step: str, text: str) -> None:
    CarePlanNote.objects.create(
        person_id=plan.person_id,
        plan=plan,
        at=clock.now(),
        by=by.signature,
        step=step,
        text=text.strip(),
    )
