"""Law 2: standings keep dates. Until the day on which one looks again, the status of the kept dates is vaxkit's own."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vaxkit.immunization.policy import PolicySet
from vaxkit.ruledata.policies import policies_in_force
from vaxkit.vocabulary import Status
from yingjie.doses import effects, judging
from yingjie.doses.judging import Condition, Facts, KeptDose

GROUP = "COVID-19"
PRODUCTS = ("BIBP-COVID19", "SINOVAC-CORONAVAC", "CANSINO-AD5", "ZHIFEI-CHO", "KANGTAI-KCONVAC")
CODES = ("fever", "pregnancy", "uncontrolled-epilepsy", "weak-immunity", "infection", "hypertension")
days = st.dates(date(2021, 1, 1), date(2023, 12, 31))


@pytest.fixture(scope="module", params=[date(2021, 6, 1), date(2022, 3, 1), date(2023, 9, 1)], ids=str)
def rules(request: pytest.FixtureRequest) -> PolicySet:
    return policies_in_force(request.param)


@st.composite
def people(draw: st.DrawFn) -> Facts:
    given_on = sorted(draw(st.lists(days, max_size=4, unique=True)))
    doses = tuple(
        KeptDose(UUID(int=nth), GROUP, draw(st.sampled_from(PRODUCTS)), on) for nth, on in enumerate(given_on)
    )
    conditions = []
    for code in draw(st.lists(st.sampled_from(CODES), max_size=2, unique=True)):
        from_on = draw(days)
        length = draw(st.none() | st.integers(1, 200))
        conditions.append(Condition(code, from_on, from_on + timedelta(days=length) if length else None))
    return Facts(draw(st.dates(date(1930, 1, 1), date(2020, 6, 1))), "female", doses, tuple(conditions))


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(people(), st.integers(0, 400), st.integers(0, 500))
def test_between_two_looks_the_dates_say_what_vaxkit_says(
    rules: PolicySet, facts: Facts, later: int, further: int
) -> None:
    assert rules.on is not None
    on = rules.on + timedelta(days=later)
    kept = judging.judge(facts, rules, on).standings.get(GROUP)
    if kept is None:
        assert not (facts.doses or facts.conditions)
        return
    until = kept["look_again_on"]
    day = on + timedelta(days=further)
    if until is not None and day >= until:
        day = until - timedelta(days=1)
    if _rules_change(rules, on, day):
        return
    assert judging.status_on(kept, on) is judging.status_of(judging.advice(facts, rules, on, GROUP))
    assert judging.status_on(kept, day) is judging.status_of(judging.advice(facts, rules, day, GROUP))


def _rules_change(rules: PolicySet, on: date, day: date) -> bool:
    """Then everybody is judged anew, whatever is kept of them."""
    ends = (row.effective_until for row in rules.statements if row.effective_until)
    return any(on <= end < day for end in ends)


def test_nothing_is_offered_where_no_policy_is_in_force() -> None:
    none = policies_in_force(date(2020, 1, 1))
    told = judging.advice(Facts(date(1950, 1, 1)), none, date(2020, 1, 1), GROUP)
    assert (told.status, told.next_dose_number) == (Status.NOT_YET_DUE, None)


def test_an_expired_dose_does_not_count() -> None:
    rules = policies_in_force(date(2021, 6, 1))
    on = date(2021, 4, 10)
    facts = Facts(
        date(1950, 1, 1), "male", (KeptDose(UUID(int=1), GROUP, PRODUCTS[0], on, on - timedelta(days=1)),)
    )
    assert judging.judge(facts, rules, on).counts_as == {UUID(int=1): None}


def test_the_batch_counts_what_the_interpreter_counts() -> None:
    """A few people through both executions, as a count of a policy's effect sees them."""
    rules = policies_in_force(date(2023, 9, 1))
    residents = [
        effects._Resident("110117001001", 30, Facts(date(1950 + nth % 60, 1 + nth % 12, 3), "male", tuple(
            KeptDose(UUID(int=place), GROUP, PRODUCTS[nth % 3], date(2021, 3, 1) + timedelta(days=40 * place + nth))
            for place in range(nth % 4)
        )))
        for nth in range(60)
    ]  # fmt: skip
    on = date(2023, 9, 1)
    assert effects._answers(residents, rules, on, "COVID-19", True) == effects._answers(
        residents, rules, on, "COVID-19", False
    )
