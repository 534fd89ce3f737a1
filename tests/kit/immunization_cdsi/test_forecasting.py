"""Chapter 7: immunity, contraindications, the need for a dose, and its dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.kit.immunization_cdsi.small_rules import (
    BORN,
    TODAY,
    age,
    ask,
    dose,
    given,
    person,
    risk,
    rule_set,
    series,
    span,
    vaccine,
    wait,
)

from vaxkit.immunization import Forecast, Observation, Patient
from vaxkit.immunization.model import (
    BirthImmunity,
    ContraindicatedVaccine,
    Contraindication,
    Immunity,
    IntervalRule,
    Season,
    VaccineConflict,
)
from vaxkit.immunization.when import When

DAY = timedelta(days=1)
FIRST = date(2021, 3, 1)


def days(found: Forecast) -> tuple[date | None, ...]:
    return (found.earliest_on, found.recommended_on, found.past_due_on, found.latest_on)


class TestDates:
    """Table 7-13."""

    def test_the_ages_give_the_dates(self) -> None:
        """Past due and latest are the day before; 29 February exists in 2020 only."""
        rules = rule_set(series(dose(1, ages=(age("9 months", "1 year", "2 years", "3 years", "5 years"),))))
        expected = (date(2021, 1, 31), date(2022, 1, 31), date(2023, 1, 30), date(2025, 1, 30))
        assert days(ask(rules, on=BORN)) == expected

    def test_without_ages_the_latest_of_the_intervals(self) -> None:
        from_first = IntervalRule(
            from_target_dose=1, minimum=span("6 months"), earliest_recommended=span("7 months")
        )
        third = dose(3, intervals=(wait("1 day", "8 weeks", "8 weeks", "13 weeks"), from_first))
        found = ask(rule_set(series(dose(1), dose(2), third)), given(FIRST, FIRST + 10 * DAY))
        second = FIRST + 10 * DAY
        assert days(found) == (date(2021, 9, 1), date(2021, 10, 1), date(2021, 9, 1), None)
        assert second + timedelta(weeks=13) - DAY < date(2021, 9, 1)

    def test_the_recommended_age_wins_over_intervals_but_never_lies_before_the_earliest_day(self) -> None:
        second = dose(2, ages=(age(earliest="1 year"),), intervals=(wait("4 weeks", "4 weeks", "1 year"),))
        found = ask(rule_set(series(dose(1), second)), given(FIRST))
        assert days(found)[:2] == (FIRST + 28 * DAY, FIRST + 28 * DAY)

    def test_never_before_the_last_dose_even_if_that_did_not_count(self) -> None:
        found = ask(rule_set(series(dose(1, ages=(age("1 year", "1 year"),)))), given(date(2021, 1, 30)))
        assert days(found)[:2] == (date(2021, 1, 31), date(2021, 1, 31))
        extra = ask(rule_set(series(dose(1), dose(2))), given(FIRST, FIRST, FIRST))
        assert extra.status.value == "complete"

    def test_a_conflict_with_another_vaccine_is_waited_for(self) -> None:
        conflict = VaccineConflict("X", "P", span("1 day"), span("24 days"), span("28 days"))  # type: ignore[arg-type]
        found = ask(rule_set(series(dose(1)), conflicts=(conflict,)), given((FIRST, "X")))
        assert found.earliest_on == FIRST + 28 * DAY

    def test_the_interval_from_an_observation(self) -> None:
        rule = IntervalRule(
            from_observation="INF", minimum=span("6 months"), absolute_minimum=span("6 months")
        )
        rules = rule_set(series(dose(1, intervals=(rule,))))
        ill = person(Observation("INF", date(2023, 8, 31)), Observation("INF", date(2022, 1, 1)))
        assert ask(rules, patient=ill).earliest_on == date(2024, 3, 1)
        assert ask(rules).earliest_on == BORN


class TestSeason:
    rules = rule_set(series(dose(1, season=Season(date(2023, 7, 1), date(2024, 6, 30)), recurring=True)))

    def test_from_its_first_day_and_over_after_its_last(self) -> None:
        assert ask(self.rules, on=date(2023, 6, 1)).earliest_on == date(2023, 7, 1)
        assert ask(self.rules, on=date(2024, 6, 30)).status.value == "not complete"
        assert ask(self.rules, on=date(2024, 7, 1)).status.value == "not recommended"

    @pytest.mark.parametrize(
        ("on", "status", "earliest"),
        [
            (date(2025, 10, 12), "not complete", date(2025, 10, 1)),
            (date(2026, 4, 1), "not recommended", None),
            (date(2025, 4, 1), "not complete", date(2025, 10, 1)),
            (date(2025, 3, 31), "not complete", date(2024, 10, 1)),
            (date(2023, 10, 12), "not complete", date(2023, 10, 1)),
            (date(2023, 8, 1), "not complete", date(2023, 10, 1)),
        ],
    )
    def test_months_of_the_year_are_those_of_earlier_years_as_well(
        self, on: date, status: str, earliest: date | None
    ) -> None:
        winter = rule_set(series(dose(1, season=Season(date(2025, 10, 1), date(2026, 3, 31)))))
        found = ask(winter, on=on)
        assert (found.status.value, found.earliest_on) == (status, earliest)

    def test_only_doses_of_this_season_are_numbered(self) -> None:
        """FORECASTDN-1."""
        assert ask(self.rules, given(date(2023, 6, 30))).next_dose_number == 1
        assert ask(self.rules, given(date(2023, 7, 1))).next_dose_number == 2


class TestAgedOut:
    """Table 7-10: the last two rules."""

    rules = rule_set(
        series(dose(1), dose(2, ages=(age(maximum="2 years"),), intervals=(wait("28 days", "28 days"),)))
    )

    @pytest.mark.parametrize(
        ("first", "on", "status"),
        [
            (date(2022, 1, 2), date(2022, 1, 2), "not complete"),  # due on 30 January, the last day
            (date(2022, 1, 3), date(2022, 1, 3), "aged out"),
            (date(2021, 1, 3), date(2022, 1, 30), "not complete"),
            (date(2021, 1, 3), date(2022, 1, 31), "aged out"),
        ],
    )
    def test_boundaries(self, first: date, on: date, status: str) -> None:
        assert ask(self.rules, given(first), on=on).status.value == status


class TestImmunity:
    """Table 7-3."""

    immunity = Immunity(
        {"IMM": "had the disease"}, (BirthImmunity(date(1957, 1, 1), "U.S.", frozenset({"HCP"})),)
    )
    rules = rule_set(series(dose(1)), immunity=immunity)

    @pytest.mark.parametrize(
        ("patient", "status"),
        [
            (person(Observation("IMM")), "immune"),
            (person(born=date(1956, 12, 31)), "immune"),
            (person(born=date(1957, 1, 1)), "not complete"),
            (person(Observation("HCP"), born=date(1956, 12, 31)), "not complete"),
            (Patient(date(1956, 12, 31), birth_country="US"), "immune"),
            (Patient(date(1956, 12, 31), birth_country="China"), "not complete"),
        ],
    )
    def test_by_observation_and_by_birth(self, patient: Patient, status: str) -> None:
        assert ask(self.rules, patient=patient).status.value == status


class TestContraindications:
    """Tables 7-5 to 7-7."""

    def test_the_whole_antigen_within_its_ages(self) -> None:
        bar = Contraindication("PREG", begin_age=span("4 years"), end_age=span("5 years"))
        rules = rule_set(series(dose(1)), bars=(bar,))
        barred = person(Observation("PREG"))

        def status(on: date) -> str:
            return ask(rules, patient=barred, on=on).status.value

        assert [status(date(2024, 1, 30)), status(date(2024, 1, 31))] == ["not complete", "contraindicated"]
        assert [status(date(2025, 1, 30)), status(date(2025, 1, 31))] == ["contraindicated", "not complete"]

    def test_an_observation_that_is_over_bars_no_more(self) -> None:
        rules = rule_set(series(dose(1)), bars=(Contraindication("ILL"),))
        ill = person(Observation("ILL", date(2024, 5, 1), until=date(2024, 5, 31)))
        assert ask(rules, patient=ill, on=date(2024, 5, 31)).status.value == "contraindicated"
        assert ask(rules, patient=ill, on=date(2024, 6, 1)).status.value == "not complete"
        assert ask(rules, patient=ill, on=date(2024, 4, 30)).status.value == "not complete"

    def test_vaccines_are_barred_one_by_one(self) -> None:
        bar_p = Contraindication("ALL", vaccines=(ContraindicatedVaccine("P"),))
        both = rule_set(series(dose(1, preferable=(vaccine("P"), vaccine("Q")))), vaccine_bars=(bar_p,))
        found = ask(both, patient=person(Observation("ALL")))
        assert (found.status.value, found.products_preferred) == ("not complete", ("Q",))
        only = rule_set(series(dose(1)), vaccine_bars=(bar_p,))
        assert ask(only, patient=person(Observation("ALL"))).status.value == "contraindicated"

    def test_guidance_is_told_of_what_is_known(self) -> None:
        """FORECASTGUIDANCE-1: of the series, its indications and contraindications."""
        bar = Contraindication("ALL", guidance="Use Q.", vaccines=(ContraindicatedVaccine("P"),))
        pox = series(dose(1, preferable=(vaccine("P"), vaccine("Q"))), guidance=("Shake.",))
        rules = rule_set(pox, vaccine_bars=(bar,))
        assert ask(rules).guidance == ("Shake.",)
        assert ask(rules, patient=person(Observation("ALL"))).guidance == ("Shake.", "Use Q.")

    def test_a_deferral_tells_its_day_of_review(self) -> None:
        bar = Contraindication("FEVER", deferral=True, review_after=span("1 month"))
        ill = person(Observation("FEVER", date(2024, 5, 31)))
        because = ask(rule_set(series(dose(1)), bars=(bar,)), patient=ill).because[0]
        assert (because.code, because.params["review_on"]) == ("contraindicated.deferral", date(2024, 7, 1))


class TestProducts:
    """FORECASTRECVAC-1."""

    def test_of_an_age_for_it_on_the_earliest_or_recommended_day(self) -> None:
        rules = rule_set(
            series(
                dose(
                    1,
                    ages=(age("1 year", "1 year", "2 years"),),
                    preferable=(
                        vaccine("P", end="1 year + 1 day"),
                        vaccine("Q", "2 years"),
                        vaccine("X", forecast=False),
                    ),
                    allowable=(vaccine("Z"), vaccine("Y", "2 years + 1 day")),
                )
            )
        )
        found = ask(rules, on=BORN)
        assert found.products_preferred == ("P", "Q")
        assert found.products_allowed == ("P", "Q", "X", "Z")


class TestIndications:
    """Tables 5-4 and 5-5."""

    rules = rule_set(risk(dose(1, ages=(age("1 year", "1 year"),)), begin="4 years", end="5 years"))

    def test_between_the_ages_only(self) -> None:
        patient = person(Observation("R1"))
        assert ask(self.rules, patient=patient, on=date(2024, 1, 31)).earliest_on == date(2021, 1, 31)
        assert ask(self.rules, patient=patient, on=date(2025, 1, 30)).status.value == "not complete"

    def test_none_without_the_observation_or_when_too_old(self) -> None:
        with pytest.raises(KeyError):
            ask(self.rules)
        with pytest.raises(KeyError):
            ask(self.rules, patient=person(Observation("R1")), on=date(2025, 1, 31))

    def test_too_young_is_told_from_when(self) -> None:
        found = ask(self.rules, patient=person(Observation("R1")), on=date(2024, 1, 30))
        assert (found.earliest_on, found.because[1].code) == (date(2024, 1, 31), "indication.later")

    def test_the_sex_decides(self) -> None:
        rules = rule_set(series(dose(1), genders=frozenset({"female", "unknown"})))
        assert ask(rules, patient=person(sex="Female")).status.value == "not complete"
        with pytest.raises(KeyError):
            ask(rules, patient=person(sex="male"))


class TestRowsForSomePeople:
    """A `When`: three months for those of 60, six for others; asked at 59."""

    rules = rule_set(
        series(
            dose(1),
            dose(
                2,
                intervals=(
                    wait("3 months", "3 months", when=When(age_from=span("60 years"))),
                    wait("6 months", "6 months", when=When(age_before=span("60 years"))),
                ),
            ),
        )
    )

    @pytest.mark.parametrize(
        ("born", "earliest"),
        [
            (date(1964, 5, 31), date(2024, 8, 1)),  # 60 when asked
            (date(1964, 7, 1), date(2024, 8, 1)),  # 60 before the three months are over
            (date(1964, 9, 10), date(2024, 9, 10)),  # 60 after them: from the birthday
            (date(1964, 11, 1), date(2024, 11, 1)),  # the six months end on the birthday
            (date(1964, 11, 2), date(2024, 11, 1)),
        ],
    )
    def test_the_birthday_between(self, born: date, earliest: date) -> None:
        found = ask(self.rules, given(date(2024, 5, 1)), on=TODAY, patient=person(born=born))
        assert found.earliest_on == earliest
