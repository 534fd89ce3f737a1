"""Coming in: the entrance, registration, consent. A refusal is a verdict on the same screen; no entry is lost."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from yingjie.clinic import actions, desk, forms, queries, screen, station
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import Refusal


@page("clinic.register")
@require_http_methods(["GET", "POST"])
def registration(request: ActorRequest) -> HttpResponse:
    """Card in, verdict out; temperature and Enter register, and the consent follows."""
    at = station.chosen(request, "clinic.register")
    if at is None:
        return redirect("clinic")
    context: dict[str, Any] = {"site": at, "entrance": False}
    status = 200
    try:
        if _means_person(request):
            visit = actions.admit(by=request.actor, site_id=at.id, **_arrival(request))
            return redirect("station_consent", visit.pk)
        status = _looked_up(request, at.id, context)
    except Refusal as refusal:
        context |= _refused(request, at.id, refusal)
        status = refusal.status
    return render(
        request, "clinic/registration.html", context | screen.desk_figures(request.actor, at), status=status
    )


@page("clinic.register")
@require_http_methods(["GET", "POST"])
def entrance(request: ActorRequest) -> HttpResponse:
    """Where numbers are given out and temperatures taken, apart from the desk: card, temperature, ticket."""
    at = station.chosen(request, "clinic.register")
    if at is None:
        return redirect("clinic")
    context: dict[str, Any] = {"site": at, "entrance": True}
    status = 200
    try:
        if _means_person(request):
            visit = actions.enter(by=request.actor, site_id=at.id, **_arrival(request))
            return redirect(f"{reverse('station_entrance')}?done={visit.pk}")
        status = _looked_up(request, at.id, context)
    except Refusal as refusal:
        context |= _refused(request, at.id, refusal)
        status = refusal.status
    return render(
        request, "clinic/registration.html", context | screen.desk_figures(request.actor, at), status=status
    )


@page("clinic.register")
@require_http_methods(["GET", "POST"])
def consent(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The text for one product, and the signature: on the screen, or on paper."""
    visit = queries.visit(request.actor, visit_id, "clinic.register")
    refusal, status = None, 200
    if request.method == "POST":
        scan = request.FILES.get("scan")
        signed = actions.Signed(
            signer=request.POST.get("signer", "self"), guardian_name=request.POST.get("guardian_name", ""),
            guardian_relation=request.POST.get("guardian_relation", ""), strokes=request.POST.get("strokes", ""),
            paper="paper" in request.POST, scan=scan.read() if scan else b"",
        )  # fmt: skip
        try:
            actions.consent(
                by=request.actor, visit_id=visit_id, product_code=request.POST.get("product", ""),
                text=request.POST.get("text", ""), signed=signed,
            )  # fmt: skip
            return redirect(f"{reverse('station_registration')}?done={visit_id}")
        except Refusal as refused:
            refusal, status = refused, refused.status
    asked = request.POST.get("product") or request.GET.get("product", "")
    context = screen.consent(request.actor, visit, asked) | {"refusal": refusal, "sent": request.POST}
    return render(request, "clinic/consent.html", context, status=status)


@page("clinic.register")
@require_POST
def withdraw(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The consent is taken back before the injection."""
    actions.withdraw(by=request.actor, visit_id=visit_id, reason=request.POST.get("reason", ""))
    return redirect("station_registration")


@page("clinic.register")
@require_POST
def turn_away(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    reason, note = request.POST.get("reason", ""), request.POST.get("note", "")
    measured = forms.temperature(request.POST.get("temperature", ""))
    actions.turn_away(by=request.actor, visit_id=visit_id, reason=reason, note=note, temperature=measured)
    may_vaccinate = request.actor.may("clinic.vaccinate")
    return redirect("station_vaccination" if may_vaccinate else "station_registration")


@page("clinic.register")
@require_POST
def keep_out(request: ActorRequest) -> HttpResponse:
    """Whoever may not come in goes home with a record: the number is given and the visit ended with the reason."""
    at = station.chosen(request, "clinic.register")
    if at is None:
        return redirect("clinic")
    sent = _arrival(request)
    actions.keep_out(
        by=request.actor, site_id=at.id, person_id=sent["person_id"], reason=request.POST.get("reason", ""),
        temperature=sent["temperature"],
    )  # fmt: skip
    return redirect("station_entrance" if "entrance" in request.POST else "station_registration")


@page("clinic.view")
def ticket(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The number on paper."""
    visit = queries.visit(request.actor, visit_id)
    return render(
        request, "clinic/ticket.html", {"visit": visit, "site_name": screen.site_name(visit.site_id)}
    )


def _means_person(request: ActorRequest) -> bool:
    """Whether the form is the second one: the person is known, the temperature given (and not the next card)."""
    return "person" in request.POST and len(request.POST.get("temperature", "").strip()) < forms.CARD_DIGITS


def _arrival(request: ActorRequest) -> dict[str, Any]:
    return {
        "person_id": screen.identifier(request.POST.get("person", "")),
        "temperature": forms.temperature(request.POST.get("temperature", "")),
        "health_status": request.POST.get("health_status", ""),
        "document": request.POST.get("document", "typed"),
    }


def _looked_up(request: ActorRequest, site_id: UUID, context: dict[str, Any]) -> int:
    """Who was scanned, or who was just done; returns the status of the answer."""
    number = request.POST.get("number", "") or (
        request.POST.get("temperature", "") if "person" in request.POST else ""
    )
    if request.method == "POST":
        found = desk.candidate(request.actor, site_id, number)
        context |= {"candidate": found, "refusal": found.refusal}
        context |= screen.at_the_desk(request.actor, found.person)
    elif "done" in request.GET:
        context["done"] = queries.visit(
            request.actor, screen.identifier(request.GET["done"]), "clinic.register"
        )
    return 200


def _refused(request: ActorRequest, site_id: UUID, refusal: Refusal) -> dict[str, Any]:
    """The refusal, and the person it was about with what was entered, so that nothing is typed again."""
    found: dict[str, Any] = {"refusal": refusal}
    if _means_person(request):
        found["kept"] = screen.kept_at_desk(request.actor, site_id, request.POST, refusal)
    return found
