"""Small tables for the tests of matching: invented people with the unassigned area 999999."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from vaxkit.identity import check_digit
from vaxkit.identity.matching import Columns, Matches, match

HERE, NEXT, FAR = "131128101001", "131128101002", "131128109007"


def number(born: str, sequence: str, area: str = "999999") -> str:
    first = area + born + sequence
    return first + check_digit(first)


def person(id: int, name: str, number: str | None = None, **more: Any) -> dict[str, Any]:
    """A row; sex and birth date follow from the number unless they are given."""
    made: dict[str, Any] = {"id": id, "name": name, "number": number, **more}
    return made


def table(*rows: dict[str, Any]) -> Columns:
    names = sorted({name for row in rows for name in row})
    return Columns.of(pl.DataFrame({name: [row.get(name) for row in rows] for name in names}))


def background(count: int = 400) -> list[dict[str, Any]]:
    """People around, so that names, villages and birth dates have a frequency."""
    surnames, given = "王李张刘陈杨赵黄周吴", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平"
    return [
        person(
            10_000 + at,
            surnames[at % 10] + given[at * 7 % 20] + given[(at // 20 * 7 + at * 3) % 20],
            number(f"{1940 + at % 60}{at % 12 + 1:02d}{at % 28 + 1:02d}", f"{at % 900 + 50:03d}"),
            born_on=date(1940 + at % 60, at % 12 + 1, at % 28 + 1),
            sex="male" if (at % 900 + 50) % 2 else "female",
            phones=f"1990000{at:04d}",
            address=f"第{at // 30 % 40}村{at}号",
            village=f"1311281010{at // 30 % 40 + 10}",
        )
        for at in range(count)
    ]


def outcome(roster: list[dict[str, Any]], registry: list[dict[str, Any]]) -> Matches:
    return match(table(*roster), table(*registry, *background()))


def lines(answer: Matches) -> list[tuple[Any, ...]]:
    """(id, verdict, person) per row."""
    return answer.verdicts.select("id", "verdict", "person").rows()
