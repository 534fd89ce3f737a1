"""Pages of the wall map: in the console with its table, on the wall in the dark, and the boundaries that somebody brings."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.oversight import boundaries, queries
from yingjie.oversight.board_forms import BoundariesForm
from yingjie.oversight.wall import MEASURES, Cell, wall
from yingjie.oversight.wall_drawing import DrawnCell, picture
from yingjie.web.form_page import form_page

TITLES = {
    "coverage": gettext_lazy("First-dose coverage"),
    "gap": pgettext_lazy("map", "People left"),
    "rank": pgettext_lazy("map", "Rank"),
    "pace": pgettext_lazy("map", "Pace of the week"),
}
#: A wall that turns shows each measure for so many seconds.
TURN_SECONDS = 30


@page("oversight.view")
def home(request: ActorRequest) -> HttpResponse:
    return redirect("oversight_map", queries.home(request.actor))


@page("oversight.view")
def board(request: ActorRequest, area_code: str) -> HttpResponse:
    """In the console: the map, what its colours mean, and the same as a table."""
    context = _context(request, area_code, "oversight_map")
    context["may_bring"] = request.actor.may(boundaries.CHANGE, area_code)
    context["tabs"] = [
        {
            "title": TITLES[each],
            "url": context["address"](measure=each),
            "is_here": each == context["measure"],
            "count": None,
        }
        for each in MEASURES
    ]
    return render(request, "oversight/map.html", context)


@page("oversight.view")
def on_the_wall(request: ActorRequest, area_code: str) -> HttpResponse:
    """Full screen, dark, fetched again by itself; `measure=turn` shows one measure after the other."""
    return render(request, "oversight/wall.html", _context(request, area_code, "oversight_wall"))


@page("areas.change")
@require_http_methods(["GET", "POST"])
def bring(request: ActorRequest, area_code: str) -> HttpResponse:
    area, layer = areas.area(request.actor, area_code), boundaries.layer(request.actor, area_code)
    form = BoundariesForm(request.POST or None, request.FILES or None)

    def act(said: dict[str, Any]) -> HttpResponse:
        file = said["file"]
        made = boundaries.bring(by=request.actor, area_code=area_code, file_name=file.name, data=file.read())
        messages.success(
            request, _("Boundaries of {number} areas are on the map.").format(number=made.boundaries)
        )
        return redirect("oversight_boundaries", area_code)

    return form_page(request, form, "oversight/boundaries.html", {"area": area, "layer": layer}, act)


@page("areas.change")
@require_POST
def drop(request: ActorRequest, area_code: str) -> HttpResponse:
    boundaries.drop(by=request.actor, area_code=area_code)
    messages.success(request, _("The map is back on tiles."))
    return redirect("oversight_boundaries", area_code)


def _context(request: ActorRequest, area_code: str, name: str) -> dict[str, Any]:
    asked = request.GET.get("measure", "")
    measure = _turned() if asked == "turn" else asked if asked in MEASURES else MEASURES[0]
    deep, tiles = request.GET.get("deep") == "1", request.GET.get("tiles") == "1"
    found = wall(request.actor, area_code, deep=deep)
    drawn = picture(found, measure, {} if found.deep else boundaries.shapes(area_code), tiles=tiles)
    said = {"measure": asked or None, "deep": "1" if found.deep else None, "tiles": "1" if tiles else None}

    def address(to: str = name, code: str = area_code, **changes: str | None) -> str:
        query = {key: value for key, value in {**said, **changes}.items() if value}
        return reverse(to, args=[code]) + (f"?{urlencode(query)}" if query else "")

    return {
        "wall": found,
        "picture": drawn,
        "measure": measure,
        "measure_title": TITLES[measure],
        "turns": asked == "turn",
        "turn_seconds": TURN_SECONDS,
        "cells": [_shown(request, each, address) for each in drawn.cells],
        "left": sum(each.left for each in found.cells),
        "crumbs": [(row, address(code=row.code, deep=None)) for row in found.path],
        "measures": [
            (str(nth), TITLES[each], address(measure=each), each == measure and asked != "turn")
            for nth, each in enumerate(MEASURES, 1)
        ],
        "may_deepen": found.area.level == "county",
        "address": address,
        "wall_url": address("oversight_wall"),
        "console_url": address("oversight_map"),
        "turn_url": address(measure="turn"),
        "tiles_url": address(tiles=None if tiles else "1"),
        "deep_url": address(deep=None if found.deep else "1"),
    }


def _turned() -> str:
    """All screens of a county show the same measure at the same time."""
    return MEASURES[int(clock.now().timestamp()) // TURN_SECONDS % len(MEASURES)]


def _shown(request: ActorRequest, drawn: DrawnCell, address: Any) -> dict[str, Any]:
    cell = drawn.cell
    words = [cell.name, f"{TITLES['coverage']} {cell.coverage.percent()} ({cell.first:,}/{cell.people:,})"]
    words.append(pgettext("map", "{number} left").format(number=f"{cell.left:,}"))
    if cell.place:
        words.append(_("no. {place}").format(place=cell.place))
    if cell.sites:
        words.append(_("{number} sites open").format(number=cell.sites))
    return {
        "drawn": drawn,
        "cell": cell,
        "url": _url(request, cell, address),
        "title": " · ".join(words),
    }


def _url(request: ActorRequest, cell: Cell, address: Any) -> str:
    """One level down, and from the lowest one to its people."""
    if cell.has_below:
        return address(code=cell.code, deep=None)
    if request.actor.may("people.view", cell.code):
        return f"{reverse('people')}?{urlencode({'area': cell.code})}"
    return ""
