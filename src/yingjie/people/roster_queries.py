"""Reads of rosters on their way into the ledger. Numbers and phones in their cells come out masked, but for the file of lines that
go back to whoever sent them."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaxkit.identity import Phone as ReadPhone
from vaxkit.identity import mask_number, mask_phone, split_phones
from vaxkit.vocabulary import Text
from yingjie.areas import queries as areas
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.foundation.refusals import NotFound
from yingjie.foundation.tabular.cells import Cell, as_text
from yingjie.foundation.tabular.writing import ColumnSpec, SheetSpec, write_xlsx
from yingjie.people.models import FATES, RosterImport, RosterRow
from yingjie.people.roster.columns import TITLES, ColumnMap
from yingjie.people.roster.keeping import cells_from_text

NOT_LOADED = ("doubtful", "refused")


@dataclass(frozen=True)
class ImportView:
    """A roster. `counts` has every fate, and `left_out`: totals, signatures and repeated headings of the file."""

    id: UUID
    area_code: str
    area_name: str
    file_name: str
    state: str
    counts: dict[str, int]
    columns: ColumnMap
    sheet: str
    other_sheets: tuple[str, ...]
    by: str
    created_at: datetime
    committed_at: datetime | None

    @property
    def lines(self) -> int:
        return sum(self.counts.get(fate, 0) for fate in FATES)

    @property
    def loads(self) -> int:
        """Lines that a commit writes into the ledger."""
        return self.counts.get("new", 0) + self.counts.get("changed", 0)

    @property
    def not_loaded(self) -> int:
        return sum(self.counts.get(fate, 0) for fate in NOT_LOADED)


@dataclass(frozen=True)
class LineView:
    """A line for the review: its imported `cells` as (heading, text), masked, in the file's order; `reasons` with their weights."""

    number: int
    fate: str
    cells: tuple[tuple[str, str], ...]
    reasons: tuple[tuple[str, Text], ...]


def roster_import(actor: Actor, import_id: UUID) -> ImportView:
    """One roster of the actor's areas. Raises NotFound."""
    found = RosterImport.objects.visible_to(actor).filter(pk=import_id).first()
    if found is None:
        raise NotFound()
    return _view(found, areas.names([found.area_id]))


def imports(actor: Actor, *, state: str = "", limit: int = 100) -> list[ImportView]:
    """The rosters of the actor's areas, newest first."""
    rows = RosterImport.objects.visible_to(actor).order_by("-created_at")
    found = list((rows.filter(state=state) if state else rows)[:limit])
    names = areas.names([row.area_id for row in found])
    return [_view(row, names) for row in found]


def waiting(actor: Actor) -> int:
    """How many rosters wait for somebody's review."""
    return RosterImport.objects.visible_to(actor).filter(state="proposed").count()


def lines(
    actor: Actor, import_id: UUID, *, fate: str = "", first: int = 0, count: int = 50
) -> list[LineView]:
    """Lines of a roster in the file's order, from the `first`-th on; only those of one fate when it is given."""
    columns = roster_import(actor, import_id).columns
    rows = RosterRow.objects.visible_to(actor).filter(roster_id=import_id).order_by("number")
    rows = rows.filter(fate=fate) if fate else rows
    return [_line(row, columns) for row in rows[first : first + count]]


def bad_rows_file(actor: Actor, import_id: UUID) -> bytes:
    """The lines that did not load, as XLSX with the file's own columns, the line's number and the reason. Journalled: it holds
    whole numbers, as they were sent. Raises NotFound."""
    found = roster_import(actor, import_id)
    labels = [label or f"#{index}" for index, label in enumerate(found.columns.labels, 1)]
    stream = io.BytesIO()
    sheet = SheetSpec(
        _("Lines that did not load"),
        [
            ColumnSpec(_("Line"), kind="integer"),
            *(ColumnSpec(label, kind="any") for label in labels),
            ColumnSpec(_("Reason"), width=60.0),
        ],
        _bad_rows(actor, import_id, len(labels)),
    )
    write_xlsx(stream, [sheet], created_at=clock.now())
    with transaction.atomic():
        facts = {"lines": found.not_loaded}
        record(
            by=actor, verb="people.take_back_lines", subject=("rosterimport", import_id),
            area_code=found.area_code, facts=facts,
        )  # fmt: skip
    return stream.getvalue()


def _bad_rows(actor: Actor, import_id: UUID, width: int) -> Iterator[list[Any]]:
    rows = RosterRow.objects.visible_to(actor).filter(roster_id=import_id, fate__in=NOT_LOADED)
    language = get_language() or "zh"
    for row in rows.order_by("number").iterator(chunk_size=2000):
        cells = [*cells_from_text(row.cells), *[None] * width][:width]
        said = [_text(found).in_(language) for found in row.reasons if found["weight"] in NOT_LOADED]
        # A number that a spreadsheet has rounded is given back as it reads: nobody should mistake it for a whole one.
        yield [row.number, *(as_text(cell) if _is_long(cell) else cell for cell in cells), " ".join(said)]


def _is_long(cell: Cell) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= 10**11


def _view(row: RosterImport, names: dict[str, str]) -> ImportView:
    mapping = row.mapping
    return ImportView(
        id=row.pk, area_code=row.area_id, area_name=names.get(row.area_id, row.area_id), file_name=row.file_name,
        state=row.state, counts=row.counts, columns=ColumnMap(tuple(mapping["labels"]), tuple(mapping["fields"])),
        sheet=mapping["sheet"], other_sheets=tuple(mapping["other_sheets"]), by=row.by, created_at=row.created_at,
        committed_at=row.committed_at,
    )  # fmt: skip


def _line(row: RosterRow, columns: ColumnMap) -> LineView:
    cells = [*cells_from_text(row.cells), *[None] * len(columns.labels)][: len(columns.labels)]
    shown = tuple(
        (label, _shown(field, cell))
        for label, field, cell in zip(columns.labels, columns.fields, cells, strict=True)
        if field
    )
    reasons = tuple((found["weight"], _text(found)) for found in row.reasons)
    return LineView(row.number, row.fate, shown, reasons)


def _shown(field: str, cell: Cell) -> str:
    """A cell for the eye: whatever looks like a number or a phone is masked, in whichever column it stands."""
    text = as_text(cell)
    if field == "number" or (len(text) >= 15 and text[:-1].isdigit()):
        return mask_number(text)
    if field == "phone" or (len(text) == 11 and text.isdigit()):
        found = split_phones(text)
        return "、".join(
            mask_phone(phone.number) if isinstance(phone, ReadPhone) else "***" for phone in found
        )
    return text[:80]


def _text(found: dict[str, str]) -> Text:
    return Text(found["zh"], found["en"])


def field_choices() -> list[tuple[str, Text]]:
    """The fields that a column can be, for the mapping form."""
    return list(TITLES.items())
