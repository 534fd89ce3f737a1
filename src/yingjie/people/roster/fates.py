"""What a line says beside what the ledger holds: the line's fate. Pure: whoever calls it has loaded both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from vaxkit.identity import mask_phone
from vaxkit.vocabulary import Text
from yingjie.people.readings import reading
from yingjie.people.roster.lines import Entry, Line
from yingjie.people.roster.reasons import Reason, reason, word


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody in the ledger who already has the line's number. `place` is said only where the importer may know it."""

    person_id: UUID
    area_code: str
    place: str
    name: str
    address: str
    phones: frozenset[str]
    household_id: UUID | None
    household_role: str
    left_on: date | None


@dataclass(frozen=True, slots=True)
class Fate:
    word: str
    reasons: tuple[Reason, ...]


def of(line: Line, known: Known | None, area_code: str, said: Callable[[str], str]) -> Fate:
    """The fate of a line in an import of `area_code`. `said` gives the words for an area's code."""
    reasons = list(line.reasons)
    if known is not None:
        reasons += _against(line, known, area_code)
    weights = {found["weight"] for found in reasons}
    for heavy in ("refused", "doubtful"):
        if heavy in weights:
            return Fate(heavy, tuple(reasons))
    if line.entry is None:
        raise ValueError("a line without an entry says why")
    if known is None:
        return Fate("new", tuple(reasons))
    changes = changes_of(line.entry, known, said)
    return Fate("changed" if changes else "same", (*reasons, *changes))


def is_of(line: Line, known: Known, area_code: str) -> bool:
    """Whether the line certainly speaks of this person: nothing about it wants to be looked at first."""
    reasons = (*line.reasons, *_against(line, known, area_code))
    return not {found["weight"] for found in reasons} & {"refused", "doubtful"}


def changes_of(entry: Entry, known: Known, said: Callable[[str], str]) -> list[Reason]:
    """What the entry would change in the ledger. An empty cell changes nothing; a village does not undo a known grid."""
    found: list[Reason] = []
    if entry.name != known.name:
        found.append(reason("changed.name", old=known.name, new=entry.name))
    if not known.area_code.startswith(entry.area_code):
        found.append(reason("changed.area", old=said(known.area_code), new=said(entry.area_code)))
    if entry.address and entry.address != known.address:
        found.append(reason("changed.address", old=known.address or word("role.none"), new=entry.address))
    added = [phone for phone in entry.phones if phone not in known.phones]
    if added:
        found.append(reason("changed.phones", new="、".join(mask_phone(phone) for phone in added)))
    if entry.household_role and entry.household_role != known.household_role:
        old, new = word(f"role.{known.household_role or 'none'}"), word(f"role.{entry.household_role}")
        found.append(reason("changed.role", old=old, new=new))
    if entry.household_id and entry.household_id != known.household_id:
        found.append(reason("changed.household"))
    return found


def _against(line: Line, known: Known, area_code: str) -> list[Reason]:
    """Why the ledger's person is not simply the line's: another area, another name, gone."""
    if not known.area_code.startswith(area_code):
        where_zh, where_en = (f"（{known.place}）", f" ({known.place})") if known.place else ("", "")
        return [reason("ledger.elsewhere", where=Text(where_zh, where_en))]
    if known.left_on is not None:
        return [reason("ledger.left", on=known.left_on.isoformat())]
    name = line.entry.name if line.entry else known.name
    # One sound in two spellings is a slip of the pen; another sound is another person until somebody has looked.
    if name != known.name and reading(name) != reading(known.name):
        return [reason("ledger.other_name", name=known.name)]
    return []
