"""Reading jobs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yingjie.foundation.access.actor import Actor
from yingjie.foundation.jobs.models import Job
from yingjie.foundation.refusals import NotFound


@dataclass(frozen=True)
class JobRow:
    id: UUID
    kind: str
    title: str
    state: str
    done: int
    total: int | None
    message: str
    result: dict[str, Any] | None
    refusal: dict[str, Any] | None
    cancel_requested: bool
    created_at: datetime
    finished_at: datetime | None

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "failed", "cancelled")


def job(actor: Actor, job_id: UUID) -> JobRow:
    """One's own job (the product itself sees any). Raises NotFound."""
    found = Job.objects.filter(pk=job_id).first()
    if found is None or not (found.owner == actor.name or actor.is_system):
        raise NotFound()
    return _row(found)


def under_way(kind: str) -> bool:
    """Whether a job of that kind waits or runs."""
    return Job.objects.filter(kind=kind, state__in=("queued", "running")).exists()


def own(actor: Actor, *, limit: int = 50) -> list[JobRow]:
    """The actor's own jobs, newest first."""
    return [_row(job) for job in Job.objects.filter(owner=actor.name).order_by("-created_at")[:limit]]


def _row(job: Job) -> JobRow:
    return JobRow(
        job.pk, job.kind, job.title, job.state, job.done, job.total, job.message, job.result, job.refusal,
        job.cancel_requested, job.created_at, job.finished_at,
    )  # fmt: skip
