"""Visits on screen: recording one from a person's page, and the reasons heard."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import BadInput, Refusal
from yingjie.outreach import actions, doorstep_actions, paper, queries, screen
from yingjie.outreach.complaint_refusals import VisitsRest
from yingjie.outreach.forms import AttemptForm
from yingjie.people import queries as people


@page("outreach.record")
@require_POST
def record(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """From the panel on a person's page, and back to it. What cannot be recorded is said where it was typed, and stays typed."""
    form = AttemptForm(request.POST)
    if not form.is_valid():
        of_choice = "outcome" in form.errors or "reason" in form.errors
        return _entered_again(request, person_id, form, actions.UnknownOutcome() if of_choice else None)
    try:
        doorstep_actions.visit(by=request.actor, person_id=person_id, **form.said())
    except (*actions.OF_THE_ENTRY, doorstep_actions.VisitsStopped, VisitsRest) as refusal:
        return _entered_again(request, person_id, form, refusal)
    messages.success(request, _("The visit is recorded."))
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("person", args=[person_id])})
    return redirect("person", person_id)


def _entered_again(
    request: ActorRequest, person_id: UUID, form: AttemptForm, refusal: Refusal | None
) -> HttpResponse:
    """The panel again with what was entered: in its place by script, else as a page with nothing but the form. What was said at a
    door may be about someone's health, so it is kept in no session meanwhile."""
    context = screen.panel(request.actor, person_id, form) | {"refusal": refusal}
    status = refusal.status if refusal else BadInput.status
    if request.headers.get("HX-Request"):
        return render(request, "outreach/panel.html", context, status=status)
    context["person"] = people.person(request.actor, person_id)
    return render(request, "outreach/record.html", context, status=status)


@page("outreach.view")
def reasons(request: ActorRequest, area_code: str = "") -> HttpResponse:
    """Why people are not vaccinated yet, by area and age band: counts only."""
    found = queries.reasons(request.actor, area_code or queries.home(request.actor))
    context = {
        "found": found,
        "path": queries.path(request.actor, found.area_code),
        "by_area": screen.by_area(request.actor, found),
        "by_age": screen.by_age(request.actor, found),
        "chart": screen.chart(found),
        "chart_table": screen.chart_table(found),
    }
    return render(request, "outreach/reasons.html", context)


@page("outreach.view")
def reasons_file(request: ActorRequest, area_code: str) -> HttpResponse:
    """The same counts as a spreadsheet, a sheet for areas and one for ages."""
    found = queries.reasons(request.actor, area_code)
    sheets = [screen.by_area(request.actor, found), screen.by_age(request.actor, found)]
    content = paper.reasons(found, sheets, request.actor.title or request.actor.name)
    return paper.download(content, f"{found.area_name} {_('Reasons heard')} {found.on}.xlsx")
