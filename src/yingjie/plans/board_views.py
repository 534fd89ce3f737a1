"""Pages of boards: draw one up, move sessions about, undo, apply, print."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import BadInput, Refusal
from yingjie.plans import board_actions, board_queries, board_screen
from yingjie.plans.forms import BoardForm
from yingjie.plans.proposal_views import areas_of
from yingjie.web.form_page import form_page


@page("plans.assign")
@require_http_methods(["GET", "POST"])
def boards(request: ActorRequest) -> HttpResponse:
    form = BoardForm(
        request.POST or None,
        areas=areas_of(request.actor, "plans.assign"),
        initial={"first_on": clock.today() + timedelta(days=1)},
    )

    def act(said: dict[str, Any]) -> HttpResponse:
        return redirect("plans_board", board_actions.draw_up(by=request.actor, **said).pk)

    rows = [
        {"row": row, "state": board_screen.STATES[row.state]} for row in board_queries.boards(request.actor)
    ]
    return form_page(request, form, "plans/boards.html", {"rows": rows}, act)


@page("plans.assign")
def board(request: ActorRequest, board_id: UUID) -> HttpResponse:
    return _board(request, board_id)


@page("plans.assign")
@require_POST
def change(request: ActorRequest, board_id: UUID) -> HttpResponse:
    """One session: to another site or day, another number of seats, or not at all."""
    board_queries.board(request.actor, board_id)
    given = request.POST
    try:
        at, move = _whole(given.get("at")), _move(given)
        board_actions.change(
            by=request.actor, board_id=board_id, at=at, move=move, seen=given.get("seen", "")
        )
    except Refusal as refusal:
        return _refused(request, board_id, refusal)
    return redirect("plans_board", board_id)


@page("plans.assign")
@require_POST
def decide(request: ActorRequest, board_id: UUID) -> HttpResponse:
    """One of: undo, redo, apply, drop."""
    by, step, seen = request.actor, request.POST.get("step", ""), request.POST.get("seen", "")
    board_queries.board(by, board_id)
    try:
        at = _whole(request.POST.get("at"))
        if step in ("undo", "redo"):
            board_actions.step(by=by, board_id=board_id, at=at, back=step == "undo", seen=seen)
        elif step == "apply":
            counts = board_actions.apply(by=by, board_id=board_id, at=at, seen=seen)
            messages.success(
                request, _("Done: {sessions} sessions changed, {people} people moved.").format(**counts)
            )
        elif step == "drop":
            board_actions.drop(by=by, board_id=board_id)
            messages.success(request, _("The board was dropped."))
            return redirect("plans_boards")
        else:
            raise BadInput(what=_("Say what shall be done."))
    except Refusal as refusal:
        return _refused(request, board_id, refusal)
    return redirect("plans_board", board_id)


@page("plans.assign")
def board_print(request: ActorRequest, board_id: UUID) -> HttpResponse:
    """Sites by days on paper, with what changes."""
    context = board_screen.page(board_queries.board(request.actor, board_id))
    return render(request, "plans/board_print.html", context)


def _move(given: Any) -> dict[str, Any]:
    kind, session = given.get("kind", ""), given.get("session", "")
    if kind == "seats":
        return {"kind": kind, "session": session, "seats": _whole(given.get("seats"))}
    return {"kind": kind, "session": session, "site": given.get("site", ""), "on": given.get("on", "")}


def _whole(text: str | None) -> int:
    """Digits of a Chinese keyboard are digits too."""
    if not text or not text.strip().isdecimal() or len(text) > 6:
        raise BadInput(what=_("Say a whole number."))
    return int(text)


def _refused(request: ActorRequest, board_id: UUID, refusal: Refusal) -> HttpResponse:
    if refusal.status in (403, 404):
        raise refusal
    if request.headers.get("HX-Request"):
        messages.error(request, f"{refusal.say_reason()} {refusal.say_next_step()}")
        return redirect("plans_board", board_id)
    return _board(request, board_id, refusal)


def _board(request: ActorRequest, board_id: UUID, refusal: Refusal | None = None) -> HttpResponse:
    context = board_screen.page(board_queries.board(request.actor, board_id)) | {"refusal": refusal}
    return render(request, "plans/board.html", context, status=refusal.status if refusal else 200)
