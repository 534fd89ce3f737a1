"""Visits on screen: recording one from a person's page, and the reasons heard."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.outreach import actions, queries, screen
from yingjie.outreach.forms import AttemptForm


@page("outreach.record")
@require_POST
def record(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """From the panel on a person's page, and back to it."""
    form = AttemptForm(request.POST)
    if not form.is_valid():
        raise actions.UnknownOutcome()
    actions.record_attempt(by=request.actor, person_id=person_id, **form.said())
    messages.success(request, _("The visit is recorded."))
    return redirect("person", person_id)


@page("outreach.view")
def reasons(request: ActorRequest, area_code: str = "") -> HttpResponse:
    """Why people are not vaccinated yet, by area and age band: counts only."""
    found = queries.reasons(request.actor, area_code or queries.home(request.actor))
    context = {
        "found": found,
        "path": queries.path(request.actor, found.area_code),
        "by_area": screen.by_area(found),
        "by_age": screen.by_age(found),
        "chart": screen.chart(found),
        "chart_table": screen.chart_table(found),
    }
    return render(request, "outreach/reasons.html", context)
