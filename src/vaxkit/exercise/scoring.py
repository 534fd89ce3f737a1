"""Points: an option's own in time, half of them when late, none without a decision. Only the expected role's first one counts.

An exercise that ended early is judged by what had come: news to come, and questions whose time was not over, bring nothing and
lack nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vaxkit.exercise.script import Decision, Inject, Script
from vaxkit.vocabulary import Text


@dataclass(frozen=True, slots=True)
class Line:
    """An inject with what was decided (None: nothing), its points of `most`, and why. `others` are decisions of roles of whom
    it was not expected: they bring nothing. `is_settled`: decided, or its time is over; only then its points count."""

    inject: Inject
    decision: Decision | None
    points: float
    most: int
    is_late: bool
    because: Text
    others: tuple[Decision, ...] = ()
    is_settled: bool = True


@dataclass(frozen=True, slots=True)
class Score:
    lines: tuple[Line, ...]

    @property
    def points(self) -> float:
        return sum(line.points for line in self.lines)

    @property
    def most(self) -> int:
        return sum(line.most for line in self.lines if line.is_settled)


def counted(inject: Inject, decisions: Sequence[Decision]) -> Decision | None:
    """The decision that counts for an inject: the first of the expected role."""
    own = [each for each in decisions if each.inject == inject.id and each.role == inject.by]
    return min(own, key=lambda each: each.minute, default=None)


def scored(script: Script, decisions: Sequence[Decision], until: float | None = None) -> Score:
    """Every inject of the script, in its order, as it stands at the minute `until` (None: at the end)."""
    now = script.minutes if until is None else until
    return Score(tuple(_line(script, inject, decisions, now) for inject in script.injects))


def _line(script: Script, inject: Inject, decisions: Sequence[Decision], now: float) -> Line:
    decision = counted(inject, decisions)
    others = tuple(each for each in decisions if each.inject == inject.id and each.role != inject.by)
    if decision is None:
        settled = inject.at <= now and script.due(inject) <= now
        said = Text("未作决定。", "Nothing was decided.")
        if not settled:
            said = (
                Text("消息还没有到。", "The news had not come.")
                if inject.at > now
                else Text("还在时限内。", "There was still time.")
            )
        elif others:
            said = Text("该作决定的角色未作决定。", "The role that had to decide did not.")
        return Line(inject, None, 0.0, inject.points, False, said, others, settled)
    option = inject.option(decision.option)
    minutes = decision.minute - inject.at
    late = decision.minute > script.due(inject)
    points = option.points / 2 if late else float(option.points)
    zh = f"{minutes:.0f} 分钟后决定" + (
        f"，超过要求的 {inject.within} 分钟，得分减半" if late else "，在时限内"
    )
    en = f"decided after {minutes:.0f} minutes" + (
        f", later than the {inject.within} asked for: half the points" if late else ", in time"
    )
    if option.points < inject.points:
        zh, en = f"{zh}；有更好的做法", f"{en}; something else would have been better"
    return Line(
        inject, decision, points, inject.points, late, Text(zh + "。", en[0].upper() + en[1:] + "."), others
    )
