"""Rankings from a day's bulletin, each by a stated rule, with what every place rests on and how it moved since the day before.

As issued where it was issued; then the places of the day before are those of the bulletin before, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import get_language

from vaxkit.coverage import Coverage, Rule, Scored, score
from yingjie.foundation.access.actor import Actor
from yingjie.oversight import queries
from yingjie.oversight.compiling import SMALL_BELOW
from yingjie.oversight.content import BulletinContent, Line
from yingjie.oversight.paper_sections import accuracy_of

#: What is ranked: the areas one level below, all villages, the lines.
WHAT = ("areas", "villages", "lines")


@dataclass(frozen=True)
class RankedRow:
    """`code` "" for lines; `moved` places won or lost since the day before, None where either day has no place."""

    name: str
    under: str
    code: str
    scored: Scored
    moved: int | None


@dataclass(frozen=True)
class Ranking:
    """`is_issued`: the figures are those of the issued bulletin."""

    content: BulletinContent
    is_issued: bool
    rule: Rule
    what: str
    rows: tuple[RankedRow, ...]


def ranking(actor: Actor, area_code: str, on: date, rule: Rule, what: str) -> Ranking:
    """Raises NotFound, DayToCome."""
    found = queries.issued(actor, area_code, on)
    content = found.content if found else queries.draft(actor, area_code, on)
    previous = queries.issued(actor, area_code, on - timedelta(days=1))
    before = {row.key: row.place for row in scores(previous.content, rule, what)} if previous else {}
    names = {key: (name, under) for key, name, under in _names(content, what)}
    rows = tuple(
        RankedRow(*names[row.key], row.key if what != "lines" else "", row, _moved(row, before))
        for row in scores(content, rule, what)
    )
    return Ranking(content, found is not None, rule, what, rows)


def scores(content: BulletinContent, rule: Rule, what: str) -> tuple[Scored, ...]:
    """The places of a bulletin's areas, villages or lines by a rule; lines have neither lists nor a week of their own."""
    if what == "lines":
        groups = [group for group in content.groups if group.kind == "line"]
        counted = [(group.code, _of_counts(rule, group.first_dose, group.people)) for group in groups]
    else:
        lines = [line for line in _lines(content, what) if line.code and not line.is_bare]
        counted = [(line.code, rests_on(rule, line)) for line in lines]
    return score(rule, counted, small_below=SMALL_BELOW)


def rests_on(rule: Rule, line: Line) -> Coverage:
    """The counts behind a line's place."""
    if rule is Rule.PACE:
        return Coverage(line.recent, line.left_before)
    if rule is Rule.ACCURACY:
        return accuracy_of(line)
    if rule is Rule.REMAINING:
        return Coverage(line.remaining, line.people)
    return line.first_dose_coverage


def rules_for(what: str) -> tuple[Rule, ...]:
    return (Rule.RATE, Rule.REMAINING) if what == "lines" else tuple(Rule)


def kinds_of(content: BulletinContent) -> tuple[str, ...]:
    """What there is to rank in a bulletin."""
    lines = sum(group.kind == "line" for group in content.groups)
    has = {"areas": len(content.lines) > 1, "villages": bool(content.annex), "lines": lines > 1}
    return tuple(what for what in WHAT if has[what]) or ("areas",)


def _of_counts(rule: Rule, first: int, people: int) -> Coverage:
    return Coverage(max(0, people - first), people) if rule is Rule.REMAINING else Coverage(first, people)


def _lines(content: BulletinContent, what: str) -> Sequence[Line]:
    return content.annex if what == "villages" else content.lines


def _names(content: BulletinContent, what: str) -> list[tuple[str, str, str]]:
    if what == "lines":
        language = get_language() or "zh-hans"
        return [
            (group.code, group.title.in_(language), "") for group in content.groups if group.kind == "line"
        ]
    return [(line.code, line.name, line.under) for line in _lines(content, what) if line.code]


def _moved(row: Scored, before: dict[str, int | None]) -> int | None:
    was = before.get(row.key)
    return was - row.place if was is not None and row.place is not None else None
