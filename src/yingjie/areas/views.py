"""Pages of the tree."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yingjie.areas import actions, levels, queries
from yingjie.areas.forms import AddLocalForm, MergeForm, RenameForm
from yingjie.areas.table import child_table
from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import NotFound
from yingjie.web.form_page import form_page


@page("areas.view")
def areas(request: ActorRequest) -> HttpResponse:
    """The actor's own area, or what was searched for."""
    text = request.GET.get("q", "").strip()[:60]
    if text:
        found = queries.search(request.actor, text)
        said = queries.places([row.code for row in found])
        rows = [(row, said[row.code], levels.TITLES[row.level]) for row in found]
        return render(request, "areas/search.html", {"text": text, "rows": rows})
    home = queries.home_area(request.actor)
    if home is None:
        return render(request, "areas/none.html")
    return redirect("area", code=home.code)


@page("areas.view")
def area(request: ActorRequest, code: str) -> HttpResponse:
    found = queries.area_page(request.actor, code)
    may_change = request.actor.may("areas.change", code)
    context = {
        "page": found,
        "area": found.area,
        "level": levels.TITLES[found.area.level],
        "crumbs": [(row, request.actor.sees("areas.view", row.code)) for row in found.path[:-1]],
        "table": child_table(request.actor, found.area),
        "counts": [
            (levels.PLURALS[level], count)
            for level, count in queries.level_counts(request.actor, code).items()
        ],
        "add_title": _add_title(found.area.level),
        "may_add": may_change and found.area.is_open and found.area.level in ("village", "grid"),
        "may_rename": may_change and found.area.is_open,
        "may_merge": may_change
        and found.area.is_open
        and found.area.level in ("village", "grid", "micro_grid"),
    }
    return render(request, "areas/area.html", context)


@page("areas.change")
def add_local(request: ActorRequest, code: str) -> HttpResponse:
    parent = _mine(request, code)
    form = AddLocalForm(request.POST or None)
    words = {"title": _add_title(parent.level), "button": pgettext("area", "Add")}

    def add(given: dict[str, Any]) -> str:
        made = actions.add_local(by=request.actor, parent_code=code, name=given["name"])
        messages.success(
            request, _("{name} was added under the number {code}.").format(name=made.name, code=made.code)
        )
        return code

    return _form_page(request, parent, form, words, add)


@page("areas.change")
def rename(request: ActorRequest, code: str) -> HttpResponse:
    row = _mine(request, code)
    form = RenameForm(request.POST or None, initial={"name": row.name, "on": clock.today()})
    words = {
        "title": _("Rename"),
        "lead": _("The present name goes on finding this area, in searches and in rosters."),
        "button": _("Rename"),
    }

    def change(given: dict[str, Any]) -> str:
        actions.rename(by=request.actor, code=code, **given)
        messages.success(request, _("The area has its new name."))
        return code

    return _form_page(request, row, form, words, change)


@page("areas.change")
def merge(request: ActorRequest, code: str) -> HttpResponse:
    row = _mine(request, code)
    others = queries.merge_targets(request.actor, row)
    said = queries.places([other.code for other in others])
    form = MergeForm(request.POST or None, others=others, said=said, initial={"on": clock.today()})
    words = {
        "title": _("Merge into another area"),
        "lead": _(
            "Everybody in the ledger here, the grids below and the roles held here move along. This cannot be turned back."
        ),
        "button": _("Merge"),
        "tone": "danger",
    }

    def change(given: dict[str, Any]) -> str:
        into = actions.merge(by=request.actor, code=code, **given)
        messages.success(request, _("{name} now belongs to {into}.").format(name=row.name, into=into.name))
        return str(into.code)

    return _form_page(request, row, form, words, change)


def _add_title(level: str) -> str:
    """What the button and the page say that add an area below one of this level."""
    return _("Add a micro-grid") if level == "grid" else _("Add a grid")


def _mine(request: ActorRequest, code: str) -> queries.AreaRow:
    """The area, where the actor may change it: else it does not exist for them."""
    if not request.actor.may("areas.change", code):
        raise NotFound()
    return queries.area(request.actor, code)


def _form_page(
    request: ActorRequest,
    row: queries.AreaRow,
    form: Form,
    words: dict[str, str],
    act: Callable[[dict[str, Any]], str],
) -> HttpResponse:
    """Ask, act, go to the area that `act` names; a refusal stands above what was entered."""
    return form_page(
        request,
        form,
        "areas/change.html",
        {"area": row, **words},
        lambda given: redirect("area", code=act(given)),
    )
