"""Why gaps cannot be filled: which night, by how many people, which rule would have to give, who is kept from it by what.

Each rule is loosened by one step, alone, and the fewest gaps are counted again: what closes gaps is in the way. Then people are
added, one by one, until nothing is missing: how many more are needed. Every figure is a solution of the model, not a guess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from vaxkit.rostering.check import in_the_way
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
class Explanation:
    """`needed`: so many more people by role would fill every gap, None where that many are more than a dozen."""

    gaps: tuple[GapReason, ...]
    reliefs: tuple[Relief, ...]
    needed: tuple[tuple[str, int], ...] | None
    words: tuple[Text, ...]


def explain(problem: Problem, roster: Roster, *, effort: float = 2.0, seed: int = 1) -> Explanation:
    """Why this roster has gaps; nothing to say where it has none."""
    if not roster.gaps:
        return Explanation((), (), (), ())
    reasons = tuple(_reason(problem, roster, gap) for gap in roster.gaps)
    missing = roster.price.missing
    reliefs = tuple(
        Relief(rule, left, words)
        for rule, looser, words in _loosened(problem)
        if (left := fewest_missing(looser, seed=seed, effort=effort)) < missing
    )
    needed = _needed(problem, roster, effort, seed)
    return Explanation(reasons, reliefs, needed, _told(problem, reasons, reliefs, needed, missing))


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


def _loosened(problem: Problem) -> list[tuple[str, Problem, Text]]:
    """The problem with each rule one step looser."""
    rules, found = problem.rules, list[tuple[str, Problem, Text]]()

    def add(rule: str, words: Text, **changed: Any) -> None:
        found.append((rule, replace(problem, rules=replace(rules, **changed)), words))

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
    found += _looser_people(problem)
    return found


def _looser_people(problem: Problem) -> list[tuple[str, Problem, Text]]:
    found: list[tuple[str, Problem, Text]] = []
    if any(problem.week_minutes(worker) is not None for worker in problem.workers):
        looser = _each(
            problem, lambda worker: replace(worker, week_minutes=_plus(problem.week_minutes(worker)))
        )
        found.append(
            ("week_minutes", looser, Text("每周工时各加 8 小时", "8 more hours a week for everybody"))
        )
    if any(worker.away for worker in problem.workers):
        looser = _each(problem, lambda worker: replace(worker, away=()))
        found.append(("away", looser, Text("请假的人都到岗", "everybody who is away at work")))
    if any(ability != Ability(ability.role) for worker in problem.workers for ability in worker.abilities):
        looser = _each(
            problem,
            lambda worker: replace(worker, abilities=tuple(Ability(each.role) for each in worker.abilities)),
        )
        found.append(("certificate", looser, Text("合格证都有效", "every certificate valid")))
    return found


def _plus(minutes: int | None) -> int | None:
    return None if minutes is None else minutes + 480


def _each(problem: Problem, change: Callable[[Worker], Worker]) -> Problem:
    return replace(problem, workers=tuple(change(worker) for worker in problem.workers))


def _needed(problem: Problem, roster: Roster, effort: float, seed: int) -> tuple[tuple[str, int], ...] | None:
    """People to add, by role: always one to the role with most gaps left, until none is left."""
    added: Counter[str] = Counter()
    short = Counter[str]()
    for gap in roster.gaps:
        short[gap.role] += gap.people
    for role in sorted(short):
        others = tuple(demand for demand in problem.demands if demand.role == role)
        alone = replace(problem, demands=others)
        base = fewest_missing(alone, seed=seed, effort=effort)
        while base and added.total() < _MOST_ADDED:
            added[role] += 1
            more = tuple(Worker(f"+{role}{nth}", abilities=(Ability(role),)) for nth in range(added[role]))
            base = fewest_missing(replace(alone, workers=(*problem.workers, *more)), seed=seed, effort=effort)
        if base:
            return None
    more = tuple(
        Worker(f"+{role}{nth}", abilities=(Ability(role),))
        for role, count in added.items()
        for nth in range(count)
    )
    while fewest_missing(replace(problem, workers=(*problem.workers, *more)), seed=seed, effort=effort):
        if len(more) >= _MOST_ADDED:
            return None
        role = max(sorted(short), key=lambda each: short[each] / (1 + added[each]))
        more = (*more, Worker(f"+{role}{added[role]}", abilities=(Ability(role),)))
        added[role] += 1
    return tuple(sorted(added.items()))


def _told(
    problem: Problem,
    reasons: tuple[GapReason, ...],
    reliefs: tuple[Relief, ...],
    needed: tuple[tuple[str, int], ...] | None,
    missing: int,
) -> tuple[Text, ...]:
    said = [reason.words for reason in reasons]
    for relief in reliefs:
        said.append(
            Text(
                "若{zh}，缺口由 {was} 人次减到 {left} 人次。",
                "With {en}, {left} instead of {was} would be missing.",
            ).filled(zh=relief.words.zh, en=relief.words.en, was=missing, left=relief.missing)
        )
    if not reliefs:
        said.append(Text("单独放宽哪一条规则都补不上。", "Loosening any one rule alone does not help."))
    if needed:
        names = problem.role_names
        zh = "、".join(f"{names.get(role, role)} {count} 人" for role, count in needed)
        en = ", ".join(f"{count} as {names.get(role, role)}" for role, count in needed)
        said.append(Text(f"再增加{zh}，就能排满。", f"Adding {en} would fill every shift."))
    return tuple(said)


def day_zh(on: date) -> str:
    """5月21日（周五）"""
    return f"{on.month}月{on.day}日（周{_WEEKDAYS[on.weekday()]}）"
