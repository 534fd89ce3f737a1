"""Whether duties keep every rule, and why somebody cannot take one more. Reads clock times only; it shares nothing with the model.

broken_rules(problem, duties)              every break, each with its words
in_the_way(problem, duties, duty)          what adding this duty would break: () where it can be added
gaps(problem, duties)                      demands that are not met
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from vaxkit.rostering.problem import DAY, Demand, Duty, Problem, Shift, Worker
from vaxkit.vocabulary import Text

RULES = (
    "ability", "certificate", "away", "one_a_day", "rest", "morning_after_night", "days_in_row", "nights_in_row",
    "week_minutes", "unknown",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Break:
    """A rule that somebody's duties break on a day."""

    rule: str
    who: str
    on: date
    words: Text


@dataclass(frozen=True, slots=True)
class _Worked:
    on: date
    shift: Shift

    @property
    def begins(self) -> int:
        return self.on.toordinal() * DAY + self.shift.begins

    @property
    def ends(self) -> int:
        return self.on.toordinal() * DAY + self.shift.ends


def broken_rules(problem: Problem, duties: Iterable[Duty]) -> list[Break]:
    """Every rule that these duties break, in the order of people and days."""
    by_worker: dict[str, list[Duty]] = defaultdict(list)
    for duty in sorted(duties):
        by_worker[duty.who].append(duty)
    found: list[Break] = []
    for who, own in sorted(by_worker.items()):
        worker = problem.worker.get(who)
        if worker is None:
            found.append(
                _break(
                    "unknown",
                    who,
                    own[0].on,
                    Text("名单上没有 {who}。", "{who} is not on the list."),
                    who=who,
                )
            )
        else:
            found += _of_worker(problem, worker, own)
    return found


def in_the_way(problem: Problem, duties: Iterable[Duty], duty: Duty) -> list[Break]:
    """What the duty would break if it were added to the others of the same person."""
    own = [each for each in duties if each.who == duty.who]
    before = {(broken.rule, broken.on) for broken in broken_rules(problem, own)}
    after = broken_rules(problem, [*own, duty])
    return [broken for broken in after if (broken.rule, broken.on) not in before]


def gaps(problem: Problem, duties: Iterable[Duty]) -> list[Demand]:
    """So many people are missing, where and when."""
    there = Counter((duty.on, duty.shift, duty.role) for duty in duties)
    missing = ((key, people - there[key]) for key, people in problem.wanted.items())
    return [Demand(*key, people) for key, people in sorted(missing) if people > 0]


def _of_worker(problem: Problem, worker: Worker, own: Sequence[Duty]) -> list[Break]:
    found: list[Break] = []
    for duty in own:
        found += _alone(problem, worker, duty)
    known = [duty for duty in own if duty.shift in problem.shift]
    worked = [_Worked(duty.on, problem.shift[duty.shift]) for duty in known]
    worked += [_Worked(on, problem.shift[shift]) for on, shift in worker.worked if shift in problem.shift]
    worked.sort(key=lambda each: (each.begins, each.ends))
    first = problem.first_on
    rules = problem.rules
    found += [each for each in _side_by_side(problem, worker, worked) if each.on >= first]
    if rules.days_in_row is not None:
        days = {each.on for each in worked}
        words = Text("{who} 连续上班超过 {most} 天。", "{who} works more than {most} days in a row.")
        found += _row("days_in_row", worker, days, rules.days_in_row, words, first)
    if rules.nights_in_row is not None:
        nights = {each.on for each in worked if each.shift.is_night}
        words = Text("{who} 连续夜班超过 {most} 个。", "{who} works more than {most} nights in a row.")
        found += _row("nights_in_row", worker, nights, rules.nights_in_row, words, first)
    return found + _weeks(problem, worker, worked)


def _alone(problem: Problem, worker: Worker, duty: Duty) -> list[Break]:
    """What is wrong with a duty whatever the others are."""
    who, found = worker.name or worker.id, []
    if duty.shift not in problem.shift or not problem.first_on <= duty.on <= problem.last_on:
        words = Text("{on} 没有这个班次。", "There is no such shift on {on}.")
        found.append(_break("unknown", worker.id, duty.on, words, on=duty.on))
    if not worker.may_fill(duty.role, duty.on):
        held = any(ability.role == duty.role for ability in worker.abilities)
        role = problem.role_names.get(duty.role, duty.role)
        words = (
            Text(
                "{who} 在 {on} 没有有效的“{role}”合格证。",
                "{who} has no valid certificate as {role} on {on}.",
            )
            if held
            else Text("{who} 不能担任“{role}”。", "{who} cannot work as {role}.")
        )
        found.append(
            _break(
                "certificate" if held else "ability",
                worker.id,
                duty.on,
                words,
                who=who,
                on=duty.on,
                role=role,
            )
        )
    if worker.is_away(duty.on):
        words = Text("{who} 在 {on} 请假或不在岗。", "{who} is away on {on}.")
        found.append(_break("away", worker.id, duty.on, words, who=who, on=duty.on))
    return found


def _side_by_side(problem: Problem, worker: Worker, worked: Sequence[_Worked]) -> list[Break]:
    """Two shifts too close to each other; the later one's day is named."""
    rules, who, found = problem.rules, worker.name or worker.id, []
    for nth, later in enumerate(worked):
        for earlier in worked[:nth]:
            if earlier.on == later.on:
                words = Text("{who} 在 {on} 已有一个班。", "{who} already has a shift on {on}.")
                found.append(_break("one_a_day", worker.id, later.on, words, who=who, on=later.on))
                continue
            pause = later.begins - earlier.ends
            least = 0 if rules.rest_minutes is None else rules.rest_minutes
            if pause < least:
                words = Text(
                    "{who} 在 {on} 上班前只休息 {pause} 小时，少于 {least} 小时。",
                    "{who} rests {pause} hours before the shift on {on}, less than {least}.",
                )
                found.append(
                    _break("rest", worker.id, later.on, words, who=who, on=later.on, pause=_hours(max(0, pause)),
                           least=_hours(least))
                )  # fmt: skip
            night_before = earlier.shift.is_night and later.on - earlier.on == timedelta(days=1)
            if not rules.morning_after_night and night_before and later.shift.is_morning:
                words = Text(
                    "{who} 夜班后的 {on} 不能上早班。", "{who} cannot work the morning of {on} after a night."
                )
                found.append(_break("morning_after_night", worker.id, later.on, words, who=who, on=later.on))
    return found


def _row(rule: str, worker: Worker, days: set[date], most: int, words: Text, first_on: date) -> list[Break]:
    """One break for each day that makes a row too long."""
    found, length = [], 0
    for on in sorted(days):
        length = length + 1 if on - timedelta(days=1) in days else 1
        if length > most and on >= first_on:
            found.append(_break(rule, worker.id, on, words, who=worker.name or worker.id, most=most))
    return found


def _weeks(problem: Problem, worker: Worker, worked: Sequence[_Worked]) -> list[Break]:
    most = problem.week_minutes(worker)
    if most is None:
        return []
    weeks: dict[date, int] = defaultdict(int)
    own = {_monday(each.on) for each in worked if each.on >= problem.first_on}
    for each in worked:
        weeks[_monday(each.on)] += each.shift.minutes
    words = Text(
        "{who} 在 {on} 这一周上班 {hours} 小时，超过 {most} 小时。",
        "{who} works {hours} hours in the week of {on}, more than {most}.",
    )
    return [
        _break(
            "week_minutes", worker.id, monday, words, who=worker.name or worker.id, on=monday, hours=_hours(minutes),
            most=_hours(most),
        )
        for monday, minutes in sorted(weeks.items())
        if minutes > most and monday in own
    ]  # fmt: skip


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())


def _break(rule: str, worker_id: str, day: date, words: Text, /, **facts: object) -> Break:
    return Break(rule, worker_id, day, words.filled(**facts))


def _hours(minutes: int) -> str:
    return f"{minutes / 60:g}"
