"""The rules of a day are the versions that hold on it; what they offer is asked of vaxkit itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.modules import campaign

from yingjie.doses.judging import Condition, Facts, judge
from yingjie.people import codelists
from yingjie.vaccines import actions, queries, rules
from yingjie.vaccines.models import PolicyVersion

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shipped() -> None:
    actions.load_products(by=campaign.maker)
    actions.load_shipped(by=campaign.maker)


@pytest.mark.parametrize(
    ("on", "age"),
    [(date(2021, 1, 1), "18 years"), (date(2021, 7, 19), "18 years"), (date(2021, 7, 20), "12 years"),
     (date(2021, 10, 25), "12 years"), (date(2021, 10, 26), "3 years"), (date(2024, 1, 1), "3 years")],
)  # fmt: skip
def test_the_course_is_that_of_the_day(on: date, age: str) -> None:
    offered = queries.course(on)
    assert (offered.minimum_age, offered.numbers) == (age, (1, 2))
    assert offered.born_until == date(on.year - int(age.split()[0]), on.month, on.day)
    assert offered.source is not None


def test_before_the_first_policy_nobody_is_offered_anything() -> None:
    offered = queries.course(date(2020, 12, 14))
    assert (offered.minimum_age, offered.born_until) == ("", None)


def test_loading_again_changes_nothing() -> None:
    rows = list(PolicyVersion.objects.order_by("pk").values())
    assert actions.load_shipped(by=campaign.maker) == 0
    assert list(PolicyVersion.objects.order_by("pk").values()) == rows


def test_the_fingerprint_tells_days_of_different_rules() -> None:
    before, opened = date(2021, 10, 25), date(2021, 10, 26)
    assert rules.fingerprint(before) != rules.fingerprint(opened)
    assert rules.fingerprint(opened) == rules.fingerprint(opened + timedelta(days=1))


@pytest.mark.parametrize(
    ("product", "doses"),
    [("BIBP-COVID19", 2), ("KANGTAI-KCONVAC", 2), ("CANSINO-AD5", 1), ("ZHIFEI-CHO", 3), ("WESTVAC-XBB", 0)],
)
def test_how_many_doses_the_course_of_a_product_has(product: str, doses: int) -> None:
    assert queries.doses_with(product, date(2023, 8, 1)) == doses


def test_key_groups_of_the_ledger_are_at_high_risk_of_infection() -> None:
    """Every observation named is one of the policies; the key groups, and they alone, are at high risk."""
    known = queries.observation_of_category()
    assert set(known.values()) <= rules.rules(date(2022, 12, 13)).observations.keys()
    keys = {code for code, line in codelists.categories().items() if line.is_key}
    assert {code for code, seen in known.items() if seen == "high-infection-risk"} == keys
    assert queries.observations_of(["student", "port"]) == {"high-infection-risk"}
    assert queries.observations_of(["student"]) == frozenset()


def test_another_vaccine_recorded_as_a_condition_puts_the_dose_off() -> None:
    """Recorded like any condition, with its day: the standing says until when."""
    day = date(2021, 5, 3)
    facts = Facts(date(1980, 6, 15), conditions=(Condition("other-vaccine", date(2021, 4, 20), None),))
    assert "other-vaccine" in codelists.conditions()
    standing = judge(facts, rules.rules(day), day).standings["COVID-19"]
    assert standing["deferred_until"] == date(2021, 5, 5)
    later = judge(facts, rules.rules(date(2021, 5, 5)), date(2021, 5, 5)).standings["COVID-19"]
    assert later["deferred_until"] is None
