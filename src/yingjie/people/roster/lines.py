"""What one line of a roster says about a person, with everything that speaks against it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from vaxkit.identity import Phone, check_person_name, parse_date, split_phones
from vaxkit.identity.cells import is_han, tidy
from vaxkit.identity.dates import in_figures
from vaxkit.identity.documents import number_within
from vaxkit.vocabulary import Problem
from yingjie.foundation.tabular.cells import Cell, as_text, is_broken_formula
from yingjie.people.roster import documents, vocabulary
from yingjie.people.roster.columns import ColumnMap, tells_of_leaving
from yingjie.people.roster.places import PlaceReader, Places
from yingjie.people.roster.reasons import Reason, of_problem, reason

LONGEST_ADDRESS = 120
# With these the number decides nothing, but the other fields may still say who it is.
OPEN_PROBLEMS = frozenset(("id.check_digit", "id.length", "id.birth_date", "id.birth_future"))
# What is shorter is no mistyped number: "0", "12" are the same in many lines and say nothing about whose they are.
SHORTEST_WRITTEN = 12
ESSENTIAL = frozenset(("name", "number", "village", "birth_on"))
OLDEST = 130
_BETWEEN = "()（）[]【】:：,，、;；/|-— "
_AGE = re.compile(r"\d{1,3}")
_LETTER = re.compile(r"[A-Za-z]")
_MARKED = re.compile(r"^(.+?)[\s(（\[【]+([^\s()（）\[\]【】]+)[\s)）\]】]*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """What would stand in the ledger: everything in its normal form. `number` has 18 characters, or is "" where the line has none
    that can be believed; then `birth_on` may be None as well, and `birth_year` what an age gives."""

    name: str
    number: str
    sex: str
    birth_on: date | None
    area_code: str
    address: str = ""
    phones: tuple[str, ...] = ()
    household_role: str = ""
    household_id: UUID | None = None
    owners: tuple[str, ...] = ()
    moved_in_on: date | None = None
    birth_year: int | None = None
    kind: str = "resident_card"


@dataclass(frozen=True, slots=True)
class Line:
    """A line as read: its entry (None where the line says too little for one) and its reasons. `number` is the identity number.

    `open` is the reason for which the number decides nothing (missing, mistyped): somebody of the ledger may be found all the same,
    by the number as `written` too.
    """

    number: str | None
    entry: Entry | None
    reasons: tuple[Reason, ...]
    open: Reason | None = None
    written: str = ""


class LineReader:
    """Reads lines one by one: those that `columnar` cannot read by the column."""

    def __init__(self, columns: ColumnMap, places: Places, on: date, from_1904: bool = False) -> None:
        self._columns, self._on, self._from_1904 = columns, on, from_1904
        self.where = PlaceReader(places)
        self._at = {name: columns.places(name) for name in set(columns.fields)}
        self._joined = self._one_column_for_two()

    def read(self, cells: Sequence[Cell]) -> Line:
        """The line of one row of cells."""
        reasons = self._formulas(cells)
        if self._joined:
            cells = self._parted(cells)
        if mark := self._remark(cells):
            reasons.append(reason("remark.marked", text=mark))
        name = self._name(cells, reasons)
        number, missing = self._number(cells, reasons)
        area_code = self._area(cells, reasons)
        address, (phones, owners) = self._address(cells, reasons), self._phones(cells, reasons)
        birth, year = self._birth(cells, number, missing is not None, reasons)
        sex = self._sex(cells, number, reasons)
        if name is None or area_code is None or (number is None and missing is None):
            return Line(number.number if number else None, None, tuple(reasons), missing)
        entry = Entry(
            name=name, number=number.number if number else "", sex=sex, birth_on=birth, area_code=area_code,
            address=address, phones=phones, owners=owners, household_role=self.role(self._text(cells, "role")),
            moved_in_on=self._moved_in(cells, birth, reasons), birth_year=year,
            kind=number.kind if number else "resident_card",
        )  # fmt: skip
        written = "".join(self._text(cells, "number").split()).upper()[:24] if missing else ""
        if len(written) < SHORTEST_WRITTEN:
            written = ""
        return Line(entry.number or None, entry, tuple(reasons), missing, written)

    def _one_column_for_two(self) -> str:
        """Which of name and number has no column: both may stand in the cells of the other's. It gets one behind the last."""
        missing = [name for name in ("name", "number") if name not in self._at]
        if len(missing) != 1:
            return ""
        self._at[missing[0]] = [len(self._columns.labels)]
        return missing[0]

    def _parted(self, cells: Sequence[Cell]) -> list[Cell]:
        """The cells with a name and a number that stand in one cell each in its own place ("赵小英110…", "赵小英（110…）")."""
        width = len(self._columns.labels)
        parted = [*cells[:width], *[None] * (width + 1 - len(cells))]
        both = self._at["number" if self._joined == "name" else "name"][0]
        found = number_within(parted[both], on=self._on)
        said = (
            found[1].strip(_BETWEEN).removeprefix(vocabulary.titles()["name"].zh).strip(_BETWEEN)
            if found
            else ""
        )
        if found is None or isinstance(check_person_name(said), Problem):
            return parted
        name, number = self._at["name"][0], self._at["number"][0]
        parted[name], parted[number] = said, found[0].number
        return parted

    def _formulas(self, cells: Sequence[Cell]) -> list[Reason]:
        """Cells of a formula that gave no result: without a name, a number or a village the line cannot be read."""
        found: list[Reason] = []
        for field_name, places in self._at.items():
            if field_name and any(index < len(cells) and is_broken_formula(cells[index]) for index in places):
                # A birth date that was to be reckoned from the number stands in the number.
                is_needed = field_name in ESSENTIAL and (
                    field_name != "birth_on" or not self._says_birth(cells)
                )
                code = "cell.formula" if is_needed else "cell.formula_left_out"
                found.append(reason(code, column=vocabulary.titles()[field_name]))
        return found

    def _says_birth(self, cells: Sequence[Cell]) -> bool:
        read = documents.read(self._cell(cells, "number"), self._text(cells, "document_kind"), self._on)
        return isinstance(read, documents.Document) and read.born_on is not None

    def _cell(self, cells: Sequence[Cell], field_name: str) -> Cell:
        for index in self._at.get(field_name, ()):
            if index < len(cells) and cells[index] is not None and not is_broken_formula(cells[index]):
                return cells[index]
        return None

    def _text(self, cells: Sequence[Cell], field_name: str) -> str:
        return " ".join(as_text(self._cell(cells, field_name)).split())

    def _remark(self, cells: Sequence[Cell]) -> str:
        """What the remarks of a line say of somebody who may not belong in the ledger any more; "" for nothing."""
        for at in self._at.get("remark", ()):
            if at < len(cells) and (mark := remark_marked(as_text(cells[at]), self._columns.labels[at])):
                return mark
        return ""

    def _name(self, cells: Sequence[Cell], reasons: list[Reason]) -> str | None:
        cell = self._whole_name(cells)
        cell, mark = _without_mark(cell) if isinstance(cell, str) else (cell, "")
        cell, aside = _without_mark(cell, "name_aside") if isinstance(cell, str) else (cell, "")
        read = check_person_name(cell)
        if isinstance(read, Problem):
            reasons.append(of_problem(read))
            return None
        if mark:
            reasons.append(reason("name.marked", text=mark))
        if aside:
            reasons.append(reason("name.aside", text=aside))
        if odd_name().search(read) or (any(map(is_han, read)) and _LETTER.search(read)):
            reasons.append(reason("name.odd", text=read))
        if isinstance(cell, str) and _has_gap(cell):
            reasons.append(reason("name.joined", text=read))
        return read

    def _whole_name(self, cells: Sequence[Cell]) -> Cell:
        """The cell of the name, with the family name where that has a column of its own."""
        cell = self._cell(cells, "name")
        family = self._text(cells, "surname") if "surname" in self._at else ""
        if not family or not isinstance(cell, str) or is_broken_formula(cell):
            return cell
        return family + cell if any(map(is_han, family)) else f"{cell} {family}"

    def _number(
        self, cells: Sequence[Cell], reasons: list[Reason]
    ) -> tuple[documents.Document | None, Reason | None]:
        """The document's number; or why there is none that decides, where another field may still say who it is."""
        called = self._text(cells, "document_kind")
        read = documents.read(self._cell(cells, "number"), called, self._on)
        if isinstance(read, Problem):
            if read.code == "id.missing":
                return None, reason("number.missing")
            if read.code == "document.kind_unknown":
                return None, reason("document_kind.unknown", text=called, known=documents.kinds_said())
            if read.code in OPEN_PROBLEMS:
                return None, of_problem(read)
            reasons.append(of_problem(read))
            return None, None
        if read.upgraded:
            reasons.append(reason("number.upgraded"))
        if read.beside:
            reasons.append(reason("number.beside", text=read.beside))
        if read.kind_unread:
            reasons.append(reason("document_kind.unread", text=read.kind_unread))
        return read, None

    def _birth(
        self, cells: Sequence[Cell], number: documents.Document | None, is_open: bool, reasons: list[Reason]
    ) -> tuple[date | None, int | None]:
        """Birth date, or the year that an age gives. A line that says otherwise than its number is doubtful."""
        cell, age = self._cell(cells, "birth_on"), self.age(self._cell(cells, "age"))
        if age is None and number is None and cell is None and (written := self._text(cells, "age")):
            reasons.append(reason("age.unread", text=written))
        if age is None and (age := self.age(cell)) is not None:
            cell = None
        said = number.born_on if number else None
        given = self.day(cell) if cell is not None else said
        if isinstance(given, Problem):
            code = "birth.unread" if said else "birth.unreadable"
            reasons.append(reason(code, why=given.reason))
            given = said
        elif said and given and given != said:
            reasons.append(reason("birth.differs", given=given.isoformat(), number_says=said.isoformat()))
        if given is not None and given > self._on:
            reasons.append(reason("birth.to_come", given=given.isoformat()))
            given = None
        birth = said or given
        if birth is not None or age is None:
            return birth, None
        if is_open:
            reasons.append(reason("birth.approximate", year=self._on.year - age, age=age))
        return None, self._on.year - age

    def day(self, cell: Cell) -> date | Problem:
        """A cell as a day; a bare figure is counted as the workbook counts."""
        return parse_date(cell, from_1904=self._from_1904)

    def age(self, cell: Cell) -> int | None:
        """71, "71岁" and "虚岁71" as an age; a whole number up to 130 is nobody's birth date."""
        text = as_text(cell) if not isinstance(cell, date) else ""
        figure = "".join(unicodedata.normalize("NFKC", text).casefold().split())
        for word in vocabulary.words("age"):
            figure = figure.removeprefix(word).removesuffix(word)
        if read := in_figures(figure):
            return read
        return int(figure) if _AGE.fullmatch(figure) and int(figure) <= OLDEST else None

    def _moved_in(self, cells: Sequence[Cell], birth: date | None, reasons: list[Reason]) -> date | None:
        cell = self._cell(cells, "moved_in_on")
        if cell is None:
            return None
        read = self.day(cell)
        if isinstance(read, Problem):
            reasons.append(reason("moved_in.unread", why=read.reason))
            return None
        if read > self._on or (birth is not None and read < birth):
            reasons.append(reason("moved_in.impossible", given=read.isoformat()))
            return None
        return read

    def _sex(self, cells: Sequence[Cell], number: documents.Document | None, reasons: list[Reason]) -> str:
        written = self._text(cells, "sex").casefold()
        meant = vocabulary.words("sex").get(vocabulary.simplified(written))
        said = number.sex if number else ""
        if said and meant is not None and meant != said:
            reasons.append(reason("sex.differs"))
        elif written and meant is None:
            reasons.append(reason("sex.unread"))
        return said or meant or "unknown"

    @staticmethod
    def role(written: str) -> str:
        """The place in the household that a word means."""
        said = vocabulary.simplified("".join(written.split()).casefold())
        known = vocabulary.words("role")
        return (
            (known.get(said) or known.get(vocabulary.role_opening().sub("", said), "other")) if said else ""
        )

    def _area(self, cells: Sequence[Cell], reasons: list[Reason]) -> str | None:
        town, village, grid = (self._text(cells, name) for name in ("town", "village", "grid"))
        return self.where.area(town, village, grid, reasons)

    def _address(self, cells: Sequence[Cell], reasons: list[Reason]) -> str:
        address = self._text(cells, "address")
        if len(address) > LONGEST_ADDRESS:
            reasons.append(reason("address.long"))
            return ""
        return address

    def _phones(
        self, cells: Sequence[Cell], reasons: list[Reason]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The phones, and whose each of them is where the cell says so ("儿子13900001234")."""
        found: dict[str, str] = {}
        for index in self._at.get("phone", ()):
            cell = cells[index] if index < len(cells) else None
            cell = cell[:200] if isinstance(cell, str) else cell
            if is_broken_formula(cell):
                continue
            for phone in split_phones(cell):
                if isinstance(phone, Phone):
                    found.setdefault(phone.number, _owner(phone.note))
                else:
                    reasons.append(reason("phone.unread", why=phone.reason))
        return tuple(found), tuple(found.values())


def _owner(note: str) -> str:
    """Whose phone it is, by the words beside it; "" where they say nothing known."""
    words = vocabulary.words("phone_owner")
    return next((meaning for word, meaning in words.items() if word in note), "") if note else ""


def _has_gap(written: str) -> bool:
    """Whether pieces of several Chinese characters stand apart in a name's cell."""
    pieces = tidy(written).split()
    return len(pieces) > 1 and all(len(piece) > 1 and all(map(is_han, piece)) for piece in pieces)


@cache
def remark_mark() -> re.Pattern[str]:
    """What a remark says of somebody who may not belong in the ledger any more, unless it says that it is not so."""
    words = "|".join(map(re.escape, vocabulary.words("remark_mark")))
    return re.compile(f"(?<![{''.join(vocabulary.words('negation'))}])(?:{words})", re.IGNORECASE)


def remark_marked(written: str, label: str) -> str:
    """The words of a remark, or of a column that asks whether somebody died or moved away, that doubt the line; "" for none."""
    said = " ".join(written.split())
    if found := remark_mark().search(said):
        return found[0]
    if said in vocabulary.words("remark_whole"):
        return said
    if said and tells_of_leaving(label) and said.casefold() not in vocabulary.words("denial"):
        return f"{label} {said}"[:60]
    return ""


@cache
def odd_name() -> re.Pattern[str]:
    """What stands for a name and is none: "户主王英", "王松之妻", "未取名"."""
    before, after, whole = (
        "|".join(map(re.escape, vocabulary.words(kind))) for kind in ("name_before", "name_after", "no_name")
    )
    return re.compile(f"^(?:{before}).|.(?:{after})$|^(?:{whole})$")


def _without_mark(written: str, kind: str = "name_mark") -> tuple[str, str]:
    """A name's cell without the word after the name, behind a gap or in brackets ("王英 故", "李红（已迁出）"), and that word."""
    match = _MARKED.match(written)
    if match and match[2].strip() in vocabulary.words(kind):
        return match[1], match[2].strip()
    return written, ""
