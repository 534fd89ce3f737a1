"""Scores 考核 of areas over a stretch of issued bulletins, by stated weights.

Each measure is a share from 0 to 1, worked out exactly; a score is the sum of weight × share (weights come to 100), less a
fixed number of points for every card that was confirmed in the time. A measure for which an area has no figure (no lists were
made, nothing was left to do) counts neither for nor against it: its weight goes to the others in proportion. Areas too small to
rank have a score but no place, as in the bulletin (vaxkit.coverage.ranking).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from vaxkit.supervision.cards import Kind
from vaxkit.vocabulary import Source, Text


class Measure(StrEnum):
    """What is measured.

    COVERAGE   first-dose coverage at the end
    PROGRESS   of the people left without a first dose at the beginning, the share that has one at the end
    LISTS      of the people expected by lists, the share that came, over all bulletins
    TIMELY     of the doses recorded in the time, the share that was in the bulletin of its own day
    STEADY     of the bulletins with people left, the share with at least one dose that day
    """

    COVERAGE = "coverage"
    PROGRESS = "progress"
    LISTS = "lists"
    TIMELY = "timely"
    STEADY = "steady"


@dataclass(frozen=True, slots=True)
class Weight:
    measure: Measure
    weight: int
    title: Text


@dataclass(frozen=True, slots=True)
class ScoringRules:
    """`deductions`: points for each confirmed card of a kind. An area is proposed for commendation when it is among the first
    `first` of the ranked areas (at least one), has `at_least` points and no card."""

    weights: tuple[Weight, ...]
    deductions: Mapping[Kind, int]
    first: Fraction
    at_least: int
    source: Source


@dataclass(frozen=True, slots=True)
class Bulletin:
    """An area's figures in one issued bulletin."""

    people: int
    first_dose: int
    doses: int
    late: int
    listed: int
    attended: int


@dataclass(frozen=True, slots=True)
class Score:
    """`shares`: measure → share, None where there is no figure. `place` is None for areas too small to rank or without a score."""

    area: str
    points: Fraction | None
    shares: Mapping[Measure, Fraction | None]
    deducted: int
    place: int | None
    is_proposed: bool


def scores(
    rules: ScoringRules,
    bulletins: Mapping[str, Sequence[Bulletin]],
    cards: Mapping[str, Sequence[Kind]],
    *,
    small_below: int = 30,
) -> tuple[Score, ...]:
    """The scores of the areas of `bulletins` (each area's in the order of days), the best first, those without a place last."""
    found = {}
    for area, rows in sorted(bulletins.items()):
        shares = {weight.measure: _share(weight.measure, rows) for weight in rules.weights}
        deducted = sum(rules.deductions.get(kind, 0) for kind in cards.get(area, ()))
        found[area] = shares, deducted, _points(rules, shares, deducted)
    ranked = {
        area: points
        for area, (_shares, _deducted, points) in found.items()
        if points is not None and bulletins[area][-1].people >= small_below
    }
    last = max(1, int(rules.first * len(ranked)))
    made = []
    for area, (shares, deducted, points) in found.items():
        place = None
        if area in ranked and points is not None:
            place = 1 + sum(other > points for other in ranked.values())
        proposed = place is not None and place <= last and (points or 0) >= rules.at_least
        made.append(Score(area, points, shares, deducted, place, proposed and not cards.get(area)))
    return tuple(sorted(made, key=lambda each: (each.place is None, each.place or 0, each.area)))


def _points(rules: ScoringRules, shares: Mapping[Measure, Fraction | None], deducted: int) -> Fraction | None:
    known = {weight.measure: weight.weight for weight in rules.weights if shares[weight.measure] is not None}
    whole = sum(known.values())
    if not whole:
        return None
    earned = sum(
        (weight * (shares[measure] or Fraction(0)) for measure, weight in known.items()), Fraction(0)
    )
    return max(Fraction(0), Fraction(100) * earned / whole - deducted)


def _share(measure: Measure, rows: Sequence[Bulletin]) -> Fraction | None:
    if not rows:
        return None
    first, last = rows[0], rows[-1]
    match measure:
        case Measure.COVERAGE:
            return _of(last.first_dose, last.people)
        case Measure.PROGRESS:
            left_first, left_last = (max(0, row.people - row.first_dose) for row in (first, last))
            return _of(max(0, left_first - left_last), left_first)
        case Measure.LISTS:
            return _of(sum(row.attended for row in rows), sum(row.listed for row in rows))
        case Measure.TIMELY:
            given, late = sum(row.doses for row in rows), sum(row.late for row in rows)
            return _of(given, given + late)
        case Measure.STEADY:
            days = [row for row in rows if row.people > row.first_dose]
            return _of(sum(row.doses > 0 for row in days), len(days))


def _of(part: int, whole: int) -> Fraction | None:
    return min(Fraction(1), Fraction(part, whole)) if whole > 0 else None
