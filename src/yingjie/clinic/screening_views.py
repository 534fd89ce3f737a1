"""Screening: who waits, the questions, the doctor's decision."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from yingjie.clinic import actions, forms, queries, screen, station
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import Refusal


@page("clinic.screen")
@require_http_methods(["GET", "POST"])
def screening(request: ActorRequest) -> HttpResponse:
    """Who waits; Enter takes the next, a number and Enter that one. A POST calls the next number."""
    at = station.chosen(request, "clinic.screen")
    if at is None:
        return redirect("clinic")
    context: dict[str, Any] = {"site": at, "done": None}
    status = 200
    try:
        if request.method == "POST":
            called = actions.call(
                by=request.actor, site_id=at.id, station="screening", place=station.place(request)
            )
            return redirect("station_screen", called.pk)
        found = screen.meant(request.actor, at.id, request.GET.get("number", ""), "clinic.screen")
        if found is not None:
            return redirect("station_screen", found)
        if "done" in request.GET:
            context["done"] = queries.visit(
                request.actor, screen.identifier(request.GET["done"]), "clinic.screen"
            )
    except Refusal as refusal:
        context["refusal"], status = refusal, refusal.status
    waiting = queries.waiting(request.actor, at.id, ("consented", "with_doctor"))
    context |= {"waiting": waiting, "next": waiting[0] if waiting else None, "place": station.place(request)}
    return render(request, "clinic/screening.html", context, status=status)


@page("clinic.screen")
@require_http_methods(["GET", "POST"])
def screen_one(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """One person: the questions; for whoever was referred, what they answered and the doctor's decision."""
    visit = queries.visit(request.actor, visit_id, "clinic.screen")
    context = screen.screening(request.actor, visit, request.POST)
    status = 200
    if request.method == "POST":
        try:
            sent = forms.answers(context["asked"], request.POST)
            after = actions.screen(by=request.actor, visit_id=visit_id, answers=sent)
            if after.state == "with_doctor":
                return redirect("station_screen", visit_id)
            return redirect(f"{reverse('station_screening')}?done={visit_id}")
        except Refusal as refusal:
            context["refusal"], status = refusal, refusal.status
    return render(request, "clinic/screen_one.html", context, status=status)


@page("clinic.screen")
@require_POST
def decide(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The doctor's decision; refused, the same page with what was written."""
    try:
        actions.decide(
            by=request.actor, visit_id=visit_id, decision=request.POST.get("decision", ""),
            reason=request.POST.get("reason", ""), until=forms.day(request.POST.get("until", "")),
            condition=request.POST.get("condition", ""), given_on=forms.day(request.POST.get("given_on", "")),
        )  # fmt: skip
    except Refusal as refusal:
        visit = queries.visit(request.actor, visit_id, "clinic.screen")
        context = screen.screening(request.actor, visit, request.POST) | {"refusal": refusal}
        return render(request, "clinic/screen_one.html", context, status=refusal.status)
    return redirect(f"{reverse('station_screening')}?done={visit_id}")
