"""Pages of the ledger: the list, a person, and what is done with one."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingjie.areas import queries as area_queries
from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import NotFound
from yingjie.people import actions, choices, queries, words
from yingjie.people.forms import (
    ChangeForm,
    FindForm,
    LeaveForm,
    MoveForm,
    NumberForm,
    RegisterForm,
    RevealForm,
)
from yingjie.people.ledger_list import LEDGER, LedgerSource
from yingjie.web import registry
from yingjie.web.form_page import form_page
from yingjie.web.lists import build


@page("people.view")
def people(request: ActorRequest) -> HttpResponse:
    listed = build(request, LEDGER, LedgerSource(request.actor))
    may = request.actor.may
    context = {"may_enter": may("people.change"), "may_import": may("people.import"), "find": FindForm()}
    return listed.respond(request, "people/people.html", context)


@page("people.view")
@require_POST
def find(request: ActorRequest) -> HttpResponse:
    """Whoever has this number or phone among the actor's people: straight to the page of the only one."""
    form = FindForm(request.POST)
    found = queries.search(request.actor, form.cleaned_data["text"]) if form.is_valid() else []
    if len(found) == 1:
        return redirect("person", person_id=found[0].id)
    places = area_queries.places([row.area_code for row in found])
    rows = [(row, words.SEXES[row.sex], places[row.area_code]) for row in found]
    return render(request, "people/found.html", {"rows": rows, "form": FindForm()})


@page("people.view")
def person(request: ActorRequest, person_id: UUID) -> HttpResponse:
    found = queries.person(request.actor, person_id)
    may = {
        verb: request.actor.may(f"people.{verb}", found.area_code) and found.left_on is None
        for verb in ("change", "reveal")
    }
    panels = registry.person_panels(request.actor, person_id)
    context = {
        "person": found,
        "sex": words.SEXES[found.sex],
        "role": words.ROLES.get(found.household_role, ""),
        "household": queries.household(request.actor, person_id),
        "panels": [(panel, render_to_string(panel.template, panel.context, request)) for panel in panels],
        "may": may,
    }
    return render(request, "people/person.html", context)


@page("people.change")
def register(request: ActorRequest) -> HttpResponse:
    areas = choices.homes(request.actor)
    form = RegisterForm(request.POST or None, areas=areas, initial={"area_code": request.GET.get("area", "")})
    heading = {"title": _("Enter a person"), "button": _("Enter into the ledger")}

    def act(given: dict[str, Any]) -> UUID:
        made = actions.register(by=request.actor, **given | {"phones": [given["phones"]]})
        messages.success(request, _("{name} is in the ledger.").format(name=made.name))
        return made.pk

    return _form_page(request, None, form, heading, act)


@page("people.change")
def change(request: ActorRequest, person_id: UUID) -> HttpResponse:
    row = _mine(request, person_id, "people.change")
    initial = {"name": row.name, "address": row.address, "household_role": row.household_role}
    form = ChangeForm(request.POST or None, initial=initial)
    heading = {"title": _("Correct"), "button": _("Save")}

    def act(given: dict[str, Any]) -> UUID:
        phones = [given["phones"]] if given["phones"].strip() else None
        actions.change(by=request.actor, person_id=person_id, **given | {"phones": phones})
        messages.success(request, _("Saved."))
        return person_id

    return _form_page(request, row, form, heading, act)


@page("people.change")
def correct_number(request: ActorRequest, person_id: UUID) -> HttpResponse:
    row = _mine(request, person_id, "people.change")
    form = NumberForm(request.POST or None)
    heading = {
        "title": _("Correct the identity number"),
        "lead": _("Sex and birth date follow the new number. The old one is free for its real owner."),
        "button": _("Save"),
    }

    def act(given: dict[str, Any]) -> UUID:
        actions.correct_number(by=request.actor, person_id=person_id, number=given["number"])
        messages.success(request, _("Saved."))
        return person_id

    return _form_page(request, row, form, heading, act)


@page("people.change")
def move(request: ActorRequest, person_id: UUID) -> HttpResponse:
    row = _mine(request, person_id, "people.change")
    form = MoveForm(
        request.POST or None, areas=choices.homes(request.actor), initial={"area_code": row.area_code}
    )
    heading = {
        "title": _("Moves within your area"),
        "lead": _("Whoever moves to another area is taken out here and entered there."),
        "button": _("Move"),
    }

    def act(given: dict[str, Any]) -> UUID:
        actions.move(by=request.actor, person_id=person_id, area_code=given["area_code"])
        messages.success(request, _("Moved."))
        return person_id

    return _form_page(request, row, form, heading, act)


@page("people.change")
def leave(request: ActorRequest, person_id: UUID) -> HttpResponse:
    row = _mine(request, person_id, "people.change")
    form = LeaveForm(request.POST or None, initial={"on": clock.today()})
    heading = {
        "title": _("Take out of the ledger"),
        "lead": _("The record stays; the person does not count in any figure from that day on."),
        "button": _("Take out"),
        "tone": "danger",
    }

    def act(given: dict[str, Any]) -> UUID:
        actions.leave(by=request.actor, person_id=person_id, **given)
        messages.success(request, _("Taken out of the ledger."))
        return person_id

    return _form_page(request, row, form, heading, act)


@page("people.reveal")
@never_cache
def reveal(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """Asks for the purpose, then shows the number this once; the page is not kept anywhere."""
    row = _mine(request, person_id, "people.reveal")
    form = RevealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        purpose = " · ".join(filter(None, [str(words.PURPOSES[given["purpose"]]), given["note"].strip()]))
        number = actions.reveal(by=request.actor, person_id=person_id, purpose=purpose)
        return render(request, "people/revealed.html", {"person": row, "number": number})
    lead = _(
        "The whole number is shown once. Your name, the moment and the purpose are written into the journal."
    )
    context = {
        "person": row,
        "form": form,
        "title": _("Show the identity number"),
        "lead": lead,
        "button": _("Show"),
    }
    return render(request, "people/form.html", context, status=400 if form.errors else 200)


def _mine(request: ActorRequest, person_id: UUID, permission: str) -> queries.PersonView:
    """The person, where the actor holds the permission: else they do not exist for them."""
    row = queries.person(request.actor, person_id)
    if not request.actor.may(permission, row.area_code):
        raise NotFound()
    return row


def _form_page(
    request: ActorRequest,
    row: queries.PersonView | None,
    form: Form,
    heading: dict[str, str],
    act: Callable[[dict[str, Any]], UUID],
) -> HttpResponse:
    """Ask, act, go to the person that `act` names; a refusal stands above what was entered."""
    return form_page(
        request,
        form,
        "people/form.html",
        {"person": row, **heading},
        lambda given: redirect("person", person_id=act(given)),
    )
