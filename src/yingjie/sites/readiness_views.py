"""Pages of a site's layout and readiness."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingjie.foundation import clock, files
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import BadInput, NotFound, Refusal
from yingjie.sites import (
    drills,
    layout_actions,
    layout_queries,
    opening,
    opening_actions,
    queries,
    readiness_actions,
    readiness_forms,
    readiness_queries,
    standards,
)
from yingjie.sites.wording import AMBULANCES, FINDING_STATES, ROOM_TITLES
from yingjie.web.form_page import form_page


@page("sites.view")
def layout(request: ActorRequest, site_id: UUID) -> HttpResponse:
    found, today = queries.site(request.actor, site_id), clock.today()
    may_change = request.actor.may("sites.change", found.area_code, site_id)
    zones = [(zone, ROOM_TITLES[zone.room]) for zone in queries.zones(request.actor, site_id)]
    context = {
        "site": found, "zones": zones, "may_change": may_change, "form": readiness_forms.ZoneForm(),
        "special_days": layout_queries.special_days(request.actor, site_id, today),
        "day_form": readiness_forms.SpecialDayForm(initial={"on": today}),
        "standard": [(place, ROOM_TITLES[place.room]) for place in standards.layout(found.kind)],
    }  # fmt: skip
    return render(request, "sites/layout.html", context)


@page("sites.change")
def change_layout(request: ActorRequest, site_id: UUID, what: str) -> HttpResponse:
    """One of: standard (lay out as usual), zone (a new one), change (seats and stations of all), day, usual."""
    queries.site(request.actor, site_id, "sites.change")
    if request.method == "POST":
        _layout_step(request, site_id, what)
        messages.success(request, _("Saved."))
    return redirect("site_layout", site_id)


def _layout_step(request: ActorRequest, site_id: UUID, what: str) -> None:
    by, post = request.actor, request.POST
    if what == "standard":
        layout_actions.lay_out(by=by, site_id=site_id)
    elif what == "zone":
        layout_actions.open_zone(by=by, site_id=site_id, **_cleaned(readiness_forms.ZoneForm(post)))
    elif what == "day":
        layout_actions.set_special_day(
            by=by, site_id=site_id, **_cleaned(readiness_forms.SpecialDayForm(post))
        )
    elif what == "usual":
        for row in layout_queries.special_days(by, site_id, clock.today()):
            if str(row.id) == post.get("day"):
                layout_actions.drop_special_day(by=by, site_id=site_id, on=row.on)
    elif what == "change":
        for zone in queries.zones(by, site_id):
            seats, stations = (post.get(f"{zone.id}-{key}", "") for key in ("seats", "stations"))
            if (
                seats.isdigit()
                and stations.isdigit()
                and (int(seats), int(stations)) != (zone.seats, len(zone.stations))
            ):
                layout_actions.change_zone(
                    by=by, zone_id=zone.id, seats=min(int(seats), 9999), stations=min(int(stations), 200)
                )
    else:
        raise NotFound()


def _cleaned(form: Any) -> dict[str, Any]:
    if not form.is_valid():
        raise BadInput(what=" ".join(str(each) for errors in form.errors.values() for each in errors))
    data: dict[str, Any] = form.cleaned_data
    return data


@page("sites.view")
def readiness(request: ActorRequest, site_id: UUID) -> HttpResponse:
    return render(request, "sites/readiness.html", _readiness_context(request, site_id))


@page("sites.view")
def readiness_print(request: ActorRequest, site_id: UUID) -> HttpResponse:
    return render(request, "sites/readiness_print.html", _readiness_context(request, site_id))


def _readiness_context(request: ActorRequest, site_id: UUID) -> dict[str, Any]:
    actor, found, today = request.actor, queries.site(request.actor, site_id), clock.today()
    judged = readiness_queries.readiness(actor, site_id)
    groups = [
        (standards.group_title(code), [line for line in judged.lines if line.item.group == code])
        for code in standards.groups()
    ]
    kit = [(row, row.is_good(today), row.ends_soon(today)) for row in readiness_queries.kit(actor, site_id)]
    plan = readiness_queries.emergency(actor, site_id)
    last, is_due = drills.last_drill(actor, site_id)
    points = opening.stands_against(actor, site_id, today)
    findings = [(row, standards.checklist()[row.code].title, FINDING_STATES[row.state], row.is_late(today))
                for row in readiness_queries.findings(actor, site_id)]  # fmt: skip
    return {
        "site": found, "judged": judged, "groups": [pair for pair in groups if pair[1]], "kit": kit, "plan": plan,
        "ambulance": AMBULANCES[plan.ambulance], "findings": findings, "today": today,
        "last": last, "is_due": is_due, "points": points, "permit": opening.permit_of(actor, site_id, today),
        "is_shut": any(point.blocks for point in points),
        "may_permit": opening_actions.may_permit(actor, found.area_code),
        "equipment": readiness_queries.equipment(actor, site_id, found.kind),
        "inspections": readiness_queries.inspections(actor, site_id, 5),
        "may_change": actor.may("sites.change", found.area_code, site_id),
        "may_inspect": actor.may("sites.inspect", found.area_code, site_id),
    }  # fmt: skip


@page("sites.inspect")
@require_POST
def permit(request: ActorRequest, site_id: UUID) -> HttpResponse:
    """Open today in spite of what stands against it; refused, the same page with what was written."""
    reason = request.POST.get("reason", "")
    try:
        opening_actions.permit_day(by=request.actor, site_id=site_id, reason=reason)
    except Refusal as refusal:
        context = _readiness_context(request, site_id) | {"refusal": refusal, "typed": reason}
        return render(request, "sites/readiness.html", context, status=refusal.status)
    messages.success(request, _("The site may vaccinate today."))
    return redirect("site_readiness", site_id)


@page("sites.inspect")
def inspect(request: ActorRequest, site_id: UUID) -> HttpResponse:
    found = queries.site(request.actor, site_id, "sites.inspect")
    items = [item for item in standards.items_for(found.kind) if not item.told]
    form = readiness_forms.InspectionForm(items, request.POST or None, request.FILES or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        readiness_actions.inspect(
            by=request.actor, site_id=site_id, answers=form.answers(), note=given["note"]
        )
        messages.success(request, _("The inspection is written down."))
        return redirect("site_readiness", site_id)

    return form_page(request, form, "sites/inspect.html", {"site": found}, act)


@page("sites.change")
def equip(request: ActorRequest, site_id: UUID) -> HttpResponse:
    found = queries.site(request.actor, site_id, "sites.change")
    rows = readiness_queries.equipment(request.actor, site_id, found.kind)
    form = readiness_forms.EquipmentForm(rows, request.POST or None)

    def act(_given: dict[str, Any]) -> HttpResponse:
        readiness_actions.equip(by=request.actor, site_id=site_id, given=form.given())
        return redirect("site_readiness", site_id)

    return form_page(request, form, "sites/equip.html", {"site": found}, act)


@page("sites.change")
def kit(request: ActorRequest, site_id: UUID) -> HttpResponse:
    found = queries.site(request.actor, site_id, "sites.change")
    form = readiness_forms.KitForm(readiness_queries.kit(request.actor, site_id), request.POST or None)

    def act(_given: dict[str, Any]) -> HttpResponse:
        readiness_actions.check_kit(by=request.actor, site_id=site_id, given=form.given())
        return redirect("site_readiness", site_id)

    return form_page(request, form, "sites/kit.html", {"site": found}, act)


@page("sites.change")
def emergency(request: ActorRequest, site_id: UUID) -> HttpResponse:
    found, plan = (
        queries.site(request.actor, site_id, "sites.change"),
        readiness_queries.emergency(request.actor, site_id),
    )
    said = {key: getattr(plan, key) for key in readiness_forms.EmergencyForm.base_fields}
    form = readiness_forms.EmergencyForm(request.POST or None, initial=said)

    def act(given: dict[str, Any]) -> HttpResponse:
        readiness_actions.plan_emergency(by=request.actor, site_id=site_id, **given)
        return redirect("site_readiness", site_id)

    context = {"title": _("Emergency plan"), "site": found, "back": reverse("site_readiness", args=[site_id])}
    return form_page(request, form, "sites/plain_form.html", context, act)


@page("sites.view")
def finding(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    row = readiness_queries.finding(request.actor, finding_id)
    found, refusal = queries.site(request.actor, row.site_id), None
    form = readiness_forms.WordsForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        try:
            _finding_step(request, row.id, form)
            return redirect("finding", finding_id)
        except Refusal as refused:
            refusal = refused
    context = {
        "row": row, "site": found, "form": form, "refusal": refusal, "title": standards.checklist()[row.code].title,
        "state": FINDING_STATES[row.state], "may_change": request.actor.may("sites.change", found.area_code, found.id),
        "may_inspect": request.actor.may("sites.inspect", found.area_code, found.id),
    }  # fmt: skip
    return render(request, "sites/finding.html", context, status=refusal.status if refusal else 200)


def _finding_step(request: ActorRequest, finding_id: UUID, form: readiness_forms.WordsForm) -> None:
    form.is_valid()
    words, step = form.data.get("words", ""), request.POST.get("step", "")
    if step == "correct":
        photo = request.FILES.get("photo")
        content = photo.read() if photo else b""
        readiness_actions.correct(by=request.actor, finding_id=finding_id, how=words, photo=content)
    elif step == "settle":
        readiness_actions.settle(by=request.actor, finding_id=finding_id, note=words)
    elif step == "send_back":
        readiness_actions.send_back(by=request.actor, finding_id=finding_id, why=words)
    else:
        raise NotFound()


@page("sites.view")
def finding_photo(request: ActorRequest, finding_id: UUID, which: str) -> HttpResponse:
    row = readiness_queries.finding(request.actor, finding_id)
    name = {"found": row.photo, "corrected": row.correction_photo}.get(which, "")
    if not name:
        raise NotFound()
    response = HttpResponse(files.get(name), content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=600"
    return response
