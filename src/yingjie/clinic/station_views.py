"""The three stations: registration, vaccination, observation. A refusal is a verdict on the same screen; no entry is lost."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from yingjie.clinic import actions, desk, queries, screen, station
from yingjie.clinic.forms import EarlyForm, TurnAwayForm
from yingjie.clinic.refusals import NobodyWaits
from yingjie.clinic.workflow import CHECKS
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import Refusal


@page("clinic.register")
@require_http_methods(["GET", "POST"])
def registration(request: ActorRequest) -> HttpResponse:
    """Number in, verdict out; Enter registers. A POST with `person` registers, one with `number` looks up."""
    at = station.chosen(request, "clinic.register")
    if at is None:
        return redirect("clinic")
    context: dict[str, Any] = {"site": at, "states": queries.states_of_day(request.actor, at.id)}
    status = 200
    try:
        if "person" in request.POST:
            visit = actions.register(
                by=request.actor, site_id=at.id, person_id=screen.identifier(request.POST["person"])
            )
            return redirect(f"{reverse('station_registration')}?done={visit.pk}")
        if "number" in request.POST:
            found = desk.candidate(request.actor, at.id, request.POST["number"])
            context |= {"candidate": found, "refusal": found.refusal}
        elif "done" in request.GET:
            context["done"] = queries.visit(
                request.actor, screen.identifier(request.GET["done"]), "clinic.register"
            )
    except Refusal as refusal:
        context["refusal"], status = refusal, refusal.status
    return render(request, "clinic/registration.html", context, status=status)


@page("clinic.vaccinate")
def vaccination(request: ActorRequest) -> HttpResponse:
    """The queue; Enter calls the next person."""
    at = station.chosen(request, "clinic.vaccinate")
    if at is None:
        return redirect("clinic")
    waiting = queries.queue(request.actor, at.id)
    context: dict[str, Any] = {"site": at, "waiting": waiting, "next": waiting[0] if waiting else None}
    if request.GET.get("number"):
        called = next(
            (visit for visit in waiting if str(visit.number) == request.GET["number"].strip()), None
        )
        if called is not None:
            return redirect("station_vaccinate", called.id)
        context["refusal"] = NobodyWaits(number=request.GET["number"].strip()[:6])
    elif "done" in request.GET:
        context["done"] = queries.slip(request.actor, screen.identifier(request.GET["done"]))
    return render(request, "clinic/queue.html", context)


@page("clinic.vaccinate")
def queue(request: ActorRequest) -> HttpResponse:
    """Only the queue, for the screen that fetches it again."""
    at = station.chosen(request, "clinic.vaccinate")
    if at is None:
        return HttpResponse(status=204)
    waiting = queries.queue(request.actor, at.id)
    return render(
        request, "clinic/queue_list.html", {"waiting": waiting, "next": waiting[0] if waiting else None}
    )


@page("clinic.vaccinate")
@require_http_methods(["GET", "POST"])
def vaccinate(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """One person: identity, the verifications, the vial; Enter records."""
    visit = queries.visit(request.actor, visit_id, "clinic.vaccinate")
    code = request.POST.get("vial_code") or request.GET.get("code") or station.kept_vial(request)
    ticked = {check: check in request.POST.getlist("checks") for check in CHECKS}
    refusal, status = None, 200
    if request.method == "POST":
        reason = request.POST.get("other_product_reason", "")
        try:
            actions.vaccinate(
                by=request.actor,
                visit_id=visit_id,
                vial_code=code,
                checks=ticked,
                other_product_reason=reason,
            )
            station.keep_vial(request, code)
            return redirect(f"{reverse('station_vaccination')}?done={visit_id}")
        except Refusal as refused:
            refusal, status = refused, refused.status
    held = screen.kept_vial(request.actor, visit, code, asked=bool(request.POST or request.GET))
    context = screen.vaccination(visit, held, ticked) | {
        "refusal": screen.stop_at_the_top(refusal, visit, held),
        "turn_away": TurnAwayForm(),
        "other_product_reason": request.POST.get("other_product_reason", ""),
    }
    return render(request, "clinic/vaccination.html", context, status=status)


@page("clinic.vaccinate")
def vial(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """What was just scanned, judged against this person: the part of the station's screen that shows the vial."""
    checked = desk.check_vial(request.actor, visit_id, request.GET.get("code", ""))
    return render(
        request, "clinic/vial.html", {"vial": checked, "values": screen.label(checked), "is_fetched": True}
    )


@page("clinic.register")
@require_POST
def turn_away(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    reason, note = request.POST.get("reason", ""), request.POST.get("note", "")
    actions.turn_away(by=request.actor, visit_id=visit_id, reason=reason, note=note)
    may_vaccinate = request.actor.may("clinic.vaccinate")
    return redirect("station_vaccination" if may_vaccinate else "station_registration")


@page("clinic.observe")
@require_http_methods(["GET", "POST"])
def observation(request: ActorRequest) -> HttpResponse:
    """Who waits and until when; a number and Enter lets that person go."""
    at = station.chosen(request, "clinic.observe")
    if at is None:
        return redirect("clinic")
    context = screen.observation(request.actor, at) | {"site": at}
    status = 200
    if request.method == "POST":
        try:
            visit_id = screen.visit_meant(request.actor, at.id, request.POST)
            actions.leave(
                by=request.actor, visit_id=visit_id, early_reason=request.POST.get("early_reason", "")
            )
            return redirect(f"{reverse('station_observation')}?done={visit_id}")
        except Refusal as refusal:
            status = refusal.status
            context |= {
                "refusal": refusal,
                "early": screen.early_form(request.actor, at.id, request.POST, refusal),
            }
    elif "done" in request.GET:
        context["done"] = queries.visit(
            request.actor, screen.identifier(request.GET["done"]), "clinic.observe"
        )
    context["early_form"] = EarlyForm()
    return render(request, "clinic/observation.html", context, status=status)


@page("clinic.observe")
def observation_list(request: ActorRequest) -> HttpResponse:
    """Only the list, for the screen that fetches it every 15 seconds."""
    at = station.chosen(request, "clinic.observe")
    if at is None:
        return HttpResponse(status=204)
    return render(request, "clinic/observation_list.html", screen.observation(request.actor, at))
