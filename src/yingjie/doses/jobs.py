"""Background work of doses: standings made anew, and what a switch of policy would change."""

from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse

from yingjie.doses import actions
from yingjie.foundation.access.actor import system
from yingjie.foundation.access.queries import actor_named
from yingjie.foundation.jobs.registry import Progress, hourly, job


@job("doses.refresh_standings", in_parts=True)
def refresh(progress: Progress) -> dict[str, Any]:
    """After a switch of policy, and what a night brings. The product's own work: whoever switched need not be allowed to touch
    every standing. Each part commits by itself; stopped, it is taken up by the next."""
    changed = actions.refresh_standings(by=system("standings"), progress=progress.step)
    return {"url": reverse("policies"), "counts": {"changed": changed}}


@job("doses.measure_policy")
def measure(progress: Progress, *, username: str, version_id: str, from_on: str) -> dict[str, Any]:
    """As whoever asked, with the roles they hold at that moment."""
    effects = actions.measure_policy(
        by=actor_named(username),
        version_id=UUID(version_id),
        from_on=date.fromisoformat(from_on),
        progress=progress.step,
    )
    return {"url": reverse("policy", args=[version_id]), "counts": {"changed": effects["changed"]}}


@hourly
def what_days_bring() -> None:
    """Birthdays, ends of deferrals, first days of policies: the first hour of a day has most of it. Where it takes long it is a
    job that can be seen and stopped; a run that was broken off is taken up an hour later."""
    actions.follow_the_day(by=system("standings"))
