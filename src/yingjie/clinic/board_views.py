"""Screens on the wall, and what waits for a second person: the queue, the observation area, waits, overrides."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yingjie.clinic import actions, boards, queries, screen
from yingjie.clinic.forms import OverrideForm
from yingjie.clinic.waits import waits
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.sites import queries as sites


@page("clinic.view")
def queue_board(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """Who is called where, and how many wait: numbers and masked names only."""
    at = sites.site(request.actor, site_id, "clinic.view")
    context = {
        "site": at,
        "called": boards.called(request.actor, site_id),
        "waits": waits(request.actor, site_id),
    }
    return render(request, "clinic/board_queue.html", context)


@page("clinic.view")
def observation_board(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """Who may leave, and until when the others stay."""
    at = sites.site(request.actor, site_id, "clinic.view")
    return render(
        request, "clinic/board_observation.html", boards.observed(request.actor, site_id) | {"site": at}
    )


@page("clinic.view")
def flow(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """Every station's wait, with its warning."""
    at = sites.site(request.actor, site_id, "clinic.view")
    return render(request, "clinic/flow.html", {"site": at, "waits": waits(request.actor, site_id)})


@page("clinic.override")
def overrides(request: ActorRequest) -> HttpResponse:
    """What vaccinators ask a second person to allow."""
    found = screen.overrides(queries.open_overrides(request.actor))
    return render(request, "clinic/overrides.html", {"rows": found, "form": OverrideForm()})


@page("clinic.override")
@require_POST
def answer_override(request: ActorRequest, override_id: UUID) -> HttpResponse:
    actions.answer_override(
        by=request.actor,
        override_id=override_id,
        grant="grant" in request.POST,
        reason=request.POST.get("reason", ""),
    )
    return redirect("clinic_overrides")


@page("clinic.vaccinate")
@require_POST
def ask_override(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    actions.ask_override(
        by=request.actor, visit_id=visit_id, code=request.POST.get("code", ""),
        vial_code=request.POST.get("vial_code", ""), reason=request.POST.get("reason", ""),
        lot_id=screen.identifier(request.POST["lot"]) if request.POST.get("lot") else None,
    )  # fmt: skip
    return redirect("station_vaccinate", visit_id)
