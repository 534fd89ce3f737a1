"""A role's inbox: news as it comes, decisions, the seat."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vaxkit.exercise.script import Inject
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.messages import language_now
from yingjie.foundation.refusals import BadInput, NotFound, Refusal
from yingjie.plans import exercise_actions, exercise_queries
from yingjie.plans.exercise_forms import DecisionForm
from yingjie.plans.exercise_queries import ExerciseRow
from yingjie.plans.exercise_words import clock_at, context_of


@page("plans.view")
def inbox(request: ActorRequest, exercise_id: UUID, role: str) -> HttpResponse:
    """`after` in the address: the page asks by itself for what came after that minute, and puts it on top."""
    return _inbox(request, exercise_id, role)


@page("plans.view")
@require_POST
def decide(request: ActorRequest, exercise_id: UUID, role: str) -> HttpResponse:
    form = DecisionForm(request.POST)
    try:
        if not form.is_valid():
            raise BadInput(what=next(str(words) for rows in form.errors.values() for words in rows))
        exercise_actions.decide(by=request.actor, exercise_id=exercise_id, role=role, **form.cleaned_data)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _inbox(request, exercise_id, role, refusal)
    messages.success(request, _("The decision is written down."))
    return redirect("plans_inbox", exercise_id, role)


@page("plans.view")
@require_POST
def sit(request: ActorRequest, exercise_id: UUID, role: str) -> HttpResponse:
    try:
        exercise_actions.sit(by=request.actor, exercise_id=exercise_id, role=role)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, refusal.say_reason())
    return redirect("plans_inbox", exercise_id, role)


def _inbox(
    request: ActorRequest, exercise_id: UUID, role: str, refusal: Refusal | None = None
) -> HttpResponse:
    row = exercise_queries.played(request.actor, exercise_id)
    named = next((each for each in row.script.roles if each.id == role), None)
    if named is None:
        raise NotFound()
    arrived = row.script.arrived(role, row.minute) if row.state != "prepared" else ()
    after = request.GET.get("after", "")
    since = int(after) if after.lstrip("-").isdecimal() and len(after) < 6 else None
    lang = language_now()
    found = [_news(row, role, each, lang, request.POST if refusal else {}) for each in arrived]
    seat = row.seat(role)
    context = context_of(row) | {
        "role": named, "role_title": named.title.in_(lang),
        "fresh": [each for each in found if since is not None and each["inject"].at > since],
        "injects": [each for each in found if since is None or each["inject"].at <= since],
        "newest": max((each.at for each in arrived), default=-1), "count": len(found),
        "waiting": [each for each in found if each["is_mine"] and not each["chosen"] and not row.is_over],
        "seat": seat, "is_mine": seat is not None and seat.username == request.actor.name, "refusal": refusal,
    }  # fmt: skip
    return render(request, "plans/inbox.html", context, status=refusal.status if refusal else 200)


def _news(row: ExerciseRow, role: str, inject: Inject, lang: str, given: Any) -> dict[str, Any]:
    said, due = row.decided(inject.id, role), row.script.due(inject)
    mine = given if given.get("inject") == inject.id else {}
    return {
        "inject": inject, "title": inject.title.in_(lang), "text": inject.text.in_(lang), "at": clock_at(row, inject.at),
        "is_mine": inject.by == role, "until": clock_at(row, due), "is_late": row.minute > due,
        "left": max(0, int(due - row.minute)),
        "by": next(each.title.in_(lang) for each in row.script.roles if each.id == inject.by),
        "options": [(each.id, each.title.in_(lang)) for each in inject.options],
        "chosen": inject.option(said.decision.option).title.in_(lang) if said else "",
        "words": said.words if said else "", "said_by": said.by if said else "",
        "said_at": clock_at(row, said.decision.minute) if said else "",
        "given_option": mine.get("option", ""), "given_words": mine.get("words", "")[:20_000],
    }  # fmt: skip
