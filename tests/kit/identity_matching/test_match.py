"""Matching: what comes in, what comes out, and each known trap by name."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from vaxkit.identity import check_digit
from vaxkit.identity.matching import Columns, Matches, match

VILLAGE, NEXT_VILLAGE, FAR = "131128101001", "131128101002", "131128109007"


def number(born: str, sequence: str, area: str = "999999") -> str:
    first = area + born + sequence
    return first + check_digit(first)


def table(*rows: dict[str, Any]) -> Columns:
    names = sorted({name for row in rows for name in row})
    return Columns.of(pl.DataFrame({name: [row.get(name) for row in rows] for name in names}))


def person(id: int, name: str, number: str | None = None, **more: Any) -> dict[str, Any]:
    return {"id": id, "name": name, "number": number, **more}


def background(count: int = 400) -> list[dict[str, Any]]:
    """People around, so that names and villages have a frequency."""
    surnames, given = "王李张刘陈杨赵黄周吴", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平"
    return [
        person(
            10_000 + at,
            surnames[at % 10] + given[at * 7 % 20] + given[at * 3 % 20],
            number(f"{1940 + at % 60}{at % 12 + 1:02d}{at % 28 + 1:02d}", f"{at % 900 + 50:03d}"),
            born_on=date(1940 + at % 60, at % 12 + 1, at % 28 + 1),
            sex="male" if (at % 900 + 50) % 2 else "female",
            phones=f"1990000{at:04d}",
            address=f"第{at % 40}村{at}号",
            village=f"1311281010{at % 40 + 10}",
        )
        for at in range(count)
    ]


def outcome(roster: list[dict[str, Any]], registry: list[dict[str, Any]]) -> Matches:
    return match(table(*roster), table(*registry, *background()))


def lines(answer: Matches) -> list[tuple[Any, ...]]:
    return answer.verdicts.select("id", "verdict", "person").rows()


def test_one_number_and_one_name_settle_a_row() -> None:
    registry = [person(1, "王建国", number("19500307", "123"))]
    roster = [person(7, " 王 建国", "９９９９９９１９５００３０７１２３" + number("19500307", "123")[-1])]
    answer = outcome(roster, registry)
    assert lines(answer) == [(7, "same", 1)]
    assert answer.verdicts["why"].to_list() == ["number_and_name"]


def test_fifteen_digits_are_the_eighteen_of_the_card() -> None:
    card = number("19500307", "123")
    answer = outcome([person(7, "王建国", card[:6] + card[8:17])], [person(1, "王建国", card)])
    assert lines(answer) == [(7, "same", 1)]


@pytest.mark.parametrize("wrong", ["99999919500307124", "99999919500370123", "99999919050307123"])
def test_one_digit_wrong_or_two_swapped(wrong: str) -> None:
    card = number("19500307", "123")
    answer = outcome(
        [person(7, "王建国", wrong + card[-1])], [person(1, "王建国", card, born_on=date(1950, 3, 7))]
    )
    assert lines(answer) == [(7, "same", 1)]


def test_empty_tables_and_missing_columns() -> None:
    nobody = Columns.of(pl.DataFrame(schema={"id": pl.Int64, "name": pl.String}))
    one = table(person(1, "王建国", number("19500307", "123")))
    assert match(nobody, one).verdicts.height == 0
    assert lines(match(one, nobody)) == [(1, "new", None)]
    assert lines(match(nobody, nobody)) == []


def test_ids_must_be_there_once() -> None:
    with pytest.raises(ValueError, match="unique"):
        table(person(1, "王"), person(1, "李"))
    with pytest.raises(ValueError, match="name"):
        Columns.of(pl.DataFrame({"id": [1]}))


def test_keys_in_place_of_numbers() -> None:
    card, other = number("19500307", "123"), number("19611224", "088")
    key = {text: text[::-1].encode() for text in (card, other)}
    registry = table(
        {"id": 1, "name": "王建国", "number_key": key[card], "born_on": date(1950, 3, 7), "village": VILLAGE},
        {
            "id": 2,
            "name": "李秀英",
            "number_key": key[other],
            "born_on": date(1961, 12, 24),
            "village": VILLAGE,
        },
    )
    slip = other[:16] + str((int(other[16]) + 1) % 10) + other[17]
    roster = table(
        {"id": 7, "name": "王建国", "number": card, "number_key": key[card], "village": VILLAGE},
        {"id": 8, "name": "李秀英", "number": slip, "number_key": slip[::-1].encode(), "village": VILLAGE},
    )
    asked: list[list[int]] = []

    def numbers_of(ids: list[int]) -> list[str]:
        asked.append(ids)
        return [{1: card, 2: other}[id] for id in ids]

    answer = match(roster, registry, numbers_of=numbers_of)
    assert lines(answer) == [(7, "same", 1), (8, "same", 2)]
    assert asked == [[2]]
    assert lines(match(roster, registry, keys_of=lambda texts: [text[::-1].encode() for text in texts]))[
        0
    ] == (7, "same", 1)


def test_keys_on_one_side_only_are_refused() -> None:
    with_keys = table({"id": 1, "name": "王建国", "number_key": b"k"})
    with pytest.raises(ValueError, match="both sides"):
        match(table(person(7, "王建国", "1")), with_keys)
