"""Values that a list spreads over several columns: a number with one digit a cell, year, month and day of a birth each in its own.

The columns of such a value stand side by side and have the same field; what they hold together is tried on the first lines before
anything is believed, and no digit that a cell has lost is put back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import polars as pl

from vaxkit.identity import ResidentNumber, check_resident_number
from vaxkit.identity.dates import parse_date
from yingjie.foundation.tabular.cells import Cell, as_text, label_key
from yingjie.people.roster import vocabulary
from yingjie.people.roster.columns import ColumnMap

LONGEST_RUN = 18
_BETWEEN = {"number": "", "birth_on": "-"}


def spread(
    labels: Sequence[str], fields: Sequence[str], sample: Sequence[Sequence[Cell]], on: date
) -> tuple[str, ...]:
    """The fields with the further columns of a number or a birth date, where they hold the rest of it."""
    found = list(fields)
    for field, wanted in (("number", _of_number), ("birth_on", _of_birth)):
        for first in range(len(labels) - 1):
            if field in found and found.index(field) != first:
                continue
            columns = wanted(labels, found, sample, first, on)
            if columns:
                found[first : first + columns] = [field] * columns
                break
    return tuple(found)


def joined(raw: pl.DataFrame, columns: ColumnMap) -> pl.DataFrame:
    """A page with every spread value whole in the first of its columns; the others stand empty."""
    for field, sign in _BETWEEN.items():
        places = [f"c{at}" for at in columns.places(field)]
        if len(places) < 2:
            continue
        signs = rf"[\s{vocabulary.date_signs()}]"
        parts = [pl.col(name).str.replace(r"^\x01[if]", "").str.replace_all(signs, "") for name in places]
        whole = pl.concat_str(parts, separator=sign, ignore_nulls=True)
        rest = pl.any_horizontal(pl.col(name).is_not_null() for name in places[1:])
        raw = raw.with_columns(
            pl.when(rest).then(whole).otherwise(places[0]).alias(places[0]),
            *(pl.lit(None, pl.String).alias(name) for name in places[1:]),
        )
    return raw


def _of_number(
    labels: Sequence[str], fields: Sequence[str], sample: Sequence[Sequence[Cell]], first: int, on: date
) -> int:
    """How many columns from the first on hold a number together; 0 where they hold none."""
    if fields[first] not in ("", "number") or not _names(labels[first], "number"):
        return 0
    for count in range(1, LONGEST_RUN + 1):
        if count > 1 and not _goes_on(labels, fields, first, count):
            return 0
        texts = ["".join(_texts(line, first, count)) for line in sample if any(_texts(line, first, count))]
        if _most(texts, lambda text: isinstance(check_resident_number(text, on=on), ResidentNumber)):
            return count if count > 1 else 0
    return 0


def _of_birth(
    labels: Sequence[str], fields: Sequence[str], sample: Sequence[Sequence[Cell]], first: int, on: date
) -> int:
    if fields[first] not in ("", "birth_on") or not _names(labels[first], "birth_on"):
        return 0
    parts = vocabulary.words("date_part")
    said = [parts.get(_end(label), "") for label in labels[first + 1 : first + 3]]
    if not (_goes_on(labels, fields, first, 3) or said == ["month", "day"]) or first + 3 > len(labels):
        return 0
    lines = [pieces for line in sample if (pieces := _texts(line, first, 3))]
    whole = ["-".join(pieces) if len(pieces) == 3 else "" for pieces in lines]
    return 3 if _most(whole, lambda text: isinstance(parse_date(text), date)) else 0


def _goes_on(labels: Sequence[str], fields: Sequence[str], first: int, count: int) -> bool:
    """Whether the last of so many columns has no heading of its own, or stands under the same one as the first."""
    last = first + count - 1
    if last >= len(labels) or fields[last] not in ("", fields[first]):
        return False
    above, _, own = labels[last].rpartition(" / ")
    group = labels[first].rpartition(" / ")[0]
    return not labels[last] or labels[last] == labels[first] or (
        bool(above) and above == group and (own.isdigit() or _end(labels[last]) in vocabulary.words("date_part"))
    )  # fmt: skip


def _names(label: str, field: str) -> bool:
    """Whether a heading, or one above it, is one of the field."""
    known = {label_key(heading) for heading in vocabulary.headings()[field]}
    begins = [word for word, meaning in vocabulary.words("date_part").items() if meaning == "birth_year"]
    keys = [label_key(part) for part in label.split(" / ")]
    return any(key in known or (field == "birth_on" and key in begins) for key in keys)


def _end(label: str) -> str:
    return label_key(label.rpartition(" / ")[2])


def _texts(line: Sequence[Cell], first: int, count: int) -> list[str]:
    texts = ["".join(as_text(cell).split()) for cell in line[first : first + count] if cell is not None]
    return [text.strip(vocabulary.date_signs()) for text in texts]


def _most(texts: Sequence[str], fits: Callable[[str], bool]) -> bool:
    return bool(texts) and sum(map(fits, texts)) * 10 >= len(texts) * 6
