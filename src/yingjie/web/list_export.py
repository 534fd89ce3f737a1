"""A list as a file: the same filters, columns and sort as on the screen, all pages, and the journal knows who took it."""

import io
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yingjie.foundation import clock
from yingjie.foundation.journal.actions import record
from yingjie.foundation.refusals import NotAllowed, Refusal
from yingjie.foundation.tabular.writing import ColumnSpec, SheetSpec, write_csv, write_xlsx
from yingjie.web.lists import Column, ListPage
from yingjie.web.templatetags.web import moment, status_title

ROW_LIMIT = 1_000_000
KINDS = {"percent": "percent", "day": "date", "date": "date", "moment": "moment"}


class TooManyRows(Refusal):
    code = "list.too_many_rows"
    reason = gettext_lazy("This list has {rows} rows; a file can hold {limit}.")
    next_step = gettext_lazy("Narrow it by a filter, for example by township, and export the parts.")


class UnknownFormat(Refusal):
    code = "list.unknown_format"
    reason = gettext_lazy("There is no export as “{given}”.")
    next_step = gettext_lazy("Use one of the export buttons above the list.")
    status = 400


def exported(page: ListPage) -> FileResponse:
    """The file to download. Raises NotAllowed, TooManyRows, UnknownFormat."""
    if not page.may_export:
        raise NotAllowed(permission=page.spec.export_permission)
    if page.export not in ("xlsx", "csv"):
        raise UnknownFormat(given=page.export[:20])
    if page.total > ROW_LIMIT:
        raise TooManyRows(rows=page.total, limit=ROW_LIMIT)
    with transaction.atomic():
        file = _xlsx(page) if page.export == "xlsx" else _csv(page)
        record(by=page.actor, verb="list.export", subject=("list", page.spec.name), area_code=page.actor.home_code(),
               facts={"rows": page.total, "filters": sorted(page.state.filters), "format": page.export})  # fmt: skip
    name = f"{page.spec.title or page.spec.name} {clock.today():%Y-%m-%d}.{page.export}"
    return FileResponse(file, as_attachment=True, filename=name)


def export_rows(page: ListPage) -> Iterator[list[Any]]:
    """Each row of the filter as plain values in the order of the columns."""
    for row in page.source.all(page.state.filters, page.state.sort):
        yield [plain_value(column, column.of(row)) for column in page.spec.columns]


def plain_value(column: Column, value: Any) -> Any:
    """What a spreadsheet is given for a cell: words for a status, a fraction for a percentage, local time for a moment."""
    if value is None:
        return None
    if column.kind == "status":
        return status_title(value)
    if column.kind == "percent":
        done, total = value
        return done / total if total else None
    if column.kind == "moment" and isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    if column.kind in ("number", "day", "date"):
        return value
    return str(value)


def _xlsx(page: ListPage) -> Any:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it when it is sent
    sheet = SheetSpec(
        title=str(page.spec.title or page.spec.name),
        columns=_columns(page),
        rows=export_rows(page),
        notes=[_provenance(page)],
    )
    write_xlsx(file, [sheet], created_at=timezone.localtime(clock.now()))
    file.seek(0)
    return file


def _csv(page: ListPage) -> Any:
    text = io.StringIO(newline="")
    write_csv(text, _columns(page), ([_written(value) for value in row] for row in export_rows(page)))
    return io.BytesIO(text.getvalue().encode("utf-8-sig"))


def _written(value: Any) -> Any:
    """As on the screen: no seconds, which the spreadsheet hides and a text file would show."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else value


def _columns(page: ListPage) -> list[ColumnSpec]:
    return [
        ColumnSpec(str(each.label), kind=_kind(each), digits=each.digits or 1) for each in page.spec.columns
    ]


def _kind(column: Column) -> Any:
    if column.kind == "number":
        return "decimal" if column.digits else "integer"
    return KINDS.get(column.kind, "text")


def _provenance(page: ListPage) -> str:
    """One line under the rows: who took it, when, and what narrowed it."""
    narrowed = "；".join(f"{chip['label']}: {chip['words']}" for chip in page.chips) or _("none")
    return _("Exported {at} by {who}. Filters: {filters}. {rows} rows.").format(
        at=moment(clock.now()), who=page.actor.title or page.actor.name, filters=narrowed, rows=page.total
    )
