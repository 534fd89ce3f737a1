"""The primary course as data: which doses it has, when it is complete and by which dose."""

from __future__ import annotations

from datetime import date

import pytest
from tests.kit.policies.test_boundaries import advice_for, in_force

from vaxkit.immunization.courses import course_numbers


@pytest.mark.parametrize(
    ("series", "numbers"),
    [
        ("inactivated", (1, 2)),
        ("kconvac", (1, 2)),
        ("adenovirus", (1,)),
        ("subunit", (1, 2, 3)),
        ("none", ()),
    ],
)
def test_doses_of_the_course_by_product(series: str, numbers: tuple[int, ...]) -> None:
    assert course_numbers(in_force(date(2023, 12, 31)), series) == numbers


@pytest.mark.parametrize(
    ("person", "series", "completed"),
    [
        ("1980-06-15 | - | B2021-04-01 | 2021-05-01", "inactivated", None),
        ("1980-06-15 | - | B2021-04-01 B2021-04-22 | 2021-05-01", "inactivated", ("1", "2021-04-22")),
        # 13 days apart: the second does not count, the third completes
        ("1980-06-15 | - | B2021-04-01 B2021-04-14 | 2021-05-01", "inactivated", None),
        (
            "1980-06-15 | - | B2021-04-01 B2021-04-14 B2021-05-05 | 2021-06-01",
            "inactivated",
            ("2", "2021-05-05"),
        ),
        ("1980-06-15 | - | K2021-06-01 | 2021-07-01", "kconvac", None),
        ("1980-06-15 | - | K2021-06-01 K2021-06-29 | 2021-07-01", "kconvac", ("1", "2021-06-29")),
        ("1980-06-15 | - | A2021-06-01 | 2021-07-01", "adenovirus", ("0", "2021-06-01")),
        ("1980-06-15 | - | Z2021-06-01 Z2021-06-29 | 2021-07-01", "subunit", None),
        ("1980-06-15 | - | Z2021-06-01 Z2021-06-29 Z2021-07-27 | 2021-08-01", "subunit", ("2", "2021-07-27")),
        # a booster does not move the day
        ("1980-06-15 | - | A2021-06-01 A2021-12-01 | 2022-01-01", "adenovirus", ("0", "2021-06-01")),
        (
            "1980-06-15 | - | B2021-04-01 B2021-04-22 B2021-10-30 | 2022-01-01",
            "inactivated",
            ("1", "2021-04-22"),
        ),
        # one dose since the infection completes it, one before does not
        ("1980-06-15 | infection@2021-02-28 | B2021-08-28 | 2021-10-01", "inactivated", ("0", "2021-08-28")),
        ("1980-06-15 | infection@2021-05-01 | B2021-04-01 | 2021-10-01", "inactivated", None),
        (
            "1980-06-15 | infection@2021-05-01 | Z2021-04-01 Z2021-11-01 | 2021-12-01",
            "subunit",
            ("1", "2021-11-01"),
        ),
        # what stands in the way of the next dose takes nothing from the course
        (
            "1980-06-15 | allergy-to-component | B2021-04-01 B2021-04-22 | 2021-12-01",
            "inactivated",
            ("1", "2021-04-22"),
        ),
        # not offered is not complete: 60 and over before the guide
        ("1950-06-15 | - | B2021-01-10 | 2021-03-01", "inactivated", None),
    ],
)
def test_when_it_is_complete(person: str, series: str, completed: tuple[str, str] | None) -> None:
    advice = advice_for(person)
    assert advice.series == series
    found = (advice.course.completed_by, advice.course.completed_on)
    assert found == ((completed[0], date.fromisoformat(completed[1])) if completed else (None, None))
    assert advice.course.is_complete is (completed is not None)
