"""Pages of complaints: the list with what it says of free will, taking one, one with its answer, handing it on."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import complaint_actions, complaints, duties, written
from yingjie.outreach.complaint_list import (
    ABOUT_TITLES,
    COMPLAINTS,
    FINDING_TITLES,
    HOW_TITLES,
    ComplaintForm,
    ComplaintSource,
    DecideForm,
    HandOnForm,
)
from yingjie.outreach.duties import TOWN_DIGITS
from yingjie.people import queries as people
from yingjie.web.form_page import form_page
from yingjie.web.lists import build

#: The counts above the list are of so many days.
DAYS = 30


@page("outreach.complaints")
def complaint_list(request: ActorRequest) -> HttpResponse:
    home = min((held.area_code for held in request.actor.scopes(complaints.SEE)), key=len)
    today = clock.today()
    freely = complaints.freely(request.actor, home, today - timedelta(days=DAYS - 1), today)
    listed = build(request, COMPLAINTS, ComplaintSource(request.actor))
    waiting = [(row, ABOUT_TITLES[row.about]) for row in written.waiting(request.actor)]
    context = {"freely": freely, "days": DAYS, "waiting": waiting, "today": today}
    return listed.respond(request, "outreach/complaints.html", context)


@page("outreach.complaints")
def complaint(request: ActorRequest, complaint_id: UUID) -> HttpResponse:
    """One complaint; whoever decides finds the form of the answer on it."""
    found = complaints.complaint(request.actor, complaint_id)
    may_decide = found.is_open and request.actor.may(complaints.DECIDE, found.area_code)
    form = DecideForm(request.POST if may_decide and request.method == "POST" else None)

    def act(given: dict[str, Any]) -> HttpResponse:
        complaint_actions.decide(by=request.actor, complaint_id=complaint_id, **given)
        messages.success(request, _("Decided. Tell the resident what was found."))
        return redirect("outreach_complaint", complaint_id)

    context = {
        "found": found,
        "about": ABOUT_TITLES[found.about],
        "how": HOW_TITLES[found.how],
        "finding": FINDING_TITLES.get(found.finding, ""),
        "may_decide": may_decide,
    }
    return form_page(request, form, "outreach/complaint.html", context, act)


@page("outreach.hear")
def take_complaint(request: ActorRequest, person_id: UUID) -> HttpResponse:
    person = people.person(request.actor, person_id)
    if not request.actor.may(complaints.DECIDE, person.area_code):
        raise NotFound()
    town = person.area_code[:TOWN_DIGITS]
    officers = duties.officers(request.actor, town) if duties.may_see(request.actor, town) else []
    listed = [(str(row.id), f"{row.name} · {row.place}") for row in officers]
    form = ComplaintForm(request.POST or None, officers=listed)

    def act(given: dict[str, Any]) -> HttpResponse:
        chosen = given.pop("officer_id")
        made = complaint_actions.take(
            by=request.actor, person_id=person_id, officer_id=UUID(chosen) if chosen else None, **given
        )
        messages.success(request, _("Taken. Nobody calls on them until it is decided."))
        return redirect("outreach_complaint", made.pk)

    context = {
        "title": _("Take a complaint") + f" · {person.name}",
        "back": reverse("person", args=[person_id]),
    }
    return form_page(request, form, "outreach/door_form.html", context, act)


@page("outreach.hear")
def hand_on(request: ActorRequest, complaint_id: UUID) -> HttpResponse:
    found = complaints.complaint(request.actor, complaint_id)
    if not request.actor.may(complaints.DECIDE, found.area_code):
        raise NotFound()
    form = HandOnForm(request.POST or None, initial={"owner": found.owner, "due_on": found.due_on})

    def act(given: dict[str, Any]) -> HttpResponse:
        complaint_actions.hand_on(by=request.actor, complaint_id=complaint_id, **given)
        messages.success(request, _("Saved."))
        return redirect("outreach_complaint", complaint_id)

    back = reverse("outreach_complaint", args=[complaint_id])
    context = {"title": _("Hand the complaint on") + f" · {found.name}", "back": back}
    return form_page(request, form, "outreach/door_form.html", context, act)
