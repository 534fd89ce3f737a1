"""Pages of rosters: upload, sheet and columns, review with the columns beside it, commit, and what came of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingjie.foundation.access.actor import Actor
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.people import (
    actions,
    choices,
    import_jobs,
    import_previews,
    roster_queries,
    source_queries,
    words,
)
from yingjie.people.forms import MappingForm
from yingjie.people.import_forms import RosterForm, SheetForm
from yingjie.people.roster_queries import ImportView
from yingjie.people.roster_sheets import EVERY_SHEET
from yingjie.web.form_page import form_page

LINES_A_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("people.import")
def imports(request: ActorRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in words.STATES else ""
    rows = roster_queries.imports(request.actor, state=state)
    return render(request, "people/imports.html", {"rows": rows, "state": state, "states": words.STATES})


@page("people.import")
def new_import(request: ActorRequest) -> HttpResponse:
    """A plain small file is read at once, a large one in the background; where sheets or columns are in doubt, they come first."""
    areas = choices.importable(request.actor)
    first = areas[0][0] if areas else ""
    form = RosterForm(
        request.POST or None, request.FILES or None, areas=areas, kinds=_kinds(), initial={"area_code": first}
    )
    return form_page(request, form, "people/upload.html", {}, lambda given: _uploaded(request.actor, given))


def _uploaded(by: Actor, given: dict[str, Any]) -> HttpResponse:
    upload, area_code = given["file"], given["area_code"]
    what = {"source_kind": given["source_kind"], "said_on": given["said_on"]}
    if upload.size > import_jobs.READ_AT_ONCE_BYTES and not given["look"]:
        job = import_jobs.start_proposal(by=by, area_code=area_code, upload=upload, **what)
        return redirect("job", job_id=job.pk)
    path, name = upload.temporary_file_path(), upload.name
    found = import_previews.look_at(by, path, name, area_code)
    if given["look"] or found.missing or found.swapped or len(found.sheets) > 1:
        draft_id = import_previews.keep(by, path=path, file_name=name, area_code=area_code, **what)
        return redirect("import_prepare", draft_id=draft_id)
    made = actions.propose_import(by=by, area_code=area_code, path=path, file_name=name, **what)
    return redirect("import", import_id=made.pk)


@page("people.import")
def prepare(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """Sheet and columns, with the first lines as they will be read; then the whole file is read."""
    sheet = (request.POST if request.method == "POST" else request.GET).get("sheet", "")
    one = "" if sheet == EVERY_SHEET else sheet
    found = import_previews.look(request.actor, draft_id, one)
    form = _sheet_form(found, sheet or found.sheet, request)
    mapping = form.changed() if request.method == "POST" and form.is_valid() else {}
    if mapping and request.POST.get("step") == "look":
        found = import_previews.look(request.actor, draft_id, one, mapping)
        form = _sheet_form(found, sheet or found.sheet, None)
    context = {
        "look": found,
        "draft_id": draft_id,
        "every": EVERY_SHEET,
        "sheet": sheet or found.sheet,
        **_looked(found),
    }

    def act(_given: dict[str, Any]) -> HttpResponse:
        made = import_previews.read(request.actor, draft_id, sheet, form.changed())
        return redirect("import", import_id=made.pk)

    return form_page(request, form, "people/prepare.html", context, act)


@page("people.import")
def show_import(request: ActorRequest, import_id: UUID) -> HttpResponse:
    found = roster_queries.roster_import(request.actor, import_id)
    fate = request.GET.get("fate", "")
    fate = fate if fate in words.FATES else ""
    total = found.counts.get(fate, 0) if fate else found.lines
    pages = Paginator(range(total), LINES_A_PAGE)
    here = pages.get_page(request.GET.get("page"))
    first = here.start_index() - 1 if total else 0
    lines = roster_queries.lines(request.actor, import_id, fate=fate, first=first, count=LINES_A_PAGE)
    context = {
        "roster": found,
        "fate": fate,
        "fates": [(word, *said, found.counts.get(word, 0)) for word, said in words.FATES.items()],
        "state": words.STATES[found.state],
        "kind": dict(_kinds())[found.source_kind],
        "lines": [(line, words.FATES[line.fate], _reasons(line)) for line in lines],
        "headings": [
            label for label, field in zip(found.columns.labels, found.columns.fields, strict=True) if field
        ],
        "here": here,
        "mapping": _mapping_form(found),
        "missing": [
            words_of
            for key, words_of in _fields()
            if key in ("name", "number") and not found.columns.has(key)
        ],
    }
    return render(request, "people/import.html", context)


@page("people.import")
@require_POST
def remap(request: ActorRequest, import_id: UUID) -> HttpResponse:
    found = roster_queries.roster_import(request.actor, import_id)
    form = _mapping_form(found, request)
    if form.is_valid() and form.changed():
        actions.remap_import(by=request.actor, import_id=import_id, mapping=form.changed())
        messages.success(request, _("The lines were read anew with these columns."))
    return redirect("import", import_id=import_id)


@page("people.import")
@require_POST
def commit(request: ActorRequest, import_id: UUID) -> HttpResponse:
    found = roster_queries.roster_import(request.actor, import_id)
    job = import_jobs.start_commit(by=request.actor, import_id=found.id, file_name=found.file_name)
    return redirect("job", job_id=job.pk)


@page("people.import")
@require_POST
def discard(request: ActorRequest, import_id: UUID) -> HttpResponse:
    actions.discard_import(by=request.actor, import_id=import_id)
    messages.success(request, _("Discarded. Nothing of it came into the ledger."))
    return redirect("imports")


@page("people.import")
@require_POST
def undo(request: ActorRequest, import_id: UUID) -> HttpResponse:
    actions.undo_import(by=request.actor, import_id=import_id)
    messages.success(request, _("Taken back: the ledger is as it was before this roster."))
    return redirect("import", import_id=import_id)


@page("people.import")
@never_cache
def bad_lines(request: ActorRequest, import_id: UUID) -> HttpResponse:
    found = roster_queries.roster_import(request.actor, import_id)
    content = actions.bad_rows_file(request.actor, import_id)
    stem = found.file_name.rsplit(".", 1)[0]
    name = f"{stem} - {_('lines that did not load')}.xlsx"
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _mapping_form(found: ImportView, request: ActorRequest | None = None) -> MappingForm:
    columns = found.columns
    given = request.POST if request is not None else None
    return MappingForm(given, labels=columns.labels, fields=columns.fields, choices=_fields())


def _sheet_form(found: import_previews.Look, sheet: str, request: ActorRequest | None) -> SheetForm:
    given = request.POST if request is not None and request.method == "POST" else None
    columns = found.columns
    return SheetForm(
        given, labels=columns.labels, fields=columns.fields, choices=_fields(), chosen_sheet=sheet
    )


def _looked(found: import_previews.Look) -> dict[str, Any]:
    """The first lines for the page: what was read of each, and the words of its reasons."""
    language = get_language() or "zh"
    titles = dict(_fields())
    said = [[(weight, text.in_(language)) for weight, text in line.reasons] for line in found.lines]
    fields = ("name", "number", "sex", "birth_on", "village", "address", "phone")
    read = [
        [
            (titles[field], words.SEXES.get(value, value) if field == "sex" else value)
            for field, value in line.read.items()
        ]
        for line in found.lines
    ]
    return {
        "lines": list(zip(found.lines, read, said, strict=True)),
        "missing": [titles[field] for field in found.missing],
        "titles": [titles[field] for field in fields],
    }


def _kinds() -> list[tuple[str, str]]:
    language = get_language() or "zh"
    return [(kind, title.in_(language)) for kind, title in source_queries.kinds()]


def _fields() -> list[tuple[str, str]]:
    language = get_language() or "zh"
    return [(field, title.in_(language)) for field, title in roster_queries.field_choices()]


def _reasons(line: roster_queries.LineView) -> list[tuple[str, str]]:
    language = get_language() or "zh"
    return [(weight, said.in_(language)) for weight, said in line.reasons]
