"""Pages of rosters: the site's rosters, one roster, a duty by hand, the print."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import BadInput, NotFound, Refusal
from yingjie.sites import queries, roster_actions, roster_forms, roster_queries
from yingjie.sites.roster_queries import DutyRow, RosterRow
from yingjie.sites.wording import ROSTER_STATES, SWAP_STATES
from yingjie.staff import rules as staff_rules
from yingjie.web.form_page import form_page


@page("sites.view")
def rosters(request: ActorRequest, site_id: UUID) -> HttpResponse:
    found, today = queries.site(request.actor, site_id), clock.today()
    monday = today + timedelta(days=7 - today.weekday())
    form = roster_forms.BuildForm(
        request.POST or None, initial={"first_on": monday, "last_on": monday + timedelta(days=6)}
    )
    may_roster = request.actor.may("sites.roster", found.area_code, site_id)

    def act(given: dict[str, Any]) -> HttpResponse:
        job = roster_actions.start_building(by=request.actor, site_id=site_id, **given)
        return redirect("job", job.pk)

    context = {
        "site": found, "may_roster": may_roster,
        "rows": [(row, ROSTER_STATES[row.state]) for row in roster_queries.rosters(request.actor, site_id)],
        "swaps": [(row, SWAP_STATES[row.state]) for row in roster_queries.swaps(request.actor, site_id)],
        "team_count": len(roster_queries.team(request.actor, site_id)),
        "has_needs": any(sum(row.people) for row in roster_queries.needs(request.actor, site_id)),
    }  # fmt: skip
    return form_page(request, form, "sites/rosters.html", context, act)


@page("sites.view")
def roster(request: ActorRequest, roster_id: UUID) -> HttpResponse:
    row = roster_queries.roster(request.actor, roster_id)
    return render(request, "sites/roster.html", _context(request, row, _duty_form(request, row), None))


@page("sites.view")
def roster_print(request: ActorRequest, roster_id: UUID) -> HttpResponse:
    row = roster_queries.roster(request.actor, roster_id)
    return render(request, "sites/roster_print.html", _context(request, row, None, None))


@page("sites.roster")
def put(request: ActorRequest, roster_id: UUID) -> HttpResponse:
    """A duty by hand: the verdict stands above the form at once, what was entered is kept."""
    row = roster_queries.roster(request.actor, roster_id, "sites.roster")
    form, refusal = _duty_form(request, row), None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            roster_actions.put(
                by=request.actor, roster_id=roster_id, member_id=UUID(given["member_id"]), on=date.fromisoformat(given["on"]),
                shift_code=given["shift_code"], role=given["role"], insist_because=given["insist_because"],
            )  # fmt: skip
            messages.success(request, _("Saved."))
            return redirect("roster", roster_id)
        except Refusal as refused:
            refusal = refused
    return render(
        request,
        "sites/roster.html",
        _context(request, row, form, refusal),
        status=refusal.status if refusal else 400,
    )


@page("sites.roster")
def change(request: ActorRequest, roster_id: UUID, what: str) -> HttpResponse:
    """One of: publish, drop, take_off, pin, unpin (the last three with `duty`)."""
    row = roster_queries.roster(request.actor, roster_id, "sites.roster")
    if request.method != "POST":
        return redirect("roster", roster_id)
    if what == "publish":
        roster_actions.publish(by=request.actor, roster_id=roster_id)
        messages.success(request, _("Published. It counts from now on."))
    elif what == "drop":
        roster_actions.drop(by=request.actor, roster_id=roster_id)
        return redirect("rosters", row.site_id)
    elif what == "take_off":
        roster_actions.take_off(by=request.actor, duty_id=_uuid(request.POST.get("duty", "")))
    elif what in ("pin", "unpin"):
        roster_actions.pin(
            by=request.actor, duty_id=_uuid(request.POST.get("duty", "")), pinned=what == "pin"
        )
    else:
        raise NotFound()
    return redirect("roster", roster_id)


def _duty_form(request: ActorRequest, row: RosterRow) -> roster_forms.DutyForm:
    members = [
        (str(each.member_id), each.name)
        for each in roster_queries.team(request.actor, row.site_id, row.first_on)
    ]
    days = [(str(on), str(on)) for on in row.days]
    shifts = [
        (each.code, f"{each.name} {each.hours}") for each in roster_queries.shifts(request.actor, row.site_id)
    ]
    roles = [(code, term.title) for code, term in staff_rules.roles().items()]
    start = {key: request.GET[key] for key in ("member_id", "on", "shift_code", "role") if key in request.GET}
    return roster_forms.DutyForm(members, days, shifts, roles, request.POST or None, initial=start)


def _context(
    request: ActorRequest, row: RosterRow, form: roster_forms.DutyForm | None, refusal: Refusal | None
) -> dict[str, Any]:
    found = queries.site(request.actor, row.site_id)
    duties = roster_queries.duties(request.actor, row.id)
    lang = (get_language() or "zh")[:2]
    return {
        "site": found, "roster": row, "state": ROSTER_STATES.get(row.state), "form": form, "refusal": refusal,
        "table": _table(request, row, duties), "days": row.days, "loads": _loads(duties),
        "words": [words.get(lang, words.get("en", "")) for words in row.told.get("words", ())],
        "may_roster": request.actor.may("sites.roster", found.area_code, found.id) and row.state != "dropped",
    }  # fmt: skip


def _table(request: ActorRequest, row: RosterRow, duties: list[DutyRow]) -> list[dict[str, Any]]:
    """A line for each shift and role that is needed or filled; a cell for each day: who, and how many are missing."""
    shifts = {shift.code: shift for shift in roster_queries.shifts(request.actor, row.site_id)}
    wanted = {
        (need.shift_code, need.role): need.people
        for need in roster_queries.needs(request.actor, row.site_id)
        if any(need.people)
    }
    lines = {(duty.shift.code, duty.role) for duty in duties} | set(wanted)
    order, found = list(staff_rules.roles()), []
    for code, role in sorted(lines, key=lambda key: (shifts[key[0]].begins, order.index(key[1]))):
        cells = []
        for on in row.days:
            who = [duty for duty in duties if (duty.shift.code, duty.role, duty.on) == (code, role, on)]
            people = wanted.get((code, role), (0,) * 7)[on.weekday()]
            cells.append({"on": on, "who": who, "missing": max(0, people - len(who))})
        found.append(
            {"shift": shifts[code], "role": role, "title": staff_rules.roles()[role].title, "cells": cells}
        )
    return found


def _loads(duties: list[DutyRow]) -> list[tuple[str, int, int, str]]:
    """Name, shifts, nights, hours of everybody in the roster, the busiest first."""
    found: dict[UUID, list[Any]] = {}
    for duty in duties:
        load = found.setdefault(duty.member_id, [duty.name, 0, 0, 0])
        load[1] += 1
        load[2] += duty.shift.begins < 300 or duty.shift.ends > 1440
        load[3] += duty.shift.ends - duty.shift.begins
    rows = sorted(found.values(), key=lambda load: (-load[3], load[0]))
    return [(name, shifts, nights, f"{minutes / 60:g}") for name, shifts, nights, minutes in rows]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadInput(what=_("This address is incomplete.")) from None
