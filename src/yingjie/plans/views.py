"""Pages of a day at a site: the board of plans, one scenario, a variant of it, the days side by side."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import Refusal
from yingjie.plans import (
    actions,
    compared_screen,
    day_editing,
    day_screen,
    queries,
    roster_needs,
    roster_screen,
    tomorrow,
)
from yingjie.plans.day_editing import Changes
from yingjie.plans.forms import DayForm, PromiseForm, VariantForm, WeekdaysForm
from yingjie.sites import queries as sites
from yingjie.web.form_page import form_page


@page("plans.view")
@require_http_methods(["GET", "POST"])
def days(request: ActorRequest) -> HttpResponse:
    may_make = [row for row in sites.sites(request.actor, "plans.change") if row.kind != "store"]
    next_day = clock.today() + timedelta(days=1)
    form = DayForm(
        request.POST or None, sites=[(str(row.id), row.name) for row in may_make], initial={"on": next_day}
    )

    def act(said: dict[str, Any]) -> HttpResponse:
        made = actions.draw_up(by=request.actor, site_id=UUID(said["site_id"]), on=said["on"])
        return redirect("plans_scenario", made.pk)

    ahead = tomorrow.ahead(request.actor, next_day)
    context = {
        "rows": queries.scenarios(request.actor), "may_make": bool(may_make), "on": next_day,
        "ahead": ahead, "may_all": sum(row.may and row.sessions > 0 and row.plan is None for row in ahead) > 1,
    }  # fmt: skip
    return form_page(request, form, "plans/days.html", context, act)


@page("plans.change")
@require_POST
def all_of_tomorrow(request: ActorRequest) -> HttpResponse:
    """Every site of tomorrow that has no plan yet."""
    made = actions.draw_up_all(by=request.actor, on=clock.today() + timedelta(days=1))
    words = ngettext("{n} site is being simulated.", "{n} sites are being simulated.", made)
    messages.success(request, words.format(n=made) if made else _("Every site of tomorrow has its plan."))
    return redirect("plans_days")


@page("plans.view")
def scenario(request: ActorRequest, scenario_id: UUID) -> HttpResponse:
    found = queries.scenario(request.actor, scenario_id)
    return render(request, "plans/scenario.html", day_screen.page(request.actor, found, PromiseForm()))


@page("plans.change")
@require_http_methods(["GET", "POST"])
def variant(request: ActorRequest, scenario_id: UUID) -> HttpResponse:
    found = queries.scenario(request.actor, scenario_id, queries.CHANGE)
    form = VariantForm(request.POST or None, initial=day_screen.variant_initial(found))

    def act(said: dict[str, Any]) -> HttpResponse:
        changes = _changes(request.POST, found.document, said)
        made = actions.vary(by=request.actor, scenario_id=scenario_id, title=said["title"], changes=changes)
        return redirect("plans_scenario", made.pk)

    context = day_screen.editing(found, request.POST or {})
    return form_page(request, form, "plans/variant.html", context, act)


@page("plans.change")
@require_POST
def staffing(request: ActorRequest, scenario_id: UUID) -> HttpResponse:
    form = PromiseForm(request.POST)
    if not form.is_valid():
        found = queries.scenario(request.actor, scenario_id)
        return render(request, "plans/scenario.html", day_screen.page(request.actor, found, form), status=400)
    job_id = actions.start_staffing(by=request.actor, scenario_id=scenario_id, **form.cleaned_data)
    return redirect("job", job_id)


@page("plans.change")
@require_POST
def simulate(request: ActorRequest, scenario_id: UUID) -> HttpResponse:
    try:
        actions.simulate_later(by=request.actor, scenario_id=scenario_id)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, refusal.say_reason())
    return redirect("plans_scenario", scenario_id)


@page("plans.change")
@require_POST
def adopt(request: ActorRequest, scenario_id: UUID) -> HttpResponse:
    """A variant with the staffing that was found."""
    found = queries.scenario(request.actor, scenario_id, queries.CHANGE)
    title = _("Smallest staffing")
    try:
        made = actions.vary(
            by=request.actor, scenario_id=scenario_id, title=title, changes=day_screen.found_staff(found)
        )
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, refusal.say_reason())
        return redirect("plans_scenario", scenario_id)
    return redirect("plans_scenario", made.pk)


@page("plans.view")
@require_http_methods(["GET", "POST"])
def roster(request: ActorRequest, scenario_id: UUID) -> HttpResponse:
    """What the plan asks of the site's roster, by role and shift; handed over with a button."""
    found = queries.scenario(request.actor, scenario_id)
    form = WeekdaysForm(request.POST or None, initial={"weekdays": [str(found.on.weekday())]})

    def act(said: dict[str, Any]) -> HttpResponse:
        days = [int(day) for day in said["weekdays"]]
        changed = roster_needs.hand_over(by=request.actor, scenario_id=scenario_id, weekdays=days)
        words = ngettext(
            "{n} need of the roster was changed.", "{n} needs of the roster were changed.", changed
        )
        messages.success(request, words.format(n=changed))
        return redirect("plans_roster", scenario_id)

    return form_page(request, form, "plans/roster.html", roster_screen.page(request.actor, found), act)


@page("plans.view")
def compared(request: ActorRequest, scenario_id: UUID) -> HttpResponse:
    """Every scenario of that day at that site, side by side."""
    found = queries.scenario(request.actor, scenario_id)
    all_of_day = queries.of_day(request.actor, found.site_id, found.on)
    return render(request, "plans/compared.html", compared_screen.page(found, all_of_day))


@page("plans.change")
@require_POST
def upset(request: ActorRequest, scenario_id: UUID) -> HttpResponse:
    """The day under everything that may go wrong with it; the page of plans side by side shows them."""
    try:
        actions.upset(by=request.actor, scenario_id=scenario_id)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, refusal.say_reason())
    return redirect("plans_compared", scenario_id)


@page("plans.change")
@require_POST
def drop(request: ActorRequest, scenario_id: UUID) -> HttpResponse:
    actions.drop(by=request.actor, scenario_id=scenario_id)
    messages.success(request, _("The plan was thrown away."))
    return redirect("plans_days")


def _changes(given: QueryDict, document: Mapping[str, Any], said: Mapping[str, Any]) -> Changes:
    """The tables of the form: `staff:<station>:<hour>` and `number:<source>:<nth>`; what cannot be read stays as it was."""
    grid = day_editing.grid(document)
    servers = {
        station: {
            hour: _whole(given.get(f"staff:{station}:{hour}"), now, 500)
            for hour, now in zip(grid.hours, numbers, strict=True)
        }
        for station, _title, numbers in grid.rows
    }
    before = {station: dict(zip(grid.hours, numbers, strict=True)) for station, _t, numbers in grid.rows}
    numbers = {
        row["id"]: [
            _whole(given.get(f"number:{row['id']}:{nth}"), now, 10_000)
            for nth, now in enumerate(row["number"])
        ]
        for row in document["arrivals"]
        if row["kind"] == "appointments"
    }
    return Changes(
        servers={name: hours for name, hours in servers.items() if hours != before[name]},
        numbers=numbers,
        walk_in_percent=said["walk_in_percent"],
        no_show_percent=said["no_show_percent"],
        vials=said["vials"],
    )


def _whole(text: str | None, now: int, most: int) -> int:
    return min(int(text), most) if text is not None and text.isdecimal() else now
