"""The report back: the sender's sheet with its lines above the header, its columns and its rows in their order, and in it what was
found. A column of theirs for a finding, a checker, a day or a note is filled; those that they do not have are added at the end."""

import io
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yingjie.foundation import clock
from yingjie.foundation.tabular.cells import Cell
from yingjie.foundation.tabular.writing import ColumnSpec, SheetSpec, write_xlsx
from yingjie.outreach.models import CheckItem
from yingjie.outreach.words import FINDING_TITLES

FILLED = ("finding", "checker", "checked_on", "note")


def report(layout: dict[str, Any], lines: Iterable[tuple[CheckItem, list[Cell]]]) -> bytes:
    """The bytes of the workbook. Its words are in the language of the sender's own labels."""
    is_chinese = any(unicodedata.name(sign, "").startswith("CJK") for sign in "".join(layout["columns"]))
    with translation.override("zh-hans" if is_chinese else "en"):
        titles = {
            "finding": pgettext("check", "Finding"),
            "checker": _("Checked by"),
            "checked_on": _("Checked on"),
            "note": pgettext("visit", "Note"),
        }
        fields = [*layout["fields"], *(field for field in FILLED if field not in layout["fields"])]
        added = [titles[field] for field in FILLED if field not in layout["fields"]]
        columns = [ColumnSpec(label, kind="any") for label in (*layout["columns"], *added)]
        rows = [_row(item, cells, fields) for item, cells in lines]
        sheet = SheetSpec(layout["sheet"], columns, rows, tuple(layout["heading"]), autofilter=False)
        file = io.BytesIO()
        write_xlsx(file, [sheet], created_at=clock.now())
    return file.getvalue()


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
