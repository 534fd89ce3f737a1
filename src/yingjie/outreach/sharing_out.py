"""From the ledger into vaxkit.responsibility.allot and back: households of open people, officers, the change that each choice is.
Pure; `duties` reads, `duty_actions` writes.

Whoever cannot be had by an officer within the caps goes to the leader of their village, else of their township or county, as long
as there is no room: nobody is without a name. Where there is no leader either, they are `without`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from vaxkit import responsibility
from yingjie.outreach.duties import OfficerRow, OpenPerson


@dataclass(frozen=True)
class Held:
    """The live officer of a person, and why."""

    officer: UUID
    why: str


@dataclass(frozen=True)
class Change:
    """Somebody's officer becomes another one; `before` None where they had none."""

    person_id: UUID
    before: UUID | None
    officer: UUID
    why: str


@dataclass(frozen=True)
class Outcome:
    """What sharing out comes to. `kept`: people whose officer stays; `loads` after; `short`: people beyond the caps, who are with a
    leader or `without` anybody, and how many officers more would do."""

    changes: tuple[Change, ...]
    kept: int
    loads: Mapping[UUID, int]
    short: int
    short_officers: int
    without: tuple[UUID, ...]
    below_least: tuple[UUID, ...]


def share_out(
    people: Sequence[OpenPerson], held: Mapping[UUID, Held], officers: Iterable[OfficerRow], *, anew: bool
) -> Outcome:
    """`officers` are the live ones, leaders and support teams among them: they have people only where somebody named them, and
    leaders those who are too many. `anew`: whoever was not named by hand may get another officer; else whoever
    has one keeps them and only the others are given."""
    rows = sorted(officers, key=lambda row: (row.area_code, row.name, str(row.id)))
    able = {row.id: row for row in rows if row.kind == "officer"}
    leaders = sorted((row for row in rows if row.kind == "leader"), key=lambda row: -len(row.area_code))
    others = {row.id for row in rows} - set(able)
    by_hand = {key for key, each in held.items() if each.why == "pinned" and each.officer in others}
    homes = _homes([person for person in people if person.id not in by_hand], held, able, anew=anew)
    number = _numbers(able)
    found = responsibility.allot(
        [home for home, _who in homes], [_officer(row, number[row.id]) for row in able.values()]
    )
    who_is = {key: officer for officer, key in number.items()}
    chosen = {choice.household: (who_is[choice.officer], str(choice.why)) for choice in found.choices}
    changes: list[Change] = []
    without: list[UUID] = []
    short, kept, loads = 0, len(by_hand), Counter[UUID](held[key].officer for key in by_hand)
    for home, who in homes:
        officer, why = chosen.get(home.key, (None, ""))
        if officer is None:
            short += len(who)
            leader = next((row for row in leaders if home.area.startswith(row.area_code)), None)
            if leader is None:
                without += [person.id for person in who]
                continue
            officer, why = leader.id, "leader"
        for person in who:
            loads[officer] += 1
            before = held.get(person.id)
            if before is not None and before.officer == officer:
                kept += 1
                continue
            said = "household" if why in ("pinned", "kept") else why
            changes.append(Change(person.id, before.officer if before else None, officer, said))
    after = {row.id: loads.get(row.id, 0) for row in rows}
    below = tuple(row.id for row in able.values() if after[row.id] < row.least)
    return Outcome(
        tuple(changes), kept, after, short, sum(each.officers for each in found.short), tuple(without), below
    )


def _homes(
    people: Sequence[OpenPerson], held: Mapping[UUID, Held], able: Mapping[UUID, OfficerRow], *, anew: bool
) -> list[tuple[responsibility.Household, list[OpenPerson]]]:
    number = _numbers(able)
    groups: dict[str, list[OpenPerson]] = {}
    for person in people:
        # The same household in two townships is two: nobody crosses the border.
        key = f"{person.household}@{person.area[:9]}" if person.household else str(person.id)
        groups.setdefault(key, []).append(person)
    homes = []
    for nth, who in enumerate(groups.values()):
        theirs = [held[person.id] for person in who if person.id in held and held[person.id].officer in able]
        now = Counter(number[each.officer] for each in theirs)
        by_hand = next((number[each.officer] for each in theirs if each.why == "pinned"), "")
        officer = min(now, key=lambda each: (-now[each], each)) if now else ""
        named = by_hand or ("" if anew else officer)
        if named and not _reaches(able[_officer_of(named, number)], who[0].area[:9]):
            named = ""
        units = {person.unit for person in who}
        home = responsibility.Household(
            key=f"{nth:06}", people=len(who), area=who[0].area, unit=units.pop() if len(units) == 1 else "", officer=officer,
            pinned=named,
        )  # fmt: skip
        homes.append((home, who))
    return homes


def _numbers(able: Mapping[UUID, OfficerRow]) -> dict[UUID, str]:
    """Officers by their place in the list: an id says nothing of which of two alike comes first."""
    return {key: f"{nth:05}" for nth, key in enumerate(able)}


def _officer_of(key: str, number: Mapping[UUID, str]) -> UUID:
    return next(officer for officer, each in number.items() if each == key)


def _reaches(row: OfficerRow, town: str) -> bool:
    return row.area_code.startswith(town) or town.startswith(row.area_code)


def _officer(row: OfficerRow, key: str) -> responsibility.Officer:
    return responsibility.Officer(
        key, row.area_code, str(row.unit_id or ""), row.least, max(row.least, row.most)
    )
