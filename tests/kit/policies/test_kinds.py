"""Rules of every kind that CDSi knows, changed into the campaign's one by one: the batch says what it cannot do, and what it
does not say it answers as the interpreter does."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from vaxkit.immunization import GivenDose, Observation, Patient, PolicySet, advise
from vaxkit.immunization.batch import COLUMNS, assess_batch, row_of, verdicts_of
from vaxkit.immunization.batch_limits import uncovered
from vaxkit.immunization.batch_people import columns_of
from vaxkit.immunization.batch_tables import tables_of
from vaxkit.immunization.model import (
    AgeRule,
    Antigen,
    Association,
    BirthImmunity,
    ConditionalSkip,
    ContraindicatedVaccine,
    Contraindication,
    CountLogic,
    Immunity,
    Indication,
    IntervalRule,
    Season,
    Series,
    SeriesDose,
    SeriesKind,
    SkipCondition,
    SkipContext,
    SkipKind,
    SkipSet,
    Vaccine,
    VaccineConflict,
    VaccineGroup,
    VaccineRule,
)
from vaxkit.immunization.periods import Period
from vaxkit.ruledata.policies import policies_in_force

ON = date(2022, 12, 20)
GROUP = "COVID-19"
BIBP, SINOVAC, AD5 = "BIBP-COVID19", "SINOVAC-CORONAVAC", "CANSINO-AD5"
Change = Callable[[PolicySet], PolicySet]


@cache
def rules() -> PolicySet:
    return policies_in_force(ON)


def with_antigen(of: PolicySet, **parts: Any) -> PolicySet:
    return replace(of, antigens={**of.antigens, GROUP: replace(of.antigens[GROUP], **parts)})


def each_series(of: PolicySet, change: Callable[[Series], Series]) -> PolicySet:
    return with_antigen(of, series=tuple(change(row) for row in of.antigens[GROUP].series))


def default(**parts: Any) -> Change:
    """The default series changed."""
    return lambda of: each_series(of, lambda row: replace(row, **parts) if row.select.default else row)


def select(**parts: Any) -> Change:
    return lambda of: each_series(
        of,
        lambda row: replace(row, select=replace(row.select, **parts)) if row.select.preference == 2 else row,
    )


def dose(number: int, **parts: Callable[[SeriesDose], Any]) -> Change:
    """That dose of every series changed, each part by what it was."""

    def changed(row: SeriesDose) -> SeriesDose:
        return (
            replace(row, **{name: make(row) for name, make in parts.items()}) if row.number == number else row
        )

    return lambda of: each_series(
        of, lambda row: replace(row, doses=tuple(changed(item) for item in row.doses))
    )


def skip(*conditions: SkipCondition, context: str = "both", every: bool = True, sets: int = 1) -> Change:
    part = tuple(SkipSet(conditions, every) for _ in range(sets))
    return dose(3, skips=lambda row: (*row.skips, ConditionalSkip(SkipContext(context), part, sets > 1)))


def count(logic: CountLogic, doses: int, **parts: Any) -> SkipCondition:
    return SkipCondition(SkipKind.VACCINE_COUNT, count_logic=logic, dose_count=doses, **parts)


def bar(**parts: Any) -> Contraindication:
    return Contraindication("weak-immunity", **parts)


def another_disease(of: PolicySet) -> PolicySet:
    """A second disease beside it, with vaccines, observations and a conflict of its own."""
    own = tuple(Vaccine(f"OTHER-{nth}", "Other", (Association("Other"),)) for nth in range(40))
    series = Series(
        "other", "Other", "Other", (SeriesDose(1, preferable=(VaccineRule("OTHER-1", forecast=True),)),)
    )
    day = Period.parse("1 day")
    return replace(
        of,
        antigens={**of.antigens, "Other": Antigen("Other", (series,))},
        groups={**of.groups, "Other": VaccineGroup("Other", ("Other",))},
        vaccines={**{row.code: row for row in own}, **of.vaccines},
        conflicts=(VaccineConflict("OTHER-1", "OTHER-2", day, day, day),),
    )


CHANGES: dict[str, Change] = {
    "another disease beside it": another_disease,
    "a maximum age": dose(1, ages=lambda row: tuple(replace(age, maximum=Period.parse("60 years")) for age in row.ages)),
    "no minimum but a recommended age": dose(
        1, ages=lambda row: (AgeRule(earliest_recommended=Period.parse("20 years")),)
    ),
    "no age at all": dose(1, ages=lambda row: ()),
    "a recurring dose": dose(2, recurring=lambda row: True),
    "a season": dose(3, season=lambda row: Season(date(2022, 10, 1), date(2023, 3, 31))),
    "a season that is over": dose(3, season=lambda row: Season(None, date(2022, 10, 1))),
    "an interval with priority": dose(
        2, intervals=lambda row: tuple(replace(item, overrides=True) for item in row.intervals)
    ),
    "an interval from a product": dose(
        3,
        intervals=lambda row: (
            *row.intervals,
            IntervalRule(from_most_recent=frozenset({BIBP}), absolute_minimum=Period.parse("300 days")),
        ),
    ),
    "an interval from an observation": dose(
        2, intervals=lambda row: (*row.intervals, IntervalRule(from_observation="weak-immunity", minimum=Period.parse("9 weeks")))
    ),
    "an interval from an infection also for doses before": dose(
        2,
        intervals=lambda row: (
            *row.intervals,
            IntervalRule(from_observation="infection", absolute_minimum=Period.parse("2 weeks")),
        ),
    ),
    "an interval from dose 1 of a later dose": dose(
        3,
        intervals=lambda row: (
            *row.intervals,
            IntervalRule(from_target_dose=1, absolute_minimum=Period.parse("250 days"), minimum=Period.parse("260 days")),
        ),
    ),
    "an allowable interval": dose(
        2, allowable_intervals=lambda row: (IntervalRule(from_previous=True, absolute_minimum=Period.parse("5 days")),)
    ),
    "an inadvertent vaccine": dose(2, inadvertent=lambda row: (VaccineRule(AD5),)),
    "a maker": dose(1, preferable=lambda row: tuple(replace(item, maker="X") for item in row.preferable)),
    "nothing marked as offered": dose(
        2, preferable=lambda row: tuple(replace(item, forecast=False) for item in row.preferable)
    ),
    "ages of products": dose(
        1,
        preferable=lambda row: tuple(
            replace(item, begin_age=Period.parse("30 years"), end_age=Period.parse("50 years")) for item in row.preferable
        ),
    ),
    "products until a day": dose(
        1, preferable=lambda row: tuple(replace(item, cessation_on=date(2021, 6, 1)) for item in row.preferable)
    ),
    "a skip by age": skip(SkipCondition(SkipKind.AGE, begin_age=Period.parse("50 years"))),
    "a skip by interval": skip(SkipCondition(SkipKind.INTERVAL, interval=Period.parse("200 days"))),
    "a skip by count": skip(count(CountLogic.GREATER_THAN, 1, vaccines=frozenset({SINOVAC}))),
    "a skip by a count of doses that count": skip(count(CountLogic.LESS_THAN, 2, valid_only=True), context="forecast"),
    "a skip by a completed series": skip(
        SkipCondition(SkipKind.COMPLETED_SERIES, series_groups=frozenset({"1"})), context="evaluation"
    ),
    "a skip by any of two": skip(
        SkipCondition(SkipKind.AGE, begin_age=Period.parse("70 years")),
        count(CountLogic.EQUAL_TO, 2, begin_on=date(2021, 5, 1), end_on=date(2022, 1, 1)),
        every=False,
    ),
    "a skip by all of two sets": skip(SkipCondition(SkipKind.AGE, begin_age=Period.parse("40 years")), sets=2),
    "a skip that says nothing": skip(),
    "a risk series": default(kind=SeriesKind.RISK, indications=(Indication("weak-immunity"),)),
    "an evaluation-only series": default(kind=SeriesKind.EVALUATION_ONLY),
    "one gender": default(genders=frozenset({"female"})),
    "a series until a day": default(cessation_on=date(2022, 1, 1)),
    "equivalent groups": default(equivalent_groups=frozenset({"2"})),
    "another series group": select(group="2"),
    "another priority": select(priority="B"),
    "a product path": select(product_path=True),
    "a minimum age to start": select(minimum_age_to_start=Period.parse("40 years")),
    "a maximum age to start": select(maximum_age_to_start=Period.parse("40 years")),
    "two defaults": select(default=True),
    "immunity by birth": lambda of: with_antigen(of, immunity=Immunity({}, (BirthImmunity(date(1970, 1, 1)),))),
    "immunity by observation": lambda of: with_antigen(of, immunity=Immunity({"weak-immunity": ""})),
    "a contraindication by age": lambda of: with_antigen(
        of, contraindications=(*of.antigens[GROUP].contraindications, bar(begin_age=Period.parse("60 years")))
    ),
    "a contraindication until a day": lambda of: with_antigen(
        of, contraindications=(*of.antigens[GROUP].contraindications, bar(cessation_on=date(2022, 1, 1)))
    ),
    "a contraindicated vaccine by age": lambda of: with_antigen(
        of, vaccine_contraindications=(bar(vaccines=(ContraindicatedVaccine(BIBP, "", Period.parse("40 years")),)),)
    ),
    "vaccines that conflict": lambda of: replace(
        of,
        conflicts=(
            VaccineConflict(BIBP, SINOVAC, Period.parse("1 day"), Period.parse("24 days"), Period.parse("28 days")),
        ),
    ),
    "a vaccine at some ages": lambda of: replace(
        of,
        vaccines={
            **of.vaccines,
            AD5: replace(of.vaccines[AD5], associations=(Association(GROUP, Period.parse("40 years")),)),
        },
    ),
    "a vaccine of two diseases": lambda of: replace(
        of,
        vaccines={**of.vaccines, AD5: replace(of.vaccines[AD5], associations=(Association(GROUP), Association("Flu")))},
    ),
}  # fmt: skip
#: What the batch carries out after all.
IN_BATCH = {
    "another disease beside it",
    "no age at all",
    "an interval from dose 1 of a later dose",
    "nothing marked as offered",
    "ages of products",
    "products until a day",
    "a contraindication by age",
    "a contraindication until a day",
    "a contraindicated vaccine by age",
}


def people(seed: str, codes: list[str]) -> Iterator[tuple[Patient, list[GivenDose]]]:
    chance = random.Random(seed)
    for _ in range(40):
        birth = ON - timedelta(365 * chance.choice([4, 15, 25, 39, 40, 41, 60, 75]) + chance.randint(0, 400))
        day, first = date(2021, 2, 1) + timedelta(chance.randint(0, 400)), chance.choice(codes)
        doses = []
        for place in range(chance.randint(0, 4)):
            doses.append(GivenDose(f"{place:02}", day, chance.choice([first, first, *codes])))
            day += timedelta(chance.choice([0, 4, 13, 20, 21, 28, 57, 90, 182, 184, 250, 260]))
        seen = [Observation("weak-immunity")] if chance.random() < 0.25 else []
        if chance.random() < 0.3:
            seen.append(Observation("infection", ON - timedelta(chance.randint(0, 500))))
        yield Patient(birth, chance.choice(["female", "male", "unknown"]), tuple(seen)), doses


@pytest.mark.parametrize("name", CHANGES)
def test_batch_and_interpreter_agree_about_every_kind_of_rule(name: str) -> None:
    changed = CHANGES[name](rules())
    assert (uncovered(changed, GROUP) == ()) is (name in IN_BATCH)
    tables = tables_of(changed, ON)
    crowd = list(people(name, [BIBP, SINOVAC, AD5, "ZHIFEI-CHO"]))
    answer = assess_batch(changed, columns_of(tables, crowd), ON)
    for row, (patient, doses) in enumerate(crowd):
        single = advise(changed, patient, doses, ON)
        assert [int(getattr(answer, column)[row]) for column in COLUMNS] == row_of(tables, single)
        assert [code for code in answer.verdicts[row].tolist() if code] == verdicts_of(single)
    assert bool(answer.handed_over.all()) is (name not in IN_BATCH)
