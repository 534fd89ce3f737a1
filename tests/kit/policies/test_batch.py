"""Batch and interpreter answer the same, person by person, and the batch knows what it cannot do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vaxkit.immunization import GivenDose, Observation, Patient, PolicySet, advise, assess
from vaxkit.immunization.batch import COLUMNS, assess_batch, row_of, verdicts_of, written_out
from vaxkit.immunization.batch_layout import NONE, Tables, day_number, shifted
from vaxkit.immunization.batch_limits import uncovered
from vaxkit.immunization.batch_people import People, columns_of, handed_over, person_of
from vaxkit.immunization.batch_tables import tables_of
from vaxkit.immunization.batch_telling import filled, told
from vaxkit.immunization.model import Antigen, Immunity, SeriesDose
from vaxkit.immunization.narrowing import narrowed
from vaxkit.immunization.offers import Offers
from vaxkit.immunization.periods import Period, add_period
from vaxkit.ruledata.policies import policies_in_force

DAYS = [
    date(2021, 4, 20),
    date(2021, 11, 10),
    date(2022, 3, 1),
    date(2022, 12, 5),
    date(2022, 12, 20),
    date(2023, 4, 15),
    date(2023, 8, 15),
]
GAPS = [0, 1, 13, 14, 20, 21, 27, 28, 55, 56, 57, 89, 90, 91, 92, 180, 181, 182, 183, 184, 300]


@cache
def in_force(on: date) -> PolicySet:
    return policies_in_force(on)


@st.composite
def histories(draw: st.DrawFn) -> tuple[date, Patient, list[GivenDose], int | None]:
    """A day, a person as of that day with her doses, and in how many days her deferral ends."""
    on = draw(st.sampled_from(DAYS))
    codes = list(in_force(on).vaccines)
    age = draw(st.sampled_from([0, 3, 12, 18, 60, 80]))
    birth = min(
        on, date.fromordinal(date(on.year - age, on.month, on.day).toordinal() + draw(st.integers(-400, 400)))
    )
    day = date(2021, 1, 1).toordinal() + draw(st.integers(0, (on - date(2021, 1, 1)).days))
    day = max(day, birth.toordinal())
    doses, first = [], draw(st.sampled_from(codes))
    for place in range(draw(st.integers(0, 5))):
        product = draw(st.sampled_from([first, first, *codes]))
        doses.append(GivenDose(f"{place:02}", date.fromordinal(day), product))
        day += draw(st.sampled_from(GAPS))
    seen = [
        Observation(code)
        for code in ("weak-immunity", "allergy-to-component")
        if draw(st.integers(0, 9)) == 0
    ]
    if draw(st.booleans()):
        seen.append(Observation("infection", date.fromordinal(on.toordinal() - draw(st.integers(0, 700)))))
    return (
        on,
        Patient(birth, observations=tuple(seen)),
        doses,
        draw(st.sampled_from([None, None, -3, 0, 1, 40])),
    )


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories())
def test_batch_answers_what_the_interpreter_answers(
    history: tuple[date, Patient, list[GivenDose], int | None],
) -> None:
    on, patient, doses, review = history
    tables = tables_of(in_force(on), on)
    people = columns_of(tables, [(patient, doses)])
    if review is not None:
        people = replace(people, review_on=np.array([day_number(on) + review], np.int32))
    answer = assess_batch(in_force(on), people, on)
    single = advise(in_force(on), *person_of(tables, people, 0), on)
    assert not answer.handed_over[0]
    assert [int(getattr(answer, name)[0]) for name in COLUMNS] == row_of(tables, single)
    assert answer.verdicts[0, : len(doses)].tolist() == verdicts_of(single)
    said = told(in_force(on), tables, people, answer, on)
    offered = said.offers[said.offered[0]] if said.offered[0] >= 0 else Offers((), ())
    assert (offered.products, offered.first) == (single.products, single.preferred)
    assert filled(in_force(on), said.shapes[said.reasons[0]], said.days, 0) == single.because
    assert answer.detail is not None
    by = int(answer.detail.completed_by[0])
    assert (f"{by:02}" if by >= 0 else None) == single.course.completed_by


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(-5, 1200), st.integers(-40, 400))
def test_tables_of_days_follow_the_calendar_rules(day: date, months: int, days: int) -> None:
    if day.year + months // 12 > 2180:
        return
    ends = shifted(months, days)
    assert int(ends[day_number(day) - day_number(date(1900, 1, 1))]) == day_number(
        add_period(day, Period(months, days))
    )


def people_of(
    tables: Tables, *doses: GivenDose, seen: tuple[Observation, ...] = (), born: date = date(1980, 6, 15)
) -> People:
    return columns_of(tables, [(Patient(born, observations=seen), list(doses))])


@pytest.mark.parametrize(
    "case",
    [
        "unknown product",
        "deferral without a day",
        "infection to come",
        "born before the tables",
        "dose after the tables",
    ],
)
def test_people_whom_the_arrays_cannot_hold_are_handed_over(case: str) -> None:
    on = date(2022, 12, 20)
    tables = tables_of(in_force(on), on)
    dose = GivenDose("00", date(2021, 4, 1), "BIBP-COVID19")
    people = {
        "unknown product": people_of(tables, replace(dose, vaccine="NEVER-HEARD-OF")),
        "deferral without a day": people_of(tables, dose, seen=(Observation("fever"),)),
        "infection to come": people_of(tables, dose, seen=(Observation("infection", date(2023, 1, 1)),)),
        "born before the tables": people_of(tables, dose, born=date(1899, 12, 31)),
        "dose after the tables": people_of(tables, replace(dose, on=date(2080, 1, 1))),
    }[case]
    assert handed_over(tables, people, on).tolist() == [True]
    answer = assess_batch(in_force(on), people, on)
    single = advise(in_force(on), *person_of(tables, people, 0), on)
    assert [int(getattr(answer, name)[0]) for name in COLUMNS] == row_of(tables, single)


def with_first_dose(rules: PolicySet, dose: SeriesDose) -> PolicySet:
    antigen = rules.antigens["COVID-19"]
    series = replace(antigen.series[0], doses=(dose, *antigen.series[0].doses[1:]))
    return replace(rules, antigens={"COVID-19": replace(antigen, series=(series, *antigen.series[1:]))})


def test_rules_beyond_the_batch_are_found_in_the_data_and_everybody_is_handed_over() -> None:
    on = date(2022, 12, 20)
    rules = in_force(on)
    assert uncovered(rules, "COVID-19") == ()
    first = rules.antigens["COVID-19"].series[0].doses[0]
    recurring = with_first_dose(rules, replace(first, recurring=True))
    aged = with_first_dose(
        rules, replace(first, ages=(replace(first.ages[0], maximum=Period.parse("90 years")),))
    )
    assert uncovered(recurring, "COVID-19") == ("recurring or seasonal doses",)
    assert uncovered(aged, "COVID-19") == ("maximum ages",)
    tables = tables_of(aged, on)
    people = people_of(tables, GivenDose("00", date(2021, 4, 1), "BIBP-COVID19"))
    answer = assess_batch(aged, people, on)
    assert answer.handed_over.tolist() == [True]
    single = advise(aged, *person_of(tables, people, 0), on)
    assert [int(getattr(answer, name)[0]) for name in COLUMNS] == row_of(tables, single)


def test_immunity_and_missing_defaults_are_beyond_the_batch() -> None:
    rules = in_force(date(2022, 12, 20))
    antigen: Antigen = rules.antigens["COVID-19"]
    immune = replace(
        rules, antigens={"COVID-19": replace(antigen, immunity=Immunity({"infection": "immune"}))}
    )
    assert uncovered(immune, "COVID-19") == ("evidence of immunity",)
    series = tuple(replace(row, select=replace(row.select, default=False)) for row in antigen.series)
    assert uncovered(replace(rules, antigens={"COVID-19": replace(antigen, series=series)}), "COVID-19") == (
        "not exactly one default series",
    )


def test_doses_out_of_order_are_refused() -> None:
    on = date(2022, 12, 20)
    tables = tables_of(in_force(on), on)
    people = people_of(
        tables,
        GivenDose("0", date(2021, 4, 1), "BIBP-COVID19"),
        GivenDose("1", date(2021, 5, 1), "BIBP-COVID19"),
    )
    turned = replace(people, dose_days=people.dose_days[:, [1, 0, *range(2, 8)]].copy())
    with pytest.raises(ValueError, match="row 0: doses are not in order of day"):
        assess_batch(in_force(on), turned, on)


def test_of_two_bars_the_first_of_the_rules_is_told_by_both() -> None:
    on = date(2022, 12, 20)
    rules, tables = in_force(on), tables_of(in_force(on), on)
    seen = (Observation("severe-reaction-to-vaccine"), Observation("allergy-to-component"))
    people = people_of(tables, GivenDose("0", date(2021, 4, 1), "BIBP-COVID19"), seen=seen)
    answer = assess_batch(rules, people, on)
    said = told(rules, tables, people, answer, on)
    single = advise(
        rules,
        Patient(date(1980, 6, 15), observations=seen),
        [GivenDose("0", date(2021, 4, 1), "BIBP-COVID19")],
        on,
    )
    assert single.because[0].params["observation"] == "allergy-to-component"
    assert filled(rules, said.shapes[said.reasons[0]], said.days, 0) == single.because


def test_nobody_at_all() -> None:
    on = date(2022, 12, 20)
    tables = tables_of(in_force(on), on)
    nobody = columns_of(tables, [])
    assert len(assess_batch(in_force(on), nobody, on).status) == 0
    assert NONE < -(10**9)


SMALL = Path(__file__).parents[3] / "benchmarks" / "policies"


@cache
def small() -> PolicySet:
    return policies_in_force(date(2021, 12, 1), SMALL, shipped=False)


def test_rules_written_out_as_a_program_answer_the_same() -> None:
    """Random people of three products under the small rule set: program, tables and interpreter."""
    on, n, rules = date(2021, 12, 1), 1_500, small()
    tables, rng = tables_of(rules, on), np.random.default_rng(7)
    today = day_number(on)
    counts = rng.integers(0, 5, n).astype(np.int8)
    days = today - 330 + np.cumsum(rng.choice([0, 20, 21, 27, 28, 29, 60, 179, 180], (n, 4)), axis=1)
    held = np.arange(4) < counts[:, None]
    products = np.where(rng.random((n, 1)) < 0.6, rng.integers(0, 3, (n, 1)), rng.integers(0, 3, (n, 4)))
    people = People(
        birth=(today - rng.choice([400, 1094, 1095, 6569, 6570, 6571, 9000], n)).astype(np.int32),
        dose_days=np.where(held, days, NONE).astype(np.int32),
        dose_products=np.where(held, products, -1).astype(np.int8),
        dose_counts=counts,
        seen=np.where(rng.random(n) < 0.1, 2, 0).astype(np.int32),
        infected_on=np.where(rng.random(n) < 0.3, today - rng.integers(0, 300, n), NONE).astype(np.int32),
        review_on=np.where(rng.random(n) < 0.2, today + rng.integers(-5, 60, n), NONE).astype(np.int32),
    )
    program = written_out(rules, on)
    assert program is not None
    by_program, by_tables = assess_batch(rules, people, on, program=program), assess_batch(rules, people, on)
    for name in (*COLUMNS, "verdicts", "handed_over"):
        assert np.array_equal(getattr(by_program, name), getattr(by_tables, name)), name
    for row in range(0, n, 5):
        single = advise(rules, *person_of(tables, people, row), on)
        assert [int(getattr(by_program, name)[row]) for name in COLUMNS] == row_of(tables, single)


def test_rules_beyond_the_batch_are_not_written_out() -> None:
    on = date(2022, 12, 20)
    first = in_force(on).antigens["COVID-19"].series[0].doses[0]
    assert written_out(with_first_dose(in_force(on), replace(first, recurring=True)), on) is None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories())
def test_fewer_series_give_the_same_forecast(
    history: tuple[date, Patient, list[GivenDose], int | None],
) -> None:
    on, patient, doses, _ = history
    rules = in_force(on)
    few = narrowed(rules, patient, doses, "COVID-19")
    found = assess(few, patient, doses, on).groups["COVID-19"]
    full = assess(rules, patient, doses, on).groups["COVID-19"]
    assert (found, found.doses) == (full, full.doses)
