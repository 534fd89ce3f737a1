"""Pages of sessions and of one person's places."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingjie.bookings import actions, list_queries, proposals, queries, screen, session_actions
from yingjie.bookings.forms import CancelForm, SeatsForm, SessionForm
from yingjie.bookings.rules import rules
from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import BadInput
from yingjie.people import queries as people
from yingjie.sites import queries as sites
from yingjie.web.form_page import form_page


@page("bookings.view")
def calendar(request: ActorRequest) -> HttpResponse:
    """A site's week."""
    rows = screen.sites(request.actor)
    at = screen.chosen(rows, request.GET.get("site", ""))
    on = _day(request.GET.get("on", ""))
    monday, sunday = queries.weeks(on)
    context: dict[str, Any] = {
        "sites": rows, "at": at, "monday": monday, "sunday": sunday, "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
    }  # fmt: skip
    if at is not None:
        context |= {
            "days": screen.week(at.id, on), "doses": screen.doses(at.id),
            "may_change": request.actor.may("bookings.change", at.area_code, at.id),
            "may_desk": request.actor.may("bookings.desk", at.area_code, at.id),
        }  # fmt: skip
    return render(request, "bookings/calendar.html", context)


@page("bookings.change")
def new_session(request: ActorRequest, site_id: UUID) -> HttpResponse:
    at = sites.site(request.actor, site_id, "bookings.change")
    percent, missed, expected = session_actions.measured_extra(site_id)
    initial = {
        "on": clock.today() + timedelta(days=1), "from_hour": "08:00", "until_hour": "17:00", "minutes": 30, "seats": 20,
        "offline_percent": rules().offline_percent, "kind": "ordinary", "extra_percent": percent,
    }  # fmt: skip
    form = SessionForm(
        request.POST or None, initial=initial, products=screen.product_choices(),
        areas=list_queries.area_choices(request.actor, "bookings.change"),
    )  # fmt: skip

    def act(given: dict[str, Any]) -> HttpResponse:
        from_at, until_at = form.span()
        rest = {key: given[key] for key in given if key not in ("on", "from_hour", "until_hour")}
        made = session_actions.open_session(
            by=request.actor, site_id=site_id, from_at=from_at, until_at=until_at, **rest
        )
        messages.success(request, _("The session is open for booking."))
        return redirect("booking_session", made.pk)

    context = {"site": at, "percent": percent, "missed": missed, "measured": expected, "rules": rules()}
    return form_page(request, form, "bookings/session_form.html", context, act)


@page("bookings.view")
def session(request: ActorRequest, session_id: UUID) -> HttpResponse:
    return render(request, "bookings/session.html", screen.session_page(request.actor, session_id))


@page("bookings.change")
def change_seats(request: ActorRequest, session_id: UUID) -> HttpResponse:
    row, at = _mine(request, session_id)
    form = SeatsForm(request.POST or None, initial={"seats": queries.slots([session_id])[0].seats})

    def act(given: dict[str, Any]) -> HttpResponse:
        session_actions.change_seats(by=request.actor, session_id=session_id, **given)
        messages.success(request, _("The seats are changed."))
        return redirect("booking_session", session_id)

    context = {"row": row, "site": at, "title": _("Change seats"), "button": _("Save")}
    return form_page(request, form, "bookings/session_step.html", context, act)


@page("bookings.change")
def cancel_session(request: ActorRequest, session_id: UUID) -> HttpResponse:
    row, at = _mine(request, session_id)
    form = CancelForm(request.POST or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        n = session_actions.cancel_session(by=request.actor, session_id=session_id, **given)
        messages.success(
            request,
            _("The session is cancelled. {n} people need another time; they are listed below.").format(n=n),
        )
        return redirect("booking_session", session_id)

    context = {
        "row": row,
        "site": at,
        "title": _("Cancel this session"),
        "button": _("Cancel the session"),
        "warns": row.taken,
    }
    return form_page(request, form, "bookings/session_step.html", context, act)


@page("bookings.view")
def person(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """A person's places, and free times for the next dose."""
    who = people.person(request.actor, person_id)
    found = proposals.proposals(person_id, online=False)
    rows = queries.bookings_of([person_id])
    context = {
        "person": who, "rows": rows, "live": next((row for row in rows if row.state == "booked"), None), "found": found,
        "days": screen.times_by_day(found.times), "may_book": request.actor.may("bookings.book", who.area_code),
    }  # fmt: skip
    return render(request, "bookings/person.html", context)


@page("bookings.book")
@require_POST
def take(request: ActorRequest, person_id: UUID) -> HttpResponse:
    """A place at a chosen time: the first, or another one in place of what there is."""
    who = people.person(request.actor, person_id, "bookings.book")
    slot_id = _id(request.POST.get("slot", ""))
    held = queries.live_of(who.id)
    if held is None:
        actions.book(by=request.actor, person_id=who.id, slot_id=slot_id)
    else:
        actions.move(by=request.actor, booking_id=held.id, slot_id=slot_id)
    messages.success(request, _("The place is booked."))
    return redirect("booking_person", person_id)


@page("bookings.book")
@require_POST
def give_up(request: ActorRequest, person_id: UUID) -> HttpResponse:
    who = people.person(request.actor, person_id, "bookings.book")
    held = queries.live_of(who.id)
    if held is not None:
        actions.cancel(by=request.actor, booking_id=held.id, because=request.POST.get("because", ""))
        messages.success(request, _("The place is given up."))
    return redirect("booking_person", person_id)


def _mine(request: ActorRequest, session_id: UUID) -> tuple[queries.SessionRow, sites.SiteRow]:
    row = queries.session(session_id)
    return row, sites.site(request.actor, row.site_id, "bookings.change")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.today()


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise BadInput(what=_("Choose a time.")) from wrong
