"""The report back: the sender's own file with what was found written into it, everything else as it came. A column of theirs for a
finding, a checker, a day or a note is filled; those that they do not have are added at the end.

Where single cells cannot be written into the file (an old XLS, or one written in an unusual way), it is a new XLSX with the lines
above the header, the columns and the rows in their order.
"""

import io
import tempfile
import unicodedata
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yingjie.foundation import clock
from yingjie.foundation.tabular.cells import Cell
from yingjie.foundation.tabular.filling import CannotFill, filled
from yingjie.foundation.tabular.writing import ColumnSpec, SheetSpec, write_xlsx
from yingjie.outreach.check_reading import read_sheet
from yingjie.outreach.models import CheckItem
from yingjie.outreach.words import FINDING_TITLES

FILLED = ("finding", "checker", "checked_on", "note")


Lines = Sequence[tuple[CheckItem, list[Cell]]]


def report(layout: dict[str, Any], lines: Lines, original: bytes | None) -> tuple[bytes, str]:
    """The bytes of the file and the ending of its name. Its words are in the language of the sender's own labels."""
    is_chinese = any(unicodedata.name(sign, "").startswith("CJK") for sign in "".join(layout["columns"]))
    with translation.override("zh-hans" if is_chinese else "en"):
        titles = {
            "finding": pgettext("check", "Finding"),
            "checker": _("Checked by"),
            "checked_on": _("Checked on"),
            "note": pgettext("visit", "Note"),
        }
        added = {field: titles[field] for field in FILLED if field not in layout["fields"]}
        fields = [*layout["fields"], *added]
        if original is not None:
            try:
                return _into(original, layout, lines, added), Path(layout["file_name"]).suffix or ".xlsx"
            except CannotFill:
                pass  # said on the page of the list: it comes back as a new XLSX
        columns = [ColumnSpec(label, kind="any") for label in (*layout["columns"], *added.values())]
        rows = [_row(item, cells, fields) for item, cells in lines]
        sheet = SheetSpec(layout["sheet"], columns, rows, tuple(layout["heading"]), autofilter=False)
        file = io.BytesIO()
        write_xlsx(file, [sheet], created_at=clock.now())
    return file.getvalue(), ".xlsx"


def _into(original: bytes, layout: dict[str, Any], lines: Lines, added: dict[str, str]) -> bytes:
    """The sender's own file, filled. Raises CannotFill."""
    width, fields = len(layout["columns"]), [*layout["fields"], *added]
    header = _header_row(original)
    cells = {(header, width + at): label for at, label in enumerate(added.values())}
    for item, came in lines:
        row = _row(item, came, fields) if item.finding else []
        for place, value in enumerate(row):
            is_new = value is not None and (place >= len(came) or value != came[place])
            if fields[place] in FILLED and is_new:
                cells[item.number, place] = _text(value)
    return filled(original, layout["sheet"], cells, like=dict.fromkeys(range(width, len(fields)), width - 1))


def _header_row(original: bytes) -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "given"
        path.write_bytes(original)
        found = read_sheet(path).header_row_index
    if found is None:
        raise CannotFill("header")
    return found + 1


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _row(item: CheckItem, cells: list[Cell], fields: list[str]) -> list[Any]:
    """The line as it came, with what was found; a line without a finding and a total stay as they were."""
    width = len(fields)
    row: list[Any] = [*cells, *[None] * width][:width]
    if not item.finding:
        return row
    found = {
        "finding": str(FINDING_TITLES[item.finding]), "checker": item.found_by,
        "checked_on": clock.day_of(item.found_at) if item.found_at else None, "note": item.note,
    }  # fmt: skip
    for place, field in enumerate(fields):
        if field in FILLED and found[field]:
            row[place] = (
                found[field] if field != "note" or not row[place] else f"{row[place]}；{found[field]}"
            )
    return row
