"""What holds for every history."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kit.immunization_cdsi.small_rules import BORN, TODAY, age, dose, rule_set, series, vaccine, wait

from vaxkit.immunization import Assessment, GivenDose, Patient, add_period, assess, sentence
from vaxkit.immunization.wording import TEMPLATES
from vaxkit.ruledata import read_shipped_cdsi

RULES = rule_set(
    series(
        dose(1, ages=(age("6 weeks - 4 days", "6 weeks", "2 months", "3 months"),)),
        dose(
            2,
            intervals=(wait("4 weeks - 4 days", "4 weeks", "8 weeks", "13 weeks"),),
            allowable=(vaccine("Q"),),
        ),
        dose(3, ages=(age("1 year - 4 days", "1 year", maximum="5 years"),), intervals=(wait("6 months"),)),
    )
)

days = st.dates(BORN, date(2026, 1, 1))
histories = st.lists(st.tuples(days, st.sampled_from(["P", "Q", "X", "nowhere"])), max_size=6).map(
    lambda rows: [GivenDose(str(place), on, code) for place, (on, code) in enumerate(rows)]
)


def of(doses: list[GivenDose], on: date = TODAY, **more: bool) -> Assessment:
    return assess(RULES, Patient(BORN), doses, on, **more)


@given(histories, st.randoms(use_true_random=False))
def test_the_order_in_which_doses_are_told_does_not_matter(doses: list[GivenDose], chance: Random) -> None:
    shuffled = list(doses)
    chance.shuffle(shuffled)
    assert of(shuffled) == of(doses)


@given(histories, days)
def test_asking_twice_changes_nothing_and_the_trail_is_only_told(doses: list[GivenDose], on: date) -> None:
    plain, told = of(doses, on), of(doses, on, trail=True)
    assert of(doses, on) == plain
    assert (told.doses, told.groups, plain.trail) == (plain.doses, plain.groups, ())
    assert told.trail


@given(histories)
def test_doses_of_other_antigens_change_nothing_here(doses: list[GivenDose]) -> None:
    here = [row for row in doses if row.vaccine in ("P", "Q")]
    assert of(here).groups == of(doses).groups


@given(histories, days)
def test_the_dates_are_in_order(doses: list[GivenDose], on: date) -> None:
    found = of(doses, on).groups["Pox"]
    if found.earliest_on is not None and found.recommended_on is not None:
        assert found.earliest_on <= found.recommended_on
        assert found.past_due_on is None or found.earliest_on <= found.past_due_on
        assert all(row.on <= found.earliest_on for row in found.doses)
    assert (found.status.value == "not complete") == (found.earliest_on is not None)


@given(histories, days)
def test_a_dose_on_the_earliest_day_counts(doses: list[GivenDose], on: date) -> None:
    found = of(doses, on).groups["Pox"]
    if found.earliest_on is None:
        return
    again = of([*doses, GivenDose("new", found.earliest_on, "P")], on)
    assert again.verdicts("new")[0].status.value == "valid"


@given(histories, days)
def test_every_explanation_has_words_in_both_languages(doses: list[GivenDose], on: date) -> None:
    found = of(doses, on)
    told = [row for forecast in found.groups.values() for row in forecast.because]
    told += [reason for verdict in found.doses for reason in verdict.reasons]
    for row in told:
        assert row.code in TEMPLATES
        assert "?" not in sentence(row, "zh") + sentence(row, "en")


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 1200))
def test_months_roll_forward_to_the_first_of_the_next(start: date, months: int) -> None:
    """CALCDT-5: the same day of the month, or the first of the month after."""
    found = add_period(start, f"{months} months")
    month = start.month - 1 + months
    ahead = (found.year - start.year) * 12 + found.month - 1
    assert (found.day, ahead) == (start.day, month) or (found.day, ahead) == (1, month + 1)


@settings(max_examples=15, deadline=None)
@given(st.dates(date(1950, 1, 1), date(2025, 1, 1)), st.sampled_from(["female", "male", "unknown"]))
def test_the_shipped_rules_answer_for_everybody(born: date, sex: str) -> None:
    found = assess(
        read_shipped_cdsi(), Patient(born, sex), [], max(born, date(2025, 11, 10)) + timedelta(days=1)
    )
    assert {"Polio", "MMR", "DTaP/Tdap/Td", "HepB"} <= found.groups.keys()
