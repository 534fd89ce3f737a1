"""Background work of plans."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from yingjie.foundation.access.queries import actor_named
from yingjie.foundation.jobs.registry import Progress, job
from yingjie.plans import actions, proposal_actions


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
