"""After an exercise: the report as page and file, what follows reckoned before the end, two plays side by side."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.documents.report import MEDIA_TYPES, Format, Language
from yingjie.foundation.documents.report import render as as_file
from yingjie.foundation.messages import language_now
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.plans import exercise_actions, exercise_compared, exercise_paper, exercise_queries, outlook_views
from yingjie.plans.exercise_effects import effects
from yingjie.plans.exercise_queries import ExerciseRow
from yingjie.plans.exercise_words import clock_at, context_of, of_play, said_of
from yingjie.plans.refusals import NotOverYet
from yingjie.plans.running import running


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
def report(request: ActorRequest, exercise_id: UUID) -> HttpResponse:
    """Before the end neither news to come nor what would be right; points and what follows only for whoever leads."""
    row = exercise_queries.exercise(request.actor, exercise_id)
    lang, over = language_now(), row.state == "ended"
    tells = over or row.may_lead
    lines = [
        {
            "title": line.inject.title.in_(lang), "at": clock_at(row, line.inject.at), "because": line.because.in_(lang),
            "why": line.inject.why.in_(lang) if over else "–", "is_settled": line.is_settled, "is_late": line.is_late,
            "points": f"{line.points:g}", "most": line.most,
        } | of_play(row, line, lang)
        for line in row.score.lines if over or (line.inject.at <= row.minute and row.state != "prepared")
    ]  # fmt: skip
    context = context_of(row) | {
        "lines": lines, "points": f"{row.score.points:g}", "most": row.score.most, "tells": tells,
        "late": sum(line.is_late for line in row.score.lines),
        "missing": sum(line.is_settled and line.decision is None for line in row.score.lines),
        "players": [(title, seat.by) for role, title in context_of(row)["roles"] if (seat := row.seat(role))],
        "notes": [{"at": clock_at(row, each.minute), "words": each.words, "by": each.by} for each in row.notes] if tells else [],
        "running": running(request.actor, row.job_id) if row.job_id and _is_behind(row) else None,
        "may_reckon": _may_reckon(row), "has_others": over and bool(exercise_queries.plays(request.actor, row)),
    }  # fmt: skip
    if row.result and tells:
        outlooks = row.result["outlooks"]
        context |= outlook_views.told(row.plan or {}, outlooks)
        found = effects((row.plan or {})["first_day"], outlooks)
        context["rows"] = [
            line | {"there": said_of(found[each["scenario"]])}
            for line, each in zip(context["rows"], outlooks, strict=True)
        ]
        context["stock_days"] = row.script.stock_days
    return render(request, "plans/exercise_report.html", context)


@page("plans.view")
def report_file(request: ActorRequest, exercise_id: UUID, kind: str) -> HttpResponse:
    if kind not in ("docx", "pdf"):
        raise NotFound()
    row = exercise_queries.exercise(request.actor, exercise_id)
    if row.state != "ended":  # it says what would have been right
        raise NotOverYet()
    language: Language = "en" if language_now() == "en" else "zh-hans"
    data = as_file(exercise_paper.report(row, language), cast(Format, kind))
    headers = {"Content-Disposition": f'attachment; filename="exercise.{kind}"'}
    return HttpResponse(data, content_type=MEDIA_TYPES[kind], headers=headers)


@page("plans.view")
def compared(request: ActorRequest, exercise_id: UUID) -> HttpResponse:
    """Two plays of one script; `with` in the address names the other one, else the latest is taken."""
    row = exercise_queries.exercise(request.actor, exercise_id)
    if row.state != "ended":
        raise NotOverYet()
    others = exercise_queries.plays(request.actor, row)
    asked = request.GET.get("with", "")
    chosen = next((each for each in others if str(each.id) == asked), None)
    if asked and chosen is None:
        raise NotFound()
    other = chosen or (others[0] if others else None)
    context: dict[str, Any] = context_of(row) | {"others": others, "other": other}
    if other is not None:
        context |= exercise_compared.told(row, exercise_queries.exercise(request.actor, other.id))
    return render(request, "plans/exercise_compared.html", context)


def _is_behind(row: ExerciseRow) -> bool:
    """Whether what follows was not reckoned to the end of what has happened."""
    return row.result is None or (row.state == "ended" and (row.reckoned_minute or 0) < row.script.minutes)


def _may_reckon(row: ExerciseRow) -> bool:
    return row.may_lead and row.state != "prepared" and (row.state != "ended" or _is_behind(row))
