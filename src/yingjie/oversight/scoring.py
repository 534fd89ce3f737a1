"""Scores from issued bulletins and confirmed cards: what `vaxkit.supervision` is asked, and what a sheet keeps of it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

from vaxkit.ruledata.scoring_rules import shipped_scoring_rules
from vaxkit.supervision.cards import Kind
from vaxkit.supervision.scoring import Bulletin as Figures
from vaxkit.supervision.scoring import ScoringRules, scores
from yingjie.oversight.compiling import SMALL_BELOW
from yingjie.oversight.content import from_json
from yingjie.oversight.models import Bulletin, Card
from yingjie.oversight.score_refusals import TooFewBulletins

_WHY = "of an area whose counts the actor was found to see"


def scored(area_code: str, from_on: date, until_on: date) -> list[dict[str, Any]]:
    """The areas right below, the best first, as a sheet keeps them: points with one decimal, shares in percent, "" where there
    is no figure. Raises TooFewBulletins."""
    rows = Bulletin.objects.unscoped(_WHY).filter(area_id=area_code, on__range=(from_on, until_on))
    figures: dict[str, list[Figures]] = defaultdict(list)
    names: dict[str, str] = {}
    issued = list(rows.order_by("on"))
    if len(issued) < 2:
        raise TooFewBulletins(from_on=from_on, until_on=until_on)
    for row in issued:
        for line in from_json(row.content).lines:
            if line.code and line.code != area_code:
                names[line.code] = line.name
                figures[line.code].append(
                    Figures(
                        line.people, line.first_dose, line.doses_today, line.late, line.listed, line.attended
                    )
                )
    found = scores(
        shipped_scoring_rules(), figures, _cards(area_code, from_on, until_on), small_below=SMALL_BELOW
    )
    return [
        {
            "area": each.area,
            "name": names[each.area],
            "points": "" if each.points is None else f"{_one_decimal(each.points)}",
            "shares": {measure.value: _percent(share) for measure, share in each.shares.items()},
            "deducted": each.deducted,
            "place": each.place,
            "proposed": each.is_proposed,
        }
        for each in found
    ]


def rules_as_json(rules: ScoringRules) -> dict[str, Any]:
    """What a sheet says of its rules, in both languages."""
    return {
        "weights": [
            {"measure": each.measure.value, "weight": each.weight, "zh": each.title.zh, "en": each.title.en}
            for each in rules.weights
        ],
        "deductions": {kind.value: points for kind, points in rules.deductions.items()},
        "first": f"{rules.first.numerator}/{rules.first.denominator}",
        "at_least": rules.at_least,
        "source": {"zh": rules.source.document.zh, "en": rules.source.document.en},
    }


def _cards(area_code: str, from_on: date, until_on: date) -> dict[str, list[Kind]]:
    """The cards that were confirmed or raised by hand in the time; one that was dismissed counts nothing."""
    rows = Card.objects.unscoped(_WHY).filter(raised_by_id=area_code, on__range=(from_on, until_on))
    found: dict[str, list[Kind]] = defaultdict(list)
    for area, kind in rows.exclude(state__in=("proposed", "dismissed")).values_list("area_id", "kind"):
        found[area].append(Kind(kind))
    return found


def _one_decimal(points: Fraction) -> str:
    """Rounded half up, exactly."""
    tenths = (points * 10 + Fraction(1, 2)) // 1
    return f"{tenths // 10}.{tenths % 10}"


def _percent(share: Fraction | None) -> str:
    return "" if share is None else f"{_one_decimal(share * 100)}%"
