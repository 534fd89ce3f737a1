"""Background work of outreach."""

from typing import Any

from django.urls import reverse

from yingjie.foundation.access.actor import system
from yingjie.foundation.access.queries import actor_named
from yingjie.foundation.jobs.registry import Progress, daily, job
from yingjie.outreach import allotments, duties, duty_actions, unvaccinated_actions, watch_actions


@job("outreach.issue_unvaccinated")
def issue_unvaccinated(progress: Progress, *, username: str, area_code: str) -> dict[str, Any]:
    """Make today's lists of a township or county as whoever asked for them."""
    villages = unvaccinated_actions.issue_unvaccinated(
        by=actor_named(username), area_code=area_code, progress=progress.step
    )
    return {"url": f"{reverse('outreach_lists')}?area={area_code}", "counts": {"villages": villages}}


@job("outreach.propose_allotment")
def propose_allotment(progress: Progress, *, username: str, area_code: str) -> dict[str, Any]:
    """Share a township's people out as whoever asked for it; nothing is changed before somebody says so."""
    progress.step(0, 1)
    made = allotments.propose(by=actor_named(username), area_code=area_code)
    progress.step(1, 1)
    return {
        "url": reverse("outreach_proposal", args=[made.pk]),
        "counts": {"people": made.people, "changes": len(made.rows)},
    }


@job("outreach.settle")
def settle(progress: Progress, *, username: str, area_code: str) -> dict[str, Any]:
    """Newcomers get an officer, those vaccinated leave, in one township."""
    progress.step(0, 1)
    given, closed = duty_actions.settle(by=actor_named(username), area_code=area_code)
    watch_actions.settle(by=actor_named(username), area_code=area_code)
    progress.step(1, 1)
    return {
        "url": reverse("outreach_duties_in", args=[area_code]),
        "counts": {"given": given, "closed": closed},
    }


@daily
def settle_everywhere() -> None:
    """The same every night in every township where somebody answers."""
    for town in duties.towns_with_officers():
        duty_actions.settle(by=system("outreach"), area_code=town)
        watch_actions.settle(by=system("outreach"), area_code=town)
