"""Pages of who goes where: proposals, one of them, one person of it, the printed plan, planning anew."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import BadInput, Refusal
from yingjie.plans import proposal_actions, proposal_queries, proposal_screen
from yingjie.plans.assigning import PRIORITIES
from yingjie.plans.assigning_facts import MOST_PEOPLE
from yingjie.plans.forms import DisturbanceForm, ProposeForm, PutForm
from yingjie.web.form_page import form_page


@page("plans.assign")
@require_http_methods(["GET", "POST"])
def proposals(request: ActorRequest) -> HttpResponse:
    tomorrow = clock.today() + timedelta(days=1)
    form = ProposeForm(
        request.POST or None,
        areas=areas_of(request.actor, "plans.assign"),
        initial={"first_on": tomorrow, "last_on": tomorrow + timedelta(days=6)},
    )

    def act(said: dict[str, Any]) -> HttpResponse:
        made = proposal_actions.propose(by=request.actor, **said)
        return redirect("plans_proposal", made.pk)

    rows = proposal_queries.proposals(request.actor)
    return form_page(request, form, "plans/proposals.html", {"rows": proposal_screen.listed(rows)}, act)


@page("plans.assign")
def proposal(request: ActorRequest, proposal_id: UUID) -> HttpResponse:
    return _proposal(request, proposal_id)


@page("plans.assign")
@require_POST
def decide(request: ActorRequest, proposal_id: UUID) -> HttpResponse:
    """One of: apply, undo, again, drop."""
    step, by = request.POST.get("step", ""), request.actor
    proposal_queries.proposal(by, proposal_id)
    try:
        if step == "apply":
            counts = proposal_actions.apply(by=by, proposal_id=proposal_id, seen=request.POST.get("seen", ""))
            words = ngettext("{n} person has a place now.", "{n} people have a place now.", counts["booked"])
            messages.success(request, words.format(n=counts["booked"]))
        elif step == "undo":
            given = proposal_actions.undo(by=by, proposal_id=proposal_id)
            words = ngettext("{n} place was given back.", "{n} places were given back.", given)
            messages.success(request, words.format(n=given))
        elif step == "again":
            proposal_actions.compute_again(by=by, proposal_id=proposal_id)
        elif step == "drop":
            proposal_actions.drop(by=by, proposal_id=proposal_id)
            messages.success(request, _("The proposal was dropped."))
            return redirect("plans_proposals")
        else:
            raise BadInput(what=_("Say what shall be done."))
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _proposal(request, proposal_id, refusal)
    return redirect("plans_proposal", proposal_id)


@page("plans.assign")
@require_http_methods(["GET", "POST"])
def put(request: ActorRequest, placed_id: UUID) -> HttpResponse:
    found, row = proposal_queries.one(request.actor, placed_id)
    form = PutForm(
        request.POST or None,
        sessions=proposal_screen.session_choices(request.actor, row),
        initial={"session_id": str(found.session_id or "")},
    )

    def act(said: dict[str, Any]) -> HttpResponse:
        chosen = UUID(said["session_id"]) if said["session_id"] else None
        proposal_actions.put(by=request.actor, placed_id=placed_id, session_id=chosen)
        return redirect("plans_proposal", row.id)

    context = {"proposal": row, "person": proposal_screen.person(found)}
    return form_page(request, form, "plans/put.html", context, act)


@page("plans.assign")
@require_http_methods(["GET", "POST"])
def replan(request: ActorRequest, proposal_id: UUID) -> HttpResponse:
    row = proposal_queries.proposal(request.actor, proposal_id)
    form = DisturbanceForm(request.POST or None, sites=proposal_screen.site_choices(request.actor, row))

    def act(said: dict[str, Any]) -> HttpResponse:
        late = {UUID(said["late_site"]): said["late_days"]} if said["late_site"] else {}
        closed = [UUID(each) for each in said["closed"]]
        made = proposal_actions.replan(by=request.actor, proposal_id=proposal_id, closed=closed, late=late)
        return redirect("plans_proposal", made.pk)

    return form_page(request, form, "plans/replan.html", {"proposal": row}, act)


@page("plans.assign")
def proposals_compared(request: ActorRequest, proposal_id: UUID) -> HttpResponse:
    here = proposal_queries.proposal(request.actor, proposal_id)
    rows = [
        row
        for row in proposal_queries.proposals(request.actor)
        if row.area_code == here.area_code and row.told
    ][:6]
    context = {"proposal": here, "rows": rows[::-1], "table": proposal_screen.compared(rows[::-1])}
    return render(request, "plans/proposals_compared.html", context)


@page("plans.assign")
def proposal_print(request: ActorRequest, proposal_id: UUID) -> HttpResponse:
    """The plan on paper, a village a table: who, where, when."""
    row = proposal_queries.proposal(request.actor, proposal_id)
    village = request.GET.get("village", "")
    people = [
        each
        for each in proposal_queries.placed(request.actor, proposal_id, village=village, most=MOST_PEOPLE)
        if each.session_id
    ]
    villages: dict[str, list[Any]] = {}
    for each in people:
        villages.setdefault(each.village_name, []).append(each)
    return render(request, "plans/proposal_print.html", {"proposal": row, "villages": villages})


def _proposal(request: ActorRequest, proposal_id: UUID, refusal: Refusal | None = None) -> HttpResponse:
    row = proposal_queries.proposal(request.actor, proposal_id)
    village, which = request.GET.get("village", ""), request.GET.get("which", "")
    context = proposal_screen.page(request.actor, row, village, which) | {
        "refusal": refusal,
        "priorities": PRIORITIES,
    }
    return render(request, "plans/proposal.html", context, status=refusal.status if refusal else 200)


def areas_of(actor: Actor, permission: str) -> list[tuple[str, str]]:
    """The areas on which a permission is held, and those one level below."""
    found = []
    for held in actor.scopes(permission):
        for row in areas.path(held.area_code)[-1:]:
            found.append((row.code, row.name))
            for below in areas.children(actor, row.code):
                found.append((below.code, f"　{below.name}"))
    return list(dict(found).items())
