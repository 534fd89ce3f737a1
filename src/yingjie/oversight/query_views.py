"""Pages of free queries: ask, see the table, take it as a spreadsheet, keep the question."""

import io
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.tabular.writing import ColumnSpec, SheetSpec, write_xlsx
from yingjie.oversight import free_query, query_words, saved_queries
from yingjie.oversight.free_query import Answer
from yingjie.oversight.query_forms import QueryForm
from yingjie.web.templatetags.web import moment

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("people.view")
def query(request: ActorRequest) -> HttpResponse:
    form = QueryForm(request.GET or None, home=query_words.home(request.actor), actor=request.actor)
    found = free_query.answer(request.actor, form.asked()) if request.GET and form.is_valid() else None
    if found is not None and request.GET.get("export") == "xlsx":
        return _file(request, found)
    context = {
        "form": form,
        "found": found,
        "shown": query_words.table(found) if found else None,
        "kept": [(row, f"{reverse('oversight_query')}?{urlencode(row.asked)}") for row in saved_queries.kept(request.actor)],
        "export_url": f"?{request.GET.urlencode()}&export=xlsx",
        "asked": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "oversight/query.html", context)


@page("people.view")
@require_POST
def keep(request: ActorRequest) -> HttpResponse:
    """Keep the question of the address under a name."""
    form = QueryForm(request.POST, home=query_words.home(request.actor), actor=request.actor)
    asked = {name: request.POST[name] for name in form.fields if request.POST.get(name)}
    if form.is_valid():
        saved_queries.keep(by=request.actor, title=request.POST.get("title", ""), asked=asked)
        messages.success(request, _("The question is kept."))
    return redirect(f"{reverse('oversight_query')}?{urlencode(asked)}")


@page("people.view")
@require_POST
def forget(request: ActorRequest, query_id: UUID) -> HttpResponse:
    saved_queries.forget(by=request.actor, query_id=query_id)
    return redirect("oversight_query")


def _file(request: ActorRequest, found: Answer) -> HttpResponse:
    """The same table with what was asked above it; counts only."""
    shown = query_words.table(found)
    rate = found.asked.is_rate
    columns = [
        ColumnSpec(shown.corner),
        *(ColumnSpec(head, kind="percent" if rate else "integer") for head in shown.heads),
    ]
    taken = _("Taken by {who}, {at}.").format(
        who=request.actor.title or request.actor.name, at=moment(clock.now())
    )
    sheet = SheetSpec(
        _("Query"),
        columns,
        [[name, *map(_value, cells)] for name, cells in shown.rows],
        (shown.said,),
        [*shown.notes, taken],
        totals=[_("Total"), *map(_value, shown.totals)],
    )
    file = io.BytesIO()
    write_xlsx(file, [sheet], created_at=clock.now())
    response = HttpResponse(file.getvalue(), content_type=XLSX)
    name = f"{_('Query')} {found.asked.area_code} {found.asked.until_on}.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _value(cell: query_words.Cell) -> Any:
    return cell.value
