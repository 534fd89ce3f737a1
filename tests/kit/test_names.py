"""Names: the same person and the same place, written by ten hands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxkit.identity import (
    Problem,
    check_person_name,
    mask_name,
    normalise_person_name,
    normalise_place_name,
    place_stem,
)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("李秀兰", "李秀兰"),
        (" 李 秀　兰 ", "李秀兰"),
        ("李秀兰\u200b", "李秀兰"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽・买买提", "阿依古丽·买买提"),
        ("阿依古丽 ‧ 买买提", "阿依古丽·买买提"),
        ("阿依古丽.买买提", "阿依古丽·买买提"),
        ("阿依古丽．买买提", "阿依古丽·买买提"),
        ("John   Smith", "John Smith"),
        ("J. Smith", "J. Smith"),
        ("王\ue123", "王\ue123"),  # rare characters live in the private use area
        ("\U00020bb7田", "\U00020bb7田"),
        ("", ""),
    ],
)
def test_one_form_of_a_name(raw: str, name: str) -> None:
    assert normalise_person_name(raw) == name


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (None, "name.missing"),
        ("  ", "name.missing"),
        (12, "name.characters"),
        ("李秀兰2", "name.characters"),
        ("李秀兰（户主）", "name.characters"),
        ("·", "name.characters"),
        ("--", "name.characters"),
        ("李" * 51, "name.length"),
    ],
)
def test_what_is_not_a_name(raw: object, code: str) -> None:
    found = check_person_name(raw)
    assert isinstance(found, Problem)
    assert found.code == code


@pytest.mark.parametrize("raw", ["李秀兰", "阿依古丽•买买提", "O'Neil", "王\ue123", "Müller", "李" * 50])
def test_what_is_a_name(raw: str) -> None:
    assert check_person_name(raw) == normalise_person_name(raw)


def test_masks_leave_the_ends() -> None:
    shown = [mask_name(name) for name in ("", "李", "李兰", "李秀兰", "欧阳春兰", "李 秀 兰")]
    assert shown == ["", "*", "李*", "李*兰", "欧**兰", "李*兰"]


def test_places() -> None:
    assert normalise_place_name(" 建设路 １２号—3单元ａ ") == "建设路12号-3单元A"


@pytest.mark.parametrize(
    ("raw", "stem"),
    [
        ("东高村村委会", "东高村"),
        ("东高村村民委员会", "东高村"),
        ("东高村", "东高村"),
        ("建西社区居委会", "建西"),
        ("建西社区", "建西"),
        ("马坊地区", "马坊"),
        ("马坊镇", "马坊"),
        ("黄松峪乡", "黄松峪"),
        ("兴谷街道办事处", "兴谷"),
        ("城镇", "城镇"),  # one character would remain
    ],
)
def test_the_stem_by_which_people_know_a_place(raw: str, stem: str) -> None:
    assert place_stem(raw) == stem


@given(st.text())
def test_normalising_twice_changes_nothing_more(raw: str) -> None:
    assert normalise_person_name(normalise_person_name(raw)) == normalise_person_name(raw)
    assert normalise_place_name(normalise_place_name(raw)) == normalise_place_name(raw)


@given(st.text(min_size=3))
def test_a_mask_shows_at_most_two_characters(raw: str) -> None:
    name = normalise_person_name(raw)
    shown = mask_name(raw)
    assert len(shown) == len(name)
    assert set(shown[1:-1]) <= {"*"}
