"""Coverage, defined once: every list, card, map and bulletin counts, prints and ranks with these functions.

Coverage        a numerator over a denominator, kept as counts; prints itself (`figures.py`)
Measure         what is counted over what, in words for footnotes: FIRST_DOSE, FULL_COURSE (`figures.py`)
rank            places by rate, ties exact, small denominators listed apart (`ranking.py`)
rank_changes    how places moved since yesterday
close           where a person stands for the campaign: exactly one term (`closing.py`)
Balance         registered people against the sum of the terms, and why they differ (`balance.py`)
roll_up         sums of counts by area code prefix (`rollup.py`)
"""

from vaxkit.coverage.figures import FIRST_DOSE, FULL_COURSE, MEASURES, Coverage, Measure
from vaxkit.coverage.ranking import RULE, Change, Ranked, Standing, rank, rank_changes
from vaxkit.coverage.rollup import AREA_CODE_LENGTHS, roll_up

__all__ = [
    "AREA_CODE_LENGTHS",
    "FIRST_DOSE",
    "FULL_COURSE",
    "MEASURES",
    "RULE",
    "Change",
    "Coverage",
    "Measure",
    "Ranked",
    "Standing",
    "rank",
    "rank_changes",
    "roll_up",
]
