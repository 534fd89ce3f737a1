"""帮扶工作组 (ORG-8): which office helps which village, with whom of it; reads, and giving a team its people."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from vaxkit.responsibility.walking import address_key
from yingjie.areas import queries as areas
from yingjie.foundation.access.actor import Actor
from yingjie.outreach import calls, charging, duties
from yingjie.outreach.duties import TOWN_DIGITS, OfficerRow
from yingjie.outreach.duty_refusals import NotATeam, TeamFull, VillageSharedOut
from yingjie.outreach.sharing_out import Change


@dataclass(frozen=True)
class Team:
    """A support team in one village: `open` people of the village, how many of them are `nobodys` (a leader's, or nobody's)."""

    row: OfficerRow
    open: int
    nobodys: int


@dataclass(frozen=True)
class Office:
    """An office with its teams, one for each village that it helps. `name` "" where no office is named."""

    name: str
    teams: tuple[Team, ...]


def offices(actor: Actor, area_code: str) -> tuple[list[Office], list[tuple[str, str]]]:
    """(offices by name with their teams, villages (code, name) that no office helps). Raises NotFound."""
    rows = [row for row in duties.officers(actor, area_code, kind="team") if row.is_live]
    helped = {row.area_code for row in rows}
    found: dict[str, list[Team]] = {}
    for row in rows:
        present = duties.open_people(row.area_code)
        found.setdefault(row.unit_name, []).append(
            Team(row, len(present), len(_nobodys(row.area_code, present)))
        )
    villages = [
        (row.code, row.name)
        for row in areas.open_under(actor, area_code, ("village",), "outreach.team")
        if not any(code.startswith(row.code) or row.code.startswith(code) for code in helped)
    ]
    named = sorted(found.items(), key=lambda each: (not each[0], each[0]))
    return [Office(name, tuple(teams)) for name, teams in named], villages


@transaction.atomic
def take_on(*, by: Actor, officer_id: UUID, people: int) -> int:
    """Give a team so many people of its village who have no officer, or only a leader, in walking order; they stay with it when the
    township is shared out anew. Returns how many. Raises NotFound, NotAllowed, OfficerEnded, NotATeam, TeamFull, VillageSharedOut.
    """
    row = charging.mine(by, officer_id)
    if row.kind != "team":
        raise NotATeam(name=row.name)
    charging.lock_town(row.area_code[:TOWN_DIGITS])
    room = row.most - row.load
    if people < 1 or people > room:
        raise TeamFull(name=row.name, room=room)
    free = _nobodys(row.area_code, duties.open_people(row.area_code))
    if not free:
        raise VillageSharedOut(place=row.place)
    held = charging.held_of(free)
    walked = [call.person_id for call in sorted(calls.calls(free, told=False), key=_along)][:people]
    changes = [Change(key, held[key].officer if key in held else None, row.id, "pinned") for key in walked]
    charging.write(by, changes, "reallotted")
    charging.noted_officer(by, "outreach.take_on", row, people=len(changes))
    return len(changes)


def _along(call: calls.Call) -> tuple[Any, ...]:
    """From door to door, the eldest of a door first: nothing of it differs from one load of the same people to the next."""
    return (
        call.area_code,
        not call.address.strip(),
        address_key(call.address),
        -call.age,
        call.name,
        call.person_id,
    )


def _nobodys(area_code: str, present: list[duties.OpenPerson]) -> list[UUID]:
    """Open people of an area whom no officer and no team has."""
    held = charging.held_by(area_code)
    kinds = duties.kinds_of({each.officer for each in held.values()})
    return [
        person.id
        for person in present
        if person.id not in held or kinds.get(held[person.id].officer) == "leader"
    ]
