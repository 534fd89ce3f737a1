"""Pages of 敲门行动: the day's round, one door, vaccinations at home, the doctor's list, what can be said. Made for one thumb."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yingjie.bookings import proposals
from yingjie.bookings import screen as booking_screen
from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import BadInput, Refusal
from yingjie.outreach import calls, door_screen, doorstep_actions, duties, home_requests
from yingjie.outreach.mobilising import mobilising, talking_points
from yingjie.outreach.mobilising_forms import DoorForm, HomeForm, WordForm
from yingjie.outreach.mobilising_words import HOME_TITLES
from yingjie.people import queries as people
from yingjie.web.form_page import form_page


@page("outreach.view")
def my_round(request: ActorRequest) -> HttpResponse:
    """The round of whoever is signed in; whoever answers twice chooses; whoever answers for nobody is told so."""
    mine = duties.own(request.actor)
    if len(mine) == 1:
        return redirect("outreach_round", mine[0].id)
    return render(
        request, "outreach/my_rounds.html", {"mine": mine, "may_team": request.actor.may("outreach.team")}
    )


@page("outreach.view")
def round_of(request: ActorRequest, officer_id: UUID) -> HttpResponse:
    found = calls.round_of(request.actor, officer_id)
    context = {
        "found": found,
        "officer": found.officer,
        "sections": [(_("By day"), found.doors), (_("In the evening"), found.evening)],
        "others": [(row, door_screen.state_word(row)) for row in found.others],
        "is_own": duties.is_own(request.actor, found.officer),
        "today": clock.today(),
    }
    return render(request, "outreach/round.html", context)


@page("outreach.view")
def door(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """One person at their door: who they are, what can be said, what came of it."""
    calls.reach(request.actor, person_id)
    form = DoorForm(request.POST or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        doorstep_actions.visit(by=request.actor, person_id=person_id, **given)
        messages.success(request, _("The visit is recorded."))
        return redirect(_back(request, person_id))

    context = door_screen.door(request.actor, person_id)
    return form_page(request, form, "outreach/door.html", context, act)


@page("bookings.book")
def door_times(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """Free times for the next dose; a tap takes one and writes the visit down."""
    who = calls.reach(request.actor, person_id)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            doorstep_actions.book(
                by=request.actor, person_id=person_id, slot_id=_id(request.POST.get("slot", ""))
            )
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("The place is booked."))
            return redirect(_back(request, person_id))
    found = proposals.proposals(person_id, online=False, most=60)
    context = {
        "person": who,
        "found": found,
        "days": booking_screen.times_by_day(found.times),
        "refusal": refusal,
    }
    return render(request, "outreach/door_times.html", context, status=refusal.status if refusal else 200)


@page("outreach.view")
def door_home(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """Ask for a vaccination at home."""
    who = calls.reach(request.actor, person_id)

    def act(given: dict[str, Any]) -> HttpResponse:
        doorstep_actions.ask_home(by=request.actor, person_id=person_id, **given)
        messages.success(request, _("The vaccination at home is asked for."))
        return redirect(_back(request, person_id))

    context = {
        "title": _("Vaccination at home") + f" · {who.name}",
        "back": reverse("outreach_door", args=[person_id]),
    }
    return form_page(request, HomeForm(request.POST or None), "outreach/door_form.html", context, act)


@page("outreach.view")
def at_home(request: ActorRequest) -> HttpResponse:
    """Vaccinations at home that were asked for, the oldest first."""
    found = home_requests.rows(request.actor)
    offered = home_requests.offered({row.area_code[:9] for row in found if row.state == "asked"})
    rows = [(row, HOME_TITLES.get(row.because, ""), offered.get(row.area_code[:9], [])) for row in found]
    context = {"rows": rows, "may_record": request.actor.may("outreach.record"), "today": clock.today()}
    return render(request, "outreach/at_home.html", context)


@page("outreach.record")
@require_POST
def at_home_step(request: ActorRequest, request_id: UUID) -> HttpResponse:
    on = request.POST.get("on", "")
    doorstep_actions.go_on_with_home(
        by=request.actor,
        request_id=request_id,
        step=_step(request.POST.get("do", "")),
        on=door_screen.day(on),
        session_id=_id(request.POST["session"]) if request.POST.get("session") else None,
    )
    messages.success(request, _("Saved."))
    return redirect("outreach_at_home")


@page("people.health")
def doctors_list(request: ActorRequest) -> HttpResponse:
    """Who waits for a doctor's word, by the day."""
    rows = [(row, on, by, on <= clock.today()) for row, on, by in calls.doctors_list(request.actor)]
    return render(request, "outreach/doctors_list.html", {"rows": rows})


@page("people.health")
def doctors_word(request: ActorRequest, person_id: UUID) -> HttpResponse:
    person = people.person(request.actor, person_id, "people.health")

    def act(given: dict[str, Any]) -> HttpResponse:
        doorstep_actions.say(by=request.actor, person_id=person_id, **given)
        if given["word"] != "cleared":
            messages.success(request, _("The doctor's word is recorded."))
            return redirect("outreach_doctors_list")
        messages.success(request, _("Cleared. Book a place for them now, or ask for a vaccination at home."))
        return redirect("outreach_door", person_id)

    context = {"title": _("Doctor's word") + f" · {person.name}", "back": reverse("outreach_doctors_list")}
    return form_page(request, WordForm(request.POST or None), "outreach/door_form.html", context, act)


@page("outreach.view")
def points(request: ActorRequest) -> HttpResponse:
    """Everything that can be said, by reason and by product, and the rules of the rounds."""
    context = {
        "known": talking_points(),
        "groups": door_screen.points(),
        "rules": mobilising(),
        "ladder": door_screen.ladder(),
    }
    return render(request, "outreach/talking_points.html", context)


def _back(request: ActorRequest, person_id: UUID) -> str:
    """To the officer's own round where there is one, else to the door."""
    mine = duties.own(request.actor)
    return (
        reverse("outreach_round", args=[mine[0].id]) if mine else reverse("outreach_door", args=[person_id])
    )


def _step(word: str) -> str:
    if word not in ("arrange", "finish", "withdraw"):
        raise BadInput(what=gettext_lazy("Choose a step."))
    return word


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise BadInput(what=gettext_lazy("Choose a time.")) from wrong
