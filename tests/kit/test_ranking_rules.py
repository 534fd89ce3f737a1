"""Ranking by stated rules: places, ties, small denominators."""

from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxkit.coverage import AGE_BANDS, Coverage, Rule, Standing, band_of, lower_bound, score

COUNTS = (
    st.integers(1, 4000)
    .flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
    .map(lambda t: Coverage(*t))
)
ROWS = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), COUNTS, max_size=12)


@given(COUNTS)
def test_the_bound_is_wilsons_and_never_above_the_rate(counts: Coverage) -> None:
    x, n, z = counts.numerator, counts.denominator, 1.96
    p = x / n
    textbook = (p + z * z / (2 * n) - z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n)
    found = lower_bound(counts)
    assert found is not None and abs(float(found) - textbook) < 1e-9
    assert 0 <= found <= Fraction(x, n)


@given(COUNTS, st.integers(2, 9))
def test_more_people_at_the_same_rate_prove_more(counts: Coverage, times: int) -> None:
    more = lower_bound(Coverage(counts.numerator * times, counts.denominator * times))
    found = lower_bound(counts)
    assert found is not None and more is not None
    assert more >= found


@given(st.integers(1, 500), st.data())
def test_one_more_success_never_lowers_the_bound(n: int, data: st.DataObject) -> None:
    x = data.draw(st.integers(0, n - 1))
    low, high = lower_bound(Coverage(x, n)), lower_bound(Coverage(x + 1, n))
    assert low is not None and high is not None and high >= low


@given(ROWS, st.sampled_from(Rule), st.randoms())
def test_places_are_competition_places_whatever_the_order_of_rows(rows, rule: Rule, rng) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(rows.items())
    found = score(rule, shuffled)
    rng.shuffle(shuffled)
    assert score(rule, shuffled) == found
    assert {row.key for row in found} == set(rows)
    places = [row.place for row in found if row.place is not None]
    for row in found:
        if row.place is not None:
            assert row.place == 1 + sum(place < row.place for place in places)
            assert row.tied == (places.count(row.place) > 1)


def test_three_of_three_stand_below_fifty_eight_of_sixty() -> None:
    rows = [("small", Coverage(3, 3)), ("large", Coverage(58, 60)), ("nobody", Coverage(0, 0))]
    found = score(Rule.ACCURACY, rows)
    assert [(row.key, row.place, row.standing) for row in found] == [
        ("large", 1, Standing.RANKED), ("small", 2, Standing.RANKED), ("nobody", None, Standing.NO_DENOMINATOR),
    ]  # fmt: skip


def test_most_people_left_stand_first_and_equal_numbers_share_a_place() -> None:
    found = score(Rule.REMAINING, [("a", Coverage(5, 90)), ("b", Coverage(9, 400)), ("c", Coverage(5, 5))])
    assert [(row.key, row.place, row.tied) for row in found] == [
        ("b", 1, False),
        ("a", 2, True),
        ("c", 2, True),
    ]


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        score(Rule.PACE, [("a", Coverage(1, 2)), ("a", Coverage(1, 2))])


def test_every_age_stands_in_exactly_one_band() -> None:
    for age in range(121):
        assert sum(b.age_from <= age and (b.age_until is None or age <= b.age_until) for b in AGE_BANDS) == 1
        assert band_of(age).age_from <= age
    with pytest.raises(ValueError, match="younger"):
        band_of(-1)
