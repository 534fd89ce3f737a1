"""The lines of a list that could not be taken, as a spreadsheet for whoever handed it in: their own columns, and why."""

import io
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaxkit.identity import mask_number, mask_phone
from yingjie.bookings.list_queries import LineRow, ListRow
from yingjie.bookings.words import VERDICTS, said_verdict
from yingjie.foundation import clock
from yingjie.foundation.tabular.writing import ColumnSpec, SheetSpec, write_xlsx


def returned(found: ListRow, columns: Sequence[str], lines: Sequence[LineRow]) -> bytes:
    """The bytes of the workbook. Numbers and phones are masked: the line's number leads back to the sender's own file."""
    width = max((len(line.cells) for line in lines), default=0)
    own = [*columns, *[""] * width][:width]
    specs = [
        ColumnSpec(pgettext("list", "Line"), kind="integer"),
        ColumnSpec(pgettext("person", "Name")),
        *(ColumnSpec(label or "…") for label in own),
        ColumnSpec(pgettext("list", "Verdict")),
        ColumnSpec(pgettext("list", "What to do")),
    ]
    rows = [_row(line, width) for line in lines]
    heading = f"{found.title} · {found.site_name}"
    file = io.BytesIO()
    sheet = SheetSpec(_("Lines that go back"), specs, rows, (heading,))
    write_xlsx(file, [sheet], created_at=clock.now())
    return file.getvalue()


def _row(line: LineRow, width: int) -> list[str | int | None]:
    cells = [*line.cells, *[""] * width][:width]
    return [
        line.nth,
        line.name,
        *map(_masked, cells),
        said_verdict(line.verdict, line.day),
        str(VERDICTS[line.verdict][1]),
    ]


def _masked(text: str) -> str:
    plain = "".join(text.split())
    if len(plain) >= 15 and plain[:-1].isdigit():
        return mask_number(plain)
    return mask_phone(plain) if len(plain) == 11 and plain.isdigit() else text
