"""Pages of stock: all sites, one site with its movements, receiving, changing a lot."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import Refusal
from yingjie.sites import queries as sites
from yingjie.stock import actions, queries
from yingjie.stock.forms import LotChangeForm, ReceiveForm
from yingjie.stock.screen import MOVEMENTS, MovementSource, shown
from yingjie.web.lists import build


@page("stock.view")
def stock(request: ActorRequest) -> HttpResponse:
    found = sites.sites(request.actor, "stock.view")
    if len(found) == 1:
        return redirect("stock_site", found[0].id)
    usable = queries.usable_doses(request.actor, [site.id for site in found])
    soon = dict(queries.expiring(request.actor))
    rows = [(site, usable.get(site.id, 0), soon.get(site.id, 0)) for site in found]
    return render(request, "stock/stock.html", {"rows": rows, "total": sum(usable.values())})


@page("stock.view")
def stock_of_site(request: ActorRequest, site_id: UUID) -> HttpResponse:
    at = sites.site(request.actor, site_id, "stock.view")
    listed = build(request, MOVEMENTS, MovementSource(request.actor, site_id))
    may_change = request.actor.may("stock.change", at.area_code, site_id)
    balances = [shown(row) for row in queries.balances(request.actor, site_id)]
    panel = {"balances": balances, "change_site": site_id if may_change else None}
    context = {"site": at, "panel": panel, "may_change": may_change}
    return listed.respond(request, "stock/site.html", context)


@page("stock.change")
@require_http_methods(["GET", "POST"])
def receive(request: ActorRequest, site_id: UUID) -> HttpResponse:
    at = sites.site(request.actor, site_id, "stock.change")
    form = ReceiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        came = _tried(form, lambda: actions.receive(by=request.actor, site_id=site_id, **form.delivery()))
        if came is not None:
            doses, lot = form.cleaned_data["doses"], came.lot
            received = ngettext(
                "{doses} dose of lot {lot} received.", "{doses} doses of lot {lot} received.", doses
            )
            messages.success(request, received.format(doses=doses, lot=lot.number))
            return redirect("stock_site", site_id)
    return render(request, "stock/receive.html", {"form": form, "site": at})


@page("stock.change")
@require_http_methods(["GET", "POST"])
def lot(request: ActorRequest, site_id: UUID, lot_id: UUID) -> HttpResponse:
    at = sites.site(request.actor, site_id, "stock.change")
    balance = queries.balance(request.actor, site_id, lot_id)
    form = LotChangeForm(request.POST or None, initial={"what": "count", "doses": balance.usable})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        verb = _CHANGES[said["what"]]
        if _tried(form, lambda: (verb(request.actor, site_id, lot_id, said),)) is not None:
            messages.success(request, _("Written down."))
            return redirect("stock_site", site_id)
    return render(request, "stock/lot.html", {"form": form, "site": at, "balance": shown(balance)})


_CHANGES: dict[str, Callable[..., Any]] = {
    "count": lambda by, site_id, lot_id, said: actions.count(
        by=by, site_id=site_id, lot_id=lot_id, doses_found=said["doses"], note=said["reason"]
    ),
    "waste": lambda by, site_id, lot_id, said: actions.waste(
        by=by, site_id=site_id, lot_id=lot_id, doses=said["doses"], cause=said["cause"], note=said["reason"]
    ),
    "waste_held": lambda by, site_id, lot_id, said: actions.waste(
        by=by, site_id=site_id, lot_id=lot_id, doses=said["doses"], cause=said["cause"], note=said["reason"],
        state="held",
    ),
    "hold": lambda by, site_id, lot_id, said: actions.hold(
        by=by, site_id=site_id, lot_id=lot_id, doses=said["doses"], reason=said["reason"]
    ),
    "release": lambda by, site_id, lot_id, said: actions.release(
        by=by, site_id=site_id, lot_id=lot_id, doses=said["doses"], reason=said["reason"]
    ),
}  # fmt: skip


def _tried(form: Any, verb: Callable[[], Any]) -> Any:
    """A refusal goes back onto the form, so that a hundred scanned codes are not lost over one of them."""
    try:
        return verb()
    except Refusal as refusal:
        form.add_error(None, f"{refusal.say_reason()} {refusal.say_next_step()}")
        return None
