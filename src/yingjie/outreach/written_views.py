"""What residents wrote on the public page, at the desk: read it, take it as somebody's complaint, or answer it where it stands."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import complaints, written_actions
from yingjie.outreach import written as reads
from yingjie.outreach.complaint_list import ABOUT_TITLES, AnswerWrittenForm, TakeWrittenForm
from yingjie.web.form_page import form_page


@page("outreach.complaints")
def written(request: ActorRequest, written_id: UUID) -> HttpResponse:
    """What was written; whoever decides finds the form of the answer on it."""
    found = reads.written(request.actor, written_id)
    may_end = found.state == "waiting" and request.actor.may(complaints.DECIDE, found.area_code)
    form = AnswerWrittenForm(request.POST if may_end and request.method == "POST" else None)

    def act(given: dict[str, Any]) -> HttpResponse:
        written_actions.answer(by=request.actor, written_id=written_id, **given)
        messages.success(request, _("Answered. Whoever holds the receipt number reads it."))
        return redirect("outreach_complaints")

    context = {"found": found, "about": ABOUT_TITLES[found.about], "may_end": may_end}
    return form_page(request, form, "outreach/written.html", context, act)


@page("outreach.hear")
def take(request: ActorRequest, written_id: UUID) -> HttpResponse:
    found = reads.written(request.actor, written_id)
    if not request.actor.may(complaints.DECIDE, found.area_code):
        raise NotFound()
    form = TakeWrittenForm(request.POST or None, initial={"who": found.phone or found.name})

    def act(given: dict[str, Any]) -> HttpResponse:
        made = written_actions.take(by=request.actor, written_id=written_id, **given)
        messages.success(request, _("Taken. Nobody calls on them until it is decided."))
        return redirect("outreach_complaint", made.pk)

    context = {"title": _("Whose complaint it is"), "back": reverse("outreach_written", args=[written_id])}
    return form_page(request, form, "outreach/door_form.html", context, act)
