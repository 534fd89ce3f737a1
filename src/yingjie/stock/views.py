"""Pages of stock: all places, one place with its lots and movements, deliveries, changing a lot."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.sites import queries as sites
from yingjie.stock import actions, cold_queries, coming, papers, queries, receipts, screen
from yingjie.stock.forms import DecisionForm, LotChangeForm, ReceiveForm
from yingjie.stock.place import around, download
from yingjie.stock.screen import MOVEMENTS, MovementSource, shown
from yingjie.stock.wording import DECIDE_RECEIPT_TITLES
from yingjie.web.form_page import form_page
from yingjie.web.lists import build


@page("stock.view")
def stock(request: ActorRequest) -> HttpResponse:
    found = sites.sites(request.actor, "stock.view")
    if len(found) == 1:
        return redirect("stock_site", found[0].id)
    usable = queries.usable_doses(request.actor, [site.id for site in found])
    soon = dict(queries.expiring(request.actor))
    coming_to = coming.on_their_way_to(request.actor)
    rows = [(site, usable.get(site.id, 0), soon.get(site.id, 0), coming_to.get(site.id, 0)) for site in found]
    open_ = [row for row in cold_queries.excursions_of(request.actor) if row.waiting]
    context = {"rows": rows, "total": sum(usable.values()), "excursions": screen.excursions(open_)}
    return render(request, "stock/stock.html", context)


@page("stock.view")
def stock_of_site(request: ActorRequest, site_id: UUID) -> HttpResponse:
    context = around(request, site_id, "stock_site")
    listed = build(request, MOVEMENTS, MovementSource(request.actor, site_id))
    balances = [shown(row) for row in queries.balances(request.actor, site_id)]
    panel = {"balances": balances, "change_site": site_id if context["may_change"] else None}
    return listed.respond(request, "stock/site.html", {**context, "panel": panel})


@page("stock.change")
@require_http_methods(["GET", "POST"])
def receive(request: ActorRequest, site_id: UUID) -> HttpResponse:
    context = around(request, site_id, "stock_deliveries", "stock.change")

    def act(said: dict[str, Any]) -> HttpResponse:
        came = actions.receive(by=request.actor, site_id=site_id, **form.delivery())
        _say_decision(request, came, said["doses"])
        return redirect("stock_delivery", site_id, came.receipt_id)

    form = ReceiveForm(request.POST or None, request.FILES or None)
    return form_page(request, form, "stock/receive.html", context, act)


@page("stock.view")
def deliveries(request: ActorRequest, site_id: UUID) -> HttpResponse:
    rows = screen.deliveries(coming.receipts_of(request.actor, site_id))
    context = around(request, site_id, "stock_deliveries") | {"rows": rows}
    return render(request, "stock/deliveries.html", context)


@page("stock.view")
def delivery(request: ActorRequest, site_id: UUID, receipt_id: UUID) -> HttpResponse:
    found = coming.receipt(request.actor, site_id, receipt_id)
    choices = [(word, title) for word, title in DECIDE_RECEIPT_TITLES.items() if word != found.decided]
    context = around(request, site_id, "stock_deliveries") | {
        "row": screen.delivery(found),
        "form": DecisionForm(choices=choices),
    }
    return render(request, "stock/delivery.html", context)


@page("stock.view")
@never_cache
def delivery_file(request: ActorRequest, site_id: UUID, receipt_id: UUID, which: str) -> HttpResponse:
    """The logger's file, or the document of lot release."""
    return download(papers.of_delivery(by=request.actor, site_id=site_id, receipt_id=receipt_id, which=which))


@page("stock.decide")
@require_http_methods(["POST"])
def decide(request: ActorRequest, site_id: UUID, receipt_id: UUID) -> HttpResponse:
    context = around(request, site_id, "stock_deliveries")
    row = screen.delivery(coming.receipt(request.actor, site_id, receipt_id))
    form = DecisionForm(request.POST, choices=DECIDE_RECEIPT_TITLES.items())

    def act(said: dict[str, Any]) -> HttpResponse:
        receipts.decide(by=request.actor, site_id=site_id, receipt_id=receipt_id, **said)
        messages.success(request, _("Written down."))
        return redirect("stock_delivery", site_id, receipt_id)

    return form_page(request, form, "stock/delivery.html", {**context, "row": row}, act)


@page("stock.change")
@require_http_methods(["GET", "POST"])
def lot(request: ActorRequest, site_id: UUID, lot_id: UUID) -> HttpResponse:
    context = around(request, site_id, "stock_site", "stock.change")
    balance = queries.balance(request.actor, site_id, lot_id)
    form = LotChangeForm(request.POST or None, initial={"what": "count", "doses": balance.usable})

    def act(said: dict[str, Any]) -> HttpResponse:
        _CHANGES[said["what"]](request.actor, site_id, lot_id, said)
        messages.success(request, _("Written down."))
        return redirect("stock_site", site_id)

    return form_page(request, form, "stock/lot.html", {**context, "balance": shown(balance)}, act)


_CHANGES: dict[str, Callable[..., Any]] = {
    "count": lambda by, site_id, lot_id, said: actions.count(
        by=by, site_id=site_id, lot_id=lot_id, doses_found=said["doses"], note=said["reason"]
    ),
    "waste": lambda by, site_id, lot_id, said: actions.waste(
        by=by, site_id=site_id, lot_id=lot_id, doses=said["doses"], cause=said["cause"], note=said["reason"],
        once=said["once"],
    ),
    "waste_held": lambda by, site_id, lot_id, said: actions.waste(
        by=by, site_id=site_id, lot_id=lot_id, doses=said["doses"], cause=said["cause"], note=said["reason"],
        state="held", once=said["once"],
    ),
    "hold": lambda by, site_id, lot_id, said: actions.hold(
        by=by, site_id=site_id, lot_id=lot_id, doses=said["doses"], reason=said["reason"], once=said["once"],
    ),
    "release": lambda by, site_id, lot_id, said: actions.release(
        by=by, site_id=site_id, lot_id=lot_id, doses=said["doses"], reason=said["reason"], once=said["once"],
    ),
    "hand_back": lambda by, site_id, lot_id, said: actions.hand_back(
        by=by, site_id=site_id, lot_id=lot_id, doses=said["doses"], reason=said["reason"], once=said["once"],
    ),
}  # fmt: skip


def _say_decision(request: ActorRequest, came: receipts.Received, doses: int) -> None:
    if came.decision == "accepted":
        received = ngettext(
            "{doses} dose of lot {lot} received.", "{doses} doses of lot {lot} received.", doses
        )
        messages.success(request, received.format(doses=doses, lot=came.lot.number))
    elif came.decision == "quarantined":
        messages.warning(request, _("The delivery is in quarantine: it must not be used yet."))
    else:
        messages.error(request, _("The delivery is refused: nothing came into the stock."))
