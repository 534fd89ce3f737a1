"""Pages of rosters: upload, review with the columns beside it, commit, and what came of it."""

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

from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import Refusal
from yingjie.people import actions, choices, import_jobs, roster_queries, words
from yingjie.people.forms import MappingForm, UploadForm
from yingjie.people.roster_queries import ImportView

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
    """A small file is read at once; a large one in the background, with its progress on a page of its own."""
    areas = choices.importable(request.actor)
    first = areas[0][0] if areas else ""
    form = UploadForm(request.POST or None, request.FILES or None, areas=areas, initial={"area_code": first})
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        upload, area_code = form.cleaned_data["file"], form.cleaned_data["area_code"]
        try:
            if upload.size > import_jobs.READ_AT_ONCE_BYTES:
                job = import_jobs.start_proposal(by=request.actor, area_code=area_code, upload=upload)
                return redirect("job", job_id=job.pk)
            path, name = upload.temporary_file_path(), upload.name
            made = actions.propose_import(by=request.actor, area_code=area_code, path=path, file_name=name)
            return redirect("import", import_id=made.pk)
        except Refusal as refused:
            refusal = refused
    status = refusal.status if refusal else 400 if form.errors else 200
    return render(request, "people/upload.html", {"form": form, "refusal": refusal}, status=status)


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


def _fields() -> list[tuple[str, str]]:
    language = get_language() or "zh"
    return [(field, title.in_(language)) for field, title in roster_queries.field_choices()]


def _reasons(line: roster_queries.LineView) -> list[tuple[str, str]]:
    language = get_language() or "zh"
    return [(weight, said.in_(language)) for weight, said in line.reasons]
