"""Pages of collective lists."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingjie.areas import unit_queries as units
from yingjie.bookings import list_actions, list_paper, list_queries, queries, screen
from yingjie.bookings.forms import ListForm
from yingjie.bookings.words import SOURCES, VERDICTS, said_verdict
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.people.ledger_queries import AGE_BANDS
from yingjie.web.form_page import form_page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("bookings.submit")
def lists(request: ActorRequest) -> HttpResponse:
    rows = [(row, SOURCES[row.source]) for row in list_queries.lists(request.actor)]
    return render(request, "bookings/lists.html", {"rows": rows})


@page("bookings.submit")
def new_list(request: ActorRequest, session_id: UUID) -> HttpResponse:
    """Who is to come: from the ledger, a file, or pasted; the verdict of every line follows."""
    row = queries.session(session_id)
    areas = list_queries.area_choices(request.actor)
    at_units = (
        units.units(request.actor, units.Narrowed(), "name", 0, 200)
        if request.actor.may("units.view")
        else []
    )
    initial = {"source": "ledger", "area_code": row.area_code, "unit_id": row.unit_id, "title": row.title}
    form = ListForm(
        request.POST or None, request.FILES or None, initial=initial, areas=areas,
        units=[(str(each.id), each.name) for each in at_units], bands=[(band, band) for band in AGE_BANDS],
    )  # fmt: skip

    def act(given: dict[str, Any]) -> HttpResponse:
        made = _hand_in(request, row, given)
        return redirect("booking_list", made)

    context = {"row": row, "site": screen.site_of(row.site_id), "vaccines": screen.vaccines(row)}
    return form_page(request, form, "bookings/list_form.html", context, act)


@page("bookings.submit")
def booking_list(request: ActorRequest, booking_list_id: UUID) -> HttpResponse:
    """Every line with its verdict; what goes back stands first."""
    found = list_queries.booking_list(request.actor, booking_list_id)
    row = queries.session(found.session_id)
    lines = list_queries.lines(request.actor, booking_list_id)
    shown = [(line, said_verdict(line.verdict, line.day), VERDICTS[line.verdict][1]) for line in lines]
    context = {
        "found": found, "row": row, "vaccines": screen.vaccines(row),
        "back": [each for each in shown if each[0].verdict not in ("good", "booked")],
        "good": [each for each in shown if each[0].verdict in ("good", "booked")],
        "counts": [(VERDICTS[word][0], n) for word, n in list_queries.verdict_counts(request.actor, booking_list_id)],
        "accuracy": list_queries.list_accuracy(request.actor, booking_list_id) if row.is_over else None,
    }  # fmt: skip
    return render(request, "bookings/list.html", context)


@page("bookings.submit")
@require_POST
def submit(request: ActorRequest, booking_list_id: UUID) -> HttpResponse:
    counts = list_actions.submit(by=request.actor, list_id=booking_list_id)
    messages.success(request, _("{n} people have a place.").format(n=counts.get("booked", 0)))
    return redirect("booking_list", booking_list_id)


@page("bookings.submit")
@never_cache
def returned(request: ActorRequest, booking_list_id: UUID) -> HttpResponse:
    """The lines that could not be taken, with why, as a spreadsheet."""
    found = list_queries.booking_list(request.actor, booking_list_id)
    columns = list_queries.columns(request.actor, booking_list_id)
    lines = list_queries.lines(request.actor, booking_list_id, good=False)
    response = HttpResponse(list_paper.returned(found, columns, lines), content_type=XLSX)
    name = f"{found.title} - {_('Lines that go back')}.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _hand_in(request: ActorRequest, row: queries.SessionRow, given: dict[str, Any]) -> UUID:
    unit_id = UUID(given["unit_id"]) if given["unit_id"] else None
    told = {
        "session_id": row.id,
        "area_code": given["area_code"],
        "title": given["title"],
        "unit_id": unit_id,
    }
    if given["source"] == "file":
        made = list_actions.hand_in_file(by=request.actor, path=given["file"].temporary_file_path(), **told)
    elif given["source"] == "pasted":
        made = list_actions.hand_in_text(by=request.actor, text=given["text"], **told)
    else:
        chosen = list_queries.candidates(
            request.actor, row, given["area_code"], unit_id=unit_id, age_band=given["age_band"], number=given["number"],
            most=max(1, row.free),
        )  # fmt: skip
        made = list_actions.hand_in_people(by=request.actor, person_ids=chosen, **told)
    return made.pk
