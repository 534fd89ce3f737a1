"""What clerks and spreadsheets do to whole columns, and places to whole files: told from what one row errs in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.kit.identity_matching.people import HERE, NEXT, background, number, person, table

from vaxkit.identity.matching import Matches, Record, compare, explain, match
from vaxkit.identity.matching.explaining import told

HOME = {"phones": "19900010001", "address": "第3村88号", "village": HERE}
BORN, WIFE_BORN = date(1950, 3, 7), date(1952, 8, 9)
CARD, WIFE_CARD = number("19500307", "123"), number("19520809", "124")
ELDER = person(1, "王建国", CARD, born_on=BORN, sex="male", **HOME)
WIFE = person(2, "李秀英", WIFE_CARD, born_on=WIFE_BORN, sex="female", **HOME)
CROWD = background(300)


def outcome(*rows: dict[str, Any], registry: list[dict[str, Any]] | None = None) -> Matches:
    return match(table(*rows), table(*(registry or [ELDER, WIFE]), *CROWD))


def level(answer: Matches, row: int, who: int, field: str) -> str:
    return explain(answer, row, who).finding(field).level


def verdict(answer: Matches, row: int) -> tuple[Any, ...]:
    (line,) = (each for each in answer.verdicts.rows(named=True) if each["id"] == row)
    return line["verdict"], line["person"]


@pytest.mark.parametrize(
    "name", ["王建国（户主）", "王建国(外出)", "王 建国*", "王建国【已签约】", "王建国1", "王建国（大）"]
)
def test_a_note_behind_a_name_is_no_part_of_it(name: str) -> None:
    answer = outcome({**ELDER, "id": 7, "name": name, "number": None})
    assert verdict(answer, 7) == ("same", 1)
    assert level(answer, 7, 1, "name") == "same"


@pytest.mark.parametrize("name", ["王建国（之妻）", "王建国(长子)", "王建国（母亲）"])
def test_a_note_that_names_a_relative_makes_another_name(name: str) -> None:
    assert verdict(outcome({**ELDER, "id": 7, "name": name, "number": None, "born_on": None}), 7)[0] != "same"


def test_marks_keep_namesakes_apart() -> None:
    bare = {**ELDER, "number": None}
    answer = outcome({**bare, "id": 7, "name": "王建国1"}, {**bare, "id": 8, "name": "王建国2"})
    assert sorted(answer.verdicts["verdict"]) == ["doubtful", "same"]
    assert answer.verdicts["duplicate_of"].to_list() == [None, None]
    assert compare(Record("王建国（大）"), Record("王建国（小）")).finding("name").level == "one_sign"


def test_a_title_or_a_nickname_says_less_than_a_name_but_nothing_against_it() -> None:
    for name in ("王大爷", "老国", "王老三"):
        made = compare(Record(name, CARD), Record("王建国", CARD))
        assert (made.finding("name").level, made.verdict) == ("untold", "doubtful")
    answer = outcome({**ELDER, "id": 7, "name": "王大爷", "number": None})
    assert verdict(answer, 7) == ("same", 1)
    assert (
        verdict(outcome({**ELDER, "id": 7, "name": "王大爷", "number": None, "born_on": None}), 7)[0]
        != "same"
    )
    assert compare(Record("李大爷"), Record("王建国")).finding("name").level != "untold"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (date(1950, 1, 30), "moon"),
        (date(1950, 1, 1), "year_only"),
        (date(1950, 9, 23), "year"),
        (date(1949, 12, 20), "differ"),
        (date(1950, 4, 7), "two_parts"),
    ],
)
def test_birth_dates_by_the_moon_and_of_a_year_only(said: date, found: str) -> None:
    one, other = Record("王建国", born_on=said), Record("王建国", born_on=BORN)
    assert compare(one, other).finding("birth").level == found
    assert compare(other, one).finding("birth").level == found


def test_a_birth_date_by_the_moon_does_not_part_a_number_from_its_owner() -> None:
    last_year = {**ELDER, "number": number("19500120", "123"), "born_on": date(1950, 1, 20)}
    answer = outcome(
        {**last_year, "id": 7, "born_on": date(1949, 12, 3), "phones": None, "address": None},
        registry=[last_year],
    )
    assert verdict(answer, 7) == ("same", 1)


def test_a_number_that_a_spreadsheet_cut_is_still_a_trace() -> None:
    row = {**ELDER, "id": 7, "number": CARD[:15] + "000", "phones": None, "address": None}
    answer = outcome(row)
    assert (verdict(answer, 7), level(answer, 7, 1, "number")) == (("same", 1), "cut")


def test_numbers_dragged_down_a_column_say_nothing() -> None:
    below = [f"{int(WIFE_CARD) + step}" for step in (1, 2)]
    rows = [
        {**WIFE, "id": 7},
        {**ELDER, "id": 8, "number": below[0]},
        person(9, "赵丽", below[1], born_on=date(1990, 1, 1), sex="female", **HOME),
    ]
    answer = outcome(*rows)
    assert [verdict(answer, row)[0] for row in (7, 8, 9)] == ["same", "same", "new"]
    assert level(answer, 8, 1, "number") == "dragged"
    assert "下拉递增" in told(answer)[1].zh
    assert verdict(outcome(*rows[1:]), 8) == ("same", 1)  # alone it is a wrong number like any other


def test_a_village_whose_people_are_registered_in_another_is_that_one() -> None:
    moved = [{**each, "id": 500 + at, "village": NEXT} for at, each in enumerate(CROWD[:20])]
    registry = [{**each, "village": HERE} if at < 20 else each for at, each in enumerate(CROWD)]
    row = person(
        7,
        "王建国",
        None,
        sex="male",
        phones="19900099999",
        village=NEXT,
        address="新桃社区88号",
        born_on=BORN,
    )
    answer = match(table(*moved, row), table(ELDER, *registry))
    assert level(answer, 7, 1, "village") == "merged"
    assert verdict(answer, 7) == ("same", 1)


def test_whose_name_birth_date_and_house_a_row_tells_is_meant_though_the_number_is_the_husbands() -> None:
    written = [
        {**each, "id": 500 + at, "born_on": each["born_on"] + timedelta(days=at < 5)}
        for at, each in enumerate(CROWD)
    ]
    wife = {**WIFE, "id": 7, "number": CARD}
    answer = outcome(wife, *written)
    assert verdict(answer, 7) == ("same", 2)
    assert told(answer)[0].zh.endswith("判定为同一人，填的是别人的号码。")
    for more in ({"born_on": BORN}, {"born_on": None}, {"phones": None, "address": None}, {"name": "李秀莲"}):
        assert verdict(outcome({**wife, **more}, *written), 7)[0] == "doubtful", more
    assert (
        verdict(outcome(wife), 7)[0] == "doubtful"
    )  # a file whose births may have been computed from the numbers


def test_no_name_on_either_side_is_not_one_name() -> None:
    answer = outcome({**ELDER, "id": 7, "name": "", "born_on": None}, registry=[{**ELDER, "name": ""}])
    assert verdict(answer, 7) == ("doubtful", 1)
