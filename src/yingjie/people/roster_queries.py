"""Reads of rosters on their way into the ledger. Numbers and phones in their cells come out masked, but for the file of lines that
go back to whoever sent them."""

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
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
from yingjie.foundation.tabular.cells import Cell, as_text, restored, was_rounded
from yingjie.foundation.tabular.writing import ColumnSpec, SheetSpec, write_xlsx
from yingjie.people.models import FATES, RosterImport, RosterPage
from yingjie.people.roster.changes import changes_of
from yingjie.people.roster.columns import TITLES, ColumnMap
from yingjie.people.roster.pages import opened
from yingjie.people.roster.reasons import Reason
from yingjie.people.roster_reading import SHEET_STEP
from yingjie.people.roster_sheets import Part

NOT_LOADED = ("doubtful", "refused")


@dataclass(frozen=True)
class ImportView:
    """A roster. `counts` has every fate, and `left_out`: totals, signatures and repeated headings of the file. `parts` are the
    sheets that were read with their columns; `columns` those of the first; `hidden` counts lines that the file does not show."""

    id: UUID
    area_code: str
    area_name: str
    file_name: str
    state: str
    counts: dict[str, int]
    columns: ColumnMap
    parts: tuple[Part, ...]
    hidden: int
    sheet: str
    source_kind: str
    said_on: date | None
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
    """A line for the review: its imported `cells` as (heading, text), masked, in the file's order; `reasons` with their weights.
    `number` is what the spreadsheet shows, `line` tells it from those of other sheets; `person_id` is whom it speaks of."""

    number: int
    line: int
    sheet: str
    person_id: str | None
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
    parts = roster_import(actor, import_id).parts
    rows = RosterPage.objects.visible_to(actor).filter(roster_id=import_id).order_by("order")
    found: list[LineView] = []
    for page_id, counts, of_page in rows.values_list("pk", "counts", "lines"):
        here = counts.get(fate, 0) if fate else of_page
        if first >= here:
            first -= here
            continue
        frame = opened(RosterPage.objects.visible_to(actor).get(pk=page_id).content)
        frame = frame.filter(frame["fate"] == fate) if fate else frame
        found += [_line(row, parts) for row in frame.slice(first, count - len(found)).iter_rows(named=True)]
        first = 0
        if len(found) == count:
            break
    return found


def bad_rows_file(actor: Actor, import_id: UUID) -> bytes:
    """The lines that did not load, as XLSX with the file's own columns, the line's number and the reason. Journalled: it holds
    whole numbers, as they were sent. Raises NotFound."""
    found = roster_import(actor, import_id)
    stream = io.BytesIO()
    sheets = [
        SheetSpec(
            part.sheet[:31] if len(found.parts) > 1 else _("Lines that did not load"),
            _bad_columns(part),
            _bad_rows(actor, import_id, at, len(part.columns.labels)),
        )
        for at, part in enumerate(found.parts)
    ]
    write_xlsx(stream, sheets, created_at=clock.now())
    with transaction.atomic():
        facts = {"lines": found.not_loaded}
        record(
            by=actor, verb="people.take_back_lines", subject=("rosterimport", import_id),
            area_code=found.area_code, facts=facts,
        )  # fmt: skip
    return stream.getvalue()


def _bad_columns(part: Part) -> list[ColumnSpec]:
    labels = [label or f"#{index}" for index, label in enumerate(part.columns.labels, 1)]
    own = [ColumnSpec(label, kind="any") for label in labels]
    return [ColumnSpec(_("Line number"), kind="integer"), *own, ColumnSpec(_("Reason"), width=60.0)]


def _bad_rows(actor: Actor, import_id: UUID, part: int, width: int) -> Iterator[list[Any]]:
    language = get_language() or "zh"
    rows = RosterPage.objects.visible_to(actor).filter(roster_id=import_id).order_by("order")
    for page in rows.iterator(chunk_size=2):
        frame = opened(page.content)
        bad = frame.filter(frame["fate"].is_in(NOT_LOADED) & (frame["line"] // SHEET_STEP == part))
        for row in bad.iter_rows(named=True):
            cells = [restored(row.get(f"c{at}")) for at in range(width)]
            said = [_text(found).in_(language) for found in reasons_of(row) if found["weight"] in NOT_LOADED]
            shown = (_given_back(cell) for cell in cells)
            yield [row["line"] % SHEET_STEP, *shown, " ".join(said)]


def _given_back(cell: Cell) -> Cell:
    """The cell as it came. A number that a spreadsheet has rounded keeps its exponent: nobody, this import included when the line
    comes again, should mistake it for a whole one."""
    if was_rounded(cell):
        return f"{cell:.14E}"
    is_long = isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= 10**11
    return as_text(cell) if is_long else cell


def _view(row: RosterImport, names: dict[str, str]) -> ImportView:
    parts = tuple(parts_of(row.mapping))
    return ImportView(
        id=row.pk, area_code=row.area_id, area_name=names.get(row.area_id, row.area_id), file_name=row.file_name,
        state=row.state, counts=row.counts, columns=parts[0].columns, parts=parts, hidden=row.mapping.get("hidden", 0),
        sheet=parts[0].sheet,
        source_kind=row.source_kind, said_on=row.said_on,
        other_sheets=tuple(row.mapping["other_sheets"]), by=row.by, created_at=row.created_at,
        committed_at=row.committed_at,
    )  # fmt: skip


def parts_of(mapping: Mapping[str, Any]) -> list[Part]:
    """The sheets of a roster with their columns, from what is kept of it."""
    first = {"sheet": mapping["sheet"], "labels": mapping["labels"], "fields": mapping["fields"]}
    return [Part.of_dict(part) for part in mapping.get("parts") or [first]]


def _line(row: Mapping[str, Any], parts: tuple[Part, ...]) -> LineView:
    at, number = divmod(row["line"], SHEET_STEP)
    columns = parts[at].columns
    shown = tuple(
        (label, shown_cell(field, restored(row[f"c{place}"])))
        for place, (label, field) in enumerate(zip(columns.labels, columns.fields, strict=True))
        if field
    )
    reasons = tuple((found["weight"], _text(found)) for found in reasons_of(row))
    person_id = row["person"] if row["fate"] != "new" else None
    return LineView(number, row["line"], parts[at].sheet, person_id, row["fate"], shown, reasons)


def reasons_said(row: Mapping[str, Any]) -> tuple[tuple[str, Text], ...]:
    """The reasons of a line that was read but not judged yet, with their weights."""
    kept = ", ".join(filter(None, (row["said"], row["open"])))
    return tuple((found["weight"], _text(found)) for found in json.loads(f"[{kept}]"))


def reasons_of(row: Mapping[str, Any]) -> list[Reason]:
    """Why a line has its fate: what was read, what was found beside it in the ledger, what it would change there."""
    kept = ", ".join(filter(None, (row["said"], row["judged"])))
    found: list[Reason] = json.loads(f"[{kept}]")
    return [*found, *changes_of(row)] if row["fate"] == "changed" else found


def shown_cell(field: str, cell: Cell) -> str:
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


def _text(found: Reason) -> Text:
    return Text(found["zh"], found["en"])


def field_choices() -> list[tuple[str, Text]]:
    """The fields that a column can be, for the mapping form."""
    return list(TITLES.items())
