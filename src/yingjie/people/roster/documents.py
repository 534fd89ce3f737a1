"""Which document a line names, and its number in its normal form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vaxkit.identity import ResidentNumber, check_resident_number
from vaxkit.vocabulary import Problem
from yingjie.foundation.tabular.cells import Cell


@dataclass(frozen=True, slots=True)
class Document:
    """A number that passed its check. Only a resident number says birth date and sex."""

    number: str
    kind: str
    born_on: date | None = None
    sex: str = ""
    upgraded: bool = False


def read(cell: Cell, kind_written: str, on: date) -> Document | Problem:
    """The document of a line. `kind_written` is what the line calls it, "" for a resident card."""
    found = check_resident_number(cell, on=on)
    if isinstance(found, ResidentNumber):
        return Document(found.number, "resident_card", found.born_on, found.sex.value, found.upgraded)
    return found
