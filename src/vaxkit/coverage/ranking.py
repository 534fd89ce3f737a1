"""Fair ranking of areas by coverage, and how places moved.

The rule, printed under every ranked table (`RULE`): competition places ("1224"); equal rates, compared
exactly and not as printed, share a place; areas without a denominator have no place; areas with fewer
people than `small_below` are shown with their figures but not ranked, because one person would move them by
many places. The limit of 30 follows the NCHS Data Presentation Standards for Proportions (Vital and Health
Statistics 2(175), 2017), which do not show proportions of fewer than 30 people. (M)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from vaxkit.coverage.figures import Coverage
from vaxkit.vocabulary import Text

RULE = Text(
    "按接种率由高到低排名，接种率完全相等者并列；应种人数为0的不排名，少于{small_below}人的只列数字、不排名。",
    "Ranked by coverage; exactly equal rates share a place. Areas without people to vaccinate are not"
    " ranked; areas with fewer than {small_below} are listed without a place.",
)


class Standing(StrEnum):
    RANKED = "ranked"
    SMALL = "small"
    NO_DENOMINATOR = "no_denominator"


@dataclass(frozen=True, slots=True)
class Ranked:
    """One row of a ranking. `place` counts from 1 and is None unless `standing` is ranked; `tied` says it
    is shared."""

    key: str
    coverage: Coverage
    standing: Standing
    place: int | None
    tied: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """Today's and yesterday's place (None: not ranked) and places won (positive) or lost; None when either
    lacks."""

    place: int | None
    before: int | None
    moved: int | None


def rank(rows: Iterable[tuple[str, Coverage]], *, small_below: int = 30) -> tuple[Ranked, ...]:
    """Rank (key, coverage) rows: ranked rows by place, then small ones, then those without a denominator;
    keys break ties of order, never of place, so the order of `rows` does not matter. Raises ValueError when
    a key stands twice."""
    given = sorted(rows, key=lambda row: row[0])
    if len({key for key, _ in given}) != len(given):
        raise ValueError("a key stands twice in the rows to rank")
    fair: list[tuple[Fraction, str, Coverage]] = []
    apart: list[Ranked] = []
    for key, coverage in given:
        rate = coverage.rate
        if rate is None:
            apart.append(Ranked(key, coverage, Standing.NO_DENOMINATOR, None))
        elif coverage.denominator < small_below:
            apart.append(Ranked(key, coverage, Standing.SMALL, None))
        else:
            fair.append((rate, key, coverage))
    apart.sort(key=lambda row: row.standing is Standing.NO_DENOMINATOR)
    return (*_places(fair), *apart)


def rank_changes(today: Sequence[Ranked], yesterday: Sequence[Ranked]) -> dict[str, Change]:
    """How each area of `today` moved since `yesterday`, by key, in today's order."""
    before = {row.key: row.place for row in yesterday}
    changes = {}
    for row in today:
        was = before.get(row.key)
        moved = was - row.place if was is not None and row.place is not None else None
        changes[row.key] = Change(row.place, was, moved)
    return changes


def _places(fair: list[tuple[Fraction, str, Coverage]]) -> list[Ranked]:
    ordered = sorted(fair, key=lambda row: (-row[0], row[1]))
    rates = [rate for rate, _, _ in ordered]
    first_of: dict[Fraction, int] = {}
    shared: dict[Fraction, int] = {}
    for place, rate in enumerate(rates, start=1):
        first_of.setdefault(rate, place)
        shared[rate] = shared.get(rate, 0) + 1
    return [
        Ranked(key, coverage, Standing.RANKED, first_of[rate], shared[rate] > 1)
        for rate, key, coverage in ordered
    ]
