"""Pages of exercises: the facilitator's, a role's inbox, the report."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.documents.report import MEDIA_TYPES, Format, Language
from yingjie.foundation.documents.report import render as as_file
from yingjie.foundation.messages import language_now
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.plans import (
    day_words,
    exercise_actions,
    exercise_paper,
    exercise_queries,
    outlook_views,
    script_views,
)
from yingjie.plans.exercise_queries import ExerciseRow
from yingjie.plans.forms import ExerciseForm
from yingjie.plans.proposal_views import areas_of
from yingjie.plans.refusals import NotReady
from yingjie.plans.running import running
from yingjie.web.form_page import form_page

STATES = {
    "prepared": (pgettext_lazy("exercise", "Prepared"), "grey", "circle-dashed"),
    "running": (pgettext_lazy("exercise", "Running"), "green", "player-play"),
    "paused": (pgettext_lazy("exercise", "Paused"), "yellow", "player-pause"),
    "ended": (pgettext_lazy("exercise", "Ended"), "slate", "circle-check"),
}


@page("plans.view")
@require_http_methods(["GET", "POST"])
def exercises(request: ActorRequest) -> HttpResponse:
    lang = language_now()
    own = exercise_queries.own_scripts(request.actor)
    scripts = exercise_queries.ready_scripts() | {
        str(row.id): row.script for row in own if row.state == "in_use"
    }
    form = ExerciseForm(
        request.POST or None,
        areas=areas_of(request.actor, "plans.change"),
        scripts=[(name, script.title.in_(lang)) for name, script in scripts.items()],
    )

    def act(said: dict[str, Any]) -> HttpResponse:
        made = exercise_actions.prepare(by=request.actor, **said)
        return redirect("plans_exercise", made.pk)

    context = {
        "rows": [
            {"row": row, "title": row.script.title.in_(lang), "state": STATES[row.state]}
            for row in exercise_queries.exercises(request.actor)
        ],
        "scripts": [(script.title.in_(lang), script.summary.in_(lang)) for script in scripts.values()],
        "may_make": request.actor.may("plans.change"),
        "own": [{"row": row, "title": row.script.title.in_(lang), "state": script_views.STATES[row.state]} for row in own],
    }  # fmt: skip
    return form_page(request, form, "plans/exercises.html", context, act)


@page("plans.view")
def exercise(request: ActorRequest, exercise_id: UUID) -> HttpResponse:
    """The facilitator's page: clock, every inject with who has decided what, doors to the inboxes."""
    row = exercise_queries.exercise(request.actor, exercise_id)
    lang = language_now()
    lines = [
        {
            "inject": line.inject, "title": line.inject.title.in_(lang), "text": line.inject.text.in_(lang),
            "at": _clock(row, line.inject.at), "has_come": line.inject.at <= row.minute,
            "by": next(role.title.in_(lang) for role in row.script.roles if role.id == line.inject.by),
            "chosen": line.inject.option(line.decision.option).title.in_(lang) if line.decision else "",
            "points": f"{line.points:g}", "most": line.most, "is_late": line.is_late,
            "is_missing": line.decision is None and row.minute > line.inject.at + line.inject.within,
        }
        for line in row.score.lines
    ]  # fmt: skip
    context = _context(row) | {"lines": lines, "points": f"{row.score.points:g}", "most": row.score.most}
    return render(request, "plans/exercise.html", context)


@page("plans.change")
@require_POST
def clock_step(request: ActorRequest, exercise_id: UUID) -> HttpResponse:
    step, ahead = request.POST.get("step", ""), 0
    if step == "ahead":
        step, ahead = "", 10
    try:
        exercise_actions.clock_step(by=request.actor, exercise_id=exercise_id, step=step, ahead=ahead)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, refusal.say_reason())
    return redirect("plans_exercise", exercise_id)


@page("plans.change")
@require_POST
def reckon(request: ActorRequest, exercise_id: UUID) -> HttpResponse:
    """What follows so far; the report shows it when it is done."""
    try:
        exercise_actions.reckon(by=request.actor, exercise_id=exercise_id)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, refusal.say_reason())
    return redirect("plans_exercise_report", exercise_id)


@page("plans.view")
def inbox(request: ActorRequest, exercise_id: UUID, role: str) -> HttpResponse:
    return _inbox(request, exercise_id, role)


@page("plans.view")
@require_POST
def decide(request: ActorRequest, exercise_id: UUID, role: str) -> HttpResponse:
    given = request.POST
    try:
        exercise_actions.decide(
            by=request.actor, exercise_id=exercise_id, role=role, inject=given.get("inject", "")[:40],
            option=given.get("option", "")[:40], words=given.get("words", ""),
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _inbox(request, exercise_id, role, refusal)
    messages.success(request, _("The decision is written down."))
    return redirect("plans_inbox", exercise_id, role)


@page("plans.view")
def report(request: ActorRequest, exercise_id: UUID) -> HttpResponse:
    row = exercise_queries.exercise(request.actor, exercise_id)
    lang = language_now()
    lines = [
        {
            "title": line.inject.title.in_(lang), "because": line.because.in_(lang),
            "why": line.inject.why.in_(lang) if row.state == "ended" or line.decision else "–",
            "chosen": line.inject.option(line.decision.option).title.in_(lang) if line.decision else "–",
            "words": said.words if (said := row.decided(line.inject.id, line.inject.by)) else "", "by": said.by if said else "",
            "points": f"{line.points:g}", "most": line.most,
        }
        for line in row.score.lines if row.state == "ended" or line.inject.at <= row.minute
    ]  # fmt: skip
    context = _context(row) | {"lines": lines, "points": f"{row.score.points:g}", "most": row.score.most}
    context |= {
        "running": running(request.actor, row.job_id) if row.job_id and _is_behind(row) else None,
        "may_reckon": _may_reckon(row),
    }
    if row.result:
        document = {"first_day": str(row.made_at.date()), "target": {"share": 0.9, "dose": 2}}
        context |= outlook_views.told(document, row.result["outlooks"])
    return render(request, "plans/exercise_report.html", context)


@page("plans.view")
def report_file(request: ActorRequest, exercise_id: UUID, kind: str) -> HttpResponse:
    if kind not in ("docx", "pdf"):
        raise NotFound()
    row = exercise_queries.exercise(request.actor, exercise_id)
    if row.state != "ended":  # it says what would have been right
        raise NotReady()
    language: Language = "en" if language_now() == "en" else "zh-hans"
    data = as_file(exercise_paper.report(row, language), cast(Format, kind))
    headers = {"Content-Disposition": f'attachment; filename="exercise.{kind}"'}
    return HttpResponse(data, content_type=MEDIA_TYPES[kind], headers=headers)


def _is_behind(row: ExerciseRow) -> bool:
    """Whether what follows was not reckoned to the end of what has happened."""
    return row.result is None or (row.state == "ended" and (row.reckoned_minute or 0) < row.script.minutes)


def _may_reckon(row: ExerciseRow) -> bool:
    return row.may_lead and row.state != "prepared" and (row.state != "ended" or _is_behind(row))


def _inbox(
    request: ActorRequest, exercise_id: UUID, role: str, refusal: Refusal | None = None
) -> HttpResponse:
    row = exercise_queries.exercise(request.actor, exercise_id)
    lang = language_now()
    named = next((each for each in row.script.roles if each.id == role), None)
    if named is None:
        raise NotFound()
    arrived = row.script.arrived(role, row.minute) if row.state != "prepared" else ()
    found = [
        {
            "inject": inject, "title": inject.title.in_(lang), "text": inject.text.in_(lang), "at": _clock(row, inject.at),
            "is_mine": inject.by == role, "until": _clock(row, inject.at + inject.within),
            "is_late": row.minute > inject.at + inject.within, "left": max(0, round(inject.at + inject.within - row.minute)),
            "options": [(option.id, option.title.in_(lang)) for option in inject.options],
            "chosen": inject.option(said.decision.option).title.in_(lang) if (said := row.decided(inject.id, role)) else "",
        }
        for inject in arrived
    ]  # fmt: skip
    context = _context(row) | {
        "role": named,
        "role_title": named.title.in_(lang),
        "injects": found,
        "waiting": sum(1 for each in found if each["is_mine"] and not each["chosen"]),
        "refusal": refusal,
    }
    return render(request, "plans/inbox.html", context, status=refusal.status if refusal else 200)


def _context(row: ExerciseRow) -> dict[str, Any]:
    lang = language_now()
    return {
        "exercise": row, "title": row.script.title.in_(lang), "summary": row.script.summary.in_(lang), "state": STATES[row.state],
        "reckoned": _clock(row, row.reckoned_minute) if row.reckoned_minute is not None else "",
        "now": _clock(row, row.minute), "ends": _clock(row, row.script.minutes),
        "roles": [(role.id, role.title.in_(lang)) for role in row.script.roles],
    }  # fmt: skip


def _clock(row: ExerciseRow, minute: float) -> str:
    return day_words.clock_of(row.script.clock, minute)
