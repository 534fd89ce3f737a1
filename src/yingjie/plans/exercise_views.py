"""Pages of exercises for whoever leads one: the list, the clock with what has come, notes."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.messages import language_now
from yingjie.foundation.refusals import BadInput, Refusal
from yingjie.plans import exercise_actions, exercise_queries, script_views
from yingjie.plans.exercise_forms import ClockForm, NoteForm
from yingjie.plans.exercise_queries import ExerciseRow
from yingjie.plans.exercise_words import STATES, clock_at, context_of, of_play
from yingjie.plans.forms import ExerciseForm
from yingjie.plans.proposal_views import areas_of
from yingjie.web.form_page import form_page


@page("plans.view")
@require_http_methods(["GET", "POST"])
def exercises(request: ActorRequest) -> HttpResponse:
    lang = language_now()
    own = exercise_queries.own_scripts(request.actor)
    scripts = [(name, script, 1) for name, script in exercise_queries.ready_scripts().items()]
    scripts += [(str(row.id), row.script, row.version) for row in own if row.state == "in_use"]
    form = ExerciseForm(
        request.POST or None,
        areas=areas_of(request.actor, "plans.change"),
        scripts=[(name, script_views.titled(script, version)) for name, script, version in scripts],
    )

    def act(said: dict[str, Any]) -> HttpResponse:
        made = exercise_actions.prepare(by=request.actor, **said)
        return redirect("plans_exercise", made.pk)

    context = {
        "rows": [
            {"row": row, "title": row.script.title.in_(lang), "state": STATES[row.state]}
            for row in exercise_queries.exercises(request.actor)
        ],
        "scripts": [(script_views.titled(script, version), script.summary.in_(lang)) for _n, script, version in scripts],
        "above": [
            {
                "row": row, "title": row.script.title.in_(lang), "state": STATES[row.state],
                "roles": [(role.id, role.title.in_(lang)) for role in row.script.roles],
            }
            for row in exercise_queries.open_above(request.actor)
        ],
        "may_make": request.actor.may("plans.change"),
        "own": [
            {"row": row, "title": script_views.titled(row.script, row.version), "state": script_views.STATES[row.state]}
            for row in own
        ],
    }  # fmt: skip
    return form_page(request, form, "plans/exercises.html", context, act)


@page("plans.view")
def exercise(request: ActorRequest, exercise_id: UUID) -> HttpResponse:
    return _page(request, exercise_queries.exercise(request.actor, exercise_id), ClockForm(), NoteForm())


@page("plans.change")
@require_POST
def clock_step(request: ActorRequest, exercise_id: UUID) -> HttpResponse:
    """A button of the clock; each says which state of the clock it was shown with."""
    step, seen = request.POST.get("step", ""), request.POST.get("seen")
    ahead, to = 0, None
    if step == "ahead":
        step, ahead = "", 10
    elif step == "next":
        row = exercise_queries.exercise(request.actor, exercise_id)
        step, to = "", next((float(each.at) for each in row.script.injects if each.at > row.minute), None)
    return _moved(request, exercise_id, step=step, ahead=ahead, to=to, seen=seen)


@page("plans.change")
@require_POST
def clock_set(request: ActorRequest, exercise_id: UUID) -> HttpResponse:
    """The clock set to a time of day, and how fast it runs."""
    row = exercise_queries.exercise(request.actor, exercise_id)
    form = ClockForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form, NoteForm(), status=400)
    at = form.cleaned_data["at"]
    to = None if at is None else float((at - row.script.clock) % 1440)
    return _moved(request, exercise_id, step="", to=to, pace=form.cleaned_data["pace"])


@page("plans.change")
@require_POST
def note(request: ActorRequest, exercise_id: UUID) -> HttpResponse:
    row = exercise_queries.exercise(request.actor, exercise_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, row, ClockForm(), form, status=400)
    try:
        exercise_actions.note(by=request.actor, exercise_id=exercise_id, words=form.cleaned_data["words"])
    except BadInput as refusal:
        messages.error(request, refusal.say_reason())
    return redirect("plans_exercise", exercise_id)


def _moved(request: ActorRequest, exercise_id: UUID, **asked: Any) -> HttpResponse:
    try:
        exercise_actions.clock_step(by=request.actor, exercise_id=exercise_id, **asked)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, f"{refusal.say_reason()} {refusal.say_next_step()}")
    return redirect("plans_exercise", exercise_id)


def _page(
    request: ActorRequest, row: ExerciseRow, clock_form: ClockForm, note_form: NoteForm, status: int = 200
) -> HttpResponse:
    """Whoever does not lead sees neither news to come nor points before the end."""
    lang = language_now()
    shown = [
        line
        for line in row.score.lines
        if row.may_lead or row.state == "ended" or line.inject.at <= row.minute
    ]
    if row.state == "prepared" and not row.may_lead:
        shown = []
    lines = [_line(row, line, lang) for line in shown]
    if not clock_form.is_bound:
        clock_form = ClockForm(initial={"pace": row.pace})
    context = context_of(row) | {
        "lines": lines, "points": f"{row.score.points:g}", "most": row.score.most, "tells": row.may_lead or row.state == "ended",
        "seats": _seats(row, lang), "clock_form": clock_form, "note_form": note_form,
        "notes": [{"at": clock_at(row, each.minute), "words": each.words, "by": each.by} for each in reversed(row.notes)],
        "to_come": any(each.at > row.minute for each in row.script.injects) and not row.is_over,
        "has_others": row.state == "ended" and bool(exercise_queries.plays(request.actor, row)),
    }  # fmt: skip
    return render(request, "plans/exercise.html", context, status=status)


def _line(row: ExerciseRow, line: Any, lang: str) -> dict[str, Any]:
    has_come = line.inject.at <= row.minute and row.state != "prepared"
    return {
        "inject": line.inject, "title": line.inject.title.in_(lang), "text": line.inject.text.in_(lang),
        "at": clock_at(row, line.inject.at), "has_come": has_come,
        "by": next(role.title.in_(lang) for role in row.script.roles if role.id == line.inject.by),
        "points": f"{line.points:g}", "most": line.most, "is_late": line.is_late, "is_settled": line.is_settled,
        "is_missing": line.decision is None and line.is_settled and has_come,
        "until": clock_at(row, row.script.due(line.inject)),
    } | of_play(row, line, lang)  # fmt: skip


def _seats(row: ExerciseRow, lang: str) -> list[dict[str, Any]]:
    """Each role: who plays it, and how many decisions are waited for."""
    waiting = [
        line.inject.by for line in row.score.lines if line.decision is None and line.inject.at <= row.minute
    ]
    return [
        {
            "id": role.id, "title": role.title.in_(lang), "by": seat.by if (seat := row.seat(role.id)) else "",
            "waiting": waiting.count(role.id) if row.state in ("running", "paused") and not row.is_over else 0,
        }
        for role in row.script.roles
    ]  # fmt: skip
