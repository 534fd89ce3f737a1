"""Pages of cards: the list, one card with its evidence and steps, raising one by hand."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yingjie.areas import queries as areas
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.documents import report as documents
from yingjie.foundation.documents.report import MEDIA_TYPES, Format, Language
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.oversight import card_actions, card_paper, card_queries, queries
from yingjie.oversight.card_queries import CardRow, StepRow
from yingjie.oversight.card_words import KINDS, STATES, STEPS
from yingjie.oversight.forms import RaiseForm
from yingjie.oversight.meeting_actions import STANDING, WITH_MEETINGS
from yingjie.web.form_page import form_page


@page("oversight.view")
def cards(request: ActorRequest) -> HttpResponse:
    live, late = request.GET.get("ended") is None, request.GET.get("late") is not None
    found = card_queries.cards(request.actor, live=live)
    rows = [_said(row) for row in found if not late or row.is_overdue]
    overdue = sum(row.is_overdue for row in found) if live else None
    tabs = [
        {"title": _("Standing"), "url": "?", "is_here": live and not late, "count": None},
        {"title": pgettext("card", "Overdue"), "url": "?late=1", "is_here": live and late, "count": overdue},
        {"title": _("Ended"), "url": "?ended=1", "is_here": not live, "count": None},
    ]
    context = {"rows": rows, "tabs": tabs, "may_raise": request.actor.may(card_actions.DECIDE)}
    return render(request, "oversight/cards.html", context)


@page("oversight.view")
def card(request: ActorRequest, card_id: UUID) -> HttpResponse:
    return _card(request, card_id)


@page("oversight.view")
def paper(request: ActorRequest, card_id: UUID, kind: str) -> HttpResponse:
    """The notice as pdf, docx or xlsx, in the language of the page."""
    if kind not in MEDIA_TYPES:
        raise NotFound()
    found = card_queries.card(request.actor, card_id)
    language: Language = "zh-hans" if (get_language() or "zh").startswith("zh") else "en"
    data = documents.render(card_paper.report(found, language), cast(Format, kind))
    name = f"{found.area_name} {KINDS[found.kind].said} {found.on}.{kind}"
    disposition = content_disposition_header(True, name) or "attachment"
    return HttpResponse(data, content_type=MEDIA_TYPES[kind], headers={"Content-Disposition": disposition})


@page("oversight.card")
@require_POST
def decide(request: ActorRequest, card_id: UUID) -> HttpResponse:
    step, text = request.POST.get("step", ""), request.POST.get("text", "")[:2000]
    if step not in ("confirm", "dismiss", "send_back", "lift"):
        return _card(request, card_id)
    return _acted(
        request, card_id, lambda: card_actions.decide(by=request.actor, card_id=card_id, step=step, text=text)
    )


@page("oversight.answer")
@require_POST
def reply(request: ActorRequest, card_id: UUID) -> HttpResponse:
    text = request.POST.get("text", "")[:2000]
    return _acted(request, card_id, lambda: card_actions.reply(by=request.actor, card_id=card_id, text=text))


@page("oversight.card")
@require_http_methods(["GET", "POST"])
def raise_card(request: ActorRequest) -> HttpResponse:
    home = queries.home(request.actor)
    below = [(row.code, row.name) for row in areas.children(request.actor, home)]
    form = RaiseForm(request.POST or None, areas=below)

    def act(said: dict[str, Any]) -> HttpResponse:
        made = card_actions.raise_by_hand(by=request.actor, raised_by=home, **said)
        messages.success(request, _("The card is out."))
        return redirect("oversight_card", made.pk)

    return form_page(request, form, "oversight/card_form.html", {}, act)


def _acted(request: ActorRequest, card_id: UUID, act: Any) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        return _card(request, card_id, refusal)
    messages.success(request, _("Saved."))
    return redirect("oversight_card", card_id)


def _card(request: ActorRequest, card_id: UUID, refusal: Refusal | None = None) -> HttpResponse:
    found = card_queries.card(request.actor, card_id)
    timeline = [_step(step) for step in found.steps]
    decides = request.actor.may(card_actions.DECIDE, found.raised_by)
    context = _said(found) | {
        "refusal": refusal,
        "items": timeline,
        "decisions": [(name, STEPS[name]) for name in found.steps_open if name != "reply"],
        "may_reply": "reply" in found.steps_open,
        "has_meetings": found.kind in WITH_MEETINGS and found.state not in ("proposed", "dismissed"),
        "meetings": found.meetings,
        "may_decide": decides,
        "may_arrange": decides and found.state in STANDING and found.next_meeting is None,
    }
    return render(request, "oversight/card.html", context, status=refusal.status if refusal else 200)


def _step(row: StepRow) -> dict[str, Any]:
    word = STEPS[row.step]
    return {"at": row.at, "title": f"{word.said} · {row.by}", "text": row.text, "icon": word.icon}


def _said(row: CardRow) -> dict[str, Any]:
    language = get_language() or "zh"
    return {
        "card": row,
        "kind": KINDS[row.kind],
        "state": STATES[row.state],
        "title": row.title.in_(language),
        "because": row.because.in_(language),
    }
