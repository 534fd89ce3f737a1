"""What one line of a roster says about a person, with everything that speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid5

from vaxkit.identity import (
    Phone,
    ResidentNumber,
    check_person_name,
    check_resident_number,
    parse_date,
    split_phones,
)
from vaxkit.vocabulary import Problem
from yingjie.areas.queries import PlaceAnswer, PlaceBook
from yingjie.foundation.crypto.fields import blind_index
from yingjie.foundation.tabular.cells import Cell, as_text, label_key
from yingjie.people.roster import vocabulary
from yingjie.people.roster.columns import ColumnMap
from yingjie.people.roster.reasons import Reason, of_problem, reason

LONGEST_ADDRESS = 120
LONGEST_PLACE = 60
# A column of hundreds of unknown names holds no villages (somebody took the addresses for them): mistypes are not looked for then.
MOST_UNKNOWN_PLACES = 200
_HOUSEHOLDS = UUID("0190a6f2-2f0e-7c3a-9d57-6a1f6d0b7e11")


@dataclass(frozen=True, slots=True)
class Entry:
    """What would stand in the ledger: everything in its normal form. `number` has 18 characters."""

    name: str
    number: str
    sex: str
    birth_on: date
    area_code: str
    address: str = ""
    phones: tuple[str, ...] = ()
    household_role: str = ""
    household_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line as read: its entry (None where the line says too little for one) and its reasons. `number` is the identity number."""

    number: str | None
    entry: Entry | None
    reasons: tuple[Reason, ...]


@dataclass
class Places:
    """Where the lines of one import may lie: the names inside its area, those of the county around it, and the grids."""

    area_code: str
    area_name: str
    inside: PlaceBook
    around: PlaceBook
    grids: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.inside.rows.values():
            if row.level == "grid":
                self.grids.setdefault(row.code[:12], {})[label_key(row.name)] = row.code

    def said(self, code: str) -> str:
        """An area of the county in words: township and village."""
        known = [
            self.around.rows[code[:n]].name
            for n in (9, 12, 14)
            if n <= len(code) and code[:n] in self.around.rows
        ]
        return "".join(known)


class LineReader:
    """Reads the lines of one roster in order: a household begins with its head and ends with the next one."""

    def __init__(self, columns: ColumnMap, places: Places, on: date) -> None:
        self._columns, self._places, self._on = columns, places, on
        self._at = {name: columns.places(name) for name in set(columns.fields)}
        self._head = ""
        self._villages: dict[tuple[str, str], tuple[str | None, tuple[Reason, ...]]] = {}
        self._unknown_places = 0

    def read(self, cells: Sequence[Cell]) -> Line:
        """The line of one row of cells."""
        reasons: list[Reason] = []
        name = self._name(cells, reasons)
        number = self._number(cells, reasons)
        area_code = self._area(cells, reasons)
        role, household = self._household(cells, area_code, number)
        address, phones = self._address(cells, reasons), self._phones(cells, reasons)
        if number is not None:
            self._compare(cells, number, reasons)
        if name is None or number is None or area_code is None:
            return Line(number.number if number else None, None, tuple(reasons))
        entry = Entry(
            name=name, number=number.number, sex=number.sex.value, birth_on=number.born_on, area_code=area_code,
            address=address, phones=phones, household_role=role, household_id=household,
        )  # fmt: skip
        return Line(number.number, entry, tuple(reasons))

    def _cell(self, cells: Sequence[Cell], field_name: str) -> Cell:
        for index in self._at.get(field_name, ()):
            if index < len(cells) and cells[index] is not None:
                return cells[index]
        return None

    def _text(self, cells: Sequence[Cell], field_name: str) -> str:
        return " ".join(as_text(self._cell(cells, field_name)).split())

    def _name(self, cells: Sequence[Cell], reasons: list[Reason]) -> str | None:
        read = check_person_name(self._cell(cells, "name"))
        if isinstance(read, Problem):
            reasons.append(of_problem(read))
            return None
        return read

    def _number(self, cells: Sequence[Cell], reasons: list[Reason]) -> ResidentNumber | None:
        read = check_resident_number(self._cell(cells, "number"), on=self._on)
        if isinstance(read, Problem):
            reasons.append(reason("number.missing") if read.code == "id.missing" else of_problem(read))
            return None
        if read.upgraded:
            reasons.append(reason("number.upgraded"))
        return read

    def _compare(self, cells: Sequence[Cell], number: ResidentNumber, reasons: list[Reason]) -> None:
        """Birth date and sex are what the number says; where the line says otherwise, somebody has to look."""
        birth = self._cell(cells, "birth_on")
        given = parse_date(birth) if birth is not None else number.born_on
        if isinstance(given, Problem):
            reasons.append(reason("birth.unread", why=given.reason))
        elif given != number.born_on:
            reasons.append(
                reason("birth.differs", given=given.isoformat(), number_says=number.born_on.isoformat())
            )
        written = self._text(cells, "sex").casefold()
        meant = vocabulary.words("sex").get(written)
        if meant is not None and meant != number.sex.value:
            reasons.append(reason("sex.differs"))
        elif written and meant is None:
            reasons.append(reason("sex.unread"))

    def _area(self, cells: Sequence[Cell], reasons: list[Reason]) -> str | None:
        town, village = (
            self._text(cells, "town")[:LONGEST_PLACE],
            self._text(cells, "village")[:LONGEST_PLACE],
        )
        key = (town, village)
        if key not in self._villages:
            found: list[Reason] = []
            self._villages[key] = (self._village(town, village, found), tuple(found))
        code, said = self._villages[key]
        reasons.extend(said)
        grid = self._text(cells, "grid")
        if code is None or not grid:
            return code
        if len(code) > 12:
            return code
        known = self._places.grids.get(code, {}).get(label_key(grid))
        if known is None:
            reasons.append(reason("grid.unknown", text=grid))
        return known or code

    def _village(self, town: str, village: str, reasons: list[Reason]) -> str | None:
        places = self._places
        own = places.area_code if len(places.area_code) >= 12 else None
        if not village:
            if own is None:
                reasons.append(reason("village.missing"))
            return own
        answer = self._resolve(places.inside, town, village)
        if answer.area is not None:
            return self._checked(town, answer.area.code, own, reasons)
        if answer.kind == "likely":
            said = [places.said(row.code) for row in answer.candidates[:3]]
            reasons.append(reason("village.likely", text=village, candidates=" / ".join(said)))
            return None
        return self._elsewhere(town, village, own, reasons)

    def _elsewhere(self, town: str, village: str, own: str | None, reasons: list[Reason]) -> str | None:
        """The name means nothing inside the import's area: does it mean another village of the county?"""
        places = self._places
        answer = self._resolve(places.around, town, village)
        self._unknown_places += 1
        if answer.area is not None:
            place = places.said(answer.area.code)
            reasons.append(reason("village.outside", text=village, place=place, area=places.area_name))
            return None
        if own is not None:
            reasons.append(reason("village.of_import", text=village))
            return own
        reasons.append(reason("village.unknown", text=village, area=places.area_name))
        return None

    def _resolve(self, book: PlaceBook, town: str, village: str) -> PlaceAnswer:
        """The village alone where that is certain; else with its township in front."""
        mistypes = self._unknown_places < MOST_UNKNOWN_PLACES
        alone = book.resolve(village, "village", mistypes=mistypes)
        if alone.kind == "exact" or not town:
            return alone
        together = book.resolve(town + village, "village", mistypes=mistypes)
        return together if together.kind == "exact" or alone.kind == "none" else alone

    def _checked(self, town: str, code: str, own: str | None, reasons: list[Reason]) -> str:
        """A township that is written beside the village must be the village's own."""
        if town:
            answer = self._places.around.resolve(town, "town")
            if answer.area is not None and not code.startswith(answer.area.code):
                reasons.append(reason("town.differs", text=town, place=self._places.said(code)))
        return own if own is not None and own.startswith(code) else code

    def _address(self, cells: Sequence[Cell], reasons: list[Reason]) -> str:
        address = self._text(cells, "address")
        if len(address) > LONGEST_ADDRESS:
            reasons.append(reason("address.long"))
            return ""
        return address

    def _phones(self, cells: Sequence[Cell], reasons: list[Reason]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for index in self._at.get("phone", ()):
            cell = cells[index] if index < len(cells) else None
            cell = cell[:200] if isinstance(cell, str) else cell
            for phone in split_phones(None if isinstance(cell, date) else cell):
                if isinstance(phone, Phone):
                    found[phone.number] = None
                else:
                    reasons.append(reason("phone.unread", why=phone.reason))
        return tuple(found)

    def _household(
        self, cells: Sequence[Cell], area_code: str | None, number: ResidentNumber | None
    ) -> tuple[str, UUID | None]:
        """The place in the household, and an id that is the same whenever this roster comes again."""
        written = "".join(self._text(cells, "role").split()).casefold()
        role = vocabulary.words("role").get(written, "other") if written else ""
        label = self._text(cells, "household")
        if label:
            return role, uuid5(_HOUSEHOLDS, f"{(area_code or '')[:12]}:{label}")
        if role == "head" or not role:
            self._head = number.number if role and number else ""
        return role, uuid5(_HOUSEHOLDS, blind_index(self._head, "household")) if self._head else None
