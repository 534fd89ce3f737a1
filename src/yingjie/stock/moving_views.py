"""Pages of transfers: the list of a place, sending, confirming what arrived, calling back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yingjie.foundation import clock
from yingjie.foundation.access.actor import system
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import BadInput, Refusal
from yingjie.sites import queries as sites
from yingjie.stock import coming, papers, queries, screen
from yingjie.stock import transfers as verbs
from yingjie.stock.forms import SendForm, TransportFields, counted_by_lot, doses_by_lot
from yingjie.stock.place import around, download


@page("stock.view")
def transfers(request: ActorRequest, site_id: UUID) -> HttpResponse:
    rows = screen.transfers(coming.transfers_of(request.actor, site_id), site_id)
    context = around(request, site_id, "stock_transfers") | {"rows": rows}
    return render(request, "stock/transfers.html", context)


@page("stock.change")
@require_http_methods(["GET", "POST"])
def send(request: ActorRequest, site_id: UUID) -> HttpResponse:
    context = around(request, site_id, "stock_transfers", "stock.change")
    balances = [row for row in queries.balances(request.actor, site_id) if row.usable]
    form = SendForm(request.POST or None, places=_places(request, site_id))
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            doses = doses_by_lot(request.POST, [row.lot_id for row in balances])
            row = verbs.send(
                by=request.actor, site_id=site_id, to_site_id=UUID(said.pop("to_site")), doses=doses,
                transfer_id=said.pop("once"), **said,
            )  # fmt: skip
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("On its way; the other place confirms what arrives."))
            return redirect("stock_transfer", site_id, row.pk)
    context |= {"form": form, "refusal": refusal, **_proposal(request, balances)}
    return render(
        request, "stock/send.html", context, status=refusal.status if refusal else 400 if form.errors else 200
    )


@page("stock.view")
def transfer(request: ActorRequest, site_id: UUID, transfer_id: UUID) -> HttpResponse:
    return _transfer(request, site_id, transfer_id, TransportFields(), None)


@page("stock.change")
@require_http_methods(["POST"])
def arrive(request: ActorRequest, site_id: UUID, transfer_id: UUID) -> HttpResponse:
    row = coming.transfer(request.actor, site_id, transfer_id)
    form = TransportFields(request.POST, request.FILES)
    if not form.is_valid():
        return _transfer(request, site_id, transfer_id, form, None)
    try:
        counted = counted_by_lot(request.POST, [line.lot_id for line in row.lines])
        decision = verbs.arrive(
            by=request.actor, site_id=site_id, transfer_id=transfer_id, counted=counted,
            transport=form.transport(),
        )  # fmt: skip
    except Refusal as refused:
        return _transfer(request, site_id, transfer_id, form, refused)
    if decision == "refused":
        messages.error(request, _("Refused: it stays with the sender, who calls it back. Report it at once."))
    elif decision == "quarantined":
        messages.warning(request, _("In quarantine: it must not be used yet."))
    else:
        messages.success(request, _("Confirmed: it is in this place's stock now."))
    return redirect("stock_transfer", site_id, transfer_id)


@page("stock.change")
@require_http_methods(["POST"])
def call_back(request: ActorRequest, site_id: UUID, transfer_id: UUID) -> HttpResponse:
    reason = request.POST.get("reason", "")
    try:
        verbs.call_back(by=request.actor, site_id=site_id, transfer_id=transfer_id, reason=reason)
    except BadInput as refused:
        return _transfer(request, site_id, transfer_id, TransportFields(), refused)
    messages.success(request, _("Called back: the doses are held here until somebody has looked at them."))
    return redirect("stock_transfer", site_id, transfer_id)


@page("stock.view")
@never_cache
def transfer_log(request: ActorRequest, site_id: UUID, transfer_id: UUID) -> HttpResponse:
    return download(papers.of_transfer(by=request.actor, site_id=site_id, transfer_id=transfer_id))


def _transfer(
    request: ActorRequest, site_id: UUID, transfer_id: UUID, form: TransportFields, refusal: Refusal | None
) -> HttpResponse:
    found = coming.transfer(request.actor, site_id, transfer_id)
    context = around(request, site_id, "stock_transfers") | {
        "row": screen.transfer(found, site_id),
        "lines": [
            (
                line,
                request.POST.get(f"doses_{line.lot_id}", line.sent),
                request.POST.get(f"because_{line.lot_id}", ""),
            )
            for line in found.lines
        ],
        "form": form,
        "refusal": refusal,
    }
    status = refusal.status if refusal else 400 if form.errors else 200
    return render(request, "stock/transfer.html", context, status=status)


def _places(request: ActorRequest, site_id: UUID) -> list[tuple[str, str]]:
    """Where vaccine may go: every place of the sender's county that is open."""
    here = sites.site(request.actor, site_id, "stock.change")
    return [
        (str(each.id), each.name)
        for each in sites.sites(system("stock"))  # names of places only; what lies there stays theirs to see
        if each.id != site_id and each.area_code.startswith(here.area_code[:6])
    ]


def _proposal(request: ActorRequest, balances: list[queries.BalanceRow]) -> dict[str, Any]:
    """Fields for every lot, first to expire first; filled where somebody asked for a proposal of so many doses of a vaccine."""
    product, asked = request.GET.get("product", ""), request.GET.get("doses", "")
    wanted = int(asked) if asked.isdecimal() and len(asked) < 8 else 0
    proposed = queries.first_out(balances, product, wanted, clock.today())
    rows = [
        (screen.shown(row), request.POST.get(f"doses_{row.lot_id}", proposed.get(row.lot_id, "")))
        for row in balances
    ]
    return {
        "rows": rows,
        "vaccines": sorted({(row.product.code, screen.shown(row).product) for row in balances}),
        "asked_product": product,
        "asked_doses": wanted or "",
        "is_short": bool(wanted) and sum(proposed.values()) < wanted,
    }
