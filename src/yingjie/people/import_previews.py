"""A look at an uploaded file before it is read whole: its sheets, what its columns were taken for, and its first lines as they will
be read. The file lies encrypted with a draft of whoever uploaded it, and goes with the draft."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from vaxkit.identity import mask_number, mask_phone
from vaxkit.vocabulary import Text
from yingjie.areas import queries as areas
from yingjie.foundation import clock, files
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.foundation.tabular.unreadable import UnreadableFile
from yingjie.people import imports, roster_reading, roster_sheets
from yingjie.people.models import RosterImport
from yingjie.people.roster.columns import ColumnMap
from yingjie.people.roster_queries import reasons_said, shown_cell
from yingjie.people.roster_sheets import Asked
from yingjie.web import actions as web_actions
from yingjie.web import queries as web_queries

KIND = "people.import"
LINES = 20
NEEDED = ("name", "number", "village")


@dataclass(frozen=True)
class Line:
    """A line as it will be read: its number, its cells as they stand (masked), what was read per field, and reasons."""

    number: int
    cells: tuple[str, ...]
    read: dict[str, str]
    reasons: tuple[tuple[str, Text], ...]


@dataclass(frozen=True)
class Look:
    """What was found: `sheet` is looked at, `sheets` are all of them that hold people or might; `swapped` are two headings each of
    which stands over what belongs under the other."""

    file_name: str
    area_code: str
    area_name: str
    sheet: str
    sheets: tuple[str, ...]
    columns: ColumnMap
    remembered: bool
    lines: tuple[Line, ...]
    swapped: tuple[str, str] | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(field for field in NEEDED if not self.columns.has(field))


def keep(
    by: Actor,
    *,
    path: str | Path,
    file_name: str,
    area_code: str,
    source_kind: str = "",
    said_on: date | None = None,
) -> UUID:
    """Keep an uploaded file with a draft, and what was said of it. Returns the draft's id."""
    by.require("people.import")
    sha256 = files.put(Path(path).read_bytes())
    payload = {
        "file": sha256, "name": file_name, "area": area_code, "kind": source_kind,
        "on": said_on.isoformat() if said_on else None,
    }  # fmt: skip
    return web_actions.save_draft(by=by, kind=KIND, payload=payload, step="columns", title=file_name)


def look(by: Actor, draft_id: UUID, sheet: str = "", mapping: Mapping[str, str] | None = None) -> Look:
    """Raises NotFound, FileUnreadable, ColumnsNotUnderstood."""
    kept = _kept(by, draft_id)
    with _file(kept["file"]) as path:
        return look_at(by, path, kept["name"], kept["area"], sheet, mapping)


def look_at(
    by: Actor,
    path: str | Path,
    file_name: str,
    area_code: str,
    sheet: str = "",
    mapping: Mapping[str, str] | None = None,
) -> Look:
    """The same of a file at hand."""
    places = imports.places_of(by, area_code)
    try:
        asked = Asked(imports.layouts(by, area_code), places, clock.today(), mapping, file_name)
        found, others = roster_sheets.looked_at(path, sheet, asked)
        chosen, part = found
        lines = roster_reading.preview(chosen, part, places, clock.today(), LINES)
    except UnreadableFile as broken:
        raise imports.unreadable(broken) from broken
    shown = areas.places({row["area"] for _number, _cells, row in lines if row["area"]})
    return Look(
        file_name, area_code, places.area_name, part.sheet, tuple(others), part.columns, part.remembered,
        tuple(_line(number, cells, row, part.columns, shown) for number, cells, row in lines),
        None if mapping else roster_sheets.swapped(chosen, part, clock.today()),
    )  # fmt: skip


def read(by: Actor, draft_id: UUID, sheet: str, mapping: Mapping[str, str]) -> RosterImport:
    """Read the kept file whole and drop the draft. Raises what `imports.propose_import` raises."""
    kept = _kept(by, draft_id)
    with _file(kept["file"]) as path:
        made = imports.propose_import(
            by=by,
            area_code=kept["area"],
            path=path,
            file_name=kept["name"],
            sheet=sheet,
            mapping=mapping,
            source_kind=kept.get("kind", ""),
            said_on=date.fromisoformat(kept["on"]) if kept.get("on") else None,
        )
    web_actions.discard_draft(by=by, draft_id=draft_id)
    return made


def _kept(by: Actor, draft_id: UUID) -> dict[str, Any]:
    by.require("people.import")
    draft = web_queries.draft(by, draft_id)
    if draft.kind != KIND:
        raise NotFound()
    return dict(draft.payload)


@contextmanager
def _file(sha256: str) -> Iterator[Path]:
    """The kept file for a moment, readable by this system user only."""
    with tempfile.NamedTemporaryFile(prefix="roster-") as file:
        file.write(files.get(sha256))
        file.flush()
        yield Path(file.name)


def _line(
    number: int, cells: list[Any], row: dict[str, Any], columns: ColumnMap, places: dict[str, str]
) -> Line:
    read = {
        "name": row["name"] or "",
        "number": mask_number(row["document"] or row["written"] or ""),
        "sex": row["sex"] or "",
        "birth_on": row["birth_on"].isoformat() if row["birth_on"] else str(row["birth_year"] or ""),
        "village": places.get(row["area"], "") if row["area"] else "",
        "address": row["address"] or "",
        "phone": "、".join(mask_phone(each) for each in row["phones"] or ()),
    }
    shown = tuple(shown_cell(field, cell) for field, cell in zip(columns.fields, cells, strict=True))
    return Line(number, shown, read, reasons_said(row))
