"""Pages of gaps, and of what changed in the ledger."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from yingjie.areas import queries as areas
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import NotFound
from yingjie.people import actions, choices, forms, gap_queries
from yingjie.people.gap_list import CHANGES, GAPS, ChangeSource, GapSource
from yingjie.web.form_page import form_page
from yingjie.web.lists import build


@page("people.view")
def changes(request: ActorRequest) -> HttpResponse:
    return build(request, CHANGES, ChangeSource(request.actor)).respond(request, "people/changes.html")


@page("people.view")
def gaps(request: ActorRequest) -> HttpResponse:
    home = areas.home_area(request.actor)
    counted = gap_queries.open_by_village(request.actor, home.code) if home else {}
    places = areas.places(list(counted))
    most = sorted(((places[code], code, number) for code, number in counted.items()), key=lambda row: -row[2])
    context = {"may_change": request.actor.may("people.change"), "most": most[:12]}
    return build(request, GAPS, GapSource(request.actor)).respond(request, "people/gaps.html", context)


@page("people.change")
def new_gap(request: ActorRequest) -> HttpResponse:
    form = forms.GapForm(request.POST or None, areas=choices.homes(request.actor))

    def act(given: dict[str, Any]) -> HttpResponse:
        actions.open_gap(by=request.actor, **given)
        messages.success(request, _("Saved."))
        return redirect("gaps")

    context = {"title": _("Note a gap"), "button": _("Save"), "back": "gaps"}
    return form_page(request, form, "people/form.html", context, act)


@page("people.change")
def settle(request: ActorRequest, gap_id: UUID) -> HttpResponse:
    row = gap_queries.gap(request.actor, gap_id)
    if not request.actor.may("people.change", row.area_code):
        raise NotFound()
    form = forms.SettleForm(request.POST or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        actions.settle_gap(by=request.actor, gap_id=gap_id, **given)
        messages.success(request, _("Saved."))
        return redirect("gaps")

    lead = " · ".join(filter(None, [row.place, row.address, row.name, row.note]))
    context = {"title": _("What was found out?"), "lead": lead, "button": _("Settle"), "back": "gaps"}
    return form_page(request, form, "people/form.html", context, act)


@page("people.change")
def compare(request: ActorRequest) -> HttpResponse:
    form = forms.CompareForm(
        request.POST or None,
        areas=choices.importable(request.actor) or choices.homes(request.actor),
        sources=gap_queries.sources(request.actor),
    )  # fmt: skip

    def act(given: dict[str, Any]) -> HttpResponse:
        found = actions.compare_sources(by=request.actor, **given)
        said = _("{opened} gaps opened, {settled} settled, {standing} in all.").format(**found)
        messages.success(request, said)
        return redirect("gaps")

    context = {
        "title": _("Compare two sources"),
        "lead": _(
            "Everybody whom the first knows and the second does not becomes a gap; what came right is settled."
        ),
        "button": _("Compare"),
        "back": "gaps",
    }
    return form_page(request, form, "people/form.html", context, act)
