"""Coverage, defined once: every list, card, map and bulletin counts, prints and ranks with these functions.

Coverage        a numerator over a denominator, kept as counts; prints itself (`figures.py`)
Measure         what is counted over what, in words for footnotes: FIRST_DOSE, FULL_COURSE, COMPLETION, PACE (`figures.py`)
score           places by a stated rule: rate, people left, pace, accuracy of lists (`rules.py`)
AGE_BANDS       the age bands of reports (`bands.py`)
rank            places by rate, ties exact, small denominators listed apart (`ranking.py`)
rank_changes    how places moved since yesterday
close           where a person stands for the campaign: exactly one term (`closing.py`)
Balance         registered people against the sum of the terms, and why they differ (`balance.py`)
roll_up         sums of counts by area code prefix (`rollup.py`)
"""

from vaxkit.coverage.bands import AGE_BANDS, AgeBand, band_of
from vaxkit.coverage.figures import COMPLETION, FIRST_DOSE, FULL_COURSE, MEASURES, PACE, Coverage, Measure
from vaxkit.coverage.ranking import RULE, Change, Ranked, Standing, rank, rank_changes
from vaxkit.coverage.rollup import AREA_CODE_LENGTHS, roll_up
from vaxkit.coverage.rules import Rule, Scored, lower_bound, score

__all__ = [
    "AGE_BANDS",
    "AREA_CODE_LENGTHS",
    "COMPLETION",
    "FIRST_DOSE",
    "FULL_COURSE",
    "MEASURES",
    "PACE",
    "RULE",
    "AgeBand",
    "Change",
    "Coverage",
    "Measure",
    "Ranked",
    "Rule",
    "Scored",
    "Standing",
    "band_of",
    "lower_bound",
    "rank",
    "rank_changes",
    "roll_up",
    "score",
]
