"""Reading the journal, and proving that it is whole."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.crypto.keyring import keyring
from yingjie.foundation.journal.chain import content
from yingjie.foundation.journal.models import ChainHead, Entry

MOST = 10_000
"""So many entries of a filter are counted and paged through; a day or a name narrows them further."""


@dataclass(frozen=True)
class EntryRow:
    id: UUID
    at: datetime
    actor: str
    verb: str
    subject_kind: str
    subject_id: str
    area_code: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """Where a chain is broken: kind is changed, missing or cut."""

    kind: str
    chain: int
    number: int


@dataclass(frozen=True)
class Verdict:
    entries: int
    chains: int
    faults: tuple[Fault, ...]

    @property
    def whole(self) -> bool:
        return not self.faults


def _ends_where_its_head_says(
    chain: int, last: int, last_hash: str, before: ChainHead | None, hashes: dict[int, str]
) -> bool:
    """Others go on writing while we walk: a chain may have grown since its head was read, and no further than its head says now."""
    if before is None or last < before.number or (before.number and hashes.get(before.number) != before.hash):
        return False
    if last == before.number:
        return True
    now = ChainHead.objects.filter(chain=chain).first()
    return now is not None and (now.number > last or (now.number == last and now.hash == last_hash))


def entries(actor: Actor, *, offset: int = 0, limit: int = 50, **asked: Any) -> list[EntryRow]:
    """The newest entries below the areas that the actor may audit. `asked`: verb, by_name, subject_id, on (a day)."""
    actor.require("journal.view")
    return [
        _row(entry)
        for entry in _asked(actor, **asked).order_by("-at", "-id")[offset : min(offset + limit, MOST)]
    ]


def count_entries(actor: Actor, **asked: Any) -> int:
    """How many there are, up to MOST."""
    actor.require("journal.view")
    return _asked(actor, **asked)[:MOST].count()


def latest(actor: Actor, *, verb: str = "", limit: int = 200) -> list[EntryRow]:
    """The newest entries below the areas that the actor may audit."""
    actor.require("journal.view")
    rows = _visible(actor).order_by("-at")
    if verb:
        rows = rows.filter(verb__startswith=verb)
    return [_row(entry) for entry in rows[:limit]]


def verify(progress: Callable[[int, int], None] = lambda done, total: None) -> Verdict:
    """Walk every chain: each number present, each hash right, each chain as long as its head and its anchors say."""
    ring = keyring()
    faults: list[Fault] = []
    total, done = Entry.objects.count(), 0
    reached: dict[int, dict[int, str]] = {}
    anchors = _anchors()
    heads = {head.chain: head for head in ChainHead.objects.all()}
    marks = {
        chain: {*anchors.get(chain, {}), heads[chain].number if chain in heads else 0}
        for chain in {*heads, *anchors}
    }
    for chain in sorted(set(heads) | set(anchors)):
        expected, previous, hashes = 1, "", {}
        for entry in Entry.objects.filter(chain=chain).order_by("number").iterator(chunk_size=2_000):
            while expected < entry.number:
                faults.append(Fault("missing", chain, expected))
                expected += 1
            if entry.hash != ring.journal_hash(content(entry, previous)):
                faults.append(Fault("changed", chain, entry.number))
            previous, expected, done = entry.hash, entry.number + 1, done + 1
            if entry.number in marks[chain]:
                hashes[entry.number] = entry.hash
            progress(done, total)
        reached[chain] = hashes
        if not _ends_where_its_head_says(chain, expected - 1, previous, heads.get(chain), hashes):
            faults.append(Fault("cut", chain, expected))
    for chain, anchored in anchors.items():
        faults += [
            Fault("cut", chain, number)
            for number, mark in anchored.items()
            if reached[chain].get(number) != mark
        ]
    return Verdict(total, len(heads), tuple(faults))


def _asked(
    actor: Actor, *, verb: str = "", by_name: str = "", subject_id: str = "", on: date | None = None
) -> QuerySet[Entry]:
    rows = _visible(actor)
    if verb:
        rows = rows.filter(verb=verb)
    if by_name:
        rows = rows.filter(actor=by_name)
    if subject_id:
        rows = rows.filter(Q(subject_id=subject_id) | Q(facts__username=subject_id))
    if on:
        begin = datetime.combine(on, time(), clock.CAMPAIGN_ZONE)
        rows = rows.filter(at__gte=begin, at__lt=begin + timedelta(days=1))
    return rows


def _visible(actor: Actor) -> QuerySet[Entry]:
    if actor.is_system:
        return Entry.objects.all()
    below = [Q(area_code__startswith=held.area_code) for held in actor.scopes("journal.view")]
    return Entry.objects.filter(reduce(or_, below, Q(pk__in=[])))


def _anchors() -> dict[int, dict[int, str]]:
    path = Path(settings.YINGJIE_ANCHORS)
    marks: dict[int, dict[int, str]] = {}
    if path.exists():
        for line in path.read_text("utf-8").splitlines():
            for chain, (number, mark) in json.loads(line)["heads"].items():
                if number:
                    marks.setdefault(int(chain), {})[number] = mark
    return marks


def _row(entry: Entry) -> EntryRow:
    return EntryRow(
        entry.pk,
        entry.at,
        entry.actor,
        entry.verb,
        entry.subject_kind,
        entry.subject_id,
        entry.area_code,
        entry.facts,
    )
