"""How entries hang together: which chain an actor's entries belong to, and the bytes that an entry's hash covers."""

import json
from zlib import crc32

from yingjie.foundation import clock
from yingjie.foundation.journal.models import Entry

CHAINS = 32


def chain_of(actor_name: str) -> int:
    """Actors are spread over a few chains, so that two people rarely wait for each other's commit."""
    return crc32(actor_name.encode()) % CHAINS


def content(entry: Entry, previous_hash: str) -> bytes:
    """The bytes that an entry's hash covers: every column, and the hash before it."""
    at = entry.at.astimezone(clock.CAMPAIGN_ZONE).isoformat(timespec="microseconds")
    columns = [str(entry.id), entry.chain, entry.number, at, entry.actor, entry.verb]
    columns += [entry.subject_kind, entry.subject_id, entry.area_code, entry.facts, previous_hash]
    return json.dumps(columns, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
