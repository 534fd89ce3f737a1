"""Chapter 8: which series a person is on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.kit.immunization_cdsi.small_rules import (
    BORN,
    age,
    answer,
    ask,
    dose,
    given,
    person,
    risk,
    rule_set,
    select,
    series,
    span,
    vaccine,
    verdicts,
    wait,
)

from vaxkit.immunization import Observation
from vaxkit.immunization.model import (
    ConditionalSkip,
    Series,
    SeriesKind,
    SkipCondition,
    SkipContext,
    SkipKind,
    SkipSet,
)

DAY = timedelta(days=1)
FIRST = date(2021, 3, 1)
ONLY_Q = {"preferable": (vaccine("Q"),)}


def rival(*doses: object, name: str = "rival", preference: int | None = 2, **more: object) -> Series:
    return series(*doses, name=name, select=select(default=False, preference=preference, **more))  # type: ignore[arg-type]


class TestOneStandsOut:
    """Table 8-3."""

    def test_the_default_before_any_dose(self) -> None:
        assert ask(rule_set(series(dose(1), dose(2)), rival(dose(1)))).series == ("Pox series",)

    def test_the_only_one_that_is_complete(self) -> None:
        assert ask(rule_set(series(dose(1), dose(2)), rival(dose(1))), given(FIRST)).series == ("rival",)

    def test_the_only_one_begun(self) -> None:
        rules = rule_set(series(dose(1), dose(2)), rival(dose(1, **ONLY_Q), dose(2, **ONLY_Q)))
        assert ask(rules, given((FIRST, "Q"))).series == ("rival",)

    @pytest.mark.parametrize(
        ("on", "chosen"), [(date(2021, 1, 30), "Pox series"), (date(2021, 1, 31), "rival")]
    )
    def test_begun_before_the_maximum_age_to_start(self, on: date, chosen: str) -> None:
        started = series(dose(1), dose(2), select=select(maximum_age_to_start=span("1 year")))
        rules = rule_set(started, rival(dose(1), dose(2), preference=2))
        assert ask(rules, given(on)).series == (chosen,)


class TestPoints:
    def test_of_two_complete_ones_that_with_more_valid_doses(self) -> None:
        """Table 8-7."""
        rules = rule_set(series(dose(1)), rival(dose(1), dose(2)))
        assert ask(rules, given(FIRST, FIRST + DAY)).series == ("rival",)

    def test_equal_points_go_by_preference(self) -> None:
        """SELECTBEST-2."""
        rules = rule_set(
            rival(dose(1), dose(2), preference=3), rival(dose(1), dose(2), name="second", preference=2)
        )
        assert ask(rules, given(FIRST)).series == ("second",)

    def test_of_two_begun_ones_that_which_can_be_completed(self) -> None:
        """Table 8-9: the first would end after its maximum age."""
        late = dose(2, ages=(age(maximum="14 months"),), intervals=(wait("6 months", "6 months"),))
        in_time = dose(2, intervals=(wait("6 months", "6 months"),))
        rules = rule_set(series(dose(1), dose(2), late), rival(dose(1), dose(2), in_time, preference=9))
        assert ask(rules, given(date(2021, 1, 1)), on=date(2021, 1, 1)).series == ("rival",)

    def test_of_two_begun_ones_that_which_is_nearer_its_end(self) -> None:
        rules = rule_set(series(dose(1), dose(2), dose(3)), rival(dose(1), dose(2)))
        assert ask(rules, given(FIRST)).series == ("rival",)

    def test_a_product_path_wins_while_every_dose_counted(self) -> None:
        product = rival(dose(1), dose(2, intervals=(wait("28 days"),)), product_path=True)
        rules = rule_set(series(dose(1), dose(2, intervals=(wait("28 days"),))), product)
        assert ask(rules, given(FIRST)).series == ("rival",)
        assert ask(rules, given(FIRST, FIRST + DAY)).series == ("Pox series",)

    def test_before_any_dose_that_which_can_start_earliest(self) -> None:
        """Table 8-11; without a default."""
        rules = rule_set(
            rival(dose(1, ages=(age("2 years", "2 years"),)), preference=1),
            rival(dose(1, ages=(age("1 year", "1 year"),)), name="early", preference=2),
        )
        assert ask(rules).series == ("early",)

    def test_a_series_that_does_not_say_from_when_does_not_start_earliest(self) -> None:
        """SELECTB-14 compares those with a start date; the earliest day told is then the recommended age."""
        open_start = rival(dose(1, ages=(age(earliest="7 months"),)), name="open", preference=1)
        dated = rival(dose(1, ages=(age("2 years", "2 years"),)), preference=2)
        assert ask(rule_set(open_start, dated)).series == ("rival",)
        alone = ask(rule_set(open_start))
        assert (alone.series, alone.earliest_on) == (("open",), date(2020, 8, 31))


class TestKinds:
    def test_an_evaluation_only_series_proves_but_is_never_recommended(self) -> None:
        who = series(
            dose(1, **ONLY_Q),
            dose(2, **ONLY_Q),
            name="elsewhere",
            kind=SeriesKind.EVALUATION_ONLY,
            select=select(default=False),
        )
        rules = rule_set(series(dose(1), dose(2)), who)
        begun = ask(rules, given((FIRST, "Q")))
        assert (begun.series, verdicts(begun)) == (("Pox series",), [("not_valid", "vaccine.not_suitable")])
        done = ask(rules, given((FIRST, "Q"), (FIRST + DAY, "Q")))
        assert (done.series, done.status.value) == (("elsewhere",), "complete")

    def test_only_the_first_priority_of_risk_series_competes(self) -> None:
        rules = rule_set(
            risk(dose(1), dose(2), name="A", selected={"priority": "A"}),
            risk(dose(1), name="B", selected={"priority": "B"}),
        )
        assert ask(rules, given(FIRST), patient=person(Observation("R1"))).series == ("A",)

    @pytest.mark.parametrize(
        ("history", "chosen"),
        [
            ((), "grown"),
            (((date(2022, 2, 1), "Q"),), "grown"),
            ((date(2022, 2, 1),), "grown"),
            ((date(2020, 10, 1), date(2021, 3, 1)), "infants"),
        ],
    )
    def test_a_series_that_does_not_say_from_when_it_starts_holds_no_other_back(
        self, history: tuple[object, ...], chosen: str
    ) -> None:
        """SELECTSCORE-2 with SELECTB-14: a schedule for infants that begins in its middle for those who are older takes
        part by its score; begun in time it goes on."""
        of_age = SkipCondition(SkipKind.AGE, begin_age=span("7 months"))
        past = (ConditionalSkip(SkipContext.BOTH, (SkipSet((of_age,)),)),)
        infants = risk(
            dose(1, ages=(age("2 months", "2 months"),), skips=past),
            dose(2, ages=(age(earliest="7 months"),)),
            dose(3),
            dose(4),
            name="infants",
            selected={"priority": "A"},
        )
        grown = risk(
            dose(1, ages=(age("2 years", "2 years"),), preferable=(vaccine("P"), vaccine("Q"))),
            dose(2),
            name="grown",
            selected={"priority": "B"},
        )
        found = ask(rule_set(infants, grown), given(*history), patient=person(Observation("R1")))
        assert found.series == (chosen,)

    def test_contraindicated_series_compete_only_among_themselves(self) -> None:
        from vaxkit.immunization.model import ContraindicatedVaccine, Contraindication

        bar = Contraindication("ALL", vaccines=(ContraindicatedVaccine("P"),))
        rules = rule_set(series(dose(1), dose(2)), rival(dose(1, **ONLY_Q)), vaccine_bars=(bar,))
        found = ask(rules, patient=person(Observation("ALL")))
        assert (found.series, found.status.value) == (("Pox series",), "contraindicated")


class TestSeveralBest:
    """Table 8-14, and how several best series are told as one answer."""

    def test_a_risk_series_replaces_the_standard_one_of_an_equivalent_group(self) -> None:
        rules = rule_set(series(dose(1), equivalent_groups=frozenset({"2"})), risk(dose(1)))
        found = ask(rules, patient=person(Observation("R1")))
        assert (found.series, found.others) == (("Pox risk series",), ())

    def test_a_complete_series_makes_that_of_an_equivalent_group_needless(self) -> None:
        long = series(dose(1), dose(2), equivalent_groups=frozenset({"2"}))
        found = ask(rule_set(long, risk(dose(1))), given(FIRST), patient=person(Observation("R1")))
        assert (found.series, found.status.value, found.others) == (("Pox risk series",), "complete", ())
        both = ask(
            rule_set(series(dose(1), dose(2)), risk(dose(1))), given(FIRST), patient=person(Observation("R1"))
        )
        assert (both.series, both.status.value) == (("Pox series",), "not complete")

    def test_a_series_for_evaluation_alone_asks_for_nothing(self) -> None:
        only = rule_set(series(dose(1), dose(2), kind=SeriesKind.EVALUATION_ONLY))
        assert "Pox" not in answer(only, given(FIRST)).groups
        done = answer(only, given(FIRST, FIRST + 60 * DAY)).groups["Pox"]
        assert done.status.value == "complete"

    def test_a_dose_that_counted_in_the_series_replaced_is_told_valid_and_is_one_of_those_given(self) -> None:
        rules = rule_set(
            series(dose(1), dose(2), equivalent_groups=frozenset({"2"})),
            risk(dose(1, ages=(age("2 years", "2 years"),))),
        )
        found = ask(rules, given(FIRST), patient=person(Observation("R1")))
        assert (found.series, found.others) == (("Pox risk series",), ())
        assert (verdicts(found), found.next_dose_number) == ([("valid", "dose.counts")], 2)
        assert found.earliest_on == date(2022, 1, 31)

    def test_without_equivalence_both_are_told_the_earlier_first(self) -> None:
        rules = rule_set(
            series(dose(1, ages=(age("1 year", "1 year"),))),
            risk(dose(1, ages=(age("6 months", "6 months"),))),
        )
        found = ask(rules, patient=person(Observation("R1")), on=BORN)
        assert (found.series, found.earliest_on) == (("Pox risk series",), date(2020, 7, 31))
        assert [row.series for row in found.others] == [("Pox series",)]

    def test_what_a_risk_asks_for_is_told_before_what_is_routine_even_when_later(self) -> None:
        rules = rule_set(
            series(dose(1, ages=(age("1 year", "1 year"),))),
            risk(dose(1, ages=(age("2 years", "2 years"),))),
        )
        found = ask(rules, patient=person(Observation("R1")))
        assert (found.series, found.earliest_on) == (("Pox risk series",), date(2022, 1, 31))
        assert [row.series for row in found.others] == [("Pox series",)]

    def test_a_dose_shows_the_series_in_which_it_counts_and_numbers_run_on(self) -> None:
        """Given at 6 months for a journey: valid there, too young for the standard series, whose dose is called 2."""
        rules = rule_set(
            series(dose(1, ages=(age("1 year", "1 year"),))), risk(dose(1, ages=(age("6 months"),)))
        )
        found = ask(rules, given(date(2020, 8, 1)), patient=person(Observation("R1")), on=date(2020, 8, 1))
        assert found.series == ("Pox series",)
        assert verdicts(found) == [("valid", "dose.counts")]
        assert (found.next_dose_number, found.earliest_on) == (2, date(2021, 1, 31))

    @pytest.mark.parametrize(
        ("on", "status"), [(date(2069, 1, 31), "complete"), (date(2070, 1, 31), "not complete")]
    )
    def test_a_series_of_later_life_is_told_last_until_its_age(self, on: date, status: str) -> None:
        old = series(
            dose(1, ages=(age("50 years", "50 years"),)),
            name="at 50",
            select=select(group="3", minimum_age_to_start=span("50 years")),
        )
        assert ask(rule_set(series(dose(1)), old), given(FIRST), on=on).status.value == status
