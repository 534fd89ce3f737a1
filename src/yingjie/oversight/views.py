"""The bulletin's pages."""

from datetime import date
from typing import cast
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.documents.report import MEDIA_TYPES, Format, Language
from yingjie.foundation.refusals import NotFound
from yingjie.oversight import actions, paper, queries, screen
from yingjie.oversight.forms import IssueForm


@page("oversight.view")
def home(request: ActorRequest) -> HttpResponse:
    """Today's bulletin of the actor's own area, or of the day chosen in the form."""
    on = request.GET.get("on") or clock.today().isoformat()
    return redirect("oversight_bulletin", request.GET.get("area") or queries.home(request.actor), on)


@page("oversight.view")
def bulletin(request: ActorRequest, area_code: str, on: str) -> HttpResponse:
    day = queries.day_page(request.actor, area_code, _day(on))
    content = day.content
    sees_people = request.actor.may("people.view", area_code)
    context = {
        "day": day,
        "content": content,
        "today": clock.today(),
        "lines": screen.lines(content, content.lines, with_ledger=sees_people),
        "total": screen.total(content),
        "annex": screen.lines(content, content.annex, with_ledger=sees_people),
        "summary": paper.summary(content),
        "cut_off": paper.cut_off_words(content),
        "number_words": paper.number_words(content),
        "notes": screen.notes(content),
        **screen.sections(content),
        "level": paper.level_words(content),
        "chart": screen.chart(content) if len(content.lines) > 1 else None,
        "chart_table": screen.chart_table(content),
    }
    return render(request, "oversight/bulletin.html", context)


@page("oversight.issue")
@require_http_methods(["GET", "POST"])
def issue(request: ActorRequest, area_code: str, on: str) -> HttpResponse:
    """The form with what will be frozen beside it; sending it issues."""
    day, form = _day(on), IssueForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        issued = actions.issue(
            by=request.actor, area_code=area_code, on=day, cut_off_at=form.cut_off_at(day),
            problems=form.cleaned_data["problems"], plan=form.cleaned_data["plan"],
            signed_by=form.cleaned_data["signed_by"], copied_to=form.cleaned_data["copied_to"],
        )  # fmt: skip
        messages.success(request, _("Bulletin No. {number} is issued.").format(number=issued.number))
        return redirect("oversight_bulletin", area_code, on)
    page_of_day = queries.day_page(request.actor, area_code, day)
    if not page_of_day.may_issue:
        return redirect("oversight_bulletin", area_code, on)
    context = {"form": form, "day": page_of_day, "summary": paper.summary(page_of_day.content)}
    context |= screen.sections(page_of_day.content)
    return render(request, "oversight/issue.html", context)


@page("oversight.view")
def file(request: ActorRequest, area_code: str, on: str, kind: str) -> HttpResponse:
    """The bulletin as pdf, docx or xlsx, in the language of the page."""
    if kind not in MEDIA_TYPES:
        raise NotFound()
    language: Language = "zh-hans" if (get_language() or "zh").startswith("zh") else "en"
    data = queries.file(request.actor, area_code, _day(on), cast(Format, kind), language)
    ending, named = f"-{area_code}-{on}.{kind}", _("bulletin")
    disposition = f"attachment; filename=\"bulletin{ending}\"; filename*=UTF-8''{quote(named + ending)}"
    return HttpResponse(data, content_type=MEDIA_TYPES[kind], headers={"Content-Disposition": disposition})


@page("oversight.view")
def archive(request: ActorRequest) -> HttpResponse:
    return render(request, "oversight/archive.html", {"rows": queries.archive(request.actor)})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound() from None
