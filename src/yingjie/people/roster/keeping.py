"""What a line says, as the text in which it is kept, encrypted, with a question about it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from uuid import UUID

from yingjie.people.roster.lines import Entry

_DAYS = ("birth_on", "moved_in_on")


def entry_to_text(entry: Entry) -> str:
    kept = asdict(entry)
    for name in (*_DAYS, "household_id"):
        kept[name] = str(kept[name]) if kept[name] is not None else None
    return json.dumps(kept, ensure_ascii=False)


def entry_from_text(text: str) -> Entry:
    kept = json.loads(text)
    for name in _DAYS:
        kept[name] = date.fromisoformat(kept[name]) if kept[name] else None
    kept["household_id"] = UUID(kept["household_id"]) if kept["household_id"] else None
    return Entry(**{**kept, "phones": tuple(kept["phones"]), "owners": tuple(kept["owners"])})
