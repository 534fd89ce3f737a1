"""Pages of units and lines: the board both ways, the list, a unit with its people."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingjie.areas import queries as areas
from yingjie.areas import unit_actions as area_actions
from yingjie.areas import unit_queries as units
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import NotFound
from yingjie.outreach import queries, unit_coverage
from yingjie.outreach.unit_list import UNITS, EmployForm, StaffFileForm, UnitForm, UnitSource, kind_said
from yingjie.outreach.unvaccinated_list import line_said
from yingjie.people import queries as people
from yingjie.people import unit_actions, unit_queries
from yingjie.web.form_page import form_page
from yingjie.web.lists import build


@page("outreach.view")
def lines(request: ActorRequest) -> HttpResponse:
    """The board: everybody by line, and one line (or all) by area."""
    area_code = request.GET.get("area") or queries.home(request.actor)
    line = request.GET.get("line", "")
    line = line if line in units.lines() or line == unit_coverage.NO_LINE else ""
    found = unit_coverage.board(request.actor, area_code, line)
    context = {
        "found": found,
        "path": queries.path(request.actor, area_code),
        "line_title": _line(line) if line else _("All lines"),
        "rows": [
            (code, _line(code), standing, found.units.get(code, 0))
            for code, standing in found.by_line.items()
        ],
        "areas": [
            (
                code,
                found.area_names.get(code) or (found.area.name if code else _("Not placed below")),
                standing,
            )
            for code, standing in sorted(found.by_area.items(), key=lambda each: (not each[0], each[0]))
        ],
        "below": len(area_code) < 12,
    }
    return render(request, "outreach/lines.html", context)


@page("units.view")
def unit_list(request: ActorRequest) -> HttpResponse:
    context = {"may_change": request.actor.may("units.change")}
    return build(request, UNITS, UnitSource(request.actor)).respond(request, "outreach/units.html", context)


@page("units.view")
def unit(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    return render(request, "outreach/unit.html", _page(request.actor, units.unit(request.actor, unit_id)))


@page("units.change")
def new_unit(request: ActorRequest) -> HttpResponse:
    said = _homes(request.actor)
    form = UnitForm(request.POST or None, areas=said)

    def act(_given: dict[str, Any]) -> HttpResponse:
        made = area_actions.open_unit(by=request.actor, **form.entered())
        messages.success(request, _("{name} is entered.").format(name=made.name))
        return redirect("unit", made.pk)

    return form_page(
        request, form, "outreach/unit_form.html", {"title": _("Enter a unit"), "unit": None}, act
    )


@page("units.change")
def change_unit(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    row = units.unit(request.actor, unit_id, "units.change")
    initial = {key: getattr(row, key) for key in area_actions.FIELDS} | {
        "line": row.line or unit_coverage.NO_LINE
    }
    form = UnitForm(request.POST or None, initial=initial)

    def act(_given: dict[str, Any]) -> HttpResponse:
        area_actions.change_unit(by=request.actor, unit_id=unit_id, **form.entered())
        messages.success(request, _("Saved."))
        return redirect("unit", unit_id)

    return form_page(
        request, form, "outreach/unit_form.html", {"title": _("Change the unit"), "unit": row}, act
    )


@page("units.change")
@require_POST
def close_unit(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    made = area_actions.close_unit(by=request.actor, unit_id=unit_id, on=clock.today())
    messages.success(request, _("{name} is closed.").format(name=made.name))
    return redirect("unit", unit_id)


@page("units.change")
def import_staff(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """A roster of the unit's own; what could not be taken stands on the page that answers."""
    row = units.unit(request.actor, unit_id, "units.change")
    form = StaffFileForm(request.POST or None, request.FILES or None)

    def act(given: dict[str, Any]) -> HttpResponse:
        made = unit_actions.import_staff(
            by=request.actor, unit_id=unit_id, path=given["file"].temporary_file_path()
        )
        return render(request, "outreach/unit.html", _page(request.actor, row) | {"imported": made})

    context = {"title": _("Staff roster"), "unit": row, "is_file": True}
    return form_page(request, form, "outreach/unit_form.html", context, act)


@page("units.change")
@require_POST
def employ(request: ActorRequest, unit_id: UUID) -> HttpResponse:
    """One person by their number, which no address holds."""
    form = EmployForm(request.POST)
    found = people.find_by_number(request.actor, form["number"].value() or "")
    if not form.is_valid() or found is None:
        raise NotFound()
    unit_actions.employ(
        by=request.actor, person_id=found.id, unit_id=unit_id, position=form.cleaned_data["position"]
    )
    messages.success(request, _("{name} is at this unit now.").format(name=found.name))
    return redirect("unit", unit_id)


@page("units.change")
@require_POST
def end_employment(request: ActorRequest, unit_id: UUID, person_id: UUID) -> HttpResponse:
    unit_actions.end_employment(by=request.actor, person_id=person_id, unit_id=unit_id)
    messages.success(request, _("No longer at this unit."))
    return redirect("unit", unit_id)


def _page(actor: Actor, row: units.UnitRow) -> dict[str, Any]:
    terms = unit_coverage.standings(actor, row.id)
    staff = unit_queries.staff(actor, row.id)
    standing = unit_coverage.of_units([row.id]).get(row.id, unit_coverage.Standing())
    may_change = actor.may("units.change", row.area_code) and row.closed_on is None
    return {
        "unit": row,
        "kind": kind_said(row.kind),
        "line": line_said(row.line),
        "place": areas.places([row.area_code])[row.area_code],
        "standing": standing,
        "staff": [(each, *_stand(terms.get(each.person_id))) for each in staff],
        "elsewhere": standing.people - len(staff),
        "may_change": may_change,
        "employ": EmployForm() if may_change else None,
    }


def _stand(found: tuple[str, int] | None) -> tuple[str, int]:
    """The word of status and the number of doses to say beside it."""
    term, dose = found or ("to_do", 1)
    word = "complete" if term in ("done", "elsewhere_proved") else "due" if term == "to_do" else term
    return "not-due" if word == "not_offered" else word, dose


def _line(code: str) -> str:
    return _("No line") if code == unit_coverage.NO_LINE else line_said(code)


def _homes(actor: Actor) -> list[tuple[str, str]]:
    home = areas.home_area(actor)
    rows = areas.open_under(actor, home.code, ("town", "village"), "units.change") if home else []
    said = areas.places([row.code for row in rows])
    return [(row.code, said[row.code]) for row in rows]
