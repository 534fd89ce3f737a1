"""Sums of coverage counts up the tree of area codes, where a parent's code is a prefix of its children's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vaxkit.coverage.figures import Coverage

AREA_CODE_LENGTHS = (2, 4, 6, 9, 12, 14, 16)
"""Province, city, county, township, village, grid, micro-grid."""


def roll_up(
    rows: Iterable[tuple[str, Coverage]], *, lengths: Sequence[int] = AREA_CODE_LENGTHS
) -> dict[str, Coverage]:
    """Sum (area code, coverage) rows into every code of the given `lengths` that is a prefix of theirs.

    Each row counts people who stand exactly at its code, so people are counted once per level; a code may
    come several times. A row shorter than a length does not appear on that level. Keys come sorted.
    """
    sums: dict[str, Coverage] = {}
    for code, coverage in rows:
        for length in lengths:
            if length <= len(code):
                prefix = code[:length]
                sums[prefix] = sums[prefix] + coverage if prefix in sums else coverage
    return dict(sorted(sums.items()))
