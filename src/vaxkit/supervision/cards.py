"""Yellow and red cards 红黄牌, interviews 约谈 and supervision orders 督办, proposed by rules from the figures that were issued.

A rule looks at the last days of one area beside the others of its level. It proposes; it never decides: whoever reads a proposal
sees the figures on which it rests and confirms it or not. Areas too small to rank, and areas with nobody left to reach, are never
proposed: one person would decide their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from vaxkit.vocabulary import Source, Text


class Kind(StrEnum):
    """What is raised."""

    YELLOW = "yellow"
    RED = "red"
    INTERVIEW = "interview"
    ORDER = "order"


class RuleKind(StrEnum):
    """What a rule looks at.

    LAST       among the last places for `days` issued days running, and `points` percentage points or more below the mean
    NO_DOSES   no dose on `days` issued days running, with more than `remaining` people left
    SLOW       over `days` issued days, doses per person left at most `share` of that of all areas together
    UNSETTLED  a card of kind `after` stands for `days` days, and the area still meets a rule of that kind
    """

    LAST = "last"
    NO_DOSES = "no_doses"
    SLOW = "slow"
    UNSETTLED = "unsettled"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as data. `last` is the share of ranked areas that counts as the last places (at least one area); which of the
    other figures a kind uses stands at `RuleKind`."""

    code: str
    raises: Kind
    looks_at: RuleKind
    title: Text
    source: Source
    days: int
    reply_days: int
    last: Fraction = Fraction(1, 10)
    points: Fraction = Fraction(0)
    remaining: int = 0
    share: Fraction = Fraction(1, 2)
    after: Kind = Kind.YELLOW


@dataclass(frozen=True, slots=True)
class Figure:
    """An area on an issued day: place (None: not ranked) of `ranked` areas, first-dose coverage with the mean of all areas
    (None where
    nobody is to be vaccinated), the day's doses, people left without a first dose."""

    on: date
    place: int | None
    ranked: int
    coverage: Fraction | None
    mean: Fraction | None
    doses: int
    remaining: int


@dataclass(frozen=True, slots=True)
class Open:
    """A card that stands: raised on a day and not lifted. One that is only proposed is not raised again, but nothing harder
    follows from it."""

    kind: Kind
    rule: str
    since_on: date
    is_confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Proposal:
    """`rests_on` are the days' figures, the oldest first; `because` says it in a sentence."""

    area: str
    rule: str
    raises: Kind
    because: Text
    rests_on: tuple[Figure, ...]
    reply_days: int


def propose(
    rules: Sequence[Rule], figures: Mapping[str, Sequence[Figure]], standing: Mapping[str, Iterable[Open]]
) -> tuple[Proposal, ...]:
    """What the rules propose for each area of `figures` (its issued days in any order), in the order of areas and rules.

    Nothing is proposed that stands already: not the same rule, and nothing milder than the hardest card of an area.
    """
    found: list[Proposal] = []
    totals = _totals(figures)
    for area in sorted(figures):
        days = sorted(figures[area], key=lambda figure: figure.on)
        cards = tuple(standing.get(area, ()))
        for rule in rules:
            if not any(
                card.rule == rule.code or _hardness(card.kind) > _hardness(rule.raises) for card in cards
            ):
                proposal = _of(rule, rules, area, days, cards, totals)
                if proposal:
                    found.append(proposal)
    return tuple(found)


_HARDNESS = (Kind.YELLOW, Kind.INTERVIEW, Kind.ORDER, Kind.RED)


def _hardness(kind: Kind) -> int:
    return _HARDNESS.index(kind)


def _of(
    rule: Rule,
    rules: Sequence[Rule],
    area: str,
    days: Sequence[Figure],
    cards: Sequence[Open],
    totals: Mapping[date, tuple[int, int]],
) -> Proposal | None:
    if rule.looks_at is RuleKind.UNSETTLED:
        return _unsettled(rule, rules, area, days, cards, totals)
    recent = tuple(days[-rule.days :])
    if len(recent) < rule.days or not _meets(rule, recent, totals):
        return None
    return Proposal(area, rule.code, rule.raises, _because(rule, recent, totals), recent, rule.reply_days)


def _meets(rule: Rule, recent: Sequence[Figure], totals: Mapping[date, tuple[int, int]]) -> bool:
    if any(figure.place is None for figure in recent) or not recent[-1].remaining:
        return False
    match rule.looks_at:
        case RuleKind.LAST:
            return all(_is_last(figure, rule) and _below(figure) >= rule.points for figure in recent)
        case RuleKind.NO_DOSES:
            return all(not figure.doses for figure in recent) and recent[-1].remaining > rule.remaining
        case RuleKind.SLOW:
            own, all_areas = _speed(recent, totals)
            return all_areas > 0 and own <= rule.share * all_areas
        case RuleKind.UNSETTLED:
            return False


def _unsettled(
    rule: Rule,
    rules: Sequence[Rule],
    area: str,
    days: Sequence[Figure],
    cards: Sequence[Open],
    totals: Mapping[date, tuple[int, int]],
) -> Proposal | None:
    for card in cards:
        first = next(
            (each for each in rules if each.code == card.rule and each.looks_at is not RuleKind.UNSETTLED),
            None,
        )
        if (
            not card.is_confirmed
            or card.kind is not rule.after
            or first is None
            or not days
            or (days[-1].on - card.since_on).days < rule.days
        ):
            continue
        recent = tuple(days[-first.days :])
        if len(recent) == first.days and _meets(first, recent, totals):
            stands = (days[-1].on - card.since_on).days
            still = _because(first, recent, totals)
            because = Text(
                f"“{first.title.zh}”已发出{stands}天仍未整改到位：{still.zh}",
                f"“{first.title.en}” has stood for {stands} days and still holds: {still.en}",
            )
            return Proposal(area, rule.code, rule.raises, because, recent, rule.reply_days)
    return None


def _is_last(figure: Figure, rule: Rule) -> bool:
    """Among the last places: the share of all ranked areas, rounded down, but at least one; never the whole table."""
    places = max(1, int(rule.last * figure.ranked))
    return figure.place is not None and figure.ranked > places and figure.place > figure.ranked - places


def _below(figure: Figure) -> Fraction:
    """Percentage points below the mean of all areas."""
    if figure.coverage is None or figure.mean is None:
        return Fraction(-1)
    return (figure.mean - figure.coverage) * 100


def _totals(figures: Mapping[str, Sequence[Figure]]) -> dict[date, tuple[int, int]]:
    """(doses, people left) of all areas together, by day."""
    found: dict[date, tuple[int, int]] = {}
    for days in figures.values():
        for figure in days:
            doses, remaining = found.get(figure.on, (0, 0))
            found[figure.on] = doses + figure.doses, remaining + figure.remaining
    return found


def _speed(recent: Sequence[Figure], totals: Mapping[date, tuple[int, int]]) -> tuple[Fraction, Fraction]:
    """Doses over the days per person left on the last of them: of the area, and of all areas together."""
    last = recent[-1]
    given = sum(totals[figure.on][0] for figure in recent)
    left = totals[last.on][1]
    return Fraction(sum(figure.doses for figure in recent), last.remaining), Fraction(
        given, left
    ) if left else Fraction(0)


def _because(rule: Rule, recent: Sequence[Figure], totals: Mapping[date, tuple[int, int]]) -> Text:
    first, last = recent[0], recent[-1]
    days = f"{first.on:%m-%d}", f"{last.on:%m-%d}"
    match rule.looks_at:
        case RuleKind.LAST:
            places = "、".join(f"{figure.place}/{figure.ranked}" for figure in recent)
            points = f"{float(_below(last)):.1f}"
            return Text(
                f"{days[0]}至{days[1]}连续{rule.days}期排名靠后（{places}），低于平均{points}个百分点，剩余{last.remaining}人。",
                f"Among the last from {days[0]} to {days[1]}, {rule.days} bulletins running ({places.replace('、', ', ')}),"
                f" {points} points below the mean; {last.remaining} people left.",
            )
        case RuleKind.NO_DOSES:
            return Text(
                f"{days[0]}至{days[1]}连续{rule.days}期没有接种，剩余{last.remaining}人。",
                f"No dose from {days[0]} to {days[1]}, {rule.days} bulletins running; {last.remaining} people left.",
            )
        case _:
            own, together = _speed(recent, totals)
            return Text(
                f"{days[0]}至{days[1]}每百名剩余人员接种{float(own * 100):.1f}剂，全体为{float(together * 100):.1f}剂。",
                f"From {days[0]} to {days[1]} {float(own * 100):.1f} doses for every hundred people left,"
                f" {float(together * 100):.1f} in all areas together.",
            )
