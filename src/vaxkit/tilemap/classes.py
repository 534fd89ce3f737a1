"""Figures into the few classes of a legend. Classes go from 0, the one that needs attention most, upwards; None is "no figure"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

Number = int | Fraction


@dataclass(frozen=True, slots=True)
class Classes:
    """`edges` part the classes, rising: a figure on an edge belongs to the class above it. `falling`: large figures are the ones
    that need attention, so that they have class 0."""

    edges: tuple[Number, ...]
    falling: bool = False

    @property
    def count(self) -> int:
        return len(self.edges) + 1

    def of(self, figure: Number | None) -> int | None:
        if figure is None:
            return None
        above = sum(figure >= edge for edge in self.edges)
        return len(self.edges) - above if self.falling else above

    def bounds(self, number: int) -> tuple[Number | None, Number | None]:
        """(from, below) of a class; None where it is open."""
        at = len(self.edges) - number if self.falling else number
        return (self.edges[at - 1] if at else None), (self.edges[at] if at < len(self.edges) else None)


def by_edges(edges: Sequence[Number]) -> Classes:
    """Classes between fixed edges: the same every day, so that days can be compared. Raises ValueError if they do not rise."""
    if list(edges) != sorted(set(edges)):
        raise ValueError("edges rise")
    return Classes(tuple(edges))


def by_size(figures: Iterable[int], most: int = 5) -> Classes:
    """Classes for counts, large ones first in need: round edges (1, 2 or 5 times a power of ten) up to the largest, zero alone."""
    largest = max(figures, default=0)
    if largest < 1:
        return Classes((1,), falling=True)
    step = next(step for step in _round() if largest // step < most - 1)
    return Classes((1, *(step * n for n in range(1, largest // step + 1) if step * n > 1)), falling=True)


def by_thirds(ranked: int) -> Classes:
    """Places of a ranking in thirds, the last third first in need."""
    third = max(1, ranked // 3)
    edges = sorted({third + 1, max(third + 1, ranked - third + 1)})
    return Classes(tuple(edges), falling=True)


def _round() -> Iterable[int]:
    power = 1
    while True:
        yield power
        yield 2 * power
        yield 5 * power
        power *= 10
