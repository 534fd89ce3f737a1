"""Why gaps cannot be filled: which night, by how many people, which rule would have to give, who is kept from it by what.

Each rule is loosened by one step, alone, and the fewest gaps are counted again: what closes gaps is in the way. Where no rule alone
closes all of them, the smallest set is looked for that does what all rules loosened together do: none of it can be left out. Then
people are added until nothing is missing, and taken away again as long as nothing goes missing. Every figure is a roster that was
found; "does not help" is said only where it is proven.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from vaxkit.rostering.check import gaps, in_the_way
from vaxkit.rostering.problem import Ability, Demand, Duty, Problem, Worker
from vaxkit.rostering.solve import Roster, fewest_missing
from vaxkit.vocabulary import Text

_MOST_ADDED = 12
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Relief:
    """Loosening `rule` by one step leaves `missing` people missing. `words` say to what it would be loosened."""

    rule: str
    missing: int
    words: Text


@dataclass(frozen=True)
class GapReason:
    """A gap: how many are there who could fill the role that day at all, and what keeps those who do not."""

    gap: Demand
    able: int
    kept_by: tuple[tuple[str, int], ...]
    words: Text


@dataclass(frozen=True)
class Together:
    """Loosening all of `rules` by one step leaves `missing` people missing; without one of them more are."""

    rules: tuple[str, ...]
    missing: int
    words: tuple[Text, ...]


@dataclass(frozen=True)
class Explanation:
    """`needed`: so many more people by role would fill every gap, None where that many are more than a dozen. `together`: where no
    single rule closes every gap, those that do more together."""

    gaps: tuple[GapReason, ...]
    reliefs: tuple[Relief, ...]
    needed: tuple[tuple[str, int], ...] | None
    words: tuple[Text, ...]
    together: Together | None = None


def explain(problem: Problem, roster: Roster, *, effort: float = 1.0, seed: int = 1) -> Explanation:
    """Why this roster has gaps; nothing to say where it has none."""
    if not roster.gaps:
        return Explanation((), (), (), ())
    trial = _Trial(effort, seed, roster.duties)
    reasons = tuple(_reason(problem, roster, gap) for gap in roster.gaps)
    missing, ways = roster.price.missing, _loosened(problem)
    left = [trial.missing(way.change(problem)) for way in ways]
    reliefs = tuple(
        Relief(way.rule, fewer, way.words) for way, fewer in zip(ways, left, strict=True) if fewer < missing
    )
    is_sure = trial.is_sure and roster.fewest_missing
    together = _together(problem, ways, min([missing, *left]), trial)
    needed = _needed(problem, trial)
    words = _told(problem, reasons, reliefs, together, needed, missing, is_sure)
    return Explanation(reasons, reliefs, needed, words, together)


@dataclass(frozen=True)
class _Way:
    """A rule, loosened by one step."""

    rule: str
    change: Callable[[Problem], Problem]
    words: Text


class _Trial:
    """Counts the fewest gaps of problems near the roster's own, beginning from that. `is_sure`: every count was proven."""

    def __init__(self, effort: float, seed: int, duties: Collection[Duty]) -> None:
        self._effort, self._seed, self._duties = effort, seed, duties
        self.is_sure = True

    def missing(self, problem: Problem) -> int:
        return sum(self.by_role(problem).values())

    def by_role(self, problem: Problem) -> Counter[str]:
        """People missing by role, as few as were found."""
        _found, sure, duties = fewest_missing(
            problem, seed=self._seed, effort=self._effort, near=self._duties
        )
        self.is_sure = self.is_sure and sure
        short = Counter[str]()
        for gap in gaps(problem, duties):
            short[gap.role] += gap.people
        return short


def _together(problem: Problem, ways: Sequence[_Way], alone: int, trial: _Trial) -> Together | None:
    """The rules that only together close more gaps than any one of them; none can be left out."""
    if not alone or len(ways) < 2 or (least := trial.missing(_all(problem, ways))) >= alone:
        return None
    kept = list(ways)
    for way in ways:
        fewer = [each for each in kept if each is not way]
        if trial.missing(_all(problem, fewer)) <= least:
            kept = fewer
    return Together(tuple(way.rule for way in kept), least, tuple(way.words for way in kept))


def _all(problem: Problem, ways: Sequence[_Way]) -> Problem:
    for way in ways:
        problem = way.change(problem)
    return problem


def _reason(problem: Problem, roster: Roster, gap: Demand) -> GapReason:
    """Who could fill the role on that day, and the first rule that keeps each of them."""
    able, kept = 0, Counter[str]()
    busy = {
        duty.who
        for duty in roster.duties
        if (duty.on, duty.shift, duty.role) == (gap.on, gap.shift, gap.role)
    }
    for worker in problem.workers:
        if not any(ability.role == gap.role for ability in worker.abilities):
            continue
        able += 1
        if worker.id in busy:
            continue
        breaks = in_the_way(problem, roster.duties, Duty(gap.on, gap.shift, gap.role, worker.id))
        if breaks:
            kept[breaks[0].rule] += 1
    ordered = tuple(sorted(kept.items(), key=lambda pair: (-pair[1], pair[0])))
    return GapReason(gap, able, ordered, _gap_words(problem, gap, able, len(busy), ordered))


def _gap_words(
    problem: Problem, gap: Demand, able: int, there: int, kept: tuple[tuple[str, int], ...]
) -> Text:
    shift, role = problem.shift[gap.shift], problem.role_names.get(gap.role, gap.role)
    facts = {
        "on": gap.on.isoformat(), "zh_on": day_zh(gap.on), "shift": shift.name or shift.id, "role": role, "people": gap.people,
        "able": able, "there": there,
    }  # fmt: skip
    head = Text(
        "{zh_on}{shift}“{role}”缺 {people} 人：能担任的共 {able} 人，已排 {there} 人",
        "{on}, {shift}: {people} short as {role}; {able} could fill the role, {there} do",
    ).filled(**facts)
    if not kept:
        return Text(head.zh + "。", head.en + ".")
    zh = "，".join(f"{RULE_WORDS[rule].zh} {count} 人" for rule, count in kept)
    en = ", ".join(f"{count} {RULE_WORDS[rule].en}" for rule, count in kept)
    return Text(f"{head.zh}，其余：{zh}。", f"{head.en}; of the others {en}.")


RULE_WORDS = {
    "certificate": Text("当天合格证无效", "without a valid certificate that day"),
    "ability": Text("不能担任", "not able"),
    "away": Text("请假或不在岗", "away"),
    "one_a_day": Text("当天已有班", "already on another shift that day"),
    "rest": Text("两班之间休息不足", "without enough rest between shifts"),
    "morning_after_night": Text("夜班后不上早班", "after a night"),
    "days_in_row": Text("连续上班已到上限", "at their limit of days in a row"),
    "nights_in_row": Text("连续夜班已到上限", "at their limit of nights in a row"),
    "week_minutes": Text("本周工时已到上限", "at their hours of the week"),
    "unknown": Text("不在名单", "unknown"),
}


def _loosened(problem: Problem) -> list[_Way]:
    """Each rule, one step looser."""
    rules, found = problem.rules, list[_Way]()

    def add(rule: str, words: Text, **changed: Any) -> None:
        found.append(_Way(rule, lambda asked: replace(asked, rules=replace(asked.rules, **changed)), words))

    if rules.rest_minutes:
        less = max(0, rules.rest_minutes - 180)
        add(
            "rest",
            Text(f"两班之间休息减到 {less / 60:g} 小时", f"a rest of {less / 60:g} hours"),
            rest_minutes=less,
        )
    if rules.days_in_row is not None:
        more = rules.days_in_row + 1
        add("days_in_row", Text(f"连续上班放宽到 {more} 天", f"{more} days in a row"), days_in_row=more)
    if rules.nights_in_row is not None:
        more = rules.nights_in_row + 1
        add("nights_in_row", Text(f"连续夜班放宽到 {more} 个", f"{more} nights in a row"), nights_in_row=more)
    if not rules.morning_after_night:
        add("morning_after_night", Text("夜班后可上早班", "mornings after nights"), morning_after_night=True)
    return found + _looser_people(problem)


def _looser_people(problem: Problem) -> list[_Way]:
    found: list[_Way] = []

    def add(rule: str, words: Text, change: Callable[[Problem, Worker], Worker]) -> None:
        found.append(_Way(rule, lambda asked: _each(asked, change), words))

    if any(problem.week_minutes(worker) is not None for worker in problem.workers):
        add(
            "week_minutes",
            Text("每周工时各加 8 小时", "8 more hours a week for everybody"),
            lambda asked, worker: replace(worker, week_minutes=_plus(asked.week_minutes(worker))),
        )
    if any(worker.away for worker in problem.workers):
        words = Text("请假的人都到岗", "everybody who is away at work")
        add("away", words, lambda _asked, worker: replace(worker, away=()))
    if any(ability != Ability(ability.role) for worker in problem.workers for ability in worker.abilities):
        add(
            "certificate",
            Text("合格证都有效", "every certificate valid"),
            lambda _asked, worker: replace(
                worker, abilities=tuple(Ability(each.role) for each in worker.abilities)
            ),
        )
    return found


def _plus(minutes: int | None) -> int | None:
    return None if minutes is None else minutes + 480


def _each(problem: Problem, change: Callable[[Problem, Worker], Worker]) -> Problem:
    return replace(problem, workers=tuple(change(problem, worker) for worker in problem.workers))


def _needed(problem: Problem, trial: _Trial) -> tuple[tuple[str, int], ...] | None:
    """People to add, by role: always one to the role with most gaps left, until none is left; then those who are not needed are
    taken away again."""
    added: Counter[str] = Counter()
    while short := trial.by_role(_with(problem, added)):
        if added.total() >= _MOST_ADDED:
            return None
        added[max(sorted(short), key=lambda role: short[role])] += 1
    for role in sorted(added):
        while added[role] and not trial.missing(_with(problem, added - Counter({role: 1}))):
            added[role] -= 1
    return tuple(sorted((role, count) for role, count in added.items() if count))


def _with(problem: Problem, added: Counter[str]) -> Problem:
    more = tuple(
        Worker(f"+{role}{nth}", abilities=(Ability(role),))
        for role, count in sorted(added.items())
        for nth in range(count)
    )
    return replace(problem, workers=(*problem.workers, *more))


def _told(
    problem: Problem,
    reasons: tuple[GapReason, ...],
    reliefs: tuple[Relief, ...],
    together: Together | None,
    needed: tuple[tuple[str, int], ...] | None,
    missing: int,
    is_sure: bool,
) -> tuple[Text, ...]:
    said = [reason.words for reason in reasons]
    for relief in reliefs:
        said.append(
            Text(
                "若{zh}，缺口由 {was} 人次减到 {left} 人次。",
                "With {en}, {left} instead of {was} would be missing.",
            ).filled(zh=relief.words.zh, en=relief.words.en, was=missing, left=relief.missing)
        )
    if together is not None:
        zh, en = "；".join(each.zh for each in together.words), ", ".join(each.en for each in together.words)
        said.append(
            Text(
                "同时放宽这几条才行（缺一不可）：{zh}；缺口减到 {left} 人次。",
                "Only together, none left out: {en}; {left} would be missing.",
            ).filled(zh=zh, en=en, left=together.missing)
        )
    if not reliefs and is_sure:
        said.append(Text("单独放宽哪一条规则都补不上。", "Loosening any one rule alone does not help."))
    elif not reliefs:
        said.append(
            Text(
                "没有找到单独放宽一条规则就能补上的办法。",
                "No single rule was found whose loosening alone would help.",
            )
        )
    if needed:
        names = problem.role_names
        zh = "、".join(f"{names.get(role, role)} {count} 人" for role, count in needed)
        en = ", ".join(f"{count} as {names.get(role, role)}" for role, count in needed)
        said.append(Text(f"再增加{zh}，就能排满。", f"Adding {en} would fill every shift."))
    return tuple(said)


def day_zh(on: date) -> str:
    """5月21日（周五）"""
    return f"{on.month}月{on.day}日（周{_WEEKDAYS[on.weekday()]}）"
