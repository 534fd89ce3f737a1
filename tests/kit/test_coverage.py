"""Coverage: the same figure on the list, the map and the bulletin; a ranking nobody can call unfair."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxkit.coverage import MEASURES, RULE, Change, Coverage, Standing, rank, rank_changes, roll_up


@pytest.mark.parametrize(
    ("numerator", "denominator", "decimals", "printed"),
    [
        (145, 144, 1, "100.7%"),
        (145, 144, 2, "100.69%"),
        (1, 8, 0, "13%"),
        (1, 8, 1, "12.5%"),
        (1, 16, 1, "6.3%"),
        (2, 3, 2, "66.67%"),
        (0, 50, 1, "0.0%"),
        (50, 50, 1, "100.0%"),
        (0, 0, 1, "–"),
        (3, 0, 1, "–"),
    ],
)
def test_how_a_rate_is_printed(numerator: int, denominator: int, decimals: int, printed: str) -> None:
    assert Coverage(numerator, denominator).percent(decimals) == printed


def test_a_figure_keeps_its_counts() -> None:
    figure = Coverage(145, 144)
    assert figure.format() == "145/144 100.7%"
    assert figure.rate == Fraction(145, 144)
    assert figure.percent_value(1) == Decimal("100.7")
    assert (figure.gap, Coverage(100, 144).gap) == (0, 44)
    assert Coverage(0, 0).rate is None
    assert Coverage(0, 0).percent_value() is None
    assert Coverage(1, 2) + Coverage(3, 4) == Coverage(4, 6)


@pytest.mark.parametrize(("numerator", "denominator"), [(-1, 5), (1, -5)])
def test_counts_are_never_negative(numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        Coverage(numerator, denominator)


def test_every_measure_says_what_is_counted_over_what() -> None:
    assert list(MEASURES) == ["first_dose", "full_course", "completion", "pace"]
    assert MEASURES["full_course"].numerator.zh == "截至统计时点，台账内已完成全程的人数"


def test_the_morning_ranking_of_six_villages() -> None:
    today = rank(
        [
            ("east", Coverage(90, 100)),
            ("west", Coverage(45, 50)),  # the same rate as east
            ("north", Coverage(80, 100)),
            ("south", Coverage(101, 100)),
            ("hamlet", Coverage(29, 29)),
            ("barracks", Coverage(0, 0)),
        ]
    )
    assert [(row.key, row.place, row.tied, row.standing) for row in today] == [
        ("south", 1, False, Standing.RANKED),
        ("east", 2, True, Standing.RANKED),
        ("west", 2, True, Standing.RANKED),
        ("north", 4, False, Standing.RANKED),
        ("hamlet", None, False, Standing.SMALL),
        ("barracks", None, False, Standing.NO_DENOMINATOR),
    ]


def test_rates_that_only_look_alike_do_not_share_a_place() -> None:
    first, second = rank([("a", Coverage(6666, 10000)), ("b", Coverage(2, 3))], small_below=1)
    assert (first.key, first.place, second.key, second.place) == ("b", 1, "a", 2)
    assert first.coverage.percent() == second.coverage.percent() == "66.7%"


def test_thirty_people_are_enough_and_the_limit_can_be_moved() -> None:
    assert rank([("a", Coverage(1, 30))])[0].place == 1
    assert rank([("a", Coverage(1, 29))])[0].place is None
    assert rank([("a", Coverage(1, 29))], small_below=0)[0].place == 1


def test_the_rule_can_stand_under_the_table() -> None:
    assert RULE.filled(small_below=30).zh == (
        "按接种率由高到低排名，接种率完全相等者并列；应种人数为0的不排名，少于30人的只列数字、不排名。"
    )


def test_one_area_cannot_stand_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        rank([("a", Coverage(1, 30)), ("a", Coverage(2, 30))])


def test_how_places_moved_since_yesterday() -> None:
    yesterday = rank([("a", Coverage(10, 100)), ("b", Coverage(20, 100)), ("c", Coverage(5, 10))])
    today = rank(
        [("a", Coverage(40, 100)), ("b", Coverage(30, 100)), ("c", Coverage(9, 30)), ("d", Coverage(1, 50))]
    )
    assert rank_changes(today, yesterday) == {
        "a": Change(1, 2, 1),
        "b": Change(2, 1, -1),
        "c": Change(2, None, None),
        "d": Change(4, None, None),
    }


def test_counts_roll_up_the_tree() -> None:
    rows = [
        ("110117104201", Coverage(3, 4)),
        ("110117104202", Coverage(1, 5)),
        ("110117105201", Coverage(2, 2)),
        ("110117104", Coverage(0, 1)),  # people known to live in the township, village unknown
    ]
    assert roll_up(rows) == {
        "11": Coverage(6, 12),
        "1101": Coverage(6, 12),
        "110117": Coverage(6, 12),
        "110117104": Coverage(4, 10),
        "110117104201": Coverage(3, 4),
        "110117104202": Coverage(1, 5),
        "110117105": Coverage(2, 2),
        "110117105201": Coverage(2, 2),
    }
    assert list(roll_up(rows, lengths=(9,))) == ["110117104", "110117105"]
    assert roll_up([]) == {}


FIGURES = st.builds(Coverage, st.integers(0, 300), st.integers(0, 200))
ROWS = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), FIGURES, max_size=12).map(
    lambda rows: list(rows.items())
)


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows: list[tuple[str, Coverage]], chance: Random) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert rank(shuffled) == rank(rows)


@given(ROWS)
def test_a_place_is_one_more_than_the_number_of_better_areas(rows: list[tuple[str, Coverage]]) -> None:
    ranked = [row for row in rank(rows) if row.standing is Standing.RANKED]
    for row in ranked:
        better = sum(other.coverage.rate > row.coverage.rate for other in ranked)  # type: ignore[operator]
        same = sum(other.coverage.rate == row.coverage.rate for other in ranked)
        assert (row.place, row.tied) == (better + 1, same > 1)
    assert sorted(row.key for row in rank(rows)) == sorted(key for key, _ in rows)


@given(FIGURES, st.integers(0, 4))
def test_a_printed_rate_is_at_most_half_a_unit_off(figure: Coverage, decimals: int) -> None:
    value, rate = figure.percent_value(decimals), figure.rate
    if value is None or rate is None:
        assert figure.denominator == 0
    else:
        assert abs(Fraction(value) - rate * 100) <= Fraction(1, 2 * 10**decimals)
        assert -value.as_tuple().exponent == decimals  # type: ignore[operator]


VILLAGES = st.lists(
    st.tuples(st.from_regex(r"1101[12][0-9]10[0-3]20[0-5]", fullmatch=True), FIGURES), max_size=20
)


@given(VILLAGES)
def test_every_level_counts_everybody_once(rows: list[tuple[str, Coverage]]) -> None:
    sums = roll_up(rows)
    everybody = sum((figure for _, figure in rows), Coverage(0, 0))
    for length in (2, 4, 6, 9, 12):
        level = [figure for code, figure in sums.items() if len(code) == length]
        assert sum(level, Coverage(0, 0)) == everybody
    for township in (code for code in sums if len(code) == 9):
        villages = [figure for code, figure in sums.items() if len(code) == 12 and code.startswith(township)]
        assert sum(villages, Coverage(0, 0)) == sums[township]
