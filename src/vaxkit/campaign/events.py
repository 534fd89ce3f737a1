"""What a scenario does to each day: capacity, appetite, trust, and when vaccine arrives. Deterministic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vaxkit.campaign.plan import CampaignPlan, Event, Scenario

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Days:
    """One entry a day of the plan: doses that can be given, how many times the usual people come, the share of trust that is left,
    of those to whom a later dose is due the share who come in spite of rain and doubt, doses that arrive."""

    capacity: Floats
    appetite: Floats
    trust: Floats
    keeping: Floats
    arriving: Floats


def days_of(plan: CampaignPlan, scenario: Scenario) -> Days:
    """The days of a plan under a scenario."""
    count = plan.most_days
    capacity = np.zeros(count)
    for place in plan.places:
        for step in range(count):
            day = plan.first + step
            if day not in place.closed and not _is_closed(scenario, place.id, day):
                capacity[step] += place.capacity[(day - 1) % 7]  # ordinal 1 was a Monday
    appetite, trust, rain = np.ones(count), np.ones(count), np.ones(count)
    for event in scenario.events:
        _apply(event, plan.first, capacity, appetite, trust, rain)
    return Days(np.floor(capacity), appetite * rain, trust, trust * rain, _arriving(plan, scenario))


def _apply(event: Event, first: int, capacity: Floats, appetite: Floats, trust: Floats, rain: Floats) -> None:
    # What ended before the plan's first day touches none of its days; a cluster of reactions is remembered for longer.
    begins, ends = max(0, event.first - first), max(0, event.last - first + 1)
    if event.kind == "staff_sick":
        capacity[begins:ends] *= 1 - event.amount
    elif event.kind == "rush":
        appetite[begins:ends] *= event.amount
    elif event.kind == "rain":
        rain[begins:ends] *= event.amount
    elif event.kind == "aefi_cluster":
        since = np.arange(len(trust)) + first - event.first
        lost = event.amount * 0.5 ** (np.maximum(since, 0) / event.half_life)
        trust *= np.where(since >= 0, 1 - lost, 1.0)
        capacity[begins:ends] = 0.0  # vaccination stands still while it is looked into


def _is_closed(scenario: Scenario, place: str, day: int) -> bool:
    return any(
        event.kind == "site_closed" and event.site == place and event.first <= day <= event.last
        for event in scenario.events
    )


def _arriving(plan: CampaignPlan, scenario: Scenario) -> Floats:
    """Deliveries due within a lateness come that many days later; those due before the first day are there."""
    found = np.zeros(plan.most_days)
    found[0] += plan.stock
    for due, doses in plan.deliveries.items():
        late = sum(
            int(event.amount)
            for event in scenario.events
            if event.kind == "vaccine_late" and event.first <= due <= event.last
        )
        step = max(0, due + late - plan.first)
        if step < plan.most_days:
            found[step] += doses
    return found
