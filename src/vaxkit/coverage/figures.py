"""A coverage figure: counts first, rate second. The rate may exceed 1 (145 of 144), and then it is shown so.

Figures are never cut to 100 %: a rate above it says that the denominator is behind, and hiding that hides
the fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from vaxkit.vocabulary import Text


@dataclass(frozen=True, slots=True)
class Coverage:
    """`numerator` people of `denominator` people. Both are counts from 0; raises ValueError below."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if self.numerator < 0 or self.denominator < 0:
            raise ValueError("counts cannot be negative")

    def __add__(self, other: Coverage) -> Coverage:
        return Coverage(self.numerator + other.numerator, self.denominator + other.denominator)

    @property
    def rate(self) -> Fraction | None:
        """The exact rate (1 is all of them; may exceed 1), None when the denominator is 0."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    @property
    def gap(self) -> int:
        """People still missing; 0 when there are none."""
        return max(0, self.denominator - self.numerator)

    def percent(self, decimals: int = 1) -> str:
        """The rate as "100.7%", halves rounded up; "–" when the denominator is 0."""
        value = self.percent_value(decimals)
        return "–" if value is None else f"{value}%"

    def percent_value(self, decimals: int = 1) -> Decimal | None:
        """The rate times 100 with so many decimals, halves rounded up; None when the denominator is 0."""
        if not self.denominator:
            return None
        # In whole units of the last decimal, so that no binary fraction comes between: 1/8 is 12.5, exactly.
        units, rest = divmod(self.numerator * 100 * 10**decimals, self.denominator)
        units += 2 * rest >= self.denominator
        return (Decimal(units).scaleb(-decimals)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)

    def format(self, decimals: int = 1) -> str:
        """Counts and rate together: "145/144 100.7%"."""
        return f"{self.numerator}/{self.denominator} {self.percent(decimals)}"


@dataclass(frozen=True, slots=True)
class Measure:
    """What a coverage figure counts, in words that stand under tables."""

    code: str
    title: Text
    numerator: Text
    denominator: Text


FIRST_DOSE = Measure(
    code="first_dose",
    title=Text("第1剂接种率", "Coverage, first dose"),
    numerator=Text(
        "截至统计时点，台账内至少有1剂有效记录的人数",
        "People of the ledger with at least one dose that counts, at the cut-off",
    ),
    denominator=Text(
        "截至统计时点，台账内达到接种年龄的在册人数",
        "People of the ledger who have reached the age for it, at the cut-off",
    ),
)
FULL_COURSE = Measure(
    code="full_course",
    title=Text("全程接种率", "Coverage, full course"),
    numerator=Text(
        "截至统计时点，台账内已完成全程的人数",
        "People of the ledger whose course is complete, at the cut-off",
    ),
    denominator=FIRST_DOSE.denominator,
)
COMPLETION = Measure(
    code="completion",
    title=Text("完成率", "Completion"),
    numerator=Text(
        "此刻台账内属于该阶段人群、已种该剂次且计入的人数（后一剂次计入前一剂次）",
        "People of the phase's group in the ledger now who have had the dose, or a later one, and it counts",
    ),
    denominator=Text(
        "已下达的任务数；完成数可以超过任务数，145/144即100.7%",
        "The target as issued; more than the target may be done: 145 of 144 is 100.7%",
    ),
)
PACE = Measure(
    code="pace",
    title=Text("近七日进度", "Pace of the week"),
    numerator=Text(
        "昨日为止七天内达到该剂次的人数",
        "People who reached the dose in the seven days up to yesterday",
    ),
    denominator=Text(
        "下一节点日均任务的七倍；日均任务＝昨晚的剩余数÷剩余天数，进一取整",
        "Seven times the task of a day at the next milestone: what was left last evening over the days left, rounded up",
    ),
)
MEASURES = {measure.code: measure for measure in (FIRST_DOSE, FULL_COURSE, COMPLETION, PACE)}
