"""The traps of a village ledger, each by name: who must be linked, who must not, who must be asked about."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.kit.identity_matching.people import (
    FAR,
    HERE,
    NEXT,
    background,
    lines,
    number,
    outcome,
    person,
    table,
)

from vaxkit.identity.matching import match

HOUSE = {"phones": "19900010001", "address": "第3村88号", "village": HERE}
ELDER = date(1950, 3, 7)
CARD = number("19500307", "123")


def elder(**more: Any) -> dict[str, Any]:
    made = person(1, "王建国", CARD, born_on=ELDER, sex="male", **HOUSE)
    return {**made, **more}


def test_twins_with_neighbouring_numbers_stay_apart() -> None:
    one, other = number("20100512", "101"), number("20100512", "103")
    registry = [person(1, "王子轩", one, born_on=date(2010, 5, 12), sex="male", **HOUSE)]
    answer = outcome([person(7, "王子涵", other, sex="male", **HOUSE)], registry)
    assert lines(answer)[0][1] != "same"
    both = [*registry, person(2, "王子涵", other, born_on=date(2010, 5, 12), sex="male", **HOUSE)]
    slip = other[:5] + "8" + other[6:]
    answer = outcome([person(7, "王子涵", slip, sex="male", **HOUSE)], both)
    assert lines(answer) == [(7, "same", 2)]


def test_a_twin_without_a_number_is_not_the_registered_twin() -> None:
    registry = [
        person(1, "王子轩", number("20100512", "101"), born_on=date(2010, 5, 12), sex="male", **HOUSE)
    ]
    for name in ("王思涵", "王子涵"):
        row = person(7, name, None, born_on=date(2010, 5, 12), sex="male", **HOUSE)
        assert lines(outcome([row], registry)) == [(7, "doubtful", 1)]


def test_a_neighbour_of_the_same_name_is_somebody_else() -> None:
    other = number("19831122", "217")
    row = person(7, "王建国", other, sex="male", phones="19900019999", address="第3村12号", village=HERE)
    assert lines(outcome([row], [elder()])) == [(7, "new", None)]


def test_grandparents_and_grandchildren_with_one_phone() -> None:
    registry = [
        elder(),
        person(2, "李秀英", number("19520809", "124"), born_on=date(1952, 8, 9), sex="female", **HOUSE),
    ]
    child = person(7, "王梓涵", None, born_on=date(2015, 1, 2), sex="female", **HOUSE)
    assert lines(outcome([child], registry)) == [(7, "new", None)]


def test_a_newcomer_in_a_registered_household_is_new() -> None:
    bride = person(7, "赵丽", number("19881010", "026"), sex="female", **HOUSE)
    assert lines(outcome([bride], [elder()])) == [(7, "new", None)]


@pytest.mark.parametrize(
    "slip",
    [
        CARD[:9] + "1" + CARD[10:],  # one digit
        CARD[:10] + CARD[11] + CARD[10] + CARD[12:],  # two swapped
        CARD[:12] + CARD[13:],  # one left out
        CARD[:12] + "4" + CARD[12:],  # one put in
        CARD[:17] + ("0" if CARD[17] != "0" else "1"),  # the check digit
    ],
)
def test_a_slip_in_the_number_is_seen_through_even_after_a_move(slip: str) -> None:
    row = person(7, "王建国", slip, sex="male", phones="19900018888", address="第9村1号", village=FAR)
    answer = outcome([row], [elder()])
    assert lines(answer) == [(7, "same", 1)]


def test_who_married_and_moved_is_found_by_number() -> None:
    row = person(7, "王建国", CARD, sex="male", phones="19900018888", address="第9村1号", village=FAR)
    assert lines(outcome([row], [elder()])) == [(7, "same", 1)]


def test_who_married_and_moved_without_a_number_is_asked_about_or_linked_never_lost() -> None:
    row = person(7, "欧阳建国", None, born_on=ELDER, sex="male", village=FAR)
    answer = outcome([row], [elder(name="欧阳建国")])
    assert lines(answer)[0][1:] in (("same", 1), ("doubtful", 1))


def test_one_name_and_one_birth_date_in_two_towns_with_two_sound_numbers() -> None:
    row = person(7, "王建国", number("19500307", "351"), sex="male", village=FAR)
    assert lines(outcome([row], [elder()])) == [(7, "new", None)]


def test_everything_equal_but_another_sound_number_is_never_merged() -> None:
    row = person(7, "王建国", number("19500307", "351"), sex="male", **HOUSE)
    answer = outcome([row], [elder()])
    assert lines(answer) == [(7, "doubtful", 1)]
    assert answer.verdicts["why"].to_list() == ["other_number"]


def test_a_family_members_number_is_asked_about_and_both_are_shown() -> None:
    wife = person(2, "李秀英", number("19520809", "124"), born_on=date(1952, 8, 9), sex="female", **HOUSE)
    row = person(7, "李秀英", CARD, sex="female", **HOUSE)
    answer = outcome([row], [elder(), wife])
    assert lines(answer)[0][1] == "doubtful"
    assert answer.verdicts["why"].to_list() == ["number_of_other"]
    assert set(answer.candidates["person"].to_list()) == {1, 2}


def test_a_variant_character_under_one_number_is_one_person() -> None:
    row = person(7, "王建國", CARD, sex="male", village=FAR)
    assert lines(outcome([row], [elder()])) == [(7, "same", 1)]
    assert lines(outcome([person(7, "王键国", CARD, sex="male")], [elder()])) == [(7, "same", 1)]


def test_the_registrys_own_number_may_be_the_wrong_one() -> None:
    wrong = CARD[:9] + "1" + CARD[10:]
    row = person(7, "王建国", CARD, sex="male", **HOUSE)
    assert lines(outcome([row], [elder(number=wrong)])) == [(7, "same", 1)]
    assert lines(outcome([row], [elder(number=None)])) == [(7, "same", 1)]


def test_two_rows_that_differ_do_not_share_one_person() -> None:
    roster = [
        person(7, "王建国", CARD[:9] + "1" + CARD[10:], sex="male", **HOUSE),
        person(8, "王建果", None, sex="male", born_on=ELDER, **HOUSE),
    ]
    verdicts = [verdict for _, verdict, _ in lines(outcome(roster, [elder()]))]
    assert verdicts == ["same", "doubtful"]


def test_a_row_without_a_number_does_not_take_a_person_who_is_certain_already() -> None:
    roster = [person(7, "王建国", CARD, sex="male", **HOUSE), person(8, "王建军", None, sex="male", **HOUSE)]
    answer = outcome(roster, [elder()])
    assert lines(answer)[0] == (7, "same", 1)
    assert lines(answer)[1][1] != "same"


def test_one_person_twice_in_the_roster() -> None:
    roster = [
        person(9, "王建国", CARD, **HOUSE),
        person(7, "王建国", CARD[:6] + CARD[8:17], **HOUSE),
        person(8, "赵六", number("19881010", "026"), village=NEXT),
        person(6, "赵六", number("19881010", "026"), village=NEXT),
        person(5, "钱七", None, phones="19900017777", village=NEXT),
        person(4, "钱七", None, phones="19900017777", village=NEXT),
        person(3, "钱七", None, phones="19900016666", village=NEXT),
    ]
    answer = outcome(roster, [elder()])
    assert dict(answer.verdicts.select("id", "duplicate_of").rows()) == {
        9: 7, 7: None, 8: 6, 6: None, 5: 4, 4: None, 3: None,
    }  # fmt: skip


def test_permits_match_by_their_own_numbers() -> None:
    registry = [person(1, "陈大文", "H12345678", **HOUSE)]
    assert lines(outcome([person(7, "陈大文", "h 12345678", village=FAR)], registry)) == [(7, "same", 1)]


def test_an_office_phone_that_many_share_is_no_clue() -> None:
    crowd = [
        person(100 + at, f"赵{chr(0x4E00 + at)}", number("19700101", f"{at:03d}"), phones="19900015555")
        for at in range(80)
    ]
    answer = outcome([person(7, "孙八", None, phones="19900015555", village=HERE)], crowd)
    assert lines(answer) == [(7, "new", None)]
    assert answer.candidates.height == 0


def test_one_number_on_two_registered_people_is_asked_about() -> None:
    registry = [elder(), elder(id=2, name="王建军")]
    answer = outcome([person(7, "王建国", CARD, **HOUSE)], registry)
    assert lines(answer)[0][1] == "doubtful" or lines(answer) == [(7, "same", 1)]
    assert set(answer.candidates["person"].to_list()) >= {1}


@pytest.mark.parametrize(("people", "verdict"), [(998, "doubtful"), (999, "same")])
def test_a_rare_name_and_its_village_are_enough_only_where_the_ledger_is_large_enough_to_know(
    people: int, verdict: str
) -> None:
    registry = [person(1, "欧阳秋实", CARD, village=HERE), *background(people)]
    answer = match(table(person(7, "欧阳秋实", None, village=HERE)), table(*registry))
    assert lines(answer) == [(7, verdict, 1)]
