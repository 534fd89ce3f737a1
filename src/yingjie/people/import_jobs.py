"""Starting the background work of rosters; the work itself is in `jobs.py`."""

import os
from datetime import date
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from yingjie.foundation.access.actor import Actor
from yingjie.foundation.ids import uuid7
from yingjie.foundation.jobs.actions import start
from yingjie.foundation.jobs.models import Job

READ_AT_ONCE_BYTES = 300_000


class Upload(Protocol):
    name: str

    def chunks(self) -> Any: ...


def start_proposal(
    *, by: Actor, area_code: str, upload: Upload, source_kind: str = "", said_on: date | None = None
) -> Job:
    """Keep the file until the job has read it, readable by this system user only; the job removes it, however it ends."""
    folder = Path(settings.MEDIA_ROOT) / "rosters"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / str(uuid7())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    title = _("Reading the roster {file}").format(file=upload.name)[:200]
    return start(
        by=by, kind="people.propose_import", title=title, username=by.name, area_code=area_code, path=str(path),
        file_name=upload.name, source_kind=source_kind, said_on=said_on.isoformat() if said_on else "",
    )  # fmt: skip


def start_commit(*, by: Actor, import_id: UUID, file_name: str) -> Job:
    """Write a reviewed roster into the ledger in the background."""
    title = _("Writing {file} into the ledger").format(file=file_name)[:200]
    return start(by=by, kind="people.commit_import", title=title, username=by.name, import_id=str(import_id))
