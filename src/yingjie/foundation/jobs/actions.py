"""Starting, stopping and running jobs."""

import logging
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app as queue

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.jobs.models import Job
from yingjie.foundation.jobs.registry import (
    DAILY,
    FUNCTIONS,
    HOURLY,
    IN_PARTS,
    Cancelled,
    Progress,
    run_in_parts,
    run_in_transaction,
)  # fmt: skip
from yingjie.foundation.refusals import NotFound, Refusal

log = logging.getLogger(__name__)


class JobBroke(Refusal):
    code = "jobs.broke"
    reason = _("The work stopped because of a fault in the program; nothing was changed.")
    next_step = _("Start it again; if it stops again, give the number {job} to your administrator.")
    status = 500


@transaction.atomic
def start(*, by: Actor, kind: str, title: str, **arguments: Any) -> Job:
    """Queue a job; it exists only if the surrounding transaction commits. `arguments` must be JSON values."""
    if kind not in FUNCTIONS:
        raise ValueError(f"no job is called {kind}")
    job = Job.objects.create(
        kind=kind, title=title, arguments=arguments, owner=by.name, created_at=clock.now()
    )
    run_job.defer(job_id=str(job.pk))
    return job


@transaction.atomic
def cancel(*, by: Actor, job_id: UUID) -> None:
    """Ask a job to stop. A queued one never begins; a running one stops at its next step and leaves nothing half done."""
    job = Job.objects.select_for_update().filter(pk=job_id, owner=by.name).first()
    if job is None:
        raise NotFound()
    job.cancel_requested = True
    job.save(update_fields=["cancel_requested"])


@queue.task(name="run_job", pass_context=False)
def run_job(job_id: str) -> None:
    """Run one job to its end and write down how it ended. Never raises: a broken job is a fact to show, not to retry."""
    job = Job.objects.filter(pk=UUID(job_id), state="queued").first()
    if job is None:
        return
    if job.cancel_requested:
        _finish(job, "cancelled")
        return
    Job.objects.filter(pk=job.pk).update(state="running", started_at=clock.now())
    try:
        run = run_in_parts if job.kind in IN_PARTS else run_in_transaction
        result = run(FUNCTIONS[job.kind], Progress(job.pk), job.arguments)
    except Cancelled:
        _finish(job, "cancelled")
    except Refusal as refusal:
        _finish(job, "failed", refusal=refusal.as_dict())
    except Exception:
        log.exception("job %s (%s) broke", job.pk, job.kind)
        _finish(job, "failed", refusal=JobBroke(job=job.pk).as_dict())
    else:
        _finish(job, "done", result=result)


@queue.periodic(cron="7 * * * *")
@queue.task(name="run_hourly", pass_context=False)
def run_hourly(timestamp: int) -> None:
    """What follows from the passing of time. One that breaks does not keep the others from running."""
    _each(HOURLY)


@queue.periodic(cron="41 18 * * *")  # procrastinate counts in UTC: 2:41 at night in China
@queue.task(name="run_daily", pass_context=False)
def run_daily(timestamp: int) -> None:
    """What is done once a night. One that breaks does not keep the others from running."""
    _each(DAILY)


def _each(functions: Sequence[Callable[[], object]]) -> None:
    for function in functions:
        try:
            function()
        except Exception:
            log.exception("the periodic %s broke", function.__qualname__)


def _finish(job: Job, state: str, **outcome: Any) -> None:
    Job.objects.filter(pk=job.pk).update(state=state, finished_at=clock.now(), **outcome)


def sweep_broken() -> int:
    """Jobs that were running when the machine died are shown as broken; the worker calls this when it starts."""
    broken = list(Job.objects.filter(state="running"))
    for job in broken:
        _finish(job, "failed", refusal=JobBroke(job=job.pk).as_dict())
    return len(broken)
