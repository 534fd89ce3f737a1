"""Spreadsheets of 包保: officers with their people, and the lines of a proposal. Each names who took it and when."""

import io
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.tabular.writing import ColumnSpec, SheetSpec, write_xlsx
from yingjie.outreach import calls, duties
from yingjie.outreach.duties import OfficerRow
from yingjie.outreach.mobilising_words import CALL_STATES, WHY_TITLES
from yingjie.outreach.models import Allotment
from yingjie.outreach.unvaccinated_list import reason_said
from yingjie.web.templatetags.web import moment


def duties_file(area_code: str, officers: Sequence[OfficerRow], taken_by: str) -> tuple[bytes, int]:
    """Officers on one sheet, their people on the other. Returns the file and how many people are in it."""
    by_officer = {row.id: [charge.person_id for charge in duties.charges(row.id)] for row in officers}
    found = calls.calls([key for keys in by_officer.values() for key in keys], told=False)
    whose = {key: row.name for row in officers for key in by_officer[row.id]}
    people = [
        (
            whose[each.person_id], each.name, each.age, each.place, each.address, each.dose, str(CALL_STATES[each.state][0]),
            each.on, reason_said(each.reason), each.visited_on,
        )
        for each in sorted(found, key=lambda each: whose[each.person_id])
    ]  # fmt: skip
    staff = [
        (row.name, row.post, row.place, row.phone, row.unit_name, row.least, row.most, row.load, row.closed)
        for row in officers
    ]
    heading, note = _title(area_code, _("Officers and their people")), _taken(taken_by, len(people))
    columns = (
        ColumnSpec(pgettext("officer", "Officer")), ColumnSpec(pgettext("person", "Name")), ColumnSpec(_("Age"), kind="integer"),
        ColumnSpec(_("Lives in")), ColumnSpec(_("Address")), ColumnSpec(_("Dose to give"), kind="integer"),
        ColumnSpec(_("Where they stand")), ColumnSpec(pgettext("round", "Next"), kind="date"),
        ColumnSpec(pgettext("visit", "Reason")), ColumnSpec(_("Last visit"), kind="date"),
    )  # fmt: skip
    of_staff = (
        ColumnSpec(pgettext("officer", "Officer")), ColumnSpec(_("Post")), ColumnSpec(pgettext("officer", "Answers for")),
        ColumnSpec(_("Telephone")), ColumnSpec(_("Unit")), ColumnSpec(_("At least"), kind="integer"),
        ColumnSpec(_("At most"), kind="integer"), ColumnSpec(_("People now"), kind="integer"),
        ColumnSpec(_("Vaccinated since"), kind="integer"),
    )  # fmt: skip
    sheets = [
        SheetSpec(_("Officers"), of_staff, staff, (heading,), (note,), page_footer=note),
        SheetSpec(_("People"), columns, people, (heading,), (note,), page_footer=note),
    ]
    return _written(sheets), len(people)


def moves_file(found: Allotment, taken_by: str) -> bytes:
    rows = [
        (
            row.name,
            row.age,
            row.place,
            row.address,
            row.before,
            row.officer,
            str(WHY_TITLES.get(row.why, row.why)),
        )
        for row in duties.moves(found)
    ]
    columns = (
        ColumnSpec(pgettext("person", "Name")), ColumnSpec(_("Age"), kind="integer"), ColumnSpec(_("Lives in")),
        ColumnSpec(_("Address")), ColumnSpec(_("Officer before")), ColumnSpec(_("Officer after")), ColumnSpec(_("Why")),
    )  # fmt: skip
    note = _taken(taken_by, len(rows))
    heading = _title(found.area_id, _("Proposal of officers"))
    return _written(
        [SheetSpec(pgettext("proposal", "Changes"), columns, rows, (heading,), (note,), page_footer=note)]
    )


def _title(area_code: str, said: str) -> str:
    return f"{areas.path(area_code)[-1].name} · {said} · {clock.today():%Y-%m-%d}"


def _taken(taken_by: str, rows: int) -> str:
    return _("Taken {at} by {who}. {rows} people.").format(at=moment(clock.now()), who=taken_by, rows=rows)


def _written(sheets: Sequence[SheetSpec]) -> bytes:
    file = io.BytesIO()
    write_xlsx(file, list(sheets), created_at=clock.now())
    return file.getvalue()
