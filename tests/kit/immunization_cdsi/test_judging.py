"""Chapter 6, table by table, with the days on both sides of each boundary."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.kit.immunization_cdsi.small_rules import (
    age,
    ask,
    dose,
    given,
    rule_set,
    series,
    span,
    vaccine,
    verdicts,
    wait,
)

from vaxkit.immunization import GivenDose
from vaxkit.immunization.model import IntervalRule, RuleSet, VaccineConflict

DAY = timedelta(days=1)
FIRST = date(2021, 3, 1)
VALID = ("valid", "dose.counts")


class TestAge:
    """Table 6-15. Born on 31 January 2020: 1 month later is 1 March (31 February rolls forward)."""

    rules = rule_set(series(dose(1, ages=(age("1 month - 4 days", "1 month", maximum="5 years"),))))

    @pytest.mark.parametrize(
        ("on", "verdict"),
        [
            (date(2020, 2, 25), ("not_valid", "age.too_young")),
            (date(2020, 2, 26), VALID),
            (date(2020, 3, 1), VALID),
            (date(2025, 1, 30), VALID),
            (date(2025, 1, 31), ("extraneous", "age.too_old")),
        ],
    )
    def test_boundaries(self, on: date, verdict: tuple[str, str]) -> None:
        assert verdicts(ask(self.rules, given(on))) == [verdict]

    def test_the_grace_period_is_told(self) -> None:
        found = ask(self.rules, given(date(2020, 2, 29))).doses[0]
        assert [reason.code for reason in found.reasons] == ["dose.counts", "age.grace"]

    def test_ages_follow_the_day_of_the_dose(self) -> None:
        """RELEVANT-1: the last day of the old rule and the first of the new one."""
        rules = rule_set(
            series(
                dose(
                    1,
                    ages=(
                        age("2 years", cessation_on=date(2022, 6, 30)),
                        age("3 years", effective_on=date(2022, 7, 1)),
                    ),
                )
            )
        )
        assert verdicts(ask(rules, given(date(2022, 6, 30)))) == [VALID]
        assert verdicts(ask(rules, given(date(2022, 7, 1)))) == [("not_valid", "age.too_young")]


class TestIntervals:
    """Tables 6-18 and 6-21."""

    def two(self, *intervals: IntervalRule, **more: Any) -> RuleSet:
        return rule_set(series(dose(1), dose(2, intervals=intervals, **more)))

    @pytest.mark.parametrize(
        ("days", "second"), [(23, ("not_valid", "interval.too_soon")), (24, VALID), (28, VALID)]
    )
    def test_from_the_dose_before(self, days: int, second: tuple[str, str]) -> None:
        rules = self.two(wait("4 weeks - 4 days", "4 weeks"))
        assert verdicts(ask(rules, given(FIRST, FIRST + days * DAY))) == [VALID, second]

    @pytest.mark.parametrize(("days", "third"), [(55, ("not_valid", "interval.too_soon")), (56, VALID)])
    def test_from_a_target_dose(self, days: int, third: tuple[str, str]) -> None:
        from_first = IntervalRule(from_target_dose=1, absolute_minimum=span("8 weeks"))
        rules = rule_set(series(dose(1), dose(2), dose(3, intervals=(wait("1 day"), from_first))))
        found = verdicts(ask(rules, given(FIRST, FIRST + 30 * DAY, FIRST + days * DAY)))
        assert found == [VALID, VALID, third]

    @pytest.mark.parametrize(("days", "second"), [(13, ("not_valid", "interval.too_soon")), (14, VALID)])
    def test_from_the_most_recent_of_a_vaccine_of_any_antigen(
        self, days: int, second: tuple[str, str]
    ) -> None:
        rules = rule_set(
            series(dose(1, intervals=(wait("14 days", previous=False, from_most_recent=frozenset("X")),)))
        )
        assert verdicts(ask(rules, given((FIRST, "X"), FIRST + days * DAY))) == [second]

    def test_the_wait_after_a_dose_that_did_not_count(self) -> None:
        rules = self.two(wait("21 days"))
        found = verdicts(ask(rules, given(FIRST, FIRST + 10 * DAY, FIRST + 30 * DAY, FIRST + 31 * DAY)))
        assert found == [VALID, *[("not_valid", "interval.too_soon")] * 3]
        found = verdicts(ask(rules, given(FIRST, FIRST + 10 * DAY, FIRST + 31 * DAY)))
        assert found == [VALID, ("not_valid", "interval.too_soon"), VALID]

    @pytest.mark.parametrize(("days", "second"), [(13, ("not_valid", "interval.too_soon")), (14, VALID)])
    def test_an_allowable_interval_saves_a_short_one(self, days: int, second: tuple[str, str]) -> None:
        allowed = IntervalRule(from_previous=True, absolute_minimum=span("14 days"))
        rules = self.two(wait("21 days"), allowable_intervals=(allowed,))
        assert verdicts(ask(rules, given(FIRST, FIRST + days * DAY))) == [VALID, second]

    def test_intervals_follow_the_day_of_the_dose(self) -> None:
        rules = self.two(
            wait("16 weeks", cessation_on=date(2021, 6, 30)), wait("5 months", effective_on=date(2021, 7, 1))
        )
        assert verdicts(ask(rules, given(FIRST, date(2021, 6, 30)))) == [VALID, VALID]
        assert verdicts(ask(rules, given(FIRST, date(2021, 7, 31)))) == [
            VALID,
            ("not_valid", "interval.too_soon"),
        ]


class TestVaccines:
    """Tables 6-13, 6-26 and 6-29."""

    def test_preferable_allowable_inadvertent_and_none_of_them(self) -> None:
        rules = rule_set(series(dose(1, allowable=(vaccine("Q", "1 year - 4 days"),)), dose(2)))
        turned_one = date(2021, 1, 31)
        assert verdicts(ask(rules, given((turned_one - 4 * DAY, "Q")))) == [VALID]
        assert verdicts(ask(rules, given((turned_one - 5 * DAY, "Q")))) == [
            ("not_valid", "vaccine.out_of_age")
        ]
        assert verdicts(ask(rules, given(FIRST, (FIRST + 40 * DAY, "Q")))) == [
            VALID,
            ("not_valid", "vaccine.not_suitable"),
        ]
        barred = rule_set(series(dose(1, inadvertent=(vaccine("Q"),), allowable=(vaccine("Q"),))))
        assert verdicts(ask(barred, given((FIRST, "Q")))) == [("not_valid", "vaccine.inadvertent")]

    def test_a_mistaken_vaccine_is_not_what_the_next_wait_counts_from(self) -> None:
        rules = rule_set(series(dose(1), dose(2, inadvertent=(vaccine("Q"),), intervals=(wait("28 days"),))))
        found = verdicts(ask(rules, given(FIRST, (FIRST + 20 * DAY, "Q"), FIRST + 28 * DAY)))
        assert found == [VALID, ("not_valid", "vaccine.inadvertent"), VALID]

    def test_a_trade_name_of_another_spelling(self) -> None:
        rules = rule_set(series(dose(1, preferable=(vaccine("P", trade_name="Poxvax Adult", maker="ACME"),))))
        other, same = (
            GivenDose("1", FIRST, "P", maker="acme", trade_name=name)
            for name in ("Poxvax Child", "POXVAX-ADULT")
        )
        assert verdicts(ask(rules, [same])) == [VALID]
        assert verdicts(ask(rules, [other])) == [("not_valid", "vaccine.out_of_age")]

    def test_less_than_the_volume_counts_and_is_told(self) -> None:
        rules = rule_set(series(dose(1, preferable=(vaccine("P", volume="0.5"),))))
        found = ask(rules, given(FIRST, millilitres=0.4)).doses[0]
        assert [reason.code for reason in found.reasons] == ["dose.counts", "vaccine.less_volume"]


class TestConflicts:
    """6.7: the shorter end of the conflict holds unless the earlier dose is known not to count."""

    conflict = VaccineConflict("X", "P", span("1 day"), span("24 days"), span("28 days"))  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("days", "verdict"),
        [
            (0, VALID),
            (1, ("not_valid", "vaccine.conflict")),
            (23, ("not_valid", "vaccine.conflict")),
            (24, VALID),
        ],
    )
    def test_after_another_vaccine(self, days: int, verdict: tuple[str, str]) -> None:
        rules = rule_set(series(dose(1)), conflicts=(self.conflict,))
        assert verdicts(ask(rules, given((FIRST, "X"), FIRST + days * DAY))) == [verdict]

    @pytest.mark.parametrize(("days", "second"), [(27, ("not_valid", "vaccine.conflict")), (28, VALID)])
    def test_after_a_dose_that_did_not_count(self, days: int, second: tuple[str, str]) -> None:
        own = VaccineConflict("P", "P", span("1 day"), span("24 days"), span("28 days"))  # type: ignore[arg-type]
        rules = rule_set(series(dose(1, ages=(age("1 year"),))), conflicts=(own,))
        turned_one = date(2021, 1, 31)
        found = verdicts(ask(rules, given(turned_one - DAY, turned_one - DAY + days * DAY)))
        assert found == [("not_valid", "age.too_young"), second]


class TestCondition:
    """Table 6-3."""

    def test_substandard_and_expired_doses_are_not_judged_further(self) -> None:
        rules = rule_set(series(dose(1), dose(2, intervals=(wait("28 days"),))))
        bad = GivenDose("1", FIRST, "P", substandard=True)
        good = GivenDose("2", FIRST + 5 * DAY, "P")
        assert verdicts(ask(rules, [bad, good])) == [("substandard", "dose.substandard"), VALID]

    def test_the_last_day_before_expiry_counts(self) -> None:
        rules = rule_set(series(dose(1)))
        assert verdicts(ask(rules, given(FIRST, expires_on=FIRST))) == [VALID]
        assert verdicts(ask(rules, given(FIRST, expires_on=FIRST - DAY))) == [("substandard", "dose.expired")]


def test_doses_beyond_the_series_are_extra() -> None:
    rules = rule_set(series(dose(1)))
    assert verdicts(ask(rules, given(FIRST, FIRST + DAY))) == [VALID, ("extraneous", "series.complete")]


def test_a_recurring_dose_is_due_again_and_again() -> None:
    rules = rule_set(series(dose(1), dose(2, intervals=(wait("1 year", "1 year"),), recurring=True)))
    found = ask(rules, given(FIRST, date(2022, 3, 1), date(2023, 3, 1)))
    assert verdicts(found) == [VALID, VALID, VALID]
    assert (found.next_dose_number, found.earliest_on) == (4, date(2024, 3, 1))
