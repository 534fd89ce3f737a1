"""Pages of the unvaccinated ledger: the list with its saved views, and the lists that were fed back to the villages."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.jobs.actions import start
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import (
    campaign,
    feedback,
    paper,
    queries,
    saved_views,
    unvaccinated,
    unvaccinated_actions,
)
from yingjie.outreach.unvaccinated_list import UNVACCINATED, UnvaccinatedSource, reason_said
from yingjie.outreach.words import TERM_TITLES
from yingjie.web.lists import build

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("outreach.view")
def unvaccinated_ledger(request: ActorRequest) -> HttpResponse:
    """Who is missing a dose; by dose as tabs, by everything else as filters."""
    found = build(request, UNVACCINATED, UnvaccinatedSource(request.actor))
    area_code = found.state.filters.get("area") or queries.home(request.actor)
    chosen = found.state.filters.get("dose", "")
    # A county's counts cost as much as its list: its tabs go without them.
    is_small, asked = len(area_code) > 6, not found.export
    counted = (
        unvaccinated.by_dose(request.actor, area_code)
        if asked and is_small
        else dict.fromkeys(campaign.goals())
    )
    tabs = [
        {"title": _("Dose {number}").format(number=number), "count": people, "is_here": str(number) == chosen,
         "url": found.address(dose=number)}
        for number, people in counted.items()
    ]  # fmt: skip
    everyone = {
        "title": _("All"),
        "count": _of_course(counted),
        "is_here": not chosen,
        "url": found.address(dose=None),
    }
    context = {
        "tabs": [everyone, *tabs],
        "views": saved_views.views(request.actor, "unvaccinated"),
        "may_issue": request.actor.may("outreach.issue"),
        "title": UNVACCINATED.title,
    }
    return found.respond(request, "outreach/unvaccinated.html", context)


@page("outreach.view")
@require_POST
def save_view(request: ActorRequest) -> HttpResponse:
    made = unvaccinated_actions.save_view(
        by=request.actor,
        of_list="unvaccinated",
        title=request.POST.get("title", ""),
        query=request.POST.get("query", ""),
    )
    messages.success(request, _("The view is kept under its name."))
    return redirect(f"{reverse('outreach_unvaccinated')}?{made.query}")


@page("outreach.view")
@require_POST
def forget_view(request: ActorRequest, view_id: UUID) -> HttpResponse:
    unvaccinated_actions.forget_view(by=request.actor, view_id=view_id)
    return redirect("outreach_unvaccinated")


@page("outreach.view")
def lists(request: ActorRequest) -> HttpResponse:
    """The villages with the newest list of each."""
    area_code = request.GET.get("area") or queries.home(request.actor)
    if not request.actor.may("outreach.view", area_code):
        raise NotFound()
    rows = feedback.overview(request.actor, area_code)
    today = clock.today()
    context = {
        "area": areas.path(area_code)[-1],
        "path": queries.path(request.actor, area_code),
        "rows": rows,
        "today": today,
        "waiting": sum(row.on != today for row in rows),
        "may_issue": request.actor.may("outreach.issue", area_code),
        "total": sum(row.people for row in rows),
    }
    return render(request, "outreach/lists.html", context)


@page("outreach.issue")
@require_POST
def issue(request: ActorRequest) -> HttpResponse:
    """In the background: a county has hundreds of villages."""
    area_code = request.POST.get("area") or queries.home(request.actor)
    request.actor.require("outreach.issue", area_code)
    title = _("Making today's lists of the villages")
    job = start(
        by=request.actor,
        kind="outreach.issue_unvaccinated",
        title=title,
        username=request.actor.name,
        area_code=area_code,
    )
    return redirect("job", job_id=job.pk)


@page("outreach.view")
def village_list(request: ActorRequest, area_code: str, on: str = "") -> HttpResponse:
    areas.area(request.actor, area_code)
    day = _day(on) if on else feedback.newest_on(request.actor, area_code)
    if day is None:
        return redirect(f"{reverse('outreach_lists')}?{urlencode({'area': area_code})}")
    found = feedback.day_list(request.actor, area_code, day)
    context = {
        "found": found,
        "place": areas.places([area_code])[area_code],
        "rows": [_shown(row, row.person_id in found.new) for row in found.rows],
        "closed": [
            (closed.row, TERM_TITLES.get(closed.now, closed.now), closed.now) for closed in found.closed
        ],
        "days": [each for each in feedback.days(request.actor, area_code) if each != day][:14],
        "may_take": request.actor.may("outreach.record", area_code),
    }
    return render(request, "outreach/village_list.html", context)


@page("outreach.record")
@never_cache
def village_file(request: ActorRequest, area_code: str, on: str) -> HttpResponse:
    """The list of a day as a spreadsheet with the name of whoever took it."""
    found = feedback.day_list(request.actor, area_code, _day(on))
    unvaccinated_actions.take_list(by=request.actor, area_code=area_code, on=on, rows=len(found.rows))
    content = paper.village_list(found, request.actor.title or request.actor.name)
    name = f"{found.area.name} {_('not vaccinated yet')} {on}.xlsx"
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _of_course(counted: Mapping[int, int | None]) -> int | None:
    """How many are missing a dose of the course, where doses were counted."""
    told = [
        people
        for number, people in counted.items()
        if number <= campaign.last_of_course() and people is not None
    ]
    return sum(told) if told else None


def _shown(row: feedback.FrozenRow, is_new: bool) -> dict[str, Any]:
    return {"row": row, "reason": reason_said(row.reason), "is_new": is_new, "age": row.age}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound() from None
