"""Pages of plans: the list, one plan with its history, making and closing one, its sheet for paper."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import plan_actions, plans
from yingjie.outreach.plan_list import PLANS, ClosePlanForm, PlanForm, PlanSource, StepForm, measures_said
from yingjie.outreach.unvaccinated_list import reason_said
from yingjie.outreach.words import PLAN_OUTCOMES, PLAN_STEPS
from yingjie.people import queries as people
from yingjie.web.form_page import form_page
from yingjie.web.lists import build


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
def change_plan(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    row = _mine(request, plan_id)
    initial = {
        key: getattr(row, key) for key in ("reason", "obstacles", "measures", "owner", "next_step", "next_on")
    }
    form = StepForm(request.POST or None, initial=initial)

    def act(given: dict[str, Any]) -> HttpResponse:
        plan_actions.change_plan(by=request.actor, plan_id=plan_id, **given)
        messages.success(request, _("Saved."))
        return redirect("outreach_plan", plan_id)

    context = {
        "title": _("Record a step"),
        "person": people.person(request.actor, row.person_id),
        "plan": row,
    }
    return form_page(request, form, "outreach/plan_form.html", context, act)


@page("outreach.record")
def close_plan(request: ActorRequest, plan_id: UUID) -> HttpResponse:
    row = _mine(request, plan_id)
    form = ClosePlanForm(request.POST or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        plan_actions.close_plan(by=request.actor, plan_id=plan_id, **given)
        messages.success(request, _("The plan is closed."))
        return redirect("outreach_plan", plan_id)

    context = {
        "title": _("Close the plan"),
        "person": people.person(request.actor, row.person_id),
        "plan": row,
    }
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
