"""A township with people in it, rosters as files, and actors who hold roles on parts of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from vaxkit.identity import check_digit
from yingjie.areas import queries as areas
from yingjie.areas.actions import load_county
from yingjie.foundation.access.actor import Actor, Held, system
from yingjie.people import actions
from yingjie.people.models import Person

COUNTY, TOWN, OTHER_TOWN = "110117", "110117001", "110117002"
VILLAGE, OTHER = "110117001001", "110117001002"
EVERY = "a test looks at everything"


def actor(role: str, code: str) -> Actor:
    return Actor(name=f"{role}@{code}", held=(Held(role, code),))


def number(sequence: int, birth: str = "19500101", region: str = "999999") -> str:
    """A resident number of nobody: the region does not exist, the check digit is right. Odd sequences are men."""
    first17 = f"{region}{birth}{sequence:03d}"
    return first17 + check_digit(first17)


@pytest.fixture
def county(db: None) -> str:
    load_county(by=system("test"), code=COUNTY)
    return COUNTY


@pytest.fixture
def lead(county: str) -> Actor:
    return actor("town_lead", TOWN)


Register = Callable[..., Person]


@pytest.fixture
def register(lead: Actor) -> Register:
    """register(7, name="…", area_code="…"): somebody with the number of that sequence."""

    def make(sequence: int, **given: object) -> Person:
        arguments = {"area_code": VILLAGE, "name": "王秀英", "number": number(sequence)} | given
        return actions.register(by=system("test"), **arguments)  # type: ignore[arg-type]

    return make


def write(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """An XLSX as a clerk would have made it: text as text, numbers as numbers, days as days."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("名单")
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(at, column, cell)  # type: ignore[arg-type]
            elif isinstance(cell, str):
                sheet.write_string(at, column, cell)
            elif cell is not None:
                sheet.write(at, column, cell)
    book.close()
    return path


def village_name(code: str = VILLAGE) -> str:
    from yingjie.areas.queries import names

    return names([code])[code]


@pytest.fixture
def there(county: str) -> str:
    """A village of the neighbouring township."""
    return areas.villages_under(system("test"), OTHER_TOWN)[0].code


def row(person: Person) -> Person:
    return Person.objects.unscoped(EVERY).get(pk=person.pk)
