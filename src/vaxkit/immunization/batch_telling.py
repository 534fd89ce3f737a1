"""Products on offer and reasons out of a batch (`told`): the interpreter's own words for what `batch.Detail` holds.

Thousands of people share one list of products and one shape of reasons, so both are made once for each distinct case and
people point to them. Days stand in a shape as the name of a column (`Day`), because they differ from person to person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from vaxkit.immunization.answers import Because, Param
from vaxkit.immunization.batch import REASONS, STATUSES, BatchAnswer, Detail
from vaxkit.immunization.batch_layout import (
    AGES,
    BARS,
    INTERVALS,
    NONE,
    TARGETS,
    W_AGE,
    W_BAR,
    W_INTERVAL,
    W_TARGET,
    Ints,
    Tables,
    day_number,
)
from vaxkit.immunization.batch_people import People, day_of
from vaxkit.immunization.model import Basis, Contraindication
from vaxkit.immunization.offers import Offers, ranked
from vaxkit.immunization.policy import PolicySet
from vaxkit.vocabulary import Status

Keys = NDArray[np.int64]
Column = tuple[NDArray[np.int64] | NDArray[np.int32] | NDArray[np.int8], int]
NEXT, DONE, NEEDLESS, BARRED = range(4)


class Day(StrEnum):
    """A day that differs from person to person: of the series' own earliest, recommended and last day in time, the day
    from which the deciding interval runs, the day of review, the day of the last dose that counted."""

    EARLIEST = "earliest"
    RECOMMENDED = "recommended"
    PAST_DUE = "past_due"
    SINCE = "since"
    REVIEW = "review"
    LAST_COUNTED = "last_counted"


@dataclass(frozen=True, slots=True)
class Shape:
    """A reason with the names of days in place of the days."""

    code: str
    facts: tuple[tuple[str, Param | Day], ...]
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """`offers[offered[row]]` are the products for that row, `shapes[reasons[row]]` its reasons, `days` the days in them;
    -1: nothing is told (of people handed over). `deferred` n: a deferral holds."""

    offered: Keys
    offers: tuple[Offers, ...]
    reasons: Keys
    shapes: tuple[tuple[Shape, ...], ...]
    days: dict[Day, Ints]
    deferred: NDArray[np.bool_]


def told(rules: PolicySet, tables: Tables, people: People, answer: BatchAnswer, on: date) -> Told:
    """What `advise` says about products and reasons, for all whom the batch answered by tables."""
    detail = answer.detail
    if detail is None:
        raise ValueError("a program's answer does not say where it comes from")
    kind = _kinds(answer)
    here = ~answer.handed_over
    deferred = here & (kind == NEXT) & (people.reviews(tables) > day_number(on))
    place = np.where(here, (detail.place - tables.flat[TARGETS]) // W_TARGET, 0)
    offered, offers = _offers(rules, tables, people, detail, place, here & (kind == NEXT), on)
    reasons, shapes = _reasons(tables, people, answer, detail, kind, place, deferred)
    valid = answer.verdicts == 1
    days = {
        Day.EARLIEST: detail.own_earliest,
        Day.RECOMMENDED: detail.own_recommended,
        Day.PAST_DUE: detail.own_past_due,
        Day.SINCE: detail.since,
        Day.REVIEW: people.review_on,
        Day.LAST_COUNTED: np.where(valid, people.dose_days, NONE).max(axis=1, initial=NONE).astype(np.int32),
    }
    return Told(offered, offers, reasons, shapes, days, deferred)


def filled(rules: PolicySet, shapes: Sequence[Shape], days: dict[Day, Ints], row: int) -> tuple[Because, ...]:
    """The reasons of one row, as `advise` gives them."""
    return tuple(
        Because(
            shape.code,
            {name: _day(days[fact][row]) if isinstance(fact, Day) else fact for name, fact in shape.facts},
            rules.documents.get(shape.basis.document) if shape.basis is not None else None,
            shape.basis,
        )
        for shape in shapes
    )


def _day(number: np.int32) -> date:
    found = day_of(number)
    assert found is not None
    return found


def _kinds(answer: BatchAnswer) -> Keys:
    """NEXT, DONE, NEEDLESS or BARRED of each row."""
    closed = np.where(answer.status == STATUSES.index(Status.COMPLETE), DONE, NEEDLESS)
    closed = np.where(answer.status == STATUSES.index(Status.CONTRAINDICATED), BARRED, closed)
    found: Keys = np.where(answer.next_number > 0, NEXT, closed).astype(np.int64)
    return found


def _distinct(columns: Sequence[Column], here: NDArray[np.bool_]) -> tuple[Keys, Keys]:
    """The number of the distinct combination of columns for each row (-1 where not `here`), and for each combination a
    row that has it. Columns come with the count of values they may take, from 0."""
    rows = np.flatnonzero(here)
    key = np.zeros(len(rows), np.int64)
    for column, count in columns:
        key = key * count + column[rows]
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    found = np.full(len(here), -1, np.int64)
    found[rows] = inverse
    return found, rows[first]


# Products


def _offers(
    rules: PolicySet,
    tables: Tables,
    people: People,
    detail: Detail,
    place: Keys,
    here: NDArray[np.bool_],
    on: date,
) -> tuple[Keys, tuple[Offers, ...]]:
    wanted = sorted({row.same_as_dose for row in rules.preferences if row.same_as_dose is not None})
    _, bits = np.unique(detail.offers, return_inverse=True)
    given = [_product_at(people, detail, number) for number in wanted]
    columns: list[Column] = [
        (bits, int(bits.max(initial=0)) + 1),
        (place, len(tables.targets)),
        ((people.dose_counts == 0).astype(np.int64), 2),
        *((product + 1, len(tables.products) + 1) for product in given),
    ]
    found, examples = _distinct(columns, here)
    offers = []
    for row in examples.tolist():
        by_target = {
            number: tables.products[int(product[row])]
            for number, product in zip(wanted, given, strict=True)
            if product[row] >= 0
        }
        suiting = _suiting(tables, int(place[row]), int(detail.offers[row]), people.dose_counts[row] == 0)
        offers.append(ranked(rules, suiting, by_target, on))
    return found, tuple(offers)


def _product_at(people: People, detail: Detail, number: int) -> NDArray[np.int64]:
    """The product that satisfied the target dose of that number, -1 where none did."""
    products = np.where(detail.numbers == number, people.dose_products, -1)
    found: Keys = products.max(axis=1, initial=-1).astype(np.int64)
    return found


def _suiting(
    tables: Tables, place: int, bits: int, is_first: bool
) -> list[tuple[tuple[str, int], list[str]]]:
    """The products whose bits are set, by target dose."""
    series, dose = tables.targets[place]
    found: dict[tuple[str, int], list[str]] = {(series.name, dose.number): []}
    rows = [(place, row) for row in tables.offers[place]] + (list(tables.starts[place]) if is_first else [])
    for other, _ in rows:
        found.setdefault((tables.targets[other][0].name, tables.targets[other][1].number), [])
    for nth, (other, row) in enumerate(rows):
        if bits >> nth & 1:
            found[tables.targets[other][0].name, tables.targets[other][1].number].append(row.vaccine)
    return list(found.items())


# Reasons


def _reasons(
    tables: Tables,
    people: People,
    answer: BatchAnswer,
    detail: Detail,
    kind: Keys,
    place: Keys,
    deferred: NDArray[np.bool_],
) -> tuple[Keys, tuple[tuple[Shape, ...], ...]]:
    here = ~answer.handed_over
    by = np.zeros(len(people), np.int64) if people.deferred_by is None else np.maximum(people.deferred_by, 0)
    row = np.where(detail.row >= 0, detail.row - tables.flat[TARGETS] + 1, 0)
    columns: list[Column] = [
        (kind, 4),
        (np.where(kind == NEXT, place, answer.series), max(len(tables.targets), len(tables.series)) + 1),
        (row, len(tables.flat)),
        (detail.own_reason, len(REASONS)),
        (answer.next_number, 32),
        ((detail.own_recommended != detail.own_earliest).astype(np.int64), 2),
        ((detail.own_past_due != NONE).astype(np.int64), 2),
        (np.where(deferred, by + 1, 0), len(tables.deferrals) + 1),
    ]
    found, examples = _distinct(columns, here)
    shapes = tuple(
        _shapes(
            tables,
            answer,
            detail,
            nth,
            int(kind[nth]),
            int(place[nth]),
            int(by[nth]) if deferred[nth] else -1,
        )
        for nth in examples.tolist()
    )
    return found, shapes


def _shapes(
    tables: Tables, answer: BatchAnswer, detail: Detail, nth: int, kind: int, place: int, deferral: int
) -> tuple[Shape, ...]:
    """forecasting._told, _need and barriers._told, and advice._told for a deferral."""
    if kind == BARRED:
        return (_barred(tables.bars[_ordinal(tables, BARS, W_BAR, detail.row[nth])]),)
    if kind != NEXT:
        return (_closed(tables, int(answer.series[nth]), kind),)
    dose = tables.targets[place][1]
    shapes = [Shape("next.dose", (("number", int(answer.next_number[nth])),), dose.basis)]
    shapes.append(_earliest(tables, REASONS[int(detail.own_reason[nth])], int(detail.row[nth])))
    if detail.own_recommended[nth] != detail.own_earliest[nth]:
        shapes.append(Shape("recommended", (("on", Day.RECOMMENDED),), dose.basis))
    if detail.own_past_due[nth] != NONE:
        shapes.append(Shape("past_due", (("on", Day.PAST_DUE),), dose.basis))
    if deferral >= 0:
        rule = tuple(tables.deferrals.values())[deferral]
        shapes.append(_deferred(rule))
    return tuple(shapes)


def _closed(tables: Tables, series: int, kind: int) -> Shape:
    basis = next(row.basis for row, _ in tables.targets if row.name == tables.series[series])
    if kind == DONE:
        return Shape("series.complete_on", (("on", Day.LAST_COUNTED),), basis)
    return Shape("history.sufficient", (), basis)


def _earliest(tables: Tables, code: str, row: int) -> Shape:
    flat = tables.flat
    if row < 0:
        return Shape(code, () if code == "earliest.birth" else (("on", Day.EARLIEST),))
    if row < flat[INTERVALS]:
        age = tables.ages[_ordinal(tables, AGES, W_AGE, row)]
        youngest = age.minimum or age.absolute_minimum
        facts: tuple[tuple[str, Param | Day], ...] = (("minimum", youngest.text if youngest else ""),)
        basis = age.basis
    else:
        interval = tables.intervals[_ordinal(tables, INTERVALS, W_INTERVAL, row)]
        least = interval.minimum or interval.absolute_minimum
        facts, basis = (("minimum", least.text if least else ""), ("since", Day.SINCE)), interval.basis
    if code == "earliest.age_rule":
        facts = ()
    return Shape(code, (*facts, ("on", Day.EARLIEST)), basis)


def _barred(rule: Contraindication) -> Shape:
    facts: list[tuple[str, Param | Day]] = [("observation", rule.observation), ("title", rule.title)]
    if rule.text is not None:
        facts += [("text_zh", rule.text.zh), ("text_en", rule.text.en)]
    return Shape("contraindicated", tuple(facts), rule.basis)


def _deferred(rule: Contraindication) -> Shape:
    facts: list[tuple[str, Param | Day]] = [("observation", rule.observation)]
    if rule.text is not None:
        facts += [("title", rule.text.zh), ("text_zh", rule.text.zh), ("text_en", rule.text.en)]
    return Shape("contraindicated.deferral", (*facts, ("review_on", Day.REVIEW)), rule.basis)


def _ordinal(tables: Tables, kind: int, width: int, row: int | np.int32) -> int:
    """Which row of its kind it is."""
    return int((int(row) - int(tables.flat[kind])) // width)
