"""Doors in the order in which somebody walks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vaxkit.responsibility import Door, walk
from vaxkit.responsibility.walking import address_key


def test_numbers_count_as_numbers_in_chinese_too() -> None:
    said = [
        "10号楼1单元101",
        "9号楼2单元1201室",
        "9号楼二单元301室",
        "9号楼1单元502",
        "九号楼一单元501",
        "９号楼１单元９０２",
    ]
    assert sorted(said, key=address_key) == [
        "九号楼一单元501", "9号楼1单元502", "９号楼１单元９０２", "9号楼二单元301室", "9号楼2单元1201室", "10号楼1单元101",
    ]  # fmt: skip
    assert address_key("二十三排") == ((0, 23, ""), (1, 0, "排"))
    assert address_key("二〇一室") == ((0, 201, ""), (1, 0, "室"))
    assert address_key("一百零二号") == ((0, 102, ""), (1, 0, "号"))
    assert address_key("三里屯") == ((0, 3, ""), (1, 0, "里屯"))


def test_grid_by_grid_a_household_is_one_door_and_no_address_comes_last() -> None:
    doors = walk(
        [
            Door("d", "02", "1号"),
            Door("c", "01", ""),
            Door("b", "01", "12号", "home"),
            Door("a", "01", "3号"),
            Door("e", "01", "12号", "home"),
        ]
    )
    assert [[stop.key for stop in door] for door in doors] == [["a"], ["b", "e"], ["c"], ["d"]]


@given(
    st.lists(
        st.tuples(st.sampled_from("12"), st.text("1十9号楼a ", max_size=6), st.sampled_from(["", "x", "y"])),
        max_size=12,
    ),
    st.randoms(),
)
def test_everybody_stands_once_in_an_order_that_no_order_of_input_changes(
    said: list[tuple[str, str, str]], chance: object
) -> None:
    stops = [Door(f"p{n}", *each) for n, each in enumerate(said)]
    found = walk(stops)
    assert sorted(stop.key for door in found for stop in door) == sorted(stop.key for stop in stops)
    chance.shuffle(stops)  # type: ignore[attr-defined]
    assert walk(stops) == found
