"""Pages of scores: sheets and commendations, one sheet, settling a new one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import Refusal
from yingjie.oversight import queries, score_actions, score_queries
from yingjie.oversight.board_forms import PeriodForm
from yingjie.oversight.card_actions import DECIDE
from yingjie.oversight.card_words import KINDS
from yingjie.web.form_page import form_page


@page("oversight.view")
def scores(request: ActorRequest) -> HttpResponse:
    context = {
        "sheets": score_queries.sheets(request.actor),
        "commendations": score_queries.commendations(request.actor),
        "may_settle": request.actor.may(DECIDE, queries.home(request.actor)),
    }
    return render(request, "oversight/scores.html", context)


@page("oversight.view")
def sheet(request: ActorRequest, sheet_id: UUID) -> HttpResponse:
    return _sheet(request, sheet_id)


@page("oversight.card")
@require_http_methods(["GET", "POST"])
def settle(request: ActorRequest) -> HttpResponse:
    form = PeriodForm(request.POST or None)

    def act(said: dict[str, Any]) -> HttpResponse:
        made = score_actions.settle(by=request.actor, area_code=queries.home(request.actor), **said)
        messages.success(request, _("The scores are settled."))
        return redirect("oversight_score_sheet", made.pk)

    return form_page(request, form, "oversight/score_form.html", {}, act)


@page("oversight.card")
@require_POST
def commend(request: ActorRequest, sheet_id: UUID) -> HttpResponse:
    """Commend an area, or withdraw that, with words."""
    said, area = request.POST.get("text", "")[:400], request.POST.get("area", "")
    try:
        if request.POST.get("step") == "withdraw":
            score_actions.withdraw(by=request.actor, sheet_id=sheet_id, area_code=area, because=said)
        else:
            score_actions.commend(by=request.actor, sheet_id=sheet_id, area_code=area, words=said)
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _sheet(request, sheet_id, refusal)
    messages.success(request, _("Saved."))
    return redirect("oversight_score_sheet", sheet_id)


def _sheet(request: ActorRequest, sheet_id: UUID, refusal: Refusal | None = None) -> HttpResponse:
    found = score_queries.sheet(request.actor, sheet_id)
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    weights = [(each["measure"], each["weight"], each[language]) for each in found.rules["weights"]]
    rows = [
        (
            row,
            [(title, row["shares"].get(measure) or "–") for measure, _weight, title in weights],
            found.commended.get(row["area"]),
        )
        for row in found.rows
    ]
    context = {
        "sheet": found,
        "weights": weights,
        "rows": rows,
        "deductions": [(KINDS[kind].said, points) for kind, points in found.rules["deductions"].items()],
        "source": found.rules["source"][language],
        "refusal": refusal,
    }
    return render(request, "oversight/score_sheet.html", context, status=refusal.status if refusal else 200)
