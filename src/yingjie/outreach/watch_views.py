"""Pages of the watch over deferred people: the list, one with its checks, who asks and how often."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import watch_actions, watches
from yingjie.outreach.watch_list import (
    END_TITLES,
    RESULT_ICONS,
    RESULT_TITLES,
    WATCHES,
    CheckForm,
    WatchForm,
    WatchSource,
)
from yingjie.web.form_page import form_page
from yingjie.web.lists import build


@page("outreach.view")
def watch_list(request: ActorRequest) -> HttpResponse:
    return build(request, WATCHES, WatchSource(request.actor)).respond(request)


@page("outreach.view")
def watch(request: ActorRequest, watch_id: UUID) -> HttpResponse:
    """One person's, with the form of the next check for whoever may write it."""
    row = watches.watch(request.actor, watch_id)
    may_check = row.is_open and watches.may_check(request.actor, row)
    if request.method == "POST" and not may_check:
        raise NotFound()
    form = CheckForm(request.POST or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        watch_actions.check(by=request.actor, watch_id=watch_id, **given)
        messages.success(request, _("The check is recorded."))
        return redirect("outreach_watch", watch_id)

    items = [
        {
            "at": each.at, "title": str(RESULT_TITLES[each.result]), "text": " · ".join(filter(None, (each.by, each.note))),
            "tone": RESULT_ICONS[each.result][0], "icon": RESULT_ICONS[each.result][1],
        }
        for each in watches.checks(request.actor, watch_id)
    ]  # fmt: skip
    context = {"row": row, "items": items, "may_check": may_check, "ended": END_TITLES.get(row.ended, "")}
    return form_page(request, form, "outreach/watch.html", context, act)


@page("outreach.view")
def change_watch(request: ActorRequest, watch_id: UUID) -> HttpResponse:
    row = watches.watch(request.actor, watch_id)
    if not (
        request.actor.may("outreach.record", row.area_code)
        or request.actor.may("people.health", row.area_code)
    ):
        raise NotFound()
    keys = ("monitor", "account", "every_days", "next_on")
    form = WatchForm(request.POST or None, initial={key: getattr(row, key) for key in keys})

    def act(given: dict[str, Any]) -> HttpResponse:
        watch_actions.change(by=request.actor, watch_id=watch_id, **given)
        messages.success(request, _("Saved."))
        return redirect("outreach_watch", watch_id)

    back = reverse("outreach_watch", args=[watch_id])
    context = {"title": _("Who asks, and how often") + f" · {row.name}", "back": back}
    return form_page(request, form, "outreach/door_form.html", context, act)
