"""The balance as a spreadsheet: the areas one level below, all villages, and what does not agree."""

import io

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from yingjie.foundation import clock
from yingjie.foundation.tabular.writing import ColumnSpec, SheetSpec, write_xlsx
from yingjie.oversight.balance import BalanceLine, BalancePage
from yingjie.oversight.balance_screen import name_of, term_title
from yingjie.web.templatetags.web import moment


def workbook(found: BalancePage, taken_by: str) -> bytes:
    """Counts only: nobody is named. Every row's terms add up to its registered people."""
    language = get_language() or "zh-hans"
    heading = f"{found.area.name} · {_('Balance of the ledger')} · {found.on:%Y-%m-%d}"
    known = moment(found.known_at) if found.known_at else moment(clock.now())
    notes = [
        *(finding.text.in_(language) for finding in found.findings),
        _("Dose {number} is asked for. As known {at}. Taken by {who}.").format(
            number=found.goal, at=known, who=taken_by
        ),
    ]
    columns = [
        ColumnSpec(pgettext("bulletin", "Area")), ColumnSpec(_("Registered"), kind="integer"),
        *(ColumnSpec(term_title(code), kind="integer") for code in found.codes),
        ColumnSpec(_("Difference"), kind="integer"),
    ]  # fmt: skip
    sheets = [_sheet(_("Balance"), columns, found, found.lines, heading, notes)]
    if len(found.area.code) < 9:
        sheets.append(_sheet(_("All villages"), columns, found, found.villages, heading, notes))
    file = io.BytesIO()
    write_xlsx(file, sheets, created_at=clock.now())
    return file.getvalue()


def _sheet(
    title: str,
    columns: list[ColumnSpec],
    found: BalancePage,
    lines: tuple[BalanceLine, ...],
    heading: str,
    notes: list[str],
) -> SheetSpec:
    return SheetSpec(
        title,
        columns,
        [_row(found, line) for line in lines],
        (heading,),
        notes,
        totals=_row(found, found.total),
    )


def _row(found: BalancePage, line: BalanceLine) -> list[str | int]:
    balance = line.balance
    return [
        name_of(line),
        balance.registered,
        *(balance.terms.get(code, 0) for code in found.codes),
        balance.difference,
    ]
