"""Pages of the balance: the sheet of an area and day, the people behind a term, what a village counted by hand."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import campaign
from yingjie.oversight import balance, balance_actions, balance_paper, balance_screen, queries
from yingjie.oversight.balance import BalancePage
from yingjie.oversight.balance_list import BEHIND, Behind
from yingjie.oversight.forms import FiguresForm
from yingjie.web.form_page import form_page
from yingjie.web.lists import build

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("oversight.view")
def balance_home(request: ActorRequest) -> HttpResponse:
    """Today's balance of the actor's own area, or of the day chosen in the form."""
    on = request.GET.get("on") or clock.today().isoformat()
    code = request.GET.get("area") or queries.home(request.actor)
    answer = redirect("oversight_balance", code, on)
    kept = {key: request.GET[key] for key in ("dose", "known") if request.GET.get(key)}
    if kept:
        answer["Location"] += "?" + "&".join(
            f"{key}={value}" for key, value in kept.items() if value.isalnum()
        )
    return answer


@page("oversight.view")
def balance_sheet(request: ActorRequest, area_code: str, on: str) -> HttpResponse:
    found = _found(request, area_code, on)
    sees = request.actor.may("people.view", area_code)
    goals = [
        {"title": _("Dose {number}").format(number=number), "is_here": number == found.goal, "count": None,
         "url": balance_screen.address(found, area_code, dose=str(number))}
        for number in found.goals
    ]  # fmt: skip
    context = {
        "found": found,
        "tabs": goals,
        "titles": [balance_screen.term_title(code) for code in found.codes],
        "rows": [balance_screen.shown(found, line, with_people=sees) for line in found.lines],
        "total": balance_screen.shown(found, found.total, with_people=sees),
        "findings": balance_screen.findings(found),
        "today": clock.today(),
        "above": [(row.name, balance_screen.address(found, row.code)) for row in found.path],
        "known_url": balance_screen.address(found, area_code, known="" if found.known_at else "then"),
        "may_report": request.actor.may("people.change", area_code),
    }
    return render(request, "oversight/balance.html", context)


@page("people.view")
def balance_people(request: ActorRequest, area_code: str, on: str, term: str) -> HttpResponse:
    """Who stands in a term."""
    if not request.actor.may("people.view", area_code):
        raise NotFound()
    found_on, goal = (
        _day(on),
        int(request.GET.get("dose", "0")) if request.GET.get("dose", "0").isdigit() else 0,
    )
    known_at = (
        balance.ends_at(found_on) if request.GET.get("known") == "then" and found_on < clock.today() else None
    )
    try:
        title = balance_screen.term_title(term)
    except ValueError:
        raise NotFound() from None
    source = Behind(request.actor, area_code, found_on, goal or campaign.goals()[0], term, known_at)
    place = areas.path(area_code)
    context = {"term": title, "area": place[-1] if place else None, "on": found_on}
    return build(request, BEHIND, source).respond(request, "oversight/balance_people.html", context)


@page("oversight.view")
def balance_file(request: ActorRequest, area_code: str, on: str) -> HttpResponse:
    found = _found(request, area_code, on)
    content = balance_paper.workbook(found, request.actor.title or request.actor.name)
    response = HttpResponse(content, content_type=XLSX)
    name = f"{found.area.name} {_('Balance of the ledger')} {on}.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@page("people.change")
def report_figures(request: ActorRequest, area_code: str, on: str) -> HttpResponse:
    """What was counted by hand; the sheet then says what differs."""
    if not request.actor.may("people.change", area_code):
        raise NotFound()
    day = _day(on)
    found = balance.page(request.actor, area_code, day)
    form = FiguresForm(
        request.POST or None, codes=found.codes, initial=balance.reported(request.actor, area_code, day)
    )

    def act(given: dict[str, Any]) -> HttpResponse:
        balance_actions.report_figures(by=request.actor, area_code=area_code, on=day, figures=given)
        messages.success(request, _("The figures are kept beside the ledger's."))
        return redirect("oversight_balance", area_code, on)

    return form_page(request, form, "oversight/balance_figures.html", {"found": found, "on": day}, act)


def _found(request: ActorRequest, area_code: str, on: str) -> BalancePage:
    dose = request.GET.get("dose", "0")
    return balance.page(
        request.actor, area_code, _day(on), int(dose) if dose.isdigit() and len(dose) < 3 else 0,
        as_known_then=request.GET.get("known") == "then",
    )  # fmt: skip


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound() from None
