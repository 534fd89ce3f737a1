"""Pages of the day's plan: the plan and what came of it, freezing it, stating a cause."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vaxkit.supervision.dayplans import Cause
from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import NotFound
from yingjie.oversight import day_plan_actions, day_plans, queries
from yingjie.oversight.day_plans import ComparedRow, PlanPage
from yingjie.oversight.forms import CauseForm
from yingjie.web.form_page import form_page


@page("oversight.view")
def plan_home(request: ActorRequest) -> HttpResponse:
    """Today's plan of the actor's own area, or of the day chosen in the form."""
    on = request.GET.get("on") or clock.today().isoformat()
    return redirect("oversight_plan", request.GET.get("area") or queries.home(request.actor), on)


@page("oversight.view")
def plan(request: ActorRequest, area_code: str, on: str) -> HttpResponse:
    found = day_plans.page(request.actor, area_code, _day(on))
    language = get_language() or "zh-hans"
    areas = tuple(row for row in found.areas if row.row.plan.doses or row.given or row.causes)
    parts = ((_("Sites"), found.sites), (pgettext("plan", "Areas, by their residents"), areas))
    context = {
        "found": found,
        "today": clock.today(),
        "causes": [cause.text.in_(language) for cause in found.causes],
        "parts": [_part(found, title, rows) for title, rows in parts if rows],
        "notes": [(_name_of(found, note.key), note.cause.text.in_(language), note) for note in found.notes],
    }
    return render(request, "oversight/plan.html", context)


@page("oversight.issue")
@require_POST
def freeze(request: ActorRequest, area_code: str, on: str) -> HttpResponse:
    day_plan_actions.freeze(by=request.actor, area_code=area_code, on=_day(on))
    messages.success(request, _("The plan is frozen; in the evening this page says what came of it."))
    return redirect("oversight_plan", area_code, on)


@page("oversight.issue")
def state(request: ActorRequest, area_code: str, on: str) -> HttpResponse:
    """What kept doses of a row from being given, in words."""
    day = _day(on)
    found = day_plans.page(request.actor, area_code, day)
    if not found.may_state:
        raise NotFound()
    rows = [(row.row.key, row.row.name) for row in (*found.sites, *found.areas)]
    form = CauseForm(request.POST or None, rows=rows, initial={"key": request.GET.get("key", "")})

    def act(given: dict[str, Any]) -> HttpResponse:
        day_plan_actions.state_cause(by=request.actor, area_code=area_code, on=day, **given)
        return redirect("oversight_plan", area_code, on)

    return form_page(request, form, "oversight/plan_cause.html", {"found": found}, act)


def _part(found: PlanPage, title: str, rows: tuple[ComparedRow, ...]) -> dict[str, Any]:
    planned, given, sums = day_plans.total(rows)
    language = get_language() or "zh-hans"
    return {
        "title": title,
        "rows": [
            (row, row.row.plan.bound.text.in_(language), _cells(found, dict(row.causes))) for row in rows
        ],
        "planned": planned,
        "given": given,
        "difference": given - planned,
        "sums": _cells(found, sums),
    }


def _cells(found: PlanPage, causes: dict[Cause, int]) -> list[tuple[str, int]]:
    """(what the cause is called, doses) for every column."""
    language = get_language() or "zh-hans"
    return [(cause.text.in_(language), causes.get(cause, 0)) for cause in found.causes]


def _name_of(found: PlanPage, key: str) -> str:
    return next((row.row.name for row in (*found.sites, *found.areas) if row.row.key == key), key)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound() from None
