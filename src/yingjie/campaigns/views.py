"""Pages of campaigns, their phases and milestones."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yingjie.campaigns import actions, key_figures, queries, screen
from yingjie.campaigns.forms import CampaignForm, KeyForm, MilestoneForm, PhaseForm
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.web.form_page import form_page


@page("campaigns.view")
def campaigns(request: ActorRequest) -> HttpResponse:
    rows = [(row, screen.phases_said(row.phases)) for row in queries.campaigns(request.actor)]
    return render(
        request, "campaigns/campaigns.html", {"rows": rows, "may_plan": request.actor.may("campaigns.change")}
    )


@page("campaigns.view")
def campaign(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    found = queries.campaign(request.actor, campaign_id)
    phases = [
        (phase, screen.group(phase), [(each, *screen.state(each)) for each in phase.milestones])
        for phase in found.phases
    ]
    return render(request, "campaigns/campaign.html", {"found": found, "phases": phases})


@page("campaigns.change")
@require_http_methods(["GET", "POST"])
def plan(request: ActorRequest) -> HttpResponse:
    def act(said: dict[str, Any]) -> HttpResponse:
        made = actions.plan(by=request.actor, area_code=request.actor.home_code(), **said)
        messages.success(request, _("The campaign is here. Add its phases next."))
        return redirect("campaign", made.pk)

    context = {"title": _("Plan a campaign"), "back": None}
    return form_page(request, CampaignForm(request.POST or None), "campaigns/form.html", context, act)


@page("campaigns.change")
@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    found = queries.campaign(request.actor, campaign_id)

    def act(said: dict[str, Any]) -> HttpResponse:
        actions.change(by=request.actor, campaign_id=campaign_id, **said)
        messages.success(request, _("Saved."))
        return redirect("campaign", campaign_id)

    initial = {"title": found.title, "starts_on": found.starts_on, "ends_on": found.ends_on}
    form = CampaignForm(request.POST or None, initial=initial)
    return form_page(
        request, form, "campaigns/form.html", {"title": _("Change the campaign"), "back": found}, act
    )


@page("campaigns.change")
@require_http_methods(["GET", "POST"])
def add_phase(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    found = queries.campaign(request.actor, campaign_id)

    def act(said: dict[str, Any]) -> HttpResponse:
        actions.add_phase(by=request.actor, campaign_id=campaign_id, **said)
        messages.success(request, _("Saved."))
        return redirect("campaign", campaign_id)

    form = PhaseForm(request.POST or None, initial={"from_on": found.starts_on, "dose": 1})
    return form_page(request, form, "campaigns/form.html", {"title": _("Add a phase"), "back": found}, act)


@page("campaigns.change")
@require_http_methods(["GET", "POST"])
def change_phase(request: ActorRequest, phase_id: UUID) -> HttpResponse:
    found, phase = queries.phase(request.actor, phase_id)

    def act(said: dict[str, Any]) -> HttpResponse:
        actions.change_phase(by=request.actor, phase_id=phase_id, **said)
        messages.success(request, _("Saved. Share the targets out again."))
        return redirect("campaign", found.id)

    initial = {key: getattr(phase, key) for key in PhaseForm.base_fields}
    form = PhaseForm(request.POST or None, initial=initial)
    return form_page(
        request, form, "campaigns/form.html", {"title": _("Change the phase"), "back": found}, act
    )


@page("campaigns.change")
@require_POST
def remove_phase(request: ActorRequest, phase_id: UUID) -> HttpResponse:
    found, _phase = queries.phase(request.actor, phase_id)
    actions.remove_phase(by=request.actor, phase_id=phase_id)
    messages.success(request, _("The phase is gone."))
    return redirect("campaign", found.id)


@page("campaigns.change")
@require_http_methods(["GET", "POST"])
def state_key(request: ActorRequest, phase_id: UUID) -> HttpResponse:
    """Figures by which a phase is shared, pasted; empty goes back to the ledger."""
    found, _phase = queries.phase(request.actor, phase_id)

    def act(said: dict[str, Any]) -> HttpResponse:
        figures = key_figures.read(request.actor, found.area.code, said["text"])
        actions.state_key(by=request.actor, phase_id=phase_id, figures=figures)
        messages.success(request, _("Saved. Share the targets out again."))
        return redirect("campaign", found.id)

    held = queries.key_figures(request.actor, phase_id)
    form = KeyForm(
        request.POST or None, initial={"text": "\n".join(f"{code} {n}" for code, n in held.items())}
    )
    return form_page(
        request, form, "campaigns/form.html", {"title": _("Share by stated figures"), "back": found}, act
    )


@page("campaigns.change")
@require_http_methods(["GET", "POST"])
def set_milestone(request: ActorRequest, phase_id: UUID) -> HttpResponse:
    found, phase = queries.phase(request.actor, phase_id)
    form = MilestoneForm(request.POST or None, initial={"on": found.ends_on, "percent": 95})

    def act(said: dict[str, Any]) -> HttpResponse:
        actions.set_milestone(by=request.actor, phase_id=phase_id, on=said["on"], share=form.share)
        messages.success(request, _("Saved."))
        return redirect("campaign", found.id)

    context = {"title": _("Add a milestone"), "subtitle": phase.title, "back": found}
    return form_page(request, form, "campaigns/form.html", context, act)


@page("campaigns.change")
@require_POST
def remove_milestone(request: ActorRequest, milestone_id: UUID) -> HttpResponse:
    campaign_id = actions.remove_milestone(by=request.actor, milestone_id=milestone_id)
    messages.success(request, _("The milestone is gone."))
    return redirect("campaign", campaign_id)
