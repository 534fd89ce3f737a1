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
the interpreter, person by person. So are single people whom the arrays cannot hold (`batch_people.handed_over`): a product
that the rules do not know, days outside 1900 to 2100, an infection after the day asked for, and observations that defer or
bar products without a day of review, a dose given before birth. So are those for whose next dose no product may be given.

By tables the batch also says where its answer comes from (`Detail`): from that `batch_telling` makes the products on offer
and the reasons, the same as the interpreter's. Other vaccines (`gaps`) and remarks are not answered in batch; they belong
to one person at a station. numba is imported when the first batch runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vaxkit.immunization.advice import Advice, advise
from vaxkit.immunization.answers import DoseStatus
from vaxkit.immunization.batch_layout import NONE, Ints, Tables, day_number
from vaxkit.immunization.batch_people import People, check_order, covers_day, handed_over, person_of
from vaxkit.immunization.batch_tables import tables_of
from vaxkit.immunization.person import GivenDose
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
DETAILS = (
    "own_earliest",
    "own_recommended",
    "own_past_due",
    "since",
    "row",
    "place",
    "own_reason",
    "completed_by",
)

_VERDICTS = {DoseStatus.VALID: 1, DoseStatus.EXTRANEOUS: 3}

Whole = NDArray[np.int8] | Ints


@dataclass(frozen=True, slots=True)
class Detail:
    """Where an answer comes from, one row a person. `own_…` are the days and the reason of the series itself, before the
    deferral; `row` is the row of the tables that decided the earliest day or bars, `since` the day from which it counts;
    `place` is that of the next target dose, `completed_by` that of the dose which completed the primary course (-1: none).
    `numbers` n x k: the target dose that each dose satisfied, 0 for none. `offers`: a bit for each row of products that
    suits."""

    own_earliest: Ints
    own_recommended: Ints
    own_past_due: Ints
    since: Ints
    row: Ints
    place: Ints
    own_reason: Ints
    completed_by: Ints
    numbers: NDArray[np.int8]
    offers: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """One row a person. `status` and `reason` are places in STATUSES and REASONS, `series` in `tables.series` (-1: none),
    `next_number` and `target` 0 when nothing is next, days as in `People`. `verdicts` n x k: 1 counts, 2 does not,
    3 extra, 0 no dose. `latest` is the last day on which the next dose may be given. `handed_over` marks people whom the
    interpreter assesses: their whole answers are in `advices`. `detail` is None for a program's answer; of people handed
    over it says nothing."""

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
    detail: Detail | None = None
    advices: dict[int, Advice] = field(default_factory=dict)


def written_out(rules: PolicySet, on: date, group: str = "COVID-19") -> Program | None:
    """The rules of the day `on` written out as a program of their own, for those who assess the same people again and
    again: some seconds to half a minute to compile, then several times as fast as the tables. None when the rule set
    holds what the batch cannot carry out."""
    from vaxkit.immunization.batch_program import compiled

    tables = tables_of(rules, on, group)
    return None if tables.uncovered or not covers_day(on) else compiled(rules, tables, on, group)


def assess_batch(
    rules: PolicySet, people: People, on: date, group: str = "COVID-19", *, program: Program | None = None
) -> BatchAnswer:
    """What `advise` answers for each person, as columns. `program` is what `written_out` made of the same rules for the
    same day. Raises ValueError when a row's doses are not in order of day."""
    tables = tables_of(rules, on, group)
    answer = by_tables(tables, people, on) if program is None else _by_program(program, tables, people)
    for row in np.flatnonzero(answer.handed_over).tolist():
        patient, doses = person_of(tables, people, row)
        single = advise(rules, patient, doses, on, group=group)
        answer.advices[row] = single
        _fill(tables, answer, row, single, doses)
    return answer


def by_tables(
    tables: Tables, people: People, on: date, beyond: NDArray[np.bool_] | None = None
) -> BatchAnswer:
    """The part of the answer that the batch gives by itself; rows marked in `handed_over` (and those of `beyond`) are left
    to the caller. Raises ValueError when a row's doses are not in order of day."""
    check_order(people)
    n, handed = len(people), handed_over(tables, people, on)
    if beyond is not None:
        handed |= beyond
    out = np.full((len(COLUMNS) + len(DETAILS), n), NONE, np.int32)
    offers = np.zeros(n, np.int64)
    verdicts, numbers = np.zeros((2, *people.dose_days.shape), np.int8)
    if not handed.all():
        from vaxkit.immunization.batch_kernel import run  # numba: only when a batch is asked for

        columns = (
            *(people.birth, people.dose_days, people.dose_products, people.dose_counts),
            *(people.seen, people.known_from(), people.infected_on, people.reviews(tables)),
        )
        run(columns, handed, day_number(on), tables.flat, out, offers, verdicts, numbers)
        handed |= (out[COLUMNS.index("next_number")] > 0) & (
            offers == 0
        )  # nothing may be given: seldom, and told in words
    found: dict[str, Any] = dict(zip((*COLUMNS, *DETAILS), out, strict=True))
    detail = Detail(**{name: found.pop(name) for name in DETAILS}, numbers=numbers, offers=offers)
    latest = np.full(n, NONE, np.int32)
    return BatchAnswer(**found, latest=latest, verdicts=verdicts, handed_over=handed, detail=detail)


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
        *(people.seen, people.known_from(), people.infected_on, people.reviews(tables), program.ends),
        *(program.found(), np.array(tables.preferences, np.int64), answer.handed_over),
        *(answer.status, answer.counted, answer.next_number, answer.series, answer.target),
        *(answer.earliest, answer.recommended, answer.past_due, answer.reason, answer.verdicts),
    )
    if wrong:
        raise ValueError(f"row {wrong - 1}: doses are not in order of day")
    return answer


def _fill(tables: Tables, answer: BatchAnswer, row: int, single: Advice, doses: Sequence[GivenDose]) -> None:
    """The interpreter's answer in the columns of one row."""
    for name, value in zip(COLUMNS, row_of(tables, single), strict=True):
        getattr(answer, name)[row] = value
    answer.latest[row] = day_number(single.latest_on)
    answer.verdicts[row] = 0
    found = {verdict.dose_id: verdict.status for verdict in single.doses}
    for place, dose in enumerate(sorted(doses, key=lambda item: (item.on, item.id))):
        if dose.id in found:  # doses of other diseases have no verdict
            answer.verdicts[row, place] = _VERDICTS.get(found[dose.id], 2)


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
    return [_VERDICTS.get(row.status, 2) for row in sorted(advice.doses, key=lambda row: row.dose_id)]


def _reason(advice: Advice) -> str:
    place = 1 if advice.next_dose_number is not None else 0
    return advice.because[place].code if len(advice.because) > place else ""
