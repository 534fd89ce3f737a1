"""Pages of a site's day: what the ledger says, what was counted, closing it; opened vials; the sheet to count with."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import BadInput, Refusal
from yingjie.stock import actions, day_close, queries, screen
from yingjie.stock.forms import counted_by_lot
from yingjie.stock.place import around
from yingjie.stock.wording import CAUSE_TITLES, MOVEMENT_TITLES


@page("stock.view")
def day(request: ActorRequest, site_id: UUID) -> HttpResponse:
    return _day(request, site_id, _asked(request.GET.get("on", "")))


@page("stock.change")
@require_http_methods(["POST"])
def close(request: ActorRequest, site_id: UUID) -> HttpResponse:
    on = _meant(request.POST.get("on", ""))
    found = day_close.day_of_site(request.actor, site_id, on)
    try:
        counted = counted_by_lot(request.POST, [line.lot_id for line in found.lines])
        day_close.close(
            by=request.actor, site_id=site_id, counted=counted, on=on, note=request.POST.get("note", "")[:200]
        )
    except Refusal as refusal:
        return _day(request, site_id, on, refusal)
    messages.success(request, _("The day is closed."))
    return redirect(f"{reverse('stock_day', args=[site_id])}?on={on.isoformat()}")


@page("stock.change")
@require_http_methods(["POST"])
def reopen(request: ActorRequest, site_id: UUID) -> HttpResponse:
    on = _meant(request.POST.get("on", ""))
    try:
        day_close.reopen(by=request.actor, site_id=site_id, on=on, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        return _day(request, site_id, on, refusal)
    messages.success(request, _("The day is open again: count it anew in the evening."))
    return redirect("stock_day", site_id)


@page("stock.view")
@require_http_methods(["POST"])
def discard(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """What is left in one pack; the action asks who may (whoever vaccinates or keeps stock there)."""
    code, cause = request.POST.get("code", ""), request.POST.get("cause", "left_over")
    try:
        doses = actions.discard(by=request.actor, site_id=site_id, vial_code=code, cause=cause)
    except Refusal as refusal:
        return _day(request, site_id, clock.today(), refusal)
    said = ngettext("{doses} dose was written off.", "{doses} doses were written off.", doses)
    messages.success(request, said.format(doses=doses))
    return redirect("stock_day", site_id)


@page("stock.view")
def count_sheet(request: ActorRequest, site_id: UUID) -> HttpResponse:
    context = around(request, site_id, "stock_day")
    rows = [screen.shown(row) for row in queries.balances(request.actor, site_id) if row.present]
    return render(request, "stock/count_sheet.html", {**context, "rows": rows, "now": clock.now()})


def _day(request: ActorRequest, site_id: UUID, on: date, refusal: Refusal | None = None) -> HttpResponse:
    context = around(request, site_id, "stock_day")
    found = day_close.day_of_site(request.actor, site_id, on)
    context |= {
        "day": found,
        "lines": [_line(request, line) for line in found.lines],
        "corrections": [(row, MOVEMENT_TITLES[row.kind]) for row in found.corrections],
        "vials": queries.open_vials(request.actor, site_id) if on == clock.today() else (),
        "may_discard": context["may_change"] or request.actor.may("clinic.vaccinate", site_id=site_id),
        "causes": [(word, title) for word, title in CAUSE_TITLES.items() if word not in ("lost", "recalled")],
        "unclosed": [each for each in day_close.unclosed_days(request.actor, site_id) if each != on],
        "is_today": on == clock.today(),
        "refusal": refusal,
    }
    return render(request, "stock/day.html", context, status=refusal.status if refusal else 200)


def _line(request: ActorRequest, line: day_close.Line) -> dict[str, Any]:
    return {
        "line": line,
        "product": line.product.short_title,
        "causes": screen.causes(dict(line.wasted_by_cause)),
        "typed": request.POST.get(f"doses_{line.lot_id}", ""),
        "because": request.POST.get(f"because_{line.lot_id}", ""),
    }


def _meant(text: str) -> date:
    """The day that is to be closed; today where none is named. Raises BadInput: no other day is closed in its place."""
    try:
        on = date.fromisoformat(text) if text else clock.today()
    except ValueError as wrong:
        raise BadInput(what=_("The day to be closed cannot be read.")) from wrong
    if on > clock.today():
        raise BadInput(what=_("A day that has not come cannot be closed."))
    return on


def _asked(text: str) -> date:
    """The day in the address; today where there is none, or one to come."""
    try:
        return min(date.fromisoformat(text), clock.today())
    except ValueError:
        return clock.today()
