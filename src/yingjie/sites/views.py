"""Pages of sites."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.sites import actions, queries
from yingjie.sites.forms import ChangeForm, OpenForm
from yingjie.sites.panels import panels
from yingjie.sites.wording import KIND_TITLES, ROOM_TITLES
from yingjie.web.form_page import form_page


@page("sites.view")
def sites(request: ActorRequest) -> HttpResponse:
    found = queries.sites(request.actor, with_closed=True)
    names = areas.names({site.area_code for site in found})
    today = clock.today()
    rows = [
        (site, KIND_TITLES[site.kind], names.get(site.area_code, ""), site.is_open(today)) for site in found
    ]
    return render(request, "sites/sites.html", {"rows": rows, "may_open": request.actor.may("sites.change")})


@page("sites.view")
def site(request: ActorRequest, site_id: UUID) -> HttpResponse:
    found = queries.site(request.actor, site_id)
    context = {
        "site": found,
        "kind": KIND_TITLES[found.kind],
        "path": areas.path(found.area_code),
        "is_open": found.is_open(clock.today()),
        "panels": panels(request.actor, site_id),
        "zones": [(zone, ROOM_TITLES[zone.room]) for zone in queries.zones(request.actor, site_id)],
        "missing": [] if found.kind == "store" else queries.what_is_missing(request.actor, site_id),
        "may_change": request.actor.may("sites.change", found.area_code, site_id),
    }
    return render(request, "sites/site.html", context)


@page("sites.change")
@require_http_methods(["GET", "POST"])
def open_site(request: ActorRequest) -> HttpResponse:
    form = OpenForm(request.POST or None, initial={"area_code": request.actor.home_code()})

    def act(given: dict[str, Any]) -> HttpResponse:
        opened = actions.open_site(by=request.actor, **given)
        messages.success(request, _("{name} is open.").format(name=opened.name))
        return redirect("site", opened.pk)

    return form_page(request, form, "sites/form.html", {"site": None}, act)


@page("sites.change")
@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, site_id: UUID) -> HttpResponse:
    found = queries.site(request.actor, site_id, "sites.change")
    said = {key: getattr(found, key) for key in ChangeForm.base_fields}

    def act(given: dict[str, Any]) -> HttpResponse:
        actions.change(by=request.actor, site_id=site_id, **given)
        messages.success(request, _("Saved."))
        return redirect("site", site_id)

    return form_page(
        request, ChangeForm(request.POST or None, initial=said), "sites/form.html", {"site": found}, act
    )
