"""Pages of the team: who belongs to it, needs, leave; attendance with the hours of the day; one's own duties and swaps."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import BadInput, NotFound
from yingjie.sites import (
    attendance_queries,
    queries,
    roster_forms,
    roster_queries,
    roster_rules,
    swap_actions,
    team_actions,
)
from yingjie.sites.wording import PRESENCE_STATES, SWAP_STATES, TIME_KINDS
from yingjie.staff import queries as staff
from yingjie.staff import rules as staff_rules
from yingjie.web.form_page import form_page


@page("sites.view")
def team(request: ActorRequest, site_id: UUID) -> HttpResponse:
    found, today = queries.site(request.actor, site_id), clock.today()
    rows = roster_queries.team(request.actor, site_id)
    roles, there = staff_rules.roles(), {row.member_id for row in rows}
    may_roster = request.actor.may("sites.roster", found.area_code, site_id)
    others = staff.members(request.actor, limit=400) if may_roster and request.actor.may("staff.view") else []
    joinable = [(str(each.id), each.name) for each in others if each.id not in there]
    people = [(str(row.member_id), row.name) for row in rows]
    context = {
        "site": found, "may_roster": may_roster, "needs": _needs(request, site_id), "patterns": roster_rules.patterns(),
        "rows": [(row, [(roles[role].title, role in row.lacking) for role in row.roles]) for row in rows],
        "times": [(row, TIME_KINDS[row.kind]) for row in roster_queries.time_off(request.actor, site_id, today)],
        "join_form": roster_forms.JoinForm(joinable) if joinable else None,
        "time_form": roster_forms.TimeForm(people, initial={"from_on": today, "until_on": today}),
    }  # fmt: skip
    return render(request, "sites/team.html", context)


def _needs(request: ActorRequest, site_id: UUID) -> list[tuple[Any, list[tuple[Any, Any]]]]:
    needs = roster_queries.needs(request.actor, site_id)
    return [
        (shift, [(need, staff_rules.roles()[need.role].title) for need in needs if need.shift_id == shift.id])
        for shift in roster_queries.shifts(request.actor, site_id)
    ]


@page("sites.roster")
def change_team(request: ActorRequest, site_id: UUID, what: str) -> HttpResponse:
    """One of: join, part, shifts (a pattern), needs, time, drop_time."""
    queries.site(request.actor, site_id, "sites.roster")
    if request.method == "POST":
        _team_step(request, site_id, what)
        messages.success(request, _("Saved."))
    return redirect("site_team", site_id)


def _team_step(request: ActorRequest, site_id: UUID, what: str) -> None:
    by, post = request.actor, request.POST
    if what == "join":
        hours = post.get("week_hours", "")
        member = staff.member(by, _uuid(post.get("member_id", "")))
        team_actions.join(
            by=by,
            site_id=site_id,
            member_id=member.id,
            week_hours=min(int(hours), 84) if hours.isdigit() else None,
        )
    elif what == "part":
        team_actions.part(by=by, team_id=_uuid(post.get("team", "")))
    elif what == "shifts":
        team_actions.set_shifts(by=by, site_id=site_id, pattern=post.get("pattern", ""))
    elif what == "needs":
        given = {}
        for need in roster_queries.needs(by, site_id):
            texts = [post.get(f"{need.shift_id}-{need.role}-{day}", "0") for day in range(7)]
            given[need.shift_id, need.role] = [min(int(text), 200) if text.isdigit() else 0 for text in texts]
        team_actions.set_needs(by=by, site_id=site_id, given=given)
    elif what == "time":
        people = [(str(row.member_id), row.name) for row in roster_queries.team(by, site_id)]
        form = roster_forms.TimeForm(people, post)
        if not form.is_valid():
            raise BadInput(what=" ".join(str(each) for errors in form.errors.values() for each in errors))
        asked = form.cleaned_data | {"member_id": UUID(form.cleaned_data["member_id"])}
        team_actions.take_time(by=by, site_id=site_id, **asked)
    elif what == "drop_time":
        team_actions.drop_time(by=by, time_id=_uuid(post.get("time", "")))
    else:
        raise NotFound()


@page("sites.view")
def attendance(request: ActorRequest, site_id: UUID) -> HttpResponse:
    found, today, now = queries.site(request.actor, site_id), clock.today(), clock.now()
    roles = staff_rules.roles()
    rows = [
        (row, PRESENCE_STATES[row.state], roles[row.role].title if row.role else "")
        for row in attendance_queries.presences(request.actor, site_id, today)
    ]
    may_roster = request.actor.may("sites.roster", found.area_code, site_id)
    own = staff.member_of(request.actor)
    listed = {row.member_id for row, _state, _title in rows}
    hours = attendance_queries.coverage(request.actor, site_id, today)
    context = {
        "site": found, "rows": rows, "may_roster": may_roster, "own": own.id if own else None, "today": today,
        "hours": [(hour, hour.begins_at <= now < hour.begins_at + timedelta(hours=1), sum(hour.there.values())) for hour in hours],
        "others": [row for row in roster_queries.team(request.actor, site_id) if row.member_id not in listed and may_roster],
        "here": sum(row.state == "here" for row, _state, _title in rows),
    }  # fmt: skip
    return render(request, "sites/attendance.html", context)


@page("sites.view")
def sign(request: ActorRequest, site_id: UUID, what: str) -> HttpResponse:
    """`in` or `out`, for oneself or (keeping the roster) for `member`."""
    queries.site(request.actor, site_id)
    if request.method == "POST":
        given = request.POST.get("member", "")
        step = {"in": swap_actions.sign_in, "out": swap_actions.sign_out}.get(what)
        if step is None:
            raise NotFound()
        step(by=request.actor, site_id=site_id, member_id=_uuid(given) if given else None)
    return redirect("site_attendance", site_id)


@page("sites.view")
def own_duties(request: ActorRequest) -> HttpResponse:
    today = clock.today()
    rows = roster_queries.own_duties(request.actor, today, today + timedelta(days=20))
    names = queries.names({site_id for site_id, _duty in rows})
    own = staff.member_of(request.actor)
    asked = [
        (swap, SWAP_STATES[swap.state], own is not None and swap.to_member_id == own.id)
        for site in queries.sites(request.actor)
        for swap in roster_queries.swaps(request.actor, site.id)
        if own is not None and own.id in (swap.to_member_id, swap.duty.member_id)
    ] if own else []  # fmt: skip
    roles = staff_rules.roles()
    context = {
        "rows": [(duty, site_id, names[site_id], roles[duty.role].title) for site_id, duty in rows],
        "swaps": asked, "own": own, "today": today,
    }  # fmt: skip
    return render(request, "sites/own_duties.html", context)


@page("sites.view")
def ask_swap(request: ActorRequest, site_id: UUID, duty_id: UUID) -> HttpResponse:
    found, today = queries.site(request.actor, site_id), clock.today()
    duties = roster_queries.own_duties(request.actor, today, today + timedelta(days=60))
    duty = next((duty for _site, duty in duties if duty.id == duty_id), None)
    if duty is None:
        raise NotFound()
    people = [
        (str(row.member_id), row.name)
        for row in roster_queries.team(request.actor, site_id, duty.on)
        if row.member_id != duty.member_id and duty.role in row.roles and duty.role not in row.lacking
    ]
    form = roster_forms.SwapForm(people, request.POST or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        swap_actions.ask_swap(
            by=request.actor, duty_id=duty_id, to_member_id=UUID(given["to_member_id"]), words=given["words"]
        )
        messages.success(request, _("Asked. Your colleague and whoever keeps the roster will see it."))
        return redirect("own_duties")

    lead = f"{duty.on} {duty.shift.name} {duty.shift.hours}"
    return form_page(request, form, "sites/plain_form.html", {"title": _("Ask to swap"), "site": found, "lead": lead,
                                                            "back": reverse("own_duties")}, act)  # fmt: skip


@page("sites.view")
def swap(request: ActorRequest, swap_id: UUID, step: str) -> HttpResponse:
    """agree, decline, withdraw by those it is about; allow, refuse by whoever keeps the roster."""
    roster_queries.swap_exists(request.actor, swap_id)
    if request.method == "POST":
        if step in ("agree", "decline", "withdraw"):
            swap_actions.answer_swap(by=request.actor, swap_id=swap_id, step=step)
            return redirect("own_duties")
        if step not in ("allow", "refuse"):
            raise NotFound()
        done = swap_actions.decide_swap(by=request.actor, swap_id=swap_id, step=step)
        return redirect("rosters", done.site_id)
    return redirect("own_duties")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadInput(what=_("This address is incomplete.")) from None
