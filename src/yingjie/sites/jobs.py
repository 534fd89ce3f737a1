"""Background work of sites."""

from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse

from yingjie.foundation.access.queries import actor_named
from yingjie.foundation.jobs.registry import Progress, job
from yingjie.sites import roster_actions


@job("sites.build_roster")
def build_roster(
    progress: Progress, *, username: str, site_id: str, first_on: str, last_on: str
) -> dict[str, Any]:
    """Build a roster as whoever asked for it, with the roles they hold at that moment."""
    made = roster_actions.build(
        by=actor_named(username), site_id=UUID(site_id), first_on=date.fromisoformat(first_on),
        last_on=date.fromisoformat(last_on), tell=progress.step,
    )  # fmt: skip
    return {"url": reverse("roster", args=[made.pk]), "counts": {"missing": made.told["missing"]}}
