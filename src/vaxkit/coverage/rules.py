"""By what areas are ranked, each rule with what it rests on, and how small denominators and ties are handled.

RATE        first-dose coverage; below 30 people not ranked (`ranking.py`, which names the source)
REMAINING   people left, most first: where the work is, not who worked well; counts need no denominator
PACE        of the people left a week ago, the share who had a first dose since
ACCURACY    of everybody who was listed or came, the share who was listed and came (`accuracy.py`)

PACE and ACCURACY rest on few people almost everywhere. They are ranked by the lower end of the 95 % score interval of Wilson
(E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of the American Statistical Association
22(158), 1927, 209–212): 3 of 3 stands below 58 of 60, because three people prove little. (M) All places are competition places
("1224"); equal values, compared exactly, share one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import isqrt

from vaxkit.coverage.figures import Coverage
from vaxkit.coverage.ranking import Ranked, Standing, rank
from vaxkit.vocabulary import Text

#: The bound is kept in whole units of this part, so that it is the same on every machine.
UNITS = 10**12
# z = 1.96 in hundredths, and its square in ten-thousandths.
_Z, _Z2 = 196, 196 * 196


class Rule(StrEnum):
    """By what areas are ranked."""

    RATE = "rate"
    REMAINING = "remaining"
    PACE = "pace"
    ACCURACY = "accuracy"

    @property
    def text(self) -> Text:
        return _TITLES[self]

    @property
    def said(self) -> Text:
        """The rule in a sentence, to stand under the table."""
        return _SAID[self]


@dataclass(frozen=True, slots=True)
class Scored:
    """One row: `rests_on` are the counts (of REMAINING: people left over all people), `at_least` the lower bound by which PACE and
    ACCURACY are ranked, in the same parts as a rate; None for the other rules and where there is nobody."""

    key: str
    rests_on: Coverage
    standing: Standing
    place: int | None
    tied: bool
    at_least: Fraction | None = None


def lower_bound(found: Coverage) -> Fraction | None:
    """The lower end of Wilson's 95 % interval of a share, rounded down to UNITS; None of nobody. A rate above 1 counts as 1.

    >>> float(lower_bound(Coverage(8, 10)))
    0.49015684672
    """
    n = found.denominator
    if not n:
        return None
    x = min(found.numerator, n)
    # (2x + z² − z·sqrt(z² + 4x(n−x)/n)) / (2(n + z²)), everything in ten-thousandths; the root is rounded up, so that the bound
    # is never too high.
    under = (_Z2 * n + 4 * 10_000 * x * (n - x)) * UNITS * UNITS
    root = isqrt(under // n) + 1
    # sqrt of ten-thousandths are hundredths: z·sqrt(…) in ten-thousandths is 196 · root / UNITS.
    above = (2 * x * 10_000 + _Z2) * UNITS - _Z * root
    return Fraction(max(0, above // (2 * (n * 10_000 + _Z2))), UNITS)


def score(rule: Rule, rows: Iterable[tuple[str, Coverage]], *, small_below: int = 30) -> tuple[Scored, ...]:
    """Places of (key, counts) by a rule: ranked rows by place, then those without one; keys break ties of order, never of place.

    The counts are those named in `Scored`. Raises ValueError when a key stands twice.
    """
    given = sorted(rows, key=lambda row: row[0])
    if len({key for key, _ in given}) != len(given):
        raise ValueError("a key stands twice in the rows to rank")
    if rule is Rule.RATE:
        return tuple(_of(row) for row in rank(given, small_below=small_below))
    values = [(key, counts, _value(rule, counts)) for key, counts in given]
    placed = sorted(
        ((value, key, counts) for key, counts, value in values if value is not None),
        key=lambda row: (-row[0], row[1]),
    )
    found = [
        Scored(key, counts, Standing.RANKED, place, tied, None if rule is Rule.REMAINING else value)
        for (value, key, counts), (place, tied) in zip(placed, competition([row[0] for row in placed]), strict=True)
    ]  # fmt: skip
    none = [
        Scored(key, counts, Standing.NO_DENOMINATOR, None, False)
        for key, counts, value in values
        if value is None
    ]
    return (*found, *none)


def competition(values: Sequence[Fraction]) -> list[tuple[int, bool]]:
    """(place, whether shared) of values in the order of places: "1224"."""
    first: dict[Fraction, int] = {}
    shared: dict[Fraction, int] = {}
    for place, value in enumerate(values, start=1):
        first.setdefault(value, place)
        shared[value] = shared.get(value, 0) + 1
    return [(first[value], shared[value] > 1) for value in values]


def _value(rule: Rule, counts: Coverage) -> Fraction | None:
    """What the rule puts first, biggest first; None: nothing to rank."""
    if rule is Rule.REMAINING:
        return Fraction(counts.numerator) if counts.denominator else None
    return lower_bound(counts)


def _of(row: Ranked) -> Scored:
    return Scored(row.key, row.coverage, row.standing, row.place, row.tied)


_TITLES = {
    Rule.RATE: Text("接种率", "Coverage"),
    Rule.REMAINING: Text("剩余人数", "People left"),
    Rule.PACE: Text("近七日进度", "Pace of the last seven days"),
    Rule.ACCURACY: Text("名单准确率", "Accuracy of lists"),
}
_SAID = {
    Rule.RATE: Text(
        "按第1剂接种率由高到低；应种人数少于30人的只列数字、不排名。",
        "By first-dose coverage, the highest first; areas with fewer than 30 people to vaccinate are listed without a place.",
    ),
    Rule.REMAINING: Text(
        "按剩余人数由多到少：说明工作量在哪里，不评价优劣。",
        "By people left, the most first: it says where the work is, not who worked well.",
    ),
    Rule.PACE: Text(
        "七日前剩余人员中近七日接种第1剂的比例，按95%威尔逊区间下限由高到低；人数少的地方一两个人不会左右名次。",
        "Of those left seven days ago, the share with a first dose since, by the lower end of Wilson's 95% interval, so that one or"
        " two people do not decide the place of a small area.",
    ),
    Rule.ACCURACY: Text(
        "前一日名单：名单内到场人数 ÷（名单人数＋名单外到场人数），按95%威尔逊区间下限由高到低。",
        "Lists of the day before: those listed who came, over all who were listed or came unlisted; by the lower end of Wilson's"
        " 95% interval.",
    ),
}  # fmt: skip
