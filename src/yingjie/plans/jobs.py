"""Background work of plans."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from yingjie.foundation.access.queries import actor_named
from yingjie.foundation.jobs.registry import Progress, job
from yingjie.plans import (
    actions,
    exercise_actions,
    later_doses,
    outlook_actions,
    proposal_actions,
    supply_actions,
)
from yingjie.plans.supply_planning import ByHand


@job("plans.simulate")
def simulate(progress: Progress, *, username: str, scenario_id: str) -> dict[str, Any]:
    actions.simulate(by=actor_named(username), scenario_id=UUID(scenario_id), tell=progress.step)
    return {"url": reverse("plans_scenario", args=[scenario_id])}


@job("plans.staffing")
def staffing(
    progress: Progress, *, username: str, scenario_id: str, minutes: int, percent: int
) -> dict[str, Any]:
    actions.find_staffing(
        by=actor_named(username),
        scenario_id=UUID(scenario_id),
        minutes=minutes,
        percent=percent,
        tell=progress.step,
    )
    return {"url": reverse("plans_scenario", args=[scenario_id]) + "#staffing"}


@job("plans.propose")
def propose(progress: Progress, *, username: str, proposal_id: str) -> dict[str, Any]:
    made = proposal_actions.compute(
        by=actor_named(username), proposal_id=UUID(proposal_id), tell=progress.step
    )
    return {"url": reverse("plans_proposal", args=[proposal_id]), "counts": {"placed": made.told["placed"]}}


@job("plans.supply")
def supply(
    progress: Progress, *, username: str, plan_id: str, by_hand: Sequence[Sequence[Any]] = ()
) -> dict[str, Any]:
    stands = [ByHand(*each) for each in by_hand]
    made = supply_actions.compute(
        by=actor_named(username), plan_id=UUID(plan_id), by_hand=stands, tell=progress.step
    )
    return {
        "url": reverse("plans_supply_plan", args=[plan_id]),
        "counts": {"moves": len((made.told or {})["moves"])},
    }


@job("plans.campaign")
def campaign(progress: Progress, *, username: str, run_id: str) -> dict[str, Any]:
    outlook_actions.simulate(by=actor_named(username), run_id=UUID(run_id), tell=progress.step)
    return {"url": reverse("plans_campaign_run", args=[run_id])}


@job("plans.exercise_effects")
def exercise_effects(progress: Progress, *, username: str, exercise_id: str) -> dict[str, Any]:
    exercise_actions.effects(by=actor_named(username), exercise_id=UUID(exercise_id), tell=progress.step)
    return {"url": reverse("plans_exercise_report", args=[exercise_id])}


__all__ = ["later_doses"]  # its hourly work is registered where it stands
