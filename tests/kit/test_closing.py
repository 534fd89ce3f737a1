"""Where a person stands: exactly one term for every combination of facts, the same one by one and in columns."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxkit.coverage.balance import REGISTERED, Balance, Known, equation, explain
from vaxkit.coverage.closing import (
    RULES,
    TERMS,
    Columns,
    Facts,
    Heard,
    Term,
    close,
    close_columns,
    in_order,
    title_of,
)

HEARD = [word.value for word in Heard]


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    doses = draw(st.integers(0, 5))
    return Facts(
        doses,
        draw(st.integers(0, doses)),
        *(draw(st.booleans()) for _ in range(5)),
        draw(st.sampled_from(HEARD)),
    )


def everyone() -> list[Facts]:
    """Every combination of facts with up to three doses."""
    doses = [(number, elsewhere) for number in range(4) for elsewhere in range(number + 1)]
    truths = product([False, True], repeat=5)
    return [Facts(*had, *truth, word) for had, truth, word in product(doses, list(truths), HEARD)]


def columns_of(people: list[Facts]) -> Columns:
    names = (
        "doses",
        "doses_elsewhere",
        "is_complete",
        "is_offered",
        "is_contraindicated",
        "lives_away",
        "is_deferred",
        "heard",
    )
    return Columns(*(np.array([getattr(person, name) for person in people]) for name in names))


@given(facts(), st.integers(1, 5))
def test_there_is_always_one_term(person: Facts, goal: int) -> None:
    found = close(person, goal)
    assert found.term in TERMS
    assert found.is_closed == (person.doses >= goal or (person.is_complete and person.doses > 0))
    assert found.dose == (person.doses if found.is_closed else person.doses + 1)


def test_the_first_rule_that_applies_decides_and_all_are_needed() -> None:
    seen = set()
    for person in everyone():
        applying = [term for term, applies in RULES if applies(person, 1)]
        assert close(person).term is (applying[0] if applying else Term.TO_DO)
        seen.add(close(person).term)
    assert seen == set(Term)


@pytest.mark.parametrize("goal", [1, 2, 3, 4])
def test_columns_say_the_same_as_one_by_one(goal: int) -> None:
    people = everyone()
    terms, doses = close_columns(columns_of(people), goal)
    single = [close(person, goal) for person in people]
    assert [TERMS[at] for at in terms] == [found.term for found in single]
    assert doses.tolist() == [found.dose for found in single]


@pytest.mark.parametrize(
    ("person", "goal", "code"),
    [
        (Facts(), 1, "to_do"),
        (Facts(1, lives_away=True, heard="refused"), 1, "done_1"),
        (Facts(1, heard="refused"), 2, "declined"),
        (Facts(1), 2, "to_do"),
        (Facts(1, is_complete=True), 2, "done_1"),
        (Facts(0, is_complete=True), 2, "to_do"),
        (Facts(2, 1), 2, "done_2"),
        (Facts(2, 2), 2, "elsewhere_proved"),
        (Facts(1, 1), 2, "to_do"),
        (Facts(is_offered=False, heard="refused"), 1, "not_offered"),
        (Facts(lives_away=True, is_contraindicated=True), 1, "contraindicated"),
        (Facts(lives_away=True, is_deferred=True, heard="refused"), 1, "away"),
        (Facts(is_deferred=True, heard="refused"), 1, "deferred"),
        (Facts(heard="medical"), 1, "deferred"),
        (Facts(heard="contraindication"), 1, "contraindicated"),
        (Facts(heard="away"), 1, "away"),
        (Facts(heard="refused"), 1, "declined"),
        (Facts(heard="thinking"), 1, "to_do"),
    ],
)
def test_precedence(person: Facts, goal: int, code: str) -> None:
    assert close(person, goal).code == code


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="elsewhere"):
        Facts(1, 2)
    with pytest.raises(ValueError, match="goal"):
        close(Facts(), 0)
    with pytest.raises(ValueError, match="goal"):
        close_columns(columns_of([Facts()]), 0)


@given(st.lists(facts(), max_size=60), st.integers(1, 3))
def test_the_terms_of_any_people_add_up_to_them(people: list[Facts], goal: int) -> None:
    terms: dict[str, int] = {}
    for person in people:
        code = close(person, goal).code
        terms[code] = terms.get(code, 0) + 1
    found = Balance(len(people), terms)
    assert found.difference == 0
    assert [finding.weight for finding in explain(found)] == ["ok"]
    assert set(in_order(terms)) == set(terms)


def test_the_equation_in_words() -> None:
    found = Balance(1203, {"to_do": 3, "done_2": 200, "done_1": 1000, "away": 0})
    assert equation(found).zh == "在册 1,203 = 已接种1针 1,000 + 已接种2针 200 + 待接种 3"
    assert equation(found).en == "Registered 1,203 = had 1 dose 1,000 + had 2 doses 200 + to do 3"
    assert title_of("done_3").zh == "已接种3针"


def test_what_does_not_agree_is_said_with_its_causes() -> None:
    found = Balance(10, {"away": 2, "to_do": 8})
    said = explain(found, {REGISTERED: 12, "away": 3, "to_do": 8}, Known(duplicates=1, late=2))
    assert [(finding.code, finding.people, finding.term) for finding in said] == [
        ("balance.reported_sum", 1, ""),
        ("balance.reported_differs", -2, REGISTERED),
        ("balance.reported_differs", -1, "away"),
        ("balance.duplicates", 1, ""),
        ("balance.late", 2, ""),
    ]
    assert said[1].text.zh == "在册：台账 10 人，上报 12 人，台账少 2 人。"


def test_a_difference_without_a_known_cause_sends_to_the_lists() -> None:
    assert [finding.code for finding in explain(Balance(10, {"to_do": 9}))] == [
        "balance.own_sum",
        "balance.unexplained",
    ]


def test_adding_balances_adds_every_term() -> None:
    both = Balance(3, {"away": 1, "to_do": 2}).plus(Balance(2, {"done_1": 2}))
    assert (both.registered, dict(both.terms), both.difference) == (
        5,
        {"away": 1, "to_do": 2, "done_1": 2},
        0,
    )
