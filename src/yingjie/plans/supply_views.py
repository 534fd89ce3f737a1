"""Pages of doses over sites: forecasts, what to deliver, what to move."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import BadInput, Refusal
from yingjie.plans import supply_actions, supply_queries
from yingjie.plans.refusals import NotSimulated
from yingjie.plans.running import running
from yingjie.plans.supply_queries import SupplyRow
from yingjie.vaccines.queries import product


@page("plans.supply")
@require_http_methods(["GET", "POST"])
def supply_plans(request: ActorRequest) -> HttpResponse:
    held = sorted({role.area_code for role in request.actor.scopes(supply_actions.SHARE)}, key=len)
    if request.method == "POST":
        request.actor.require(supply_actions.SHARE)
        made = supply_actions.ask(by=request.actor, area_code=held[0])
        return redirect("plans_supply_plan", made.pk)
    return render(
        request,
        "plans/supply_plans.html",
        {"rows": supply_queries.plans(request.actor), "may_share": bool(held)},
    )


@page("plans.supply")
def supply_plan(request: ActorRequest, supply_plan_id: UUID) -> HttpResponse:
    return _plan(request, supply_plan_id)


@page("plans.share_doses")
@require_POST
def supply_again(request: ActorRequest, supply_plan_id: UUID) -> HttpResponse:
    """Compute once more; with a lot and a site: after setting what the site gets of it ("" doses: as the rule says)."""
    try:
        if "lot" in request.POST:
            _set_share(request, supply_plan_id)
        else:
            supply_actions.again(by=request.actor, plan_id=supply_plan_id)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _plan(request, supply_plan_id, refusal)
    return redirect("plans_supply_plan", supply_plan_id)


def _set_share(request: ActorRequest, plan_id: UUID) -> None:
    lot_id, _bar, store = request.POST["lot"].partition("|")
    written = request.POST.get("doses", "").strip()
    if written and not written.isdecimal():
        raise BadInput(what=_("Say how many doses, in whole numbers."))
    supply_actions.set_share(
        by=request.actor, plan_id=plan_id, store=store, lot_id=lot_id, site=request.POST.get("site", ""),
        doses=int(written) if written else None,
    )  # fmt: skip


@page("plans.supply")
def supply_print(request: ActorRequest, supply_plan_id: UUID) -> HttpResponse:
    """What leaves each place on paper: to whom, which lots, why; with lines to sign."""
    row = supply_queries.plan(request.actor, supply_plan_id)
    if row.told is None:
        raise NotSimulated()
    moves: dict[str, list[Any]] = {}
    for each in _told(request, row, row.told)["moves"]:
        moves.setdefault(each["move"]["from"], []).append(each)
    return render(request, "plans/supply_print.html", {"plan": row, "givers": moves})


@page("plans.supply")
@require_POST
def send(request: ActorRequest, supply_plan_id: UUID) -> HttpResponse:
    number = request.POST.get("number", "")
    try:
        if not number.isdecimal() or len(number) > 6:
            raise BadInput(what=_("Say which move."))
        supply_actions.send(
            by=request.actor, plan_id=supply_plan_id, number=int(number), seen=request.POST.get("seen", "")
        )
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _plan(request, supply_plan_id, refusal)
    messages.success(request, _("It is on its way; the other side confirms what arrives."))
    return redirect("plans_supply_plan", supply_plan_id)


@page("plans.share_doses")
@require_POST
def publish(request: ActorRequest, supply_plan_id: UUID) -> HttpResponse:
    withdrawn = request.POST.get("step") == "withdraw"
    try:
        supply_actions.publish(
            by=request.actor, plan_id=supply_plan_id, seen=request.POST.get("seen", ""), withdrawn=withdrawn
        )
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _plan(request, supply_plan_id, refusal)
    said = _("Taken back: villages and sites no longer read it.")
    messages.success(
        request, said if withdrawn else _("Published: villages and sites of the county read it now.")
    )
    return redirect("plans_supply_plan", supply_plan_id)


@page("bookings.view")
def vaccine_coming(request: ActorRequest) -> HttpResponse:
    """What published plans bring to whom, and a text for a chat group."""
    rows = supply_queries.coming(request.actor)
    language = "en" if (get_language() or "zh").startswith("en") else "zh"
    shown = [{"row": row, "title": product(row.product).short_title.in_(language)} for row in rows]
    return render(request, "plans/vaccine_coming.html", {"rows": shown})


def _plan(request: ActorRequest, plan_id: UUID, refusal: Refusal | None = None) -> HttpResponse:
    row = supply_queries.plan(request.actor, plan_id)
    may_share = request.actor.may(supply_actions.SHARE, row.area_code)
    context: dict[str, Any] = {"plan": row, "refusal": refusal, "may_share": may_share}
    if row.told is None:
        context["running"] = running(request.actor, row.job_id)
    if row.told is not None:
        context |= _told(request, row, row.told)
    return render(request, "plans/supply_plan.html", context, status=refusal.status if refusal else 200)


def _told(request: ActorRequest, row: SupplyRow, told: dict[str, Any]) -> dict[str, Any]:
    language = "en" if (get_language() or "zh").startswith("en") else "zh"
    titles = {
        code: product(code).short_title.in_(language)
        for code in {each["product"] for each in (*told["rows"], *told["moves"])}
    }
    numbers = {each[1]: each[2] for each in told.get("lots", ())}
    return {
        "days": [day[5:] for day in told["days"]],
        "rows": [_line(each, titles, told["days"]) for each in told["rows"]],
        "moves": [
            {
                "move": each, "title": titles[each["product"]], "because": each["because"][language],
                "is_sent": str(each["number"]) in row.sent,
                "may_send": request.actor.may("stock.change", row.area_code),
            }
            for each in told["moves"]
        ],
        "expired": told["expired"],
        "lots": [
            {"value": f"{lot_id}|{store}", "store": store, "number": number, "title": titles[code], "doses": doses, "pack": pack}
            for store, lot_id, number, code, doses, pack in told.get("lots", ())
        ],
        "takers": sorted(set(told["site_ids"]) - {each[0] for each in told.get("lots", ())}),
        "by_hand": [
            {"site": site, "doses": doses, "value": f"{lot_id}|{store}", "number": numbers[lot_id]}
            for store, lot_id, site, doses in told.get("by_hand", ()) if lot_id in numbers
        ],
    }  # fmt: skip


def _line(row: dict[str, Any], titles: dict[str, str], days: list[str]) -> dict[str, Any]:
    cells = [
        {"left": left, "short": short, "expired": gone, "day": day[5:]}
        for left, short, gone, day in zip(row["left"], row["short"], row["expired"], days, strict=True)
    ]
    return {
        "site": row["site"], "product": titles[row["product"]], "cells": cells, "short": max(row["short"]),
        "short_then": max(row["short_then"]), "expired": sum(row["expired"]), "expired_then": sum(row["expired_then"]),
        "left": row["left"][-1], "used": row["used"],
    }  # fmt: skip
