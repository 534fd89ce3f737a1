"""Background work of reminders."""

from typing import Any
from uuid import UUID

from yingjie.foundation import clock
from yingjie.foundation.access.actor import system
from yingjie.foundation.jobs import actions as jobs
from yingjie.foundation.jobs import queries as job_rows
from yingjie.foundation.jobs.registry import Progress, hourly, job
from yingjie.foundation.texting.gateways import gateway
from yingjie.reminders import actions, queries, sending

SEND = "reminders.send"


@job(SEND, in_parts=True)
def send(progress: Progress, *, reminder_id: str) -> dict[str, Any]:
    """Send what waits now. What failed, or came into the quiet hours, goes with the hourly round."""
    found = queries.to_send(UUID(reminder_id))
    done = 0
    if found is not None:
        done = sending.drain(
            found, gateway(), told=lambda done: progress.step(done, found.counts["messages"])
        )
        actions.finish(by=system("reminders"), reminder_id=found.pk)
    return {"counts": {"messages": done}}


@hourly
def go_on() -> int:
    """Reminders with messages that may leave now: after a quiet night, after a failure, after a worker that was killed."""
    waiting = [] if job_rows.under_way(SEND) else queries.with_waiting(clock.now())
    for reminder_id in waiting:
        jobs.start(by=system("reminders"), kind=SEND, title="reminders", reminder_id=str(reminder_id))
    return len(waiting)
