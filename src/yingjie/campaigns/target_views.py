"""Pages of targets: share them out, look at them by area and line, set single figures, issue them."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vaxkit.targets import METHOD
from yingjie.areas import queries as areas
from yingjie.campaigns import actions, queries, screen
from yingjie.campaigns.forms import HandForm
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import Refusal


@page("campaigns.view")
def board(request: ActorRequest, milestone_id: UUID, area_code: str = "") -> HttpResponse:
    return _board(request, milestone_id, area_code)


@page("campaigns.change")
@require_POST
def decompose(request: ActorRequest, milestone_id: UUID) -> HttpResponse:
    actions.decompose(by=request.actor, milestone_id=milestone_id)
    messages.success(
        request, _("Shared out. Look at it, set figures by hand where they must differ, then issue it.")
    )
    return redirect("campaign_targets", milestone_id)


@page("campaigns.change")
@require_POST
def issue(request: ActorRequest, milestone_id: UUID) -> HttpResponse:
    actions.issue(by=request.actor, milestone_id=milestone_id)
    messages.success(request, _("Issued: townships and villages see their targets now."))
    return redirect("campaign_targets", milestone_id)


@page("campaigns.change")
@require_POST
def set_by_hand(request: ActorRequest, milestone_id: UUID, area_code: str) -> HttpResponse:
    """The form names the area below whose figure is set; `area_code` is the board on which it stands."""
    form = HandForm(request.POST)
    return _set(
        request, milestone_id, area_code, form,
        lambda: actions.set_by_hand(
            by=request.actor, milestone_id=milestone_id, area_code=form.cleaned_data["key"],
            target=form.cleaned_data["target"], reason=form.cleaned_data["reason"],
        ),
    )  # fmt: skip


@page("campaigns.change")
@require_POST
def set_line_by_hand(request: ActorRequest, milestone_id: UUID) -> HttpResponse:
    form = HandForm(request.POST)
    return _set(
        request, milestone_id, "", form,
        lambda: actions.set_line_by_hand(
            by=request.actor, milestone_id=milestone_id, line=form.cleaned_data["key"],
            target=form.cleaned_data["target"], reason=form.cleaned_data["reason"],
        ),
    )  # fmt: skip


def _set(
    request: ActorRequest, milestone_id: UUID, area_code: str, form: HandForm, act: Callable[[], None]
) -> HttpResponse:
    refusal: Refusal | None = None
    if form.is_valid():
        try:
            act()
        except Refusal as refused:
            if refused.status in (403, 404):
                raise
            refusal = refused
        else:
            messages.success(request, _("Saved; the others share the rest."))
            return (
                redirect("campaign_targets_area", milestone_id, area_code)
                if area_code
                else redirect("campaign_targets", milestone_id)
            )
    return _board(request, milestone_id, area_code, refusal, form)


def _board(
    request: ActorRequest,
    milestone_id: UUID,
    area_code: str,
    refusal: Refusal | None = None,
    form: HandForm | None = None,
) -> HttpResponse:
    found = queries.board(request.actor, milestone_id, area_code)
    context = {
        "found": found,
        "group": screen.group(found.phase),
        "state": screen.state(found.milestone),
        "crumbs": [
            row for row in areas.path(found.area.code) if row.code.startswith(found.campaign.area_code)
        ][:-1],
        "method": METHOD.in_(request.LANGUAGE_CODE),
        "refusal": refusal,
        "form": form,
    }
    status = refusal.status if refusal else 400 if form else 200
    return render(request, "campaigns/targets.html", context, status=status)
