"""What a simulated campaign comes to: frozen values with bands over the replications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vaxkit.campaign.plan import CampaignPlan, Scenario
from vaxkit.vocabulary import Text

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Band:
    """A figure over the days: its mean, and the range in which 90 % of the replications lie."""

    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the whole campaign: mean with its 95 % interval (`low`..`high`), and 90 % of replications (`least`..`most`)."""

    mean: float
    low: float
    high: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """`finish` are days of the plan on which the target is reached (dates: median and the range of 90 %; None: not within the
    plan), `finished` the share of replications that reach it. `coverage` per dose, as shares of all people."""

    scenario: str
    title: Text
    finished: float
    finish: date | None
    finish_early: date | None
    finish_late: date | None
    doses: Figure
    wasted: Figure
    turned_away: Figure
    days_without_vaccine: Figure
    most_waiting_later: Figure
    daily: Band
    stock: Band
    coverage: Mapping[int, Band]


def outlook(
    plan: CampaignPlan,
    scenario: Scenario,
    told: Mapping[str, Floats],
    reached: Floats,
    doses: tuple[int, ...],
) -> Outlook:
    """The arrays of a run (days × replications) as values."""
    goal = np.ceil(plan.target * plan.people)
    row = doses.index(plan.target_dose)
    there = reached[:, row] >= goal
    steps = np.where(there.any(axis=0), there.argmax(axis=0), plan.most_days).astype(np.float64)
    dry = told["no_dose"] >= 1
    return Outlook(
        scenario=scenario.id,
        title=scenario.title,
        finished=float(there.any(axis=0).mean()),
        finish=_day(plan, steps, 0.5),
        finish_early=_day(plan, steps, 0.05),
        finish_late=_day(plan, steps, 0.95),
        doses=_figure(told["doses"].sum(axis=0)),
        wasted=_figure(told["wasted"].sum(axis=0)),
        turned_away=_figure(told["turned_away"].sum(axis=0)),
        days_without_vaccine=_figure(dry.sum(axis=0)),
        most_waiting_later=_figure(told["late"].max(axis=0)),
        daily=_band(told["doses"]),
        stock=_band(told["stock"]),
        coverage={dose: _band(reached[:, nth] / plan.people) for nth, dose in enumerate(doses)},
    )


def as_document(found: Outlook) -> dict[str, Any]:
    """For JSON."""

    def figure(each: Figure) -> dict[str, float]:
        return {name: round(getattr(each, name), 2) for name in ("mean", "low", "high", "least", "most")}

    def band(each: Band, digits: int) -> dict[str, list[float]]:
        return {
            name: [round(value, digits) for value in getattr(each, name)] for name in ("mean", "low", "high")
        }

    return {
        "scenario": found.scenario, "title": {"zh": found.title.zh, "en": found.title.en}, "finished": round(found.finished, 4),
        **{name: _said(getattr(found, name)) for name in ("finish", "finish_early", "finish_late")},
        **{
            name: figure(getattr(found, name))
            for name in ("doses", "wasted", "turned_away", "days_without_vaccine", "most_waiting_later")
        },
        "daily": band(found.daily, 1), "stock": band(found.stock, 1),
        "coverage": {str(dose): band(each, 5) for dose, each in found.coverage.items()},
    }  # fmt: skip


def _said(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(plan: CampaignPlan, steps: Floats, share: float) -> date | None:
    step = int(np.quantile(steps, share, method="inverted_cdf"))
    return date.fromordinal(plan.first + step) if step < plan.most_days else None


def _figure(values: Floats) -> Figure:
    mean = float(values.mean())
    half = 1.96 * float(values.std(ddof=1)) / len(values) ** 0.5 if len(values) > 1 else 0.0
    least, most = np.quantile(values, (0.05, 0.95))
    return Figure(mean, mean - half, mean + half, float(least), float(most))


def _band(values: Floats) -> Band:
    low, high = np.quantile(values, (0.05, 0.95), axis=1)
    return Band(tuple(values.mean(axis=1).tolist()), tuple(low.tolist()), tuple(high.tolist()))
