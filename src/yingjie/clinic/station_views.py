"""The needle and the bench: verification, vaccination, observation. A refusal is a verdict on the same screen; no entry is lost."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from yingjie.clinic import actions, desk, queries, screen, station
from yingjie.clinic.forms import EarlyForm, ReactionForm, TurnAwayForm
from yingjie.clinic.refusals import NobodyWaits
from yingjie.clinic.workflow import CHECKS
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import Refusal


@page("clinic.vaccinate")
@require_http_methods(["GET", "POST"])
def vaccination(request: ActorRequest) -> HttpResponse:
    """The queue; Enter takes the next person. A POST calls the next number to this place."""
    at = station.chosen(request, "clinic.vaccinate")
    if at is None:
        return redirect("clinic")
    context: dict[str, Any] = {"site": at, "place": station.place(request)}
    status = 200
    try:
        if request.method == "POST":
            called = actions.call(
                by=request.actor, site_id=at.id, station="vaccination", place=station.place(request)
            )
            return redirect("station_vaccinate", called.pk)
        if request.GET.get("number"):
            number = request.GET["number"].strip()
            called_id = screen.meant(request.actor, at.id, number, "clinic.vaccinate")
            if called_id is None:
                raise NobodyWaits(number=number[:6])
            return redirect("station_vaccinate", called_id)
        if "done" in request.GET:
            context["done"] = queries.slip(request.actor, screen.identifier(request.GET["done"]))
    except Refusal as refusal:
        context["refusal"], status = refusal, refusal.status
    return render(request, "clinic/queue.html", context | _queue(request, at.id), status=status)


@page("clinic.vaccinate")
def queue(request: ActorRequest) -> HttpResponse:
    """Only the queue, for the screen that fetches it again."""
    at = station.chosen(request, "clinic.vaccinate")
    if at is None:
        return HttpResponse(status=204)
    return render(request, "clinic/queue_list.html", _queue(request, at.id))


@page("clinic.vaccinate")
@require_http_methods(["GET", "POST"])
def vaccinate(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """One person: identity, the verifications, the vial; Enter verifies, Enter again says that the dose was given."""
    here = station.chosen(request, "clinic.vaccinate")
    here_id = here.id if here else None
    code = request.POST.get("vial_code") or request.GET.get("code") or station.kept_vial(request)
    ticked = {check: check in request.POST.getlist("checks") for check in CHECKS}
    refusal, status = None, 200
    if request.method == "POST":
        try:
            if "given" in request.POST:
                given = actions.vaccinate(
                    by=request.actor, visit_id=visit_id, here=here_id, vial_code=request.POST.get("again", "")
                )
                station.keep_vial(request, given.vial_code, given.doses_left_in_vial)
                return redirect(f"{reverse('station_vaccination')}?done={visit_id}")
            actions.verify(
                by=request.actor, visit_id=visit_id, vial_code=code, checks=ticked,
                body_side=request.POST.get("body_side", ""), here=here_id, lot_id=_lot(request),
            )  # fmt: skip
            return redirect("station_vaccinate", visit_id)
        except Refusal as refused:
            refusal, status = refused, refused.status
    visit = queries.visit(request.actor, visit_id, "clinic.vaccinate")
    held = screen.kept_vial(
        request.actor, visit, code, _lot(request), asked=bool(request.POST or request.GET)
    )
    context = screen.vaccination(request.actor, visit, held, ticked) | {
        "refusal": screen.stop_at_the_top(refusal, visit, held),
        "turn_away": TurnAwayForm(),
        "body_side": request.POST.get("body_side", "left"),
    }
    return render(request, "clinic/vaccination.html", context, status=status)


@page("clinic.vaccinate")
@require_POST
def set_aside(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Verify again: another vial, another vaccinator."""
    actions.set_aside(by=request.actor, visit_id=visit_id, reason=request.POST.get("reason", ""))
    return redirect("station_vaccinate", visit_id)


@page("clinic.vaccinate")
def vial(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """What was just scanned, judged against this person: the part of the station's screen that shows the vial."""
    checked = desk.check_vial(request.actor, visit_id, request.GET.get("code", ""))
    context = {"vial": checked, "values": screen.label(checked), "is_fetched": True}
    return render(
        request, "clinic/vial.html", context | {"asked": queries.overrides_of(request.actor, visit_id)}
    )


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


@page("clinic.observe")
@require_http_methods(["GET", "POST"])
def reaction(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Somebody is not well: what happened; later, whether they recovered or went to hospital."""
    visit = queries.visit(request.actor, visit_id, "clinic.observe")
    form = ReactionForm(request.POST or None)
    context: dict[str, Any] = {"visit": visit, "form": form}
    status = 200
    if request.method == "POST":
        try:
            _react(request, visit, form)
            return redirect("station_observation")
        except Refusal as refusal:
            context["refusal"], status = refusal, refusal.status
    return render(request, "clinic/reaction.html", context, status=status)


def _lot(request: ActorRequest) -> UUID | None:
    """The lot that was chosen for a pack without its code."""
    said = request.POST.get("lot") or request.GET.get("lot")
    return screen.identifier(said) if said else None


def _react(request: ActorRequest, visit: queries.VisitView, form: ReactionForm) -> None:
    treatment = request.POST.get("treatment", "")
    if "recovered" in request.POST:
        actions.recover(by=request.actor, visit_id=visit.id, treatment=treatment)
    elif "hospital" in request.POST:
        actions.send_to_hospital(by=request.actor, visit_id=visit.id, treatment=treatment)
    else:
        form.full_clean()
        said = form.cleaned_data
        actions.react(
            by=request.actor, visit_id=visit.id, kind=said.get("kind", ""), note=said.get("note", "")
        )


def _queue(request: ActorRequest, site_id: UUID) -> dict[str, Any]:
    waiting = queries.queue(request.actor, site_id)
    return {"waiting": waiting, "next": waiting[0] if waiting else None}
