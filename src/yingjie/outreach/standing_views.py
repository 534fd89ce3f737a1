"""Pages of officers side by side and of support teams."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import duties, officer_ranking, paper, teams
from yingjie.outreach.duties import TOWN_DIGITS
from yingjie.outreach.mobilising_forms import TakeOnForm
from yingjie.outreach.officer_ranking import RankedOfficer
from yingjie.web.form_page import form_page


@page("outreach.team")
def ranking(request: ActorRequest, area_code: str) -> HttpResponse:
    """A township's or village's officers by place; a county chooses a township first."""
    if not duties.may_see(request.actor, area_code):
        raise NotFound()
    rows = officer_ranking.ranking(request.actor, area_code) if len(area_code) >= TOWN_DIGITS else []
    path = areas.path(area_code)
    context = {
        "area": path[-1],
        "path": [row for row in path[:-1] if duties.may_see(request.actor, row.code)],
        "towns": areas.children(request.actor, area_code) if len(area_code) < TOWN_DIGITS else [],
        "rows": [(row, _place(row), _bound(row)) for row in rows],
        "reached": sum(row.has_least for row in rows),
    }
    return render(request, "outreach/officer_ranking.html", context)


@page("outreach.team")
def ranking_file(request: ActorRequest, area_code: str) -> HttpResponse:
    found = officer_ranking.ranking(request.actor, area_code)
    name, title = areas.path(area_code)[-1].name, _("Officers side by side")
    content = paper.officers_file(
        f"{name} · {title} · {clock.today():%Y-%m-%d}", [(_place(row), row) for row in found],
        request.actor.title or request.actor.name,
    )  # fmt: skip
    return paper.download(content, f"{name} {title} {clock.today()}.xlsx")


@page("outreach.team")
def support_teams(request: ActorRequest) -> HttpResponse:
    home = duties.home(request.actor)
    found, villages = teams.offices(request.actor, home)
    context = {
        "area": areas.path(home)[-1],
        "offices": found,
        "villages": villages,
        "may_assign": request.actor.may("outreach.assign", home),
    }
    return render(request, "outreach/teams.html", context)


@page("outreach.assign")
def take_on(request: ActorRequest, officer_id: UUID) -> HttpResponse:
    """Give a team people of its village."""
    row = duties.officer(request.actor, officer_id)
    if not request.actor.may("outreach.assign", row.area_code):
        raise NotFound()
    form = TakeOnForm(request.POST or None, initial={"people": max(1, row.most - row.load)})

    def act(given: dict[str, Any]) -> HttpResponse:
        n = teams.take_on(by=request.actor, officer_id=officer_id, **given)
        messages.success(request, ngettext("Given {n} person.", "Given {n} people.", n).format(n=n))
        return redirect("outreach_duty_officer", officer_id)

    context = {
        "title": _("Give people to the team") + f" · {row.name}",
        "officer": row,
        "area_code": row.area_code,
    }
    return form_page(request, form, "outreach/duty_form.html", context, act)


def _place(row: RankedOfficer) -> str:
    if row.place is None:
        return pgettext("officer", "nobody to win over")
    return f"{row.place}{'=' if row.tied else ''}"


def _bound(row: RankedOfficer) -> str:
    return "–" if row.at_least is None else f"{float(row.at_least * 100):.1f}%"
