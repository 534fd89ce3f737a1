"""Matching: what comes in, what comes out, what is refused."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from tests.kit.identity_matching.people import HERE as VILLAGE
from tests.kit.identity_matching.people import lines, number, outcome, person, table

from vaxkit.identity.matching import Columns, match


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


def test_keys_in_place_of_phones_count_as_equal_or_not() -> None:
    key, other = "ab12" * 16, "ab13" * 16
    registry = table(
        {"id": 1, "name": "司马建国", "phones": [key], "village": VILLAGE, "sex": "male"},
        {"id": 2, "name": "司马建国", "phones": [other], "village": VILLAGE, "sex": "male"},
    )
    roster = table({"id": 7, "name": "司马建国", "phones": [other], "village": VILLAGE, "sex": "male"})
    answer = match(roster, registry)
    levels = dict(answer.candidates.select("person", "phone").rows())
    assert levels == {1: 3, 2: 1}


def test_equal_candidates_stand_in_the_order_of_their_ids() -> None:
    twice = [person(2, "司马建国", None, village=VILLAGE), person(1, "司马建国", None, village=VILLAGE)]
    row = person(7, "司马建国", None, village=VILLAGE)
    for registry in (twice, twice[::-1]):
        assert outcome([row], registry).candidates["person"].to_list() == [1, 2]
