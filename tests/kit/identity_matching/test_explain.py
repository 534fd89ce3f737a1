"""The words beside two records."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.kit.identity_matching.people import HERE, number, outcome, person

from vaxkit.identity.matching import Record, Verdict, compare, explain
from vaxkit.identity.matching.levels import FIELDS
from vaxkit.identity.matching.words import CONCLUSIONS, FIELD_NAMES, FINDINGS

CARD = number("19500307", "123")
ELDER = Record("王建国", CARD, date(1950, 3, 7), "male", ("19900010001",), "第3村88号", HERE)


def test_one_digit_wrong() -> None:
    slip = CARD[:5] + "1" + CARD[6:]
    made = compare(replace(ELDER, number=slip, address=None), ELDER)
    assert made.verdict is Verdict.SAME
    assert made.sentence.zh == (
        "证件号码仅一位不同，姓名、性别、电话、村（社区）相同，缺地址，判定为同一人，号码应为录入错误。"
    )
    assert made.sentence.en == (
        "Document numbers differ in one digit; same name, sex, phone, village; no address; taken for one person;"
        " the number is a slip of the pen."
    )
    assert [(finding.field, finding.level) for finding in made.findings] == [
        ("number", "one_digit"), ("name", "same"), ("birth", "in_number"), ("sex", "same"), ("phone", "same"),
        ("address", "missing"), ("village", "same"), ("home", "missing"),
    ]  # fmt: skip
    assert [finding.agrees for finding in made.findings] == [False, True, None, True, True, None, True, None]


def test_two_sound_numbers() -> None:
    made = compare(replace(ELDER, number=number("19500307", "351")), ELDER)
    assert (made.verdict, made.why) == (Verdict.DOUBTFUL, "other_number")
    assert made.sentence.zh.startswith("证件号码不同，且都有效，姓名、")
    assert made.sentence.zh.endswith("很可能是另一人，请核对。")


def test_one_number_two_names() -> None:
    made = compare(replace(ELDER, name="李秀英", sex="female"), ELDER)
    assert (made.verdict, made.why) == (Verdict.DOUBTFUL, "number_other_name")
    assert made.sentence.zh.endswith("可能改名、写错，也可能误用家人号码，请核对。")


def test_fifteen_digits_variant_signs_swapped_dates_and_near_phones() -> None:
    other = Record(
        "王建國", CARD[:6] + CARD[8:17], date(1950, 7, 3), "male", ("19900010010",), "向阳镇第3村88号", HERE
    )
    levels = {finding.field: finding.level for finding in compare(other, ELDER).findings}
    assert levels == {
        "number": "upgraded", "name": "variant", "birth": "swapped", "sex": "same", "phone": "near",
        "address": "similar", "village": "same", "home": "missing",
    }  # fmt: skip


def test_a_pair_of_a_match_is_explained_with_its_verdict() -> None:
    registry = [
        person(
            1, "王建国", CARD, born_on=date(1950, 3, 7), sex="male", phones="19900010001", address="第3村88号",
            village=HERE,
        )
    ]  # fmt: skip
    slip = CARD[:10] + CARD[11] + CARD[10] + CARD[12:]
    answer = outcome([person(7, "王建国", slip, sex="male", phones="19900010001", village=HERE)], registry)
    made = explain(answer, 7, 1)
    assert (made.verdict, made.why) == (Verdict.SAME, "weighed")
    assert made.finding("number").text.zh == "证件号码相邻两位颠倒"
    with pytest.raises(KeyError):
        explain(answer, 7, 10_001)


def test_every_level_has_words_in_both_languages() -> None:
    for field, levels in FIELDS.items():
        assert set(FINDINGS[field]) == {int(level) for level in levels if level != 0}
        assert FIELD_NAMES[field].zh and FIELD_NAMES[field].en
    for text in CONCLUSIONS.values():
        assert text.zh and text.en


def test_an_explanation_never_repeats_a_number() -> None:
    made = compare(replace(ELDER, number=CARD[:5] + "1" + CARD[6:]), ELDER)
    shown = repr(made)
    assert CARD not in shown and "19900010001" not in shown
