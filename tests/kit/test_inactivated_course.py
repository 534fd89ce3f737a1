"""The two doses of the inactivated vaccine, as the guide of 29 March 2021 tells it.

Wang Guilan was born on 7 March 1950 and has her first dose on 1 April 2021.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxkit.immunization import Evaluation, Verdict, evaluate, status_on
from vaxkit.immunization.evaluate import GivenDose
from vaxkit.immunization.reasons import TEMPLATES
from vaxkit.ruledata import load_schedule
from vaxkit.vocabulary import Status

COURSE = load_schedule("cn-covid-inactivated-primary")
BIBP, WIBP, SINOVAC, KCONVAC = "BIBP-COVID19", "WIBP-COVID19", "SINOVAC-CORONAVAC", "KANGTAI-KCONVAC"
GUILAN = date(1950, 3, 7)
FIRST = date(2021, 4, 1)


def after(days: int) -> date:
    return FIRST + timedelta(days=days)


def evaluated(*doses: GivenDose, born: date = GUILAN, on: date = FIRST) -> Evaluation:
    return evaluate(born, doses, COURSE, on)


def two_doses(days_between: int) -> Evaluation:
    return evaluated(GivenDose(BIBP, FIRST, "a"), GivenDose(BIBP, after(days_between), "b"))


def verdicts(evaluation: Evaluation) -> list[tuple[Verdict, str, int | None]]:
    return [(result.verdict, result.reason.code, result.number) for result in evaluation.dose_results]


def reasons(evaluation: Evaluation) -> list[str]:
    return [reason.code for reason in evaluation.because]


VALID_1 = (Verdict.VALID, "dose.counts", 1)
VALID_2 = (Verdict.VALID, "dose.counts", 2)


def test_without_a_dose_the_first_is_due_and_never_overdue() -> None:
    nothing = evaluated()
    assert (nothing.status, nothing.next_number, nothing.valid_doses) == (Status.DUE, 1, 0)
    assert (nothing.earliest_on, nothing.recommended_on) == (date(1968, 3, 7), date(1968, 3, 7))
    assert (nothing.overdue_on, nothing.completed_on) == (None, None)
    assert nothing.products == (BIBP, WIBP, SINOVAC)
    assert reasons(nothing) == ["next.first", "age.from"]


@pytest.mark.parametrize(
    ("days", "status"),
    [
        (0, Status.NOT_YET_DUE),
        (13, Status.NOT_YET_DUE),
        (14, Status.NOT_YET_DUE),
        (20, Status.NOT_YET_DUE),
        (21, Status.DUE),
        (55, Status.DUE),
        (56, Status.DUE),
        (57, Status.OVERDUE),
        (400, Status.OVERDUE),
    ],
)
def test_after_the_first_dose_the_second_is_due_from_day_21_and_overdue_from_day_57(
    days: int, status: Status
) -> None:
    waiting = evaluated(GivenDose(BIBP, FIRST), on=after(days))
    assert waiting.status is status
    assert (waiting.next_number, waiting.valid_doses) == (2, 1)
    assert (waiting.earliest_on, waiting.recommended_on, waiting.overdue_on) == (
        after(21),
        after(21),
        after(57),
    )
    assert reasons(waiting) == ["next.after", "next.latest"]


@pytest.mark.parametrize(
    ("days", "notes"),
    [
        (14, ["interval.short_but_counts"]),
        (20, ["interval.short_but_counts"]),
        (21, []),
        (55, []),
        (56, []),
        (57, ["interval.late_but_counts"]),
        (700, ["interval.late_but_counts"]),
    ],
)
def test_a_second_dose_from_day_14_completes_the_course_however_late(days: int, notes: list[str]) -> None:
    done = two_doses(days)
    assert verdicts(done) == [VALID_1, VALID_2]
    assert [note.code for note in done.dose_results[1].notes] == notes
    assert (done.status, done.next_number, done.completed_on) == (Status.COMPLETE, None, after(days))
    assert (done.earliest_on, done.recommended_on, done.overdue_on, done.products) == (None, None, None, ())
    assert reasons(done) == ["course.complete"]


@pytest.mark.parametrize("days", [1, 13])
def test_a_second_dose_before_day_14_does_not_count_and_is_repeated_three_weeks_after_it(days: int) -> None:
    early = two_doses(days)
    assert verdicts(early) == [VALID_1, (Verdict.NOT_VALID, "interval.too_short", None)]
    assert (early.next_number, early.valid_doses) == (2, 1)
    assert (early.earliest_on, early.overdue_on) == (after(days + 21), after(days + 57))
    assert reasons(early) == ["next.repeat", "next.latest"]


def test_the_repeated_dose_completes_the_course() -> None:
    doses = [GivenDose(BIBP, FIRST), GivenDose(BIBP, after(10)), GivenDose(BIBP, after(31))]
    done = evaluated(*doses)
    assert verdicts(done) == [VALID_1, (Verdict.NOT_VALID, "interval.too_short", None), VALID_2]
    assert done.completed_on == after(31)


def test_a_repeat_is_measured_from_the_dose_that_came_too_early() -> None:
    doses = [GivenDose(BIBP, FIRST), GivenDose(BIBP, after(10)), GivenDose(BIBP, after(23))]
    still = evaluated(*doses)
    assert [result.verdict for result in still.dose_results] == [
        Verdict.VALID,
        Verdict.NOT_VALID,
        Verdict.NOT_VALID,
    ]
    assert still.earliest_on == after(44)


def test_a_third_dose_is_extra() -> None:
    doses = [GivenDose(BIBP, FIRST), GivenDose(BIBP, after(21)), GivenDose(BIBP, after(200))]
    done = evaluated(*doses)
    assert verdicts(done)[2] == (Verdict.EXTRANEOUS, "course.already_complete", None)
    assert (done.status, done.completed_on) == (Status.COMPLETE, after(21))


def test_the_same_dose_recorded_twice_is_no_second_dose() -> None:
    twice = evaluated(GivenDose(BIBP, FIRST, "a"), GivenDose(BIBP, FIRST, "b"))
    assert verdicts(twice) == [VALID_1, (Verdict.NOT_VALID, "dose.same_day", None)]
    assert twice.earliest_on == after(21)


def test_another_maker_counts_with_a_note_and_the_first_maker_is_offered_first() -> None:
    mixed = evaluated(GivenDose(SINOVAC, FIRST), GivenDose(WIBP, after(30)))
    assert verdicts(mixed) == [VALID_1, VALID_2]
    assert [note.code for note in mixed.dose_results[1].notes] == ["product.other_maker"]
    assert evaluated(GivenDose(SINOVAC, FIRST)).products == (SINOVAC, BIBP, WIBP)


def test_a_product_of_the_same_kind_counts_but_is_not_offered() -> None:
    started = evaluated(GivenDose(KCONVAC, FIRST))
    assert verdicts(started) == [VALID_1]
    assert started.products == (BIBP, WIBP, SINOVAC)


def test_a_vaccine_of_another_kind_is_left_out_and_moves_nothing() -> None:
    other = evaluated(GivenDose("SOME-FLU-VACCINE", after(-5)), GivenDose(BIBP, FIRST))
    assert verdicts(other) == [(Verdict.NOT_VALID, "product.not_of_course", None), VALID_1]
    assert other.earliest_on == after(21)


def test_impossible_and_too_young_doses_do_not_count() -> None:
    assert verdicts(evaluated(GivenDose(BIBP, date(1950, 3, 6))))[0][:2] == (
        Verdict.NOT_VALID,
        "dose.before_birth",
    )
    born = date(2018, 11, 1)
    assert verdicts(evaluated(GivenDose(BIBP, date(2021, 10, 31)), born=born))[0][:2] == (
        Verdict.NOT_VALID,
        "age.too_young",
    )
    assert verdicts(evaluated(GivenDose(BIBP, date(2021, 11, 1)), born=born)) == [VALID_1]


@pytest.mark.parametrize(
    ("born", "earliest", "products", "why"),
    [
        (date(2003, 4, 1), date(2021, 4, 1), (BIBP, WIBP, SINOVAC), "age.from"),
        (date(2003, 7, 19), date(2021, 7, 19), (BIBP, WIBP, SINOVAC), "age.from"),
        (date(2003, 7, 21), date(2021, 7, 20), (BIBP, SINOVAC), "age.policy_from"),
        (date(2009, 9, 1), date(2021, 9, 1), (BIBP, SINOVAC), "age.from"),
        (date(2009, 12, 1), date(2021, 10, 26), (BIBP, WIBP, SINOVAC), "age.policy_from"),
        (date(2018, 12, 24), date(2021, 12, 24), (BIBP, WIBP, SINOVAC), "age.from"),
    ],
)
def test_younger_people_are_offered_it_from_the_day_their_age_group_was_opened(
    born: date, earliest: date, products: tuple[str, ...], why: str
) -> None:
    young = evaluated(born=born)
    assert (young.earliest_on, young.products) == (earliest, products)
    assert young.because[-1].code == why
    assert young.because[-1].source is not None


def test_a_dose_given_before_the_age_group_was_opened_counts_and_is_flagged() -> None:
    boy = evaluated(GivenDose(BIBP, date(2021, 6, 1)), born=date(2005, 5, 5))
    assert verdicts(boy) == [VALID_1]
    assert [note.code for note in boy.dose_results[0].notes] == ["age.before_policy"]
    assert (boy.earliest_on, boy.overdue_on) == (date(2021, 7, 20), date(2021, 7, 28))
    assert reasons(boy) == ["next.after", "age.policy_from", "next.latest"]


@pytest.mark.parametrize(
    ("on", "birthday"),
    [
        (date(2021, 3, 29), date(2003, 3, 29)),
        (date(2021, 7, 19), date(2003, 7, 19)),
        (date(2021, 7, 20), date(2009, 7, 20)),
        (date(2021, 10, 25), date(2009, 10, 25)),
        (date(2021, 10, 26), date(2018, 10, 26)),
    ],
)
def test_the_youngest_to_be_counted_in_the_denominator(on: date, birthday: date) -> None:
    assert COURSE.born_until(on) == birthday
    assert COURSE.offered_to(birthday, on)
    assert not COURSE.offered_to(birthday + timedelta(days=1), on)


def test_every_reason_reads_in_both_languages() -> None:
    late = evaluated(GivenDose(BIBP, FIRST))
    assert [reason.text.zh for reason in late.because] == [
        "第1剂于2021-04-01接种，第2剂满3周（2021-04-22）起接种。",
        "宜在2021-05-27前（含当日）完成；超期尽早补种，不重新开始。",
    ]
    assert late.because[0].text.en == (
        "Dose 1 was given on 2021-04-01; dose 2 from 3 weeks after it (2021-04-22)."
    )
    assert late.because[0].source is not None
    assert late.because[0].source.document.zh == "《新冠病毒疫苗接种技术指南（第一版）》"
    early = two_doses(13).dose_results[1].reason
    assert early.text.zh == "与前一剂间隔13天，少于14天，不计入，需补种1剂。"
    assert evaluated(born=date(2003, 4, 1)).because[-1].text.zh == "满18岁（2021-04-01）起可接种。"


DOSES = st.lists(
    st.builds(
        GivenDose,
        st.sampled_from([BIBP, WIBP, SINOVAC, KCONVAC, "SOME-FLU-VACCINE"]),
        st.integers(-30, 400).map(after),
        st.uuids().map(str),
    ),
    max_size=5,
    unique_by=lambda dose: dose.key,
)
BIRTHS = st.dates(date(1920, 1, 1), date(2021, 12, 31))
ASKED_ON = st.integers(-400, 800).map(after)


@given(BIRTHS, DOSES, ASKED_ON, ASKED_ON)
def test_only_the_status_depends_on_the_day_asked_for(
    born: date, doses: list[GivenDose], one: date, other: date
) -> None:
    here, there = evaluate(born, doses, COURSE, one), evaluate(born, doses, COURSE, other)
    assert (here.dose_results, here.because) == (there.dose_results, there.because)
    assert (here.earliest_on, here.recommended_on, here.overdue_on) == (
        there.earliest_on,
        there.recommended_on,
        there.overdue_on,
    )
    kept = {
        "complete": here.next_number is None,
        "earliest_on": here.earliest_on,
        "overdue_on": here.overdue_on,
    }
    assert there.status is status_on(**kept, on=other)  # type: ignore[arg-type]


@given(BIRTHS, ASKED_ON)
def test_who_is_in_the_denominator_is_whom_the_forecast_calls_due(born: date, on: date) -> None:
    last = COURSE.born_until(on)
    assert last is not None
    assert COURSE.offered_to(born, on) == (born <= last) == (evaluated(born=born, on=on).status is Status.DUE)


@given(BIRTHS, DOSES, st.randoms(use_true_random=False))
def test_the_order_in_which_doses_are_told_does_not_matter(
    born: date, doses: list[GivenDose], chance: Random
) -> None:
    told = list(doses)
    chance.shuffle(told)
    assert evaluate(born, told, COURSE, FIRST) == evaluate(born, doses, COURSE, FIRST)


@given(BIRTHS, DOSES, ASKED_ON)
def test_the_dates_stand_in_order_and_every_reason_has_words(
    born: date, doses: list[GivenDose], on: date
) -> None:
    found = evaluate(born, doses, COURSE, on)
    dates = [day for day in (found.earliest_on, found.recommended_on, found.overdue_on) if day is not None]
    assert dates == sorted(dates)
    assert len(found.dose_results) == len(doses)
    numbers = [result.number for result in found.dose_results if result.verdict is Verdict.VALID]
    assert numbers == list(range(1, found.valid_doses + 1))
    said = [result.reason for result in found.dose_results] + list(found.because)
    said += [note for result in found.dose_results for note in result.notes]
    assert all("{" not in reason.text.zh + reason.text.en for reason in said)
    assert {reason.code for reason in said} <= set(TEMPLATES)
