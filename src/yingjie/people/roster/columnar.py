"""A roster read by the column: what is written plainly, as most of it is, costs no Python per line.

A line is plain when its name is a few Chinese characters, its number eighteen signs, its phones mobiles. Every other line is read
by `lines.LineReader`; both ways give the same, which a test holds them to. The outcome is a frame with one row per line:

    line        the number of the line as the spreadsheet shows it
    name, document, kind, sex, birth_on, birth_year, area, address, phones, owners, role, label, moved_in_on
                what it says, in normal forms; `document` is its number, `label` a household number as written
    written     the number as written where it decides nothing but reads as figures: near misses are found by it
    open        why the number decides nothing (a reason as JSON), null where it does or where it speaks against the line
    said        the other reasons (JSON, one after another with commas between), null for none
    weight      the heaviest of them: 0 none or notes, 2 doubtful, 3 refused
    is_entry    whether it says enough to be somebody
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from vaxkit.identity.documents import CHECK_CHARACTERS, WEIGHTS
from vaxkit.identity.names import NO_NAMES
from yingjie.foundation.tabular.cells import as_text, is_broken_formula, restored
from yingjie.people.roster import vocabulary
from yingjie.people.roster.columns import ColumnMap
from yingjie.people.roster.lines import LONGEST_ADDRESS, Line, LineReader, odd_name, remark_marked
from yingjie.people.roster.pieces import joined
from yingjie.people.roster.places import Places
from yingjie.people.roster.reasons import Reason, of_code, reason, reason_text

SCHEMA: dict[str, Any] = {
    "line": pl.UInt32, "name": pl.String, "document": pl.String, "written": pl.String, "kind": pl.String, "sex": pl.String,
    "birth_on": pl.Date, "birth_year": pl.Int16, "area": pl.String, "address": pl.String,
    "phones": pl.List(pl.String), "owners": pl.List(pl.String), "role": pl.String, "label": pl.String,
    "moved_in_on": pl.Date, "open": pl.String, "said": pl.String, "weight": pl.Int8, "is_entry": pl.Boolean,
}  # fmt: skip
WEIGHT = {"note": 0, "changed": 0, "doubtful": 2, "refused": 3}
_PLAIN_NAME = r"^[\x{4e00}-\x{9fa5}]{2,5}$"
# A gap after the first sign, or between all: two names in a cell, or a name and a remark, are read by themselves.
_SPACED_NAME = r"^[\x{4e00}-\x{9fa5}](?:[ 　]+[\x{4e00}-\x{9fa5}]{2}|(?:[ 　]+[\x{4e00}-\x{9fa5}]){1,3})$"
_PLAIN_NUMBER = r"^[0-9]{17}[0-9Xx]$"
_PLAIN_PHONE = "^(?:\x01i)?1[3-9][0-9]{9}$"
_GAPS = r"[\s　 -]+"
_WIDE = [chr(0xFF10 + digit) for digit in range(10)] + ["Ｘ", "ｘ", "　"]
_NARROW = [str(digit) for digit in range(10)] + ["X", "X", ""]


class ColumnReader:
    """Reads the pages of one roster."""

    def __init__(self, columns: ColumnMap, places: Places, on: date, from_1904: bool = False) -> None:
        self._columns, self._on = columns, on
        self._reader = LineReader(columns, places, on, from_1904)
        self._at = {name: columns.places(name) for name in set(columns.fields) if name}
        self._areas: dict[tuple[str | None, ...], tuple[str | None, str | None, int]] = {}
        self._check_digit = reason_text(of_code("id.check_digit"))
        self._missing = reason_text(reason("number.missing"))

    def read(self, raw: pl.DataFrame) -> pl.DataFrame:
        """A page of lines. `raw` are the cells (`c0`, `c1`, … as `tabular.cells.kept` texts) and the lines' numbers in `line`."""
        raw = joined(raw, self._columns)
        plain, is_plain = self._plain(raw)
        if is_plain.all():
            return plain
        odd = raw.filter(~is_plain)
        numbers = odd["line"].to_list()
        slow = pl.DataFrame(
            [
                self._slow(number, cells)
                for number, cells in zip(numbers, odd.drop("line").iter_rows(), strict=True)
            ],
            schema=SCHEMA,
            orient="row",
        )
        return pl.concat([plain.filter(is_plain), slow]).sort("line")

    # --- a line at a time ------------------------------------------------------------------------------

    def _slow(self, number: int, cells: Sequence[str | None]) -> tuple[Any, ...]:
        read = self._reader.read([restored(cell) for cell in cells])
        label = self._first_text(cells, "household")
        return row_of(number, read, label)

    def _first_text(self, cells: Sequence[str | None], field: str) -> str | None:
        for at in self._at.get(field, ()):
            if at < len(cells) and cells[at] is not None:
                return " ".join(as_text(restored(cells[at])).split()) or None
        return None

    # --- a column at a time ----------------------------------------------------------------------------

    def _plain(self, raw: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
        """The frame as if every line were plain, and which of them are."""
        height = raw.height
        name, named = self._names(raw)
        document, written, missing, sound, birth, sex, numbered = self._numbers(raw)
        born, born_well = self._births(raw, birth)
        sexes, sex_well = self._sexes(raw, sex)
        area, said, weight = self._places(raw)
        address, addressed = self._addresses(raw)
        phones, phoned = self._phones(raw)
        moved, moved_well = self._moved(raw, born)
        well = named & numbered & born_well & sex_well & addressed & phoned & moved_well & self._unmarked(raw)
        # An age counts where nothing else says when somebody was born: then the line is read by itself.
        if "age" in self._at:
            well &= born.is_not_null() | raw[f"c{self._at['age'][0]}"].is_null()
        why = pl.DataFrame({"missing": missing, "sound": sound}).select(
            pl.when("missing").then(pl.lit(self._missing)).when(~pl.col("sound")).then(pl.lit(self._check_digit))
        ).to_series()  # fmt: skip
        frame = pl.DataFrame(
            {
                "line": raw["line"], "name": name, "document": document, "written": written, "sex": sexes.fill_null("unknown"),
                "birth_on": born, "area": area, "address": address, "phones": phones,
                "role": self._roles(raw), "label": self._labels(raw), "moved_in_on": moved, "open": why,
                "said": said, "weight": weight,
            }
        ).with_columns(
            kind=pl.lit("resident_card"), birth_year=pl.lit(None, pl.Int16), is_entry=pl.col("area").is_not_null(),
            owners=pl.lit(None, pl.List(pl.String)),
        )  # fmt: skip
        assert frame.height == height
        return frame.select(list(SCHEMA)).cast(SCHEMA), well  # type: ignore[arg-type]

    def _series(self, raw: pl.DataFrame, field: str) -> pl.Series | None:
        """The cells of a field: the first filled of its columns."""
        places = self._at.get(field)
        if not places:
            return None
        if len(places) == 1:
            return raw[f"c{places[0]}"]
        return raw.select(pl.coalesce(f"c{at}" for at in places)).to_series()

    def _names(self, raw: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
        cells = self._series(raw, "name")
        if cells is None or "surname" in self._at:
            return _empty(raw.height), _no(raw.height)
        plain = cells.str.contains(_PLAIN_NAME).fill_null(False)
        if not plain.all():
            spaced = cells.str.contains(_SPACED_NAME).fill_null(False)
            cells = cells.str.replace_all(r"[ 　]+", "")
            plain |= spaced
        odd = cells.is_in(list(NO_NAMES)) | cells.str.contains(odd_name().pattern)
        return cells, plain & ~odd.fill_null(False)

    def _unmarked(self, raw: pl.DataFrame) -> pl.Series:
        """Lines whose remarks, if they have any, say nothing that doubts them."""
        well = ~_no(raw.height)
        for at in self._at.get("remark", ()):
            cells, label = raw[f"c{at}"], self._columns.labels[at]
            told = cells.drop_nulls().unique().to_list()
            marked = [text for text in told if remark_marked(as_text(restored(text)), label)]
            if marked:
                well &= ~cells.is_in(marked).fill_null(False)
        return well

    def _numbers(self, raw: pl.DataFrame) -> tuple[pl.Series, ...]:
        """Number (null where it decides nothing; as written there), missing, sound, birth date, sex, and whether read here."""
        cells = self._series(raw, "number")
        if cells is None:
            none, no = _empty(raw.height), _no(raw.height)
            return none, none, no, no, _no_day(raw.height), none, no
        missing = cells.is_null()
        plain = cells.str.contains(_PLAIN_NUMBER).fill_null(False)
        if not (plain | missing).all():
            cells = cells.str.replace_many(_WIDE, _NARROW).str.replace_all(_GAPS, "")
            plain = cells.str.contains(_PLAIN_NUMBER).fill_null(False)
        cells = cells.str.to_uppercase()
        birth = cells.str.slice(6, 8).str.to_date("%Y%m%d", strict=False).set(~plain, None)
        possible = plain & birth.is_not_null() & (birth <= self._on).fill_null(False)
        sound = _sound(cells, possible)
        man = cells.str.slice(16, 1).is_in(list("13579"))
        sex = pl.DataFrame({"sound": sound, "man": man}).select(
            pl.when("sound").then(pl.when("man").then(pl.lit("male")).otherwise(pl.lit("female")))
        ).to_series()  # fmt: skip
        # Permits and foreigners' cards have eighteen signs too: those are read one by one.
        other = cells.str.contains("^8[123]") | (
            cells.str.starts_with("9") & ~cells.str.starts_with("999999")
        )
        possible &= ~other.fill_null(False)
        sound = sound & possible
        kind = self._series(raw, "document_kind")
        if kind is not None:
            ordinary = vocabulary.words("resident_card")
            possible &= kind.is_null() | kind.is_in(list(ordinary))
        return (
            cells.set(~sound, None),
            cells.set(sound, None),
            missing,
            sound,
            birth.set(~sound, None),
            sex,
            possible | missing,
        )

    def _births(self, raw: pl.DataFrame, said: pl.Series) -> tuple[pl.Series, pl.Series]:
        cells = self._series(raw, "birth_on")
        if cells is None:
            return said, ~_no(raw.height)
        given = _mapped(cells, self._day, pl.Date)
        agrees = given.is_null() & cells.is_null() | (given == said).fill_null(given.is_not_null())
        agrees &= ~(given > self._on).fill_null(False)
        return said.zip_with(said.is_not_null(), given), agrees

    def _day(self, text: str) -> date | None:
        cell = restored(text)
        if self._reader.age(cell) is not None:
            return None
        read = self._reader.day(cell)
        return read if isinstance(read, date) else None

    def _sexes(self, raw: pl.DataFrame, said: pl.Series) -> tuple[pl.Series, pl.Series]:
        cells = self._series(raw, "sex")
        if cells is None:
            return said, ~_no(raw.height)
        known = vocabulary.words("sex")
        given = _mapped(cells, lambda text: known.get(as_text(restored(text)).casefold()), pl.String)
        agrees = cells.is_null() | (given == said).fill_null(given.is_not_null())
        return said.zip_with(said.is_not_null(), given), agrees

    def _places(self, raw: pl.DataFrame) -> tuple[pl.Series, pl.Series, pl.Series]:
        """Area, reasons and their weight: each spelling is looked up once."""
        fields = [self._series(raw, name) for name in ("town", "village", "grid")]
        asked = pl.DataFrame(
            {str(at): _empty(raw.height) if cells is None else cells for at, cells in enumerate(fields)}
        )
        spellings = asked.unique()
        answers = [self._place(row) for row in spellings.iter_rows()]
        told = spellings.with_columns(
            area=pl.Series([answer[0] for answer in answers], dtype=pl.String),
            said=pl.Series([answer[1] for answer in answers], dtype=pl.String),
            weight=pl.Series([answer[2] for answer in answers], dtype=pl.Int8),
        )
        joined = asked.join(told, on=["0", "1", "2"], how="left", nulls_equal=True, maintain_order="left")
        return joined["area"], joined["said"], joined["weight"]

    def _place(self, written: tuple[str | None, ...]) -> tuple[str | None, str | None, int]:
        if written not in self._areas:
            cells = [restored(text) for text in written]
            texts = ["" if is_broken_formula(cell) else " ".join(as_text(cell).split()) for cell in cells]
            found: list[Reason] = []
            if is_broken_formula(cells[1]):
                found.append(reason("cell.formula", column=vocabulary.titles()["village"]))
            code = self._reader.where.area(texts[0], texts[1], texts[2], found)
            self._areas[written] = (code, _texts(found), heaviest(found))
        return self._areas[written]

    def _addresses(self, raw: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
        cells = self._series(raw, "address")
        if cells is None:
            return _empty(raw.height), ~_no(raw.height)
        text = cells.str.replace_all(r"\s+", " ")
        odd = (
            text.str.starts_with("\x01")
            | text.str.starts_with("#")
            | (text.str.len_chars() > LONGEST_ADDRESS)
        )
        return text, ~odd.fill_null(False)

    def _phones(self, raw: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
        """One mobile per column is plain; words, several in a cell, landlines are read one by one."""
        places = self._at.get("phone", [])
        plain = ~_no(raw.height)
        for at in places:
            plain &= raw[f"c{at}"].str.contains(_PLAIN_PHONE).fill_null(True)
        texts = [pl.col(f"c{at}").str.strip_prefix("\x01i") for at in places]
        if not texts:
            return pl.Series([None], dtype=pl.List(pl.String)).extend_constant(None, raw.height - 1), plain
        made = raw.select(pl.concat_list(texts).list.drop_nulls().list.unique(maintain_order=True))
        return made.to_series(), plain

    def _roles(self, raw: pl.DataFrame) -> pl.Series:
        cells = self._series(raw, "role")
        if cells is None:
            return _empty(raw.height)
        return _mapped(cells, lambda text: self._reader.role(as_text(restored(text))) or None, pl.String)

    def _labels(self, raw: pl.DataFrame) -> pl.Series:
        cells = self._series(raw, "household")
        if cells is None:
            return _empty(raw.height)
        return _mapped(cells, lambda text: " ".join(as_text(restored(text)).split()) or None, pl.String)

    def _moved(self, raw: pl.DataFrame, born: pl.Series) -> tuple[pl.Series, pl.Series]:
        cells = self._series(raw, "moved_in_on")
        if cells is None:
            return _no_day(raw.height), ~_no(raw.height)
        given = _mapped(cells, self._day, pl.Date)
        fits = (given >= born).fill_null(True) & (given <= self._on).fill_null(True)
        return given, fits & (given.is_not_null() | cells.is_null())


def row_of(number: int, read: Line, label: str | None) -> tuple[Any, ...]:
    """A line as read by itself, as a row of the frame."""
    entry, reasons = read.entry, read.reasons
    opened = reason_text(read.open) if read.open else None
    shared = (opened, _texts(reasons), heaviest(reasons))
    if entry is None:
        return (number, None, read.number, *(None,) * 10, label, None, *shared, False)
    return (
        number, entry.name, entry.number or None, read.written or None, entry.kind, entry.sex, entry.birth_on, entry.birth_year,
        entry.area_code, entry.address or None, list(entry.phones), list(entry.owners) if any(entry.owners) else None,
        entry.household_role or None, label, entry.moved_in_on, *shared, True,
    )  # fmt: skip


def heaviest(reasons: Iterable[Reason]) -> int:
    return max((WEIGHT[found["weight"]] for found in reasons), default=0)


def _sound(numbers: pl.Series, possible: pl.Series) -> pl.Series:
    """Which of the possible numbers end with the check sign that their digits give (GB 11643, MOD 11-2)."""
    at = possible.arg_true()
    made = np.zeros(len(numbers), np.bool_)
    if len(at):
        text = numbers.gather(at)
        signs = np.frombuffer("".join(text.to_list()).encode("ascii"), np.uint8).reshape(-1, 18)
        sums = (signs[:, :17] - 48).astype(np.uint16) @ np.array(WEIGHTS, np.uint16)
        expected = np.frombuffer(CHECK_CHARACTERS.encode(), np.uint8)[sums % 11]
        made[at.to_numpy()] = expected == signs[:, 17]
    return pl.Series(made)


def _mapped(cells: pl.Series, of: Any, kind: Any) -> pl.Series:
    """`of` of every cell, asked once per spelling."""
    spellings = cells.drop_nulls().unique()
    if not len(spellings):
        return (
            pl.Series([None], dtype=kind).extend_constant(None, len(cells) - 1)
            if len(cells)
            else pl.Series([], dtype=kind)
        )
    answers = pl.Series([of(text) for text in spellings.to_list()], dtype=kind)
    return cells.replace_strict(spellings, answers, default=None, return_dtype=kind)


def _texts(found: Iterable[Reason]) -> str | None:
    return ", ".join(reason_text(each) for each in found) or None


def _empty(height: int) -> pl.Series:
    return (
        pl.Series([None], dtype=pl.String).extend_constant(None, height - 1)
        if height
        else pl.Series([], dtype=pl.String)
    )


def _no_day(height: int) -> pl.Series:
    return _empty(height).cast(pl.Date)


def _no(height: int) -> pl.Series:
    return pl.repeat(False, height, eager=True)
