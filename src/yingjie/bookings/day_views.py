"""A site's day: tickets, who is expected, who stands by, whom to call for doses that would go to waste."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingjie.bookings import actions, queries, screen, ticket_actions, ticket_queries
from yingjie.bookings.forms import NumberForm
from yingjie.bookings.words import CHANNELS
from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.people import queries as people
from yingjie.sites import queries as sites
from yingjie.web.form_page import form_page


@page("bookings.desk")
def day(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """Today's door: a ticket for whoever stands there; the lists beside it."""
    at = sites.site(request.actor, site_id, "bookings.desk")
    form = NumberForm(request.POST or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        who = _who(request, given["number"])
        made = ticket_actions.give_ticket(by=request.actor, site_id=site_id, person_id=who)
        messages.success(
            request, _("Ticket no. {number} for {name}.").format(number=made.number, name=_name(who))
        )
        return redirect("booking_day", site_id)

    context = {
        "site": at,
        "today": clock.today(),
        "state": ticket_queries.ticket_state(request.actor, site_id),
        "tickets": ticket_queries.tickets(request.actor, site_id),
        "expected": [(row, CHANNELS[row.channel]) for row in queries.expected_today(request.actor, site_id)],
        "states": queries.states_of_day(request.actor, site_id),
        "standby": ticket_queries.standing_by(request.actor, site_id),
        "sessions": [(row, screen.vaccines(row)) for row in ticket_queries.sessions_now(site_id)],
    }
    return form_page(request, form, "bookings/day.html", context, act)


@page("bookings.desk")
@require_POST
def call(request: ActorRequest, site_id: UUID) -> HttpResponse:
    how_many = int(request.POST["how_many"]) if request.POST.get("how_many", "").isdecimal() else 1
    numbers = ticket_actions.call(by=request.actor, site_id=site_id, how_many=min(how_many, 50))
    messages.success(request, _("Called: {numbers}").format(numbers=", ".join(map(str, numbers))))
    return redirect("booking_day", site_id)


@page("bookings.desk")
@require_POST
def sweep(request: ActorRequest, site_id: UUID) -> HttpResponse:
    n = actions.sweep(by=request.actor, site_id=site_id)
    messages.success(request, _("{n} places of people who did not come are free again.").format(n=n))
    return redirect("booking_day", site_id)


@page("bookings.desk")
def ticket(request: ActorRequest, ticket_id: UUID) -> HttpResponse:
    """The ticket as paper."""
    found = ticket_queries.ticket(request.actor, ticket_id)
    if found is None:
        raise NotFound()
    return render(
        request,
        "bookings/ticket.html",
        {"ticket": found, "site": screen.site_of(found.site_id), "name": screen.resident(found.person_id)},
    )


@page("bookings.desk")
@require_POST
def give_up_ticket(request: ActorRequest, ticket_id: UUID) -> HttpResponse:
    site_id = ticket_actions.give_up_ticket(by=request.actor, ticket_id=ticket_id)
    messages.success(request, _("The number is given up; its seat is free again."))
    return redirect("booking_day", site_id)


@page("bookings.desk")
def standby(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """The standby list of today, and the nearest to whom a dose is due: whom to call when opened vials hold more doses than
    people."""
    at = sites.site(request.actor, site_id, "bookings.desk")
    form = NumberForm(request.POST or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        who = _who(request, given["number"])
        ticket_actions.stand_by(by=request.actor, site_id=site_id, person_id=who)
        messages.success(request, _("{name} stands by.").format(name=_name(who)))
        return redirect("booking_standby", site_id)

    asked = request.GET.get("doses", "")
    doses = min(int(asked), 100) if asked.isdecimal() else 0
    products = {code for row in ticket_queries.sessions_now(site_id) for code in row.products}
    products = products or {code for code, _title in screen.product_choices()}
    context = {
        "site": at,
        "standby": ticket_queries.standing_by(request.actor, site_id),
        "doses": doses,
        "nearest": ticket_queries.nearest(request.actor, site_id, products, doses) if doses else [],
    }
    return form_page(request, form, "bookings/standby.html", context, act)


@page("bookings.desk")
@require_POST
def call_nearest(request: ActorRequest, site_id: UUID, person_id: UUID) -> HttpResponse:
    """Somebody found as near goes on the list, and is called at once."""
    row = ticket_actions.stand_by(by=request.actor, site_id=site_id, person_id=person_id, asked=False)
    ticket_actions.answer_standby(by=request.actor, standby_id=row.pk, step="call")
    return redirect("booking_standby", site_id)


@page("bookings.desk")
@require_POST
def answer(request: ActorRequest, standby_id: UUID, step: str) -> HttpResponse:
    row = ticket_actions.answer_standby(by=request.actor, standby_id=standby_id, step=step)
    return redirect("booking_standby", row.site_id)


def _who(request: ActorRequest, number: str) -> UUID:
    """Whose card this is; whoever stands at a site may be looked up, and the look-up is journalled."""
    found = people.find_by_number(request.actor, number, permission="clinic.register")
    if found is None:
        raise BadInput(what=_("Nobody of the ledger has this number. Enter the person in the ledger first."))
    return found.id


def _name(person_id: UUID) -> str:
    return people.briefs([person_id])[person_id].name
