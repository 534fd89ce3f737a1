"""What a roster may bring to mislead: each case with the verdict it must get, in a ledger of a hamlet and of a township.

same      certain: merged without asking
asked     somebody must look (doubtful), with the right people shown; never merged
apart     never merged with the person named: doubtful or new
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kit.identity_matching.people import FAR, HERE, NEXT, background, number, person, table

from vaxkit.identity import check_digit
from vaxkit.identity.matching import Matches, match

HOME = {"phones": "19900010001", "address": "第3村88号", "village": HERE}
OTHER_HOME = {"phones": "19900020002", "address": "第3村12号", "village": HERE}
FAR_HOME = {"phones": "19900030003", "address": "第9村1号", "village": FAR}
ELDER = date(1950, 3, 7)
CARD = number("19500307", "123")
WIFE_CARD = number("19520809", "124")
SON_CARD = number("19750601", "217")
TWIN_A, TWIN_B = number("20100512", "101"), number("20100512", "103")
TWINS_DAY = date(2010, 5, 12)


def elder(id: int = 1, **more: Any) -> dict[str, Any]:
    return {**person(id, "王建国", CARD, born_on=ELDER, sex="male", **HOME), **more}


def wife(id: int = 2, **more: Any) -> dict[str, Any]:
    born = date(1952, 8, 9)
    return {**person(id, "李秀英", WIFE_CARD, born_on=born, sex="female", **HOME), **more}


def son(id: int = 3, **more: Any) -> dict[str, Any]:
    born = date(1975, 6, 1)
    return {**person(id, "王建军", SON_CARD, born_on=born, sex="male", **HOME), **more}


def twin(id: int, name: str, card: str | None, **more: Any) -> dict[str, Any]:
    return {**person(id, name, card, born_on=TWINS_DAY, sex="male", **HOME), **more}


def without(row: dict[str, Any], *fields: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in fields}


def recomputed(card: str, at: int, digit: str) -> str:
    """One digit wrong, and the check digit made to fit."""
    first = card[:at] + digit + card[at + 1 : 17]
    return first + check_digit(first)


NAMESAKE = elder(4, number=number("19500307", "351"), **OTHER_HOME)
SLIP = CARD[:9] + "1" + CARD[10:]

# name of the case: (registry, row, verdict, person)
CASES: dict[str, tuple[list[dict[str, Any]], dict[str, Any], str, int | None]] = {
    # --- twins
    "a twin's own number": (
        [twin(1, "王子轩", TWIN_A), twin(2, "王子涵", TWIN_B)], twin(7, "王子涵", TWIN_B), "same", 2,
    ),
    "a twin without number, both known": (
        [twin(1, "王子轩", TWIN_A), twin(2, "王子涵", TWIN_B)], twin(7, "王子涵", None), "same", 2,
    ),
    "a twin without number, the other known": (
        [twin(1, "王子轩", TWIN_A)], twin(7, "王子涵", None), "asked", 1,
    ),
    "an unknown twin with the next number": (
        [twin(1, "王子轩", TWIN_A)], twin(7, "王子涵", TWIN_B), "apart", 1,
    ),
    "an unknown twin of another name": ([twin(1, "王子轩", TWIN_A)], twin(7, "王思远", TWIN_B), "apart", 1),
    "the twin brother's number, both known": (
        [twin(1, "王子轩", TWIN_A), twin(2, "王子涵", TWIN_B)], twin(7, "王子涵", TWIN_A), "asked", 1,
    ),
    "the twin brother's number, himself unknown": (
        [twin(1, "王子轩", TWIN_A)], twin(7, "王子涵", TWIN_A), "asked", 1,
    ),
    "a twin whose number has a slip": (
        [twin(1, "王子轩", TWIN_A), twin(2, "王子涵", TWIN_B)], twin(7, "王子涵", TWIN_B[:7] + "9" + TWIN_B[8:]), "same", 2,
    ),
    # --- one phone for several generations
    "a grandchild on the grandparents' phone": (
        [elder(), wife()], person(7, "王梓涵", None, sex="female", **HOME), "apart", 1,
    ),
    "a son on his father's phone, named nearly alike": (
        [elder()], person(7, "王建军", None, sex="male", **HOME), "apart", 1,
    ),
    "a son with his birth date on his father's phone": ([elder()], son(7, number=None), "apart", 1),
    "a son named like his father, one sign left out": (
        [elder()], person(7, "王国", None, sex="male", **HOME), "apart", 1,
    ),
    # --- neighbours of one name
    "a neighbour of one name, another birth date": (
        [elder()], elder(7, number=None, born_on=date(1983, 1, 2), **OTHER_HOME), "apart", 1,
    ),
    "one name and birth date, two sound numbers": (
        [elder()], elder(7, number=NAMESAKE["number"], **OTHER_HOME), "apart", 1,
    ),
    "one name and birth date, next number, same house": (
        [elder()], elder(7, number=number("19500307", "125")), "asked", 1,
    ),
    "one name and birth date twice, no number, no place": (
        [elder(), NAMESAKE], person(7, "王建国", None, born_on=ELDER, sex="male", village=HERE), "asked", None,
    ),
    "one name and birth date twice, the house tells": (
        [elder(), NAMESAKE], elder(7, number=None, **OTHER_HOME), "same", 4,
    ),
    "one name and birth date twice, a slip in one number": (
        [elder(), NAMESAKE], without(elder(7, number=SLIP), "phones", "address"), "same", 1,
    ),
    "the neighbour of one name's number": (
        [elder(), NAMESAKE], elder(7, number=number("19620404", "251"), born_on=ELDER), "apart", 4,
    ),
    "a namesake's number, another birth date": (
        [elder()], elder(7, born_on=date(1983, 11, 22), **OTHER_HOME), "asked", 1,
    ),
    "one's own number, name and house, another birth date": (
        [elder()], elder(7, born_on=date(1983, 11, 22)), "same", 1,
    ),
    # --- somebody else's number
    "the husband's number for the wife": ([elder(), wife()], wife(7, number=CARD), "asked", None),
    "the husband's number for an unknown wife": ([elder()], wife(7, number=CARD), "asked", 1),
    "the husband's number for the wife, no birth date": (
        [elder(), wife()], without(wife(7, number=CARD), "born_on"), "asked", None,
    ),
    "the father's number for the son": ([elder(), son()], son(7, number=CARD), "asked", None),
    "the father's number for an unknown son, no birth date": (
        [elder()], without(son(7, number=CARD), "born_on"), "asked", 1,
    ),
    "the number of the line above": (
        [elder()], person(7, "赵丽", CARD, born_on=date(1990, 1, 1), sex="female", **FAR_HOME), "asked", 1,
    ),
    "one number on two people of the ledger": ([elder(), wife(number=CARD)], elder(7), "same", 1),
    # --- numbers written wrong
    "one digit wrong": ([elder()], elder(7, number=SLIP, **FAR_HOME), "same", 1),
    "two digits swapped": (
        [elder()], elder(7, number=CARD[:10] + CARD[11] + CARD[10] + CARD[12:]), "same", 1,
    ),
    "one digit wrong, check digit made to fit": (
        [elder()], elder(7, number=recomputed(CARD, 15, "9")), "asked", 1,
    ),
    "two digits swapped, check digit made to fit": (
        [elder()], elder(7, number=recomputed(recomputed(CARD, 14, CARD[15]), 15, CARD[14])), "asked", 1,
    ),
    "fifteen digits": ([elder()], elder(7, number=CARD[:6] + CARD[8:17], **FAR_HOME), "same", 1),
    "fifteen digits, one wrong": (
        [elder()], elder(7, number=CARD[:6] + CARD[8:14] + "9" + CARD[15:17]), "asked", 1,
    ),
    "a word for the number": ([elder()], elder(7, number="户口本"), "same", 1),
    "the birth date in place of the number": ([elder()], elder(7, number="19500307"), "same", 1),
    # --- names written wrong
    "a character of one sound, no number": ([elder()], elder(7, name="王键国", number=None), "same", 1),
    "a traditional character, no number": ([elder()], elder(7, name="王建國", number=None), "same", 1),
    "the family name last": ([elder()], elder(7, name="建国王"), "same", 1),
    "the family name last, no number": ([elder()], elder(7, name="建国王", number=None), "same", 1),
    "a sign left out, no number, the birth date the same": (
        [elder()], elder(7, name="王建", number=None), "same", 1,
    ),
    "another name under one's number": ([elder()], elder(7, name="王志强"), "asked", 1),
    "one sign of the name wrong, no number": ([elder()], elder(7, name="王建强", number=None), "asked", 1),
    # --- people who married or moved
    "moved to another township": ([elder()], elder(7, **FAR_HOME), "same", 1),
    "moved, and a slip in the number": (
        [wife()], wife(7, number=WIFE_CARD[:8] + "0" + WIFE_CARD[9:], **FAR_HOME), "same", 2,
    ),
    "moved into a known house": (
        [wife(), elder(5, name="赵铁柱", number=SON_CARD, **FAR_HOME)], wife(7, **FAR_HOME), "same", 2,
    ),
    "a newcomer in a known house": (
        [elder()], person(7, "赵丽", number("19881010", "026"), sex="female", **HOME), "apart", 1,
    ),
    # --- other fields wrong
    "another village": ([elder()], elder(7, village=NEXT), "same", 1),
    "another village, no number": ([elder()], elder(7, village=NEXT, number=None), "same", 1),
    "the other sex, all else right": ([elder()], elder(7, sex="female"), "same", 1),
    "day and month swapped, no number": (
        [elder()], elder(7, number=None, born_on=date(1950, 7, 3)), "same", 1,
    ),
    "number and phone in each other's column": (
        [elder()], elder(7, number="19900010001", phones=CARD), "same", 1,
    ),
    "name and address in each other's column": (
        [elder(), wife()], elder(7, name="第3村88号", address="王建国", number=None), "apart", 1,
    ),
    "permits that follow each other": ([elder(number="H12345678")], wife(7, number="H12345679"), "apart", 1),
}  # fmt: skip


def outcome(registry: list[dict[str, Any]], rows: list[dict[str, Any]], crowd: int) -> Matches:
    return match(table(*rows), table(*registry, *background(crowd)))


@pytest.mark.parametrize("crowd", [60, 1200], ids=["hamlet", "township"])
@pytest.mark.parametrize("case", CASES)
def test_hostile_rows(case: str, crowd: int) -> None:
    registry, row, expected, who = CASES[case]
    answer = outcome(registry, [row], crowd)
    line = answer.verdicts.row(0, named=True)
    if expected == "same":
        assert (line["verdict"], line["person"]) == ("same", who)
    elif expected == "asked":
        assert line["verdict"] == "doubtful"
        shown = set(answer.candidates["person"].to_list())
        assert {who} <= shown if who is not None else {one["id"] for one in registry} <= shown
    else:
        assert line["verdict"] in ("doubtful", "new")


def test_copies_with_other_slips_are_all_the_person_and_the_first_is_named() -> None:
    rows = [elder(7), elder(8, number=SLIP), elder(9, number=CARD[:12] + CARD[13:]), elder(10, number=None)]
    answer = outcome([elder()], rows, 1200)
    assert answer.verdicts.select("id", "verdict", "person", "duplicate_of").rows() == [
        (7, "same", 1, None), (8, "same", 1, 7), (9, "same", 1, 7), (10, "same", 1, 7),
    ]  # fmt: skip


def test_people_who_are_alike_in_one_file_are_no_copies_of_each_other() -> None:
    rows = [twin(7, "王子轩", TWIN_A), twin(8, "王子涵", TWIN_B), elder(9), NAMESAKE | {"id": 10}]
    answer = outcome([], rows, 1200)
    assert answer.verdicts["duplicate_of"].to_list() == [None] * 4


FAMILY = st.sampled_from(
    ["王建国", "王建军", "王国", "王军", "王秀英", "李秀英", "李建国", "赵丽", "欧阳建国", "国建王"]
)
DAYS = st.dates(date(1930, 1, 1), date(2020, 12, 31))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    FAMILY, FAMILY, DAYS, DAYS, st.booleans(), st.sampled_from([HOME, OTHER_HOME, FAR_HOME]), st.booleans()
)
def test_a_number_never_merges_a_row_of_another_name_and_birth_date_with_its_owner(
    name: str, owners_name: str, born: date, owners_born: date, known: bool, place: dict[str, Any], men: bool
) -> None:
    if name == owners_name or born == owners_born:
        return
    sex = "male" if men else "female"
    card = number(f"{owners_born:%Y%m%d}", "211" if men else "212")
    owner = person(1, owners_name, card, born_on=owners_born, sex=sex, **HOME)
    own = person(2, name, number(f"{born:%Y%m%d}", "301" if men else "302"), born_on=born, sex=sex, **HOME)
    row = person(7, name, card, born_on=born, sex=sex, **place)
    line = outcome([owner, own] if known else [owner], [row], 60).verdicts.row(0, named=True)
    assert line["verdict"] == "doubtful"
