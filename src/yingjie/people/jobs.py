"""Background work of rosters, and the search for people who stand twice."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.urls import reverse

from yingjie.foundation.access.queries import actor_named
from yingjie.foundation.jobs.registry import Progress, job
from yingjie.people import actions, doubles


@job("people.propose_import")
def propose(
    progress: Progress,
    *,
    username: str,
    area_code: str,
    path: str,
    file_name: str,
    source_kind: str = "",
    said_on: str = "",
) -> dict[str, Any]:
    """Read an uploaded roster as whoever uploaded it, with the roles they hold at that moment."""
    try:
        made = actions.propose_import(
            by=actor_named(username),
            area_code=area_code,
            path=path,
            file_name=file_name,
            source_kind=source_kind,
            said_on=date.fromisoformat(said_on) if said_on else None,
            progress=progress.step,
        )
    finally:
        Path(path).unlink(missing_ok=True)
    return {"url": reverse("import", args=[made.pk]), "counts": made.counts}


@job("people.look_for_doubles")
def look_for_doubles(progress: Progress, *, username: str, area_code: str) -> dict[str, Any]:
    """New questions for the review queue, as whoever asked for them."""
    found = doubles.look_for_doubles(by=actor_named(username), area_code=area_code, progress=progress.step)
    return {"url": reverse("review"), "counts": {"found": found}}


@job("people.commit_import")
def commit(progress: Progress, *, username: str, import_id: str) -> dict[str, Any]:
    counts = actions.commit_import(
        by=actor_named(username), import_id=UUID(import_id), progress=progress.step
    )
    return {"url": reverse("import", args=[import_id]), "counts": counts}
