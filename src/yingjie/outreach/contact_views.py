"""Pages of leaders and contacts: calls, one call with who has not reported, reporting."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yingjie.areas import queries as areas
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import contacts
from yingjie.outreach.mobilising_forms import CallForm, ContactForm
from yingjie.web.form_page import form_page
from yingjie.web.lists import Choices


@page("outreach.team")
def contact_calls(request: ActorRequest) -> HttpResponse:
    context = {"rows": contacts.calls(request.actor), "may_ask": request.actor.may("outreach.assign")}
    return render(request, "outreach/contact_calls.html", context)


@page("outreach.assign")
def new_call(request: ActorRequest) -> HttpResponse:
    form = CallForm(request.POST or None, areas=_areas(request))

    def act(given: dict[str, Any]) -> HttpResponse:
        made = contacts.ask(by=request.actor, **given)
        messages.success(request, _("Asked. Who has not reported stands at the top of the list."))
        return redirect("outreach_contact_call", made.pk)

    return form_page(request, form, "outreach/contact_form.html", {"title": _("Ask for contacts")}, act)


@page("outreach.team")
def contact_call(request: ActorRequest, call_id: UUID) -> HttpResponse:
    found, rows = contacts.call(request.actor, call_id)
    shown = [(row, request.actor.may("outreach.record", row.area_code)) for row in rows]
    return render(request, "outreach/contact_call.html", {"found": found, "rows": shown})


@page("outreach.record")
def report_contact(request: ActorRequest, contact_id: UUID) -> HttpResponse:
    row = contacts.contact(request.actor, contact_id)
    if not request.actor.may("outreach.record", row.area_code):
        raise NotFound()
    keys = ("leader", "leader_phone", "contact", "contact_phone")
    form = ContactForm(request.POST or None, initial={key: getattr(row, key) for key in keys})

    def act(given: dict[str, Any]) -> HttpResponse:
        contacts.report(by=request.actor, contact_id=contact_id, **given)
        messages.success(request, _("Reported."))
        return redirect("outreach_contact_call", row.call_id)

    context = {"title": f"{row.said} · {row.call_title}", "call_id": row.call_id}
    return form_page(request, form, "outreach/contact_form.html", context, act)


def _areas(request: ActorRequest) -> Choices:
    home = min(
        (role.area_code for role in request.actor.scopes("outreach.assign")),
        key=lambda code: (len(code), code),
    )
    codes = [row.code for row in areas.open_under(request.actor, home, ("county", "town"), "outreach.assign")]
    said = areas.places(codes)
    return [(code, said[code]) for code in codes]
