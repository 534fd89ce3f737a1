"""Counts by village become lines: sums, places and their changes, checked by hand and as properties."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingjie.oversight import compiling
from yingjie.oversight.compiling import Counts, Place, lines_of
from yingjie.oversight.content import BulletinContent, canonical, from_json, hash_of, to_json

COURSE = (1, 2)
ON = date(2021, 6, 2)
TOWN = [Place("110117001001", "甲村"), Place("110117001002", "乙村"), Place("110117001003", "丙村")]
COUNTS = Counts(
    people={"110117001001": 200, "110117001002": 144, "110117001003": 29, "110117001": 5},
    today={("110117001001", 1): 12, ("110117001001", 2): 3, ("110117001", 1): 1},
    to_date={
        ("110117001001", 1): 150, ("110117001001", 2): 90, ("110117001002", 1): 145, ("110117001002", 2): 140,
        ("110117001003", 1): 29, ("110117001", 1): 2,
    },
    first_dose={"110117001001": 150, "110117001002": 145, "110117001003": 29, "110117001": 2},
    full_course={"110117001001": 90, "110117001002": 140},
    late={"110117001001": 2},
)  # fmt: skip


def content(**changes: object) -> BulletinContent:
    lines = lines_of(COUNTS, TOWN, (1, 2), {"110117001001": 1, "110117001002": 2})
    base: dict[str, object] = {
        "area_code": "110117001", "area_name": "子镇", "level": "town", "on": ON,
        "cut_off_at": datetime(2021, 6, 2, 9, tzinfo=UTC), "schedule": "cn-covid", "minimum_age": "18 years",
        "small_below": 30, "dose_numbers": (1, 2), "lines": lines,
    }  # fmt: skip
    return BulletinContent(**(base | changes))  # type: ignore[arg-type]


def test_a_town_by_hand() -> None:
    first, second, third, nowhere = content().lines
    assert (first.people, first.today, first.to_date, first.late) == (200, (12, 3), (150, 90), 2)
    assert (first.first_dose, first.full_course, first.remaining) == (150, 90, 50)
    assert (first.place, first.place_before, first.moved) == (2, 1, -1)
    assert (second.place, second.moved, second.first_dose_coverage.percent()) == (1, 1, "100.7%")
    assert second.remaining == 0
    assert (third.standing, third.place, third.remaining) == ("small", None, 0)
    assert (nowhere.code, nowhere.people, nowhere.standing, nowhere.place) == ("", 5, "", None)
    total = content().total
    assert (total.people, total.today, total.to_date, total.late) == (378, (13, 3), (326, 230), 2)
    assert (total.first_dose, total.full_course, total.remaining) == (326, 230, 53)


def test_a_towns_remaining_people_are_the_same_in_the_countys_bulletin() -> None:
    line, *others = lines_of(COUNTS, [Place("110117001", "子镇")], (1, 2), {})
    assert (line.remaining, line.people, others) == (53, 378, [])


def test_a_line_with_doses_but_without_people_is_not_bare() -> None:
    lines = lines_of(Counts({}, {}, {("110117001001", 1): 1}, {}, {}), TOWN[:2], (1, 2), {})
    assert [line.is_bare for line in lines] == [False, True]


def test_nothing_is_late_in_the_first_bulletin() -> None:
    first = Counts(COUNTS.people, COUNTS.today, COUNTS.to_date, COUNTS.first_dose, COUNTS.full_course)
    assert sum(line.late for line in lines_of(first, TOWN, (1, 2), {})) == 0


def test_equal_rates_share_a_place_and_the_next_place_is_left_out() -> None:
    counts = Counts(
        people={"110117001001": 40, "110117001002": 80, "110117001003": 50}, today={}, to_date={},
        first_dose={"110117001001": 20, "110117001002": 40, "110117001003": 10}, full_course={},
    )  # fmt: skip
    lines = lines_of(counts, TOWN, (1, 2), {})
    assert [(line.place, line.tied) for line in lines] == [(1, True), (1, True), (3, False)]


def test_rates_that_would_print_alike_get_two_decimals() -> None:
    far = Counts(
        {"110117001001": 1000, "110117001002": 1000}, {}, {}, {"110117001001": 701, "110117001002": 712}, {}
    )
    even = Counts(
        {"110117001001": 1000, "110117001002": 1000}, {}, {}, {"110117001001": 701, "110117001002": 701}, {}
    )
    near = Counts(
        {"110117001001": 10_000, "110117001002": 10_000},
        {},
        {},
        {"110117001001": 7001, "110117001002": 7002},
        {},
    )
    assert compiling.rates_need_two_decimals(lines_of(near, TOWN, (1,), {}))
    assert not compiling.rates_need_two_decimals(lines_of(far, TOWN, (1,), {}))
    assert not compiling.rates_need_two_decimals(lines_of(even, TOWN, (1,), {}))


def test_a_third_dose_gets_its_own_column() -> None:
    counts = Counts({}, {}, {("110117001001", 3): 1}, {}, {})
    assert compiling.dose_numbers(COURSE, counts) == (1, 2, 3)


codes = st.sampled_from(
    ["11", "110117", "110117001", "110117001001", "110117001002", "110117001009", "110117002001"]
)
by_code = st.dictionaries(codes, st.integers(0, 500))
by_dose = st.dictionaries(st.tuples(codes, st.integers(1, 3)), st.integers(0, 500))


@given(by_code, by_dose, by_dose, by_code, by_code)
def test_lines_always_add_up_to_everything_counted(people, today, to_date, first, full) -> None:  # type: ignore[no-untyped-def]
    counts = Counts(people, today, to_date, first, full)
    numbers = compiling.dose_numbers(COURSE, counts)
    for places in (TOWN, [Place("110117001", "子镇")], []):
        found = content(lines=lines_of(counts, places, numbers, {}), dose_numbers=numbers).total
        assert found.people == sum(people.values())
        assert (found.doses_today, found.doses_to_date) == (sum(today.values()), sum(to_date.values()))
        assert (found.first_dose, found.full_course) == (sum(first.values()), sum(full.values()))


def test_content_survives_its_json_exactly() -> None:
    given_content = content(
        number=3, issued_on=ON, compared_on=ON, previous_cut_off_at=datetime(2021, 6, 1, tzinfo=UTC), plan="…"
    )
    stored = to_json(given_content)
    assert from_json(stored) == given_content
    assert to_json(from_json(stored)) == stored
    assert hash_of(dict(reversed(stored.items()))) == hash_of(stored)
    assert " " not in canonical(stored).replace("18 years", "")


def test_an_unknown_form_is_not_read() -> None:
    with pytest.raises(ValueError, match="unknown form"):
        from_json(to_json(content()) | {"form": 9})
