"""Spreadsheets that outreach gives out. Each names who took it and when."""

import io

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.tabular.writing import ColumnSpec, SheetSpec, write_xlsx
from yingjie.outreach.feedback import DayList
from yingjie.outreach.unvaccinated_list import reason_said
from yingjie.outreach.words import TERM_TITLES
from yingjie.web.templatetags.web import moment, status_title


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
