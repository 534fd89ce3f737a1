"""Pages of the cold chain: the fridges of a site, one fridge with its readings, excursions and what follows from one."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import Refusal
from yingjie.stock import cold_chain, cold_queries, queries, screen
from yingjie.stock import fridges as verbs
from yingjie.stock.forms import DecisionForm, FridgeForm, LoggerForm, ReadingForm
from yingjie.stock.place import around
from yingjie.stock.refusals import NoSuchLot
from yingjie.stock.wording import DECIDE_EXCURSION_TITLES
from yingjie.web.form_page import form_page
from yingjie.web.lists import build


@page("stock.view")
def fridges(request: ActorRequest, site_id: UUID) -> HttpResponse:
    context = around(request, site_id, "stock_fridges") | {
        "rows": screen.fridges(cold_queries.fridges_of(request.actor, site_id)),
        "excursions": screen.excursions(cold_queries.excursions_of(request.actor, site_id)),
    }
    return render(request, "stock/fridges.html", context)


@page("stock.change")
@require_http_methods(["GET", "POST"])
def add_fridge(request: ActorRequest, site_id: UUID) -> HttpResponse:
    context = around(request, site_id, "stock_fridges", "stock.change")

    def act(said: dict[str, Any]) -> HttpResponse:
        verbs.add(by=request.actor, site_id=site_id, **said)
        return redirect("stock_fridges", site_id)

    return form_page(request, FridgeForm(request.POST or None), "stock/fridge_form.html", context, act)


@page("stock.view")
def fridge(request: ActorRequest, site_id: UUID, fridge_id: UUID) -> HttpResponse:
    return _fridge(request, site_id, fridge_id)


@page("stock.change")
@require_http_methods(["POST"])
def write_reading(request: ActorRequest, site_id: UUID, fridge_id: UUID) -> HttpResponse:
    form = ReadingForm(request.POST)
    if not form.is_valid():
        return _fridge(request, site_id, fridge_id, reading=form)
    try:
        found = cold_chain.write_reading(
            by=request.actor, site_id=site_id, fridge_id=fridge_id, **form.cleaned_data
        )
    except Refusal as refusal:
        return _fridge(request, site_id, fridge_id, reading=form, refusal=refusal)
    _say(request, found)
    return redirect("stock_fridge", site_id, fridge_id)


@page("stock.change")
@require_http_methods(["POST"])
def read_file(request: ActorRequest, site_id: UUID, fridge_id: UUID) -> HttpResponse:
    form = LoggerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _fridge(request, site_id, fridge_id, logger=form)
    content = form.cleaned_data["file"]
    try:
        read = cold_chain.read_file(by=request.actor, site_id=site_id, fridge_id=fridge_id, content=content)
    except Refusal as refusal:
        return _fridge(request, site_id, fridge_id, logger=form, refusal=refusal)
    return _fridge(request, site_id, fridge_id, read=read)


@page("stock.change")
@require_http_methods(["POST"])
def put_into(request: ActorRequest, site_id: UUID, fridge_id: UUID) -> HttpResponse:
    cold_queries.fridge(request.actor, site_id, fridge_id)
    lots = {str(row.lot_id): row.lot_id for row in queries.balances(request.actor, site_id)}
    lot_id = lots.get(request.POST.get("lot", ""))
    if lot_id is None:
        raise NoSuchLot()
    also = "also" in request.POST
    verbs.put_into(by=request.actor, site_id=site_id, fridge_id=fridge_id, lot_id=lot_id, also_elsewhere=also)
    messages.success(request, _("Written down."))
    return redirect("stock_fridge", site_id, fridge_id)


@page("stock.view")
def excursions(request: ActorRequest) -> HttpResponse:
    rows = screen.excursions(cold_queries.excursions_of(request.actor))
    return render(request, "stock/excursions.html", {"rows": rows})


@page("stock.view")
def excursion(request: ActorRequest, excursion_id: UUID) -> HttpResponse:
    return _excursion(request, excursion_id)


@page("stock.decide")
@require_http_methods(["POST"])
def decide(request: ActorRequest, excursion_id: UUID, site_id: UUID, lot_id: UUID) -> HttpResponse:
    form = DecisionForm(request.POST, choices=DECIDE_EXCURSION_TITLES.items())
    if not form.is_valid():
        return _excursion(request, excursion_id, form)
    said = form.cleaned_data
    cold_chain.decide(
        by=request.actor, site_id=site_id, excursion_id=excursion_id, lot_id=lot_id, step=said["decision"],
        reason=said["reason"],
    )  # fmt: skip
    messages.success(request, _("Decided and written down."))
    return redirect("stock_excursion", excursion_id)


def _fridge(
    request: ActorRequest,
    site_id: UUID,
    fridge_id: UUID,
    *,
    reading: ReadingForm | None = None,
    logger: LoggerForm | None = None,
    refusal: Refusal | None = None,
    read: cold_chain.FileRead | None = None,
) -> HttpResponse:
    found = cold_queries.fridge(request.actor, site_id, fridge_id)
    since = clock.now() - timedelta(days=cold_queries.SHOWN_DAYS)
    readings = cold_queries.readings_of(request.actor, site_id, fridge_id, since, clock.now())
    excursions = cold_queries.excursions_of(request.actor, site_id)
    inside = {lot_id for lot_id, _number, _product in found.lots}
    balances = [row for row in queries.balances(request.actor, site_id) if row.present]
    context = around(request, site_id, "stock_fridges") | {
        "row": screen.fridges([found])[0],
        "chart": screen.temperature_chart(readings, found.lowest, found.highest) if readings else None,
        "chart_table": screen.temperature_table(readings),
        "excursions": screen.excursions([row for row in excursions if row.fridge_id == fridge_id]),
        "inside": [screen.shown(row) for row in balances if row.lot_id in inside],
        "outside": [screen.shown(row) for row in balances if row.lot_id not in inside],
        "reading": reading or ReadingForm(),
        "logger": logger or LoggerForm(),
        "refusal": refusal,
        "read": read,
    }
    is_wrong = any(form is not None and form.errors for form in (reading, logger))
    status = refusal.status if refusal else 400 if is_wrong else 200
    return render(request, "stock/fridge.html", context, status=status)


def _excursion(request: ActorRequest, excursion_id: UUID, form: DecisionForm | None = None) -> HttpResponse:
    found = cold_queries.excursion(request.actor, excursion_id)
    context = around(request, found.row.site_id, "stock_fridges")
    listed = build(request, screen.PEOPLE, screen.PeopleSource(found.people))
    context |= {
        "found": found,
        "row": screen.excursions([found.row])[0],
        "lots": screen.excursion_lots(found.lots, request.actor, context["site"].area_code),
        "chart": screen.temperature_chart(found.readings, found.lowest, found.highest),
        "chart_table": screen.temperature_table(found.readings),
        "form": form or DecisionForm(choices=DECIDE_EXCURSION_TITLES.items()),
    }
    page_ = listed.respond(request, "stock/excursion.html", context)
    if form is not None:
        page_.status_code = 400
    return page_


def _say(request: ActorRequest, excursions: int) -> None:
    if excursions:
        said = ngettext(
            "Out of range: {count} excursion begins, and the lots in it are on hold.",
            "Out of range: {count} excursions begin, and the lots in them are on hold.",
            excursions,
        )
        messages.error(request, said.format(count=excursions))
    else:
        messages.success(request, _("The temperature is written down."))
