"""Conditions (`When`) and periods as rows of the batch's tables (`Conditions`).

A condition becomes clauses, of which one must hold, and a clause tests, of which all must hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from vaxkit.immunization.batch_layout import (
    AFTER,
    AGE_FROM,
    DOSE_SINCE,
    GIVEN,
    INFECTED,
    LAST_EVENT,
    SEEN,
)
from vaxkit.immunization.batch_limits import INFECTION
from vaxkit.immunization.periods import Period
from vaxkit.immunization.when import When


@dataclass(slots=True)
class Conditions:
    """Rows gathered so far, by the names of products and observations in their places."""

    products: tuple[str, ...]
    observations: tuple[str, ...]
    periods: dict[tuple[int, int], int] = field(default_factory=dict)
    whens: list[tuple[int, int]] = field(default_factory=list)
    clauses: list[tuple[int, int]] = field(default_factory=list)
    tests: list[tuple[int, int, int]] = field(default_factory=list)

    def period(self, period: Period | None) -> int:
        """The place of the period, -1 for none."""
        if period is None:
            return -1
        return self.periods.setdefault((period.months, period.days), len(self.periods))

    def mask(self, codes: Iterable[str]) -> int:
        """Bits of observations."""
        return sum(1 << self.observations.index(code) for code in set(codes) if code in self.observations)

    def products_mask(self, codes: Iterable[str]) -> int:
        """Bits of products."""
        return sum(1 << self.products.index(code) for code in set(codes) if code in self.products)

    def when(self, when: When | None) -> int:
        """The place of the condition, -1 for none. Two rows with the same condition share it."""
        if when is None:
            return -1
        begin = len(self.clauses)
        for clause in self._either(when, positive=True):
            self.clauses.append((len(self.tests), len(self.tests) + len(clause)))
            self.tests += clause
        self.whens.append((begin, len(self.clauses)))
        return len(self.whens) - 1

    def _either(self, when: When, *, positive: bool) -> list[list[tuple[int, int, int]]]:
        """The condition (or its contrary) as clauses: any of them, of which every test must hold."""
        parts = [*self._plain(when, positive=positive)]
        if when.anyone:
            options = [self._either(part, positive=positive) for part in when.anyone]
            parts.append(
                [clause for option in options for clause in option] if positive else _all_of(options)
            )
        if when.but is not None:
            parts.append(self._either(when.but, positive=not positive))
        if positive:
            return _all_of(parts)
        return [clause for part in parts for clause in part]

    def _plain(self, when: When, *, positive: bool) -> Iterator[list[list[tuple[int, int, int]]]]:
        yes, no = (1, 0) if positive else (0, 1)
        if when.age_from is not None:
            yield [[(AGE_FROM, self.period(when.age_from), yes)]]
        if when.age_before is not None:
            yield [[(AGE_FROM, self.period(when.age_before), no)]]
        if when.observed:
            tests = []
            if when.observed - {INFECTION}:
                tests.append((SEEN, self.mask(when.observed - {INFECTION}), yes))
            if INFECTION in when.observed:
                tests.append((INFECTED, 0, yes))
            yield [[test] for test in tests] if positive else [tests]
        for codes, test in ((when.given, GIVEN), (when.after, AFTER)):
            if codes:
                yield [
                    [
                        (
                            test,
                            sum(1 << self.products.index(code) for code in codes if code in self.products),
                            yes,
                        )
                    ]
                ]
        if when.dose_since:
            yield [[(DOSE_SINCE, 0, yes)]]
        if when.last_event:
            yield [[(LAST_EVENT, 0, yes)]]


def _all_of(parts: Sequence[list[list[tuple[int, int, int]]]]) -> list[list[tuple[int, int, int]]]:
    """Every way to choose one clause of each part, put together."""
    found: list[list[tuple[int, int, int]]] = [[]]
    for part in parts:
        found = [[*clause, *more] for clause in found for more in part]
    return found
