"""Pages of the site's day: choosing the site, the day's list, the slip, correcting a dose. The stations are in station_views."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yingjie.clinic import actions, queries, screen, station
from yingjie.clinic.forms import CorrectForm, ReceiveForm
from yingjie.doses.queries import DoseRow
from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import BadInput
from yingjie.sites import queries as sites
from yingjie.web.form_page import form_page


@page("clinic.view")
def home(request: ActorRequest) -> HttpResponse:
    """The stations that this actor may work at, at the site of this computer; or the choice of a site."""
    possible = station.choices(request)
    at = station.chosen(request, "clinic.view")
    if at is None or (possible and at.id not in {site.id for site in possible}):
        at = None
    shown = sites.sites(request.actor, "clinic.view")
    context = {
        "site": at,
        "possible": possible,
        "states": queries.states_of_day(request.actor, at.id) if at else {},
        "stations": screen.stations(request.actor, at) if at else (),
        "watched": [
            (site, queries.states_of_day(request.actor, site.id)) for site in shown if site.kind != "store"
        ],
        "today": clock.today(),
    }
    return render(request, "clinic/home.html", context)


@page("clinic.view")
@require_POST
def choose(request: ActorRequest) -> HttpResponse:
    try:
        site_id = UUID(request.POST.get("site", ""))
    except ValueError as wrong:
        raise BadInput(what=_("Choose a site.")) from wrong
    station.choose(request, site_id)
    return redirect("clinic")


@page("clinic.view")
def day(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """Everybody who was registered at a site on a day."""
    at = sites.site(request.actor, site_id, "clinic.view")
    on = screen.day_of(request.GET.get("on", ""))
    context = {"site": at, "on": on, "visits": screen.rows(queries.of_day(request.actor, site_id, on))}
    context["may_correct"] = request.actor.may("clinic.vaccinate", at.area_code, at.id)
    return render(request, "clinic/day.html", context)


@page("clinic.view")
def slip(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """The paper that a person takes along: what was given, when they may leave, when to come again."""
    return render(request, "clinic/slip.html", {"slip": queries.slip(request.actor, visit_id)})


@page("people.change")
@require_http_methods(["GET", "POST"])
def correct(request: ActorRequest, person_id: UUID, dose_id: UUID) -> HttpResponse:
    """Take a wrong record of a dose back, with a reason: from the person's page, for whoever keeps the ledger there."""
    row = queries.dose_to_correct(request.actor, person_id, dose_id)
    return _correct(request, person_id, row, None, reverse("person", args=[person_id]))


@page("clinic.vaccinate")
@require_http_methods(["GET", "POST"])
def correct_at_site(request: ActorRequest, person_id: UUID, dose_id: UUID) -> HttpResponse:
    """The same for whoever vaccinates at the site that gave the dose: from the day's list, and back to it."""
    visit, row = queries.dose_to_correct_at_site(request.actor, person_id, dose_id)
    back = f"{reverse('clinic_day', args=[visit.site_id])}?on={visit.on.isoformat()}"
    return _correct(request, person_id, row, visit, back)


@page("clinic.vaccinate")
@require_http_methods(["GET", "POST"])
def receive(request: ActorRequest, visit_id: UUID) -> HttpResponse:
    """Who really got a dose whose record was taken back: their number, and how it happened."""
    visit = queries.visit(request.actor, visit_id, "clinic.vaccinate")

    def act(said: dict[str, Any]) -> HttpResponse:
        actions.give_to(
            by=request.actor, from_visit_id=visit_id, number=said["number"], reason=said["reason"]
        )
        messages.success(request, _("The dose stands under the right name now."))
        return redirect("clinic_day", visit.site_id)

    return form_page(request, ReceiveForm(request.POST or None), "clinic/receive.html", {"visit": visit}, act)


def _correct(
    request: ActorRequest, person_id: UUID, row: DoseRow, visit: queries.VisitView | None, back: str
) -> HttpResponse:
    def act(said: dict[str, Any]) -> HttpResponse:
        actions.take_back(by=request.actor, person_id=person_id, dose_id=row.id, reason=said["reason"])
        messages.success(request, _("The record is taken back and counts no more."))
        return redirect(back)

    context = {"dose": row, "visit": visit, "back": back}
    return form_page(request, CorrectForm(request.POST or None), "clinic/correct.html", context, act)
