"""Which source wins for a field: by hand, by order, by day; the same whatever order the claims come in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxkit.identity.provenance import Claim, SourceRules, choose, choose_all, is_believed
from vaxkit.ruledata import RuleDataError
from vaxkit.ruledata.field_sources import read_source_rules, shipped_source_rules

RULES = shipped_source_rules()
MAY, JUNE, JULY = date(2021, 5, 1), date(2021, 6, 1), date(2021, 7, 1)


def claim(value: object, source: str, on: date = MAY, field: str = "name") -> Claim:
    return Claim(field, value, source, on, "李会计")


def test_the_shipped_order() -> None:
    assert RULES.order == (
        "police_register", "census", "unit_roster", "grid_survey", "pushed_list", "import", "registered"
    )  # fmt: skip
    assert RULES.rank("grid_survey", "area") < RULES.rank("police_register", "area")
    assert RULES.manual == {"manual"}
    assert dict(RULES.prefer) == {"phones": "newer", "address": "newer"}
    assert RULES.title("census").zh == "人口普查"
    assert RULES.title("other").zh == "other"


def test_the_source_that_stands_first_wins_even_when_older() -> None:
    chosen = choose([claim("王建国", "police_register"), claim("王健国", "grid_survey", JULY)], RULES)
    assert chosen is not None
    assert (chosen.value, chosen.rule) == ("王建国", "source")
    assert chosen.reason.zh == "公安户籍底册优先于网格摸底"
    assert [other.value for other in chosen.against] == ["王健国"]


def test_the_newer_phone_wins_whatever_its_source() -> None:
    chosen = choose(
        [
            claim("19900000001", "police_register", MAY, "phones"),
            claim("19900000002", "pushed_list", JUNE, "phones"),
        ],
        RULES,
    )
    assert chosen is not None
    assert (chosen.value, chosen.rule) == ("19900000002", "newer")
    assert chosen.reason.en == "list pushed from above is newer (2021-06-01; the other 2021-05-01)"


def test_a_correction_by_hand_beats_all_and_the_last_correction_counts() -> None:
    claims = [
        claim("王建国", "police_register", JULY),
        claim("王键国", "manual", MAY),
        claim("王健国", "manual", JUNE),
    ]
    chosen = choose(claims, RULES)
    assert chosen is not None
    assert (chosen.value, chosen.rule) == ("王健国", "manual")


def test_one_day_falls_back_to_the_order_and_equal_sources_to_the_day() -> None:
    same_day = [claim("甲路1号", "grid_survey", MAY, "address"), claim("甲路2号", "census", MAY, "address")]
    chosen = choose(same_day, RULES)
    assert chosen is not None and (chosen.value, chosen.rule) == ("甲路2号", "source")
    chosen = choose([claim("王一", "census", MAY), claim("王二", "census", JUNE)], RULES)
    assert chosen is not None and (chosen.value, chosen.rule) == ("王二", "newer")


def test_nothing_said_is_no_claim_and_unknown_sources_come_last() -> None:
    assert choose([], RULES) is None
    assert choose([claim("", "census"), claim(None, "manual")], RULES) is None
    chosen = choose([claim("王一", "hearsay", JULY), claim("王二", "pushed_list", MAY)], RULES)
    assert chosen is not None and chosen.value == "王二"
    alone = choose([claim("王一", "hearsay")], RULES)
    assert alone is not None and (alone.rule, alone.reason.zh) == ("only", "只有hearsay提供（2021-05-01）")
    both = choose([claim("王一", "census"), claim("王一", "grid_survey")], RULES)
    assert both is not None and both.rule == "agreed"


def test_several_fields_are_chosen_one_by_one() -> None:
    claims = [claim("王一", "census"), claim("19900000001", "census", MAY, "phones")]
    assert {field: choice.value for field, choice in choose_all(claims, RULES).items()} == {
        "name": "王一",
        "phones": "19900000001",
    }
    with pytest.raises(ValueError, match="several fields"):
        choose(claims, RULES)


def test_rules_of_a_county_are_checked() -> None:
    with pytest.raises(RuleDataError, match="document"):
        read_source_rules("order: []\nmanual: []\nprefer: {}\nsource: {}\n")
    with pytest.raises(ValueError, match="twice"):
        SourceRules(order=("census", "census"))
    with pytest.raises(ValueError, match="manual"):
        SourceRules(order=("manual",))


CLAIMS = st.builds(
    claim,
    st.sampled_from(["王一", "王二", "王三", ""]),
    st.sampled_from([*RULES.order, "manual", "hearsay"]),
    st.integers(0, 3).map(lambda days: MAY + timedelta(days)),
    st.just("phones"),
)


@given(st.lists(CLAIMS, max_size=6), st.randoms())
def test_the_order_of_claims_never_matters(claims: list[Claim], shuffled: st.DataObject) -> None:
    again = list(claims)
    shuffled.shuffle(again)  # type: ignore[attr-defined]
    assert choose(claims, RULES) == choose(again, RULES)


@given(st.lists(CLAIMS, max_size=6))
def test_asking_again_with_the_answer_alone_gives_the_same_value(claims: list[Claim]) -> None:
    chosen = choose(claims, RULES)
    if chosen is not None:
        again = choose([chosen.claim], RULES)
        assert again is not None and again.value == chosen.value


@pytest.mark.parametrize(
    ("field", "fresh", "held", "believed"),
    [
        ("name", ("census", MAY), ("police_register", MAY), False),
        ("name", ("police_register", MAY), ("census", JULY), True),
        ("name", ("census", JUNE), ("census", JUNE), True),
        ("name", ("census", MAY), ("census", JUNE), False),
        ("name", ("police_register", JULY), ("manual", MAY), False),
        ("area", ("grid_survey", MAY), ("police_register", JULY), True),
        ("area", ("police_register", JULY), ("grid_survey", MAY), False),
        ("address", ("import", JULY), ("police_register", MAY), True),
        ("address", ("import", MAY), ("police_register", JULY), False),
        ("role", ("import", MAY), ("registered", MAY), True),
    ],
)
def test_what_was_just_delivered_against_what_is_held(
    field: str, fresh: tuple[str, date], held: tuple[str, date], believed: bool
) -> None:
    new, old = (Claim(field, value, *source) for value, source in (("b", fresh), ("a", held)))
    assert is_believed(new, old, RULES) is believed
