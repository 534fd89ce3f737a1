"""Pages of the ledger: the list, a person, their household, entering somebody. What is done with a person is in `verb_views`."""

from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingjie.areas import queries as area_queries
from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import NotFound
from yingjie.people import actions, choices, dynamics, person_page, queries, search, words
from yingjie.people.forms import FindForm, RegisterForm, RevealForm, TakeInForm
from yingjie.people.ledger_list import LEDGER, LedgerSource
from yingjie.web import registry
from yingjie.web.form_page import form_page
from yingjie.web.lists import build


@page("people.view")
def people(request: ActorRequest) -> HttpResponse:
    listed = build(request, LEDGER, LedgerSource(request.actor))
    may = request.actor.may
    context = {"may_enter": may("people.change"), "may_import": may("people.import")}
    return listed.respond(request, "people/people.html", context)


@page("people.view")
@require_POST
def find(request: ActorRequest) -> HttpResponse:
    """What was typed into the search box: a whole number or phone leads to its owner's page, anything else narrows the list."""
    form = FindForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {"text": "", "query": ""}
    text = given["text"].strip()
    if not search.is_whole_number(text):
        kept = {
            key: value
            for key, value in parse_qsl(given["query"])
            if key not in ("q", "page", "after", "before")
        }
        return redirect(f"{reverse('people')}?{urlencode(kept | ({'q': text} if text else {}))}")
    found = queries.search(request.actor, text)
    if len(found) == 1:
        return redirect("person", person_id=found[0].id)
    places = area_queries.places([row.area_code for row in found])
    rows = [(row, words.SEXES[row.sex], places[row.area_code]) for row in found]
    return render(request, "people/found.html", {"rows": rows})


@page("people.view")
def person(request: ActorRequest, person_id: UUID) -> HttpResponse:
    panels = registry.person_panels(request.actor, person_id)
    drawn = [(panel, render_to_string(panel.template, panel.context, request)) for panel in panels]
    return render(request, "people/person.html", _page_of(request, person_id) | {"panels": drawn})


@page("people.view")
def sheet(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """The person on a sheet of paper."""
    return render(request, "people/sheet.html", _page_of(request, person_id) | {"now": clock.now()})


@page("people.view")
def household(request: ActorRequest, person_id: UUID) -> HttpResponse:
    row = queries.person(request.actor, person_id)
    home = person_page.household_view(request.actor, person_id)
    may_change = request.actor.may("people.change", row.area_code) and row.left_on is None
    members = [(one, words.ROLES.get(role, "")) for one, role in home.members] if home else []
    context = {"person": row, "home": home, "members": members, "may_change": may_change}
    return render(request, "people/household.html", context)


@page("people.change")
def register(request: ActorRequest) -> HttpResponse:
    areas = choices.homes(request.actor)
    form = RegisterForm(request.POST or None, areas=areas, initial={"area_code": request.GET.get("area", "")})

    def act(given: dict[str, Any]) -> HttpResponse:
        made = actions.register(by=request.actor, **given | {"phones": [given["phones"]]})
        messages.success(request, _("{name} is in the ledger.").format(name=made.name))
        return redirect("person", person_id=made.pk)

    context = {"title": _("Enter a person"), "button": _("Enter into the ledger")}
    return form_page(request, form, "people/form.html", context, act)


@page("people.change")
def take_in(request: ActorRequest) -> HttpResponse:
    areas = choices.homes(request.actor)
    form = TakeInForm(request.POST or None, areas=areas, initial={"on": clock.today()})

    def act(given: dict[str, Any]) -> HttpResponse:
        made = actions.take_in(by=request.actor, **given)
        messages.success(request, _("{name} is in the ledger.").format(name=made.name))
        return redirect("person", person_id=made.pk)

    context = {
        "title": _("Somebody moved in from another area"),
        "lead": _("Whoever left another area keeps their record. Number and name must be those on the card."),
        "button": _("Take in"),
    }
    return form_page(request, form, "people/form.html", context, act)


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


def _page_of(request: ActorRequest, person_id: UUID) -> dict[str, Any]:
    found = person_page.person_page(request.actor, person_id)
    row, actor = found.person, request.actor
    mine = {verb: actor.may(f"people.{verb}", row.area_code) for verb in ("change", "reveal", "health")}
    undoable = any(line.kind in dynamics.COUNTING and not line.undone for line in found.timeline)
    return {
        "page": found,
        "person": row,
        "sex": words.SEXES[row.sex],
        "home": person_page.household_view(actor, person_id),
        "timeline": [words.line(line) for line in found.timeline],
        "may": {verb: may and row.left_on is None for verb, may in mine.items()},
        "may_undo": mine["change"] and undoable,
        "is_gone": mine["change"] and row.left_on is not None,
    }
