"""What the facts of many people amount to, by vaxkit's batch (`judged`); the same as `judging.judge` says of each of them."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from vaxkit.immunization.batch import STATUSES, Detail, by_tables
from vaxkit.immunization.batch_layout import FIRST, NONE, Tables, day_number, shifted
from vaxkit.immunization.batch_people import REACH, People, observed
from vaxkit.immunization.batch_telling import Day, Told, told
from vaxkit.immunization.policy import PolicySet
from vaxkit.immunization.turning import named_ages, named_days, named_waits
from vaxkit.vocabulary import Status
from yingjie.doses.bulk_reading import Ints, Read


@dataclass(frozen=True)
class Judged:
    """Rows of Standing as columns, days as numbers since 1970-01-01 (NONE: null), numbers 0 for null. `here` marks the people
    who are in them, `alone` those who must be judged one by one. `numbers` n x k is what each dose counts as. `said` has
    products and reasons."""

    here: NDArray[np.bool_]
    alone: NDArray[np.bool_]
    doses_counted: Ints
    next_number: Ints
    earliest_on: Ints
    recommended_on: Ints
    overdue_on: Ints
    completed_on: Ints
    primary_number: Ints
    primary_on: Ints
    deferred_until: Ints
    is_contraindicated: NDArray[np.bool_]
    look_again_on: Ints
    numbers: NDArray[np.int8]
    said: Told


def judged(found: Read, rules: PolicySet, tables: Tables, on: date, group: str) -> Judged:
    """Everybody of `found` who has facts and fits into the batch."""
    entries = found.conditions
    known = np.flatnonzero(entries["code"] >= 0)
    people, beyond = observed(
        tables, found.people, entries["row"][known], entries["code"][known], entries["begin"][known],
        entries["end"][known], on,
    )  # fmt: skip
    answer = by_tables(tables, people, on, beyond | found.odd | ~found.has_facts)
    said = told(rules, tables, people, answer, on)
    here = ~answer.handed_over
    detail = answer.detail
    assert detail is not None
    status = np.where(here, answer.status, 0)
    deferred = status == STATUSES.index(Status.DEFERRED)
    done = status == STATUSES.index(Status.COMPLETE)
    number, primary_on = _primary(people, detail, here)
    return Judged(
        here=here,
        alone=answer.handed_over & found.has_facts,
        doses_counted=answer.counted.astype(np.int32),
        next_number=answer.next_number.astype(np.int32),
        earliest_on=answer.earliest,
        recommended_on=answer.recommended,
        overdue_on=np.where(answer.past_due != NONE, answer.past_due + 1, NONE),
        completed_on=np.where(done, said.days[Day.LAST_COUNTED], NONE),
        primary_number=number,
        primary_on=primary_on,
        deferred_until=np.where(deferred, people.review_on, NONE),
        is_contraindicated=status == STATUSES.index(Status.CONTRAINDICATED),
        look_again_on=_look_again(found, rules, people, said, on),
        numbers=detail.numbers,
        said=said,
    )


def _primary(people: People, detail: Detail, here: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """The number and day of the dose that completed the primary course."""
    some = here & (detail.completed_by >= 0)
    place = np.where(some, detail.completed_by, 0)[:, None]
    number = np.where(some, np.take_along_axis(detail.numbers, place, 1)[:, 0], 0).astype(np.int32)
    return number, np.where(some, np.take_along_axis(people.dose_days, place, 1)[:, 0], NONE).astype(np.int32)


def _look_again(found: Read, rules: PolicySet, people: People, said: Told, on: date) -> Ints:
    """judging._turning_days: the next day on which the answer may be another one, NONE where there is none."""
    today, never = day_number(on), np.int32(2**31 - 1)
    first = np.full(len(found), never, np.int32)
    born = np.clip(people.birth, FIRST, today)
    for age in named_ages(rules):
        day = shifted(age.months, age.days)[born - FIRST]
        np.minimum(first, np.where(day > today, day, never), out=first)
    turning = [number for number in map(day_number, named_days(rules)) if number > today]
    np.minimum(first, min(turning, default=never), out=first)
    held = np.arange(people.dose_days.shape[1]) < people.dose_counts[:, None]
    given = np.where(held, np.clip(people.dose_days, FIRST, REACH), FIRST)
    for wait in named_waits(rules):
        over = shifted(wait.months, wait.days)[given - FIRST]
        np.minimum(first, np.where(held & (over > today), over, never).min(axis=1, initial=never), out=first)
    np.minimum(first, np.where(said.deferred, people.review_on, never), out=first)
    for days in (found.conditions["begin"], found.conditions["end"]):
        ahead = np.flatnonzero((days != NONE) & (days > today))
        np.minimum.at(first, found.conditions["row"][ahead], days[ahead])
    return np.where(first == never, NONE, first).astype(np.int32)


def differing_doses(found: Read, judgement: Judged) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """The doses (places in `found.doses`) of the people in the batch that count as something else than is kept, and what they
    count as now (0: they do not count)."""
    places = np.where(judgement.here[:, None], found.dose_places, -1)
    held = places >= 0
    kept = found.doses["counts_as"][places[held]]
    now = judgement.numbers[held]
    other = kept != now
    return places[held][other], now[other]
