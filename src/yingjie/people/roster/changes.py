"""What a line changes about its person, in words: from what the line says and what the ledger held when it was judged. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vaxkit.identity import mask_phone
from yingjie.areas.queries import places
from yingjie.people.roster.reasons import Reason, reason, word


def changes_of(row: Mapping[str, Any]) -> list[Reason]:
    """The changes of a changed line of a page, the same that `judging.changes_anything` finds by the column."""
    found: list[Reason] = []
    was_address, was_role = row["was_address"] or "", row["was_role"] or ""
    if row["name"] != row["was_name"]:
        found.append(reason("changed.name", old=row["was_name"], new=row["name"]))
    if not row["was_area"].startswith(row["area"]):
        said = places([row["was_area"], row["area"]])
        found.append(reason("changed.area", old=said[row["was_area"]], new=said[row["area"]]))
    if row["address"] and not was_address.endswith(row["address"]):
        found.append(reason("changed.address", old=was_address or word("role.none"), new=row["address"]))
    had = set((row["was_phones"] or "").split())
    fresh = [
        number for number, key in zip(row["phones"] or (), row["keys"] or (), strict=True) if key not in had
    ]
    if fresh:
        found.append(reason("changed.phones", new="、".join(mask_phone(number) for number in fresh)))
    if row["role"] and row["role"] != was_role:
        found.append(
            reason("changed.role", old=word(f"role.{was_role or 'none'}"), new=word(f"role.{row['role']}"))
        )
    if row["household"] and row["household"] != row["was_household"]:
        found.append(reason("changed.household"))
    return found
