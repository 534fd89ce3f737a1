"""Pages that follow vaccine: a scanned code, a lot everywhere, the people who had it, suspending a lot."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import Refusal
from yingjie.stock import actions, lots, screen, tracing
from yingjie.stock.forms import SuspendForm
from yingjie.web.form_page import form_page
from yingjie.web.lists import build


@page("stock.view")
def trace(request: ActorRequest) -> HttpResponse:
    scanned = request.GET.get("code", "").strip()[:200]
    found, refusal = None, None
    if scanned:
        try:
            found = tracing.trace(request.actor, scanned)
        except Refusal as refused:
            refusal = refused
    context = {
        "scanned": scanned,
        "found": found,
        "refusal": refusal,
        "deliveries": screen.deliveries(found.receipts) if found else (),
        "transfers": [screen.transfer(row, row.from_id) for row in found.transfers] if found else (),
    }
    return render(request, "stock/trace.html", context, status=refusal.status if refusal else 200)


@page("stock.view")
def lot(request: ActorRequest, lot_id: UUID) -> HttpResponse:
    found = tracing.lot_trace(request.actor, lot_id)
    return render(request, "stock/lot_trace.html", _lot(request, found))


@page("stock.view")
def people(request: ActorRequest, lot_id: UUID) -> HttpResponse:
    found = tracing.people_of_lot(request.actor, lot_id)
    listed = build(request, screen.PEOPLE, screen.PeopleSource(found))
    context = {"lot": lots.lot_row(request.actor, lot_id), "people": found}
    return listed.respond(request, "stock/lot_people.html", context)


@page("stock.change")
@require_http_methods(["POST"])
def suspend(request: ActorRequest, lot_id: UUID) -> HttpResponse:
    found = tracing.lot_trace(request.actor, lot_id)
    form = SuspendForm(request.POST, is_suspended=found.lot.suspended_at is not None)

    def act(said: dict[str, Any]) -> HttpResponse:
        verb = actions.suspend_lot if said["decision"] == "suspend" else actions.resume_lot
        verb(by=request.actor, lot_id=lot_id, reason=said["reason"])
        messages.success(request, _("Written down; it holds at every station from now on."))
        return redirect("stock_lot_trace", lot_id)

    return form_page(request, form, "stock/lot_trace.html", _lot(request, found), act)


def _lot(request: ActorRequest, found: tracing.LotTrace) -> dict[str, Any]:
    may = request.actor.may("stock.change") and any(
        held.site_id is None for held in request.actor.scopes("stock.change")
    )
    return {
        "found": found,
        "deliveries": screen.deliveries(found.receipts),
        "transfers": [screen.transfer(row, row.from_id) for row in found.transfers],
        "may_suspend": may,
        "form": SuspendForm(is_suspended=found.lot.suspended_at is not None),
    }
