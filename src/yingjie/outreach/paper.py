"""Spreadsheets that outreach gives out. Each names who took it and when."""

import io
from collections.abc import Sequence

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.tabular.writing import ColumnSpec, SheetSpec, write_xlsx
from yingjie.outreach.feedback import DayList
from yingjie.outreach.officer_ranking import RankedOfficer
from yingjie.outreach.queries import Reasons
from yingjie.outreach.screen import ShownReasons
from yingjie.outreach.unvaccinated_list import reason_said
from yingjie.outreach.words import TERM_TITLES
from yingjie.web.templatetags.web import moment, status_title

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def village_list(found: DayList, taken_by: str) -> bytes:
    """A village's list of a day: who is on it, and on a second sheet who no longer is."""
    places = areas.places({row.area_code for row in found.rows})
    heading = f"{found.area.name} · {_('Not vaccinated yet')} · {found.on:%Y-%m-%d}"
    note = _("Taken {at} by {who}. Made {made} by {by}. {rows} people.").format(
        at=moment(clock.now()),
        who=taken_by,
        made=moment(found.issued_at),
        by=found.issued_by,
        rows=len(found.rows),
    )
    rows = [
        (
            row.name, row.age, places.get(row.area_code, row.area_code), row.address, row.dose, status_title(row.status),
            reason_said(row.reason), row.visited_on, row.officer, _("new") if row.person_id in found.new else "",
        )
        for row in found.rows
    ]  # fmt: skip
    columns = (
        ColumnSpec(pgettext("person", "Name")), ColumnSpec(_("Age"), kind="integer"), ColumnSpec(_("Lives in")),
        ColumnSpec(_("Address")), ColumnSpec(_("Dose to give"), kind="integer"), ColumnSpec(_("Where they stand")),
        ColumnSpec(pgettext("visit", "Reason")), ColumnSpec(_("Last visit"), kind="date"), ColumnSpec(_("Visited by")),
        ColumnSpec(_("Since the list before")),
    )  # fmt: skip
    marked = frozenset(place for place, row in enumerate(found.rows) if row.person_id in found.new)
    sheets = [
        SheetSpec(str(found.area.name), columns, rows, (heading,), (note,), marked=marked, page_footer=note)
    ]
    if found.closed:
        closed = [
            (each.row.name, each.row.age, str(TERM_TITLES.get(each.now, each.now))) for each in found.closed
        ]
        short = (
            ColumnSpec(pgettext("person", "Name")),
            ColumnSpec(_("Age"), kind="integer"),
            ColumnSpec(_("Now")),
        )
        sheets.append(
            SheetSpec(_("No longer on the list"), short, closed, (heading,), (note,), page_footer=note)
        )
    file = io.BytesIO()
    write_xlsx(file, sheets, created_at=clock.now())
    return file.getvalue()


def reasons(found: Reasons, shown: Sequence[ShownReasons], taken_by: str) -> bytes:
    """Counts of reasons by area and by age."""
    titles = (pgettext("visit", "Area"), pgettext("visit", "Age"))
    heading = f"{found.area_name} · {_('Reasons heard')} · {found.on:%Y-%m-%d}"
    return counts_file(
        heading,
        [
            (
                title,
                [*table.head, pgettext("visit", "Total")],
                [_counts_of(row) for row in (*table.rows, table.total)],
            )
            for title, table in zip(titles, shown, strict=True)
        ],
        taken_by,
    )


def counts_file(
    heading: str, tables: Sequence[tuple[str, Sequence[str], Sequence[Sequence[str | int]]]], taken_by: str
) -> bytes:
    """Tables of whole numbers, (what the rows are, heads of the numbers, rows), a sheet each. No names of residents."""
    note = _("Taken {at} by {who}.").format(at=moment(clock.now()), who=taken_by)
    sheets = [
        SheetSpec(
            title, (ColumnSpec(title), *(ColumnSpec(head, kind="integer") for head in heads)), rows, (heading,), (note,),
            page_footer=note,
        )
        for title, heads, rows in tables
    ]  # fmt: skip
    file = io.BytesIO()
    write_xlsx(file, sheets, created_at=clock.now())
    return file.getvalue()


def download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _counts_of(row: tuple[str, str, list[tuple[str, int, str]], int]) -> list[str | int]:
    return [row[0], *(cell[1] for cell in row[2]), row[3]]


def officers_file(heading: str, rows: Sequence[tuple[str, RankedOfficer]], taken_by: str) -> bytes:
    """Officers side by side: names of officers, no residents."""
    note = _("Taken {at} by {who}.").format(at=moment(clock.now()), who=taken_by)
    columns = (
        ColumnSpec(pgettext("officer", "Place")), ColumnSpec(pgettext("officer", "Officer")),
        ColumnSpec(pgettext("officer", "Answers for")), ColumnSpec(_("Won over"), kind="integer"),
        ColumnSpec(_("Can be won over"), kind="integer"), ColumnSpec(pgettext("officer", "Left out"), kind="integer"),
        ColumnSpec(_("Least number"), kind="integer"),
    )  # fmt: skip
    lines = [
        (
            place, row.officer.name, row.officer.place, row.counts.numerator, row.counts.denominator, row.left_out,
            row.officer.to_win,
        )
        for place, row in rows
    ]  # fmt: skip
    file = io.BytesIO()
    sheet = SheetSpec(_("Officers"), columns, lines, (heading,), (note,), page_footer=note)
    write_xlsx(file, [sheet], created_at=clock.now())
    return file.getvalue()
