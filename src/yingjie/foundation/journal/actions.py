"""Writing the journal down."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.crypto.keyring import keyring
from yingjie.foundation.ids import uuid7
from yingjie.foundation.jobs.actions import start
from yingjie.foundation.jobs.models import Job
from yingjie.foundation.journal.chain import chain_of, content
from yingjie.foundation.journal.models import ChainHead, Entry

Subject = models.Model | tuple[str, object]
VERIFY = "journal.verify"


@dataclass(frozen=True)
class Line:
    """An entry to be written: see `record`."""

    verb: str
    subject: Subject
    area_code: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def record(
    *, by: Actor, verb: str, subject: Subject, area_code: str = "", facts: Mapping[str, Any] | None = None
) -> UUID:
    """Write one entry, as the last thing in an action's transaction.

    `subject` is the row concerned, or (kind, id). `facts` must be JSON values and hold no protected value. The chain's head stays
    locked until the transaction ends, which is why this comes last.
    """
    return record_all(by=by, lines=[Line(verb, subject, area_code, facts or {})])[-1]


def record_all(*, by: Actor, lines: Sequence[Line]) -> list[UUID]:
    """Write what one action has to say in several entries, in their order, with one look at the chain's end."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("the journal is written inside the action's transaction")
    chain = chain_of(by.name)
    head = _head(chain)
    entries = []
    for line in lines:
        entry = _entry(by, line, chain, head.number + 1)
        entry.hash = keyring().journal_hash(content(entry, head.hash))
        head.number, head.hash = entry.number, entry.hash
        entries.append(entry)
    Entry.objects.bulk_create(entries)
    head.save(update_fields=["number", "hash"])
    return [entry.pk for entry in entries]


def _entry(by: Actor, line: Line, chain: int, number: int) -> Entry:
    subject = line.subject
    kind, identifier = subject if isinstance(subject, tuple) else (subject._meta.model_name or "", subject.pk)
    return Entry(
        id=uuid7(),
        chain=chain,
        number=number,
        at=clock.now(),
        actor=by.name,
        verb=line.verb,
        subject_kind=kind,
        subject_id=str(identifier),
        area_code=line.area_code,
        facts=json.loads(json.dumps(line.facts)),  # as the database will give it back
    )


def anchor() -> dict[int, tuple[int, str]]:
    """Append the length and end of every chain to the anchor file outside the database. Returns what was written."""
    heads = {head.chain: (head.number, head.hash) for head in ChainHead.objects.order_by("chain")}
    path = Path(settings.YINGJIE_ANCHORS)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"at": clock.now().isoformat(), "heads": heads}) + "\n")
    return heads


@transaction.atomic
def start_verification(*, by: Actor, result_url: str = "") -> Job:
    """Walk the whole journal in the background; its result says how many entries, and where it is broken."""
    by.require("journal.view")
    job = start(by=by, kind=VERIFY, title=gettext("Verification of the journal"), result_url=result_url)
    record(by=by, verb=VERIFY, subject=job, area_code=by.home_code())
    return job


def _head(chain: int) -> ChainHead:
    rows = ChainHead.objects.select_for_update()
    found = rows.filter(chain=chain).first()
    if found is None:
        ChainHead.objects.bulk_create([ChainHead(chain=chain)], ignore_conflicts=True)
        found = rows.get(chain=chain)
    return found
