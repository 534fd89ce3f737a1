"""What stands in the way without being a dose rule: contraindications, deferrals with a day of review, other vaccines."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from vaxkit.immunization.advice import Advice, advise
from vaxkit.immunization.gaps import other_free_from
from vaxkit.immunization.person import GivenDose, Observation, Patient
from vaxkit.immunization.policy import PolicySet
from vaxkit.ruledata.policies import policies_in_force

FIRST = GivenDose("1", date(2021, 4, 1), "BIBP-COVID19")


@cache
def in_force(on: date) -> PolicySet:
    return policies_in_force(on)


def asked(
    on: str,
    *seen: Observation,
    born: str = "1980-06-15",
    others: tuple[GivenDose, ...] = (),
    doses: tuple[GivenDose, ...] = (FIRST,),
) -> Advice:
    day = date.fromisoformat(on)
    return advise(
        in_force(day), Patient(date.fromisoformat(born), observations=seen), doses, day, others=others
    )


def other(vaccine: str, on: str) -> GivenDose:
    return GivenDose(f"o-{on}", date.fromisoformat(on), vaccine)


@pytest.mark.parametrize(
    "code",
    [
        "allergy-to-component",
        "severe-reaction-to-vaccine",
        "uncontrolled-epilepsy",
        "severe-neurological-disease",
    ],
)
def test_a_contraindication_bars_and_says_why(code: str) -> None:
    answer = asked("2021-05-01", Observation(code))
    assert (answer.status, answer.earliest_on, answer.products) == ("contraindicated", None, ())
    assert answer.because[0].source is not None
    assert answer.because[0].source.on == date(2021, 3, 29)


@pytest.mark.parametrize(
    ("on", "born", "status"),
    [
        ("2022-11-28", "1950-01-01", "contraindicated"),
        ("2022-11-29", "1950-01-01", "deferred"),
        ("2022-11-29", "1962-11-29", "deferred"),
        ("2022-11-29", "1962-11-30", "contraindicated"),
    ],
)
def test_from_60_epilepsy_in_attack_defers_since_the_plan_for_the_elderly(
    on: str, born: str, status: str
) -> None:
    answer = asked(on, Observation("uncontrolled-epilepsy", date(2022, 11, 20)), born=born)
    assert answer.status == status
    assert answer.review_on == (date(2022, 12, 20) if status == "deferred" else None)


@pytest.mark.parametrize(
    ("on", "born", "code", "status"),
    [
        ("2022-11-28", "1950-01-01", "chronic-disease-uncontrolled", "deferred"),
        ("2022-11-29", "1950-01-01", "chronic-disease-uncontrolled", "due"),
        ("2022-11-29", "1962-11-30", "chronic-disease-uncontrolled", "deferred"),
        ("2022-11-29", "1950-01-01", "chronic-disease-acute-phase", "deferred"),
        ("2022-11-29", "1950-01-01", "fever", "deferred"),
        ("2022-11-29", "1950-01-01", "chronic-disease-terminal", "contraindicated"),
        ("2022-11-29", "1962-11-30", "chronic-disease-terminal", "due"),
        ("2022-11-29", "1950-01-01", "severe-reaction-to-vaccine", "contraindicated"),
    ],
)
def test_the_four_standards_of_the_plan_for_the_elderly(on: str, born: str, code: str, status: str) -> None:
    seen = Observation(code, date(2022, 11, 26))
    assert asked(on, seen, born=born, doses=()).status == status


@pytest.mark.parametrize(
    ("on", "status", "earliest"),
    [("2021-05-06", "deferred", "2021-05-07"), ("2021-05-07", "due", "2021-04-22")],
)
def test_a_deferral_ends_on_the_day_of_review(on: str, status: str, earliest: str) -> None:
    answer = asked(on, Observation("fever", date(2021, 4, 30)))
    assert (answer.status, answer.earliest_on) == (status, date.fromisoformat(earliest))


def test_the_doctors_own_day_goes_before_the_default() -> None:
    seen = Observation("fever", date(2021, 4, 30), until=date(2021, 5, 2))
    assert asked("2021-05-02", seen).review_on == date(2021, 5, 3)
    assert asked("2021-05-03", seen).status == "due"


def test_a_deferral_that_ends_before_the_dose_is_due_changes_nothing() -> None:
    answer = asked("2021-04-10", Observation("fever", date(2021, 4, 9)))
    assert (answer.status, answer.earliest_on, answer.review_on) == (
        "not_yet_due",
        date(2021, 4, 22),
        date(2021, 4, 16),
    )


def test_a_contraindication_goes_before_a_deferral() -> None:
    assert (
        asked(
            "2021-05-01", Observation("fever", date(2021, 4, 30)), Observation("allergy-to-component")
        ).status
        == "contraindicated"
    )


def test_pregnancy_defers_and_what_was_given_counts() -> None:
    answer = asked("2021-05-01", Observation("pregnancy", date(2021, 4, 10)))
    assert (answer.status, answer.doses_counted, answer.review_on) == ("deferred", 1, date(2022, 2, 10))


@pytest.mark.parametrize(
    ("vaccine", "given", "on", "status", "earliest"),
    [
        ("OTHER", "2021-04-20", "2021-05-03", "not_yet_due", "2021-05-05"),  # day 13
        ("OTHER", "2021-04-20", "2021-05-05", "due", "2021-05-05"),  # day 15
        ("HEPATITIS-B", "2021-04-20", "2021-05-03", "not_yet_due", "2021-05-05"),
        ("RABIES", "2021-04-20", "2021-04-22", "due", "2021-04-22"),
        ("TETANUS", "2021-04-22", "2021-04-22", "due", "2021-04-22"),
        ("IMMUNOGLOBULIN", "2021-04-22", "2021-04-22", "due", "2021-04-22"),
        ("INFLUENZA-INACTIVATED", "2021-04-20", "2021-04-22", "not_yet_due", "2021-05-05"),
    ],
)
def test_other_vaccines_stand_more_than_14_days_apart(
    vaccine: str, given: str, on: str, status: str, earliest: str
) -> None:
    answer = asked(on, others=(other(vaccine, given),))
    assert (answer.status, answer.earliest_on) == (status, date.fromisoformat(earliest))


@pytest.mark.parametrize(
    ("on", "born", "vaccine", "status"),
    [
        ("2022-10-10", "1980-01-01", "INFLUENZA-INACTIVATED", "due"),
        ("2022-10-10", "2004-10-10", "INFLUENZA-INACTIVATED", "due"),
        ("2022-10-10", "2004-10-11", "INFLUENZA-INACTIVATED", "not_yet_due"),
        ("2022-10-10", "1980-01-01", "INFLUENZA-LIVE-NASAL", "not_yet_due"),
    ],
)
def test_influenza_on_the_same_day_from_18_since_the_season_2022(
    on: str, born: str, vaccine: str, status: str
) -> None:
    assert asked(on, born=born, others=(other(vaccine, on),), doses=()).status == status


@pytest.mark.parametrize(
    ("code", "given", "on", "born", "status", "review"),
    [
        ("other-vaccine", "2021-04-20", "2021-05-03", "1980-06-15", "deferred", "2021-05-05"),  # day 13
        (
            "other-vaccine",
            "2021-04-20",
            "2021-05-04",
            "1980-06-15",
            "deferred",
            "2021-05-05",
        ),  # day 14: open, strict
        ("other-vaccine", "2021-04-20", "2021-05-05", "1980-06-15", "due", None),  # day 15
        ("other-vaccine", "2019-04-20", "2021-05-05", "1980-06-15", "due", None),
        ("influenza-vaccine", "2021-04-20", "2021-05-04", "1980-06-15", "deferred", "2021-05-05"),
        ("influenza-vaccine", "2022-09-10", "2022-09-14", "1980-06-15", "deferred", "2022-09-25"),
        ("influenza-vaccine", "2022-09-10", "2022-09-15", "1980-06-15", "due", None),
        ("influenza-vaccine", "2022-10-10", "2022-10-10", "2004-10-10", "due", None),
        ("influenza-vaccine", "2022-10-10", "2022-10-10", "2004-10-11", "deferred", "2022-10-25"),
        ("live-influenza-vaccine", "2022-10-10", "2022-10-24", "1980-06-15", "deferred", "2022-10-25"),
        ("live-influenza-vaccine", "2022-10-10", "2022-10-25", "1980-06-15", "due", None),
    ],
)
def test_another_vaccine_known_as_an_observation_defers(
    code: str, given: str, on: str, born: str, status: str, review: str | None
) -> None:
    answer = asked(on, Observation(code, date.fromisoformat(given)), born=born, doses=())
    assert (answer.status, answer.review_on) == (status, date.fromisoformat(review) if review else None)
    if review:
        assert answer.because[-1].basis is not None and "/gap." in answer.because[-1].basis.document


def test_a_gap_that_was_not_kept_is_a_note_and_the_dose_counts() -> None:
    answer = asked("2021-04-10", others=(other("OTHER", "2021-04-14"),))
    assert answer.doses_counted == 1
    assert [(row.code, row.params["days"]) for row in answer.remarks["1"]] == [("gap.too_close", 13)]


def test_when_another_vaccine_may_follow() -> None:
    rules = in_force(date(2021, 4, 10))
    born, on = date(1980, 6, 15), date(2021, 4, 10)
    assert other_free_from(rules, [FIRST], "OTHER", born, on) == date(2021, 4, 16)
    assert other_free_from(rules, [FIRST], "RABIES", born, on) is None


def test_remarks_on_late_early_and_mixed_doses() -> None:
    late = GivenDose("2", date(2021, 5, 28), "SINOVAC-CORONAVAC")
    early = GivenDose("2", date(2021, 4, 15), "BIBP-COVID19")
    assert [row.code for row in asked("2021-06-01", doses=(FIRST, late)).remarks["2"]] == [
        "interval.late",
        "product.other_maker",
    ]
    assert [row.code for row in asked("2021-06-01", doses=(FIRST, early)).remarks["2"]] == ["interval.grace"]
    assert asked("2021-06-01").remarks == {}


def test_who_is_too_young_for_a_booster_comes_back_on_her_birthday() -> None:
    doses = (
        GivenDose("1", date(2021, 8, 1), "BIBP-COVID19"),
        GivenDose("2", date(2021, 8, 22), "BIBP-COVID19"),
    )
    answer = asked("2022-03-01", born="2004-06-15", doses=doses)
    assert (answer.status, answer.reopens_on) == ("complete", date(2022, 6, 15))
