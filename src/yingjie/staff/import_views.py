"""Pages of a staff sheet: hand it in, look at the fate of every line, take it in, get the refused lines back."""

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingjie.foundation import files
from yingjie.foundation.access.gates import ActorRequest, page
from yingjie.foundation.refusals import NotFound
from yingjie.staff import sheet_import, sheet_reading
from yingjie.staff.sheet_import import Fate
from yingjie.staff.sheet_reading import StaffSheet
from yingjie.staff.words import FATES
from yingjie.web.form_page import form_page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A sheet that was looked at is taken in within a day: after that its file is swept away.
SECONDS = 24 * 3600
_SALT = "staff sheet"


class SheetForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("Excel or CSV with a header: name, qualification, roles, phone; one line for each certificate."),
    )  # fmt: skip
    area_code = forms.CharField(label=gettext_lazy("Area code"), max_length=16)


@page("staff.change")
def propose(request: ActorRequest) -> HttpResponse:
    form = SheetForm(
        request.POST or None, request.FILES or None, initial={"area_code": request.actor.home_code()}
    )

    def act(given: dict[str, Any]) -> HttpResponse:
        file = given["file"]
        sheet = sheet_reading.read_sheet(file.temporary_file_path())
        found = sheet_import.judged(request.actor, sheet, given["area_code"])
        kept = files.put(Path(file.temporary_file_path()).read_bytes())
        said = [kept, file.name, given["area_code"], request.actor.name]
        return _fates(request, sheet, found, signing.dumps(said, salt=_SALT), is_written=False)

    return form_page(request, form, "staff/sheet_form.html", {}, act)


@page("staff.change")
@require_POST
def take_in(request: ActorRequest) -> HttpResponse:
    sheet, name, area_code = _sheet(request)
    found = sheet_import.take_in(by=request.actor, sheet=sheet, area_code=area_code, file_name=name)
    written = sum(each.fate in ("new", "changed", "certified") for each in found)
    messages.success(request, _("{count} lines are taken in.").format(count=written))
    return _fates(request, sheet, found, request.POST["sheet"], is_written=True)


@page("staff.change")
@never_cache
@require_POST
def refused(request: ActorRequest) -> HttpResponse:
    """What was written is known by now, so that judging again leaves the refused lines alone."""
    sheet, name, area_code = _sheet(request)
    content = sheet_import.refused_lines(sheet, sheet_import.judged(request.actor, sheet, area_code))
    response = HttpResponse(content, content_type=XLSX)
    title = f"{Path(name).stem} - {_('Refused lines')}.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, title) or "attachment"
    return response


def _fates(
    request: ActorRequest, sheet: StaffSheet, found: list[Fate], token: str, *, is_written: bool
) -> HttpResponse:
    counts = [(FATES[fate], sum(each.fate == fate for each in found)) for fate in sheet_import.FATES]
    context = {
        "sheet": sheet, "token": token, "is_written": is_written, "counts": counts,
        "rows": [(each, FATES[each.fate]) for each in sorted(found, key=lambda each: each.fate != "refused")],
        "refused": sum(each.fate == "refused" for each in found), "total": len(found),
    }  # fmt: skip
    return render(request, "staff/sheet_fates.html", context)


def _sheet(request: ActorRequest) -> tuple[StaffSheet, str, str]:
    """The sheet that this person handed in. Raises NotFound."""
    try:
        kept, name, area_code, whose = signing.loads(
            request.POST.get("sheet", ""), salt=_SALT, max_age=SECONDS
        )
    except signing.BadSignature:
        raise NotFound() from None
    if whose != request.actor.name:
        raise NotFound()
    with NamedTemporaryFile() as file:
        file.write(files.get(kept))
        file.flush()
        return sheet_reading.read_sheet(file.name), name, area_code
