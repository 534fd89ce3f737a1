"""Pages of pushed lists: the lists, taking one in, its lines, one line with its finding, the report back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingjie.areas import queries as areas
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import check_actions, checks
from yingjie.outreach.check_list import CHECKS, AssignForm, CheckSource, FindingForm, ListForm
from yingjie.outreach.words import FINDING_TITLES, MATCH_TITLES
from yingjie.web.form_page import form_page
from yingjie.web.lists import build, selected

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("outreach.view")
def lines(request: ActorRequest) -> HttpResponse:
    """What is to be checked, whatever list it came with."""
    context = {"lists": checks.lists(request.actor), "may_import": request.actor.may("outreach.check")}
    return build(request, CHECKS, CheckSource(request.actor)).respond(
        request, "outreach/checks.html", context
    )


@page("outreach.check")
def new_list(request: ActorRequest) -> HttpResponse:
    said = _areas(request.actor, ("county", "town"))
    initial = {"area_code": said[0][0]} if said else {}
    form = ListForm(request.POST or None, request.FILES or None, areas=said, initial=initial)

    def act(given: dict[str, Any]) -> HttpResponse:
        file = given.pop("file")
        made = check_actions.import_list(
            by=request.actor, path=file.temporary_file_path(), file_name=file.name, **given
        )
        messages.success(request, _("The list is taken in and its lines are assigned."))
        return redirect("outreach_check_list", made.pk)

    return form_page(
        request, form, "outreach/check_form.html", {"title": _("Take in a pushed list"), "is_file": True}, act
    )


@page("outreach.check")
def check_list(request: ActorRequest, list_id: UUID) -> HttpResponse:
    found = checks.check_list(request.actor, list_id, "outreach.check")
    context = {
        "found": found,
        "areas": checks.by_area(request.actor, list_id),
        "may_take": request.actor.may("people.export", found.area_code),
    }
    return render(request, "outreach/check_list.html", context)


@page("outreach.view")
def check(request: ActorRequest, item_id: UUID) -> HttpResponse:
    """One line; whoever records visits there says what was found."""
    found = checks.item(request.actor, item_id)
    may_record = found.is_open and request.actor.may("outreach.record", found.row.area_code)
    form = FindingForm(request.POST or None, initial={"finding": found.row.finding, "note": found.note})

    def act(given: dict[str, Any]) -> HttpResponse:
        check_actions.record_finding(by=request.actor, item_id=item_id, **given)
        messages.success(request, _("The finding is recorded."))
        return redirect(f"{reverse('outreach_checks')}?state=waiting")

    context = {
        "found": found,
        "may_record": may_record,
        "matched": MATCH_TITLES[found.row.matched],
        "finding": FINDING_TITLES.get(found.row.finding, ""),
    }
    return form_page(request, form, "outreach/check.html", context, act)


@page("outreach.check")
@require_POST
def assign(request: ActorRequest) -> HttpResponse:
    """The ticked lines: first to whom, then it is done."""
    chosen = selected(request, CHECKS, CheckSource(request.actor))
    said = _areas(request.actor, ("town", "village"))
    form = AssignForm(request.POST if "area_code" in request.POST else None, areas=said)

    def act(given: dict[str, Any]) -> HttpResponse:
        count = check_actions.assign(by=request.actor, item_ids=chosen.uuids, **given)
        messages.success(request, _("{count} lines are assigned.").format(count=count))
        return redirect("outreach_checks")

    context = {"title": _("Assign lines"), "ids": chosen.ids, "count": chosen.count}
    if "area_code" not in request.POST:
        return render(request, "outreach/check_form.html", context | {"form": form})
    return form_page(request, form, "outreach/check_form.html", context, act)


@page("outreach.check")
@require_POST
def report(request: ActorRequest, list_id: UUID) -> HttpResponse:
    missing = request.POST.get("although_missing") == "1"
    check_actions.report_list(by=request.actor, list_id=list_id, although_missing=missing)
    messages.success(request, _("The list is reported. Take the file and send it back."))
    return redirect("outreach_check_list", list_id)


@page("outreach.check")
@require_POST
def reopen(request: ActorRequest, list_id: UUID) -> HttpResponse:
    check_actions.reopen_list(by=request.actor, list_id=list_id)
    return redirect("outreach_check_list", list_id)


@page("outreach.check")
@never_cache
def report_file(request: ActorRequest, list_id: UUID) -> HttpResponse:
    found = checks.check_list(request.actor, list_id, "outreach.check")
    if not request.actor.may("people.export", found.area_code):
        raise NotFound()
    content, ending = check_actions.report_file(by=request.actor, list_id=list_id)
    response = HttpResponse(content, content_type=XLSX if ending == ".xlsx" else "application/octet-stream")
    name = f"{found.file_name.rsplit('.', 1)[0]} - {_('report back')}{ending}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _areas(actor: Actor, levels: tuple[str, ...]) -> list[tuple[str, str]]:
    home = areas.home_area(actor)
    rows = areas.open_under(actor, home.code, levels, "outreach.check") if home else []
    said = areas.places([row.code for row in rows])
    return [(row.code, said[row.code]) for row in rows]
