"""Pages of 包保: an area with its officers, one officer with their people, proposals, appointing, handing over, naming by hand."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingjie.areas import queries as areas
from yingjie.areas import unit_queries
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.jobs.actions import start
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import allotments, appointing, calls, duties, duty_actions, duty_paper, paper
from yingjie.outreach.duties import TOWN_DIGITS, OfficerRow
from yingjie.outreach.duty_refusals import NotATownship
from yingjie.outreach.mobilising import mobilising
from yingjie.outreach.mobilising_forms import AppointForm, GiveForm, HandOverForm, OfficerForm
from yingjie.outreach.mobilising_words import BECAUSE_TITLES, WHY_TITLES
from yingjie.people import queries as people
from yingjie.staff import queries as staff
from yingjie.web.form_page import form_page
from yingjie.web.lists import Choices

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 300


@page("outreach.team")
def duty_area(request: ActorRequest, area_code: str = "") -> HttpResponse:
    """Who answers in an area and below, and what it lacks."""
    code = area_code or duties.home(request.actor)
    rows = duties.by_area(request.actor, code)
    officers = duties.officers(request.actor, code, kind="officer", limit=SHOWN)
    path = areas.path(code)
    waiting = duties.newest_allotment(request.actor, code)
    without = duties.without_officer(code) if len(code) >= TOWN_DIGITS else None
    context = {
        "area": path[-1], "path": [row for row in path[:-1] if duties.may_see(request.actor, row.code)], "rows": rows,
        "chain": duties.chain(code), "officers": officers, "count": duties.count_officers(request.actor, code, kind="officer"),
        "people": duties.people_with_officer(code), "without": None if without is None else len(without),
        "beyond": [row for row in officers if row.load > row.most], "below": [row for row in officers if row.load < row.least],
        "waiting": waiting, "may_assign": request.actor.may("outreach.assign", code), "is_town": len(code) == TOWN_DIGITS,
        "may_take": request.actor.may("people.export", code), "leaders": duties.with_a_leader_only(code),
    }  # fmt: skip
    return render(request, "outreach/duties.html", context)


@page("outreach.view")
def duty_officer(request: ActorRequest, officer_id: UUID) -> HttpResponse:
    """One officer with everybody of theirs, in walking order."""
    row = duties.officer(request.actor, officer_id)
    mine = [charge.person_id for charge in duties.charges(officer_id)]
    rows = calls.calls(mine, told=calls.is_told(request.actor, row))
    context = {
        "officer": row, "rows": rows, "today": sum(each.is_today for each in rows), "chain": duties.chain(row.area_code),
        "may_assign": row.until_on is None and request.actor.may("outreach.assign", row.area_code),
        "may_take": request.actor.may("people.export", row.area_code),
        "because": BECAUSE_TITLES, "may_see_area": duties.may_see(request.actor, row.area_code),
    }  # fmt: skip
    return render(request, "outreach/duty_officer.html", context)


@page("outreach.assign")
def appoint(request: ActorRequest, area_code: str) -> HttpResponse:
    areas.area(request.actor, area_code)
    rules = mobilising()
    members = staff.members(request.actor, area_code=area_code[:TOWN_DIGITS], limit=SHOWN)
    form = AppointForm(
        request.POST or None, areas=_places(request.actor, area_code),
        members=[(str(row.id), f"{row.name} {row.unit_name}".strip()) for row in members],
        units=_units(request.actor, area_code),
        initial={"area_code": area_code, "least": rules.least, "most": rules.most, "to_win": rules.to_win,
                 "kind": "team" if request.GET.get("kind") == "team" else "officer"},
    )  # fmt: skip

    def act(given: dict[str, Any]) -> HttpResponse:
        member, unit = given.pop("member_id"), given.pop("unit_id")
        given |= {"member_id": UUID(member) if member else None, "unit_id": UUID(unit) if unit else None}
        made = appointing.appoint(by=request.actor, **given)
        messages.success(request, _("Appointed. People come with the next proposal, or with “Settle now”."))
        return redirect("outreach_duty_officer", made.pk)

    return form_page(
        request,
        form,
        "outreach/duty_form.html",
        {"title": _("Appoint an officer"), "area_code": area_code},
        act,
    )


@page("outreach.assign")
def change_officer(request: ActorRequest, officer_id: UUID) -> HttpResponse:
    row = _assigned(request.actor, officer_id)
    form = OfficerForm(
        request.POST or None, initial={key: getattr(row, key) for key in ("post", "least", "most", "to_win")}
    )

    def act(given: dict[str, Any]) -> HttpResponse:
        appointing.change_officer(by=request.actor, officer_id=officer_id, **given)
        messages.success(request, _("Saved."))
        return redirect("outreach_duty_officer", officer_id)

    context = {"title": _("Change") + f" · {row.name}", "officer": row, "area_code": row.area_code}
    return form_page(request, form, "outreach/duty_form.html", context, act)


@page("outreach.assign")
def hand_over(request: ActorRequest, officer_id: UUID) -> HttpResponse:
    row = _assigned(request.actor, officer_id)
    others = [each for each in _of_town(request.actor, row.area_code) if each.id != officer_id]
    form = HandOverForm(request.POST or None, officers=[(str(each.id), _said(each)) for each in others])

    def act(given: dict[str, Any]) -> HttpResponse:
        after = given["successor_id"]
        moved = duty_actions.hand_over(
            by=request.actor,
            officer_id=officer_id,
            because=given["because"],
            successor_id=UUID(after) if after else None,
        )
        said = ngettext("{n} person has another officer now.", "{n} people have another officer now.", moved)
        messages.success(request, said.format(n=moved))
        return redirect("outreach_duty_officer", officer_id)

    context = {
        "title": _("Hand over") + f" · {row.name}",
        "officer": row,
        "area_code": row.area_code,
        "warns": row.load,
    }
    return form_page(request, form, "outreach/duty_form.html", context, act)


@page("outreach.assign")
def give(request: ActorRequest, person_id: UUID) -> HttpResponse:
    person = people.person(request.actor, person_id)
    if not request.actor.may("outreach.assign", person.area_code):
        raise NotFound()
    rows = _of_town(request.actor, person.area_code)
    form = GiveForm(request.POST or None, officers=[(str(each.id), _said(each)) for each in rows])

    def act(given: dict[str, Any]) -> HttpResponse:
        n = duty_actions.give(by=request.actor, person_id=person_id, officer_id=UUID(given["officer_id"]))
        messages.success(
            request,
            ngettext("Named for {n} person.", "Named for {n} people of the household.", n).format(n=n),
        )
        return redirect("person", person_id)

    context = {
        "title": _("Name the officer") + f" · {person.name}",
        "person": person,
        "area_code": person.area_code,
    }
    return form_page(request, form, "outreach/duty_form.html", context, act)


@page("outreach.assign")
@require_POST
def propose(request: ActorRequest, area_code: str) -> HttpResponse:
    """In the background: a township has thousands of people."""
    return _job(request, area_code, "outreach.propose_allotment", _("Sharing the township's people out"))


@page("outreach.assign")
@require_POST
def settle(request: ActorRequest, area_code: str) -> HttpResponse:
    return _job(request, area_code, "outreach.settle", _("Settling who answers for whom"))


@page("outreach.assign")
def proposal(request: ActorRequest, allotment_id: UUID) -> HttpResponse:
    """Loads before and after, who would change, and what cannot be had; then yes or no."""
    found = duties.allotment(request.actor, allotment_id)
    moved = duties.moves(found, limit=SHOWN)
    reasons: dict[str, int] = {}
    for row in found.rows:
        reasons[row[3]] = reasons.get(row[3], 0) + 1
    context = {
        "found": found, "loads": duties.loads(found), "moves": [(row, WHY_TITLES.get(row.why, row.why)) for row in moved],
        "changes": len(found.rows), "new": sum(not row[1] for row in found.rows), "shown": SHOWN,
        "reasons": [(WHY_TITLES.get(why, why), n) for why, n in sorted(reasons.items(), key=lambda each: -each[1])],
        "below": [row for row, _before, _after in duties.loads(found) if str(row.id) in found.below_least],
        "may_take": request.actor.may("people.export", found.area_id),
    }  # fmt: skip
    return render(request, "outreach/proposal.html", context)


@page("outreach.assign")
@require_POST
def decide(request: ActorRequest, allotment_id: UUID) -> HttpResponse:
    if request.POST.get("decision") == "apply":
        done = allotments.apply(by=request.actor, allotment_id=allotment_id)
        said = _(
            "{n} people have the officer of the proposal now; {left} had changed meanwhile and were left out."
        )
        messages.success(request, said.format(n=done.applied, left=done.left_out))
    else:
        done = allotments.drop(by=request.actor, allotment_id=allotment_id)
        messages.success(request, _("The proposal is dropped; nothing is changed."))
    return redirect("outreach_duties_in", done.area_id)


@page("people.export")
@never_cache
def duty_file(request: ActorRequest, area_code: str) -> HttpResponse:
    """Officers and their people as a spreadsheet, with the name of whoever took it."""
    rows = duties.officers(request.actor, area_code, kind="officer")
    request.actor.require("people.export", area_code)
    content, people_in_it = duty_paper.duties_file(area_code, rows, request.actor.title or request.actor.name)
    duty_actions.take_file(by=request.actor, area_code=area_code, rows=people_in_it)
    return paper.download(content, f"{areas.path(area_code)[-1].name} {_('officers and their people')}.xlsx")


@page("people.export")
@never_cache
def moves_file(request: ActorRequest, allotment_id: UUID) -> HttpResponse:
    found = duties.allotment(request.actor, allotment_id)
    request.actor.require("people.export", found.area_id)
    content = duty_paper.moves_file(found, request.actor.title or request.actor.name)
    duty_actions.take_file(by=request.actor, area_code=found.area_id, rows=len(found.rows))
    return paper.download(content, f"{found.area.name} {_('proposal of officers')}.xlsx")


def _job(request: ActorRequest, area_code: str, kind: str, title: str) -> HttpResponse:
    areas.area(request.actor, area_code)
    request.actor.require("outreach.assign", area_code)
    if len(area_code) != TOWN_DIGITS:
        raise NotATownship()
    job = start(by=request.actor, kind=kind, title=title, username=request.actor.name, area_code=area_code)
    return redirect("job", job_id=job.pk)


def _assigned(actor: Actor, officer_id: UUID) -> OfficerRow:
    """An officer whom the actor may change. Raises NotFound."""
    row = duties.officer(actor, officer_id)
    if not actor.may("outreach.assign", row.area_code):
        raise NotFound()
    return row


def _of_town(actor: Actor, area_code: str) -> list[OfficerRow]:
    town = area_code[:TOWN_DIGITS]
    return (
        [row for row in duties.officers(actor, town, limit=SHOWN) if row.is_live]
        if duties.may_see(actor, town)
        else []
    )


def _said(row: OfficerRow) -> str:
    return f"{row.name} · {row.place} · {row.load}/{row.most}"


def _places(actor: Actor, area_code: str) -> Choices:
    levels = (
        ("town", "village", "grid", "microgrid") if len(area_code) >= TOWN_DIGITS else ("town", "village")
    )
    codes = [area_code, *(row.code for row in areas.open_under(actor, area_code, levels, "outreach.assign"))]
    said = areas.places(codes)
    return [(code, said[code]) for code in dict.fromkeys(codes)]


def _units(actor: Actor, area_code: str) -> Choices:
    """Offices that can send a support team: units of the county that the actor sees."""
    narrowed = unit_queries.Narrowed(area_code=area_code[:6])
    return [(str(row.id), row.name) for row in unit_queries.units(actor, narrowed)[:SHOWN]]
