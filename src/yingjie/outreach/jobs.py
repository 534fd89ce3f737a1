"""Background work of outreach."""

from typing import Any

from django.urls import reverse

from yingjie.foundation.access.queries import actor_named
from yingjie.foundation.jobs.registry import Progress, job
from yingjie.outreach import unvaccinated_actions


@job("outreach.issue_unvaccinated")
def issue_unvaccinated(progress: Progress, *, username: str, area_code: str) -> dict[str, Any]:
    """Make today's lists of a township or county as whoever asked for them."""
    villages = unvaccinated_actions.issue_unvaccinated(
        by=actor_named(username), area_code=area_code, progress=progress.step
    )
    return {"url": f"{reverse('outreach_lists')}?area={area_code}", "counts": {"villages": villages}}
