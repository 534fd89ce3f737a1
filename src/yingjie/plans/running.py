"""What computes in the background: the actor's own job to show, and whether it has stopped without a result."""

from dataclasses import dataclass
from uuid import UUID

from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.jobs import queries as jobs
from yingjie.foundation.jobs.queries import JobRow
from yingjie.foundation.refusals import NotFound
from yingjie.plans import refusals


@dataclass(frozen=True)
class Running:
    """`job`: to be shown, where it is the actor's own. `is_stopped`: nothing computes; it can be started again."""

    job: JobRow | None
    is_stopped: bool


def running(actor: Actor, job_id: UUID | None) -> Running:
    """How the background work of a plan without a result stands, for whoever may see the plan."""
    found = _job(job_id)
    own = found if found is not None and _is_own(actor, found.id) else None
    return Running(own, found is None or found.is_over)


def must_have_stopped(job_id: UUID | None) -> None:
    """Raises StillComputing."""
    found = _job(job_id)
    if found is not None and not found.is_over:
        raise refusals.StillComputing()


def _job(job_id: UUID | None) -> JobRow | None:
    try:
        return jobs.job(system("plans"), job_id) if job_id else None
    except NotFound:
        return None


def _is_own(actor: Actor, job_id: UUID) -> bool:
    try:
        return bool(jobs.job(actor, job_id))
    except NotFound:
        return False
