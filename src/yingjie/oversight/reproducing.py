"""Issued bulletins counted again from the raw rows, cell by cell.

    check(actor, area_code, on)     every bulletin that the actor may see, oldest first, with the cells that came out otherwise
    differences(issued, counted)    the same of two contents

Compared is what was counted: lines, villages, groups, late entries, the sums' adjustment. Names may be others by now (an area was
renamed), and what was stated or laid out when it was issued is nowhere to be counted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from yingjie.foundation.access.actor import Actor
from yingjie.oversight import queries
from yingjie.oversight.content import BulletinContent

_NAMES = {"name", "under", "title_zh", "title_en"}
Cells = dict[tuple[str, str, str], object]


@dataclass(frozen=True)
class Difference:
    """A cell that is not what was issued; `issued` or `counted` is None where only the other has it. `row` is a code, or a day and
    a number of the dose; "" for figures of the whole."""

    table: str
    row: str
    cell: str
    issued: object
    counted: object


@dataclass(frozen=True)
class Checked:
    """One issued bulletin and what came out otherwise."""

    area_code: str
    area_name: str
    on: date
    number: int
    differences: tuple[Difference, ...]


def check(actor: Actor, area_code: str = "", on: date | None = None) -> Iterator[Checked]:
    """Bulletins of one area or of all, of one day or of all. Raises NotFound for a foreign area, ContentDiffers for one that was
    changed in the database."""
    for row in reversed(queries.archive(actor, area_code)):
        if on is None or row.on == on:
            found = differences(*queries.recount(actor, row.area_code, row.on))
            yield Checked(row.area_code, row.area_name, row.on, row.number, found)


def differences(issued: BulletinContent, counted: BulletinContent) -> tuple[Difference, ...]:
    """In the order of the bulletin: the first one is the first cell that somebody reading it would doubt."""
    one, other = _cells(issued), _cells(counted)
    return tuple(
        Difference(*key, one.get(key), other.get(key))
        for key in {**one, **other}
        if one.get(key) != other.get(key)
    )


def _cells(content: BulletinContent) -> Cells:
    found: Cells = {
        ("bulletin", "", name): getattr(content, name) for name in ("dose_numbers", "adjusted", "minimum_age", "schedule")
    }  # fmt: skip
    for table in ("lines", "annex", "groups"):
        for row in getattr(content, table):
            values = asdict(row)
            code = " ".join(filter(None, (values.pop("kind", ""), values.pop("code"))))
            found |= _of_row(table, code, values)
    for late in content.late_days:
        found["late_days", f"{late.on} {late.number}", "doses"] = late.doses
    return found


def _of_row(table: str, code: str, values: Mapping[str, Any]) -> Cells:
    return {(table, code, name): value for name, value in values.items() if name not in _NAMES}
