"""The figures of the last bulletins of an area, as the rules of cards read them, and the cards that stand."""

from dataclasses import asdict
from fractions import Fraction
from typing import Any

from vaxkit.coverage import Coverage
from vaxkit.supervision import Figure, Kind, Open
from yingjie.oversight.content import from_json
from yingjie.oversight.models import Bulletin, Card
from yingjie.oversight.workflow import LIVE

BULLETINS = 10
_WHY = "of an area whose bulletins the actor may issue"


def figures(area_code: str) -> dict[str, list[Figure]]:
    """Area one level below → its figures in the last bulletins, the oldest first."""
    rows = Bulletin.objects.unscoped(_WHY).filter(area_id=area_code).order_by("-on")[:BULLETINS]
    found: dict[str, list[Figure]] = {}
    for row in reversed(rows):
        content = from_json(row.content)
        lines = [line for line in content.lines if line.code and line.code != area_code]
        ranked = sum(line.place is not None for line in lines)
        together = sum((line.first_dose_coverage for line in lines), Coverage(0, 0)).rate
        for line in lines:
            rate = line.first_dose_coverage.rate
            found.setdefault(line.code, []).append(
                Figure(row.on, line.place, ranked, rate, together, line.doses_today, line.remaining)
            )
    return found


def standing(area_code: str) -> dict[str, list[Open]]:
    """Area → the live cards that were raised from this area's bulletins, proposals among them."""
    found: dict[str, list[Open]] = {}
    rows = Card.objects.unscoped(_WHY).filter(raised_by_id=area_code, state__in=LIVE).exclude(rule="")
    for row in rows:
        found.setdefault(row.area_id, []).append(
            Open(Kind(row.kind), row.rule, row.on, row.state != "proposed")
        )
    return found


def as_json(figure: Figure) -> dict[str, Any]:
    """Day, place, counts, and rates as percent with one decimal: what the card's page shows."""
    said = asdict(figure)
    return said | {
        "on": figure.on.isoformat(),
        "coverage": _percent(figure.coverage),
        "mean": _percent(figure.mean),
    }


def _percent(rate: Fraction | None) -> str:
    return "–" if rate is None else Coverage(rate.numerator, rate.denominator).percent()
