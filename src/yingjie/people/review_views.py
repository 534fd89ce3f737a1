"""Pages of the review queue: the list, one question with both records side by side, its answer and the way back."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingjie.areas import queries as areas
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.jobs.actions import start
from yingjie.foundation.refusals import NotFound, Refusal
from yingjie.people import review_queries, reviews, words
from yingjie.people.review_queries import Difference
from yingjie.people.review_words import ANSWERS, FIELDS, STATES

QUESTIONS_A_PAGE = 50


@page("people.import")
def review(request: ActorRequest) -> HttpResponse:
    state = request.GET.get("state", "open")
    state = state if state in STATES else "open"
    roster_id = _roster(request)
    counted = review_queries.counts(request.actor)
    total = review_queries.total(request.actor, state=state, roster_id=roster_id)
    here = Paginator(range(total), QUESTIONS_A_PAGE).get_page(request.GET.get("page"))
    first = here.start_index() - 1 if total else 0
    rows = review_queries.rows(
        request.actor, state=state, roster_id=roster_id, first=first, count=QUESTIONS_A_PAGE
    )
    language = get_language() or "zh"
    context = {
        "rows": [(row, row.reason.in_(language) if row.reason else "") for row in rows],
        "states": [(word, said, counted.get(word, 0)) for word, said in STATES.items()],
        "state": state, "here": here, "roster": request.GET.get("roster", ""),
        "areas": _areas(request.actor), "first": rows[0].id if rows and state in reviews.WAITING else None,
    }  # fmt: skip
    return render(request, "people/review.html", context)


@page("people.import")
@require_POST
def look(request: ActorRequest) -> HttpResponse:
    """Look for people of an area who stand twice, in the background; what is found is asked in the queue."""
    area_code = request.POST.get("area", "")
    chosen = areas.open_area(request.actor, area_code, "people.import")
    if chosen is None:
        raise NotFound()
    title = _("Looking for people of {area} who stand twice").format(area=chosen.name)[:200]
    job = start(
        by=request.actor,
        kind="people.look_for_doubles",
        title=title,
        username=request.actor.name,
        area_code=area_code,
    )
    return redirect("job", job_id=job.pk)


@page("people.import")
def question(request: ActorRequest, doubt_id: UUID) -> HttpResponse:
    return _page(request, doubt_id)


@page("people.import")
@require_POST
def answer(request: ActorRequest, doubt_id: UUID) -> HttpResponse:
    """An answer leads to the next question; what is refused is shown with the question."""
    try:
        done = reviews.decide(by=request.actor, doubt_id=doubt_id, answer=request.POST.get("answer", ""))
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page(request, doubt_id, refusal)
    link = reverse("review_question", args=[done.pk])
    messages.success(request, str(ANSWERS[done.kind, done.state]), extra_tags=link)
    _before, after = review_queries.neighbours(request.actor, doubt_id, roster_id=_roster(request))
    return redirect("review_question", doubt_id=after) if after else redirect("review")


@page("people.import")
@require_POST
def undo(request: ActorRequest, doubt_id: UUID) -> HttpResponse:
    try:
        reviews.undo_decision(by=request.actor, doubt_id=doubt_id)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page(request, doubt_id, refusal)
    messages.success(request, _("Taken back: the question waits again."))
    return redirect("review_question", doubt_id=doubt_id)


def _page(request: ActorRequest, doubt_id: UUID, refusal: Refusal | None = None) -> HttpResponse:
    found = review_queries.card(request.actor, doubt_id)
    before, after = review_queries.neighbours(request.actor, doubt_id, roster_id=_roster(request))
    language = get_language() or "zh"
    context = {
        "card": found, "before": before, "after": after, "refusal": refusal, "state": STATES[found.state],
        "sentence": found.sentence.in_(language) if found.sentence else "",
        "reasons": [each.in_(language) for each in found.reasons],
        "differences": [_difference(each, language) for each in found.differences],
        "alone": [(FIELDS[field], _said(field, value)) for field, value in found.left.values.items() if value],
        "left_count": review_queries.waiting(request.actor),
    }  # fmt: skip
    return render(request, "people/question.html", context, status=refusal.status if refusal else 200)


def _areas(actor: Actor) -> list[tuple[str, str]]:
    """Where one may look for doubles: one's own area and those a level below it."""
    home = areas.home_area(actor)
    if home is None or not actor.may("people.import", home.code):
        return []
    below = [row for row in areas.children(actor, home.code) if row.level in ("county", "town", "village")]
    return [(row.code, row.name) for row in (home, *below)]


def _difference(found: Difference, language: str) -> tuple[object, ...]:
    left, right = _said(found.field, found.left), _said(found.field, found.right)
    return FIELDS[found.field], left, right, found.agrees, found.words.in_(language), found.origin


def _said(field: str, value: str) -> object:
    known = {"sex": words.SEXES, "home": words.ROLES}.get(field, {})
    return known.get(value, value)


def _roster(request: ActorRequest) -> UUID | None:
    try:
        return UUID(request.GET["roster"]) if request.GET.get("roster") else None
    except ValueError:
        return None
