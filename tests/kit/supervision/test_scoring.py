"""Scores by stated weights, worked out by hand."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxkit.ruledata.scoring_rules import read_scoring_rules, shipped_scoring_rules
from vaxkit.supervision.cards import Kind
from vaxkit.supervision.scoring import Bulletin, Measure, scores

RULES = shipped_scoring_rules()


def test_scores_are_the_stated_weights_times_exact_shares() -> None:
    # Half covered at first, three quarters at the end: half of those left; lists 8 of 10; one of ten doses late; all days steady.
    north = [Bulletin(100, 50, 10, 0, 5, 4), Bulletin(100, 75, 8, 2, 5, 4)]
    south = [Bulletin(100, 60, 0, 0, 0, 0), Bulletin(100, 60, 0, 0, 0, 0)]
    tiny = [Bulletin(12, 12, 0, 0, 0, 0)]
    found = {
        each.area: each for each in scores(RULES, {"s": south, "n": north, "t": tiny}, {"s": [Kind.YELLOW]})
    }
    assert list(found) == ["n", "s", "t"]
    assert found["n"].shares == {
        Measure.COVERAGE: Fraction(3, 4), Measure.PROGRESS: Fraction(1, 2), Measure.LISTS: Fraction(4, 5),
        Measure.TIMELY: Fraction(9, 10), Measure.STEADY: Fraction(1),
    }  # fmt: skip
    assert (found["n"].points, found["n"].place, found["n"].is_proposed) == (72, 1, True)
    # 40 × 0.6 of 80: lists and timeliness have no figure; less five for the card.
    assert (found["s"].points, found["s"].deducted, found["s"].place) == (25, 5, 2)
    assert (found["t"].points, found["t"].place, found["t"].is_proposed) == (100, None, False)


def test_a_card_stands_in_the_way_of_a_commendation_and_ties_share_a_place() -> None:
    rows = [Bulletin(100, 20, 5, 0, 0, 0), Bulletin(100, 100, 5, 0, 0, 0)]
    first, second = scores(RULES, {"b": rows, "a": rows}, {"a": [Kind.ORDER]})
    assert (first.area, first.points, first.is_proposed) == ("b", 100, True)
    assert (second.area, second.points, second.is_proposed) == ("a", 92, False)
    assert [each.place for each in scores(RULES, {"b": rows, "a": rows}, {})] == [1, 1]
    assert scores(RULES, {"a": []}, {})[0].points is None


@given(st.lists(st.tuples(*[st.integers(0, 60)] * 6), min_size=1, max_size=5))
def test_points_lie_between_nothing_and_a_hundred(rows) -> None:
    (found,) = scores(RULES, {"a": [Bulletin(*row) for row in rows]}, {})
    assert found.points is None or 0 <= found.points <= 100


def test_weights_that_do_not_come_to_a_hundred_are_refused() -> None:
    import importlib.resources

    text = (importlib.resources.files("vaxkit.ruledata") / "china" / "scoring.yaml").read_text("utf-8")
    with pytest.raises(ValueError, match="come to 101"):
        read_scoring_rules(text.replace("weight: 40", "weight: 41"))
    with pytest.raises(ValueError, match="stands twice"):
        read_scoring_rules(text.replace("measure: lists", "measure: timely"))
