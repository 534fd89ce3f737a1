"""Everybody at once: `assess_batch`, the second execution of the same rules.

The interpreter (`advise`) and the batch read one `PolicySet`. The batch turns it into tables (`batch_tables`) and follows
the interpreter's steps in one compiled loop (`batch_kernel`, compiled once for all rule sets). For those who ask again and
again, `written_out` makes the rules of a day a program of their own (`batch_source`, `batch_program`), which takes longer to
compile and runs several times as fast. Both cover the part of the model that the campaign's policies use:

    one vaccine group with one antigen; standard series with one default; ages, intervals (from the dose before, from a
    target dose, from the infection), preferable and allowable products, skips and conditions (`When`); effective and
    cessation days; contraindications and a deferral until a day; selection of the best series with its points

What a rule set holds beyond that is read from the data (`uncovered(rules)`): risk series, recurring or seasonal doses,
vaccine conflicts, immunity, maximum ages, skips by counts or completed series, and so on. Then everybody is handed to
the interpreter, person by person. So are single people whom the arrays cannot hold (`handed_over`): a product that the
rules do not know, days outside 1900 to 2100, an infection after the day asked for, and observations that defer or bar
products without a day of review.

Other vaccines (`gaps`), products and remarks are not answered in batch; they belong to one person at a station.
numba is imported when the first batch runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vaxkit.immunization.advice import Advice, advise
from vaxkit.immunization.answers import DoseStatus
from vaxkit.immunization.batch_limits import INFECTION
from vaxkit.immunization.batch_tables import (
    EPOCH,
    FIRST,
    LAST,
    NONE,
    Ints,
    Tables,
    day_number,
    tables_of,
)
from vaxkit.immunization.person import GivenDose, Observation, Patient
from vaxkit.immunization.policy import PolicySet
from vaxkit.vocabulary import Status

if TYPE_CHECKING:
    from vaxkit.immunization.batch_program import Program

STATUSES = (
    Status.NOT_YET_DUE,
    Status.DUE,
    Status.OVERDUE,
    Status.COMPLETE,
    Status.DEFERRED,
    Status.CONTRAINDICATED,
)
REASONS = (
    "earliest.birth",
    "earliest.age",
    "earliest.interval",
    "earliest.last_dose",
    "earliest.age_rule",
    "series.complete_on",
    "history.sufficient",
    "contraindicated",
    "contraindicated.deferral",
    "",
)
COLUMNS = (
    "status",
    "counted",
    "next_number",
    "series",
    "target",
    "earliest",
    "recommended",
    "past_due",
    "reason",
)


Whole = NDArray[np.int8] | Ints


@dataclass(frozen=True, slots=True)
class People:
    """Columns of n people. Days are whole numbers since 1970-01-01, `NONE` (batch_tables) is no day.

    `birth` n; `dose_days` n x k, in order of day in each row, `NONE` behind the last; `dose_products` n x k, places in
    `tables.products` (-1: none, or a product that the rules do not know); `dose_counts` n; `seen` n, a bit for each place
    in `tables.observations` that is known without a day; `infected_on` n; `review_on` n, the day on which a deferral
    ends.
    """

    birth: Ints
    dose_days: Ints
    dose_products: NDArray[np.int8]
    dose_counts: NDArray[np.int8]
    seen: Ints
    infected_on: Ints
    review_on: Ints

    def __len__(self) -> int:
        return int(self.birth.shape[0])


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """One row a person. `status` and `reason` are places in STATUSES and REASONS, `series` in `tables.series` (-1: none),
    `next_number` and `target` 0 when nothing is next, days as in `People`. `verdicts` n x k: 1 counts, 2 does not,
    3 extra, 0 no dose. `latest` is the last day on which the next dose may be given. `handed_over` marks people whom the
    interpreter assessed."""

    status: Whole
    counted: Whole
    next_number: Whole
    series: Whole
    target: Whole
    earliest: Ints
    recommended: Ints
    past_due: Ints
    latest: Ints
    reason: Whole
    verdicts: NDArray[np.int8]
    handed_over: NDArray[np.bool_]


def written_out(rules: PolicySet, on: date, group: str = "COVID-19") -> Program | None:
    """The rules of the day `on` written out as a program of their own, for those who assess the same people again and
    again: some seconds to half a minute to compile, then several times as fast as the tables. None when the rule set
    holds what the batch cannot carry out."""
    from vaxkit.immunization.batch_program import compiled

    tables = tables_of(rules, on, group)
    return None if tables.uncovered or not _covers_day(on) else compiled(rules, tables, on, group)


def assess_batch(
    rules: PolicySet, people: People, on: date, group: str = "COVID-19", *, program: Program | None = None
) -> BatchAnswer:
    """What `advise` answers for each person, as columns. `program` is what `written_out` made of the same rules for the
    same day. Raises ValueError when a row's doses are not in order of day."""
    tables = tables_of(rules, on, group)
    if program is not None:
        answer = _by_program(program, tables, people)
        _hand_over(rules, tables, people, on, group, answer)
        return answer
    _check_order(people)
    handed = handed_over(tables, people, on)
    out = np.full((len(people), len(COLUMNS)), NONE, np.int32)
    verdicts = np.zeros(people.dose_days.shape, np.int8)
    if not handed.all():
        from vaxkit.immunization.batch_kernel import run  # numba: only when a batch is asked for

        columns = (
            people.birth,
            people.dose_days,
            people.dose_products,
            people.dose_counts,
            people.seen,
            people.infected_on,
            _reviews(tables, people),
        )
        run(columns, handed, day_number(on), tables.flat, out, verdicts)
    columns_found = {name: out[:, place] for place, name in enumerate(COLUMNS)}
    latest = np.full(len(people), NONE, np.int32)
    answer = BatchAnswer(**columns_found, latest=latest, verdicts=verdicts, handed_over=handed)
    _hand_over(rules, tables, people, on, group, answer)
    return answer


def _by_program(program: Program, tables: Tables, people: People) -> BatchAnswer:
    n, width = len(people), people.dose_days.shape[1]
    answer = BatchAnswer(
        status=np.empty(n, np.int8),
        counted=np.empty(n, np.int8),
        next_number=np.empty(n, np.int8),
        series=np.empty(n, np.int8),
        target=np.empty(n, np.int8),
        earliest=np.empty(n, np.int32),
        recommended=np.empty(n, np.int32),
        past_due=np.empty(n, np.int32),
        latest=np.full(n, NONE, np.int32),
        reason=np.empty(n, np.int8),
        verdicts=np.empty((n, width), np.int8),
        handed_over=np.empty(n, np.bool_),
    )
    wrong = program.run(
        *(people.birth, people.dose_days, people.dose_products, people.dose_counts),
        *(people.seen, people.infected_on, _reviews(tables, people), program.ends),
        *(program.found(), np.array(tables.preferences, np.int64), answer.handed_over),
        *(answer.status, answer.counted, answer.next_number, answer.series, answer.target),
        *(answer.earliest, answer.recommended, answer.past_due, answer.reason, answer.verdicts),
    )
    if wrong:
        raise ValueError(f"row {wrong - 1}: doses are not in order of day")
    return answer


def _hand_over(
    rules: PolicySet, tables: Tables, people: People, on: date, group: str, answer: BatchAnswer
) -> None:
    """Person by person, for those whom the arrays cannot hold."""
    for row in np.flatnonzero(answer.handed_over):
        single = advise(rules, *person_of(tables, people, int(row)), on, group=group)
        for name, value in zip(COLUMNS, row_of(tables, single), strict=True):
            getattr(answer, name)[row] = value
        answer.latest[row] = day_number(single.latest_on)
        answer.verdicts[row, : len(single.doses)] = verdicts_of(single)
        answer.verdicts[row, len(single.doses) :] = 0


def _reviews(tables: Tables, people: People) -> Ints:
    """Days of review, none where the rules know no deferral."""
    return people.review_on if tables.deferral else np.full(len(people), NONE, np.int32)


def _covers_day(on: date) -> bool:
    """The tables must reach far enough ahead for every age that a rule may name."""
    return FIRST <= day_number(on) <= LAST - 366 * 65


def handed_over(tables: Tables, people: People, on: date) -> NDArray[np.bool_]:
    """Who must be assessed one by one, because of the rules or of the person's own data."""
    if tables.uncovered or not _covers_day(on):
        return np.ones(len(people), np.bool_)
    held = np.arange(people.dose_days.shape[1]) < people.dose_counts[:, None]
    days_out = (people.dose_days < FIRST) | (people.dose_days > LAST - 366 * 65)
    infected = people.infected_on
    handed: NDArray[np.bool_] = (
        ((days_out | (people.dose_products < 0)) & held).any(axis=1)
        | (people.birth < FIRST)
        | (people.birth > day_number(on))
        | ((infected != NONE) & ((infected > day_number(on)) | (infected < FIRST)))
        | ((people.seen & tables.deferral_mask) != 0)
    )
    return handed


def person_of(tables: Tables, people: People, row: int) -> tuple[Patient, list[GivenDose]]:
    """A row as the interpreter takes it."""
    seen = [
        Observation(code)
        for place, code in enumerate(tables.observations)
        if int(people.seen[row]) >> place & 1
    ]
    if people.infected_on[row] != NONE:
        seen.append(Observation(INFECTION, day_of(people.infected_on[row])))
    review = day_of(people.review_on[row])
    if review is not None and tables.deferral:
        seen.append(Observation(tables.deferral, until=review - timedelta(days=1)))
    doses = [
        GivenDose(f"{place:02}", day, tables.products[product] if product >= 0 else "unknown")
        for place in range(people.dose_counts[row])
        for product in (int(people.dose_products[row, place]),)
        if (day := day_of(people.dose_days[row, place])) is not None
    ]
    birth = day_of(people.birth[row])
    assert birth is not None
    return Patient(birth, observations=tuple(seen)), doses


def row_of(tables: Tables, advice: Advice) -> list[int]:
    """An answer of the interpreter as the batch writes it, in the order of COLUMNS."""
    reason = "contraindicated.deferral" if advice.status is Status.DEFERRED else _reason(advice)
    days = (advice.earliest_on, advice.recommended_on, advice.past_due_on)
    return [
        STATUSES.index(advice.status),
        advice.doses_counted,
        advice.next_dose_number or 0,
        tables.series.index(advice.series) if advice.series in tables.series else -1,
        advice.target or 0,
        *(day_number(day) for day in days),
        REASONS.index(reason) if reason in REASONS else REASONS.index(""),
    ]


def verdicts_of(advice: Advice) -> list[int]:
    """Verdicts in order of the doses."""
    codes = {DoseStatus.VALID: 1, DoseStatus.EXTRANEOUS: 3}
    return [codes.get(row.status, 2) for row in sorted(advice.doses, key=lambda row: row.dose_id)]


def day_of(number: int | np.int32) -> date | None:
    """The day that a number stands for."""
    return None if number == NONE else date.fromordinal(int(number) + EPOCH)


def columns_of(
    tables: Tables, people: Sequence[tuple[Patient, Sequence[GivenDose]]], width: int = 8
) -> People:
    """People as columns, for callers that hold objects. Observations with days other than the infection are not carried:
    callers give those a day of review. Raises ValueError for someone with more than `width` doses."""
    n = len(people)
    days = np.full((n, width), NONE, np.int32)
    products = np.full((n, width), -1, np.int8)
    seen, infected = np.zeros(n, np.int32), np.full(n, NONE, np.int32)
    for row, (patient, doses) in enumerate(people):
        if len(doses) > width:
            raise ValueError(f"row {row} has {len(doses)} doses, more than {width}")
        for place, dose in enumerate(sorted(doses, key=lambda item: (item.on, item.id))):
            days[row, place] = day_number(dose.on)
            products[row, place] = (
                tables.products.index(dose.vaccine) if dose.vaccine in tables.products else -1
            )
        for observation in patient.observations:
            if observation.code == INFECTION:
                infected[row] = max(infected[row], np.int32(day_number(observation.on)))
            elif observation.code in tables.observations:
                seen[row] |= 1 << tables.observations.index(observation.code)
    birth = np.array([day_number(patient.birth_on) for patient, _ in people], np.int32)
    counts = np.array([len(doses) for _, doses in people], np.int8)
    return People(birth, days, products, counts, seen, infected, np.full(n, NONE, np.int32))


def _reason(advice: Advice) -> str:
    place = 1 if advice.next_dose_number is not None else 0
    return advice.because[place].code if len(advice.because) > place else ""


def _check_order(people: People) -> None:
    held = np.arange(1, people.dose_days.shape[1]) < people.dose_counts[:, None]
    wrong = (np.diff(people.dose_days.astype(np.int64), axis=1) < 0) & held
    if wrong.any():
        raise ValueError(f"row {int(np.flatnonzero(wrong.any(axis=1))[0])}: doses are not in order of day")
