"""Pages of an area's day: where it stands now, and what stands behind every figure."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from vaxkit.coverage import MEASURES
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.oversight import day_figures, day_screen, paper_sections, queries


@page("oversight.view")
def home(request: ActorRequest) -> HttpResponse:
    return redirect("oversight_day", queries.home(request.actor))


@page("oversight.view")
def situation(request: ActorRequest, area_code: str) -> HttpResponse:
    found = day_figures.situation(request.actor, area_code)
    context = {
        "found": found,
        "figures": day_screen.of_situation(found),
        "notices": [paper_sections.notice_words(notice) for notice in found.content.notices],
    }
    return render(request, "oversight/day.html", context)


@page("oversight.view")
def definitions(request: ActorRequest) -> HttpResponse:
    """What is counted over what, as the calculation says it itself."""
    language = get_language() or "zh"
    rows = [
        tuple(words.in_(language) for words in (row.title, row.numerator, row.denominator))
        for row in MEASURES.values()
    ]
    return render(request, "oversight/definitions.html", {"rows": rows})
