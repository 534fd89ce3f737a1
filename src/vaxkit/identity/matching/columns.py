"""What goes into matching: one table of people per side, held as columns.

    id          anything unique in its table (whole number or text): a roster's row, a registry's person
    name        as written; spaces and full-width forms do no harm
    number      document number as written (15 or 18 digits, or another document's); null or "" when unknown
    number_key  bytes that are equal exactly when two numbers are equal (a blind index); stands in for `number`
                where numbers are not in clear
    number_sound  whether the number passed its check; only needed beside `number_key`, true when left out
    born_on     date; when null, a resident number's own date is used
    sex         "male" or "female"; anything else is unknown
    phones      list of texts, or one text (several parted by spaces); the first three count. Texts of 32 signs and
                more are taken for keys (blind indexes), on both sides or on neither
    address     free text
    village     area code of the village (12 digits; longer codes count by their first 12)
    household   any key equal for members of one household of this table

Only `id` and `name` must be there; a column left out is null throughout.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

_TEXT = ("name", "number", "sex", "address", "village", "household")
OPTIONAL = (*_TEXT, "number_key", "number_sound", "born_on", "phones")


@dataclass(frozen=True, slots=True)
class Columns:
    """A table of people in the columns that the module's docstring names."""

    frame: pl.DataFrame

    @staticmethod
    def of(frame: pl.DataFrame) -> Columns:
        """`frame` with every column in its type; unknown columns go. Raises ValueError when `id` or `name` is
        missing, or when an id stands twice."""
        for needed in ("id", "name"):
            if needed not in frame.columns:
                raise ValueError(f"there is no column {needed!r}")
        if frame["id"].null_count() or frame["id"].n_unique() != frame.height:
            raise ValueError("ids must be there and unique")
        made: list[pl.Expr | pl.Series] = [frame["id"]]
        for name in _TEXT:
            made.append(frame[name].cast(pl.String) if name in frame.columns else _nulls(name, pl.String))
        for name, kind in (("number_key", pl.Binary), ("number_sound", pl.Boolean), ("born_on", pl.Date)):
            made.append(frame[name].cast(kind) if name in frame.columns else _nulls(name, kind))
        made.append(_phones(frame))
        return Columns(frame.select(made))

    @property
    def height(self) -> int:
        return self.frame.height


def _nulls(name: str, kind: type[pl.DataType]) -> pl.Expr:
    return pl.lit(None, dtype=kind).alias(name)


def _phones(frame: pl.DataFrame) -> pl.Expr | pl.Series:
    """Phones stay a text while each cell holds one, which costs nothing; a list otherwise."""
    if "phones" not in frame.columns:
        return _nulls("phones", pl.String)
    phones = frame["phones"]
    if phones.dtype == pl.List:
        return phones.cast(pl.List(pl.String))
    phones = phones.cast(pl.String)
    several = phones.str.contains(" ", literal=True).any()
    return phones.str.split(" ") if several else phones
