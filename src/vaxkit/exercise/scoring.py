"""Points: an option's own in time, half of them when late, none without a decision. Only the expected role's first one counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vaxkit.exercise.script import Decision, Inject, Script
from vaxkit.vocabulary import Text


@dataclass(frozen=True, slots=True)
class Line:
    """An inject with what was decided (None: nothing), its points of `most`, and why."""

    inject: Inject
    decision: Decision | None
    points: float
    most: int
    is_late: bool
    because: Text


@dataclass(frozen=True, slots=True)
class Score:
    lines: tuple[Line, ...]

    @property
    def points(self) -> float:
        return sum(line.points for line in self.lines)

    @property
    def most(self) -> int:
        return sum(line.most for line in self.lines)


def counted(inject: Inject, decisions: Sequence[Decision]) -> Decision | None:
    """The decision that counts for an inject: the first of the expected role."""
    own = [each for each in decisions if each.inject == inject.id and each.role == inject.by]
    return min(own, key=lambda each: each.minute, default=None)


def scored(script: Script, decisions: Sequence[Decision]) -> Score:
    """Every inject of the script, in its order."""
    return Score(tuple(_line(inject, counted(inject, decisions)) for inject in script.injects))


def _line(inject: Inject, decision: Decision | None) -> Line:
    if decision is None:
        return Line(inject, None, 0.0, inject.points, False, Text("未作决定。", "Nothing was decided."))
    option = inject.option(decision.option)
    minutes = decision.minute - inject.at
    late = minutes > inject.within
    points = option.points / 2 if late else float(option.points)
    zh = f"{minutes:.0f} 分钟后决定" + (
        f"，超过要求的 {inject.within} 分钟，得分减半" if late else "，在时限内"
    )
    en = f"decided after {minutes:.0f} minutes" + (
        f", later than the {inject.within} asked for: half the points" if late else ", in time"
    )
    if option.points < inject.points:
        zh, en = f"{zh}；有更好的做法", f"{en}; something else would have been better"
    return Line(inject, decision, points, inject.points, late, Text(zh + "。", en[0].upper() + en[1:] + "."))
