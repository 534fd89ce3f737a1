"""Cells and proposals as the text in which they are kept. A cell keeps the type that the file gave it: a rounded number must stay
recognisable as one when the columns are read anew."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yingjie.foundation.tabular.cells import Cell
from yingjie.people.roster.lines import Entry

LONGEST_CELL = 2000


def cells_to_text(cells: Sequence[Cell]) -> str:
    """Cells as JSON; dates and moments are marked. Text beyond LONGEST_CELL is cut, for no field is that long."""
    return json.dumps([_kept(cell) for cell in cells], ensure_ascii=False)


def cells_from_text(text: str) -> tuple[Cell, ...]:
    return tuple(_read(cell) for cell in json.loads(text))


def entry_to_text(entry: Entry) -> str:
    return json.dumps(
        {
            "name": entry.name, "number": entry.number, "sex": entry.sex, "birth_on": entry.birth_on.isoformat(),
            "area": entry.area_code, "address": entry.address, "phones": entry.phones, "role": entry.household_role,
            "household": str(entry.household_id or ""),
        },
        ensure_ascii=False,
    )  # fmt: skip


def entry_from_text(text: str) -> Entry:
    kept = json.loads(text)
    return Entry(
        name=kept["name"], number=kept["number"], sex=kept["sex"], birth_on=date.fromisoformat(kept["birth_on"]),
        area_code=kept["area"], address=kept["address"], phones=tuple(kept["phones"]), household_role=kept["role"],
        household_id=UUID(kept["household"]) if kept["household"] else None,
    )  # fmt: skip


def _kept(cell: Cell) -> Any:
    if isinstance(cell, datetime):
        return {"moment": cell.isoformat()}
    if isinstance(cell, date):
        return {"day": cell.isoformat()}
    if isinstance(cell, str):
        # PostgreSQL refuses text with NUL; JSON escapes it, but a reader of the cell could not store it either.
        return cell.replace("\x00", "")[:LONGEST_CELL]
    return cell


def _read(kept: Any) -> Cell:
    if isinstance(kept, dict):
        return datetime.fromisoformat(kept["moment"]) if "moment" in kept else date.fromisoformat(kept["day"])
    cell: Cell = kept
    return cell
