"""Pages of the whole campaign: runs, one of them with its scenarios side by side."""

import json
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import Refusal
from yingjie.plans import campaign_change as campaign_change_page
from yingjie.plans import day_words, drawing, outlook_actions, outlook_queries
from yingjie.plans.campaign_facts import Asked
from yingjie.plans.forms import CampaignForm, TitleForm
from yingjie.plans.proposal_views import areas_of
from yingjie.plans.queries import CHANGE
from yingjie.plans.refusals import NotSimulated
from yingjie.plans.running import running
from yingjie.web.form_page import form_page

LINES = ("line-1", "line-2", "line-3", "line-4", "line-5", "line-6", "line-7")


@page("plans.view")
@require_http_methods(["GET", "POST"])
def campaign_runs(request: ActorRequest) -> HttpResponse:
    may_make = request.actor.may("plans.change")
    form = CampaignForm(
        request.POST or None, areas=areas_of(request.actor, "plans.change"), initial=Asked().__dict__
    )

    def act(said: dict[str, Any]) -> HttpResponse:
        area_code, title = said.pop("area_code"), said.pop("title")
        made = outlook_actions.start(by=request.actor, area_code=area_code, title=title, asked=Asked(**said))
        return redirect("plans_campaign_run", made.pk)

    context = {"rows": outlook_queries.runs(request.actor), "may_make": may_make}
    return form_page(request, form, "plans/campaign_runs.html", context, act)


@page("plans.view")
def campaign_run(request: ActorRequest, run_id: UUID) -> HttpResponse:
    row = outlook_queries.campaign_run(request.actor, run_id)
    context: dict[str, Any] = {"run": row, "may_change": request.actor.may("plans.change", row.area_code)}
    if row.result is not None:
        context |= told(row.document, row.result["outlooks"])
    else:
        context["running"] = running(request.actor, row.job_id)
    return render(request, "plans/campaign_run.html", context)


@page("plans.change")
@require_POST
def campaign_again(request: ActorRequest, run_id: UUID) -> HttpResponse:
    try:
        outlook_actions.again(by=request.actor, run_id=run_id)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, refusal.say_reason())
    return redirect("plans_campaign_run", run_id)


@page("plans.change")
@require_http_methods(["GET", "POST"])
def campaign_change(request: ActorRequest, run_id: UUID) -> HttpResponse:
    """A copy of the plan with other deliveries and events."""
    row = outlook_queries.campaign_run(request.actor, run_id, CHANGE)
    if row.result is None:
        raise NotSimulated()
    lang = "en" if (get_language() or "zh").startswith("en") else "zh"
    form = TitleForm(
        request.POST or None, initial={"title": _("Variant of “{title}”").format(title=row.title)[:120]}
    )

    def act(said: dict[str, Any]) -> HttpResponse:
        document = campaign_change_page.changed(row.document, request.POST, lang)
        made = outlook_actions.vary(by=request.actor, run_id=run_id, title=said["title"], document=document)
        return redirect("plans_campaign_run", made.pk)

    context = {"run": row} | campaign_change_page.page(row.document, request.POST, lang)
    return form_page(request, form, "plans/campaign_change.html", context, act)


@page("plans.view")
def campaign_document(request: ActorRequest, run_id: UUID) -> HttpResponse:
    """The plan as a file, for `python -m vaxkit.campaign`."""
    row = outlook_queries.campaign_run(request.actor, run_id)
    data = json.dumps(row.document, ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": 'attachment; filename="campaign.json"'}
    return HttpResponse(data, content_type="application/json", headers=headers)


def told(document: dict[str, Any], outlooks: list[dict[str, Any]]) -> dict[str, Any]:
    """Scenarios as rows with the days they cost, and the figures."""
    first, base = date.fromisoformat(document["first_day"]), outlooks[0]
    dose = str(document["target"].get("dose", 2))
    minutes = [float(step) for step in range(len(base["daily"]["mean"]))]
    series = [
        (
            day_words.said_title(each["title"]),
            LINES[nth % len(LINES)],
            [100 * y for y in each["coverage"][dose]["mean"]],
        )
        for nth, each in enumerate(outlooks)
    ]
    band = base["coverage"][dose]
    area = ([100 * y for y in band["low"]], [100 * y for y in band["high"]])
    doses = [
        (title, css, each["daily"]["mean"]) for (title, css, _y), each in zip(series, outlooks, strict=True)
    ]
    stock = [
        (title, css, each["stock"]["mean"]) for (title, css, _y), each in zip(series, outlooks, strict=True)
    ]
    rows = [_row(each, base, LINES[nth % len(LINES)]) for nth, each in enumerate(outlooks)]
    return {
        "rows": rows,
        "is_earlier": any(row["days"] is not None and row["days"] < 0 for row in rows),
        "figures": [
            (_("People with dose {dose} (%)").format(dose=dose), drawing.over_days(first, minutes, series, band=area)),
            (_("Doses a day"), drawing.over_days(first, minutes, doses)),
            (_("Doses in store"), drawing.over_days(first, minutes, stock)),
        ],
        "target": round(document["target"]["share"] * 100),
        "dose": dose,
    }  # fmt: skip


def _row(each: dict[str, Any], base: dict[str, Any], css: str) -> dict[str, Any]:
    days = None
    if each["finish"] and base["finish"] and each is not base:
        days = (date.fromisoformat(each["finish"]) - date.fromisoformat(base["finish"])).days
    return {
        "title": day_words.said_title(each["title"]), "css": css, "finish": each["finish"], "early": each["finish_early"],
        "late": each["finish_late"], "chance": f"{each['finished']:.0%}", "days": days,
        "doses": day_words.number(each["doses"]["mean"]), "wasted": day_words.number(each["wasted"]["mean"]),
        "away": day_words.number(each["turned_away"]["mean"]), "dry": day_words.number(each["days_without_vaccine"]["mean"], 1),
        "soon": day_words.number(sum(each["daily"]["mean"][:30])),
        "later": day_words.number(each["most_waiting_later"]["mean"]),
    }  # fmt: skip
