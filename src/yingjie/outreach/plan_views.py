"""Pages of plans: the list, one plan with its history, making and closing one, its sheet for paper."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import bulk_plans as bulk
from yingjie.outreach import plan_actions, plans
from yingjie.outreach.plan_list import (
    PLANS,
    BulkPlanForm,
    ClosePlanForm,
    PlanForm,
    PlanSource,
    StepForm,
    measures_said,
)
from yingjie.outreach.unvaccinated_list import UNVACCINATED, UnvaccinatedSource, reason_said
from yingjie.outreach.words import PLAN_OUTCOMES, PLAN_STEPS
from yingjie.people import queries as people
from yingjie.web.form_page import form_page
from yingjie.web.lists import build, selected


@page("outreach.view")
def plan_list(request: ActorRequest) -> HttpResponse:
    return build(request, PLANS, PlanSource(request.actor)).respond(request)


@page("outreach.view")
def plan(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    return render(request, "outreach/plan.html", _context(request, plan_id))


@page("outreach.view")
def plan_sheet(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    """For paper: the plan, its history and room to write."""
    return render(request, "outreach/plan_sheet.html", _context(request, plan_id))


@page("outreach.record")
def open_plan(request: ActorRequest, person_id: UUID) -> HttpResponse:
    person = people.person(request.actor, person_id)
    if not request.actor.may("outreach.record", person.area_code):
        raise NotFound()
    form = PlanForm(request.POST or None, initial={"owner": request.actor.title})

    def act(given: dict[str, Any]) -> HttpResponse:
        made = plan_actions.open_plan(by=request.actor, person_id=person_id, **given)
        messages.success(request, _("The plan is made."))
        return redirect("outreach_plan", made.pk)

    context = {"title": _("Make a plan"), "person": person, "back": ("person", person_id)}
    return form_page(request, form, "outreach/plan_form.html", context, act)


@page("outreach.record")
@require_POST
def bulk_plans(request: ActorRequest) -> HttpResponse:
    """One plan each for the ticked rows: first what they have in common, then what became of every row."""
    chosen = selected(request, UNVACCINATED, UnvaccinatedSource(request.actor))
    is_first = "next_step" not in request.POST
    form = BulkPlanForm(None if is_first else request.POST, initial={"owner": request.actor.title})
    context = {"title": _("Make plans"), "ids": chosen.ids, "count": chosen.count, "form": form}
    if chosen.count > bulk.MOST:
        raise bulk.TooManyPlans(count=chosen.count, most=bulk.MOST)
    if is_first:
        return render(request, "outreach/bulk_plans.html", context)

    def act(given: dict[str, Any]) -> HttpResponse:
        verdicts = bulk.open_plans(by=request.actor, person_ids=chosen.uuids, **given)
        made = [each.plan_id for each in verdicts if each.plan_id]
        return render(request, "outreach/bulk_verdicts.html", {"verdicts": verdicts, "made": made})

    return form_page(request, form, "outreach/bulk_plans.html", context, act)


@page("outreach.record")
@require_POST
def take_back(request: ActorRequest) -> HttpResponse:
    """Take back the plans that were just made."""
    chosen = selected(request, PLANS, PlanSource(request.actor))
    gone = bulk.take_back(by=request.actor, plan_ids=chosen.uuids)
    messages.success(
        request, ngettext("{n} plan is taken back.", "{n} plans are taken back.", gone).format(n=gone)
    )
    return redirect("outreach_unvaccinated")


@page("outreach.record")
def change_plan(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    row = _mine(request, plan_id)
    keys = ("reason", "obstacles", "measures", "owner", "next_step", "next_on")
    form = StepForm(request.POST or None, initial={key: getattr(row, key) for key in keys})
    return _step_page(request, row, form, _("Record a step"), plan_actions.change_plan, _("Saved."))


@page("outreach.record")
def close_plan(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    row, form = _mine(request, plan_id), ClosePlanForm(request.POST or None)
    return _step_page(
        request, row, form, _("Close the plan"), plan_actions.close_plan, _("The plan is closed.")
    )


def _step_page(
    request: ActorRequest, row: plans.PlanRow, form: Form, title: str, step: Callable[..., object], said: str
) -> HttpResponse:
    """A step of one plan: its form, then back to the plan."""

    def act(given: dict[str, Any]) -> HttpResponse:
        step(by=request.actor, plan_id=row.id, **given)
        messages.success(request, said)
        return redirect("outreach_plan", row.id)

    context = {"title": title, "person": people.person(request.actor, row.person_id), "plan": row}
    return form_page(request, form, "outreach/plan_form.html", context, act)


def _mine(request: ActorRequest, plan_id: UUID) -> plans.PlanRow:
    row = plans.plan(request.actor, plan_id)
    if not request.actor.may("outreach.record", row.area_code):
        raise NotFound()
    return row


def _context(request: ActorRequest, plan_id: UUID) -> dict[str, Any]:
    row = plans.plan(request.actor, plan_id)
    tones = {"open": "blue", "close": "green", "step": "yellow"}
    history = [
        {"at": note.at, "title": PLAN_STEPS.get(note.step, note.step), "text": " · ".join(filter(None, (note.by, note.text))),
         "tone": tones.get(note.step, "grey"), "icon": "check" if note.step == "close" else "edit"}
        for note in plans.notes(request.actor, plan_id)
    ]  # fmt: skip
    return {
        "plan": row,
        "state": "plan-overdue" if row.is_overdue else f"plan-{row.state}",
        "reason": reason_said(row.reason),
        "measures": measures_said(row),
        "outcome": PLAN_OUTCOMES.get(row.outcome, ""),
        "items": history,
        "may_record": request.actor.may("outreach.record", row.area_code) and row.state != "closed",
    }
